// SPDX-License-Identifier: Apache-2.0
// GATE's part in the tree: frames of children and supervisors, and what UPLINK brings down.
#include "actors/gate.hpp"

#include <algorithm>
#include <utility>

namespace wardflow {

namespace {

// So much of the parent's bulk goes into one round: the door's scans share its commit.
constexpr std::size_t directives_per_round = std::size_t{256} << 10;

} // namespace

/// What is in the frame is WARD's or AREA's to read; GATE has seen whose it is.
void gate::take_link(io::inbound&& in, const principal& who) {
  if (!options_.has_links)
    return refuse(in.peer, code::frame_kind_unknown);
  next_bytes_ += in.body.size();
  if (in.header.kind == frame_kind::link_batch) // an input clock's time comes from below
    newest_event_ = std::max(newest_event_, newest_entry(in.body.view()));
  next_->links.push_back(
    {in.peer, who.name, who.unit, who.role, in.header.kind, std::move(in.body)});
}

void gate::take_directives(frame_body batch) {
  {
    std::lock_guard lock{mutex_};
    directives_.push_back(std::move(batch));
  }
  ends_.wake();
}

void gate::parent_has(const std::array<std::uint64_t, lanes_max>& through, bool republish) {
  {
    std::lock_guard lock{mutex_};
    for (std::size_t i = 0; i != lanes_max; ++i)
      parent_acked_[i] = std::max(parent_acked_[i], through[i]);
    republish_ = republish_ || republish;
  }
  if (republish)
    ends_.wake();
}

/// An acknowledgement waits for a round that goes anyway: it frees room, nothing more.
void gate::take_from_uplink() {
  std::lock_guard lock{mutex_};
  next_->parent_acked = parent_acked_;
  next_->republish = next_->republish || std::exchange(republish_, false);
  std::size_t taken = 0;
  for (auto& d : next_->directives)
    taken += d.size();
  while (!directives_.empty() &&
         (taken == 0 || taken + directives_.front().size() <= directives_per_round)) {
    taken += directives_.front().size();
    next_->directives.push_back(std::move(directives_.front()));
    directives_.pop_front();
  }
}

} // namespace wardflow
