// SPDX-License-Identifier: Apache-2.0
// Commands, directives and answers as values: what control.capnp and directive.capnp carry.
#pragma once

#include "messages/code.hpp"
#include "messages/facts.hpp"
#include "messages/ids.hpp"
#include "messages/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace wardflow {

using command_id = std::array<std::uint8_t, 16>;
using public_key = std::array<std::uint8_t, 32>;

// -- directives ---------------------------------------------------------------------------------

struct level_update {
  group_id group{};
  risk_scale scale = risk_scale::resolution_128;
  std::uint8_t level = 0; // 1 to 4
  day_number effective_from = 0;
  time_ms published_at = 0;
  std::string issuer;
  std::string document;
  bool operator==(const level_update&) const = default;
};

struct card_update {
  card_id card{};
  std::string identity; // raw, between wardctl and GATE only
  code problem = code::ok;
  card_facts facts; // `known` is implied, `revoked` is not carried
  bool operator==(const card_update&) const = default;
};

struct rulebook_text {
  std::string text;
  bool operator==(const rulebook_text&) const = default;
};

struct venue_order {
  venue_id venue{};
  bool suspend = true; // false: reopen
  std::string document;
  bool operator==(const venue_order&) const = default;
};

struct card_order {
  card_id card{};
  std::string identity;
  code problem = code::ok;
  bool revoke = true; // false: give back
  std::string document;
  bool operator==(const card_order&) const = default;
};

// -- registers ----------------------------------------------------------------------------------

struct venue_record {
  venue_facts facts; // id 0: the node gives the next serial; `suspended` is not carried
  std::string name;
  std::string address;
  std::string phone;
  bool operator==(const venue_record&) const = default;
};

struct group_record {
  group_id id{};
  std::string name;
  bool operator==(const group_record&) const = default;
};

/// Whom to ring up: published by a unit, read by everybody.
struct contact {
  std::string name; // unique in its unit
  std::string phone;
  std::string note; // may be empty
  bool operator==(const contact&) const = default;
};

/// Of the node that it is for.
struct contact_order {
  contact row;
  bool remove = false; // then the name counts alone
  bool operator==(const contact_order&) const = default;
};

/// All that a unit above publishes, in order of names. Nodes alone say it, to those below.
struct contact_list {
  unit_code unit;
  std::vector<contact> rows;
  bool operator==(const contact_list&) const = default;
};

struct device_add {
  std::string name;
  public_key key{};
  bool gateway = false;
  venue_id venue{}; // a door's
  bool operator==(const device_add&) const = default;
};

struct device_revoke {
  device_id device{};
  std::string document;
  bool operator==(const device_revoke&) const = default;
};

struct clock_accept {
  bool operator==(const clock_accept&) const = default;
};

/// An alert's name as alert_name() gives it.
struct alert_order {
  std::string name;
  bool acknowledge = true; // false: resolve
  std::string note;
  bool operator==(const alert_order&) const = default;
};

/// Forgets a named reader of the alerts: what waits for it is no longer kept for it.
struct subscription_remove {
  std::string name;
  bool operator==(const subscription_remove&) const = default;
};

/// A unit below gets a new machine: earlier epochs of it are not listened to any more.
struct unit_replace {
  unit_code unit;
  bool operator==(const unit_replace&) const = default;
};

/// A node below that is no more: what is known of it is forgotten.
struct node_forget {
  unit_code unit;
  std::string document;
  bool operator==(const node_forget&) const = default;
};

/// A list of contacts goes on after unit_number << bits | its place in its unit, from 1.
inline constexpr unsigned contact_place_bits = 8;

// -- queries ------------------------------------------------------------------------------------

enum class query_kind : std::uint16_t {
  status = 1,
  counts_by_venue = 2, // of a day
  counts_by_hour = 3,  // of a day; of one venue where `venue` is set
  venue_list = 4,
  venue_show = 5,
  group_list = 6,
  device_list = 7,
  card_show = 8,
  level_list = 9,
  rulebook_list = 10,
  verify = 11, // fold from the base in the reader thread, compare with the live state
  counts_by_reason = 12,
  identities = 13, // the identities of DOMAIN §9, checked on the live state
  alert_list = 14,
  node_list = 15,         // an area's children
  counts_by_unit = 16,    // an area's wards, of a day
  subscription_list = 17, // named readers of the alerts
  audit_list = 18,        // who did what; with `check` the chain is walked instead
  unit_rows = 19,         // an area's: what it keeps of the ward `unit`, for a new machine of it
  contact_list = 20,      // own, from above, and an area's from below; of the command's unit alone
};

struct query {
  query_kind what = query_kind::status;
  venue_id venue{};
  card_id card{};
  std::string identity;
  code problem = code::ok;
  day_number day = 0;
  std::uint32_t limit = 0;
  std::uint64_t after = 0;
  time_ms since = 0; // audit_list: from then on; negative: so long before the node's now
  time_ms until = 0; // ... before then; 0: no bound
  std::string by{};  // ... of this name alone
  bool check = false;
  bool operator==(const query&) const = default;
};

// -- the two messages ---------------------------------------------------------------------------

using command_body =
  std::variant<query, std::vector<level_update>, std::vector<card_update>, rulebook_text,
               venue_order, card_order, std::vector<venue_record>, std::vector<group_record>,
               device_add, device_revoke, clock_accept, alert_order, subscription_remove,
               node_forget, unit_replace, contact_order, contact_list>;

struct command {
  command_id id{}; // zeros: of a snapshot; nobody asks what became of it
  bool dry_run = false;
  unit_code unit;  // for whom; none: the node that is asked, directives: all wards below too
  time_ms ttl = 0; // so long it may be on its way down; 0: no bound
  command_body body;
  bool more = false; // further pieces of the same import follow

  [[nodiscard]] bool is_query() const { return std::holds_alternative<query>(body); }
  bool operator==(const command&) const = default;
};

struct answer {
  command_id id{};
  wardflow::code code = wardflow::code::done;
  std::string detail;
  std::vector<std::pair<std::string, std::string>> facts;
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
  bool more = false;
  time_ms node_time = 0;
  std::vector<std::byte> batch; // of `unit_rows`: a LinkBatch, a snapshot
  bool operator==(const answer&) const = default;
};

} // namespace wardflow
