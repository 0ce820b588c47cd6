// SPDX-License-Identifier: Apache-2.0
// wardctl simulate: a realistic day of a ward, or a real trace moved there, as files to import and
// to replay.
#include "nodes/wardctl/app.hpp"
#include "nodes/wardctl/help.hpp"
#include "nodes/wardctl/side_file.hpp"
#include "nodes/wardctl/simulate.hpp"
#include "nodes/wardctl/simulate_trace.hpp"

namespace wardflow::wardctl {

namespace {

struct shown_figure {
  const char* key;
  phrase heading;
  std::uint32_t simulated_figures::*value;
};

constexpr shown_figure figures[]{
  {"scans", phrase::scans, &simulated_figures::scans},
  {"in", phrase::entries, &simulated_figures::in},
  {"out", phrase::exits, &simulated_figures::out},
  {"by_staff", phrase::of_staff, &simulated_figures::by_staff},
  {"by_poster", phrase::of_poster, &simulated_figures::by_poster},
  {"late", phrase::late_scans, &simulated_figures::late},
  {"repeated", phrase::repeated, &simulated_figures::repeated},
  {"not_persons", phrase::not_persons, &simulated_figures::not_persons},
  {"persons", phrase::persons, &simulated_figures::persons},
  {"visits", phrase::visits, &simulated_figures::visits},
  {"venues_used", phrase::venues_used, &simulated_figures::venues_used},
  {"strangers", phrase::strangers, &simulated_figures::strangers},
};

std::variant<simulation, simulate_problem> make(const simulate_options& o,
                                                const std::string& trace) {
  if (auto problem = check(o))
    return *problem;
  if (trace.empty())
    return simulate(o);
  auto file = mapped_file::open(trace);
  if (!file)
    return simulate_problem{file.reason(), file.why().detail};
  if (file->text().starts_with("\x1f\x8b"))
    return simulate_problem{code::file_columns_wrong, trace + ": gzip -dc"};
  auto made = simulate_trace(file->text(), o);
  if (auto* problem = std::get_if<simulate_problem>(&made); problem && problem->what != code::usage)
    problem->detail = trace + (problem->detail.empty() ? "" : ":") + problem->detail;
  return made;
}

void run(shell& s, const simulate_options& o, const std::string& folder, const std::string& trace) {
  auto made = make(o, trace);
  if (auto* problem = std::get_if<simulate_problem>(&made)) {
    s.fail(problem->what, problem->detail);
    return;
  }
  auto& day = std::get<simulation>(made);
  if (auto problem = write_files(day, folder)) {
    s.fail(problem->what, problem->detail);
    return;
  }
  record r;
  r.text("folder", s.heading(phrase::folder), folder);
  r.text("unit", s.heading(phrase::unit), std::string{o.ward.text()});
  r.text("day", s.heading(phrase::day), day_text(o.day));
  r.number("seed", s.heading(phrase::seed), o.seed);
  r.number("venues", s.heading(phrase::venues), o.venues);
  if (trace.empty())
    r.number("residents", s.heading(phrase::residents), o.residents);
  for (auto& f : figures)
    r.number(f.key, s.heading(f.heading), day.figures.*f.value);
  s.conclude(code::day_made, r);
}

std::optional<unit_code> parse_ward(std::string_view text) {
  auto code = unit_code::parse(text);
  return code && code->is_ward() ? code : std::nullopt;
}

} // namespace

void add_simulate(CLI::App& app, shell& s) {
  auto* c = add_command(
    app, s, "simulate",
    {"viết một ngày mô phỏng của một phường: năm tệp để nhập và phát lại\n\n"
     "Không ai trong đó có thật. Cùng tham số và hạt giống cho cùng tệp. Tệp cũ cùng tên bị "
     "thay.\n\n"
     "Với --trace: từ các lượt đến có thật của một tệp `epoch_s,user_id,venue_id` (scripts/trace), "
     "thời gian dời đến --day, địa điểm xếp vào phường, người được thay bằng người không có thật.",
     "write a simulated day of a ward: five files to import and replay\n\n"
     "Nobody in it exists. The same options and seed give the same files. Files of these names are "
     "replaced.\n\n"
     "With --trace: of real check-ins from a file `epoch_s,user_id,venue_id` (scripts/trace), with "
     "times moved to --day, venues folded onto the ward's, and persons who do not exist."},
    "wardctl simulate 22366 --day 2021-10-20 --folder day\n"
    "wardctl simulate 22366 --day 2021-10-20 --folder small --venues 50 --residents 400 --scans "
    "300");
  struct options {
    simulate_options what;
    std::string folder = "day";
    std::string trace;
    std::uint32_t seed = 1;
  };
  auto o = std::make_shared<options>();
  add_parsed(*c, s, "UNIT", o->what.ward, parse_ward,
             {"mã phường, xã, thị trấn", "the ward's code"}, word::unit,
             {"cần mã năm chữ số, ví dụ 22366", "wants a code of five digits, such as 22366"})
    ->required();
  add_day_option(*c, s, "--day", o->what.day, {"ngày mô phỏng", "the day"})->required();
  add_text(*c, s, "--folder", o->folder,
           {"thư mục nhận các tệp (mặc định: day)", "folder for the files (default: day)"},
           word::folder);
  add_number(*c, s, "--venues", o->what.venues, 1, 1'000'000,
             {"số địa điểm (mặc định: 1100)", "venues (default: 1100)"});
  auto* residents = add_number(*c, s, "--residents", o->what.residents, 1, 950'000,
                               {"số dân (mặc định: 15650)", "residents (default: 15650)"});
  auto* scans = add_number(*c, s, "--scans", o->what.scans, 0, 20'000'000,
                           {"số lượt quét (mặc định: 10000)", "scans (default: 10000)"});
  add_number(*c, s, "--groups", o->what.groups, 1, 999,
             {"số tổ dân phố (mặc định: một cho mỗi 50 địa điểm)",
              "groups (default: one for each 50 venues)"});
  add_number(*c, s, "--seed", o->seed, 0, 4'294'967'295u,
             {"hạt giống: số khác cho ngày khác (mặc định: 1)",
              "seed: another number gives another day (default: 1)"});
  add_text(*c, s, "--trace", o->trace,
           {"một tệp lượt đến có thật thay cho ngày nghĩ ra",
            "a file of real check-ins in place of an invented day"},
           word::file)
    ->excludes(residents)
    ->excludes(scans);
  c->callback([&s, o] {
    o->what.seed = o->seed;
    run(s, o->what, o->folder, o->trace);
  });
}

} // namespace wardflow::wardctl
