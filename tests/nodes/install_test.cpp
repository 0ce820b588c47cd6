// SPDX-License-Identifier: Apache-2.0
// Proves: `cmake --install` puts there what a ward needs: programs that start, every document and
//         example, and a unit that names this place and that systemd has nothing against.
// Method: installs this build into a folder of its own; systemd-analyze reads the unit. Skipped
//         where that is not there (package systemd).
#define BOOST_TEST_MODULE install
#include "tests/actors/io/scratch_folder.hpp"
#include "tests/support/power_rig.hpp"
#include "tests/support/programs.hpp"

#include <cstdio>
#include <cstdlib>
#include <sstream>

using namespace wardflow;
using namespace wardflow::test;

namespace {

namespace fs = std::filesystem;

/// The build, installed below `/opt/ward`, in a folder of its own.
struct installation {
  installation() {
    std::string said;
    auto done = run_program({"env", "DESTDIR=" + root.path.string(), "cmake", "--install",
                             build_folder().string(), "--prefix", "/opt/ward"},
                            said);
    BOOST_REQUIRE_MESSAGE(done, said);
  }

  io::scratch_folder root;
  fs::path prefix = root.path / "opt" / "ward";
};

bool has_line(const std::string& text, const std::string& wanted) {
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);)
    if (line == wanted)
      return true;
  return false;
}

std::string word_of(const std::vector<std::string>& argv) {
  std::string said;
  BOOST_TEST(run_program(argv, said), argv[0] << ": " << said);
  return said;
}

} // namespace

BOOST_AUTO_TEST_CASE(programs_documents_and_examples_are_there) {
  installation made;
  for (auto* program : {"wardctl", "wardflowd"})
    BOOST_TEST(word_of({(made.prefix / "bin" / program).string(), "--version"}) ==
               std::string{program} + " " WARDFLOW_VERSION "\n");
  // Whatever is shipped in config/ and docs/ comes along, byte by byte; so a new file is not
  // forgotten.
  const fs::path source = WARDFLOW_SOURCE_DIR;
  for (auto [from, to] : {std::pair{"config/rulebooks", "share/wardflow/rulebooks"},
                          {"config/khanh-hoa", "share/wardflow/khanh-hoa"},
                          {"docs", "share/doc/wardflow/docs"}})
    for (auto& entry : fs::directory_iterator{source / from}) {
      auto copy = made.prefix / to / entry.path().filename();
      BOOST_TEST(fs::exists(copy), copy);
      BOOST_TEST((made.root.text_of(copy) == made.root.text_of(entry.path())), copy);
    }
  for (auto* file :
       {"share/wardflow/node.toml", "share/doc/wardflow/README.md", "share/doc/wardflow/LICENSE",
        "share/doc/wardflow/SECURITY.md", "share/doc/wardflow/ARCHITECTURE.md",
        "share/doc/wardflow/CHANGELOG.md", "share/doc/wardflow/messages/README.md",
        "lib/systemd/system/wardflowd@.service", "lib/sysusers.d/wardflow.conf"})
    BOOST_TEST(fs::exists(made.prefix / file), file);
}

BOOST_AUTO_TEST_CASE(the_unit_names_its_own_prefix_and_nothing_of_this_machine) {
  installation made;
  auto unit = made.root.text_of(made.prefix / "lib/systemd/system/wardflowd@.service");
  for (auto* line : {"ExecStart=/opt/ward/bin/wardflowd --config /etc/wardflow/%i/node.toml",
                     "ExecReload=/bin/kill -HUP $MAINPID", "Restart=always", "Type=exec",
                     "LimitNOFILE=65536", "StateDirectory=wardflow/%i", "User=wardflow",
                     "Documentation=file:///opt/ward/share/doc/wardflow/docs/operations.md"})
    BOOST_TEST(has_line(unit, line), line);
  for (auto& elsewhere : {made.root.path.string(), build_folder().string(),
                          std::string{WARDFLOW_SOURCE_DIR}, std::string{"/usr/"}})
    BOOST_TEST((unit.find(elsewhere) == unit.npos), elsewhere);
}

BOOST_AUTO_TEST_CASE(systemd_has_nothing_against_the_unit) {
  std::string said;
  if (!run_program({"systemd-analyze", "--version"}, said)) {
    std::printf("SKIP: no systemd-analyze; scripts/setup installs it (package systemd)\n");
    std::exit(77);
  }
  io::scratch_folder root;
  auto prefix = root.path / "there";
  said.clear();
  BOOST_REQUIRE_MESSAGE(
    run_program({"cmake", "--install", build_folder().string(), "--prefix", prefix.string()}, said),
    said);
  auto unit = prefix / "lib/systemd/system/wardflowd@.service";
  BOOST_TEST(word_of({"systemd-analyze", "verify", unit.string()}) == "");
  // A verification that takes anything would prove nothing.
  auto text = root.text_of(unit);
  text.replace(text.find("Restart=always"), 14, "Restart=sometimes");
  root.write("wardflowd@.service", text, 0644);
  said.clear();
  (void)run_program({"systemd-analyze", "verify", (root.path / "wardflowd@.service").string()},
                    said);
  BOOST_TEST(said.find("sometimes") != said.npos, said);
}
