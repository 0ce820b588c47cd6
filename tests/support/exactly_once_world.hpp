// SPDX-License-Identifier: Apache-2.0
// A device, its node and the network between them, small enough to be run a thousand times.
//
//   door_disk ◀─▶ send_window ─frames─▶ terrible network ─▶ sequence_gate ◀─▶ node_disk
//
// The network loses, repeats, delays and reorders, and is cut for a while. Either side is killed at
// any step; a killed node comes back as another process, to which nothing sent before arrives.
#pragma once

#include "actors/logic/send_window.hpp"
#include "actors/logic/sequence_gate.hpp"

#include <boost/test/unit_test.hpp>

#include <optional>
#include <random>
#include <set>
#include <variant>
#include <vector>

namespace wardflow::test {

using scan_number = std::uint32_t; // which scan it is in truth: 0, 1, 2 ...

struct weather {
  unsigned loss_percent = 0;
  unsigned repeat_percent = 0;
  time_ms delay_max_ms = 1;
  bool gateway = false;
  bool kills = false;    // of either side, and partitions
  bool restores = false; // of the node from an older backup
  bool forgets = false;  // the door's spool is lost, and the clock of the new one may be slow
  bool spare = false;    // two door PCs with one key and a spool each, used in turn
};

/// What a door's spool holds on its disk.
struct door_disk {
  send_state state{1'000, 0, false, 0, {}};
  std::uint64_t acked_synced = 0;
  std::vector<scan_number> scans; // of this epoch; number n is at n - 1
};

/// What a commit of the node makes durable.
struct node_disk {
  std::uint64_t epoch = 0;
  std::uint64_t next = 1;
  std::vector<sequence_gate::window_frame> window;
  std::vector<std::uint8_t> counted;  // by scan: how often
  std::vector<std::uint32_t> verdict; // by scan: the first one's word
};

struct frame {
  std::uint64_t epoch = 0;
  std::uint64_t first = 0;
  std::vector<scan_number> scans; // empty: a Hello
};

struct message {
  time_ms at = 0;
  int connection = 0;
  int process = 0; // of the node, when it was sent
  bool up = true;  // to the node
  std::variant<frame, welcome, scan_reply, refusal> what;
};

class world {
public:
  world(std::uint64_t seed, weather w, std::size_t scans);

  /// Everything, until each scan has an end. False: it never came to that.
  [[nodiscard]] bool run();

  /// What must hold of each scan at the end.
  void check() const;

  // For the tests that a test can fail.
  std::uint64_t repeats_answered = 0;
  std::uint64_t epochs_begun = 0;
  std::uint64_t restored = 0;
  std::uint64_t doubtful_scans = 0;
  std::uint64_t late_verdicts = 0;

private:
  bool chance(unsigned in_ten_thousand) { return random_() % 10'000 < in_ten_thousand; }
  unsigned fault(unsigned in_ten_thousand) const { return calm_ ? 0 : in_ten_thousand; }

  void arrive();
  void deliver();
  void post(message m);
  void faults();

  void start_door();
  void kill_door();
  void run_door();
  void act(const send_window::action& a);
  void write_epoch(const send_window::action& a);
  void hear(const message& m);
  void connect();

  void start_node();
  void kill_node();
  void restore_node();
  void round();
  struct passed {
    frame f;
    std::uint32_t repeats = 0;
    int connection = 0;
  };
  std::optional<passed> admit(const message& m, std::vector<message>& answers);
  void judge(const passed& p);
  scan_reply reply_to(const frame& f);
  void commit();

  [[nodiscard]] bool done() const;

  weather weather_;
  std::mt19937_64 random_;
  std::size_t scans_;
  time_ms now_ = 1'000;
  bool calm_ = false;
  time_ms cut_until_ = 0;
  std::vector<message> network_;

  door_disk disk_;
  door_disk spare_;
  std::optional<send_window> window_;
  int connection_ = 0;
  int connected_process_ = -1;    // the node's process that the door's connection reaches
  std::set<scan_number> ended_;   // an event said so
  std::set<scan_number> excused_; // acknowledged before a restore, and not in the backup
  std::set<scan_number> lost_;    // counted before the last restore, and not in the backup
  std::set<scan_number> unsure_;  // doubtful or forgotten: counted once or not

  sequence_gate gate_{false};
  node_disk memory_; // of the node: ahead of the disk during a round
  node_disk node_;
  std::vector<node_disk> backups_;
  std::vector<message> inbox_;
  int process_ = 0;
  std::vector<scan_number> judged_; // by word: whose verdict it is
  scan_number arrived_ = 0;
  const char* wrong_ = nullptr; // the first promise that was broken
};

} // namespace wardflow::test
