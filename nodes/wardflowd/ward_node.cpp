// SPDX-License-Identifier: Apache-2.0
// A ward node's own: the fold and its actors, READER, and the base that a clean stop writes.
#include "actors/disk/ward_start.hpp"
#include "actors/io/clock.hpp"
#include "actors/ward.hpp"
#include "messages/texts.hpp"
#include "nodes/wardflowd/parts.hpp"

#include <caf/send.hpp>
#include <spdlog/spdlog.h>

namespace wardflow {

namespace {

/// All is saved and nobody else writes: the state on the disk becomes the base, so that another
/// logic version may start from it.
void write_last_base(node::parts& p) {
  base_facts base;
  std::string detail;
  auto bad = read_base_facts(p.disk, base);
  if (bad == code::ok && p.disk.journal().last_round <= base.round)
    return; // nothing has happened since
  ward_fold fold{p.config.unit, ward_fold::options{}};
  if (bad == code::ok)
    bad = load_ward(p.disk, fold, detail);
  base.pass(local_day(fold.state.last_stamp), p.disk.journal().last_round);
  scan_round none;
  if (bad == code::ok)
    bad = write_base(p.disk, fold.state, fold.state_hash(none), local_day(fold.state.last_stamp),
                     base, [&p](std::vector<io::put> rows, std::uint64_t trim_before) {
                       io::commit_input in;
                       in.puts = rows;
                       in.trim_before = trim_before;
                       in.uses_reserve = true;
                       return p.disk.commit(in);
                     });
  if (bad != code::ok)
    spdlog::warn("no base was written at this stop: {} {}", text(bad, language::en), detail);
}

void start_reader(node::parts& p) {
  auto* raw = &p;
  p.questions = std::make_unique<reader>(
    p.disk, p.config.unit,
    reader::ports{[raw](peer_id peer, frame_body a) {
                    raw->door->answer_later(peer, frame_kind::answer, std::move(a));
                  },
                  [raw](std::vector<io::put> rows, std::uint64_t trim_before) {
                    return raw->journal->write_along(std::move(rows), trim_before);
                  },
                  [](code what, const std::string& where) {
                    if (what == code::ok)
                      spdlog::info("the days before were judged again and are the base now");
                    else
                      spdlog::error("the base stays where it is: {}: {}", text(what, language::en),
                                    where);
                  }});
}

} // namespace

io::outcome<role_start> start_ward(node::parts& p) {
  ward_fold::options options;
  options.checkpoints.age_min_ms = p.config.save_after_s * second_ms;
  // A restored ward counts its revisions on from where no earlier epoch of it can have come.
  options.rollups.revision_min = first_revision(p.who.epoch);
  options.rollups.epoch = p.who.epoch;
  if (p.config.clock == node_clock::source::input) // no time passes after a replay's last scan
    options.rollups.hours_every_ms = options.rollups.days_every_ms = 0;
  auto fold = std::make_unique<ward_fold>(p.config.unit, options);
  std::string detail;
  auto begun = io::monotonic_ms();
  if (auto bad = load_ward(p.disk, *fold, detail); bad != code::ok)
    return io::failure{bad, detail};
  spdlog::info("state of round {} loaded: {} venues, {} cards, {} rounds replayed in {} ms",
               fold->state.last_round, fold->state.places.size(), fold->state.cards.size(),
               fold->figures.replayed_rounds, io::monotonic_ms() - begun);

  fold->state.alerts.revise_from(first_revision(p.who.epoch));
  if (!p.config.parent_endpoint.empty())
    fold->state.parent.begin(p.who.epoch, fold->state.up);
  role_start start{{},
                   allow_list{p.config.unit},
                   uplink_session::committed::of(fold->state.up, fold->state.parent)};
  start.keys.replace_file_keys(p.keys_in_file);
  for (auto& d : fold->state.devices.all())
    start.keys.put_device(device_book::principal_of(*d, p.config.unit));
  auto since = fold->state.last_stamp != 0 ? fold->state.last_stamp : p.config.clock_start;
  start.at_door.clock = node_clock{p.config.clock, since, built_at()};
  start.at_door.last_round = fold->state.last_round;
  start.at_door.next_due = fold->state.next_due();

  auto* raw = &p;
  auto handle = std::make_shared<ward_actor>(p.actors->spawn(
    ward, fold.release(), round_port{[raw](round_ptr r) { raw->journal->push(std::move(r)); }}));
  p.work = [handle](round_ptr r) { caf::anon_send(*handle, atom::work_v, std::move(r)); };
  p.rest = [handle](round_ptr r) { caf::anon_send(*handle, atom::rest_v, std::move(r)); };
  p.end_actor = [handle] {
    caf::anon_send_exit(*handle, caf::exit_reason::user_shutdown);
    *handle = nullptr;
  };
  p.last_words = [raw] { write_last_base(*raw); };
  start_reader(p);
  return start;
}

} // namespace wardflow
