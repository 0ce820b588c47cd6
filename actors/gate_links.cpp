// SPDX-License-Identifier: Apache-2.0
// GATE's part in the tree: frames of children and supervisors, and what UPLINK brings down.
#include "actors/gate.hpp"
#include "actors/logic/audit_notes.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace wardflow {

namespace {

// So much of the parent's directives goes into one round, or one piece: what scans wait for.
constexpr std::size_t directives_per_round = std::size_t{64} << 10;
constexpr std::size_t directives_beside_scans = std::size_t{16} << 10;

// A round with scans takes no bulk along, so that their answers do not wait for it; but for one in
// so many, where no round is without scans.
constexpr unsigned rounds_without_bulk_max = 4;

constexpr std::size_t readers_max = 16'384; // four times as many as FEED has
constexpr std::size_t gone_max = 256;

} // namespace

/// What is in the frame is WARD's or AREA's to read; GATE has seen whose it is.
void gate::take_link(io::inbound&& in, const principal& who) {
  if (!options_.has_links)
    return refuse(in.peer, code::frame_kind_unknown);
  keep_reader(in, who);
  next_bytes_ += in.body.size();
  next_control_bytes_ += in.body.size();
  if (in.header.kind == frame_kind::link_batch) {
    if (options_.clock.is_input()) // time is from below
      newest_event_ = std::max(newest_event_, newest_entry(in.body.view()));
    next_->fills = true;
  }
  next_->links.push_back(
    {in.peer, who.name, who.unit, who.role, in.header.kind, std::move(in.body)});
}

/// Who asks for something of FEED is remembered with his key.
void gate::keep_reader(const io::inbound& in, const principal& who) {
  if (in.header.kind != frame_kind::link_hello && in.header.kind != frame_kind::subscribe)
    return;
  readers_.insert_or_assign(in.peer,
                            reading{in.key, who.name, who.unit, who.role, options_.last_round + 1});
  if (readers_.size() <= readers_max)
    return;
  auto oldest = std::ranges::min_element(
    readers_, [](auto& a, auto& b) { return a.second.round < b.second.round; });
  readers_.erase(oldest); // most likely he went without a word
}

/// The round has ended what he had; what he asked for after it goes on.
void gate::let_go(peer_id peer, std::uint64_t round) {
  auto reader = readers_.find(peer);
  if (reader != readers_.end() && reader->second.round <= round)
    readers_.erase(reader);
}

/// A frame that is no part of a round: FEED's, READER's, AUDITOR's.
void gate::deliver(outbound&& frame) {
  if (std::ranges::find(gone_, frame.peer) != gone_.end())
    return;
  if (auto reader = readers_.find(frame.peer); reader != readers_.end()) {
    auto seen = keys_.judge(reader->second.key, options_.clock.last());
    if (seen.reason != code::ok)
      return cut_off(frame.peer, seen.reason);
  }
  auto how = ends_.send(frame.peer, frame.kind, std::move(frame.body));
  if (how == io::delivery::gone) {
    next_->gone.push_back(frame.peer);
    readers_.erase(frame.peer);
  } else if (how == io::delivery::sent || frame.kind == frame_kind::link_heartbeat) {
    return; // a heartbeat that finds no place is no loss: what fills the queue says more
  }
  if (to_.lost)
    to_.lost(frame.peer, how == io::delivery::gone);
}

/// The list of keys is another one: whose key no longer counts hears so now.
void gate::look_at_readers() {
  std::vector<std::pair<peer_id, code>> gone;
  for (auto& [peer, r] : readers_)
    if (auto seen = keys_.judge(r.key, options_.clock.last()); seen.reason != code::ok)
      gone.emplace_back(peer, seen.reason);
  for (auto& [peer, why] : gone)
    cut_off(peer, why);
}

/// Goodbye to a reader whose key was revoked or has run out: to him, to FEED, and to whoever keeps
/// his session, as if he had said it himself.
void gate::cut_off(peer_id peer, code why) {
  auto node = readers_.extract(peer);
  if (node.empty())
    return;
  auto& r = node.mapped();
  auto bye = encode_link_bye({why, r.name});
  note(note_of(audit_deed::cut_off, {}, {r.name, r.unit, r.role},
               r.role == role::node ? audit_way::below : audit_way::socket, why));
  next_->links.push_back(
    {peer, r.name, r.unit, r.role, frame_kind::link_bye, frame_body::copy_of(bye.view())});
  ends_.send(peer, frame_kind::link_bye, std::move(bye));
  gone_.push_back(peer);
  if (gone_.size() > gone_max)
    gone_.pop_front();
  if (to_.lost)
    to_.lost(peer, true);
}

bool gate::take_directive(const node_ref& parent, frame_kind kind, frame_body body) {
  auto taken = false;
  {
    std::lock_guard lock{mutex_};
    taken = parent_.directive(parent, kind, std::move(body));
  }
  ends_.wake();
  return taken;
}

void gate::directives_begin(const node_ref& parent) {
  std::lock_guard lock{mutex_};
  parent_.begin(parent);
}

void gate::log_unreadable(const std::string& place) {
  std::lock_guard lock{mutex_};
  unreadable_ = place;
}

void gate::parent_has(const node_ref& parent, const std::array<std::uint64_t, lanes_max>& through,
                      bool republish, bool urgent) {
  {
    std::lock_guard lock{mutex_};
    parent_.has(parent, through, republish, urgent);
  }
  if (urgent || republish)
    ends_.wake();
}

void gate::take_from_uplink() {
  // Bulk waits in the inbox while the disk is full, then with its sender.
  auto bulk_too = to_.scans_fit() && may_send_off() &&
                  (next_->scans.empty() || without_bulk_ >= rounds_without_bulk_max);
  std::lock_guard lock{mutex_};
  const auto most = next_->scans.empty() ? directives_per_round : directives_beside_scans;
  if (parent_.give(next_->parent, most, bulk_too)) {
    without_bulk_ = 0;
    next_->fills = true;
  }
  next_->unreadable = unreadable_;
}

} // namespace wardflow
