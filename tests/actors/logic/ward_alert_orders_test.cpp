// SPDX-License-Identifier: Apache-2.0
// Proves: people see a ward's open alerts, page by page, take note of them and close them, by name,
//         once; what they did is kept and said, and the journal can still be judged again.
// Method: each answer by hand on a ward with alerts of two kinds, dry and then real.
#define BOOST_TEST_MODULE ward_alert_orders
#include "tests/support/alert_world.hpp"

#include <boost/test/unit_test.hpp>

using namespace wardflow;
using namespace wardflow::test;

namespace {

const std::string skew = "22366/device.clock_skew/gateway";
const std::string suspended = "22366/venue.suspended_but_scanning/22366-00003";

/// Two open alerts.
void trouble(alert_world& w) {
  w.frame({visit(1, 1, w.stamp + 6 * minute_ms)});
  w.say(suspend(3));
  w.frame({visit(3, 1, w.stamp)});
  BOOST_REQUIRE(w.open() == 2u);
}

answer list(alert_world& w, std::uint32_t limit = 0, std::uint64_t after = 0) {
  query q;
  q.what = query_kind::alert_list;
  q.limit = limit;
  q.after = after;
  return w.say(q);
}

alert_order acknowledge(const std::string& name) {
  return {name, true, {}};
}
alert_order resolve(const std::string& name, const std::string& note = {}) {
  return {name, false, note};
}

} // namespace

BOOST_AUTO_TEST_CASE(the_list_has_what_is_not_resolved_in_order_of_its_opening_page_by_page) {
  alert_world w;
  BOOST_TEST(list(w).rows.empty());
  trouble(w);
  auto a = list(w);
  BOOST_TEST(
    (a.columns == std::vector<std::string>{"id", "name", "kind", "subject", "severity", "state",
                                           "first", "last", "count", "evidence", "by"}));
  BOOST_REQUIRE(a.rows.size() == 2u);
  BOOST_TEST(a.rows[0].at(1) == skew);
  auto now = time_text(w.stamp);
  BOOST_TEST((a.rows[1] == std::vector<std::string>{"2", suspended, "venue.suspended_but_scanning",
                                                    "22366-00003", "critical", "open", now, now,
                                                    "1", "refused=1 document=8/QĐ", ""}));
  auto first = list(w, 1);
  BOOST_TEST(first.more);
  BOOST_REQUIRE(first.rows.size() == 1u);
  auto second = list(w, 1, std::stoull(first.rows[0].at(0)));
  BOOST_TEST(!second.more);
  BOOST_REQUIRE(second.rows.size() == 1u);
  BOOST_TEST((second.rows[0] == a.rows[1]));
  BOOST_TEST((w.say(resolve(skew)).code == code::done));
  BOOST_TEST(list(w).rows.size() == 1u);
}

BOOST_AUTO_TEST_CASE(an_alert_is_acknowledged_and_resolved_once_by_somebody_with_a_note) {
  alert_world w;
  trouble(w);
  auto said = w.said().size();
  BOOST_TEST((w.say(acknowledge(suspended), true).code == code::dry_run_ok));
  BOOST_TEST(
    (w.find(alert_kind::venue_suspended_but_scanning, "22366-00003")->state == alert_state::open));
  BOOST_TEST((w.say(acknowledge(suspended)).code == code::done));
  for (auto dry : {true, false})
    BOOST_TEST((w.say(acknowledge(suspended), dry).code == code::already_so));
  BOOST_TEST(list(w).rows[1].at(5) == "acknowledged");
  BOOST_TEST(list(w).rows[1].at(10) == "test");
  auto a = w.say(resolve(suspended, "đã đóng cửa, 15/BB"));
  BOOST_TEST((a.code == code::done));
  BOOST_TEST(a.detail == suspended);
  for (auto dry : {true, false})
    for (auto& order : {acknowledge(suspended), resolve(suspended)})
      BOOST_TEST((w.say(order, dry).code == code::already_so));
  auto all = w.said();
  BOOST_REQUIRE(all.size() == said + 2);
  BOOST_TEST((all.back().state == alert_state::resolved));
  BOOST_TEST(all.back().by == "test: đã đóng cửa, 15/BB");
}

BOOST_AUTO_TEST_CASE(a_name_of_nothing_here_is_not_found) {
  alert_world w;
  trouble(w);
  for (auto name : {"", "22366", "22366/device.clock_skew", "22366/device.clock_skew/door",
                    "22366/no.such_kind/gateway", "22367/device.clock_skew/gateway"})
    for (auto dry : {true, false})
      BOOST_TEST((w.say(resolve(name), dry).code == code::not_found), name);
}

BOOST_AUTO_TEST_CASE(what_people_did_outlives_a_crash_and_a_second_judging_answers_the_same) {
  alert_world w;
  trouble(w);
  w.say(acknowledge(suspended));
  w.say(resolve(skew));
  w.say(resolve(skew));
  w.say(resolve("22366/card.cloned/nobody"));
  auto before = w.state_of_alerts();
  BOOST_REQUIRE((w.restart() == code::ok));
  BOOST_TEST(w.state_of_alerts() == before);
  BOOST_TEST(list(w).rows.size() == 1u);
  hash128_value again{};
  std::string detail;
  BOOST_TEST((w.verify(again, detail) == code::ok), detail);
  BOOST_TEST((again == w.state()));
}
