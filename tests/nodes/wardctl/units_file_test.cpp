// SPDX-License-Identifier: Apache-2.0
// Proves: the shipped catalogue is the whole province, each unit once and below one that is there;
//         scripts/units makes it byte for byte, and leaves a file alone when its source is wrong.
// Method: reads the file as text; the real catalogue where the data are (else that part says so).
#define BOOST_TEST_MODULE units_file
#include "tests/actors/io/scratch_folder.hpp"

#include <cstdlib>
#include <map>
#include <sstream>

using namespace wardflow;

namespace {

struct row {
  std::string level, code, parent, name, kind;
};

const std::string heading = "level,code,parent_code,name_vi,kind_vi\n";
const std::string shipped = WARDFLOW_SOURCE_DIR "/config/khanh-hoa/units.csv";

std::vector<row> rows_of(const std::string& text) {
  std::vector<row> rows;
  std::istringstream lines{text.substr(heading.size())};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream cells{line};
    auto& r = rows.emplace_back();
    for (auto* cell : {&r.level, &r.code, &r.parent, &r.name, &r.kind})
      std::getline(cells, *cell, ',');
  }
  return rows;
}

/// scripts/units with these words, quietly; its exit code.
int run_units(const std::string& words) {
  auto status =
    std::system((WARDFLOW_SOURCE_DIR "/scripts/units " + words + " 2>/dev/null").c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

} // namespace

BOOST_AUTO_TEST_CASE(the_shipped_file_has_one_province_nine_districts_139_communes) {
  auto text = io::scratch_folder::text_of(shipped);
  BOOST_TEST_REQUIRE(text.starts_with(heading));
  std::map<std::string, std::size_t> count;
  std::map<std::string, row> by_code;
  for (auto& r : rows_of(text)) {
    ++count[r.level];
    BOOST_TEST(by_code.emplace(r.code, r).second, "twice: " << r.code);
    BOOST_TEST((!r.name.empty() && !r.kind.empty()), r.code);
  }
  BOOST_TEST(count.size() == 3u);
  BOOST_TEST(count["province"] == 1u);
  BOOST_TEST(count["district"] == 9u);
  BOOST_TEST(count["commune"] == 139u);
  const std::map<std::string, std::string> above{{"district", "province"}, {"commune", "district"}};
  const std::map<std::string, std::size_t> digits{{"province", 2}, {"district", 3}, {"commune", 5}};
  for (auto& [code, r] : by_code) {
    BOOST_TEST(code.size() == digits.at(r.level), code);
    if (r.level == "province") {
      BOOST_TEST((code == "56" && r.parent.empty() && r.name == "Khánh Hòa"));
      continue;
    }
    auto parent = by_code.find(r.parent);
    BOOST_TEST_REQUIRE((parent != by_code.end()), code);
    BOOST_TEST(parent->second.level == above.at(r.level), code);
  }
}

BOOST_AUTO_TEST_CASE(the_real_catalogue_gives_the_shipped_bytes) {
  const auto* folder = std::getenv("WARDFLOW_DATA");
  auto country =
    std::filesystem::path{folder != nullptr && *folder != '\0' ? folder : "../shared/data"} /
    "vn_units.csv";
  if (!std::filesystem::exists(country)) {
    BOOST_TEST_MESSAGE("not done: there is no " << country);
    return;
  }
  io::scratch_folder made;
  auto file = (made.path / "units.csv").string();
  BOOST_TEST_REQUIRE(run_units("'" + country.string() + "' 56 '" + file + "'") == 0);
  BOOST_TEST((made.text_of(file) == made.text_of(shipped)));
}

BOOST_AUTO_TEST_CASE(a_province_is_taken_out_whole_and_nothing_else) {
  io::scratch_folder folder;
  auto from = folder.write("country.csv", heading + "province,01,,Một,Tỉnh\nprovince,02,,Hai,Tỉnh\n"
                                                    "district,002,02,B,Huyện\n"
                                                    "district,001,01,A,Huyện\n"
                                                    "commune,00002,001,a,Xã\n"
                                                    "commune,00001,002,b,Xã\n");
  auto file = folder.path / "units.csv";
  BOOST_TEST(run_units(from.string() + " 02 " + file.string()) == 0);
  BOOST_TEST(folder.text_of(file) ==
             heading + "province,02,,Hai,Tỉnh\ndistrict,002,02,B,Huyện\ncommune,00001,002,b,Xã\n");
  // What shipped is made of is made of itself, too.
  BOOST_TEST(run_units(shipped + " 56 " + file.string()) == 0);
  BOOST_TEST((folder.text_of(file) == folder.text_of(shipped)));
}

BOOST_AUTO_TEST_CASE(a_catalogue_that_does_not_hold_together_changes_nothing) {
  io::scratch_folder folder;
  auto file = folder.write("units.csv", "as it was");
  auto top = heading + "province,56,,K,Tỉnh\ndistrict,568,56,N,Huyện\n";
  for (auto& text :
       {std::string{"code,level\n"}, top + "commune,22327,569,V,Xã\n", // no such district
        top + "commune,22327,56,V,Xã\n",                               // not of a district
        top + "district,568,56,M,Huyện\n",                             // twice
        top + "commune,2327,568,V,Xã\n",                               // four digits
        top + "commune,22327,568,V\n", top + "hamlet,22327,568,V,Xã\n",
        heading + "province,57,,P,Tỉnh\n"}) { // another province
    auto from = folder.write("country.csv", text);
    BOOST_TEST(run_units(from.string() + " 56 " + file.string()) == 1, text);
    BOOST_TEST(folder.text_of(file) == "as it was");
  }
  BOOST_TEST(run_units("/nowhere.csv 56 " + file.string()) == 2);
  BOOST_TEST(run_units("") == 2);
  BOOST_TEST(std::distance(std::filesystem::directory_iterator{folder.path}, {}) == 2);
}
