// SPDX-License-Identifier: Apache-2.0
// Alerts as values: what flows up and wants attention (DOMAIN §7).
//
// Promise  an alert is named by (unit, kind, subject), and each of its entries is the whole alert:
//          the newest revision is all that anybody needs to keep.
#pragma once

#include "messages/ids.hpp"
#include "messages/time.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wardflow {

/// On wire and disk: append only.
enum class alert_kind : std::uint8_t {
  none,
  card_refused_repeatedly,
  card_cloned,
  venue_over_capacity,
  venue_suspended_but_scanning,
  device_sequence_gap,
  device_clock_skew,
  device_refused, // a key asked for what is not below its node
  risk_raised,
  risk_missing,
  node_silent,
  node_behind,
  node_twin,    // two nodes with one identity
  node_fenced,  // a child with an old epoch, or of a unit not its own
  nodes_silent, // more than a third of the children at once: one alert that lists them
  clock_unsure, // the node does not believe its clock
  store_nearly_full,
  threshold, // many of one kind below: the rulebook says how many
  count_     // not a kind: how many there are
};

enum class severity : std::uint8_t { notice, warning, critical };
enum class alert_state : std::uint8_t { open, acknowledged, resolved };

struct alert_kind_facts {
  std::string_view name;
  wardflow::severity severity; // by default
};

inline constexpr std::array<alert_kind_facts, static_cast<std::size_t>(alert_kind::count_)>
  alert_kinds{{{"none", severity::notice},
               {"card.refused_repeatedly", severity::warning},
               {"card.cloned", severity::critical},
               {"venue.over_capacity", severity::warning},
               {"venue.suspended_but_scanning", severity::critical},
               {"device.sequence_gap", severity::notice},
               {"device.clock_skew", severity::notice},
               {"device.refused", severity::warning},
               {"risk.raised", severity::warning},
               {"risk.missing", severity::warning},
               {"node.silent", severity::critical},
               {"node.behind", severity::warning},
               {"node.twin", severity::critical},
               {"node.fenced", severity::critical},
               {"nodes.silent", severity::critical},
               {"node.clock_unsure", severity::warning},
               {"store.nearly_full", severity::critical},
               {"alerts.threshold", severity::warning}}};

constexpr const alert_kind_facts& facts_of(alert_kind kind) {
  return alert_kinds[static_cast<std::size_t>(kind)];
}
/// Its subject is a person's card: it goes when who was where goes, whatever its state.
constexpr bool names_card(alert_kind kind) {
  return kind == alert_kind::card_refused_repeatedly || kind == alert_kind::card_cloned;
}
std::optional<alert_kind> parse_alert_kind(std::string_view name);

struct alert {
  unit_code unit; // where it was raised
  alert_kind kind = alert_kind::none;
  std::string subject; // a venue, a device, a card's short form, a group, a node
  wardflow::severity severity = severity::notice;
  alert_state state = alert_state::open;
  std::uint32_t revision = 0; // grows with each entry of this alert
  time_ms first = 0;
  time_ms last = 0;
  std::uint64_t count = 0;
  std::string evidence;
  std::string by; // who acknowledged or resolved it; empty: the node itself
  bool operator==(const alert&) const = default;
};

/// `22366/venue.over_capacity/22366-00017`: what people call it by.
std::string alert_name(const alert& a);
struct alert_ref {
  unit_code unit;
  alert_kind kind = alert_kind::none;
  std::string subject;
};
std::optional<alert_ref> parse_alert_name(std::string_view name);

} // namespace wardflow
