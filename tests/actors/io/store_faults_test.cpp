// SPDX-License-Identifier: Apache-2.0
// Proves: on a full disk a commit says so and nothing committed is lost; the ballast lets
//         control and
//         trims in, and room comes back; file systems that LMDB cannot use are refused.
// Method: a real small ext4 on a loop mount, an overlay and a tmpfs; root only, else skipped.
#define BOOST_TEST_MODULE store_faults
#include "tests/actors/io/store_fixture.hpp"
#include "tests/support/power_rig.hpp"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <fstream>

using namespace wardflow;
using namespace wardflow::io;
using namespace wardflow::test;

namespace {

constexpr std::size_t round_bytes = 300'000;

store_options on_disk(const std::filesystem::path& folder) {
  store_options o;
  o.folder = folder;
  o.map_bytes = std::size_t{256} << 20;
  o.ballast_bytes = std::size_t{4} << 20;
  return o;
}

// Another program's file that takes every block there is.
void take_the_rest(const std::filesystem::path& folder) {
  const int fd = ::open((folder / "other").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  BOOST_REQUIRE(fd >= 0);
  for (std::size_t piece = 1u << 20; piece >= 4096; piece /= 2) {
    const buffer zeros(piece);
    while (::write(fd, zeros.data(), piece) == static_cast<ssize_t>(piece)) {
      // nop
    }
  }
  ::fsync(fd);
  ::close(fd);
}

code control(store& s, std::uint64_t trim_before, std::string* detail = nullptr) {
  const buffer record = record_of(s.journal().last_round + 1, 400);
  const bytes part{record};
  return s.commit({.round = s.journal().last_round + 1,
                   .record_parts = {&part, 1},
                   .trim_before = trim_before,
                   .uses_reserve = true},
                  detail);
}

void check_rounds(const store& s, std::uint64_t last) {
  std::vector<round_copy> rounds;
  std::string detail;
  BOOST_TEST((read_from(s, 0, rounds, &detail) == code::ok), detail);
  BOOST_REQUIRE(rounds.size() == last);
  for (std::uint64_t n = 1; n <= last; ++n)
    BOOST_TEST((rounds[n - 1].data == record_of(n, round_bytes)), "round " << n);
}

class mounted {
public:
  mounted(const char* type, const std::filesystem::path& at, const std::string& options) : at_(at) {
    std::filesystem::create_directories(at);
    BOOST_REQUIRE(::mount(type, at.c_str(), type, 0, options.c_str()) == 0);
  }
  mounted(const mounted&) = delete;
  mounted& operator=(const mounted&) = delete;
  ~mounted() { ::umount2(at_.c_str(), MNT_DETACH); }

private:
  std::filesystem::path at_;
};

} // namespace

BOOST_AUTO_TEST_CASE(a_disk_that_fills_up_loses_nothing_and_control_gets_in_by_the_ballast) {
  power_rig::skip_unless_possible();
  const power_rig rig{std::size_t{48} << 20};
  std::ofstream{rig.folder() / "old"} << std::string(12u << 20, 'x'); // somebody's, until the end
  std::uint64_t last = 0;
  {
    store s = must_open(on_disk(rig.folder()));
    BOOST_TEST(s.room().scans_fit);
    BOOST_TEST(s.room().ballast_bytes == on_disk({}).ballast_bytes);
    code c = code::ok;
    for (std::string detail; c == code::ok && last < 1000;) {
      c = commit_record(s, last + 1, record_of(last + 1, round_bytes));
      last += c == code::ok ? 1 : 0;
    }
    BOOST_TEST((c == code::disk_full));
    BOOST_TEST(last > 20u);
    check_rounds(s, last); // still readable
  }
  store s = must_open(on_disk(rig.folder()));
  check_rounds(s, last);
  BOOST_TEST(!s.room().scans_fit);
  take_the_rest(rig.folder());
  BOOST_TEST((commit_record(s, last + 1, record_of(last + 1, round_bytes)) == code::disk_full));

  std::string detail;
  std::uint64_t commands = 0;
  for (; s.room().ballast_bytes > 0 && commands < 2000; ++commands)
    BOOST_REQUIRE_MESSAGE(control(s, 0, &detail) == code::ok, detail);
  BOOST_TEST(s.room().ballast_bytes == 0u); // it was needed, and it helped
  BOOST_TEST(!s.room().scans_fit);
  for (int n = 0; n < 200 && s.journal().first_round < last; ++n, ++commands)
    BOOST_REQUIRE_MESSAGE(control(s, last, &detail) == code::ok, detail);
  BOOST_TEST(s.room().scans_fit); // the file's own pages are free again
  BOOST_TEST((commit_record(s, s.journal().last_round + 1, record_of(1, round_bytes)) == code::ok));
  std::vector<round_copy> rounds;
  BOOST_TEST((read_from(s, last, rounds) == code::ok));
  BOOST_REQUIRE(rounds.size() == commands + 2);
  BOOST_TEST((rounds[0].data == record_of(last, round_bytes)));
  BOOST_TEST(!s.restore_ballast()); // the disk itself is still full
  std::filesystem::remove(rig.folder() / "old");
  BOOST_TEST(s.restore_ballast());
}

BOOST_AUTO_TEST_CASE(a_start_on_a_full_disk_takes_control_and_no_scans) {
  power_rig::skip_unless_possible();
  const power_rig rig{std::size_t{32} << 20};
  {
    store s = must_open(on_disk(rig.folder()));
    BOOST_REQUIRE(commit_record(s, 1, record_of(1, round_bytes)) == code::ok);
  }
  take_the_rest(rig.folder());
  store s = must_open(on_disk(rig.folder()));
  BOOST_TEST(!s.room().scans_fit);
  std::string detail;
  for (int n = 0; n < 50; ++n)
    BOOST_REQUIRE_MESSAGE(control(s, 0, &detail) == code::ok, detail);
  BOOST_TEST(s.journal().last_round == 51u);
  // A folder that never held a store has nothing to serve: it says why.
  std::filesystem::create_directory(rig.folder() / "fresh");
  if (s.room().ballast_bytes == 0)
    take_the_rest(rig.folder());
  BOOST_TEST((open_code(on_disk(rig.folder() / "fresh")) == code::disk_full));
}

BOOST_AUTO_TEST_CASE(file_systems_that_lmdb_cannot_use_are_refused_by_name) {
  power_rig::skip_unless_possible();
  const power_rig rig{std::size_t{32} << 20};
  const auto base = rig.folder();
  for (const char* name : {"lower", "upper", "work"})
    std::filesystem::create_directory(base / name);
  const auto reason = [](const std::filesystem::path& folder, std::string& detail) {
    auto opened = store::open(on_disk(folder));
    const auto* f = std::get_if<store_failure>(&opened);
    if (f != nullptr)
      detail = f->detail;
    return f == nullptr ? code::ok : f->reason;
  };
  std::string detail;
  {
    const mounted overlay{"overlay", base / "overlay",
                          "lowerdir=" + (base / "lower").string() + ",upperdir=" +
                            (base / "upper").string() + ",workdir=" + (base / "work").string()};
    BOOST_TEST((reason(base / "overlay", detail) == code::folder_unsuitable));
    BOOST_TEST(detail.ends_with(": overlayfs"));
    BOOST_TEST(std::filesystem::is_empty(base / "overlay"));
  }
  {
    const mounted tmpfs{"tmpfs", base / "tmpfs", "size=16m"};
    BOOST_TEST((reason(base / "tmpfs", detail) == code::folder_unsuitable));
    BOOST_TEST(detail.ends_with(": tmpfs"));
    BOOST_TEST((open_code(small_store(base / "tmpfs")) == code::ok)); // where a test says so
  }
  BOOST_TEST((reason(base, detail) == code::ok));
}
