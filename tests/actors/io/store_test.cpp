// SPDX-License-Identifier: Apache-2.0
// Proves: what was committed comes back after a reopen, round by round and row by row; trims keep
//         the chain; one process owns a folder; unfit folders and newer stores are refused.
// Method: real LMDB in a folder of its own, against a std::map and a list of the rounds.
#define BOOST_TEST_MODULE store
#include "tests/actors/io/store_fixture.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <map>
#include <thread>

using namespace wardflow;
using namespace wardflow::io;
using namespace wardflow::test;

BOOST_AUTO_TEST_CASE(rounds_of_every_size_come_back_after_a_reopen_from_any_start) {
  const own_folder folder;
  const std::size_t sizes[] = {0, 44, 65'456, 65'457, 1'000'000, 7, 3'500'000, 300};
  {
    store s = must_open(small_store(folder.path()));
    BOOST_TEST((s.journal() == journal_facts{}));
    for (std::uint64_t n = 0; n < std::size(sizes); ++n)
      BOOST_REQUIRE(commit_record(s, 5 + n, record_of(5 + n, sizes[n])) == code::ok);
  }
  const store s = must_open(small_store(folder.path()));
  BOOST_TEST(s.journal().first_round == 5u);
  BOOST_TEST(s.journal().last_round == 12u);
  for (std::uint64_t from = 0; from < 14; ++from) {
    std::vector<round_copy> rounds;
    BOOST_TEST((read_from(s, from, rounds) == code::ok));
    const std::uint64_t first = std::max<std::uint64_t>(from, 5);
    BOOST_REQUIRE(rounds.size() == (first > 12 ? 0 : 13 - first));
    for (std::size_t n = 0; n < rounds.size(); ++n) {
      BOOST_TEST(rounds[n].round == first + n);
      BOOST_TEST((rounds[n].data == record_of(first + n, sizes[first + n - 5])));
    }
  }
  int handed_out = 0;
  BOOST_TEST(
    (s.read_rounds(0, [&](std::uint64_t, bytes) { return ++handed_out < 3; }) == code::ok));
  BOOST_TEST(handed_out == 3);
}

BOOST_AUTO_TEST_CASE(scattered_parts_become_one_record) {
  const own_folder folder;
  store s = must_open(small_store(folder.path()));
  const buffer whole = record_of(1, 200'000);
  std::vector<bytes> parts;
  for (std::size_t from = 0; from < whole.size(); from += 777)
    parts.push_back(bytes{whole}.subspan(from, std::min<std::size_t>(777, whole.size() - from)));
  BOOST_REQUIRE(s.commit({.round = 1, .record_parts = parts}) == code::ok);
  std::vector<round_copy> rounds;
  BOOST_REQUIRE(read_from(s, 1, rounds) == code::ok);
  BOOST_REQUIRE(rounds.size() == 1u);
  BOOST_TEST((rounds[0].data == whole));
}

BOOST_AUTO_TEST_CASE(tables_agree_with_a_map_under_random_puts_and_erasures) {
  const auto seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937 random{seed};
  const own_folder folder;
  std::map<std::pair<table, std::string>, buffer> model;
  {
    store s = must_open(small_store(folder.path()));
    for (int commit = 0; commit < 60; ++commit) {
      std::vector<put> puts;
      for (std::size_t n = random() % 30; n > 0; --n) {
        put p{static_cast<table>(random() % table_count), "k" + std::to_string(random() % 50),
              record_of(random(), random() % 3 == 0 ? random() % 20'000 : random() % 90),
              random() % 4 == 0};
        if (p.erase)
          model.erase({p.where, p.key});
        else
          model[{p.where, p.key}] = p.value;
        puts.push_back(std::move(p));
      }
      BOOST_REQUIRE(s.commit({.round = 0, .record_parts = {}, .puts = puts}) == code::ok);
    }
  }
  const store s = must_open(small_store(folder.path()));
  std::map<std::pair<table, std::string>, buffer> found;
  for (std::size_t t = 0; t < table_count; ++t) {
    const auto where = static_cast<table>(t);
    std::string before;
    BOOST_TEST((s.read_table(where, [&](std::string_view key, bytes value) {
      BOOST_TEST((before < key));
      BOOST_TEST(reinterpret_cast<std::uintptr_t>(value.data()) % 8 == 0u);
      before = key;
      if (!key.starts_with("store."))
        found[{where, std::string{key}}] = buffer(value.begin(), value.end());
      return true;
    }) == code::ok));
  }
  BOOST_TEST((found == model), "seed " << seed);
  for (const auto& [where_key, value] : model) {
    buffer got;
    BOOST_TEST((s.get(where_key.first, where_key.second, got) == code::ok));
    BOOST_TEST((got == value));
  }
}

BOOST_AUTO_TEST_CASE(a_table_is_read_in_pages_from_a_key_with_a_limit) {
  const own_folder folder;
  store s = must_open(small_store(folder.path()));
  std::vector<put> puts;
  for (const char* key : {"a", "c", "e", "g"})
    puts.push_back(row(table::venues, key, key));
  BOOST_REQUIRE(s.commit({.round = 0, .record_parts = {}, .puts = puts}) == code::ok);
  std::string seen;
  const auto note = [&](std::string_view key, bytes) {
    seen += key;
    return seen.size() < 6;
  };
  BOOST_TEST((s.read_table(table::venues, note, "b", 2) == code::ok));
  BOOST_TEST(seen == "ce");
  BOOST_TEST((s.read_table(table::venues, note, "h") == code::ok));
  BOOST_TEST(seen == "ce");
  BOOST_TEST((s.read_table(table::venues, note) == code::ok));
  BOOST_TEST(seen == "ceaceg");
  buffer value;
  BOOST_TEST((s.get(table::venues, "b", value) == code::not_found));
}

BOOST_AUTO_TEST_CASE(a_trim_takes_whole_pieces_and_the_chain_still_verifies) {
  const own_folder folder;
  {
    store s = must_open(small_store(folder.path()));
    for (std::uint64_t round = 1; round <= 200; ++round)
      BOOST_REQUIRE(commit_record(s, round, record_of(round, round % 7 * 30'000)) == code::ok);
    std::uint64_t commits = 0;
    for (; s.journal().first_round < 150 && commits < 100; ++commits) {
      BOOST_REQUIRE(s.commit({.round = 0, .record_parts = {}, .puts = {}, .trim_before = 150}) ==
                    code::ok);
      std::vector<round_copy> rounds; // also where a piece ended within a round
      std::string detail;
      BOOST_TEST((read_from(s, 0, rounds, &detail) == code::ok), detail);
      BOOST_REQUIRE(!rounds.empty());
      BOOST_TEST(rounds.front().round == s.journal().first_round);
      BOOST_TEST(rounds.back().round == 200u);
    }
    BOOST_TEST(commits > 3u); // bounded pieces
    BOOST_TEST(commits < 20u);
    BOOST_TEST(s.journal().first_round == 150u);
  }
  store s = must_open(small_store(folder.path()));
  std::vector<round_copy> rounds;
  BOOST_TEST((read_from(s, 0, rounds) == code::ok));
  BOOST_TEST(rounds.size() == 51u);
  // Everything may go; the chain goes on all the same.
  for (int n = 0; n < 10; ++n)
    BOOST_REQUIRE(s.commit({.round = 0, .record_parts = {}, .puts = {}, .trim_before = 1000}) ==
                  code::ok);
  BOOST_TEST((read_from(s, 0, rounds) == code::ok));
  BOOST_TEST(rounds.empty());
  BOOST_TEST(s.journal().first_position == s.journal().next_position);
  BOOST_TEST(s.journal().last_round == 200u);
  BOOST_REQUIRE(commit_record(s, 201, record_of(201, 100)) == code::ok);
  BOOST_TEST((read_from(s, 0, rounds) == code::ok));
  BOOST_REQUIRE(rounds.size() == 1u);
  BOOST_TEST(rounds[0].round == 201u);
}

BOOST_AUTO_TEST_CASE(a_trim_with_every_commit_keeps_the_file_small) {
  const own_folder folder;
  store s = must_open(small_store(folder.path()));
  for (std::uint64_t round = 1; round <= 400; ++round) {
    const std::uint64_t keep = round > 20 ? round - 20 : 0;
    BOOST_REQUIRE(commit_record(s, round, record_of(round, 300'000), keep) == code::ok);
  }
  BOOST_TEST(s.journal().first_round == 380u);
  BOOST_TEST(s.room().file_bytes < 20'000'000u); // 120 MB went through it
}

BOOST_AUTO_TEST_CASE(readers_beside_the_writer_see_whole_rounds_in_a_row_and_nothing_else) {
  const own_folder folder;
  auto options = small_store(folder.path());
  options.sync = false; // quicker; what is on disk does not matter here
  store s = must_open(options);
  BOOST_REQUIRE(commit_record(s, 1, record_of(1, 10)) == code::ok);
  std::atomic<bool> writing = true;
  std::atomic<std::uint64_t> seen = 0;
  std::atomic<int> wrong = 0;
  const auto size = [](std::uint64_t round) { return round % 5 * 40'000 + 10; };
  const auto read = [&] {
    while (writing) {
      std::uint64_t before = 0;
      const code c = s.read_rounds(0, [&](std::uint64_t round, bytes data) {
        const bool next = before == 0 || round == before + 1;
        const bool whole = data.size() == size(round) || round == 1;
        wrong += next && whole ? 0 : 1;
        before = round;
        ++seen;
        return true;
      });
      wrong += c == code::ok || c == code::range_past_retention ? 0 : 1;
      wrong += s.room().live_bytes > 0 ? 0 : 1;
    }
  };
  std::thread first{read};
  std::thread second{read};
  for (std::uint64_t round = 2; round < 1500; ++round)
    wrong += commit_record(s, round, record_of(round, size(round)), round > 40 ? round - 40 : 0) ==
                 code::ok
               ? 0
               : 1;
  writing = false;
  first.join();
  second.join();
  BOOST_TEST(wrong == 0);
  BOOST_TEST(seen > 0u);
}

BOOST_AUTO_TEST_CASE(two_processes_never_share_a_folder) {
  const own_folder folder;
  int to_child[2];
  int to_parent[2];
  BOOST_REQUIRE(::pipe(to_child) == 0 && ::pipe(to_parent) == 0);
  const pid_t child = ::fork(); // before anything is open
  BOOST_REQUIRE(child >= 0);
  char word = 0;
  if (child == 0) {
    // Holds the folder until it hears a word; then tries while the parent holds it.
    {
      auto held = store::open(small_store(folder.path()));
      word = std::holds_alternative<store>(held) ? 'h' : 'x';
      static_cast<void>(::write(to_parent[1], &word, 1) + ::read(to_child[0], &word, 1));
    }
    static_cast<void>(::write(to_parent[1], "f", 1) + ::read(to_child[0], &word, 1));
    const code c = open_code(small_store(folder.path()));
    ::_exit(c == code::folder_in_use ? 0 : 1);
  }
  BOOST_REQUIRE(::read(to_parent[0], &word, 1) == 1);
  BOOST_TEST(word == 'h');
  BOOST_TEST((open_code(small_store(folder.path())) == code::folder_in_use));
  BOOST_REQUIRE(::write(to_child[1], "g", 1) == 1);
  BOOST_REQUIRE(::read(to_parent[0], &word, 1) == 1);
  int status = -1;
  {
    const store mine = must_open(small_store(folder.path()));
    BOOST_REQUIRE(::write(to_child[1], "g", 1) == 1);
    BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
  }
  BOOST_TEST(status == 0);
  for (const int fd : {to_child[0], to_child[1], to_parent[0], to_parent[1]})
    ::close(fd);
}

BOOST_AUTO_TEST_CASE(a_missing_folder_and_a_file_are_told) {
  const own_folder folder;
  BOOST_TEST((open_code(small_store(folder.path() / "none")) == code::folder_missing));
  std::ofstream{folder.path() / "file"} << "x";
  BOOST_TEST((open_code(small_store(folder.path() / "file")) == code::folder_missing));
  auto reader = small_store(folder.path());
  reader.read_only = true;
  BOOST_TEST((open_code(reader) == code::folder_missing));
}

BOOST_AUTO_TEST_CASE(a_read_only_store_reads_what_a_closed_one_left) {
  const own_folder folder;
  {
    store s = must_open(small_store(folder.path()));
    BOOST_REQUIRE(commit_record(s, 1, record_of(1, 100'000)) == code::ok);
  }
  auto options = small_store(folder.path());
  options.read_only = true;
  {
    const store a = must_open(options);
    std::vector<round_copy> rounds;
    BOOST_TEST((read_from(a, 0, rounds) == code::ok));
    BOOST_TEST(rounds.size() == 1u);
    BOOST_TEST((open_code(small_store(folder.path())) == code::folder_in_use));
  }
  const store writer = must_open(small_store(folder.path()));
  BOOST_TEST((open_code(options) == code::folder_in_use));
}
