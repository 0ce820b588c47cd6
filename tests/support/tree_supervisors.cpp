// SPDX-License-Identifier: Apache-2.0
// The supervisors of the simulated tree: slow, killed now and then, and exact.
#include "tests/support/tree_world.hpp"

namespace wardflow::test::tree {

/// Where the name begins, as the node's disk has it; 0: there is none. (Nothing is acknowledged
/// before it is on disk.)
std::uint64_t world::named_on_disk(const supervisor& s) {
  auto key = std::string{feed_book::key_prefix} + s.name;
  auto row = s.at->kept.rows.find({state_table::links, key});
  offset_log up{log_name::up, {}};
  feed_book names;
  if (row == s.at->kept.rows.end() || !names.load(key, row->second, up))
    return 0;
  return names.names().at(s.name).next;
}

void world::say_subscribe(supervisor& s) {
  subscribe what;
  what.name = s.name;
  what.credit_bytes = 400 + dice_.below(4'000);
  s.to_node->send(true, frame_kind::subscribe, encode_subscribe(what), now_, dice_);
}

void world::step_supervisor(supervisor& s) {
  if (s.to_node != nullptr && s.to_node->cut) {
    s.to_node.reset();
    s.dials_at = now_ + static_cast<time_ms>(dice_.below(10'000));
  }
  if (s.to_node == nullptr) {
    if (!s.at->runs() || (!calm_ && now_ < s.dials_at))
      return;
    s.to_node = connect(*s.at, s.at->unit);
    say_subscribe(s);
  }
  if (s.begun == 0)
    s.begun = named_on_disk(s);
  if (!calm_ && !dice_.chance(4'000))
    return; // it is slow
  for (auto& in = s.to_node->down; !in.empty() && in.front().at <= now_; in.pop_front())
    hear(s, in.front());
}

void world::hear(supervisor& s, const line::frame& f) {
  if (f.kind == frame_kind::link_bye) { // no new name while the disk is full
    s.to_node->cut = true;
    return;
  }
  if (f.kind == frame_kind::link_gap)
    return broken("a supervisor was told of a gap");
  link_batch b;
  if (f.kind != frame_kind::link_batch || read_link_batch(f.body.view(), b) != code::ok)
    return;
  if (b.first > (s.through != 0 ? s.through + 1 : s.begun)) // one before it found no place
    return say_subscribe(s);
  for (auto& e : b.entries) {
    alert a;
    if (e.offset <= s.through)
      continue; // seen before its acknowledgement was lost
    if (read_alert(e.body, a) != code::ok)
      return broken("a supervisor got an entry that is no alert");
    s.seen.emplace_back(e.offset, a);
  }
  s.through = std::max(s.through, b.through);
  if (!calm_ && dice_.chance(weather_.kills ? 100 : 0)) {
    s.to_node->cut = true; // it ends before it can say so
    return;
  }
  s.to_node->send(true, frame_kind::link_ack,
                  encode_link_ack({log_name::up, lane::control, b.through, 0, 0}), now_, dice_);
}

} // namespace wardflow::test::tree
