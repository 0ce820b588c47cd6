// SPDX-License-Identifier: Apache-2.0
// The journal's rounds again: each part of the state takes what its saved form does not hold yet.
//
// Nothing is judged: an owner whose saved form is older than another's would read the other's
// future. The verdicts stand in the record; `ward_verify` is where they are judged again.
#include "actors/logic/ward_fold.hpp"
#include "messages/codec.hpp"

namespace wardflow {

code ward_fold::replay(const round_record& record) {
  if (record.logic != logic_version)
    return code::logic_version_other;
  stamp_ = record.stamp;
  ++figures.replayed_rounds;
  for (auto& tick : record.ticks)
    if (auto done = replay_tick(record, tick); done != code::ok)
      return done;
  for (auto& part : record.commands)
    if (auto done = replay_command(record, part); done != code::ok)
      return done;
  for (auto& frame : record.frames)
    if (auto done = replay_frame(record, frame); done != code::ok)
      return done;
  // A round ends once for each venue, however many frames it had there.
  for (auto number : replayed_) {
    auto& entry = state.places.venues()[number];
    auto& ledger = state.slots.rest(number);
    ledger->end_of_round();
    ledger->expect_closing(record.stamp, entry.facts);
    state.slots.expect(number, ledger->due(entry.facts));
    state.slots.set_inside(number, ledger->inside());
    changed_venue(number, record.number);
  }
  replayed_.clear();
  return code::ok;
}

code ward_fold::replay_tick(const round_record& record, const record_tick& tick) {
  if (tick.serial == 0) {
    auto shard = static_cast<std::size_t>(tick.at);
    if (shard >= card_book::shard_count)
      return code::store_damaged;
    if (state.shard_stamps[shard] < record.number) {
      state.cards.begin_day(shard, local_day(record.stamp));
      changed_shard(shard, record.number);
    }
    return code::ok;
  }
  auto* entry = state.places.find(tick.serial);
  if (entry == nullptr)
    return code::store_damaged;
  if (state.slots.at(entry->number).stamp >= record.number)
    return code::ok;
  auto& ledger = state.slots.rest(entry->number);
  ledger->work_off(tick.at, entry->facts);
  ledger->expect_closing(record.stamp, entry->facts);
  state.slots.expect(entry->number, ledger->due(entry->facts));
  state.slots.set_inside(entry->number, ledger->inside());
  changed_venue(entry->number, record.number);
  return code::ok;
}

void ward_fold::replay_link(const round_record& record, const scan& s) {
  auto older = [&](card_id card) {
    return state.shard_stamps[card_book::shard_of(card)] < record.number;
  };
  if (s.linked == card_id{} || s.linked == s.card || s.card == card_id{})
    return;
  if (older(s.card)) {
    state.cards.apply_link(s.card, s.linked, false, record.stamp);
    changed_shard(s.card, record.number);
  }
  if (older(s.linked)) {
    state.cards.apply_link(s.linked, s.card, true, record.stamp);
    changed_shard(s.linked, record.number);
  }
}

code ward_fold::replay_frame(const round_record& record, const record_frame& frame) {
  scan_batch_head head;
  scan_reply reply;
  std::vector<scan> scans;
  auto* device = state.devices.find(frame.device);
  if (device == nullptr || read_batch(frame.batch, head, scans) != code::ok ||
      read_scan_reply(frame.reply, reply) != code::ok || reply.verdicts.size() != scans.size())
    return code::store_damaged;
  if (device->stamp < record.number) {
    device->gate.admit(head.epoch, head.first_sequence, head.count);
    device->gate.taken(head.epoch, head.first_sequence, reply.verdicts, reply.bases);
    device->counted += head.count;
    device->last_heard = record.stamp;
    changed_device(*device, record.number);
  }
  auto* tally =
    state.tally_stamp < record.number ? &state.tally.of(local_day(record.stamp)) : nullptr;
  if (tally != nullptr)
    changed_tally(record.number);
  hour_counter hours{state.tally, record.stamp};
  auto hours_missing = state.tally.hours_missing(); // the ledgers have them
  auto next_canonical = frame.canonical.begin();
  for (std::uint32_t i = 0; i != scans.size(); ++i) {
    auto v = to_verdict(reply.verdicts[i]);
    if (tally != nullptr)
      ward_tally::count(*tally, v);
    if (!v.counts())
      continue;
    replay_link(record, scans[i]);
    scan_item item;
    item.person = scans[i].card;
    if (next_canonical != frame.canonical.end() && next_canonical->first == i)
      item.person = (next_canonical++)->second;
    item.at = scans[i].at;
    item.way = scans[i].way;
    item.flow = scans[i].flow;
    if (tally != nullptr && !hours_missing)
      hours.count(item.at, item.way, item.flow, v);
    auto* entry = state.places.find(serial_of(scans[i].venue));
    if (entry == nullptr)
      return code::store_damaged;
    if (state.slots.at(entry->number).stamp < record.number) {
      state.slots.rest(entry->number)->apply(item, v, record.stamp);
      if (entry->slice_round != record.number) {
        entry->slice_round = record.number;
        entry->slice = 0;
        replayed_.push_back(entry->number);
      }
    }
    if (state.shard_stamps[card_book::shard_of(item.person)] < record.number) {
      state.cards.apply_scan(item.person, serial_of(scans[i].venue), item.at,
                             v.decision == decision::refuse, record.stamp);
      changed_shard(item.person, record.number);
    }
  }
  return code::ok;
}

/// Registers, levels and rulebooks were saved with their command; cards roll like all that scans
/// change.
code ward_fold::replay_command(const round_record& record, const record_command& part) {
  command c;
  if (read_command(part.command, c) != code::ok)
    return code::store_damaged;
  auto older = [&](card_id card) {
    return card != card_id{} && state.shard_stamps[card_book::shard_of(card)] < record.number;
  };
  if (auto* rows = std::get_if<std::vector<card_update>>(&c.body)) {
    for (auto& row : *rows)
      if (row.problem == code::ok && older(row.card)) {
        state.cards.apply_facts(row.card, row.facts);
        changed_shard(row.card, record.number);
      }
  } else if (auto* order = std::get_if<card_order>(&c.body)) {
    answer given;
    if (read_answer(part.answer, given) != code::ok)
      return code::store_damaged;
    if (given.code == code::done && older(order->card)) {
      state.cards.apply_revoked(order->card, order->revoke);
      changed_shard(order->card, record.number);
    }
  }
  return code::ok;
}

} // namespace wardflow
