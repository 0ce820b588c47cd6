// SPDX-License-Identifier: Apache-2.0
// Alerts through one node, for scripts/bench: a real area node, all over CURVE.
//   alert_flow SECONDS     one JSON object on stdout
// A child (played here) sends alerts of 128 bytes as a ward's UPLINK does: in batches of its
// up-log, within the parent's window. The area keeps each in its book and its own up-log, commits
// with fsync, acknowledges; a supervisor with a durable name receives and acknowledges them all
// meanwhile. Then another one reads everything from the earliest offset.
#include "actors/io/allow_file.hpp"
#include "actors/io/clock.hpp"
#include "tests/bench/alert_reader.hpp"
#include "tests/bench/process_costs.hpp"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <string>
#include <thread>

using namespace wardflow;
using namespace wardflow::test;

namespace {

constexpr std::size_t payload_bytes = 128;
constexpr std::uint32_t subjects = 20'000;  // as many alerts as a ward's book keeps
constexpr std::size_t batch_bytes = 65'000; // a chunk of an up-log
constexpr std::size_t entry_bytes = payload_bytes + 48;

int failed(const std::string& what) {
  std::fprintf(stderr, "alert_flow: %s\n", what.c_str());
  return 1;
}

frame_body alert_message(std::uint32_t subject, std::uint32_t revision, time_ms now) {
  alert a;
  a.unit = *unit_code::parse("22366");
  a.kind = alert_kind::venue_over_capacity;
  a.subject = to_text(make_venue_id(22366, 1 + subject));
  a.severity = severity::warning;
  a.revision = revision;
  a.first = now;
  a.last = now;
  a.count = revision;
  a.evidence = "inside=120 limit=100 refused=1"; // with these texts a message is 128 bytes
  return encode_alert(a);
}

/// A ward's side of a link, as far as it goes up.
class child {
public:
  explicit child(ward_rig& area, const io::key_pair& key) : link_(area.controller(key)) {
    // nop
  }

  bool greet() {
    link_hello h;
    h.unit = *unit_code::parse("22366");
    h.id[0] = 1;
    h.epoch = 1;
    h.boot = 1;
    h.software = "bench";
    h.up = {{lane::control, 1, 1}, {lane::bulk, 1, 1}};
    h.down = {{lane::control, 0, 1}, {lane::bulk, 0, 1}};
    auto sent = false;
    for (auto until = io::monotonic_ms() + 10'000; io::monotonic_ms() < until;) {
      if (!sent)
        sent = link_->send(frame_kind::link_hello, encode_link_hello(h));
      auto got = link_->receive(20);
      link_welcome w;
      if (got && got->header.kind == frame_kind::link_welcome &&
          read_link_welcome(got->body.view(), w) == code::ok) {
        window_ = w.window_bytes;
        return true;
      }
    }
    return false;
  }

  /// Sends what the window allows; with nothing to send waits for an acknowledgement. False: BYE.
  bool turn() {
    while (under_way_ < window_ && send())
      continue;
    for (auto got = link_->receive(1); got; got = link_->receive(0)) {
      if (got->header.kind == frame_kind::link_bye)
        return false;
      link_ack a;
      if (got->header.kind != frame_kind::link_ack ||
          read_link_ack(got->body.view(), a) != code::ok || a.log != log_name::up)
        continue;
      acked_ = std::max(acked_, a.through);
      for (; !flights_.empty() && flights_.front().first <= acked_; flights_.pop_front())
        under_way_ -= flights_.front().second;
    }
    return true;
  }
  [[nodiscard]] std::uint64_t acked() const { return acked_; }
  [[nodiscard]] std::uint64_t sent() const { return next_ - 1; }

private:
  bool send() {
    if (ready_.empty()) {
      auto now = io::wall_ms();
      constexpr auto count = batch_bytes / entry_bytes;
      std::vector<frame_body> bodies;
      link_batch b;
      b.first = next_;
      b.through = next_ + count - 1;
      for (auto offset = b.first; offset <= b.through; ++offset) {
        bodies.push_back(alert_message(static_cast<std::uint32_t>(offset % subjects),
                                       static_cast<std::uint32_t>(1 + offset / subjects), now));
        b.entries.push_back({offset,
                             now,
                             entry_kind::alert,
                             *unit_code::parse("22366"),
                             {},
                             0,
                             bodies.back().view()});
      }
      ready_ = encode_link_batch(b);
    }
    auto size = ready_.size();
    if (!link_->send(frame_kind::link_batch, std::move(ready_)))
      return false;
    ready_ = {};
    next_ += batch_bytes / entry_bytes;
    flights_.emplace_back(next_ - 1, size);
    under_way_ += size;
    return true;
  }

  std::unique_ptr<io::client> link_;
  std::uint64_t window_ = 0, under_way_ = 0;
  std::uint64_t next_ = 1, acked_ = 0;
  std::deque<std::pair<std::uint64_t, std::uint64_t>> flights_; // through, bytes
  frame_body ready_;
};

bool allow(ward_rig& at, const public_key& key, role as, const char* unit) {
  principal p;
  p.key = key;
  p.role = as;
  p.name = unit;
  p.unit = *unit_code::parse(unit);
  return static_cast<bool>(io::append_to_allow_file(at.folder / "allow.toml", p));
}

subscribe everything(std::string name, subscribe_start start) {
  subscribe s;
  s.name = std::move(name);
  s.start = start;
  s.credit_bytes = std::uint64_t{4} << 20;
  return s;
}

/// The other thread: the supervisor that follows, until it has `through` or is told to end.
struct follower {
  alert_reader reader;
  std::atomic<std::uint64_t> taken{0};
  std::atomic<std::uint64_t> through{~std::uint64_t{0}};
  std::atomic<bool> sound{true};

  void run() {
    for (auto until = io::monotonic_ms() + 120'000;
         reader.next() <= through && io::monotonic_ms() < until && sound;) {
      sound = reader.turn(20);
      taken = reader.taken();
    }
    sound = sound && reader.next() > through;
  }
};

} // namespace

int main(int argc, char** argv) {
  if (argc != 2)
    return 2;
  auto seconds = std::atoi(argv[1]);
  if (alert_message(1, 1, io::wall_ms()).size() != payload_bytes)
    return failed("an alert is not of 128 bytes");
  ward_rig area{{}, "role = \"area\"\nballast_mib = 0\n", "568"};
  auto ward_key = *io::generate_key_pair(), supervisor_key = *io::generate_key_pair();
  if (!allow(area, ward_key.open, role::node, "22366") ||
      !allow(area, supervisor_key.open, role::supervisor, "568") || !area.start())
    return failed("the node did not start: " + area.output);

  child ward{area, ward_key};
  auto ignore = [](const log_entry_view&) {};
  follower live{{area, supervisor_key, everything("bench", subscribe_start::earliest), ignore}};
  if (!ward.greet() || !live.reader.begin())
    return failed("the node does not let its child or its supervisor in");
  std::thread following{[&] { live.run(); }};
  auto warm = io::monotonic_ns() + 1'000'000'000;
  auto until = warm + seconds * std::int64_t{1'000'000'000};
  std::uint64_t acked = 0, taken = 0, cpu = 0;
  auto begun = warm;
  auto sound = true;
  for (auto now = io::monotonic_ns(); now < until && sound; now = io::monotonic_ns()) {
    sound = ward.turn();
    if (now < warm) {
      acked = ward.acked();
      taken = live.taken;
      cpu = cpu_us(area.process());
      begun = now;
    }
  }
  auto passed = static_cast<double>(io::monotonic_ns() - begun) / 1e9;
  acked = ward.acked() - acked;
  taken = live.taken - taken;
  cpu = cpu_us(area.process()) - cpu;
  while (sound && ward.acked() < ward.sent())
    sound = ward.turn();
  live.through = ward.sent();
  following.join();
  if (!sound || !live.sound)
    return failed("an alert was not acknowledged, or not delivered");

  alert_reader again{area, supervisor_key, everything({}, subscribe_start::earliest), ignore};
  auto replay = io::monotonic_ns();
  if (!again.begin())
    return failed("the node does not take a second subscription");
  while (again.next() < again.head())
    if (!again.turn(1000))
      return failed("the replay broke off");
  auto replayed_in = static_cast<double>(io::monotonic_ns() - replay) / 1e9;
  if (again.taken() != ward.sent())
    return failed("the replay has another number of alerts");
  std::printf("{\"name\":\"alerts_wardflow\",\"published_per_s\":%.0f,\"delivered_per_s\":%.0f,"
              "\"replayed_per_s\":%.0f,\"alerts\":%llu,\"node_cpu_us_per_alert\":%.2f}\n",
              static_cast<double>(acked) / passed, static_cast<double>(taken) / passed,
              static_cast<double>(again.taken()) / replayed_in,
              static_cast<unsigned long long>(again.taken()),
              static_cast<double>(cpu) / static_cast<double>(std::max<std::uint64_t>(acked, 1)));
  return 0;
}
