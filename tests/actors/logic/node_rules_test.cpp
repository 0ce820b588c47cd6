// SPDX-License-Identifier: Apache-2.0
// Proves: every node raises an alert once while its clock is not believed, and one whose severity
//         grows while its store fills up; each ends when its cause has passed, and no sooner.
// Method: rounds by hand, an alert book of no node in particular.
#define BOOST_TEST_MODULE node_rules
#include "actors/logic/node_rules.hpp"

#include <boost/test/unit_test.hpp>

using namespace wardflow;

namespace {

const unit_code city = *unit_code::parse("568");

struct node_of_no_kind {
  const alert* after(unsigned store_percent, bool clock_unsure = false) {
    r.clear();
    r.stamp += minute_ms;
    r.store_percent = static_cast<decltype(r.store_percent)>(store_percent);
    r.clock_unsure = clock_unsure;
    raise_node_alerts(alerts, city, r);
    return alerts.find(alert_kind::store_nearly_full, city.text());
  }

  alert_book alerts{city};
  scan_round r;
};

} // namespace

BOOST_AUTO_TEST_CASE(a_store_that_fills_up_is_one_alert_that_grows_worse_and_ends) {
  node_of_no_kind n;
  BOOST_TEST(n.after(0) == nullptr); // nobody says
  BOOST_TEST(n.after(69) == nullptr);
  auto* full = n.after(70);
  BOOST_REQUIRE(full != nullptr);
  BOOST_TEST((full->severity == severity::notice));
  BOOST_TEST(full->evidence == "percent=70");
  BOOST_TEST(n.after(84)->count == 1u);
  BOOST_TEST((n.after(85)->severity == severity::warning));
  BOOST_TEST((n.after(95)->severity == severity::critical));
  BOOST_TEST(n.after(95)->count == 3u);
  BOOST_TEST((n.after(0)->state == alert_state::open)); // nobody says: it stays as it was
  BOOST_TEST((n.after(65)->state == alert_state::open));
  BOOST_TEST((n.after(64)->state == alert_state::resolved));
}

BOOST_AUTO_TEST_CASE(a_clock_that_is_not_believed_is_one_alert_until_it_is) {
  node_of_no_kind n;
  n.after(0, true);
  auto* doubt = n.alerts.find(alert_kind::clock_unsure, city.text());
  BOOST_REQUIRE(doubt != nullptr);
  BOOST_TEST(doubt->evidence == "stamp=" + time_text(n.r.stamp));
  n.after(0, true);
  BOOST_TEST(doubt->count == 1u);
  n.after(0);
  BOOST_TEST((doubt->state == alert_state::resolved));
}
