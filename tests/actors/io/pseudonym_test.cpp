// SPDX-License-Identifier: Apache-2.0
// Proves: pseudonyms are SipHash-2-4 of the stable key, the same by every way, and key files keep.
// Method: the paper's vector, a plain SipHash, vectors of a third program; files in a new folder.
#define BOOST_TEST_MODULE pseudonym
#include "actors/io/pseudonym.hpp"
#include "actors/logic/personal_code.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <bit>
#include <cstdint>
#include <fstream>
#include <random>
#include <set>
#include <string>

#include <stdlib.h>
#include <sys/stat.h>

using namespace wardflow;
using namespace std::literals;

namespace {

namespace fs = std::filesystem;

const std::string hex_00_to_0f = "000102030405060708090a0b0c0d0e0f";

struct folder {
  fs::path path;
  folder() {
    auto pattern = (fs::temp_directory_path() / "wardflow-key-XXXXXX").string();
    BOOST_REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path = pattern;
  }
  ~folder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  [[nodiscard]] fs::path file(const std::string& text, mode_t mode = 0600) const {
    auto name = path / "key";
    std::ofstream{name, std::ios::binary} << text;
    BOOST_REQUIRE(::chmod(name.c_str(), mode) == 0);
    return name;
  }
};

code problem_of(const std::string& text, mode_t mode = 0600) {
  folder f;
  auto result = province_key::load(f.file(text, mode));
  BOOST_TEST(result.key.has_value() == (result.problem == code::ok));
  return result.problem;
}

province_key key_of(const std::string& hex) {
  folder f;
  auto result = province_key::load(f.file(hex + "\n"));
  BOOST_REQUIRE(result.key);
  return std::move(*result.key);
}

stable_key key_text(std::string_view number) {
  auto key = parse_identity(number);
  BOOST_REQUIRE(key);
  return *key;
}

std::uint64_t number(card_id id) {
  return static_cast<std::uint64_t>(id);
}

/// SipHash-2-4 as its paper says it, for any text.
std::uint64_t slow_siphash(const std::array<unsigned char, 16>& key, std::string_view text) {
  auto little = [](auto&& at, std::size_t from, std::size_t count) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < count; ++i)
      value += static_cast<std::uint64_t>(static_cast<unsigned char>(at[from + i])) << (8 * i);
    return value;
  };
  auto k0 = little(key, 0, 8), k1 = little(key, 8, 8);
  std::uint64_t a = k0 ^ 0x736f6d6570736575, b = k1 ^ 0x646f72616e646f6d,
                c = k0 ^ 0x6c7967656e657261, d = k1 ^ 0x7465646279746573;
  auto rounds = [&](int n) {
    while (n-- > 0) {
      a += b, b = std::rotl(b, 13) ^ a, a = std::rotl(a, 32);
      c += d, d = std::rotl(d, 16) ^ c;
      a += d, d = std::rotl(d, 21) ^ a;
      c += b, b = std::rotl(b, 17) ^ c, c = std::rotl(c, 32);
    }
  };
  auto take = [&](std::uint64_t word) { d ^= word, rounds(2), a ^= word; };
  std::size_t at = 0;
  for (; at + 8 <= text.size(); at += 8)
    take(little(text, at, 8));
  take(little(text, at, text.size() - at) | static_cast<std::uint64_t>(text.size()) << 56);
  c ^= 0xff;
  rounds(4);
  return a ^ b ^ c ^ d;
}

} // namespace

BOOST_AUTO_TEST_CASE(the_plain_hash_gives_the_vector_of_the_paper) {
  std::array<unsigned char, 16> key{};
  std::string text;
  for (unsigned char i = 0; i < 16; ++i)
    key[i] = i;
  for (char i = 0; i < 15; ++i)
    text += i;
  BOOST_TEST(slow_siphash(key, text) == 0xa129ca6149be45e5u);
}

BOOST_AUTO_TEST_CASE(pseudonyms_never_change_between_releases) {
  auto key = key_of(hex_00_to_0f);
  BOOST_TEST(number(key.pseudonym(key_text("001093029317").text())) == 0x08368efe8b45c798u);
  BOOST_TEST(number(key.pseudonym(key_text("012345678").text())) == 0x6f0f71e0c31f383fu);
  BOOST_TEST(number(key.pseudonym(key_text("162979388586171100").text())) == 0x28e9ddb4f569ac01u);
  BOOST_TEST(number(key.pseudonym(key_text("HS4010120878821").text())) == 0x6418d5e72a134855u);
}

BOOST_AUTO_TEST_CASE(pseudonyms_are_the_plain_hash_of_the_key_text) {
  constexpr std::uint64_t seed = 7164;
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937_64 random{seed};
  std::set<std::uint64_t> all;
  for (int k = 0; k < 10; ++k) {
    std::array<unsigned char, 16> bytes{};
    std::string hex;
    for (auto& byte : bytes) {
      byte = static_cast<unsigned char>(random());
      hex += "0123456789abcdef"[byte >> 4];
      hex += "0123456789ABCDEF"[byte & 15];
    }
    auto key = key_of(hex);
    for (int i = 0; i < 200; ++i) {
      auto digits = std::to_string(100'000'000'000'000'000 + random() % 900'000'000'000'000'000);
      auto length = std::array{9u, 12u, 18u}[random() % 3];
      auto text = key_text(digits.substr(0, length));
      auto id = number(key.pseudonym(text.text()));
      BOOST_REQUIRE_MESSAGE(id == slow_siphash(bytes, text.text()), "seed " << seed);
      BOOST_REQUIRE(id != 0);
      all.insert(id);
    }
  }
  BOOST_TEST(all.size() > 1990u); // keys and kinds do not fall together
}

BOOST_AUTO_TEST_CASE(a_person_is_one_card_from_scan_import_and_query) {
  auto key = province_key::generate().key;
  BOOST_REQUIRE(key);
  auto scan =
    parse_personal_code("001093029317|NGUYEN VAN A|1987-01-18|0|162979388586171100|<1\r\n");
  auto chip = parse_personal_code("001093029317||NGUYỄN VĂN A|18011987|Nam|Hà Nội|01012021");
  BOOST_REQUIRE((scan.primary && scan.linked && chip.primary));
  BOOST_TEST((key->pseudonym(scan.primary->text()) ==
              key->pseudonym(key_text("162979388586171100").text())));
  BOOST_TEST((key->pseudonym(scan.linked->text()) == key->pseudonym(chip.primary->text())));
  BOOST_TEST(
    (key->pseudonym(chip.primary->text()) == key->pseudonym(key_text(" 001093029317").text())));
  BOOST_TEST((key->pseudonym(scan.primary->text()) != key->pseudonym(scan.linked->text())));
}

BOOST_AUTO_TEST_CASE(a_written_key_is_read_back_and_closed_to_others) {
  folder f;
  auto made = province_key::generate().key;
  auto other = province_key::generate().key;
  BOOST_REQUIRE((made && other));
  BOOST_TEST(!(*made == *other));
  auto file = f.path / "province.key";
  auto before = ::umask(0); // nothing but the program itself keeps the file closed
  BOOST_TEST((made->write(file) == code::ok));
  ::umask(before);
  struct stat about {};
  BOOST_REQUIRE(::stat(file.c_str(), &about) == 0);
  BOOST_TEST((about.st_mode & 07777) == 0600u);
  auto read = province_key::load(file);
  BOOST_REQUIRE(read.key);
  BOOST_TEST((*read.key == *made));

  std::ifstream in{file};
  std::string comment, hex, more;
  std::getline(in, comment);
  std::getline(in, hex);
  BOOST_TEST(comment.starts_with("# "));
  BOOST_TEST(hex.size() == 32u);
  BOOST_TEST(!std::getline(in, more));
}

BOOST_AUTO_TEST_CASE(a_file_that_is_there_is_never_written_over) {
  folder f;
  auto made = province_key::generate().key;
  BOOST_REQUIRE(made);
  auto file = f.file(hex_00_to_0f);
  BOOST_TEST((made->write(file) == code::already_so));
  BOOST_TEST((*province_key::load(file).key == key_of(hex_00_to_0f)));
  fs::create_symlink(f.path / "elsewhere", f.path / "link");
  BOOST_TEST((made->write(f.path / "link") == code::already_so));
  BOOST_TEST(!fs::exists(f.path / "elsewhere"));
  BOOST_TEST((made->write(f.path / "no" / "such") == code::file_write_failed));
}

BOOST_AUTO_TEST_CASE(a_key_file_is_one_line_of_hex_and_comments) {
  BOOST_TEST((problem_of(hex_00_to_0f) == code::ok));
  BOOST_TEST((problem_of("# a\r\n\r\n" + hex_00_to_0f + "  \r\n# b\n") == code::ok));
  for (const auto& text :
       {""s, "\n"s, "# only a comment\n"s, hex_00_to_0f.substr(1), hex_00_to_0f + "0"s,
        hex_00_to_0f + "\n" + hex_00_to_0f, "xy0102030405060708090a0b0c0d0e0f"s,
        " 000102030405060708090a0b0c0d0e0f"s, std::string(32, '0'), hex_00_to_0f + "\0"s,
        std::string(32, '\0'), hex_00_to_0f + "\n#" + std::string(1024, 'x')})
    BOOST_TEST((problem_of(text) == code::key_file_malformed), text);
}

BOOST_AUTO_TEST_CASE(a_key_file_open_to_others_or_no_file_is_refused) {
  for (mode_t mode : {0640, 0604, 0620, 0602, 0610, 0601, 0644, 0777})
    BOOST_TEST((problem_of(hex_00_to_0f, mode) == code::key_file_open_to_others));
  BOOST_TEST((problem_of(hex_00_to_0f, 0400) == code::ok));
  folder f;
  BOOST_TEST((province_key::load(f.path / "none").problem == code::key_file_missing));
  BOOST_TEST((province_key::load(f.path).problem == code::key_file_malformed));
  BOOST_REQUIRE(::mkfifo((f.path / "pipe").c_str(), 0600) == 0);
  BOOST_TEST((province_key::load(f.path / "pipe").problem == code::key_file_malformed));
}
