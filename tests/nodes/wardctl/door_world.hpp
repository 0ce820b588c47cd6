// SPDX-License-Identifier: Apache-2.0
// A door loop with its spool on a real file, and a node's sequence gate at the other end of a
// network that the test rules.
#pragma once

#include "actors/logic/sequence_gate.hpp"
#include "messages/codec.hpp"
#include "nodes/wardctl/door_loop.hpp"
#include "tests/actors/io/scratch_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace wardflow::test {

inline constexpr venue_id door_venue{223660000017};

inline bytes raw(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}
inline std::string text_of(bytes data) {
  return {reinterpret_cast<const char*>(data.data()), data.size()};
}

/// Stands for the sealed box; the node below opens it.
inline std::vector<std::byte> seal(bytes plain) {
  std::vector<std::byte> out(48 + plain.size(), std::byte{1});
  for (std::size_t i = 0; i < plain.size(); ++i)
    out[48 + i] = ~plain[i];
  return out;
}
inline std::string open_seal(bytes sealed) {
  std::vector<std::byte> plain;
  for (auto b : sealed.subspan(48))
    plain.push_back(~b);
  return text_of(plain);
}

struct sent_frame {
  frame_kind kind = frame_kind::none;
  code_scan scan;        // of a CodeScan; its bytes in `code_text`
  std::string code_text; // opened, where it was sealed
  std::uint64_t hello_epoch = 0;
};

/// What a ward node does with a door's frames; counts each code.
class small_node {
public:
  std::map<std::string, int> counted;
  std::vector<std::string> order;
  decision says = decision::admit;
  code reason = code::ok;
  std::uint64_t rulebook = 1;
  sequence_gate gate{false};

  [[nodiscard]] io::received answer(const sent_frame& f) {
    if (f.kind == frame_kind::hello) {
      welcome w;
      w.epoch = gate.epoch();
      w.expected_sequence = gate.next();
      w.venue = door_venue;
      return frame(frame_kind::welcome, encode_welcome(w));
    }
    const auto d = gate.look(f.scan.epoch, f.scan.sequence, 1);
    if (d.what == sequence_gate::outcome::refuse) {
      refusal r;
      r.reason = d.reason;
      r.epoch = d.reason == code::epoch_lower ? d.least_epoch : gate.epoch();
      r.expected_sequence = d.expected;
      return frame(frame_kind::refusal, encode_refusal(r));
    }
    if (d.what == sequence_gate::outcome::take) {
      gate.admit(f.scan.epoch, f.scan.sequence, 1);
      ++counted[f.code_text];
      order.push_back(f.code_text);
      verdict v;
      v.decision = says;
      v.reason = reason;
      const std::uint32_t word = to_word(v);
      gate.taken(f.scan.epoch, f.scan.sequence, {&word, 1}, {});
    }
    scan_reply r;
    r.epoch = f.scan.epoch;
    r.first_sequence = f.scan.sequence;
    r.through_sequence = gate.next() - 1;
    const auto first = gate.remembered(f.scan.epoch, f.scan.sequence);
    verdict old;
    old.reason = code::already_counted;
    r.verdicts = {first ? first->first : to_word(old)};
    r.bases = {{1, 10, 20, 0}};
    r.node_time = 100'000;
    return frame(frame_kind::scan_reply, encode_scan_reply(r));
  }

  static io::received frame(frame_kind kind, frame_body body) {
    io::received r;
    r.header.kind = kind;
    r.body = std::move(body);
    return r;
  }
};

class door_world {
public:
  using kind = wardctl::door_news::kind;

  door_world() { start(); }

  /// The door's process begins: the spool is opened, and a connection is wanted.
  void start(send_policy policy = door_policy) {
    auto opened = wardctl::spool::open(file, 1'634'360'400'000, seal);
    BOOST_REQUIRE(opened);
    spool.emplace(std::move(*opened));
    wardctl::door_loop::hands h;
    h.send = [this](frame_kind k, frame_body&& body) { return send(k, std::move(body)); };
    h.redial = [this] {
      ++redials;
      sent.clear();
      linked = false;
    };
    h.tell = [this](const wardctl::door_news& n) { news.push_back(n); };
    loop.emplace(*spool, door_venue, policy, std::move(h));
  }
  /// kill -9.
  void kill() {
    loop.reset();
    spool.reset();
    sent.clear();
    linked = false;
  }
  void link_up() {
    linked = true;
    sent.clear();
    loop->link_up(now);
    work();
  }
  void link_down() {
    linked = false;
    sent.clear();
    loop->link_down();
  }
  void take(const std::string& code_text) {
    loop->take(raw(code_text), direction::in, flow::staff_scans_person, 1'000'000 + now, now);
    work();
  }
  void work() { until = loop->work(now); }
  void pass(time_ms ms) {
    now += ms;
    work();
  }
  /// The node answers everything that was sent to it, and what is sent because of that.
  void exchange() {
    while (!sent.empty()) {
      const auto f = std::move(sent.front());
      sent.pop_front();
      loop->heard(node.answer(f), now);
      work();
    }
  }
  [[nodiscard]] std::vector<std::uint64_t> lines_of(kind what) const {
    std::vector<std::uint64_t> out;
    for (const auto& n : news)
      if (n.what == what)
        out.push_back(n.line);
    return out;
  }

  io::scratch_folder scratch;
  std::filesystem::path file = scratch.path / "spool";
  time_ms now = 1'000;
  time_ms until = 0;
  bool linked = false;
  int redials = 0;
  std::deque<sent_frame> sent;
  std::vector<wardctl::door_news> news;
  small_node node;
  std::optional<wardctl::spool> spool;
  std::optional<wardctl::door_loop> loop;

private:
  bool send(frame_kind k, frame_body&& body) {
    BOOST_REQUIRE(linked);
    sent_frame f;
    f.kind = k;
    if (k == frame_kind::hello) {
      hello h;
      BOOST_REQUIRE((read_hello(body.view(), h) == code::ok));
      f.hello_epoch = h.epoch;
    } else {
      BOOST_REQUIRE((read_code_scan(body.view(), f.scan) == code::ok));
      f.code_text = f.scan.sealed ? open_seal(f.scan.code_bytes) : text_of(f.scan.code_bytes);
      in_spool_before_sent(f);
    }
    sent.push_back(std::move(f));
    return true;
  }
  /// Another process would find it in the file now.
  void in_spool_before_sent(const sent_frame& f) {
    const auto seen = wardctl::glance_at_spool(file);
    BOOST_REQUIRE(seen);
    BOOST_TEST(seen->state.epoch == f.scan.epoch);
    BOOST_TEST(seen->state.open);
    BOOST_TEST(seen->state.acknowledged + seen->waiting >= f.scan.sequence);
  }
};

} // namespace wardflow::test
