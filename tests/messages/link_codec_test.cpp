// SPDX-License-Identifier: Apache-2.0
// Proves: every frame between nodes, and what an entry says, comes back as it was; damage is
//         refused or is another whole value, never half of one; every bound is held.
// Method: samples and random values there and back; bits flipped and ends cut by seed; one field
//         at a time over its bound.
#define BOOST_TEST_MODULE link_codec
#include "messages/link.hpp"

#include "tests/messages/link_samples.hpp"

#include <boost/test/unit_test.hpp>

#include <random>

using namespace wardflow;
using namespace wardflow::samples;

namespace {

constexpr std::uint32_t seed = 1'610;
constexpr auto malformed = code::frame_malformed;

template <class Value>
struct codec {
  code (*read)(bytes, Value&);
  frame_body (*write)(const Value&);

  void comes_back(const Value& v) const {
    const auto message = write(v);
    Value got;
    BOOST_REQUIRE(read(message.view(), got) == code::ok);
    BOOST_TEST((got == v));
    BOOST_TEST(std::ranges::equal(write(got).view(), message.view()));
  }

  /// Refused, and `got` left alone; or whole.
  void holds(bytes message, const Value& before) const {
    auto got = before;
    if (read(message, got) != code::ok)
      BOOST_TEST((got == before));
    else
      comes_back(got);
  }

  void survives(const Value& v, std::mt19937_64& random) const {
    const auto message = write(v);
    for (auto n = 0; n < 3'000; ++n) {
      auto damaged = frame_body::copy_of(message.view());
      for (auto flips = 1 + random() % 3; flips != 0; --flips)
        damaged.writable()[random() % damaged.size()] ^= static_cast<std::byte>(1u << random() % 8);
      holds(damaged.view(), v);
    }
    for (std::size_t size = 0; size < message.size(); ++size) {
      Value got = v;
      BOOST_TEST((read(message.view().first(size), got) != code::ok));
      BOOST_TEST((got == v));
      if (size >= 8) {
        auto cut = words_of(message.view().first(size / 8 * 8));
        cut.erase(cut.begin());
        holds(view_of(framed(cut)), v); // with a right segment table
      }
    }
  }

  void refuses(const Value& v) const { refuses_message(write(v).view()); }

  void refuses_message(bytes message) const {
    Value got;
    BOOST_TEST((read(message, got) == malformed));
    BOOST_TEST((got == Value{}));
  }
};

constexpr codec<link_hello> hellos{&read_link_hello, &encode_link_hello};
constexpr codec<link_welcome> welcomes{&read_link_welcome, &encode_link_welcome};
constexpr codec<link_ack> acks{&read_link_ack, &encode_link_ack};
constexpr codec<link_gap> gaps{&read_link_gap, &encode_link_gap};
constexpr codec<link_heartbeat> heartbeats{&read_link_heartbeat, &encode_link_heartbeat};
constexpr codec<link_bye> byes{&read_link_bye, &encode_link_bye};
constexpr codec<subscribe> subscriptions{&read_subscribe, &encode_subscribe};
constexpr codec<alert> alerts{&read_alert, &encode_alert};
constexpr codec<hour_rollup> hours{&read_hour_rollup, &encode_hour_rollup};
constexpr codec<day_rollup> days{&read_day_rollup, &encode_day_rollup};
constexpr codec<register_row> rows{&read_register_row, &encode_register_row};
constexpr codec<watermark> marks{&read_watermark, &encode_watermark};

code read_batch_of(const link_batch& b) {
  const auto message = encode_link_batch(b);
  link_batch got;
  const auto what = read_link_batch(message.view(), got);
  BOOST_TEST((what == code::ok || (got.entries.empty() && got.first == 0)));
  return what;
}

template <class Value, class Change>
void refuses_changed(const codec<Value>& c, Value v, Change change) {
  change(v);
  c.refuses(v);
}

template <class Change>
void refuses_batch(Change change) {
  std::vector<frame_body> bodies;
  auto b = some_entries(bodies);
  change(b);
  BOOST_TEST((read_batch_of(b) == malformed));
}

template <class Enum>
Enum number(unsigned n) {
  return static_cast<Enum>(n);
}

std::vector<lane_range> random_ranges(std::mt19937_64& random) {
  std::vector<lane_range> result(random() % 9);
  for (auto& r : result)
    r = {number<lane>(random() % 2), random() >> 2, random() >> 2};
  return result;
}

} // namespace

BOOST_AUTO_TEST_CASE(every_value_comes_back) {
  hellos.comes_back(resuming_hello());
  welcomes.comes_back(parent_welcome());
  acks.comes_back(an_ack());
  gaps.comes_back(a_gap());
  heartbeats.comes_back(a_heartbeat());
  byes.comes_back(a_bye());
  byes.comes_back({});
  subscriptions.comes_back(a_subscription());
  subscriptions.comes_back({});
  alerts.comes_back(capacity_alert());
  hours.comes_back(an_hour());
  for (auto& row : {a_venue_row(), a_group_row(), a_device_row(), a_contacts_row()})
    rows.comes_back(row);
  marks.comes_back(a_watermark());
  watermark nothing_yet;
  nothing_yet.unit = a_ward();
  marks.comes_back(nothing_yet);
  auto estimated = a_day();
  estimated.persons_estimated = true;
  days.comes_back(estimated);
  days.comes_back(a_day());
  day_rollup nothing;
  nothing.unit = a_ward();
  days.comes_back(nothing);
  std::mt19937_64 random{seed};
  for (auto n = 0; n < 200; ++n) {
    auto h = child_hello();
    h.up = random_ranges(random);
    h.down = random_ranges(random);
    h.software = std::string(random() % 301, 'v');
    h.marks[1].assign(random() % (limits::mark_bytes_max + 1), static_cast<char>(n));
    hellos.comes_back(h);
    auto w = parent_welcome();
    w.up = random_ranges(random);
    welcomes.comes_back(w);
    heartbeats.comes_back({static_cast<time_ms>(random() >> 13), w.up});
    auto s = a_subscription();
    s.kinds.assign(random() % 65, alert_kind::risk_raised);
    subscriptions.comes_back(s);
    auto d = a_day();
    d.sketch.assign(random() % 65'537, static_cast<std::byte>(n));
    d.reasons.assign(random() % 129, {1, 2});
    days.comes_back(d);
  }
}

BOOST_AUTO_TEST_CASE(a_batch_comes_back_and_its_bodies_lie_aligned_in_it) {
  std::vector<frame_body> bodies;
  const auto b = some_entries(bodies);
  const auto message = encode_link_batch(b);
  link_batch got;
  BOOST_REQUIRE(read_link_batch(message.view(), got) == code::ok);
  BOOST_TEST(same_batch(got, b));
  alert a;
  hour_rollup h;
  day_rollup d;
  command c;
  BOOST_TEST((read_alert(got.entries[0].body, a) == code::ok && a == capacity_alert()));
  BOOST_TEST((read_hour_rollup(got.entries[1].body, h) == code::ok && h == an_hour()));
  BOOST_TEST((read_day_rollup(got.entries[2].body, d) == code::ok && d == a_day()));
  BOOST_TEST((read_command(got.entries[3].body, c) == code::ok));
  std::mt19937_64 random{seed};
  for (auto n = 0; n < 200; ++n) {
    link_batch many{log_name::down, lane::control, 1 + random() % 100, 0, {}};
    many.through = many.first + random() % 50;
    const std::vector<std::byte> body(random() % 2'000, std::byte{9});
    for (auto offset = many.first; offset <= many.through; ++offset)
      if (random() % 3 != 0)
        many.entries.push_back({offset, noon, number<entry_kind>(random() % 256), a_ward(),
                                std::string_view{"unit and name"}.substr(random() % 14), 0,
                                bytes{body}.first(random() % (body.size() + 1)),
                                number<role>(random() % 256)});
    const auto sent = encode_link_batch(many);
    BOOST_REQUIRE(read_link_batch(sent.view(), got) == code::ok);
    BOOST_TEST(same_batch(got, many));
  }
}

BOOST_AUTO_TEST_CASE(damage_is_refused_or_another_whole_value) {
  std::mt19937_64 random{seed};
  hellos.survives(resuming_hello(), random);
  welcomes.survives(parent_welcome(), random);
  acks.survives(an_ack(), random);
  gaps.survives(a_gap(), random);
  heartbeats.survives(a_heartbeat(), random);
  byes.survives(a_bye(), random);
  subscriptions.survives(a_subscription(), random);
  alerts.survives(capacity_alert(), random);
  hours.survives(an_hour(), random);
  days.survives(a_day(), random);
  rows.survives(a_venue_row(), random);
  rows.survives(a_group_row(), random);
  rows.survives(a_device_row(), random);
  rows.survives(a_contacts_row(), random);
  marks.survives(a_watermark(), random);
}

BOOST_AUTO_TEST_CASE(a_damaged_batch_is_refused_or_whole) {
  std::mt19937_64 random{seed};
  std::vector<frame_body> bodies;
  const auto message = encode_link_batch(some_entries(bodies));
  for (auto n = 0; n < 20'000; ++n) {
    auto damaged = frame_body::copy_of(message.view());
    const auto near = n % 2 == 0 ? damaged.size() : std::size_t{200}; // where the pointers are
    for (auto flips = 1 + random() % 3; flips != 0; --flips)
      damaged.writable()[random() % near] ^= static_cast<std::byte>(1u << random() % 8);
    link_batch got, again;
    if (read_link_batch(damaged.view(), got) != code::ok) {
      BOOST_TEST((got.entries.empty() && got.first == 0 && got.through == 0));
      continue;
    }
    const auto written = encode_link_batch(got);
    BOOST_REQUIRE(read_link_batch(written.view(), again) == code::ok);
    BOOST_TEST(same_batch(got, again));
  }
  for (std::size_t size = 0; size < message.size(); ++size) {
    link_batch got;
    BOOST_TEST((read_link_batch(message.view().first(size), got) != code::ok));
    BOOST_TEST(got.entries.empty());
  }
}

BOOST_AUTO_TEST_CASE(a_batch_out_of_order_or_out_of_its_range_is_refused) {
  refuses_batch([](link_batch& b) { b.log = number<log_name>(2); });
  refuses_batch([](link_batch& b) { b.lane = number<lane>(2); });
  refuses_batch([](link_batch& b) { b.first = 0; });
  refuses_batch([](link_batch& b) { b.first = 2'101; });
  refuses_batch([](link_batch& b) { b.through = 2'103; });
  refuses_batch([](link_batch& b) { b.through = (std::uint64_t{1} << 62) + 1; });
  refuses_batch([](link_batch& b) { b.entries[1].offset = 2'100; });
  refuses_batch([](link_batch& b) { std::swap(b.entries[1].offset, b.entries[2].offset); });
  refuses_batch([](link_batch& b) {
    b.entries.clear();
    b.through = b.first - 1;
  });
  for (auto more : {0u, 1u}) {
    link_batch b{log_name::up, lane::bulk, 1, 20'000, {}};
    b.entries.resize(limits::entries_per_batch_max + more);
    for (std::size_t n = 0; n < b.entries.size(); ++n)
      b.entries[n].offset = n + 1;
    BOOST_TEST((read_batch_of(b) == (more == 0 ? code::ok : malformed)));
  }
}

BOOST_AUTO_TEST_CASE(an_offset_past_the_last_one_is_refused_wherever_it_stands) {
  constexpr auto last = std::uint64_t{1} << 62;
  for (auto offset : {last, last + 1, ~std::uint64_t{0}}) {
    auto expected = offset == last ? code::ok : malformed;
    for (auto ranges : {lane_range{lane::bulk, offset, 5}, lane_range{lane::bulk, 5, offset}}) {
      auto h = child_hello();
      h.up = {ranges};
      BOOST_TEST((read_link_hello(encode_link_hello(h).view(), h) == expected));
      h = child_hello();
      h.down = {ranges};
      BOOST_TEST((read_link_hello(encode_link_hello(h).view(), h) == expected));
      auto w = parent_welcome();
      w.up = {ranges};
      BOOST_TEST((read_link_welcome(encode_link_welcome(w).view(), w) == expected));
      link_heartbeat beat{noon, {ranges}};
      BOOST_TEST((read_link_heartbeat(encode_link_heartbeat(beat).view(), beat) == expected));
    }
    auto a = an_ack();
    a.through = offset;
    BOOST_TEST((read_link_ack(encode_link_ack(a).view(), a) == expected));
  }
}

BOOST_AUTO_TEST_CASE(a_snapshot_is_of_offset_0_and_nothing_else_is) {
  std::vector<frame_body> bodies;
  auto b = some_entries(bodies);
  b.first = b.through = 0;
  BOOST_TEST((read_batch_of(b) == malformed)); // entries of the log
  for (auto& e : b.entries)
    e.offset = 0;
  const auto message = encode_link_batch(b);
  link_batch got;
  BOOST_REQUIRE(read_link_batch(message.view(), got) == code::ok);
  BOOST_TEST(got.is_snapshot());
  BOOST_TEST(same_batch(got, b));
  b.entries.clear();
  BOOST_TEST((read_batch_of(b) == code::ok)); // nothing is open
  refuses_batch([](link_batch& of_log) { of_log.entries[0].offset = 0; });
}

BOOST_AUTO_TEST_CASE(texts_are_cleaned_by_the_writer_and_refused_by_the_reader) {
  std::vector<frame_body> bodies;
  auto b = some_entries(bodies);
  const auto bad = std::string("a\nb\0c", 5) + std::string(400, 'x');
  b.entries[0].by = bad;
  const auto cleaned = encode_link_batch(b);
  link_batch got;
  BOOST_REQUIRE(read_link_batch(cleaned.view(), got) == code::ok);
  BOOST_TEST(got.entries[0].by.substr(0, 6) == "a?b?cx");
  BOOST_TEST(got.entries[0].by.size() == limits::text_bytes_max);

  b.entries[0].by = "~~";
  link_batch none;
  BOOST_TEST(
    (read_link_batch(with_byte(encode_link_batch(b), '~', '\x1b').view(), none) == malformed));
  auto h = child_hello();
  h.software = "~";
  hellos.refuses_message(with_byte(encode_link_hello(h), '~', '\n').view());
  byes.refuses_message(with_byte(encode_link_bye({code::ok, "~"}), '~', '\xff').view());
  auto s = a_subscription();
  s.name = "~";
  subscriptions.refuses_message(with_byte(encode_subscribe(s), '~', '\t').view());
  for (auto text : {&alert::subject, &alert::evidence, &alert::by}) {
    auto a = capacity_alert();
    a.*text = "~";
    alerts.refuses_message(with_byte(encode_alert(a), '~', '\x7f').view());
  }
}

BOOST_AUTO_TEST_CASE(what_is_over_its_bound_is_refused) {
  const std::vector<lane_range> nine(9);
  refuses_changed(hellos, child_hello(), [&](auto& h) { h.up = nine; });
  refuses_changed(hellos, child_hello(), [&](auto& h) { h.down = nine; });
  refuses_changed(hellos, child_hello(), [](auto& h) { h.unit = {}; });
  refuses_changed(welcomes, parent_welcome(), [&](auto& w) { w.up = nine; });
  refuses_changed(heartbeats, a_heartbeat(), [&](auto& h) { h.up = nine; });
  refuses_changed(acks, an_ack(), [](auto& a) { a.log = number<log_name>(2); });
  refuses_changed(acks, an_ack(), [](auto& a) { a.lane = number<lane>(2); });
  refuses_changed(gaps, a_gap(), [](auto& g) { g.log = number<log_name>(2); });
  refuses_changed(gaps, a_gap(), [](auto& g) { g.lane = number<lane>(2); });
  refuses_changed(gaps, a_gap(), [](auto& g) { g.first_retained = ~std::uint64_t{0}; });
  refuses_changed(subscriptions, a_subscription(),
                  [](auto& s) { s.kinds.assign(65, alert_kind::node_twin); });
  for (auto kind : {alert_kind::none, alert_kind::count_}) {
    refuses_changed(subscriptions, a_subscription(), [&](auto& s) { s.kinds[1] = kind; });
    refuses_changed(alerts, capacity_alert(), [&](auto& a) { a.kind = kind; });
  }
  refuses_changed(subscriptions, a_subscription(),
                  [](auto& s) { s.severity_min = number<severity>(3); });
  refuses_changed(subscriptions, a_subscription(),
                  [](auto& s) { s.start = number<subscribe_start>(5); });
  refuses_changed(alerts, capacity_alert(), [](auto& a) { a.severity = number<severity>(3); });
  refuses_changed(alerts, capacity_alert(), [](auto& a) { a.state = number<alert_state>(3); });
  refuses_changed(alerts, capacity_alert(), [](auto& a) { a.unit = {}; });
  refuses_changed(hours, an_hour(), [](auto& h) { h.unit = {}; });
  refuses_changed(days, a_day(), [](auto& d) { d.unit = {}; });
  refuses_changed(days, a_day(), [](auto& d) { d.sketch.resize(65'537); });
  refuses_changed(days, a_day(), [](auto& d) { d.reasons.resize(129); });
  refuses_changed(rows, a_group_row(), [](auto& r) { r.unit = {}; });
  refuses_changed(rows, a_device_row(),
                  [](auto& r) { std::get<device_record>(r.what).id = device_id{}; });
  refuses_changed(rows, a_venue_row(),
                  [](auto& r) { std::get<venue_record>(r.what).facts.kind = category::count_; });
  refuses_changed(marks, a_watermark(), [](auto& w) { w.unit = {}; });
  refuses_changed(marks, a_watermark(), [](auto& w) { w.reasons.resize(129); });
  refuses_changed(marks, a_watermark(), [](auto& w) { w.positions[0].device = 0; });
  refuses_changed(marks, a_watermark(), [](auto& w) { w.positions[1].device = 1; }); // twice
  refuses_changed(marks, a_watermark(), [](auto& w) { w.positions[1].next = 0; });
  refuses_changed(marks, a_watermark(), [](auto& w) { w.positions[0].epoch = 0; });
  for (auto size : {0u, 15u, 17u}) { // a node's id is 16 bytes
    auto message = words_of(encode_link_hello(child_hello()).view());
    for (auto& w : message)
      if ((w & 3) == 1 && w >> 32 == (2u | 16u << 3))
        w = (w & 0xffff'ffff) | std::uint64_t{2u | size << 3} << 32;
    hellos.refuses_message(view_of(message));
  }
}

BOOST_AUTO_TEST_CASE(lanes_of_a_newer_node_are_passed_over_and_times_are_cut) {
  auto h = child_hello();
  h.up.push_back({number<lane>(2), 1, 5});
  link_hello got;
  BOOST_REQUIRE(read_link_hello(encode_link_hello(h).view(), got) == code::ok);
  BOOST_TEST((got == child_hello()));
  constexpr auto bound = time_ms{1} << 52;
  link_ack a = an_ack(), cut;
  a.node_time = std::numeric_limits<time_ms>::max();
  BOOST_REQUIRE(read_link_ack(encode_link_ack(a).view(), cut) == code::ok);
  BOOST_TEST(cut.node_time == bound);
  a.node_time = std::numeric_limits<time_ms>::min();
  BOOST_REQUIRE(read_link_ack(encode_link_ack(a).view(), cut) == code::ok);
  BOOST_TEST(cut.node_time == -bound);
}
