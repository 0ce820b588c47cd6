// SPDX-License-Identifier: Apache-2.0
// Proves: a peer's number comes back as its routing id, and never as another's.
// Method: the shortest, longest and most alike ids of both channels.
#define BOOST_TEST_MODULE peer_names
#include "actors/io/peer_names.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

using namespace wardflow;
using namespace wardflow::io;

BOOST_AUTO_TEST_CASE(names_of_peers_come_back_as_the_routing_ids_they_were_made_of) {
  peer_names names;
  std::set<peer_id> seen;
  auto check = [&](channel on, std::string_view text) {
    bytes routing{reinterpret_cast<const std::byte*>(text.data()), text.size()};
    auto peer = names.peer_of(on, routing);
    BOOST_TEST(seen.insert(peer).second);
    auto back = names.routing_of(peer);
    BOOST_REQUIRE(back.has_value());
    BOOST_TEST((back->on == on));
    BOOST_TEST(std::ranges::equal(back->view(), routing));
    return peer;
  };
  for (auto on : {channel::scans, channel::control}) {
    check(on, {"\0\0\0\0\0", 5});
    check(on, {"\0\xff\xff\xff\xff", 5});
    check(on, {"\0\1\2\3", 4});
    check(on, {"\1\0\0\0\0", 5});
    check(on, std::string(255, 'z'));
  }
  auto old = check(channel::scans, "old");
  for (std::size_t i = 0; i < peer_names::own_names_max; ++i)
    check(channel::scans, "new");
  BOOST_TEST(!names.routing_of(old).has_value()); // forgotten, not mistaken for another
  BOOST_TEST(!names.routing_of(peer_id{}).has_value());
}
