// SPDX-License-Identifier: Apache-2.0
// Proves: a rulebook is checked without a node, every mistake by its line; a good one is loaded
//         once, and what the node has against it is said.
// Method: the shipped books, and copies of them with mistakes put in.
#define BOOST_TEST_MODULE rulebooks
#include "tests/support/contains.hpp"
#include "tests/support/wardctl_rig.hpp"

#include "tests/actors/io/scratch_folder.hpp"

#include <nlohmann/json.hpp>

using namespace wardflow;
using namespace wardflow::test;
using nlohmann::json;

namespace {

const std::string october = WARDFLOW_SOURCE_DIR "/config/rulebooks/khanh-hoa-2021-10-16.toml";
const std::string november = WARDFLOW_SOURCE_DIR "/config/rulebooks/khanh-hoa-2021-11-16.toml";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  auto at = text.find(from);
  BOOST_REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

} // namespace

BOOST_AUTO_TEST_CASE(the_shipped_books_are_fine_without_a_node) {
  for (auto& book : {october, november}) {
    auto got = call({"--target", "/nowhere", "rulebook", "check", book});
    BOOST_TEST(got.code == 0, got.err);
    BOOST_TEST(contains(got.out, "The rulebook has no mistake."));
  }
  auto parsed = json::parse(call({"--json", "rulebook", "check", october}).out);
  BOOST_TEST((parsed["code"] == "rulebook_fine" && parsed["version"] == 20211016));
}

BOOST_AUTO_TEST_CASE(every_mistake_is_named_with_its_line_in_the_users_language) {
  io::scratch_folder folder;
  auto text = folder.text_of(october);
  text = replaced(text, "version = 20211016", "version = \"x\"");
  text = replaced(text, "categories = [\"beach\"]", "categories = [\"beech\"]");
  text += "\nwhat = 1\n";
  auto file = folder.write("book.toml", text).string();
  auto got = call({"--lang", "vi", "rulebook", "check", file});
  BOOST_TEST(got.code == 1);
  BOOST_TEST(got.out == "");
  std::size_t lines = 0;
  std::istringstream errors{got.err};
  for (std::string line; std::getline(errors, line);)
    lines += line.starts_with(file + ":") ? 1 : 0;
  BOOST_TEST(lines >= 3u, got.err);
  BOOST_TEST(contains(got.err, "Không có loại địa điểm này."), got.err);
  BOOST_TEST(contains(got.err, "Bộ quy tắc có lỗi."));
  auto parsed = json::parse(call({"--json", "rulebook", "check", file}).out);
  BOOST_TEST((parsed["errors"].size() == lines));
  BOOST_TEST(parsed["errors"][0]["line"].is_number());
  auto broken = folder.write("broken.toml", "version = \n").string();
  BOOST_TEST(contains(call({"rulebook", "check", broken}).err, broken + ":1:"));
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_a_book_is_refused) {
  io::scratch_folder folder;
  BOOST_TEST(call({"rulebook", "check", "/nowhere/x.toml"}).code == 4);
  BOOST_TEST(call({"rulebook", "check", folder.path.string()}).code == 4);
  auto large = folder.write("large.toml", std::string(300'000, '#')).string();
  auto got = call({"rulebook", "check", large});
  BOOST_TEST(got.code == 1);
  BOOST_TEST(contains(got.err, "256 KiB"));
}

BOOST_AUTO_TEST_CASE(a_book_is_loaded_once_and_listed) {
  wardctl_rig rig;
  auto dry = rig({"rulebook", "load", october, "--dry-run"});
  BOOST_TEST(dry.code == 0);
  BOOST_TEST(contains(dry.out, "nothing was changed"));
  BOOST_TEST(json::parse(rig({"--json", "rulebook", "list"}).out).empty());
  BOOST_TEST(rig({"rulebook", "load", october}).code == 0);
  BOOST_TEST(rig({"rulebook", "load", november}).code == 0);
  auto again = rig({"rulebook", "load", october});
  BOOST_TEST(again.code == 0);
  BOOST_TEST(contains(again.out, "It is so already"), again.out);
  auto books = json::parse(rig({"--json", "rulebook", "list"}).out);
  BOOST_TEST_REQUIRE(books.size() == 2u);
  BOOST_TEST((books[0]["version"] == 20211016 && books[1]["version"] == 20211116));
  BOOST_TEST((books[0]["effective_from"] == "2021-10-16T00:00:00.000+07:00"));
  BOOST_TEST(books[0]["rules"].is_number());
}

BOOST_AUTO_TEST_CASE(what_the_node_has_against_a_book_is_said_dry_or_not) {
  wardctl_rig rig;
  BOOST_REQUIRE(rig({"rulebook", "load", october}).code == 0);
  auto text = rig.text_of(october);
  auto overlaps = rig.write("o.toml", replaced(text, "version = 20211016", "version = 20211017"));
  auto older =
    rig.write("b.toml", replaced(replaced(text, "version = 20211016", "version = 1"),
                                 "effective_from = 2021-10-16", "effective_from = 2021-10-18"));
  for (auto more : {std::vector<std::string>{}, {"--dry-run"}}) {
    auto load = [&](const std::string& file) {
      auto words = std::vector<std::string>{"rulebook", "load", file};
      words.insert(words.end(), more.begin(), more.end());
      return rig(words);
    };
    BOOST_TEST(load(overlaps).code == 1);
    BOOST_TEST(contains(load(overlaps).err, "dates overlap"));
    BOOST_TEST(load(older).code == 1);
    BOOST_TEST(contains(load(older).err, "newer version"));
  }
  BOOST_TEST((json::parse(rig({"--json", "rulebook", "list"}).out).size() == 1u));
}
