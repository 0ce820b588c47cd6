// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/alert_book.hpp"

#include "messages/limits.hpp"
#include "messages/packed.hpp"

#include <algorithm>
#include <utility>

namespace wardflow {

namespace {

constexpr std::string_view head_key{"\0", 1};

/// Texts go on a wire that takes so much of them: cut before a character, not within.
std::string_view cut(std::string_view text) {
  if (text.size() <= limits::text_bytes_max)
    return text;
  auto size = limits::text_bytes_max;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80)
    --size;
  return text.substr(0, size);
}

} // namespace

alert_book::key alert_book::key_of(alert_kind kind, std::string_view subject) {
  key k(1, static_cast<char>(kind));
  k += cut(subject);
  return k;
}

const alert* alert_book::find(alert_kind kind, std::string_view subject) const {
  auto at = alerts_.find(key_of(kind, subject));
  return at == alerts_.end() ? nullptr : &at->second.what;
}

bool alert_book::is_open(alert_kind kind, std::string_view subject) const {
  auto* a = open_of(kind) == 0 ? nullptr : find(kind, subject);
  return a != nullptr && a->state != alert_state::resolved;
}

// -- changes --------------------------------------------------------------------------------------

/// The alert's place, made where there is room; else that of the kind's `*`.
alert_book::place alert_book::obtain(alert_kind kind, std::string_view subject) {
  auto k = key_of(kind, subject);
  if (auto at = alerts_.find(k); at != alerts_.end())
    return at;
  while (alerts_.size() >= most_ && !resolved_.empty())
    forget(alerts_.find(resolved_.begin()->second));
  if (alerts_.size() >= most_ && subject != others)
    return obtain(kind, others);
  auto at = alerts_.emplace(std::move(k), entry{}).first;
  auto& e = at->second;
  e.what.unit = unit_;
  e.what.kind = kind;
  e.what.subject = at->first.substr(1);
  e.what.state = alert_state::resolved;
  e.what.revision = forgotten_;
  e.number = ++last_number_;
  return at;
}

void alert_book::raise(alert_kind kind, std::string_view subject, time_ms stamp,
                       std::string evidence, std::uint64_t times, std::optional<severity> how) {
  auto at = obtain(kind, subject);
  auto& e = at->second;
  auto level = how.value_or(facts_of(kind).severity);
  if (e.what.state == alert_state::resolved) {
    auto rests = e.said == 0 || e.said + quiet_ms <= stamp;
    set_state(at, alert_state::open, stamp);
    e.what.severity = level;
    e.what.first = e.what.last = stamp;
    e.what.count = times;
    e.what.by.clear();
    rests ? say_now(at) : say_later(at);
  } else {
    e.what.last = std::max(e.what.last, stamp);
    e.what.count += times;
    if (how && *how > e.what.severity) {
      e.what.severity = *how;
      say_now(at);
    } else {
      say_later(at);
    }
  }
  e.what.evidence = cut(evidence);
}

void alert_book::clear(alert_kind kind, std::string_view subject, time_ms stamp) {
  if (open_of(kind) == 0)
    return;
  auto at = alerts_.find(key_of(kind, subject));
  if (at == alerts_.end() || at->second.what.state == alert_state::resolved)
    return;
  auto& e = at->second;
  set_state(at, alert_state::resolved, stamp);
  e.what.by.clear();
  if (e.told != alert_state::resolved)
    say_now(at); // else its opening waits still, or is of this round
}

void alert_book::clear_older(alert_kind kind, time_ms last_before, time_ms stamp) {
  std::vector<std::string> old;
  each_open([&](std::uint64_t, const alert& a) {
    if (a.kind == kind && a.last < last_before)
      old.push_back(a.subject);
  });
  for (auto& subject : old)
    clear(kind, subject, stamp);
}

code alert_book::acknowledge(alert_kind kind, std::string_view subject, std::string by,
                             time_ms stamp) {
  return order(kind, subject, alert_state::acknowledged, std::move(by), stamp);
}

code alert_book::resolve(alert_kind kind, std::string_view subject, std::string by, time_ms stamp) {
  return order(kind, subject, alert_state::resolved, std::move(by), stamp);
}

code alert_book::order(alert_kind kind, std::string_view subject, alert_state to, std::string by,
                       time_ms stamp) {
  auto at = alerts_.find(key_of(kind, subject));
  if (at == alerts_.end())
    return code::not_found;
  auto& e = at->second;
  if (e.what.state == to || e.what.state == alert_state::resolved)
    return code::already_so;
  set_state(at, to, stamp);
  e.what.by = cut(by);
  say_now(at);
  return code::done;
}

answer alert_book::run(bool dry_run, const alert_order& what, const std::string& by,
                       time_ms stamp) {
  answer a;
  a.detail = what.name;
  auto ref = parse_alert_name(what.name);
  auto* known = ref && ref->unit == unit_ ? find(ref->kind, ref->subject) : nullptr;
  auto to = what.acknowledge ? alert_state::acknowledged : alert_state::resolved;
  if (known == nullptr)
    a.code = code::not_found;
  else if (known->state == to || known->state == alert_state::resolved)
    a.code = code::already_so;
  else if (dry_run)
    a.code = code::dry_run_ok;
  else
    a.code =
      order(ref->kind, ref->subject, to, what.note.empty() ? by : by + ": " + what.note, stamp);
  return a;
}

void alert_book::set_state(place at, alert_state to, time_ms stamp) {
  auto& [k, e] = *at;
  auto was_open = e.what.state != alert_state::resolved;
  auto is_open = to != alert_state::resolved;
  if (was_open != is_open)
    is_open ? ++open_count(e) : --open_count(e);
  if (!was_open)
    resolved_.erase({e.since, k}); // it is there only if all was said
  e.what.state = to;
  e.since = stamp;
  changed_.insert(k);
}

void alert_book::say_now(place at) {
  auto& [k, e] = *at;
  if (e.due != 0)
    waiting_.erase({e.due, k});
  e.due = 0;
  now_.insert(k);
  changed_.insert(k);
}

void alert_book::say_later(place at) {
  auto& [k, e] = *at;
  changed_.insert(k);
  if (e.due != 0 || now_.contains(k))
    return;
  e.due = e.said + quiet_ms;
  waiting_.emplace(e.due, k);
}

void alert_book::say_all() {
  for (auto at = alerts_.begin(); at != alerts_.end(); ++at)
    if (at->second.what.revision < least_ || at->second.due != 0)
      say_now(at);
  all_ = true;
}

void alert_book::forget(place at) {
  auto& [k, e] = *at;
  if (e.what.revision > forgotten_) {
    forgotten_ = e.what.revision;
    head_changed_ = true;
  }
  resolved_.erase({e.since, k});
  changed_.insert(k);
  now_.erase(k); // say_all may have put it there
  alerts_.erase(at);
}

// -- the round's end ------------------------------------------------------------------------------

void alert_book::end_of_round(time_ms stamp, std::vector<saved_row>& rows,
                              const std::function<void(const alert&)>& publish) {
  while (!waiting_.empty() && waiting_.begin()->first <= stamp)
    say_now(alerts_.find(waiting_.begin()->second));
  for (auto& k : now_) {
    auto& e = alerts_.find(k)->second;
    e.what.revision = std::max(e.what.revision + 1, least_);
    e.said = stamp;
    e.told = e.what.state;
    if (e.what.state == alert_state::resolved)
      resolved_.emplace(e.since, k);
    publish(e.what);
  }
  if (std::exchange(all_, false))
    for (auto& [k, e] : alerts_)
      if (!now_.contains(k))
        publish(e.what);
  now_.clear();
  forget_old(stamp);
  for (auto& k : changed_)
    if (auto at = alerts_.find(k); at != alerts_.end())
      rows.push_back(row_of(k, at->second));
    else
      rows.push_back({state_table::alerts, k, {}, true});
  changed_.clear();
  if (head_changed_)
    rows.push_back(head_row());
  head_changed_ = false;
}

/// What those above have not heard of is kept, but for cards. Then looking once an hour is enough.
void alert_book::forget_old(time_ms stamp) {
  auto all_heard = heard_ == std::numeric_limits<time_ms>::max();
  if (!all_heard && std::exchange(looked_in_, local_hour(stamp)) == local_hour(stamp))
    return;
  for (auto next = resolved_.begin();
       next != resolved_.end() && next->first + resolved_kept_ms <= stamp;) {
    auto oldest = alerts_.find((next++)->second);
    if (oldest->second.said <= heard_ || names_card(oldest->second.what.kind))
      forget(oldest);
  }
}

// -- rows -----------------------------------------------------------------------------------------

saved_row alert_book::head_row() const {
  packed_writer out;
  out.number(1); // schema version of this value
  out.number(forgotten_);
  return {state_table::alerts, key{head_key}, out.take(), false};
}

saved_row alert_book::row_of(const key& k, const entry& e) const {
  auto& a = e.what;
  packed_writer out;
  out.number(1); // schema version of this value
  out.number(static_cast<std::uint64_t>(a.state) | static_cast<std::uint64_t>(a.severity) << 8 |
             static_cast<std::uint64_t>(e.told) << 16 | std::uint64_t{a.revision} << 32);
  out.number(e.number);
  out.number(a.count);
  for (auto at : {a.first, a.last, e.since, e.said, e.due})
    out.number(static_cast<std::uint64_t>(at));
  out.text(a.evidence);
  out.text(a.by);
  return {state_table::alerts, k, out.take(), false};
}

bool alert_book::load(std::string_view k, std::span<const std::byte> value) {
  packed_reader in{value};
  std::uint64_t version = 0, packed = 0;
  if (k.empty() || !in.number(version) || version != 1 || !in.number(packed))
    return false;
  if (k == head_key) {
    forgotten_ = static_cast<std::uint32_t>(packed);
    return in.at_end() && packed <= 0xffff'ffff;
  }
  auto kind = static_cast<alert_kind>(k[0]);
  entry e;
  auto& a = e.what;
  if (kind == alert_kind::none || kind >= alert_kind::count_ ||
      k.size() > 1 + limits::text_bytes_max || (packed & 0xff) > 2 || (packed >> 8 & 0xff) > 2 ||
      (packed >> 16 & 0xff) > 2 || !in.number(e.number) || !in.number(a.count))
    return false;
  for (auto* at : {&a.first, &a.last, &e.since, &e.said, &e.due}) {
    std::uint64_t ms = 0;
    if (!in.number(ms))
      return false;
    *at = static_cast<time_ms>(ms);
  }
  if (!in.text(a.evidence) || !in.text(a.by) || !in.at_end())
    return false;
  a.unit = unit_;
  a.kind = kind;
  a.subject = k.substr(1);
  a.state = static_cast<alert_state>(packed & 0xff);
  a.severity = static_cast<severity>(packed >> 8 & 0xff);
  e.told = static_cast<alert_state>(packed >> 16 & 0xff);
  a.revision = static_cast<std::uint32_t>(packed >> 32);
  last_number_ = std::max(last_number_, e.number);
  auto [at, fresh] = alerts_.emplace(key{k}, std::move(e));
  if (!fresh)
    return false;
  auto& kept_one = at->second;
  if (kept_one.what.state != alert_state::resolved)
    ++open_count(kept_one);
  else if (kept_one.due == 0)
    resolved_.emplace(kept_one.since, at->first);
  if (kept_one.due != 0)
    waiting_.emplace(kept_one.due, at->first);
  return true;
}

} // namespace wardflow
