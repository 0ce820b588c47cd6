// SPDX-License-Identifier: Apache-2.0
// Alerts through one node, for scripts/bench: a real area node, all over CURVE.
//   alert_flow SECONDS     one JSON object on stdout
// Two children (played here) send alerts of 128 bytes as wards' UPLINKs do: in batches of their
// up-logs, each within the window that the area gives. The area keeps each in its book and its own
// up-log, commits with fsync, acknowledges; a supervisor with a durable name receives and
// acknowledges them all meanwhile. Then another one reads everything from the earliest offset.
#include "actors/io/allow_file.hpp"
#include "actors/io/clock.hpp"
#include "tests/bench/alert_reader.hpp"
#include "tests/bench/process_costs.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

using namespace wardflow;
using namespace wardflow::test;

namespace {

constexpr std::size_t payload_bytes = 128;
constexpr std::array units{"22366", "22327"};
constexpr std::uint32_t subjects = 5'000;   // of each; a ward's book keeps 20,000
constexpr std::size_t batch_bytes = 65'000; // a chunk of an up-log
constexpr std::size_t entry_bytes = payload_bytes + 48;

int failed(const std::string& what) {
  std::fprintf(stderr, "alert_flow: %s\n", what.c_str());
  return 1;
}

/// A ward sends what lies on its disk, so the messages are made before: one for each subject. Only
/// the revision is new each time.
class alert_messages {
public:
  explicit alert_messages(unit_code unit) : unit_(unit) {
    for (std::uint32_t n = 0; n != subjects; ++n)
      all_.push_back(message(n, 1));
    auto other = message(0, ~0u);
    for (std::size_t at = 0; revision_at_ == 0 && at != other.size(); ++at)
      if (other.view()[at] != all_[0].view()[at])
        revision_at_ = at;
  }
  /// Whether they are of the size that is promised, and the revision is where it seems to be.
  [[nodiscard]] bool sound() {
    alert a;
    return all_[0].size() == payload_bytes && read_alert(of(7, 0x1234'5678), a) == code::ok &&
           a.revision == 0x1234'5678 && read_alert(of(7, 1), a) == code::ok && a.revision == 1;
  }
  bytes of(std::uint32_t subject, std::uint32_t revision) {
    auto memory = all_[subject].writable();
    std::memcpy(memory.data() + revision_at_, &revision, sizeof revision);
    return all_[subject].view();
  }

private:
  [[nodiscard]] frame_body message(std::uint32_t subject, std::uint32_t revision) const {
    alert a;
    a.unit = unit_;
    a.kind = alert_kind::venue_over_capacity;
    a.subject = to_text(make_venue_id(unit_.number(), 1 + subject));
    a.severity = severity::warning;
    a.revision = revision;
    a.first = a.last = io::wall_ms();
    a.count = 1;
    a.evidence = "inside=120 limit=100 refused=1"; // with these texts a message is 128 bytes
    return encode_alert(a);
  }

  unit_code unit_;
  std::vector<frame_body> all_;
  std::size_t revision_at_ = 0;
};

/// A ward's side of a link, as far as it goes up.
class child {
public:
  child(ward_rig& area, unit_code unit, const io::key_pair& key) :
    unit_(unit), messages_(unit), link_(area.controller(key)) {
    // nop
  }

  bool greet() {
    if (!messages_.sound())
      return false;
    link_hello h;
    h.unit = unit_;
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

  void send_all() {
    while (under_way_ < window_ && send())
      continue;
  }
  /// False: BYE.
  bool take_all() {
    for (auto got = link_->receive(0); got; got = link_->receive(0)) {
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
  [[nodiscard]] io::client* link() { return link_.get(); }
  [[nodiscard]] std::uint64_t acked() const { return acked_; }
  [[nodiscard]] std::uint64_t sent() const { return next_ - 1; }

private:
  bool send() {
    if (ready_.empty()) {
      auto now = io::wall_ms();
      constexpr auto count = batch_bytes / entry_bytes;
      link_batch b;
      b.first = next_;
      b.through = next_ + count - 1;
      b.entries.reserve(count);
      for (auto offset = b.first; offset <= b.through; ++offset)
        b.entries.push_back({offset,
                             now,
                             entry_kind::alert,
                             unit_,
                             {},
                             0,
                             messages_.of(static_cast<std::uint32_t>(offset % subjects),
                                          static_cast<std::uint32_t>(1 + offset / subjects))});
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

  unit_code unit_;
  alert_messages messages_;
  std::unique_ptr<io::client> link_;
  std::uint64_t window_ = 0, under_way_ = 0;
  std::uint64_t next_ = 1, acked_ = 0;
  std::deque<std::pair<std::uint64_t, std::uint64_t>> flights_; // through, bytes
  frame_body ready_;
};

struct children {
  std::vector<child> all;

  /// Sends what may be sent and waits a little for acknowledgements.
  bool turn(bool may_send) {
    std::vector<io::client*> links;
    for (auto& c : all) {
      if (may_send)
        c.send_all();
      links.push_back(c.link());
    }
    static_cast<void>(io::client::wait_any(links, 1));
    return std::all_of(all.begin(), all.end(), [](child& c) { return c.take_all(); });
  }
  [[nodiscard]] std::uint64_t acked() const {
    return std::accumulate(all.begin(), all.end(), std::uint64_t{0},
                           [](auto sum, auto& c) { return sum + c.acked(); });
  }
  [[nodiscard]] std::uint64_t sent() const {
    return std::accumulate(all.begin(), all.end(), std::uint64_t{0},
                           [](auto sum, auto& c) { return sum + c.sent(); });
  }
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
  ward_rig area{{}, "role = \"area\"\nballast_mib = 0\n", "568"};
  auto supervisor_key = *io::generate_key_pair();
  std::vector<io::key_pair> keys;
  for (auto* unit : units)
    if (!allow(area, keys.emplace_back(*io::generate_key_pair()).open, role::node, unit))
      return failed("the allow-list could not be written");
  if (!allow(area, supervisor_key.open, role::supervisor, "568") || !area.start())
    return failed("the node did not start: " + area.output);

  children wards;
  for (std::size_t i = 0; i != units.size(); ++i)
    wards.all.emplace_back(area, *unit_code::parse(units[i]), keys[i]);
  auto ignore = [](const log_entry_view&) {};
  follower live{{area, supervisor_key, everything("bench", subscribe_start::earliest), ignore}};
  auto greeted =
    std::all_of(wards.all.begin(), wards.all.end(), [](child& c) { return c.greet(); });
  if (!greeted || !live.reader.begin())
    return failed("the node does not let its child or its supervisor in");
  std::thread following{[&] { live.run(); }};
  auto warm = io::monotonic_ns() + 1'000'000'000;
  auto until = warm + seconds * std::int64_t{1'000'000'000};
  std::uint64_t acked = 0, taken = 0, cpu = 0;
  auto begun = warm;
  auto sound = true;
  for (auto now = io::monotonic_ns(); now < until && sound; now = io::monotonic_ns()) {
    sound = wards.turn(true);
    if (now < warm) {
      acked = wards.acked();
      taken = live.taken;
      cpu = cpu_us(area.process());
      begun = now;
    }
  }
  auto passed = static_cast<double>(io::monotonic_ns() - begun) / 1e9;
  acked = wards.acked() - acked;
  taken = live.taken - taken;
  cpu = cpu_us(area.process()) - cpu;
  while (sound && wards.acked() < wards.sent())
    sound = wards.turn(false);
  live.through = wards.sent();
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
  if (again.taken() != wards.sent())
    return failed("the replay has another number of alerts");
  std::printf("{\"name\":\"alerts_wardflow\",\"published_per_s\":%.0f,\"delivered_per_s\":%.0f,"
              "\"replayed_per_s\":%.0f,\"alerts\":%llu,\"node_cpu_us_per_alert\":%.2f}\n",
              static_cast<double>(acked) / passed, static_cast<double>(taken) / passed,
              static_cast<double>(again.taken()) / replayed_in,
              static_cast<unsigned long long>(again.taken()),
              static_cast<double>(cpu) / static_cast<double>(std::max<std::uint64_t>(acked, 1)));
  return 0;
}
