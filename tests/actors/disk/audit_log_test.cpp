// SPDX-License-Identifier: Apache-2.0
// Proves: rows are numbered without a hole, carry all that was said, and are found by time and
//         name, page by page, over restarts; the chain names the first row that was changed, left
//         out, put in, moved or cut off at either end, and says so of no whole one; it is trimmed
//         by age and by size from its old end, and stays whole.
// Method: a real store; each byte of a row flipped; each row removed; a reader beside the writer.
#define BOOST_TEST_MODULE audit_log
#include "actors/disk/audit_log.hpp"

#include "actors/disk/audit_row.hpp"
#include "tests/actors/io/store_fixture.hpp"

#include <atomic>
#include <optional>
#include <thread>

using namespace wardflow;
using namespace wardflow::test;

namespace {

constexpr time_ms noon = 1'634'360'400'000;
const auto ward = *unit_code::parse("22366");

audit_entry suspended(const std::string& by, const std::string& venue = "22366-00017") {
  audit_entry e;
  e.by = by;
  e.unit = ward;
  e.role = role::operator_;
  e.way = audit_way::above;
  e.deed = audit_deed::venue_suspend;
  e.id[0] = 9;
  e.to = ward;
  e.subject = venue;
  e.document = "12/QĐ";
  e.outcome = code::done;
  return e;
}

struct world {
  explicit world(audit_bounds of = {}) : bounds(of) { restart(); }

  void restart() {
    log.reset();
    disk.reset();
    disk.emplace(must_open(small_store(folder.path())));
    log.emplace(*disk, bounds);
    BOOST_REQUIRE(log->load() == code::ok);
  }
  code commit(const std::vector<io::put>& rows) {
    io::commit_input in;
    in.puts = rows;
    return disk->commit(in);
  }
  void say(std::vector<audit_entry> entries) {
    std::vector<io::put> rows;
    log->append(std::move(entries), ++round, now, rows);
    BOOST_REQUIRE(commit(rows) == code::ok);
    now += minute_ms;
  }
  /// So many rows, by two people in turn.
  void fill(int rows) {
    for (auto i = 0; i != rows; ++i)
      say({suspended(i % 2 == 0 ? "lan" : "minh")});
  }
  std::vector<audit_entry> list(audit_question q, bool* more = nullptr) {
    std::vector<audit_entry> rows;
    auto there = false;
    if (q.most == 0)
      q.most = 1'000'000;
    BOOST_REQUIRE(read_audit(*disk, q, rows, there) == code::ok);
    if (more != nullptr)
      *more = there;
    return rows;
  }
  buffer value_of(std::uint64_t number) {
    buffer value;
    BOOST_REQUIRE(disk->get(io::table::audit, audit_key(number), value) == code::ok);
    return value;
  }
  code put(std::uint64_t number, buffer value) {
    return commit({{io::table::audit, audit_key(number), std::move(value), false}});
  }
  code erase(std::uint64_t number) {
    return commit({{io::table::audit, audit_key(number), {}, true}});
  }
  /// The first row that the walk names; 0: none. It must say so in words, too.
  std::uint64_t broken() {
    auto report = verify_audit(*disk);
    BOOST_TEST((report.result == code::audit_whole) == (report.broken == 0), report.detail);
    BOOST_TEST(report.detail.empty() == (report.broken == 0));
    return report.broken;
  }

  own_folder folder;
  audit_bounds bounds;
  std::optional<io::store> disk;
  std::optional<audit_log> log;
  std::uint64_t round = 0;
  time_ms now = noon;
};

} // namespace

BOOST_AUTO_TEST_CASE(rows_come_back_as_they_were_said_in_their_order_over_restarts) {
  world w;
  BOOST_TEST(w.broken() == 0u); // an empty one is whole
  BOOST_TEST(w.list({}).empty());
  auto one = suspended("Lan ở phường");
  auto other = suspended("minh", "");
  other.id = {};
  other.unit = other.to = {};
  other.role = role{99}; // of a newer release
  other.outcome = code::key_wrong_role;
  other.times = 7;
  w.say({one, other});
  w.restart();
  w.say({one});
  auto rows = w.list({});
  BOOST_TEST_REQUIRE(rows.size() == 3u);
  for (std::size_t i = 0; i != 3; ++i) {
    auto expected = i == 1 ? other : one;
    expected.number = i + 1;
    expected.at = i < 2 ? noon : noon + minute_ms;
    expected.round = i < 2 ? 1 : 2;
    BOOST_TEST((rows[i] == expected));
  }
  BOOST_TEST(w.broken() == 0u);
  auto before = verify_audit(*w.disk).hash;
  w.say({});
  BOOST_TEST(verify_audit(*w.disk).hash == before); // nothing was said: nothing is written
}

BOOST_AUTO_TEST_CASE(a_list_is_of_a_time_of_a_name_and_in_pages) {
  world w;
  w.fill(2'500);
  BOOST_TEST(w.list({.by = "lan"}).size() == 1'250u);
  BOOST_TEST(w.list({.by = "nobody"}).empty());
  auto some = w.list({.since = noon + 10 * minute_ms, .until = noon + 20 * minute_ms});
  BOOST_TEST_REQUIRE(some.size() == 10u);
  BOOST_TEST(some.front().number == 11u);
  std::uint64_t seen = 0, after = 0;
  for (auto more = true; more;) {
    auto page = w.list({.by = "minh", .after = after, .most = 100}, &more);
    BOOST_TEST_REQUIRE(!page.empty());
    for (auto& e : page)
      BOOST_TEST(e.number == 2 * ++seen);
    after = page.back().number;
  }
  BOOST_TEST(seen == 1'250u);
  auto more = true;
  BOOST_TEST(w.list({.after = 2'500}, &more).empty());
  BOOST_TEST(!more);
}

BOOST_AUTO_TEST_CASE(each_byte_of_a_row_that_is_changed_names_that_row) {
  world w;
  w.fill(5);
  auto sound = w.value_of(3);
  for (std::size_t i = 0; i != sound.size(); ++i) {
    auto bad = sound;
    bad[i] ^= std::byte{1};
    BOOST_REQUIRE(w.put(3, bad) == code::ok);
    BOOST_TEST(w.broken() == 3u);
    BOOST_TEST(verify_audit(*w.disk).detail == "audit row 3 is damaged");
  }
  auto rows = w.list({});
  BOOST_TEST_REQUIRE(rows.size() == 5u); // the others are there to be read
  BOOST_TEST((rows[2].outcome == code::store_damaged));
  BOOST_TEST(rows[2].number == 3u);
  BOOST_REQUIRE(w.put(3, buffer(sound.begin(), sound.begin() + 20)) == code::ok);
  BOOST_TEST(w.broken() == 3u);
  BOOST_REQUIRE(w.put(3, sound) == code::ok);
  BOOST_TEST(w.broken() == 0u);
}

BOOST_AUTO_TEST_CASE(a_row_that_is_missing_put_in_or_moved_is_named) {
  world w;
  w.fill(5);
  for (std::uint64_t n = 1; n <= 5; ++n) {
    auto sound = w.value_of(n);
    BOOST_REQUIRE(w.erase(n) == code::ok);
    BOOST_TEST(w.broken() == n);
    BOOST_TEST(verify_audit(*w.disk).detail == "audit row " + std::to_string(n) + " is missing");
    BOOST_REQUIRE(w.put(n, sound) == code::ok);
  }
  // A whole row with a right checksum that somebody wrote later.
  audit_row row;
  auto sound = w.value_of(3);
  BOOST_REQUIRE(read_audit_row(sound, row) == code::ok);
  row.entry.by = "somebody else";
  BOOST_REQUIRE(w.put(3, encode_audit_row(row.entry, row.previous)) == code::ok);
  BOOST_TEST(w.broken() == 4u); // what follows does not follow it
  BOOST_TEST(verify_audit(*w.disk).detail == "audit row 4 does not follow the one before it");
  BOOST_REQUIRE(w.put(3, sound) == code::ok);
  // The last one has none behind it: the head knows it.
  sound = w.value_of(5);
  BOOST_REQUIRE(read_audit_row(sound, row) == code::ok);
  row.entry.outcome = code::already_so;
  BOOST_REQUIRE(w.put(5, encode_audit_row(row.entry, row.previous)) == code::ok);
  BOOST_TEST(w.broken() == 5u);
  BOOST_REQUIRE(w.put(5, sound) == code::ok);
  // Another row's number.
  BOOST_REQUIRE(w.put(2, w.value_of(4)) == code::ok);
  BOOST_TEST(w.broken() == 2u);
  w.restart();
  BOOST_TEST(w.broken() == 2u);
}

BOOST_AUTO_TEST_CASE(a_log_that_was_cut_or_made_longer_at_its_end_is_named) {
  world w;
  w.fill(4);
  buffer head;
  BOOST_REQUIRE(w.disk->get(io::table::meta, audit_head_key, head) == code::ok);
  w.fill(2);
  BOOST_REQUIRE(w.commit({{io::table::meta, std::string{audit_head_key}, head, false}}) ==
                code::ok); // an older head: two rows that it knows nothing of
  BOOST_TEST(w.broken() == 5u);
  BOOST_REQUIRE(w.erase(5) == code::ok);
  BOOST_REQUIRE(w.erase(6) == code::ok);
  BOOST_TEST(w.broken() == 0u); // whoever can write the disk can go back: the hash is another one
  BOOST_REQUIRE(w.erase(4) == code::ok);
  BOOST_TEST(w.broken() == 4u);
  BOOST_REQUIRE(w.commit({{io::table::meta, std::string{audit_head_key}, {}, true}}) == code::ok);
  BOOST_TEST(w.broken() == 1u); // rows, and no head
  head.resize(head.size() - 1);
  BOOST_REQUIRE(w.commit({{io::table::meta, std::string{audit_head_key}, head, false}}) ==
                code::ok);
  BOOST_TEST((verify_audit(*w.disk).result == code::audit_broken));
  audit_log again{*w.disk};
  BOOST_TEST((again.load() == code::store_damaged));
}

BOOST_AUTO_TEST_CASE(old_rows_go_and_the_chain_stays_whole) {
  world w{{.bytes_max = 1u << 30, .age_max = 10 * day_ms}};
  w.fill(200);
  w.now += 10 * day_ms - 100 * minute_ms; // the first hundred are too old by now
  w.say({suspended("lan")});
  w.say({suspended("lan")}); // 64 a commit
  auto rows = w.list({});
  BOOST_TEST(rows.front().number == 102u);
  BOOST_TEST(rows.back().number == 202u);
  BOOST_TEST(w.broken() == 0u);
  BOOST_TEST(verify_audit(*w.disk).first == 102u);
  w.restart();
  w.now += 30 * day_ms;
  for (auto i = 0; i != 5; ++i)
    w.say({suspended("lan")});
  rows = w.list({});
  BOOST_TEST(rows.size() == 5u); // all that was before them
  BOOST_TEST(rows.front().number == 203u);
  BOOST_TEST(w.broken() == 0u);
  BOOST_REQUIRE(w.erase(203) == code::ok);
  BOOST_TEST(w.broken() == 203u); // a cut at the old end is not a trim
}

BOOST_AUTO_TEST_CASE(what_is_too_much_goes_and_a_damaged_row_is_trimmed_for_its_room_alone) {
  world w{{.bytes_max = 20'000, .age_max = 366 * day_ms}};
  w.fill(50);
  auto size = w.value_of(1).size();
  auto most = 20'000 / size;
  BOOST_TEST(w.list({}).size() == 50u);
  w.fill(200);
  auto rows = w.list({});
  BOOST_TEST(rows.size() <= most);
  BOOST_TEST(rows.size() + 2 >= most);
  BOOST_TEST(rows.back().number == 250u);
  BOOST_TEST(w.broken() == 0u);
  auto first = rows.front().number;
  auto bad = w.value_of(first);
  bad.back() ^= std::byte{4};
  BOOST_REQUIRE(w.put(first, bad) == code::ok);
  w.restart();
  BOOST_TEST(w.broken() == first);
  w.fill(3);
  BOOST_TEST(w.list({}).front().number > first);
  BOOST_TEST(w.broken() == 0u); // it has gone with its time
  BOOST_REQUIRE(w.erase(w.list({}).front().number) == code::ok);
  w.fill(20); // a hole at the old end holds nothing up
  BOOST_TEST(w.list({}).size() <= most);
  BOOST_TEST(w.broken() == 0u);
}

BOOST_AUTO_TEST_CASE(refusals_are_counted_and_the_rest_is_written_at_the_end) {
  world w;
  auto no = suspended("minh");
  no.outcome = code::key_wrong_role;
  for (auto i = 0; i != 30; ++i)
    w.say({no, no});
  BOOST_TEST(w.list({}).size() == 1u);
  std::vector<io::put> rows;
  w.log->end(rows);
  BOOST_REQUIRE(w.commit(rows) == code::ok);
  auto all = w.list({});
  BOOST_TEST_REQUIRE(all.size() == 2u);
  BOOST_TEST(all[0].times + all[1].times == 60u);
  BOOST_TEST(w.broken() == 0u);
}

BOOST_AUTO_TEST_CASE(a_walk_beside_the_writer_and_its_trims_finds_nothing) {
  world w{{.bytes_max = 60'000, .age_max = 366 * day_ms}};
  w.fill(100);
  std::atomic<bool> ending{false};
  std::atomic<unsigned> walks{0}, wrong{0};
  std::thread reader{[&] {
    while (!ending) {
      wrong += verify_audit(*w.disk).result != code::audit_whole;
      ++walks;
    }
  }};
  for (auto fills = 0; fills < 60 || walks < 200; ++fills)
    w.fill(10);
  ending = true;
  reader.join();
  BOOST_TEST(wrong == 0u);
  BOOST_TEST(w.list({}).front().number > 100u); // it was trimmed
}
