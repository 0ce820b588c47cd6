// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/imports.hpp"

#include "actors/io/clock.hpp"
#include "nodes/wardctl/details.hpp"
#include "nodes/wardctl/new_file.hpp"
#include "nodes/wardctl/progress.hpp"
#include "nodes/wardctl/view.hpp"

#include <algorithm>
#include <ostream>
#include <set>

namespace wardflow::wardctl {

namespace {

constexpr std::size_t file_bytes_max = 1u << 30;
constexpr std::size_t problems_shown = 100;
constexpr int piece_wait_ms = 60'000;

/// What has become of a file's lines.
struct import_report {
  std::uint64_t read = 0;
  std::uint64_t taken = 0;
  std::uint64_t unchanged = 0;
  std::uint64_t forwarded = 0; // on their way down the tree
  std::uint64_t not_sent = 0;
  bool waits = false; // ... to one unit that has not answered yet
  std::vector<row_problem> problems;
  std::string bad_file;
  code stopped = code::ok; // why the rest was not sent
};

void add_refused(const answer& a, const piece& p, import_report& report) {
  auto row_at = column_at(a, "row"), code_at = column_at(a, "code");
  for (auto& row : a.rows) {
    auto number = number_of(cell_at(row, row_at));
    auto why = number_of(cell_at(row, code_at));
    if (number >= 1 && number <= p.lines.size())
      report.problems.push_back({static_cast<code>(why), p.lines[number - 1], {}, {}});
  }
}

bool is_taken(code what) {
  return what == code::done || what == code::done_before || what == code::nothing_to_do ||
         what == code::dry_run_ok || what == code::rows_refused || what == code::forwarded ||
         what == code::command_waits;
}

void take_answer(shell& s, const answer& a, const piece& p, import_report& report) {
  add_refused(a, p, report);
  if (a.code == code::command_waits) {
    report.waits = true;
    s.destination.wait_s = 0; // it will not answer the next piece sooner
  }
  if (!p.counts)
    return;
  report.taken += number_fact(a, "taken");
  report.unchanged += number_fact(a, "unchanged");
  if (a.code == code::forwarded || a.code == code::command_waits)
    report.forwarded += p.lines.size();
}

void send(shell& s, bool dry_run, std::vector<piece>& pieces, import_report& report) {
  std::uint64_t total = 0, done = 0;
  for (auto& p : pieces)
    total += p.lines.size();
  progress bar{s.err, s.terminal, s.heading(phrase::importing), total, io::monotonic_ms()};
  for (auto& p : pieces) {
    if (report.stopped != code::ok) {
      report.not_sent += p.counts ? p.lines.size() : 0;
      continue;
    }
    auto a = s.ask(std::move(p.body), {.dry_run = dry_run,
                                       .wait_ms = piece_wait_ms,
                                       .more = &p != &pieces.back()}); // not whole before that
    if (!a || !is_taken(a->code)) {
      bar.finish();
      if (a)
        s.fail(a->code, a->detail);
      report.stopped = a ? a->code : code::import_stopped;
      report.not_sent += p.counts ? p.lines.size() : 0;
      continue;
    }
    take_answer(s, *a, p, report);
    done += p.lines.size();
    bar.update(done, io::monotonic_ms());
  }
}

/// Each problem once a line (a card has two identities), in the order of lines.
void put_in_order(std::vector<row_problem>& problems) {
  std::stable_sort(problems.begin(), problems.end(),
                   [](auto& x, auto& y) { return x.line < y.line; });
  auto same = [](auto& x, auto& y) { return x.line == y.line && x.line != 0; };
  problems.erase(std::unique(problems.begin(), problems.end(), same), problems.end());
}

std::string reason_of(const shell& s, const row_problem& p) {
  auto why = std::string{text(p.what, s.tongue)};
  if (!p.detail.empty())
    why += " (" + detail_text(p.detail, s.tongue) + ")";
  return (p.column.empty() ? "" : p.column + ": ") + why;
}

void show_problems(shell& s, const std::string& file, const std::vector<row_problem>& problems) {
  for (std::size_t i = 0; i != std::min(problems.size(), problems_shown); ++i)
    s.err << for_terminal(file) << ':' << problems[i].line << ": "
          << for_terminal(reason_of(s, problems[i])) << '\n';
  if (problems.size() > problems_shown)
    s.err << "… +" << problems.size() - problems_shown << '\n';
}

/// The lines of these problems as they stand in the file, below its heading.
template <class Row>
std::string lines_of(std::string_view text, const std::vector<row_problem>& problems) {
  std::set<std::size_t> wanted;
  for (auto& p : problems)
    wanted.insert(p.line);
  row_reader<Row> reader{text};
  std::string out{reader.source().header_raw()};
  out += '\n';
  for (auto step = reader.next(); step != csv_step::end; step = reader.next())
    if (wanted.contains(reader.source().line()))
      out += std::string{reader.source().raw()} + "\n";
  return out;
}

/// Writes the bad lines to the first free name: FILE.bad.csv, FILE.bad-2.csv … A file that says
/// the same already does as well. Empty after `fail`.
std::string write_bad_lines(shell& s, const import_options& o, const std::string& lines) {
  for (auto n = 1; n <= 1'000; ++n) {
    auto name = !o.bad.empty() ? o.bad
                : n == 1       ? o.file + ".bad.csv"
                               : o.file + ".bad-" + std::to_string(n) + ".csv";
    auto written = write_new_file(name, lines);
    if (written == code::done ||
        (written == code::file_exists && read_file(name, lines.size() + 1) == lines))
      return name;
    if (written != code::file_exists || !o.bad.empty()) {
      s.fail(written, name);
      return {};
    }
  }
  s.fail(code::file_exists, o.file);
  return {};
}

table problem_table(const shell& s, const std::vector<row_problem>& problems) {
  table t;
  t.columns = {{"line", s.heading(phrase::line), cell_kind::number},
               {"column", s.heading(phrase::column), cell_kind::maybe},
               {"code", s.heading(phrase::code_), cell_kind::text},
               {"message", s.heading(phrase::message), cell_kind::text}};
  for (auto& p : problems)
    t.add({std::to_string(p.line), p.column, std::string{name(p.what)}, reason_of(s, p)});
  return t;
}

void conclude(shell& s, const import_options& o, const import_report& report) {
  auto before = s.result;
  auto nothing_done =
    report.taken + report.unchanged + report.forwarded == 0 && report.problems.empty();
  if (report.stopped != code::ok && nothing_done)
    return; // why is said, and there is nothing else to say
  record r;
  r.tells = true;
  r.text("file", s.heading(phrase::file), o.file);
  r.number("rows_read", s.heading(phrase::rows_read), report.read);
  r.number("rows_taken", s.heading(phrase::rows_taken), report.taken);
  r.number("rows_unchanged", s.heading(phrase::rows_unchanged), report.unchanged);
  r.number("rows_refused", s.heading(phrase::rows_refused_), report.problems.size());
  if (report.forwarded != 0)
    r.number("rows_forwarded", s.heading(phrase::rows_forwarded), report.forwarded);
  if (report.not_sent != 0 || s.how != output::people)
    r.number("rows_not_sent", s.heading(phrase::rows_not_sent), report.not_sent);
  if (!report.bad_file.empty() || s.how != output::people)
    r.add({"bad_file", s.heading(phrase::bad_lines_in), report.bad_file, cell_kind::maybe, {}});
  if (s.how == output::json) {
    r.list = "problems";
    r.rows = problem_table(s, report.problems);
  }
  auto outcome = report.stopped != code::ok ? code::import_stopped
                 : !report.problems.empty() ? code::rows_refused
                 : report.waits             ? code::command_waits
                 : report.forwarded != 0    ? code::forwarded
                 : report.taken == 0        ? code::nothing_to_do
                 : o.dry_run                ? code::dry_run_ok
                                            : code::done;
  s.conclude(outcome, r);
  if (before != exit_code::done) // the first reason counts: not reached, no room for bad lines
    s.result = before;
}

} // namespace

template <class Row>
void import_file(shell& s, const import_options& o, const make_pieces<Row>& make) {
  auto text = read_file(o.file, file_bytes_max);
  if (!text) {
    s.fail(code::file_missing, o.file);
    return;
  }
  std::error_code ignored;
  if (!o.bad.empty() && std::filesystem::exists(o.bad, ignored)) {
    s.fail(code::file_exists, o.bad);
    return;
  }
  auto rows = read_rows<Row>(*text);
  auto& problems = rows.problems;
  if (!problems.empty() && problems.front().what == code::file_columns_wrong) {
    s.fail(code::file_columns_wrong, o.file + ":" + std::to_string(problems.front().line) + ": " +
                                       detail_text(problems.front().detail, s.tongue));
    return;
  }
  import_report report;
  report.read = rows.rows.size() + problems.size();
  report.problems = problems;
  auto pieces = make(rows);
  if (!pieces)
    return;
  send(s, o.dry_run, *pieces, report);
  put_in_order(report.problems);
  show_problems(s, o.file, report.problems);
  if (!report.problems.empty())
    report.bad_file = write_bad_lines(s, o, lines_of<Row>(*text, report.problems));
  conclude(s, o, report);
}

template void import_file<venue_row>(shell&, const import_options&, const make_pieces<venue_row>&);
template void import_file<group_row>(shell&, const import_options&, const make_pieces<group_row>&);
template void import_file<card_row>(shell&, const import_options&, const make_pieces<card_row>&);
template void import_file<level_row>(shell&, const import_options&, const make_pieces<level_row>&);

void add_import(CLI::App& family, shell& s, both what, std::string_view examples,
                std::function<void(const import_options&)> run) {
  auto* c = add_command(family, s, "import", what, examples);
  auto o = std::make_shared<import_options>();
  add_text(*c, s, "FILE", o->file,
           {"tệp CSV, cột theo docs/files.md", "a CSV file, columns as in docs/files.md"},
           word::file)
    ->required();
  add_flag(*c, s, "--dry-run", o->dry_run,
           {"kiểm tra mọi dòng, không thay đổi gì trên máy chủ",
            "check every line, change nothing on the node"});
  add_text(*c, s, "--bad", o->bad,
           {"tệp nhận các dòng lỗi (mặc định: FILE.bad.csv)",
            "where bad lines go (default: FILE.bad.csv)"},
           word::file);
  add_reach_options(*c, s);
  c->callback([o, run] { run(*o); });
}

template <class Row>
std::optional<Row> row_of(shell& s, const std::vector<std::pair<std::string, std::string>>& cells) {
  std::vector<std::string> heading, values;
  for (auto& [name, value] : cells) {
    heading.push_back(name);
    values.push_back(value);
  }
  csv_writer file;
  file.row(heading);
  file.row(values);
  auto read = read_rows<Row>(file.text());
  if (read.rows.size() == 1)
    return read.rows.front();
  if (read.problems.empty()) { // a row of blanks
    s.fail(code::command_malformed);
    return std::nullopt;
  }
  auto& p = read.problems.front();
  auto option = p.column;
  std::replace(option.begin(), option.end(), '_', '-');
  s.fail(p.what, "--" + option + ": " + detail_text(p.detail, s.tongue));
  return std::nullopt;
}

template std::optional<venue_row>
row_of<venue_row>(shell&, const std::vector<std::pair<std::string, std::string>>&);
template std::optional<level_row>
row_of<level_row>(shell&, const std::vector<std::pair<std::string, std::string>>&);

} // namespace wardflow::wardctl
