// SPDX-License-Identifier: Apache-2.0
// Proves: a row is taken, is there already, or is refused for its own reason; a dry run changes
//         nothing and says the same; what was saved comes back; orders need their document.
// Method: one good row with one thing changed at a time; random registers saved and loaded by seed.
#define BOOST_TEST_MODULE ward_register
#include "actors/logic/ward_register.hpp"

#include "messages/limits.hpp"

#include <boost/test/unit_test.hpp>

#include <random>

using namespace wardflow;

namespace {

constexpr std::uint32_t ward = 22366;

venue_record good_row() {
  venue_record v;
  v.name = "Chợ Đầm";
  v.address = "Vạn Thạnh";
  v.phone = "0258 3510 000";
  v.facts.kind = category::market;
  v.facts.capacity = 200;
  v.facts.opens = 5 * 60;
  v.facts.closes = 18 * 60;
  return v;
}

struct desk {
  ward_register places{ward};
  std::vector<saved_row> rows;
  venue_id given{};

  code add(const venue_record& row, bool dry_run = false) {
    return places.add(row, dry_run, given, rows);
  }
  code add_group(std::uint32_t number, const std::string& name) {
    return places.add(group_record{make_group_id(ward, number), name}, false, rows);
  }
  code order(bool suspend, const std::string& document = "12/QĐ", bool dry_run = false) {
    return places.order({make_venue_id(ward, 1), suspend, document}, dry_run, rows);
  }
  ward_register restored() {
    ward_register again{ward};
    for (auto& row : rows)
      BOOST_REQUIRE(again.load(row.key, row.value));
    return again;
  }
};

} // namespace

BOOST_AUTO_TEST_CASE(a_row_without_an_id_gets_the_next_serial) {
  desk d;
  for (std::uint32_t n = 1; n <= 5; ++n) {
    BOOST_TEST((d.add(good_row()) == code::done));
    BOOST_TEST((d.given == make_venue_id(ward, n)));
  }
  auto row = good_row();
  row.facts.id = make_venue_id(ward, 100);
  BOOST_TEST((d.add(row) == code::done));
  row.facts.id = make_venue_id(ward, 30);
  BOOST_TEST((d.add(row) == code::done));
  BOOST_TEST((d.add(good_row()) == code::done));
  BOOST_TEST((d.given == make_venue_id(ward, 101)));
  BOOST_TEST(d.places.size() == 8u);
  BOOST_TEST((d.places.find(50) == nullptr));
  BOOST_TEST(d.places.find(100)->number == 5u);
}

BOOST_AUTO_TEST_CASE(the_same_row_again_changes_nothing_and_any_other_is_refused) {
  desk d;
  auto row = good_row();
  row.facts.id = make_venue_id(ward, 1);
  BOOST_TEST((d.add(row) == code::done));
  BOOST_TEST((d.add(row) == code::already_so));
  auto differs = [&](auto change) {
    auto other = row;
    change(other);
    return d.add(other);
  };
  BOOST_TEST((differs([](auto& r) { r.name = "Chợ Mới"; }) == code::venue_exists));
  BOOST_TEST((differs([](auto& r) { r.address = "Vạn Thắng"; }) == code::venue_exists));
  BOOST_TEST((differs([](auto& r) { r.phone = "1022"; }) == code::venue_exists));
  BOOST_TEST((differs([](auto& r) { r.facts.capacity = 1; }) == code::venue_exists));
  BOOST_TEST((differs([](auto& r) { r.facts.kind = category::bar; }) == code::venue_exists));
  BOOST_TEST((differs([](auto& r) { r.facts.closes = 60; }) == code::venue_exists));
  BOOST_TEST(d.rows.size() == 1u);
  BOOST_TEST((d.order(true) == code::done)); // a suspended venue's row is still the same row
  BOOST_TEST((d.add(row) == code::already_so));
  BOOST_TEST(d.places.find(1)->facts.suspended);
}

BOOST_AUTO_TEST_CASE(each_wrong_field_has_its_reason_also_in_a_dry_run) {
  auto refused = [](auto change) {
    auto row = good_row();
    change(row);
    desk d;
    auto dry = d.add(row, true), real = d.add(row);
    BOOST_TEST((dry == real));
    BOOST_TEST(d.rows.empty());
    BOOST_TEST(d.places.size() == 0u);
    return real;
  };
  std::string too_long(limits::text_bytes_max + 1, 'a');
  BOOST_TEST((refused([](auto& r) { r.name = ""; }) == code::venue_malformed));
  BOOST_TEST((refused([&](auto& r) { r.name = too_long; }) == code::venue_malformed));
  BOOST_TEST((refused([&](auto& r) { r.address = too_long; }) == code::venue_malformed));
  BOOST_TEST((refused([&](auto& r) { r.phone = too_long; }) == code::venue_malformed));
  BOOST_TEST((refused([](auto& r) { r.phone = std::string("1\0", 2); }) == code::venue_malformed));
  BOOST_TEST((refused([](auto& r) { r.facts.opens = 1441; }) == code::venue_malformed));
  BOOST_TEST((refused([](auto& r) { r.facts.closes = 1441; }) == code::venue_malformed));
  BOOST_TEST((refused([](auto& r) { r.facts.kind = category::count_; }) == code::category_unknown));
  BOOST_TEST(
    (refused([](auto& r) { r.facts.id = make_venue_id(ward + 1, 1); }) == code::venue_other_ward));
  BOOST_TEST((refused([](auto& r) { r.facts.id = make_venue_id(ward, 0); }) ==
              code::venue_malformed)); // 0 is never a venue
  BOOST_TEST(
    (refused([](auto& r) { r.facts.group = make_group_id(ward, 7); }) == code::group_unknown));
}

BOOST_AUTO_TEST_CASE(a_row_cannot_suspend) {
  desk d;
  auto row = good_row();
  row.facts.suspended = true;
  BOOST_TEST((d.add(row) == code::done));
  BOOST_TEST(!d.places.find(1)->facts.suspended);
}

BOOST_AUTO_TEST_CASE(a_dry_run_of_a_good_row_changes_nothing) {
  desk d;
  auto before = d.places.state_hash();
  BOOST_TEST((d.add(good_row(), true) == code::done));
  BOOST_TEST((d.places.state_hash() == before));
  BOOST_TEST(d.rows.empty());
  BOOST_TEST((d.add(good_row()) == code::done));
  BOOST_TEST((d.order(true, "1/QĐ", true) == code::done));
  BOOST_TEST(!d.places.find(1)->facts.suspended);
}

BOOST_AUTO_TEST_CASE(groups_are_of_this_ward_and_may_be_renamed) {
  desk d;
  BOOST_TEST((d.add_group(1, "Tổ 1") == code::done));
  BOOST_TEST((d.add_group(1, "Tổ 1") == code::already_so));
  BOOST_TEST((d.add_group(1, "Tổ một") == code::done));
  BOOST_TEST(d.places.groups().at(make_group_id(ward, 1)) == "Tổ một");
  BOOST_TEST((d.add_group(0, "Tổ 0") == code::group_malformed));
  BOOST_TEST((d.add_group(2, "") == code::group_malformed));
  BOOST_TEST((d.add_group(2, std::string(301, 'a')) == code::group_malformed));
  group_record other{make_group_id(ward + 1, 1), "Tổ 1"};
  BOOST_TEST((d.places.add(other, false, d.rows) == code::group_malformed));
  auto row = good_row();
  row.facts.group = make_group_id(ward, 1);
  BOOST_TEST((d.add(row) == code::done));
}

BOOST_AUTO_TEST_CASE(an_order_needs_a_venue_a_document_and_a_change) {
  desk d;
  BOOST_TEST((d.order(true) == code::not_found));
  BOOST_REQUIRE((d.add(good_row()) == code::done));
  BOOST_TEST((d.order(true, "") == code::document_needed));
  BOOST_TEST((d.order(true, std::string(301, 'a')) == code::document_malformed));
  BOOST_TEST((d.order(true, std::string("1\0", 2)) == code::document_malformed));
  BOOST_TEST((d.order(false) == code::venue_not_suspended));
  BOOST_TEST((d.order(true) == code::done));
  BOOST_TEST((d.order(true) == code::venue_already_suspended));
  auto& entry = *d.places.find(1);
  BOOST_TEST(entry.facts.suspended);
  BOOST_TEST(d.places.document(entry) == "12/QĐ");
  BOOST_TEST(d.places.name(entry) == "Chợ Đầm");
  BOOST_TEST(d.places.record(entry).phone == "0258 3510 000");
  BOOST_TEST((d.order(false, "13/QĐ") == code::done));
  BOOST_TEST(d.places.document(entry) == "13/QĐ");
  BOOST_TEST((d.places.order({make_venue_id(ward + 1, 1), true, "1"}, false, d.rows) ==
              code::venue_other_ward));
}

BOOST_AUTO_TEST_CASE(what_was_saved_comes_back) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937_64 random{seed};
      desk d;
      for (std::uint32_t g = 1; g <= 5; ++g)
        BOOST_REQUIRE((d.add_group(g, "Tổ " + std::to_string(g)) == code::done));
      for (auto i = 0; i != 60; ++i) {
        auto row = good_row();
        row.name = "Quán " + std::to_string(random() % 1000);
        row.address = random() % 2 == 0 ? "" : "Đường 2/4";
        row.facts.kind = static_cast<category>(random() % category_names.size());
        row.facts.group = random() % 3 == 0
                            ? group_id{}
                            : make_group_id(ward, 1 + static_cast<std::uint32_t>(random() % 5));
        row.facts.capacity = static_cast<std::uint32_t>(random());
        row.facts.opens = static_cast<std::uint16_t>(random() % 1441);
        BOOST_REQUIRE((d.add(row) == code::done));
        if (random() % 4 == 0)
          (void)d.places.order({d.given, true, "7/QĐ"}, false, d.rows);
      }
      auto again = d.restored();
      BOOST_TEST((again.state_hash() == d.places.state_hash()));
      BOOST_TEST(again.size() == d.places.size());
      for (auto& entry : d.places.venues()) {
        auto* same = again.find(serial_of(entry.facts.id));
        BOOST_REQUIRE(same != nullptr);
        BOOST_TEST((same->facts == entry.facts));
        BOOST_TEST((again.record(*same) == d.places.record(entry)));
        BOOST_TEST(again.document(*same) == d.places.document(entry));
      }
      BOOST_TEST((d.order(false, "8/QĐ") == code::venue_not_suspended ||
                  again.state_hash() != d.places.state_hash()));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_row_that_is_cut_or_of_another_ward_is_not_loaded) {
  desk d;
  BOOST_REQUIRE((d.add(good_row()) == code::done));
  auto& row = d.rows.at(0);
  ward_register again{ward}, other{ward + 1};
  for (std::size_t n = 0; n != row.value.size(); ++n)
    BOOST_REQUIRE(!again.load(row.key, std::span{row.value}.first(n)));
  BOOST_TEST(!again.load("room/0000000001", row.value));
  BOOST_TEST(!other.load(row.key, row.value));
  BOOST_TEST(again.load(row.key, row.value));
}
