// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/app.hpp"

#include "nodes/wardctl/check.hpp"
#include "nodes/wardctl/help.hpp"
#include "nodes/wardctl/parse_errors.hpp"
#include "nodes/wardctl/progress.hpp"
#include "nodes/wardctl/word_order.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <string_view>
#include <utility>

namespace wardflow::wardctl {

namespace {

constexpr both about{"wardctl: công cụ của người vận hành một máy chủ phường\n\n"
                     "Mã thoát:\n"
                     "- 0 xong\n"
                     "- 1 bị từ chối: máy chủ, hoặc một số dòng của tệp\n"
                     "- 2 sai cách gọi lệnh\n"
                     "- 3 không tới được máy chủ, hoặc máy chủ không nhận khóa này\n"
                     "- 4 lỗi tệp hoặc thư mục trên máy này\n"
                     "- 5 kiểm tra thấy sai khác\n"
                     "- 6 door --once: vào có điều kiện\n"
                     "- 7 door: đã ghi, chưa xét\n"
                     "- 8 bị ngắt giữa chừng\n"
                     "- 9 lệnh đang trên đường tới đơn vị chưa trả lời",
                     "wardctl: the operator's tool of a ward node\n\n"
                     "Exit codes:\n"
                     "- 0 done\n"
                     "- 1 refused: by the node, or some rows of a file\n"
                     "- 2 usage: the command line is not right\n"
                     "- 3 node not reached, or it does not let this key in\n"
                     "- 4 a file or folder of this machine\n"
                     "- 5 a check found a difference\n"
                     "- 6 door --once: admitted with a condition\n"
                     "- 7 door: recorded, not judged\n"
                     "- 8 interrupted halfway\n"
                     "- 9 a command is on its way to a unit that has not answered yet"};

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

std::optional<std::string> parse_lang(std::string_view text) {
  return text == "vi" || text == "en" ? std::optional{std::string{text}} : std::nullopt;
}

} // namespace

void furnish(CLI::App& app, shell& s) {
  app.description(s.help(about));
  app.name("wardctl");
  app.footer("wardctl keys province province.key\n"
             "wardctl init 22366 --province-key province.key\n"
             "wardctl status");
  app.formatter(help_layout(s));
  app.require_subcommand(1);
  app.fallthrough(); // --json after the subcommand too
  app.option_defaults()->group(s.help({"Tùy chọn", "Options"}));
  app.set_help_flag("-h,--help",
                    s.help({"in trợ giúp này rồi kết thúc", "print this help, and end"}));
  add_parsed(app, s, "--lang", s.lang_option, parse_lang,
             {"ngôn ngữ: vi hoặc en (nếu không có: theo LC_ALL, LC_MESSAGES, LANG)",
              "language: vi or en (else by LC_ALL, LC_MESSAGES, LANG)"},
             {"vi|en", "vi|en"}, {"cần vi hoặc en", "wants vi or en"});
  auto* target =
    add_text(app, s, "--target", s.target_option,
             {"tệp target.toml hoặc thư mục chứa nó (nếu không có: $WARDCTL_TARGET, ./target.toml, "
              "./ward/target.toml, ngữ cảnh đang chọn)",
              "a target.toml, or a folder with one (else $WARDCTL_TARGET, ./target.toml, "
              "./ward/target.toml, the chosen context)"},
             word::file);
  add_text(
    app, s, "--context", s.context_option,
    {"máy chủ và khóa giữ dưới tên này (nếu không có: $WARDCTL_CONTEXT); trước lệnh cũng viết "
     "được --node; xem `wardctl context --help`",
     "the node and key kept under this name (else $WARDCTL_CONTEXT); --node before a command is "
     "the same; see `wardctl context --help`"},
    word::name)
    ->excludes(target);
  auto* json = app.add_flag_callback(
    "--json", [&] { s.how = output::json; },
    s.help({"in ra JSON cho chương trình", "print JSON, for programs"}));
  app
    .add_flag_callback(
      "--csv", [&] { s.how = output::csv; },
      s.help({"in ra CSV cho bảng tính", "print CSV, for spreadsheets"}))
    ->excludes(json);
  app.set_version_flag("--version", std::string{"wardctl "} + WARDFLOW_VERSION,
                       s.help({"in phiên bản rồi kết thúc", "print the version, and end"}));
  for (auto add :
       {add_init,   add_status,  add_counts,        add_nodes,    add_tree,    add_venue,
        add_group,  add_contact, add_device,        add_card,     add_level,   add_rulebook,
        add_alerts, add_watch,   add_subscriptions, add_audit,    add_verify,  add_doctor,
        add_check,  add_clock,   add_keys,          add_restored, add_context, add_simulate,
        add_door,   add_replay})
    add(app, s);
}

int run(int argc, const char* const* argv, std::istream& in, std::ostream& out, std::ostream& err) {
  shell s{in, out, err, language_of(argc, argv)};
  s.terminal = &err == &std::cerr && is_terminal(STDERR_FILENO);
  s.screen = &out == &std::cout && is_terminal(STDOUT_FILENO);
  s.coloured = s.screen && !std::getenv("NO_COLOR");
  try {
    CLI::App app;
    furnish(app, s);
    try {
      auto words = in_order({argv + std::min(argc, 1), argv + argc});
      std::reverse(words.begin(), words.end()); // as CLI11 wants them
      app.parse(std::move(words));
    } catch (const CLI::ParseError& e) {
      if (e.get_exit_code() == 0)
        return app.exit(e, out, err); // --help, --version
      s.misused(explain(e, app, s.tongue), help_call(app));
      if (app.got_subcommand("check")) // a monitor reads 2 as critical
        s.result = static_cast<exit_code>(health::unknown);
    }
  } catch (const std::exception& e) {
    s.fail(code::internal, e.what());
  }
  return static_cast<int>(s.result);
}

} // namespace wardflow::wardctl
