// SPDX-License-Identifier: Apache-2.0
#include "actors/feed.hpp"

#include "messages/codec.hpp"

#include <algorithm>

namespace wardflow {

namespace {

// Read and sent to one reader before the next one has its turn.
constexpr std::size_t bytes_a_turn = std::size_t{256} << 10;

} // namespace

feed::feed(const io::store& disk, ports to) :
  log_(disk), to_(std::move(to)), thread_([this] { run(); }) {
  // nop
}

feed::~feed() {
  stop();
}

void feed::stop() {
  {
    std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable())
    thread_.join();
}

void feed::committed(const scan_round& r) {
  std::lock_guard lock{mutex_};
  if (r.feed.empty() && new_up_ == r.up_held && new_down_ == r.down_held)
    return;
  orders_.insert(orders_.end(), r.feed.begin(), r.feed.end());
  new_up_ = r.up_held;
  new_down_ = r.down_held;
  news_ = true;
  wake_.notify_one();
}

void feed::lost(peer_id peer) {
  std::lock_guard lock{mutex_};
  orders_.push_back({.what = feed_order::deed::close, .peer = peer});
  news_ = true;
  wake_.notify_one();
}

void feed::run() {
  std::unique_lock lock{mutex_};
  for (;;) {
    wake_.wait(lock, [this] { return stopping_ || news_; });
    if (stopping_)
      return;
    news_ = false;
    auto orders = std::exchange(orders_, {});
    up_ = new_up_;
    down_ = new_down_;
    lock.unlock();
    for (auto& order : orders)
      obey(std::move(order));
    auto more = false;
    for (auto& [peer, t] : tails_)
      more = pump(peer, t) || more;
    lock.lock();
    news_ = news_ || more; // each reader has had a turn; new orders come first
    readers_ = tails_.size();
  }
}

void feed::obey(feed_order&& order) {
  switch (order.what) {
  case feed_order::deed::open: {
    if (tails_.size() >= readers_max && !tails_.contains(order.peer)) {
      link_bye full{code::too_many_outstanding, "readers"};
      return to_.send(order.peer, frame_kind::link_bye, encode_link_bye(full));
    }
    auto peer = order.peer;
    auto& t = tails_.insert_or_assign(peer, tail{{}, link_sender{order.log}}).first->second;
    t.want = std::move(order);
    t.sender.begin(t.want.wanted, t.want.window_bytes);
    break;
  }
  case feed_order::deed::acked:
    if (auto t = tails_.find(order.peer); t != tails_.end())
      for (auto& r : order.wanted)
        t->second.sender.acked(r.lane, r.next - 1);
    break;
  case feed_order::deed::close:
    tails_.erase(order.peer);
    break;
  }
}

/// One turn of one reader. True: there is more that it may have at once.
bool feed::pump(peer_id peer, tail& t) {
  auto& kept = t.want.log == log_name::up ? up_ : down_;
  while (auto gap = t.sender.gap(kept))
    to_.send(peer, frame_kind::link_gap, encode_link_gap(*gap));
  auto order = t.sender.next(kept);
  if (!order)
    return false;
  std::vector<log_chunk> chunks;
  std::uint64_t first_kept = 0;
  auto read = log_.read(t.want.log, order->lane, order->from,
                        std::min<std::size_t>(order->bytes_max, bytes_a_turn), chunks, first_kept);
  for (auto& chunk : chunks)
    send_chunk(peer, t, order->lane, std::move(chunk), order->from);
  // Trimmed since the last news: the next ones say so, and `gap` above tells the reader.
  return read == code::ok && !chunks.empty() && t.sender.next(kept).has_value();
}

bool feed::wants(const tail& t, const log_entry_view& e) {
  if (t.want.log == log_name::down) // a ward has no use for what is said to another ward
    return e.unit.empty() || !e.unit.is_ward() || !t.want.below.is_ward() || e.unit == t.want.below;
  if (e.kind != entry_kind::alert)
    return false;
  auto& units = t.want.units;
  if (!units.empty() && std::find(units.begin(), units.end(), e.unit) == units.end())
    return false;
  alert a;
  return read_alert(e.body, a) == code::ok && a.severity >= t.want.severity_min &&
         (t.want.kinds == 0 || (t.want.kinds >> static_cast<unsigned>(a.kind) & 1) != 0);
}

/// What the reader's filter leaves of a chunk; an empty batch moves its cursor all the same.
void feed::send_chunk(peer_id peer, tail& t, lane l, log_chunk chunk, std::uint64_t from) {
  link_batch b;
  if (read_link_batch(chunk.message.view(), b) != code::ok || b.through < from)
    return;
  auto all = b.entries.size();
  std::erase_if(b.entries, [&](auto& e) { return e.offset < from || !wants(t, e); });
  b.first = std::max(b.first, from);
  auto body = b.entries.size() == all ? std::move(chunk.message) : encode_link_batch(b);
  t.sender.sent(l, b.through, b.entries.empty() ? 0 : body.size());
  to_.send(peer, frame_kind::link_batch, std::move(body));
  std::lock_guard lock{mutex_};
  ++batches_;
}

std::vector<std::pair<std::string, std::string>> feed::facts() const {
  std::lock_guard lock{mutex_};
  return {{"readers", std::to_string(readers_)}, {"batches_sent", std::to_string(batches_)}};
}

} // namespace wardflow
