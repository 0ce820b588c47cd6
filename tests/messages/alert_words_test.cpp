// SPDX-License-Identifier: Apache-2.0
// Proves: kinds, severities, states and evidence of alerts read in both languages; what is not
//         known here stays as it is; fixed names go there and back.
// Method: every row of the tables; evidence by hand.
#define BOOST_TEST_MODULE alert_words
#include "messages/alert_words.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

using namespace wardflow;

BOOST_AUTO_TEST_CASE(every_kind_has_words_of_its_own_in_both_languages) {
  for (auto tongue : {language::vi, language::en}) {
    std::set<std::string_view> seen;
    for (std::size_t i = 0; i != alert_kinds.size(); ++i)
      seen.insert(alert_kind_label(static_cast<alert_kind>(i), tongue));
    BOOST_TEST(seen.size() == alert_kinds.size());
    BOOST_TEST(!seen.contains(""));
  }
  BOOST_TEST(alert_kind_label(alert_kind{200}, language::en) == "unknown");
}

BOOST_AUTO_TEST_CASE(names_of_severities_and_states_go_there_and_back) {
  for (auto how : {severity::notice, severity::warning, severity::critical})
    BOOST_TEST((parse_severity(name_of(how)) == how));
  for (auto state : {alert_state::open, alert_state::acknowledged, alert_state::resolved})
    BOOST_TEST((parse_alert_state(name_of(state)) == state));
  BOOST_TEST(!parse_severity("grave"));
  BOOST_TEST(!parse_alert_state(""));
  BOOST_TEST(severity_label(severity::critical, language::vi) == "NGHIÊM TRỌNG");
  BOOST_TEST(alert_state_label(alert_state::acknowledged, language::vi) == "đã tiếp nhận");
}

BOOST_AUTO_TEST_CASE(evidence_reads_as_words) {
  BOOST_TEST(evidence_text("inside=31 limit=30 refused=2", language::vi) ==
             "đang ở trong 31, giới hạn 30, số lần từ chối 2");
  BOOST_TEST(evidence_text("refused=4 venue=22366-00001 reason=card_revoked", language::en) ==
             "refused 4, venue 22366-00001, reason The card was revoked by the health office");
  BOOST_TEST(evidence_text("refused=1 document=8/QĐ của phường", language::en) ==
             "refused 1, document 8/QĐ của phường");
  BOOST_TEST(evidence_text("level=3 before=2 day=2021-10-17 document=", language::en) ==
             "level 3, before 2, day 2021-10-17");
}

BOOST_AUTO_TEST_CASE(evidence_of_an_area_reads_as_words) {
  BOOST_TEST(evidence_text("silent=2 of=9 units=22306 22307", language::vi) ==
             "mất liên lạc 2, trong số 9, đơn vị 22306 22307");
  BOOST_TEST(evidence_text("silent=2 of=9 units=22306 22307", language::en) ==
             "silent 2, of 9, units 22306 22307");
  BOOST_TEST(evidence_text("heard=2021-10-16T12:00:00.000+07:00", language::en) ==
             "last heard 2021-10-16 12:00:00");
  BOOST_TEST(evidence_text("stamp=2021-10-16T12:00:00.000+07:00 day=2021-10-16", language::vi) ==
             "giờ máy chủ 2021-10-16 12:00:00, ngày 2021-10-16");
  BOOST_TEST(evidence_text("reason=link_twin epoch=4 key=ward node", language::en) ==
             "reason Two nodes with one identity are running, epoch 4, key ward node");
  for (auto* key : {"epoch", "heard", "key", "lag", "log_until", "of", "offset", "read_until",
                    "says", "silent", "speaks_for", "units"})
    for (auto tongue : {language::vi, language::en}) {
      auto said = evidence_text(std::string{key} + "=7", tongue);
      BOOST_TEST(said.ends_with(" 7"), said);
    }
}

BOOST_AUTO_TEST_CASE(who_saw_to_it_is_a_person_or_what_ended_it) {
  BOOST_TEST(by_text("Lan: đã gọi", language::vi) == "Lan: đã gọi");
  BOOST_TEST(by_text("replaced", language::en) == "the rebuilt node");
  BOOST_TEST(by_text("replaced", language::vi) == "nút được dựng lại");
  BOOST_TEST(by_text("", language::vi) == "");
}

BOOST_AUTO_TEST_CASE(evidence_of_a_newer_node_stays_as_it_is) {
  BOOST_TEST(evidence_text("", language::vi) == "");
  BOOST_TEST(evidence_text("moons=2", language::en) == "moons=2");
  BOOST_TEST(evidence_text("inside=3 moons=2", language::en) == "inside 3 moons=2");
  BOOST_TEST(evidence_text("reason=no_such_reason", language::en) == "reason no_such_reason");
  BOOST_TEST(evidence_text("=", language::en) == "=");
}
