// SPDX-License-Identifier: Apache-2.0
// Writing: a round, its rows and a piece of the trim in one transaction.
#include "actors/io/store.hpp"

#include "actors/io/store_core.hpp"

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <optional>

namespace wardflow::io {

namespace {

// A commit takes away twice the chunks it adds, and some more: the journal shrinks under any load,
// and no commit is held up by three weeks of rounds that fell due at once.
constexpr std::size_t trim_chunks_min = 32;

constexpr std::uint64_t nothing_left_bytes = 256u << 10;

struct write_failure {
  int rc = 0;
  const char* doing = "";
};

// The chunks are assembled in LMDB's own pages: one copy, one checksum, one hash.
int append_round(MDB_txn* txn, MDB_dbi journal, const commit_input& input, journal_facts& head) {
  part_reader parts{input.record_parts};
  std::size_t left = parts.total();
  const auto record_bytes = static_cast<std::uint32_t>(left);
  const std::size_t chunks = chunks_of(left);
  for (std::size_t n = 0; n < chunks; ++n) {
    const std::size_t payload = std::min(left, chunk_payload_max);
    left -= payload;
    position_key at{head.next_position};
    MDB_val key = at.value();
    MDB_val value{chunk_header_bytes + payload, nullptr};
    if (const int rc = mdb_put(txn, journal, &key, &value, MDB_APPEND | MDB_RESERVE); rc != 0)
      return rc;
    const std::span chunk{static_cast<std::byte*>(value.mv_data), value.mv_size};
    parts.take(chunk.subspan(chunk_header_bytes));
    seal_chunk(
      {input.round, static_cast<std::uint32_t>(n), record_bytes, n + 1 == chunks, head.chain_end},
      chunk);
    head.chain_end = chain_of(chunk);
    ++head.next_position;
  }
  head.last_round = input.round;
  if (head.first_round == 0)
    head.first_round = input.round;
  return 0;
}

// Takes the oldest chunks away; the chain goes on from what the new oldest one carries.
int trim(MDB_txn* txn, MDB_dbi journal, std::uint64_t before, std::size_t chunks_max,
         journal_facts& head) {
  const cursor c{txn, journal};
  if (c.opened() != 0)
    return c.opened();
  MDB_val key{};
  MDB_val value{};
  int rc = mdb_cursor_get(c.get(), &key, &value, MDB_FIRST);
  for (std::size_t n = 0; rc == 0; ++n) {
    chunk_header header;
    if (peek_chunk(view(value), header) != code::ok)
      return MDB_CORRUPTED;
    if (header.round >= before || n == chunks_max) {
      head.chain_begin = header.previous;
      head.first_round = header.index == 0 ? header.round : header.round + 1;
      return 0;
    }
    if (rc = mdb_cursor_del(c.get(), 0); rc != 0)
      return rc;
    ++head.first_position;
    // After a deletion the cursor already stands on the next row.
    rc = mdb_cursor_get(c.get(), &key, &value, MDB_GET_CURRENT);
    if (rc != 0)
      rc = mdb_cursor_get(c.get(), &key, &value, MDB_FIRST);
  }
  if (rc != MDB_NOTFOUND)
    return rc;
  head.chain_begin = head.chain_end;
  head.first_round = head.last_round + 1;
  return 0;
}

// Rows of one table that follow each other share a cursor: where their keys do too, LMDB finds the
// page at hand and does not go down the tree again.
int write_rows(MDB_txn* txn, const store_core& c, std::span<const put> puts) {
  std::optional<cursor> at;
  auto where = table::meta;
  for (const put& p : puts) {
    assert(p.where != table::meta || !p.key.starts_with(own_prefix));
    MDB_val key = val(p.key);
    MDB_val value{p.value.size(), const_cast<std::byte*>(p.value.data())};
    if (p.erase || where != p.where)
      at.reset();
    int rc = 0;
    if (p.erase) {
      rc = mdb_del(txn, c.dbi(p.where), &key, nullptr);
      rc = rc == MDB_NOTFOUND ? 0 : rc;
    } else {
      if (!at)
        at.emplace(txn, c.dbi(p.where));
      where = p.where;
      rc = at->opened() != 0 ? at->opened() : mdb_cursor_put(at->get(), &key, &value, 0);
    }
    assert(rc != MDB_BAD_VALSIZE); // an empty or overlong key
    if (rc != 0)
      return rc;
  }
  return 0;
}

int write_facts(MDB_txn* txn, const store_core& c, const journal_facts& head) {
  auto encoded = encode_facts(head);
  MDB_val key = val(journal_key);
  MDB_val value{encoded.size(), encoded.data()};
  return mdb_put(txn, c.dbi(table::meta), &key, &value, 0);
}

write_failure write_all(const store_core& c, MDB_txn* txn, const commit_input& input,
                        journal_facts& head) {
  if (input.round != 0)
    if (const int rc = append_round(txn, c.journal, input, head); rc != 0)
      return {rc, "append to the journal"};
  if (const int rc = write_rows(txn, c, input.puts); rc != 0)
    return {rc, "write the tables"};
  if (input.trim_before != 0) {
    const std::size_t added = head.next_position - c.head.next_position;
    const std::size_t chunks_max = 2 * added + trim_chunks_min;
    if (const int rc = trim(txn, c.journal, input.trim_before, chunks_max, head); rc != 0)
      return {rc, "trim the journal"};
  }
  if (head != c.head)
    if (const int rc = write_facts(txn, c, head); rc != 0)
      return {rc, "write the journal's facts"};
  if (!input.uses_reserve && c.live_bytes(txn) > c.options.map_bytes)
    return {MDB_MAP_FULL, "keep the reserve"};
  return {};
}

write_failure try_commit(store_core& c, const commit_input& input) {
  transaction txn{c.env, 0};
  if (txn.begun() != 0)
    return {txn.begun(), "begin"};
  journal_facts head = c.head;
  if (const write_failure f = write_all(c, txn.get(), input, head); f.rc != 0)
    return f;
  int rc = txn.commit();
  // LMDB calls a short write EIO. It comes before any sync, from a disk with nothing left.
  if (rc == EIO && c.disk_free() < nothing_left_bytes)
    rc = ENOSPC;
  if (rc != 0)
    return {rc, "commit"};
  c.head = head;
  return {};
}

} // namespace

code store::commit(const commit_input& input, std::string* detail) {
  store_core& c = *core_;
  assert(!c.options.read_only);
  assert(input.round == 0 ? input.record_parts.empty() : input.round > c.head.last_round);
  assert(part_reader{input.record_parts}.total() <= record_bytes_max);
  if (c.failed)
    return code::store_damaged;
  write_failure f = try_commit(c, input);
  if (code_of(f.rc) == code::disk_full && input.uses_reserve && c.free_ballast())
    f = try_commit(c, input);
  if (f.rc == 0)
    return code::ok;
  if (detail != nullptr)
    *detail = std::string{f.doing} + ": " + mdb_strerror(f.rc);
  const code reason = code_of(f.rc);
  if (reason == code::map_full || reason == code::disk_full)
    return reason;
  c.failed = true;
  return code::store_damaged;
}

bool store::free_ballast() {
  return core_->free_ballast();
}

bool store::restore_ballast() {
  return core_->restore_ballast();
}

} // namespace wardflow::io
