// SPDX-License-Identifier: Apache-2.0
// Proves: only a key of this unit, in its time and not revoked, is let in; a reload keeps devices.
// Method: each reason by itself; random lists against a slow and obvious judge, by a printed seed.
#define BOOST_TEST_MODULE allow_list
#include "actors/logic/allow_list.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>

using namespace wardflow;

namespace {

unit_code unit(std::string_view text) {
  return *unit_code::parse(text);
}
public_key key(std::uint8_t number) {
  public_key k{};
  k.fill(number);
  return k;
}
principal person(std::uint8_t number, role r, std::string_view of) {
  principal who;
  who.key = key(number);
  who.role = r;
  who.unit = unit(of);
  return who;
}
principal device(std::uint32_t id, std::uint8_t number, role r = role::door) {
  auto who = person(number, r, "22366");
  who.device = device_id{id};
  return who;
}

struct fixture {
  allow_list list{unit("22366"), {unit("568"), unit("56")}};
  code reason_of(std::uint8_t number, time_ms now = 1000) {
    return list.judge(key(number), now).reason;
  }
};

} // namespace

BOOST_FIXTURE_TEST_CASE(a_key_that_nobody_listed_is_unknown, fixture) {
  BOOST_TEST((reason_of(1) == code::key_unknown));
  BOOST_TEST(list.judge(key(1), 0).who == nullptr);
}

BOOST_FIXTURE_TEST_CASE(units_above_have_a_say_here_but_not_their_devices_and_not_others, fixture) {
  list.replace_file_keys({person(1, role::operator_, "22366"), person(2, role::supervisor, "568"),
                          person(3, role::health, "56"), person(4, role::operator_, "22333"),
                          person(5, role::supervisor, "569"), person(6, role::door, "568"),
                          person(7, role::node, "22366"), person(8, role::node, "568"),
                          person(9, role::node, "22333")});
  for (auto fine : std::initializer_list<std::uint8_t>{1, 2, 3, 9})
    BOOST_TEST((reason_of(fine) == code::ok));
  for (auto other : std::initializer_list<std::uint8_t>{4, 5, 6, 7, 8})
    BOOST_TEST((reason_of(other) == code::key_other_unit));
  auto judged = list.judge(key(4), 0);
  BOOST_REQUIRE(judged.who != nullptr); // who it was is for the log
  BOOST_TEST((judged.who->unit == unit("22333")));
}

BOOST_FIXTURE_TEST_CASE(a_key_counts_from_not_before_until_not_after, fixture) {
  auto who = person(1, role::operator_, "22366");
  who.not_before = 500;
  who.not_after = 2000;
  list.replace_file_keys({who});
  BOOST_TEST((reason_of(1, 499) == code::key_not_yet_valid));
  BOOST_TEST((reason_of(1, 500) == code::ok));
  BOOST_TEST((reason_of(1, 1999) == code::ok));
  BOOST_TEST((reason_of(1, 2000) == code::key_revoked));
}

BOOST_FIXTURE_TEST_CASE(a_reload_replaces_the_files_keys_and_keeps_devices, fixture) {
  list.put_device(device(1, 11));
  list.replace_file_keys({person(1, role::operator_, "22366")});
  list.put_device(device(2, 12, role::gateway));
  list.replace_file_keys({person(2, role::operator_, "22366")});
  BOOST_TEST((reason_of(1) == code::key_unknown));
  for (auto fine : std::initializer_list<std::uint8_t>{2, 11, 12})
    BOOST_TEST((reason_of(fine) == code::ok));
  BOOST_TEST(list.file_keys() == 1u);
  BOOST_TEST(list.devices() == 2u);
}

BOOST_FIXTURE_TEST_CASE(a_revoked_device_is_told_so_and_its_new_key_replaces_the_old, fixture) {
  list.put_device(device(1, 11));
  auto revoked = device(1, 11);
  revoked.revoked = true;
  list.put_device(revoked);
  BOOST_TEST((reason_of(11) == code::key_revoked));
  list.put_device(device(1, 12));
  BOOST_TEST((reason_of(11) == code::key_unknown));
  BOOST_TEST((reason_of(12) == code::ok));
  BOOST_TEST(list.devices() == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_key_in_the_file_counts_as_the_file_says, fixture) {
  list.put_device(device(1, 11));
  list.replace_file_keys({person(11, role::supervisor, "22366")});
  BOOST_TEST((list.judge(key(11), 0).who->role == role::supervisor));
  list.replace_file_keys({});
  BOOST_TEST((list.judge(key(11), 0).who->role == role::door));
}

BOOST_AUTO_TEST_CASE(random_histories_agree_with_a_slow_judge) {
  auto seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937 random{seed};
  auto up_to = [&](std::uint32_t most) { return static_cast<std::uint32_t>(random() % most); };
  constexpr std::array units{"22366", "568", "22333"};
  constexpr std::array roles{role::operator_, role::supervisor, role::health, role::node};
  for (int history = 0; history < 200; ++history) {
    allow_list list{unit("22366"), {unit("568"), unit("56")}};
    std::vector<principal> file;
    std::vector<principal> devices; // at most one of each id, the last word on it last
    for (int step = 0; step < 30; ++step) {
      if (up_to(4) == 0) {
        file.clear();
        for (auto n = up_to(6); n > 0; --n) {
          auto who =
            person(static_cast<std::uint8_t>(1 + up_to(12)), roles[up_to(4)], units[up_to(3)]);
          who.not_before = up_to(3) * 500;
          who.not_after = up_to(2) * 1200;
          file.push_back(who);
        }
        list.replace_file_keys(file);
      } else {
        auto id = 1 + up_to(5);
        auto who = device(id, static_cast<std::uint8_t>(10 * id + up_to(2))); // keys of its own
        who.revoked = up_to(3) == 0;
        std::erase_if(devices, [&](const principal& d) { return d.device == who.device; });
        devices.push_back(who);
        list.put_device(who);
      }
      for (int number = 0; number < 60; ++number) {
        auto now = time_ms{up_to(2000)};
        auto has_key = [&](const principal& p) {
          return p.key == key(static_cast<std::uint8_t>(number));
        };
        const principal* who = nullptr;
        if (auto at = std::ranges::find_if(devices, has_key); at != devices.end())
          who = &*at;
        if (auto at = std::ranges::find_if(file, has_key); at != file.end())
          who = &*at;
        auto expected = code::ok;
        if (who == nullptr)
          expected = code::key_unknown;
        else if (who->revoked || (who->not_after > 0 && who->not_after <= now))
          expected = code::key_revoked;
        else if (who->role == role::node ? who->unit != unit("22333") : who->unit == unit("22333"))
          expected = code::key_other_unit;
        else if (who->not_before > now)
          expected = code::key_not_yet_valid;
        auto judged = list.judge(key(static_cast<std::uint8_t>(number)), now);
        BOOST_REQUIRE_MESSAGE(judged.reason == expected,
                              "seed " << seed << ", history " << history << ", step " << step);
        BOOST_REQUIRE((judged.who == nullptr) == (who == nullptr));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(each_role_says_what_it_may_and_nothing_else) {
  using enum frame_kind;
  for (auto r : {role::door, role::gateway}) {
    BOOST_TEST(is_device(r));
    BOOST_TEST((may_say(r, hello) == code::ok));
    BOOST_TEST((may_say(r, code_scan) == code::ok));
    BOOST_TEST((may_say(r, command) == code::key_wrong_role));
  }
  BOOST_TEST((may_say(role::gateway, scan_batch) == code::ok));
  BOOST_TEST((may_say(role::door, scan_batch) == code::needs_gateway_key));
  for (auto r : {role::operator_, role::supervisor, role::health, role::node, role::none}) {
    BOOST_TEST(!is_device(r));
    for (auto kind : {hello, code_scan, scan_batch})
      BOOST_TEST((may_say(r, kind) == code::key_wrong_role));
    BOOST_TEST((may_say(r, command) == code::ok)); // GATE looks which ones
  }
  for (auto kind : {frame_kind::none, welcome, scan_reply, refusal, answer, frame_kind{99}})
    BOOST_TEST((may_say(role::operator_, kind) == code::frame_kind_unknown));
}
