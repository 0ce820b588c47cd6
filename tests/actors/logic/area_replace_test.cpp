// SPDX-License-Identifier: Apache-2.0
// Proves: an area keeps the newest of each row of its wards' registers, whatever the order, and
//         finds them again after a start; what is new goes on up, another parent hears all, some
//         rows a round; a row that cannot be that ward's is refused and alerted. A unit's new
//         machine is given a higher epoch, from then on the old one is refused, and all that is
//         kept comes page by page; not while the old one speaks, not of a unit that never told.
// Method: an area's fold with children that are played by hand.
#define BOOST_TEST_MODULE area_replace
#include "tests/support/area_world.hpp"

#include <boost/test/unit_test.hpp>

using namespace wardflow;
using namespace wardflow::test;

namespace {

const unit_code own_ward = ward_unit(66);

entry entry_of(const register_row& row) {
  constexpr entry_kind kinds[]{entry_kind::venue, entry_kind::group, entry_kind::device,
                               entry_kind::contacts};
  return {kinds[row.what.index()], row.unit, encode_register_row(row)};
}
entry entry_of(const watermark& w) {
  return {entry_kind::watermark, w.unit, encode_watermark(w)};
}

register_row group_row(std::uint32_t number, std::uint64_t revision, std::string name = "Tổ") {
  return {own_ward, revision, group_record{make_group_id(own_ward.number(), number), name}, ""};
}
register_row venue_row(std::uint32_t serial, std::uint64_t revision, std::string name = "Quán") {
  venue_record v;
  v.facts.id = make_venue_id(own_ward.number(), serial);
  v.name = std::move(name);
  return {own_ward, revision, v, ""};
}
register_row device_row(std::uint32_t id, std::uint64_t revision) {
  device_record d;
  d.id = device_id{id};
  d.as.name = "cửa " + std::to_string(id);
  d.as.key[0] = static_cast<std::uint8_t>(id);
  d.as.gateway = true;
  return {own_ward, revision, d, ""};
}
watermark mark_of(std::uint64_t revision, std::vector<device_position> positions,
                  bool whole = false) {
  watermark w;
  w.unit = own_ward;
  w.revision = revision;
  w.whole = whole;
  w.day = today;
  w.taken = revision;
  w.venues = 9;
  w.positions = std::move(positions);
  return w;
}

area_fold::options city_options(bool has_parent = false) {
  area_fold::options o;
  o.id[0] = 9;
  o.epoch = 4;
  o.has_parent = has_parent;
  return o;
}

struct ward_world : area_world {
  explicit ward_world(bool has_parent = false) : area_world(city, city_options(has_parent)) {
    greet();
  }
  void greet(std::uint64_t epoch = 1, std::uint64_t boot = 1, std::uint8_t id = 1) {
    auto h = hello_of(own_ward, boot, next);
    h.id[1] = id;
    h.epoch = epoch;
    hello(++peer, h);
  }
  template <class... Entry>
  void bring(Entry&&... e) {
    std::vector<entry> all;
    (all.push_back(std::forward<Entry>(e)), ...);
    auto count = all.size();
    batch(peer, own_ward, lane::bulk, next, all);
    next += count;
  }
  [[nodiscard]] std::string kept() const {
    std::string out;
    fold->registers.each_after({}, [&](auto& at, entry_kind kind, bytes body) {
      register_row row;
      out += std::string{at.unit.text()} + " ";
      if (kind == entry_kind::watermark)
        out += "mark";
      else if (read_register_row(body, row) == code::ok)
        out += std::visit(
          [](auto& r) {
            if constexpr (requires { r.name; })
              return r.name;
            else if constexpr (requires { r.as; })
              return r.as.name;
            else
              return std::to_string(r.size()) + " contacts";
          },
          row.what);
      out += "\n";
      return true;
    });
    return out;
  }
  answer replace(bool dry_run = false, unit_code who = own_ward) {
    command c;
    c.dry_run = dry_run;
    c.body = unit_replace{who};
    return say(c);
  }
  /// All pages of so many entries each: what kinds they are of, in order.
  std::vector<entry_kind> pages(std::uint32_t limit) {
    std::vector<entry_kind> kinds;
    query q;
    q.what = query_kind::unit_rows;
    q.limit = limit;
    for (auto more = true; more;) {
      command c;
      c.unit = own_ward;
      c.body = q;
      auto a = say(c);
      BOOST_REQUIRE((a.code == code::done));
      auto message = frame_body::copy_of(a.batch);
      link_batch b;
      BOOST_REQUIRE((read_link_batch(message.view(), b) == code::ok));
      BOOST_REQUIRE(b.is_snapshot());
      BOOST_REQUIRE(b.entries.size() <= limit);
      for (auto& e : b.entries) {
        BOOST_REQUIRE((e.unit == own_ward));
        kinds.push_back(e.kind);
      }
      more = a.more;
      q.after = std::stoull(a.facts.at(0).second);
    }
    return kinds;
  }

  std::uint64_t peer = 10;
  std::uint64_t next = 1;
};

std::string fact_of(const answer& a, std::string_view name) {
  for (auto& [key, value] : a.facts)
    if (key == name)
      return value;
  return "?";
}

} // namespace

BOOST_AUTO_TEST_CASE(the_newest_of_each_row_is_kept_over_restarts) {
  ward_world w;
  w.bring(entry_of(venue_row(2, 7, "B")), entry_of(venue_row(1, 5, "A")),
          entry_of(group_row(7, 5, "Tổ 7")), entry_of(device_row(1, 8)));
  w.bring(entry_of(venue_row(2, 6, "older")), entry_of(venue_row(1, 5, "the same")),
          entry_of(mark_of(9, {{1, 3, 10}, {2, 3, 5}}, true)));
  auto expected = "22366 Tổ 7\n22366 A\n22366 B\n22366 cửa 1\n22366 mark\n";
  BOOST_TEST(w.kept() == expected);
  w.bring(entry_of(mark_of(10, {{2, 4, 1}})), entry_of(mark_of(8, {{1, 9, 99}})));
  auto& positions = w.fold->registers.mark(own_ward)->positions;
  BOOST_TEST((positions == std::vector<device_position>{{1, 3, 10}, {2, 4, 1}}));
  w.restart();
  BOOST_TEST(w.kept() == expected);
  auto& again = w.fold->registers.mark(own_ward)->positions;
  BOOST_TEST((again == std::vector<device_position>{{1, 3, 10}, {2, 4, 1}}));
  w.greet();
  w.bring(entry_of(mark_of(row_revision(2, 1), {{1, 3, 4}}, true))); // a machine that was put back
  auto& back = w.fold->registers.mark(own_ward)->positions;
  BOOST_TEST((back == std::vector<device_position>{{1, 3, 4}}));
}

BOOST_AUTO_TEST_CASE(a_row_that_cannot_be_that_wards_is_refused) {
  ward_world w;
  auto other = venue_row(1, 5);
  std::get<venue_record>(other.what).facts.id = make_venue_id(own_ward.number() + 1, 1);
  w.bring(entry_of(other));
  BOOST_TEST(w.is_open(alert_kind::node_fenced, own_ward.text()));
  auto foreign = entry_of(venue_row(1, 5));
  foreign.unit = ward_unit(67);
  w.bring(std::move(foreign));
  auto as_group = entry_of(venue_row(1, 5));
  as_group.kind = entry_kind::group;
  w.bring(std::move(as_group));
  BOOST_TEST(w.kept().empty());
}

BOOST_AUTO_TEST_CASE(so_many_units_have_a_place_and_no_more) {
  area_registers all;
  std::vector<saved_row> rows;
  auto bring = [&](std::uint32_t n, std::uint64_t revision) {
    auto of = *unit_code::parse(std::to_string(20'000 + n));
    auto body = encode_register_row({of, revision, std::vector<contact>{{"A", "113", ""}}, ""});
    log_entry_view e;
    e.kind = entry_kind::contacts;
    e.unit = of;
    e.body = body.view();
    return all.apply(e, rows);
  };
  for (std::uint32_t n = 0; n != area_registers::units_max; ++n)
    BOOST_REQUIRE((bring(n, 1) == area_registers::outcome::changed));
  BOOST_TEST((bring(area_registers::units_max, 1) == area_registers::outcome::too_many));
  BOOST_TEST((bring(5, 2) == area_registers::outcome::changed)); // those that are there go on
  BOOST_TEST(rows.size() == area_registers::units_max + 1);
}

BOOST_AUTO_TEST_CASE(a_new_machine_gets_all_that_is_kept_and_the_old_one_is_refused) {
  ward_world w;
  hour_rollup hour{own_ward, today * 24u + 7, 1, {5, 4, 0, 0, 0}};
  day_rollup day;
  day.unit = own_ward;
  day.day = today;
  day.revision = 1;
  day.taken = 9;
  hour_rollup old = hour;
  old.hour = (today - 40) * 24u;
  w.bring(entry_of(venue_row(1, 5)), entry_of(venue_row(2, 5)), entry_of(group_row(7, 5)),
          entry_of(device_row(1, 8)), entry_of(mark_of(9, {{1, 3, 10}}, true)), entry_of(hour),
          entry_of(old), entry_of(day));
  BOOST_TEST((w.replace().code == code::unit_speaks));
  w.stamp += 7 * second_ms;
  auto dry = w.replace(true);
  BOOST_TEST((dry.code == code::dry_run_ok));
  BOOST_TEST(fact_of(dry, "epoch") == "2");
  BOOST_TEST(fact_of(dry, "venues") == "2");
  BOOST_TEST(fact_of(dry, "venues_told") == "9"); // seven never came
  w.greet(1, 2);
  BOOST_TEST(w.welcome().has_value()); // dry changes nothing
  w.stamp += 7 * second_ms;
  auto done = w.replace();
  BOOST_TEST((done.code == code::done));
  BOOST_TEST(fact_of(done, "epoch") == "2");
  BOOST_TEST(fact_of(done, "parent_epoch") == "4");
  for (auto limit : {1u, 3u, 100u})
    BOOST_TEST(
      (w.pages(limit) == std::vector{entry_kind::group, entry_kind::venue, entry_kind::venue,
                                     entry_kind::device, entry_kind::watermark,
                                     entry_kind::hour_rollup, entry_kind::day_rollup}));
  w.restart();
  w.greet(1, 3);
  BOOST_TEST((w.bye(w.peer) == code::link_fenced));
  BOOST_TEST(w.is_open(alert_kind::node_fenced, own_ward.text()));
  w.next = 1;
  w.greet(2, 4, 7); // the new one, whose id nobody knew
  BOOST_TEST(w.welcome().has_value());
  w.greet(2, 5, 8); // a third machine with this epoch
  BOOST_TEST((w.bye(w.peer) == code::link_fenced));
}

BOOST_AUTO_TEST_CASE(what_was_never_told_or_is_not_below_is_said) {
  ward_world w;
  w.stamp += 7 * second_ms;
  BOOST_TEST((w.replace().code == code::unit_rows_none));
  BOOST_TEST((w.replace(false, ward_unit(99)).code == code::unit_not_below));
  BOOST_TEST((w.replace(false, district).code == code::unit_not_below));
  command c;
  c.unit = own_ward;
  query q;
  q.what = query_kind::unit_rows;
  c.body = q;
  BOOST_TEST((w.say(c).code == code::unit_rows_none));
}

BOOST_AUTO_TEST_CASE(a_province_keeps_them_too_and_gives_them_when_the_city_is_gone) {
  area_world p{province, city_options()};
  p.hello(1, p.hello_of(city));
  std::vector<entry> all;
  all.push_back(entry_of(venue_row(1, 5)));
  all.push_back(entry_of(mark_of(row_revision(6, 9), {{1, 3, 10}}, true)));
  hour_rollup hour{own_ward, today * 24u + 7, 1, {5, 4, 0, 0, 0}};
  all.push_back(entry_of(hour));
  p.batch(1, city, lane::bulk, 1, all);
  command c;
  c.body = unit_replace{own_ward};
  auto asked = p.say(c);
  BOOST_TEST((asked.code == code::unit_not_below)); // the city lives: it is the one to ask
  BOOST_TEST(asked.detail == "568");
  p.stamp += 7 * second_ms;
  auto given = p.say(c);
  BOOST_TEST((given.code == code::done));
  BOOST_TEST(fact_of(given, "epoch") == "7");
}

BOOST_AUTO_TEST_CASE(another_parent_hears_all_registers_some_rows_a_round_over_restarts) {
  ward_world w{true};
  for (std::uint32_t i = 1; i <= 450; ++i)
    w.bring(entry_of(venue_row(i, 5)));
  auto told = [&] {
    std::size_t n = 0;
    for (auto& [kind, body] : log_of(w.rows, state_table::up, lane::bulk))
      n += kind == entry_kind::venue;
    return n;
  };
  auto before = told();
  scan_round r;
  r.parent.who.id[0] = 5;
  r.parent.who.epoch = 1;
  w.run(r);
  BOOST_TEST(told() == before + 200);
  BOOST_TEST(r.next_due == 1);
  w.restart();
  w.empty();
  BOOST_TEST(told() == before + 400);
  w.empty();
  BOOST_TEST(told() == before + 450);
  BOOST_TEST(w.empty().next_due != 1);
  BOOST_TEST(told() == before + 450);
}
