// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/area_children.hpp"

#include "messages/packed.hpp"

#include <algorithm>

namespace wardflow {

namespace {

std::size_t at(lane l) {
  return static_cast<std::size_t>(l);
}

std::string key_of(unit_code unit) {
  return std::string{area_children::key_prefix} + std::string{unit.text()};
}

/// What a hello says of a lane; {1, 1} where it says nothing.
lane_range range_of(std::span<const lane_range> ranges, std::size_t l) {
  for (auto& r : ranges)
    if (at(r.lane) == l)
      return {r.lane, std::max<std::uint64_t>(r.first, 1), std::max<std::uint64_t>(r.next, 1)};
  return {static_cast<lane>(l), 1, 1};
}

} // namespace

std::uint64_t child_node::lag(lane l) const {
  auto next = up[at(l)].next;
  return next > cursor[at(l)] ? next - cursor[at(l)] : 0;
}

hello_outcome area_children::judge(const child_node& c, const link_hello& hello,
                                   time_ms stamp) const {
  if (c.epoch == 0 || hello.epoch > c.epoch || (c.awaited && hello.epoch == c.epoch))
    return hello_outcome::welcome;
  if (hello.epoch < c.epoch || hello.id != c.id)
    return hello_outcome::fenced;
  for (std::size_t l = 0; l != lanes_max; ++l)
    if (range_of(hello.up, l).next < c.cursor[l])
      return hello_outcome::went_back;
  if (c.boot == 0 || c.boot == hello.boot || stamp - c.heard >= speaks_ms)
    return hello_outcome::welcome;
  // A process that starts again has a boot that nobody saw; one that was replaced and comes back
  // was alive all the time.
  auto gone = replaced_.find(c.unit);
  if (gone == replaced_.end() ||
      std::ranges::find(gone->second.boots, hello.boot) == gone->second.boots.end())
    return hello_outcome::welcome;
  return stamp - gone->second.at < grace_ms ? hello_outcome::again : hello_outcome::twin;
}

greeting area_children::greet(const link_hello& hello, unit_code by_key, time_ms stamp) {
  greeting g;
  if (hello.unit != by_key || hello.unit.empty() || hello.epoch == 0 || hello.boot == 0) {
    g.outcome = hello_outcome::other_unit;
    return g;
  }
  auto known = children_.find(hello.unit);
  auto seen = known == children_.end() ? 0 : known->second.epoch;
  if (hello.epoch > seen && hello.epoch - seen > epochs_at_once)
    g.outcome = hello_outcome::far_ahead;
  else if (known != children_.end())
    g.outcome = judge(known->second, hello, stamp);
  if (g.outcome != hello_outcome::welcome)
    return g;
  auto& c = children_[hello.unit];
  c.unit = hello.unit;
  if (hello.epoch > c.epoch || c.awaited) {
    g.replaced = c.epoch != 0;
    if (!c.awaited) // a new machine's registers are those of the one before, which took so much
      c.took = {};
    c.awaited = false;
    c.epoch = hello.epoch;
    c.id = hello.id;
    for (std::size_t l = 0; l != lanes_max; ++l)
      c.cursor[l] = range_of(hello.up, l).first;
    changed_.insert(c.unit);
  }
  for (std::size_t l = 0; l != lanes_max; ++l)
    g.gap = g.gap || range_of(hello.up, l).first > c.cursor[l];
  if (c.boot != 0 && c.boot != hello.boot) {
    auto& gone = replaced_[c.unit];
    gone.boots[gone.next++ % boots_remembered] = c.boot;
    std::ranges::replace(gone.boots, hello.boot, std::uint64_t{0}); // it is back, alone
    gone.at = stamp;
  }
  c.boot = hello.boot;
  c.heard = stamp;
  c.software = hello.software;
  set_ranges(c, hello.up);
  g.wanted = c.cursor;
  return g;
}

void area_children::set_ranges(child_node& c, std::span<const lane_range> up) {
  for (std::size_t l = 0; l != lanes_max; ++l)
    c.up[l] = range_of(up, l);
}

bool area_children::hear(unit_code unit, std::uint64_t boot, time_ms stamp) {
  auto known = children_.find(unit);
  if (known == children_.end() || known->second.boot != boot || boot == 0)
    return false;
  known->second.heard = stamp;
  return true;
}

void area_children::holds(unit_code unit, time_ms node_time, time_ms stamp,
                          std::span<const lane_range> up) {
  auto known = children_.find(unit);
  if (known == children_.end())
    return;
  known->second.clock_offset = node_time - stamp;
  set_ranges(known->second, up);
}

bool area_children::goes_on(unit_code unit, lane l, std::uint64_t first) const {
  auto* c = find(unit);
  return c != nullptr && first <= c->cursor[at(l)];
}

void area_children::advance(unit_code unit, lane l, std::uint64_t through, time_ms stamp) {
  auto known = children_.find(unit);
  if (known == children_.end() || through < known->second.cursor[at(l)])
    return;
  auto& c = known->second;
  c.cursor[at(l)] = through + 1;
  c.heard = std::max(c.heard, stamp);
  c.up[at(l)].next = std::max(c.up[at(l)].next, through + 1);
  changed_.insert(unit);
}

void area_children::skip(unit_code unit, lane l, std::uint64_t through, time_ms stamp) {
  auto known = children_.find(unit);
  if (known == children_.end() || through < known->second.cursor[at(l)])
    return;
  known->second.lost += through + 1 - known->second.cursor[at(l)];
  advance(unit, l, through, stamp);
}

void area_children::took(unit_code unit, lane l, std::uint64_t through) {
  auto known = children_.find(unit);
  if (known == children_.end() || through <= known->second.took[at(l)])
    return;
  known->second.took[at(l)] = through;
  changed_.insert(unit);
}

bool area_children::speaks(unit_code unit, time_ms stamp) const {
  auto* c = find(unit);
  return c != nullptr && c->boot != 0 && stamp - c->heard < speaks_ms;
}

std::uint64_t area_children::replace(unit_code unit) {
  auto& c = children_.at(unit);
  ++c.epoch;
  c.awaited = true;
  c.id = {};
  c.boot = 0;
  c.cursor = {1, 1};
  c.up = {};
  changed_.insert(unit);
  return c.epoch;
}

void area_children::leave(unit_code unit, std::uint64_t boot) {
  auto known = children_.find(unit);
  if (known != children_.end() && known->second.boot == boot)
    known->second.boot = 0;
}

bool area_children::forget(unit_code unit, std::vector<saved_row>& rows) {
  replaced_.erase(unit);
  changed_.erase(unit);
  if (children_.erase(unit) == 0)
    return false;
  rows.push_back({state_table::links, key_of(unit), {}, true});
  return true;
}

const child_node* area_children::find(unit_code unit) const {
  auto known = children_.find(unit);
  return known == children_.end() ? nullptr : &known->second;
}

std::vector<unit_code> area_children::silent_since(time_ms at) const {
  std::vector<unit_code> silent;
  for (auto& [unit, c] : children_)
    if (c.heard <= at)
      silent.push_back(unit);
  return silent;
}

// -- rows ---------------------------------------------------------------------------------------

saved_row area_children::row_of(const child_node& c) {
  packed_writer out;
  out.number(3); // schema version of this value
  out.text({reinterpret_cast<const char*>(c.id.data()), c.id.size()});
  out.number(c.epoch);
  for (auto next : c.cursor)
    out.number(next);
  out.number(static_cast<std::uint64_t>(c.heard));
  out.number(c.lost);
  for (auto through : c.took)
    out.number(through);
  out.number(c.awaited);
  return {state_table::links, key_of(c.unit), out.take(), false};
}

void area_children::flush(std::vector<saved_row>& rows) {
  for (auto unit : changed_)
    rows.push_back(row_of(children_.at(unit)));
  changed_.clear();
}

bool area_children::load(std::string_view key, std::span<const std::byte> value) {
  if (!key.starts_with(key_prefix))
    return false;
  auto unit = unit_code::parse(key.substr(key_prefix.size()));
  packed_reader in{value};
  std::uint64_t version = 0, heard = 0, awaited = 0;
  std::string id;
  child_node c;
  if (!unit || !in.number(version) || version < 1 || version > 3 || !in.text(id) ||
      id.size() != c.id.size() || !in.number(c.epoch))
    return false;
  for (auto& next : c.cursor)
    if (!in.number(next) || next == 0)
      return false;
  if (!in.number(heard) || (version > 1 && !in.number(c.lost)))
    return false;
  if (version > 2)
    for (auto& through : c.took)
      if (!in.number(through))
        return false;
  if ((version > 2 && (!in.number(awaited) || awaited > 1)) || !in.at_end())
    return false;
  c.awaited = awaited != 0;
  c.unit = *unit;
  c.heard = static_cast<time_ms>(heard);
  std::copy(id.begin(), id.end(), reinterpret_cast<char*>(c.id.data()));
  children_[*unit] = std::move(c);
  return true;
}

} // namespace wardflow
