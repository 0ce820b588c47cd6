// SPDX-License-Identifier: Apache-2.0
// Proves: damage of a closed store's file is found and named, what lies before it is still handed
//         out, and nothing is deleted.
// Method: bytes of the data file of a closed store changed at places found by their content.
#define BOOST_TEST_MODULE store_damage
#include "tests/actors/io/store_fixture.hpp"

#include <fstream>
#include <iterator>
#include <string_view>

using namespace wardflow;
using namespace wardflow::io;
using namespace wardflow::test;

namespace {

constexpr std::uint64_t rounds_made = 40;
constexpr std::size_t round_bytes = 20'000;

class data_file {
public:
  explicit data_file(const std::filesystem::path& folder) : path_(folder / "data.mdb") {
    std::ifstream in{path_, std::ios::binary};
    text_.assign(std::istreambuf_iterator<char>{in}, {});
  }
  [[nodiscard]] std::size_t find(std::string_view what) const {
    const std::size_t at = text_.find(what);
    BOOST_REQUIRE(at != std::string::npos);
    return at;
  }
  [[nodiscard]] std::string& text() { return text_; }
  void save() const { std::ofstream{path_, std::ios::binary | std::ios::trunc} << text_; }

private:
  std::filesystem::path path_;
  std::string text_;
};

std::string_view start_of(const buffer& record) {
  return {reinterpret_cast<const char*>(record.data()), 64};
}

void fill(const std::filesystem::path& folder) {
  store s = must_open(small_store(folder));
  const auto kept = row(table::venues, "v", "a value");
  for (std::uint64_t n = 1; n <= rounds_made; ++n) {
    const buffer record = record_of(n, round_bytes);
    const bytes part{record};
    BOOST_REQUIRE(s.commit({.round = n, .record_parts = {&part, 1}, .puts = {&kept, 1}}) ==
                  code::ok);
  }
}

} // namespace

BOOST_AUTO_TEST_CASE(a_flipped_byte_is_named_and_the_rounds_before_it_are_handed_out) {
  const own_folder folder;
  fill(folder.path());
  data_file file{folder.path()};
  const std::size_t at = file.find(start_of(record_of(17, round_bytes)));
  file.text()[at + 5'000] = static_cast<char>(file.text()[at + 5'000] ^ 1);
  file.save();
  const auto size_before = std::filesystem::file_size(folder.path() / "data.mdb");

  const store s = must_open(small_store(folder.path()));
  std::vector<round_copy> rounds;
  std::string detail;
  BOOST_TEST((read_from(s, 1, rounds, &detail) == code::store_damaged));
  BOOST_TEST(detail == "chunk 17 is damaged");
  BOOST_REQUIRE(rounds.size() == 16u);
  BOOST_TEST((rounds[15].data == record_of(16, round_bytes)));
  // What lies behind it still verifies by itself; the round right behind it has nothing before it.
  BOOST_TEST((read_from(s, 19, rounds) == code::ok));
  BOOST_TEST(rounds.size() == rounds_made - 18);
  BOOST_TEST((read_from(s, 18, rounds, &detail) == code::store_damaged));
  BOOST_TEST(detail == "chunk 17 does not read");
  BOOST_TEST(std::filesystem::file_size(folder.path() / "data.mdb") == size_before);
  BOOST_TEST(s.journal().first_round == 1u);
}

BOOST_AUTO_TEST_CASE(a_forged_round_with_a_good_checksum_breaks_the_chain) {
  const own_folder folder;
  fill(folder.path());
  data_file file{folder.path()};
  const std::size_t at = file.find(start_of(record_of(9, round_bytes))) - chunk_header_bytes;
  buffer chunk(chunk_header_bytes + round_bytes);
  std::memcpy(chunk.data(), file.text().data() + at, chunk.size());
  chunk_header header;
  BOOST_REQUIRE(read_chunk(chunk, header) == code::ok);
  chunk[chunk_header_bytes + 100] ^= std::byte{0x40};
  seal_chunk(header, chunk);
  std::memcpy(file.text().data() + at, chunk.data(), chunk.size());
  file.save();

  const store s = must_open(small_store(folder.path()));
  std::vector<round_copy> rounds;
  std::string detail;
  BOOST_TEST((read_from(s, 1, rounds, &detail) == code::journal_chain_broken));
  BOOST_TEST(detail == "chunk 10 does not follow the one before it");
  BOOST_TEST(rounds.size() == 9u);
}

BOOST_AUTO_TEST_CASE(a_forged_last_round_does_not_open) {
  const own_folder folder;
  fill(folder.path());
  data_file file{folder.path()};
  const std::size_t at = file.find(start_of(record_of(rounds_made, round_bytes)));
  buffer chunk(chunk_header_bytes + round_bytes);
  std::memcpy(chunk.data(), file.text().data() + at - chunk_header_bytes, chunk.size());
  chunk_header header;
  BOOST_REQUIRE(read_chunk(chunk, header) == code::ok);
  chunk[chunk_header_bytes] ^= std::byte{1};
  std::memcpy(file.text().data() + at - chunk_header_bytes, chunk.data(), chunk.size());
  file.save();
  BOOST_TEST((open_code(small_store(folder.path())) == code::store_damaged));
  seal_chunk(header, chunk);
  std::memcpy(file.text().data() + at - chunk_header_bytes, chunk.data(), chunk.size());
  file.save();
  BOOST_TEST((open_code(small_store(folder.path())) == code::journal_chain_broken));
}

BOOST_AUTO_TEST_CASE(a_newer_stores_schema_is_refused_and_left_alone) {
  const own_folder folder;
  fill(folder.path());
  data_file file{folder.path()};
  // Every page that holds the key: old copies of the leaf are still in the file.
  const std::string_view key = "store.schema";
  std::size_t patched = 0;
  for (std::size_t at = file.text().find(key); at != std::string::npos;
       at = file.text().find(key, at + 1), ++patched)
    file.text()[at + key.size()] = 2;
  BOOST_REQUIRE(patched > 0u);
  file.save();
  BOOST_TEST((open_code(small_store(folder.path())) == code::store_too_new));
  BOOST_TEST((data_file{folder.path()}.text() == file.text()));
}

BOOST_AUTO_TEST_CASE(a_file_cut_short_or_overwritten_is_damage_and_not_a_crash) {
  for (const std::size_t keep_percent : {0, 1, 10, 50, 90}) {
    const own_folder folder;
    fill(folder.path());
    data_file file{folder.path()};
    file.text().resize(std::max<std::size_t>(file.text().size() * keep_percent / 100, 8192));
    if (keep_percent == 0)
      std::fill(file.text().begin(), file.text().end(), 'x');
    file.save();
    auto opened = store::open(small_store(folder.path()));
    code found = code::ok;
    if (const auto* f = std::get_if<store_failure>(&opened)) {
      found = f->reason;
    } else {
      std::vector<round_copy> rounds;
      found = read_from(std::get<store>(opened), 1, rounds);
    }
    BOOST_TEST((found == code::store_damaged || found == code::journal_chain_broken),
               keep_percent << " percent: code " << static_cast<int>(found));
  }
}
