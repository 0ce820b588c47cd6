// SPDX-License-Identifier: Apache-2.0
// Proves: a folder's file system is told by what the kernel says of it, and what loses data is
//         never called fit.
// Method: folders that every Linux has. (What the store does about it: store_faults_test.)
#define BOOST_TEST_MODULE file_system
#include "actors/io/file_system.hpp"

#include "tests/actors/io/scratch_folder.hpp"

#include <cerrno>

using namespace wardflow::io;

BOOST_AUTO_TEST_CASE(a_file_system_without_a_name_here_is_unknown) {
  auto proc = file_system_of("/proc");
  BOOST_TEST_REQUIRE(proc.has_value());
  BOOST_TEST(proc->magic == 0x9fa0u);
  BOOST_TEST(proc->name == "");
  BOOST_TEST((proc->is == fitness::unknown));
}

BOOST_AUTO_TEST_CASE(memory_is_no_disk) {
  auto shared = file_system_of("/dev/shm");
  if (shared && shared->name == "tmpfs")
    BOOST_TEST((shared->is == fitness::unfit));
  else
    BOOST_TEST_MESSAGE("not done: /dev/shm is no tmpfs here");
}

BOOST_AUTO_TEST_CASE(a_folder_that_is_not_there_has_none) {
  scratch_folder folder;
  BOOST_TEST(file_system_of(folder.path).has_value());
  BOOST_TEST(!file_system_of(folder.path / "nothing").has_value());
  BOOST_TEST(errno == ENOENT);
}
