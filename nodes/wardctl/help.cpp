// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/help.hpp"

#include "nodes/wardctl/ages.hpp"

#include <charconv>
#include <optional>

namespace wardflow::wardctl {

namespace {

constexpr std::size_t left_column = 30;
constexpr std::size_t line_width = 98;

/// `text` in lines of at most `line_width`, the later ones indented to `left`.
std::string wrapped(std::string_view text, std::size_t left) {
  std::string out;
  auto room = line_width - left;
  std::size_t used = 0;
  while (!text.empty()) {
    auto blank = text.find_first_of(" \n");
    auto word = text.substr(0, blank);
    auto width = display_width(word);
    if (used != 0 && used + 1 + width > room) {
      out += "\n" + std::string(left, ' ');
      used = 0;
    }
    out += (used == 0 ? "" : " ") + std::string{word};
    used += width + (used == 0 ? 0 : 1);
    if (blank == std::string_view::npos)
      break;
    if (text[blank] == '\n') {
      out += "\n" + std::string(left, ' ');
      used = 0;
    }
    text.remove_prefix(blank + 1);
  }
  return out;
}

/// A name, and from the left column's end on what it is.
std::string entry(const std::string& name, const std::string& what) {
  auto out = "  " + name;
  auto width = display_width(out);
  if (width >= left_column)
    out += "\n" + std::string(left_column, ' ');
  else
    out.append(left_column - width, ' ');
  return out + wrapped(what, left_column) + "\n";
}

class layout : public CLI::Formatter {
public:
  explicit layout(const shell& s) {
    auto put = [&](const char* key, both words) { label(key, s.help(words)); };
    put("Usage", {"Cách dùng", "Usage"});
    put("OPTIONS", {"TÙY CHỌN", "OPTIONS"});
    put("Positionals", {"Tham số", "Arguments"});
    put("SUBCOMMAND", {"LỆNH", "COMMAND"});
    put("REQUIRED", {"(bắt buộc)", "(required)"});
    put("Excludes", {"không đi cùng", "not with"});
    put("Needs", {"cần có", "needs"});
    put("examples", {"Ví dụ", "Examples"});
    put("common",
        {"Tùy chọn chung (--json, --csv, --lang, --target, --context): xem `wardctl --help`.",
         "Options of all commands (--json, --csv, --lang, --target, --context): see `wardctl "
         "--help`."});
  }

  std::string make_description(const CLI::App* app) const override {
    return wrapped(app->get_description(), 0) + "\n\n";
  }
  std::string make_option(const CLI::Option* option, bool positional) const override {
    return entry(make_option_name(option, positional) + make_option_opts(option),
                 make_option_desc(option));
  }
  std::string make_subcommand(const CLI::App* sub) const override {
    auto what = sub->get_description();
    return entry(sub->get_name(), what.substr(0, what.find('\n')));
  }
  std::string make_footer(const CLI::App* app) const override {
    std::string out;
    auto footer = app->get_footer();
    std::string_view lines = footer;
    if (!lines.empty())
      out += get_label("examples") + ":\n";
    while (!lines.empty()) {
      auto end = lines.find('\n');
      out += "  " + std::string{lines.substr(0, end)} + "\n";
      lines.remove_prefix(end == std::string_view::npos ? lines.size() : end + 1);
    }
    if (app->get_parent() != nullptr)
      out += "\n" + get_label("common") + "\n";
    return out;
  }
};

std::optional<std::uint32_t> whole_number(std::string_view text, std::uint32_t least,
                                          std::uint32_t most) {
  std::uint32_t value = 0;
  const auto* end = text.data() + text.size();
  auto [at, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || at != end || value < least || value > most)
    return std::nullopt;
  return value;
}

} // namespace

CLI::App* add_command(CLI::App& to, const shell& s, const std::string& name, both what,
                      std::string_view examples) {
  auto* sub = to.add_subcommand(name, s.help(what));
  sub->group(s.help({"Các lệnh", "Commands"}));
  sub->footer(std::string{examples});
  sub->get_help_ptr()->group(s.help({"Tùy chọn", "Options"})); // it does not take the default
  return sub;
}

CLI::App* add_family(CLI::App& to, const shell& s, const std::string& name, both what,
                     std::string_view examples) {
  auto* sub = add_command(to, s, name, what, examples);
  sub->require_subcommand(1);
  return sub;
}

CLI::Option* add_text(CLI::App& to, const shell& s, const std::string& name, std::string& into,
                      both what, both value) {
  auto positional = !name.starts_with("-"); // its own name says enough
  return to.add_option(name, into, s.help(what))->type_name(positional ? "" : s.help(value));
}

CLI::Option* add_flag(CLI::App& to, const shell& s, const std::string& name, bool& into,
                      both what) {
  return to.add_flag(name, into, s.help(what));
}

CLI::Option* add_number(CLI::App& to, const shell& s, const std::string& name, std::uint32_t& into,
                        std::uint32_t least, std::uint32_t most, both what) {
  auto range = std::to_string(least) + "–" + std::to_string(most);
  auto vi = "cần một số nguyên " + range;
  auto en = "wants a whole number " + range;
  return add_parsed(
    to, s, name, into,
    [least, most](std::string_view text) { return whole_number(text, least, most); }, what,
    word::number, {vi, en});
}

CLI::Option* add_document_option(CLI::App& to, const shell& s, std::string& into) {
  return add_text(to, s, "--document", into,
                  {"số văn bản làm căn cứ, ví dụ 12/QĐ-UBND",
                   "number of the document it rests on, such as 12/QĐ-UBND"},
                  word::document);
}

void add_reach_options(CLI::App& to, shell& s) {
  add_parsed(to, s, "--unit", s.destination.unit, unit_code::parse,
             {"đơn vị thực hiện lệnh, dưới nút được hỏi (mặc định: chính nút ấy; ở cấp trên: mọi "
              "phường, với cấp độ, thẻ và bộ quy tắc)",
              "the unit that is to do it, below the node that is asked (default: that node; of an "
              "area: all wards, for levels, cards and rulebooks)"},
             word::unit, {"cần mã đơn vị như 22366", "wants a unit's code such as 22366"});
  add_parsed(to, s, "--expires", s.destination.ttl, parse_span,
             {"nếu sau bấy lâu (30m, 2h, 3d) lệnh mới tới nơi thì không làm nữa",
              "when it gets there later than this (30m, 2h, 3d) it is not done any more"},
             word::span, {"cần một khoảng như 2h", "wants a length of time such as 2h"});
  add_number(to, s, "--wait", s.destination.wait_s, 0, 86'400,
             {"đợi trả lời của đơn vị bấy nhiêu giây (mặc định: 5)",
              "seconds to wait for the unit's own answer (default: 5)"});
}

CLI::Option* add_venue_option(CLI::App& to, const shell& s, const std::string& name, venue_id& into,
                              both what) {
  return add_parsed(to, s, name, into, parse_venue_id, what, word::id,
                    {"cần mã địa điểm như 22366-00017", "wants a venue's id such as 22366-00017"});
}

CLI::Option* add_day_option(CLI::App& to, const shell& s, const std::string& name, day_number& into,
                            both what) {
  return add_parsed(to, s, name, into,
                    [](std::string_view text) {
                      auto day = parse_day(text);
                      return day && *day != 0 ? day : std::nullopt;
                    },
                    what, word::day,
                    {"cần ngày dạng 2021-10-20", "wants a day such as 2021-10-20"});
}

std::shared_ptr<CLI::FormatterBase> help_layout(const shell& s) {
  return std::make_shared<layout>(s);
}

} // namespace wardflow::wardctl
