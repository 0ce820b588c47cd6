// SPDX-License-Identifier: Apache-2.0
// The second half of a round: from verdicts to replies, counts, the record and what is saved.
#include "actors/logic/ward_fold.hpp"
#include "actors/logic/ward_queries.hpp"
#include "messages/codec.hpp"

#include <cassert>

namespace wardflow {

void ward_fold::finish(scan_round& r) {
  assert(r.slices_left == 0);
  finish_slices(r);
  finish_items(r);
  finish_frames(r);
  answer_hellos(r);
  ++figures.rounds;
  state.last_round = r.number;
  state.scans += r.scan_count;
  raises_.end_of_round(state, r);
  finish_queries(r);
  finish_record(r);
  save_picked(r);
  if (options_.checkpoint)
    tell_above(r);
  finish_logs(r);
  r.next_due = state.next_due();
  if (!r.record_parts.empty() || !r.rows.empty())
    r.rows.push_back(state.save_position(replay_from()));
}

void ward_fold::finish_slices(scan_round& r) {
  for (auto& work : r.slices) {
    auto& slot = state.slots.at(work.number);
    state.slots.expect(work.number, work.due);
    state.slots.set_inside(work.number, work.inside);
    if (work.first != work.last || work.due_at != 0) {
      slot.touched = r.stamp;
      changed_venue(work.number, r.number);
    }
    if (work.sleep) {
      slot.away = false;
      slot.asleep = work.saved;
    }
    if (!work.save)
      continue;
    slot.stamp = r.number;
    slot.queued = false;
    slot.saved_bytes = static_cast<std::uint32_t>(work.saved.size());
    r.rows.push_back({state_table::venues, number_key(work.serial), std::move(work.saved), false});
  }
}

/// Those that are not a VENUE's; their states are complete now.
void ward_fold::save_picked(scan_round& r) {
  for (auto& [table, number] : r.saving) {
    r.rows.push_back(state.save(table, number, r.number));
    if (table == state_table::cards)
      state.shard_queued[number] = false;
    else if (table == state_table::devices)
      state.devices.find(device_id{number})->queued = false;
    else
      state.tally_queued = false;
  }
}

void ward_fold::finish_items(scan_round& r) {
  hour_counter hours{state.tally, r.stamp};
  for (std::uint32_t slice = 0; slice != r.slices.size(); ++slice)
    for (auto i = r.slices[slice].first; i != r.slices[slice].last; ++i) {
      auto& item = r.items[i];
      assert(item.verdict.counts());
      r.words[item.word] = to_word(item.verdict);
      hours.count(item.at, item.way, item.flow, item.verdict);
      if (item.verdict.decision == decision::refuse)
        raises_.refused(item, slice, state.cards.apply_refusal(item.person, item.at));
    }
  if (r.words.empty())
    return;
  auto& today = state.tally.of(local_day(r.stamp));
  auto& skewed = today.reasons[static_cast<std::size_t>(code::clock_skew)];
  auto before = skewed;
  for (auto word : r.words)
    ward_tally::count(today, to_verdict(word));
  raises_.skewed(skewed - before);
  state.rollups.changed();
  changed_tally(r.number);
}

void ward_fold::finish_frames(scan_round& r) {
  // First all that was taken, then the repeats: a repeat may be of a frame of this round.
  for (auto& frame : r.frames) {
    auto taken = frame.count - frame.repeats;
    if (taken == 0)
      continue;
    auto* device = state.devices.find(r.scans[frame.from].device);
    auto words = std::span{r.words}.subspan(frame.words, taken);
    device->gate.taken(frame.epoch, frame.first + frame.repeats, words, frame.bases);
    device->counted += taken;
    device->last_heard = r.stamp;
    changed_device(*device, r.number);
  }
  for (auto& frame : r.frames) {
    auto& in = r.scans[frame.from];
    auto* device = state.devices.find(in.device);
    auto taken = frame.count - frame.repeats;
    scan_reply reply;
    reply.epoch = frame.epoch;
    reply.first_sequence = frame.first;
    reply.node_time = r.stamp;
    reply.bases = frame.bases;
    verdict forgotten;
    forgotten.reason = code::already_counted;
    for (std::uint32_t i = 0; i != frame.repeats; ++i) {
      auto first = device->gate.remembered(frame.epoch, frame.first + i);
      auto v = first ? to_verdict(first->first) : forgotten;
      v.basis = 0;
      auto& b = reply.bases;
      auto basis_then = first ? first->second : basis{};
      while (v.basis < b.size() && v.basis < 254 && !(b[v.basis] == basis_then))
        ++v.basis;
      if (v.basis == b.size())
        b.push_back(basis_then);
      reply.verdicts.push_back(to_word(v));
    }
    auto words = std::span{r.words}.subspan(frame.words, taken);
    reply.verdicts.insert(reply.verdicts.end(), words.begin(), words.end());
    reply.through_sequence = frame.first + frame.count - 1;
    auto encoded = encode_scan_reply(reply);
    if (taken != 0 && frame.repeats == 0) {
      frame.journaled = encoded.view(); // the reply keeps its memory until it is sent
    } else if (taken != 0) {            // the journal keeps the answer to what was taken alone
      reply.first_sequence = frame.first + frame.repeats;
      reply.verdicts.assign(words.begin(), words.end());
      reply.bases = frame.bases;
      frame.reply = encode_scan_reply(reply);
      frame.journaled = frame.reply.view();
    }
    r.replies.push_back({in.peer, frame_kind::scan_reply, std::move(encoded), in.arrived_ns});
  }
}

void ward_fold::answer_hellos(scan_round& r) {
  for (auto& hello : r.hellos) {
    auto* d = state.devices.find(hello.device);
    if (d == nullptr)
      continue; // revoked between the frame and now: GATE answers the next one
    welcome w;
    w.epoch = d->gate.epoch();
    w.expected_sequence = d->gate.next();
    w.node_time = r.stamp;
    w.venue = d->venue;
    r.replies.push_back({hello.peer, frame_kind::welcome, encode_welcome(w), 0});
  }
}

void ward_fold::finish_record(scan_round& r) {
  round_record record;
  record.number = r.number;
  record.stamp = r.stamp;
  record.clock_unsure = r.clock_unsure;
  for (auto& [serial, at] : r.ticks)
    record.ticks.push_back({serial, at});
  for (std::size_t i = 0; i != r.command_by.size(); ++i)
    record.commands.push_back({r.command_blobs[2 * i].view(), r.command_blobs[2 * i + 1].view(),
                               r.command_by[i], r.command_said[i]});
  for (auto& frame : r.frames) {
    if (frame.count == frame.repeats)
      continue;
    auto batch = frame.rest.empty() ? r.scans[frame.from].batch.view() : frame.rest.view();
    record.frames.push_back(
      {r.scans[frame.from].device, batch, frame.journaled, std::move(frame.canonical)});
  }
  if (record.ticks.empty() && record.commands.empty() && record.frames.empty())
    return; // nothing happened: nothing to remember
  r.record_head = encode_record_head(record);
  r.record_parts.push_back(r.record_head.view());
  for (auto& c : record.commands) {
    r.record_parts.push_back(c.command);
    r.record_parts.push_back(c.answer);
  }
  for (auto& f : record.frames) {
    r.record_parts.push_back(f.batch);
    r.record_parts.push_back(f.reply);
  }
}

// -- what has changed -----------------------------------------------------------------------------

void ward_fold::changed_shard(std::size_t shard, std::uint64_t round) {
  saving_.changed({state_table::cards, static_cast<std::uint32_t>(shard)},
                  state.shard_queued[shard], round, stamp_, state.scans);
}

void ward_fold::changed_venue(std::uint32_t number, std::uint64_t round) {
  saving_.changed({state_table::venues, number}, state.slots.at(number).queued, round, stamp_,
                  state.scans);
}

void ward_fold::changed_tally(std::uint64_t round) {
  saving_.changed({state_table::ward, 0}, state.tally_queued, round, stamp_, state.scans);
}

void ward_fold::changed_device(device_entry& d, std::uint64_t round) {
  saving_.changed({state_table::devices, static_cast<std::uint32_t>(d.id)}, d.queued, round, stamp_,
                  state.scans);
}

/// The hours of a tally that was saved before there were any, from the ledgers: all are at rest
/// after a start. It is saved with this round, so that this is done once.
void ward_fold::restore_hours(scan_round& r) {
  for (auto& entry : state.places.venues()) {
    auto& slot = state.slots.at(entry.number);
    assert(!slot.away);
    if (slot.ledger != nullptr || !slot.asleep.empty())
      state.tally.restore_hours(state.slots.rest(entry.number)->hours());
  }
  state.tally.hours_restored();
  if (options_.checkpoint)
    r.rows.push_back(state.save(state_table::ward, 0, r.number - 1));
}

void ward_fold::save_everything(scan_round& r) {
  for (auto& entry : state.places.venues()) {
    auto& slot = state.slots.at(entry.number);
    if (slot.away)
      slice_of(r, entry).save = slice_of(r, entry).sleep = true;
  }
  for (auto& who : saving_.pick_all())
    if (who.table != state_table::venues)
      r.saving.emplace_back(who.table, who.number);
    else if (auto& entry = state.places.venues()[who.number]; entry.slice_round == r.number)
      slice_of(r, entry).save = slice_of(r, entry).sleep = true; // a closing is due in this round
    else if (auto& slot = state.slots.at(who.number); !slot.away) {
      r.rows.push_back(state.save(who.table, who.number, r.number));
      slot.queued = false;
    }
}

} // namespace wardflow
