// SPDX-License-Identifier: Apache-2.0
// Proves: keys are read as they are written, in both forms, and nothing else reads as a key.
// Method: ZeroMQ's own coder beside ours for random keys, by a printed seed; broken texts.
#define BOOST_TEST_MODULE key_text
#include "actors/io/key_text.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <random>
#include <zmq.h>

using namespace wardflow;
using namespace wardflow::io;

BOOST_AUTO_TEST_CASE(random_keys_come_back_and_z85_is_what_zeromq_writes) {
  auto seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937 random{seed};
  for (int i = 0; i < 2000; ++i) {
    BOOST_TEST_CONTEXT("seed " << seed << ", key " << i) {
      public_key key{};
      for (auto& byte : key)
        byte = static_cast<std::uint8_t>(random());
      std::array<char, 41> z85{};
      BOOST_REQUIRE(zmq_z85_encode(z85.data(), key.data(), key.size()) != nullptr);
      BOOST_TEST(to_z85(key) == z85.data());
      BOOST_TEST((parse_key(to_z85(key)) == key));
      BOOST_TEST((parse_key(to_hex(key)) == key));
    }
  }
}

BOOST_AUTO_TEST_CASE(the_published_example_of_z85_is_read) {
  // RFC 32: 86 4F D2 6F B5 59 F7 5B is "HelloWorld"; here four times over.
  auto key = parse_key("HelloWorldHelloWorldHelloWorldHelloWorld");
  BOOST_REQUIRE(key.has_value());
  std::string once = "864fd26fb559f75b";
  BOOST_TEST(to_hex(*key) == once + once + once + once);
}

BOOST_AUTO_TEST_CASE(upper_case_digits_are_the_same_key) {
  auto lower = parse_key(std::string(64, 'a'));
  BOOST_REQUIRE(lower.has_value());
  BOOST_TEST((parse_key(std::string(64, 'A')) == lower));
}

BOOST_AUTO_TEST_CASE(nothing_else_is_a_key) {
  std::string hex(64, '7');
  std::string z85(40, '7');
  BOOST_TEST(parse_key(hex).has_value());
  BOOST_TEST(parse_key(z85).has_value());
  for (auto broken :
       {std::string{}, hex + '7', hex.substr(1), z85 + '7', z85.substr(1), std::string(64, '0'),
        std::string(40, '0'), std::string(40, '#'), std::string(64, 'g'), std::string(64, ' ')})
    BOOST_TEST(!parse_key(broken).has_value(), broken);
  for (std::size_t at = 0; at < hex.size(); ++at) {
    auto broken = hex;
    broken[at] = 'x';
    BOOST_TEST(!parse_key(broken).has_value());
  }
  for (std::size_t at = 0; at < z85.size(); ++at) {
    auto broken = z85;
    broken[at] = '"';
    BOOST_TEST(!parse_key(broken).has_value());
  }
}
