// SPDX-License-Identifier: Apache-2.0
// REBUILD: `init --from-parent`: a ward's data folder from what its parent keeps of the ward.
//
//   look ─▶ would it work?    write_into ─▶ unit_replace: the old machine is not heard any more
//                                        ─▶ unit_rows, page by page ─▶ WARD REBUILD ─▶ data.mdb
//
// Owns     the connection to the parent.
// Promise  `look` changes nothing. After `unit_replace` the parent's counts of the ward stand still
//          until the new machine speaks; if the rest fails, it is done again with a higher epoch.
// Bound    memory of one ward's state.
#pragma once

#include "actors/io/outcome.hpp"
#include "messages/command.hpp"
#include "nodes/wardctl/session.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace wardflow::wardctl {

struct rebuild_source {
  unit_code unit;
  std::string parent; // its control endpoint
  public_key parent_key{};
  std::filesystem::path key; // the node's own, or an operator's
};

/// What the parent had, and what it had not.
struct rebuilt {
  std::uint64_t epoch = 0;
  std::string heard; // of the old machine, the last time
  std::uint64_t groups = 0, venues = 0, devices = 0, revoked = 0;
  std::uint64_t missing = 0;    // rows that were never told
  std::uint64_t counted = 0;    // scans that stay counted
  std::uint64_t positions = 0;  // devices whose numbering is known
  bool directives_gone = false; // the parent no longer has its first ...
  bool cards_gone = false;
  std::string directives_since; // ... and what it has begins here
  std::string cards_since;
};

class rebuild {
public:
  /// What session::open says.
  [[nodiscard]] static io::outcome<rebuild> open(const rebuild_source& from);

  /// Nothing: it would work. unit_not_below, unit_rows_none, unit_speaks; node_refused_key and what
  /// else a session says.
  [[nodiscard]] std::optional<io::failure> look();
  /// Into this folder, which has no data yet. Also frame_malformed, file_write_failed.
  [[nodiscard]] std::optional<io::failure> write_into(const std::filesystem::path& folder);

  [[nodiscard]] const rebuilt& result() const { return result_; }

private:
  rebuild(session link, unit_code unit) : link_(std::move(link)), unit_(unit) {
    // nop
  }
  [[nodiscard]] io::outcome<answer> replace(bool dry_run);

  session link_;
  unit_code unit_;
  rebuilt result_;
};

} // namespace wardflow::wardctl
