// SPDX-License-Identifier: Apache-2.0
#include "actors/gate.hpp"

#include "actors/io/clock.hpp"

#include <algorithm>
#include <utility>

namespace wardflow {

namespace {

constexpr time_ms notes_wait_ms = second_ms;

} // namespace

gate::gate(gate_options options, io::sockets ends, allow_list keys, province_key secret, ports to) :
  options_(std::move(options)),
  ends_(std::move(ends)),
  keys_(std::move(keys)),
  secret_(std::move(secret)),
  to_(std::move(to)),
  next_due_(options_.next_due) {
  next_ = fresh_round();
}

gate::~gate() {
  stopping_ = true;
  ends_.wake();
  if (thread_.joinable())
    thread_.join();
}

void gate::start() {
  thread_ = std::thread{[this] { run(); }};
}

void gate::committed(round_ptr r) {
  {
    std::lock_guard lock{mutex_};
    committed_.push_back(std::move(r));
  }
  ends_.wake();
}

void gate::answer_later(peer_id peer, frame_kind kind, frame_body body) {
  {
    std::lock_guard lock{mutex_};
    answers_.push_back({peer, kind, std::move(body), 0});
  }
  ends_.wake();
}

void gate::replace_keys(std::vector<principal> keys) {
  {
    std::lock_guard lock{mutex_};
    new_keys_ = std::move(keys);
  }
  ends_.wake();
}

round_ptr gate::stop() {
  stopping_ = true;
  ends_.wake();
  if (thread_.joinable())
    thread_.join();
  next_->stamp = options_.clock.stamp(io::wall_ms(), io::monotonic_ms(), 0);
  next_->number = ++options_.last_round;
  return next_;
}

round_ptr gate::fresh_round() {
  if (idle_.empty())
    return std::make_shared<scan_round>();
  auto r = std::move(idle_.back());
  idle_.pop_back();
  r->clear();
  return r;
}

/// Two rounds may be on their way, so that one is worked on while the other is committed. A small
/// one waits for the commit instead: its work is short, and what gathers meanwhile shares the next.
bool gate::may_send_off() const {
  return on_their_way_ == 0 || (on_their_way_ == 1 && next_bytes_ >= options_.overlap_bytes);
}

bool gate::has_input() const {
  return !next_->scans.empty() || !next_->commands.empty() || !next_->hellos.empty() ||
         !next_->links.empty() || !next_->parent.directives.empty() || next_->parent.urgent ||
         notes_are_due();
}

bool gate::is_full() const {
  return next_bytes_ >= options_.round_bytes_max ||
         next_->scans.size() >= options_.round_frames_max ||
         sealed_bytes_ >= options_.round_bytes_max;
}

/// Children's entries come as fast as the line goes. They are not refused: a session would begin
/// anew, and send them once more. Not read, they wait in ZeroMQ's queues, then with their senders.
bool gate::control_is_full() const {
  return next_control_bytes_ >= 2 * options_.round_bytes_max;
}

/// How long to sleep: not at all when there is something to do, else until something is due.
int gate::wait_ms() const {
  auto free = may_send_off();
  if (free && (has_input() || !sealed_.empty()))
    return 0;
  if (!free)
    return 1000;
  auto wait = next_due_ == 0 ? time_ms{1000} : next_due_ - io::wall_ms();
  if (!next_->audit.empty())
    wait = std::min(wait, noted_at_ + notes_wait_ms - io::monotonic_ms());
  return static_cast<int>(std::clamp<time_ms>(wait, 1, 1000));
}

/// What was refused goes along with a round that comes anyway, or has one of its own soon: many
/// refusals are one commit.
bool gate::notes_are_due() const {
  return !next_->audit.empty() && io::monotonic_ms() >= noted_at_ + notes_wait_ms;
}

void gate::run() {
  for (;;) {
    take_committed();
    auto ending = stopping_.load();
    if (ending && on_their_way_ == 0)
      return;
    if (!ending) {
      ends_.poll(
        wait_ms(), !is_full(), [this](io::inbound&& in) { return take(std::move(in)); },
        !control_is_full());
      take_committed();
      if (next_->scans.empty() && may_send_off())
        open_sealed();
      take_from_uplink();
      send_off();
    } else {
      ends_.poll(100, false, [this](io::inbound&& in) {
        refuse(in.peer, code::node_stopping);
        return true;
      });
    }
  }
}

/// Stamps the round and hands it to WARD, where fewer than two are on their way.
void gate::send_off() {
  if (!may_send_off())
    return;
  auto stamp = options_.clock.stamp(io::wall_ms(), io::monotonic_ms(), newest_event_);
  if (!has_input() && (next_due_ == 0 || stamp < next_due_))
    return;
  newest_event_ = 0;
  auto& r = *next_;
  r.number = ++options_.last_round;
  r.stamp = stamp;
  r.clock_unsure = options_.clock.unsure();
  r.store_percent = store_percent_;
  r.store_full = !to_.scans_fit();
  if (std::any_of(r.commands.begin(), r.commands.end(),
                  [](const inbound_command& c) { return c.what.is_query(); }))
    add_facts(r);
  ++on_their_way_;
  without_bulk_ += r.scans.empty() ? 0 : 1;
  next_bytes_ = next_control_bytes_ = 0;
  r.times.sent_off = io::monotonic_ns();
  auto going = std::exchange(next_, fresh_round());
  to_.work(std::move(going));
}

void gate::add_facts(scan_round& r) {
  auto counts = ends_.counts();
  auto number = [](std::uint64_t n) { return std::to_string(n); };
  r.node_facts = to_.node_facts();
  auto add = [&](const char* name, std::string value) {
    r.node_facts.emplace_back(name, std::move(value));
  };
  add("connections", number(counts.connections));
  add("keys_refused", number(counts.keys_refused + counts.handshakes_failed));
  add("refused_at_gate", number(refused_));
  add("answered", number(latency_.count()));
  add("latency_p50_us", number(latency_.quantile(0.5) / 1000));
  add("latency_p99_us", number(latency_.quantile(0.99) / 1000));
  add("sealed_waiting", number(sealed_.size()));
  auto mean = [&](std::int64_t sum) {
    return number(static_cast<std::uint64_t>(sum) / 1000 /
                  std::max<std::uint64_t>(stages_.rounds, 1));
  };
  add("round_to_ward_us", mean(stages_.to_ward));
  add("round_in_ward_us", mean(stages_.in_ward));
  add("round_to_journal_us", mean(stages_.to_journal));
  add("round_commit_us", mean(stages_.commit));
  add("round_to_gate_us", mean(stages_.to_gate));
}

void gate::take_committed() {
  std::vector<round_ptr> rounds;
  std::vector<outbound> answers;
  auto other_keys = false;
  {
    std::lock_guard lock{mutex_};
    rounds.swap(committed_);
    answers.swap(answers_);
    other_keys = new_keys_.has_value();
    if (other_keys)
      keys_.replace_file_keys(std::move(*new_keys_));
    new_keys_.reset();
  }
  if (other_keys) {
    look_at_readers();
    to_.log("allow-list reloaded"); // who reads this may rely on it
  }
  for (auto& a : answers)
    deliver(std::move(a));
  for (auto& r : rounds) {
    --on_their_way_;
    next_due_ = r->next_due;
    store_percent_ = r->store_percent;
    for (auto& change : r->devices)
      keys_.put_device(change.who);
    if (r->clock_accepted)
      options_.clock.accept(io::wall_ms());
    auto now = io::monotonic_ns();
    stages_.add(r->times, now);
    for (auto& reply : r->replies) {
      if (reply.arrived_ns != 0)
        latency_.add(now - reply.arrived_ns);
      if (reply.kind == frame_kind::link_bye)
        let_go(reply.peer, r->number);
      ends_.send(reply.peer, reply.kind, std::move(reply.body)); // gone peers ask again
    }
    for (auto& order : r->feed)
      if (order.what == feed_order::deed::close)
        let_go(order.peer, r->number);
    if (to_.sent)
      to_.sent(*r);
    if (r.use_count() == 1 && idle_.size() < 4)
      idle_.push_back(std::move(r));
  }
}

void gate::refuse(peer_id peer, code why, std::string detail) {
  ++refused_;
  refusal r;
  r.reason = why;
  r.node_time = options_.clock.last();
  r.detail = std::move(detail);
  ends_.send(peer, frame_kind::refusal, encode_refusal(r));
}

} // namespace wardflow
