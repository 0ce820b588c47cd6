// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/app.hpp"

#include <CLI/CLI.hpp>

#include <cstdlib>
#include <istream>
#include <optional>
#include <ostream>
#include <string_view>

namespace wardflow::wardctl {

namespace {

constexpr both about{
  "wardctl: công cụ của người vận hành một máy chủ phường\n\n"
  "Mã thoát: 0 xong; 1 bị từ chối; 2 sai tham số; 3 không tới được máy chủ; 4 lỗi tệp; "
  "5 kiểm tra thấy sai khác.",
  "wardctl: the operator's tool of a ward node\n\n"
  "Exit codes: 0 done; 1 refused; 2 usage; 3 node not reached; 4 a file; 5 a check found a "
  "difference."};

/// The language is wanted before the options are there to be parsed: their help is in it.
language language_of(int argc, const char* const* argv) {
  std::optional<std::string_view> option;
  for (int i = 1; i < argc; ++i) {
    std::string_view word{argv[i]};
    if (word == "--lang" && i + 1 < argc)
      option = argv[i + 1];
    else if (word.starts_with("--lang="))
      option = word.substr(7);
  }
  return pick_language(option, std::getenv("LC_ALL"), std::getenv("LC_MESSAGES"),
                       std::getenv("LANG"));
}

} // namespace

int run(int argc, const char* const* argv, std::istream& in, std::ostream& out, std::ostream& err) {
  shell s{in, out, err, language_of(argc, argv)};
  CLI::App app{s.help(about), "wardctl"};
  app.require_subcommand(1);
  app.fallthrough(); // --json after the subcommand too
  std::string lang;
  app.add_option("--lang", lang, s.help({"ngôn ngữ: vi hoặc en", "language: vi or en"}))
    ->check(CLI::IsMember({"vi", "en"}));
  app.add_option("--target", s.target_option,
                 s.help({"tệp target.toml hoặc thư mục chứa nó (hoặc $WARDCTL_TARGET)",
                         "a target.toml, or a folder with one (or $WARDCTL_TARGET)"}));
  auto* json = app.add_flag_callback(
    "--json", [&] { s.how = output::json; },
    s.help({"in ra JSON cho chương trình", "print JSON, for programs"}));
  app
    .add_flag_callback(
      "--csv", [&] { s.how = output::csv; },
      s.help({"in ra CSV cho bảng tính", "print CSV, for spreadsheets"}))
    ->excludes(json);
  app.set_version_flag("--version", std::string{"wardctl "} + WARDFLOW_VERSION);
  add_status(app, s);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    if (e.get_exit_code() == 0)
      return app.exit(e, out, err); // --help, --version
    s.fail(code::usage, e.what());
  }
  return static_cast<int>(s.result);
}

} // namespace wardflow::wardctl
