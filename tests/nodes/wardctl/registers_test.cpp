// SPDX-License-Identifier: Apache-2.0
// Proves: venues, devices and cards are registered, shown, suspended, revoked and given back by the
//         commands as they are documented, and every refusal says why.
// Method: the program against a real node; each command well and wrongly called.
#define BOOST_TEST_MODULE registers
#include "tests/support/contains.hpp"
#include "tests/support/wardctl_rig.hpp"

#include "actors/io/key_text.hpp"
#include "messages/texts.hpp"
#include "nodes/wardctl/target.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <sstream>
#include <tuple>

using namespace wardflow;
using namespace wardflow::test;
using nlohmann::json;

namespace {

/// Exit code 1, and this code's text in Vietnamese.
void refused(const called& got, code why) {
  BOOST_TEST(got.code == 1, got.err);
  BOOST_TEST(got.out == "");
  BOOST_TEST(contains(got.err, std::string{text(why, language::vi)}), got.err);
  BOOST_TEST(contains(got.err, std::string{next_step(why, language::vi)}), got.err);
}

struct world : wardctl_rig {
  world() { BOOST_REQUIRE(node.furnish(3)); }
  called vi(std::vector<std::string> words, const std::string& in = {}) {
    words.insert(words.begin(), {"--lang", "vi"});
    return (*this)(words, in);
  }
  json ask(std::vector<std::string> words, const std::string& in = {}) {
    words.insert(words.begin(), "--json");
    auto got = (*this)(words, in);
    BOOST_TEST_REQUIRE(json::accept(got.out), got.out << got.err);
    return json::parse(got.out);
  }
};

} // namespace

BOOST_FIXTURE_TEST_CASE(a_venue_is_added_and_shown, world) {
  auto added = ask({"venue", "add", "--name", "Chợ Xóm Mới", "--category", "chợ", "--group",
                    "22366.01", "--capacity", "400", "--opens", "5:00", "--closes", "18:30"});
  BOOST_TEST((added == json{{"code", "done"}, {"id", "22366-00004"}, {"name", "Chợ Xóm Mới"}}));
  auto shown = ask({"venue", "show", "22366-00004"});
  BOOST_TEST((shown == json{{"id", "22366-00004"},
                            {"name", "Chợ Xóm Mới"},
                            {"category", "market"},
                            {"address", nullptr},
                            {"group", "22366.01"},
                            {"capacity", 400},
                            {"opens", "05:00"},
                            {"closes", "18:30"},
                            {"phone", nullptr},
                            {"suspended", false},
                            {"document", nullptr}}));
  auto people = vi({"venue", "show", "22366-00001"});
  BOOST_TEST(contains(people.out, "Sức chứa     không giới hạn\n"));
  BOOST_TEST(contains(people.out, "Mở cửa       mở cả ngày\n"));
  BOOST_TEST(contains(people.out, "Loại         cửa hàng\n"));
}

BOOST_FIXTURE_TEST_CASE(a_venue_that_cannot_be_is_refused_with_its_field, world) {
  auto add = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"venue", "add", "--name", "A"});
    return vi(more);
  };
  auto category = add({"--category", "kafe", "--group", "22366.01"});
  refused(category, code::category_unknown);
  BOOST_TEST(contains(category.err, "--category: "));
  refused(add({"--category", "cafe", "--group", "22366.1"}), code::group_malformed);
  refused(add({"--category", "cafe", "--group", "22366.99"}), code::group_unknown);
  refused(add({"--category", "cafe", "--group", "22366.01", "--capacity", "many"}),
          code::venue_malformed);
  refused(add({"--category", "cafe", "--group", "22366.01", "--opens", "07:00"}),
          code::venue_malformed);
  refused(add({"--category", "cafe", "--group", "22366.01", "--id", "22369-00001"}),
          code::venue_other_ward);
  refused(add({"--category", "cafe", "--group", "22366.01", "--id", "22366-00001"}),
          code::venue_exists);
  BOOST_TEST(add({"--category", "cafe", "--group", "22366.01", "--dry-run"}).code == 0);
  BOOST_TEST(ask({"venue", "list"}).size() == 3u);
}

BOOST_FIXTURE_TEST_CASE(a_venue_is_suspended_once_and_reopened, world) {
  auto order = [&](const char* what, const char* venue) {
    return vi({"venue", what, venue, "--document", "12/QĐ-UBND"});
  };
  BOOST_TEST(vi({"venue", "suspend", "22366-00001"}).code == 2); // without a document
  refused(order("reopen", "22366-00001"), code::venue_not_suspended);
  BOOST_TEST(order("suspend", "22366-00001").code == 0);
  refused(order("suspend", "22366-00001"), code::venue_already_suspended);
  auto shown = ask({"venue", "show", "22366-00001"});
  BOOST_TEST((shown["suspended"] == true && shown["document"] == "12/QĐ-UBND"));
  BOOST_TEST(order("reopen", "22366-00001").code == 0);
  BOOST_TEST((ask({"venue", "show", "22366-00001"})["suspended"] == false));
  refused(order("suspend", "22366-09999"), code::venue_unknown);
  refused(order("suspend", "22369-00001"), code::venue_other_ward);
  refused(vi({"venue", "show", "22366-09999"}), code::venue_unknown);
}

BOOST_FIXTURE_TEST_CASE(a_list_of_venues_can_be_imported_again_as_it_is, world) {
  auto csv = (*this)({"venue", "list", "--csv"}).out;
  BOOST_TEST(csv.starts_with("\xef\xbb\xbfid,name,category,address,group,capacity,opens,closes,"
                             "phone,suspended,document\n"));
  std::string only; // the columns of the import alone
  std::istringstream lines{csv};
  for (std::string line; std::getline(lines, line);)
    only += line.substr(0, line.rfind(',', line.rfind(',') - 1)) + "\n";
  auto got = ask({"venue", "import", write("again.csv", only)});
  BOOST_TEST((got["rows_unchanged"] == 3 && got["code"] == "nothing_to_do"), got.dump());
}

BOOST_FIXTURE_TEST_CASE(a_door_gets_a_folder_that_works_as_it_is, world) {
  auto folder = path("doors/main");
  auto made = vi({"device", "add", "--name", "Cửa chính", "--venue", "22366-00002", "--make",
                  folder, "--scans", "tcp://10.0.0.5:7164"});
  BOOST_TEST_REQUIRE(made.code == 0, made.err);
  BOOST_TEST(contains(made.out, "Tiếp theo: wardctl door --target " + folder + "\n"));
  auto to = wardctl::read_target(folder + "/target.toml");
  BOOST_TEST_REQUIRE(static_cast<bool>(to));
  BOOST_TEST(to->scans == "tcp://10.0.0.5:7164");
  BOOST_TEST(to->control == "");
  BOOST_TEST((to->venue == make_venue_id(22366, 2)));
  BOOST_TEST((to->node_key == node.node_key.open));
  auto pair = io::load_key_pair(to->key);
  BOOST_TEST_REQUIRE(static_cast<bool>(pair));
  auto door = node.scanner(*pair); // the node knows its key
  std::ignore = door->receive(500);
  BOOST_TEST(door->is_up());
  auto devices = ask({"device", "list"});
  BOOST_TEST_REQUIRE(devices.size() == 2u);
  BOOST_TEST((devices[1] == json{{"device", 2},
                                 {"name", "Cửa chính"},
                                 {"role", "door"},
                                 {"venue", "22366-00002"},
                                 {"scans", 0},
                                 {"last_heard", nullptr},
                                 {"revoked", false},
                                 {"document", nullptr}}));
}

BOOST_FIXTURE_TEST_CASE(a_refused_device_leaves_no_folder, world) {
  auto folder = path("doors/none");
  auto unknown = vi({"device", "add", "--name", "A", "--venue", "22366-00999", "--make", folder});
  refused(unknown, code::venue_unknown);
  BOOST_TEST(!std::filesystem::exists(folder));
  auto twice =
    vi({"device", "add", "--name", "gateway", "--venue", "22366-00001", "--make", folder});
  refused(twice, code::device_exists);
  BOOST_TEST(!std::filesystem::exists(folder));
  write("doors/full/x", "mine");
  BOOST_TEST(
    vi({"device", "add", "--name", "B", "--venue", "22366-00001", "--make", path("doors/full")})
      .code == 4);
  BOOST_TEST(text_of(path("doors/full/x")) == "mine");
  BOOST_TEST(vi({"device", "add", "--name", "B", "--make", folder}).code == 2); // which venue?
  BOOST_TEST(vi({"device", "add", "--name", "B", "--venue", "22366-00001"}).code == 2);
  refused(vi({"device", "add", "--name", "B", "--gateway", "--venue", "22366-00001", "--key",
              std::string(64, 'c')}),
          code::device_malformed);
  BOOST_TEST(ask({"device", "list"}).size() == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_device_with_its_own_key_is_added_and_revoked, world) {
  auto pair = *io::generate_key_pair();
  auto add = [&](const std::string& key) {
    return vi({"device", "add", "--name", "Cổng", "--gateway", "--key", key});
  };
  BOOST_TEST(add(io::to_z85(pair.open)).code == 0);
  auto again = add(io::to_hex(pair.open));
  BOOST_TEST(again.code == 0);
  BOOST_TEST(contains(again.out, std::string{text(code::already_so, language::vi)}));
  BOOST_TEST(add("nonsense").code == 4);
  BOOST_TEST(vi({"device", "revoke", "2"}).code == 2);
  refused(vi({"device", "revoke", "9", "--document", "1"}), code::not_found);
  BOOST_TEST(vi({"device", "revoke", "2", "--document", "21/QĐ"}).code == 0);
  refused(vi({"device", "revoke", "2", "--document", "21/QĐ"}), code::device_revoked);
  auto devices = ask({"device", "list"});
  BOOST_TEST((devices[1]["revoked"] == true && devices[1]["document"] == "21/QĐ"));
  refused(add(io::to_hex(pair.open)), code::device_revoked);
}

BOOST_FIXTURE_TEST_CASE(a_card_is_shown_revoked_and_given_back, world) {
  auto file = write("c.csv", "id_number,full_dose\n056890000001,2021-08-20\n");
  BOOST_REQUIRE((*this)({"card", "import", file}).code == 0);
  auto show = [&] { return ask({"card", "show", "-"}, "056890000001\n"); };
  BOOST_TEST((show()["colour"] == "green" && show()["revoked"] == false));
  auto people = vi({"card", "show", "056890000001"});
  BOOST_TEST(contains(people.out, "Màu thẻ          xanh\n"), people.out);
  BOOST_TEST(!contains(people.out, "056890000001"));
  auto order = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"card", "revoke", "-"});
    return vi(more, "056890000001\n");
  };
  BOOST_TEST(order({}).code == 2); // without a document
  BOOST_TEST(order({"--document", "31/QĐ-TYT"}).code == 0);
  BOOST_TEST((show()["revoked"] == true && show()["colour"] == "red"));
  BOOST_TEST(contains(order({"--document", "31/QĐ-TYT"}).out, "không thay đổi gì"));
  BOOST_TEST(order({"--document", "32/QĐ-TYT", "--give-back"}).code == 0);
  BOOST_TEST((show()["colour"] == "green"));
  refused(vi({"card", "show", "056890000002"}), code::not_found);
  refused(vi({"card", "show", "12345"}), code::card_malformed);
  refused(vi({"card", "show", "-"}, ""), code::card_no_identity);
}
