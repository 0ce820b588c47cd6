// SPDX-License-Identifier: Apache-2.0
// An open-addressing table of small values that carry their own key (`value.card`, 0: empty).
//
// Owns     one array; no entry is ever removed alone: `rebuild` drops what a predicate refuses.
// Promise  what it holds depends on what was put in, never on addresses; whoever shows its content
//          sorts it first.
// Bound    at most 75 % full, at least 57 % once it has grown: 21 to 28 bytes for a 16-byte entry.
#pragma once

#include "actors/logic/prefetch.hpp"
#include "messages/ids.hpp"

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <vector>

namespace wardflow {

/// Spreads a key over 64 bits: pseudonyms are random already, other senders' numbers are not. All
/// bits of the result are good: shards take the low ones, tables the high ones. On disk: the shard
/// of a card never changes.
constexpr std::uint64_t mixed(card_id card) {
  auto x = static_cast<std::uint64_t>(card);
  x ^= x >> 32;
  x *= 0xd6e8'feb8'6659'fd93;
  x ^= x >> 32;
  x *= 0xd6e8'feb8'6659'fd93;
  return x ^ x >> 32;
}

template <class Entry>
class flat_table {
public:
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::size_t bytes() const { return slots_.capacity() * sizeof(Entry); }

  /// Asks the processor for the card's cache line ahead of `find`.
  void prefetch(card_id card) const {
    if (!slots_.empty())
      prefetch_line(&slots_[home(card)]);
  }

  [[nodiscard]] const Entry* find(card_id card) const {
    if (slots_.empty())
      return nullptr;
    for (auto at = home(card);; at = next(at)) {
      auto& slot = slots_[at];
      if (slot.card == card)
        return &slot;
      if (slot.card == card_id{})
        return nullptr;
    }
  }

  [[nodiscard]] Entry* find(card_id card) {
    return const_cast<Entry*>(static_cast<const flat_table*>(this)->find(card));
  }

  /// The card's entry, made from nothing where there was none. Pointers to entries end here.
  Entry& obtain(card_id card) {
    assert(card != card_id{});
    if ((size_ + 1) * 4 > slots_.size() * 3)
      grow();
    auto at = home(card);
    for (; slots_[at].card != card; at = next(at)) {
      if (slots_[at].card == card_id{}) {
        slots_[at].card = card;
        ++size_;
        break;
      }
    }
    return slots_[at];
  }

  template <class F>
  void for_each(F&& f) const {
    for (auto& slot : slots_)
      if (slot.card != card_id{})
        f(slot);
  }

  /// Calls `keep(entry)`, which may change the entry, and drops those it answers false for.
  template <class Keep>
  void rebuild(Keep&& keep) {
    std::vector<Entry> old;
    old.swap(slots_);
    size_ = 0;
    for (auto& entry : old)
      if (entry.card != card_id{} && keep(entry))
        obtain(entry.card) = entry;
  }

  /// All entries by card, ascending: the canonical order of everything saved.
  [[nodiscard]] std::vector<Entry> sorted() const {
    std::vector<Entry> all;
    all.reserve(size_);
    for_each([&](const Entry& e) { all.push_back(e); });
    std::sort(all.begin(), all.end(),
              [](const Entry& a, const Entry& b) { return a.card < b.card; });
    return all;
  }

private:
  __extension__ using wide = unsigned __int128;

  [[nodiscard]] std::size_t home(card_id card) const {
    return static_cast<std::size_t>(static_cast<wide>(mixed(card)) * slots_.size() >> 64);
  }
  [[nodiscard]] std::size_t next(std::size_t at) const {
    return at + 1 == slots_.size() ? 0 : at + 1;
  }
  void grow() {
    std::vector<Entry> old;
    old.swap(slots_);
    slots_.resize(old.empty() ? 4 : old.size() + old.size() * 3 / 10 + 1);
    size_ = 0;
    for (auto& entry : old)
      if (entry.card != card_id{}) {
        auto at = home(entry.card);
        while (slots_[at].card != card_id{})
          at = next(at);
        slots_[at] = entry;
        ++size_;
      }
  }

  std::vector<Entry> slots_;
  std::size_t size_ = 0;
};

} // namespace wardflow
