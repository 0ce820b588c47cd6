// SPDX-License-Identifier: Apache-2.0
// Words on an operator's screen that are not messages: headings, labels, the big words of a door.
//
//   phrase · decision · colour · category · level ──▶ [ one table ] ──▶ Vietnamese or English
//
// Owns: the phrases, as constants of the program.
// Borrows: nothing.
// Promise: every phrase has both languages (checked when this compiles); texts are NFC.
// Bound: one fixed table, indexed.
#pragma once

#include "messages/facts.hpp"
#include "messages/scan.hpp"
#include "messages/texts.hpp"
#include "messages/verdict.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace wardflow {

/// In the order of the table in phrases.cpp. Never on wire or disk.
enum class phrase : std::uint16_t {
  // The door's big words, and what stands beside them.
  enter,
  with_condition,
  no_entry,
  goodbye,
  recorded_only,
  scan_now,
  reason,
  what_to_do,
  data_age,
  // Colours of a card, levels of a group.
  colour_none,
  green,
  yellow,
  orange,
  red,
  level_one,
  level_two,
  level_three,
  level_four,
  new_normal,
  at_risk,
  high_risk,
  very_high_risk,
  level_none,
  // Scans.
  way_in,
  way_out,
  staff_scans,
  poster_scans,
  late,
  clock_unsure,
  stale_data,
  fresh_data,
  // Headings: registers.
  unit,
  ward,
  venue,
  venues,
  venue_name,
  venue_category,
  address,
  group,
  groups,
  capacity,
  opens,
  closes,
  phone,
  suspended,
  document,
  issuer,
  device,
  devices,
  device_name,
  public_key,
  role,
  gateway,
  door,
  revoked,
  added_at,
  last_heard,
  epoch,
  next_sequence,
  card,
  cards,
  first_dose,
  full_dose,
  recovered,
  pcr_negative_at,
  card_colour,
  scale,
  level,
  effective_from,
  published_at,
  rulebook,
  rule,
  version,
  // Headings: counts and status.
  day,
  hour,
  event_time,
  direction_,
  flow_,
  scans,
  persons,
  persons_estimated,
  visits,
  visits_inferred,
  inside,
  carried_over,
  unmatched_out,
  admitted,
  conditioned,
  refused,
  repeated,
  late_scans,
  not_persons,
  verdict_,
  decision_,
  count,
  share,
  total,
  busiest_venues,
  rounds,
  node_time,
  started_at,
  uptime,
  journal_size,
  store_used,
  checkpoint_age,
  levels_as_of,
  cards_as_of,
  rulebook_as_of,
  outstanding,
  connections,
  throughput,
  median,
  p99,
  identities_checked,
  holds,
  broken,
  state_hash,
  // Imports, replays, progress.
  line,
  column,
  code_,
  message,
  rows_read,
  rows_taken,
  rows_refused_,
  bad_lines_in,
  dry_run,
  sent,
  answered,
  waiting,
  remaining,
  spool,
  seed,
  file,
  // Small words.
  yes,
  no,
  none,
  never,
  unknown,
  always_open,
  no_limit,
  seconds_short,
  minutes_short,
  hours_short,
  days_short,
  ago,
  what_next,
  // Categories of venue, in the order of `category`.
  category_other,
  category_market,
  category_supermarket,
  category_shop,
  category_restaurant,
  category_cafe,
  category_bar,
  category_hotel,
  category_pharmacy,
  category_hospital,
  category_school,
  category_office,
  category_public_office,
  category_bank,
  category_factory,
  category_beach,
  category_park,
  category_event,
  category_public_transport,
  category_worship,
  category_sport,
  category_entertainment,
  category_hairdresser,
  count_ // not a phrase: how many there are
};

[[nodiscard]] std::string_view say(phrase what, language tongue);

/// MỜI VÀO · CÓ ĐIỀU KIỆN · KHÔNG VÀO; ENTER · CONDITION · NO ENTRY.
[[nodiscard]] std::string_view big_word(decision what, language tongue);
/// xanh · vàng · đỏ; green · yellow · red.
[[nodiscard]] std::string_view colour_name(colour what, language tongue);
[[nodiscard]] std::string_view category_label(category what, language tongue);
/// `level` is 1 to 4 on its scale; anything else reads as "no level".
[[nodiscard]] std::string_view level_name(risk_scale scale, unsigned level, language tongue);
[[nodiscard]] std::string_view direction_name(direction what, language tongue);
[[nodiscard]] std::string_view flow_name(flow what, language tongue);

/// A category by its fixed name (`cafe`) or its Vietnamese label (`quán cà phê`).
[[nodiscard]] std::optional<category> parse_category(std::string_view text);

} // namespace wardflow
