// SPDX-License-Identifier: Apache-2.0
// GATE: the thread at the door. Checks each frame, gathers rounds, and answers after the commit.
//
//   sockets --frame--> [key, role, form; code -> pseudonym] --> round --> WARD or AREA
//   children's and supervisors' frames, UPLINK's directives --> round
//   sockets <--replies-- round <-- JOURNAL (committed) --> FEED, UPLINK
//
// Owns     the sockets, the allow-list, the node's clock, the rounds that are not on their way,
//          and what the parent said until a round takes it.
// Borrows  its ports, which outlive it.
// Promise  a raw personal code ends here: what leaves in a round holds pseudonyms. Nothing is sent
//          before its commit. At the byte limit scans wait with their senders, at twice as many
//          bytes of control that does too. While the disk is full, what fills it waits or is
//          refused, and what is small or makes room is taken. A key counts for each frame anew,
//          also for each that FEED sends: a reader whose key was revoked gets a goodbye in its
//          place. What people and nodes were refused is noted.
// Bound    two rounds on their way, and one in the making of at most `round_bytes_max` and 10,000
//          frames of scans, and twice `round_bytes_max` of control (and the frame that reaches
//          it); sealed codes are opened a few at a time, when nothing live waits. A refusal's note
//          waits a second for a round; notes alike are one.
#pragma once

#include "actors/io/pseudonym.hpp"
#include "actors/io/sockets.hpp"
#include "actors/logic/allow_list.hpp"
#include "actors/logic/latency.hpp"
#include "actors/logic/node_clock.hpp"
#include "actors/logic/parent_inbox.hpp"
#include "messages/audit.hpp"
#include "messages/codec.hpp"
#include "messages/round.hpp"

#include <atomic>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

namespace wardflow {

struct gate_options {
  unit_code unit;
  io::key_pair node_key;
  node_clock clock{node_clock::source::wall, 0, 0};
  std::uint64_t last_round = 0;
  time_ms next_due = 0; // a closing that waits already
  std::size_t round_bytes_max = std::size_t{8} << 20;
  std::size_t round_frames_max = 10'000;
  std::size_t overlap_bytes = std::size_t{64} << 10; // worth working on beside a commit
  bool has_links = true;                             // children and supervisors may connect
};

class gate {
public:
  struct ports {
    std::function<void(round_ptr)> work; // to WARD; must not block
    std::function<bool()> scans_fit;     // is there room on the disk for scans?
    std::function<std::vector<std::pair<std::string, std::string>>()> node_facts;
    std::function<void(std::string_view)> log;
    std::function<void(const scan_round&)> sent{}; // its replies have left: FEED and UPLINK go on
    // Something for FEED's reader could not be sent: it is gone, or does not read just now.
    std::function<void(peer_id, bool gone)> lost{};
  };

  gate(gate_options options, io::sockets ends, allow_list keys, province_key secret, ports to);
  ~gate();

  /// A random key is refused at both sockets; to be asked before `start`.
  [[nodiscard]] code prove() { return ends_.prove_random_key_refused(); }
  void start();
  /// Asked by the sockets for each new connection, in GATE's thread.
  [[nodiscard]] bool may_connect(io::channel on, const public_key& key) const;
  /// From JOURNAL: the round is on disk; its replies may leave.
  void committed(round_ptr r);
  /// From any thread: an answer that is not part of a round (the reader's).
  void answer_later(peer_id peer, frame_kind kind, frame_body body);
  /// From UPLINK: a frame of the parent's directive log, for the next round.
  /// False: there is no room for it.
  [[nodiscard]] bool take_directive(const node_ref& parent, frame_kind kind, frame_body body);
  /// From UPLINK: the parent's directives come once more, from what is on disk.
  void directives_begin(const node_ref& parent);
  /// From UPLINK: see parent_inbox.
  void parent_has(const node_ref& parent, const std::array<std::uint64_t, lanes_max>& through,
                  bool republish, bool urgent);
  /// From UPLINK and FEED: an entry of a log cannot be read; rounds say so from now on.
  void log_unreadable(const std::string& place);
  /// From any thread: the allow-list's file says this now.
  void replace_keys(std::vector<principal> keys);
  /// Takes no more frames, waits until nothing is on its way, and ends the thread. `last`: an empty
  /// round with the next number, for WARD's rest.
  round_ptr stop();

private:
  /// Whom FEED may send something, as it was when he asked for it.
  struct reading {
    public_key key{};
    std::string name;
    unit_code unit;
    wardflow::role role = wardflow::role::none;
    std::uint64_t round = 0; // in which he asked
  };

  struct sealed_scan {
    peer_id peer{};
    device_id device{};
    frame_body body;
  };

  /// Where the time of rounds went, since the start.
  struct stage_sums {
    std::uint64_t rounds = 0;
    std::int64_t to_ward = 0, in_ward = 0, to_journal = 0, commit = 0, to_gate = 0;

    void add(const scan_round::stage_times& t, std::int64_t now) {
      ++rounds;
      to_ward += t.begun - t.sent_off;
      in_ward += t.judged - t.begun;
      to_journal += t.commit_begun - t.judged;
      commit += t.committed - t.commit_begun;
      to_gate += now - t.committed;
    }
  };

  void run();
  bool take(io::inbound&& in);
  void take_batch(io::inbound&& in, const principal& who);
  void take_code(io::inbound&& in, const principal& who);
  void take_command(io::inbound&& in, const principal& who);
  void take_link(io::inbound&& in, const principal& who);
  void keep_reader(const io::inbound& in, const principal& who);
  void let_go(peer_id peer, std::uint64_t round);
  void deliver(outbound&& frame);
  void look_at_readers();
  void cut_off(peer_id peer, code why);
  void note(audit_entry e);
  void note_refused(const io::inbound& in, const principal* who, code why);
  void take_from_uplink();
  void admit_code(peer_id peer, device_id device, const frame_body& body);
  void open_sealed();
  void refuse(peer_id peer, code why, std::string detail = {});
  void take_committed();
  void send_off();
  [[nodiscard]] bool may_send_off() const;
  [[nodiscard]] bool has_input() const;
  [[nodiscard]] bool notes_are_due() const;
  [[nodiscard]] bool is_full() const;
  [[nodiscard]] bool control_is_full() const;
  [[nodiscard]] int wait_ms() const;
  [[nodiscard]] card_id pseudonym_of(std::string& identity, code& problem) const;
  void hide_identities(command& c) const;
  void add_facts(scan_round& r);
  round_ptr fresh_round();

  gate_options options_;
  io::sockets ends_;
  allow_list keys_;
  province_key secret_;
  ports to_;
  round_ptr next_; // in the making
  std::size_t next_bytes_ = 0;
  std::size_t next_control_bytes_ = 0; // of these
  time_ms noted_at_ = 0;               // monotonic: the first refusal that waits in it
  time_ms newest_event_ = 0;
  std::vector<round_ptr> idle_; // rounds to use again
  unsigned on_their_way_ = 0;
  unsigned without_bulk_ = 0; // rounds with scans since the parent's bulk last went along
  time_ms next_due_ = 0;
  std::uint8_t store_percent_ = 0; // as the last commit found it
  std::deque<sealed_scan> sealed_;
  std::size_t sealed_bytes_ = 0;
  std::unordered_map<std::uint32_t, std::uint32_t> sealed_of_; // device -> how many wait
  std::unordered_map<peer_id, reading> readers_;
  std::deque<peer_id> gone_; // cut off lately: what FEED had on its way to them does not leave
  latency_histogram latency_;
  stage_sums stages_;
  std::uint64_t refused_ = 0;

  std::mutex mutex_; // guards what follows, and nothing else
  std::vector<round_ptr> committed_;
  std::vector<outbound> answers_;
  std::optional<std::vector<principal>> new_keys_;
  parent_inbox parent_;
  std::string unreadable_;

  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

} // namespace wardflow
