// SPDX-License-Identifier: Apache-2.0
// Proves: a node's open alerts are listed and shown in words for people and whole for programs;
//         they are acknowledged and resolved once, by operators, and outlive a restart of the node.
// Method: the program against a real node that lives on 2021-10-20 and is given cause.
#define BOOST_TEST_MODULE alerts
#include "tests/support/contains.hpp"
#include "tests/support/wardctl_rig.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

using namespace wardflow;
using namespace wardflow::test;
using nlohmann::json;

namespace {

const std::string suspended = "22366/venue.suspended_but_scanning/22366-00002";

/// A ward in which somebody scans at a suspended venue, and one card is at two places.
struct world : wardctl_rig {
  world() {
    BOOST_REQUIRE(node.furnish(3));
    auto& rig = *this;
    BOOST_REQUIRE(rig({"venue", "suspend", "22366-00002", "--document", "12/QĐ"}).code == 0);
    auto at = *parse_time("2021-10-20T09:00");
    scan s;
    s.at = at;
    s.card = card_id{0x0123'4567'89ab'cdef};
    s.venue = make_venue_id(ward_rig::ward, 1);
    auto second = s;
    second.venue = make_venue_id(ward_rig::ward, 2);
    second.at = at + 20 * second_ms;
    send_scans({s, second});
  }
  json ask(std::vector<std::string> words) {
    words.insert(words.begin(), "--json");
    auto got = (*this)(words);
    BOOST_TEST_REQUIRE(json::accept(got.out), got.out << got.err);
    return json::parse(got.out);
  }
};

} // namespace

BOOST_FIXTURE_TEST_CASE(open_alerts_are_listed_for_people_and_whole_for_programs, world) {
  auto& rig = *this;
  auto all = ask({"alerts", "list"});
  BOOST_TEST_REQUIRE(all.size() == 2u);
  BOOST_TEST((all[0] == json{{"name", "22366/card.cloned/0123456789"},
                             {"kind", "card.cloned"},
                             {"subject", "0123456789"},
                             {"severity", "critical"},
                             {"state", "open"},
                             {"first", "2021-10-20T09:00:20.000+07:00"},
                             {"last", "2021-10-20T09:00:20.000+07:00"},
                             {"count", 1},
                             {"evidence", "venue=22366-00002 other=22366-00001 apart_s=20"},
                             {"by", nullptr}}));
  BOOST_TEST((all[1]["name"] == suspended));
  BOOST_TEST((ask({"alerts", "list", "--limit", "1"}) == json{all[0]}));
  auto csv = rig({"alerts", "list", "--csv"});
  BOOST_TEST(contains(csv.out, "name,kind,subject,severity,state,first,last,count,evidence,by\n"));
  auto people = rig({"--lang", "vi", "alerts", "list"});
  BOOST_TEST(contains(people.out, "Mức độ        Trạng thái  Lần cuối"), people.out);
  BOOST_TEST(contains(people.out, "NGHIÊM TRỌNG  đang mở     2021-10-20 09:00:20"), people.out);
  auto one = rig({"--lang", "vi", "alerts", "show", suspended});
  BOOST_TEST(contains(one.out, "địa điểm bị đình chỉ vẫn đón khách"), one.out);
  BOOST_TEST(contains(one.out, "số lần từ chối 1, văn bản 12/QĐ"), one.out);
  BOOST_TEST((ask({"alerts", "show", suspended}) == all[1]));
}

BOOST_FIXTURE_TEST_CASE(an_alert_is_acknowledged_and_resolved_once, world) {
  auto& rig = *this;
  auto took = ask({"alerts", "ack", suspended});
  BOOST_TEST((took == json{{"code", "done"}, {"name", suspended}}));
  auto again = rig({"alerts", "ack", suspended});
  BOOST_TEST(again.code == 0);
  BOOST_TEST(contains(again.out, "It is so already"), again.out);
  auto shown = ask({"alerts", "show", suspended});
  BOOST_TEST((shown["state"] == "acknowledged"));
  BOOST_TEST((shown["by"].is_string()));
  auto closed = rig({"alerts", "resolve", suspended, "--note", "đã đóng cửa"});
  BOOST_TEST(closed.code == 0, closed.err);
  BOOST_TEST(contains(closed.out, "đã đóng cửa"));
  BOOST_TEST(ask({"alerts", "list"}).size() == 1u);
  auto gone = rig({"alerts", "show", suspended});
  BOOST_TEST(gone.code == 1);
  BOOST_TEST(gone.out == "");
}

BOOST_FIXTURE_TEST_CASE(a_wrong_name_is_refused_in_both_places, world) {
  auto& rig = *this;
  for (auto verb : {"show", "ack", "resolve"}) {
    auto form = rig({"alerts", verb, "22366-00002"});
    BOOST_TEST(form.code == 2);
    BOOST_TEST(contains(form.err, "wants an alert's name such as"), form.err);
    auto none = rig({"alerts", verb, "22366/venue.over_capacity/22366-00002"});
    BOOST_TEST(none.code == 1);
    BOOST_TEST(contains(none.err, "22366/venue.over_capacity/22366-00002"), none.err);
  }
}

BOOST_FIXTURE_TEST_CASE(who_may_look_may_not_close, world) {
  auto target = person(role::supervisor, "Thanh tra");
  BOOST_TEST(call({"alerts", "list", "--target", target}).code == 0);
  auto no = call({"alerts", "resolve", suspended, "--target", target});
  BOOST_TEST(no.code == 1);
  BOOST_TEST(contains(no.err, "This key's role may not do that"), no.err);
  BOOST_TEST(ask({"alerts", "list"}).size() == 2u);
}

BOOST_FIXTURE_TEST_CASE(alerts_are_there_after_a_restart_and_the_journal_agrees, world) {
  auto& rig = *this;
  BOOST_TEST(rig({"alerts", "ack", suspended}).code == 0);
  BOOST_TEST(rig({"alerts", "resolve", "22366/card.cloned/0123456789"}).code == 0);
  BOOST_TEST(rig({"verify"}).code == 0);
  BOOST_REQUIRE(node.stop() == 0);
  BOOST_REQUIRE(start_again());
  auto all = ask({"alerts", "list"});
  BOOST_TEST_REQUIRE(all.size() == 1u);
  BOOST_TEST((all[0]["name"] == suspended));
  BOOST_TEST((all[0]["state"] == "acknowledged"));
  BOOST_TEST(rig({"verify"}).code == 0);
}
