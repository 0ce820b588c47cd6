// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/sequence_gate.hpp"

#include <limits>

namespace wardflow {

namespace {

constexpr auto number_max = std::numeric_limits<std::uint64_t>::max();

} // namespace

sequence_gate::decision sequence_gate::look(std::uint64_t epoch, std::uint64_t first,
                                            std::uint32_t count) const {
  assert(count > 0);
  decision d;
  if (epoch == 0 || epoch < epoch_) {
    d.reason = code::epoch_lower;
    d.expected = next_;
    d.least_epoch = epoch_ == number_max ? number_max : epoch_ + 1;
    return d;
  }
  d.expected = epoch == epoch_ ? next_ : 1;
  if (first == 0 || first > d.expected || count > number_max - first) {
    d.reason = code::sequence_gap;
    return d;
  }
  if (first + count <= d.expected) {
    d.what = outcome::repeat;
    d.repeats = count;
    return d;
  }
  const auto repeats = static_cast<std::uint32_t>(d.expected - first);
  if (pending_frames_ >= limit().frames || count - repeats > limit().scans - pending_scans_) {
    d.reason = code::too_many_outstanding;
    return d;
  }
  d.repeats = repeats;
  d.what = repeats == 0 ? outcome::take : outcome::mixed;
  return d;
}

void sequence_gate::admit(std::uint64_t epoch, std::uint64_t first, std::uint32_t count) {
  assert(look(epoch, first, count).what == outcome::take);
  if (epoch != epoch_) {
    forget_all();
    epoch_ = epoch;
  }
  next_ = first + count;
  pending_.push_back({epoch, first, count});
  pending_scans_ += count;
  ++pending_frames_;
}

void sequence_gate::extend(std::uint32_t count) {
  assert(!pending_.empty() && look(epoch_, next_, count).what == outcome::take);
  auto& last = pending_[pending_.size() - 1];
  assert(last.epoch == epoch_ && last.first + last.count == next_);
  last.count += count;
  ++last.frames;
  next_ += count;
  pending_scans_ += count;
  ++pending_frames_;
}

void sequence_gate::taken(std::uint64_t epoch, std::uint64_t first,
                          std::span<const std::uint32_t> words, std::span<const basis> bases) {
  assert(!pending_.empty());
  assert(pending_[0].epoch == epoch && pending_[0].first == first &&
         pending_[0].count == words.size());
  assert(bases.size() <= limits::bases_per_reply_max);
  pending_scans_ -= pending_[0].count;
  pending_frames_ -= pending_[0].frames;
  pending_.pop_front();
  if (epoch == epoch_)
    remember(first, words, bases);
}

std::optional<std::pair<std::uint32_t, basis>>
sequence_gate::remembered(std::uint64_t epoch, std::uint64_t sequence) const {
  if (epoch != epoch_ || pieces_.empty())
    return std::nullopt;
  const auto oldest = pieces_[0].first;
  if (sequence < oldest || sequence - oldest >= words_.size())
    return std::nullopt;
  std::size_t low = 0;
  std::size_t high = pieces_.size();
  while (high - low > 1) {
    const auto middle = (low + high) / 2;
    (pieces_[middle].first <= sequence ? low : high) = middle;
  }
  const auto word = words_[sequence - oldest];
  const auto index = word >> 24;
  const auto& p = pieces_[low];
  return std::pair{word, index < p.basis_count ? basis_of(p, index) : basis{}};
}

// -- the window ---------------------------------------------------------------------------------

bool sequence_gate::same_bases(const piece& p, std::span<const basis> bases) const {
  if (p.basis_count != bases.size())
    return false;
  for (std::uint32_t i = 0; i < p.basis_count; ++i)
    if (!(basis_of(p, i) == bases[i]))
      return false;
  return true;
}

const basis& sequence_gate::basis_of(const piece& p, std::uint32_t index) const {
  return bases_[static_cast<std::uint32_t>(p.basis_at - basis_at_) + index];
}

void sequence_gate::remember(std::uint64_t first, std::span<const std::uint32_t> words,
                             std::span<const basis> bases) {
  make_room(words.size());
  const auto count = static_cast<std::uint32_t>(words.size());
  const bool shares = !pieces_.empty() && same_bases(pieces_[pieces_.size() - 1], bases);
  if (shares && !gateway_) {
    pieces_[pieces_.size() - 1].count += count; // a door has no frames, only scans
  } else {
    auto basis_at = static_cast<std::uint32_t>(basis_at_ + bases_.size());
    if (shares)
      basis_at = pieces_[pieces_.size() - 1].basis_at;
    else
      bases_.append(bases);
    pieces_.push_back({first, count, basis_at, static_cast<std::uint32_t>(bases.size())});
  }
  words_.append(words);
}

void sequence_gate::make_room(std::size_t count) {
  while (!pieces_.empty() &&
         (words_.size() + count > limit().scans || pieces_.size() >= limit().frames)) {
    const auto too_many =
      words_.size() + count - std::min<std::size_t>(words_.size() + count, limit().scans);
    const auto all = pieces_[0].count;
    const bool part = !gateway_ && too_many > 0 && too_many < all;
    forget_front(part ? static_cast<std::uint32_t>(too_many) : all);
  }
}

void sequence_gate::forget_front(std::uint32_t count) {
  auto& front = pieces_[0];
  words_.pop_front(count);
  front.first += count;
  front.count -= count;
  if (front.count > 0)
    return;
  pieces_.pop_front();
  const auto keep_from =
    pieces_.empty() ? static_cast<std::uint32_t>(basis_at_ + bases_.size()) : pieces_[0].basis_at;
  bases_.pop_front(static_cast<std::uint32_t>(keep_from - basis_at_));
  basis_at_ = keep_from;
}

void sequence_gate::forget_all() {
  pieces_.clear();
  words_.clear();
  bases_.clear();
}

// -- saved state --------------------------------------------------------------------------------

std::size_t sequence_gate::memory_bytes() const {
  return sizeof(*this) + pending_.memory_bytes() + pieces_.memory_bytes() + words_.memory_bytes() +
         bases_.memory_bytes();
}

std::vector<sequence_gate::window_frame> sequence_gate::window() const {
  assert(pending_.empty());
  std::vector<window_frame> out(pieces_.size());
  std::size_t word = 0;
  for (std::size_t i = 0; i < pieces_.size(); ++i) {
    const auto& p = pieces_[i];
    out[i].first = p.first;
    out[i].words.reserve(p.count);
    for (std::uint32_t n = 0; n < p.count; ++n)
      out[i].words.push_back(words_[word++]);
    for (std::uint32_t n = 0; n < p.basis_count; ++n)
      out[i].bases.push_back(basis_of(p, n));
  }
  return out;
}

bool sequence_gate::restore(std::uint64_t epoch, std::uint64_t next,
                            std::span<const window_frame> window) {
  if (next == 0 || (epoch == 0 && (next != 1 || !window.empty())) || window.size() > limit().frames)
    return false;
  std::uint64_t scans = 0;
  for (std::size_t i = 0; i < window.size(); ++i) {
    const auto& f = window[i];
    const auto end = i + 1 < window.size() ? window[i + 1].first : next;
    if (f.first == 0 || f.words.empty() || f.first > end || f.words.size() != end - f.first ||
        f.bases.size() > limits::bases_per_reply_max)
      return false;
    scans += f.words.size();
  }
  if (scans > limit().scans)
    return false;
  *this = sequence_gate{gateway_};
  epoch_ = epoch;
  next_ = next;
  for (const auto& f : window)
    remember(f.first, f.words, f.bases);
  return true;
}

bool sequence_gate::operator==(const sequence_gate& other) const {
  if (gateway_ != other.gateway_ || epoch_ != other.epoch_ || next_ != other.next_ ||
      !(pending_ == other.pending_) || pieces_.size() != other.pieces_.size() ||
      !(words_ == other.words_) || !(bases_ == other.bases_))
    return false;
  for (std::size_t i = 0; i < pieces_.size(); ++i) {
    const auto& a = pieces_[i];
    const auto& b = other.pieces_[i];
    if (a.first != b.first || a.count != b.count || a.basis_count != b.basis_count ||
        static_cast<std::uint32_t>(a.basis_at - basis_at_) !=
          static_cast<std::uint32_t>(b.basis_at - other.basis_at_))
      return false;
  }
  return true;
}

} // namespace wardflow
