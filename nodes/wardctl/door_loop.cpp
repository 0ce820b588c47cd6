// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/door_loop.hpp"

#include "messages/codec.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <utility>

namespace wardflow::wardctl {

namespace {

constexpr time_ms pause_ms = 1'000;

using step = send_window::step;
using happening = send_window::happening;

door_news::kind kind_of(happening what) {
  switch (what) {
  case happening::judged:
    return door_news::kind::judged;
  case happening::judged_late:
    return door_news::kind::judged_late;
  case happening::not_judged:
    return door_news::kind::not_judged;
  case happening::stored:
    return door_news::kind::stored;
  case happening::doubtful:
    break;
  }
  return door_news::kind::doubtful;
}

void describe(door_news& n, const spooled_scan& s) {
  n.sequence = s.sequence;
  n.at = s.at;
  n.way = s.way;
  n.flow = s.flow;
}

} // namespace

void secret_code::wipe() {
  ::explicit_bzero(bytes_.data(), bytes_.size());
  bytes_.clear();
}

door_loop::door_loop(spool& s, venue_id venue, send_policy policy, hands h) :
  spool_(s), venue_(venue), policy_(policy), hands_(std::move(h)) {
  load();
}

void door_loop::load() {
  window_.emplace(policy_, spool_.state());
  for (const auto& s : spool_.pending())
    window_->load(s.id, 1);
}

// -- in -----------------------------------------------------------------------------------------

void door_loop::take(bytes code, direction way, flow by, time_ms wall, time_ms now) {
  door_news n;
  n.line = ++lines_;
  n.epoch = spool_.state().epoch;
  n.at = wall;
  n.way = way;
  n.flow = by;
  spool_trouble_ = spool_.append(venue_, wall, way, by, code);
  if (spool_trouble_ != code::ok) {
    n.what = door_news::kind::not_recorded;
    n.why = spool_trouble_;
    return hands_.tell(n);
  }
  const auto& s = spool_.pending().back();
  n.sequence = s.sequence;
  open_[s.id] = {n.line, secret_code{code.first(std::min(code.size(), spool_code_bytes_max))}, {}};
  window_->add(s.id, 1, now);
  hands_.tell(n);
}

void door_loop::link_up(time_ms now) {
  window_->connected(now);
}

void door_loop::link_down() {
  window_->disconnected();
}

void door_loop::heard(const io::received& r, time_ms now) {
  if (r.problem != code::ok)
    return;
  if (r.header.kind == frame_kind::scan_reply) {
    scan_reply reply;
    if (read_scan_reply(r.body.view(), reply) == code::ok)
      replied(reply, now);
  } else if (r.header.kind == frame_kind::welcome) {
    welcome w;
    if (read_welcome(r.body.view(), w) != code::ok)
      return;
    const bool other = w.venue != venue_id{} && w.venue != venue_;
    venue_trouble_ = other ? code::venue_not_yours : code::ok;
    window_->welcomed(w, now);
    tell_events(nullptr);
  } else if (r.header.kind == frame_kind::refusal) {
    refusal no;
    if (read_refusal(r.body.view(), no) != code::ok)
      return;
    if (no.reason == code::store_full || no.reason == code::node_stopping ||
        no.reason == code::too_many_outstanding)
      waits_ = no.reason;
    window_->refused(no, now);
  }
}

void door_loop::replied(const scan_reply& r, time_ms now) {
  waits_ = code::ok;
  ++answers_;
  window_->replied(r, now);
  ended_.clear();
  tell_events(&r);
  acknowledge();
  flush_at_ = now + pause_ms;
}

/// The spool forgets what the node has. What is not judged yet may have to be sent again.
void door_loop::acknowledge() {
  if (window_->epoch() != spool_.state().epoch)
    return;
  const auto through = window_->acknowledged();
  for (const auto& s : spool_.pending()) {
    if (s.sequence > through)
      break;
    if (!std::binary_search(ended_.begin(), ended_.end(), s.id))
      open_[s.id].kept = s;
  }
  if (auto bad = spool_.acknowledge(window_->epoch(), through); bad != code::ok)
    spool_trouble_ = bad;
}

// -- news ---------------------------------------------------------------------------------------

void door_loop::tell_events(const scan_reply* r) {
  for (const auto& e : window_->take_events()) {
    door_news n;
    n.what = kind_of(e.what);
    n.epoch = spool_.state().epoch;
    if (const auto* s = find(e.id); s != nullptr)
      describe(n, *s);
    const auto known = open_.find(e.id);
    if (known != open_.end())
      n.line = known->second.line;
    if (e.what == happening::not_judged) {
      if (known != open_.end())
        known->second.plain.wipe();
      hands_.tell(n);
      continue;
    }
    if (e.what == happening::judged || e.what == happening::judged_late) {
      assert(r != nullptr && e.at < r->verdicts.size());
      n.says = to_verdict(r->verdicts[e.at]);
      if (n.says.basis < r->bases.size())
        n.rests_on = r->bases[n.says.basis];
      n.node_time = r->node_time;
    }
    if (known != open_.end())
      open_.erase(known);
    ended_.push_back(e.id);
    hands_.tell(n);
  }
}

const spooled_scan* door_loop::find(std::uint64_t id) const {
  if (const auto* waiting = spool_.find(id); waiting != nullptr)
    return waiting;
  const auto known = open_.find(id);
  return known != open_.end() && known->second.kept ? &*known->second.kept : nullptr;
}

code door_loop::trouble() const {
  for (auto why : {spool_trouble_, stopped_, waits_})
    if (why != code::ok)
      return why;
  return venue_trouble_;
}

// -- out ----------------------------------------------------------------------------------------

time_ms door_loop::work(time_ms now) {
  if (stopped_ != code::ok && now >= try_at_)
    start_again(now);
  for (;;) {
    const auto a = window_->next(now);
    tell_events(nullptr);
    switch (a.what) {
    case step::idle:
      return rest(a.until, now);
    case step::hello:
      hello(a);
      break;
    case step::send:
      send(a);
      break;
    case step::redial:
      window_->disconnected();
      hands_.redial();
      break;
    case step::write_epoch:
      if (!write_epoch(a, now))
        return write_at_;
      break;
    case step::stop:
      return stopped(a.reason, now);
    }
  }
}

void door_loop::hello(const send_window::action& a) {
  wardflow::hello h;
  h.epoch = a.epoch;
  h.software = "wardctl " WARDFLOW_VERSION;
  hands_.send(frame_kind::hello, encode_hello(h));
}

void door_loop::send(const send_window::action& a) {
  const auto* s = find(a.id);
  assert(s != nullptr);
  code_scan c;
  c.epoch = a.epoch;
  c.sequence = a.first;
  c.venue = s->venue;
  c.at = s->at;
  c.way = s->way;
  c.flow = s->flow;
  c.sealed = true;
  c.code_bytes = s->sealed;
  if (const auto known = open_.find(a.id);
      !a.sealed && known != open_.end() && !known->second.plain.empty()) {
    c.sealed = false;
    c.code_bytes = known->second.plain.view();
  }
  hands_.send(frame_kind::code_scan, encode_code_scan(c));
}

bool door_loop::write_epoch(const send_window::action& a, time_ms now) {
  if (now < write_at_)
    return false;
  if (spool_trouble_ = spool_.write_epoch(window_->state(), a.first); spool_trouble_ != code::ok) {
    write_at_ = now + pause_ms;
    return false;
  }
  window_->epoch_written(now);
  return true;
}

time_ms door_loop::stopped(code reason, time_ms now) {
  if (stopped_ == code::ok) {
    stopped_ = reason;
    try_at_ = now + try_again_ms;
  }
  return std::min(try_at_, now + pause_ms); // patience goes on
}

/// What stopped the window may be mended: a new one on a new connection, from the spool.
void door_loop::start_again(time_ms) {
  stopped_ = code::ok;
  policy_.salt = policy_.salt * 6'364'136'223'846'793'005u + 1;
  for (auto& [id, open] : open_) {
    open.plain.wipe();
    if (open.kept) { // the node has it; that its verdict is not asked for again is no loss
      door_news n;
      n.what = door_news::kind::stored;
      n.line = open.line;
      n.epoch = spool_.state().epoch;
      describe(n, *open.kept);
      hands_.tell(n);
    }
  }
  std::erase_if(open_, [](const auto& entry) { return entry.second.kept.has_value(); });
  load();
  hands_.redial();
}

time_ms door_loop::rest(time_ms until, time_ms now) {
  if (flush_at_ == 0)
    return until;
  if (now < flush_at_)
    return std::min(until, flush_at_);
  flush_at_ = 0;
  if (auto bad = spool_.flush(); bad != code::ok)
    spool_trouble_ = bad;
  return until;
}

void door_loop::finish() {
  if (auto bad = spool_.flush(); bad != code::ok)
    spool_trouble_ = bad;
}

} // namespace wardflow::wardctl
