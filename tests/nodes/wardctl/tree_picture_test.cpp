// SPDX-License-Identifier: Apache-2.0
// Proves: the picture has the node, its children and their wards once each, in columns that line
//         up, in both languages; a ward alone is a picture of one line.
// Method: answers of a node by hand.
#define BOOST_TEST_MODULE tree_picture
#include "nodes/wardctl/tree_picture.hpp"

#include <boost/test/unit_test.hpp>

using namespace wardflow;
using namespace wardflow::wardctl;

namespace {

const time_ms now = *parse_time("2021-10-20T12:00");

answer status() {
  answer a;
  a.facts = {{"unit", "56"}, {"role", "area"}, {"scans_today", "1500"}, {"open_alerts", "4"}};
  return a;
}

answer nodes() {
  answer a;
  a.node_time = now;
  a.columns = {"unit", "state", "heard", "lag", "lag_bulk", "scans", "open_alerts", "gaps"};
  a.rows = {{"568", "up", time_text(now - second_ms), "3", "4", "1500", "3", "0"},
            {"569", "silent", time_text(now - 90 * minute_ms), "0", "0", "0", "1", "12"},
            {"570", "silent", "", "0", "0", "0", "0", "0"}};
  return a;
}

answer counts() {
  answer a;
  a.node_time = now;
  a.columns = {"unit", "via", "scans", "open_alerts", "heard"};
  a.rows = {{"22351", "568", "500", "0", time_text(now - minute_ms)},
            {"22366", "568", "1000", "3", time_text(now)},
            {"568", "568", "0", "0", ""}};
  return a;
}

} // namespace

BOOST_AUTO_TEST_CASE(everything_below_is_there_once) {
  auto root = tree_of(status(), nodes(), counts());
  std::string order;
  each_node(root, [&](const tree_node& n, const tree_node* via, int depth) {
    order += n.unit + "/" + (via == nullptr ? "" : via->unit) + "/" + std::to_string(depth) + " ";
  });
  BOOST_TEST(order == "56//0 568/56/1 22351/568/2 22366/568/2 569/56/1 570/56/1 ");
  BOOST_TEST(root.below[0].lag == 7u);
  BOOST_TEST(root.below[1].lost == 12u);
  BOOST_TEST(!root.below[2].age.has_value());
}

BOOST_AUTO_TEST_CASE(the_picture_lines_up) {
  auto lines = picture(tree_of(status(), nodes(), counts()), {}, {language::en, false});
  const std::vector<std::string> expected{
    "Unit                           State   Last heard          Scans  Lag  Lost  Open alerts",
    "56 tỉnh Khánh Hòa                                           1500                       4",
    "├─ 568 thành phố Nha Trang     up      under a minute ago   1500    7     0            3",
    "│  ├─ 22351 phường Phương Sài          1 min ago             500                       0",
    "│  └─ 22366 phường Phước Tiến          under a minute ago   1000                       3",
    "├─ 569 thành phố Cam Ranh      silent  1 h 30 min ago          0    0    12            1",
    "└─ 570 huyện Cam Lâm           silent                          0    0     0            0",
  };
  BOOST_TEST(lines == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(silence_is_coloured_and_said) {
  auto lines =
    picture(tree_of(status(), nodes(), counts()), {{"568", 12.34}}, {language::vi, true});
  BOOST_TEST(lines.front().find("Lượt quét mỗi giây") != std::string::npos);
  BOOST_TEST(lines[2].find("12.3") != std::string::npos);
  BOOST_TEST(lines[5].find("\x1b[1;91mmất liên lạc\x1b[0m") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_ward_alone_is_one_line) {
  answer ward;
  ward.facts = {{"unit", "22366"}, {"scans_today", "7"}};
  auto lines = picture(tree_of(ward, {}, {}), {}, {language::en, false});
  BOOST_REQUIRE(lines.size() == 2u);
  BOOST_TEST(lines[1].starts_with("22366 phường Phước Tiến"));
}
