// SPDX-License-Identifier: Apache-2.0
// PARENT INBOX: what UPLINK has heard of the parent and no round has taken yet.
//
//   UPLINK ─directive, has─▶ [inbox] ─give─▶ the round that gathers
//
// Owns     directives of each lane in order, the newest acknowledgements, whose they are.
// Borrows  nothing; its caller guards it.
// Promise  a round's news are of one parent: what came of another one before is void, also what the
//          gathering round has already. Nothing that is left out here was acknowledged. Control
//          goes before bulk; bulk waits here while the disk is full.
// Bound    bytes_max of directives, or one that is larger: what comes past it is left to its
//          sender. So many bytes of directives a round.
#pragma once

#include "messages/round.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>

namespace wardflow {

class parent_inbox {
public:
  static constexpr std::size_t bytes_max = std::size_t{2} << 20; // twice what a parent may send

  /// A new session: its directives come once more, from what is on disk.
  void begin(const node_ref& who);
  /// False: there is no room for it.
  [[nodiscard]] bool directive(const node_ref& who, frame_kind kind, frame_body body);
  /// The parent has our entries through these. `urgent`: it is worth a round now.
  void has(const node_ref& who, const std::array<std::uint64_t, lanes_max>& through, bool republish,
           bool urgent);
  /// Into the round that gathers, which may have some already: at most so many bytes of directives,
  /// or one. An acknowledgement waits for a round that goes anyway: it frees room, nothing more.
  /// True: bulk is among them.
  bool give(parent_news& to, std::size_t bytes_a_round, bool with_bulk = true);

private:
  void is_from(const node_ref& who);

  node_ref who_;
  std::array<std::deque<parent_frame>, lanes_max> directives_;
  std::size_t bytes_ = 0; // of them
  std::array<std::uint64_t, lanes_max> acked_{};
  bool republish_ = false;
  bool urgent_ = false;
};

} // namespace wardflow
