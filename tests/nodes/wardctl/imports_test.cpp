// SPDX-License-Identifier: Apache-2.0
// Proves: an import takes every good line whatever is wrong with the others, names each bad one
//         with its reason, keeps it for correction, and adds nothing when it is done again.
// Method: files with every kind of mistake against a real node; the files that are left, byte for
//         byte.
#define BOOST_TEST_MODULE imports
#include "tests/support/contains.hpp"
#include "tests/support/wardctl_rig.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

using namespace wardflow;
using namespace wardflow::test;
using nlohmann::json;

namespace {

const std::string mixed = "\xef\xbb\xbfID;Name;Category;Group;Capacity;Opens;Closes\r\n"
                          ";Quán A;cafe;22366.01;40;06:30;22:00\r\n"
                          ";Quán B;kafe;22366.01;;;\r\n"
                          ";Quán C;cafe;22366.99;;;\r\n"
                          ";Quán D;quán cà phê;22366.01;;;\r\n"
                          ";Quán E;cafe;22366.1;;;\r\n"
                          ";Quán F;cafe;22366.01;;06:30;\r\n"
                          ";\"Quán G;cafe;22366.01;;;\r\n"
                          "22369-00001;Quán H;cafe;22366.01;;;\r\n"
                          ";Quán I;cafe;22366.01;12;;\r\n";

json summary(const called& got) {
  BOOST_TEST_REQUIRE(json::accept(got.out), got.out << got.err);
  return json::parse(got.out);
}

void make_group(wardctl_rig& rig) {
  auto file = rig.write("groups.csv", "group,name\n22366.01,Tổ dân phố 1\n");
  BOOST_REQUIRE(rig({"group", "import", file}).code == 0);
}

} // namespace

BOOST_AUTO_TEST_CASE(good_lines_go_on_and_bad_ones_are_named_and_kept) {
  wardctl_rig rig;
  make_group(rig);
  auto file = rig.write("v.csv", mixed);
  auto got = rig({"--lang", "vi", "venue", "import", file});
  BOOST_TEST(got.code == 1);
  for (auto* line :
       {":3: category: Không có loại địa điểm này.", ":4: Tổ dân phố này chưa có trong danh bạ.",
        ":6: group: Mã hoặc tên tổ dân phố không hợp lệ.",
        ":7: closes: Có trường của địa điểm không đọc được. (giờ mở cửa",
        ":8: Có dòng trong tệp không đọc được. (dấu nháy không được đóng)",
        ":9: Địa điểm thuộc phường khác."})
    BOOST_TEST(contains(got.err, file + line), line << "\n" << got.err);
  BOOST_TEST(rig.text_of(file + ".bad.csv") == "ID;Name;Category;Group;Capacity;Opens;Closes\n"
                                               ";Quán B;kafe;22366.01;;;\n"
                                               ";Quán C;cafe;22366.99;;;\n"
                                               ";Quán E;cafe;22366.1;;;\n"
                                               ";Quán F;cafe;22366.01;;06:30;\n"
                                               ";\"Quán G;cafe;22366.01;;;\n"
                                               "22369-00001;Quán H;cafe;22366.01;;;\n");
  auto venues = json::parse(rig({"venue", "list", "--json"}).out);
  BOOST_TEST_REQUIRE(venues.size() == 3u);
  BOOST_TEST((venues[0]["name"] == "Quán A" && venues[1]["name"] == "Quán D" &&
              venues[2]["name"] == "Quán I"));
  BOOST_TEST((venues[0]["opens"] == "06:30" && venues[1]["opens"] == nullptr));
  BOOST_TEST((venues[1]["category"] == "cafe"));
}

BOOST_AUTO_TEST_CASE(a_file_corrected_and_imported_again_adds_the_rest_alone) {
  wardctl_rig rig;
  make_group(rig);
  auto file = rig.write("v.csv", "name,category,group\nA,cafe,22366.01\nB,kafe,22366.01\n"
                                 "A,cafe,22366.01\n");
  auto first = summary(rig({"--json", "venue", "import", file}));
  BOOST_TEST((first["rows_taken"] == 2 && first["rows_refused"] == 1)); // two A are two venues
  auto bad = first["bad_file"].get<std::string>();
  rig.write("fixed.csv", "name,category,group\nB,cafe,22366.01\n");
  auto second = summary(rig({"--json", "venue", "import", rig.path("fixed.csv")}));
  BOOST_TEST((second["code"] == "done" && second["rows_taken"] == 1));
  auto again = summary(rig({"--json", "venue", "import", file}));
  BOOST_TEST((again["rows_taken"] == 0 && again["rows_unchanged"] == 2));
  BOOST_TEST((again["bad_file"] == bad)); // the same lines: no second file
  BOOST_TEST((json::parse(rig({"venue", "list", "--json"}).out).size() == 3u));
}

BOOST_AUTO_TEST_CASE(a_dry_run_finds_the_same_and_changes_nothing) {
  wardctl_rig rig;
  make_group(rig);
  auto file = rig.write("v.csv", mixed);
  auto dry = summary(rig({"--json", "venue", "import", file, "--dry-run"}));
  BOOST_TEST((dry["rows_taken"] == 3 && dry["rows_refused"] == 6));
  BOOST_TEST((json::parse(rig({"venue", "list", "--json"}).out).empty()));
  auto good = rig.write("g.csv", "name,category,group\nA,cafe,22366.01\n");
  auto fine = rig({"venue", "import", good, "--dry-run"});
  BOOST_TEST(fine.code == 0);
  BOOST_TEST(contains(fine.out, "Dry run: all is valid"));
  auto wet = summary(rig({"--json", "venue", "import", file}));
  dry.erase("code"), wet.erase("code");
  BOOST_TEST((dry == wet));
}

BOOST_AUTO_TEST_CASE(files_of_bad_lines_are_never_written_over) {
  wardctl_rig rig;
  make_group(rig);
  auto file = rig.write("v.csv", "name,category,group\nB,kafe,22366.01\n");
  rig.write("v.csv.bad.csv", "corrected by hand\n");
  auto got = summary(rig({"--json", "venue", "import", file}));
  BOOST_TEST((got["bad_file"] == file + ".bad-2.csv"));
  BOOST_TEST(rig.text_of(file + ".bad.csv") == "corrected by hand\n");
  auto named = rig.path("mine.csv");
  got = summary(rig({"--json", "venue", "import", file, "--bad", named}));
  BOOST_TEST((got["bad_file"] == named));
  BOOST_TEST(rig({"venue", "import", file, "--bad", named}).code == 4);
  BOOST_TEST(rig({"venue", "import", file, "--bad", "/nowhere/x"}).code == 4);
}

BOOST_AUTO_TEST_CASE(a_file_that_is_none_of_the_kind_is_refused_before_anything_is_sent) {
  wardctl_rig rig;
  auto columns = rig({"venue", "import", rig.write("c.csv", "id,what\n1,2\n")});
  BOOST_TEST(columns.code == 4);
  BOOST_TEST(contains(columns.err, "c.csv:1: unknown: what; missing: name"));
  BOOST_TEST(rig({"venue", "import", rig.write("e.csv", "")}).code == 4);
  BOOST_TEST(rig({"venue", "import", rig.write("u.csv", "\xff\xfei\0d\0")}).code == 4);
  BOOST_TEST(rig({"venue", "import", "/nowhere/v.csv"}).code == 4);
  BOOST_TEST(rig({"venue", "import", rig.node.folder.string()}).code == 4);
  auto empty = rig({"venue", "import", rig.write("h.csv", "name,category,group\n")});
  BOOST_TEST(empty.code == 0);
  BOOST_TEST(contains(empty.out, "There is nothing to do."));
}

BOOST_AUTO_TEST_CASE(every_delimiter_and_line_end_is_read) {
  wardctl_rig rig;
  for (auto* text : {"group,name\n22366.01,A\n", "group;name\r\n22366.02;B\r\n",
                     "group\tname\n22366.03\tC", "sep=;\r\nGroup;Name\r\n22366.04;D\r\n",
                     "\xef\xbb\xbf\"group\",\"name\"\n\"22366.05\",\"E, \"\"x\"\"\"\n\n"})
    BOOST_TEST(rig({"group", "import", rig.write("g.csv", text)}).code == 0, text);
  auto groups = json::parse(rig({"group", "list", "--json"}).out);
  BOOST_TEST_REQUIRE(groups.size() == 5u);
  BOOST_TEST((groups[4]["name"] == "E, \"x\""));
}

BOOST_AUTO_TEST_CASE(cards_of_two_identities_are_one_line_and_no_identity_is_shown) {
  wardctl_rig rig;
  auto file = rig.write("c.csv", "id_number,qid,group,first_dose,full_dose\n"
                                 "056890000001,900000560000007932,22366.07,2021-07-01,2021-08-20\n"
                                 "05689000000,,,,\n"
                                 "******890002,,,,\n"
                                 "056890000003,,,2021-08-20,2021-07-01\n"
                                 ",,,,\n"
                                 "056890000004,,,,\n");
  auto got = rig({"--json", "card", "import", file});
  auto parsed = summary(got);
  BOOST_TEST((parsed["rows_taken"] == 2 && parsed["rows_refused"] == 3));
  BOOST_TEST(!contains(got.out + got.err, "056890000"));
  BOOST_TEST(!contains(got.out + got.err, "******"));
  for (auto* identity : {"056890000001", "900000560000007932"}) {
    auto card =
      json::parse(rig({"--json", "card", "show", "-"}, identity + std::string{"\r\n"}).out);
    BOOST_TEST((card["first_dose"] == "2021-07-01" && card["colour"] == "none"));
  }
  auto again = summary(rig({"--json", "card", "import", file}));
  BOOST_TEST((again["rows_taken"] == 0 && again["rows_unchanged"] == 2));
}

BOOST_AUTO_TEST_CASE(a_large_file_goes_in_pieces_and_is_listed_whole) {
  wardctl_rig rig;
  make_group(rig);
  std::string text = "name,category,group\n";
  for (auto i = 1; i <= 12'345; ++i)
    text += "Quán " + std::to_string(i) + (i % 1'000 == 0 ? ",kafe" : ",cafe") + ",22366.01\n";
  auto got = summary(rig({"--json", "venue", "import", rig.write("v.csv", text)}));
  BOOST_TEST((got["rows_taken"] == 12'333 && got["rows_refused"] == 12));
  BOOST_TEST((got["problems"][11]["line"] == 12'001));
  auto venues = json::parse(rig({"venue", "list", "--json"}).out);
  BOOST_TEST(venues.size() == 12'333u);
  BOOST_TEST((venues.back()["name"] == "Quán 12345"));
  BOOST_TEST(
    (json::parse(rig({"venue", "list", "--json", "--limit", "7000"}).out).size() == 7'000u));
  auto again = summary(rig({"--json", "venue", "import", rig.path("v.csv")}));
  BOOST_TEST((again["rows_taken"] == 0 && again["rows_unchanged"] == 12'333));
}

BOOST_AUTO_TEST_CASE(an_import_that_stops_says_so_and_can_be_done_again) {
  wardctl_rig rig;
  auto file = rig.write("groups.csv", "group,name\n22366.01,A\nbad,B\n");
  rig.node.stop();
  auto away = rig({"group", "import", file});
  BOOST_TEST(away.code == 3);
  BOOST_TEST(contains(away.err, ":3: group:")); // what can be said without a node is said
  BOOST_TEST(contains(away.err, "The import stopped halfway."));
  auto parsed = summary(rig({"--json", "group", "import", file}));
  BOOST_TEST((parsed["code"] == "import_stopped" && parsed["rows_not_sent"] == 1));
  BOOST_REQUIRE(rig.start_again());
  parsed = summary(rig({"--json", "group", "import", file}));
  BOOST_TEST((parsed["rows_taken"] == 1 && parsed["rows_refused"] == 1));
}
