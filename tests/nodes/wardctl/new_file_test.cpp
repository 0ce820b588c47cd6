// SPDX-License-Identifier: Apache-2.0
// Proves: a new file is whole and private, or not there; one that exists is never touched.
// Method: real files in a folder of their own.
#define BOOST_TEST_MODULE new_file
#include "nodes/wardctl/new_file.hpp"

#include "tests/actors/io/scratch_folder.hpp"

using namespace wardflow;
using namespace wardflow::wardctl;

BOOST_AUTO_TEST_CASE(a_new_file_holds_the_text_and_is_private) {
  io::scratch_folder folder;
  auto file = folder.path / "a";
  BOOST_TEST((write_new_file(file, "one\n") == code::done));
  BOOST_TEST(folder.text_of(file) == "one\n");
  BOOST_TEST((folder.mode_of(file) & 077) == 0u);
}

BOOST_AUTO_TEST_CASE(a_file_that_exists_is_not_touched) {
  io::scratch_folder folder;
  auto file = folder.write("a", "old");
  BOOST_TEST((write_new_file(file, "new") == code::file_exists));
  BOOST_TEST(folder.text_of(file) == "old");
  BOOST_TEST((write_new_file(folder.path / "no" / "a", "x") == code::file_write_failed));
}

BOOST_AUTO_TEST_CASE(a_file_is_read_whole_or_not_at_all) {
  io::scratch_folder folder;
  std::string text(200'000, 'x');
  auto file = folder.write("a", text);
  BOOST_TEST((read_file(file, text.size()) == text));
  BOOST_TEST(!read_file(file, text.size() - 1).has_value());
  BOOST_TEST(!read_file(folder.path, 100).has_value());
  BOOST_TEST(!read_file(folder.path / "no", 100).has_value());
  BOOST_TEST((read_file(folder.write("b", ""), 100) == ""));
}
