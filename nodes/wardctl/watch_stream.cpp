// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/watch_stream.hpp"

#include "messages/alert_words.hpp"
#include "nodes/wardctl/view.hpp"

#include <algorithm>
#include <utility>

namespace wardflow::wardctl {

std::optional<alert> alert_of_row(const answer& a, const std::vector<std::string>& row) {
  auto cell = [&](std::string_view column) { return cell_at(row, column_at(a, column)); };
  auto name = parse_alert_name(cell("name"));
  auto how = parse_severity(cell("severity"));
  auto state = parse_alert_state(cell("state"));
  if (!name || !how || !state)
    return std::nullopt;
  alert one;
  one.unit = name->unit;
  one.kind = name->kind;
  one.subject = std::move(name->subject);
  one.severity = *how;
  one.state = *state;
  one.first = parse_time(cell("first")).value_or(0);
  one.last = parse_time(cell("last")).value_or(0);
  one.count = number_of(cell("count"));
  one.evidence = cell("evidence");
  one.by = cell("by");
  return one;
}

watch_stream::watch_stream(options o) :
  options_(std::move(o)),
  counting_(options_.counts && !options_.want.name.empty()),
  snapshot_due_(options_.snapshot) {
  // nop
}

// -- what is said ---------------------------------------------------------------------------------

std::vector<watch_stream::outgoing> watch_stream::to_send() {
  return std::exchange(outbox_, {});
}

command_id watch_stream::ask(query_kind what, std::uint64_t after) {
  command c;
  c.id = options_.fresh_id();
  query q;
  q.what = what;
  q.after = after;
  c.body = q;
  if (what == query_kind::alert_list && options_.want.unit != unit_)
    c.unit = options_.want.unit;
  say(frame_kind::command, encode_command(c));
  return c.id;
}

/// What has not come out will be heard again, but for what was noticed here.
void watch_stream::forget_unheard() {
  std::erase_if(events_, [](auto& e) { return e.what != watch_event::kind::restored; });
  caught_up_waits_ = false;
  next_ = settled_ + 1;
}

void watch_stream::up() {
  outbox_.clear();
  forget_unheard();
  stage_ = stage::asking;
  status_id_ = ask(query_kind::status);
}

void watch_stream::again() {
  forget_unheard();
  say_subscribe();
  ask_snapshot(); // after it: what is raised between the two comes twice, never not at all
}

void watch_stream::say_subscribe() {
  auto s = options_.want;
  if (placed_ && void_) {
    if (last_at_ != 0) {
      s.start = subscribe_start::time;
      s.at = last_at_;
    }
  } else if (placed_ && !s.name.empty() && !counting_ && !just_counted_) {
    s.start = subscribe_start::resume;
  } else if (placed_) {
    s.start = subscribe_start::offset;
    s.offset = settled_ + 1;
  }
  if (placed_ && counting_)
    s.name.clear();
  s.snapshot = false; // it is asked for by a query
  stage_ = stage::subscribing;
  say(frame_kind::subscribe, encode_subscribe(s));
}

void watch_stream::ask_snapshot() {
  if (snapshot_due_)
    open_id_ = ask(query_kind::alert_list);
}

void watch_stream::acknowledge() {
  if (stage_ != stage::subscribed || settled_ <= acked_)
    return;
  acked_ = settled_;
  link_ack a;
  a.through = settled_;
  say(frame_kind::link_ack, encode_link_ack(a));
}

void watch_stream::counted() {
  if (std::exchange(counting_, false)) {
    just_counted_ = true;
    again();
  }
}

void watch_stream::leave() {
  acknowledge();
  say(frame_kind::link_bye, encode_link_bye({code::ok, {}}));
  last_id_ = ask(query_kind::subscription_list);
  stage_ = stage::leaving;
}

// -- what is heard --------------------------------------------------------------------------------

void watch_stream::put(watch_event::kind what, code reason, std::string detail) {
  watch_event e;
  e.what = what;
  e.reason = reason;
  e.detail = std::move(detail);
  events_.push_back(std::move(e));
}

void watch_stream::take(frame_kind kind, bytes body) {
  if (stage_ == stage::leaving && kind != frame_kind::answer)
    return;
  switch (kind) {
  case frame_kind::answer:
    return take_answer(body);
  case frame_kind::link_batch:
    return take_batch(body);
  case frame_kind::link_gap:
    if (link_gap g; read_link_gap(body, g) == code::ok)
      take_gap(g);
    return;
  case frame_kind::link_heartbeat:
    if (link_heartbeat beat; read_link_heartbeat(body, beat) == code::ok)
      take_begin(beat);
    return;
  case frame_kind::link_bye:
    if (link_bye b; read_link_bye(body, b) == code::ok)
      put(watch_event::kind::end, b.reason, b.detail);
    return;
  case frame_kind::refusal:
    if (refusal no; read_refusal(body, no) == code::ok && no.reason != code::node_stopping)
      put(watch_event::kind::end, no.reason, no.detail);
    return;
  default:
    return; // of a newer node
  }
}

void watch_stream::take_answer(bytes body) {
  answer a;
  if (read_answer(body, a) != code::ok)
    return;
  if (stage_ == stage::leaving) {
    if (a.id == last_id_)
      stage_ = stage::left;
  } else if (a.id == status_id_ && stage_ == stage::asking) {
    take_status(a);
  } else if (a.id == open_id_) {
    take_open(a);
  }
}

void watch_stream::take_status(const answer& a) {
  if (a.code != code::done)
    return put(watch_event::kind::end, a.code, a.detail);
  unit_ = unit_code::parse(fact(a, "unit")).value_or(unit_code{});
  if (options_.ago != 0)
    options_.want.at = a.node_time - options_.ago;
  auto epoch = number_fact(a, "epoch");
  auto before = std::exchange(epoch_, epoch);
  if (placed_ && before && *before != epoch)
    void_place();
  else
    again();
}

void watch_stream::take_open(const answer& a) {
  if (a.code != code::done)
    return put(watch_event::kind::no_snapshot, a.code, a.detail);
  for (auto& row : a.rows) {
    auto one = alert_of_row(a, row);
    if (one && !wants(*one))
      continue;
    watch_event e;
    e.what = one ? watch_event::kind::open : watch_event::kind::unreadable;
    e.detail = cell_at(row, column_at(a, "name"));
    if (one)
      e.alert = std::move(*one);
    events_.push_back(std::move(e));
  }
  auto last = a.rows.empty() ? 0 : number_of(cell_at(a.rows.back(), column_at(a, "id")));
  if (a.more && last != 0)
    open_id_ = ask(query_kind::alert_list, last);
  else
    put(watch_event::kind::all_open);
}

bool watch_stream::wants(const alert& a) const {
  auto& want = options_.want;
  return a.severity >= want.severity_min &&
         (want.kinds.empty() ||
          std::find(want.kinds.begin(), want.kinds.end(), a.kind) != want.kinds.end());
}

/// The offsets that we have are of a log that the node no longer has: we go on by time.
void watch_stream::void_place() {
  void_ = true;
  snapshot_due_ = options_.snapshot;
  again();
  put(watch_event::kind::restored);
}

/// The subscription's answer: where our alerts begin, and where the log ends now.
void watch_stream::take_begin(const link_heartbeat& beat) {
  auto range =
    std::find_if(beat.up.begin(), beat.up.end(), [](auto& r) { return r.lane == lane::control; });
  if (stage_ != stage::subscribing || range == beat.up.end() || range->first == 0)
    return;
  if (placed_ && !void_ && range->next <= settled_) // it was put back, and has the same epoch
    return void_place();
  stage_ = stage::subscribed;
  if (!placed_ || void_ || range->first > next_) // the last: another reader of our name had it
    next_ = range->first;
  settled_ = next_ - 1;
  acked_ = range->first - 1;
  void_ = just_counted_ = false;
  if (!std::exchange(placed_, true) && counting_)
    return again(); // the name has told where; from here on without it
  head_ = range->next;
  watch_event e;
  e.what = watch_event::kind::began;
  e.first = next_;
  e.through = head_ - 1;
  e.detail = unit_.text();
  events_.push_back(std::move(e));
  look_for_head();
}

void watch_stream::look_for_head() {
  if (!caught_up_ && !caught_up_waits_ && next_ >= head_) {
    caught_up_waits_ = true;
    put(watch_event::kind::caught_up);
  }
}

void watch_stream::take_batch(bytes body) {
  link_batch b;
  if (stage_ != stage::subscribed || read_link_batch(body, b) != code::ok ||
      b.log != log_name::up || b.lane != lane::control)
    return;
  if (b.is_snapshot() || b.through < next_)
    return; // a repeat
  if (b.first > next_)
    return again(); // something before it was lost
  for (auto& e : b.entries)
    if (e.offset >= next_ && e.kind == entry_kind::alert)
      take_entry(e);
  next_ = b.through + 1;
  watch_event rest;
  rest.what = watch_event::kind::passed;
  rest.through = b.through;
  events_.push_back(std::move(rest));
  look_for_head();
}

void watch_stream::take_entry(const log_entry_view& e) {
  watch_event one;
  one.first = one.through = e.offset;
  one.at = e.at;
  auto good = read_alert(e.body, one.alert) == code::ok;
  one.what = good ? watch_event::kind::alert : watch_event::kind::unreadable;
  events_.push_back(std::move(one));
}

void watch_stream::take_gap(const link_gap& g) {
  if (stage_ != stage::subscribed || g.log != log_name::up || g.lane != lane::control ||
      g.first_retained <= next_)
    return;
  if (g.wanted > next_)
    return again();
  watch_event e;
  e.what = watch_event::kind::gap;
  e.first = next_;
  e.through = g.first_retained - 1;
  events_.push_back(std::move(e));
  next_ = g.first_retained;
  snapshot_due_ = options_.snapshot;
  ask_snapshot();
  look_for_head();
}

// -- what comes out -------------------------------------------------------------------------------

std::optional<watch_event> watch_stream::next() {
  while (!events_.empty()) {
    auto e = std::move(events_.front());
    events_.pop_front();
    if (e.what == watch_event::kind::caught_up)
      caught_up_ = true;
    if (e.what == watch_event::kind::all_open || e.what == watch_event::kind::no_snapshot)
      snapshot_due_ = false;
    if (e.what != watch_event::kind::passed)
      return e;
    settled_ = std::max(settled_, e.through);
  }
  return std::nullopt;
}

void watch_stream::handled(const watch_event& e) {
  switch (e.what) {
  case watch_event::kind::alert:
  case watch_event::kind::unreadable:
  case watch_event::kind::gap:
    settled_ = std::max(settled_, e.through);
    last_at_ = std::max(last_at_, e.at);
    return;
  default:
    return;
  }
}

} // namespace wardflow::wardctl
