// SPDX-License-Identifier: Apache-2.0
// SEQUENCE GATE: one device's numbering as its ward knows it. Decides what of a frame is new.
//
//   frame ─look─▶ take ──admit─▶ (judged by VENUEs) ─taken─▶ window ─remembered─▶ repeats
//                 repeat, mixed, refuse
//
// Owns     the device's epoch, its next number, and the verdicts of its last scans.
// Promise  (epoch, sequence) is taken once. A repeat inside the window gets its first verdict.
//          Pure state of the fold: no clock, same calls give the same state.
// Bound    64 scans of a door; 64 frames and 100,000 scans of a gateway: 4 to 8 bytes a scan and
//          24 bytes a frame.
#pragma once

#include "messages/code.hpp"
#include "messages/limits.hpp"
#include "messages/verdict.hpp"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace wardflow {

/// How much a device may have in flight, and so how much its gate remembers.
struct gate_limits {
  std::uint32_t frames = 0;
  std::uint32_t scans = 0;
};
inline constexpr gate_limits door_limits{limits::door_outstanding_max,
                                         limits::door_outstanding_max};
inline constexpr gate_limits gateway_limits{limits::gateway_frames_max, limits::gateway_scans_max};

/// A queue of plain values in one block of memory; an empty one owns none.
template <class T>
class ring {
public:
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] std::size_t memory_bytes() const { return slots_.capacity() * sizeof(T); }
  T& operator[](std::size_t at) { return slots_[(head_ + at) & (slots_.size() - 1)]; }
  const T& operator[](std::size_t at) const { return slots_[(head_ + at) & (slots_.size() - 1)]; }

  void append(std::span<const T> more) {
    reserve(size_ + more.size());
    if (more.empty())
      return;
    const auto tail = (head_ + size_) & (slots_.size() - 1);
    const auto run = std::min(more.size(), slots_.size() - tail);
    std::copy_n(more.begin(), run, slots_.begin() + static_cast<std::ptrdiff_t>(tail));
    std::copy(more.begin() + static_cast<std::ptrdiff_t>(run), more.end(), slots_.begin());
    size_ += more.size();
  }
  void push_back(const T& value) { append({&value, 1}); }
  void pop_front(std::size_t count = 1) {
    assert(count <= size_);
    size_ -= count;
    head_ = size_ == 0 ? 0 : (head_ + count) & (slots_.size() - 1);
  }
  void clear() { head_ = size_ = 0; }

  bool operator==(const ring& other) const {
    for (std::size_t i = 0; i < size_ && size_ == other.size_; ++i)
      if (!((*this)[i] == other[i]))
        return false;
    return size_ == other.size_;
  }

private:
  void reserve(std::size_t count) {
    if (count <= slots_.size())
      return;
    std::size_t capacity = std::max<std::size_t>(slots_.size(), 1);
    while (capacity < count)
      capacity *= 2;
    std::vector<T> larger(capacity);
    for (std::size_t i = 0; i < size_; ++i)
      larger[i] = (*this)[i];
    slots_ = std::move(larger);
    head_ = 0;
  }

  std::vector<T> slots_; // a power of two
  std::size_t head_ = 0;
  std::size_t size_ = 0;
};

class sequence_gate {
public:
  enum class outcome : std::uint8_t { take, repeat, mixed, refuse };

  struct decision {
    outcome what = outcome::refuse;
    code reason = code::ok;        // epoch_lower, sequence_gap, too_many_outstanding
    std::uint64_t expected = 1;    // the next number that is taken in the frame's epoch
    std::uint64_t least_epoch = 0; // of epoch_lower: the least in which a sequence may begin
    std::uint32_t repeats = 0;     // so many of the frame's first scans are repeats
    bool operator==(const decision&) const = default;
  };

  /// One piece of the window as it is saved: a gateway's frame, or a door's run of scans that rest
  /// on the same bases.
  struct window_frame {
    std::uint64_t first = 0;
    std::vector<std::uint32_t> words;
    std::vector<basis> bases;
    bool operator==(const window_frame&) const = default;
  };

  explicit sequence_gate(bool gateway) : gateway_(gateway) {}

  /// What this frame is now, after all that was admitted before it. Changes nothing. `count` > 0.
  ///
  /// epoch_lower: the epoch is 0 or below the known one. `least_epoch` is the known one plus 1, for
  ///   who is told this has lost its memory, and in the known epoch its number 1 would be a repeat.
  /// sequence_gap: also number 0, numbers past 2^64 - 1, and a new epoch that begins above 1.
  /// too_many_outstanding: more admitted and not yet judged than gate_limits allow.
  [[nodiscard]] decision look(std::uint64_t epoch, std::uint64_t first, std::uint32_t count) const;

  /// Moves `next` past the new scans of a frame at once, so that the device's further frames of
  /// the same round can be looked at before this one is judged. For a mixed frame: its rest,
  /// (epoch, first + repeats, count - repeats). A higher epoch forgets the window of the old one.
  void admit(std::uint64_t epoch, std::uint64_t first, std::uint32_t count);

  /// The frame that was admitted last goes on: this one, which `look` takes and which follows it
  /// without a gap, is judged and remembered as one with it.
  void extend(std::uint32_t count);

  /// The verdicts of an admitted frame, in the order of admission. `words` are those of its reply
  /// (verdict.hpp), their basis index points into `bases`. An epoch that was left meanwhile is
  /// not remembered.
  void taken(std::uint64_t epoch, std::uint64_t first, std::span<const std::uint32_t> words,
             std::span<const basis> bases);

  /// The first verdict of a repeated scan, its word as it was given (the caller puts its own basis
  /// index in). Ask after every frame of the round was `taken`: then a repeat of a frame of the
  /// same round has its answer too. Nothing: outside the window; the answer is already_counted.
  /// A device that keeps to its limits never gets that: it sends number n only when n - 64 was
  /// answered.
  [[nodiscard]] std::optional<std::pair<std::uint32_t, basis>>
  remembered(std::uint64_t epoch, std::uint64_t sequence) const;

  [[nodiscard]] bool gateway() const { return gateway_; }
  /// 0: never heard.
  [[nodiscard]] std::uint64_t epoch() const { return epoch_; }
  [[nodiscard]] std::uint64_t next() const { return next_; }
  /// Admitted and not yet judged, in scans.
  [[nodiscard]] std::uint32_t pending() const { return pending_scans_; }
  [[nodiscard]] std::size_t memory_bytes() const;

  /// The window, oldest first. Only between rounds: nothing may be pending.
  [[nodiscard]] std::vector<window_frame> window() const;
  /// Takes back what epoch(), next() and window() gave. False, and nothing changed, where the
  /// parts do not fit together.
  [[nodiscard]] bool restore(std::uint64_t epoch, std::uint64_t next,
                             std::span<const window_frame> window);

  bool operator==(const sequence_gate& other) const;

private:
  struct piece {
    std::uint64_t first = 0;
    std::uint32_t count = 0;
    std::uint32_t basis_at = 0; // running number of its first basis; may wrap
    std::uint32_t basis_count = 0;
  };
  struct admitted {
    std::uint64_t epoch = 0;
    std::uint64_t first = 0;
    std::uint32_t count = 0;
    std::uint32_t frames = 1; // that came: it and those that went on from it
    bool operator==(const admitted&) const = default;
  };

  [[nodiscard]] gate_limits limit() const { return gateway_ ? gateway_limits : door_limits; }
  [[nodiscard]] bool same_bases(const piece& p, std::span<const basis> bases) const;
  [[nodiscard]] const basis& basis_of(const piece& p, std::uint32_t index) const;
  void remember(std::uint64_t first, std::span<const std::uint32_t> words,
                std::span<const basis> bases);
  void make_room(std::size_t count);
  void forget_front(std::uint32_t count);
  void forget_all();

  bool gateway_;
  std::uint64_t epoch_ = 0;
  std::uint64_t next_ = 1;
  std::uint32_t pending_scans_ = 0;
  std::uint32_t pending_frames_ = 0;
  ring<admitted> pending_;
  ring<piece> pieces_;         // without a gap between them
  ring<std::uint32_t> words_;  // of all pieces
  ring<basis> bases_;          // of all pieces; neighbours with equal ones share them
  std::uint32_t basis_at_ = 0; // running number of bases_[0]
};

} // namespace wardflow
