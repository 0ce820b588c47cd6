// SPDX-License-Identifier: Apache-2.0
// An entry of the audit log as a value: who did what, or tried to, and what came of it.
//
//   GATE (refused at the door) ─┐
//   WARD, AREA (done, refused) ─┴─▶ scan_round::audit ─▶ JOURNAL: a row of the same commit
//
// Promise  nothing of it is a raw code; a card is named by a part of its pseudonym.
// Bound    one line of each text, of at most `text_bytes_max`.
#pragma once

#include "messages/code.hpp"
#include "messages/command.hpp"
#include "messages/ids.hpp"
#include "messages/principal.hpp"
#include "messages/time.hpp"

#include <cstdint>
#include <string>

namespace wardflow {

/// How it came. On disk: append only.
enum class audit_way : std::uint8_t {
  socket, // this node's own control socket
  above,  // the parent's directive log
  below,  // a child node
};

/// What was done or asked. On disk: append only; audit_words.cpp has a row for each.
enum class audit_deed : std::uint8_t {
  none,
  command, // one that could not be read any more
  query,
  levels,
  cards,
  rulebook,
  venue_suspend,
  venue_reopen,
  card_revoke,
  card_give_back,
  venues,
  groups,
  device_add,
  device_revoke,
  clock_accept,
  alert_ack,
  alert_resolve,
  subscription_remove,
  answer,    // of a unit below, to a command that went down
  hello,     // a child's, refused
  entry,     // of a child's log, refused
  subscribe, // refused
  cut_off,   // a reader whose key no longer counts
  node_forget,
  unit_replace,
  contact_set,
  contact_remove,
  contacts, // of a unit above, all
  count_    // not a deed: how many there are
};

struct audit_entry {
  std::uint64_t number = 0; // of the row, from 1, without a hole; JOURNAL gives it
  time_ms at = 0;           // the round's stamp; JOURNAL's too, and so is `round`
  std::uint64_t round = 0;
  std::string by{};                           // name of the key, of the one who said it
  unit_code unit{};                           // ... his unit and role
  wardflow::role role = wardflow::role::none; // none: a release below does not say it
  audit_way way = audit_way::socket;
  audit_deed deed = audit_deed::none;
  command_id id{};        // zeros: no command
  unit_code to{};         // for whom; none: this node, or all below
  std::string subject{};  // what it is about: a venue, `rows=12`
  std::string document{}; // what it rests on
  code outcome = code::ok;
  std::uint64_t times = 1; // so many like it stand in this row
  bool operator==(const audit_entry&) const = default;
};

} // namespace wardflow
