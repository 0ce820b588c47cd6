// SPDX-License-Identifier: Apache-2.0
// Proves: a full map refuses a round whole, stays readable, and control and trims still
//         get in, over
//         and over; the ballast is made, given up and taken back.
// Method: a map of 4 MiB filled to the brim, several times, with tables and rounds compared after.
#define BOOST_TEST_MODULE store_full
#include "tests/actors/io/store_fixture.hpp"

#include <sys/stat.h>

using namespace wardflow;
using namespace wardflow::io;
using namespace wardflow::test;

namespace {

store_options tiny(const std::filesystem::path& folder) {
  auto o = small_store(folder);
  o.map_bytes = 4u << 20;
  return o;
}

// Until it does not fit any more; the last round that did.
std::uint64_t fill_up(store& s, std::size_t size) {
  for (std::uint64_t n = s.journal().last_round + 1;; ++n) {
    const code c = commit_record(s, n, record_of(n, size));
    if (c == code::map_full)
      return n - 1;
    BOOST_REQUIRE(c == code::ok);
    BOOST_REQUIRE(n < 100'000);
  }
}

} // namespace

BOOST_AUTO_TEST_CASE(a_full_map_refuses_whole_rounds_and_control_and_trims_still_work) {
  const own_folder folder;
  for (const std::size_t size : {std::size_t{100'000}, std::size_t{3'000}, std::size_t{400}}) {
    store s = must_open(tiny(folder.path()));
    const std::uint64_t last = fill_up(s, size);
    BOOST_TEST(!s.room().scans_fit);
    BOOST_TEST(s.room().map_percent() > 80u);
    std::vector<round_copy> rounds;
    BOOST_TEST((read_from(s, 0, rounds) == code::ok));
    BOOST_REQUIRE(!rounds.empty());
    BOOST_TEST(rounds.back().round == last);
    BOOST_TEST((rounds.back().data == record_of(last, size)));

    for (std::uint64_t n = 1; n <= 20; ++n) { // an operator's commands, each a small round
      const buffer command = record_of(last + n, 500);
      const bytes part{command};
      const auto kept = row(table::commands, "c" + std::to_string(n), "answer");
      std::string detail;
      BOOST_TEST((s.commit({.round = last + n,
                            .record_parts = {&part, 1},
                            .puts = {&kept, 1},
                            .trim_before = 0,
                            .uses_reserve = true},
                           &detail) == code::ok),
                 detail);
    }
    for (int n = 0; n < 10'000 && s.journal().first_round < last; ++n)
      BOOST_REQUIRE(s.commit({.round = 0,
                              .record_parts = {},
                              .puts = {},
                              .trim_before = last,
                              .uses_reserve = true}) == code::ok);
    BOOST_TEST(s.room().scans_fit);
    BOOST_TEST((commit_record(s, last + 21, record_of(last + 21, size)) == code::ok));
    BOOST_TEST((read_from(s, 0, rounds) == code::ok));
    BOOST_REQUIRE(rounds.size() == 22u);
    BOOST_TEST((rounds.front().data == record_of(last, size)));
    BOOST_TEST((rounds.back().data == record_of(last + 21, size)));
  }
}

BOOST_AUTO_TEST_CASE(what_a_refused_commit_brought_is_not_there_in_part) {
  const own_folder folder;
  store s = must_open(tiny(folder.path()));
  const std::uint64_t last = fill_up(s, 200'000);
  const auto before = s.journal();
  const buffer large = record_of(last + 1, 2'000'000);
  const bytes part{large};
  const auto kept = row(table::ward, "half", "done");
  std::string detail;
  BOOST_TEST((s.commit({.round = last + 1, .record_parts = {&part, 1}, .puts = {&kept, 1}},
                       &detail) == code::map_full));
  BOOST_TEST(!detail.empty());
  BOOST_TEST((s.journal() == before));
  buffer value;
  BOOST_TEST((s.get(table::ward, "half", value) == code::not_found));
}

BOOST_AUTO_TEST_CASE(the_ballast_takes_real_room_and_comes_and_goes) {
  const own_folder folder;
  auto options = small_store(folder.path());
  options.ballast_bytes = 2u << 20;
  const auto file = folder.path() / "ballast";
  const auto taken = [&] {
    struct stat s {};
    return ::stat(file.c_str(), &s) == 0 ? s.st_blocks * 512 : 0;
  };
  {
    store s = must_open(options);
    BOOST_TEST(s.room().ballast_bytes == options.ballast_bytes);
    BOOST_TEST(s.room().scans_fit);
    BOOST_TEST(taken() >= static_cast<long>(options.ballast_bytes));
    BOOST_TEST(s.free_ballast());
    BOOST_TEST(!std::filesystem::exists(file));
    BOOST_TEST(s.room().ballast_bytes == 0u);
    BOOST_TEST(!s.free_ballast());
    BOOST_TEST(s.restore_ballast());
    BOOST_TEST(taken() >= static_cast<long>(options.ballast_bytes));
    BOOST_TEST(s.free_ballast());
  }
  const store again = must_open(options); // an open takes it back too
  BOOST_TEST(again.room().ballast_bytes == options.ballast_bytes);
}
