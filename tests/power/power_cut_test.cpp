// SPDX-License-Identifier: Apache-2.0
// Proves: after a power cut at any moment every acknowledged round is on the disk, whole, and the
//         store goes on; and that this test would see a missing sync.
// Method: an ext4 in an image, a writer stopped at random moments, the image copied below the page
//         cache and mounted; the same without syncs must lose. `-- --cuts N` for more than 20.
#define BOOST_TEST_MODULE power_cut
#include "tests/power/power_writer.hpp"
#include "tests/support/power_rig.hpp"

#include <poll.h>

#include <chrono>
#include <string_view>

using namespace wardflow;
using namespace wardflow::io;
using namespace wardflow::test;

namespace {

int wanted_cuts() {
  const auto& suite = boost::unit_test::framework::master_test_suite();
  for (int n = 1; n + 1 < suite.argc; ++n)
    if (std::string_view{suite.argv[n]} == "--cuts")
      return std::max(1, std::atoi(suite.argv[n + 1]));
  return 20;
}

// Reads the numbers that a writer says.
class listener {
public:
  explicit listener(int fd) : fd_(fd) {
    // nop
  }
  /// Takes what is there; `last` is the newest whole number.
  void drain() {
    char text[4096];
    for (ssize_t n = ::read(fd_, text, sizeof text); n > 0; n = ::read(fd_, text, sizeof text))
      for (ssize_t i = 0; i < n; ++i)
        take(text[i]);
  }
  void wait_for(std::uint64_t round) {
    while (last < round) {
      pollfd p{fd_, POLLIN, 0};
      BOOST_REQUIRE(::poll(&p, 1, 20'000) == 1);
      BOOST_REQUIRE((p.revents & POLLIN) != 0); // else the writer ended
      drain();
    }
  }
  std::uint64_t last = 0;

private:
  void take(char c) {
    if (c == '\n') {
      last = number_;
      number_ = 0;
    } else {
      number_ = number_ * 10 + static_cast<std::uint64_t>(c - '0');
    }
  }
  int fd_;
  std::uint64_t number_ = 0;
};

// Moments within a commit, and not only between two.
void spin(std::chrono::microseconds length) {
  const auto end = std::chrono::steady_clock::now() + length;
  while (std::chrono::steady_clock::now() < end) {
    // nop
  }
}

std::string text_of(const store& s, table where, std::string_view key) {
  buffer value;
  if (s.get(where, key, value) != code::ok)
    return {};
  return {reinterpret_cast<const char*>(value.data()), value.size()};
}

void check_disk(const std::filesystem::path& folder, std::uint64_t acknowledged) {
  store s = must_open(power_store(folder, true));
  const std::uint64_t last = s.journal().last_round;
  BOOST_TEST(last >= acknowledged);
  BOOST_TEST(last <= acknowledged + 1); // the one that was being committed, or said
  std::vector<round_copy> rounds;
  std::string detail;
  BOOST_TEST((read_from(s, 0, rounds, &detail) == code::ok), detail);
  BOOST_REQUIRE(rounds.size() >= std::min(last, rounds_kept));
  for (std::size_t n = 0; n < rounds.size(); ++n) {
    const std::uint64_t due = last + 1 - rounds.size() + n;
    BOOST_TEST(rounds[n].round == due);
    BOOST_TEST((rounds[n].data == record_of(due, power_record_size(due))));
  }
  BOOST_TEST(text_of(s, table::ward, "last") == std::to_string(last)); // rows go with their round
  for (std::uint64_t n = last > 49 ? last - 49 : 1; n <= last; ++n)
    BOOST_TEST(text_of(s, table::venues, "v" + std::to_string(n % 50)) == std::to_string(n));
  BOOST_TEST((commit_record(s, last + 1, record_of(last + 1, 70'000)) == code::ok));
}

bool lost_something(const std::filesystem::path& folder, std::uint64_t acknowledged) {
  auto opened = store::open(power_store(folder, true));
  const auto* s = std::get_if<store>(&opened);
  return s == nullptr || s->journal().last_round < acknowledged;
}

} // namespace

BOOST_AUTO_TEST_CASE(every_acknowledged_round_is_there_after_each_cut) {
  power_rig::skip_unless_possible();
  const auto seed = std::random_device{}();
  const int cuts = wanted_cuts();
  BOOST_TEST_MESSAGE("seed " << seed << ", " << cuts << " cuts");
  std::mt19937 random{seed};
  power_rig rig;
  const auto child = rig.start([&](int out) { return power_writer(rig.folder(), true, out); });
  listener said{child.out};
  for (int n = 0; n < cuts; ++n) {
    said.wait_for(said.last + 1 + random() % 60);
    spin(std::chrono::microseconds{random() % 4000});
    rig.cut();
    said.drain();
    BOOST_TEST_CONTEXT("seed " << seed << ", cut " << n << ", acknowledged " << said.last)
    check_disk(rig.after(), said.last);
    rig.mend();
  }
  BOOST_TEST_MESSAGE("acknowledged " << said.last);
}

BOOST_AUTO_TEST_CASE(without_syncs_the_same_cuts_lose_what_was_acknowledged) {
  power_rig::skip_unless_possible();
  power_rig rig;
  const auto child = rig.start([&](int out) { return power_writer(rig.folder(), false, out); });
  listener said{child.out};
  int losses = 0;
  for (int n = 0; n < 3; ++n) {
    said.wait_for(said.last + 50);
    rig.cut();
    said.drain();
    losses += lost_something(rig.after(), said.last) ? 1 : 0;
    rig.mend();
  }
  BOOST_TEST(losses > 0);
}
