// SPDX-License-Identifier: Apache-2.0
// Proves: a key on paper comes back with its passphrase, typed with other spaces and capitals, with
//         comments between; each single mistake in any line is named by that line, so are a missing
//         and a doubled one; another passphrase, another file and an unreasonable copy are told
//         apart; two copies of one key have nothing in common; no byte of the key stands in it.
// Method: every digit of a copy is changed once; the work of the passphrase is the least there is.
#define BOOST_TEST_MODULE key_copy
#include "actors/io/key_copy.hpp"
#include "actors/io/key_text.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <sstream>
#include <vector>

using namespace wardflow;
using namespace wardflow::io;

namespace {

constexpr copy_work least{1, 8};
constexpr std::string_view secret = "năm từ ngẫu nhiên";

key_copy some_keys(bool with_province) {
  key_copy keys;
  keys.node = *generate_key_pair();
  if (with_province)
    keys.province = std::move(province_key::generate().key);
  return keys;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in{text};
  for (std::string line; std::getline(in, line);)
    lines.push_back(line);
  return lines;
}

std::string text_of(const std::vector<std::string>& lines) {
  std::string text;
  for (auto& line : lines)
    text += line + "\n";
  return text;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_key_comes_back_with_its_passphrase) {
  for (auto with_province : {false, true}) {
    auto keys = some_keys(with_province);
    auto text = write_key_copy(keys, secret, least);
    BOOST_REQUIRE(text);
    auto again = read_key_copy(*text, secret);
    BOOST_REQUIRE(again);
    BOOST_TEST((again->node.open == keys.node.open));
    BOOST_TEST((again->node.secret == keys.node.secret));
    BOOST_REQUIRE(again->province.has_value() == with_province);
    if (with_province)
      BOOST_TEST((*again->province == *keys.province));
    for (auto& line : lines_of(*text))
      BOOST_TEST(line.size() <= 60u);
    auto other = write_key_copy(keys, secret, least);
    auto a = lines_of(*text), b = lines_of(*other);
    BOOST_REQUIRE(a.size() == b.size());
    for (std::size_t i = 2; i != a.size(); ++i) // the first has the work alone
      BOOST_TEST(a[i] != b[i]);
  }
}

BOOST_AUTO_TEST_CASE(it_may_be_typed_as_people_type) {
  auto keys = some_keys(false);
  auto lines = lines_of(*write_key_copy(keys, secret, least));
  std::string typed = "# from the safe\r\n\r\n" + lines[0] + "  \r\n";
  for (std::size_t i = 1; i != lines.size(); ++i) {
    auto line = lines[i];
    std::transform(line.begin(), line.end(), line.begin(), [](char c) {
      return static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    });
    std::erase(line, ' ');
    typed += "\t" + line.substr(0, 2) + "   " + line.substr(2) + "\r\n# a word\r\n";
  }
  auto again = read_key_copy(typed, secret);
  BOOST_REQUIRE_MESSAGE(again, (again ? std::string{} : again.why().detail));
  BOOST_TEST((again->node.secret == keys.node.secret));
}

BOOST_AUTO_TEST_CASE(each_mistake_is_named_by_its_line) {
  auto lines = lines_of(*write_key_copy(some_keys(true), secret, least));
  std::size_t tried = 0;
  for (std::size_t l = 1; l != lines.size(); ++l)
    for (std::size_t c = 0; c != lines[l].size(); ++c) {
      auto changed = lines;
      auto& digit = changed[l][c];
      if (digit == ' ')
        continue;
      digit = digit == '7' ? 'd' : digit == 'x' ? 'y' : '7';
      auto read = read_key_copy(text_of(changed), secret);
      BOOST_REQUIRE(!read);
      BOOST_TEST((read.reason() == code::key_line_wrong));
      BOOST_TEST(read.why().detail == (l < 10 ? "0" : "") + std::to_string(l));
      ++tried;
    }
  BOOST_TEST(tried > 200u);
  auto last = lines.size() - 1;
  for (std::size_t l = 1; l != lines.size(); ++l) {
    auto missing = lines;
    missing.erase(missing.begin() + static_cast<std::ptrdiff_t>(l));
    auto read = read_key_copy(text_of(missing), secret);
    BOOST_TEST((read.reason() == code::key_line_wrong));
    BOOST_TEST(read.why().detail == "0" + std::to_string(l));
    auto doubled = lines;
    doubled.insert(doubled.begin() + static_cast<std::ptrdiff_t>(l), lines[l]);
    read = read_key_copy(text_of(doubled), secret);
    BOOST_TEST((read.reason() == code::key_line_wrong));
    BOOST_TEST(read.why().detail == "0" + std::to_string(std::min(l, last) + 1));
  }
  auto letters = lines;
  letters[3][4] = 'g';
  BOOST_TEST((read_key_copy(text_of(letters), secret).why().detail == "03"));
}

BOOST_AUTO_TEST_CASE(what_is_no_copy_and_who_has_no_passphrase_is_told) {
  auto text = *write_key_copy(some_keys(false), secret, least);
  BOOST_TEST((read_key_copy(text, "năm từ ngẫu nhien").reason() == code::passphrase_wrong));
  BOOST_TEST((read_key_copy(text, "").reason() == code::passphrase_wrong));
  BOOST_TEST((read_key_copy("", secret).reason() == code::key_copy_malformed));
  BOOST_TEST(
    (read_key_copy("# wardflow secret key\nabcd\n", secret).reason() == code::key_copy_malformed));
  BOOST_TEST((read_key_copy("wardflow-key 2\n01 00\n", secret).reason() ==
              code::key_copy_malformed)); // of a newer release
  BOOST_TEST((read_key_copy(std::string(5'000, '#'), secret).reason() == code::key_copy_malformed));
}

BOOST_AUTO_TEST_CASE(a_copy_that_asks_for_too_much_work_is_not_opened) {
  auto keys = some_keys(false);
  BOOST_TEST((read_key_copy(*write_key_copy(keys, secret, {17, 8}), secret).reason() ==
              code::key_copy_malformed));
  auto heavy = write_key_copy(keys, secret, {1, 2u << 20}); // 2 GiB
  if (heavy)
    BOOST_TEST((read_key_copy(*heavy, secret).reason() == code::key_copy_malformed));
}
