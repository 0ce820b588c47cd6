// SPDX-License-Identifier: Apache-2.0
// Proves: repeats are skipped, what lies past the cursor is left, a gap moves on and leaves a debt.
// Method: batches and gaps one by one. (Over a terrible network: link_protocol_test.)
#define BOOST_TEST_MODULE link_receiver
#include "actors/logic/link_receiver.hpp"

#include <boost/test/unit_test.hpp>

using namespace wardflow;

namespace {

using taken = link_receiver::taken;

link_batch batch(lane l, std::uint64_t first, std::uint64_t through,
                 std::initializer_list<std::uint64_t> offsets) {
  link_batch b{log_name::up, l, first, through, {}};
  for (auto offset : offsets) {
    b.entries.emplace_back();
    b.entries.back().offset = offset;
  }
  return b;
}

} // namespace

BOOST_AUTO_TEST_CASE(repeats_at_the_front_are_skipped) {
  link_receiver r{log_name::up};
  r.restore(lane::control, 3);
  const auto b = batch(lane::control, 1, 4, {1, 2, 3, 4});
  BOOST_TEST((r.look(b) == taken{2, false}));
  r.take(b);
  BOOST_TEST(r.next(lane::control) == 5u);
  BOOST_TEST((r.look(b) == taken{4, false}));
  r.take(b);
  BOOST_TEST(r.next(lane::control) == 5u);
  BOOST_TEST(r.next(lane::bulk) == 1u);
}

BOOST_AUTO_TEST_CASE(entries_that_were_not_asked_for_are_passed_over) {
  link_receiver r{log_name::up};
  const auto b = batch(lane::bulk, 1, 9, {2, 5});
  BOOST_TEST((r.look(b) == taken{0, false}));
  r.take(b);
  BOOST_TEST(r.next(lane::bulk) == 10u);
  const auto none = batch(lane::bulk, 10, 12, {});
  BOOST_TEST((r.look(none) == taken{0, false}));
  r.take(none);
  BOOST_TEST(r.next(lane::bulk) == 13u);
}

BOOST_AUTO_TEST_CASE(what_lies_past_the_cursor_is_left) {
  link_receiver r{log_name::up};
  BOOST_TEST((r.look(batch(lane::control, 2, 3, {2, 3})) == taken{0, true}));
  BOOST_TEST(r.next(lane::control) == 1u);
}

BOOST_AUTO_TEST_CASE(a_gap_moves_on_and_leaves_a_debt_that_outlives_a_restart) {
  link_receiver r{log_name::up};
  r.restore(lane::control, 5);
  BOOST_TEST(!r.gap({log_name::up, lane::control, 6, 9})); // something before it was lost
  BOOST_TEST(!r.gap({log_name::up, lane::control, 2, 5})); // late: all of it was taken
  BOOST_TEST(!r.owes_snapshot(lane::control));
  BOOST_TEST(r.gap({log_name::up, lane::control, 5, 9}));
  BOOST_TEST(r.next(lane::control) == 9u);
  BOOST_TEST(r.owes_snapshot(lane::control));
  BOOST_TEST(!r.owes_snapshot(lane::bulk));
  link_receiver again{log_name::up};
  again.restore(lane::control, 9, true);
  BOOST_TEST(again.owes_snapshot(lane::control));
}

BOOST_AUTO_TEST_CASE(a_debt_ends_with_the_last_of_all_pieces_in_order) {
  link_receiver r{log_name::down};
  BOOST_TEST(r.gap({log_name::down, lane::bulk, 1, 9}));
  auto piece = [&](std::uint32_t number, std::uint64_t through = 0) {
    return r.piece({log_name::down, lane::bulk, 0, through, {}, number});
  };
  BOOST_TEST(!piece(2)); // where is the first one?
  BOOST_TEST(!piece(2, 11));
  BOOST_TEST(piece(1));
  BOOST_TEST(piece(2));
  BOOST_TEST(!piece(4, 11)); // the third was lost
  BOOST_TEST(!piece(0));
  BOOST_TEST(r.owes_snapshot(lane::bulk));
  BOOST_TEST(piece(1)); // it begins anew
  BOOST_TEST(!piece(3));
  BOOST_TEST(piece(2));
  BOOST_TEST(!r.gap({log_name::down, lane::bulk, 1, 9})); // another session: from the first one on
  BOOST_TEST(!piece(3, 11));
  BOOST_TEST(piece(1));
  BOOST_TEST(piece(2, 11));
  BOOST_TEST(!r.owes_snapshot(lane::bulk));
  BOOST_TEST(r.next(lane::bulk) == 12u);
  BOOST_TEST(piece(1, 5)); // all in one, and of before
  BOOST_TEST(r.next(lane::bulk) == 12u);
  BOOST_TEST(r.next(lane::control) == 1u);
}

BOOST_AUTO_TEST_CASE(with_marks_a_snapshot_goes_on_over_sessions_and_starts_from_what_was_heard) {
  link_receiver r{log_name::down};
  BOOST_TEST(r.gap({log_name::down, lane::bulk, 1, 9}));
  const auto piece = [](std::uint32_t number, std::string goes_on, std::string mark,
                        std::uint64_t through = 0) {
    return link_batch{log_name::down,     lane::bulk,     0, through, {}, number,
                      std::move(goes_on), std::move(mark)};
  };
  BOOST_TEST(r.piece(piece(1, "", "a")));
  BOOST_TEST(r.piece(piece(2, "a", "b")));
  BOOST_TEST(!r.gap({log_name::down, lane::bulk, 1, 9})); // another session
  BOOST_TEST(!r.piece(piece(3, "c", "d")));               // behind another second piece
  BOOST_TEST(!r.piece(piece(3, "", "d")));
  BOOST_TEST(!r.is_repeat(piece(2, "a", "c")));
  BOOST_TEST(!r.is_repeat(piece(1, "", "b")));
  BOOST_TEST(r.is_repeat(piece(2, "a", "b")));
  BOOST_TEST(!r.is_repeat(piece(2, "a", "")));
  link_receiver again{log_name::down}; // a start
  again.restore(lane::bulk, r.next(lane::bulk), true);
  again.restore_pieces(lane::bulk, r.pieces(lane::bulk), r.mark(lane::bulk));
  BOOST_TEST(again.piece(piece(3, "b", "c")));
  BOOST_TEST(again.piece(piece(4, "c", "", 11)));
  BOOST_TEST(again.next(lane::bulk) == 12u);
  BOOST_TEST(again.mark(lane::bulk).empty());
  BOOST_TEST(again.is_repeat(piece(4, "c", "", 11))); // it was on its way twice
  BOOST_TEST(!again.is_repeat(piece(4, "c", "", 12)));
  BOOST_TEST(!again.is_repeat(piece(1, "", "", 11))); // that is always taken
  BOOST_TEST(r.piece(piece(1, "", "x")));             // its sender begins anew, at any time
  BOOST_TEST(r.mark(lane::bulk) == "x");
  link_receiver unmarked{log_name::down}; // of an older release
  unmarked.restore(lane::bulk, 9, true);
  unmarked.restore_pieces(lane::bulk, 3, "");
  BOOST_TEST(unmarked.pieces(lane::bulk) == 0u);
}
