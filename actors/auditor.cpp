// SPDX-License-Identifier: Apache-2.0
#include "actors/auditor.hpp"

#include "messages/audit_words.hpp"
#include "messages/codec.hpp"
#include "messages/limits.hpp"
#include "messages/time.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace wardflow {

namespace {

std::string id_text(const command_id& id) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out;
  if (id == command_id{})
    return out;
  for (auto b : id) {
    out += digits[b >> 4];
    out += digits[b & 15];
  }
  return out;
}

std::vector<std::string> row_of(const audit_entry& e) {
  return {std::to_string(e.number),
          e.at == 0 ? std::string{} : time_text(e.at),
          std::to_string(e.round),
          e.by,
          std::string{e.unit.text()},
          std::string{name_of(e.role)},
          std::string{name_of(e.way)},
          std::string{name_of(e.deed)},
          std::string{e.to.text()},
          e.subject,
          e.document,
          std::to_string(static_cast<unsigned>(e.outcome)),
          std::to_string(e.times),
          id_text(e.id)};
}

answer check(const io::store& disk) {
  auto report = verify_audit(disk);
  answer a;
  a.code = report.result;
  a.detail = report.detail;
  a.facts = {{"first", std::to_string(report.first)},
             {"rows", std::to_string(report.rows)},
             {"broken", report.broken == 0 ? std::string{} : std::to_string(report.broken)},
             {"hash", report.hash}};
  return a;
}

/// A time, or with a minus so long before now.
time_ms moment(time_ms said, time_ms now) {
  return said < 0 ? now + said : said;
}

} // namespace

answer answer_audit_query(const io::store& disk, const query& q, time_ms now) {
  if (q.check)
    return check(disk);
  audit_question asked{moment(q.since, now), moment(q.until, now), q.by, q.after,
                       limits::rows_per_command_max};
  if (q.limit != 0)
    asked.most = std::min<std::size_t>(asked.most, q.limit);
  std::vector<audit_entry> rows;
  answer a;
  a.columns = {"number", "time", "round",   "by",       "unit",    "role",  "way",
               "deed",   "to",   "subject", "document", "outcome", "times", "command"};
  if (auto bad = read_audit(disk, asked, rows, a.more); bad != code::ok) {
    a.code = bad;
    return a;
  }
  for (auto& e : rows)
    a.rows.push_back(row_of(e));
  return a;
}

auditor::auditor(const io::store& disk, answer_port to) :
  disk_(disk), to_(std::move(to)), thread_([this] { run(); }) {
  // nop
}

auditor::~auditor() {
  stop();
}

void auditor::stop() {
  {
    std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable())
    thread_.join();
}

void auditor::committed(const scan_round& r) {
  std::vector<question> refused;
  for (auto& in : r.audit_asked) {
    question q{in.peer, in.what.id, std::get<query>(in.what.body), r.stamp};
    std::lock_guard lock{mutex_};
    (waiting_.size() < questions_max ? waiting_.emplace_back() : refused.emplace_back()) =
      std::move(q);
  }
  if (!r.audit_asked.empty())
    wake_.notify_one();
  for (auto& q : refused) {
    answer full;
    full.code = code::too_many_outstanding;
    full.id = q.id;
    full.node_time = q.stamp;
    to_(q.peer, encode_answer(full));
  }
}

void auditor::run() {
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), 10); // the door goes first
  std::unique_lock lock{mutex_};
  for (;;) {
    wake_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (stopping_)
      return;
    auto q = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    to_(q.peer, encode_answer(answer_to(q)));
    lock.lock();
  }
}

answer auditor::answer_to(const question& q) const {
  auto a = answer_audit_query(disk_, q.what, q.stamp);
  a.id = q.id;
  a.node_time = q.stamp;
  return a;
}

} // namespace wardflow
