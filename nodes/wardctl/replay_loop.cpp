// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/replay_loop.hpp"

#include "messages/codec.hpp"

#include <numeric>
#include <span>
#include <utility>

namespace wardflow::wardctl {

using step = send_window::step;
using happening = send_window::happening;

std::uint64_t replay_figures::not_counted() const {
  return std::accumulate(reasons.begin() + static_cast<int>(code::code_empty), reasons.end(),
                         std::uint64_t{0});
}

replay_loop::replay_loop(send_policy policy, std::uint64_t epoch, time_ms span_ms, hands h) :
  window_(policy, {epoch, 0, false, 0, {}}), span_ms_(span_ms), hands_(std::move(h)) {}

bool replay_loop::has_room(const replay_frame& next) const {
  if (span_ms_ > 0 && !open_.empty() && next.newest - open_.front().f.oldest > span_ms_)
    return false;
  return window_.has_room(next.count());
}

void replay_loop::add(replay_frame&& f, time_ms now) {
  const auto count = f.count();
  window_.add(first_id_ + open_.size(), count, now);
  open_.push_back({std::move(f), count, 0});
  figures_.sent += count;
}

// -- out ------------------------------------------------------------------------------------------

time_ms replay_loop::work(time_ms now, std::int64_t ns) {
  for (;;) {
    const auto a = window_.next(now);
    take_events(nullptr, ns);
    switch (a.what) {
    case step::idle:
      return a.until;
    case step::hello: {
      hello h;
      h.epoch = a.epoch;
      h.software = "wardctl " WARDFLOW_VERSION;
      hands_.send(frame_kind::hello, encode_hello(h));
      break;
    }
    case step::send:
      send(a, ns);
      break;
    case step::redial:
      window_.disconnected();
      hands_.redial();
      break;
    case step::write_epoch:
      window_.epoch_written(now); // a replay keeps nothing: the next one begins a higher epoch
      break;
    case step::stop:
      stopped_ = a.reason;
      return send_window::never;
    }
  }
}

void replay_loop::send(const send_window::action& a, std::int64_t ns) {
  auto& o = at(a.id);
  if (o.sent_ns == 0)
    o.sent_ns = ns;
  else
    ++figures_.frames_again;
  if (figures_.first_sent_ns == 0)
    figures_.first_sent_ns = ns;
  if (o.f.is_batch()) {
    hands_.send(frame_kind::scan_batch,
                encode_batch(a.epoch, a.first, std::span{o.f.scans}.subspan(a.skip, a.count)));
    return;
  }
  const auto& s = o.f.scans.front();
  code_scan c;
  c.epoch = a.epoch;
  c.sequence = a.first;
  c.venue = s.venue;
  c.at = s.at;
  c.way = s.way;
  c.flow = s.flow;
  c.code_bytes = std::as_bytes(std::span{o.f.code});
  hands_.send(frame_kind::code_scan, encode_code_scan(c));
}

// -- in -------------------------------------------------------------------------------------------

void replay_loop::heard(const io::received& r, time_ms now, std::int64_t ns) {
  if (r.problem != code::ok)
    return;
  if (r.header.kind == frame_kind::scan_reply) {
    if (read_scan_reply(r.body.view(), reply_) != code::ok)
      return;
    window_.replied(reply_, now);
    take_events(&reply_, ns);
  } else if (r.header.kind == frame_kind::welcome) {
    welcome w;
    if (read_welcome(r.body.view(), w) == code::ok)
      window_.welcomed(w, now);
  } else if (r.header.kind == frame_kind::refusal) {
    refusal no;
    if (read_refusal(r.body.view(), no) != code::ok)
      return;
    detail_ = no.detail;
    window_.refused(no, now);
  }
}

void replay_loop::take_events(const scan_reply* r, std::int64_t ns) {
  for (const auto& e : window_.take_events()) {
    auto& o = at(e.id);
    if (e.what == happening::judged || e.what == happening::judged_late) {
      judged(e, *r, o, ns);
    } else {
      (e.what == happening::stored ? figures_.stored : figures_.doubtful) += e.count;
      for (auto i = e.skip; i < e.skip + e.count; ++i)
        hands_.answered(o.f.lines[i], 0, 0, nullptr);
    }
    o.left -= e.count;
  }
  for (; !open_.empty() && open_.front().left == 0; ++first_id_) {
    open_.front().f.forget();
    open_.pop_front();
  }
}

void replay_loop::judged(const send_window::event& e, const scan_reply& r, const open_frame& o,
                         std::int64_t ns) {
  figures_.last_answer_ns = ns;
  for (std::uint32_t i = 0; i < e.count; ++i) {
    const auto word = r.verdicts[e.at + i];
    const auto v = to_verdict(word);
    ++figures_.answered;
    ++figures_.decisions[v.decision == decision::admit       ? 0
                         : v.decision == decision::condition ? 1
                                                             : 2];
    ++figures_.reasons[static_cast<std::size_t>(v.reason)];
    figures_.late += v.late;
    figures_.latency.add(ns - o.sent_ns);
    hands_.answered(o.f.lines[e.skip + i], r.epoch, r.first_sequence + e.at + i, &word);
  }
}

} // namespace wardflow::wardctl
