// SPDX-License-Identifier: Apache-2.0
// wardflowd: a ward node. `wardflowd --config FILE`
//
// Exit codes: 0 stopped as asked; 2 usage or configuration; 3 it cannot start (what to do is said);
// 4 the disk refused a commit.
#include "messages/texts.hpp"
#include "nodes/config/config.hpp"
#include "nodes/wardflowd/node.hpp"

#include <CLI/CLI.hpp>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string>

using namespace wardflow;

namespace {

void say(language lang, code why, const std::string& detail) {
  std::cerr << "wardflowd: " << text(why, lang);
  if (!detail.empty())
    std::cerr << ": " << detail;
  std::cerr << '\n' << next_step(why, lang) << std::endl;
}

/// Waits for a signal; true: reload, false: stop.
bool wait_for_reload(const sigset_t& signals) {
  auto caught = 0;
  ::sigwait(&signals, &caught);
  return caught == SIGHUP;
}

} // namespace

int main(int argc, char** argv) {
  CLI::App app{"wardflowd: a ward node: judges scans at the door and never loses one"};
  std::string file;
  std::string lang_option;
  app.add_option("--config", file, "the node's file, as made by `wardctl init`")->required();
  app.add_option("--lang", lang_option, "vi or en");
  app.set_version_flag("--version", std::string{"wardflowd "} + WARDFLOW_VERSION);
  app.footer("Example: wardflowd --config ward/node.toml");
  CLI11_PARSE(app, argc, argv);
  auto lang =
    pick_language(lang_option.empty() ? std::nullopt : std::optional<std::string_view>{lang_option},
                  std::getenv("LC_ALL"), std::getenv("LC_MESSAGES"), std::getenv("LANG"));
  auto config = read_config(file);
  if (!config) {
    say(lang, config.reason(), config.why().detail);
    return 2;
  }
  // Signals are waited for in this thread alone: they are blocked before any other begins.
  sigset_t signals;
  sigemptyset(&signals);
  for (auto s : {SIGTERM, SIGINT, SIGHUP})
    sigaddset(&signals, s);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  auto started = node::start(*config, [lang](code why, const std::string& detail) {
    say(lang, why, detail);
    std::_Exit(4); // what was acknowledged is on disk; the next start finds it
  });
  if (!started) {
    say(lang, started.reason(), started.why().detail);
    return 3;
  }
  auto& running = **started;
  std::cout << "ready scans=" << running.scan_endpoint()
            << " control=" << running.control_endpoint() << std::endl;
  while (wait_for_reload(signals)) {
    std::string detail;
    if (auto bad = running.reload_keys(detail); bad != code::ok)
      say(lang, bad, detail); // else GATE says it, when it goes by it
  }
  return running.stop() ? 0 : 4;
}
