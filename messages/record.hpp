// SPDX-License-Identifier: Apache-2.0
// A round's record in the journal: what came in, what was answered, and nothing else.
//
//   [u32 words of the header][u32 zero][RoundHeader message][blob][blob] ...
//
// Owns     nothing: a record that was read points into the bytes it was read from.
// Promise  what is written here is enough to fold the round again: identities are pseudonyms, the
//          stamp is the only clock, outcomes that were read from other states are kept.
// Bound    a header of at most 4 MiB: GATE puts at most 10,000 frames into a round.
#pragma once

#include "messages/codec.hpp"
#include "messages/frame.hpp"
#include "messages/ids.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace wardflow {

/// The version of the fold: another one may decide differently, so that `verify` never mixes them.
inline constexpr std::uint16_t logic_version = 1;

struct record_command {
  bytes command; // encoded, pseudonyms in the place of identities
  bytes answer;
  std::string by;
  time_ms said = 0; // at the node above that it came from; 0: with this round
};

struct record_frame {
  device_id device{};
  bytes batch;
  bytes reply;
  std::vector<std::pair<std::uint32_t, card_id>> canonical; // where it differs from the scan's card
};

struct record_tick {
  std::uint32_t serial = 0; // the venue's; 0: a shard of cards begins its day
  time_ms at = 0;           // when it was due; a shard's number
};

struct round_record {
  std::uint64_t number = 0;
  time_ms stamp = 0;
  std::uint16_t logic = logic_version;
  bool clock_unsure = false;
  std::vector<record_tick> ticks;
  std::vector<record_command> commands;
  std::vector<record_frame> frames;
};

/// The head: prefix and header message. The blobs follow it in the order command, answer, command
/// ..., batch, reply, batch, reply ...
frame_body encode_record_head(const round_record& record);

/// ok, store_damaged. `out` points into `record`, which must be 8-byte aligned.
[[nodiscard]] code read_record(bytes record, round_record& out);

} // namespace wardflow
