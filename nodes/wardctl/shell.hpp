// SPDX-License-Identifier: Apache-2.0
// SHELL: what every command of wardctl has at hand: streams, language, form of output, the node.
//
//   options ─▶ shell ─ask(body)─▶ session ─▶ node          fail(code) ─▶ err, exit code
//                └── print(table | record) ─▶ out: for people, JSON or CSV
//
// Owns     the session, opened at its first use.
// Borrows  the streams, as long as it lives.
// Promise  data goes to `out`, what is said about it to `err`; every failure says what to do next
//          in the user's language, and sets the exit code.
// Bound    none of its own.
#pragma once

#include "messages/phrases.hpp"
#include "messages/texts.hpp"
#include "nodes/wardctl/print.hpp"
#include "nodes/wardctl/record.hpp"
#include "nodes/wardctl/session.hpp"
#include "nodes/wardctl/target.hpp"

#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

namespace CLI {
class App;
}

namespace wardflow::wardctl {

/// Documented in `wardctl --help` and docs/wardctl.md.
enum class exit_code : int {
  done = 0,
  refused = 1,     // the node, or some rows, said no
  usage = 2,       // the command line
  unreachable = 3, // no node, or it does not let this key in
  files = 4,       // a local file or folder
  differs = 5,     // a check found a difference
  condition = 6,   // `door --once`: admitted with a condition
  recorded = 7,    // `door`: scans wait in the spool, recorded and not judged
  interrupted = 8, // stopped by a signal before it was done
  waits = 9,       // a command is on its way to a unit that has not answered yet
};

/// Which of them a code leads to.
[[nodiscard]] exit_code exit_code_of(code what);

/// A text of help or of a screen, in both languages: one is never there without the other.
struct both {
  std::string_view vi;
  std::string_view en;
};

/// Where a command that changes something goes: options of all such commands.
struct reach {
  static constexpr std::uint32_t wait_s_default = 5;
  unit_code unit{};
  time_ms ttl = 0;
  std::uint32_t wait_s = wait_s_default;
};

class shell {
public:
  shell(std::istream& from, std::ostream& to, std::ostream& about, language lang) :
    in(from), out(to), err(about), tongue(lang) {
    // nop
  }

  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  const language tongue;
  output how = output::people;
  std::string lang_option;    // --lang; `tongue` was chosen by it before
  std::string target_option;  // --target
  std::string context_option; // --context
  bool terminal = false;      // `err` is a terminal whose last line can be rewritten
  bool screen = false;        // `out` is a terminal that can be drawn on
  bool coloured = false;      // ... and nobody has asked for no colours
  reach destination;          // of this call
  exit_code result = exit_code::done;
  code last_failure = code::ok;

  [[nodiscard]] std::string_view pick(both text) const {
    return tongue == language::vi ? text.vi : text.en;
  }
  [[nodiscard]] std::string help(both text) const { return std::string{pick(text)}; }
  [[nodiscard]] std::string heading(phrase what) const { return std::string{say(what, tongue)}; }

  /// One line of `why`, with `detail`, then what to do next; sets the exit code.
  void fail(code why, std::string_view detail = {});
  /// For a command line that cannot be read: what is wrong, and which help to ask for.
  void misused(std::string_view what, std::string_view help_call);
  void misused(both what, std::string_view help_call) { misused(pick(what), help_call); }
  /// For success and the like: one line on `err`, no next step. Does not set the exit code.
  void tell(code what, std::string_view detail = {});
  void print(const table& what);
  void print(const record& what);
  /// `Next: <command>` on `out`, for people only.
  void next(std::string_view command);

  /// The end of a command that did something, or was refused: its code in words, then `what`. For
  /// programs `what` with its `code`. `detail` stands beside a refusal. Sets the exit code.
  void conclude(code outcome, record what, std::string_view detail = {});

  /// The node that the options, the environment and the folder name (contexts.hpp), read at the
  /// first call. Null after `fail`.
  [[nodiscard]] const target* node();
  /// The node's answer, whatever its code says. Nothing after `fail`.
  [[nodiscard]] std::optional<answer> ask(command_body body, const ask_options& how_to = {});

private:
  std::optional<target> target_;
  std::optional<session> session_;
};

} // namespace wardflow::wardctl
