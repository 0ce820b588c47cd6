// SPDX-License-Identifier: Apache-2.0
// Proves: rows leave a file in its order, when they are due, batched only with neighbours; what is
//   bad is named and skipped; what is outside the times is left out.
// Method: small files by hand, the clock by hand.
#define BOOST_TEST_MODULE replay_source
#include "nodes/wardctl/replay_source.hpp"

#include <boost/test/unit_test.hpp>

#include <random>

using namespace wardflow;
using namespace wardflow::wardctl;

namespace {

constexpr std::string_view heading = "event_time,venue,direction,flow,code,card\n";

std::string row(int minute, const std::string& who, bool code = false) {
  const auto two = std::to_string(100 + minute).substr(1);
  return "2021-10-20T08:" + two + ",22366-00017,in,," + (code ? who + "," : "," + who) + "\n";
}
std::string card(unsigned n) {
  char text[17];
  std::snprintf(text, sizeof text, "%016x", n);
  return text;
}

replay_options without_span() {
  replay_options o;
  o.span_ms = 0;
  return o;
}

struct desk {
  desk(std::string rows, replay_options o = without_span()) :
    text(std::string{heading} + std::move(rows)),
    source(text, o,
           [this](const row_problem& p, std::string_view raw) { bad.emplace_back(p.line, raw); }) {}
  std::string text;
  std::vector<std::pair<std::size_t, std::string>> bad;
  replay_source source;
};

using counts = std::vector<std::uint32_t>;

/// Sizes of all frames that are due; a code counts as 0.
counts sizes(replay_source& from, double now = 0) {
  counts out;
  while (auto f = from.next(now))
    out.push_back(f->is_batch() ? f->count() : 0);
  return out;
}

} // namespace

BOOST_AUTO_TEST_CASE(neighbours_with_pseudonyms_are_batched_and_a_code_stands_alone) {
  std::string rows;
  for (unsigned i = 1; i <= 7; ++i)
    rows += row(1, card(i));
  rows += row(2, "CODE A", true) + row(2, "CODE B", true) + row(3, card(8));
  replay_options o;
  o.batch = 3;
  o.span_ms = 0;
  desk d{rows, o};
  BOOST_TEST(sizes(d.source) == (counts{3, 3, 1, 0, 0, 1}), boost::test_tools::per_element());
  BOOST_TEST(d.source.at_end());
  BOOST_TEST(d.source.rows() == 10u);
}

BOOST_AUTO_TEST_CASE(a_row_is_what_the_file_says_with_its_line) {
  desk d{"2021-10-20T08:15:00.250+07:00,22366-00017,out,poster,,00abcdef01234567\n"
         "\n2021-10-20 08:47,22366-00018,in,staff,\"a \"\"b\"\"\",\n"};
  const auto batch = d.source.next(0);
  BOOST_REQUIRE(batch.has_value());
  const scan expected{
    venue_id{223660000017}, card_id{0x00abcdef01234567}, {},      1'634'692'500'250,
    direction::out,         flow::person_scans_poster,   code::ok};
  BOOST_TEST((batch->scans[0] == expected));
  BOOST_TEST(batch->lines[0] == 2u);
  const auto single = d.source.next(0);
  BOOST_REQUIRE(single.has_value());
  BOOST_TEST(single->code == "a \"b\"");
  BOOST_TEST(single->lines[0] == 4u);
  BOOST_TEST((single->scans[0].venue == venue_id{223660000018}));
}

BOOST_AUTO_TEST_CASE(a_bad_line_is_named_and_the_next_ones_follow) {
  desk d{row(1, card(1)) + "nonsense\n" + row(2, card(2)) +
         "2021-10-20T08:00,22366-00017,up,,,1\n" + row(3, card(3))};
  BOOST_TEST(sizes(d.source) == (counts{3}), boost::test_tools::per_element());
  BOOST_REQUIRE(d.bad.size() == 2u);
  BOOST_TEST(d.bad[0].first == 3u);
  BOOST_TEST(d.bad[0].second == "nonsense");
  BOOST_TEST(d.bad[1].first == 5u);
  BOOST_TEST(d.source.bad() == 2u);
}

BOOST_AUTO_TEST_CASE(times_outside_are_left_out) {
  std::string rows;
  for (int minute = 0; minute < 60; ++minute)
    rows += row(minute, card(1));
  replay_options o;
  o.from = *parse_time("2021-10-20T08:10");
  o.until = *parse_time("2021-10-20T08:30");
  o.span_ms = 0;
  desk d{rows, o};
  const auto f = d.source.next(0);
  BOOST_REQUIRE(f.has_value());
  BOOST_TEST(f->count() == 20u);
  BOOST_TEST(f->scans.front().at == o.from);
  BOOST_TEST(!d.source.next(0).has_value());
  BOOST_TEST(d.source.left_out() == 40u);
}

BOOST_AUTO_TEST_CASE(a_batch_spans_a_quarter_of_the_event_time_that_may_be_on_its_way) {
  std::string rows;
  for (int minute : {0, 1, 2, 3, 1, 4, 9, 20, 20, 5})
    rows += row(minute, card(1));
  replay_options o;
  o.span_ms = 8 * minute_ms;
  desk d{rows, o};
  std::vector<std::pair<time_ms, time_ms>> spans;
  const auto zero = *parse_time("2021-10-20T08:00");
  counts found;
  while (auto f = d.source.next(0)) {
    found.push_back(f->count());
    spans.emplace_back((f->oldest - zero) / minute_ms, (f->newest - zero) / minute_ms);
  }
  BOOST_TEST(found == (counts{3, 3, 1, 3}), boost::test_tools::per_element());
  const std::vector<std::pair<time_ms, time_ms>> expected{{0, 2}, {3, 4}, {9, 9}, {20, 20}};
  BOOST_TEST((spans == expected)); // a late row spreads nothing
}

BOOST_AUTO_TEST_CASE(at_a_rate_rows_are_due_one_after_the_other) {
  std::string rows;
  for (unsigned i = 1; i <= 100; ++i)
    rows += row(1, card(i));
  replay_options o;
  o.pace.rate = 50; // one each 20 ms
  desk d{rows, o};
  BOOST_TEST(sizes(d.source, 0) == (counts{1}), boost::test_tools::per_element());
  BOOST_TEST(d.source.due() == 20.0);
  BOOST_TEST(!d.source.at_end());
  BOOST_TEST(sizes(d.source, 1'000) == (counts{50}), boost::test_tools::per_element());
  BOOST_TEST(sizes(d.source, 1'980) == (counts{49}), boost::test_tools::per_element());
  BOOST_TEST(d.source.at_end());
}

BOOST_AUTO_TEST_CASE(at_a_speed_rows_are_due_by_their_own_times_and_late_ones_at_once) {
  auto o = without_span();
  o.pace.speed = 60; // a minute in a second
  desk d{row(10, card(1)) + row(12, card(2)) + row(3, card(3)) + row(20, card(4)), o};
  BOOST_TEST(sizes(d.source, 0) == (counts{1}), boost::test_tools::per_element());
  BOOST_TEST(d.source.due() == 2'000.0);
  BOOST_TEST(sizes(d.source, 2'000) == (counts{2}), boost::test_tools::per_element());
  BOOST_TEST(d.source.due() == 10'000.0);
  BOOST_TEST(sizes(d.source, 9'999).empty());
  BOOST_TEST(sizes(d.source, 10'000) == (counts{1}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_heading_that_is_wrong_is_said_before_any_row) {
  const std::string text = "event_time,venue,way\n";
  replay_source s{text, {}, [](const row_problem&, std::string_view) {}};
  BOOST_REQUIRE(s.header_problem().has_value());
  BOOST_TEST((s.header_problem()->what == code::file_columns_wrong));
  BOOST_TEST(!s.next(0).has_value());
  BOOST_TEST(s.at_end());
}

BOOST_AUTO_TEST_CASE(the_order_of_a_random_file_is_kept_whatever_the_batch) {
  std::mt19937 random{7164};
  for (int round = 0; round < 50; ++round) {
    std::string rows;
    std::vector<std::uint64_t> expected;
    for (std::uint64_t i = 0; i < 200; ++i) {
      const bool code = random() % 3 == 0;
      rows += row(static_cast<int>(random() % 60), code ? "C" : card(7), code);
      expected.push_back(i + 2);
    }
    auto o = without_span();
    o.batch = 1 + static_cast<std::uint32_t>(random() % 20);
    desk d{rows, o};
    std::vector<std::uint64_t> lines;
    while (auto f = d.source.next(0)) {
      BOOST_TEST(f->count() <= o.batch);
      lines.insert(lines.end(), f->lines.begin(), f->lines.end());
    }
    BOOST_TEST(lines == expected, boost::test_tools::per_element());
  }
}
