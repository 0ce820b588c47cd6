// SPDX-License-Identifier: Apache-2.0
#include "actors/feed.hpp"

#include "actors/io/clock.hpp"

#include <chrono>

namespace wardflow {

feed::feed(const io::store& disk, ports to) :
  log_(disk),
  facts_(disk),
  to_(std::move(to)),
  desk_({to_.send,
         [this](log_name log, lane l, std::uint64_t from, std::size_t bytes_max,
                std::vector<log_chunk>& chunks) {
           std::uint64_t first_kept = 0;
           return log_.read(log, l, from, bytes_max, chunks, first_kept);
         },
         [this](log_name log, lane l, std::uint64_t offset) {
           to_.unreadable(log_reader::place(log, l, offset));
         },
         [this](std::string_view from, std::string_view end, std::size_t bytes_max,
                std::vector<fact_row>& rows) { return facts_.read(from, end, bytes_max, rows); },
         to_.unit}),
  thread_([this] { run(); }) {
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
  if (r.feed.empty() && new_up_ == r.up_held && new_down_ == r.down_held && whole_ == r.whole)
    return;
  orders_.insert(orders_.end(), r.feed.begin(), r.feed.end());
  new_up_ = r.up_held;
  new_down_ = r.down_held;
  whole_ = r.whole;
  news_ = true;
  wake_.notify_one();
}

void feed::lost(peer_id peer, bool gone) {
  std::lock_guard lock{mutex_};
  orders_.push_back(
    {.what = gone ? feed_order::deed::close : feed_order::deed::rewind, .peer = peer});
  news_ = true;
  wake_.notify_one();
}

void feed::run() {
  constexpr std::chrono::seconds look_every{1}; // whose acknowledgement does not come
  std::unique_lock lock{mutex_};
  for (;;) {
    wake_.wait_for(lock, look_every, [this] { return stopping_ || news_; });
    if (stopping_)
      return;
    news_ = false;
    auto orders = std::exchange(orders_, {});
    auto up = new_up_, down = new_down_;
    auto whole = whole_;
    lock.unlock();
    auto now = io::monotonic_ms();
    for (auto& order : orders)
      desk_.obey(std::move(order), now);
    auto more = desk_.pump(up, down, whole, now, io::wall_ms());
    lock.lock();
    news_ = news_ || more; // each reader has had a turn; new orders come first
    readers_ = desk_.readers();
    batches_ = desk_.batches();
  }
}

std::vector<std::pair<std::string, std::string>> feed::facts() const {
  std::lock_guard lock{mutex_};
  return {{"readers", std::to_string(readers_)}, {"batches_sent", std::to_string(batches_)}};
}

} // namespace wardflow
