// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/lane_snapshot.hpp"

#include "actors/logic/may_command.hpp"
#include "messages/codec.hpp"
#include "messages/limits.hpp"

#include <algorithm>
#include <cassert>
#include <utility>
#include <variant>

namespace wardflow {

namespace {

constexpr auto who = "snapshot";  // said it: of so many rows nobody is named ...
constexpr auto as = role::health; // ... and whoever may say them is no less

// What a message takes beside its rows, at most.
constexpr std::size_t batch_head_bytes = 64;
constexpr std::size_t entry_bytes = 80; // without `by` and the body
constexpr std::size_t command_bytes = 128;
constexpr std::size_t contacts_padding = limits::contacts_per_unit_max * 3 * 8; // three texts each

// Of one command's rows: an area hands it on as an entry that fits into one chunk of its own log.
constexpr std::size_t rows_bytes_max = 64'000;

std::size_t wire_bytes(const card_update&) {
  return 32;
}
std::size_t wire_bytes(const level_update& l) {
  return 32 + l.issuer.size() + l.document.size() + 16;
}

/// The first key after all that begin with this one.
std::string behind(std::string_view prefix) {
  std::string end{prefix};
  ++end.back();
  return end;
}

} // namespace

struct lane_snapshot::draft {
  std::vector<frame_body> bodies;
  std::vector<log_entry_view> entries; // bodies, in order; those that they point to do not move
  std::vector<std::string> by;
  std::size_t room = 0;
  bool full = false;

  /// `from`: where it was said or came in, by whom, as what.
  void add(const command& c, unit_code to, const fact_source& from) {
    by.emplace_back(from.by);
    bodies.push_back(encode_command(c));
    auto size = entry_bytes + by.back().size() + bodies.back().size();
    room -= std::min(room, size);
    log_entry_view e;
    e.at = from.at;
    e.said = from.said;
    e.role = from.role;
    e.kind = entry_kind::command;
    e.unit = to;
    entries.push_back(e);
  }
  frame_body message(link_batch b) {
    for (std::size_t i = 0; i != entries.size(); ++i) {
      entries[i].by = by[i];
      entries[i].body = bodies[i].view();
    }
    b.entries = std::move(entries);
    return encode_link_batch(b);
  }
};

lane_snapshot::lane_snapshot(lane l, unit_code own, unit_code below, std::uint64_t log_end,
                             const facts_said& whole, std::size_t piece_bytes) :
  lane_(l),
  says_(to_by({who, own, as})),
  log_end_(log_end),
  piece_bytes_(piece_bytes),
  whole_(whole) {
  auto add = [this](kind what, std::string_view prefix) {
    sections_.push_back({what, std::string{prefix}, behind(prefix)});
  };
  if (l == lane::bulk) {
    add(kind::cards, fact_prefix::card);
    return;
  }
  add(kind::singles, fact_prefix::rulebook);
  add(kind::singles, fact_prefix::card_order);
  add(kind::singles, fact_prefix::contacts);
  if (below.is_ward())
    sections_.push_back({kind::singles, venue_order_key(make_venue_id(below.number(), 0)),
                         venue_order_key(make_venue_id(below.number() + 1, 0))});
  else
    add(kind::singles, fact_prefix::venue_order);
  add(kind::levels, fact_prefix::level);
}

code lane_snapshot::next(const reader& read, std::uint64_t first_kept, piece& out) {
  assert(first_kept > 1); // a gap was said
  draft d;
  d.room = piece_bytes_ - batch_head_bytes;
  while (!sections_.empty() && !d.full)
    if (auto bad = fill(read, sections_.front(), d); bad != code::ok)
      return bad;
  link_batch b{log_name::down, lane_, 0, 0, {}, ++pieces_};
  if (sections_.empty()) // also for what was trimmed since, but for what was not yet said then
    b.through = (lane_ == lane::bulk ? log_end_ : std::min(log_end_, first_kept)) - 1;
  out = {d.message(b), b.through};
  return code::ok;
}

code lane_snapshot::fill(const reader& read, section& s, draft& to) {
  std::vector<fact_row> rows, further;
  if (auto bad = read(s.from, s.end, to.room, rows); bad != code::ok)
    return bad;
  if (!rows.empty())
    if (auto bad = read(rows.back().key + '\0', s.end, 1, further); bad != code::ok)
      return bad;
  std::size_t taken = 0;
  auto are_last = further.empty();
  auto bad = s.what == kind::cards ? put_rows<card_update>(rows, are_last, whole_.cards,
                                                           whole_.cards_at, &card_of_row, to, taken)
             : s.what == kind::levels
               ? put_rows<level_update>(rows, are_last, whole_.levels, 0, &level_of_row, to, taken)
               : put_singles(rows, to, taken);
  if (bad != code::ok)
    return bad;
  if (taken == rows.size() && are_last) {
    sections_.erase(sections_.begin());
    return code::ok;
  }
  if (taken != 0)
    s.from = rows[taken - 1].key + '\0';
  to.full = true;
  return code::ok;
}

/// Rulebooks, orders, contacts: a command each, as it was said.
code lane_snapshot::put_singles(const std::vector<fact_row>& rows, draft& to,
                                std::size_t& taken) const {
  for (auto& row : rows) {
    auto fact = single_of_row(row.key, row.value);
    if (!fact)
      return code::store_damaged;
    auto size = row.value.size() + row.key.size() + entry_bytes + command_bytes;
    if (std::holds_alternative<contact_list>(fact->body))
      size += contacts_padding;
    if (size > to.room && !to.entries.empty())
      return code::ok;
    command c;
    unit_code for_whom;
    if (auto* order = std::get_if<venue_order>(&fact->body))
      for_whom = unit_of_ward(ward_of(order->venue));
    c.body = std::move(fact->body);
    to.add(c, for_whom, {fact->by, fact->said, fact->at, fact->role});
    ++taken;
  }
  return code::ok;
}

/// Levels and cards: many a command. The last one of all says what is whole. `at`: when the newest
/// came into the log; 0: of levels each row says itself which is newer.
template <class Row, class Parse>
code lane_snapshot::put_rows(const std::vector<fact_row>& rows, bool are_last, time_ms whole,
                             time_ms at, Parse parse, draft& to, std::size_t& taken) const {
  while (taken != rows.size()) {
    std::vector<Row> some;
    auto room = to.room - std::min(to.room, entry_bytes + command_bytes);
    room = std::min(room, rows_bytes_max);
    std::size_t size = 0;
    for (; taken != rows.size(); ++taken) {
      auto row = parse(rows[taken].key, rows[taken].value);
      if (!row)
        return code::store_damaged;
      if (size + wire_bytes(*row) > room)
        break;
      size += wire_bytes(*row);
      some.push_back(std::move(*row));
    }
    if (some.empty())
      return code::ok; // no room
    command c;
    c.body = std::move(some);
    c.more = whole == 0 || !are_last || taken != rows.size();
    to.add(c, {}, {says_, whole, at, as});
  }
  return code::ok;
}

} // namespace wardflow
