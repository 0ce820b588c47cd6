// SPDX-License-Identifier: Apache-2.0
// Proves: whatever a node may say of its parent is judged, and read in both languages; what is not
//         known stays as it is.
// Method: the states of a real uplink_session and of a connection, by hand.
#define BOOST_TEST_MODULE parent_state
#include "nodes/wardctl/parent_state.hpp"

#include <boost/test/unit_test.hpp>

using namespace wardflow;
using namespace wardflow::wardctl;

namespace {

std::string vi(std::string_view state) {
  return parent_in_words(state, language::vi);
}
std::string en(std::string_view state) {
  return parent_in_words(state, language::en);
}

constexpr std::string_view put_back =
  "in session with 568, which has more than was ever sent: put back without a new epoch";

} // namespace

BOOST_AUTO_TEST_CASE(all_is_well_in_a_session_alone) {
  BOOST_TEST(parent_speaks("in session with 568"));
  for (auto state : {std::string_view{"dialling"},
                     {"greeting"},
                     {"following 568"},
                     put_back,
                     {"no acknowledgement"},
                     {"refused: link_twin"},
                     {""}})
    BOOST_TEST(!parent_speaks(state), state);
}

BOOST_AUTO_TEST_CASE(every_state_has_both_languages) {
  BOOST_TEST(vi("in session with 568") == "đang nối với 568");
  BOOST_TEST(en("in session with 568") == "in session with 568");
  BOOST_TEST(vi("following 56") == "bắt đầu theo 56");
  for (auto state : {"dialling", "greeting", "no acknowledgement"}) {
    BOOST_TEST(en(state) == state);
    BOOST_TEST((vi(state) != state && !vi(state).empty()), state);
  }
  BOOST_TEST(en(put_back) == put_back);
  BOOST_TEST(vi(put_back).starts_with("đang nối với 568; nơi ấy có nhiều hơn"), vi(put_back));
}

BOOST_AUTO_TEST_CASE(a_refusal_and_a_broken_line_say_the_reason_in_words) {
  BOOST_TEST(en("refused: link_fenced epoch=4") ==
             "refused: " + std::string{text(code::link_fenced, language::en)} + " epoch 4");
  BOOST_TEST(vi("refused: key_other_unit says=22301") ==
             "bị từ chối: " + std::string{text(code::key_other_unit, language::vi)} +
               " tự xưng là 22301");
  BOOST_TEST(vi("node_unreachable tcp://10.1.0.2:7165: nobody answers there") ==
             std::string{text(code::node_unreachable, language::vi)} +
               " tcp://10.1.0.2:7165: không có ai trả lời ở đó");
}

BOOST_AUTO_TEST_CASE(after_a_refusal_or_a_broken_line_it_is_said_what_to_do) {
  for (auto state : {std::string_view{"in session with 568"},
                     {"dialling"},
                     {"greeting"},
                     {""},
                     {"following 568"},
                     put_back})
    BOOST_TEST(!parent_next_step(state, language::en), state);
  for (auto* state : {"node_refused_key tcp://10.1.0.2:7165", "refused: key_other_unit says=22301",
                      "refused: key_revoked"}) {
    BOOST_TEST(parent_next_step(state, language::en)->find("allow.toml") != std::string::npos);
    BOOST_TEST(parent_next_step(state, language::vi)->find("nạp lại") != std::string::npos);
  }
  BOOST_TEST(*parent_next_step("refused: link_fenced epoch=4", language::vi) ==
             next_step(code::link_fenced, language::vi));
  BOOST_TEST(*parent_next_step("node_unreachable tcp://10.1.0.2:7165", language::en) ==
             next_step(code::node_unreachable, language::en));
}

BOOST_AUTO_TEST_CASE(what_a_newer_node_says_stays_as_it_is) {
  BOOST_TEST(en("resting") == "resting");
  BOOST_TEST(vi("resting until 7") == "resting until 7");
  BOOST_TEST(en("refused: moon_full 3") == "refused: moon_full 3");
}
