// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/lane_snapshot.hpp"

#include "actors/logic/hash.hpp"
#include "actors/logic/may_command.hpp"
#include "messages/codec.hpp"
#include "messages/limits.hpp"
#include "messages/packed.hpp"

#include <algorithm>
#include <cassert>
#include <limits>
#include <span>
#include <utility>
#include <variant>

namespace wardflow {

namespace {

constexpr std::uint64_t mark_version = 1;
constexpr auto who = "snapshot";  // said it: of so many rows nobody is named ...
constexpr auto as = role::health; // ... and whoever may say them is no less

// What a message takes beside its rows, at most.
constexpr std::size_t piece_head_bytes = batch_head_bytes + 16 + 2 * limits::mark_bytes_max;
constexpr std::size_t entry_bytes = 80; // without `by` and the body
constexpr std::size_t command_bytes = 128;
constexpr std::size_t contacts_padding = limits::contacts_per_unit_max * 3 * 8; // three texts each

// Of one command's rows: an area hands it on as an entry that fits into one chunk of its own log.
constexpr std::size_t rows_bytes_max = 64'000;
constexpr std::size_t bytes_a_day = 4'096; // of a message: a command for each is worth it

std::size_t wire_bytes(const card_update&) {
  return 32;
}
std::size_t wire_bytes(const level_update& l) {
  return 32 + l.issuer.size() + l.document.size() + 16;
}

std::string text_of(const std::vector<std::byte>& data) {
  return {reinterpret_cast<const char*>(data.data()), data.size()};
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

  /// For rows, beside so many commands.
  [[nodiscard]] std::size_t room_beside(std::size_t commands) const {
    return room - std::min(room, commands * (entry_bytes + command_bytes));
  }
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
  d.room = piece_bytes_ - piece_head_bytes;
  while (!sections_.empty() && !d.full)
    if (auto bad = fill(read, sections_.front(), d); bad != code::ok)
      return bad;
  link_batch b{log_name::down, lane_, 0, 0, {}, ++pieces_, std::move(mark_)};
  if (sections_.empty()) // also for what was trimmed since, but for what was not yet said then
    b.through = (lane_ == lane::bulk ? log_end_ : std::min(log_end_, first_kept)) - 1;
  else
    b.mark = mark_ = mark_here();
  out = {d.message(std::move(b)), b.through};
  return code::ok;
}

/// Control's rows are few; of cards: which snapshot, how many pieces, the next row's key, a sum.
std::string lane_snapshot::mark_here() const {
  if (lane_ != lane::bulk)
    return {};
  packed_writer out;
  out.number(mark_version);
  out.number(pieces_);
  out.number(log_end_);
  out.number(static_cast<std::uint64_t>(whole_.cards));
  out.number(static_cast<std::uint64_t>(whole_.cards_at));
  auto place = text_of(out.take()) + sections_.front().from;
  packed_writer sum;
  sum.number(hash128(std::as_bytes(std::span{place}))[0]);
  return text_of(sum.take()) + place;
}

bool lane_snapshot::resume(std::string_view mark, std::uint64_t first_kept, std::uint64_t next) {
  constexpr auto word = sizeof(std::uint64_t);
  packed_reader in{std::as_bytes(std::span{mark})};
  std::uint64_t sum = 0, version = 0, pieces = 0, log_end = 0, cards = 0, cards_at = 0;
  if (lane_ != lane::bulk || !in.number(sum) || !in.number(version) || !in.number(pieces) ||
      !in.number(log_end) || !in.number(cards) || !in.number(cards_at) ||
      sum != hash128(std::as_bytes(std::span{mark.substr(word)}))[0] || version != mark_version)
    return false; // damaged, or not ours
  const auto from = mark.substr(6 * word);
  if (pieces == 0 || pieces >= std::numeric_limits<std::uint32_t>::max() || log_end < first_kept ||
      log_end > next || !from.starts_with(fact_prefix::card))
    return false;
  pieces_ = static_cast<std::uint32_t>(pieces);
  log_end_ = log_end;
  whole_.cards = static_cast<time_ms>(cards);
  whole_.cards_at = static_cast<time_ms>(cards_at);
  sections_.front().from = from;
  mark_ = mark;
  return true;
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
  auto bad = s.what == kind::cards    ? put_cards(rows, are_last, to, taken)
             : s.what == kind::levels ? put_levels(rows, are_last, to, taken)
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

/// Many a command; the last one of all says what is whole. Each row says itself which is newer.
code lane_snapshot::put_levels(const std::vector<fact_row>& rows, bool are_last, draft& to,
                               std::size_t& taken) const {
  while (taken != rows.size()) {
    std::vector<level_update> some;
    const auto room = std::min(to.room_beside(1), rows_bytes_max);
    for (std::size_t size = 0; taken != rows.size(); ++taken) {
      auto row = level_of_row(rows[taken].key, rows[taken].value);
      if (!row)
        return code::store_damaged;
      size += wire_bytes(*row);
      if (size > room && (!some.empty() || !to.entries.empty())) // one at least
        break;
      some.push_back(std::move(*row));
    }
    if (some.empty())
      return code::ok; // no room
    command c;
    c.body = std::move(some);
    c.more = whole_.levels == 0 || !are_last || taken != rows.size();
    to.add(c, {}, {says_, whole_.levels, 0, as});
  }
  return code::ok;
}

code lane_snapshot::put_cards(const std::vector<fact_row>& rows, bool are_last, draft& to,
                              std::size_t& taken) const {
  while (taken != rows.size()) {
    days some;
    const auto days_max = std::max<std::size_t>(to.room / bytes_a_day, 1);
    const auto room = std::min(to.room_beside(days_max + 1), rows_bytes_max);
    for (std::size_t size = 0; taken != rows.size(); ++taken) {
      auto card = card_of_row(rows[taken].key, rows[taken].value);
      if (!card)
        return code::store_damaged;
      auto came = came_of_card_row(rows[taken].value);
      size += wire_bytes(*card);
      const auto is_full = size > room || (some.size() == days_max && !some.contains(came));
      if (is_full && (!some.empty() || !to.entries.empty())) // one at least
        break;
      some[came].push_back(std::move(*card));
    }
    if (some.empty())
      return code::ok; // no room
    put_days(std::move(some), are_last && taken == rows.size(), to);
  }
  return code::ok;
}

/// A command for each day on which some came in: their receiver leaves out what is older than what
/// he has heard. The last one of all, a card of the newest day there, says what is whole.
void lane_snapshot::put_days(days some, bool are_last, draft& to) const {
  const auto say = [&](day_number came, std::vector<card_update> cards, bool is_whole) {
    command c;
    c.body = std::move(cards);
    c.more = !is_whole;
    const auto at =
      came == 0 || is_whole ? whole_.cards_at : std::min(start_of(came + 1) - 1, whole_.cards_at);
    to.add(c, {}, {says_, whole_.cards, at, as});
  };
  std::vector<card_update> last;
  if (are_last && whole_.cards != 0) {
    last.push_back(std::move(some.rbegin()->second.back()));
    some.rbegin()->second.pop_back();
  }
  for (auto& [came, cards] : some)
    if (!cards.empty())
      say(came, std::move(cards), false);
  if (!last.empty())
    say(0, std::move(last), true);
}

} // namespace wardflow
