// SPDX-License-Identifier: Apache-2.0
// Proves: only endpoints that a node can listen on are taken, and what others are told to dial
//         leads there.
// Method: good and bad endpoints by hand.
#define BOOST_TEST_MODULE endpoints
#include "nodes/wardctl/endpoints.hpp"

#include <boost/test/unit_test.hpp>

using namespace wardflow::wardctl;

BOOST_AUTO_TEST_CASE(endpoints_are_tcp_with_a_port_or_ipc_with_a_path) {
  for (auto* good : {"tcp://127.0.0.1:7164", "tcp://0.0.0.0:1", "tcp://*:65535",
                     "tcp://ward.example:7164", "ipc:///run/ward", "ipc://ward/scans"})
    BOOST_TEST(parse_endpoint(good).has_value(), good);
  for (auto* bad : {"", "127.0.0.1:7164", "tcp://127.0.0.1", "tcp://127.0.0.1:",
                    "tcp://127.0.0.1:0", "tcp://127.0.0.1:65536", "tcp://127.0.0.1:7164x",
                    "tcp://:7164", "udp://1.2.3.4:5", "ipc://", "tcp://a b:7164", "tcp://a\":7164",
                    "tcp://a\\:7164", "tcp://a\n:7164", "tcp://h:-1"})
    BOOST_TEST(!parse_endpoint(bad).has_value(), bad);
  BOOST_TEST(parse_endpoint("ipc://" + std::string(107, 'x')).has_value());
  BOOST_TEST(!parse_endpoint("ipc://" + std::string(108, 'x')).has_value());
}

BOOST_AUTO_TEST_CASE(what_listens_everywhere_is_dialled_at_its_host) {
  BOOST_TEST(reachable("tcp://0.0.0.0:7164", "10.0.0.5") == "tcp://10.0.0.5:7164");
  BOOST_TEST(reachable("tcp://*:7164", "") == "tcp://127.0.0.1:7164");
  BOOST_TEST(reachable("tcp://[::]:7164", "ward.example") == "tcp://ward.example:7164");
  BOOST_TEST(reachable("tcp://10.0.0.5:7164", "") == "tcp://10.0.0.5:7164");
  BOOST_TEST(reachable("tcp://10.0.0.5:7164", "113.1.2.3") == "tcp://113.1.2.3:7164");
}

BOOST_AUTO_TEST_CASE(what_listens_on_this_machine_alone_is_dialled_there) {
  BOOST_TEST(reachable("tcp://127.0.0.1:7165", "10.0.0.5") == "tcp://127.0.0.1:7165");
  BOOST_TEST(reachable("tcp://localhost:7165", "10.0.0.5") == "tcp://localhost:7165");
  BOOST_TEST(reachable("ipc:///run/ward", "10.0.0.5") == "ipc:///run/ward");
}
