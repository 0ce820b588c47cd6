// SPDX-License-Identifier: Apache-2.0
// The store's inside, shared by store*.cpp alone: the only place that includes lmdb.h.
//
// Owns     the environment's handle and the lock file; closed in this order.
// Promise  a transaction that is not committed is undone by its guard.
#pragma once

#include "actors/io/store.hpp"

#include <lmdb.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

namespace wardflow::io {

inline constexpr std::uint32_t schema_version = 1;
inline constexpr std::string_view schema_key = "store.schema";
inline constexpr std::string_view journal_key = "store.journal";
inline constexpr std::string_view own_prefix = "store.";

struct store_core {
  store_core() = default;
  store_core(const store_core&) = delete;
  store_core& operator=(const store_core&) = delete;
  ~store_core();

  [[nodiscard]] std::filesystem::path file(std::string_view name) const {
    return options.folder / name;
  }
  [[nodiscard]] MDB_dbi dbi(table where) const { return tables[static_cast<std::size_t>(where)]; }
  bool free_ballast();
  bool restore_ballast();
  [[nodiscard]] std::uint64_t disk_free() const;
  /// Pages that hold data, all tables together, in bytes.
  [[nodiscard]] std::uint64_t live_bytes(MDB_txn* txn) const;

  store_options options;
  int lock_fd = -1;
  MDB_env* env = nullptr;
  MDB_dbi journal = 0;
  std::array<MDB_dbi, table_count> tables{};
  journal_facts head; // the writer's
  std::atomic<std::uint64_t> ballast_there = 0;
  bool failed = false; // the disk failed: nothing is tried again
};

/// Pages on top of the map's size that only commits with `uses_reserve` take.
[[nodiscard]] std::size_t map_reserve(std::size_t map_bytes);

/// What LMDB or the system said, as a code.
[[nodiscard]] code code_of(int rc);

class transaction {
public:
  transaction(MDB_env* env, unsigned flags) : rc_(mdb_txn_begin(env, nullptr, flags, &txn_)) {
    // nop
  }
  transaction(const transaction&) = delete;
  transaction& operator=(const transaction&) = delete;
  ~transaction() {
    if (txn_ != nullptr)
      mdb_txn_abort(txn_);
  }
  [[nodiscard]] int begun() const { return rc_; }
  [[nodiscard]] MDB_txn* get() const { return txn_; }
  [[nodiscard]] int commit() {
    MDB_txn* txn = txn_;
    txn_ = nullptr;
    return mdb_txn_commit(txn);
  }

private:
  MDB_txn* txn_ = nullptr;
  int rc_ = 0;
};

class cursor {
public:
  cursor(MDB_txn* txn, MDB_dbi dbi) : rc_(mdb_cursor_open(txn, dbi, &cursor_)) {
    // nop
  }
  cursor(const cursor&) = delete;
  cursor& operator=(const cursor&) = delete;
  ~cursor() {
    if (cursor_ != nullptr)
      mdb_cursor_close(cursor_);
  }
  [[nodiscard]] int opened() const { return rc_; }
  [[nodiscard]] MDB_cursor* get() const { return cursor_; }

private:
  MDB_cursor* cursor_ = nullptr;
  int rc_ = 0;
};

inline MDB_val val(std::string_view text) {
  return {text.size(), const_cast<char*>(text.data())};
}
inline bytes view(const MDB_val& v) {
  return {static_cast<const std::byte*>(v.mv_data), v.mv_size};
}
inline std::string_view text(const MDB_val& v) {
  return {static_cast<const char*>(v.mv_data), v.mv_size};
}

/// A chunk's key: big-endian, so that LMDB's order is the journal's.
struct position_key {
  explicit position_key(std::uint64_t position);
  [[nodiscard]] MDB_val value() { return {octets.size(), octets.data()}; }
  std::array<unsigned char, 8> octets{};
};

/// The journal's facts as the value of `journal_key`.
[[nodiscard]] std::array<std::byte, 96> encode_facts(const journal_facts& f);
[[nodiscard]] bool decode_facts(bytes value, journal_facts& f);

/// ok with fresh facts where there are none yet.
[[nodiscard]] code load_facts(MDB_txn* txn, MDB_dbi meta, journal_facts& f);

/// The bytes of the chunk at `position`, as they lie in the map.
[[nodiscard]] int find_chunk(MDB_txn* txn, MDB_dbi journal, std::uint64_t position, bytes& chunk);

} // namespace wardflow::io
