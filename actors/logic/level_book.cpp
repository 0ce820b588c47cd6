// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/level_book.hpp"

#include "messages/limits.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace wardflow {

namespace {

constexpr std::size_t slots_least = 64;

bool well_formed(const level_entry& entry) {
  return entry.group != group_id{} && entry.effective_from != 0 && entry.level >= 1 &&
         entry.level <= 4 && entry.scale <= risk_scale::resolution_128 &&
         entry.issuer.size() <= limits::text_bytes_max &&
         entry.document.size() <= limits::text_bytes_max;
}

/// The first record of `day` or later.
template <class Records>
auto from_day(Records& records, day_number day) {
  return std::lower_bound(
    records.begin(), records.end(), day,
    [](const auto& record, day_number wanted) { return record.day < wanted; });
}

} // namespace

std::size_t level_book::place_of(group_id group) const {
  // Groups of one ward are numbers in a row: the multiplication spreads them.
  auto mixed = static_cast<std::uint32_t>(group) * 0x9e37'79b1u;
  auto mask = slots_.size() - 1;
  auto at = (mixed ^ mixed >> 15) & mask;
  while (slots_[at].group != group && slots_[at].group != group_id{})
    at = (at + 1) & mask;
  return at;
}

level_view level_book::at(group_id group, day_number day) const {
  if (slots_.empty() || group == group_id{})
    return {};
  const auto& newest = slots_[place_of(group)];
  if (newest.group == group_id{})
    return {};
  if (newest.day <= day)
    return {newest.scale, newest.level, newest.day != day};
  const auto& records = histories_[newest.history].records;
  auto next = from_day(records, day);
  if (next != records.end() && next->day == day)
    return {next->scale, next->level, false};
  if (next == records.begin())
    return {};
  --next;
  return {next->scale, next->level, true};
}

level_outcome level_book::set(const level_entry& entry) {
  if (!well_formed(entry))
    return level_outcome::refused;
  if ((histories_.size() + 1) * 2 > slots_.size())
    grow();
  totals_.heard_at = std::max(totals_.heard_at, entry.published_at);
  auto& newest = slots_[place_of(entry.group)];
  if (newest.group == group_id{}) {
    newest.group = entry.group;
    newest.history = static_cast<std::uint32_t>(histories_.size());
    histories_.push_back({entry.group, {}});
  }
  auto& records = histories_[newest.history].records;
  auto at = from_day(records, entry.effective_from);
  if (at == records.end() || at->day != entry.effective_from) {
    records.insert(at, record_of(entry, 0));
    ++size_;
    refresh(newest);
    return level_outcome::set;
  }
  if (entry.published_at < at->published_at)
    return level_outcome::older;
  if (at->scale == entry.scale && at->level == entry.level && texts_[at->issuer] == entry.issuer &&
      texts_[at->document] == entry.document) {
    at->published_at = entry.published_at;
    return level_outcome::repeated;
  }
  constexpr auto most = std::numeric_limits<std::uint16_t>::max();
  auto before = at->corrections;
  *at = record_of(entry, before == most ? most : static_cast<std::uint16_t>(before + 1));
  ++totals_.corrections;
  refresh(newest);
  return level_outcome::corrected;
}

level_book::record level_book::record_of(const level_entry& entry, std::uint16_t corrections) {
  auto issuer = intern(entry.issuer);
  auto document = intern(entry.document);
  return {entry.effective_from, entry.scale, entry.level, corrections, issuer, document,
          entry.published_at};
}

const level_book::record* level_book::find_record(group_id group, day_number day) const {
  if (slots_.empty() || group == group_id{})
    return nullptr;
  const auto& newest = slots_[place_of(group)];
  if (newest.group == group_id{})
    return nullptr;
  const auto& records = histories_[newest.history].records;
  auto at = from_day(records, day);
  return at == records.end() || at->day != day ? nullptr : &*at;
}

bool level_book::find(group_id group, day_number day, level_entry& found) const {
  const auto* known = find_record(group, day);
  if (known != nullptr)
    found = entry_of(group, *known);
  return known != nullptr;
}

std::vector<std::pair<group_id, day_number>> level_book::trim(day_number today) {
  std::vector<std::pair<group_id, day_number>> dropped;
  if (today <= level_days_kept)
    return dropped;
  auto oldest = static_cast<day_number>(today - level_days_kept);
  for (auto& group : histories_) {
    auto& records = group.records;
    auto first = from_day(records, oldest);
    // Without a level of the oldest day itself, the last one before it still answers for it.
    if (first == records.end() || (first->day != oldest && first != records.begin()))
      --first;
    for (auto old = records.begin(); old != first; ++old)
      dropped.emplace_back(group.group, old->day);
    size_ -= static_cast<std::size_t>(first - records.begin());
    records.erase(records.begin(), first);
  }
  if (!dropped.empty())
    drop_idle_texts();
  return dropped;
}

void level_book::drop_idle_texts() {
  constexpr auto idle = std::numeric_limits<std::uint32_t>::max();
  std::vector<std::uint32_t> moved(texts_.size(), idle);
  std::vector<std::string> kept;
  auto keep = [&](std::uint32_t& place) {
    auto& to = moved[place];
    if (to == idle) {
      to = static_cast<std::uint32_t>(kept.size());
      kept.push_back(std::move(texts_[place]));
    }
    place = to;
  };
  for (auto& group : histories_)
    for (auto& level : group.records) {
      keep(level.issuer);
      keep(level.document);
    }
  texts_ = std::move(kept);
  text_places_.clear();
  for (std::size_t i = 0; i != texts_.size(); ++i)
    text_places_.emplace(texts_[i], static_cast<std::uint32_t>(i));
}

std::vector<level_entry> level_book::entries() const {
  std::vector<const history*> order;
  order.reserve(histories_.size());
  for (const auto& group : histories_)
    order.push_back(&group);
  std::sort(order.begin(), order.end(),
            [](const auto* a, const auto* b) { return a->group < b->group; });
  std::vector<level_entry> all;
  all.reserve(size_);
  for (const auto* group : order)
    for (const auto& level : group->records)
      all.push_back(entry_of(group->group, level));
  return all;
}

bool level_book::load(std::span<const level_entry> entries, const level_totals& totals) {
  *this = level_book{};
  const level_entry* before = nullptr;
  for (const auto& entry : entries) {
    auto ascends = before == nullptr || std::pair{before->group, before->effective_from} <
                                          std::pair{entry.group, entry.effective_from};
    before = &entry;
    if (!ascends || set(entry) != level_outcome::set) {
      *this = level_book{};
      return false;
    }
    histories_.back().records.back().corrections = entry.corrections;
  }
  totals_ = totals;
  return true;
}

void level_book::grow() {
  auto bigger = std::max(slots_.size() * 2, slots_least);
  slots_.assign(bigger, slot{});
  for (std::size_t i = 0; i != histories_.size(); ++i) {
    auto& free = slots_[place_of(histories_[i].group)];
    free.group = histories_[i].group;
    free.history = static_cast<std::uint32_t>(i);
    refresh(free);
  }
}

void level_book::refresh(slot& newest) const {
  const auto& last = histories_[newest.history].records.back();
  newest.day = last.day;
  newest.scale = last.scale;
  newest.level = last.level;
}

std::uint32_t level_book::intern(std::string_view text) {
  auto known = text_places_.find(text);
  if (known != text_places_.end())
    return known->second;
  auto place = static_cast<std::uint32_t>(texts_.size());
  texts_.emplace_back(text);
  text_places_.emplace(text, place);
  return place;
}

level_entry level_book::entry_of(group_id group, const record& from) const {
  return {group,
          from.day,
          from.scale,
          from.level,
          texts_[from.issuer],
          texts_[from.document],
          from.published_at,
          from.corrections};
}

} // namespace wardflow
