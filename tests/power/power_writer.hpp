// SPDX-License-Identifier: Apache-2.0
// The process whose power is cut: commits rounds and says each one's number when it is
// acknowledged.
#pragma once

#include "tests/actors/io/store_fixture.hpp"

#include <unistd.h>

#include <cstdint>
#include <string>

namespace wardflow::test {

inline constexpr std::uint64_t rounds_kept = 30;

/// Small ones mostly, as at a door; now and then a flood of up to 600 KB.
inline std::size_t power_record_size(std::uint64_t round) {
  const std::uint64_t mixed = (round * 0x9e3779b97f4a7c15ull) >> 33;
  return mixed % 8 == 0 ? mixed % 600'000 : mixed % 1'500;
}

inline io::store_options power_store(const std::filesystem::path& folder, bool sync) {
  io::store_options o;
  o.folder = folder;
  o.map_bytes = std::size_t{32} << 20;
  o.ballast_bytes = std::size_t{1} << 20;
  o.sync = sync;
  return o;
}

/// Until it is killed. Returns only where a commit fails.
inline int power_writer(const std::filesystem::path& folder, bool sync, int out) {
  auto opened = io::store::open(power_store(folder, sync));
  auto* s = std::get_if<io::store>(&opened);
  if (s == nullptr)
    return 2;
  for (std::uint64_t n = s->journal().last_round + 1;; ++n) {
    const buffer record = record_of(n, power_record_size(n));
    const bytes part{record};
    const io::put kept[] = {
      row(io::table::ward, "last", std::to_string(n)),
      row(io::table::venues, "v" + std::to_string(n % 50), std::to_string(n))};
    const code c = s->commit({.round = n,
                              .record_parts = {&part, 1},
                              .puts = kept,
                              .trim_before = n > rounds_kept ? n - rounds_kept : 0});
    if (c != code::ok)
      return 3;
    const std::string said = std::to_string(n) + "\n";
    if (::write(out, said.data(), said.size()) != static_cast<ssize_t>(said.size()))
      return 4;
  }
}

} // namespace wardflow::test
