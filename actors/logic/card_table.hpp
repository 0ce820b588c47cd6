// SPDX-License-Identifier: Apache-2.0
// Large records by card: a small index that stays in the cache, and the records without gaps.
//
//   card ─hash─▶ index: (tag, place), 8 bytes, probed in its own cache line ─▶ records[place]
//
// Owns     one array for each. No record is removed alone: `rebuild` drops those that it is told
//          to.
// Promise  what it holds depends on what was put in, never on addresses; whoever shows its content
//          sorts it first.
// Bound    its record (80 % to 100 % of that array is used) and 10 to 15 bytes a card.
//
// A look-up in a large book waits twice for memory, longer than all the rest of a scan's work. So
// callers with many cards ask in three steps, some scans apart: `prefetch`, `prefetch_record`, then
// `find` or `obtain`, and the waits of many cards overlap.
#pragma once

#include "actors/logic/flat_table.hpp"
#include "messages/ids.hpp"

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <vector>

namespace wardflow {

template <class Record>
class card_table {
public:
  [[nodiscard]] std::size_t size() const { return records_.size(); }
  [[nodiscard]] std::size_t bytes() const {
    return records_.capacity() * sizeof(Record) + index_.capacity() * sizeof(entry);
  }

  void prefetch(std::uint64_t hash) const {
    if (!index_.empty())
      prefetch_line(&index_[home(hash)]);
  }
  void prefetch_record(std::uint64_t hash) const {
    auto at = index_.empty() ? 0 : probe(hash);
    if (!index_.empty() && index_[at].place != none)
      prefetch_line(&records_[index_[at].place]);
  }

  /// `hash` is `mixed(card)`, here and below.
  [[nodiscard]] const Record* find(std::uint64_t hash, card_id card) const {
    if (index_.empty())
      return nullptr;
    for (auto at = home(hash);; at = next(at)) {
      auto& e = index_[at];
      if (e.place == none)
        return nullptr;
      if (e.tag == tag_of(hash) && records_[e.place].card == card)
        return &records_[e.place];
    }
  }
  [[nodiscard]] Record* find(std::uint64_t hash, card_id card) {
    return const_cast<Record*>(static_cast<const card_table*>(this)->find(hash, card));
  }

  /// The card's record, made from nothing where there was none. Pointers to records end here.
  Record& obtain(std::uint64_t hash, card_id card) {
    assert(card != card_id{});
    if (auto* known = find(hash, card))
      return *known;
    if (records_.size() == records_.capacity())
      records_.reserve(records_.size() + records_.size() / 4 + 4);
    if ((records_.size() + 1) * 5 > index_.size() * 4)
      grow_index(records_.size() + 1);
    insert(hash, static_cast<std::uint32_t>(records_.size()));
    records_.emplace_back().card = card;
    return records_.back();
  }

  template <class F>
  void for_each(F&& f) const {
    for (auto& record : records_)
      f(record);
  }

  /// Calls `keep(record)`, which may change the record, and drops those it answers false for.
  template <class Keep>
  void rebuild(Keep&& keep) {
    auto before = records_.size();
    std::erase_if(records_, [&](Record& record) { return !keep(record); });
    if (records_.size() == before)
      return; // every record is where it was
    std::vector<Record>{records_}.swap(records_);
    grow_index(records_.size());
  }

  /// All records by card, ascending: the canonical order of everything saved.
  [[nodiscard]] std::vector<Record> sorted() const {
    auto all = records_;
    std::sort(all.begin(), all.end(),
              [](const Record& a, const Record& b) { return a.card < b.card; });
    return all;
  }

private:
  __extension__ using wide = unsigned __int128;
  struct entry {
    std::uint32_t tag = 0;
    std::uint32_t place = none;
  };
  static constexpr std::uint32_t none = 0xffff'ffff;

  static std::uint32_t tag_of(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 8); }
  [[nodiscard]] std::size_t home(std::uint64_t hash) const {
    return static_cast<std::size_t>(static_cast<wide>(hash) * index_.size() >> 64);
  }
  [[nodiscard]] std::size_t next(std::size_t at) const {
    return at + 1 == index_.size() ? 0 : at + 1;
  }
  /// Where a record with this tag is said to be, or the empty entry behind.
  [[nodiscard]] std::size_t probe(std::uint64_t hash) const {
    auto at = home(hash);
    while (index_[at].place != none && index_[at].tag != tag_of(hash))
      at = next(at);
    return at;
  }
  void insert(std::uint64_t hash, std::uint32_t place) {
    auto at = home(hash);
    while (index_[at].place != none)
      at = next(at);
    index_[at] = {tag_of(hash), place};
  }
  /// Room for `count` records at most 53 % full, and all that are there.
  void grow_index(std::size_t count) {
    index_.assign(std::max<std::size_t>(4, count + count * 7 / 8), {});
    for (std::size_t i = 0; i != records_.size(); ++i)
      insert(mixed(records_[i].card), static_cast<std::uint32_t>(i));
  }

  std::vector<entry> index_;
  std::vector<Record> records_;
};

} // namespace wardflow
