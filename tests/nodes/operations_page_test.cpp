// SPDX-License-Identifier: Apache-2.0
// Proves: each step of docs/operations.md works as it is written, from an empty machine to a
//         retired ward: placed, reached, joined to a city and a province, backed up and put back,
//         moved, replaced, and gone.
// Method: runs the page's console blocks by one bash, as root, on a machine of its own (namespaces,
//         layers over /usr and /etc) in which wardflow is installed. Skipped where that cannot be.
#define BOOST_TEST_MODULE operations_page
#include "tests/actors/io/scratch_folder.hpp"
#include "tests/support/page_examples.hpp"
#include "tests/support/power_rig.hpp"
#include "tests/support/programs.hpp"

#include <cstdio>
#include <cstdlib>
#include <map>
#include <sstream>

#include <unistd.h>

using namespace wardflow;
using namespace wardflow::test;

namespace {

namespace fs = std::filesystem;

/// What `script` says on a machine of its own.
std::string on_a_machine(const std::string& script, bool& done) {
  io::scratch_folder scratch;
  auto file = scratch.write("script", script, 0644);
  std::string said;
  done =
    run_program({WARDFLOW_SOURCE_DIR "/tests/support/operations/machine", scratch.path.string(),
                 WARDFLOW_SOURCE_DIR, build_folder().string(), file.string()},
                said);
  return said;
}

void skip_unless_possible() {
  auto done = false;
  auto why =
    ::geteuid() != 0 ? std::string{"needs root for namespaces"} : on_a_machine("true", done);
  if (done)
    return;
  std::printf("SKIP: no machine of its own: %s\n", why.c_str());
  std::exit(77);
}

/// All commands one after the other; each one's output and end between two marks.
std::string script_of(const std::vector<page_example>& examples) {
  std::string script = "exec 2>&1\n";
  for (std::size_t i = 0; i != examples.size(); ++i) {
    auto& command = examples[i].command;
    // Another PC has nothing of the old one's. (The city's stays: it has a PC of its own.)
    auto run = command.starts_with("# on the new PC, where")
                 ? std::string{"rm -rf /etc/wardflow/22366 /var/lib/wardflow/22366"}
                 : command;
    script += "echo '@begin " + std::to_string(i) + "'\n" + run + "\necho \"@end $?\"\n";
  }
  return script;
}

struct ended {
  std::vector<std::string> lines;
  std::string code;
};

std::map<std::size_t, ended> outcomes(const std::string& said) {
  std::map<std::size_t, ended> all;
  ended* open = nullptr;
  std::istringstream in{said};
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("@begin ")) {
      open = &all[std::stoul(line.substr(7))];
    } else if (line.starts_with("@end ") && open != nullptr) {
      open->code = line.substr(5);
      open = nullptr;
    } else if (open != nullptr) {
      open->lines.push_back(line);
    }
  }
  return all;
}

} // namespace

BOOST_AUTO_TEST_CASE(every_step_gives_what_the_page_shows) {
  skip_unless_possible();
  auto examples = page_examples(WARDFLOW_SOURCE_DIR "/docs/operations.md");
  BOOST_TEST(examples.size() > 40u);
  auto done = false;
  auto said = on_a_machine(script_of(examples), done);
  BOOST_TEST(done, said);
  auto all = outcomes(said);
  for (std::size_t i = 0; i != examples.size(); ++i) {
    auto& e = examples[i];
    auto& was = all[i];
    std::string shown;
    for (auto& line : was.lines)
      shown += line + "\n";
    BOOST_TEST((was.code.size() == 1 && e.codes.find(was.code) != e.codes.npos),
               e.command << "\nended with " << was.code << "\n"
                         << shown);
    BOOST_TEST(fit(was.lines, e.output), e.command << "\n" << shown);
  }
}
