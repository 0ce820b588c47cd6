// SPDX-License-Identifier: Apache-2.0
// Proves: the catalogue that wardctl carries is the shipped one, whole; units are found by code
//         alone, and names that several units have give all of them.
// Method: counts from the catalogue's own description; the names that are known to collide.
#define BOOST_TEST_MODULE units
#include "nodes/wardctl/units.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <set>

using namespace wardflow;
using namespace wardflow::wardctl;

namespace {

unit_code code_of(const char* text) {
  return *unit_code::parse(text);
}

std::string codes(const std::vector<unit>& units) {
  std::string all;
  for (auto& u : units)
    all += (all.empty() ? "" : " ") + std::string{u.code.text()};
  return all;
}

} // namespace

BOOST_AUTO_TEST_CASE(every_line_of_the_shipped_file_is_in_the_program) {
  std::ifstream file{WARDFLOW_SOURCE_DIR "/config/khanh-hoa/units.csv"};
  std::string line;
  std::getline(file, line);
  BOOST_TEST(line == "level,code,parent_code,name_vi,kind_vi");
  auto lines = 0;
  for (; std::getline(file, line); ++lines) {
    auto code = line.substr(line.find(',') + 1);
    code.resize(code.find(','));
    auto found = find_unit(code_of(code.c_str()));
    BOOST_TEST_REQUIRE(found.has_value(), line);
    BOOST_TEST(line.ends_with("," + std::string{found->name} + "," + std::string{found->kind}));
  }
  BOOST_TEST(lines == 149);
}

BOOST_AUTO_TEST_CASE(nha_trang_has_its_nineteen_phuong_and_eight_xa) {
  BOOST_TEST(units_below(code_of("56")).size() == 9u);
  auto wards = units_below(code_of("568"));
  BOOST_TEST(wards.size() == 27u);
  BOOST_TEST(
    std::count_if(wards.begin(), wards.end(), [](auto& u) { return u.kind == "Phường"; }) == 19);
  BOOST_TEST(std::count_if(wards.begin(), wards.end(), [](auto& u) { return u.kind == "Xã"; }) ==
             8);
  std::size_t communes = 0;
  for (auto& district : units_below(code_of("56")))
    communes += units_below(district.code).size();
  BOOST_TEST(communes == 139u);
}

BOOST_AUTO_TEST_CASE(a_unit_is_found_by_its_code_with_its_place) {
  auto ward = find_unit(code_of("22366"));
  BOOST_TEST_REQUIRE(ward.has_value());
  BOOST_TEST(full_name(*ward) == "phường Phước Tiến, thành phố Nha Trang, tỉnh Khánh Hòa");
  BOOST_TEST(full_name(*find_unit(code_of("568"))) == "thành phố Nha Trang, tỉnh Khánh Hòa");
  BOOST_TEST(full_name(*find_unit(code_of("56"))) == "tỉnh Khánh Hòa");
  BOOST_TEST(!find_unit(code_of("00001")).has_value());
  BOOST_TEST(!find_unit(unit_code{}).has_value());
  BOOST_TEST(short_name("22366") == "22366 phường Phước Tiến");
  BOOST_TEST(short_name("00001") == "00001");
  BOOST_TEST(short_name("x") == "x");
}

BOOST_AUTO_TEST_CASE(a_name_gives_every_unit_that_has_it) {
  BOOST_TEST(codes(units_named("Vạn Thắng")) == "22345 22516");
  BOOST_TEST(codes(units_named("vạn thạnh")) == "22348 22519");
  BOOST_TEST(codes(units_named("xã Vạn Thắng")) == "22516");
  BOOST_TEST(codes(units_named("Trường Sa")) == "576 22736");
  BOOST_TEST(codes(units_named("diên khánh")) == "574 22651");
  BOOST_TEST(codes(units_named("Đại Lãnh")) == codes(units_named("đại lãnh")));
  BOOST_TEST(!units_named("Đại Lãnh").empty());
  BOOST_TEST(units_named("Van Thang").empty());
  BOOST_TEST(units_named("").empty());
}
