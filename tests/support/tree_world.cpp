// SPDX-License-Identifier: Apache-2.0
#include "tests/support/tree_world.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstring>

namespace wardflow::test::tree {

namespace {

const time_ms begin = start_of(*parse_day("2021-10-20")) + 8 * hour_ms;
constexpr unsigned settle_steps_max = 6'000;

unit_code unit_of(std::string_view digits) {
  return *unit_code::parse(digits);
}

/// A furnished ward's disk: made once for each ward.
const disk& furnished(unit_code unit) {
  static std::map<unit_code, disk> made;
  auto [at, fresh] = made.try_emplace(unit);
  if (fresh) {
    dice none{std::mt19937_64{1}};
    ward_node w{unit, none};
    w.furnish(begin - day_ms);
    at->second = w.kept;
  }
  return at->second;
}

} // namespace

world::world(std::uint64_t seed, weather w) :
  weather_(w),
  dice_{std::mt19937_64{seed}},
  now_(begin),
  province_(unit_of("56"), false, dice_),
  city_(unit_of("568"), true, dice_) {
  places_.reserve(w.wards + 2);
  places_.emplace_back().what = &city_;
  places_.back().parent = &province_;
  for (unsigned i = 0; i != w.wards; ++i) {
    auto unit = unit_of(std::to_string(22'366 + i));
    wards_.push_back(std::make_unique<ward_node>(unit, dice_));
    wards_.back()->kept = furnished(unit);
    places_.emplace_back().what = wards_.back().get();
    places_.back().parent = &city_;
  }
  places_.emplace_back().what = &province_;
  for (auto& p : places_) {
    p.what->kept.id[0] = static_cast<std::uint8_t>(1 + (&p - places_.data()));
    if (dice_.chance(5'000))
      p.what->clock_offset = static_cast<time_ms>(dice_.below(20'000)) - 10'000;
    p.starts_at = now_ + static_cast<time_ms>(dice_.below(20'000));
  }
  if (w.joins)
    places_[w.wards].starts_at = begin + 23 * day_ms;
  for (auto* at : {&province_, &city_}) {
    auto& s = supervisors_.emplace_back();
    s.at = at;
    s.name = "duty";
  }
  if (w.replaced) // its log begins anew, and so would what is seen of it
    supervisors_.pop_back();
  for (auto* at : {&province_, &city_})
    at->on_reply = [this](const outbound& out) {
      answer a;
      if (out.kind != frame_kind::answer || read_answer(out.body.view(), a) != code::ok)
        return;
      for (auto& d : directives_)
        if (d.what.id == a.id)
          d.answered = true;
    };
}

void world::broken(const char* what) {
  if (wrong_ == nullptr)
    wrong_ = what;
}

bool world::run() {
  for (unsigned i = 0; i != weather_.steps && wrong_ == nullptr; ++i) {
    pass();
    faults();
    operate();
    step();
  }
  calm_ = true;
  for (auto& p : places_)
    p.what->full_until = 0;
  for (unsigned i = 0, quiet = 0; i != settle_steps_max && wrong_ == nullptr; ++i) {
    now_ += 500;
    for (auto& d : directives_)
      if (!d.answered)
        say(d);
    step();
    quiet = unrest().empty() ? quiet + 1 : 0;
    if (quiet > 400) // more than three minutes: what is told every minute was told
      return wrong_ == nullptr;
  }
  return false;
}

/// Time goes on: a moment mostly, now and then hours or days in large steps.
void world::pass() {
  if (now_ < absent_until_) {
    now_ += static_cast<time_ms>(dice_.below(6 * hour_ms));
    return;
  }
  if (dice_.chance(40))
    step_ms_ = dice_.chance(1'000) ? 6 * hour_ms : dice_.chance(3'000) ? 10 * minute_ms : 5'000;
  else if (dice_.chance(1'000))
    step_ms_ = 100;
  now_ += 1 + static_cast<time_ms>(dice_.below(static_cast<std::uint64_t>(step_ms_)));
}

void world::step() {
  for (auto& p : places_)
    step_place(p);
  for (auto& s : supervisors_)
    step_supervisor(s);
}

void world::step_place(place& p) {
  auto& n = *p.what;
  if (!n.runs()) {
    if (!calm_ && now_ < p.starts_at)
      return;
    n.start(now_);
    p.dials_at = now_;
  }
  if (p.raises_at != 0 && (calm_ || now_ >= p.raises_at))
    raise_epoch(p);
  if (n.to_parent != nullptr && n.to_parent->cut) { // it finds out after a while
    if (p.dials_at < now_ - 10 * second_ms)
      p.dials_at = now_ + static_cast<time_ms>(dice_.below(6'000));
    else if (p.dials_at <= now_)
      n.to_parent.reset();
  } else if (p.parent != nullptr && n.to_parent == nullptr && n.runs() && p.parent->runs() &&
             now_ >= p.dials_at && (calm_ || now_ >= p.cut_until)) {
    n.to_parent = connect(*p.parent, n.unit);
    ++n.times_up;
    p.dials_at = 0;
  }
  n.step(now_, calm_);
  p.missed = p.missed || n.owes();
  if (!n.runs()) // killed in its commit
    p.starts_at = now_ + static_cast<time_ms>(dice_.below(30'000));
  if (n.wrong != nullptr)
    broken(n.wrong);
}

std::shared_ptr<line> world::connect(tree::node& to, unit_code key) {
  auto l = std::make_shared<line>();
  l->peer = peer_id{++last_peer_};
  l->delay_ms = calm_ || !dice_.chance(3'000) ? 20 : 2'000;
  to.from_below[l->peer] = {l, key};
  return l;
}

// -- faults ---------------------------------------------------------------------------------------

void world::faults() {
  for (auto& p : places_) {
    auto& n = *p.what;
    if (weather_.cuts && dice_.chance(60))
      cut(p, 0);
    if (weather_.cuts && dice_.chance(8))
      cut(p, static_cast<time_ms>(dice_.below(dice_.chance(3'000) ? 3 * day_ms : 10 * minute_ms)));
    if (weather_.kills && n.runs() && dice_.chance(12)) {
      n.crash();
      p.starts_at =
        now_ + static_cast<time_ms>(dice_.below(dice_.chance(1'000) ? day_ms : 20 * second_ms));
    }
    if (weather_.fills && dice_.chance(8)) {
      n.full_until = now_ + static_cast<time_ms>(dice_.below(10 * minute_ms));
      ++filled;
    }
    auto may = p.parent != nullptr && (&n == &city_ ? weather_.replaced : weather_.restores);
    if (may && p.raises_at == 0 && dice_.chance(30))
      p.backups.push_back(n.kept);
    if (may && p.raises_at == 0 && !p.backups.empty() && dice_.chance(6))
      restore(p);
  }
  for (auto& s : supervisors_)
    if (s.to_node != nullptr && dice_.chance(weather_.kills ? 50 : 0))
      s.to_node->cut = true;
  if (weather_.restores && dice_.chance(50))
    ghost();
  if (weather_.absences && absent_until_ == 0 && dice_.chance(10))
    absence();
}

void world::cut(place& p, time_ms ms) {
  if (p.what->to_parent != nullptr)
    p.what->to_parent->cut = true;
  p.cut_until = now_ + ms;
  ++cuts;
}

/// Weeks go by, and somebody hears nothing of it.
void world::absence() {
  auto& p = places_[dice_.below(places_.size() - 1)];
  absent_until_ = now_ + 24 * day_ms + static_cast<time_ms>(dice_.below(24 * day_ms));
  cut(p, absent_until_ - now_);
}

/// The folder is put back; with the old epoch by mistake, where the parent can tell.
void world::restore(place& p) {
  auto& n = *p.what;
  if (n.runs())
    n.crash();
  n.kept = p.backups[dice_.below(p.backups.size())];
  n.kept.epoch = p.epoch_most;
  p.was_restored = true;
  ++restored;
  if (auto* ward = dynamic_cast<ward_node*>(&n))
    ward->new_gateway_epoch();
  p.starts_at = now_;
  p.raises_at = now_;
  if (went_back(p, 5) && dice_.chance(5'000))
    p.raises_at += static_cast<time_ms>(dice_.below(minute_ms));
  else
    n.kept.epoch = ++p.epoch_most, p.raises_at = 0;
}

/// Its log ends before what the city has read, by more than so much.
bool world::went_back(const place& p, std::uint64_t by) const {
  if (p.parent != &city_ || !city_.runs())
    return false;
  auto* known = city_.fold->children.find(p.what->unit);
  if (known == nullptr)
    return false;
  offset_log up{log_name::up, {}};
  for (auto at = p.what->kept.rows.lower_bound({state_table::up, {}});
       at != p.what->kept.rows.end() && at->first.first == state_table::up; ++at)
    BOOST_REQUIRE(up.load(at->first.second, at->second));
  return up.next(lane::control) + by < known->cursor[0];
}

void world::raise_epoch(place& p) {
  if (p.what->runs()) {
    if (p.what->session().in_session() && !places_[0].was_restored && went_back(p, 0))
      broken("a node that was put back with its old epoch was welcomed");
    fenced += p.what->session().state().starts_with("refused: link_fenced");
    p.what->crash();
  }
  p.what->kept.epoch = ++p.epoch_most;
  p.raises_at = 0;
  p.starts_at = now_;
}

/// Somebody with a ward's key and an epoch of before says hello.
void world::ghost() {
  for (auto& p : places_)
    if (p.parent == &city_ && p.epoch_most > 1 && p.raises_at == 0 && city_.runs() &&
        city_.fold->children.find(p.what->unit) != nullptr &&
        city_.fold->children.find(p.what->unit)->epoch == p.epoch_most) {
      ghost_ = connect(city_, p.what->unit);
      link_hello h;
      h.unit = p.what->unit;
      h.id = p.what->kept.id;
      h.epoch = p.epoch_most - 1;
      h.boot = 3;
      ghost_->send(true, frame_kind::link_hello, encode_link_hello(h), now_, dice_);
      return;
    }
}

} // namespace wardflow::test::tree
