// SPDX-License-Identifier: Apache-2.0
// Proves: offsets are dense and never used twice; what a cursor wants stays within the bounds, and
//         past them the oldest goes; after a restart from its rows the log is the same.
// Method: random histories by seed against a list of all entries; what the rows hold is read back
//         after each step; damaged rows one by one.
#define BOOST_TEST_MODULE offset_log
#include "actors/logic/offset_log.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>

using namespace wardflow;

namespace {

using disk_rows = std::map<std::string, std::vector<std::byte>>;

struct plain_entry {
  std::uint64_t offset = 0;
  time_ms at = 0;
  entry_kind kind = entry_kind::none;
  std::string by{};
  time_ms expires = 0;
  std::string body{};
  bool operator==(const plain_entry&) const = default;
};

std::string text_of(bytes data) {
  return {reinterpret_cast<const char*>(data.data()), data.size()};
}

log_entry made_of(const plain_entry& e) {
  log_entry result;
  result.kind = e.kind;
  result.unit = *unit_code::parse("22366");
  result.by = e.by;
  result.expires = e.expires;
  result.body = frame_body::copy_of(std::as_bytes(std::span{e.body}));
  return result;
}

void write(disk_rows& disk, const std::vector<saved_row>& rows, log_name name) {
  for (const auto& r : rows) {
    BOOST_TEST((r.table == (name == log_name::up ? state_table::up : state_table::down)));
    if (r.erase)
      BOOST_TEST(disk.erase(r.key) == 1u);
    else
      disk[r.key] = r.value;
  }
}

/// A chunk as it lies on the disk.
struct plain_chunk {
  std::string key;
  std::uint64_t first = 0, through = 0, bytes = 0;
  std::vector<plain_entry> entries;
};

std::vector<plain_chunk> chunks_of(const disk_rows& disk, log_name name, lane l) {
  std::vector<plain_chunk> result;
  for (const auto& [key, value] : disk) {
    if (!offset_log::is_chunk_key(l, key))
      continue;
    link_batch b;
    const auto message = frame_body::copy_of(value);
    BOOST_REQUIRE(read_link_batch(message.view(), b) == code::ok);
    BOOST_TEST((b.log == name && b.lane == l));
    plain_chunk c{key, b.first, b.through, value.size(), {}};
    for (const auto& e : b.entries)
      c.entries.push_back({e.offset, e.at, e.kind, std::string{e.by}, e.expires, text_of(e.body)});
    result.push_back(c);
  }
  return result;
}

constexpr auto both = {lane::control, lane::bulk};

/// The log, its disk, and all that was ever said to it.
struct history {
  history(std::uint64_t seed, log_name n, offset_log::limits b) :
    random(seed), name(n), bounds(b), log(n, b) {}

  std::mt19937_64 random;
  log_name name;
  offset_log::limits bounds;
  offset_log log;
  disk_rows disk;
  time_ms stamp = 1'000'000;
  std::array<std::vector<plain_entry>, lanes_max> all; // sealed: offset n at n - 1
  std::array<std::vector<plain_entry>, lanes_max> open;
  std::map<std::string, std::array<std::uint64_t, lanes_max>> cursors;

  static std::size_t at(lane l) { return static_cast<std::size_t>(l); }
  lane any_lane() { return random() % 2 == 0 ? lane::control : lane::bulk; }
  std::string any_name() { return std::string(1, static_cast<char>('a' + random() % 3)); }

  void append(std::size_t body_max) {
    const auto l = any_lane();
    plain_entry e;
    e.offset = all[at(l)].size() + open[at(l)].size() + 1;
    e.kind = static_cast<entry_kind>(1 + random() % 8);
    e.by = std::string(random() % 20, 'x');
    e.expires = static_cast<time_ms>(random() % 1'000);
    e.body = std::string(random() % (body_max + 1), static_cast<char>(random()));
    BOOST_TEST(log.append(l, made_of(e)) == e.offset);
    open[at(l)].push_back(e);
    BOOST_TEST(!log.sealed());
  }

  void seal() {
    std::vector<saved_row> rows;
    log.seal(stamp, rows);
    BOOST_TEST(log.sealed());
    write(disk, rows, name);
    for (auto l : both) {
      for (auto& e : open[at(l)]) {
        e.at = stamp;
        all[at(l)].push_back(e);
      }
      open[at(l)].clear();
    }
  }

  void hold() {
    const auto who = any_name();
    const auto l = any_lane();
    const auto next = random() % (all[at(l)].size() + 2);
    log.hold(who, l, next);
    cursors[who][at(l)] = std::max({cursors[who][at(l)], next, std::uint64_t{1}});
  }

  void release() {
    const auto who = any_name();
    log.release(who);
    cursors.erase(who);
  }

  /// The first offset that anybody wants.
  std::uint64_t wanted(lane l) const {
    auto least = all[at(l)].size() + 1;
    for (const auto& [who, next] : cursors)
      if (next[at(l)] != 0)
        least = std::min<std::uint64_t>(least, next[at(l)]);
    return least;
  }

  void trim() {
    std::array<std::vector<plain_chunk>, lanes_max> left;
    for (auto l : both) {
      auto chunks = chunks_of(disk, name, l);
      std::uint64_t bytes = 0;
      for (const auto& c : chunks)
        bytes += c.bytes;
      while (!chunks.empty() && (chunks[0].through < wanted(l) || bytes > bounds.bytes_max ||
                                 stamp - chunks[0].entries[0].at > bounds.age_max)) {
        bytes -= chunks[0].bytes;
        chunks.erase(chunks.begin());
      }
      left[at(l)] = std::move(chunks);
    }
    for (;;) {
      std::vector<saved_row> rows;
      log.trim(stamp, rows);
      BOOST_TEST(std::ranges::count_if(rows, &saved_row::erase) <= 64);
      if (rows.empty())
        break;
      write(disk, rows, name);
    }
    for (auto l : both) {
      const auto now = chunks_of(disk, name, l);
      BOOST_REQUIRE(now.size() == left[at(l)].size());
      BOOST_TEST(std::ranges::equal(now, left[at(l)], {}, &plain_chunk::key, &plain_chunk::key));
    }
  }

  void restart() {
    log = offset_log{name, bounds};
    for (const auto& [key, value] : disk)
      BOOST_REQUIRE(log.load(key, value));
    for (const auto& [who, next] : cursors)
      for (auto l : both)
        if (next[at(l)] != 0)
          log.hold(who, l, next[at(l)]);
    for (auto& lost : open)
      lost.clear(); // with their offsets: nobody saw them
  }

  /// The rows hold a tail of all entries, whole; and the log says so.
  void check() {
    for (auto l : both) {
      const auto& truth = all[at(l)];
      const auto chunks = chunks_of(disk, name, l);
      const auto first = chunks.empty() ? truth.size() + 1 : chunks[0].first;
      auto next = first;
      std::uint64_t bytes = 0;
      for (const auto& c : chunks) {
        BOOST_TEST(c.first == next);
        BOOST_TEST((c.bytes <= 65'520 || c.entries.size() == 1));
        BOOST_TEST(c.entries.size() == c.through - c.first + 1);
        for (const auto& e : c.entries)
          BOOST_REQUIRE((next <= truth.size() && e == truth[next++ - 1]));
        bytes += c.bytes;
        BOOST_TEST(log.key_of(l, c.first).value() == c.key);
        BOOST_TEST(log.key_of(l, c.through).value() == c.key);
        BOOST_TEST(disk.lower_bound(offset_log::chunk_key(l, c.first))->first == c.key);
      }
      BOOST_TEST(next == truth.size() + 1);
      BOOST_TEST(log.first(l) == first);
      BOOST_TEST(log.next(l) == next);
      BOOST_TEST(log.bytes(l) == bytes);
      BOOST_TEST((log.held()[at(l)] == lane_range{l, first, next}));
      BOOST_TEST(!log.key_of(l, first - 1));
      BOOST_TEST(!log.key_of(l, next));
    }
  }
};

void live(std::uint64_t seed, offset_log::limits bounds, std::size_t body_max, int steps) {
  BOOST_TEST_CONTEXT("seed " << seed) {
    history h{seed, seed % 2 == 0 ? log_name::up : log_name::down, bounds};
    for (auto n = 0; n < steps; ++n) {
      const auto what = h.random() % 16;
      h.stamp += static_cast<time_ms>(h.random() % 20);
      if (what < 8)
        h.append(body_max);
      else if (what < 11)
        h.seal();
      else if (what < 13)
        h.hold();
      else if (what == 13 && h.random() % 4 == 0)
        h.release();
      else if (what == 14)
        h.trim();
      else if (what == 15)
        h.restart();
      h.check();
    }
  }
}

/// A log of `count` entries, each a chunk of its own.
offset_log log_of(disk_rows& disk, std::uint64_t count, offset_log::limits bounds = {}) {
  offset_log log{log_name::up, bounds};
  std::vector<saved_row> rows;
  for (std::uint64_t n = 1; n <= count; ++n) {
    log.append(lane::control, made_of({.body = "entry " + std::to_string(n)}));
    log.seal(static_cast<time_ms>(n), rows);
  }
  write(disk, rows, log_name::up);
  return log;
}

} // namespace

BOOST_AUTO_TEST_CASE(random_histories_without_bounds_keep_what_is_wanted_and_come_back) {
  for (std::uint64_t seed = 1; seed <= 80; ++seed)
    live(seed, {}, 200, 150);
}

BOOST_AUTO_TEST_CASE(random_histories_past_the_bounds_lose_the_oldest_alone) {
  for (std::uint64_t seed = 1'000; seed < 1'080; ++seed)
    live(seed, {.bytes_max = 3'000, .age_max = 400}, 200, 150);
}

BOOST_AUTO_TEST_CASE(large_entries_are_cut_into_chunks_that_the_store_likes) {
  for (std::uint64_t seed = 2'000; seed < 2'010; ++seed)
    live(seed, {.bytes_max = 1 << 20, .age_max = 10'000}, 90'000, 100);
}

BOOST_AUTO_TEST_CASE(a_round_of_many_entries_fills_its_chunks) {
  offset_log log{log_name::down, {}};
  for (int n = 0; n < 5'000; ++n)
    log.append(lane::bulk, made_of({.body = std::string(100, 'b')}));
  std::vector<saved_row> rows;
  log.seal(1, rows);
  BOOST_TEST(rows.size() >= 5'000u * 152 / 65'520 + 1);
  BOOST_TEST(rows.size() <= 15u);
  for (const auto& r : rows)
    BOOST_TEST(r.value.size() <= 65'520u);
}

BOOST_AUTO_TEST_CASE(a_log_that_was_emptied_goes_on_where_it_was_after_a_restart) {
  disk_rows disk;
  auto log = log_of(disk, 10);
  std::vector<saved_row> rows;
  log.trim(20, rows);
  write(disk, rows, log_name::up);
  BOOST_TEST(disk.size() == 1u);
  offset_log again{log_name::up, {}};
  for (const auto& [key, value] : disk)
    BOOST_REQUIRE(again.load(key, value));
  BOOST_TEST(again.first(lane::control) == 11u);
  BOOST_TEST(again.append(lane::control, made_of({})) == 11u);
  BOOST_TEST(again.append(lane::bulk, made_of({})) == 1u);
}

BOOST_AUTO_TEST_CASE(a_trim_erases_a_bounded_number_of_rows_a_call) {
  disk_rows disk;
  auto log = log_of(disk, 150);
  std::vector<std::size_t> sizes;
  for (;;) {
    std::vector<saved_row> rows;
    log.trim(200, rows);
    if (rows.empty())
      break;
    sizes.push_back(rows.size());
  }
  BOOST_TEST((sizes == std::vector<std::size_t>{64, 64, 23})); // with the mark
}

BOOST_AUTO_TEST_CASE(a_cursor_never_goes_back_unless_it_is_released) {
  disk_rows disk;
  auto log = log_of(disk, 10);
  log.hold("parent", lane::control, 8);
  log.hold("parent", lane::control, 3);
  std::vector<saved_row> rows;
  log.trim(20, rows);
  BOOST_TEST(log.first(lane::control) == 8u);
  log.release("parent");
  log.hold("parent", lane::control, 3); // too late for what is gone
  log.trim(20, rows);
  BOOST_TEST(log.first(lane::control) == 8u);
}

BOOST_AUTO_TEST_CASE(a_cursor_says_until_when_it_has_all) {
  offset_log log{log_name::up, {.bytes_max = 1u << 30, .age_max = 100}};
  std::vector<saved_row> rows;
  constexpr auto all = std::numeric_limits<time_ms>::max();
  BOOST_TEST(log.taken_until("parent", lane::control) == all); // nobody waits
  log.hold("parent", lane::control, 1);
  BOOST_TEST(log.taken_until("parent", lane::control) == all); // there is nothing
  for (auto stamp : {10, 20, 30}) {
    log.append(lane::control, {.kind = entry_kind::alert, .body = encode_link_bye({})});
    log.append(lane::control, {.kind = entry_kind::alert, .body = encode_link_bye({})});
    log.seal(stamp, rows);
  }
  BOOST_TEST(log.taken_until("parent", lane::control) == 9);
  log.hold("parent", lane::control, 4); // half of the second round's
  BOOST_TEST(log.taken_until("parent", lane::control) == 19);
  BOOST_TEST(log.taken_until("parent", lane::bulk) == all);
  log.trim(125, rows); // the second round's is too old now
  BOOST_TEST(log.first(lane::control) == 5u);
  BOOST_TEST(log.taken_until("parent", lane::control) == 0);
  log.hold("parent", lane::control, 7);
  BOOST_TEST(log.taken_until("parent", lane::control) == all);
}

BOOST_AUTO_TEST_CASE(rows_that_are_not_the_logs_are_refused) {
  disk_rows disk;
  (void)log_of(disk, 3);
  std::vector<std::pair<std::string, std::vector<std::byte>>> rows{disk.begin(), disk.end()};
  const auto refuses = [&](std::string_view key, std::span<const std::byte> value, int before = 0,
                           log_name name = log_name::up) {
    offset_log log{name, {}};
    for (auto n = 0; n < before; ++n)
      BOOST_REQUIRE(log.load(rows[static_cast<std::size_t>(n)].first,
                             rows[static_cast<std::size_t>(n)].second));
    return !log.load(key, value);
  };
  const auto& [key, value] = rows[1];
  BOOST_TEST(!refuses(key, value));
  BOOST_TEST(!refuses(key, value, 1));
  BOOST_TEST(refuses(key, value, 2));                    // a second time
  BOOST_TEST(refuses(rows[2].first, rows[2].second, 1)); // one before it is missing
  BOOST_TEST(refuses(key, value, 0, log_name::down));    // the other log's
  BOOST_TEST(refuses("", value));
  BOOST_TEST(refuses(key.substr(0, 8), value));
  BOOST_TEST(refuses(key + "x", value));
  BOOST_TEST(refuses(offset_log::chunk_key(lane::bulk, 2), value));
  BOOST_TEST(refuses(offset_log::chunk_key(lane::control, 3), value));
  BOOST_TEST(refuses("\x02" + key.substr(1), value));
  const std::vector<std::byte> short_mark(7), zero_mark(8);
  const std::string control_mark(1, '\0');
  BOOST_TEST(refuses(control_mark, short_mark));
  BOOST_TEST(refuses(control_mark, zero_mark));
  BOOST_TEST(refuses(control_mark, std::vector<std::byte>(8, std::byte{1}), 1)); // after a chunk
  for (std::size_t size = 0; size < value.size(); ++size)
    BOOST_TEST(refuses(key, std::span{value}.first(size)));
  std::mt19937_64 random{7};
  for (auto n = 0; n < 2'000; ++n) { // a damaged row is refused, or says the same as before
    auto damaged = value;
    damaged[random() % damaged.size()] ^= static_cast<std::byte>(1u << random() % 8);
    offset_log log{log_name::up, {}};
    if (log.load(key, damaged))
      BOOST_TEST((log.held()[0] == lane_range{lane::control, 2, 3}));
  }
}
