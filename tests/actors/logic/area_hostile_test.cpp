// SPDX-License-Identifier: Apache-2.0
// Proves: what an allowed child says that is not its to say, too large, or beyond all measure ends
//         nothing and changes nothing: foreign envelopes, forged answers, entries at the frame's
//         limit, floods of alerts, figures that would wrap; what a newer release says goes on up.
//         A log put back without a new epoch is not read on, and says so.
// Method: frames by hand, one a round; the book alone for the flood.
#define BOOST_TEST_MODULE area_hostile
#include "tests/support/area_world.hpp"

#include "actors/logic/alert_book.hpp"

#include <boost/test/unit_test.hpp>

using namespace wardflow;
using namespace wardflow::test;

namespace {

const unit_code ward = ward_unit(1);

struct world : area_world {
  world() : area_world(city, settings()) {
    hello(1, hello_of(ward));
    hello(2, hello_of(district));
  }
  static area_fold::options settings() {
    area_fold::options o;
    o.epoch = 1;
    return o;
  }
  std::size_t up_entries(lane l = lane::control) { return log_of(rows, state_table::up, l).size(); }
  [[nodiscard]] bool fenced(unit_code child) {
    return is_open(alert_kind::node_fenced, child.text());
  }
};

alert alarm_of(unit_code unit, std::string subject = "gate") {
  alert a;
  a.unit = unit;
  a.kind = alert_kind::device_sequence_gap;
  a.subject = std::move(subject);
  a.revision = 1;
  a.first = a.last = noon;
  a.count = 1;
  return a;
}

hour_rollup hour_of(unit_code unit, std::uint32_t revision = 1) {
  hour_rollup r;
  r.unit = unit;
  r.hour = today * 24u + 7;
  r.revision = revision;
  r.counts.in = 10;
  return r;
}

entry answer_of(unit_code unit, const command_id& id, code what = code::done) {
  answer a;
  a.id = id;
  a.code = what;
  return {entry_kind::answer, unit, encode_answer(a)};
}

command suspend(unit_code of, std::uint8_t id) {
  command c;
  c.id[0] = id;
  c.body = venue_order{make_venue_id(of.number(), 5), true, "1/QD"};
  return c;
}

} // namespace

BOOST_AUTO_TEST_CASE(an_entry_that_just_comes_in_a_frame_does_not_have_to_fit_into_ours) {
  world w;
  auto largest = [](std::size_t size) {
    return entry{static_cast<entry_kind>(200), ward, frame_body::allocate(size)};
  };
  // A frame takes it; with what our own log adds it would be larger than a frame.
  auto size = limits::frame_bytes_max - 104;
  while (!offset_log::fits(size, 0))
    size -= 8;
  w.batch(1, ward, lane::control, 1, largest(size));
  BOOST_TEST(!w.fenced(ward));
  BOOST_TEST(w.up_entries() == 1u);
  w.batch(1, ward, lane::control, 2, largest(size + 8));
  BOOST_TEST(w.fenced(ward));
  BOOST_TEST(w.up_entries() == 2u); // our own alert
  BOOST_TEST(w.ack()->through == 2u);
  w.restart();
  BOOST_TEST(w.fold->children.find(ward)->cursor[0] == 3u);
}

BOOST_AUTO_TEST_CASE(an_operators_command_that_cannot_go_down_in_one_frame_is_refused) {
  world w;
  auto c = suspend(ward, 1);
  std::vector<venue_record> rows(5'000);
  for (auto& row : rows) {
    row.name = std::string(290, 'x');
    row.address = std::string(290, 'x');
    row.phone = std::string(250, 'x');
  }
  c.unit = ward;
  c.body = rows;
  BOOST_TEST((w.say(c).code == code::too_many_rows));
  BOOST_TEST(log_of(w.rows, state_table::down, lane::control).empty());
}

BOOST_AUTO_TEST_CASE(an_answer_is_taken_from_whom_the_command_went_to_alone) {
  world w;
  w.batch(2, district, lane::control, 1, entry_of(alarm_of(ward_unit(8)))); // brought by a district
  auto c = suspend(ward_unit(8), 1);
  BOOST_TEST((w.say(c).code == code::forwarded));
  w.batch(1, ward, lane::control, 1, answer_of(ward, c.id)); // another ward's word
  BOOST_TEST((w.say(c).code == code::forwarded));
  w.batch(1, ward, lane::control, 2, answer_of(ward_unit(8), c.id)); // ... in that one's name
  BOOST_TEST((w.say(c).code == code::forwarded));
  BOOST_TEST(w.fenced(ward));
  auto unknown = suspend(ward_unit(8), 9);
  w.batch(2, district, lane::control, 2, answer_of(ward_unit(8), unknown.id));
  BOOST_TEST((w.say(unknown).code == code::forwarded)); // nobody had asked: nothing was kept
  w.batch(2, district, lane::control, 3, answer_of(ward_unit(8), c.id));
  BOOST_TEST((w.say(c).code == code::done));
  w.restart();
  w.hello(2, w.hello_of(district, 2, 5));
  w.hello(1, w.hello_of(ward, 2, 4));
  w.batch(1, ward, lane::control, 3, answer_of(ward, c.id, code::not_found));
  BOOST_TEST((w.say(c).code == code::done)); // nobody else changes it afterwards
  w.batch(2, district, lane::control, 4, answer_of(ward_unit(8), c.id, code::not_found));
  BOOST_TEST((w.say(c).code == code::not_found)); // the ward was put back, and did it again
}

BOOST_AUTO_TEST_CASE(the_envelope_names_the_unit_of_the_message) {
  world w;
  auto false_name = entry_of(alarm_of(ward));
  false_name.unit = district;
  w.batch(1, ward, lane::control, 1, std::move(false_name));
  BOOST_TEST(w.fenced(ward));
  BOOST_TEST(w.fold->book.open_by_unit().empty());
  auto hour = entry_of(hour_of(ward));
  hour.unit = ward_unit(2);
  w.batch(1, ward, lane::bulk, 1, std::move(hour));
  BOOST_TEST(w.fold->book.sum(today * 24u + 7).in == 0u);
}

BOOST_AUTO_TEST_CASE(nobody_speaks_for_a_unit_that_speaks_here_itself) {
  world w;
  w.batch(2, district, lane::bulk, 1, entry_of(hour_of(ward, 0xffff'ffff)));
  BOOST_TEST(w.fenced(district));
  w.batch(1, ward, lane::bulk, 1, entry_of(hour_of(ward)));
  BOOST_TEST(w.fold->book.sum(today * 24u + 7).in == 10u);
}

BOOST_AUTO_TEST_CASE(a_ward_that_two_speaking_areas_bring_is_an_alert) {
  world w;
  auto other = *unit_code::parse("570");
  w.hello(3, w.hello_of(other));
  w.batch(2, district, lane::bulk, 1, entry_of(hour_of(ward_unit(8))));
  BOOST_TEST(!w.is_open(alert_kind::node_twin, ward_unit(8).text()));
  w.batch(3, other, lane::bulk, 1, entry_of(hour_of(ward_unit(8), 2)));
  BOOST_TEST(w.is_open(alert_kind::node_twin, ward_unit(8).text()));
  w.stamp += minute_ms; // the first one is not heard any more: the ward has moved
  w.batch(3, other, lane::bulk, 2, entry_of(hour_of(ward_unit(9))));
  w.hello(2, w.hello_of(district, 2));
  w.stamp += minute_ms;
  w.hello(4, w.hello_of(*unit_code::parse("571")));
  w.batch(4, *unit_code::parse("571"), lane::bulk, 1, entry_of(hour_of(ward_unit(9), 2)));
  BOOST_TEST(!w.is_open(alert_kind::node_twin, ward_unit(9).text()));
}

BOOST_AUTO_TEST_CASE(what_a_newer_release_says_goes_on_up_and_is_no_crime) {
  world w;
  auto newer = alarm_of(ward);
  newer.kind = static_cast<alert_kind>(static_cast<unsigned>(alert_kind::count_) + 1);
  w.batch(1, ward, lane::control, 1, entry_of(newer));
  BOOST_TEST(!w.fenced(ward));
  BOOST_TEST(w.up_entries() == 1u);
  BOOST_TEST(w.fold->passed_on() == 1u);
}

BOOST_AUTO_TEST_CASE(figures_beyond_all_measure_change_no_sum) {
  world w;
  auto hour = hour_of(ward);
  hour.counts.in = ~0ull;
  w.batch(1, ward, lane::bulk, 1, entry_of(hour));
  day_rollup day;
  day.unit = ward;
  day.day = today;
  day.revision = 1;
  day.persons = 3;
  person_sketch sketch;
  for (std::uint64_t i = 0; i != 100'000; ++i)
    sketch.add(card_id{i * 0x9e37'79b9'7f4a'7c15ull + 1});
  day.sketch = sketch.save();
  w.batch(1, ward, lane::bulk, 2, entry_of(day));
  BOOST_TEST(w.fold->book.sum(today * 24u + 7).in == 0u);
  BOOST_TEST(w.fold->book.sum_day(today).persons_estimate == 0u);
  BOOST_TEST(w.ack()->through == 2u);
}

BOOST_AUTO_TEST_CASE(a_flood_of_alerts_ends_where_a_wards_own_book_ends) {
  area_book book{city};
  std::vector<saved_row> rows;
  auto say = [&](std::uint64_t n, alert_state state) {
    auto a = alarm_of(ward, "s" + std::to_string(n));
    a.state = state;
    auto e = entry_of(a);
    rows.clear();
    return book.apply(ward, e.view(), noon, rows);
  };
  constexpr auto most = alert_book::kept + static_cast<std::size_t>(alert_kind::count_);
  for (std::uint64_t n = 0; n != most - 1; ++n)
    BOOST_REQUIRE((say(n, alert_state::open) == entry_outcome::changed));
  BOOST_REQUIRE((say(most, alert_state::resolved) == entry_outcome::changed));
  BOOST_TEST((say(most + 1, alert_state::open) == entry_outcome::changed));
  BOOST_TEST(rows.size() == 2u); // the resolved one has gone
  BOOST_TEST((say(most + 2, alert_state::open) == entry_outcome::too_many));
  BOOST_TEST(rows.empty());
  auto elsewhere = entry_of(alarm_of(ward_unit(2)));
  BOOST_TEST((book.apply(ward_unit(2), elsewhere.view(), noon, rows) == entry_outcome::changed));
  auto ahead = alarm_of(ward_unit(3));
  ahead.last = noon + 40 * day_ms;
  auto e = entry_of(ahead);
  BOOST_TEST((book.apply(ward_unit(3), e.view(), noon, rows) == entry_outcome::out_of_range));
}

BOOST_AUTO_TEST_CASE(a_clock_that_is_not_believed_throws_no_day_away) {
  world w;
  auto old = hour_of(ward);
  old.hour -= 100 * 24;
  w.batch(1, ward, lane::bulk, 1, entry_of(old));
  BOOST_TEST(w.fold->book.sum(old.hour).in == 0u);
  BOOST_TEST(w.fold->out_of_range() == 1u);
  old.hour += 1;
  auto e = entry_of(old);
  link_batch b{log_name::up, lane::bulk, 2, 2, {}};
  b.entries.push_back(e.view());
  b.entries.back().offset = 2;
  scan_round r;
  r.clock_unsure = true;
  r.links.push_back(
    {peer_id{1}, "key", ward, role::node, frame_kind::link_batch, encode_link_batch(b)});
  w.run(r);
  BOOST_TEST(w.fold->book.sum(old.hour).in == 10u);
  command accept;
  accept.body = clock_accept{};
  BOOST_TEST((w.say(accept).code == code::clock_fine));
}

BOOST_AUTO_TEST_CASE(a_directive_log_that_was_put_back_is_not_read_on) {
  world w;
  auto h = w.hello_of(ward, 2);
  h.down[0].next = 80; // it had these from us once
  w.hello(1, h);
  BOOST_TEST(w.welcome().has_value());
  auto* open = w.order(feed_order::deed::open, 1);
  BOOST_REQUIRE(open != nullptr);
  BOOST_REQUIRE(open->wanted.size() == 1u);
  BOOST_TEST((open->wanted[0].lane == lane::bulk));
  BOOST_TEST(w.fenced(city));
}
