// SPDX-License-Identifier: Apache-2.0
// Proves: a hundred supervisors at one node, ten of whom subscribe and never read on, while 10,000
//         alerts a second come in: the other ninety have every alert, once, in order, and are not
//         behind at the end; the node's memory stays bounded; one that was stuck and reads again
//         has all that waited for him.
// Method: a city as a real process; this test is its child (a node's key, LinkBatches at that rate)
//         and its supervisors, over real CURVE connections. WARDFLOW_FAULT_SECONDS: how long (2).
#define BOOST_TEST_MODULE crowded_feed
#include "actors/io/allow_file.hpp"
#include "actors/io/clock.hpp"
#include "messages/link.hpp"
#include "tests/support/patience.hpp"
#include "tests/support/ward_rig.hpp"

#include <boost/test/unit_test.hpp>

#include <poll.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <string>
#include <thread>

using namespace wardflow;
using namespace wardflow::test;

namespace {

constexpr std::uint64_t alerts_a_second = 10'000;
constexpr std::uint64_t alerts_a_batch = 100;
constexpr std::uint64_t subjects = 20'000; // as many alerts as a ward keeps
constexpr std::size_t threads = 2, readers_a_thread = 45, stuck_readers = 10;
constexpr auto supervisors = threads * readers_a_thread + stuck_readers;
constexpr std::uint64_t credit_bytes = std::uint64_t{1} << 20;
constexpr std::uint64_t stuck_credit_bytes = std::uint64_t{4} << 20; // the most there is
constexpr time_ms behind_ms = 10 * second_ms; // after the last alert all are read by then

/// Memory of the process's own, without what it maps of the store: KiB.
std::uint64_t memory_kib(pid_t process) {
  std::ifstream in{"/proc/" + std::to_string(process) + "/status"};
  std::uint64_t kib = 0;
  for (std::string word; in >> word;)
    if (word == "RssAnon:")
      in >> kib;
  return kib;
}

/// A supervisor: what he has, in order, without a hole.
class reader {
public:
  reader(std::string name, std::unique_ptr<io::client> link, std::uint64_t credit) :
    name_(std::move(name)), link_(std::move(link)), credit_(credit) {
    // nop
  }

  [[nodiscard]] io::client* link() { return link_.get(); }
  void subscribe() {
    if (subscribed_)
      return;
    wardflow::subscribe s;
    s.name = name_;
    s.start = subscribe_start::earliest;
    s.credit_bytes = credit_;
    subscribed_ = link_->send(frame_kind::subscribe, encode_subscribe(s));
  }
  /// Reads all that is there, and acknowledges it.
  void read() {
    auto before = next_;
    for (auto got = link_->receive(0); got; got = link_->receive(0))
      take(*got);
    if (next_ == before)
      return;
    link_ack a;
    a.through = next_ - 1;
    (void)link_->send(frame_kind::link_ack, encode_link_ack(a));
  }
  [[nodiscard]] std::uint64_t alerts() const { return alerts_; }
  [[nodiscard]] bool subscribed() const { return subscribed_; }
  [[nodiscard]] const std::string& wrong() const { return wrong_; }

private:
  void take(const io::received& got) {
    link_batch b;
    if (got.header.kind == frame_kind::link_heartbeat)
      return;
    if (got.header.kind != frame_kind::link_batch ||
        read_link_batch(got.body.view(), b) != code::ok) {
      wrong_ = "a frame of kind " + std::to_string(static_cast<int>(got.header.kind));
      return;
    }
    if (b.first != next_)
      wrong_ = std::to_string(b.first) + " came where " + std::to_string(next_) + " was next";
    for (auto& e : b.entries)
      alerts_ += e.kind == entry_kind::alert && e.unit.is_ward();
    next_ = b.through + 1;
  }

  std::string name_;
  std::unique_ptr<io::client> link_;
  std::uint64_t credit_;
  std::uint64_t next_ = 1, alerts_ = 0;
  bool subscribed_ = false;
  std::string wrong_;
};

/// A ward above whose books nothing is known: it says alerts as fast as it is told to.
class child {
public:
  child(std::unique_ptr<io::client> link, unit_code unit) : link_(std::move(link)), unit_(unit) {
    // nop
  }

  [[nodiscard]] bool greet() {
    link_hello h;
    h.unit = unit_;
    h.id = {1};
    h.epoch = h.boot = 1;
    h.up = {{lane::control, 1, 1}, {lane::bulk, 1, 1}};
    auto sent = false;
    for (auto end = io::monotonic_ms() + 20'000; io::monotonic_ms() < end;) {
      if (!sent)
        sent = link_->send(frame_kind::link_hello, encode_link_hello(h));
      auto got = link_->receive(100);
      if (got && got->header.kind == frame_kind::link_welcome)
        return true;
    }
    return false;
  }
  /// Batches until so many alerts were said.
  void say(std::uint64_t upto) {
    while (next_ <= upto && next_ - acked_ < 10'000) {
      if (!link_->send(frame_kind::link_batch, batch()))
        break;
      next_ += alerts_a_batch;
    }
    for (auto got = link_->receive(1); got; got = link_->receive(0)) {
      link_ack a;
      if (got->header.kind == frame_kind::link_ack &&
          read_link_ack(got->body.view(), a) == code::ok)
        acked_ = std::max(acked_, a.through);
    }
  }
  [[nodiscard]] std::uint64_t said() const { return next_ - 1; }
  [[nodiscard]] std::uint64_t acked() const { return acked_; }

private:
  frame_body batch() {
    std::vector<frame_body> bodies;
    link_batch b{log_name::up, lane::control, next_, next_ + alerts_a_batch - 1, {}};
    for (auto n = next_; n != next_ + alerts_a_batch; ++n) {
      alert a;
      a.unit = unit_;
      a.kind = alert_kind::venue_suspended_but_scanning;
      a.severity = severity::critical;
      a.subject =
        to_text(make_venue_id(unit_.number(), static_cast<std::uint32_t>(n % subjects + 1)));
      a.revision = static_cast<std::uint32_t>(n / subjects + 1);
      a.first = a.last = io::wall_ms();
      a.count = n;
      a.evidence = "document=12/QD-UBND";
      bodies.push_back(encode_alert(a));
      b.entries.push_back({n, a.last, entry_kind::alert, unit_, {}, 0, bodies.back().view()});
    }
    return encode_link_batch(b);
  }

  std::unique_ptr<io::client> link_;
  unit_code unit_;
  std::uint64_t next_ = 1, acked_ = 0;
};

struct crowd {
  crowd() : city({}, "role = \"area\"\nballast_mib = 0\n", "568") {
    add(ward_key, role::node, "node 22366", "22366");
    for (std::size_t i = 0; i != supervisors; ++i) { // a key each: a key has few readers
      keys.push_back(*io::generate_key_pair());
      add(keys.back(), role::supervisor, ("duty " + std::to_string(i)).c_str(), "568");
    }
    BOOST_REQUIRE_MESSAGE(city.start(), city.output);
  }
  void add(const io::key_pair& key, role as, const char* name, const char* unit) {
    principal p;
    p.key = key.open;
    p.role = as;
    p.name = name;
    p.unit = *unit_code::parse(unit);
    BOOST_REQUIRE(io::append_to_allow_file(city.folder / "allow.toml", p));
  }
  std::unique_ptr<io::client> link(const io::key_pair& own, int rcvhwm, int heartbeat_ms = 2'000) {
    io::client_options o;
    o.context = context;
    o.endpoint = city.control_endpoint;
    o.own = own;
    o.server = city.node_key.open;
    o.rcvhwm = rcvhwm;
    o.heartbeat_ms = heartbeat_ms;
    auto made = io::client::connect(o);
    BOOST_REQUIRE(made);
    return std::make_unique<io::client>(std::move(*made));
  }

  io::client_context context = io::make_client_context();
  ward_rig city;
  io::key_pair ward_key = *io::generate_key_pair();
  std::vector<io::key_pair> keys; // of supervisors
};

} // namespace

BOOST_AUTO_TEST_CASE(ten_who_never_read_on_keep_nobody_from_ten_thousand_alerts_a_second) {
  auto seconds = setting("WARDFLOW_FAULT_SECONDS", 2);
  auto all_alerts = seconds * alerts_a_second;
  crowd c;
  std::vector<reader> readers, stuck;
  for (std::size_t i = 0; i != threads * readers_a_thread; ++i)
    readers.emplace_back("reader " + std::to_string(i), c.link(c.keys[i], 1'000), credit_bytes);
  for (std::size_t i = 0; i != stuck_readers; ++i)
    stuck.emplace_back("stuck " + std::to_string(i), // and does not notice that he is
                       c.link(c.keys[readers.size() + i], 1, 0), stuck_credit_bytes);
  for (auto end = io::monotonic_ms() + 20'000; io::monotonic_ms() < end; ::poll(nullptr, 0, 10)) {
    auto up = [](auto& r) {
      r.link()->wait(0);
      r.subscribe();
      return r.subscribed();
    };
    if (std::ranges::count_if(readers, up) + std::ranges::count_if(stuck, up) == supervisors)
      break;
  }
  child ward{c.link(c.ward_key, 1'000), *unit_code::parse("22366")};
  BOOST_TEST_REQUIRE(ward.greet());

  std::atomic<bool> over{false};
  std::atomic<std::uint64_t> slowest{0};
  auto work = [&](std::size_t from) {
    std::vector<io::client*> links;
    for (std::size_t i = 0; i != readers_a_thread; ++i)
      links.push_back(readers[from + i].link());
    while (!over) {
      (void)io::client::wait_any(links, 50);
      auto done = true;
      for (std::size_t i = 0; i != readers_a_thread; ++i) {
        readers[from + i].read();
        done = done && readers[from + i].alerts() >= all_alerts;
      }
      if (done) {
        ++slowest;
        return;
      }
    }
  };
  auto before_kib = memory_kib(c.city.process()), most_kib = before_kib;
  auto begun = io::monotonic_ms();
  std::vector<std::thread> crews;
  for (std::size_t t = 0; t != threads; ++t)
    crews.emplace_back(work, t * readers_a_thread);
  while (ward.acked() < all_alerts && io::monotonic_ms() < begun + 60'000) {
    auto passed = static_cast<std::uint64_t>(io::monotonic_ms() - begun);
    ward.say(
      std::min(all_alerts, passed * alerts_a_second / 1'000 / alerts_a_batch * alerts_a_batch));
    most_kib = std::max(most_kib, memory_kib(c.city.process()));
  }
  auto said_ms = io::monotonic_ms() - begun;
  while (slowest != threads && io::monotonic_ms() < begun + said_ms + behind_ms)
    ::poll(nullptr, 0, 20);
  auto read_ms = io::monotonic_ms() - begun;
  over = true;
  for (auto& crew : crews)
    crew.join();
  most_kib = std::max(most_kib, memory_kib(c.city.process()));
  for (auto& r : readers) {
    BOOST_TEST(r.wrong().empty(), r.wrong());
    BOOST_TEST(r.alerts() == all_alerts);
  }
  BOOST_TEST(ward.acked() == all_alerts);
  BOOST_TEST_MESSAGE(all_alerts << " alerts in " << said_ms << " ms, read by 90 after " << read_ms
                                << " ms; memory " << before_kib / 1024 << " MiB, at most "
                                << most_kib / 1024 << " MiB");
  // The windows of all readers, and 20,000 alerts.
  BOOST_TEST(most_kib - before_kib < 200u * 1024);

  // He who was stuck reads on.
  auto& late = stuck.front();
  for (auto end = io::monotonic_ms() + 30'000;
       late.alerts() < all_alerts && io::monotonic_ms() < end;) {
    late.link()->wait(100);
    late.read();
  }
  BOOST_TEST(late.wrong().empty(), late.wrong());
  BOOST_TEST(late.alerts() == all_alerts);
}
