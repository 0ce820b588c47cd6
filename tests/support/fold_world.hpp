// SPDX-License-Identifier: Apache-2.0
// A ward's fold with a disk made of maps: rounds go in, rows and records stay, a crash keeps both.
#pragma once

#include "actors/logic/ward_fold.hpp"
#include "actors/logic/ward_verify.hpp"
#include "messages/codec.hpp"

#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace wardflow::test {

inline std::string rulebook_file(const std::string& name) {
  std::ifstream in{std::string{WARDFLOW_SOURCE_DIR} + "/config/rulebooks/" + name};
  return {std::istreambuf_iterator<char>{in}, {}};
}

struct fold_world {
  static constexpr std::uint32_t ward = 22366;

  explicit fold_world(ward_fold::options o = {}) :
    options(o), fold(std::make_unique<ward_fold>(*unit_code::parse("22366"), o)) {
    [[maybe_unused]] auto sound = fold->state.loaded();
  }
  virtual ~fold_world() = default;

  /// Judges the slices in an order drawn from `seed` and finishes the round; keeps what a disk
  /// would keep.
  virtual void run(scan_round& r, std::uint64_t seed = 0) {
    r.number = ++number;
    r.stamp = stamp;
    fold->prepare(r);
    std::vector<std::size_t> order(r.slices.size());
    for (std::size_t i = 0; i != order.size(); ++i)
      order[i] = i;
    if (seed != 0)
      std::shuffle(order.begin(), order.end(), std::mt19937_64{seed});
    for (auto i : order)
      judge_slice(r, r.slices[i], *fold->state.slots.rest(r.slices[i].number));
    r.slices_left = 0;
    fold->finish(r);
    if (keep_history)
      history.insert(history.end(), r.rows.begin(), r.rows.end());
    for (auto& row : r.rows)
      if (row.erase)
        rows.erase({row.table, row.key});
      else
        rows[{row.table, row.key}] = row.value;
    if (r.record_parts.empty())
      return;
    std::size_t size = 0;
    for (auto part : r.record_parts)
      size += part.size();
    auto record = frame_body::allocate(size);
    std::size_t at = 0;
    for (auto part : r.record_parts) {
      std::memcpy(record.writable().data() + at, part.data(), part.size());
      at += part.size();
    }
    records.emplace(number, std::move(record));
  }

  answer say(command_body body, bool dry_run = false, unit_code unit = {}) {
    scan_round r;
    command c;
    auto id = ++commands;
    std::memcpy(c.id.data(), &id, sizeof id);
    c.body = std::move(body);
    c.dry_run = dry_run;
    c.unit = unit;
    r.commands.push_back({peer_id{1}, "test", c});
    r.commands.back().unit = *unit_code::parse("22366");
    r.commands.back().role = role::operator_;
    run(r);
    answer a;
    for (auto& reply : r.replies)
      if (reply.kind == frame_kind::answer && read_answer(reply.body.view(), a) != code::ok)
        a.code = code::internal;
    return a;
  }

  /// Process gone, disk kept: the state as the next start finds it.
  virtual code restart() {
    fold = std::make_unique<ward_fold>(*unit_code::parse("22366"), options);
    for (auto table :
         {state_table::ward, state_table::meta, state_table::venues, state_table::cards,
          state_table::devices, state_table::commands, state_table::alerts, state_table::up})
      for (auto& [key, value] : rows)
        if (key.first == table && !fold->state.load(table, key.second, value))
          return code::store_damaged;
    if (!fold->state.loaded())
      return code::store_damaged;
    for (auto at = records.lower_bound(fold->state.replay_from); at != records.end(); ++at) {
      round_record r;
      if (auto bad = read_record(at->second.view(), r); bad != code::ok)
        return bad;
      if (auto bad = fold->replay(r); bad != code::ok)
        return bad;
      ++replayed;
    }
    return code::ok;
  }

  hash128_value state() {
    scan_round none;
    return fold->state_hash(none);
  }

  /// The parts of the state apart, so that a difference names its place.
  std::string parts() {
    auto& s = fold->state;
    auto text = [](const hash128_value& h) { return std::to_string(h[0] % 100'000) + " "; };
    std::string out = "register " + text(s.places.state_hash()) + "devices " +
                      text(s.devices.state_hash()) + "cards " + text(s.cards.state_hash()) +
                      "tally " + text(s.tally.state_hash()) + "as of " + time_text(s.levels_as_of) +
                      " " + time_text(s.cards_as_of) + " levels ";
    for (auto& e : s.levels.entries())
      out += text(hash128(ward_state::save_level(e, false).value));
    out += "venues ";
    for (auto& entry : s.places.venues()) {
      auto hash = s.slots.rest(entry.number)->state_hash();
      out += std::to_string(entry.number) + ":" + text(hash);
    }
    return out;
  }

  /// Every round judged again from nothing; the hash of what comes out, or nothing.
  code verify(hash128_value& hash, std::string& detail) {
    ward_fold::options scratch;
    scratch.checkpoint = false;
    ward_fold again{*unit_code::parse("22366"), scratch};
    scan_round r;
    if (!again.state.loaded())
      return code::internal;
    for (auto& [n, body] : records) {
      round_record record;
      if (auto bad = read_record(body.view(), record); bad != code::ok)
        return bad;
      if (auto bad = refold(again, record, r, detail); bad != code::ok)
        return bad;
    }
    scan_round none;
    hash = again.state_hash(none);
    return code::ok;
  }

  ward_fold::options options;
  std::unique_ptr<ward_fold> fold;
  std::map<std::pair<state_table, std::string>, std::vector<std::byte>> rows;
  std::map<std::uint64_t, frame_body> records;
  bool keep_history = false;
  std::vector<saved_row> history; // every row that was ever written, in order
  std::uint64_t number = 0;
  std::uint64_t commands = 0;
  std::uint64_t replayed = 0;
  time_ms stamp = start_of(*parse_day("2021-10-16")) + 7 * hour_ms;
};

} // namespace wardflow::test
