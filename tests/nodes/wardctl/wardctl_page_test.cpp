// SPDX-License-Identifier: Apache-2.0
// Proves: docs/wardctl.md shows every command, and every example on it gives what it shows; so do
//         the examples of the help pages, for all of them stand there.
// Method: runs the page's console blocks in one folder, with the real programs, and compares each
//         output line by line; `…` stands for anything, alone on a line for any lines.
#define BOOST_TEST_MODULE wardctl_page
#include "nodes/wardctl/app.hpp"

#include "tests/actors/io/scratch_folder.hpp"
#include "tests/support/page_examples.hpp"
#include "tests/support/programs.hpp"
#include "tests/support/wardctl_rig.hpp"

#include <CLI/CLI.hpp>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <set>
#include <sstream>
#include <sys/wait.h>

using namespace wardflow;
using namespace wardflow::test;

namespace {

std::vector<page_example> examples_of_the_page() {
  return page_examples(WARDFLOW_SOURCE_DIR "/docs/wardctl.md");
}

/// The folder in which the page's examples run.
struct tour {
  tour() {
    std::filesystem::create_directory_symlink(WARDFLOW_SOURCE_DIR "/config",
                                              folder.path / "config");
    variables = "cd '" + folder.path.string() + "'; PATH=" + programs().string() +
                ":$PATH; export PATH; unset LC_ALL LC_MESSAGES WARDCTL_TARGET WARDCTL_CONTEXT; "
                "export LANG=en XDG_CONFIG_HOME=\"$PWD/.config\"; ";
  }

  /// Lines of output and messages together, as on a terminal.
  std::vector<std::string> run(std::string command, int& code) {
    if (command.starts_with("export ")) {
      variables += command + "; ";
      return {};
    }
    if (command == "wardflowd --config tour/node.toml &") {
      node = std::make_unique<ward_rig>(folder.path / "tour", ward_rig::as_it_is{});
      BOOST_REQUIRE_MESSAGE(node->start(), node->output);
      return {};
    }
    if (command == "kill %1") {
      BOOST_REQUIRE(node->stop() == 0);
      node.reset();
      return {};
    }
    if (command.find(" --folder tour ") != command.npos) // ports that nobody else uses
      command += " --scans ipc://" + (folder.path / "s").string() + " --control ipc://" +
                 (folder.path / "c").string();
    std::unique_ptr<FILE, int (*)(FILE*)> pipe{
      ::popen((variables + "{ " + command + "\n} 2>&1").c_str(), "r"), ::pclose};
    BOOST_REQUIRE(pipe != nullptr);
    std::string text;
    std::array<char, 4096> piece{};
    for (std::size_t n = 0; (n = std::fread(piece.data(), 1, piece.size(), pipe.get())) > 0;)
      text.append(piece.data(), n);
    auto status = ::pclose(pipe.release());
    code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    std::vector<std::string> lines;
    std::istringstream in{text};
    for (std::string line; std::getline(in, line);)
      lines.push_back(line);
    return lines;
  }

  io::scratch_folder folder;
  std::string variables;
  std::unique_ptr<ward_rig> node;
};

void walk(const CLI::App& app, const std::string& path,
          const std::function<void(const CLI::App&, const std::string&)>& visit) {
  visit(app, path);
  for (auto* sub : app.get_subcommands({}))
    walk(*sub, path + " " + sub->get_name(), visit);
}

} // namespace

BOOST_AUTO_TEST_CASE(every_example_gives_what_the_page_shows) {
  tour here;
  auto all = examples_of_the_page();
  BOOST_TEST(all.size() > 50u);
  for (auto& e : all) {
    auto code = 0;
    auto lines = here.run(e.command, code);
    std::string shown;
    for (auto& line : lines)
      shown += line + "\n";
    BOOST_TEST((e.codes.find(static_cast<char>('0' + code)) != e.codes.npos), e.command << "\n"
                                                                                        << shown);
    BOOST_TEST(fit(lines, e.output), e.command << "\n" << shown);
  }
}

BOOST_AUTO_TEST_CASE(a_line_that_differs_does_not_fit) {
  BOOST_TEST(fits("abc", "abc"));
  BOOST_TEST(fits("abc", "a…"));
  BOOST_TEST(fits("abc", "…c"));
  BOOST_TEST(!fits("abc", "ab"));
  BOOST_TEST(!fits("abc", "b…"));
  BOOST_TEST(fit({"a", "b", "c"}, {"a", "…"}));
  BOOST_TEST(fit({"a"}, {"a", "…"}));
  BOOST_TEST(!fit({"a", "b"}, {"a"}));
  BOOST_TEST(!fit({"a", "b"}, {"…", "c"}));
}

BOOST_AUTO_TEST_CASE(every_command_and_every_example_of_help_stands_on_the_page) {
  std::istringstream in;
  std::ostringstream out, err;
  wardctl::shell s{in, out, err, language::en};
  CLI::App app;
  wardctl::furnish(app, s);
  std::set<std::string> commands;
  for (auto& e : examples_of_the_page()) {
    auto at = e.command.find("wardctl ");
    if (at != e.command.npos)
      commands.insert(e.command.substr(at));
  }
  // The door and the replayer have a page of their own.
  auto elsewhere = [](const std::string& path) {
    return path == "wardctl door" || path == "wardctl replay";
  };
  walk(app, "wardctl", [&](const CLI::App& c, const std::string& path) {
    if (elsewhere(path))
      return;
    std::istringstream lines{c.get_footer()};
    for (std::string line; std::getline(lines, line);)
      BOOST_TEST(commands.contains(line), path << ": " << line);
    auto is_leaf = c.get_subcommands({}).empty();
    auto shown = std::any_of(commands.begin(), commands.end(), [&](const std::string& command) {
      return command == path || command.starts_with(path + " ");
    });
    BOOST_TEST((!is_leaf || shown), path);
  });
}
