// SPDX-License-Identifier: Apache-2.0
// What must hold of the simulated tree when it is calm again.
#include "tests/support/tree_world.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace wardflow::test::tree {

namespace {

/// What came of all that was said to a ward.
struct told_facts {
  unit_code ward;
  std::map<card_id, card_facts> cards{};
  std::map<card_id, bool> revoked{};
  std::map<venue_id, bool> closed{};
  std::map<std::pair<group_id, day_number>, level_update> levels{};
  bool book = false; // the one that not everybody has from the beginning
  time_ms cards_said = 0, levels_said = 0;

  void hear(const handed_down& d) {
    if (auto* order = std::get_if<venue_order>(&d.what.body)) {
      if (d.to == ward && d.lapses)
        closed.erase(order->venue); // it came in time, or not
      else if (d.to == ward)
        closed[order->venue] = order->suspend;
    } else if (auto* one = std::get_if<card_order>(&d.what.body)) {
      revoked[one->card] = one->revoke;
    } else if (auto* some = std::get_if<std::vector<card_update>>(&d.what.body)) {
      for (auto& row : *some)
        cards[row.card] = row.facts;
      cards_said = d.what.more ? cards_said : std::max(cards_said, d.said);
    } else if (auto* rows = std::get_if<std::vector<level_update>>(&d.what.body)) {
      for (auto& l : *rows)
        if (auto& known = levels[{l.group, l.effective_from}]; known.published_at <= l.published_at)
          known = l;
      levels_said = std::max(levels_said, d.said);
    } else {
      book = book || std::holds_alternative<rulebook_text>(d.what.body);
    }
  }
};

} // namespace

/// What is still on its way; empty: nothing.
std::string world::unrest() const {
  for (auto& p : places_)
    if (auto why = p.what->unrest(); !why.empty())
      return std::string{p.what->unit.text()} + " " + why;
  auto next = [](const area_node& a) {
    return std::array{a.fold->down.next(lane::control), a.fold->down.next(lane::bulk)};
  };
  if (city_.fold->parent.next() != next(province_))
    return "directives for the city";
  for (auto& w : wards_)
    if (w->fold->state.parent.next() != next(city_))
      return "directives for " + std::string{w->unit.text()};
  for (auto& p : places_)
    if (p.what->owes())
      return "a snapshot for " + std::string{p.what->unit.text()};
  for (auto& s : supervisors_) {
    auto name = s.at->fold->feeds.names().find(s.name);
    if (name == s.at->fold->feeds.names().end() || name->second.next != s.through + 1 ||
        s.through + 1 != s.at->fold->up.next(lane::control))
      return "alerts for the supervisor at " + std::string{s.at->unit.text()};
  }
  for (auto& d : directives_)
    if (!d.answered)
      return "an answer for the operator";
  return {};
}

void world::check() {
  BOOST_TEST(wrong_ == nullptr, wrong_);
  if (wrong_ != nullptr)
    return;
  for (auto& p : places_) {
    rounds += p.what->rounds;
    crashes += p.what->crashes;
    pieces += p.what->pieces;
    alerts_said += p.what->kept.log.size();
    if (auto* w = dynamic_cast<ward_node*>(p.what)) {
      check_counts(p, *w);
      if (!places_[0].was_restored) // else it may be lost with the city what was said there
        check_facts(p, *w);
    }
    check_alerts(p);
  }
  check_directives();
  for (auto& s : supervisors_)
    check_supervisor(s);
  check_sums();
}

/// Not both the city and a ward lost something: what neither knows any more may stay above.
bool world::alike() const {
  return std::ranges::count_if(places_, [](auto& p) { return p.was_restored; }) <= 1 ||
         !places_[0].was_restored;
}

/// What the city has of a ward is what the province has of it.
void world::check_sums() {
  for (auto& [unit, w] : city_.fold->book.wards()) {
    auto* above = province_.fold->book.find(unit);
    BOOST_REQUIRE(above != nullptr);
    for (auto& [hour, row] : w.hours) {
      BOOST_REQUIRE(above->hours.contains(hour));
      auto& held = above->hours.at(hour);
      BOOST_TEST((alike() ? held == row : held.revision >= row.revision));
      if (alike())
        BOOST_TEST((city_.fold->book.sum(hour) == province_.fold->book.sum(hour)));
    }
    for (auto& [day, row] : w.days) {
      BOOST_REQUIRE(above->days.contains(day));
      auto& held = above->days.at(day);
      BOOST_TEST((alike() ? held == row : held.revision >= row.revision));
      if (alike())
        BOOST_TEST((city_.fold->book.sum_day(day) == province_.fold->book.sum_day(day)));
    }
    if (alike())
      BOOST_TEST((above->hours.size() == w.hours.size() && above->days.size() == w.days.size()));
  }
}

/// The gateway's scans, the ward's tally, and what city and province have of it, hour by hour.
void world::check_counts(const place& p, const ward_node& w) {
  BOOST_TEST_CONTEXT("ward " << w.unit.text()) {
    auto& s = w.fold->state;
    for (auto& [hour, row] : s.tally.hours()) {
      auto counts = row.counts();
      auto truth = w.kept.counted.find(hour);
      BOOST_REQUIRE(truth != w.kept.counted.end());
      BOOST_TEST(counts.in + counts.out == truth->second);
      scans += truth->second;
    }
    auto is_over = [&](unsigned day) { return day + count_days < local_day(s.last_stamp); };
    for (auto* above : {&city_, &province_}) {
      auto* book = above->fold->book.find(w.unit);
      BOOST_REQUIRE((book != nullptr || s.tally.hours().empty()));
      for (auto& [hour, row] : s.tally.hours()) {
        if (is_over(hour / 24))
          continue; // it was away for longer than counts are told
        auto at = book->hours.find(hour);
        BOOST_REQUIRE((at != book->hours.end()));
        BOOST_TEST((at->second.counts == row.counts()));
      }
      for (auto& [day, row] : s.rollups.days()) {
        if (is_over(day))
          continue;
        auto at = book->days.find(day);
        BOOST_REQUIRE((at != book->days.end()));
        BOOST_TEST((at->second == row));
      }
      // Only a ward that was put back may have lost hours; above they stay. And longer than below.
      if (!p.was_restored && book != nullptr)
        for (auto& [hour, row] : book->hours)
          BOOST_TEST((s.tally.hours().contains(hour) || is_over(hour / 24)));
    }
  }
}

/// The newest revision of each alert that a node published is what all above it hold.
void world::check_alerts(const place& p) {
  auto& of = *p.what;
  for (auto& [name, a] : of.kept.said) {
    if (a.unit != of.unit)
      continue; // of a node below
    for (auto* above : {&city_, &province_}) {
      if (&of == &province_ || (&of == &city_ && above == &city_))
        continue;
      auto* held = above->fold->book.find(alert_ref{a.unit, a.kind, a.subject});
      BOOST_TEST_CONTEXT(name << " at " << above->unit.text()) {
        if (held == nullptr && names_card(a.kind) &&
            local_day(a.last) + area_book::card_days_kept < local_day(above->fold->last_stamp))
          continue; // it is forgotten
        BOOST_REQUIRE(held != nullptr);
        if (p.was_restored && of.alerts().find(a.kind, a.subject) == nullptr)
          BOOST_TEST((held->state == alert_state::resolved)); // forgotten before it was said again
        else
          BOOST_TEST((*held == a));
      }
    }
  }
  // ... and what is open above is open here: nothing stays behind that nobody can end. (But for
  // what was lost with this folder and with the city's.)
  for (auto* above : {&city_, &province_})
    above->fold->book.each_open([&](const alert& a) {
      if (a.unit == of.unit && alike())
        BOOST_TEST(of.alerts().is_open(a.kind, a.subject), alert_name(a));
    });
}

void world::check_directives() {
  auto missed = [&](const ward_node* w) {
    return places_[0].missed ||
           std::ranges::any_of(places_, [&](auto& p) { return p.what == w && p.missed; });
  };
  for (auto& d : directives_)
    for (auto& w : wards_) {
      auto done = w->kept.done.find(d.what.id);
      auto times = done == w->kept.done.end() ? 0u : done->second;
      auto* given = w->fold->state.answers.find(d.what.id);
      BOOST_TEST_CONTEXT("directive " << +d.what.id[0] << " at " << w->unit.text()) {
        if (!d.to.empty() && d.to != w->unit) {
          BOOST_TEST(times == 0u);
          continue;
        }
        // A row for each that was taken or refused, however often it came.
        BOOST_TEST(w->kept.audited[d.what.id] == (given == nullptr ? 0u : 1u));
        if (d.said_as == role::supervisor) {
          check_refused(d, times);
          continue;
        }
        if (d.at == &city_ && places_[0].was_restored) { // it may be lost with the city
          BOOST_TEST(times <= 1u);
          continue;
        }
        if (given == nullptr && missed(w.get()))
          continue; // the parent no longer had it: what it said of facts came in a snapshot
        BOOST_REQUIRE(given != nullptr);
        answer a;
        BOOST_REQUIRE((read_answer(frame_body::copy_of(*given).view(), a) == code::ok));
        auto late = a.code == code::command_expired;
        BOOST_TEST(times == (late ? 0u : 1u));
        BOOST_TEST((!late || !d.to.empty()));
        expired += late;
        if (d.to.empty())
          continue;
        auto* up = d.at->fold->answers.find(d.what.id);
        BOOST_REQUIRE(up != nullptr);
        if (!weather_.absences)        // else it may have been too old when it could go up
          BOOST_TEST((*up == *given)); // what became of it, not `forwarded`
      }
    }
}

/// Nobody does it, and those above are told why, wherever on the way it was refused.
void world::check_refused(const directive& d, unsigned times) {
  BOOST_TEST(times == 0u);
  if (weather_.absences || places_[0].was_restored)
    return; // it may have been lost on its way, or its answer
  auto* up = d.at->fold->answers.find(d.what.id);
  BOOST_REQUIRE(up != nullptr);
  answer a;
  BOOST_REQUIRE((read_answer(frame_body::copy_of(*up).view(), a) == code::ok));
  BOOST_TEST((a.code == code::key_wrong_role));
  ++refused;
}

/// What the city said to all, and to this ward of its venues, however long ago and whoever was
/// away: a recount of its directive log from the beginning.
void world::check_facts(const place& p, const ward_node& w) {
  auto& s = w.fold->state;
  told_facts told{w.unit};
  for (auto& d : city_.kept.down)
    told.hear(d);
  BOOST_TEST_CONTEXT("facts at " << w.unit.text() << (p.missed ? ", which missed some" : "")) {
    for (std::uint64_t id = 1; id <= cards; ++id) {
      auto held = s.cards.facts(card_id{id});
      auto known = told.cards.find(card_id{id});
      auto is_revoked = told.revoked.find(card_id{id});
      BOOST_TEST(held.known == (known != told.cards.end()));
      BOOST_TEST(held.revoked == (is_revoked != told.revoked.end() && is_revoked->second));
      if (known != told.cards.end())
        BOOST_TEST(held.full_dose == known->second.full_dose);
    }
    for (auto& [venue, suspended] : told.closed)
      BOOST_TEST(s.places.find(serial_of(venue))->facts.suspended == suspended);
    auto today = std::max(local_day(city_.fold->last_stamp), local_day(s.last_stamp));
    for (auto& [of, level] : told.levels) {
      level_entry held;
      if (of.second + level_days_kept <= today)
        continue; // nobody can ask for it
      BOOST_REQUIRE(s.levels.find(of.first, of.second, held));
      BOOST_TEST(held.level == level.level);
      BOOST_TEST(held.published_at == level.published_at);
    }
    BOOST_TEST((s.shelf.find(20211116) != nullptr) == told.book);
    // Their clocks are 20 s apart at most: what was said later than it is, is as of now.
    auto is_as_of = [](time_ms held, time_ms said) {
      return held <= said && held + 20 * second_ms >= said;
    };
    BOOST_TEST(is_as_of(s.cards_as_of, told.cards_said));
    BOOST_TEST(is_as_of(s.levels_as_of, told.levels_said));
  }
}

/// All alerts that its node published from its subscription on, in order, each of them once.
void world::check_supervisor(const supervisor& s) {
  std::vector<std::pair<std::uint64_t, alert>> all;
  for (auto& entry : s.at->kept.log)
    if (entry.first >= s.begun)
      all.push_back(entry);
  BOOST_TEST_CONTEXT("supervisor at " << s.at->unit.text()) {
    BOOST_TEST(s.seen.size() == all.size());
    BOOST_TEST((s.seen == all));
  }
  alerts_seen += s.seen.size();
}

} // namespace wardflow::test::tree
