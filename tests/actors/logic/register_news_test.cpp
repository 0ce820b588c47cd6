// SPDX-License-Identifier: Apache-2.0
// Proves: a first parent hears all of the registers, in order and some rows a round, over restarts
//         too; a change is told with its round, once, and never before its turn; another parent and
//         a new epoch hear all again; a ward without a parent tells nothing. A watermark stands
//         behind the hours of its round, and names the devices that changed.
// Method: a ward's fold round by round; its up-log is read as a parent reads it.
#define BOOST_TEST_MODULE register_news
#include "tests/support/command_samples.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

using namespace wardflow;
using namespace wardflow::test;

namespace {

struct told_world : fold_world {
  explicit told_world(ward_fold::options o = {}) : fold_world(o) {
    fold->state.parent.begin(1, fold->state.up);
    fold->state.up.hold("test", lane::bulk, 1);
  }
  void run(scan_round& r, std::uint64_t seed = 0) override {
    if (parent.known())
      r.parent.who = parent;
    fold_world::run(r, seed);
    rows_of_round.clear();
    marks_of_round.clear();
    kinds_of_round.clear();
    for (auto& row : r.rows)
      if (row.table == state_table::up && !row.erase &&
          offset_log::is_chunk_key(lane::bulk, row.key))
        read(row.value);
    next_due = r.next_due;
  }
  void read(const std::vector<std::byte>& chunk) {
    auto copy = frame_body::copy_of(chunk);
    link_batch batch;
    BOOST_REQUIRE((read_link_batch(copy.view(), batch) == code::ok));
    for (auto& e : batch.entries) {
      kinds_of_round.push_back(e.kind);
      register_row row;
      watermark mark;
      if (e.kind == entry_kind::watermark) {
        BOOST_REQUIRE((read_watermark(e.body, mark) == code::ok));
        marks_of_round.push_back(mark);
      } else if (read_register_row(e.body, row) == code::ok) {
        rows_of_round.push_back(row);
        all.push_back(row);
      }
    }
  }
  code restart() override {
    auto done = fold_world::restart();
    auto cursor = rows.find({state_table::links, std::string{parent_cursor::key}});
    if (cursor != rows.end())
      BOOST_REQUIRE(fold->state.load(state_table::links, cursor->first.second, cursor->second));
    fold->state.parent.begin(1, fold->state.up);
    fold->state.up.hold("test", lane::bulk, 1);
    return done;
  }
  void empty() {
    scan_round r;
    run(r);
  }
  void venues(std::uint32_t first, std::uint32_t last) {
    std::vector<venue_record> many;
    for (auto i = first; i <= last; ++i) {
      many.push_back(test::venue("Quán " + std::to_string(i)));
      many.back().facts.id = make_venue_id(ward, i);
    }
    BOOST_REQUIRE(say(many).code == code::done);
  }
  void visit(std::uint32_t device_number, std::uint64_t sequence) {
    scan s;
    s.venue = make_venue_id(ward, 1);
    s.card = card_id{77};
    s.at = stamp;
    scan_round r;
    r.scans.push_back(
      {peer_id{1}, device_id{device_number}, encode_batch(5, sequence, {&s, 1}), 0});
    run(r);
  }
  /// What each row is, in the order in which they were told.
  [[nodiscard]] std::string order() const {
    std::string out;
    for (auto& row : all)
      out += "vgdc"[row.what.index()];
    return out;
  }

  node_ref parent;
  std::vector<register_row> rows_of_round, all;
  std::vector<watermark> marks_of_round;
  std::vector<entry_kind> kinds_of_round;
  time_ms next_due = 0;
};

node_ref a_parent(std::uint8_t id, std::uint64_t epoch = 1) {
  node_ref who;
  who.id[0] = id;
  who.epoch = epoch;
  return who;
}

std::string text_of(std::size_t groups, std::size_t venues, std::size_t devices) {
  return "c" + std::string(groups, 'g') + std::string(venues, 'v') + std::string(devices, 'd');
}

} // namespace

BOOST_AUTO_TEST_CASE(a_first_parent_hears_all_in_order_and_bounded_per_round) {
  told_world w;
  BOOST_REQUIRE(w.say(std::vector<group_record>{{make_group_id(w.ward, 1), "Tổ 1"},
                                                {make_group_id(w.ward, 7), "Tổ 7"}})
                  .code == code::done);
  w.venues(1, 1'100);
  BOOST_REQUIRE(w.say(device(4)).code == code::done);
  w.empty();
  BOOST_TEST(w.all.empty()); // nobody is there to hear it
  BOOST_TEST(w.next_due != 1);
  w.parent = a_parent(3);
  unsigned rounds = 0;
  do {
    w.empty();
    ++rounds;
    BOOST_TEST(w.rows_of_round.size() <= register_news::rows_a_round);
    if (rounds == 2)
      BOOST_REQUIRE(w.restart() == code::ok);
  } while (w.next_due == 1 && rounds < 100);
  BOOST_TEST(rounds == 6u);
  BOOST_TEST(w.order() == text_of(2, 1'100, 1));
  BOOST_TEST((std::get<venue_record>(w.all[1'102].what) ==
              w.fold->state.places.record(w.fold->state.places.venues()[1'099])));
  w.empty();
  BOOST_TEST(w.rows_of_round.empty());
}

BOOST_AUTO_TEST_CASE(a_change_is_told_with_its_round_once_and_never_before_its_turn) {
  told_world w;
  w.venues(1, 300);
  w.parent = a_parent(3);
  w.empty(); // through venue 200
  BOOST_TEST(w.all.size() == 200u);
  BOOST_REQUIRE(w.say(device(4)).code == code::done); // after the venues: its turn comes
  BOOST_TEST(w.order() == text_of(0, 300, 1));
  BOOST_REQUIRE(w.say(suspend(5)).code == code::done);
  BOOST_REQUIRE(w.rows_of_round.size() == 1u);
  auto row = w.rows_of_round[0];
  BOOST_TEST(std::get<venue_record>(row.what).facts.suspended);
  BOOST_TEST(row.document == "8/QĐ");
  BOOST_TEST(row.revision == row_revision(1, w.number));
  scan_round r; // twice in a round: told once, as it is after it
  for (auto suspends : {true, false}) {
    command c;
    c.id[0] = suspends ? 91 : 92;
    c.body = venue_order{make_venue_id(w.ward, 6), suspends, suspends ? "1/QĐ" : "2/QĐ"};
    r.commands.push_back({peer_id{1}, "test", c});
  }
  w.run(r);
  BOOST_REQUIRE(w.rows_of_round.size() == 1u);
  BOOST_TEST(!std::get<venue_record>(w.rows_of_round[0].what).facts.suspended);
  BOOST_TEST(w.rows_of_round[0].document == "2/QĐ");
  BOOST_REQUIRE(w.say(device_revoke{device_id{1}, "3/QĐ"}).code == code::done);
  BOOST_REQUIRE(w.rows_of_round.size() == 1u);
  auto gone = std::get<device_record>(w.rows_of_round[0].what);
  BOOST_TEST(gone.revoked_at == w.stamp);
  BOOST_TEST(gone.as.key[0] == 4);
  w.say(suspend(5)); // refused: it is so already
  BOOST_TEST(w.rows_of_round.empty());
}

BOOST_AUTO_TEST_CASE(another_parent_and_a_new_epoch_of_it_hear_all_again) {
  told_world w;
  w.venues(1, 3);
  for (auto& who : {a_parent(3), a_parent(4), a_parent(4, 2)}) {
    w.all.clear();
    w.parent = who;
    w.empty();
    BOOST_TEST(w.order() == text_of(0, 3, 0));
  }
  w.all.clear();
  BOOST_REQUIRE(w.restart() == code::ok);
  w.empty();
  BOOST_TEST(w.all.empty()); // the same one does not
}

BOOST_AUTO_TEST_CASE(a_watermark_stands_behind_its_hours_and_names_what_changed) {
  ward_fold::options o;
  o.rollups.hours_every_ms = o.rollups.days_every_ms = 0;
  told_world w{o};
  w.venues(1, 2);
  BOOST_REQUIRE(w.say(device(4)).code == code::done);
  BOOST_REQUIRE(w.say(device(5)).code == code::done);
  w.visit(1, 1);
  BOOST_REQUIRE(w.marks_of_round.size() == 1u);
  auto& kinds = w.kinds_of_round;
  auto mark_at = std::ranges::find(kinds, entry_kind::watermark);
  BOOST_TEST((kinds.front() == entry_kind::hour_rollup));
  BOOST_TEST((std::find(kinds.begin(), mark_at, entry_kind::day_rollup) == mark_at));
  auto mark = w.marks_of_round[0];
  BOOST_TEST(mark.taken == 1u);
  BOOST_TEST(mark.venues == 2u);
  BOOST_TEST(mark.devices == 2u);
  BOOST_TEST((mark.positions == std::vector<device_position>{{1, 5, 2}}));
  w.visit(2, 1);
  BOOST_REQUIRE(w.marks_of_round.size() == 1u);
  BOOST_TEST(!w.marks_of_round[0].whole);
  BOOST_TEST((w.marks_of_round[0].positions == std::vector<device_position>{{2, 5, 2}}));
  BOOST_TEST(w.marks_of_round[0].taken == 2u);
  w.empty();
  BOOST_TEST(w.marks_of_round.empty()); // nothing new
  BOOST_REQUIRE(w.restart() == code::ok);
  w.visit(1, 2);
  BOOST_REQUIRE(w.marks_of_round.size() == 1u); // all, once since the start
  BOOST_TEST(w.marks_of_round[0].whole);
  BOOST_TEST((w.marks_of_round[0].positions == std::vector<device_position>{{1, 5, 3}, {2, 5, 2}}));
}
