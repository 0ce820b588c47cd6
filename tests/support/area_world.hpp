// SPDX-License-Identifier: Apache-2.0
// An area's fold with a disk made of maps, and children and supervisors that are played by hand.
#pragma once

#include "actors/logic/area_fold.hpp"
#include "messages/codec.hpp"
#include "tests/actors/logic/area_entries.hpp"
#include "tests/support/parent_says.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace wardflow::test {

inline const unit_code province = *unit_code::parse("56");
using disk_rows = std::map<std::pair<state_table, std::string>, std::vector<std::byte>>;

inline void write_rows(disk_rows& disk, const std::vector<saved_row>& rows) {
  for (auto& row : rows)
    if (row.erase)
      disk.erase({row.table, row.key});
    else
      disk[{row.table, row.key}] = row.value;
}

/// Entries of one lane of a log as they lie on the disk.
inline std::vector<std::pair<entry_kind, frame_body>> log_of(const disk_rows& disk,
                                                             state_table table, lane l) {
  std::vector<std::pair<entry_kind, frame_body>> out;
  for (auto& [key, value] : disk) {
    if (key.first != table || !offset_log::is_chunk_key(l, key.second))
      continue;
    auto copy = frame_body::copy_of(value);
    link_batch b;
    BOOST_REQUIRE((read_link_batch(copy.view(), b) == code::ok));
    for (auto& e : b.entries)
      out.emplace_back(e.kind, frame_body::copy_of(e.body));
  }
  return out;
}

/// What a start must find again, as text.
inline std::string durable(const area_fold& f) {
  std::string out;
  auto bytes_text = [](const frame_body& b) {
    return std::string{reinterpret_cast<const char*>(b.view().data()), b.size()};
  };
  f.book.each_entry(
    [&](entry_kind, unit_code unit, frame_body b) { out += unit.text(), out += bytes_text(b); });
  for (auto& [unit, w] : f.book.wards())
    out += std::string{unit.text()} + " by " + std::string{w.via.text()} + "\n";
  for (auto& [unit, c] : f.children.all()) {
    out += std::string{unit.text()} + " " + std::to_string(c.epoch) + " ";
    for (auto next : c.cursor)
      out += std::to_string(next) + " ";
  }
  f.alerts.each_open([&](std::uint64_t n, const alert& a) {
    out += std::to_string(n) + " " + alert_name(a) + " " + std::to_string(a.revision) + " " +
           std::to_string(a.count) + a.evidence + "\n";
  });
  for (auto* log : {&f.up, &f.down})
    for (auto& r : log->held())
      out += std::to_string(r.first) + "-" + std::to_string(r.next) + " ";
  for (auto next : f.parent.next())
    out += std::to_string(next) + " of " + std::to_string(f.parent.who().epoch) + " ";
  for (auto& [name, c] : f.feeds.names())
    out += name + " " + c.by + " " + std::to_string(c.next) + "\n";
  f.answers.each_row([&](const saved_row& row) {
    out += row.key + std::string{reinterpret_cast<const char*>(row.value.data()), row.value.size()};
  });
  return out;
}

struct area_world {
  explicit area_world(unit_code own, area_fold::options o) : unit(own), options(o) {
    fold = std::make_unique<area_fold>(unit, options);
    fold->loaded();
  }

  void run(scan_round& r) {
    r.number = ++number;
    r.stamp = stamp;
    r.store_full = full;
    fold->run(r);
    write_rows(rows, r.rows);
  }
  /// A round with nothing in it.
  scan_round& empty() {
    last.clear();
    run(last);
    return last;
  }
  [[nodiscard]] std::unique_ptr<area_fold> loaded_again() const {
    auto again = std::make_unique<area_fold>(unit, options);
    for (auto prefix : directive_book::loaded) // before all others, as the node does
      for (auto& [key, value] : rows)
        if (key.first == state_table::facts && key.second.starts_with(prefix))
          BOOST_REQUIRE(again->load(key.first, key.second, value));
    for (auto& [key, value] : rows)
      if (key.first != state_table::facts)
        BOOST_REQUIRE(again->load(key.first, key.second, value));
    again->loaded();
    return again;
  }
  void restart() { fold = loaded_again(); }

  // -- one frame, one round: what it was answered ------------------------------------------------

  scan_round& frame(std::uint64_t peer, unit_code child, frame_kind kind, frame_body body,
                    role who = role::node, std::string by = "key") {
    last.clear();
    last.links.push_back({peer_id{peer}, std::move(by), child, who, kind, std::move(body)});
    run(last);
    return last;
  }
  [[nodiscard]] link_hello hello_of(unit_code child, std::uint64_t boot = 1,
                                    std::uint64_t next = 1) const {
    link_hello h;
    h.unit = child;
    h.id[0] = static_cast<std::uint8_t>(child.number() % 251);
    h.epoch = 1;
    h.boot = boot;
    h.up = {{lane::control, 1, next}, {lane::bulk, 1, next}};
    h.down = {{lane::control, 0, 1}, {lane::bulk, 0, 1}};
    return h;
  }
  scan_round& hello(std::uint64_t peer, const link_hello& h) {
    return frame(peer, h.unit, frame_kind::link_hello, encode_link_hello(h));
  }
  scan_round& batch(std::uint64_t peer, unit_code child, lane l, std::uint64_t first,
                    std::vector<entry>& entries) {
    link_batch b{log_name::up, l, first, first + entries.size() - 1, {}};
    for (auto& e : entries) {
      b.entries.push_back(e.view());
      b.entries.back().offset = first++;
    }
    return frame(peer, child, frame_kind::link_batch, encode_link_batch(b));
  }
  template <class... Entry>
  scan_round& batch(std::uint64_t peer, unit_code child, lane l, std::uint64_t first,
                    Entry&&... e) {
    std::vector<entry> entries;
    (entries.push_back(std::forward<Entry>(e)), ...);
    return batch(peer, child, l, first, entries);
  }
  /// An operator's command and its answer.
  answer say(command c, std::string by = "operator") {
    if (c.id == command_id{}) {
      auto id = ++commands;
      std::memcpy(c.id.data(), &id, sizeof id);
    }
    last.clear();
    last.commands.push_back({peer_id{900}, std::move(by), std::move(c)});
    last.commands.back().unit = unit;
    last.commands.back().role = said_as;
    run(last);
    answer a;
    auto is_answer = [](const outbound& out) { return out.kind == frame_kind::answer; };
    BOOST_REQUIRE(std::ranges::count_if(last.replies, is_answer) == 1);
    auto found = std::ranges::find_if(last.replies, is_answer);
    BOOST_REQUIRE((read_answer(found->body.view(), a) == code::ok));
    return a;
  }

  // -- the parent: one directive of its log, one round ------------------------------------------

  scan_round& from_parent(unit_code to, const command& c, const spoken& how = {}) {
    ++said;
    return from_parent({log_name::down, lane::control, said, said, {}}, to, c, how);
  }
  /// `b`: its range, or a snapshot's piece.
  scan_round& from_parent(link_batch b, unit_code to, const command& c, const spoken& how) {
    last.clear();
    last.parent.who = parent;
    last.parent.directives.push_back(
      {frame_kind::link_batch, parent_says(std::move(b), to, c, how)});
    run(last);
    return last;
  }
  /// The newest answer on its way up to it.
  [[nodiscard]] answer up_answer() const {
    answer a;
    for (auto& [kind, body] : log_of(rows, state_table::up, lane::control))
      if (kind == entry_kind::answer)
        BOOST_REQUIRE((read_answer(body.view(), a) == code::ok));
    return a;
  }

  // -- what the last round said ------------------------------------------------------------------

  [[nodiscard]] code bye(std::uint64_t peer) const {
    for (auto& reply : last.replies)
      if (reply.peer == peer_id{peer} && reply.kind == frame_kind::link_bye) {
        link_bye b;
        BOOST_REQUIRE((read_link_bye(reply.body.view(), b) == code::ok));
        return b.reason;
      }
    return code::ok;
  }
  [[nodiscard]] std::optional<link_ack> ack() const {
    for (auto& reply : last.replies)
      if (reply.kind == frame_kind::link_ack) {
        link_ack a;
        BOOST_REQUIRE((read_link_ack(reply.body.view(), a) == code::ok));
        return a;
      }
    return std::nullopt;
  }
  [[nodiscard]] std::optional<link_welcome> welcome() const {
    for (auto& reply : last.replies)
      if (reply.kind == frame_kind::link_welcome) {
        link_welcome w;
        BOOST_REQUIRE((read_link_welcome(reply.body.view(), w) == code::ok));
        return w;
      }
    return std::nullopt;
  }
  [[nodiscard]] const feed_order* order(feed_order::deed what, std::uint64_t peer = 0) const {
    for (auto& o : last.feed)
      if (o.what == what && (peer == 0 || o.peer == peer_id{peer}))
        return &o;
    return nullptr;
  }
  [[nodiscard]] bool is_open(alert_kind kind, std::string_view subject) const {
    return fold->alerts.is_open(kind, subject);
  }

  unit_code unit;
  area_fold::options options;
  disk_rows rows;
  std::unique_ptr<area_fold> fold;
  scan_round last;
  std::uint64_t number = 0;
  std::uint64_t commands = 0;
  role said_as = role::operator_; // of who says commands
  node_ref parent{{9}, 4};
  std::uint64_t said = 0; // by the parent
  time_ms stamp = noon;
  bool full = false; // the disk
};

} // namespace wardflow::test
