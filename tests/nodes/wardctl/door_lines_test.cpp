// SPDX-License-Identifier: Apache-2.0
// Proves: whatever line ends a reader sends, and however its bytes arrive, each code is one line,
//   and none is made of the rest of another.
// Method: texts cut at every place; a slow splitter beside it on random bytes.
#define BOOST_TEST_MODULE door_lines
#include "nodes/wardctl/door_lines.hpp"

#include <boost/test/unit_test.hpp>

#include <random>
#include <string>
#include <vector>

using namespace wardflow;
using namespace wardflow::wardctl;

namespace {

using lines = std::vector<std::string>;

bytes raw(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

/// The lines of these pieces, one after the other.
lines of(const std::vector<std::string_view>& pieces) {
  door_lines d;
  lines out;
  const auto add = [&](bytes line) {
    out.emplace_back(reinterpret_cast<const char*>(line.data()), line.size());
  };
  for (auto piece : pieces)
    d.feed(raw(piece), add);
  d.finish(add);
  return out;
}

/// Slow and obvious: CRLF first, then each CR and LF ends a line; empty ones are none.
lines expected(std::string text) {
  if (text.starts_with("\xef\xbb\xbf"))
    text.erase(0, 3);
  for (auto at = text.find("\r\n"); at != text.npos; at = text.find("\r\n", at))
    text.replace(at, 2, "\n");
  lines out(1);
  for (auto c : text) {
    if (c == '\n' || c == '\r')
      out.emplace_back();
    else
      out.back() += c;
  }
  std::erase_if(out, [](const std::string& line) { return line.empty(); });
  for (auto& line : out)
    line.resize(std::min(line.size(), door_lines::keep_max));
  return out;
}

} // namespace

BOOST_AUTO_TEST_CASE(every_line_end_ends_a_line_and_an_empty_line_is_no_code) {
  BOOST_TEST((of({"a\nb\r\nc\rd"}) == lines{"a", "b", "c", "d"}));
  BOOST_TEST((of({"a\r\n\r\n\n\rb\r"}) == lines{"a", "b"}));
  BOOST_TEST((of({"a\r", "\nb\n"}) == lines{"a", "b"}));
  BOOST_TEST(of({"\r\n"}).empty());
  BOOST_TEST(of({}).empty());
}

BOOST_AUTO_TEST_CASE(a_bom_is_of_the_input_and_not_of_a_code) {
  BOOST_TEST(
    (of({"\xef\xbb\xbf", "code\n\xef\xbb\xbfother\n"}) == lines{"code", "\xef\xbb\xbfother"}));
  BOOST_TEST(of({"\xef\xbb\xbf\n"}).empty());
}

BOOST_AUTO_TEST_CASE(zero_bytes_and_blanks_are_bytes) {
  const std::string_view zero{"a\0b\n \t\n", 7};
  BOOST_TEST((of({zero}) == lines{{"a\0b", 3}, " \t"}));
}

BOOST_AUTO_TEST_CASE(a_line_that_is_too_long_is_one_line_and_says_so) {
  const std::string longest(limits::code_bytes_max, 'a');
  const auto found = of({longest, "\n", longest, "b\n", longest, longest, longest, "\nnext"});
  BOOST_REQUIRE(found.size() == 4u);
  BOOST_TEST(found[0].size() == limits::code_bytes_max);
  BOOST_TEST(found[1].size() == limits::code_bytes_max + 1);
  BOOST_TEST(found[2].size() == limits::code_bytes_max + 1);
  BOOST_TEST(found[3] == "next");
}

BOOST_AUTO_TEST_CASE(how_the_bytes_arrive_does_not_matter) {
  const std::string text = "\xef\xbb\xbf"
                           "ab\r\ncd\ref\n\n\rg";
  for (std::size_t i = 0; i <= text.size(); ++i)
    for (auto j = i; j <= text.size(); ++j) {
      const std::string_view all{text};
      BOOST_TEST((of({all.substr(0, i), all.substr(i, j - i), all.substr(j)}) == expected(text)));
    }
}

BOOST_AUTO_TEST_CASE(random_bytes_agree_with_a_slow_splitter) {
  std::mt19937 random{7164};
  for (int i = 0; i < 3'000; ++i) {
    std::string text;
    static constexpr std::string_view some{"ab\r\n\0\xef\xbb\xbf", 8};
    for (auto n = random() % 40; n > 0; --n)
      text += some[random() % some.size()];
    if (random() % 5 == 0)
      text.insert(random() % (text.size() + 1), 1'000 + random() % 100, 'x');
    std::vector<std::string_view> pieces;
    for (std::string_view rest = text; !rest.empty();) {
      pieces.push_back(rest.substr(0, 1 + random() % 7));
      rest.remove_prefix(pieces.back().size());
    }
    BOOST_TEST((of(pieces) == expected(text)), "round " << i);
  }
}
