// SPDX-License-Identifier: Apache-2.0
// SESSION: an operator's connection to a node's control socket.
//
//   command_body ─say─▶ Command with a fresh id ─CURVE─▶ node ─▶ Answer with this id, or why not
//                                    └─ `forwarded` to one unit: asked again until its own answer
//                                       has come up the tree
//
// Owns     the client. Borrows nothing.
// Promise  the same bytes are sent again after a break or silence, so a command is carried out once
//          however often it is sent; an answer to another id is never taken for this one. A query
//          is sent again after a break alone: it would be worked on twice.
// Bound    one command at a time; waits at most `wait_ms` for its answer, and `unit_wait_ms` for
//          that of a unit below.
#pragma once

#include "actors/io/client.hpp"
#include "actors/io/outcome.hpp"
#include "messages/command.hpp"
#include "nodes/wardctl/target.hpp"

#include <functional>

namespace wardflow::wardctl {

/// 16 random bytes.
[[nodiscard]] command_id fresh_command_id();

struct ask_options {
  bool dry_run = false;
  int wait_ms = 10'000;
  unit_code unit{};     // for whom; none: the node that is asked
  time_ms ttl = 0;      // so long it may be on its way down; 0: no bound
  bool more = false;    // further pieces of the same import follow
  int unit_wait_ms = 0; // for the answer of a unit below; then it is `command_waits`
  /// Called once when it is on its way to one unit below, and that is waited for.
  std::function<void(const answer&)> forwarded{};
  /// Called about ten times a second with the milliseconds waited so far.
  std::function<void(time_ms)> waiting{};
};

class session {
public:
  /// A key is refused in one handshake; a node that is not there is given this long to come.
  static constexpr int reach_ms = 3'000;

  /// What load_key_pair and client::connect say. Does not wait for the node.
  [[nodiscard]] static io::outcome<session> open(const target& to);

  /// node_unreachable (nobody for reach_ms, also in between), node_refused_key, answer_timeout,
  /// and the reason of a Refusal; the answer's own code is the caller's to read.
  [[nodiscard]] io::outcome<answer> say(command_body body, const ask_options& how_to = {});

private:
  [[nodiscard]] io::outcome<answer> exchange(const command& c, const frame_body& frame,
                                             const ask_options& how_to);
  explicit session(io::client link) : link_(std::move(link)) {
    // nop
  }

  io::client link_;
};

} // namespace wardflow::wardctl
