// SPDX-License-Identifier: Apache-2.0
// Proves: after a power cut or kill -9 at any system call, the spool holds what its model holds.
// Method: random work by seed on a spool over a model of its disk; at every write, sync and rename
//   the power is cut on a copy, which is opened and compared. WARDFLOW_WORLDS=50 for more.
#define BOOST_TEST_MODULE spool_crash
#include "nodes/wardctl/spool.hpp"

#include "tests/actors/io/scratch_folder.hpp"
#include "tests/nodes/wardctl/disk_model.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <random>

using namespace wardflow;
using namespace wardflow::wardctl;
using wardflow::test::disk;

namespace {

constexpr venue_id venue{223660000017};
constexpr time_ms begun = 1'634'360'400'000;

std::vector<std::byte> seal(bytes plain) {
  std::vector<std::byte> out(48 + plain.size(), std::byte{1});
  std::copy(plain.begin(), plain.end(), out.begin() + 48);
  return out;
}

/// What a spool must hold, slow and obvious: every scan of the epoch, by its number.
struct model {
  send_state state;
  std::vector<spooled_scan> scans; // number n is at n - 1
  std::uint64_t acknowledged_on_disk = 0;

  /// An acknowledgement may be lost, a scan or an epoch may not.
  [[nodiscard]] const char* differs(const spool& s) const {
    const auto& have = s.state();
    if (have.epoch != state.epoch || have.open != state.open)
      return "another epoch";
    if (have.moved != state.moved || have.left != state.left)
      return "the left epochs were forgotten";
    if (have.acknowledged > state.acknowledged || have.acknowledged < acknowledged_on_disk)
      return "another acknowledged number";
    if (s.pending().size() != scans.size() - have.acknowledged)
      return "another number of scans";
    for (const auto& scan : s.pending()) {
      auto same = scans[scan.sequence - 1];
      same.id = scan.id;
      if (!(same == scan))
        return "another scan";
    }
    return nullptr;
  }
};

class world {
public:
  explicit world(std::uint64_t seed) : random_(seed) {
    disk.folder = scratch_.path.string();
    reopen();
    now_.state = spool_->state();
    disk.instant = [this] {
      if (random_() % 8 == 0)
        cut_power();
    };
  }
  ~world() { disk = {}; }

  void run(int steps) {
    for (; steps > 0 && wrong_ == nullptr; --steps)
      step();
    disk.instant = nullptr;
    BOOST_TEST(wrong_ == nullptr, wrong_);
    BOOST_TEST(cuts_ > 100u); // else nothing was tried
  }

private:
  void step() {
    before_ = now_;
    const auto what = random_() % 100;
    if (what < 60)
      append();
    else if (what < 85)
      acknowledge();
    else if (what < 90)
      flush();
    else if (what < 95)
      write_epoch();
    else
      reopen();
    before_.reset(); // it returned: from now on only the new state will do
    if (auto* bad = now_.differs(*spool_); bad != nullptr)
      wrong_ = bad;
    if (random_() % 8 == 0)
      cut_power();
  }

  void append() {
    spooled_scan scan;
    scan.venue = venue;
    scan.at = begun + static_cast<time_ms>(random_() % 1'000'000);
    scan.way = random_() % 2 == 0 ? direction::in : direction::out;
    scan.flow = random_() % 2 == 0 ? flow::staff_scans_person : flow::person_scans_poster;
    scan.sequence = now_.scans.size() + 1;
    std::vector<std::byte> plain(random_() % (spool_code_bytes_max + 1));
    for (auto& b : plain)
      b = static_cast<std::byte>(random_());
    scan.sealed = seal(plain);
    now_.scans.push_back(scan);
    now_.acknowledged_on_disk = now_.state.acknowledged;
    ok(spool_->append(scan.venue, scan.at, scan.way, scan.flow, plain));
  }
  void acknowledge() {
    const auto waiting = now_.scans.size() - now_.state.acknowledged;
    now_.state.acknowledged += random_() % (waiting + 1);
    ok(spool_->acknowledge(now_.state.epoch, now_.state.acknowledged));
  }
  void flush() {
    now_.acknowledged_on_disk = now_.state.acknowledged;
    ok(spool_->flush());
  }
  void write_epoch() {
    const auto waiting = now_.scans.size() - now_.state.acknowledged;
    auto from = now_.state.acknowledged + 1 + random_() % (waiting + 1);
    if (random_() % 3 == 0) {
      from = 1;
    } else {
      now_.scans.erase(now_.scans.begin(),
                       now_.scans.begin() + static_cast<std::ptrdiff_t>(from) - 1);
      std::uint64_t number = 0;
      for (auto& scan : now_.scans)
        scan.sequence = ++number;
      now_.state.leave(now_.state.epoch + 1 + random_() % 1000, from, now_.scans.size());
    }
    now_.state.open = true;
    now_.acknowledged_on_disk = now_.state.acknowledged;
    ok(spool_->write_epoch(now_.state, from));
  }
  /// kill -9: what was written is in the file, synced or not.
  void reopen() {
    spool_.reset();
    auto made = spool::open(scratch_.path / "spool", begun, seal);
    BOOST_REQUIRE(made);
    spool_.emplace(std::move(*made));
    now_.state.acknowledged = std::max(now_.acknowledged_on_disk, spool_->state().acknowledged);
  }

  /// Between two system calls: opens what would be left.
  void cut_power() {
    const auto was_asleep = std::exchange(disk.asleep, true);
    const auto copy = (elsewhere_.path / "spool").string();
    if (disk.cut_power("spool", copy, random_)) {
      ++cuts_;
      const auto left = spool::open(copy, begun, seal);
      const char* bad = left ? now_.differs(*left) : left.why().detail.c_str();
      if (bad != nullptr && left && before_)
        bad = before_->differs(*left);
      if (bad != nullptr && wrong_ == nullptr) {
        said_ = bad;
        wrong_ = said_.c_str();
      }
    } else if (wrong_ == nullptr) {
      wrong_ = "the file is gone";
    }
    disk.asleep = was_asleep;
  }
  void ok(code result) {
    if (result != code::ok)
      wrong_ = "a write failed";
  }

  std::mt19937_64 random_;
  io::scratch_folder scratch_;
  io::scratch_folder elsewhere_;
  std::optional<spool> spool_;
  model now_;
  std::optional<model> before_; // an operation is under way: before it or after it
  std::uint64_t cuts_ = 0;
  const char* wrong_ = nullptr;
  std::string said_;
};

} // namespace

BOOST_AUTO_TEST_CASE(the_spool_holds_what_its_model_holds_after_a_cut_at_any_instant) {
  std::uint64_t worlds = 6;
  if (const auto* times = std::getenv("WARDFLOW_WORLDS"))
    worlds *= std::max(1ul, std::strtoul(times, nullptr, 10));
  for (std::uint64_t seed = 7164; seed < 7164 + worlds; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      world{seed}.run(1'200);
    }
  }
}
