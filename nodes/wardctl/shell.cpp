// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/shell.hpp"

#include "nodes/wardctl/contexts.hpp"
#include "nodes/wardctl/details.hpp"
#include "nodes/wardctl/view.hpp"

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
  case code::audit_whole:
  case code::clock_fine:
  case code::ward_made:
  case code::area_made:
  case code::forwarded:
  case code::key_made:
  case code::province_key_made:
  case code::key_allowed:
  case code::device_made:
  case code::day_made:
  case code::rulebook_fine:
  case code::identities_hold:
  case code::ward_rebuilt:
  case code::key_exported:
  case code::key_imported:
  case code::epoch_raised:
    return exit_code::done;
  case code::usage:
  case code::document_needed:
  case code::venue_needed:
  case code::unit_unknown:
  case code::unit_not_a_ward:
  case code::unit_needed:
  case code::passphrase_needed:
  case code::passphrase_short:
  case code::passphrase_differs:
    return exit_code::usage;
  case code::node_unreachable:
  case code::node_refused_key:
  case code::answer_timeout:
    return exit_code::unreachable;
  case code::recorded_not_judged:
    return exit_code::recorded;
  case code::interrupted:
    return exit_code::interrupted;
  case code::command_waits:
    return exit_code::waits;
  case code::verify_failed:
  case code::audit_broken:
  case code::state_differs:
  case code::journal_chain_broken:
  case code::store_damaged:
    return exit_code::differs;
  case code::internal:
  case code::import_stopped:
  case code::program_failed:
  case code::no_nodes_below:
    return exit_code::refused;
  default:
    break;
  }
  return what >= code::config_missing ? exit_code::files : exit_code::refused;
}

void shell::fail(code why, std::string_view detail) {
  err << "wardctl: " << text(why, tongue);
  if (!detail.empty())
    err << ' ' << for_terminal(detail_text(detail, tongue));
  err << '\n' << next_step(why, tongue) << '\n';
  result = exit_code_of(why);
  last_failure = why;
}

void shell::misused(std::string_view what, std::string_view help_call) {
  err << "wardctl: " << text(code::usage, tongue) << ' ' << for_terminal(what) << '\n'
      << pick({"Xem", "See"}) << " `" << for_terminal(help_call) << "`.\n";
  result = exit_code_of(code::usage);
  last_failure = code::usage;
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

void shell::print(const record& what) {
  out << render(what, how) << std::flush;
}

void shell::next(std::string_view command) {
  if (how == output::people)
    out << say(phrase::what_next, tongue) << ": " << for_terminal(command) << '\n' << std::flush;
}

void shell::conclude(code outcome, record what, std::string_view detail) {
  result = exit_code_of(outcome);
  auto good = result == exit_code::done;
  if (!good)
    fail(outcome, detail);
  if (how != output::people)
    what.fields.insert(what.fields.begin(),
                       {"code", heading(phrase::code_), std::string{name(outcome)}, {}, {}});
  else if (good)
    out << text(outcome, tongue) << '\n';
  if (good || how != output::people || what.tells)
    print(what);
  auto goes_on = outcome == code::dry_run_ok || outcome == code::forwarded ||
                 (outcome >= code::ward_made && outcome != code::identities_hold);
  if (good && goes_on && how == output::people)
    out << next_step(outcome, tongue) << '\n';
}

const target* shell::node() {
  if (!target_) {
    auto read = choose_target(target_option, context_option);
    if (!read && read.reason() == code::usage) {
      misused(detail_text(read.why().detail, tongue), "wardctl context list");
      return nullptr;
    }
    if (!read) {
      fail(read.reason(), read.why().detail);
      return nullptr;
    }
    target_ = *read;
  }
  return &*target_;
}

std::optional<answer> shell::ask(command_body body, const ask_options& how_to) {
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
  auto options = how_to;
  if (!std::holds_alternative<query>(body)) {
    options.unit = destination.unit;
    options.ttl = destination.ttl;
    options.unit_wait_ms = static_cast<int>(destination.wait_s * second_ms);
    options.forwarded = [this](const answer& a) { tell(code::forwarded, fact(a, "unit")); };
  }
  auto said = session_->say(std::move(body), options);
  if (!said) {
    fail(said.reason(), said.why().detail);
    return std::nullopt;
  }
  return std::move(*said);
}

} // namespace wardflow::wardctl
