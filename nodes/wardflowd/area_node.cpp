// SPDX-License-Identifier: Apache-2.0
// An area node's own: the fold of a city, a province, any level above wards.
#include "actors/area.hpp"
#include "actors/io/clock.hpp"
#include "nodes/wardflowd/parts.hpp"

#include <caf/send.hpp>
#include <spdlog/spdlog.h>

#include <array>

namespace wardflow {

namespace {

constexpr std::array area_tables{state_table::meta, state_table::commands, state_table::up,
                                 state_table::down, state_table::rollups,  state_table::alerts,
                                 state_table::links};

/// Rows whose keys begin with this.
code load_rows(const io::store& disk, area_fold& fold, state_table table, std::string_view prefix,
               std::string& detail) {
  auto sound = true;
  auto read = disk.read_table(
    static_cast<io::table>(table),
    [&](std::string_view key, bytes v) {
      if (!key.starts_with(prefix))
        return false;
      sound = fold.load(table, key, v);
      if (!sound)
        detail =
          "row " + std::string{key} + " of table " + std::to_string(static_cast<unsigned>(table));
      return sound;
    },
    prefix);
  return read == code::ok && !sound ? code::store_damaged : read;
}

code load_area(const io::store& disk, area_fold& fold, std::string& detail) {
  for (auto prefix : directive_book::loaded) // the cards stay where they are
    if (auto bad = load_rows(disk, fold, state_table::facts, prefix, detail); bad != code::ok)
      return bad;
  for (auto table : area_tables) // the log after them: it says which cards have no row yet
    if (auto bad = load_rows(disk, fold, table, {}, detail); bad != code::ok)
      return bad;
  fold.loaded();
  return code::ok;
}

} // namespace

io::outcome<role_start> start_area(node::parts& p) {
  area_fold::options options;
  options.id = p.who.id;
  options.epoch = p.who.epoch;
  options.has_parent = !p.config.parent_endpoint.empty();
  options.silence = p.config.clock == node_clock::source::wall;
  auto fold = std::make_unique<area_fold>(p.config.unit, options);
  std::string detail;
  if (auto bad = load_area(p.disk, *fold, detail); bad != code::ok)
    return io::failure{bad, detail};
  spdlog::info("state of round {} loaded: {} children, {} wards", fold->last_round,
               fold->children.all().size(), fold->book.wards().size());

  role_start start{
    {}, allow_list{p.config.unit}, uplink_session::committed::of(fold->up, fold->parent)};
  start.keys.replace_file_keys(p.keys_in_file);
  auto since = fold->last_stamp != 0 ? fold->last_stamp : p.config.clock_start;
  start.at_door.clock = node_clock{p.config.clock, since, built_at()};
  start.at_door.last_round = fold->last_round;
  start.at_door.next_due = fold->next_due();

  auto* raw = &p;
  auto handle = std::make_shared<area_actor>(p.actors->spawn(
    area, fold.release(),
    std::function<void(round_ptr)>{[raw](round_ptr r) { raw->journal->push(std::move(r)); }}));
  p.work = [handle](round_ptr r) { caf::anon_send(*handle, atom::work_v, std::move(r)); };
  p.rest = p.work;
  p.end_actor = [handle] {
    caf::anon_send_exit(*handle, caf::exit_reason::user_shutdown);
    *handle = nullptr;
  };
  return start;
}

} // namespace wardflow
