// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/ward_verify.hpp"

#include "messages/codec.hpp"

#include <algorithm>

namespace wardflow {

namespace {

bool same(bytes a, bytes b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

code differs(std::string& detail, const round_record& record, const std::string& what) {
  detail = "round " + std::to_string(record.number) + ": " + what;
  return code::state_differs;
}

} // namespace

void judge_all(ward_fold& fold, scan_round& r) {
  for (auto& work : r.slices)
    judge_slice(r, work, *fold.state.slots.rest(work.number));
  r.slices_left = 0;
}

code refold(ward_fold& scratch, const round_record& record, scan_round& r, std::string& detail) {
  if (record.logic != logic_version)
    return code::logic_version_other;
  r.clear();
  r.number = record.number;
  r.stamp = record.stamp;
  r.clock_unsure = record.clock_unsure;
  r.join_frames = false;
  for (auto& part : record.commands) {
    auto& in = r.commands.emplace_back();
    in.by = part.by;
    in.said = part.said;
    if (read_command(part.command, in.what) != code::ok)
      return code::store_damaged;
    if (std::holds_alternative<alert_order>(in.what.body) ||
        std::holds_alternative<subscription_remove>(in.what.body))
      in.answered = part.answer; // alerts and their readers are no part of the fold
  }
  for (auto& frame : record.frames)
    r.scans.push_back({peer_id{}, frame.device, frame_body::copy_of(frame.batch), 0});
  scratch.prepare(r);
  judge_all(scratch, r);
  scratch.finish(r);
  if (r.command_by.size() != record.commands.size() || r.frames.size() != record.frames.size())
    return differs(detail, record, "other frames or commands are taken");
  for (std::size_t i = 0; i != record.commands.size(); ++i)
    if (!same(r.command_blobs[2 * i + 1].view(), record.commands[i].answer))
      return differs(detail, record, "command " + std::to_string(i) + " is answered otherwise");
  for (std::size_t i = 0; i != record.frames.size(); ++i)
    if (!same(r.frames[i].journaled, record.frames[i].reply))
      return differs(detail, record, "frame " + std::to_string(i) + " is judged otherwise");
  auto same_tick = [](const auto& a, const record_tick& b) {
    return a.first == b.serial && a.second == b.at;
  };
  if (!std::equal(r.ticks.begin(), r.ticks.end(), record.ticks.begin(), record.ticks.end(),
                  same_tick))
    return differs(detail, record, "other venues close");
  return code::ok;
}

} // namespace wardflow
