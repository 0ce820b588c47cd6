// SPDX-License-Identifier: Apache-2.0
// Reading: every call has transactions of its own and may come from any thread.
#include "actors/io/store.hpp"

#include "actors/io/store_core.hpp"

#include <algorithm>
#include <cstring>

namespace wardflow::io {

namespace {

constexpr std::size_t batch_bytes = 1u << 20; // of records, for one read transaction

std::string place(std::uint64_t position) {
  return "chunk " + std::to_string(position);
}

// Where a read of rounds stands between two transactions.
struct journal_walk {
  std::uint64_t next = 0; // position
  std::uint64_t end = 0;  // one past the last, at the call
  chain_value end_chain{};
  chain_value chain{}; // before `next`
  std::string detail;
};

// The first position whose (round, index) is not below the wanted one; positions have no holes.
code find_position(MDB_txn* txn, MDB_dbi journal, const journal_facts& f, std::uint64_t round,
                   std::uint32_t index, std::uint64_t& found) {
  std::uint64_t low = f.first_position;
  std::uint64_t high = f.next_position;
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    bytes chunk;
    chunk_header h;
    const int rc = find_chunk(txn, journal, middle, chunk);
    if (rc != 0 || peek_chunk(chunk, h) != code::ok) {
      found = middle;
      return rc == MDB_NOTFOUND ? code::journal_chain_broken : code::store_damaged;
    }
    if (h.round < round || (h.round == round && h.index < index))
      low = middle + 1;
    else
      high = middle;
  }
  found = low;
  return code::ok;
}

// Finds the first whole round and the chain's value before it.
code begin_walk(const store_core& c, std::uint64_t from_round, journal_walk& walk) {
  const transaction txn{c.env, MDB_RDONLY};
  if (txn.begun() != 0)
    return code::store_damaged;
  journal_facts f;
  if (const code r = load_facts(txn.get(), c.dbi(table::meta), f); r != code::ok)
    return r;
  walk.end = f.next_position;
  walk.end_chain = f.chain_end;
  const std::uint64_t round = std::max(from_round, f.first_round);
  if (const code r = find_position(txn.get(), c.journal, f, round, 0, walk.next); r != code::ok) {
    walk.detail = place(walk.next) + " does not read";
    return r;
  }
  if (walk.next == f.first_position) {
    walk.chain = f.chain_begin;
    return code::ok;
  }
  bytes before;
  chunk_header h;
  const int rc = find_chunk(txn.get(), c.journal, walk.next - 1, before);
  const code r = rc == 0 ? read_chunk(before, h) : code::journal_chain_broken;
  if (r == code::ok)
    walk.chain = chain_of(before);
  else
    walk.detail = place(walk.next - 1) + " does not read";
  return r;
}

// Adds the chunk at the cursor's place, which must be the walk's.
code add_chunk(const MDB_val& key, const MDB_val& value, journal_walk& walk,
               record_reader& records) {
  position_key due{walk.next};
  const MDB_val wanted = due.value();
  if (view(key).size() != 8 || std::memcmp(key.mv_data, wanted.mv_data, 8) != 0) {
    walk.detail = place(walk.next) + " is missing";
    return code::journal_chain_broken;
  }
  const code r = records.add(view(value));
  if (r == code::journal_chain_broken)
    walk.detail = place(walk.next) + " does not follow the one before it";
  else if (r != code::ok)
    walk.detail = place(walk.next) + " is damaged";
  else
    ++walk.next;
  return r;
}

// One read transaction: whole records until there are enough bytes or the end.
code read_batch(const store_core& c, journal_walk& walk, record_reader& records) {
  const transaction txn{c.env, MDB_RDONLY};
  if (txn.begun() != 0)
    return code::store_damaged;
  const cursor at{txn.get(), c.journal};
  if (at.opened() != 0)
    return code_of(at.opened());
  position_key from{walk.next};
  MDB_val key = from.value();
  MDB_val value{};
  int rc = mdb_cursor_get(at.get(), &key, &value, MDB_SET_RANGE);
  while (walk.next < walk.end && (records.in_record() || records.held_bytes() < batch_bytes)) {
    if (rc != 0) {
      walk.detail = place(walk.next) + ": " + mdb_strerror(rc);
      return rc == MDB_NOTFOUND ? code::journal_chain_broken : code::store_damaged;
    }
    if (const code r = add_chunk(key, value, walk, records); r != code::ok) {
      journal_facts now; // a trim may have passed by since the last transaction
      if (load_facts(txn.get(), c.dbi(table::meta), now) == code::ok &&
          now.first_position > walk.next)
        return code::range_past_retention;
      return r;
    }
    rc = mdb_cursor_get(at.get(), &key, &value, MDB_NEXT);
  }
  return code::ok;
}

bool hand_out(const record_reader& records, const round_function& round) {
  const std::size_t whole = records.size() - (records.in_record() ? 1 : 0);
  for (std::size_t n = 0; n < whole; ++n) {
    const auto r = records.at(n);
    if (!round(r.round, r.data))
      return false;
  }
  return true;
}

} // namespace

code store::get(table where, std::string_view key, std::vector<std::byte>& value) const {
  const transaction txn{core_->env, MDB_RDONLY};
  if (txn.begun() != 0)
    return code::store_damaged;
  MDB_val k = val(key);
  MDB_val v{};
  const int rc = mdb_get(txn.get(), core_->dbi(where), &k, &v);
  if (rc == 0)
    value.assign(view(v).begin(), view(v).end());
  return code_of(rc);
}

code store::read_table(table where, const row_function& row, std::string_view from,
                       std::size_t limit) const {
  const transaction txn{core_->env, MDB_RDONLY};
  if (txn.begun() != 0)
    return code::store_damaged;
  const cursor at{txn.get(), core_->dbi(where)};
  if (at.opened() != 0)
    return code_of(at.opened());
  MDB_val key = val(from);
  MDB_val value{};
  std::vector<std::uint64_t> aligned;
  int rc = mdb_cursor_get(at.get(), &key, &value, from.empty() ? MDB_FIRST : MDB_SET_RANGE);
  for (std::size_t n = 0; rc == 0 && n < limit; ++n) {
    aligned.resize(std::max(aligned.size(), (value.mv_size + 7) / 8));
    if (value.mv_size > 0)
      std::memcpy(aligned.data(), value.mv_data, value.mv_size);
    if (!row(text(key), std::as_bytes(std::span{aligned}).first(value.mv_size)))
      return code::ok;
    rc = mdb_cursor_get(at.get(), &key, &value, MDB_NEXT);
  }
  return rc == 0 || rc == MDB_NOTFOUND ? code::ok : code_of(rc);
}

code store::read_rounds(std::uint64_t from_round, const round_function& round,
                        std::string* detail) const {
  journal_walk walk;
  code reason = begin_walk(*core_, from_round, walk);
  record_reader records{walk.chain};
  while (reason == code::ok && walk.next < walk.end) {
    reason = read_batch(*core_, walk, records);
    if (!hand_out(records, round))
      return code::ok;
    if (reason == code::ok && records.in_record()) {
      reason = code::journal_chain_broken;
      walk.detail = place(walk.next) + ": the last round is not whole";
    }
    if (reason == code::ok)
      records.clear();
  }
  if (reason == code::ok && records.chain() != walk.end_chain) {
    reason = code::journal_chain_broken;
    walk.detail = place(walk.end - 1) + " is not what was committed last";
  }
  if (detail != nullptr && reason != code::ok)
    *detail = walk.detail;
  return reason;
}

code store::chain_after(std::uint64_t round, chain_value& chain, std::string* detail) const {
  journal_walk walk;
  const code reason = begin_walk(*core_, round + 1, walk);
  chain = walk.chain;
  if (detail != nullptr && reason != code::ok)
    *detail = walk.detail;
  return reason;
}

journal_facts store::journal() const {
  journal_facts f;
  const transaction txn{core_->env, MDB_RDONLY};
  if (txn.begun() != 0 || load_facts(txn.get(), core_->dbi(table::meta), f) != code::ok)
    return {};
  return f;
}

store_room store::room() const {
  const store_core& c = *core_;
  store_room out;
  out.map_bytes = c.options.map_bytes;
  out.disk_free_bytes = c.disk_free();
  out.ballast_bytes = c.ballast_there;
  const transaction txn{c.env, MDB_RDONLY};
  if (txn.begun() != 0)
    return out;
  out.live_bytes = c.live_bytes(txn.get());
  std::error_code ignored;
  const auto size = std::filesystem::file_size(c.file("data.mdb"), ignored);
  out.file_bytes = ignored ? 0 : size;
  // Pages without data are used before the file grows. With the ballast gone, room for it too is
  // wanted before scans come back: else they would eat it a second time.
  const std::uint64_t reusable = out.file_bytes - std::min(out.file_bytes, out.live_bytes);
  const std::uint64_t wanted = c.options.ballast_bytes * (out.ballast_bytes > 0 ? 1ull : 2ull);
  const std::uint64_t spare = map_reserve(out.map_bytes);
  out.scans_fit = out.disk_free_bytes + reusable >= wanted &&
                  out.live_bytes + std::min(spare, out.map_bytes / 8) <= out.map_bytes;
  return out;
}

unsigned store::reader_check() const {
  int cleared = 0;
  if (mdb_reader_check(core_->env, &cleared) != 0)
    return 0;
  return static_cast<unsigned>(cleared);
}

} // namespace wardflow::io
