// SPDX-License-Identifier: Apache-2.0
// Proves: a seal opens with the node's CURVE key and with nothing else, and hides what is in it.
// Method: every length up to the bound's edge, every byte changed, every cut, another key.
#define BOOST_TEST_MODULE seal
#include "actors/io/seal.hpp"

#include "actors/io/key_text.hpp"
#include "messages/limits.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>
#include <zmq.h>

using namespace wardflow;
using namespace wardflow::io;

namespace {

bytes bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

struct fixture {
  key_pair node = *generate_key_pair();
  std::vector<std::byte> plain;
};

} // namespace

BOOST_FIXTURE_TEST_CASE(codes_of_every_length_come_back, fixture) {
  for (std::size_t size : {0, 1, 15, 16, 17, 100, 1023, 1024}) {
    std::string code_text(size, 'q');
    auto sealed = seal(bytes_of(code_text), node.open);
    BOOST_TEST(sealed.size() == size + seal_bytes);
    BOOST_TEST((open_seal(sealed, node, plain) == code::ok));
    BOOST_TEST(std::ranges::equal(plain, bytes_of(code_text)));
  }
}

BOOST_FIXTURE_TEST_CASE(keys_that_zeromq_made_seal_and_open_as_well, fixture) {
  std::array<char, 41> open{};
  std::array<char, 41> secret{};
  BOOST_REQUIRE(zmq_curve_keypair(open.data(), secret.data()) == 0);
  key_pair curve;
  curve.open = *parse_key(open.data());
  curve.secret = *parse_key(secret.data());
  auto sealed = seal(bytes_of("001093029317|NGUYEN"), curve.open);
  BOOST_TEST((open_seal(sealed, curve, plain) == code::ok));
  BOOST_TEST(std::ranges::equal(plain, bytes_of("001093029317|NGUYEN")));
}

BOOST_FIXTURE_TEST_CASE(a_change_of_any_byte_or_a_cut_at_any_place_breaks_it, fixture) {
  auto sealed = seal(bytes_of("001093029317|NGUYEN LE KHA HAN"), node.open);
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    auto changed = sealed;
    changed[i] ^= std::byte{1};
    BOOST_TEST((open_seal(changed, node, plain) == code::seal_broken));
    BOOST_TEST(plain.empty());
    BOOST_TEST((open_seal(bytes{sealed}.first(i), node, plain) == code::seal_broken));
  }
  sealed.push_back(std::byte{0});
  BOOST_TEST((open_seal(sealed, node, plain) == code::seal_broken));
}

BOOST_FIXTURE_TEST_CASE(another_key_does_not_open_it, fixture) {
  auto sealed = seal(bytes_of("162979388586171100"), node.open);
  BOOST_TEST((open_seal(sealed, *generate_key_pair(), plain) == code::seal_broken));
  auto mixed = node;
  mixed.secret = generate_key_pair()->secret;
  BOOST_TEST((open_seal(sealed, mixed, plain) == code::seal_broken));
}

BOOST_FIXTURE_TEST_CASE(a_seal_longer_than_any_code_is_not_opened, fixture) {
  std::string longest(limits::code_bytes_max + 1, 'q');
  BOOST_TEST((open_seal(seal(bytes_of(longest), node.open), node, plain) == code::seal_broken));
}

BOOST_FIXTURE_TEST_CASE(the_code_is_not_to_be_seen_and_twice_the_same_code_looks_different,
                        fixture) {
  std::string_view text = "001093029317|NGUYEN LE KHA HAN";
  auto one = seal(bytes_of(text), node.open);
  auto two = seal(bytes_of(text), node.open);
  BOOST_TEST((one != two));
  auto visible = std::ranges::search(one, bytes_of("NGUYEN"));
  BOOST_TEST(visible.empty());
}

BOOST_FIXTURE_TEST_CASE(a_key_that_is_none_seals_nothing, fixture) {
  BOOST_TEST(seal(bytes_of("162979388586171100"), public_key{}).empty());
}
