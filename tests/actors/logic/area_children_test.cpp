// SPDX-License-Identifier: Apache-2.0
// Proves: a child goes on where it was read to, over restarts of both; an older epoch, another
//         node, a log that went back and a foreign unit are refused; of two living twins one is
//         read and the other told so, and takes over once the first is silent.
// Method: hellos and times by hand; children by seed that restart, trim and lose their log, beside
//         a count of what was read.
#define BOOST_TEST_MODULE area_children
#include "actors/logic/area_children.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <random>

using namespace wardflow;

namespace {

const unit_code ward = *unit_code::parse("22366");
const time_ms noon = start_of(*parse_day("2021-10-20")) + 12 * hour_ms;

link_hello hello(std::uint64_t boot, std::uint64_t epoch = 1, std::uint64_t next = 1,
                 std::uint64_t first = 1) {
  link_hello h;
  h.unit = ward;
  h.id[0] = 1;
  h.epoch = epoch;
  h.boot = boot;
  h.up = {{lane::control, first, next}, {lane::bulk, first, next}};
  return h;
}

hello_outcome outcome(area_children& c, const link_hello& h, time_ms stamp) {
  return c.greet(h, ward, stamp).outcome;
}

area_children loaded_again(const std::map<std::string, std::vector<std::byte>>& rows) {
  area_children c;
  for (auto& [key, value] : rows)
    BOOST_REQUIRE(c.load(key, value));
  return c;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_child_is_read_on_from_its_cursor_and_says_how_far_behind_we_are) {
  area_children c;
  auto first = c.greet(hello(10, 1, 8), ward, noon);
  BOOST_TEST((first.outcome == hello_outcome::welcome));
  BOOST_TEST(first.wanted[1] == 1u);
  BOOST_TEST(!first.replaced);
  BOOST_TEST(c.find(ward)->lag(lane::bulk) == 7u);
  BOOST_TEST(c.goes_on(ward, lane::bulk, 1));
  BOOST_TEST(!c.goes_on(ward, lane::bulk, 2));
  c.advance(ward, lane::bulk, 5, noon);
  c.advance(ward, lane::bulk, 3, noon); // a repeat
  BOOST_TEST(c.find(ward)->lag(lane::bulk) == 2u);
  BOOST_TEST(c.find(ward)->lag(lane::control) == 7u);
  lane_range grown{lane::bulk, 1, 20};
  c.holds(ward, noon + 300, noon, {&grown, 1});
  BOOST_TEST(c.find(ward)->lag(lane::bulk) == 14u);
  BOOST_TEST(c.find(ward)->clock_offset == 300);
  std::map<std::string, std::vector<std::byte>> rows;
  std::vector<saved_row> written;
  c.flush(written);
  BOOST_REQUIRE(written.size() == 1u);
  rows[written[0].key] = written[0].value;
  c.flush(written);
  BOOST_TEST(written.size() == 1u); // nothing more to save
  for (std::size_t n = 0; n != rows.begin()->second.size(); ++n)
    BOOST_TEST(
      !area_children{}.load(rows.begin()->first, std::span{rows.begin()->second}.first(n)));
  auto again = loaded_again(rows);
  auto second = again.greet(hello(10, 1, 20), ward, noon + 1);
  BOOST_TEST(second.wanted[0] == 1u);
  BOOST_TEST(second.wanted[1] == 6u);
}

BOOST_AUTO_TEST_CASE(a_key_speaks_for_its_own_unit) {
  area_children c;
  BOOST_TEST(
    (c.greet(hello(1), *unit_code::parse("22367"), noon).outcome == hello_outcome::other_unit));
  BOOST_TEST(c.all().empty());
  BOOST_TEST(!c.hear(ward, 1, noon));
}

BOOST_AUTO_TEST_CASE(an_older_epoch_and_another_node_are_fenced) {
  area_children c;
  BOOST_TEST((outcome(c, hello(1, 5), noon) == hello_outcome::welcome));
  BOOST_TEST((outcome(c, hello(2, 4), noon + hour_ms) == hello_outcome::fenced));
  auto other = hello(3, 5);
  other.id[0] = 2;
  BOOST_TEST((outcome(c, other, noon + hour_ms) == hello_outcome::fenced));
  BOOST_TEST(c.hear(ward, 1, noon + hour_ms)); // who was read is read on
  other.epoch = 6;
  BOOST_TEST((outcome(c, other, noon + hour_ms) == hello_outcome::welcome));
  BOOST_TEST((c.find(ward)->id == other.id));
  BOOST_TEST(!c.hear(ward, 1, noon + hour_ms));
}

BOOST_AUTO_TEST_CASE(an_epoch_far_above_the_last_one_is_nobodys) {
  constexpr auto most = area_children::epochs_at_once;
  area_children c;
  for (auto epoch : {most + 1, std::uint64_t{1} << 40, ~std::uint64_t{0}})
    BOOST_TEST((outcome(c, hello(1, epoch), noon) == hello_outcome::far_ahead));
  BOOST_TEST(c.all().empty()); // and it is not remembered
  BOOST_TEST((outcome(c, hello(1, 3), noon) == hello_outcome::welcome));
  BOOST_TEST((outcome(c, hello(2, ~std::uint64_t{0}), noon) == hello_outcome::far_ahead));
  BOOST_TEST((outcome(c, hello(2, 4 + most), noon) == hello_outcome::far_ahead));
  BOOST_TEST(c.hear(ward, 1, noon)); // who was read is read on
  BOOST_TEST((outcome(c, hello(2, 3 + most), noon) == hello_outcome::welcome));
}

BOOST_AUTO_TEST_CASE(a_child_that_was_forgotten_is_a_new_one) {
  area_children c;
  (void)c.greet(hello(1, 5, 50), ward, noon);
  c.advance(ward, lane::bulk, 49, noon);
  std::vector<saved_row> rows;
  c.flush(rows);
  BOOST_REQUIRE(rows.size() == 1u);
  BOOST_TEST(!c.forget(*unit_code::parse("22367"), rows));
  BOOST_TEST(rows.size() == 1u);
  BOOST_TEST(c.forget(ward, rows));
  BOOST_REQUIRE(rows.size() == 2u);
  BOOST_TEST(rows[1].erase);
  BOOST_TEST(rows[1].key == rows[0].key);
  BOOST_TEST(c.find(ward) == nullptr);
  BOOST_TEST(!c.hear(ward, 1, noon));
  c.flush(rows);
  BOOST_TEST(rows.size() == 2u); // nothing of it is to be saved
  auto g = c.greet(hello(2, 1, 30, 10), ward, noon + 1);
  BOOST_TEST((g.outcome == hello_outcome::welcome)); // whatever its epoch
  BOOST_TEST(!g.replaced);
  BOOST_TEST(g.wanted[1] == 10u);
}

BOOST_AUTO_TEST_CASE(a_new_epoch_begins_anew_and_is_to_say_all_again) {
  area_children c;
  (void)c.greet(hello(1, 1, 50), ward, noon);
  c.advance(ward, lane::bulk, 49, noon);
  BOOST_TEST((outcome(c, hello(2, 1, 30), noon) == hello_outcome::went_back));
  auto g = c.greet(hello(2, 2, 30, 10), ward, noon);
  BOOST_TEST((g.outcome == hello_outcome::welcome));
  BOOST_TEST(g.replaced);
  BOOST_TEST(!g.gap);
  BOOST_TEST(g.wanted[1] == 10u);
}

BOOST_AUTO_TEST_CASE(what_was_trimmed_before_it_was_read_is_a_gap_until_the_child_says_so) {
  area_children c;
  (void)c.greet(hello(1, 1, 50), ward, noon);
  c.advance(ward, lane::bulk, 10, noon);
  auto g = c.greet(hello(1, 1, 80, 40), ward, noon);
  BOOST_TEST(g.gap);
  BOOST_TEST(g.wanted[1] == 11u); // it is to say first, once more, all that it holds
  BOOST_TEST(c.greet(hello(1, 1, 80, 40), ward, noon).gap);
  for (auto l : {lane::control, lane::bulk})
    c.advance(ward, l, 39, noon);
  BOOST_TEST(!c.greet(hello(1, 1, 80, 40), ward, noon).gap);
}

BOOST_AUTO_TEST_CASE(a_quick_restart_is_no_twin) {
  area_children c;
  for (std::uint64_t boot = 1; boot != 30; ++boot) {
    auto at = noon + static_cast<time_ms>(boot) * 500;
    BOOST_TEST((outcome(c, hello(boot), at) == hello_outcome::welcome));
    BOOST_TEST(c.hear(ward, boot, at));
  }
}

BOOST_AUTO_TEST_CASE(of_two_living_twins_one_is_read_until_it_is_silent) {
  area_children c;
  auto at = noon;
  BOOST_TEST((outcome(c, hello(1), at) == hello_outcome::welcome));
  BOOST_TEST((outcome(c, hello(2), at + 100) == hello_outcome::welcome)); // it may have restarted
  BOOST_TEST(!c.hear(ward, 1, at + 200));                                 // but it has not
  BOOST_TEST((outcome(c, hello(1), at + 300) == hello_outcome::again));
  for (at = noon + area_children::grace_ms + 100; at < noon + minute_ms; at += second_ms) {
    BOOST_TEST(c.hear(ward, 2, at));
    BOOST_TEST((outcome(c, hello(1), at + 10) == hello_outcome::twin));
  }
  BOOST_TEST((outcome(c, hello(1), at + area_children::speaks_ms) == hello_outcome::welcome));
  BOOST_TEST(!c.hear(ward, 2, at + area_children::speaks_ms));
  at += area_children::speaks_ms + area_children::grace_ms;
  BOOST_TEST(c.hear(ward, 1, at));
  BOOST_TEST((outcome(c, hello(2), at) == hello_outcome::twin));
  c.leave(ward, 2); // not the one that is read
  BOOST_TEST(c.hear(ward, 1, at));
  c.leave(ward, 1);
  BOOST_TEST((outcome(c, hello(2), at) == hello_outcome::welcome));
}

BOOST_AUTO_TEST_CASE(a_new_machine_takes_the_epoch_that_was_kept_for_it_and_no_other_does) {
  area_children c;
  BOOST_REQUIRE((outcome(c, hello(10, 3, 8), noon) == hello_outcome::welcome));
  c.advance(ward, lane::bulk, 5, noon);
  c.took(ward, lane::control, 9);
  c.took(ward, lane::control, 4); // an acknowledgement that was overtaken
  BOOST_TEST(c.speaks(ward, noon + 5 * second_ms));
  BOOST_TEST(!c.speaks(ward, noon + area_children::speaks_ms));
  BOOST_TEST(c.replace(ward) == 4u);
  BOOST_TEST(!c.speaks(ward, noon));
  BOOST_TEST(!c.hear(ward, 10, noon));
  std::vector<saved_row> rows;
  c.flush(rows);
  auto again = loaded_again({{rows.at(0).key, rows.at(0).value}});
  BOOST_TEST((outcome(again, hello(11, 3, 8), noon) == hello_outcome::fenced));
  auto of_new = hello(12, 4, 2);
  of_new.id[0] = 77;
  auto seen = again.greet(of_new, ward, noon);
  BOOST_TEST((seen.outcome == hello_outcome::welcome));
  BOOST_TEST(seen.replaced);
  BOOST_TEST(seen.wanted[1] == 1u);
  BOOST_TEST(again.find(ward)->took[0] == 9u); // its registers are of a machine that took so much
  auto third = of_new;
  third.id[0] = 78;
  BOOST_TEST((outcome(again, third, noon) == hello_outcome::fenced));
  BOOST_TEST((outcome(again, hello(13, 5), noon) == hello_outcome::welcome)); // put back: its own
  BOOST_TEST(again.find(ward)->took[0] == 0u);
}

BOOST_AUTO_TEST_CASE(silence_is_of_those_that_came_once) {
  area_children c;
  (void)c.greet(hello(1), ward, noon);
  BOOST_TEST(c.silent_since(noon - 1).empty());
  BOOST_TEST(c.silent_since(noon).size() == 1u);
  BOOST_TEST(c.hear(ward, 1, noon + 5));
  BOOST_TEST(c.silent_since(noon).empty());
}

BOOST_AUTO_TEST_CASE(every_entry_is_read_once_over_restarts_of_both_sides) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937_64 random{seed};
      area_children c;
      std::map<std::string, std::vector<std::byte>> rows;
      std::uint64_t first = 1, next = 1, boot = 1, read = 0, skipped = 0, wanted = 0;
      auto at = noon;
      for (auto i = 0; i != 400; ++i) {
        at += static_cast<time_ms>(random() % 4000);
        next += random() % 5;
        if (random() % 20 == 0)
          ++boot;
        if (random() % 30 == 0)
          first += random() % (next - first + 1);
        if (random() % 20 == 0)
          c = loaded_again(rows);
        auto g = c.greet(hello(boot, 1, next, first), ward, at);
        BOOST_REQUIRE((g.outcome == hello_outcome::welcome));
        BOOST_REQUIRE(wanted == 0 || g.wanted[1] == wanted);
        BOOST_TEST(g.gap == (first > std::min(g.wanted[0], g.wanted[1])));
        skipped += wanted == 0 ? g.wanted[1] - 1 : 0;
        wanted = g.wanted[1];
        for (auto l : {lane::control, lane::bulk})
          if (g.gap)
            c.advance(ward, l, first - 1, at);
        skipped += g.gap && first > wanted ? first - wanted : 0;
        wanted = std::max(wanted, g.gap ? first : 0);
        if (next > wanted) {
          auto through = wanted + random() % (next - wanted);
          BOOST_REQUIRE(c.goes_on(ward, lane::bulk, wanted));
          c.advance(ward, lane::bulk, through, at);
          read += through + 1 - wanted;
          wanted = through + 1;
        }
        std::vector<saved_row> written;
        c.flush(written);
        for (auto& row : written)
          rows[row.key] = row.value;
      }
      BOOST_TEST(read + skipped + c.find(ward)->lag(lane::bulk) == next - 1);
    }
  }
}
