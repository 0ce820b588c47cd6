// SPDX-License-Identifier: Apache-2.0
// PARENT INBOX: what UPLINK has heard of the parent and no round has taken yet.
//
//   UPLINK ─directive, has─▶ [inbox] ─give─▶ the round that gathers
//
// Owns     directives, in order within their lane, the newest acknowledgements, whose they are.
// Borrows  nothing; its caller guards it.
// Promise  a round's news are of one parent: what came of another one before is void, also what the
//          gathering round has already. Nothing that is left out here was acknowledged.
// Bound    the window that the parent gives itself; so many bytes of directives a round.
#pragma once

#include "messages/round.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>

namespace wardflow {

class parent_inbox {
public:
  void directive(const node_ref& who, frame_kind kind, frame_body body);
  /// The parent has our entries through these. `urgent`: it is worth a round now.
  void has(const node_ref& who, const std::array<std::uint64_t, lanes_max>& through, bool republish,
           bool urgent);
  /// Into the round that gathers, which may have some already: at most `bytes_max` of directives,
  /// or one; control before bulk. True: some of it is bulk. An acknowledgement waits for a round
  /// that goes anyway: it frees room, nothing more.
  bool give(parent_news& to, std::size_t bytes_max, bool bulk_too = true);

private:
  void is_from(const node_ref& who);

  node_ref who_;
  std::array<std::deque<parent_frame>, lanes_max> directives_;
  std::array<std::uint64_t, lanes_max> acked_{};
  bool republish_ = false;
  bool urgent_ = false;
};

} // namespace wardflow
