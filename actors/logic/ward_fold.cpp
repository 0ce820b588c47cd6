// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/ward_fold.hpp"

#include "actors/logic/judge.hpp"
#include "messages/codec.hpp"
#include "messages/limits.hpp"

#include <algorithm>
#include <cassert>
#include <map>
#include <numeric>

namespace wardflow {

namespace {

constexpr time_ms skew_ms = 5 * minute_ms;  // DOMAIN §4: further ahead is refused
constexpr time_ms late_ms = 10 * minute_ms; // older is recorded, not admitted
constexpr time_ms lateness_max_ms = 30 * day_ms;
constexpr std::uint32_t no_slice = 0xffff'ffff;
constexpr std::uint32_t joined_frame_max = 512; // larger ones are moved, not copied
constexpr std::size_t venues_due_max = 1024;    // in one round: a whole ward closes at ten
constexpr std::size_t shards_due_max = 4;
// Scans whose memory is asked for in advance: first the index of cards, then the record.
constexpr std::size_t ahead = 32;
constexpr std::size_t ahead_record = 16;

} // namespace

void ward_fold::prepare(scan_round& r) {
  stamp_ = r.stamp;
  state.last_stamp = r.stamp;
  r.scan_count = 0;
  if (state.tally.hours_missing())
    restore_hours(r);
  raises_.begin_round(state, r.stamp);
  take_due(r);
  take_parent(r);
  take_commands(r);
  take_links(r);
  take_frames(r);
  add_checkpoints(r);
  place_items(r);
  for (auto& work : r.slices) // also those that wake in this round to be saved
    work.digest = r.digest;
  r.slices_left = static_cast<std::uint32_t>(r.slices.size());
}

slice_work& ward_fold::slice_of(scan_round& r, venue_entry& entry) {
  if (entry.slice_round != r.number || entry.slice == 0 || entry.slice > r.slices.size() ||
      r.slices[entry.slice - 1].number != entry.number) {
    auto& work = r.slices.emplace_back();
    work.serial = serial_of(entry.facts.id);
    work.number = entry.number;
    work.place = &entry.facts;
    entry.slice_round = r.number;
    entry.slice = static_cast<std::uint32_t>(r.slices.size());
  }
  return r.slices[entry.slice - 1];
}

/// What fell due by the round's stamp, in order of time: so many venues, so many shards; the rest
/// is due in the next round.
void ward_fold::take_due(scan_round& r) {
  auto left = venues_due_max;
  for (auto& [due, number] : state.slots.timers()) {
    if (due > r.stamp || left-- == 0)
      break;
    auto& entry = state.places.venues()[number];
    slice_of(r, entry).due_at = due;
    r.ticks.emplace_back(serial_of(entry.facts.id), due);
  }
  for (auto n = shards_due_max; n > 0 && state.cards.next_due() <= r.stamp; --n) {
    auto shard = state.cards.first_due();
    state.cards.begin_day(shard, local_day(r.stamp));
    changed_shard(shard, r.number);
    r.ticks.emplace_back(0, static_cast<time_ms>(shard));
  }
}

// -- frames -------------------------------------------------------------------------------------

/// The frames, those of one device after the other, in order of arrival for each.
std::vector<std::uint32_t> ward_fold::by_device(const scan_round& r) {
  std::vector<std::uint32_t> order(r.scans.size());
  std::iota(order.begin(), order.end(), 0u);
  auto among = r.scans.empty() ? device_id{} : r.scans[0].device;
  if (std::all_of(r.scans.begin(), r.scans.end(), [&](auto& in) { return in.device == among; }))
    return order;
  std::map<device_id, std::uint32_t> first; // frame of each device
  std::vector<std::uint32_t> rank(r.scans.size());
  for (std::uint32_t i = 0; i != rank.size(); ++i)
    rank[i] = first.emplace(r.scans[i].device, i).first->second;
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return rank[a] < rank[b]; });
  return order;
}

void ward_fold::take_frames(scan_round& r) {
  for (auto i : by_device(r))
    take_frame(r, i);
  for (auto& frame : r.frames)
    if (frame.joined)
      frame.rest = encode_batch(frame.epoch, frame.first,
                                std::span{r.decoded}.subspan(frame.words, frame.count));
  r.scan_count = r.decoded.size();
  route(r);
}

void ward_fold::take_frame(scan_round& r, std::uint32_t from) {
  auto& in = r.scans[from];
  refusal no;
  no.node_time = r.stamp;
  scan_batch_head head;
  auto* device = state.devices.find(in.device);
  auto first_decoded = r.decoded.size();
  if (device == nullptr || device->revoked_at != 0)
    no.reason = device == nullptr ? code::key_unknown : code::key_revoked;
  else
    no.reason = read_batch(in.batch.view(), head, r.decoded);
  sequence_gate::decision seen;
  if (no.reason == code::ok) {
    seen = device->gate.look(head.epoch, head.first_sequence, head.count);
    if (seen.what != sequence_gate::outcome::refuse)
      return take_batch(r, from, *device, head, seen);
    no.reason = seen.reason;
    no.epoch = seen.reason == code::epoch_lower ? seen.least_epoch : device->gate.epoch();
    no.expected_sequence = seen.expected;
    if (seen.reason == code::sequence_gap) {
      ++figures.gaps;
      raises_.gap(in.device, seen.expected, head.first_sequence);
    }
  }
  r.decoded.resize(first_decoded);
  no.refused_sequence = head.first_sequence;
  ++figures.refused_frames;
  r.replies.push_back({in.peer, frame_kind::refusal, encode_refusal(no), in.arrived_ns});
}

/// A small frame that goes on where the device's last one ended is joined to it: one part of the
/// record and one reply for a row of single scans.
void ward_fold::take_batch(scan_round& r, std::uint32_t from, device_entry& device,
                           const scan_batch_head& head, const sequence_gate::decision& seen) {
  auto taken = head.count - seen.repeats;
  if (taken != 0)
    raises_.took(device.id);
  figures.repeats += seen.repeats;
  ++figures.frames;
  if (!r.frames.empty() && r.join_frames && seen.repeats == 0) {
    auto& last = r.frames.back();
    auto& before = r.scans[last.from];
    if (before.device == device.id && before.peer == r.scans[from].peer &&
        last.epoch == head.epoch && last.repeats == 0 &&
        last.first + last.count == head.first_sequence && head.count <= joined_frame_max &&
        (last.joined || last.count <= joined_frame_max) &&
        last.count + head.count <= limits::scans_per_batch_max) {
      last.count += head.count;
      last.joined = true;
      return device.gate.extend(head.count);
    }
  }
  auto& frame = r.frames.emplace_back();
  frame.from = from;
  frame.epoch = head.epoch;
  frame.first = head.first_sequence;
  frame.count = head.count;
  frame.repeats = seen.repeats;
  frame.words = static_cast<std::uint32_t>(r.decoded.size() - head.count);
  if (taken == 0)
    return r.decoded.resize(frame.words);
  if (frame.repeats != 0) {
    auto begin = r.decoded.begin() + frame.words;
    r.decoded.erase(begin, begin + frame.repeats);
    frame.rest = encode_batch(frame.epoch, frame.first + frame.repeats,
                              std::span{r.decoded}.subspan(frame.words));
  }
  device.gate.admit(frame.epoch, frame.first + frame.repeats, taken);
}

std::uint8_t ward_fold::basis_of(frame_work& frame, const rulebook* book) const {
  for (std::size_t i = 0; i != frame.books.size(); ++i)
    if (frame.books[i] == book)
      return static_cast<std::uint8_t>(i);
  if (frame.books.size() == 255)
    return 254; // more rulebooks in one frame than a reply can name: see bases_per_reply_max
  frame.books.push_back(book);
  frame.bases.push_back({book == nullptr ? 0 : book->version, book == nullptr ? 0 : book->as_of,
                         state.levels_as_of, state.cards_as_of});
  return static_cast<std::uint8_t>(frame.books.size() - 1);
}

/// What is wrong with a scan before anybody judges it (reason of 40 and above), and its marks.
verdict ward_fold::check(const scan_round& r, const scan& s, venue_entry*& entry,
                         const device_entry& d) {
  verdict v;
  v.clock_unsure = r.clock_unsure;
  v.late = !r.clock_unsure && s.at < r.stamp - late_ms;
  if (s.problem != code::ok)
    v.reason = s.problem;
  else if (ward_of(s.venue) != state.places.ward())
    v.reason = code::venue_other_ward;
  else if ((entry = state.places.find(serial_of(s.venue))) == nullptr || entry->facts.id != s.venue)
    v.reason = code::venue_unknown;
  else if (!d.gateway && d.venue != s.venue)
    v.reason = code::venue_not_yours;
  else if (!r.clock_unsure && s.at > r.stamp + skew_ms)
    v.reason = code::clock_skew;
  else if (!r.clock_unsure && s.at < r.stamp - lateness_max_ms)
    v.reason = code::too_late;
  return v;
}

void ward_fold::link(const scan& s, std::uint64_t round) {
  if (s.linked == card_id{} || s.linked == s.card || s.card == card_id{})
    return;
  auto* known = state.cards.find(s.card);
  if (known != nullptr && known->partner == s.linked)
    return;
  state.cards.apply_link(s.card, s.linked, false, stamp_);
  state.cards.apply_link(s.linked, s.card, true, stamp_);
  changed_shard(s.card, round);
  changed_shard(s.linked, round);
}

/// Finds each taken scan's venue; what has none is refused here. Slices learn their sizes.
void ward_fold::route(scan_round& r) {
  r.words.resize(r.decoded.size());
  r.route.resize(r.decoded.size());
  for (auto& frame : r.frames) {
    auto taken = frame.count - frame.repeats;
    auto* device = state.devices.find(r.scans[frame.from].device);
    for (std::uint32_t i = 0; i != taken; ++i) {
      auto at = frame.words + i;
      auto& s = r.decoded[at];
      venue_entry* entry = nullptr;
      auto v = check(r, s, entry, *device);
      v.basis = basis_of(frame, state.shelf.in_force(s.at));
      r.words[at] = to_word(v);
      r.route[at] = no_slice;
      if (!v.counts())
        continue;
      link(s, r.number);
      auto& work = slice_of(r, *entry);
      ++work.last; // for now: how many
      r.route[at] = entry->slice - 1;
    }
  }
}

/// Puts the scans in order of their venues, each with copies of the facts that it is judged by.
void ward_fold::place_items(scan_round& r) {
  std::uint32_t sum = 0;
  for (auto& work : r.slices) {
    work.first = sum;
    sum += work.last;
    work.last = sum;
    work.filled = work.first;
  }
  r.items.resize(sum);
  for (auto& frame : r.frames) {
    auto taken = frame.count - frame.repeats;
    for (std::uint32_t i = 0; i != taken; ++i) {
      auto at = frame.words + i;
      if (at + ahead < r.decoded.size())
        state.cards.prefetch(r.decoded[at + ahead].card);
      if (at + ahead_record < r.decoded.size())
        state.cards.prefetch_record(r.decoded[at + ahead_record].card);
      if (r.route[at] == no_slice)
        continue;
      auto& s = r.decoded[at];
      auto& work = r.slices[r.route[at]];
      auto& item = r.items[work.filled++];
      auto day = local_day(s.at);
      if (work.level_day != day) {
        work.level_day = day;
        work.level = state.levels.at(work.place->group, day);
      }
      item.at = s.at;
      auto seen = state.cards.visit(s.card, work.serial, s.at, r.stamp);
      if (s.way == direction::in)
        raises_.entered(seen.person, work.serial, s.at, seen.before);
      changed_shard(seen.person, r.number);
      item.person = seen.person;
      item.facts = seen.facts;
      item.verdict = to_verdict(r.words[at]);
      item.book = frame.books[item.verdict.basis];
      item.word = at;
      item.venue_level = work.level;
      item.holder_level =
        item.facts.group == group_id{} ? level_view{} : state.levels.at(item.facts.group, day);
      item.way = s.way;
      item.flow = s.flow;
      item.cards_stale =
        item.book != nullptr && r.stamp - state.cards_as_of > item.book->cards_stale_ms;
      if (item.person != s.card)
        frame.canonical.emplace_back(i, item.person);
    }
  }
}

void judge_slice(scan_round& r, slice_work& work, venue_ledger& ledger) {
  if (work.due_at != 0)
    ledger.work_off(work.due_at, *work.place);
  constexpr std::uint32_t apart = 24; // persons asked for in advance
  for (auto i = work.first; i != std::min(work.last, work.first + apart); ++i)
    ledger.prefetch(r.items[i].person);
  for (auto i = work.first; i != work.last; ++i) {
    auto& item = r.items[i];
    if (i + apart < work.last)
      ledger.prefetch(r.items[i + apart].person);
    auto v = judge({item.book, *work.place, item.facts, item.venue_level, item.holder_level,
                    item.at, item.way, ledger.inside(), item.cards_stale});
    v.late = item.verdict.late;
    v.clock_unsure = item.verdict.clock_unsure;
    v.basis = item.verdict.basis;
    item.verdict = v;
    ledger.apply(item, v, r.stamp);
  }
  if (work.first != work.last)
    ledger.end_of_round();
  ledger.expect_closing(r.stamp, *work.place);
  work.inside = ledger.inside();
  work.due = ledger.due(*work.place);
  for (auto day : r.report_days)
    work.counts.push_back(ledger.counts(day));
  if (work.digest)
    work.state_hash = ledger.state_hash();
  if (work.save || work.sleep)
    work.saved = ledger.save(r.number);
}

// -- what goes along ------------------------------------------------------------------------------

/// Picks saved states; venues among them save themselves, as part of their slice.
void ward_fold::add_checkpoints(scan_round& r) {
  if (!options_.checkpoint)
    return;
  if (ending_) {
    save_everything(r);
    return;
  }
  std::uint64_t round_bytes = 0;
  for (auto& in : r.scans)
    round_bytes += in.batch.size();
  auto bytes_of = [&](const checkpointer::owner& who) -> std::size_t {
    switch (who.table) {
    case state_table::cards:
      return state.cards.shard_bytes(who.number);
    case state_table::venues: {
      auto& slot = state.slots.at(who.number);
      return slot.saved_bytes + 256;
    }
    case state_table::ward:
      return state.tally.saved_bytes();
    default:
      return 2048;
    }
  };
  // The owner's flag stays set until it is saved: what changes in this round is saved with it.
  for (auto& who : saving_.pick(r.stamp, round_bytes, state.scans, bytes_of))
    if (who.table == state_table::venues)
      slice_of(r, state.places.venues()[who.number]).save = true;
    else
      r.saving.emplace_back(who.table, who.number);
  if (r.commands.empty() && r.scans.empty())
    return;
  put_to_sleep(r);
}

/// Venues without a scan for a while: a few in each round, in a ring through the register.
void ward_fold::put_to_sleep(scan_round& r) {
  auto& venues = state.places.venues();
  for (auto left = std::min<std::size_t>(venues.size(), 64); left > 0; --left) {
    sleep_hand_ = sleep_hand_ + 1 < venues.size() ? sleep_hand_ + 1 : 0;
    auto& slot = state.slots.at(sleep_hand_);
    if (!slot.away || r.stamp - slot.touched < options_.sleep_after_ms)
      continue;
    auto& work = slice_of(r, venues[sleep_hand_]);
    if (work.last == 0) // no scans in this round: `last` is still their number
      work.save = work.sleep = true;
  }
}

} // namespace wardflow
