// SPDX-License-Identifier: Apache-2.0
// Proves: a reader whose key no longer counts gets a goodbye, and no frame more, whatever FEED has
//         on its way to him; FEED and whoever keeps his session are told; what a person is refused
//         is noted with what it was, and many like it in a round are one note.
// Method: the thread with real sockets on loopback; the test is WARD, JOURNAL and FEED.
#define BOOST_TEST_MODULE gate_keys
#include "messages/codec.hpp"
#include "messages/link.hpp"
#include "tests/support/gate_desk.hpp"

using namespace wardflow;
using namespace wardflow::test;

BOOST_AUTO_TEST_CASE(a_reader_whose_key_is_taken_away_gets_a_goodbye_and_no_frame_more) {
  gate_desk d;
  auto reader = d.join(d.supervisor, d.control_at);
  BOOST_REQUIRE(reader.send(frame_kind::subscribe, encode_subscribe({})));
  auto r = d.next_round();
  BOOST_REQUIRE((r != nullptr && r->links.size() == 1));
  auto peer = r->links[0].peer;
  d.commit(r);
  d.door->answer_later(peer, frame_kind::link_gap, encode_link_gap({}));
  auto got = reader.receive(10'000);
  BOOST_REQUIRE((got && got->header.kind == frame_kind::link_gap));
  d.door->replace_keys({});
  d.door->answer_later(peer, frame_kind::link_gap, encode_link_gap({}));
  got = reader.receive(10'000);
  BOOST_REQUIRE((got && got->header.kind == frame_kind::link_bye));
  link_bye bye;
  BOOST_REQUIRE((read_link_bye(got->body.view(), bye) == code::ok));
  BOOST_TEST((bye.reason == code::key_unknown));
  r = d.next_round(); // whoever keeps his session hears it, and it is noted
  BOOST_REQUIRE((r != nullptr && r->links.size() == 1 && r->audit.size() == 1));
  BOOST_TEST((r->links[0].peer == peer && r->links[0].kind == frame_kind::link_bye));
  BOOST_TEST((r->audit[0].deed == audit_deed::cut_off && r->audit[0].by == "supervisor"));
  d.commit(r);
  d.door->answer_later(peer, frame_kind::link_gap, encode_link_gap({}));
  BOOST_TEST(!reader.receive(100).has_value());
  BOOST_TEST(d.take_lost().size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_command_that_the_role_may_not_give_is_noted_with_what_it_was) {
  gate_desk d;
  auto link = d.join(d.supervisor, d.control_at);
  command c;
  c.body = card_order{card_id{}, "056890000001", code::ok, true, "1/QD"};
  for (auto n = 0; n != 3; ++n)
    BOOST_REQUIRE(link.send(frame_kind::command, encode_command(c)));
  std::uint64_t times = 0;
  while (times < 3) {
    auto r = d.next_round();
    BOOST_REQUIRE((r != nullptr && r->commands.empty() && r->audit.size() == 1));
    times += r->audit[0].times;
    BOOST_TEST((r->audit[0].outcome == code::key_wrong_role));
    BOOST_TEST((r->audit[0].deed == audit_deed::card_revoke));
    BOOST_TEST(r->audit[0].subject.starts_with("card="));
    BOOST_TEST(r->audit[0].subject.size() < 16u);
    d.commit(r);
  }
  BOOST_TEST(times == 3u);
}
