// SPDX-License-Identifier: Apache-2.0
#include "actors/disk/verify.hpp"

#include "actors/disk/ward_start.hpp"
#include "actors/logic/ward_verify.hpp"
#include "messages/texts.hpp"

#include <limits>
#include <memory>

namespace wardflow {

namespace {

constexpr auto no_limit = std::numeric_limits<std::uint64_t>::max();

/// A scratch fold on its way from the base.
struct second_judging {
  explicit second_judging(unit_code unit) {
    ward_fold::options options;
    options.checkpoint = false;
    fold = std::make_unique<ward_fold>(unit, options);
  }

  std::unique_ptr<ward_fold> fold;
  base_facts base;
  std::string detail;
  std::uint64_t rounds = 0;
  std::uint64_t scans = 0;
  bool given_up = false;

  code begin(const io::store& disk) {
    if (auto bad = read_base_facts(disk, base); bad != code::ok)
      return bad;
    return load_base(disk, base, *fold, detail);
  }

  /// Judges what is behind the base, as long as `wanted(record)`.
  template <class Wanted>
  code run(const io::store& disk, const go_on_port& go_on, Wanted&& wanted) {
    scan_round r;
    auto done = code::ok;
    auto read = disk.read_rounds(
      base.round + 1,
      [&](std::uint64_t number, bytes record) {
        round_record parsed;
        done = read_record(record, parsed);
        if (done == code::ok && !wanted(parsed))
          return false;
        given_up = !go_on();
        if (given_up)
          return false;
        if (done == code::ok)
          done = refold(*fold, parsed, r, detail);
        if (done != code::ok && detail.empty())
          detail = "round " + std::to_string(number);
        ++rounds;
        scans += r.scan_count;
        return done == code::ok;
      },
      &detail);
    return done != code::ok ? done : read;
  }

  [[nodiscard]] hash128_value state() const {
    scan_round none;
    return fold->state_hash(none);
  }
};

} // namespace

verify_report verify_against(const io::store& disk, unit_code unit, std::uint64_t last_round,
                             const hash128_value& live, const go_on_port& go_on) {
  verify_report report;
  second_judging again{unit};
  auto done = again.begin(disk);
  if (done == code::ok)
    done = again.run(disk, go_on, [&](const round_record& r) { return r.number <= last_round; });
  report.detail = done != code::ok && again.detail.empty() ? std::string{name(done)} : again.detail;
  report.base_round = again.base.round;
  report.rounds = again.rounds;
  report.scans = again.scans;
  if (again.given_up)
    report.result = code::interrupted;
  if (done != code::ok || again.given_up)
    return report;
  report.state = again.state();
  if (report.state == live)
    report.result = code::verify_clean;
  else
    report.detail = "the state folded from the journal is not the live one";
  return report;
}

verify_report verify_stopped(const io::store& disk, unit_code unit, const go_on_port& go_on) {
  ward_fold live{unit, {}};
  verify_report report;
  if (auto bad = load_ward(disk, live, report.detail); bad != code::ok) {
    if (report.detail.empty())
      report.detail = "the saved state does not load";
    return report;
  }
  scan_round none;
  return verify_against(disk, unit, no_limit, live.state_hash(none), go_on);
}

code move_base(const io::store& disk, unit_code unit, day_number today, const write_port& write,
               const go_on_port& go_on, std::string& detail) {
  base_facts now;
  if (auto bad = read_base_facts(disk, now); bad != code::ok)
    return bad;
  auto behind = false; // a look at the next round alone: mostly there is nothing to do
  auto looked = disk.read_rounds(now.round + 1, [&](std::uint64_t, bytes record) {
    round_record r;
    behind = read_record(record, r) == code::ok && local_day(r.stamp) < today;
    return false;
  });
  if (looked != code::ok || !behind)
    return looked != code::ok ? looked : code::nothing_to_do;
  second_judging again{unit};
  auto done = again.begin(disk);
  if (done == code::ok)
    done = again.run(disk, go_on, [&](const round_record& r) {
      auto day = local_day(r.stamp);
      if (day >= today)
        return false;
      again.base.pass(day, r.number);
      return true;
    });
  detail = again.detail;
  if (again.given_up)
    return code::interrupted;
  if (done != code::ok)
    return code::verify_failed;
  return write_base(disk, again.fold->state, again.state(), today, again.base, write);
}

} // namespace wardflow
