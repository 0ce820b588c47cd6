// SPDX-License-Identifier: Apache-2.0
// Proves: the inbox is bounded, gives control first, and keeps bulk while there is no room for it.
// Method: directives by hand.
#define BOOST_TEST_MODULE parent_inbox
#include "actors/logic/parent_inbox.hpp"
#include "messages/codec.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace wardflow;

namespace {

using list = std::vector<std::uint64_t>;

node_ref node(std::uint8_t id) {
  node_ref n;
  n.id[0] = id;
  n.epoch = 1;
  return n;
}

frame_body batch(lane l, std::uint64_t offset) {
  return encode_link_batch({log_name::down, l, offset, offset, {}});
}

} // namespace

BOOST_AUTO_TEST_CASE(control_overtakes_bulk_and_bulk_waits_until_it_may_go) {
  parent_inbox inbox;
  parent_news news;
  auto lanes = [&] {
    std::string all;
    for (auto& d : std::exchange(news.directives, {})) {
      link_batch b;
      link_gap g;
      auto is_batch = read_link_batch(d.body.view(), b) == code::ok;
      if (d.kind == frame_kind::link_gap)
        BOOST_REQUIRE((read_link_gap(d.body.view(), g) == code::ok));
      auto bulk = (d.kind == frame_kind::link_gap ? g.lane : b.lane) == lane::bulk;
      all += is_batch || d.kind == frame_kind::link_gap ? (bulk ? "b" : "c") : "?";
    }
    return all;
  };
  auto take = [&](lane l, std::uint64_t first) {
    BOOST_TEST(inbox.directive(node(1), frame_kind::link_batch, batch(l, first)));
  };
  BOOST_TEST(inbox.directive(node(1), frame_kind::link_gap,
                             encode_link_gap({log_name::down, lane::bulk, 1, 5})));
  take(lane::bulk, 5);
  take(lane::bulk, 6);
  take(lane::control, 1);
  BOOST_TEST(
    inbox.directive(node(1), frame_kind::link_batch, {})); // no batch at all: not for us to judge
  BOOST_TEST(!inbox.give(news, 1'000'000, false));
  BOOST_TEST(lanes() == "c?");
  BOOST_TEST(inbox.give(news, 1'000'000));
  BOOST_TEST(lanes() == "bbb");
  take(lane::bulk, 7);
  take(lane::control, 2);
  BOOST_TEST(!inbox.give(news, 1)); // one, whatever its size
  BOOST_TEST(lanes() == "c");
  BOOST_TEST(inbox.give(news, 1));
  BOOST_TEST(lanes() == "b");
}

BOOST_AUTO_TEST_CASE(the_inbox_takes_so_much_and_gives_control_first) {
  parent_inbox inbox;
  auto p = node(1);
  auto put = [&](lane l, std::uint64_t first, std::size_t bytes = 0) {
    std::vector<std::byte> filling(bytes);
    link_batch b{log_name::down, l, first, first, {}};
    log_entry_view e;
    e.offset = first;
    e.kind = entry_kind::command;
    e.body = filling;
    b.entries.push_back(e);
    return inbox.directive(p, frame_kind::link_batch, encode_link_batch(b));
  };
  auto given = [&](bool with_bulk) {
    parent_news to;
    BOOST_TEST(inbox.give(to, 100'000, with_bulk) == with_bulk);
    std::vector<std::uint64_t> offsets;
    for (auto& d : to.directives) {
      link_batch b;
      BOOST_REQUIRE((read_link_batch(d.body.view(), b) == code::ok));
      offsets.push_back(b.first);
    }
    return offsets;
  };
  BOOST_TEST(put(lane::bulk, 11, 3'000'000)); // larger than the bound: alone
  BOOST_TEST(!put(lane::control, 1));
  BOOST_TEST((given(true) == list{11}));
  for (std::uint64_t n = 12; n != 22; ++n)
    BOOST_TEST(put(lane::bulk, n, 150'000));
  BOOST_TEST(put(lane::control, 1));
  BOOST_TEST(put(lane::control, 2));
  BOOST_TEST((given(false) == list{1, 2}));
  BOOST_TEST(given(false).empty());
  BOOST_TEST(put(lane::control, 3));
  std::uint64_t n = 22;
  for (; put(lane::bulk, n, 150'000); ++n) {
  }
  BOOST_TEST((n - 12) * 150'000 <= parent_inbox::bytes_max);
  BOOST_TEST((n - 11) * 150'000 >= parent_inbox::bytes_max - 150'000);
  parent_news to;
  BOOST_TEST(!inbox.give(to, 100'000)); // bulk does not fit beside it
  BOOST_TEST(to.directives.size() == 1u);
  BOOST_TEST((given(true) == list{12})); // one goes whatever its size
  BOOST_TEST(put(lane::bulk, n, 150'000));
  inbox.begin(p); // a new session: all come once more
  BOOST_TEST(given(false).empty());
  BOOST_TEST(put(lane::bulk, 13, 2'000'000));
  BOOST_TEST((given(true) == list{13}));
}
