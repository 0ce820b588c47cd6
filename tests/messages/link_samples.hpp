// SPDX-License-Identifier: Apache-2.0
// One value of every message between nodes, fixed for ever: golden bytes are made of these.
#pragma once

#include "messages/link.hpp"
#include "tests/messages/samples.hpp"

#include <algorithm>

namespace wardflow::samples {

inline unit_code a_ward() {
  return *unit_code::parse("22366");
}
inline unit_code its_district() {
  return *unit_code::parse("568");
}

inline std::vector<lane_range> two_lanes() {
  return {{lane::control, 1, 18}, {lane::bulk, 2'000, 2'345}};
}

inline link_hello child_hello() {
  link_hello h;
  h.unit = a_ward();
  h.id = counted_bytes<node_id>(1);
  h.epoch = 3;
  h.boot = 0x1122334455667788;
  h.software = "wardflowd 1.0";
  h.up = two_lanes();
  h.down = {{lane::control, 0, 7}, {lane::bulk, 0, 1}};
  return h;
}

inline link_welcome parent_welcome() {
  link_welcome w;
  w.unit = its_district();
  w.id = counted_bytes<node_id>(101);
  w.epoch = 1;
  w.node_time = noon;
  w.up = {{lane::control, 0, 18}, {lane::bulk, 0, 2'100}};
  w.window_bytes = 1u << 20;
  return w;
}

inline alert capacity_alert() {
  alert a;
  a.unit = a_ward();
  a.kind = alert_kind::venue_over_capacity;
  a.subject = "22366-00017";
  a.severity = severity::warning;
  a.state = alert_state::acknowledged;
  a.revision = 4;
  a.first = noon - 60'000;
  a.last = noon;
  a.count = 12;
  a.evidence = "312 / 300, Chợ Đầm";
  a.by = "trực ban";
  return a;
}

inline hour_rollup an_hour() {
  return {a_ward(), 454'000, 9, {1'200, 1'100, 17, 3, 40}};
}

inline day_rollup a_day() {
  day_rollup r;
  r.unit = a_ward();
  r.day = 18'916;
  r.revision = 5;
  r.taken = 12'345;
  r.counted = 12'300;
  r.late = 20;
  r.persons = 4'321;
  r.linked = 6;
  r.sketch = std::vector<std::byte>(21, std::byte{7});
  r.decisions = {12'000, 200, 100, 0};
  r.colours = {5, 10'000, 2'000, 295};
  r.reasons = {{0, 12'000}, {10, 100}, {44, 45}};
  r.venues = 17;
  r.inside = 210;
  return r;
}

inline register_row a_venue_row() {
  venue_facts place{
    make_venue_id(22366, 17), make_group_id(22366, 7), 250, 300, 1'320, category::market, true};
  return {a_ward(), row_revision(2, 7), venue_record{place, "Chợ Đầm", "Vạn Thạnh", "0258 3"},
          "12/QĐ"};
}

inline register_row a_group_row() {
  return {a_ward(), row_revision(2, 6), group_record{make_group_id(22366, 7), "Tổ 7"}, ""};
}

inline register_row a_device_row() {
  device_add as{"cổng chính", counted_bytes<public_key>(9), false, make_venue_id(22366, 17)};
  return {a_ward(), row_revision(2, 8), device_record{device_id{3}, as, noon - 9, noon}, "14/QĐ"};
}

/// All of a district's.
inline register_row a_contacts_row() {
  return {its_district(), row_revision(3, 8),
          std::vector<contact>{{"Cấp cứu", "115", ""}, {"Trực ban", "0258 3822 120", "cả đêm"}},
          ""};
}

inline watermark a_watermark() {
  watermark w;
  w.unit = a_ward();
  w.revision = row_revision(2, 9);
  w.whole = true;
  w.day = 18'916;
  w.taken = 12'346;
  w.counted = 12'301;
  w.late = 20;
  w.decisions = {12'001, 200, 100, 0};
  w.colours = {5, 10'001, 2'000, 295};
  w.reasons = {{0, 12'001}, {10, 100}, {44, 45}};
  w.groups = 9;
  w.venues = 17;
  w.devices = 4;
  w.positions = {{1, 1'634'300'000, 77}, {3, 2, 1}};
  return w;
}

/// Entries point into `bodies`, which the caller keeps.
inline link_batch some_rows(std::vector<frame_body>& bodies) {
  bodies.clear();
  bodies.push_back(encode_register_row(a_group_row()));
  bodies.push_back(encode_register_row(a_venue_row()));
  bodies.push_back(encode_register_row(a_device_row()));
  bodies.push_back(encode_watermark(a_watermark()));
  link_batch b{log_name::up, lane::bulk, 1, 4, {}};
  b.entries = {
    {1, noon, entry_kind::group, a_ward(), "", 0, bodies[0].view()},
    {2, noon, entry_kind::venue, a_ward(), "", 0, bodies[1].view()},
    {3, noon, entry_kind::device, a_ward(), "", 0, bodies[2].view()},
    {4, noon, entry_kind::watermark, a_ward(), "", 0, bodies[3].view()},
  };
  return b;
}

/// The same.
inline link_batch some_contacts(std::vector<frame_body>& bodies) {
  bodies.clear();
  bodies.push_back(encode_register_row(a_contacts_row()));
  link_batch b{log_name::up, lane::bulk, 7, 7, {}};
  b.entries = {{7, noon, entry_kind::contacts, its_district(), "", 0, bodies[0].view()}};
  return b;
}

/// The same.
inline link_batch some_entries(std::vector<frame_body>& bodies) {
  bodies.clear();
  bodies.push_back(encode_alert(capacity_alert()));
  bodies.push_back(encode_hour_rollup(an_hour()));
  bodies.push_back(encode_day_rollup(a_day()));
  bodies.push_back(encode_command(of(venue_order{make_venue_id(22366, 17), true, "12/QĐ"})));
  link_batch b{log_name::up, lane::bulk, 2'100, 2'104, {}};
  b.entries = {
    {2'100, noon, entry_kind::alert, a_ward(), "", 0, bodies[0].view()},
    {2'101, noon, entry_kind::hour_rollup, a_ward(), "", 0, bodies[1].view()},
    {2'102, noon + 1, entry_kind::day_rollup, a_ward(), "", 0, bodies[2].view()},
    {2'104, noon + 1, entry_kind::command, unit_code{}, "Sở Y tế, 56", noon + 9, bodies[3].view(),
     role::operator_, noon - hour_ms},
  };
  return b;
}

/// Of an import that goes on.
inline command a_piece() {
  auto c = of(std::vector<card_update>{{card_id{7}, {}, code::ok, {}}});
  std::get<std::vector<card_update>>(c.body)[0].facts.known = true;
  c.more = true;
  return c;
}

/// The end of a snapshot.
inline link_batch a_last_piece(std::vector<frame_body>& bodies) {
  bodies.clear();
  bodies.push_back(encode_command(of(venue_order{make_venue_id(22366, 17), true, "12/QĐ"})));
  link_batch b{log_name::down, lane::control, 0, 411, {}, 3};
  b.entries = {{0, noon, entry_kind::command, a_ward(), "Sở Y tế, 56", 0, bodies[0].view(),
                role::operator_, noon}};
  return b;
}

/// It owes itself a snapshot of cards, and has some of its pieces.
inline link_hello resuming_hello() {
  auto h = child_hello();
  h.marks[static_cast<std::size_t>(lane::bulk)] = std::string{"\0\1 where it stands", 18};
  return h;
}

/// Neither the first nor the last one.
inline link_batch a_middle_piece(std::vector<frame_body>& bodies) {
  auto b = a_last_piece(bodies);
  b.lane = lane::bulk;
  b.through = 0;
  b.goes_on = "where the second one ends";
  b.mark = std::string{"\0 and this one", 14};
  return b;
}

inline link_ack an_ack() {
  return {log_name::down, lane::bulk, 2'104, noon + 2, 1u << 19};
}

inline link_gap a_gap() {
  return {log_name::up, lane::bulk, 100, 2'000};
}

inline link_heartbeat a_heartbeat() {
  return {noon + 3, two_lanes()};
}

inline link_bye a_bye() {
  return {code::epoch_lower, "đã khôi phục"};
}

inline subscribe a_subscription() {
  subscribe s;
  s.name = "hcdc";
  s.unit = its_district();
  s.kinds = {alert_kind::venue_over_capacity, alert_kind::node_silent};
  s.severity_min = severity::warning;
  s.start = subscribe_start::time;
  s.offset = 17;
  s.at = noon;
  s.credit_bytes = 1u << 18;
  s.snapshot = false;
  return s;
}

inline bool same_entry(const log_entry_view& a, const log_entry_view& b) {
  return a.offset == b.offset && a.at == b.at && a.kind == b.kind && a.unit == b.unit &&
         a.by == b.by && a.expires == b.expires && a.role == b.role && a.said == b.said &&
         std::ranges::equal(a.body, b.body);
}

inline bool same_batch(const link_batch& a, const link_batch& b) {
  return a.log == b.log && a.lane == b.lane && a.first == b.first && a.through == b.through &&
         a.piece == b.piece && a.goes_on == b.goes_on && a.mark == b.mark &&
         std::ranges::equal(a.entries, b.entries, &same_entry);
}

/// The message with each `from` of its bytes as `to`.
inline frame_body with_byte(frame_body message, char from, char to) {
  for (auto& b : message.writable())
    if (b == static_cast<std::byte>(from))
      b = static_cast<std::byte>(to);
  return message;
}

} // namespace wardflow::samples
