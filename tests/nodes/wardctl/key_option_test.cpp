// SPDX-License-Identifier: Apache-2.0
// Proves: a public key is read in each form that people give it, and a secret key is never taken
//         for one.
// Method: real key pairs on disk.
#define BOOST_TEST_MODULE key_option
#include "nodes/wardctl/key_option.hpp"

#include "actors/io/key_files.hpp"
#include "actors/io/key_text.hpp"
#include "tests/actors/io/scratch_folder.hpp"

using namespace wardflow;
using namespace wardflow::wardctl;

BOOST_AUTO_TEST_CASE(each_form_gives_the_same_key) {
  io::scratch_folder folder;
  auto pair = *io::generate_key_pair();
  auto file = (folder.path / "k").string();
  BOOST_REQUIRE(io::write_key_pair(file, pair));
  for (auto& given : {io::to_hex(pair.open), io::to_z85(pair.open), file, file + ".pub"}) {
    auto key = public_key_of(given);
    BOOST_TEST_REQUIRE(static_cast<bool>(key), given);
    BOOST_TEST((*key == pair.open), given);
  }
}

BOOST_AUTO_TEST_CASE(a_secret_key_alone_is_refused) {
  io::scratch_folder folder;
  auto pair = *io::generate_key_pair();
  auto file = folder.path / "k";
  BOOST_REQUIRE(io::write_key_pair(file, pair));
  std::filesystem::remove(file.string() + ".pub");
  auto key = public_key_of(file.string());
  BOOST_TEST((key.reason() == code::key_is_secret));
}

BOOST_AUTO_TEST_CASE(anything_else_is_named) {
  io::scratch_folder folder;
  BOOST_TEST((public_key_of("no-such-file").reason() == code::key_file_missing));
  BOOST_TEST((public_key_of(std::string(63, 'a')).reason() == code::key_file_missing));
  auto file = folder.write("x.pub", "not a key\n", 0644);
  BOOST_TEST((public_key_of(file.string()).reason() == code::key_file_malformed));
}
