// SPDX-License-Identifier: Apache-2.0
// Proves: every figure of an answer is that of a recount of the scans; lists come in pages; a
//         question changes nothing and leaves no trace in the journal.
// Method: random days by seed, each verdict kept in a list and recounted slowly for each question.
#define BOOST_TEST_MODULE ward_query_counts
#include "tests/support/command_samples.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <set>

using namespace wardflow;
using namespace wardflow::test;

namespace {

struct counted {
  scan what;
  verdict said;
  day_number arrived = 0;
};

struct asked_ward : fold_world {
  asked_ward() { furnish(*this); }

  answer ask(query_kind what, day_number day = 0, std::uint32_t serial = 0) {
    query q;
    q.what = what;
    q.day = day;
    if (serial != 0)
      q.venue = make_venue_id(ward, serial);
    return say(q);
  }

  void scan_some(traffic& t) {
    scan_round r;
    std::vector<scan> scans(1 + t.below(30));
    for (auto& s : scans) {
      s = t.any_scan(*this);
      s.linked = {};
    }
    r.scans.push_back({peer_id{1}, device_id{1}, encode_batch(1, t.next, scans), 0});
    t.next += scans.size();
    run(r);
    for (std::size_t i = 0; i != scans.size(); ++i)
      all.push_back({scans[i], to_verdict(r.words[i]), local_day(stamp)});
  }

  std::vector<counted> all;
};

struct venue_sum {
  std::uint64_t in = 0, out = 0, refused = 0, late = 0;
  std::set<card_id> persons;
};

std::map<venue_id, venue_sum> recount(const asked_ward& w, day_number day) {
  std::map<venue_id, venue_sum> sums;
  for (auto& [s, v, arrived] : w.all) {
    if (!v.counts() || local_day(s.at) != day)
      continue;
    auto& sum = sums[s.venue];
    ++(s.way == direction::in ? sum.in : sum.out);
    sum.refused += s.way == direction::in && v.decision == decision::refuse;
    sum.late += v.late;
    sum.persons.insert(s.card);
  }
  return sums;
}

std::uint64_t number(const answer& a, std::string_view name) {
  return std::stoull(fact(a, name));
}

void use(asked_ward& w, std::uint64_t seed) {
  traffic t{seed};
  for (auto i = 0; i != 80; ++i) {
    w.stamp += static_cast<time_ms>(t.below(40 * minute_ms));
    w.scan_some(t);
  }
}

} // namespace

BOOST_AUTO_TEST_CASE(counts_by_venue_are_those_of_a_recount) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      asked_ward w;
      use(w, seed);
      for (int back = 0; back != 5; ++back) {
        auto day = static_cast<day_number>(local_day(w.stamp) - back);
        auto expected = recount(w, day);
        auto a = w.ask(query_kind::counts_by_venue, day);
        std::uint64_t with_scans = 0;
        venue_id before{};
        for (auto& row : a.rows) {
          auto id = *parse_venue_id(row.at(0));
          auto& sum = expected[id];
          BOOST_TEST(row.at(2) == std::to_string(sum.in));
          BOOST_TEST(row.at(3) == std::to_string(sum.out));
          BOOST_TEST(row.at(4) == std::to_string(sum.refused));
          BOOST_TEST(row.at(5) == std::to_string(sum.persons.size()));
          BOOST_TEST(row.at(10) == std::to_string(sum.late));
          BOOST_TEST((before < id)); // in the order of ids, for pages
          before = id;
          with_scans += sum.in + sum.out != 0;
        }
        std::erase_if(expected, [](auto& e) { return e.second.in + e.second.out == 0; });
        BOOST_TEST(with_scans == expected.size());
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(counts_by_hour_are_those_of_a_recount_also_of_one_venue) {
  asked_ward w;
  use(w, 31);
  auto day = local_day(w.stamp);
  for (std::uint32_t serial : {0u, 3u, 7u}) {
    std::map<std::string, std::array<std::uint64_t, 5>> expected;
    for (auto& [s, v, arrived] : w.all) {
      if (!v.counts() || local_day(s.at) != day || (serial != 0 && serial_of(s.venue) != serial))
        continue;
      auto hour = local_hour(s.at) % 24;
      auto& row = expected[(hour < 10 ? "0" : "") + std::to_string(hour) + ":00"];
      ++row[s.way == direction::in ? 0 : 1];
      row[2] += s.way == direction::in && v.decision == decision::refuse;
      row[3] += v.late;
      row[4] += s.flow == flow::person_scans_poster;
    }
    auto a = w.ask(query_kind::counts_by_hour, day, serial);
    BOOST_REQUIRE(a.rows.size() == expected.size());
    std::size_t i = 0;
    for (auto& [hour, row] : expected) {
      BOOST_TEST(a.rows[i].at(0) == hour);
      for (std::size_t k = 0; k != row.size(); ++k)
        BOOST_TEST(a.rows[i].at(k + 1) == std::to_string(row[k]));
      ++i;
    }
  }
}

BOOST_AUTO_TEST_CASE(counts_by_reason_and_the_status_are_those_of_a_recount) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      asked_ward w;
      use(w, seed);
      auto today = local_day(w.stamp);
      std::map<unsigned, std::uint64_t> reasons;
      std::uint64_t scans = 0, counted = 0, refused = 0;
      std::set<card_id> persons;
      for (auto& [s, v, arrived] : w.all) {
        if (v.counts() && local_day(s.at) == today)
          persons.insert(s.card);
        if (arrived != today)
          continue;
        ++reasons[static_cast<unsigned>(v.reason)];
        ++scans;
        counted += v.counts();
        refused += v.counts() && v.decision == decision::refuse;
      }
      auto a = w.ask(query_kind::counts_by_reason);
      BOOST_REQUIRE(a.rows.size() == reasons.size());
      for (auto& row : a.rows)
        BOOST_TEST(row.at(1) == std::to_string(reasons[static_cast<unsigned>(std::stoul(row[0]))]));
      BOOST_TEST(number(a, "scans") == scans);
      BOOST_TEST(number(a, "refused") == refused);
      auto status = w.ask(query_kind::status);
      BOOST_TEST(status.facts.at(0).first == "clock"); // what is doubtful is said first
      BOOST_TEST(number(status, "scans_taken") == w.all.size());
      BOOST_TEST(number(status, "scans_today") == scans);
      BOOST_TEST(number(status, "counted_today") == counted);
      BOOST_TEST(number(status, "persons_today") == persons.size());
      BOOST_TEST(number(status, "venues") == std::uint64_t{venue_count});
      BOOST_TEST(number(status, "devices") == 2u);
      auto active = recount(w, today);
      BOOST_TEST(number(status, "venues_active") == active.size());
      // A status is of today, whatever day somebody writes into the question.
      BOOST_TEST(number(w.ask(query_kind::status, 7), "scans_today") == scans);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_identities_hold_on_every_day_and_a_broken_one_is_said) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      fold_world w;
      furnish(w);
      traffic t{seed};
      for (auto i = 0; i != 100; ++i) {
        pass(t, w);
        scan_round r;
        t.frames(w, r);
        w.run(r);
        if (i % 10 != 0)
          continue;
        for (int back = 0; back != 3; ++back) {
          query q;
          q.what = query_kind::identities;
          q.day = static_cast<day_number>(local_day(w.stamp) - back);
          auto a = w.say(q);
          for (auto& row : a.rows)
            BOOST_TEST(row.at(4) == "yes", row.at(0)
                                             << ": " << row.at(1) << row.at(2) << row.at(3));
          BOOST_TEST((a.code == code::done));
        }
      }
      w.fold->state.scans += 1; // a scan that no device sent
      query q;
      q.what = query_kind::identities;
      BOOST_TEST((w.say(q).code == code::state_differs));
    }
  }
}

BOOST_AUTO_TEST_CASE(the_identities_hold_on_a_day_that_got_scans_four_weeks_late) {
  asked_ward w;
  std::vector<scan> scans(30);
  for (std::size_t i = 0; i != scans.size(); ++i) {
    scans[i].venue = make_venue_id(w.ward, 1 + static_cast<std::uint32_t>(i % 3));
    scans[i].card = card_id{1 + i};
    scans[i].at = w.stamp - static_cast<time_ms>(i) * day_ms;
  }
  scan_round r;
  r.scans.push_back({peer_id{1}, device_id{1}, encode_batch(1, 1, scans), 0});
  w.run(r);
  for (int back = 0; back != 20; ++back) {
    auto a = w.ask(query_kind::identities, static_cast<day_number>(local_day(w.stamp) - back));
    BOOST_TEST((a.code == code::done), back << " days ago");
    BOOST_TEST(number(a, "scans") == 1u);
  }
  BOOST_TEST(
    (w.ask(query_kind::identities, static_cast<day_number>(local_day(w.stamp) - 20)).code ==
     code::range_past_retention));
}

BOOST_AUTO_TEST_CASE(venues_are_listed_in_pages_and_shown_one_by_one) {
  asked_ward w;
  query q;
  q.what = query_kind::venue_list;
  q.limit = 7;
  std::vector<std::string> listed;
  for (;;) {
    auto a = w.say(q);
    BOOST_TEST(a.rows.size() <= 7u);
    for (auto& row : a.rows)
      listed.push_back(row.at(0));
    if (!a.more)
      break;
    q.after = static_cast<std::uint64_t>(*parse_venue_id(listed.back()));
  }
  BOOST_REQUIRE(listed.size() == venue_count);
  for (std::uint32_t n = 1; n <= venue_count; ++n)
    BOOST_TEST(listed[n - 1] == to_text(make_venue_id(w.ward, n)));
  BOOST_TEST((w.say(suspend(5)).code == code::done));
  auto shown = w.ask(query_kind::venue_show, 0, 5);
  BOOST_REQUIRE(shown.rows.size() == 1u);
  BOOST_TEST(shown.rows[0].at(1) == "Quán 5");
  BOOST_TEST(shown.rows[0].at(9) == "suspended 8/QĐ");
  BOOST_TEST((w.ask(query_kind::venue_show, 0, 999).code == code::not_found));
}

BOOST_AUTO_TEST_CASE(the_other_lists_show_what_was_registered) {
  asked_ward w;
  auto tomorrow = level(w, 2, 3, 1);
  w.say(std::vector<level_update>{level(w, 1, 2), tomorrow});
  BOOST_TEST(w.ask(query_kind::group_list).rows.size() == 2u);
  auto books = w.ask(query_kind::rulebook_list);
  BOOST_REQUIRE(books.rows.size() == 2u);
  BOOST_TEST(books.rows[0].at(0) == "20211016");
  BOOST_TEST(w.ask(query_kind::level_list).rows.size() == 2u); // today's, and what is to come
  auto one = w.ask(query_kind::level_list, tomorrow.effective_from);
  BOOST_REQUIRE(one.rows.size() == 1u);
  BOOST_TEST(one.rows[0].at(0) == "22366.02");
  BOOST_TEST(one.rows[0].at(2) == "3");
  BOOST_TEST((w.say(device_revoke{device_id{2}, "3/QĐ"}).code == code::done));
  auto devices = w.ask(query_kind::device_list);
  BOOST_REQUIRE(devices.rows.size() == 2u);
  BOOST_TEST(devices.rows[0].at(2) == "gateway");
  BOOST_TEST(devices.rows[1].at(6) == "revoked 3/QĐ");
  BOOST_TEST((w.ask(static_cast<query_kind>(99)).code == code::query_malformed));
}

BOOST_AUTO_TEST_CASE(a_card_is_shown_with_its_colour_and_its_counts) {
  asked_ward w;
  auto show = [&](std::uint64_t id, code problem = code::ok) {
    query q;
    q.what = query_kind::card_show;
    q.card = card_id{id};
    q.problem = problem;
    return w.say(q);
  };
  BOOST_TEST((show(0).code == code::card_no_identity));
  BOOST_TEST((show(0, code::card_malformed).code == code::card_malformed));
  BOOST_TEST((show(5).code == code::not_found));
  w.say(std::vector<card_update>{card(5)});
  auto a = show(5);
  BOOST_TEST(fact(a, "colour") == "green");
  BOOST_TEST(fact(a, "full_dose") == day_text(18'800));
  BOOST_TEST(fact(a, "linked") == "no");
  w.say(revoke(5));
  BOOST_TEST(fact(show(5), "colour") == "red");
  BOOST_TEST(fact(show(5), "revoked") == "yes");
  scan s;
  s.venue = make_venue_id(w.ward, 1);
  s.card = card_id{5};
  s.linked = card_id{6};
  s.at = w.stamp;
  scan_round r;
  r.scans.push_back({peer_id{1}, device_id{1}, encode_batch(1, 1, {&s, 1}), 0});
  w.run(r);
  BOOST_TEST(fact(show(6), "scans") == "1"); // the same person by the other key
  BOOST_TEST(fact(show(6), "linked") == "yes");
}

BOOST_AUTO_TEST_CASE(questions_change_nothing_and_are_not_in_the_journal) {
  asked_ward w;
  use(w, 5);
  auto state = w.state();
  auto rows = w.rows;
  auto records = w.records.size();
  for (std::uint16_t what = 1; what <= 13; ++what)
    w.ask(static_cast<query_kind>(what));
  BOOST_TEST((w.state() == state));
  BOOST_TEST((w.rows == rows));
  BOOST_TEST(w.records.size() == records);
}

BOOST_AUTO_TEST_CASE(a_question_for_another_node_is_sent_there) {
  asked_ward w;
  for (auto what : {query_kind::node_list, query_kind::counts_by_unit})
    BOOST_TEST((w.ask(what).code == code::query_elsewhere));
  query q;
  BOOST_TEST((w.say(q, false, *unit_code::parse("22366")).code == code::done));
  auto a = w.say(q, false, *unit_code::parse("22351"));
  BOOST_TEST((a.code == code::unit_not_below));
  BOOST_TEST(a.detail == "22351");
}

BOOST_AUTO_TEST_CASE(verify_goes_to_the_reader_with_the_hash_of_its_round) {
  asked_ward w;
  use(w, 6);
  auto state = w.state();
  scan_round r;
  command c;
  query q;
  q.what = query_kind::verify;
  c.id[3] = 9;
  c.body = q;
  r.commands.push_back({peer_id{8}, "test", c});
  w.run(r);
  BOOST_TEST(r.verify_wanted);
  BOOST_TEST((r.verify_by.what.id == c.id));
  BOOST_TEST((r.state_hash == state));
  BOOST_TEST(r.replies.empty());
}
