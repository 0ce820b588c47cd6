// SPDX-License-Identifier: Apache-2.0
// Proves: what is done at a node, and what is refused, is shown to operators and supervisors, for
//         people, as JSON and CSV, by time, name and number; no raw code is in it; a reader is his
//         key's, and is sent nothing more when that is taken away; a kill -9 and a
//         replay write nothing twice; the chain is verified by the running node and in a stopped
//         one's folder; a byte that is changed or a row that is gone is named, with exit code 5.
// Method: the program against a real node that lives on 2021-10-20; its store damaged by hand.
#define BOOST_TEST_MODULE audit
#include "actors/disk/audit_row.hpp"
#include "tests/actors/io/store_fixture.hpp"
#include "tests/support/tool_run.hpp"
#include "tests/support/wardctl_rig.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <poll.h>

#include <algorithm>
#include <functional>

using namespace wardflow;
using namespace wardflow::test;
using nlohmann::json;

namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

struct world : wardctl_rig {
  world() { BOOST_REQUIRE(node.furnish(3)); }

  json show(std::vector<std::string> more = {}) {
    std::vector<std::string> words{"audit", "show", "--json"};
    words.insert(words.end(), more.begin(), more.end());
    auto got = (*this)(words);
    BOOST_TEST_REQUIRE(got.code == 0, got.err);
    return json::parse(got.out);
  }
  json last() { return show().back(); }
  /// Somebody reads under this name.
  bool until_connected(const std::string& name) {
    for (auto i = 0; i != 400; ++i) {
      for (auto& row : json::parse((*this)({"subscriptions", "list", "--json"}).out))
        if (row["name"] == name && row["connected"] == true)
          return true;
      ::poll(nullptr, 0, 50);
    }
    return false;
  }
  /// The stopped node's row, changed or taken away.
  void damage(std::uint64_t number, const std::function<void(std::vector<std::byte>&)>& how) {
    auto o = small_store(node.folder);
    o.map_bytes = std::size_t{64} << 30;
    auto disk = must_open(o);
    io::put put{io::table::audit, audit_key(number), {}, false};
    BOOST_REQUIRE((disk.get(put.where, put.key, put.value) == code::ok));
    how(put.value);
    put.erase = put.value.empty();
    io::commit_input in;
    in.puts = {&put, 1};
    BOOST_REQUIRE((disk.commit(in) == code::ok));
  }
};

} // namespace

BOOST_AUTO_TEST_CASE(what_is_done_and_what_is_refused_is_shown) {
  world rig;
  auto before = rig.show();
  BOOST_TEST(before.size() >= 3u); // what furnished it
  BOOST_TEST(rig({"venue", "suspend", "22366-00001", "--document", "12/QĐ-UBND"}).code == 0);
  BOOST_TEST(rig({"venue", "suspend", "22366-00001", "--document", "12/QĐ-UBND"}).code == 1);
  BOOST_TEST(
    rig({"venue", "reopen", "22366-00002", "--document", "13/QĐ", "--unit", "22351"}).code == 1);
  BOOST_TEST(rig({"card", "revoke", "056890000001", "--document", "31/QĐ-TYT"}).code == 0);
  BOOST_TEST(rig({"venue", "list"}).code == 0); // a question
  auto rows = rig.show({"--since", "2021-10-20"});
  BOOST_TEST_REQUIRE(rows.size() == before.size() + 4);
  auto& done = rows[before.size()];
  BOOST_TEST(done["number"] == before.size() + 1);
  BOOST_TEST((done["by"] == "test operator" && done["unit"] == "22366"));
  BOOST_TEST((done["role"] == "operator" && done["way"] == "socket"));
  BOOST_TEST((done["deed"] == "venue.suspend" && done["subject"] == "22366-00001"));
  BOOST_TEST((done["document"] == "12/QĐ-UBND" && done["outcome"] == "done"));
  BOOST_TEST((done["times"] == 1 && done["for"].is_null() && done["round"].is_number()));
  BOOST_TEST(done["command"].get<std::string>().size() == 32u);
  BOOST_TEST(done["time"].get<std::string>().starts_with("2021-10-20T"));
  BOOST_TEST(rows[before.size() + 1]["outcome"] == "venue_already_suspended");
  BOOST_TEST((rows[before.size() + 2]["outcome"] == "unit_not_below" &&
              rows[before.size() + 2]["for"] == "22351"));
  auto card = rows[before.size() + 3];
  BOOST_TEST(card["deed"] == "card.revoke");
  BOOST_TEST(card["subject"].get<std::string>().size() == 12u); // card=1a2b…
  BOOST_TEST(!contains(rows.dump(), "056890000001"));

  auto people = rig({"audit", "show", "--limit", "2"});
  BOOST_TEST(people.code == 0);
  BOOST_TEST(std::count(people.out.begin(), people.out.end(), '\n') == 4, people.out);
  people = rig({"--lang", "vi", "audit", "show"});
  BOOST_TEST(contains(people.out, "đình chỉ địa điểm"), people.out);
  BOOST_TEST(contains(people.out, "vận hành"), people.out);
  auto csv = rig({"audit", "show", "--csv"});
  BOOST_TEST(csv.out.starts_with("\xef\xbb\xbfnumber,time,round,by,unit,role,way,deed,for,"),
             csv.out);
}

BOOST_AUTO_TEST_CASE(who_may_look_and_what_others_tried) {
  world rig;
  auto supervisor = rig.person(role::supervisor, "minh");
  auto health = rig.person(role::health, "tram");
  for (auto i = 0; i != 5; ++i)
    BOOST_TEST(
      call({"--target", supervisor, "venue", "suspend", "22366-00002", "--document", "9/QD"})
        .code == 1);
  auto refused = call({"--target", health, "audit", "show"});
  BOOST_TEST(refused.code == 1);
  BOOST_TEST(contains(refused.err, "role"), refused.err);
  auto got = call({"--target", supervisor, "audit", "show", "--by", "minh", "--json"});
  BOOST_TEST_REQUIRE(got.code == 0, got.err);
  // His five attempts are a row now, and one with the number of the others an hour later.
  for (auto tries = 0; tries != 100 && json::parse(got.out).empty(); ++tries)
    got = call({"--target", supervisor, "audit", "show", "--by", "minh", "--json"});
  auto rows = json::parse(got.out);
  BOOST_TEST_REQUIRE(rows.size() == 1u, got.out);
  BOOST_TEST((rows[0]["deed"] == "venue.suspend" && rows[0]["outcome"] == "key_wrong_role"));
  BOOST_TEST((rows[0]["role"] == "supervisor" && rows[0]["subject"] == "22366-00002"));
  BOOST_TEST(rig.node.stop() == 0);
  BOOST_REQUIRE(rig.start_again());
  std::uint64_t times = 0;
  for (auto& row : rig.show({"--by", "minh"}))
    times += row["times"].get<std::uint64_t>();
  BOOST_TEST(times == 5u); // the rest is written at the stop
  auto asked = rig.show({"--by", "tram"});
  BOOST_TEST_REQUIRE(asked.size() == 1u);
  BOOST_TEST((asked[0]["deed"] == "query" && asked[0]["role"] == "health"));
  BOOST_TEST(rig.show({"--until", "2021-10-19"}).empty());
  BOOST_TEST(rig.show({"--since", "2021-10-21"}).empty());
  BOOST_TEST(rig.show({"--since", "1h"}).size() == rig.show().size()); // by the node's clock
  BOOST_TEST(rig({"audit", "show", "--since", "soon"}).code == 2);
}

BOOST_AUTO_TEST_CASE(a_kill_and_a_replay_write_nothing_twice) {
  world rig;
  BOOST_TEST(rig({"venue", "suspend", "22366-00001", "--document", "12/QD"}).code == 0);
  auto before = rig.show();
  auto verified = json::parse(rig({"audit", "verify", "--json"}).out);
  BOOST_TEST((verified["code"] == "audit_whole" && verified["rows"] == before.size()));
  BOOST_TEST(verified["broken"].is_null());
  rig.node.kill();
  BOOST_REQUIRE(rig.start_again());
  BOOST_TEST(rig({"verify"}).code == 0); // judges the journal again
  BOOST_TEST((rig.show() == before));
  BOOST_TEST(json::parse(rig({"audit", "verify", "--json"}).out)["hash"] == verified["hash"]);
}

BOOST_AUTO_TEST_CASE(a_changed_byte_and_a_missing_row_are_named) {
  world rig;
  for (auto* venue : {"22366-00001", "22366-00002", "22366-00003"})
    BOOST_TEST(rig({"venue", "suspend", venue, "--document", "12/QD"}).code == 0);
  auto number = rig.last()["number"].get<std::uint64_t>() - 1;
  auto folder = rig.node.folder.string();
  auto busy = call({"audit", "verify", "--folder", folder});
  BOOST_TEST(busy.code == 4);
  BOOST_TEST(contains(busy.err, "wardctl audit verify` without --folder"), busy.err);
  BOOST_REQUIRE(rig.node.stop() == 0);
  auto whole = call({"audit", "verify", "--folder", folder});
  BOOST_TEST(whole.code == 0, whole.err);
  BOOST_TEST(contains(whole.out, "The audit log is whole."), whole.out);
  std::vector<std::byte> sound;
  rig.damage(number, [&](auto& value) {
    sound = value;
    value[value.size() / 2] ^= std::byte{1};
  });
  auto row = "row " + std::to_string(number);
  auto broken = call({"audit", "verify", "--folder", folder});
  BOOST_TEST(broken.code == 5);
  BOOST_TEST(contains(broken.err, row + " is damaged"), broken.err);
  BOOST_REQUIRE(rig.start_again()); // doors go on
  broken = rig({"audit", "verify", "--json"});
  BOOST_TEST(broken.code == 5);
  auto said = json::parse(broken.out);
  BOOST_TEST((said["code"] == "audit_broken" && said["broken"] == number));
  broken = rig({"--lang", "vi", "audit", "verify"});
  BOOST_TEST(contains(broken.err, "dòng sổ kiểm tra " + std::to_string(number) + " bị hỏng"),
             broken.err);
  BOOST_TEST(rig.show().at(number - 1)["outcome"] == "store_damaged"); // the others are shown
  BOOST_TEST(rig.show().at(number)["subject"] == "22366-00003");
  BOOST_REQUIRE(rig.node.stop() == 0);
  rig.damage(number, [&](auto& value) { value = sound; });
  BOOST_TEST(call({"audit", "verify", "--folder", folder}).code == 0);
  rig.damage(number, [](auto& value) { value.clear(); });
  broken = call({"audit", "verify", "--folder", folder});
  BOOST_TEST(broken.code == 5);
  BOOST_TEST(contains(broken.err, row + " is missing"), broken.err);
}

BOOST_AUTO_TEST_CASE(a_reader_whose_key_is_taken_away_is_sent_nothing_more) {
  world rig;
  auto before = wardctl_rig::text_of(rig.path("allow.toml"));
  auto minh = rig.person(role::supervisor, "minh");
  tool_run watch{{"--target", minh, "watch", "--name", "duty", "--json", "--no-snapshot"}};
  auto alarm = [&](const std::string& day) {
    BOOST_TEST(
      rig({"level", "set", "--group", "22366.01", "--level", day == "2021-10-20" ? "1" : "3",
           "--effective-from", day, "--issuer", "UBND", "--document", "1/QD"})
        .code == 0);
  };
  BOOST_TEST_REQUIRE(rig.until_connected("duty"));
  alarm("2021-10-20");
  alarm("2021-10-21"); // raised
  BOOST_TEST_REQUIRE(watch.line(20'000).has_value(), watch.errors);
  rig.write("allow.toml", before);
  rig.node.reload();
  alarm("2021-10-22");
  BOOST_TEST(watch.wait(20'000) == 1);
  BOOST_TEST(watch.output.empty(), watch.output);
  BOOST_TEST(contains(watch.errors, "not registered"), watch.errors);
  auto list = json::parse(rig({"subscriptions", "list", "--json"}).out);
  BOOST_TEST((list.size() == 1u && list[0]["connected"] == false));
  auto rows = rig.show({"--by", "minh"});
  BOOST_TEST_REQUIRE(rows.size() >= 1u);
  BOOST_TEST((rows[0]["deed"] == "cut_off" && rows[0]["outcome"] == "key_unknown"));
}

BOOST_AUTO_TEST_CASE(a_reader_is_his_who_made_it) {
  world rig;
  auto minh = rig.person(role::supervisor, "minh");
  auto tuan = rig.person(role::supervisor, "tuan");
  auto watch = [](const std::string& target) {
    return call({"--target", target, "watch", "--name", "duty", "--until-idle", "1"});
  };
  BOOST_TEST(watch(minh).code == 0);
  auto other = watch(tuan);
  BOOST_TEST(other.code == 1);
  BOOST_TEST(contains(other.err, "This name belongs to another key."), other.err);
  auto list = json::parse(rig({"subscriptions", "list", "--json"}).out);
  BOOST_TEST((list.size() == 1u && list[0]["by"] == "minh" && list[0]["unit"] == "22366"));
  other = call({"--target", tuan, "subscriptions", "remove", "duty"});
  BOOST_TEST(other.code == 1);
  BOOST_TEST(contains(other.err, "another key"), other.err);
  BOOST_TEST(watch(minh).code == 0); // again: it is his
  BOOST_TEST(call({"--target", minh, "subscriptions", "remove", "duty"}).code == 0);
  BOOST_TEST(watch(tuan).code == 0);
  BOOST_TEST(rig({"subscriptions", "remove", "duty"}).code == 0); // an operator may
  auto rows = rig.show({"--by", "tuan"});
  BOOST_TEST_REQUIRE(rows.size() == 2u, rows.dump());
  BOOST_TEST((rows[0]["deed"] == "subscribe" && rows[0]["outcome"] == "subscription_owned"));
  BOOST_TEST((rows[1]["deed"] == "subscription.remove" && rows[1]["subject"] == "duty"));
}
