// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/parent_cursor.hpp"

#include "messages/packed.hpp"

#include <algorithm>
#include <string>

namespace wardflow {

namespace {

constexpr std::array lanes{lane::control, lane::bulk};

} // namespace

void parent_cursor::hold(offset_log& up) const {
  for (std::size_t i = 0; i != lanes_max; ++i)
    up.hold(std::string{key}, static_cast<lane>(i), acked_[i] + 1);
}

void parent_cursor::begin(std::uint64_t own_epoch, offset_log& up) {
  own_epoch_ = own_epoch;
  hold(up);
}

void parent_cursor::adopt(const node_ref& who, offset_log& up) {
  if (who.id != who_.id)
    heard_ = {}; // its own time, and its own history
  who_ = who;
  piece_heard_ = {};
  down_ = link_receiver{log_name::down};
  acked_ = {};
  up.release(std::string{key}); // what the one before had, this one may lack
  hold(up);
}

bool parent_cursor::hear(const parent_news& news, offset_log& up) {
  if (own_epoch_ == 0)
    return false;
  auto again = said_epoch_ != 0 && said_epoch_ != own_epoch_;
  if (said_epoch_ != own_epoch_) {
    said_epoch_ = own_epoch_;
    changed_ = true;
  }
  if (!news.who.known() || (news.who.id == who_.id && news.who.epoch < who_.epoch))
    return again;
  if (news.who != who_) {
    adopt(news.who, up);
    again = changed_ = true;
  }
  for (auto l : lanes) {
    auto& acked = acked_[static_cast<std::size_t>(l)];
    auto through = std::min(news.acked[static_cast<std::size_t>(l)], up.next(l) - 1);
    if (through <= acked)
      continue;
    acked = through;
    up.hold(std::string{key}, l, acked + 1);
    changed_ = true;
  }
  return again || news.republish;
}

void parent_cursor::take(scan_round& r, const taker& take) {
  if (r.parent.who != who_)
    return;
  for (auto& frame : r.parent.directives) {
    link_gap g;
    link_batch b;
    if (frame.kind == frame_kind::link_gap) {
      if (read_link_gap(frame.body.view(), g) != code::ok || g.log != log_name::down)
        continue;
      changed_ = down_.gap(g) || changed_;
      r.down_answered[static_cast<std::size_t>(g.lane)] = true;
      continue;
    }
    if (read_link_batch(frame.body.view(), b) != code::ok || b.log != log_name::down)
      continue;
    if (b.is_snapshot()) {
      take_piece(r, b, take);
      continue;
    }
    if (down_.owes_snapshot(b.lane) && b.first == 1) { // it has everything: nothing is owed
      down_.restore(b.lane, 1);
      changed_ = true;
    }
    auto seen = down_.look(b);
    if (seen.gap || down_.owes_snapshot(b.lane)) // something before it was lost
      continue;
    r.down_answered[static_cast<std::size_t>(b.lane)] = true;
    auto& heard = heard_[static_cast<std::size_t>(b.lane)];
    for (auto& e : std::span{b.entries}.subspan(seen.skip)) {
      heard = e.at; // also an earlier one, behind a snapshot: until the later ones come again
      take(b.lane, e);
    }
    changed_ = changed_ || b.through >= down_.next(b.lane);
    down_.take(b);
  }
}

void parent_cursor::begin_after(const node_ref& parent,
                                const std::array<std::uint64_t, lanes_max>& through) {
  before_ = parent;
  done_before_ = through;
  changed_ = true;
}

/// One before it was lost: it is not answered, so that its sender begins a new session.
void parent_cursor::take_piece(scan_round& r, const link_batch& b, const taker& take) {
  const auto l = static_cast<std::size_t>(b.lane);
  if (down_.is_repeat(b)) {
    r.down_answered[l] = true;
    return;
  }
  if (!down_.piece(b))
    return;
  r.down_answered[l] = true;
  changed_ = changed_ || b.through != 0 || !b.mark.empty();
  if (b.piece == 1)
    piece_heard_[l] = 0;
  for (auto& e : b.entries) {
    if (b.piece == 1) // what is said while it is sent, later pieces may hold in part
      piece_heard_[l] = std::max(piece_heard_[l], e.at);
    if (e.at == 0 || e.at >= heard_[l])
      take(b.lane, e);
  }
  if (b.through == 0)
    return;
  heard_[l] = std::max(heard_[l], piece_heard_[l]);
}

std::array<std::uint64_t, lanes_max> parent_cursor::next() const {
  return {down_.next(lane::control), down_.next(lane::bulk)};
}

std::array<bool, lanes_max> parent_cursor::owes() const {
  return {down_.owes_snapshot(lane::control), down_.owes_snapshot(lane::bulk)};
}

std::array<std::string, lanes_max> parent_cursor::marks() const {
  return {down_.mark(lane::control), down_.mark(lane::bulk)};
}

// -- the row --------------------------------------------------------------------------------------

void parent_cursor::save(std::vector<saved_row>& rows) {
  if (!changed_)
    return;
  changed_ = false;
  packed_writer out;
  out.number(4); // schema version of this value
  out.text({reinterpret_cast<const char*>(who_.id.data()), who_.id.size()});
  out.number(who_.epoch);
  out.number(said_epoch_);
  for (auto l : lanes) {
    out.number(down_.next(l));
    out.number(down_.owes_snapshot(l));
    out.number(acked_[static_cast<std::size_t>(l)]);
  }
  out.text({reinterpret_cast<const char*>(before_.id.data()), before_.id.size()}); // since 2
  out.number(before_.epoch);
  for (auto through : done_before_)
    out.number(through);
  for (auto at : heard_) // since 3
    out.number(static_cast<std::uint64_t>(at));
  for (auto l : lanes) { // since 4
    out.number(down_.pieces(l));
    out.text(down_.mark(l));
    out.number(static_cast<std::uint64_t>(piece_heard_[static_cast<std::size_t>(l)]));
  }
  rows.push_back({state_table::links, std::string{key}, out.take(), false});
}

bool parent_cursor::load(std::span<const std::byte> value) {
  packed_reader in{value};
  std::uint64_t version = 0;
  std::string id;
  auto is_id = [&] { return in.text(id) && id.size() == sizeof(node_id); };
  if (!in.number(version) || version < 1 || version > 4 || !is_id() || !in.number(who_.epoch) ||
      !in.number(said_epoch_))
    return false;
  std::copy(id.begin(), id.end(), reinterpret_cast<char*>(who_.id.data()));
  for (auto l : lanes) {
    std::uint64_t next = 0, owes = 0;
    if (!in.number(next) || next == 0 || !in.number(owes) || owes > 1 ||
        !in.number(acked_[static_cast<std::size_t>(l)]))
      return false;
    down_.restore(l, next, owes != 0);
  }
  if (version > 1) {
    if (!is_id() || !in.number(before_.epoch))
      return false;
    std::copy(id.begin(), id.end(), reinterpret_cast<char*>(before_.id.data()));
    for (auto& through : done_before_)
      if (!in.number(through))
        return false;
  }
  for (auto& at : heard_) {
    std::uint64_t stamp = 0;
    if (version > 2 && !in.number(stamp))
      return false;
    at = static_cast<time_ms>(stamp);
  }
  for (auto l : lanes) {
    std::uint64_t pieces = 0, stamp = 0;
    std::string mark;
    if (version < 4)
      break;
    if (!in.number(pieces) || !in.text(mark) || !in.number(stamp))
      return false;
    down_.restore_pieces(l, static_cast<std::uint32_t>(pieces), std::move(mark));
    piece_heard_[static_cast<std::size_t>(l)] = static_cast<time_ms>(stamp);
  }
  return in.at_end();
}

} // namespace wardflow
