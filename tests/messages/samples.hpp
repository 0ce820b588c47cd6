// SPDX-License-Identifier: Apache-2.0
// One value of every message, fixed for ever: golden bytes are made of these. And raw words, from
// which tests make messages that no encoder would write.
#pragma once

#include "messages/codec.hpp"

#include <cstdint>
#include <cstring>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

namespace wardflow::samples {

inline constexpr time_ms noon = 1'634'360'400'000; // 2021-10-16T12:00:00+07:00

template <class Array>
Array counted_bytes(std::uint8_t first) {
  Array result;
  std::iota(result.begin(), result.end(), first);
  return result;
}

inline std::vector<scan> scans() {
  auto venue = make_venue_id(22366, 17);
  return {{venue, card_id{0x1122334455667788}, card_id{}, noon, direction::in,
           flow::staff_scans_person, code::ok},
          {venue, card_id{0x99aabbccddeeff00}, card_id{42}, noon + 1500, direction::out,
           flow::person_scans_poster, code::ok},
          {venue, card_id{}, card_id{}, noon + 2500, direction::in, flow::staff_scans_person,
           code::code_payment}};
}

inline const std::string& code_text() {
  static const std::string text{
    "001093029317|NGUYEN LE KHA HAN|1987-01-18|0|162979388586171100|<1<HS4010120878821<0944713700"};
  return text;
}

inline code_scan plain_code() {
  code_scan result;
  result.epoch = 1'634'300'000;
  result.sequence = 8;
  result.venue = make_venue_id(22366, 17);
  result.at = noon;
  result.way = direction::out;
  result.flow = flow::person_scans_poster;
  result.code_bytes = std::as_bytes(std::span{code_text()});
  return result;
}

inline code_scan sealed_code() {
  auto result = plain_code();
  result.sealed = true;
  return result;
}

inline scan_reply reply() {
  verdict admitted{decision::admit, colour::green, code::ok, false, false, stale_rule::none, 3, 0};
  verdict late{decision::condition,
               colour::yellow,
               code::needs_negative_test,
               true,
               true,
               stale_rule::condition,
               9,
               1};
  verdict refused{
    decision::refuse, colour::none, code::code_payment, false, false, stale_rule::none, 0, 0};
  return {1'634'300'000,
          7,
          9,
          {to_word(admitted), to_word(late), to_word(refused)},
          {{1, noon - 3'600'000, noon - 60'000, noon - 1'000}, {2, noon, noon - 5, 0}},
          noon + 3000};
}

inline refusal gap() {
  refusal result;
  result.reason = code::sequence_gap;
  result.epoch = 1'634'300'000;
  result.expected_sequence = 7;
  result.refused_sequence = 9;
  result.node_time = noon;
  result.detail = "Quầy 1";
  return result;
}

inline hello greeting() {
  return {1'634'300'000, "wardctl 1.0"};
}

inline welcome welcomed() {
  welcome result;
  result.epoch = 1'634'300'000;
  result.expected_sequence = 7;
  result.node_time = noon;
  result.venue = make_venue_id(22366, 17);
  result.node_key = counted_bytes<public_key>(1);
  return result;
}

inline answer listed() {
  answer result;
  result.id = counted_bytes<command_id>(1);
  result.code = code::done;
  result.detail = "2 địa điểm";
  result.facts = {{"venues", "2"}, {"empty", ""}};
  result.columns = {"id", "name"};
  result.rows = {{"22366-00017", "Chợ Đầm"}, {"22366-00018", "Phở 24"}, {}};
  result.more = true;
  result.node_time = noon;
  return result;
}

inline std::vector<std::pair<std::string, command_body>> command_bodies() {
  auto venue = make_venue_id(22366, 17);
  auto group = make_group_id(22366, 7);
  query asked{query_kind::counts_by_hour, venue,  card_id{5}, "079123456789",
              code::code_broken,          18'916, 100,        17};
  level_update level{group, risk_scale::decision_2686, 2, 18'916, noon, "UBND", "7164/UBND-VHTT"};
  level_update later{group, risk_scale::resolution_128, 4, 18'917, 0, "", ""};
  card_facts facts{group, 18'800, 18'840, 0, true, false, 27'239'340};
  card_update card{card_id{77}, "", code::ok, facts};
  card_update named{card_id{}, "079123456789", code::code_no_stable_key, facts};
  venue_facts place{venue, group, 250, 300, 1'320, category::market, false};
  return {
    {"query", asked},
    {"levels", std::vector{level, later}},
    {"cards", std::vector{card, named}},
    {"rulebook", rulebook_text{"[rulebook]\nversion = 1\n\tname = \"Khánh Hòa\"\n"}},
    {"venue_order", venue_order{venue, true, "12/QĐ"}},
    {"card_order", card_order{card_id{}, "079123456789", code::ok, false, "13/QĐ"}},
    {"venues", std::vector{venue_record{place, "Chợ Đầm", "Vạn Thạnh", "0258 3"}}},
    {"groups", std::vector{group_record{group, "Tổ 7"}, group_record{}}},
    {"device_add", device_add{"cổng chính", counted_bytes<public_key>(9), false, venue}},
    {"device_revoke", device_revoke{device_id{3}, "14/QĐ"}},
    {"clock_accept", clock_accept{}},
    {"subscription_remove", subscription_remove{"trực ban"}},
    {"unit_replace", unit_replace{*unit_code::parse("22369")}},
    {"node_forget", node_forget{*unit_code::parse("22366"), "16/QĐ-UBND"}},
    {"contact", contact_order{{"Trực ban", "0258 3822 120", "cả đêm"}, false}},
    {"contacts",
     contact_list{*unit_code::parse("568"),
                  {{"Cấp cứu", "115", ""}, {"Y tế", "(0258) 3822.120", "giờ hành chính"}}}},
    {"alert_order", alert_order{"22366/card.cloned/0123456789", false, "thẻ giả, 15/BB"}},
  };
}

inline command of(command_body body, bool dry_run = false) {
  return {counted_bytes<command_id>(1), dry_run, *unit_code::parse("22366"), hour_ms,
          std::move(body)};
}

// -- raw words ----------------------------------------------------------------------------------

using words = std::vector<std::uint64_t>;

/// The message as words, segment table first.
inline words words_of(bytes message) {
  words result(message.size() / 8);
  std::memcpy(result.data(), message.data(), message.size());
  return result;
}
inline bytes view_of(const words& message) {
  return std::as_bytes(std::span{message});
}
/// One segment of these words, with the right table in front.
inline words framed(words segment) {
  segment.insert(segment.begin(), static_cast<std::uint64_t>(segment.size()) << 32);
  return segment;
}
/// A pointer to a struct `offset` words past the pointer's end.
inline std::uint64_t struct_pointer(std::uint32_t offset, std::uint16_t data,
                                    std::uint16_t pointers) {
  return std::uint64_t{offset} << 2 | std::uint64_t{data} << 32 | std::uint64_t{pointers} << 48;
}
/// A pointer to a list; `size` 2: bytes, 4: four bytes, 5: words, 6: pointers, 7: structs (then
/// `count` is in words, and a tag stands in front of them).
inline std::uint64_t list_pointer(std::uint32_t offset, unsigned size, std::uint32_t count) {
  return 1u | std::uint64_t{offset} << 2 | std::uint64_t{size} << 32 | std::uint64_t{count} << 35;
}

} // namespace wardflow::samples
