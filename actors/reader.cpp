// SPDX-License-Identifier: Apache-2.0
#include "actors/reader.hpp"

#include "messages/codec.hpp"
#include "messages/texts.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <utility>

namespace wardflow {

namespace {

/// The door goes first: this thread takes what is left of the processor.
void be_polite() {
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), 10);
}

} // namespace

reader::reader(const io::store& disk, unit_code unit, ports to) :
  disk_(disk), unit_(unit), to_(std::move(to)), thread_([this] { run(); }) {
  // nop
}

reader::~reader() {
  stop();
}

void reader::stop() {
  {
    std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable())
    thread_.join();
}

void reader::run() {
  be_polite();
  std::unique_lock lock{mutex_};
  for (;;) {
    wake_.wait(lock, [this] { return stopping_ || asked_ || wanted_base_; });
    if (stopping_)
      return;
    auto q = std::exchange(asked_, std::nullopt);
    auto day = q ? std::nullopt : std::exchange(wanted_base_, std::nullopt);
    answering_ = q.has_value();
    lock.unlock();
    if (q)
      work_on(std::move(*q));
    else
      move_base_to(*day);
    lock.lock();
    answering_ = false;
  }
}

void reader::verify(const scan_round& r) {
  question q{r.verify_by.peer, r.number, r.state_hash, {}};
  q.reply.id = r.verify_by.what.id;
  q.reply.node_time = r.stamp;
  {
    std::lock_guard lock{mutex_};
    if (!asked_ && !answering_) {
      asked_ = std::move(q);
      wake_.notify_one();
      return;
    }
  }
  q.reply.code = code::verify_running;
  to_.answer(q.peer, encode_answer(q.reply));
}

void reader::work_on(question q) {
  auto report =
    verify_against(disk_, unit_, q.last_round, q.live, [this] { return !stopping_.load(); });
  auto& a = q.reply;
  a.code = report.result;
  a.detail = report.detail;
  a.facts = {{"base_round", std::to_string(report.base_round)},
             {"rounds", std::to_string(report.rounds)},
             {"scans", std::to_string(report.scans)},
             {"state", to_hex(q.live)}};
  to_.answer(q.peer, encode_answer(a));
}

void reader::committed(time_ms stamp) {
  auto today = local_day(stamp);
  if (today == base_day_)
    return;
  base_day_ = today;
  std::lock_guard lock{mutex_};
  wanted_base_ = today;
  wake_.notify_one();
}

void reader::move_base_to(day_number today) {
  std::string detail;
  auto done = move_base(
    disk_, unit_, today, to_.write, [this] { return !stopping_.load(); }, detail);
  if (done == code::nothing_to_do || done == code::interrupted || done == code::node_stopping)
    return; // what was given up is asked for again at the next start
  to_.log(done, detail);
  std::lock_guard lock{mutex_};
  base_says_ = done == code::ok ? "ok" : std::string{name(done)} + " " + detail;
}

std::vector<std::pair<std::string, std::string>> reader::facts() const {
  base_facts base;
  std::lock_guard lock{mutex_};
  auto read = read_base_facts(disk_, base);
  return {{"base_round", read == code::ok ? std::to_string(base.round) : ""},
          {"base_at", base.generation == 0 ? "" : time_text(base.stamp)},
          {"base_check", base_says_}};
}

} // namespace wardflow
