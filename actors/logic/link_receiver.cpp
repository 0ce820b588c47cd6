// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/link_receiver.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace wardflow {

void link_receiver::restore(lane l, std::uint64_t next, bool owes_snapshot) {
  at(l) = {std::max<std::uint64_t>(next, 1), owes_snapshot, 0, {}};
}

void link_receiver::restore_pieces(lane l, std::uint32_t pieces, std::string mark) {
  if (mark.empty()) // it comes anew
    return;
  at(l).pieces = pieces;
  at(l).mark = std::move(mark);
}

link_receiver::taken link_receiver::look(const link_batch& b) const {
  assert(b.log == log_);
  const auto next = at(b.lane).next;
  const auto first_new = std::ranges::lower_bound(b.entries, next, {}, &log_entry_view::offset);
  return {static_cast<std::size_t>(first_new - b.entries.begin()), b.first > next};
}

void link_receiver::take(const link_batch& b) {
  assert(!look(b).gap);
  auto& s = at(b.lane);
  s.next = std::max(s.next, b.through + 1);
}

bool link_receiver::piece(const link_batch& b) {
  assert(b.log == log_ && b.is_snapshot());
  auto& s = at(b.lane);
  if (b.piece == 0 || (b.piece != 1 && (b.piece != s.pieces + 1 || b.goes_on != s.mark)))
    return false;
  s.pieces = b.piece;
  s.mark = b.mark;
  if (b.through == 0)
    return true;
  s = {std::max(s.next, b.through + 1), false, 0, {}};
  return true;
}

bool link_receiver::is_repeat(const link_batch& b) const {
  auto& s = at(b.lane);
  const auto was_last = b.through != 0 && b.piece > 1 && b.through < s.next && !s.owes_snapshot;
  return was_last || (!b.mark.empty() && b.piece == s.pieces && b.mark == s.mark);
}

bool link_receiver::gap(const link_gap& g) {
  assert(g.log == log_);
  auto& s = at(g.lane);
  if (s.mark.empty())
    s.pieces = 0; // what is owed comes from its first piece on
  if (g.wanted > s.next || g.first_retained <= s.next)
    return false;
  s.next = g.first_retained;
  s.owes_snapshot = true;
  return true;
}

} // namespace wardflow
