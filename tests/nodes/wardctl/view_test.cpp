// SPDX-License-Identifier: Apache-2.0
// Proves: a node's answer reads in words for people and in fixed values for programs, also where an
//         older or newer node gives other columns.
// Method: answers by hand, in each form of output.
#define BOOST_TEST_MODULE view
#include "nodes/wardctl/view.hpp"

#include <boost/test/unit_test.hpp>

#include <sstream>

using namespace wardflow;
using namespace wardflow::wardctl;

namespace {

constexpr view_column columns[]{
  {"venue", "id", phrase::venue},
  {"category", "category", phrase::venue_category, meaning::category},
  {"capacity", "capacity", phrase::capacity, meaning::limit},
  {"suspended", "suspended", phrase::suspended, meaning::truth},
  {"phone", "phone", phrase::phone, meaning::maybe},
};

answer small_answer() {
  answer a;
  a.columns = {"category", "what is new", "venue", "capacity", "state"};
  a.rows = {{"cafe", "x", "22366-00001", "40", "open"},
            {"newer", "y", "22366-00002", "0", "suspended 8/QĐ-UBND"},
            {"bar"}};
  return a;
}

std::string shown(output how, language tongue) {
  std::istringstream in;
  std::ostringstream out, err;
  shell s{in, out, err, tongue};
  s.how = how;
  auto a = small_answer();
  split_state(a, "suspended");
  return render(view(s, a, columns), how);
}

} // namespace

BOOST_AUTO_TEST_CASE(people_read_words_in_their_language) {
  BOOST_TEST(shown(output::people, language::vi) ==
             "Địa điểm     Loại               Sức chứa  Đình chỉ  Điện thoại\n"
             "───────────  ───────────  ──────────────  ────────  ──────────\n"
             "22366-00001  quán cà phê              40  không\n"
             "22366-00002  newer        không giới hạn  có\n"
             "             quán bar     không giới hạn  không\n");
}

BOOST_AUTO_TEST_CASE(programs_get_fixed_values_in_every_language) {
  for (auto tongue : {language::vi, language::en})
    BOOST_TEST(
      shown(output::json, tongue) ==
      "[\n"
      R"({"id":"22366-00001","category":"cafe","capacity":40,"suspended":false,"phone":null},)"
      "\n"
      R"({"id":"22366-00002","category":"newer","capacity":null,"suspended":true,"phone":null},)"
      "\n"
      R"({"id":"","category":"bar","capacity":null,"suspended":false,"phone":null})"
      "\n]\n");
}

BOOST_AUTO_TEST_CASE(a_state_is_split_into_a_truth_and_its_document) {
  auto a = small_answer();
  split_state(a, "suspended");
  auto document = column_at(a, "document");
  BOOST_TEST(cell_at(a.rows[0], document) == "");
  BOOST_TEST(cell_at(a.rows[1], document) == "8/QĐ-UBND");
  BOOST_TEST(cell_at(a.rows[2], document) == "");
}

BOOST_AUTO_TEST_CASE(facts_are_found_by_name) {
  answer a;
  a.facts = {{"scans", "12"}, {"state", "abc"}};
  BOOST_TEST(fact(a, "state") == "abc");
  BOOST_TEST(fact(a, "none") == "");
  BOOST_TEST(number_fact(a, "scans") == 12u);
  BOOST_TEST(number_fact(a, "state") == 0u);
  BOOST_TEST(number_fact(a, "none") == 0u);
}
