// SPDX-License-Identifier: Apache-2.0
// Proves: key pairs keep on disk, secrets are for their owner alone and never written over.
// Method: files in a new folder, every mode bit, broken texts; ZeroMQ derives the same public key.
#define BOOST_TEST_MODULE key_files
#include "actors/io/key_files.hpp"

#include "actors/io/key_text.hpp"
#include "tests/actors/io/scratch_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <zmq.h>

using namespace wardflow;
using namespace wardflow::io;

namespace fs = std::filesystem;

BOOST_AUTO_TEST_CASE(a_pair_comes_back_from_its_files) {
  scratch_folder folder;
  auto keys = generate_key_pair();
  BOOST_REQUIRE(static_cast<bool>(keys));
  auto file = folder.path / "node.key";
  auto written = write_key_pair(file, *keys);
  BOOST_REQUIRE(static_cast<bool>(written));
  BOOST_TEST((*written == keys->open));
  BOOST_TEST(folder.mode_of(file) == 0600u);
  BOOST_TEST(folder.mode_of(folder.path / "node.key.pub") == 0644u);
  auto back = load_key_pair(file);
  BOOST_REQUIRE(static_cast<bool>(back));
  BOOST_TEST((back->open == keys->open));
  BOOST_TEST((back->secret == keys->secret));
  auto open = load_public_key(folder.path / "node.key.pub");
  BOOST_REQUIRE(static_cast<bool>(open));
  BOOST_TEST((*open == keys->open));
  auto handed_out = scratch_folder::text_of(folder.path / "node.key.pub");
  BOOST_TEST(handed_out.find(to_hex(keys->secret)) == std::string::npos);
}

BOOST_AUTO_TEST_CASE(two_pairs_differ_and_zeromq_derives_the_same_public_key) {
  auto one = generate_key_pair();
  auto two = generate_key_pair();
  BOOST_REQUIRE((one && two));
  BOOST_TEST((one->secret != two->secret));
  for (const auto& keys : {*one, *two}) {
    std::array<char, 41> open{};
    BOOST_REQUIRE(zmq_curve_public(open.data(), to_z85(keys.secret).c_str()) == 0);
    BOOST_TEST(to_z85(keys.open) == open.data());
  }
}

BOOST_AUTO_TEST_CASE(keys_are_never_written_over) {
  auto keys = generate_key_pair();
  for (auto name : {"node.key", "node.key.pub"}) {
    scratch_folder folder;
    auto there = folder.write(name, "precious");
    BOOST_TEST((write_key_pair(folder.path / "node.key", *keys).reason() == code::already_so));
    BOOST_TEST(folder.text_of(there) == "precious");
    BOOST_TEST(std::distance(fs::directory_iterator{folder.path}, {}) == 1);
  }
  scratch_folder folder;
  auto nowhere = write_key_pair(folder.path / "no" / "node.key", *keys);
  BOOST_TEST((nowhere.reason() == code::file_write_failed));
}

BOOST_AUTO_TEST_CASE(any_right_of_group_or_others_on_the_secret_is_refused) {
  scratch_folder folder;
  auto file = folder.write("node.key", std::string(64, '7') + "\n");
  for (unsigned bit = 1; bit <= 0400; bit <<= 1) {
    fs::permissions(file, static_cast<fs::perms>(0600 | bit));
    auto loaded = load_key_pair(file);
    BOOST_TEST((loaded.reason() == (bit < 0100 ? code::key_file_open_to_others : code::ok)));
  }
}

BOOST_AUTO_TEST_CASE(missing_and_malformed_files_have_their_own_reasons) {
  scratch_folder folder;
  auto reason_of = [&](const std::string& text) {
    return load_key_pair(folder.write("node.key", text)).reason();
  };
  BOOST_TEST((load_key_pair(folder.path / "none").reason() == code::key_file_missing));
  BOOST_TEST((load_public_key(folder.path / "none").reason() == code::key_file_missing));
  BOOST_TEST((load_key_pair(folder.path).reason() != code::ok));
  std::string good(64, '7');
  BOOST_TEST((reason_of("# mine\n\n" + good + "\r\n") == code::ok));
  BOOST_TEST((reason_of(good) == code::ok));
  for (const auto& text :
       {std::string{}, std::string{"# nothing\n"}, good + "7\n", good.substr(1) + "\n",
        good + "\n" + good + "\n", std::string(64, '0') + "\n", std::string(40, '7') + "\n",
        "key = " + good, std::string(2000, '#')})
    BOOST_TEST((reason_of(text) == code::key_file_malformed), text);
}

BOOST_AUTO_TEST_CASE(a_public_file_of_another_key_is_noticed) {
  scratch_folder folder;
  auto file = folder.path / "node.key";
  auto keys = generate_key_pair();
  auto other = generate_key_pair();
  BOOST_REQUIRE(static_cast<bool>(write_key_pair(file, *keys)));
  folder.write("node.key.pub", to_z85(other->open) + "\n", 0644);
  BOOST_TEST((load_key_pair(file).reason() == code::key_file_malformed));
  folder.write("node.key.pub", to_z85(keys->open) + "\n", 0644);
  BOOST_TEST((load_key_pair(file).reason() == code::ok));
  fs::remove(folder.path / "node.key.pub");
  BOOST_TEST((load_key_pair(file).reason() == code::ok));
}
