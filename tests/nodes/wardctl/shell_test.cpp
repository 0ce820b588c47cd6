// SPDX-License-Identifier: Apache-2.0
// Proves: whatever keeps a command from its node is said in the user's language, with what to do
//         next and the documented exit code; data and messages never mix.
// Method: the program with a node that is away, keys of other roles, and broken files.
#define BOOST_TEST_MODULE shell
#include "nodes/wardctl/shell.hpp"

#include "tests/support/wardctl_rig.hpp"

#include <boost/test/unit_test.hpp>

#include <sstream>

using namespace wardflow;
using namespace wardflow::test;

namespace {

bool says(const std::string& text, code what, language tongue) {
  return text.find(wardflow::text(what, tongue)) != std::string::npos &&
         text.find(next_step(what, tongue)) != std::string::npos;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_node_that_is_away_is_three_and_says_where_it_was_looked_for) {
  wardctl_rig rig;
  rig.node.stop();
  auto got = rig({"--lang", "vi", "status"});
  BOOST_TEST(got.code == 3);
  BOOST_TEST(got.out == "");
  BOOST_TEST(says(got.err, code::node_unreachable, language::vi), got.err);
  BOOST_TEST(got.err.find("không có ai trả lời ở đó") != std::string::npos, got.err);
}

BOOST_AUTO_TEST_CASE(a_missing_target_is_four_and_says_how_to_get_one) {
  auto got = call({"--target", "/nowhere", "status"});
  BOOST_TEST(got.code == 4);
  BOOST_TEST(says(got.err, code::config_missing, language::en), got.err);
  BOOST_TEST(got.err.find("/nowhere") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_key_that_others_can_read_is_four) {
  wardctl_rig rig;
  std::filesystem::permissions(rig.path("keys/operator"), std::filesystem::perms{0644});
  auto got = rig({"status"});
  BOOST_TEST(got.code == 4);
  BOOST_TEST(says(got.err, code::key_file_open_to_others, language::en), got.err);
}

BOOST_AUTO_TEST_CASE(a_key_that_is_not_let_in_is_three) {
  wardctl_rig rig;
  std::filesystem::remove(rig.path("keys/operator"));
  std::filesystem::remove(rig.path("keys/operator.pub"));
  BOOST_REQUIRE(io::write_key_pair(rig.path("keys/operator"), *io::generate_key_pair()));
  auto got = rig({"status"});
  BOOST_TEST(got.code == 3);
  BOOST_TEST(says(got.err, code::node_refused_key, language::en), got.err);
}

BOOST_AUTO_TEST_CASE(a_role_that_may_not_is_one_and_changes_nothing) {
  wardctl_rig rig;
  BOOST_REQUIRE(rig.node.furnish(1));
  auto supervisor = rig.person(role::supervisor, "supervisor");
  auto health = rig.person(role::health, "health");
  BOOST_TEST(call({"--target", supervisor, "venue", "list"}).code == 0);
  for (auto& target : {supervisor, health}) {
    auto got = call({"--target", target, "venue", "suspend", "22366-00001", "--document", "1"});
    BOOST_TEST(got.code == 1);
    BOOST_TEST(says(got.err, code::key_wrong_role, language::en), got.err);
  }
  auto level = std::vector<std::string>{"level", "set",      "--group", "22366.01",   "--level",
                                        "2",     "--issuer", "TYT",     "--document", "1/TB"};
  auto as = [&](const std::string& target) {
    auto words = level;
    words.insert(words.begin(), {"--target", target});
    return call(words).code;
  };
  BOOST_TEST(as(supervisor) == 1);
  BOOST_TEST(as(health) == 0);
  BOOST_TEST(rig({"venue", "show", "22366-00001", "--json"}).out.find("\"suspended\":false") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_detail_cannot_take_over_the_terminal) {
  std::istringstream in;
  std::ostringstream out, err;
  wardctl::shell s{in, out, err, language::en};
  s.fail(code::file_missing, "a\x1b[2Jb");
  BOOST_TEST(err.str().find('\x1b') == std::string::npos);
  BOOST_TEST((s.result == wardctl::exit_code::files));
  s.next("x\x1b[2J");
  BOOST_TEST(out.str() == "Next: x?[2J\n");
}

BOOST_AUTO_TEST_CASE(programs_get_the_code_of_a_refusal_on_their_own_stream) {
  std::istringstream in;
  std::ostringstream out, err;
  wardctl::shell s{in, out, err, language::vi};
  s.how = wardctl::output::json;
  wardctl::record r;
  r.text("venue", "Địa điểm", "22366-00001");
  s.conclude(code::venue_already_suspended, r, "22366-00001");
  BOOST_TEST(out.str() == "{\"code\":\"venue_already_suspended\",\"venue\":\"22366-00001\"}\n");
  BOOST_TEST(says(err.str(), code::venue_already_suspended, language::vi));
  BOOST_TEST((s.result == wardctl::exit_code::refused));
}
