// SPDX-License-Identifier: Apache-2.0
#include "actors/disk/ward_start.hpp"

#include "actors/disk/base.hpp"

namespace wardflow {

namespace {

/// The rounds behind the base are of this program's logic, or there are none.
code check_logic(const io::store& disk, const ward_state& state, std::string& detail) {
  if (state.last_round == 0 || state.logic == logic_version)
    return code::ok;
  base_facts base;
  if (auto bad = read_base_facts(disk, base); bad != code::ok)
    return bad;
  if (disk.journal().last_round <= base.round)
    return code::ok;
  detail = "logic " + std::to_string(state.logic) + " wrote rounds " +
           std::to_string(base.round + 1) + " to " + std::to_string(disk.journal().last_round) +
           ", this program is logic " + std::to_string(logic_version);
  return code::logic_version_other;
}

} // namespace

code load_row(ward_state& state, state_table table, std::string_view key, bytes value,
              std::string& detail) {
  if (state.load(table, key, value))
    return code::ok;
  detail = "row " + std::string{key} + " of table " + std::to_string(static_cast<unsigned>(table));
  return code::store_damaged;
}

code load_ward(const io::store& disk, ward_fold& fold, std::string& detail) {
  for (auto table : loaded_tables) {
    auto sound = code::ok;
    auto read = disk.read_table(static_cast<io::table>(table), [&](std::string_view key, bytes v) {
      sound = load_row(fold.state, table, key, v, detail);
      return sound == code::ok;
    });
    if (read != code::ok || sound != code::ok)
      return read != code::ok ? read : sound;
  }
  if (!fold.state.loaded()) {
    detail = "levels";
    return code::store_damaged;
  }
  if (auto other = check_logic(disk, fold.state, detail); other != code::ok)
    return other;
  auto done = code::ok;
  auto read = disk.read_rounds(
    fold.state.replay_from,
    [&](std::uint64_t number, bytes record) {
      round_record r;
      done = read_record(record, r);
      if (done == code::ok)
        done = fold.replay(r);
      if (done != code::ok)
        detail = "round " + std::to_string(number);
      return done == code::ok;
    },
    &detail);
  return done != code::ok ? done : read;
}

} // namespace wardflow
