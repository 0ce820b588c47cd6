// SPDX-License-Identifier: Apache-2.0
// Proves: a spool's record comes back as it was written or not at all, and a row of records is read
//   to its torn end, never over a damaged place.
// Method: records of every kind; every byte cut, every byte changed; records that cannot follow.
#define BOOST_TEST_MODULE spool_record
#include "nodes/wardctl/spool_record.hpp"

#include <boost/test/unit_test.hpp>

#include <cstring>

using namespace wardflow;
using namespace wardflow::wardctl;

namespace {

using data = std::vector<std::byte>;

send_state moved_state() {
  return {77, 0, true, 3, {{60, 5}, {61, 1}}};
}

spool_record base(send_state state) {
  spool_record r;
  r.state = std::move(state);
  return r;
}

spool_record scan_record(std::uint64_t epoch, std::uint64_t sequence, std::uint64_t through = 0) {
  spool_record r;
  r.kind = spool_kind::scan;
  r.state = {epoch, through, false, 0, {}};
  r.scan.sequence = sequence;
  r.scan.venue = venue_id{223660000017};
  r.scan.at = 1'634'360'400'000 - static_cast<time_ms>(sequence);
  r.scan.way = sequence % 2 == 0 ? direction::out : direction::in;
  r.scan.flow = sequence % 3 == 0 ? flow::person_scans_poster : flow::staff_scans_person;
  r.scan.sealed.assign(50 + sequence, std::byte{static_cast<unsigned char>(sequence)});
  return r;
}

spool_record acknowledged_record(std::uint64_t epoch, std::uint64_t through) {
  spool_record r;
  r.kind = spool_kind::acknowledged;
  r.state = {epoch, through, false, 0, {}};
  return r;
}

spool_record epoch_record(send_state state, std::uint64_t from) {
  spool_record r;
  r.kind = spool_kind::epoch;
  r.state = std::move(state);
  r.from = from;
  return r;
}

std::vector<spool_record> of_every_kind() {
  return {base(moved_state()), scan_record(77, 1), acknowledged_record(77, 1),
          epoch_record({90, 0, true, 0, {}}, 2)};
}

data all_of(const std::vector<spool_record>& records) {
  data out;
  for (const auto& r : records) {
    const auto one = encode_spool_record(r);
    out.insert(out.end(), one.begin(), one.end());
  }
  return out;
}

/// The content of these records, each of which must follow.
spool_content sum_of(const std::vector<spool_record>& records) {
  spool_content c;
  for (auto r : records)
    BOOST_REQUIRE(c.apply(std::move(r)));
  return c;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_record_of_every_kind_comes_back) {
  for (const auto& r : of_every_kind()) {
    const auto bytes_of = encode_spool_record(r);
    const auto read = decode_spool_record(bytes_of);
    BOOST_REQUIRE(read.has_value());
    BOOST_TEST(read->size == bytes_of.size());
    BOOST_TEST((read->record.kind == r.kind));
    BOOST_TEST((read->record.state == r.state));
    BOOST_TEST(read->record.from == r.from);
    BOOST_TEST((read->record.scan == r.scan));
  }
}

BOOST_AUTO_TEST_CASE(a_record_with_any_byte_changed_or_missing_is_none) {
  for (const auto& r : of_every_kind()) {
    const auto good = encode_spool_record(r);
    for (std::size_t at = 0; at < good.size(); ++at) {
      for (unsigned bit = 0; bit < 8; ++bit) {
        auto bad = good;
        bad[at] ^= std::byte{static_cast<unsigned char>(1u << bit)};
        BOOST_TEST(!decode_spool_record(bad).has_value(), "byte " << at << ", bit " << bit);
      }
      BOOST_TEST(!decode_spool_record(bytes{good}.first(at)).has_value(), "cut at " << at);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_is_longer_than_any_record_may_be_is_none) {
  auto long_scan = scan_record(77, 1);
  long_scan.scan.sealed.resize(spool_sealed_bytes_max);
  BOOST_TEST(decode_spool_record(encode_spool_record(long_scan)).has_value());
  long_scan.scan.sealed.resize(spool_sealed_bytes_max + 1);
  BOOST_TEST(!decode_spool_record(encode_spool_record(long_scan)).has_value());
  auto many = base({77, 0, true, 1, {}});
  many.state.left.resize(left_epochs_max);
  const auto most = encode_spool_record(many);
  BOOST_TEST(decode_spool_record(most).has_value());
  BOOST_TEST(most.size() <= spool_record_bytes_max);
  many.state.left.resize(left_epochs_max + 1);
  BOOST_TEST(!decode_spool_record(encode_spool_record(many)).has_value());
}

BOOST_AUTO_TEST_CASE(a_row_torn_at_any_byte_of_its_last_record_is_read_up_to_it) {
  std::vector<spool_record> records{base({77, 0, true, 0, {}})};
  for (std::uint64_t n = 1; n <= 5; ++n)
    records.push_back(scan_record(77, n, n / 2));
  const auto whole = all_of(records);
  records.pop_back();
  const auto before = all_of(records).size();
  const auto expected = sum_of(records);
  for (auto size = before; size < whole.size(); ++size) {
    for (auto tail : {std::size_t{0}, whole.size() - size}) { // cut, or with zeros where it was
      auto torn = whole;
      torn.resize(size);
      torn.resize(size + tail);
      if (torn == whole)
        continue;
      spool_content c;
      std::size_t good = 0;
      BOOST_TEST((read_spool(torn, c, good) == code::ok));
      BOOST_TEST(good == before);
      BOOST_TEST((c == expected), "torn at " << size);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_damaged_place_with_a_good_record_behind_it_is_not_read_over) {
  std::vector<spool_record> records{base({77, 0, true, 0, {}})};
  for (std::uint64_t n = 1; n <= 4; ++n)
    records.push_back(scan_record(77, n));
  const auto whole = all_of(records);
  const auto last = encode_spool_record(records.back()).size();
  for (std::size_t at = 0; at < whole.size() - last; ++at) {
    auto bad = whole;
    bad[at] ^= std::byte{0x10};
    spool_content c;
    std::size_t good = 0;
    BOOST_TEST((read_spool(bad, c, good) == code::spool_damaged), "byte " << at);
    BOOST_TEST(good <= at);
  }
}

BOOST_AUTO_TEST_CASE(a_file_without_a_base_is_damaged) {
  spool_content c;
  std::size_t good = 0;
  BOOST_TEST((read_spool({}, c, good) == code::spool_damaged));
  BOOST_TEST((read_spool(all_of({scan_record(77, 1)}), c, good) == code::spool_damaged));
  const data garbage(500, std::byte{0x5a});
  BOOST_TEST((read_spool(garbage, c, good) == code::spool_damaged));
}

BOOST_AUTO_TEST_CASE(a_record_that_cannot_follow_changes_nothing) {
  const auto c = sum_of(
    {base({77, 0, true, 0, {}}), scan_record(77, 1), scan_record(77, 2), scan_record(77, 3, 1)});
  const std::vector<spool_record> wrong{
    base({77, 0, true, 0, {}}),             // a second base
    scan_record(77, 5, 1),                  // a gap
    scan_record(77, 3, 1),                  // a number twice
    scan_record(76, 4, 1),                  // another epoch
    acknowledged_record(77, 0),             // back
    acknowledged_record(77, 4),             // what was never recorded
    acknowledged_record(78, 1),             // another epoch
    epoch_record({76, 0, true, 0, {}}, 2),  // lower
    epoch_record({80, 0, false, 0, {}}, 2), // not open
    epoch_record({80, 1, true, 0, {}}, 2),  // a new epoch has nothing acknowledged
    epoch_record({80, 0, true, 0, {}}, 1),  // from what is acknowledged
    epoch_record({80, 0, true, 0, {}}, 5),  // from beyond the next
    epoch_record({77, 4, true, 0, {}}, 0),  // what was never recorded
    epoch_record({77, 0, true, 0, {}}, 0),  // back
  };
  for (std::size_t i = 0; i < wrong.size(); ++i) {
    auto same = c;
    auto r = wrong[i];
    BOOST_TEST(!same.apply(std::move(r)), "record " << i);
    BOOST_TEST((same == c), "record " << i);
  }
}

BOOST_AUTO_TEST_CASE(a_new_epoch_renumbers_what_moves_and_keeps_the_whole_state) {
  auto c = sum_of({base({77, 0, true, 0, {}}), scan_record(77, 1), scan_record(77, 2),
                   scan_record(77, 3), scan_record(77, 4)});
  const send_state after{90, 0, true, 2, {{77, 3}}};
  BOOST_REQUIRE(c.apply(epoch_record(after, 3)));
  BOOST_TEST((c.state == after));
  BOOST_TEST(c.next == 3u);
  BOOST_REQUIRE(c.pending.size() == 2u);
  BOOST_TEST(c.pending[0].sequence == 1u);
  BOOST_TEST(c.pending[0].id == 3u);
  BOOST_TEST((c.pending[0].sealed == scan_record(77, 3).scan.sealed));
  BOOST_REQUIRE(c.apply(acknowledged_record(90, 1)));
  BOOST_TEST(c.pending.size() == 1u);
  BOOST_TEST((c.state.left == after.left));
}
