// SPDX-License-Identifier: Apache-2.0
// GATE's thread with real sockets on loopback; the test is WARD and JOURNAL, and keeps rounds as
// long as it wants.
#pragma once

#include "actors/gate.hpp"
#include "actors/io/client.hpp"
#include "actors/io/clock.hpp"

#include <boost/test/unit_test.hpp>

#include <poll.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

namespace wardflow::test {

inline const auto ward_unit = *unit_code::parse("22366");

/// Who is held back is not read, its heartbeats neither: on a slow machine that outlasts three of
/// the usual ones, and what lay in ZeroMQ's queue would be lost with the connection.
inline constexpr int patient_heartbeat_ms = 120'000;

struct gate_desk {
  explicit gate_desk(std::size_t round_bytes_max = std::size_t{8} << 20) {
    io::socket_options ends;
    ends.server = server;
    ends.heartbeat_ms = patient_heartbeat_ms;
    ends.may_connect = [this](io::channel on, const public_key& key) {
      return door->may_connect(on, key);
    };
    auto opened = io::sockets::open(std::move(ends));
    BOOST_REQUIRE(static_cast<bool>(opened));
    scans_at = opened->endpoint(io::channel::scans);
    control_at = opened->endpoint(io::channel::control);
    allow_list keys{ward_unit};
    principal device;
    device.key = gateway.open;
    device.role = role::gateway;
    device.unit = ward_unit;
    device.device = device_id{1};
    keys.put_device(device);
    principal person;
    person.key = supervisor.open;
    person.role = role::supervisor;
    person.unit = ward_unit;
    person.name = "supervisor";
    auto chief = person;
    chief.key = operator_key.open;
    chief.role = role::operator_;
    chief.name = "operator";
    auto below = person;
    below.key = child.open;
    below.role = role::node;
    below.unit = *unit_code::parse("22351");
    below.name = "child";
    keys.replace_file_keys({person, chief, below});
    gate_options options;
    options.unit = ward_unit;
    options.node_key = server;
    options.round_bytes_max = round_bytes_max;
    door = std::make_unique<gate>(
      options, std::move(*opened), std::move(keys), std::move(*province_key::generate().key),
      gate::ports{[this](round_ptr r) { work(std::move(r)); }, [this] { return scans_fit.load(); },
                  [] { return decltype(scan_round::node_facts){}; }, [](std::string_view) {},
                  [](const scan_round&) {},
                  [this](peer_id peer, bool gone) {
                    std::lock_guard lock{mutex};
                    lost.emplace_back(peer, gone);
                  }});
    door->start();
  }
  ~gate_desk() {
    std::vector<round_ptr> rest;
    {
      std::lock_guard lock{mutex};
      ending = true;
      rest.swap(out);
    }
    for (auto& r : rest)
      door->committed(std::move(r));
  }

  void work(round_ptr r) {
    std::unique_lock lock{mutex};
    if (ending) {
      lock.unlock();
      return door->committed(std::move(r));
    }
    out.push_back(r);
    rounds.push_back(std::move(r));
  }
  void commit(round_ptr r) {
    {
      std::lock_guard lock{mutex};
      std::erase(out, r);
    }
    door->committed(std::move(r));
  }

  io::client join(const io::key_pair& own, const std::string& endpoint, int credit = 1000,
                  int unread = 1000) {
    io::client_options o;
    o.endpoint = endpoint;
    o.own = own;
    o.server = server.open;
    o.sndhwm = credit;
    o.rcvhwm = unread;
    o.heartbeat_ms = patient_heartbeat_ms;
    auto made = io::client::connect(o);
    BOOST_REQUIRE(static_cast<bool>(made));
    for (auto end = io::monotonic_ms() + 10'000; !made->is_up() && io::monotonic_ms() < end;)
      (void)made->wait(20);
    BOOST_REQUIRE(made->is_up());
    return std::move(*made);
  }

  /// The next round that GATE has sent off; null: there was none in time.
  round_ptr next_round(int timeout_ms = 10'000) {
    for (auto end = io::monotonic_ms() + timeout_ms;; ::poll(nullptr, 0, 1)) {
      {
        std::lock_guard lock{mutex};
        if (!rounds.empty()) {
          auto r = std::move(rounds.front());
          rounds.pop_front();
          return r;
        }
      }
      if (io::monotonic_ms() >= end)
        return nullptr;
    }
  }
  std::size_t waiting() {
    std::lock_guard lock{mutex};
    return rounds.size();
  }
  /// What was told of peers to whom something could not be sent, since the last call.
  std::vector<std::pair<peer_id, bool>> take_lost() {
    std::lock_guard lock{mutex};
    return std::exchange(lost, {});
  }

  io::key_pair server = *io::generate_key_pair();
  io::key_pair gateway = *io::generate_key_pair();
  io::key_pair supervisor = *io::generate_key_pair();
  io::key_pair operator_key = *io::generate_key_pair();
  io::key_pair child = *io::generate_key_pair();
  std::string scans_at, control_at;
  std::mutex mutex;
  std::deque<round_ptr> rounds; // that the test has not looked at
  std::vector<round_ptr> out;   // that are on their way
  std::vector<std::pair<peer_id, bool>> lost;
  bool ending = false;
  std::atomic<bool> scans_fit{true};
  std::unique_ptr<gate> door;
};

} // namespace wardflow::test
