// SPDX-License-Identifier: Apache-2.0
// Proves: the allow-list file is read whole or refused with the line, and grows without a loss.
// Method: one right file, one mistake at a time with the line it must name; files in a new folder.
#define BOOST_TEST_MODULE allow_file
#include "actors/io/allow_file.hpp"

#include "actors/io/key_files.hpp"
#include "actors/io/key_text.hpp"
#include "tests/actors/io/scratch_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/stat.h>
#include <unistd.h>

using namespace wardflow;
using namespace wardflow::io;

namespace {

const std::string hex(64, '7');
const std::string z85 = "HelloWorldHelloWorldHelloWorldHelloWorld";
const std::string good = "# people\n"            // line 1
                         "[[key]]\n"             // 2
                         "name = \"Lan\"\n"      // 3
                         "role = \"operator\"\n" // 4
                         "key = \"" +
                         hex +
                         "\"\n"                      // 5
                         "unit = \"22366\"\n"        // 6
                         "not_before = 2021-10-16\n" // 7
                         "not_after = 2022-10-16\n"  // 8
                         "\n"                        // 9
                         "[[key]]\n"                 // 10
                         "name = \"city\"\n"         // 11
                         "role = \"health\"\n"       // 12
                         "key = \"" +
                         z85 +
                         "\"\n"                                         // 13
                         "unit = \"568\"\n"                             // 14
                         "not_after = \"2021-12-31T17:00:00+07:00\"\n"; // 15

std::string with(const std::string& from, const std::string& to) {
  auto text = good;
  auto at = text.find(from);
  BOOST_REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

principal somebody() {
  principal who;
  who.name = "Minh \"the \\ second\"\n";
  who.role = role::supervisor;
  who.key = generate_key_pair()->open;
  who.unit = *unit_code::parse("56");
  who.not_after = *parse_time("2022-01-02T03:04:05.120Z"); // TOML gives `.12` back
  return who;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_right_file_gives_its_entries) {
  auto keys = parse_allow_list(good, "keys.toml");
  BOOST_REQUIRE_MESSAGE(static_cast<bool>(keys), "not read");
  BOOST_REQUIRE(keys->size() == 2u);
  const auto& lan = (*keys)[0];
  BOOST_TEST(lan.name == "Lan");
  BOOST_TEST((lan.role == role::operator_));
  BOOST_TEST(to_hex(lan.key) == hex);
  BOOST_TEST((lan.unit == unit_code::parse("22366")));
  BOOST_TEST(lan.not_before == *parse_time("2021-10-16T00:00:00+07:00"));
  BOOST_TEST(lan.not_after == *parse_time("2022-10-17T00:00:00+07:00")); // to the day's end
  const auto& city = (*keys)[1];
  BOOST_TEST((city.role == role::health));
  BOOST_TEST(to_z85(city.key) == z85);
  BOOST_TEST(city.not_before == 0);
  BOOST_TEST(city.not_after == *parse_time("2021-12-31T10:00:00Z"));
  BOOST_TEST(parse_allow_list("", "empty")->empty());
}

BOOST_AUTO_TEST_CASE(every_mistake_is_named_with_its_line) {
  struct mistake {
    std::string from;
    std::string to;
    int line;
    code reason;
  };
  for (const auto& m : {
         mistake{"name = \"Lan\"", "name = \"Lan", 3, code::config_malformed},
         mistake{"name = \"Lan\"", "name = 7", 3, code::config_malformed},
         mistake{"name = \"Lan\"", "name = \"\"", 3, code::config_malformed},
         mistake{"name = \"Lan\"", "nmae = \"Lan\"", 3, code::config_key_unknown},
         mistake{"name = \"city\"\n", "", 10, code::config_malformed},
         mistake{"\"operator\"", "\"king\"", 4, code::config_malformed},
         mistake{"\"operator\"", "\"door\"", 4, code::config_malformed},
         mistake{"\"operator\"", "\"gateway\"", 4, code::config_malformed},
         mistake{hex, hex + "7", 5, code::key_file_malformed},
         mistake{z85, std::string(40, '#'), 13, code::key_file_malformed},
         mistake{z85, hex, 10, code::key_file_malformed}, // Lan's
         mistake{"22366", "2236", 6, code::config_malformed},
         mistake{"= 2021-10-16", "= 2021-13-16", 7, code::config_malformed},
         mistake{"= 2021-10-16", "= 1634342400", 7, code::config_malformed},
         mistake{"= 2022-10-16", "= 2020-10-16", 8, code::config_malformed},
         mistake{good, "\nkey = 3\n", 2, code::config_malformed},
         mistake{good, "key = [3]\n", 1, code::config_malformed},
         mistake{"# people\n", "user = 3\n", 1, code::config_key_unknown},
         mistake{"[[key]]\nname = \"city\"", "[city]", 10, code::config_key_unknown},
       }) {
    BOOST_TEST_CONTEXT(m.from << " -> " << m.to) {
      auto keys = parse_allow_list(with(m.from, m.to), "keys.toml");
      BOOST_REQUIRE(!keys);
      BOOST_TEST((keys.reason() == m.reason));
      auto prefix = "keys.toml:" + std::to_string(m.line) + ":";
      BOOST_TEST(keys.why().detail.substr(0, prefix.size()) == prefix, keys.why().detail);
    }
  }
}

BOOST_AUTO_TEST_CASE(an_appended_entry_comes_back_and_comments_stay) {
  scratch_folder folder;
  auto file = folder.write("keys.toml", good.substr(0, good.size() - 1)); // no newline at the end
  auto who = somebody();
  auto count = append_to_allow_file(file, who);
  BOOST_REQUIRE_MESSAGE(static_cast<bool>(count), "not appended");
  BOOST_TEST(*count == 3u);
  BOOST_TEST(folder.text_of(file).find("# people\n") == 0u);
  auto keys = read_allow_file(file);
  BOOST_REQUIRE(static_cast<bool>(keys));
  const auto& back = keys->back();
  BOOST_TEST(back.name == "Minh \"the \\ second\" ");
  BOOST_TEST((back.key == who.key));
  BOOST_TEST((back.role == who.role));
  BOOST_TEST((back.unit == who.unit));
  BOOST_TEST(back.not_before == 0);
  BOOST_TEST(back.not_after == who.not_after);
  BOOST_TEST((append_to_allow_file(file, who).reason() == code::already_so));
  BOOST_TEST(read_allow_file(file)->size() == 3u);
}

BOOST_AUTO_TEST_CASE(a_file_that_is_not_there_is_made_for_its_owner_alone) {
  scratch_folder folder;
  auto file = folder.path / "keys.toml";
  BOOST_TEST((read_allow_file(file).reason() == code::file_missing));
  BOOST_TEST(*append_to_allow_file(file, somebody()) == 1u);
  BOOST_TEST(*append_to_allow_file(file, somebody()) == 2u);
  BOOST_TEST(folder.mode_of(file) == 0600u);
}

BOOST_AUTO_TEST_CASE(an_entry_that_the_file_may_not_hold_changes_nothing) {
  scratch_folder folder;
  auto file = folder.write("keys.toml", good);
  auto device = somebody();
  device.role = role::door;
  BOOST_TEST((append_to_allow_file(file, device).reason() == code::config_malformed));
  auto nameless = somebody();
  nameless.name.clear();
  BOOST_TEST((append_to_allow_file(file, nameless).reason() == code::config_malformed));
  BOOST_TEST(folder.text_of(file) == good);
  folder.write("keys.toml", "broken");
  BOOST_TEST((append_to_allow_file(file, somebody()).reason() == code::config_malformed));
  BOOST_TEST(folder.text_of(file) == "broken");
}

BOOST_AUTO_TEST_CASE(a_list_stays_its_owners_when_root_adds_a_key) {
  if (::geteuid() != 0) {
    BOOST_TEST_MESSAGE("not done: needs root");
    return;
  }
  scratch_folder folder;
  auto file = folder.write("keys.toml", good);
  BOOST_REQUIRE(::chown(file.c_str(), 65534, 65534) == 0);
  BOOST_TEST((append_to_allow_file(file, somebody()).reason() == code::ok));
  struct stat facts {};
  BOOST_REQUIRE(::stat(file.c_str(), &facts) == 0);
  BOOST_TEST((facts.st_uid == 65534u && facts.st_gid == 65534u));
  BOOST_TEST(folder.mode_of(file) == 0600u);
}

BOOST_AUTO_TEST_CASE(a_file_that_others_may_write_is_refused) {
  scratch_folder folder;
  for (unsigned mode : {0620u, 0602u, 0666u})
    BOOST_TEST((read_allow_file(folder.write("keys.toml", good, mode)).reason() ==
                code::key_file_open_to_others));
  BOOST_TEST((read_allow_file(folder.write("keys.toml", good, 0644)).reason() == code::ok));
}
