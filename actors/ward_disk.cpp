// SPDX-License-Identifier: Apache-2.0
#include "actors/ward_disk.hpp"

#include "actors/logic/ward_verify.hpp"

namespace wardflow {

namespace {

constexpr state_table loaded_tables[] = {state_table::ward,    state_table::meta,
                                         state_table::venues,  state_table::cards,
                                         state_table::devices, state_table::commands};

} // namespace

code load_ward(const io::store& disk, ward_fold& fold, std::string& detail) {
  for (auto table : loaded_tables) {
    auto sound = true;
    auto done = disk.read_table(static_cast<io::table>(table), [&](std::string_view key, bytes v) {
      sound = fold.state.load(table, key, v);
      if (!sound)
        detail =
          "row " + std::string{key} + " of table " + std::to_string(static_cast<unsigned>(table));
      return sound;
    });
    if (done != code::ok || !sound)
      return done != code::ok ? done : code::store_damaged;
  }
  if (!fold.state.loaded()) {
    detail = "levels";
    return code::store_damaged;
  }
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

verify_report verify_journal(const io::store& disk, unit_code unit, std::uint64_t last_round) {
  verify_report report;
  ward_fold::options options;
  options.checkpoint = false;
  auto scratch = std::make_unique<ward_fold>(unit, options);
  scan_round r;
  auto done = code::ok;
  if (!scratch->state.loaded())
    return report;
  auto read = disk.read_rounds(
    0,
    [&](std::uint64_t number, bytes record) {
      if (number > last_round)
        return false;
      round_record parsed;
      done = read_record(record, parsed);
      if (done == code::ok)
        done = refold(*scratch, parsed, r, report.detail);
      if (done != code::ok && report.detail.empty())
        report.detail = "round " + std::to_string(number);
      ++report.rounds;
      report.scans += r.scan_count;
      return done == code::ok;
    },
    &report.detail);
  if (done != code::ok || read != code::ok)
    return report;
  scan_round none;
  report.state = scratch->state_hash(none);
  report.result = code::verify_clean;
  return report;
}

verify_report verify_against(const io::store& disk, unit_code unit, std::uint64_t last_round,
                             const hash128_value& live) {
  auto report = verify_journal(disk, unit, last_round);
  if (report.result == code::verify_clean && report.state != live) {
    report.result = code::verify_failed;
    report.detail = "the state folded from the journal is not the live one";
  }
  return report;
}

} // namespace wardflow
