// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/parent_inbox.hpp"

#include <algorithm>
#include <utility>

namespace wardflow {

void parent_inbox::is_from(const node_ref& who) {
  if (who == who_)
    return;
  *this = parent_inbox{};
  who_ = who;
}

void parent_inbox::directive(const node_ref& who, frame_kind kind, frame_body body) {
  is_from(who);
  directives_.push_back({kind, std::move(body)});
}

void parent_inbox::has(const node_ref& who, const std::array<std::uint64_t, lanes_max>& through,
                       bool republish, bool urgent) {
  is_from(who);
  for (std::size_t i = 0; i != lanes_max; ++i)
    acked_[i] = std::max(acked_[i], through[i]);
  republish_ = republish_ || republish;
  urgent_ = urgent_ || urgent || republish;
}

void parent_inbox::give(parent_news& to, std::size_t bytes_max) {
  if (to.who != who_)
    to = {};
  to.who = who_;
  to.acked = acked_;
  to.republish = to.republish || std::exchange(republish_, false);
  to.urgent = to.urgent || std::exchange(urgent_, false);
  std::size_t taken = 0;
  for (auto& d : to.directives)
    taken += d.body.size();
  while (!directives_.empty() &&
         (taken == 0 || taken + directives_.front().body.size() <= bytes_max)) {
    taken += directives_.front().body.size();
    to.directives.push_back(std::move(directives_.front()));
    directives_.pop_front();
  }
}

} // namespace wardflow
