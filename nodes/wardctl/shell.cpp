// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/shell.hpp"

#include <ostream>

namespace wardflow::wardctl {

exit_code exit_code_of(code what) {
  switch (what) {
  case code::ok:
  case code::done:
  case code::done_before:
  case code::nothing_to_do:
  case code::dry_run_ok:
  case code::already_so:
  case code::verify_clean:
  case code::clock_fine:
    return exit_code::done;
  case code::usage:
  case code::venue_needed:
  case code::unit_unknown:
  case code::unit_not_a_ward:
    return exit_code::usage;
  case code::node_unreachable:
  case code::node_refused_key:
  case code::answer_timeout:
    return exit_code::unreachable;
  case code::verify_failed:
  case code::state_differs:
    return exit_code::differs;
  default:
    break;
  }
  return what >= code::config_missing ? exit_code::files : exit_code::refused;
}

void shell::fail(code why, std::string_view detail) {
  err << "wardctl: " << text(why, tongue);
  if (!detail.empty())
    err << ' ' << for_terminal(detail);
  err << '\n' << next_step(why, tongue) << '\n';
  result = exit_code_of(why);
}

void shell::tell(code what, std::string_view detail) {
  err << text(what, tongue);
  if (!detail.empty())
    err << ' ' << for_terminal(detail);
  err << '\n';
}

void shell::print(const table& what) {
  out << render(what, how) << std::flush;
}

const target* shell::node() {
  if (!target_) {
    auto read = read_target(find_target(target_option));
    if (!read) {
      fail(read.reason(), read.why().detail);
      return nullptr;
    }
    target_ = *read;
  }
  return &*target_;
}

std::optional<answer> shell::ask(command_body body, bool dry_run, int wait_ms) {
  if (!session_) {
    const auto* to = node();
    if (to == nullptr)
      return std::nullopt;
    auto opened = session::open(*to);
    if (!opened) {
      fail(opened.reason(), opened.why().detail);
      return std::nullopt;
    }
    session_ = std::move(*opened);
  }
  auto said = session_->say(std::move(body), dry_run, wait_ms);
  if (!said) {
    fail(said.reason(), said.why().detail);
    return std::nullopt;
  }
  return std::move(*said);
}

} // namespace wardflow::wardctl
