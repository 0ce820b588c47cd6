// SPDX-License-Identifier: Apache-2.0
// READER: the thread for long questions. It reads the store beside the writer, never in its way.
//
//   JOURNAL --round that asks to be verified--> READER --answer--> GATE
//
// Owns     its thread.
// Borrows  the store and the way to GATE, which outlive it.
// Promise  the answer is about the round that was asked in, whatever was committed since.
// Bound    one question at a time: a second one is answered verify_running.
#pragma once

#include "actors/io/store.hpp"
#include "messages/round.hpp"

#include <atomic>
#include <functional>
#include <thread>

namespace wardflow {

class reader {
public:
  using answer_port = std::function<void(peer_id, frame_body)>;

  reader(const io::store& disk, unit_code unit, answer_port to) :
    disk_(disk), unit_(unit), to_(std::move(to)) {
    // nop
  }
  ~reader();

  /// The round has been committed and wants to be verified.
  void verify(const scan_round& r);

private:
  const io::store& disk_;
  unit_code unit_;
  answer_port to_;
  std::atomic<bool> busy_{false};
  std::thread thread_;
};

} // namespace wardflow
