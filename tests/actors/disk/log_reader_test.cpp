// SPDX-License-Identifier: Apache-2.0
// Proves: a reader gets every committed entry once, in order, from any offset on, beside the
//         writer; what was trimmed is named with the oldest that is left; damage is no entry.
// Method: a real store; every cursor and page size; a writer and two readers in threads.
#define BOOST_TEST_MODULE log_reader
#include "actors/disk/log_reader.hpp"

#include "actors/logic/offset_log.hpp"
#include "tests/actors/io/store_fixture.hpp"

#include <atomic>
#include <thread>

using namespace wardflow;
using namespace wardflow::test;

namespace {

constexpr std::size_t all_bytes = 64u << 20;

struct kept_log {
  own_folder folder;
  io::store disk = must_open(small_store(folder.path()));
  offset_log log{log_name::up, {}};
  std::vector<saved_row> rows;

  void append(lane l, std::size_t size) {
    log_entry e;
    e.kind = entry_kind::alert;
    e.body = frame_body::copy_of(record_of(log.next(l), size));
    log.append(l, std::move(e));
  }

  code commit() {
    std::vector<io::put> puts;
    for (auto& r : rows)
      puts.push_back({static_cast<io::table>(r.table), r.key, r.value, r.erase});
    rows.clear();
    io::commit_input in;
    in.puts = puts;
    return disk.commit(in);
  }

  /// One round: so many entries in both lanes.
  void round(int entries, std::size_t size = 100) {
    for (auto n = 0; n < entries; ++n) {
      append(lane::control, size);
      append(lane::bulk, size);
    }
    log.seal(1, rows);
    BOOST_REQUIRE(commit() == code::ok);
  }

  void trim_before(lane l, std::uint64_t next) {
    log.hold("reader", l, next);
    log.trim(1, rows);
    BOOST_REQUIRE(commit() == code::ok);
  }

  /// A row as a damaged disk would give it.
  void overwrite(const std::string& key, std::vector<std::byte> value) {
    rows.push_back({state_table::up, key, std::move(value), false});
    BOOST_REQUIRE(commit() == code::ok);
  }
};

/// Reads on from `from` in pages; offsets as they come.
std::vector<std::uint64_t> offsets_from(const io::store& disk, lane l, std::uint64_t from,
                                        std::size_t page_bytes) {
  const log_reader reader{disk};
  std::vector<std::uint64_t> result;
  std::vector<log_chunk> chunks;
  std::uint64_t kept = 0;
  do {
    BOOST_REQUIRE(reader.read(log_name::up, l, from, page_bytes, chunks, kept) == code::ok);
    for (const auto& c : chunks) {
      link_batch b;
      BOOST_REQUIRE(read_link_batch(c.message.view(), b) == code::ok);
      BOOST_TEST((b.lane == l && b.first == c.batch.first && b.through == c.batch.through));
      for (const auto& e : b.entries)
        if (e.offset >= from)
          result.push_back(e.offset);
      from = c.batch.through + 1;
    }
  } while (!chunks.empty());
  return result;
}

std::vector<std::uint64_t> range(std::uint64_t first, std::uint64_t last) {
  std::vector<std::uint64_t> result;
  for (auto n = first; n <= last; ++n)
    result.push_back(n);
  return result;
}

} // namespace

BOOST_AUTO_TEST_CASE(from_any_offset_in_pages_of_any_size_all_that_follows_is_read_once) {
  kept_log k;
  for (auto entries : {1, 7, 300, 1, 1, 40})
    k.round(entries, entries == 300 ? 1'000 : 50);
  for (auto l : {lane::control, lane::bulk})
    for (std::uint64_t from = 1; from <= 352; ++from)
      for (std::size_t page : {1u, 20'000u, 200'000u})
        BOOST_TEST(offsets_from(k.disk, l, from, page) == range(from, 350),
                   boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_page_ends_at_its_bound_and_holds_one_chunk_at_least) {
  kept_log k;
  for (auto n = 0; n < 10; ++n)
    k.round(10);
  const log_reader reader{k.disk};
  std::vector<log_chunk> chunks;
  std::uint64_t kept = 0;
  BOOST_REQUIRE(reader.read(log_name::up, lane::bulk, 15, 0, chunks, kept) == code::ok);
  BOOST_REQUIRE(chunks.size() == 1u);
  BOOST_TEST((chunks[0].batch.first == 11 && chunks[0].batch.through == 20));
  const auto one = chunks[0].message.size();
  BOOST_REQUIRE(reader.read(log_name::up, lane::bulk, 1, 3 * one, chunks, kept) == code::ok);
  BOOST_TEST(chunks.size() == 3u);
  BOOST_REQUIRE(reader.read(log_name::down, lane::bulk, 1, one, chunks, kept) == code::ok);
  BOOST_TEST(chunks.empty()); // the other log has nothing
}

BOOST_AUTO_TEST_CASE(what_was_trimmed_is_named_with_the_oldest_that_is_left) {
  kept_log k;
  for (auto n = 0; n < 10; ++n)
    k.round(10);
  k.trim_before(lane::control, 35);
  const log_reader reader{k.disk};
  std::vector<log_chunk> chunks;
  std::uint64_t kept = 0;
  BOOST_TEST((reader.read(log_name::up, lane::control, 30, all_bytes, chunks, kept) ==
              code::range_past_retention));
  BOOST_TEST(kept == 31u);
  BOOST_TEST(chunks.empty());
  BOOST_TEST(offsets_from(k.disk, lane::control, 31, all_bytes) == range(31, 100),
             boost::test_tools::per_element());
  // The other lane had no cursor: it is empty, has a mark, and goes on after it.
  BOOST_TEST(offsets_from(k.disk, lane::bulk, 1, all_bytes).empty());
  k.round(1);
  BOOST_TEST((reader.read(log_name::up, lane::bulk, 100, all_bytes, chunks, kept) ==
              code::range_past_retention));
  BOOST_TEST(kept == 101u);
  BOOST_TEST(offsets_from(k.disk, lane::control, 101, all_bytes) == range(101, 101),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_damaged_row_ends_the_reading_after_the_rows_before_it) {
  for (auto kind = 0; kind < 3; ++kind) {
    kept_log k;
    for (auto n = 0; n < 5; ++n)
      k.round(10);
    const auto key = offset_log::chunk_key(lane::control, 30);
    std::vector<std::byte> value;
    BOOST_REQUIRE(k.disk.get(io::table::up, offset_log::chunk_key(lane::control, 40), value) ==
                  code::ok);
    if (kind == 0)
      k.overwrite(key, value); // another chunk's row
    else if (kind == 1)
      k.overwrite(key, std::vector<std::byte>(100));
    else
      k.rows.push_back({state_table::up, key, {}, true}); // a hole
    BOOST_REQUIRE(k.commit() == code::ok);
    std::vector<log_chunk> chunks;
    std::uint64_t kept = 0;
    BOOST_TEST((log_reader{k.disk}.read(log_name::up, lane::control, 5, all_bytes, chunks, kept) ==
                code::store_damaged));
    BOOST_REQUIRE(chunks.size() == 2u);
    BOOST_TEST(chunks.back().batch.through == 20u);
  }
}

BOOST_AUTO_TEST_CASE(readers_in_other_threads_get_all_of_it_while_it_is_written_and_trimmed) {
  constexpr std::uint64_t last = 2'000;
  kept_log k;
  std::atomic<std::uint64_t> wanted[2]{1, 1};
  std::atomic<bool> wrong{false};
  const auto read_all = [&](lane l) {
    const log_reader reader{k.disk};
    auto& next = wanted[static_cast<std::size_t>(l)];
    std::vector<log_chunk> chunks;
    std::uint64_t kept = 0;
    while (next <= last && !wrong) {
      const auto what = reader.read(log_name::up, l, next, 5'000, chunks, kept);
      if (what != code::ok || (!chunks.empty() && chunks[0].batch.first != next))
        wrong = true;
      else if (!chunks.empty())
        next = chunks.back().batch.through + 1;
      else
        std::this_thread::yield();
    }
  };
  std::thread control{read_all, lane::control};
  std::thread bulk{read_all, lane::bulk};
  std::mt19937_64 random{11};
  for (auto count = std::uint64_t{0}; count < last;) {
    const auto entries = std::min<std::uint64_t>(1 + random() % 20, last - count);
    k.round(static_cast<int>(entries));
    count += entries;
    k.log.hold("control", lane::control, wanted[0]);
    k.log.hold("bulk", lane::bulk, wanted[1]);
    k.log.trim(1, k.rows);
  }
  control.join();
  bulk.join();
  BOOST_TEST(!wrong);
  BOOST_TEST(wanted[0] == last + 1);
  BOOST_TEST(wanted[1] == last + 1);
}
