// SPDX-License-Identifier: Apache-2.0
// Proves: a ward whose machine burns, and burns again, is built anew from what its parent has read,
//         and then each scan is in the parent's hours exactly once, and so often in its days. Not
//         there are only scans that a burnt machine had acknowledged and not told. Doors go on with
//         their keys and numbers, and the ward's contacts are those that it had told last. A
//         watermark that told less than its hours fails this.
// Method: by seed: the real ward, area and send windows; frames and replies are lost, the line to
//         the parent is cut, the machine burns at any moment, also between two chunks of a round.
//         Each scan has an hour of its own, so that the parent's sums name it.
#define BOOST_TEST_MODULE ward_rebuild
#include "actors/logic/send_window.hpp"
#include "actors/logic/ward_rebuild.hpp"
#include "tests/support/area_world.hpp"
#include "tests/support/fold_traffic.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <deque>
#include <set>

using namespace wardflow;
using namespace wardflow::test;

namespace {

const unit_code unit = *unit_code::parse("22366");
constexpr std::uint32_t doors = 3;
constexpr std::size_t scans_max = 250; // an hour each, of the last 29 days

area_fold::options city_options() {
  area_fold::options o;
  o.id[0] = 9;
  o.epoch = 4;
  return o;
}

ward_fold::options ward_options(std::uint64_t epoch) {
  ward_fold::options o;
  o.rollups.revision_min = first_revision(epoch);
  o.rollups.epoch = epoch;
  return o;
}

/// A ward's machine: its fold, its disk, and how far its parent acknowledged.
struct machine : fold_world {
  explicit machine(std::uint64_t own_epoch) :
    fold_world(ward_options(own_epoch)), epoch(own_epoch) {
    fold->state.parent.begin(epoch, fold->state.up);
  }
  /// Built anew from these rows.
  machine(std::uint64_t own_epoch, ward_rebuild& built) : machine(own_epoch) {
    built.state.each_row([&](const saved_row& row) { rows[{row.table, row.key}] = row.value; });
    write_rows(rows, built.beside);
    fold = std::make_unique<ward_fold>(unit, options);
    for (auto table : {state_table::ward, state_table::meta, state_table::venues,
                       state_table::cards, state_table::devices, state_table::links})
      for (auto& [key, value] : rows)
        if (key.first == table)
          BOOST_REQUIRE_MESSAGE(fold->state.load(table, key.second, value), key.second);
    BOOST_REQUIRE(fold->state.loaded());
    fold->state.parent.begin(epoch, fold->state.up);
    number = fold->state.last_round;
    BOOST_REQUIRE(number == 0u);
  }

  std::uint64_t epoch;
  std::uint64_t boot = 0;
  std::uint64_t peer = 0; // its session at the parent; 0: none
};

struct door {
  send_window window;
  std::map<std::uint64_t, time_ms> scans; // not ended, by id
  std::set<time_ms> acknowledged;
};

struct world {
  explicit world(std::uint64_t seed) : random(seed) {
    if (seed % 2 == 0) // some minutes before midnight
      pass_to(start_of(today) + day_ms - 5 * minute_ms);
    ward = std::make_unique<machine>(1);
    ward->boot = ++boots;
    ward->stamp = area.stamp;
    std::vector<venue_record> venues;
    for (std::uint32_t i = 1; i <= doors; ++i) {
      venue_record v;
      v.name = "Quán " + std::to_string(i);
      venues.push_back(v);
    }
    BOOST_REQUIRE(ward->say(venues).code == code::done);
    for (std::uint32_t i = 1; i <= doors; ++i) {
      device_add d;
      d.name = "door " + std::to_string(i);
      d.key[0] = static_cast<std::uint8_t>(i);
      d.venue = make_venue_id(unit.number(), i);
      BOOST_REQUIRE(ward->say(d).code == code::done);
      auto policy = door_policy;
      policy.salt = random() | 1;
      at_door.push_back({send_window{policy, {100 + random() % 50, 0, false, 0, {}}}, {}, {}});
      at_door.back().window.connected(now());
    }
  }

  [[nodiscard]] time_ms now() const { return area.stamp; }
  bool chance(unsigned rate) { return random() % 100 < rate; }
  void pass(time_ms ms) { ward->stamp = area.stamp += ms; }
  void pass_to(time_ms at) {
    area.stamp = at;
    first_hour = at - 29 * day_ms;
  }

  // -- doors -------------------------------------------------------------------------------------

  void arrive() {
    if (said.size() == scans_max)
      return;
    auto& d = at_door[random() % doors];
    auto at = first_hour + static_cast<time_ms>(said.size()) * hour_ms;
    auto id = said.size() + 1;
    said.insert(at);
    d.scans[id] = at;
    d.window.add(id, 1, now());
  }

  void work_door(std::uint32_t n, scan_round& r) {
    auto& d = at_door[n];
    auto peer = peer_id{n + 1};
    auto id = device_id{n + 1};
    for (;;) {
      auto a = d.window.next(now());
      auto lost = !calm && chance(20);
      if (a.what == send_window::step::hello) {
        if (!lost)
          r.hellos.push_back({peer, id});
      } else if (a.what == send_window::step::write_epoch) {
        d.window.epoch_written(now());
      } else if (a.what == send_window::step::redial) {
        d.window.disconnected();
        d.window.connected(now());
      } else if (a.what == send_window::step::send) {
        scan s;
        s.venue = make_venue_id(unit.number(), n + 1);
        s.card = card_id{1000 + a.id};
        s.at = d.scans.at(a.id);
        if (!lost)
          r.scans.push_back({peer, id, encode_batch(a.epoch, a.first, {&s, 1}), 0});
      } else {
        BOOST_REQUIRE((a.what == send_window::step::idle));
        return;
      }
    }
  }

  void hear(const outbound& out) {
    auto& d = at_door[static_cast<std::size_t>(out.peer) - 1];
    welcome w;
    scan_reply reply;
    refusal no;
    if (out.kind == frame_kind::welcome && read_welcome(out.body.view(), w) == code::ok)
      d.window.welcomed(w, now());
    else if (out.kind == frame_kind::scan_reply &&
             read_scan_reply(out.body.view(), reply) == code::ok)
      d.window.replied(reply, now());
    else if (out.kind == frame_kind::refusal && read_refusal(out.body.view(), no) == code::ok)
      d.window.refused(no, now());
    for (auto& e : d.window.take_events()) {
      BOOST_REQUIRE((e.what != send_window::happening::doubtful));
      if (e.what == send_window::happening::not_judged)
        continue;
      auto at = d.scans.at(e.id);
      d.acknowledged.insert(at);
      if (e.what == send_window::happening::stored && counted(at) == 0)
        excused.insert(at); // acknowledged by a machine that has burnt since
    }
  }

  // -- the ward and its parent -------------------------------------------------------------------

  void round() {
    scan_round r;
    for (std::uint32_t n = 0; n != doors; ++n)
      work_door(n, r);
    if (ward->peer != 0) {
      r.parent.who = {area.options.id, area.options.epoch};
      auto* known = area.fold->children.find(unit);
      for (std::size_t l = 0; l != lanes_max; ++l)
        r.parent.acked[l] = known->cursor[l] - 1;
    }
    ward->run(r);
    for (auto& out : r.replies)
      if (calm || !chance(25))
        hear(out);
  }

  void dial() {
    link_hello h = area.hello_of(unit, ward->boot);
    h.id[1] = static_cast<std::uint8_t>(ward->epoch);
    h.epoch = ward->epoch;
    auto held = ward->fold->state.up.held();
    h.up.assign(held.begin(), held.end());
    ward->peer = ++peers;
    area.hello(ward->peer, h);
    BOOST_REQUIRE_MESSAGE(area.welcome(), "epoch " << ward->epoch);
  }

  /// Some chunks of the up-log, or all; the line may break behind each.
  void pump() {
    for (auto l : {lane::control, lane::bulk}) {
      for (;;) {
        auto next = area.fold->children.find(unit)->cursor[static_cast<std::size_t>(l)];
        auto key = ward->fold->state.up.key_of(l, next);
        if (!key)
          break;
        area.frame(ward->peer, unit, frame_kind::link_batch,
                   frame_body::copy_of(ward->rows.at({state_table::up, *key})));
        if (!calm && chance(20)) {
          ward->peer = 0;
          return;
        }
      }
    }
  }

  /// Nothing of it is left; what only it knew is noted.
  void burn() {
    ++burnt;
    for (auto& d : at_door)
      for (auto at : d.acknowledged)
        if (counted(at) == 0)
          excused.insert(at);
    auto before = ward->fold->state.places.state_hash();
    auto contacts_told = area.fold->registers.contacts(unit);
    auto register_told = area.fold->registers.held(unit).devices == doors;
    pass(7 * second_ms); // it is not heard any more
    auto said_of = area.say(replaced_by(false));
    BOOST_REQUIRE((said_of.code == code::done));
    std::map<std::string, std::string> facts(said_of.facts.begin(), said_of.facts.end());
    ward_rebuild built{unit};
    query q;
    q.what = query_kind::unit_rows;
    q.limit = 7; // many pages
    for (auto more = true; more;) {
      command c;
      c.unit = unit;
      c.body = q;
      auto page = area.say(c);
      BOOST_REQUIRE((page.code == code::done));
      auto message = frame_body::copy_of(page.batch);
      link_batch b;
      BOOST_REQUIRE((read_link_batch(message.view(), b) == code::ok));
      for (auto& e : b.entries)
        BOOST_REQUIRE_MESSAGE(built.take(e) == code::ok, built.detail);
      q.after = std::stoull(page.facts.at(0).second);
      more = page.more;
    }
    built.finish(now(), {{area.options.id, area.options.epoch}, {}});
    auto stamp = ward->stamp;
    ward = std::make_unique<machine>(std::stoull(facts["epoch"]), built);
    ward->stamp = stamp;
    ward->boot = ++boots;
    BOOST_REQUIRE(register_told);
    BOOST_REQUIRE((ward->fold->state.places.state_hash() == before));
    BOOST_REQUIRE((ward->fold->state.contacts.of(unit) == contacts_told));
    for (auto& d : at_door) {
      d.window.disconnected();
      d.window.connected(now());
    }
  }

  static command replaced_by(bool dry_run) {
    command c;
    c.dry_run = dry_run;
    c.body = unit_replace{unit};
    return c;
  }

  [[nodiscard]] std::uint64_t counted(time_ms at) const {
    return area.fold->book.sum(local_hour(at)).in;
  }

  void set_contact() {
    contact_order order{{"Đầu mối " + std::to_string(random() % 3), "", ""}, chance(40)};
    order.row.phone = std::to_string(100 + random() % 900);
    (void)ward->say(order);
  }

  void step() {
    pass(200 + static_cast<time_ms>(random() % 3'000));
    if (chance(60))
      arrive();
    if (chance(3))
      set_contact();
    round();
    if (ward->peer == 0 && (calm || chance(30)))
      dial();
    if (ward->peer != 0 && (calm || chance(70)))
      pump();
  }

  void run() {
    // Until the registers are told: what the parent does not have is lost, and that is said.
    calm = true;
    while (area.fold->registers.held(unit).devices != doors)
      step();
    calm = false;
    for (auto i = 0; i != 400; ++i) {
      step();
      if (chance(1) && burnt < 4)
        burn();
    }
    calm = true;
    for (auto i = 0; i != 400; ++i)
      step();
  }

  void check() {
    std::uint64_t in_hours = 0;
    for (auto at : said) {
      auto n = counted(at);
      in_hours += n;
      if (excused.contains(at))
        BOOST_REQUIRE_MESSAGE(n == 0, "a scan that was lost is counted " << n);
      else
        BOOST_REQUIRE_MESSAGE(n == 1, "a scan is counted " << n << " times");
    }
    for (auto& d : at_door)
      BOOST_REQUIRE(d.window.unanswered() == 0u);
    std::uint64_t in_days = 0, by_reason = 0;
    for (auto& [day, r] : area.fold->book.find(unit)->days) {
      in_days += r.taken;
      for (auto& [reason, n] : r.reasons)
        by_reason += n;
    }
    BOOST_REQUIRE_MESSAGE(in_days == in_hours, in_days << " in days, " << in_hours << " in hours");
    BOOST_REQUIRE(by_reason == in_hours);
    BOOST_REQUIRE((area.fold->registers.contacts(unit) == ward->fold->state.contacts.of(unit)));
  }

  std::mt19937_64 random;
  area_world area{city, city_options()};
  std::unique_ptr<machine> ward;
  std::vector<door> at_door;
  std::set<time_ms> said;
  std::set<time_ms> excused; // acknowledged by a machine that burnt before it told of them
  time_ms first_hour = area.stamp - 29 * day_ms;
  std::uint64_t boots = 0, peers = 0;
  unsigned burnt = 0;
  bool calm = false;
};

} // namespace

BOOST_AUTO_TEST_CASE(each_scan_is_counted_once_whatever_burns) {
  const auto* set = std::getenv("WARDFLOW_WORLDS");
  auto worlds = set == nullptr ? 60 : std::atoi(set);
  std::size_t burnt = 0, excused = 0, again = 0;
  for (auto seed = 1; seed <= worlds; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      world w{static_cast<std::uint64_t>(seed)};
      w.run();
      w.check();
      burnt += w.burnt;
      excused += w.excused.size();
      again += w.ward->fold->figures.repeats;
    }
  }
  BOOST_TEST_MESSAGE(burnt << " burnt, " << excused << " scans lost with them");
  BOOST_TEST(burnt > static_cast<std::size_t>(worlds));
  BOOST_TEST(excused > 0u); // else the worlds are too calm to show anything
  BOOST_TEST(again > 0u);
}
