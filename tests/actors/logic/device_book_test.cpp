// SPDX-License-Identifier: Apache-2.0
// Proves: a device is registered once under its key and name, revoked with a document, and comes
//         back with its sequence gate as it was saved.
// Method: each refusal by hand, dry and real; random gates saved and loaded by seed.
#define BOOST_TEST_MODULE device_book
#include "actors/logic/device_book.hpp"

#include "messages/limits.hpp"

#include <boost/test/unit_test.hpp>

#include <random>

using namespace wardflow;

namespace {

constexpr time_ms then = 1'634'300'000'000;

device_add door(std::uint8_t key, std::string name = {}) {
  device_add d;
  d.name = name.empty() ? "door " + std::to_string(key) : name;
  d.key[0] = key;
  d.venue = make_venue_id(22366, 17);
  return d;
}

struct desk {
  device_book devices;
  std::vector<saved_row> rows;
  device_id given{};

  code add(const device_add& d, bool dry_run = false) {
    return devices.add(d, then, dry_run, given, rows);
  }
  code revoke(std::uint32_t id, const std::string& document = "5/QĐ", bool dry_run = false) {
    return devices.revoke({device_id{id}, document}, then + 1, dry_run, rows);
  }
};

} // namespace

BOOST_AUTO_TEST_CASE(devices_are_numbered_in_the_order_in_which_they_come) {
  desk d;
  for (std::uint8_t n = 1; n <= 3; ++n) {
    BOOST_TEST((d.add(door(n)) == code::done));
    BOOST_TEST((d.given == device_id{n}));
  }
  BOOST_TEST(d.devices.find(device_id{2})->name == "door 2");
  BOOST_TEST((d.devices.find(device_id{0}) == nullptr));
  BOOST_TEST((d.devices.find(device_id{4}) == nullptr));
}

BOOST_AUTO_TEST_CASE(the_same_row_again_is_so_already_and_half_the_same_is_refused) {
  desk d;
  BOOST_REQUIRE((d.add(door(1)) == code::done));
  BOOST_TEST((d.add(door(1)) == code::already_so));
  BOOST_TEST((d.given == device_id{1}));
  BOOST_TEST((d.add(door(1, "another name")) == code::device_exists));
  BOOST_TEST((d.add(door(2, "door 1")) == code::device_exists));
  auto moved = door(1);
  moved.venue = make_venue_id(22366, 18);
  BOOST_TEST((d.add(moved) == code::device_exists));
  BOOST_TEST(d.rows.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_device_has_a_key_a_name_and_a_venue_exactly_if_it_is_a_door) {
  desk d;
  auto malformed = [&](auto change) {
    auto row = door(1);
    change(row);
    return d.add(row, true) == code::device_malformed && d.add(row) == code::device_malformed;
  };
  BOOST_TEST(malformed([](auto& r) { r.key = {}; }));
  BOOST_TEST(malformed([](auto& r) { r.name = ""; }));
  BOOST_TEST(malformed([](auto& r) { r.name = std::string(limits::text_bytes_max + 1, 'a'); }));
  BOOST_TEST(malformed([](auto& r) { r.venue = {}; }));
  BOOST_TEST(malformed([](auto& r) { r.gateway = true; }));
  BOOST_TEST(d.devices.all().empty());
}

BOOST_AUTO_TEST_CASE(a_revocation_needs_a_device_a_document_and_comes_once) {
  desk d;
  BOOST_REQUIRE((d.add(door(1)) == code::done));
  BOOST_TEST((d.revoke(2) == code::not_found));
  BOOST_TEST((d.revoke(1, "") == code::document_needed));
  BOOST_TEST((d.revoke(1, "5/QĐ", true) == code::done));
  BOOST_TEST(d.devices.find(device_id{1})->revoked_at == 0);
  BOOST_TEST((d.revoke(1) == code::done));
  BOOST_TEST(d.devices.find(device_id{1})->revoked_at == then + 1);
  BOOST_TEST((d.revoke(1) == code::device_revoked));
  auto unit = *unit_code::parse("22366");
  BOOST_TEST(device_book::principal_of(*d.devices.find(device_id{1}), unit).revoked);
  // Its key is burnt; its name may be used by the new one.
  BOOST_TEST((d.add(door(1)) == code::device_revoked));
  BOOST_TEST((d.add(door(2, "door 1")) == code::done));
  auto fresh = device_book::principal_of(*d.devices.find(d.given), unit);
  BOOST_TEST(!fresh.revoked);
  BOOST_TEST((fresh.role == role::door));
  BOOST_TEST((fresh.venue == make_venue_id(22366, 17)));
}

BOOST_AUTO_TEST_CASE(what_was_saved_comes_back_with_its_gates) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937_64 random{seed};
      desk d;
      for (std::uint8_t n = 1; n <= 6; ++n) {
        auto row = door(n);
        row.gateway = n % 2 == 0;
        if (row.gateway)
          row.venue = {};
        BOOST_REQUIRE((d.add(row) == code::done));
      }
      BOOST_REQUIRE((d.revoke(3) == code::done));
      for (auto& device : d.devices.all()) {
        std::uint64_t next = 1;
        for (auto frames = random() % 90; frames > 0; --frames) {
          auto count = device->gateway ? 1 + static_cast<std::uint32_t>(random() % 50) : 1u;
          std::vector<std::uint32_t> words(count);
          std::vector<basis> bases(1 + random() % 3);
          for (auto& b : bases)
            b = {static_cast<std::uint32_t>(random() % 3), then, static_cast<time_ms>(random() % 9),
                 0};
          for (auto& w : words)
            w = static_cast<std::uint32_t>((random() & 0xff'7fff) | random() % bases.size() << 24);
          device->gate.admit(5, next, count);
          device->gate.taken(5, next, words, bases);
          next += count;
        }
        device->counted = next - 1;
        device->last_heard = then + static_cast<time_ms>(random() % 1000);
      }
      device_book again;
      for (auto& row : d.rows) // a later row of the same key replaces the earlier one
        if (&row == &d.rows[2])
          BOOST_REQUIRE(again.load(row.key, d.rows.back().value));
        else if (&row != &d.rows.back())
          BOOST_REQUIRE(again.load(row.key, row.value));
      std::uint64_t stamp = 0;
      for (auto& device : d.devices.all()) {
        auto saved = device_book::save_gate(*device, 99);
        BOOST_REQUIRE(again.load_gate(device->id, saved, stamp));
        BOOST_TEST(stamp == 99u);
        auto& same = *again.find(device->id);
        BOOST_TEST(same.stamp == 99u);
        BOOST_TEST((same.gate == device->gate));
        BOOST_TEST(same.counted == device->counted);
        BOOST_TEST(same.last_heard == device->last_heard);
        BOOST_TEST((device_book::save_gate(same, 99) == saved));
        for (std::size_t n = 0; n < saved.size(); n += 1 + saved.size() / 100)
          BOOST_REQUIRE(!again.load_gate(device->id, std::span{saved}.first(n), stamp));
        auto longer = saved;
        longer.push_back({});
        BOOST_REQUIRE(!again.load_gate(device->id, longer, stamp));
        BOOST_REQUIRE(again.load_gate(device->id, saved, stamp));
      }
      BOOST_TEST((again.state_hash() == d.devices.state_hash()));
      BOOST_TEST(
        !again.load_gate(device_id{7}, device_book::save_gate(*d.devices.all()[0], 1), stamp));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_row_that_is_cut_or_out_of_its_order_is_not_loaded) {
  desk d;
  BOOST_REQUIRE((d.add(door(1)) == code::done));
  BOOST_REQUIRE((d.add(door(2)) == code::done));
  device_book again;
  for (std::size_t n = 0; n != d.rows[0].value.size(); ++n)
    BOOST_REQUIRE(!again.load(d.rows[0].key, std::span{d.rows[0].value}.first(n)));
  BOOST_TEST(!again.load(d.rows[1].key, d.rows[1].value)); // the first one is missing
  BOOST_TEST(again.load(d.rows[0].key, d.rows[0].value));
  BOOST_TEST(again.load(d.rows[1].key, d.rows[1].value));
}
