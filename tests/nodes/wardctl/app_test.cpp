// SPDX-License-Identifier: Apache-2.0
// Proves: every command and option has its help in both languages and an example; the program ends
//         with documented exit codes, whatever it is called with.
// Method: walks the tree of commands in both languages side by side; calls with wrong words.
#define BOOST_TEST_MODULE app
#include "nodes/wardctl/app.hpp"
#include "nodes/wardctl/word_order.hpp"

#include "tests/support/wardctl_rig.hpp"

#include <CLI/CLI.hpp>
#include <boost/test/unit_test.hpp>

#include <functional>
#include <set>
#include <sstream>

using namespace wardflow;
using namespace wardflow::test;

namespace {

/// The tree of commands in one language.
struct tree {
  explicit tree(language tongue) : s{in, out, err, tongue} { wardctl::furnish(app, s); }

  std::istringstream in;
  std::ostringstream out, err;
  wardctl::shell s;
  CLI::App app;
};

void walk(const CLI::App& vi, const CLI::App& en, const std::string& path,
          const std::function<void(const CLI::App&, const CLI::App&, const std::string&)>& visit) {
  visit(vi, en, path);
  auto below_vi = vi.get_subcommands({}), below_en = en.get_subcommands({});
  BOOST_REQUIRE(below_vi.size() == below_en.size());
  for (std::size_t i = 0; i != below_vi.size(); ++i)
    walk(*below_vi[i], *below_en[i], path + " " + below_vi[i]->get_name(), visit);
}

bool is_ascii(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0; });
}

} // namespace

BOOST_AUTO_TEST_CASE(every_command_says_what_it_does_in_both_languages_with_an_example) {
  tree vi{language::vi}, en{language::en};
  std::size_t commands = 0;
  walk(vi.app, en.app, "wardctl", [&](auto& a, auto& b, auto& path) {
    BOOST_TEST_CONTEXT(path) {
      ++commands;
      BOOST_TEST(a.get_description() != b.get_description());
      BOOST_TEST(!is_ascii(a.get_description()));
      BOOST_TEST(is_ascii(b.get_description().substr(0, b.get_description().find("Khánh"))));
      BOOST_TEST(a.get_footer() == b.get_footer());
      std::istringstream lines{a.get_footer()};
      std::size_t examples = 0;
      for (std::string line; std::getline(lines, line); ++examples)
        BOOST_TEST((line.starts_with(path) || line.find("| " + path) != line.npos), line);
      BOOST_TEST(examples > 0u);
    }
  });
  BOOST_TEST(commands >= 35u);
}

BOOST_AUTO_TEST_CASE(every_option_says_what_it_is_in_both_languages) {
  tree vi{language::vi}, en{language::en};
  std::size_t options = 0;
  walk(vi.app, en.app, "wardctl", [&](auto& a, auto& b, auto& path) {
    auto in_vi = a.get_options({}), in_en = b.get_options({});
    BOOST_REQUIRE(in_vi.size() == in_en.size());
    for (std::size_t i = 0; i != in_vi.size(); ++i) {
      BOOST_TEST_CONTEXT(path << " " << in_vi[i]->get_name()) {
        ++options;
        BOOST_TEST(in_vi[i]->get_name() == in_en[i]->get_name());
        BOOST_TEST(!in_vi[i]->get_description().empty());
        BOOST_TEST(in_vi[i]->get_description() != in_en[i]->get_description());
      }
    }
  });
  BOOST_TEST(options > 90u);
}

BOOST_AUTO_TEST_CASE(a_help_page_has_no_word_of_the_other_language) {
  for (auto words : {std::vector<std::string>{"--help"},
                     {"venue", "--help"},
                     {"venue", "add", "--help"},
                     {"counts", "--help"},
                     {"device", "add", "-h"}}) {
    words.insert(words.begin(), {"--lang", "vi"});
    auto vi = call(words);
    BOOST_TEST(vi.code == 0);
    BOOST_TEST(vi.err == "");
    for (auto* word : {"Usage", "Options", "REQUIRED", "required", "Excludes", "Needs", "Commands",
                       "Print", "Examples", "SUBCOMMAND", "Positionals", " TEXT"})
      BOOST_TEST(vi.out.find(word) == std::string::npos, words.back() << ": " << word);
    BOOST_TEST(vi.out.find("Ví dụ:\n  wardctl ") != std::string::npos);
    words[1] = "en";
    auto en = call(words);
    BOOST_TEST(en.out.find("Examples:\n  wardctl ") != std::string::npos);
    BOOST_TEST(en.out.find("Usage: wardctl ") != std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(the_first_page_says_the_exit_codes) {
  auto en = call({"--help"});
  for (auto* code : {"0 done", "1 refused", "2 usage", "3 node not reached", "4 a file",
                     "5 a check found a difference"})
    BOOST_TEST(en.out.find(code) != std::string::npos, code);
}

BOOST_AUTO_TEST_CASE(no_line_of_help_but_an_example_is_wider_than_a_terminal) {
  tree en{language::en}, vi{language::vi};
  walk(vi.app, en.app, "wardctl", [](auto& a, auto& b, auto& path) {
    for (auto* app : {&a, &b}) {
      std::istringstream lines{app->help()};
      for (std::string line; std::getline(lines, line);)
        if (!line.starts_with("  wardctl ") && !line.starts_with("Usage") &&
            !line.starts_with("Cách"))
          BOOST_TEST(wardctl::display_width(line) <= 100u, path << ": " << line);
    }
  });
}

BOOST_AUTO_TEST_CASE(the_version_is_told) {
  auto said = call({"--version"});
  BOOST_TEST(said.code == 0);
  BOOST_TEST(said.out == std::string{"wardctl "} + WARDFLOW_VERSION + "\n");
}

BOOST_AUTO_TEST_CASE(a_wrong_command_line_ends_with_two_and_prints_nothing_for_programs) {
  for (auto words : {std::vector<std::string>{},
                     {"venue"},
                     {"vanue", "list"},
                     {"venue", "list", "--limt", "3"},
                     {"venue", "list", "--limit", "0"},
                     {"venue", "show", "x"},
                     {"--json", "--csv", "status"},
                     {"--lang", "fr", "status"},
                     {"venue", "suspend", "22366-00001"},
                     {"init", "568", "--province-key", "x", "--parent", "tcp://127.0.0.1:1"},
                     {"init", "99999", "--province-key", "x"}}) {
    auto got = call(words);
    BOOST_TEST(got.code == 2, (words.empty() ? "" : words.back()) << ": " << got.err);
    BOOST_TEST(got.out == "");
    BOOST_TEST(got.err.starts_with("wardctl: "));
  }
}

BOOST_AUTO_TEST_CASE(options_of_a_command_may_stand_before_it) {
  using words = std::vector<std::string>;
  auto same = [](const words& given, const words& wanted) {
    BOOST_TEST(wardctl::in_order(given) == wanted, boost::test_tools::per_element());
  };
  same({"--node", "city", "--unit", "22366", "venue", "suspend", "22366-00001"},
       {"--context", "city", "venue", "suspend", "22366-00001", "--unit", "22366"});
  same({"--unit=22366", "--json", "--wait", "0", "--node=city", "clock", "accept"},
       {"--json", "--context=city", "clock", "accept", "--unit=22366", "--wait", "0"});
  same({"--lang", "--unit", "status"}, {"--lang", "--unit", "status"}); // a wrong language
  same({"context", "add", "a", "--node", "tcp://h:1"},
       {"context", "add", "a", "--node", "tcp://h:1"});
  same({"--unit", "22366", "x", "--", "--unit", "y"},
       {"x", "--unit", "22366", "--", "--unit", "y"});
  same({"--unit"}, {"--unit"});
  same({}, {});
  same({"--", "--unit", "1"}, {"--", "--unit", "1"});
  // A command that does not take it says so.
  auto got = call({"--unit", "22366", "status"});
  BOOST_TEST(got.code == 2);
  BOOST_TEST(got.err.find("--unit") != got.err.npos);
}

BOOST_AUTO_TEST_CASE(exit_codes_of_codes_are_those_that_are_documented) {
  using wardctl::exit_code;
  using wardctl::exit_code_of;
  for (auto good : {code::ok, code::done, code::already_so, code::dry_run_ok, code::verify_clean,
                    code::ward_made, code::identities_hold})
    BOOST_TEST((exit_code_of(good) == exit_code::done));
  for (auto no : {code::venue_unknown, code::key_wrong_role, code::rows_refused,
                  code::verify_running, code::import_stopped, code::internal})
    BOOST_TEST((exit_code_of(no) == exit_code::refused));
  for (auto file : {code::file_missing, code::config_missing, code::key_file_open_to_others,
                    code::folder_exists, code::file_exists})
    BOOST_TEST((exit_code_of(file) == exit_code::files));
  for (auto away : {code::node_unreachable, code::node_refused_key, code::answer_timeout})
    BOOST_TEST((exit_code_of(away) == exit_code::unreachable));
  for (auto differs : {code::verify_failed, code::state_differs, code::store_damaged})
    BOOST_TEST((exit_code_of(differs) == exit_code::differs));
}
