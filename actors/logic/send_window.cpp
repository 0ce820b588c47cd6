// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/send_window.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace wardflow {

namespace {

constexpr auto number_max = std::numeric_limits<std::uint64_t>::max();

} // namespace

// -- numbering ----------------------------------------------------------------------------------

void send_state::leave(std::uint64_t next_epoch, std::uint64_t from, std::uint64_t count) {
  if (acknowledged >= moved)
    left.clear();
  if (open) // else nothing was sent in it, and another memory may have used it
    left.push_back({epoch, from});
  if (left.size() > left_epochs_max)
    left.erase(left.begin());
  epoch = next_epoch;
  acknowledged = 0;
  moved = count;
}

std::uint64_t send_state::had_in(std::uint64_t old_epoch, std::uint64_t expected) const {
  auto at = std::find_if(left.begin(), left.end(),
                         [&](const left_epoch& l) { return l.epoch == old_epoch; });
  if (at == left.end() || acknowledged >= moved)
    return 0;
  for (; at != left.end(); ++at) {
    if (expected <= at->from)
      return 0;
    expected -= at->from - 1; // the same scan's number in the next epoch
  }
  return std::min(expected - 1, moved);
}

send_window::send_window(send_policy policy, send_state state) :
  policy_(policy),
  state_(std::move(state)),
  fence_(state_.acknowledged + 1),
  next_number_(state_.acknowledged + 1),
  loaded_sent_before_(state_.open ? state_.acknowledged + 1 + policy.scans_max : 0),
  resend_now_ms_(policy.resend_ms),
  wait_now_ms_(policy.resend_ms) {
  assert(state_.epoch > 0);
}

// -- scans in -----------------------------------------------------------------------------------

std::uint64_t send_window::load(item_id id, std::uint32_t count) {
  assert(items_.empty() || items_.back().loaded);
  item i;
  i.id = id;
  i.count = count;
  i.loaded = true;
  i.told = true; // that run said what there was to say
  i.maybe_sent = next_number_ < loaded_sent_before_;
  push(i);
  return items_.back().first;
}

std::uint64_t send_window::add(item_id id, std::uint32_t count, time_ms now) {
  item i;
  i.id = id;
  i.count = count;
  i.added_at = now;
  push(i);
  return items_.back().first;
}

void send_window::push(item i) {
  assert(i.count > 0 && i.count <= policy_.scans_max && next_number_ < number_max - i.count);
  i.first = next_number_;
  next_number_ += i.count;
  items_.push_back(i);
}

bool send_window::has_room(std::uint32_t count) const {
  return items_.empty() || (items_.size() < policy_.frames_max &&
                            next_number_ + count - items_.front().first <= policy_.scans_max);
}

// -- the link -----------------------------------------------------------------------------------

void send_window::connected(time_ms now) {
  linked_ = true;
  greeted_ = false;
  fence_ = state_.acknowledged + 1;
  cursor_ = 0;
  resend_now_ms_ = policy_.resend_ms;
  hello_due_ = now;
  heard_at_ = now;
  rewound_to_ = 0;
  may_ask_at_ = now;
}

void send_window::disconnected() {
  linked_ = false;
  greeted_ = false;
}

void send_window::welcomed(const welcome& w, time_ms now) {
  if (writing_ || !linked_)
    return;
  heard_at_ = now;
  if (w.epoch > state_.epoch || (w.epoch == state_.epoch && !state_.open))
    return leave_epoch(w.epoch);
  const auto expected = w.epoch == state_.epoch ? w.expected_sequence : 1;
  const auto had = state_.had_in(w.epoch, w.expected_sequence);
  if (expected < fence_ || had > state_.acknowledged) {
    state_.acknowledged = std::max(state_.acknowledged, had);
    return begin_epoch(state_.epoch, state_.acknowledged + 1);
  }
  if (expected > next_number_)
    return leave_old_copy();
  if (!greeted_)
    resend_now_ms_ = policy_.resend_ms;
  greeted_ = true;
  if (!state_.open)
    writing_ =
      action{.what = step::write_epoch, .epoch = state_.epoch, .first = state_.acknowledged + 1};
}

void send_window::replied(const scan_reply& r, time_ms now) {
  if (writing_ || !linked_ || r.epoch != state_.epoch || r.through_sequence >= next_number_)
    return;
  heard_at_ = now;
  resend_now_ms_ = policy_.resend_ms;
  wait_now_ms_ = policy_.resend_ms;
  state_.acknowledged = std::max(state_.acknowledged, r.through_sequence);
  if (r.verdicts.empty() || r.first_sequence == 0 || r.first_sequence > state_.acknowledged)
    return settle();
  const auto end =
    r.first_sequence +
    std::min<std::uint64_t>(r.verdicts.size(), state_.acknowledged + 1 - r.first_sequence);
  for (auto at = find(r.first_sequence); at < items_.size() && items_[at].end() <= end; ++at) {
    auto& i = items_[at];
    if (i.judged || i.first < r.first_sequence)
      continue;
    i.judged = true;
    events_.push_back({i.told ? happening::judged_late : happening::judged, i.id, i.skip, i.count,
                       static_cast<std::uint32_t>(i.first - r.first_sequence)});
  }
  settle();
}

void send_window::refused(const refusal& r, time_ms now) {
  if (writing_ || !linked_)
    return;
  heard_at_ = now;
  switch (r.reason) {
  case code::sequence_gap:
    return gap(r, now);
  case code::epoch_lower:
    return r.epoch > state_.epoch ? ask(now) : void(); // else an old frame of an epoch that we left
  case code::too_many_outstanding:
  case code::store_full:
  case code::node_stopping:
    return back_off(now);
  default: // a key, a protocol, or a frame that sending again does not mend
    stopped_ = r.reason;
  }
}

void send_window::epoch_written(time_ms now) {
  assert(writing_);
  writing_.reset();
  state_.open = true;
  heard_at_ = now;
}

// -- what to do ---------------------------------------------------------------------------------

send_window::action send_window::next(time_ms now) {
  lose_patience(now);
  if (stopped_ != code::ok)
    return {.what = step::stop, .reason = stopped_};
  if (writing_)
    return *writing_;
  if (!linked_)
    return idle(never);
  if (now < wait_until_) {
    heard_at_ = now;
    return idle(wait_until_);
  }
  if (greeted_ && cursor_ == 0)
    heard_at_ = now; // no answer is owed
  if (now - heard_at_ >= policy_.redial_ms)
    return {.what = step::redial};
  if (!greeted_)
    return greet(now);
  if (cursor_ > 0 && now - items_.front().sent_at >= resend_now_ms_) {
    cursor_ = 0;
    resend_now_ms_ = std::min(resend_now_ms_ * 2, policy_.resend_max_ms);
  }
  while (cursor_ < items_.size() && items_[cursor_].judged)
    ++cursor_;
  if (!may_send()) {
    const auto due = cursor_ == 0 ? never : items_.front().sent_at + resend_now_ms_;
    return idle(cursor_ == 0 ? never : std::min(due, heard_at_ + policy_.redial_ms));
  }
  auto& i = items_[cursor_++];
  i.sent_at = now;
  i.maybe_sent = true;
  return {.what = step::send,
          .id = i.id,
          .epoch = state_.epoch,
          .first = i.first,
          .skip = i.skip,
          .count = i.count,
          .sealed = i.told};
}

std::vector<send_window::event> send_window::take_events() {
  return std::exchange(events_, {});
}

bool send_window::may_send() const {
  return cursor_ < items_.size() && cursor_ < policy_.frames_max &&
         items_[cursor_].end() - items_.front().first <= policy_.scans_max;
}

send_window::action send_window::greet(time_ms now) {
  if (now < hello_due_)
    return idle(std::min(hello_due_, heard_at_ + policy_.redial_ms));
  hello_due_ = now + resend_now_ms_;
  resend_now_ms_ = std::min(resend_now_ms_ * 2, policy_.resend_max_ms);
  return {.what = step::hello, .epoch = state_.epoch};
}

send_window::action send_window::idle(time_ms until) const {
  if (policy_.patience_ms > 0 && patient_ < items_.size())
    until = std::min(until, items_[patient_].added_at + policy_.patience_ms);
  return {.what = step::idle, .until = until};
}

void send_window::lose_patience(time_ms now) {
  if (policy_.patience_ms == 0)
    return;
  for (; patient_ < items_.size(); ++patient_) {
    auto& i = items_[patient_];
    if (i.judged || i.told)
      continue;
    if (now - i.added_at < policy_.patience_ms)
      return;
    i.told = true;
    events_.push_back({happening::not_judged, i.id, i.skip, i.count, 0});
  }
}

void send_window::back_off(time_ms now) {
  cursor_ = 0;
  if (now < wait_until_)
    return; // one wait for all frames that were refused together
  wait_until_ = now + wait_now_ms_;
  wait_now_ms_ = std::min(wait_now_ms_ * 2, policy_.resend_max_ms);
}

// -- numbers ------------------------------------------------------------------------------------

/// Index of the item that holds the number; items_.size() past the last, 0 before the first.
std::size_t send_window::find(std::uint64_t sequence) const {
  const auto at = std::partition_point(items_.begin(), items_.end(),
                                       [&](const item& i) { return i.end() <= sequence; });
  return static_cast<std::size_t>(at - items_.begin());
}

void send_window::settle() {
  while (!items_.empty() && items_.front().judged)
    pop();
}

void send_window::pop() {
  items_.pop_front();
  cursor_ -= cursor_ > 0 ? 1 : 0;
  patient_ -= patient_ > 0 ? 1 : 0;
}

void send_window::gap(const refusal& r, time_ms now) {
  const bool known = r.epoch == state_.epoch;
  const auto expected = known ? r.expected_sequence : 1; // an epoch new to the node begins with 1
  if (r.epoch > state_.epoch || expected < fence_ || expected > next_number_)
    return ask(now);
  if (expected <= state_.acknowledged)
    return; // overtaken by its own acknowledgements
  const bool again = expected == rewound_to_ && now - rewound_at_ < policy_.resend_ms;
  const auto at = find(expected);
  if (again || at >= cursor_)
    return; // one loss refuses every frame after it: go back once
  cursor_ = at;
  rewound_to_ = expected;
  rewound_at_ = now;
}

/// A refusal does not say which epoch's frame it refused: only a Welcome decides.
void send_window::ask(time_ms now) {
  if (!greeted_ || now < may_ask_at_)
    return;
  greeted_ = false;
  hello_due_ = now;
  may_ask_at_ = now + policy_.resend_ms;
}

void send_window::leave_epoch(std::uint64_t nodes) {
  auto from = state_.acknowledged + 1;
  for (const auto& i : items_)
    if (state_.open && i.maybe_sent)
      from = std::max(from, i.end());
  begin_epoch(nodes, from);
}

void send_window::leave_old_copy() {
  auto from = state_.acknowledged + 1;
  for (const auto& i : items_)
    if (i.loaded || i.maybe_sent)
      from = std::max(from, i.end());
  begin_epoch(state_.epoch, from);
}

/// Ends what of an item lies before `from`.
void send_window::retire(item& i, std::uint64_t from) {
  for (auto bound : {std::min(state_.acknowledged + 1, from), from}) {
    if (i.count == 0 || i.first >= bound)
      continue;
    const auto count = static_cast<std::uint32_t>(std::min(i.end(), bound) - i.first);
    const auto what = i.first <= state_.acknowledged ? happening::stored : happening::doubtful;
    if (!i.judged)
      events_.push_back({what, i.id, i.skip, count, 0});
    i.first += count;
    i.skip += count;
    i.count -= count;
  }
}

/// A new epoch above `above`, which is not below ours.
void send_window::begin_epoch(std::uint64_t above, std::uint64_t from) {
  const auto leap = 1 + policy_.salt % (1u << 20);
  policy_.salt ^= policy_.salt << 13; // xorshift: the next epoch's step is another one
  policy_.salt ^= policy_.salt >> 7;
  policy_.salt ^= policy_.salt << 17;
  if (above > number_max - leap) {
    stopped_ = code::epoch_lower; // no epoch is left above: the device needs a new key
    return;
  }
  while (!items_.empty()) {
    retire(items_.front(), from);
    if (items_.front().count > 0)
      break;
    pop();
  }
  std::uint64_t number = 1;
  for (auto& i : items_) {
    assert(!i.judged);
    i.first = number;
    i.maybe_sent = false;
    i.loaded = false;
    number += i.count;
  }
  next_number_ = number;
  state_.leave(above + leap, from, number - 1);
  fence_ = 1;
  cursor_ = 0;
  rewound_to_ = 0;
  greeted_ = true; // the node's epoch is lower
  resend_now_ms_ = policy_.resend_ms;
  writing_ = action{.what = step::write_epoch, .epoch = state_.epoch, .first = from};
}

} // namespace wardflow
