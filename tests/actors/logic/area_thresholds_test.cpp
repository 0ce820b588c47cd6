// SPDX-License-Identifier: Apache-2.0
// Proves: the rulebook in force at an area says from how many alerts below it raises its own,
//         whether it was loaded there or came from above, also after a restart; not before its
//         date; the alert goes up as every other.
// Method: an area's fold with alerts of two wards; the book is said by an operator or the parent.
#define BOOST_TEST_MODULE area_thresholds
#include "tests/actors/logic/rulebook_texts.hpp"
#include "tests/support/area_world.hpp"

#include <boost/test/unit_test.hpp>

using namespace wardflow;
using namespace wardflow::test;

namespace {

constexpr std::string_view subject = "risk.missing";

command book_from(std::string_view date) {
  command c;
  c.body = rulebook_text{with(small_book, "2021-10-16", date) + R"(
[[alerts.threshold]]
kind = "risk.missing"
units = 2
text_vi = "vi"
text_en = "en"
source = "1/KH"
)"};
  return c;
}

struct world : area_world {
  world() : area_world(city, settings()) { begin(); }
  void begin() {
    for (std::uint32_t n : {1u, 2u})
      hello(n, hello_of(ward_unit(n), 1, told[n] + 1));
  }
  static area_fold::options settings() {
    area_fold::options o;
    o.epoch = 1;
    o.has_parent = true;
    return o;
  }
  void missing(std::uint32_t ward, alert_state state = alert_state::open) {
    alert a;
    a.unit = ward_unit(ward);
    a.kind = alert_kind::risk_missing;
    a.subject = std::string{a.unit.text()} + ".01";
    a.state = state;
    a.revision = static_cast<std::uint32_t>(++told[ward]);
    a.first = a.last = stamp;
    a.count = 1;
    batch(ward, a.unit, lane::control, told[ward], entry_of(a));
    BOOST_REQUIRE(ack().has_value());
    empty();
  }
  [[nodiscard]] bool is_raised() const { return is_open(alert_kind::threshold, subject); }
  [[nodiscard]] std::size_t told_up() const {
    std::size_t n = 0;
    for (auto& [kind, body] : log_of(rows, state_table::up, lane::control)) {
      alert a;
      if (kind == entry_kind::alert && read_alert(body.view(), a) == code::ok)
        n += a.unit == city && a.kind == alert_kind::threshold ? 1u : 0u;
    }
    return n;
  }

  std::map<std::uint32_t, std::uint64_t> told;
};

} // namespace

BOOST_AUTO_TEST_CASE(a_book_that_was_loaded_here_counts_also_after_a_restart) {
  world w;
  BOOST_REQUIRE((w.say(book_from("2021-10-16")).code == code::forwarded));
  w.missing(1);
  BOOST_TEST(!w.is_raised());
  w.restart();
  w.begin();
  w.missing(2);
  BOOST_TEST(w.is_raised());
  BOOST_TEST(w.told_up() == 1u);
  w.missing(1, alert_state::resolved);
  BOOST_TEST(!w.is_raised());
  BOOST_TEST(w.told_up() == 2u); // its end
}

BOOST_AUTO_TEST_CASE(a_book_from_above_counts_and_without_one_nothing_is_raised) {
  world w;
  w.missing(1);
  w.missing(2);
  BOOST_TEST(!w.is_raised());
  auto book = book_from("2021-10-16");
  book.id[15] = 9;
  w.from_parent({}, book);
  w.empty();
  BOOST_TEST(w.is_raised());
}

BOOST_AUTO_TEST_CASE(a_book_counts_from_its_date_on) {
  world w;
  BOOST_REQUIRE((w.say(book_from("2021-10-21")).code == code::forwarded));
  w.missing(1);
  w.missing(2);
  BOOST_TEST(!w.is_raised());
  w.stamp = start_of(today + 1) - 1;
  w.empty();
  BOOST_TEST(!w.is_raised());
  w.stamp += 1;
  w.empty();
  BOOST_TEST(w.is_raised());
}
