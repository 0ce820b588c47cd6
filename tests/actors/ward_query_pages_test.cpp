// SPDX-License-Identifier: Apache-2.0
// Proves: a list of any length comes complete, page by page, each row once; a question about days
//         that nobody can know is refused, not answered with zeros.
// Method: a ward's fold in one thread, with venues registered out of order; pages put together and
//         compared with the register.
#define BOOST_TEST_MODULE ward_query_pages
#include "actors/ward.hpp"
#include "messages/limits.hpp"
#include "tests/support/deterministic_system.hpp"
#include "tests/support/fold_world.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <functional>

using namespace wardflow;
using namespace wardflow::test;

namespace {

constexpr std::uint32_t venue_count = 7'001;

/// Venues 1 to venue_count, registered in a shuffled order.
void register_venues(fold_world& w) {
  BOOST_REQUIRE(w.say(std::vector<group_record>{{make_group_id(w.ward, 1), "Tổ 1"}}).code ==
                code::done);
  std::vector<venue_record> rows(venue_count);
  for (std::uint32_t i = 0; i != venue_count; ++i) {
    rows[i].facts.id = make_venue_id(w.ward, i + 1);
    rows[i].facts.group = make_group_id(w.ward, 1);
    rows[i].name = "Quán " + std::to_string(i + 1);
  }
  std::shuffle(rows.begin(), rows.end(), std::mt19937_64{7164});
  for (std::size_t from = 0; from < rows.size(); from += 4'000) {
    auto last = rows.begin() + static_cast<std::ptrdiff_t>(std::min(from + 4'000, rows.size()));
    std::vector<venue_record> piece{rows.begin() + static_cast<std::ptrdiff_t>(from), last};
    BOOST_REQUIRE(w.say(piece).code == code::done);
  }
}

/// One scan at each of `venues`, an hour before the stamp.
void scan_at(fold_world& w, std::uint32_t first, std::uint32_t venues, std::uint64_t sequence) {
  scan_round r;
  std::vector<scan> scans(venues);
  for (std::uint32_t i = 0; i != venues; ++i) {
    scans[i].venue = make_venue_id(w.ward, first + i);
    scans[i].card = card_id{1 + i};
    scans[i].at = w.stamp;
  }
  r.scans.push_back({peer_id{1}, device_id{1}, encode_batch(1, sequence, scans), 0});
  w.run(r);
}

void add_gateway(fold_world& w) {
  device_add d;
  d.name = "gateway";
  d.key[0] = 1;
  d.gateway = true;
  BOOST_REQUIRE(w.say(d).code == code::done);
}

using key_of_row = std::function<std::uint64_t(const std::vector<std::string>&)>;

/// All rows, asked for as a client asks; the number of pages in `pages`.
std::vector<std::vector<std::string>> all_rows(fold_world& w, query q, const key_of_row& key,
                                               std::size_t& pages) {
  std::vector<std::vector<std::string>> rows;
  for (pages = 1;; ++pages) {
    auto a = w.say(q);
    BOOST_REQUIRE(a.code == code::done);
    BOOST_REQUIRE(a.rows.size() <= limits::rows_per_command_max);
    rows.insert(rows.end(), a.rows.begin(), a.rows.end());
    if (!a.more)
      return rows;
    BOOST_REQUIRE(!a.rows.empty());
    q.after = key(a.rows.back());
  }
}

std::uint64_t venue_key(const std::vector<std::string>& row) {
  return static_cast<std::uint64_t>(*parse_venue_id(row[0]));
}

bool is_each_venue_once(const std::vector<std::vector<std::string>>& rows) {
  for (std::uint32_t i = 0; i != rows.size(); ++i)
    if (rows[i][0] != to_text(make_venue_id(fold_world::ward, i + 1)))
      return false;
  return rows.size() == venue_count;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_list_of_venues_is_complete_whatever_the_order_of_registering) {
  fold_world w;
  register_venues(w);
  query q;
  q.what = query_kind::venue_list;
  std::size_t pages = 0;
  BOOST_TEST(is_each_venue_once(all_rows(w, q, venue_key, pages)));
  BOOST_TEST(pages == 2u);
  q.limit = 1'000;
  BOOST_TEST(is_each_venue_once(all_rows(w, q, venue_key, pages)));
  BOOST_TEST(pages == 8u);
}

BOOST_AUTO_TEST_CASE(counts_by_venue_are_complete_page_by_page) {
  fold_world w;
  register_venues(w);
  add_gateway(w);
  scan_at(w, 1, 4'000, 1);
  scan_at(w, 4'001, 3'001, 4'001);
  query q;
  q.what = query_kind::counts_by_venue;
  std::size_t pages = 0;
  auto rows = all_rows(w, q, venue_key, pages);
  BOOST_TEST(is_each_venue_once(rows));
  BOOST_TEST(pages == 2u);
  BOOST_TEST(std::all_of(rows.begin(), rows.end(), [](auto& row) { return row[2] == "1"; }));
  q.venue = make_venue_id(w.ward, 4'711);
  rows = all_rows(w, q, venue_key, pages);
  BOOST_REQUIRE(rows.size() == 1u);
  BOOST_TEST(rows[0][0] == "22366-04711");
}

BOOST_AUTO_TEST_CASE(groups_devices_and_levels_are_paged_by_their_ids) {
  fold_world w;
  std::vector<group_record> groups;
  std::vector<level_update> levels;
  auto today = local_day(w.stamp);
  for (std::uint32_t i = 1; i <= 25; ++i) {
    groups.push_back({make_group_id(w.ward, i), "Tổ " + std::to_string(i)});
    for (day_number day = today; day < today + 3; ++day)
      levels.push_back({groups.back().id, risk_scale::resolution_128, 2, day, 1, "TYT", "1/TB"});
  }
  BOOST_REQUIRE(w.say(groups).code == code::done);
  BOOST_REQUIRE(w.say(levels).code == code::done);
  for (std::uint8_t i = 1; i <= 25; ++i) {
    device_add d;
    d.name = "gateway " + std::to_string(i);
    d.key[0] = i;
    d.gateway = true;
    BOOST_REQUIRE(w.say(d).code == code::done);
  }
  auto number = [](const auto& row) { return std::stoull(row[0]); };
  auto group = [](const auto& row) {
    return static_cast<std::uint64_t>(static_cast<std::uint32_t>(*parse_group_id(row[0])));
  };
  auto level = [&](const auto& row) { return group(row) << 16 | *parse_day(row[3]); };
  std::size_t pages = 0;
  query q;
  q.limit = 10;
  q.what = query_kind::group_list;
  BOOST_TEST(all_rows(w, q, group, pages).size() == 25u);
  BOOST_TEST(pages == 3u);
  q.what = query_kind::device_list;
  BOOST_TEST(all_rows(w, q, number, pages).size() == 25u);
  BOOST_TEST(pages == 3u);
  q.what = query_kind::level_list; // without a day: today's and what is to come
  BOOST_TEST(all_rows(w, q, level, pages).size() == 75u);
  BOOST_TEST(pages == 8u);
  q.day = today;
  BOOST_TEST(all_rows(w, q, level, pages).size() == 25u);
}

BOOST_AUTO_TEST_CASE(a_day_that_nobody_can_know_is_refused_and_not_answered_with_zeros) {
  fold_world w;
  auto today = local_day(w.stamp);
  auto ask = [&](query_kind what, int day) {
    query q;
    q.what = what;
    q.day = static_cast<day_number>(day);
    return w.say(q).code;
  };
  for (auto what :
       {query_kind::counts_by_venue, query_kind::counts_by_hour, query_kind::counts_by_reason}) {
    BOOST_TEST((ask(what, today - 31) == code::done));
    BOOST_TEST((ask(what, today - 32) == code::range_past_retention));
    BOOST_TEST((ask(what, today + 1) == code::done));
    BOOST_TEST((ask(what, today + 2) == code::query_malformed));
  }
  BOOST_TEST((ask(query_kind::identities, today - 19) == code::done));
  BOOST_TEST((ask(query_kind::identities, today - 20) == code::range_past_retention));
}

BOOST_AUTO_TEST_CASE(a_question_about_one_venue_finds_it_or_says_that_there_is_none) {
  fold_world w;
  venue_record v;
  v.facts.id = make_venue_id(w.ward, 17);
  v.name = "Quán";
  BOOST_REQUIRE(w.say(std::vector{v}).code == code::done);
  query q;
  q.what = query_kind::venue_show;
  for (auto [id, found] : {std::pair{make_venue_id(w.ward, 17), true},
                           {make_venue_id(w.ward, 18), false},
                           {make_venue_id(w.ward + 3, 17), false},
                           {venue_id{}, false}}) {
    q.venue = id;
    auto a = w.say(q);
    BOOST_TEST((a.code == (found ? code::done : code::not_found)));
    BOOST_TEST(a.rows.size() == (found ? 1u : 0u));
  }
}

BOOST_AUTO_TEST_CASE(awake_venues_report_each_day_that_a_round_is_asked_about) {
  deterministic_system world;
  auto fold = std::make_unique<ward_fold>(*unit_code::parse("22366"), ward_fold::options{});
  BOOST_REQUIRE(fold->state.loaded());
  std::vector<round_ptr> left;
  auto actor =
    world.system.spawn(ward, fold.release(), round_port{[&](round_ptr r) { left.push_back(r); }});
  auto run = [&](const std::function<void(scan_round&)>& fill) {
    auto r = std::make_shared<scan_round>();
    r->number = left.size() + 1;
    r->stamp = start_of(*parse_day("2021-10-20")) + 9 * hour_ms;
    fill(*r);
    world.self->send(actor, atom::work_v, r);
    world.run_shuffled(r->number);
    BOOST_REQUIRE(left.back() == r);
  };
  auto say = [](scan_round& r, command_body body) {
    command c;
    c.id[0] = static_cast<std::uint8_t>(10 * r.number + r.commands.size());
    c.body = std::move(body);
    r.commands.push_back({peer_id{1}, "test", c});
  };
  run([&](scan_round& r) {
    venue_record v;
    v.name = "Quán";
    device_add d;
    d.name = "gateway";
    d.key[0] = 1;
    d.gateway = true;
    say(r, std::vector{v});
    say(r, d);
  });
  run([&](scan_round& r) { // three scans yesterday, two today
    std::vector<scan> scans(5);
    for (std::size_t i = 0; i != scans.size(); ++i) {
      scans[i].venue = make_venue_id(fold_world::ward, 1);
      scans[i].card = card_id{i + 1};
      scans[i].at = r.stamp - (i < 3 ? day_ms : 0);
    }
    r.scans.push_back({peer_id{1}, device_id{1}, encode_batch(1, 1, scans), 0});
  });
  run([&](scan_round& r) {
    query q;
    q.what = query_kind::counts_by_venue;
    q.day = static_cast<day_number>(local_day(r.stamp) - 1);
    say(r, q);
    q.day = 0;
    say(r, q);
  });
  auto scans_in = [&](std::size_t which) {
    answer a;
    BOOST_REQUIRE(read_answer(left.back()->replies.at(which).body.view(), a) == code::ok);
    BOOST_REQUIRE(a.rows.size() == 1u);
    return a.rows[0][2];
  };
  BOOST_TEST(scans_in(0) == "3");
  BOOST_TEST(scans_in(1) == "2");
  caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
}
