// SPDX-License-Identifier: Apache-2.0
// Proves: what was done has its row each time; of refusals alike the first has, and the others are
//         one row an hour that says how many; the numbers add up whatever happens, also when there
//         are more kinds than places; nothing is counted after its hour without a row.
// Method: entries by hand; then random ones by seed against a plain sum.
#define BOOST_TEST_MODULE refusal_meter
#include "actors/logic/refusal_meter.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <random>
#include <string>

using namespace wardflow;

namespace {

audit_entry refused(const std::string& by, code why = code::key_wrong_role) {
  audit_entry e;
  e.by = by;
  e.deed = audit_deed::venue_suspend;
  e.outcome = why;
  return e;
}

audit_entry done(const std::string& by) {
  return refused(by, code::done);
}

std::uint64_t times(const std::vector<audit_entry>& rows) {
  std::uint64_t sum = 0;
  for (auto& e : rows)
    sum += e.times;
  return sum;
}

constexpr time_ms noon = 1'634'360'400'000;

} // namespace

BOOST_AUTO_TEST_CASE(what_was_done_is_a_row_each_time) {
  refusal_meter m;
  auto rows = m.rows_of({done("lan"), done("lan"), refused("lan", code::already_so)}, noon);
  BOOST_TEST(rows.size() == 3u);
  BOOST_TEST(m.rows_of({done("lan")}, noon).size() == 1u);
  BOOST_TEST(m.rest().empty());
}

BOOST_AUTO_TEST_CASE(the_first_refusal_is_a_row_and_the_others_one_an_hour) {
  refusal_meter m;
  auto rows = m.rows_of({refused("lan"), done("lan"), refused("lan"), refused("minh")}, noon);
  BOOST_TEST_REQUIRE(rows.size() == 3u); // lan's, what was done, minh's; in this order
  BOOST_TEST((rows[1].outcome == code::done));
  BOOST_TEST(rows[2].by == "minh");
  BOOST_TEST(times(rows) == 3u);
  for (auto i = 1; i != 60; ++i)
    BOOST_TEST(m.rows_of({refused("lan")}, noon + i * minute_ms).empty());
  auto last = refused("lan");
  last.subject = "22366-00017";
  BOOST_TEST(m.rows_of({last}, noon + hour_ms - 1).empty());
  rows = m.rows_of({}, noon + hour_ms);
  BOOST_TEST_REQUIRE(rows.size() == 1u);
  BOOST_TEST(rows[0].times == 61u);
  BOOST_TEST(rows[0].subject == "22366-00017");                        // of the newest
  BOOST_TEST(m.rows_of({refused("lan")}, noon + hour_ms + 1).empty()); // the next hour
  rows = m.rows_of({refused("lan")}, noon + 2 * hour_ms);
  BOOST_TEST(times(rows) == 1u); // what came in it; and this one waits
  BOOST_TEST(times(m.rest()) == 1u);
  BOOST_TEST(m.rest().empty());
}

BOOST_AUTO_TEST_CASE(what_a_reader_asks_for_in_vain_is_counted_and_what_it_got_is_not) {
  refusal_meter m;
  auto remove = [](code outcome) {
    auto e = refused("lan", outcome);
    e.deed = audit_deed::subscription_remove;
    return e;
  };
  for (auto outcome : {code::not_found, code::subscription_owned}) {
    BOOST_TEST(m.rows_of({remove(outcome)}, noon).size() == 1u);
    BOOST_TEST(m.rows_of({remove(outcome)}, noon).empty());
  }
  for (auto i = 0; i != 3; ++i)
    BOOST_TEST(m.rows_of({remove(code::done)}, noon).size() == 1u);
}

BOOST_AUTO_TEST_CASE(after_a_quiet_hour_the_next_one_is_a_row_at_once) {
  refusal_meter m;
  BOOST_TEST(m.rows_of({refused("lan")}, noon).size() == 1u);
  BOOST_TEST(m.rows_of({refused("lan")}, noon + 3 * hour_ms).size() == 1u);
}

BOOST_AUTO_TEST_CASE(another_reason_deed_way_or_unit_is_another_kind) {
  refusal_meter m;
  auto way = refused("lan"), deed = refused("lan"), unit = refused("lan"), as = refused("lan");
  way.way = audit_way::above;
  deed.deed = audit_deed::hello;
  unit.unit = *unit_code::parse("22366");
  as.role = role::health;
  BOOST_TEST(
    m.rows_of({refused("lan"), refused("lan", code::key_revoked), way, deed, unit, as}, noon)
      .size() == 6u);
}

BOOST_AUTO_TEST_CASE(the_numbers_add_up_with_more_kinds_than_places) {
  std::mt19937_64 random{7};
  refusal_meter m;
  std::map<std::string, std::uint64_t> said, written;
  auto now = noon;
  auto add = [&](const std::vector<audit_entry>& rows) {
    for (auto& e : rows)
      written[e.by] += e.times;
  };
  std::size_t rows = 0;
  for (auto round = 0; round != 3'000; ++round) {
    now += static_cast<time_ms>(random() % minute_ms);
    std::vector<audit_entry> some;
    for (auto n = random() % 8; n != 0; --n) {
      auto e = refused("key " + std::to_string(random() % (round < 1'000 ? 20 : 1'500)));
      e.times = 1 + random() % 3;
      said[e.by] += e.times;
      some.push_back(std::move(e));
    }
    auto out = m.rows_of(std::move(some), now);
    rows += out.size();
    add(out);
  }
  BOOST_TEST(rows < 10'000u);
  add(m.rest());
  BOOST_TEST((written == said));
}
