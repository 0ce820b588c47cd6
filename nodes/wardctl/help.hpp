// SPDX-License-Identifier: Apache-2.0
// HELP: subcommands and options whose help is there in both languages, and how it is laid out.
//
//   add_command(app, shell, "add", {vi, en}, example) ─▶ CLI::App     --help ─▶ one layout
//
// Owns     nothing; what is parsed into belongs to the caller and outlives the parse.
// Promise  no command without an example, no option without both languages; a value that cannot be
//          read is a parse error that says in the user's language what is wanted.
// Bound    none.
#pragma once

#include "nodes/wardctl/shell.hpp"

#include <CLI/CLI.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace wardflow::wardctl {

/// What stands for a value in help.
namespace word {
inline constexpr both file{"TỆP", "FILE"};
inline constexpr both folder{"THƯ_MỤC", "DIR"};
inline constexpr both unit{"MÃ_ĐƠN_VỊ", "UNIT"};
inline constexpr both id{"MÃ", "ID"};
inline constexpr both text{"CHỮ", "TEXT"};
inline constexpr both code{"MÃ_QR", "CODE"};
inline constexpr both number{"SỐ", "N"};
inline constexpr both document{"SỐ_VĂN_BẢN", "NO"};
inline constexpr both day{"NGÀY", "DAY"};
inline constexpr both hour{"GIỜ", "HH:MM"};
inline constexpr both time{"LÚC", "TIME"};
inline constexpr both span{"KHOẢNG", "SPAN"};
inline constexpr both key{"KHÓA", "KEY"};
inline constexpr both name{"TÊN", "NAME"};
inline constexpr both endpoint{"ĐỊA_CHỈ", "ENDPOINT"};
} // namespace word

/// A subcommand. `examples`: command lines, one each; docs/wardctl.md runs them all.
CLI::App* add_command(CLI::App& to, const shell& s, const std::string& name, both what,
                      std::string_view examples);
/// A subcommand that has subcommands: one of them must follow.
CLI::App* add_family(CLI::App& to, const shell& s, const std::string& name, both what,
                     std::string_view examples);

/// An option `--name`, or a positional `NAME` without dashes, that takes any text.
CLI::Option* add_text(CLI::App& to, const shell& s, const std::string& name, std::string& into,
                      both what, both value);

CLI::Option* add_flag(CLI::App& to, const shell& s, const std::string& name, bool& into, both what);

/// An option whose text `parse` reads into an optional; where it cannot, `wanted` says the form.
template <class T, class Parse>
CLI::Option* add_parsed(CLI::App& to, const shell& s, const std::string& name, T& into, Parse parse,
                        both what, both value, both wanted) {
  return to
    .add_option_function<std::string>(
      name,
      [&into, parse, name, form = s.help(wanted)](const std::string& text) {
        auto read = parse(text);
        if (!read)
          throw CLI::ValidationError(name, form);
        into = *read;
      },
      s.help(what))
    ->type_name(name.starts_with("-") ? s.help(value) : "");
}

/// A whole number from `least` to `most`.
CLI::Option* add_number(CLI::App& to, const shell& s, const std::string& name, std::uint32_t& into,
                        std::uint32_t least, std::uint32_t most, both what);

// The options that several commands have.
CLI::Option* add_document_option(CLI::App& to, const shell& s, std::string& into);
/// `--unit`, `--expires`, `--wait`: of every command that changes something at a node.
void add_reach_options(CLI::App& to, shell& s);
CLI::Option* add_venue_option(CLI::App& to, const shell& s, const std::string& name, venue_id& into,
                              both what);
CLI::Option* add_day_option(CLI::App& to, const shell& s, const std::string& name, day_number& into,
                            both what);

/// The layout of every help page, with its fixed words in the shell's language. For the root app,
/// before its first subcommand.
[[nodiscard]] std::shared_ptr<CLI::FormatterBase> help_layout(const shell& s);

} // namespace wardflow::wardctl
