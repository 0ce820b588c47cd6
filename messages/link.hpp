// SPDX-License-Identifier: Apache-2.0
// Entries of offset logs and the frames that carry them, as values: what link.capnp says.
//
//   up-log         alerts, answers (lane 0) and rollups (lane 1): child -> parent, and supervisors
//   directive log  commands to the units below: control (lane 0) and bulk (lane 1): parent -> child
//
// Offsets of a lane are dense and begin at 1; a receiver keeps the next one that it wants.
#pragma once

#include "messages/alert.hpp"
#include "messages/code.hpp"
#include "messages/command.hpp"
#include "messages/frame.hpp"
#include "messages/ids.hpp"
#include "messages/limits.hpp"
#include "messages/principal.hpp"
#include "messages/rollup.hpp"
#include "messages/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace wardflow {

enum class log_name : std::uint8_t { up = 0, down = 1 };
inline constexpr std::size_t lanes_max = 2;
/// Lane 0 goes first. Each is a log of its own with its own cursor.
enum class lane : std::uint8_t { control = 0, bulk = 1 };

/// On wire and disk: append only.
enum class entry_kind : std::uint8_t {
  none = 0,
  alert = 1,       // up: Alert
  hour_rollup = 2, // up: HourRollup
  day_rollup = 3,  // up: DayRollup
  answer = 4,      // up: Answer to a command that came down
  command = 5,     // down: Command
  venue = 6,       // up: RegisterRow: what only the ward has
  group = 7,       // up: RegisterRow
  device = 8,      // up: RegisterRow
  watermark = 9,   // up: Watermark: which scans the rollups before it hold
  contacts = 10,   // up: RegisterRow: all contacts of a ward or area
};

struct log_entry {
  std::uint64_t offset = 0;
  time_ms at = 0;
  entry_kind kind = entry_kind::none;
  unit_code unit{};    // up: whom it is about. Down: to whom; none: to all below
  std::string by{};    // down: who said it
  time_ms expires = 0; // down; 0: never
  frame_body body{};   // of its own; one message
  wardflow::role role = wardflow::role::none; // down: of who said it; none: nobody says
  time_ms said = 0; // down: when, at the first node; 0: an older release does not say
};

/// The same, pointing into the message it was read from.
struct log_entry_view {
  std::uint64_t offset = 0;
  time_ms at = 0;
  entry_kind kind = entry_kind::none;
  unit_code unit;
  std::string_view by;
  time_ms expires = 0;
  bytes body; // 8-byte aligned
  wardflow::role role = wardflow::role::none;
  time_ms said = 0;
  /// When it was said, as far as is known.
  [[nodiscard]] time_ms said_at() const { return said != 0 ? said : at; }
};

struct lane_range {
  wardflow::lane lane = wardflow::lane::control;
  std::uint64_t first = 0;
  std::uint64_t next = 0;
  bool operator==(const lane_range&) const = default;
};

using node_id = std::array<std::uint8_t, 16>;

/// Whose log: in another node, or in another epoch of it, offsets mean something else.
struct node_ref {
  node_id id{};
  std::uint64_t epoch = 0; // 0: nobody
  [[nodiscard]] bool known() const { return epoch != 0; }
  bool operator==(const node_ref&) const = default;
};

/// What a node says begins with this revision in each epoch: a node that was put back from a backup
/// is newer than all it said before, however much of that the backup lacks.
constexpr std::uint32_t first_revision(std::uint64_t epoch) {
  constexpr std::uint64_t epochs_max = (std::uint64_t{1} << 12) - 1;
  auto above = epoch == 0 ? 0 : epoch - 1;
  return static_cast<std::uint32_t>((above < epochs_max ? above : epochs_max) << 20 | 1);
}

/// The same for rows of registers and watermarks, which change with a round.
inline constexpr unsigned row_revision_bits = 40; // of the round
constexpr std::uint64_t row_revision(std::uint64_t epoch, std::uint64_t round) {
  return epoch << row_revision_bits | (round & ((std::uint64_t{1} << row_revision_bits) - 1));
}

/// A device as its ward has registered it.
struct device_record {
  device_id id{};
  device_add as;
  time_ms added_at = 0;
  time_ms revoked_at = 0; // 0: not
  bool operator==(const device_record&) const = default;
};

/// One row of a ward's registers; all contacts of a unit are one row. Suspended is what the venue's
/// facts say.
struct register_row {
  unit_code unit;
  std::uint64_t revision = 0;
  std::variant<venue_record, group_record, device_record, std::vector<contact>> what;
  std::string document; // of the suspension, of the revocation
  bool operator==(const register_row&) const = default;
};

struct link_hello {
  unit_code unit;
  node_id id{};
  std::uint64_t epoch = 0;
  std::uint64_t boot = 0;
  std::uint8_t protocol = limits::protocol_version;
  std::uint8_t protocol_min = limits::protocol_version_min;
  std::string software;
  std::vector<lane_range> up;
  std::vector<lane_range> down;
  std::array<std::string, lanes_max> marks; // of snapshots that it has in part; empty: none
  bool operator==(const link_hello&) const = default;
};

struct link_welcome {
  unit_code unit;
  node_id id{};
  std::uint64_t epoch = 0;
  std::uint8_t protocol = limits::protocol_version;
  time_ms node_time = 0;
  std::vector<lane_range> up;
  std::uint64_t window_bytes = 0;
  bool operator==(const link_welcome&) const = default;
};

struct link_batch {
  log_name log = log_name::up;
  wardflow::lane lane = wardflow::lane::control;
  std::uint64_t first = 0;
  std::uint64_t through = 0;
  std::vector<log_entry_view> entries; // ascending offsets within first..through
  std::uint32_t piece = 0;             // of a snapshot, from 1
  std::string goes_on{};               // mark of the piece before it
  std::string mark{};                  // what its sender needs to go on behind it; empty: it cannot
  /// Not of the log: what is so now, as entries of offset 0. `first` is 0 too, and `through` but
  /// for the last piece: it stands for all of the log up to there.
  [[nodiscard]] bool is_snapshot() const { return first == 0; }
};

/// What a batch of a log takes without its entries, at most.
inline constexpr std::size_t batch_head_bytes = 72;

/// A batch as it lies on the disk of who has the log, ready to be sent.
struct log_chunk {
  frame_body message;
  link_batch batch; // what it says; points into it
};

struct link_ack {
  log_name log = log_name::up;
  wardflow::lane lane = wardflow::lane::control;
  std::uint64_t through = 0;
  time_ms node_time = 0;
  std::uint64_t credit_bytes = 0;
  bool operator==(const link_ack&) const = default;
};

struct link_gap {
  log_name log = log_name::up;
  wardflow::lane lane = wardflow::lane::control;
  std::uint64_t wanted = 0;
  std::uint64_t first_retained = 0;
  bool operator==(const link_gap&) const = default;
};

struct link_heartbeat {
  time_ms node_time = 0;
  std::vector<lane_range> up;
  bool operator==(const link_heartbeat&) const = default;
};

struct link_bye {
  code reason = code::ok;
  std::string detail;
  bool operator==(const link_bye&) const = default;
};

enum class subscribe_start : std::uint8_t { resume, head, offset, time, earliest };

struct subscribe {
  std::string name;
  unit_code unit;
  std::vector<alert_kind> kinds;
  severity severity_min = severity::notice;
  subscribe_start start = subscribe_start::resume;
  std::uint64_t offset = 0;
  time_ms at = 0;
  std::uint64_t credit_bytes = 0;
  bool snapshot = true;
  bool operator==(const subscribe&) const = default;
};

// -- codec (codec_link, codec_rollup, codec_register): ok, or frame_malformed and the like ------

[[nodiscard]] code read_link_hello(bytes message, link_hello& out);
frame_body encode_link_hello(const link_hello& h);
[[nodiscard]] code read_link_welcome(bytes message, link_welcome& out);
frame_body encode_link_welcome(const link_welcome& w);
/// `out` points into `message`.
[[nodiscard]] code read_link_batch(bytes message, link_batch& out);
frame_body encode_link_batch(const link_batch& b);
/// A row of a log, copied. False: it is no batch.
[[nodiscard]] bool read_log_chunk(bytes row, log_chunk& out);
/// When the newest entry of a batch was appended; 0 where it cannot be read.
time_ms newest_entry(bytes message);
[[nodiscard]] code read_link_ack(bytes message, link_ack& out);
frame_body encode_link_ack(const link_ack& a);
[[nodiscard]] code read_link_gap(bytes message, link_gap& out);
frame_body encode_link_gap(const link_gap& g);
[[nodiscard]] code read_link_heartbeat(bytes message, link_heartbeat& out);
frame_body encode_link_heartbeat(const link_heartbeat& h);
[[nodiscard]] code read_link_bye(bytes message, link_bye& out);
frame_body encode_link_bye(const link_bye& b);
[[nodiscard]] code read_subscribe(bytes message, subscribe& out);
frame_body encode_subscribe(const subscribe& s);

[[nodiscard]] code read_alert(bytes message, alert& out);
frame_body encode_alert(const alert& a);
[[nodiscard]] code read_hour_rollup(bytes message, hour_rollup& out);
frame_body encode_hour_rollup(const hour_rollup& r);
[[nodiscard]] code read_day_rollup(bytes message, day_rollup& out);
frame_body encode_day_rollup(const day_rollup& r);
[[nodiscard]] code read_register_row(bytes message, register_row& out);
frame_body encode_register_row(const register_row& r);
[[nodiscard]] code read_watermark(bytes message, watermark& out);
frame_body encode_watermark(const watermark& w);

} // namespace wardflow
