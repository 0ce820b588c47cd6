// SPDX-License-Identifier: Apache-2.0
// Proves: whatever a registered key sends, the running node answers with the reason or cuts that
//         connection alone; the sequence goes on, others are served, and verify is clean after it.
// Method: a real node, CURVE, raw sockets that send what no client of ours would; random frames by
//         a printed seed.
#define BOOST_TEST_MODULE bad_frames
#include "actors/io/clock.hpp"
#include "actors/io/zmq_parts.hpp"
#include "messages/verdict.hpp"
#include "tests/support/ward_rig.hpp"

#include <boost/test/unit_test.hpp>

#include <cstring>
#include <random>

using namespace wardflow;
using namespace wardflow::test;

namespace {

using message = std::vector<std::byte>;

/// A frame with these first bytes and this payload.
message framed(frame_kind kind, bytes payload, std::uint8_t protocol = 1) {
  auto header = encode_header({protocol, kind});
  message m{header.begin(), header.end()};
  m.insert(m.end(), payload.begin(), payload.end());
  return m;
}

message batch_of(std::uint64_t epoch, std::uint64_t first, std::size_t count,
                 venue_id venue = make_venue_id(ward_rig::ward, 1)) {
  std::vector<scan> scans(count);
  for (std::size_t i = 0; i != count; ++i) {
    scans[i].venue = venue;
    scans[i].card = card_id{1 + i};
    scans[i].at = io::wall_ms();
  }
  return framed(frame_kind::scan_batch, encode_batch(epoch, first, scans).view());
}

struct bad_world {
  bad_world() {
    BOOST_REQUIRE_MESSAGE(node.start(), node.output);
    BOOST_REQUIRE(node.furnish(2));
    link = connect(node.gateway_key);
  }

  io::zmq_socket_owner connect(const io::key_pair& own) {
    io::zmq_socket_owner s{zmq_socket(context.get(), ZMQ_DEALER)};
    BOOST_REQUIRE((io::set_option(s.get(), ZMQ_LINGER, 0) &&
                   io::set_option(s.get(), ZMQ_CURVE_SERVERKEY, node.node_key.open) &&
                   io::set_option(s.get(), ZMQ_CURVE_PUBLICKEY, own.open) &&
                   io::set_option(s.get(), ZMQ_CURVE_SECRETKEY, own.secret)));
    BOOST_REQUIRE(zmq_connect(s.get(), node.scan_endpoint.c_str()) == 0);
    return s;
  }

  /// Sends one frame in these parts and waits for what comes back.
  io::frame_in ask(const std::vector<message>& parts) {
    for (std::size_t i = 0; i != parts.size(); ++i)
      BOOST_REQUIRE(zmq_send(link.get(), parts[i].data(), parts[i].size(),
                             i + 1 < parts.size() ? ZMQ_SNDMORE : 0) >= 0);
    zmq_pollitem_t item{link.get(), 0, ZMQ_POLLIN, 0};
    BOOST_REQUIRE_MESSAGE(zmq_poll(&item, 1, 10'000) == 1, "no answer");
    io::zmq_part part;
    BOOST_REQUIRE(part.receive(link.get()));
    return io::read_frame(link.get(), part, false);
  }
  refusal refused(const std::vector<message>& parts) {
    auto got = ask(parts);
    refusal r;
    BOOST_REQUIRE((got.header.kind == frame_kind::refusal));
    BOOST_REQUIRE(read_refusal(got.body.view(), r) == code::ok);
    return r;
  }
  code why(const message& frame) { return refused({frame}).reason; }

  /// A batch that is right is taken, up to this number.
  scan_reply taken(const message& frame) {
    auto got = ask({frame});
    scan_reply reply;
    BOOST_REQUIRE((got.header.kind == frame_kind::scan_reply));
    BOOST_REQUIRE(read_scan_reply(got.body.view(), reply) == code::ok);
    return reply;
  }

  void verify_is_clean(const char* scans) {
    query q;
    q.what = query_kind::verify;
    auto got = node.say(q, false, 60'000);
    BOOST_REQUIRE(got.has_value());
    BOOST_TEST((got->code == code::verify_clean), got->detail);
    for (auto& [name, value] : got->facts)
      if (name == "scans")
        BOOST_TEST(value == scans);
  }

  ward_rig node;
  io::client_context context = io::make_client_context();
  io::zmq_socket_owner link;
};

} // namespace

BOOST_AUTO_TEST_CASE(a_frame_of_a_wrong_form_is_refused_whole_and_uses_up_no_number) {
  bad_world w;
  auto good = batch_of(1, 1, 1);
  BOOST_TEST((w.why(message(3, std::byte{'W'})) == code::frame_malformed));
  BOOST_TEST((w.why(message(64, std::byte{0x5a})) == code::frame_malformed));
  BOOST_TEST((w.why(framed(frame_kind{99}, {})) == code::frame_kind_unknown));
  BOOST_TEST((w.why(framed(frame_kind::scan_reply, {})) == code::frame_kind_unknown));
  auto newer = w.refused({framed(frame_kind::hello, encode_hello({}).view(), 9)});
  BOOST_TEST((newer.reason == code::protocol_newer));
  BOOST_TEST(newer.protocol_max == limits::protocol_version);
  for (std::size_t cut : {8u, 9u, 15u, 16u, 24u, 40u})
    BOOST_TEST(
      (w.why({good.begin(), good.begin() + static_cast<long>(cut)}) == code::frame_malformed));
  auto longer = good;
  longer.resize(longer.size() + 8);
  BOOST_TEST((w.why(longer) == code::frame_malformed));
  auto odd = good; // a payload that is no whole number of words
  odd.resize(odd.size() + 3);
  BOOST_TEST((w.why(odd) == code::frame_malformed));
  auto two_segments = good;
  two_segments[8] = std::byte{1};
  BOOST_TEST((w.why(two_segments) == code::frame_several_segments));
  BOOST_TEST((w.refused({good, good}).reason == code::frame_malformed)); // two parts
  BOOST_TEST(w.taken(good).through_sequence == 1u);
  w.verify_is_clean("1");
}

BOOST_AUTO_TEST_CASE(empty_oversized_and_too_large_frames_are_refused_by_name) {
  bad_world w;
  BOOST_TEST((w.why(batch_of(1, 1, 0)) == code::batch_empty));
  BOOST_TEST((w.why(batch_of(1, 1, limits::scans_per_batch_max + 1)) == code::batch_too_large));
  message large(frame_header_bytes + limits::frame_bytes_max + 8);
  auto header = encode_header({1, frame_kind::scan_batch});
  std::copy(header.begin(), header.end(), large.begin());
  BOOST_TEST((w.why(large) == code::frame_too_large));
  BOOST_TEST(w.taken(batch_of(1, 1, limits::scans_per_batch_max)).through_sequence == 10'000u);
  // Five MiB cut the connection; it comes back, and the number is still there.
  large.resize(std::size_t{5} << 20);
  BOOST_REQUIRE(zmq_send(w.link.get(), large.data(), large.size(), 0) >= 0);
  w.link = w.connect(w.node.gateway_key);
  BOOST_TEST(w.taken(batch_of(1, 10'001, 1)).through_sequence == 10'001u);
  w.verify_is_clean("10001");
}

BOOST_AUTO_TEST_CASE(gaps_repeats_and_the_end_of_all_numbers_are_answered) {
  bad_world w;
  BOOST_TEST(w.taken(batch_of(5, 1, 3)).through_sequence == 3u);
  auto gap = w.refused({batch_of(5, 6, 1)});
  BOOST_TEST((gap.reason == code::sequence_gap));
  BOOST_TEST(gap.expected_sequence == 4u);
  auto lower = w.refused({batch_of(4, 1, 1)});
  BOOST_TEST((lower.reason == code::epoch_lower));
  BOOST_TEST(lower.epoch == 6u); // where a sequence may begin
  auto first = w.taken(batch_of(5, 1, 3)).verdicts;
  BOOST_TEST((w.taken(batch_of(5, 1, 3)).verdicts == first));
  auto none = ~std::uint64_t{0};
  BOOST_TEST((w.refused({batch_of(5, none - 1, 3)}).reason != code::ok));
  BOOST_TEST((w.refused({batch_of(5, 0, 1)}).reason != code::ok));
  BOOST_TEST((w.refused({batch_of(0, 1, 1)}).reason != code::ok));
  BOOST_TEST(w.taken(batch_of(5, 4, 1)).through_sequence == 4u);
  w.verify_is_clean("4");
}

BOOST_AUTO_TEST_CASE(a_scan_that_cannot_be_judged_is_refused_alone_and_its_neighbours_are_not) {
  bad_world w;
  BOOST_REQUIRE(w.node.say(venue_order{make_venue_id(ward_rig::ward, 2), true, "8/QD"})->code ==
                code::done);
  std::vector<scan> scans(7);
  for (auto& s : scans) {
    s.venue = make_venue_id(ward_rig::ward, 1);
    s.card = card_id{7};
    s.at = io::wall_ms();
  }
  scans[1].venue = make_venue_id(ward_rig::ward, 999);
  scans[2].venue = make_venue_id(ward_rig::ward + 3, 1);
  scans[3].venue = make_venue_id(ward_rig::ward, 2);
  scans[4].at += 6 * minute_ms;
  scans[5].at -= 31 * day_ms;
  auto reply = w.taken(framed(frame_kind::scan_batch, encode_batch(1, 1, scans).view())).verdicts;
  BOOST_REQUIRE(reply.size() == 7u);
  auto reason = [&](std::size_t i) { return to_verdict(reply[i]).reason; };
  BOOST_TEST(to_verdict(reply[0]).counts());
  BOOST_TEST((reason(1) == code::venue_unknown));
  BOOST_TEST((reason(2) == code::venue_other_ward));
  BOOST_TEST((reason(3) == code::venue_suspended));
  BOOST_TEST((reason(4) == code::clock_skew));
  BOOST_TEST((reason(5) == code::too_late));
  BOOST_TEST(to_verdict(reply[6]).counts());
  w.verify_is_clean("7");
}

BOOST_AUTO_TEST_CASE(random_frames_leave_the_node_whole_and_its_answers_readable) {
  bad_world w;
  constexpr std::uint64_t seed = 20'211'016;
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937_64 random{seed};
  auto good = batch_of(1, 1, 5);
  for (auto i = 0; i != 3'000; ++i) {
    message m = good;
    if (i % 3 == 0) { // anything at all behind a right header
      m.resize(8 + 8 * (1 + random() % 40));
      for (std::size_t at = 8; at != m.size(); ++at)
        m[at] = static_cast<std::byte>(random());
      m[3] = static_cast<std::byte>(1 + random() % 9);
    } else { // a right batch with one to three changed bytes, not in its epoch and number
      for (auto n = 1 + random() % 3; n > 0; --n) {
        auto at = 48 + random() % (m.size() - 48);
        m[at] = static_cast<std::byte>(random());
      }
    }
    auto got = w.ask({m});
    BOOST_REQUIRE((got.problem == code::ok));
    BOOST_REQUIRE((got.header.kind == frame_kind::refusal ||
                   got.header.kind == frame_kind::scan_reply ||
                   got.header.kind == frame_kind::welcome));
  }
  query q;
  q.what = query_kind::verify;
  auto verified = w.node.say(q, false, 60'000);
  BOOST_REQUIRE(verified.has_value());
  BOOST_TEST((verified->code == code::verify_clean), verified->detail);
  BOOST_TEST(w.node.stop() == 0);
  BOOST_TEST(w.node.start(), w.node.output);
}
