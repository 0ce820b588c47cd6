// SPDX-License-Identifier: Apache-2.0
// What an area and a ward of the simulated tree are: how they start, and what is known of a ward.
#include "tests/support/fold_world.hpp"
#include "tests/support/tree_node.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstring>

namespace wardflow::test::tree {

namespace {

constexpr auto gateway = device_id{1};
constexpr std::uint32_t venues = 4;

} // namespace

// -- area -----------------------------------------------------------------------------------------

void area_node::load() {
  area_fold::options o;
  o.id = kept.id;
  o.epoch = kept.epoch;
  o.has_parent = has_parent();
  fold = std::make_unique<area_fold>(unit, o);
  for (auto& [key, value] : kept.rows)
    if (!fold->load(key.first, key.second, value))
      wrong = "a row of an area does not load";
  fold->loaded();
  number_ = fold->last_round;
  stamp_ = fold->last_stamp;
}

uplink_session::committed area_node::at_start() const {
  return uplink_session::committed::of(fold->up, fold->parent);
}

// -- ward -----------------------------------------------------------------------------------------

void ward_node::load() {
  ward_fold::options o;
  o.checkpoints.age_min_ms = 0;
  o.checkpoints.bytes_per_commit = 3000; // a part of the state at a time
  o.checkpoints.bytes_per_second = 20'000;
  o.rollups.revision_min = first_revision(kept.epoch);
  o.rollups.epoch = kept.epoch;
  fold = std::make_unique<ward_fold>(unit, o);
  auto& s = fold->state;
  for (auto table : {state_table::ward, state_table::meta, state_table::venues, state_table::cards,
                     state_table::devices, state_table::commands, state_table::alerts,
                     state_table::up, state_table::links})
    for (auto at = kept.rows.lower_bound({table, {}});
         at != kept.rows.end() && at->first.first == table; ++at)
      if (!s.load(table, at->first.second, at->second))
        wrong = "a row of a ward does not load";
  if (!s.loaded())
    wrong = "a ward's rows do not go together";
  for (auto at = kept.records.lower_bound(s.replay_from); at != kept.records.end(); ++at) {
    round_record record;
    auto bytes_of_it = frame_body::copy_of(at->second);
    if (read_record(bytes_of_it.view(), record) != code::ok || fold->replay(record) != code::ok)
      wrong = "a ward's journal is not replayed";
  }
  s.alerts.revise_from(first_revision(kept.epoch));
  s.parent.begin(kept.epoch, s.up);
  number_ = s.last_round;
  if (!kept.records.empty())
    number_ = std::max(number_, kept.records.rbegin()->first);
  stamp_ = s.last_stamp;
}

uplink_session::committed ward_node::at_start() const {
  return uplink_session::committed::of(fold->state.up, fold->state.parent);
}

void ward_node::furnish(time_ms now) {
  ward_fold::options o;
  o.rollups.revision_min = first_revision(kept.epoch);
  o.rollups.epoch = kept.epoch;
  fold = std::make_unique<ward_fold>(unit, o);
  BOOST_REQUIRE(fold->state.loaded());
  fold->state.parent.begin(kept.epoch, fold->state.up);
  auto ward = unit.number();
  std::vector<venue_record> places;
  for (std::uint32_t i = 1; i <= venues; ++i) {
    venue_record v;
    v.name = "venue " + std::to_string(i);
    v.facts.kind = category::cafe;
    v.facts.group = make_group_id(ward, 1 + i % 2);
    v.facts.capacity = i == 1 ? 3 : 0;
    v.facts.opens = 6 * 60;
    v.facts.closes = 22 * 60;
    places.push_back(v);
  }
  device_add door;
  door.name = "gateway";
  door.key[0] = 1;
  door.gateway = true;
  scan_round r;
  for (command_body body : {command_body{std::vector<group_record>{{make_group_id(ward, 1), "1"},
                                                                   {make_group_id(ward, 2), "2"}}},
                            command_body{places},
                            command_body{rulebook_text{rulebook_file("khanh-hoa-2021-10-16.toml")}},
                            command_body{door}}) {
    command c;
    c.id[0] = static_cast<std::uint8_t>(++number_);
    c.id[15] = 0xFF; // of no operator's
    c.body = std::move(body);
    r.clear();
    r.number = number_;
    r.stamp = now;
    r.commands.push_back({peer_id{}, "setup", std::move(c)});
    work(r);
    commit_rows(r);
  }
}

void ward_node::work(scan_round& r) {
  if (!waiting_.empty() && !sent_) {
    sent_ = true;
    r.scans.push_back({peer_id{}, gateway, encode_batch(gateway_epoch_, next_, waiting_), 0});
  }
  fold->prepare(r);
  for (auto& work : r.slices)
    judge_slice(r, work, *fold->state.slots.rest(work.number));
  r.slices_left = 0;
  fold->finish(r);
}

void ward_node::scan(time_ms now, bool skips) {
  if (!waiting_.empty() || sent_)
    return;
  if (skips) {
    next_ += 3;
    skipped_ = 3;
  }
  for (auto n = 1 + dice_.below(6); n > 0; --n) {
    wardflow::scan s;
    s.venue = make_venue_id(unit.number(), 1 + static_cast<std::uint32_t>(dice_.below(venues)));
    s.card = card_id{1 + dice_.below(40)};
    s.at = std::max(stamp_, wall(now)) - static_cast<time_ms>(dice_.below(30'000));
    if (dice_.below(12) == 0)
      s.at -= static_cast<time_ms>(dice_.below(40)) * hour_ms; // brought later
    s.way = dice_.below(2) == 0 ? direction::in : direction::out;
    waiting_.push_back(s);
  }
}

/// What was done is counted where it was done: with the disk that holds it.
void ward_node::written(scan_round& r) {
  for (std::size_t i = 0; i < r.command_blobs.size(); i += 2) {
    command c;
    BOOST_REQUIRE((read_command(r.command_blobs[i].view(), c) == code::ok));
    ++kept.done[c.id];
  }
  for (auto& s : r.decoded) // taken, and no repeats
    ++kept.counted[local_hour(s.at)];
}

void ward_node::replied(scan_round& r) {
  for (auto& out : r.replies) {
    if (out.kind == frame_kind::scan_reply) {
      next_ += waiting_.size();
      waiting_.clear();
      sent_ = false;
    } else if (out.kind == frame_kind::refusal) { // of a number too high: there was a gap
      next_ -= std::exchange(skipped_, 0);
      sent_ = false;
    }
  }
}

} // namespace wardflow::test::tree
