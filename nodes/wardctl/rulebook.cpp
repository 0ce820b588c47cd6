// SPDX-License-Identifier: Apache-2.0
// wardctl rulebook check|load|list: dated rules, checked here before they go to the node.
#include "actors/logic/rulebook_file.hpp"
#include "messages/limits.hpp"
#include "nodes/wardctl/app.hpp"
#include "nodes/wardctl/help.hpp"
#include "nodes/wardctl/new_file.hpp"
#include "nodes/wardctl/view.hpp"

#include <ostream>

namespace wardflow::wardctl {

namespace {

constexpr view_column columns[]{
  {"version", "version", phrase::version, meaning::number},
  {"name", "name", phrase::venue_name},
  {"effective_from", "effective_from", phrase::effective_from, meaning::moment},
  {"as_of", "as_of", phrase::rulebook_as_of, meaning::moment},
  {"rules", "rules", phrase::rules, meaning::number},
};

struct rulebook_file {
  std::string text;
  rulebook_parse parsed;
};

std::optional<rulebook_file> read_book(shell& s, const std::string& file) {
  auto text = read_file(file, limits::rulebook_bytes_max);
  std::error_code ignored;
  if (!text && std::filesystem::is_regular_file(file, ignored) &&
      std::filesystem::file_size(file, ignored) > limits::rulebook_bytes_max) {
    s.fail(code::rulebook_malformed, file + ": > 256 KiB");
    return std::nullopt;
  }
  if (!text) {
    s.fail(code::file_missing, file);
    return std::nullopt;
  }
  auto parsed = parse_rulebook(*text, file);
  return rulebook_file{std::move(*text), std::move(parsed)};
}

record of_book(const shell& s, const std::string& file, const rulebook& book) {
  record r;
  r.text("file", s.heading(phrase::file), file);
  r.number("version", s.heading(phrase::version), book.version);
  r.text("name", s.heading(phrase::venue_name), book.name);
  auto from = time_text(book.effective_from);
  r.add({"effective_from", s.heading(phrase::effective_from), from, cell_kind::text,
         in_words(meaning::moment, from, s.tongue)});
  r.number("rules", s.heading(phrase::rules), book.rules.size());
  return r;
}

/// Every mistake as `file:line:column`, its kind in the user's language, and what would be right.
void show_errors(shell& s, const std::string& file, const std::vector<rulebook_error>& errors) {
  record r;
  r.text("file", s.heading(phrase::file), file);
  r.list = "errors";
  r.rows.columns = {{"line", s.heading(phrase::line), cell_kind::number},
                    {"column", s.heading(phrase::column), cell_kind::number},
                    {"code", s.heading(phrase::code_), cell_kind::text},
                    {"message", s.heading(phrase::message), cell_kind::text}};
  for (auto& e : errors)
    r.rows.add(
      {std::to_string(e.line), std::to_string(e.column), std::string{name(e.why)}, e.message});
  for (auto& e : errors)
    s.err << for_terminal(file) << ':' << e.line << ':' << e.column << ": " << text(e.why, s.tongue)
          << ' ' << for_terminal(e.message) << '\n';
  s.fail(code::rulebook_malformed, file + ": " + std::to_string(errors.size()));
  if (s.how != output::people)
    s.print(r);
}

void check(shell& s, const std::string& file) {
  auto book = read_book(s, file);
  if (!book)
    return;
  if (!book->parsed.book)
    show_errors(s, file, book->parsed.errors);
  else
    s.conclude(code::rulebook_fine, of_book(s, file, *book->parsed.book));
}

void load(shell& s, const std::string& file, bool dry_run) {
  auto book = read_book(s, file);
  if (!book)
    return;
  if (!book->parsed.book) {
    show_errors(s, file, book->parsed.errors);
    return;
  }
  auto a = s.ask(rulebook_text{book->text}, {.dry_run = dry_run});
  if (a)
    s.conclude(a->code, of_book(s, file, *book->parsed.book), file);
}

void list(shell& s) {
  query q;
  q.what = query_kind::rulebook_list;
  auto a = s.ask(q);
  if (a && a->code != code::done)
    s.fail(a->code, a->detail);
  else if (a)
    s.print(view(s, *a, columns));
}

} // namespace

void add_rulebook(CLI::App& app, shell& s) {
  auto* family = add_family(app, s, "rulebook", {"bộ quy tắc theo ngày", "dated sets of rules"},
                            "wardctl rulebook list");
  auto* c = add_command(*family, s, "check",
                        {"kiểm tra một tệp quy tắc, không cần máy chủ; nêu mọi lỗi theo dòng",
                         "check a rulebook's file, without a node; names every mistake's line"},
                        "wardctl rulebook check config/rulebooks/khanh-hoa-2021-10-16.toml");
  auto checked = std::make_shared<std::string>();
  add_text(*c, s, "FILE", *checked, {"tệp quy tắc (TOML)", "a rulebook's file (TOML)"}, word::file)
    ->required();
  c->callback([&s, checked] { check(s, *checked); });

  auto* l = add_command(*family, s, "load",
                        {"nạp một tệp quy tắc vào máy chủ", "give a rulebook to the node"},
                        "wardctl rulebook load config/rulebooks/khanh-hoa-2021-10-16.toml");
  struct options {
    std::string file;
    bool dry_run = false;
  };
  auto o = std::make_shared<options>();
  add_text(*l, s, "FILE", o->file, {"tệp quy tắc (TOML)", "a rulebook's file (TOML)"}, word::file)
    ->required();
  add_flag(*l, s, "--dry-run", o->dry_run,
           {"chỉ kiểm tra, không thay đổi gì", "check only, change nothing"});
  add_reach_options(*l, s);
  l->callback([&s, o] { load(s, o->file, o->dry_run); });

  auto* list_command = add_command(
    *family, s, "list", {"các bộ quy tắc máy chủ đang có", "the rulebooks that the node has"},
    "wardctl rulebook list");
  list_command->callback([&s] { list(s); });
}

} // namespace wardflow::wardctl
