// SPDX-License-Identifier: Apache-2.0
// Proves: what is kept under a name is read back; a wrong file is named by its line and not
//         touched; the nearest names a command's node: option, environment, folder, choice.
// Method: files by hand; the commands with a real node, in a home of the test's own.
#define BOOST_TEST_MODULE contexts
#include "nodes/wardctl/contexts.hpp"

#include "actors/io/key_text.hpp"
#include "messages/texts.hpp"
#include "tests/actors/io/scratch_folder.hpp"
#include "tests/support/contains.hpp"
#include "tests/support/wardctl_rig.hpp"

#include <nlohmann/json.hpp>

#include <cstdlib>

using namespace wardflow;
using namespace wardflow::wardctl;
using namespace wardflow::test;
using nlohmann::json;

namespace {

/// No target near, and a configuration folder of its own, as long as it lives.
struct home {
  home() {
    std::filesystem::create_directory(folder.path / "elsewhere");
    std::filesystem::current_path(folder.path / "elsewhere");
    ::setenv("XDG_CONFIG_HOME", (folder.path / "config").c_str(), 1);
    for (auto* name : {"WARDCTL_TARGET", "WARDCTL_CONTEXT"})
      ::unsetenv(name);
  }
  ~home() {
    std::filesystem::current_path(before);
    for (auto* name : {"XDG_CONFIG_HOME", "WARDCTL_TARGET", "WARDCTL_CONTEXT"})
      ::unsetenv(name);
  }

  io::scratch_folder folder;
  std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::path file = folder.path / "config" / "wardflow" / "contexts.toml";
};

target sample(const std::string& name) {
  target t;
  t.control = "tcp://10.0.0.5:7165";
  t.scans = "ipc:///run/" + name;
  t.node_key = *io::parse_key(std::string(64, 'a'));
  t.key = "/keys/" + name;
  t.venue = make_venue_id(22366, 17);
  t.context = name;
  return t;
}

std::string problem_of(const std::string& text, unsigned mode = 0600) {
  io::scratch_folder folder;
  auto file = folder.write("contexts.toml", text, mode);
  auto read = read_contexts(file);
  if (read)
    return "none";
  auto detail = read.why().detail;
  BOOST_TEST(detail.starts_with(file.string() + ":"), detail);
  return std::string{name(read.reason())} + detail.substr(file.string().size());
}

} // namespace

BOOST_AUTO_TEST_CASE(what_is_kept_is_read_back_from_a_file_of_mode_0600) {
  home h;
  BOOST_TEST((contexts_file() == h.file));
  BOOST_TEST(read_contexts(h.file)->all.empty()); // not there yet
  context_book book;
  for (auto* name : {"tram", "a.b-c_9"})
    book.all.emplace(name, sample(name));
  book.current = "a.b-c_9";
  BOOST_TEST((write_contexts(h.file, book) == code::done));
  BOOST_TEST((h.folder.mode_of(h.file) & 0777) == 0600u);
  BOOST_TEST((h.folder.mode_of(h.file.parent_path()) & 0777) == 0700u);
  auto read = read_contexts(h.file);
  BOOST_TEST_REQUIRE(static_cast<bool>(read));
  BOOST_TEST(read->current == book.current);
  BOOST_TEST_REQUIRE(read->all.size() == 2u);
  for (auto& [name, one] : read->all) {
    auto was = sample(name);
    BOOST_TEST((one.control == was.control && one.scans == was.scans && one.key == was.key));
    BOOST_TEST((one.node_key == was.node_key && one.venue == was.venue && one.context == name));
    BOOST_TEST((one.file == h.file));
  }
  book.all.erase("tram"); // written over whole, with nothing left beside it
  BOOST_TEST((write_contexts(h.file, book) == code::done));
  BOOST_TEST(read_contexts(h.file)->all.size() == 1u);
  BOOST_TEST(std::distance(std::filesystem::directory_iterator{h.file.parent_path()}, {}) == 1);
  BOOST_TEST((write_contexts("/proc/nothing/contexts.toml", book) == code::file_write_failed));
  BOOST_TEST((write_contexts({}, book) == code::file_write_failed));
}

BOOST_AUTO_TEST_CASE(a_folder_that_is_relative_or_not_set_is_not_the_home) {
  home h;
  auto home_before = std::string{std::getenv("HOME") != nullptr ? std::getenv("HOME") : ""};
  ::setenv("HOME", "/there", 1);
  ::setenv("XDG_CONFIG_HOME", "relative", 1);
  BOOST_TEST((contexts_file() == "/there/.config/wardflow/contexts.toml"));
  ::unsetenv("XDG_CONFIG_HOME");
  BOOST_TEST((contexts_file() == "/there/.config/wardflow/contexts.toml"));
  ::unsetenv("HOME");
  BOOST_TEST(contexts_file().empty());
  BOOST_TEST(call({"context", "list"}).code == 2);
  ::setenv("HOME", home_before.c_str(), 1);
}

BOOST_AUTO_TEST_CASE(every_mistake_is_named_with_its_line) {
  auto good = "[context.a]\nnode_key = \"" + std::string(64, 'a') + "\"\nkey = \"/k\"\n";
  BOOST_TEST(problem_of(good) == "none");
  BOOST_TEST(problem_of("") == "none");
  BOOST_TEST(problem_of("current = \"a\"\n" + good) == "none");
  BOOST_TEST(problem_of(good + "[other]\n") == "config_key_unknown:4: other");
  BOOST_TEST(problem_of(good + "keys = \"x\"\n") == "config_key_unknown:4: keys");
  BOOST_TEST(problem_of("current = \"b\"\n" + good).starts_with("config_malformed:1: current"));
  BOOST_TEST(problem_of("current = 1\n" + good).starts_with("config_malformed:1: current"));
  BOOST_TEST(problem_of("context = 1\n").starts_with("config_malformed:1: context"));
  BOOST_TEST(problem_of("[context]\na = 1\n").starts_with("config_malformed:2: context"));
  BOOST_TEST(problem_of("\n[context.\"a b\"]\n").starts_with("config_malformed:2: context"));
  BOOST_TEST(
    problem_of("\n[context.a]\nkey = \"k\"\n").starts_with("config_malformed:2: node_key"));
  BOOST_TEST(problem_of("[context\n").starts_with("config_malformed:1: "));
  BOOST_TEST(problem_of(good, 0620).starts_with("key_file_open_to_others: others may write it"));
}

BOOST_AUTO_TEST_CASE(names_are_words_of_a_shell_and_no_paths) {
  for (auto* good : {"a", "Phuong-Sai", "22366", "a.b_c", "0"})
    BOOST_TEST(is_context_name(good), good);
  for (auto& bad : {std::string{}, std::string{"-a"}, std::string{".a"}, std::string{"a/b"},
                    std::string{"a b"}, std::string{"phường"}, std::string(65, 'a')})
    BOOST_TEST(!is_context_name(bad), bad);
}

BOOST_AUTO_TEST_CASE(what_is_nearer_to_a_command_names_its_node) {
  home h;
  auto place = [](auto... options) {
    auto found = find_target(options...);
    return found.context.empty() ? found.file.string() : "context " + found.context;
  };
  BOOST_TEST(place("", "", "") == "ward/target.toml");
  BOOST_TEST(place("", "", "chosen") == "context chosen");
  std::filesystem::create_directory("ward");
  h.folder.write("elsewhere/ward/target.toml", "");
  BOOST_TEST(place("", "", "chosen") == "ward/target.toml");
  h.folder.write("elsewhere/target.toml", "");
  BOOST_TEST(place("", "", "chosen") == "target.toml");
  ::setenv("WARDCTL_CONTEXT", "c", 1);
  BOOST_TEST(place("", "", "chosen") == "context c");
  ::setenv("WARDCTL_TARGET", "t.toml", 1);
  BOOST_TEST(place("", "", "chosen") == "t.toml");
  BOOST_TEST(place("", "option", "chosen") == "context option");
  BOOST_TEST(place("o.toml", "", "chosen") == "o.toml");
}

BOOST_AUTO_TEST_CASE(a_node_is_reached_by_its_name_from_any_folder) {
  home h;
  wardctl_rig rig;
  auto folder = rig.node.folder.string();
  auto added = call({"--lang", "vi", "context", "add", "phuoc-tien", "--from", folder});
  BOOST_TEST_REQUIRE(added.code == 0, added.err);
  BOOST_TEST(contains(added.out, "Ngữ cảnh"), added.out);
  auto by_hand =
    call({"context", "add", "tram", "--node", rig.node.control_endpoint, "--server-key",
          rig.path("keys/node.pub"), "--key", rig.path("keys/operator")});
  BOOST_TEST_REQUIRE(by_hand.code == 0, by_hand.err);
  for (auto* name : {"phuoc-tien", "tram"}) {
    auto got = call({"--context", name, "status", "--json"});
    BOOST_TEST_REQUIRE(got.code == 0, got.err);
    BOOST_TEST((json::parse(got.out)["unit"] == "22366"));
  }
  // A context for control alone does not know where a device has to send.
  BOOST_REQUIRE(rig.node.furnish(1));
  std::vector<std::string> device{"--context", "tram",    "device",      "add",    "--name",
                                  "D",         "--venue", "22366-00001", "--make", "door"};
  auto where = call(device);
  BOOST_TEST(where.code == 2);
  BOOST_TEST(contains(where.err, "--scans is missing: this context does not say"), where.err);
  BOOST_TEST(!std::filesystem::exists("door"));
  device.insert(device.end(), {"--scans", rig.node.scan_endpoint});
  BOOST_TEST(call(device).code == 0);
  BOOST_TEST(call({"status"}).code == 4); // none is chosen
  ::setenv("WARDCTL_CONTEXT", "tram", 1);
  BOOST_TEST(call({"status"}).code == 0);
  BOOST_TEST(call({"--target", "/nowhere", "status"}).code == 4); // the option wins
  ::unsetenv("WARDCTL_CONTEXT");
  BOOST_TEST(call({"context", "use", "tram"}).code == 0);
  BOOST_TEST(call({"status"}).code == 0);
  auto now = json::parse(call({"--json", "context", "show"}).out);
  BOOST_TEST((now["context"] == "tram" && now["current"] == true));
  BOOST_TEST((now["from"] == h.file.string() && now["key"] == rig.path("keys/operator")));
  auto other = json::parse(call({"--json", "--target", folder, "context", "show"}).out);
  BOOST_TEST((other["context"] == nullptr && other["from"] == rig.path("target.toml")));
  auto listed = json::parse(call({"--json", "context", "list"}).out);
  BOOST_TEST_REQUIRE(listed.size() == 2u);
  BOOST_TEST((listed[0]["context"] == "phuoc-tien" && listed[0]["current"] == false));
  BOOST_TEST((listed[1]["context"] == "tram" && listed[1]["current"] == true));
  BOOST_TEST(call({"context", "remove", "tram"}).code == 0);
  BOOST_TEST(call({"status"}).code == 4); // what was chosen is gone, and nothing takes its place
  BOOST_TEST(std::filesystem::exists(rig.path("keys/operator")));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_kept_or_found_is_said) {
  home h;
  wardctl_rig rig;
  auto folder = rig.node.folder.string();
  BOOST_REQUIRE(call({"context", "add", "a", "--from", folder}).code == 0);
  auto before = h.folder.text_of(h.file);
  auto same = call({"context", "add", "a", "--from", folder});
  BOOST_TEST(same.code == 0);
  BOOST_TEST(contains(same.out, "It is so already"));
  auto taken = call({"context", "add", "a", "--from", folder, "--node", "tcp://10.0.0.1:7165"});
  BOOST_TEST(taken.code == 2);
  BOOST_TEST(contains(taken.err, "wardctl context show a"), taken.err);
  for (auto words : {std::vector<std::string>{"context", "add", "b"},
                     {"context", "add", "b/c", "--from", folder},
                     {"context", "add", "b", "--node", "7165", "--from", folder},
                     {"context", "use", "b"},
                     {"context", "remove", "b"},
                     {"context", "show", "b"},
                     {"--context", "b", "status"},
                     {"--context", "a", "--target", folder, "status"},
                     {"--context", "a", "door", "--venue", "22366-00001"},
                     {"--context", "a", "keys", "allow", "--name", "L", "--role", "operator",
                      "--unit", "22366", "--key", std::string(64, 'b')}}) {
    auto got = call(words);
    BOOST_TEST(got.code == 2, words[0] << " " << words[1] << " " << words[2] << ": " << got.err);
    BOOST_TEST(got.out == "");
  }
  for (auto [tongue, wanted] : {std::pair{"en", "--spool is missing: contexts lie in one folder"},
                                {"vi", "Thiếu --spool: mọi ngữ cảnh nằm chung"}}) {
    auto got = call({"--lang", tongue, "--context", "a", "door", "--venue", "22366-00001"});
    BOOST_TEST(contains(got.err, wanted), got.err);
    BOOST_TEST(contains(got.err, "`wardctl door --help`"), got.err);
  }
  for (auto [tongue, wanted] : {std::pair{"en", "--file is missing: a context does not tell"},
                                {"vi", "Thiếu --file: ngữ cảnh không cho biết"}}) {
    auto got = call({"--lang", tongue, "--context", "a", "keys", "allow", "--name", "L", "--role",
                     "operator", "--unit", "22366", "--key", std::string(64, 'b')});
    BOOST_TEST(contains(got.err, wanted), got.err);
  }
  auto unknown = call({"--lang", "vi", "--context", "b", "status"});
  BOOST_TEST(contains(unknown.err, "không có ngữ cảnh b"), unknown.err);
  BOOST_TEST(contains(unknown.err, "`wardctl context list`"), unknown.err);
  for (auto words : {std::vector<std::string>{"context", "add", "b", "--from", "/nowhere"},
                     {"context", "add", "b", "--from", folder, "--key", "/nowhere"},
                     {"context", "add", "b", "--from", folder, "--server-key", "nothing"}})
    BOOST_TEST(call(words).code == 4);
  BOOST_TEST(h.folder.text_of(h.file) == before);
  h.folder.write("config/wardflow/contexts.toml", "curent = \"a\"\n");
  auto wrong = call({"context", "add", "b", "--from", folder});
  BOOST_TEST(wrong.code == 4);
  BOOST_TEST(contains(wrong.err, "contexts.toml:1: curent"), wrong.err);
  BOOST_TEST(h.folder.text_of(h.file) == "curent = \"a\"\n");
  BOOST_TEST(rig({"status"}).code == 0); // who names a file does not need the list
}
