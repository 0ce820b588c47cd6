// SPDX-License-Identifier: Apache-2.0
// Proves: what append returned is in the spool after kill -9 and after a power cut at any instant,
//   sealed, under its number; a disk that fails is said, and nothing false is recorded.
// Method: a real file under a model of its disk (only what was synced is certain), a model of the
//   spool beside it, and the power cut at every system call of random work by seed.
#define BOOST_TEST_MODULE spool
#include "nodes/wardctl/spool.hpp"

#include "nodes/wardctl/spool_record.hpp"
#include "tests/actors/io/scratch_folder.hpp"
#include "tests/nodes/wardctl/disk_model.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <random>
#include <sys/wait.h>

using namespace wardflow;
using namespace wardflow::wardctl;
using wardflow::test::disk;

namespace {

constexpr venue_id venue{223660000017};
constexpr time_ms now = 1'634'360'400'000;

/// Stands for the sealed box: nothing of the plain code can be found in it.
std::vector<std::byte> seal(bytes plain) {
  std::vector<std::byte> out(48, std::byte{1});
  for (auto b : plain)
    out.push_back(~b);
  return out;
}

bytes raw(const std::string& text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

struct desk {
  desk() { disk.folder = scratch.path.string(); }
  ~desk() { disk = {}; }
  [[nodiscard]] spool open() {
    auto made = spool::open(file, now, seal);
    BOOST_REQUIRE(made);
    return std::move(*made);
  }
  [[nodiscard]] code add(spool& s, const std::string& text) {
    return s.append(venue, now, direction::in, flow::staff_scans_person, raw(text));
  }
  [[nodiscard]] std::string text() const { return io::scratch_folder::text_of(file); }

  io::scratch_folder scratch;
  std::filesystem::path file = scratch.path / "spool";
};

} // namespace

BOOST_AUTO_TEST_CASE(a_new_spool_begins_with_the_time_as_its_epoch_and_is_private) {
  desk d;
  const auto s = d.open();
  BOOST_TEST((s.state() == send_state{now / 1000, 0, false, 0, {}}));
  BOOST_TEST(s.pending().empty());
  BOOST_TEST(io::scratch_folder::mode_of(d.file) == 0600u);
}

BOOST_AUTO_TEST_CASE(scans_are_there_again_in_order_and_sealed) {
  desk d;
  {
    auto s = d.open();
    for (auto code_text : {"056890000001|NGUYEN MAU AN", "056890000002|TRAN THI B", ""})
      BOOST_TEST((d.add(s, code_text) == code::ok));
    BOOST_TEST((s.acknowledge(s.state().epoch, 1) == code::ok));
    BOOST_TEST((s.flush() == code::ok));
  }
  BOOST_TEST(d.text().find("0568") == std::string::npos);
  BOOST_TEST(d.text().find("TRAN") == std::string::npos);
  const auto s = d.open();
  BOOST_REQUIRE(s.pending().size() == 2u);
  BOOST_TEST(s.pending()[0].sequence == 2u);
  BOOST_TEST((s.pending()[0].sealed == seal(raw("056890000002|TRAN THI B"))));
  BOOST_TEST((s.pending()[1].sealed == seal(raw(""))));
  BOOST_TEST(s.find(s.pending()[1].id) == &s.pending()[1]);
  BOOST_TEST(s.find(s.pending()[1].id + 1) == nullptr);
  BOOST_TEST(s.state().acknowledged == 1u);
}

BOOST_AUTO_TEST_CASE(everything_of_the_state_survives) {
  desk d;
  const send_state next{now / 1000 + 9, 0, true, 2, {{7, 3}, {now / 1000, 2}}};
  {
    auto s = d.open();
    for (int i = 0; i < 3; ++i)
      BOOST_TEST((d.add(s, "x") == code::ok));
    auto opened = s.state();
    BOOST_TEST((s.write_epoch(opened, 1) == code::ok));
    BOOST_TEST(s.state().open);
    BOOST_TEST((s.write_epoch(next, 2) == code::ok));
    BOOST_TEST((s.state() == next));
  }
  const auto s = d.open();
  BOOST_TEST((s.state() == next));
  BOOST_TEST(s.pending().size() == 2u);
  BOOST_TEST(s.pending()[0].sequence == 1u);
}

BOOST_AUTO_TEST_CASE(of_a_code_that_is_too_long_enough_is_kept_to_say_so) {
  desk d;
  auto s = d.open();
  BOOST_TEST((d.add(s, std::string(limits::code_bytes_max, 'a')) == code::ok));
  BOOST_TEST((d.add(s, std::string(5'000'000, 'a')) == code::ok));
  BOOST_TEST(s.pending()[0].sealed.size() == limits::sealed_bytes_max);
  BOOST_TEST(s.pending()[1].sealed.size() == limits::sealed_bytes_max + 1);
}

BOOST_AUTO_TEST_CASE(a_key_that_cannot_seal_records_nothing) {
  desk d;
  auto s = spool::open(d.file, now, [](bytes) { return std::vector<std::byte>{}; });
  BOOST_REQUIRE(s);
  const auto before = d.text();
  BOOST_TEST((d.add(*s, "x") == code::seal_broken));
  BOOST_TEST(d.text() == before);
}

BOOST_AUTO_TEST_CASE(two_doors_cannot_have_one_spool_and_a_killed_one_leaves_no_lock) {
  desk d;
  {
    const auto s = d.open();
    BOOST_TEST((spool::open(d.file, now, seal).reason() == code::spool_in_use));
  }
  int ready[2];
  BOOST_REQUIRE(::pipe(ready) == 0);
  const auto child = ::fork();
  if (child == 0) {
    auto s = spool::open(d.file, now, seal);
    const char said = s ? 'y' : 'n';
    (void)!::write(ready[1], &said, 1);
    for (;;)
      ::pause();
  }
  char said = 0;
  BOOST_REQUIRE(::read(ready[0], &said, 1) == 1);
  BOOST_TEST(said == 'y');
  BOOST_TEST((spool::open(d.file, now, seal).reason() == code::spool_in_use));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  BOOST_TEST((spool::open(d.file, now, seal).reason() == code::ok));
  ::close(ready[0]);
  ::close(ready[1]);
}

BOOST_AUTO_TEST_CASE(a_torn_last_record_is_cut_and_said_and_the_spool_goes_on) {
  desk d;
  {
    auto s = d.open();
    BOOST_TEST((d.add(s, "one") == code::ok));
    BOOST_TEST((d.add(s, "two") == code::ok));
  }
  const auto whole = d.text();
  std::filesystem::resize_file(d.file, whole.size() - 1);
  {
    auto s = d.open();
    BOOST_TEST(s.cut_bytes() > 0u);
    BOOST_TEST(s.pending().size() == 1u);
    BOOST_TEST((d.add(s, "three") == code::ok));
  }
  const auto s = d.open();
  BOOST_TEST(s.cut_bytes() == 0u);
  BOOST_REQUIRE(s.pending().size() == 2u);
  BOOST_TEST((s.pending()[1].sealed == seal(raw("three"))));
}

BOOST_AUTO_TEST_CASE(a_damaged_spool_is_refused_and_left_alone) {
  desk d;
  {
    auto s = d.open();
    for (int i = 0; i < 3; ++i)
      BOOST_TEST((d.add(s, "code") == code::ok));
  }
  auto bad = d.text();
  bad[bad.size() / 2] = static_cast<char>(bad[bad.size() / 2] ^ 1);
  std::ofstream{d.file, std::ios::binary} << bad;
  BOOST_TEST((spool::open(d.file, now, seal).reason() == code::spool_damaged));
  BOOST_TEST((glance_at_spool(d.file).reason() == code::spool_damaged));
  BOOST_TEST(d.text() == bad);
  d.scratch.write("spool", "");
  BOOST_TEST((spool::open(d.file, now, seal).reason() == code::spool_damaged));
}

BOOST_AUTO_TEST_CASE(a_spool_is_looked_at_while_a_door_has_it) {
  desk d;
  auto s = d.open();
  for (auto at : {now + 5, now, now + 9})
    BOOST_TEST(
      (s.append(venue, at, direction::in, flow::staff_scans_person, raw("x")) == code::ok));
  const auto seen = glance_at_spool(d.file);
  BOOST_REQUIRE(seen);
  BOOST_TEST(seen->waiting == 3u);
  BOOST_TEST(seen->oldest == now);
  BOOST_TEST(seen->newest == now + 9);
  BOOST_TEST((seen->state == s.state()));
  BOOST_TEST((glance_at_spool(d.scratch.path / "none").reason() == code::file_missing));
}

BOOST_AUTO_TEST_CASE(no_room_is_said_and_what_was_torn_is_taken_back) {
  desk d;
  auto s = d.open();
  BOOST_TEST((d.add(s, "one") == code::ok));
  const auto before = d.text();
  disk.room = 20;
  BOOST_TEST((d.add(s, "two") == code::file_write_failed));
  BOOST_TEST(d.text() == before);
  BOOST_TEST(s.pending().size() == 1u);
  BOOST_TEST(!s.broken());
  disk.room = -1;
  BOOST_TEST((d.add(s, "three") == code::ok));
  BOOST_TEST(s.pending()[1].sequence == 2u);
}

BOOST_AUTO_TEST_CASE(after_a_failed_sync_nothing_more_is_written) {
  for (const bool sync : {true, false}) {
    desk d;
    {
      auto s = d.open();
      (sync ? disk.sync_fails : disk.truncate_fails) = true;
      disk.room = sync ? -1 : 20;
      BOOST_TEST((d.add(s, "one") == code::file_write_failed));
      disk.sync_fails = disk.truncate_fails = false;
      disk.room = -1;
      BOOST_TEST(s.broken());
      BOOST_TEST((d.add(s, "two") == code::file_write_failed));
      BOOST_TEST((s.write_epoch(s.state(), 1) == code::file_write_failed));
      BOOST_TEST(s.pending().empty());
    }
    auto s = d.open(); // what the disk holds is read again
    BOOST_TEST((d.add(s, "three") == code::ok));
  }
}

BOOST_AUTO_TEST_CASE(the_file_is_made_new_when_most_of_it_is_acknowledged) {
  desk d;
  auto s = d.open();
  std::uint64_t most = 0;
  for (std::uint64_t n = 1; n <= 2'000; ++n) { // three wait at any time, none ever all
    BOOST_REQUIRE((d.add(s, std::string(1'000, 'a')) == code::ok));
    if (n > 3)
      BOOST_REQUIRE((s.acknowledge(s.state().epoch, n - 3) == code::ok));
    most = std::max(most, s.file_bytes());
  }
  BOOST_TEST(most < spool::compact_bytes + 10'000);
  BOOST_TEST(s.pending().size() == 3u);
  BOOST_TEST(std::filesystem::file_size(d.file) == s.file_bytes());
  BOOST_TEST(!std::filesystem::exists(d.file.string() + ".new"));
}

BOOST_AUTO_TEST_CASE(without_room_for_a_second_file_the_old_one_serves_on) {
  desk d;
  auto s = d.open();
  std::uint64_t n = 0;
  while (s.file_bytes() <= spool::compact_bytes) {
    BOOST_REQUIRE((d.add(s, std::string(1'000, 'a')) == code::ok));
    ++n;
  }
  disk.room = 10;
  BOOST_TEST((s.acknowledge(s.state().epoch, n) == code::ok));
  disk.room = -1;
  BOOST_TEST((d.add(s, "more") == code::ok));
  BOOST_TEST(s.file_bytes() > spool::compact_bytes);
}

BOOST_AUTO_TEST_CASE(a_rename_that_fails_breaks_the_spool_but_loses_nothing) {
  desk d;
  {
    auto s = d.open();
    std::uint64_t n = 0;
    while (s.file_bytes() <= spool::compact_bytes) {
      BOOST_REQUIRE((d.add(s, std::string(1'000, 'a')) == code::ok));
      ++n;
    }
    disk.rename_fails = true;
    BOOST_TEST((s.acknowledge(s.state().epoch, n - 1) == code::file_write_failed));
    disk.rename_fails = false;
    BOOST_TEST(s.broken());
  }
  const auto s = d.open();
  BOOST_TEST(!s.pending().empty());
}
