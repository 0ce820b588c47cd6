// SPDX-License-Identifier: Apache-2.0
// GATE's part in the tree: frames of children and supervisors, and what UPLINK brings down.
#include "actors/gate.hpp"

#include <utility>

namespace wardflow {

namespace {

// So much of the parent's directives goes into one round, or one piece: what scans wait for.
constexpr std::size_t directives_per_round = std::size_t{64} << 10;

// A round with scans takes no bulk along, so that their answers do not wait for it; but for one in
// so many, where no round is without scans.
constexpr unsigned rounds_without_bulk_max = 4;

} // namespace

/// What is in the frame is WARD's or AREA's to read; GATE has seen whose it is.
void gate::take_link(io::inbound&& in, const principal& who) {
  if (!options_.has_links)
    return refuse(in.peer, code::frame_kind_unknown);
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
  if (parent_.give(next_->parent, directives_per_round, bulk_too)) {
    without_bulk_ = 0;
    next_->fills = true;
  }
  next_->unreadable = unreadable_;
}

} // namespace wardflow
