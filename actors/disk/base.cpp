// SPDX-License-Identifier: Apache-2.0
#include "actors/disk/base.hpp"

#include "actors/disk/ward_start.hpp"
#include "actors/logic/retention.hpp"
#include "messages/packed.hpp"

#include <algorithm>
#include <cstring>

namespace wardflow {

namespace {

constexpr std::string_view facts_key = "base";

std::string generation_prefix(std::uint64_t generation) {
  return number_key(generation) + "/";
}

std::string prefix_of(std::uint64_t generation, state_table table) {
  return generation_prefix(generation) + std::to_string(static_cast<unsigned>(table)) + "/";
}

struct day_mark {
  std::uint64_t day;
  std::uint64_t last_round;
};

std::vector<std::byte> encode(const base_facts& f) {
  packed_writer out;
  out.number(1); // schema version of this value
  out.number(f.generation);
  out.number(f.round);
  out.number(static_cast<std::uint64_t>(f.stamp));
  out.number(f.state[0]);
  out.number(f.state[1]);
  out.text({reinterpret_cast<const char*>(f.chain.data()), f.chain.size()});
  std::vector<day_mark> days;
  for (auto& [day, round] : f.days)
    days.push_back({day, round});
  out.rows(days);
  return out.take();
}

bool decode(bytes value, base_facts& f) {
  packed_reader in{value};
  std::uint64_t version = 0, stamp = 0;
  std::string chain;
  std::vector<day_mark> days;
  if (!in.number(version) || version != 1 || !in.number(f.generation) || !in.number(f.round) ||
      !in.number(stamp) || !in.number(f.state[0]) || !in.number(f.state[1]) || !in.text(chain) ||
      chain.size() != f.chain.size() || !in.rows(days) || !in.at_end())
    return false;
  f.stamp = static_cast<time_ms>(stamp);
  std::memcpy(f.chain.data(), chain.data(), chain.size());
  f.days.clear();
  for (auto& d : days)
    f.days.emplace_back(static_cast<day_number>(d.day), d.last_round);
  return true;
}

/// Gathers rows and writes them a piece at a time; after a failure nothing more.
class piece_writer {
public:
  explicit piece_writer(const write_port& write) : write_(write) {
    // nop
  }
  void add(io::put row) {
    if (done_ != code::ok)
      return;
    bytes_ += row.key.size() + row.value.size() + 32;
    rows_.push_back(std::move(row));
    if (bytes_ >= base_piece_bytes)
      flush();
  }
  code flush(std::uint64_t trim_before = 0) {
    if (done_ == code::ok && (!rows_.empty() || trim_before != 0))
      done_ = write_(std::exchange(rows_, {}), trim_before);
    bytes_ = 0;
    return done_;
  }

private:
  const write_port& write_;
  std::vector<io::put> rows_;
  std::size_t bytes_ = 0;
  code done_ = code::ok;
};

/// Rows of other generations than `kept`: what an unfinished write left, or the base before.
code erase_others(const io::store& disk, std::uint64_t kept, const write_port& write) {
  piece_writer pieces{write};
  auto keep = generation_prefix(kept);
  constexpr std::size_t page = 1000;
  for (std::string from;;) {
    std::vector<std::string> keys;
    std::string last;
    std::size_t seen = 0;
    auto read = disk.read_table(
      io::table::base,
      [&](std::string_view key, bytes) {
        ++seen;
        last = key;
        if (!key.starts_with(keep))
          keys.emplace_back(key);
        return true;
      },
      from, page);
    if (read != code::ok)
      return read;
    for (auto& key : keys)
      pieces.add({io::table::base, key, {}, true});
    if (auto done = pieces.flush(); done != code::ok || seen < page)
      return done;
    from = last + '\0';
  }
}

} // namespace

code read_base_facts(const io::store& disk, base_facts& facts) {
  facts = {};
  std::vector<std::byte> value;
  auto read = disk.get(io::table::meta, facts_key, value);
  if (read == code::not_found)
    return code::ok;
  return read != code::ok ? read : decode(value, facts) ? code::ok : code::store_damaged;
}

code load_base(const io::store& disk, const base_facts& facts, ward_fold& fold,
               std::string& detail) {
  if (facts.generation != 0)
    for (auto table : loaded_tables) {
      auto prefix = prefix_of(facts.generation, table);
      auto sound = code::ok;
      auto read = disk.read_table(
        io::table::base,
        [&](std::string_view key, bytes value) {
          if (!key.starts_with(prefix))
            return false;
          sound = load_row(fold.state, table, key.substr(prefix.size()), value, detail);
          return sound == code::ok;
        },
        prefix);
      if (read != code::ok || sound != code::ok)
        return read != code::ok ? read : sound;
    }
  if (!fold.state.loaded()) {
    detail = "the base's levels";
    return code::store_damaged;
  }
  scan_round none;
  if (facts.generation != 0 && fold.state_hash(none) != facts.state) {
    detail = "the base is not the one that was written";
    return code::state_differs;
  }
  io::chain_value chain{};
  if (auto bad = disk.chain_after(facts.round, chain, &detail); bad != code::ok)
    return bad;
  if (chain != facts.chain) {
    detail = "the journal does not go on from the base at round " + std::to_string(facts.round);
    return code::journal_chain_broken;
  }
  return code::ok;
}

std::uint64_t first_kept_round(const base_facts& facts, day_number today) {
  std::uint64_t before = 0;
  for (auto& [day, last_round] : facts.days)
    if (day + static_cast<int>(retention_days) <= today)
      before = last_round + 1;
  return before;
}

code write_base(const io::store& disk, ward_state& state, const hash128_value& hash,
                day_number today, base_facts& facts, const write_port& write) {
  if (auto done = erase_others(disk, facts.generation, write); done != code::ok)
    return done;
  auto next = facts;
  ++next.generation;
  next.round = state.last_round;
  next.stamp = state.last_stamp;
  next.state = hash;
  if (auto bad = disk.chain_after(next.round, next.chain); bad != code::ok)
    return bad;
  piece_writer pieces{write};
  state.each_row([&](saved_row row) {
    pieces.add({io::table::base, prefix_of(next.generation, row.table) + row.key,
                std::move(row.value), false});
  });
  if (auto done = pieces.flush(); done != code::ok)
    return done;
  auto trim_before = first_kept_round(next, today);
  std::erase_if(next.days, [&](auto& d) { return d.second + 1 < trim_before; });
  pieces.add({io::table::meta, std::string{facts_key}, encode(next), false});
  if (auto done = pieces.flush(trim_before); done != code::ok)
    return done;
  facts = next;
  if (auto done = erase_others(disk, facts.generation, write); done != code::ok)
    return done;
  while (disk.journal().first_round < trim_before) // some with each commit
    if (auto done = pieces.flush(trim_before); done != code::ok)
      return done;
  return code::ok;
}

} // namespace wardflow
