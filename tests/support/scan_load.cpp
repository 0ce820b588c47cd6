// SPDX-License-Identifier: Apache-2.0
#include "tests/support/scan_load.hpp"

#include "actors/io/clock.hpp"

#include <poll.h>

#include <algorithm>
#include <utility>

namespace wardflow::test {

void scan_load::run(io::client& link, time_ms until) {
  while (io::monotonic_ms() < until && refused_ == code::ok && (has_more() || !open_.empty()))
    turn(link, true);
}

bool scan_load::finish(io::client& link, time_ms until) {
  while (io::monotonic_ms() < until && refused_ == code::ok && (!open_.empty() || !visits_.empty()))
    turn(link, !visits_.empty());
  return open_.empty() && visits_.empty();
}

void scan_load::turn(io::client& link, bool makes_more) {
  // After a break everything unanswered is sent again, in order: the gate sorts out repeats.
  if (ups_ != link.times_up()) {
    ups_ = link.times_up();
    sent_ = 0;
  }
  while (makes_more && may_make())
    open_.push_back(make());
  while (sent_ < open_.size() &&
         link.send(frame_kind::scan_batch,
                   encode_batch(plan_.epoch, open_[sent_].first, open_[sent_].scans)))
    ++sent_;
  auto got = link.receive(5);
  if (!got)
    return;
  refusal no;
  if (got->header.kind == frame_kind::refusal && read_refusal(got->body.view(), no) == code::ok) {
    if (no.reason != code::sequence_gap)
      refused_ = no.reason;
    sent_ = 0;
    return;
  }
  scan_reply reply;
  if (read_scan_reply(got->body.view(), reply) != code::ok)
    return;
  while (!open_.empty() && open_.front().first <= reply.through_sequence) {
    answered_ += open_.front().scans.size();
    open_.pop_front();
    sent_ -= sent_ > 0;
  }
}

bool scan_load::may_make() const {
  return open_.size() < plan_.window && has_more() &&
         (plan_.pause_ms == 0 || io::monotonic_ms() >= made_at_ + plan_.pause_ms);
}

scan_load::batch scan_load::make() {
  made_at_ = io::monotonic_ms();
  batch b;
  b.first = next_;
  auto visits = std::exchange(visits_, {});
  auto size = 1 + random_() % plan_.batch_most;
  if (plan_.scans_most != 0)
    size = std::min(size, plan_.scans_most - std::min(plan_.scans_most, next_ - 1));
  b.scans.resize(visits.size() + size);
  for (std::size_t i = 0; i != b.scans.size(); ++i) {
    auto& s = b.scans[i];
    auto venue =
      i < visits.size() ? visits[i] : 1 + static_cast<std::uint32_t>(random_() % plan_.venues);
    s.venue = make_venue_id(plan_.ward, venue);
    s.card = card_id{1 + random_() % plan_.cards};
    s.at = plan_.at ? plan_.at(next_ + i) : io::wall_ms();
    s.way = i < visits.size() || random_() % 2 == 0 ? direction::in : direction::out;
  }
  next_ += b.scans.size();
  return b;
}

// -- in a thread ----------------------------------------------------------------------------------

load_thread::load_thread(const ward_rig& node, scan_load::plan p) : load_(std::move(p)) {
  io::client_options o;
  o.endpoint = node.scan_endpoint;
  o.own = node.gateway_key;
  o.server = node.node_key.open;
  o.redial_most_ms = 200;
  auto made = io::client::connect(o);
  if (!made)
    return; // `finish` says so
  thread_ = std::thread{[this, link = std::move(*made)]() mutable { run(link); }};
}

load_thread::~load_thread() {
  stopping_ = true;
  give_up_ = true;
  if (thread_.joinable())
    thread_.join();
}

void load_thread::run(io::client& link) {
  constexpr time_ms slice_ms = 20;
  auto take_visits = [this] {
    std::lock_guard lock{mutex_};
    for (auto venue : std::exchange(visits_, {}))
      load_.visit(venue);
  };
  while (!stopping_) {
    take_visits();
    load_.run(link, io::monotonic_ms() + slice_ms);
    tell();
  }
  take_visits();
  while (!give_up_ && !done_ && load_.refused() == code::ok) {
    done_ = load_.finish(link, io::monotonic_ms() + slice_ms);
    tell();
  }
}

void load_thread::tell() {
  answered_ = load_.answered();
  sent_ = load_.sent();
  refused_ = load_.refused();
}

bool load_thread::finish(time_ms patience) {
  stopping_ = true;
  for (auto until = io::monotonic_ms() + patience; !done_ && io::monotonic_ms() < until;)
    ::poll(nullptr, 0, 10);
  give_up_ = true;
  if (thread_.joinable())
    thread_.join();
  return done_;
}

void load_thread::visit(std::uint32_t venue) {
  std::lock_guard lock{mutex_};
  visits_.push_back(venue);
}

} // namespace wardflow::test
