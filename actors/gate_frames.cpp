// SPDX-License-Identifier: Apache-2.0
// GATE's work on one frame: who says it, what it is, and the end of every raw code.
#include "actors/gate.hpp"
#include "actors/io/clock.hpp"
#include "actors/io/seal.hpp"
#include "actors/logic/audit_notes.hpp"
#include "actors/logic/may_command.hpp"
#include "actors/logic/personal_code.hpp"

#include <cstring>
#include <string>
#include <utility>

namespace wardflow {

namespace {

constexpr unsigned sealed_at_once = 8;                    // about half a millisecond of opening
constexpr std::size_t small_word = std::size_t{64} << 10; // so much gets in while the disk is full

/// Overwrites what held a raw code; the compiler may not leave it out.
void forget(bytes data) {
  ::explicit_bzero(const_cast<std::byte*>(data.data()), data.size());
}

} // namespace

bool gate::may_connect(io::channel on, const public_key& key) const {
  auto seen = keys_.judge(key, options_.clock.last());
  return seen.reason == code::ok && is_device(seen.who->role) == (on == io::channel::scans);
}

bool gate::take(io::inbound&& in) {
  if (in.problem != code::ok) {
    refuse(in.peer, in.problem);
    return true;
  }
  auto seen = keys_.judge(in.key, options_.clock.last());
  auto may = seen.reason != code::ok ? seen.reason : may_say(seen.who->role, in.header.kind);
  if (may != code::ok) {
    note_refused(in, seen.who, may);
    refuse(in.peer, may);
    return true;
  }
  const auto on = in.on;
  switch (in.header.kind) {
  case frame_kind::hello: {
    hello h;
    if (auto bad = read_hello(in.body.view(), h); bad != code::ok)
      refuse(in.peer, bad);
    else
      next_->hellos.push_back({in.peer, seen.who->device});
    break;
  }
  case frame_kind::scan_batch:
    take_batch(std::move(in), *seen.who);
    break;
  case frame_kind::code_scan:
    take_code(std::move(in), *seen.who);
    break;
  case frame_kind::command:
    take_command(std::move(in), *seen.who);
    break;
  case frame_kind::link_hello:
  case frame_kind::link_batch:
  case frame_kind::link_ack:
  case frame_kind::link_gap:
  case frame_kind::link_heartbeat:
  case frame_kind::link_bye:
  case frame_kind::subscribe:
    take_link(std::move(in), *seen.who);
    break;
  default:
    refuse(in.peer, code::frame_kind_unknown);
  }
  return on == io::channel::scans ? !is_full() : !control_is_full();
}

void gate::take_batch(io::inbound&& in, const principal& who) {
  scan_batch_head head;
  if (auto bad = read_batch_head(in.body.view(), head); bad != code::ok)
    return refuse(in.peer, bad);
  if (!to_.scans_fit())
    return refuse(in.peer, code::store_full);
  newest_event_ = std::max(newest_event_, newest_scan(in.body.view()));
  next_bytes_ += in.body.size();
  next_->scans.push_back({in.peer, who.device, std::move(in.body), io::monotonic_ns()});
}

void gate::take_code(io::inbound&& in, const principal& who) {
  code_scan scan;
  if (auto bad = read_code_scan(in.body.view(), scan); bad != code::ok)
    return refuse(in.peer, bad);
  if (!to_.scans_fit())
    return refuse(in.peer, code::store_full);
  auto& waiting = sealed_of_[static_cast<std::uint32_t>(who.device)];
  if (!scan.sealed && waiting == 0)
    return admit_code(in.peer, who.device, in.body);
  // In turn: a device's live scan has to wait behind its own sealed ones, or it would be a gap.
  ++waiting;
  sealed_bytes_ += in.body.size();
  sealed_.push_back({in.peer, who.device, std::move(in.body)});
}

void gate::open_sealed() {
  for (auto left = sealed_at_once; left > 0 && !sealed_.empty(); --left) {
    auto next = std::move(sealed_.front());
    sealed_.pop_front();
    sealed_bytes_ -= next.body.size();
    if (auto waiting = sealed_of_.find(static_cast<std::uint32_t>(next.device));
        --waiting->second == 0)
      sealed_of_.erase(waiting);
    admit_code(next.peer, next.device, next.body);
  }
}

/// Puts the pseudonyms in the code's place; from here on nobody can see the code.
void gate::admit_code(peer_id peer, device_id device, const frame_body& body) {
  code_scan in;
  if (auto bad = read_code_scan(body.view(), in); bad != code::ok)
    return refuse(peer, bad);
  scan s;
  s.venue = in.venue;
  s.at = in.at;
  s.way = in.way;
  s.flow = in.flow;
  std::vector<std::byte> plain;
  if (in.malformed)
    s.problem = code::scan_malformed;
  else if (in.sealed && in.code_bytes.size() > limits::sealed_bytes_max)
    s.problem = code::code_too_long; // as its plain text would be, sent live
  else if (in.sealed)
    s.problem = io::open_seal(in.code_bytes, options_.node_key, plain);
  if (s.problem == code::ok) {
    auto text = in.sealed ? bytes{plain} : in.code_bytes;
    auto parsed = parse_personal_code({reinterpret_cast<const char*>(text.data()), text.size()});
    s.problem = parsed.problem;
    if (parsed.primary)
      s.card = secret_.pseudonym(parsed.primary->text());
    if (parsed.linked)
      s.linked = secret_.pseudonym(parsed.linked->text());
  }
  newest_event_ = std::max(newest_event_, s.at);
  auto batch = encode_batch(in.epoch, in.sequence, {&s, 1});
  forget(plain);
  forget(body.view());
  next_bytes_ += batch.size();
  next_->scans.push_back({peer, device, std::move(batch), io::monotonic_ns()});
}

card_id gate::pseudonym_of(std::string& identity, code& problem) const {
  card_id card{};
  if (auto key = parse_identity(identity))
    card = secret_.pseudonym(key->text());
  else
    problem = identity.empty() ? code::card_no_identity : code::card_malformed;
  ::explicit_bzero(identity.data(), identity.size());
  identity.clear();
  return card;
}

void gate::hide_identities(command& c) const {
  if (auto* rows = std::get_if<std::vector<card_update>>(&c.body)) {
    for (auto& row : *rows)
      if (row.card == card_id{} || !row.identity.empty())
        row.card = pseudonym_of(row.identity, row.problem);
  } else if (auto* order = std::get_if<card_order>(&c.body)) {
    if (order->card == card_id{} || !order->identity.empty())
      order->card = pseudonym_of(order->identity, order->problem);
  } else if (auto* q = std::get_if<query>(&c.body); q != nullptr && !q->identity.empty()) {
    q->card = pseudonym_of(q->identity, q->problem);
  }
}

void gate::take_command(io::inbound&& in, const principal& who) {
  inbound_command c;
  c.peer = in.peer;
  c.by = who.name;
  c.unit = who.unit;
  c.role = who.role;
  auto bad = read_command(in.body.view(), c.what);
  forget(in.body.view());
  if (bad == code::ok)
    hide_identities(c.what);
  auto itself = who.role == role::node && may_ask_for_itself(who.unit, c.what);
  if (bad == code::ok && !may_command(who.role, c.what) && !itself) {
    bad = code::key_wrong_role;
    note(note_of(c.what, {who.name, who.unit, who.role}, audit_way::socket, bad));
  }
  if (bad == code::ok && c.what.id == command_id{} && !c.what.is_query())
    bad = code::command_malformed; // no id: its repeats would not be known
  auto fills = in.body.size() > small_word;
  if (bad == code::ok && fills && !to_.scans_fit())
    bad = code::store_full;
  if (bad != code::ok) {
    answer a;
    a.id = c.what.id;
    a.code = bad;
    a.node_time = options_.clock.last();
    ++refused_;
    ends_.send(in.peer, frame_kind::answer, encode_answer(a));
    return;
  }
  next_bytes_ += in.body.size();
  next_control_bytes_ += in.body.size();
  next_->fills = next_->fills || fills;
  next_->commands.push_back(std::move(c));
}

/// What a person or a node was refused: for the audit log. (What a device is refused is counted.)
void gate::note_refused(const io::inbound& in, const principal* who, code why) {
  if (in.on != io::channel::control || who == nullptr)
    return;
  speaker said{who->name, who->unit, who->role};
  command c;
  switch (in.header.kind) {
  case frame_kind::command:
    if (read_command(in.body.view(), c) == code::ok) {
      hide_identities(c);
      note(note_of(c, said, audit_way::socket, why));
    } else {
      note(note_of(audit_deed::command, {}, said, audit_way::socket, why));
    }
    forget(in.body.view());
    return;
  case frame_kind::link_hello:
    return note(note_of(audit_deed::hello, {}, said, audit_way::below, why));
  case frame_kind::subscribe:
    return note(note_of(audit_deed::subscribe, {}, said, audit_way::socket, why));
  default:
    return;
  }
}

/// Many like it in one round are one note: as many notes as there are keys and deeds.
void gate::note(audit_entry e) {
  for (auto& known : next_->audit)
    if (known.by == e.by && known.unit == e.unit && known.role == e.role && known.way == e.way &&
        known.deed == e.deed && known.outcome == e.outcome) {
      ++known.times;
      return;
    }
  if (next_->audit.empty())
    noted_at_ = io::monotonic_ms();
  next_->audit.push_back(std::move(e));
}

} // namespace wardflow
