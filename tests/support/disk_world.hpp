// SPDX-License-Identifier: Apache-2.0
// A ward's fold on a real store, in a folder of its own; rounds are committed as they come.
#pragma once

#include "actors/disk/base.hpp"
#include "actors/disk/verify.hpp"
#include "actors/disk/ward_start.hpp"
#include "tests/actors/io/store_fixture.hpp"
#include "tests/support/fold_traffic.hpp"

#include <memory>
#include <optional>

namespace wardflow::test {

struct disk_world : fold_world {
  explicit disk_world(ward_fold::options o = {}) : fold_world(o) {
    disk.emplace(must_open(small_store(folder.path())));
  }

  void run(scan_round& r, std::uint64_t seed = 0) override {
    fold_world::run(r, seed);
    std::vector<io::put> puts;
    for (auto& row : r.rows)
      puts.push_back({static_cast<io::table>(row.table), row.key, row.value, row.erase});
    if (r.record_parts.empty() && puts.empty())
      return;
    io::commit_input in;
    in.round = r.record_parts.empty() ? 0 : r.number;
    in.record_parts = r.record_parts;
    in.puts = puts;
    BOOST_REQUIRE_MESSAGE(disk->commit(in, &detail) == code::ok, detail);
  }

  /// The process is gone, and comes back.
  code restart() override {
    fold = std::make_unique<ward_fold>(*unit_code::parse("22366"), options);
    disk.reset();
    disk.emplace(must_open(small_store(folder.path())));
    detail.clear();
    return load_ward(*disk, *fold, detail);
  }

  verify_report verify_now() {
    return verify_against(*disk, *unit_code::parse("22366"), number, state(), always);
  }

  code write(std::vector<io::put> piece, std::uint64_t trim_before) {
    ++writes;
    if (writes_left && (*writes_left)-- == 0)
      return code::disk_full;
    io::commit_input in;
    in.puts = piece;
    in.trim_before = trim_before;
    in.uses_reserve = true;
    return disk->commit(in);
  }

  code midnight() {
    auto done = move_base(
      *disk, *unit_code::parse("22366"), local_day(stamp),
      [this](std::vector<io::put> piece, std::uint64_t trim) {
        return write(std::move(piece), trim);
      },
      always, detail);
    return done == code::nothing_to_do ? code::ok : done;
  }

  base_facts base() {
    base_facts facts;
    BOOST_REQUIRE(read_base_facts(*disk, facts) == code::ok);
    return facts;
  }

  /// Some rounds of a day, and the moments that fall due on the way.
  void live(traffic& t, int rounds, time_ms apart) {
    for (auto i = 0; i != rounds; ++i) {
      stamp += apart;
      scan_round r;
      t.frames(*this, r);
      run(r, t.random());
    }
  }

  static bool always() { return true; }

  own_folder folder;
  std::optional<io::store> disk;
  std::string detail;
  std::optional<int> writes_left; // then the disk is full
  int writes = 0;
};

} // namespace wardflow::test
