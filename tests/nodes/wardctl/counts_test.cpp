// SPDX-License-Identifier: Apache-2.0
// Proves: the figures that people and programs get are those of the scans that were sent; a day
//         that nobody can know is refused.
// Method: a small day of scans by a gateway, counted by hand.
#define BOOST_TEST_MODULE counts
#include "tests/support/contains.hpp"
#include "tests/support/wardctl_rig.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

using namespace wardflow;
using namespace wardflow::test;
using nlohmann::json;

namespace {

constexpr auto ward = ward_rig::ward;

/// Venue 1: five people in at 08:00, two of them out at 09:00. Venue 2: one in at 10:00, a payment
/// code. Venue 3: nothing. Yesterday at venue 2: three in, late.
struct world : wardctl_rig {
  world() {
    BOOST_REQUIRE(node.furnish(3));
    std::vector<card_update> cards(20);
    for (std::uint64_t i = 0; i != cards.size(); ++i) {
      cards[i].card = card_id{i + 1};
      cards[i].facts.full_dose = *parse_day("2021-08-01"); // green
    }
    BOOST_REQUIRE((node.say(cards)->code == code::done));
    auto day = start_of(*parse_day("2021-10-20"));
    std::vector<scan> scans;
    auto add = [&](std::uint32_t venue, std::uint64_t card, time_ms at, direction way) {
      scan s;
      s.venue = make_venue_id(ward, venue);
      s.card = card_id{card};
      s.at = day + at;
      s.way = way;
      scans.push_back(s);
    };
    for (std::uint64_t card = 1; card <= 5; ++card)
      add(1, card, 8 * hour_ms, direction::in);
    add(1, 1, 9 * hour_ms, direction::out);
    add(1, 2, 9 * hour_ms, direction::out);
    add(2, 1, 10 * hour_ms, direction::in);
    for (std::uint64_t card = 11; card <= 13; ++card)
      add(2, card, 20 * hour_ms - day_ms, direction::in);
    add(2, 0, 10 * hour_ms, direction::in);
    scans.back().problem = code::code_payment;
    send_scans(scans);
  }
  json ask(std::vector<std::string> words) {
    words.insert(words.begin(), {"--json", "counts"});
    auto got = (*this)(words);
    BOOST_TEST_REQUIRE(json::accept(got.out), got.out << got.err);
    return json::parse(got.out);
  }
};

} // namespace

BOOST_FIXTURE_TEST_CASE(counts_by_venue_are_the_busiest_first, world) {
  auto rows = ask({});
  BOOST_TEST_REQUIRE(rows.size() == 2u);
  BOOST_TEST((rows[0] == json{{"venue", "22366-00001"},
                              {"name", "Quan 1"},
                              {"in", 5},
                              {"out", 2},
                              {"refused", 0},
                              {"persons", 5},
                              {"inside", 3},
                              {"visits", 2},
                              {"inferred", 0},
                              {"unmatched", 0},
                              {"late", 7}}),
             rows.dump());
  BOOST_TEST((rows[1]["venue"] == "22366-00002" && rows[1]["in"] == 1));
  BOOST_TEST((ask({"--limit", "1"}).size() == 1u));
  auto one = ask({"--venue", "22366-00002"});
  BOOST_TEST((one.size() == 1u && one[0]["venue"] == "22366-00002"));
  BOOST_TEST((ask({"--venue", "22366-00003"}).empty()));
  auto yesterday = ask({"--day", "2021-10-19"});
  BOOST_TEST_REQUIRE(yesterday.size() >= 1u);
  BOOST_TEST((yesterday[0]["venue"] == "22366-00002" && yesterday[0]["in"] == 3));
}

BOOST_FIXTURE_TEST_CASE(people_get_a_total_that_sums_what_may_be_summed, world) {
  auto got = (*this)({"--lang", "vi", "counts"});
  BOOST_TEST(contains(got.out, "Địa điểm     Tên     Vào  Ra"), got.out);
  BOOST_TEST(contains(got.out, "\nTổng                   6   2"), got.out);
  auto one = (*this)({"--lang", "vi", "counts", "--limit", "1"});
  BOOST_TEST(!contains(one.out, "Quan 2"));
  BOOST_TEST(contains(one.out, "\nTổng                   6   2"), one.out); // of all of them
}

BOOST_FIXTURE_TEST_CASE(counts_by_hour_stand_where_the_scans_were_made, world) {
  auto rows = ask({"--hours"});
  BOOST_TEST_REQUIRE(rows.size() == 3u);
  BOOST_TEST((rows[0]["hour"] == "08:00" && rows[0]["in"] == 5 && rows[0]["out"] == 0));
  BOOST_TEST((rows[1]["hour"] == "09:00" && rows[1]["out"] == 2));
  BOOST_TEST((rows[2]["hour"] == "10:00" && rows[2]["in"] == 1));
  auto late = ask({"--hours", "--day", "2021-10-19", "--venue", "22366-00002"});
  BOOST_TEST_REQUIRE(late.size() == 1u);
  BOOST_TEST((late[0]["hour"] == "20:00" && late[0]["late"] == 3));
}

BOOST_FIXTURE_TEST_CASE(counts_by_reason_sum_to_all_scans, world) {
  auto figures = ask({"--reasons"});
  BOOST_TEST((figures["scans"] == 12 && figures["counted"] == 11));
  auto sum = 0, payment = 0;
  for (auto& row : figures["reasons"]) {
    sum += row["scans"].get<int>();
    if (row["code"] == "code_payment")
      payment = row["scans"].get<int>();
    BOOST_TEST(row["share_percent"].is_number());
    BOOST_TEST(row["text"].is_string());
  }
  BOOST_TEST(sum == 12);
  BOOST_TEST(payment == 1);
  auto people = (*this)({"--lang", "vi", "counts", "--reasons"});
  BOOST_TEST(contains(people.out, "Đây là mã thanh toán"), people.out);
  BOOST_TEST(contains(people.out, "8.3"), people.out);
}

BOOST_FIXTURE_TEST_CASE(the_identities_hold_and_are_shown_with_both_sides, world) {
  auto figures = ask({"--identities"});
  BOOST_TEST((figures["code"] == "identities_hold" && figures["day"] == "2021-10-20"));
  BOOST_TEST(figures["identities"].size() >= 9u);
  for (auto& row : figures["identities"])
    BOOST_TEST((row["holds"] == true), row.dump());
  BOOST_TEST((figures["identities"][0] == json{{"identity", "presence_balances"},
                                               {"left", 9},
                                               {"relation", "="},
                                               {"right", 9},
                                               {"holds", true}}),
             figures.dump());
  auto people = (*this)({"--lang", "vi", "counts", "--identities"});
  BOOST_TEST(contains(people.out, "Mọi đẳng thức kiểm tra đều đúng."));
  for (auto& row : figures["identities"]) // each in words
    BOOST_TEST(!contains(people.out, row["identity"].get<std::string>()), row.dump());
}

BOOST_FIXTURE_TEST_CASE(a_day_that_nobody_can_know_is_refused, world) {
  for (auto kind : {"--hours", "--reasons", "--identities"}) {
    auto old = (*this)({"counts", kind, "--day", "2021-09-01"});
    BOOST_TEST(old.code == 1);
    BOOST_TEST(contains(old.err, "That day's data were purged"), old.err);
    BOOST_TEST((*this)({"counts", kind, "--day", "2021-12-24"}).code == 1);
  }
  BOOST_TEST((*this)({"counts", "--day", "2021-09-01"}).code == 1);
}

BOOST_FIXTURE_TEST_CASE(spreadsheets_get_the_rows, world) {
  auto csv = (*this)({"counts", "--csv"}).out;
  BOOST_TEST(csv.starts_with("\xef\xbb\xbfvenue,name,in,out,refused,persons,inside,visits,"
                             "inferred,unmatched,late\n22366-00001,Quan 1,5,2,0,5,3,2,0,0,"),
             csv);
  BOOST_TEST(!contains(csv, "Total"));
}
