// SPDX-License-Identifier: Apache-2.0
// The node's disk: one LMDB environment with the journal and the tables, in one folder.
//
//   JOURNAL thread ─commit(round, puts, trim)─▶ one transaction, two syncs ─▶ on disk, or a code
//   any thread ─get, read_table, read_rounds─▶ short read transactions of their own
//
// Owns     the folder, for life (a lock file), the environment, the ballast file.
// Borrows  what a commit_input points to, until commit returns.
// Promise  `ok` means that round, puts and trim are on disk, together; anything else means that
//          none of them is. What cannot be verified is named, never handed out, never deleted.
// Bound    the map; a trim takes a bounded number of chunks with it in each commit; 60 readers.
#pragma once

#include "actors/io/journal_chunks.hpp"
#include "messages/code.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace wardflow::io {

enum class table : std::uint8_t {
  meta, // keys that begin with "store." are the store's own
  venues,
  cards,
  devices,
  ward,
  base,
  commands,
  visits,
  hours,
  audit,
  up, // from here on as state_table
  down,
  links,
  alerts,
  rollups,
  facts,
};
inline constexpr std::size_t table_count = 16;

/// One row to write, or to remove where `erase`. Keys: 1 to 511 bytes. Large values need pages in
/// a row: keep them at 65,520 bytes (`chunk_bytes_max`) or under where there is a choice.
struct put {
  table where = table::meta;
  std::string key;
  std::vector<std::byte> value;
  bool erase = false;
};

struct commit_input {
  std::uint64_t round = 0;               // above the last one; 0: no round, tables and trim only
  std::span<const bytes> record_parts{}; // in a row they are the record: 0 to record_bytes_max
  std::span<const put> puts{};
  std::uint64_t trim_before = 0; // rounds below it go, some with each commit
  bool uses_reserve = false;     // control and trims: may take the reserve and the ballast
};

struct store_options {
  std::filesystem::path folder;
  std::size_t map_bytes = std::size_t{64} << 30; // sparse; a reserve comes on top
  std::size_t ballast_bytes = std::size_t{64} << 20;
  bool read_only = false;        // beside no daemon; other read-only ones are let in
  bool trust_filesystem = false; // tests: tmpfs and the like, which may lose everything
  bool sync = true;              // false: only for the test that must lose data
};

struct store_failure {
  code reason = code::internal;
  std::string detail; // for people: which file, what the system said
};

struct journal_facts {
  std::uint64_t first_position = 1; // of the oldest chunk kept
  std::uint64_t next_position = 1;
  std::uint64_t first_round = 0; // no whole round below this one is kept
  std::uint64_t last_round = 0;  // 0: there was none yet
  chain_value chain_begin{};     // before the oldest chunk
  chain_value chain_end{};       // after the newest
  bool operator==(const journal_facts&) const = default;
};

struct store_room {
  std::uint64_t map_bytes = 0;  // without the reserve
  std::uint64_t live_bytes = 0; // of the map: pages that hold data
  std::uint64_t file_bytes = 0; // it never shrinks; pages without data are used again
  std::uint64_t disk_free_bytes = 0;
  std::uint64_t ballast_bytes = 0; // that are there now
  bool scans_fit = false;          // false: control and trims only

  [[nodiscard]] unsigned map_percent() const {
    return map_bytes == 0 ? 100 : static_cast<unsigned>(live_bytes * 100 / map_bytes);
  }
};

/// A row: the value lies 8-byte aligned and lives until the function returns. False: enough.
using row_function = std::function<bool(std::string_view key, bytes value)>;
/// A round: its record lies 8-byte aligned and lives until the function returns. False: enough.
using round_function = std::function<bool(std::uint64_t round, bytes record)>;

struct store_core; // store_core.hpp

class store {
public:
  /// folder_missing, folder_in_use, folder_unsuitable, store_too_new, store_damaged,
  /// journal_chain_broken (its end is not what was committed last), disk_full, map_full.
  /// No fork after it: a child that needs the folder is a new program.
  [[nodiscard]] static std::variant<store, store_failure> open(const store_options& options);

  store(store&&) noexcept;
  store& operator=(store&&) noexcept;
  ~store();

  // -- one thread writes --

  /// ok, map_full, disk_full: nothing happened, the store goes on. store_damaged: the disk failed;
  /// leave the process at once, the next start finds what was committed.
  [[nodiscard]] code commit(const commit_input& input, std::string* detail = nullptr);

  /// Gives the ballast's room to the disk. A commit that `uses_reserve` does it by itself.
  bool free_ballast();
  /// Takes it back where the disk has twice the room. Whether it is there now.
  bool restore_ballast();

  // -- any thread reads --

  /// ok, not_found, store_damaged.
  [[nodiscard]] code get(table where, std::string_view key, std::vector<std::byte>& value) const;

  /// Rows in key order from the first key >= `from`, at most `limit`, of one moment. Holds one
  /// read transaction all the while: beside a writer, read in pages.
  [[nodiscard]] code read_table(table where, const row_function& row, std::string_view from = {},
                                std::size_t limit = std::numeric_limits<std::size_t>::max()) const;

  /// Whole rounds from the first one >= `from_round` that is kept to the last one at the call,
  /// checksums and chain verified. No transaction is open while `round` runs. store_damaged,
  /// store_too_new, journal_chain_broken: every round before that place was handed out, and
  /// `detail` names the place; range_past_retention: trimmed away meanwhile.
  [[nodiscard]] code read_rounds(std::uint64_t from_round, const round_function& round,
                                 std::string* detail = nullptr) const;

  /// The chain's value after `round` and all before it, as the next chunk carries it; where rounds
  /// after it are trimmed, the value at which the journal begins, which is another one. (Rounds
  /// without a record are no gap.) ok, store_damaged, journal_chain_broken.
  [[nodiscard]] code chain_after(std::uint64_t round, chain_value& chain,
                                 std::string* detail = nullptr) const;

  [[nodiscard]] journal_facts journal() const;
  [[nodiscard]] store_room room() const;

  /// Frees what dead readers held, so that the file does not grow: at start and each minute.
  /// How many there were.
  unsigned reader_check() const;

private:
  explicit store(std::unique_ptr<store_core> core);

  std::unique_ptr<store_core> core_;
};

} // namespace wardflow::io
