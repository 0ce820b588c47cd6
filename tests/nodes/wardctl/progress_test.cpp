// SPDX-License-Identifier: Apache-2.0
// Proves: the progress line says the right figures, is silent away from a terminal, and cleans up.
// Method: a string for a terminal and a clock that is a number.
#define BOOST_TEST_MODULE progress
#include "nodes/wardctl/progress.hpp"

#include <boost/test/unit_test.hpp>

#include <sstream>

using namespace wardflow::wardctl;

BOOST_AUTO_TEST_CASE(away_from_a_terminal_nothing_is_written) {
  std::ostringstream out;
  {
    progress p{out, false, "replay", 100, 0};
    p.update(50, 1'000);
    p.finish();
  }
  BOOST_TEST(out.str().empty());
}

BOOST_AUTO_TEST_CASE(the_line_says_share_count_rate_and_time_left) {
  std::ostringstream out;
  progress p{out, true, "replay", 10'000, 5'000};
  BOOST_TEST(p.line(2'500, 7'000, "") == "replay  [█████               ]  25 %  2,500/10,000  "
                                         "1,250/s  0:06");
  BOOST_TEST(p.line(0, 5'000, "") == "replay  [                    ]  0 %  0/10,000  0/s");
  BOOST_TEST(p.line(10'000, 15'000, "late 3") == "replay  [████████████████████]  100 %  "
                                                 "10,000/10,000  1,000/s  late 3");
  BOOST_TEST(p.line(12'000, 15'000, "").find("100 %  12,000/10,000") != std::string::npos);
  BOOST_TEST(p.line(1, 5'000 + 61'000, "").find("  10165:39") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(parts_of_a_cell_are_shown) {
  std::ostringstream out;
  progress p{out, true, "x", 1'000, 0};
  BOOST_TEST(p.line(25, 1'000, "").starts_with("x  [▌                   ]  2 %"));
  BOOST_TEST(p.line(999, 1'000, "").starts_with("x  [███████████████████▉]  99 %"));
}

BOOST_AUTO_TEST_CASE(an_unknown_total_shows_no_bar) {
  std::ostringstream out;
  progress p{out, true, "import", 0, 0};
  BOOST_TEST(p.line(1'234'567, 1'000, "") == "import  1,234,567  1,234,567/s");
}

BOOST_AUTO_TEST_CASE(the_line_is_rewritten_at_most_ten_times_a_second_and_cleared_at_the_end) {
  std::ostringstream out;
  {
    progress p{out, true, "x", 0, 0};
    for (int now = 1; now <= 1'000; ++now)
      p.update(static_cast<std::uint64_t>(now), now);
    auto lines = 0;
    for (auto c : out.str())
      lines += c == '\r' ? 1 : 0;
    BOOST_TEST(lines == 10);
    BOOST_TEST(out.str().find('\n') == std::string::npos);
    p.finish();
  }
  BOOST_TEST(out.str().ends_with("\r\x1b[K"));
  auto text = out.str();
  BOOST_TEST(!text.ends_with("\r\x1b[K\r\x1b[K"));
}

BOOST_AUTO_TEST_CASE(a_closed_descriptor_is_no_terminal) {
  BOOST_TEST(!is_terminal(-1));
}
