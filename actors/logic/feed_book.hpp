// SPDX-License-Identifier: Apache-2.0
// FEED BOOK: who subscribes to this node's alerts, by name, and how far he has them.
//
//   SUBSCRIBE{name, filter, start} ─▶ where to begin ─▶ feed_order ─▶ FEED
//                                          └─▶ heartbeat: there it begins, there the log ends now
//   ACK{through} ─▶ the named cursor moves, with this round's commit
//
// Owns     the named cursors (durable: rows of `links`), and who is connected under which name.
// Borrows  the up-log: a cursor holds what it still wants, within the log's bounds.
// Promise  a name's cursor moves by its own acknowledgements alone. A name belongs to the key that
//          made it: nobody else reads by it, and only operators may remove it beside him. One
//          reader a name: the same key again takes over, and the earlier one is told so. A reader
//          without a name keeps nothing here; past a key's bound the one that was heard longest
//          ago has to go.
// Bound    names_max names of at most name_bytes_max bytes, names_of_key_max of one key: the next
//          one is refused, and any new one while the disk is full. unnamed_max without a name of
//          one key.
#pragma once

#include "actors/logic/may_command.hpp"
#include "actors/logic/offset_log.hpp"
#include "messages/round.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wardflow {

class feed_book {
public:
  static constexpr std::string_view key_prefix = "sub/";
  static constexpr std::size_t names_max = 1024;
  static constexpr std::size_t name_bytes_max = 100;
  static constexpr std::size_t names_of_key_max = 16;
  static constexpr std::size_t unnamed_max = 8; // of one key
  static constexpr std::uint64_t window_bytes_max = std::uint64_t{4} << 20;

  struct cursor {
    std::string by;         // of the key that made it, and whose it is ...
    unit_code unit;         // ... its unit; none: saved by a release that did not know it
    std::uint64_t next = 1; // wanted next, of the control lane
    time_ms heard = 0;
    peer_id peer{}; // now; 0: nobody is connected
    [[nodiscard]] bool belongs_to(std::string_view name, unit_code of) const {
      return by == name && (unit.empty() || unit == of);
    }
  };

  /// What a unit stands for here: itself and those below; empty: all of this node's. Nothing: it is
  /// not of this node.
  using units_of = std::function<std::optional<std::vector<unit_code>>(unit_code)>;
  /// A supervisor's frame: subscribe, link_ack, link_bye.
  void take(const inbound_link& in, offset_log& up, const units_of& units, scan_round& r);

  /// This connection is no more.
  void leave(peer_id peer);

  /// Forgets a name, and sends its reader away; false: there is none.
  [[nodiscard]] bool remove(const std::string& name, offset_log& up, scan_round& r);
  /// The same as a command: done, dry_run_ok, not_found, subscription_owned.
  [[nodiscard]] answer run(bool dry_run, const subscription_remove& order, const speaker& who,
                           offset_log& up, scan_round& r);
  /// The answer to subscription_list.
  [[nodiscard]] answer list(const offset_log& up) const;
  [[nodiscard]] const std::map<std::string, cursor>& names() const { return names_; }

  /// A row whose key begins with `sub/`.
  [[nodiscard]] bool load(std::string_view key, std::span<const std::byte> value, offset_log& up);

private:
  void subscribe(const inbound_link& in, const wardflow::subscribe& s, offset_log& up,
                 const units_of& units, scan_round& r);
  void acknowledge(const inbound_link& in, const link_ack& a, offset_log& up, scan_round& r);
  void send_away(peer_id peer, const std::string& name, scan_round& r);
  struct unnamed {
    std::string key; // name and unit of who reads
    time_ms heard = 0;
  };
  [[nodiscard]] code may_name(const inbound_link& in, const std::string& name,
                              const scan_round& r) const;
  void add_unnamed(const inbound_link& in, scan_round& r);
  [[nodiscard]] static std::string cursor_name(const std::string& name);
  static void save(const std::string& name, const cursor& c, std::vector<saved_row>& rows);

  std::map<std::string, cursor> names_;
  std::map<peer_id, std::string> connected_; // by name
  std::map<peer_id, unnamed> unnamed_;
};

} // namespace wardflow
