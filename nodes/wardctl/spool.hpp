// SPDX-License-Identifier: Apache-2.0
// SPOOL: a door's scans on its own disk, until the node has them.
//
//   code as read ─seal─▶ record ─write, fdatasync─▶ file      (then it may be sent)
//   [base] [scan] [scan] [acknowledged] [epoch] ...        each: mark, size, crc32c, body
//
// Owns     the file, and `<file>.lock`, which is locked as long as the spool is open.
// Borrows  the function that seals; the plain code is only read.
// Promise  what append returned survives kill -9 and a power cut. Every write is one record and is
//          on disk before the next, so only the last can be torn: it is cut and `cut_bytes` says
//          so. A bad record with a good one behind it is spool_damaged: nothing is guessed.
// Bound    scans_max waiting scans, kept in memory too; the file is made new when it has grown past
//          compact_bytes and less than half of it is still waiting.
//
// Belongs to one thread.
#pragma once

#include "actors/io/outcome.hpp"
#include "actors/logic/send_window.hpp"
#include "messages/frame.hpp"
#include "messages/ids.hpp"
#include "messages/limits.hpp"
#include "messages/scan.hpp"
#include "messages/time.hpp"

#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

namespace wardflow::wardctl {

/// A code that is too long for the node is kept up to here, which says that it is.
inline constexpr std::size_t spool_code_bytes_max = limits::code_bytes_max + 1;
inline constexpr std::size_t spool_sealed_bytes_max = limits::sealed_bytes_max + 1;

struct spooled_scan {
  std::uint64_t id = 0;       // of this run; stays when the number changes
  std::uint64_t sequence = 0; // in the spool's epoch
  venue_id venue{};
  time_ms at = 0;
  direction way = direction::in;
  wardflow::flow flow = flow::staff_scans_person;
  std::vector<std::byte> sealed;
  bool operator==(const spooled_scan&) const = default;
};

class spool {
public:
  /// Seals a code as read to the node's key; empty where it cannot (actors/io/seal.hpp).
  using sealer = std::function<std::vector<std::byte>(bytes plain)>;

  static constexpr std::size_t scans_max = 250'000;
  static constexpr std::uint64_t compact_bytes = 256u << 10;

  /// Opens the file, or makes one whose epoch is the time in seconds (at least 1): a new spool is a
  /// device that lost its memory, and the node takes only a higher epoch.
  ///
  /// spool_in_use (another door has it), spool_damaged (detail: the offset), file_write_failed
  /// (no folder, no right, no room).
  [[nodiscard]] static io::outcome<spool> open(const std::filesystem::path& file, time_ms now,
                                               sealer seal);
  spool(spool&&) noexcept;
  spool& operator=(spool&&) noexcept;
  ~spool();

  /// Writes one scan durably; after ok it is pending().back() and may be sent. Of a code longer
  /// than spool_code_bytes_max the rest is left out: the node refuses it either way. seal_broken,
  /// spool_full (scans_max wait), file_write_failed: then nothing is recorded.
  [[nodiscard]] code append(venue_id venue, time_ms at, direction way, wardflow::flow flow,
                            bytes plain);

  /// All to `through` of `epoch` is on the node's disk. Goes to disk with the next record, or by
  /// flush; one that is lost costs a repeat. Another epoch's or a lower number changes nothing.
  [[nodiscard]] code acknowledge(std::uint64_t epoch, std::uint64_t through);

  /// Writes what was acknowledged: when the door is idle and before it ends.
  [[nodiscard]] code flush();

  /// What send_window's write_epoch asks for: `next` is its state. With the present epoch: it is
  /// open. With a higher one: the scan numbered `from` becomes its number 1, those after it follow,
  /// those before it leave the spool (read them before, where they are to be kept).
  [[nodiscard]] code write_epoch(send_state next, std::uint64_t from);

  /// Where the numbering stands: what a send_window of the next run begins with.
  [[nodiscard]] const send_state& state() const;
  /// Not acknowledged, in order of number. A pointer is good until the next call that writes.
  [[nodiscard]] const std::deque<spooled_scan>& pending() const;
  [[nodiscard]] const spooled_scan* find(std::uint64_t id) const;
  /// How much of a torn last record was cut when the spool was opened; 0: none.
  [[nodiscard]] std::uint64_t cut_bytes() const;
  [[nodiscard]] std::uint64_t file_bytes() const;
  /// A write failed in such a way that none can follow: close it, and open it again.
  [[nodiscard]] bool broken() const;

private:
  struct parts;
  explicit spool(std::unique_ptr<parts> p);

  std::unique_ptr<parts> parts_;
};

/// A spool as it lies there, read without its lock: a door may be at work on it.
struct spool_glance {
  send_state state;
  std::size_t waiting = 0;
  time_ms oldest = 0; // of the waiting scans; 0: none
  time_ms newest = 0;
  std::uint64_t file_bytes = 0;
};
/// file_missing, spool_damaged.
[[nodiscard]] io::outcome<spool_glance> glance_at_spool(const std::filesystem::path& file);

} // namespace wardflow::wardctl
