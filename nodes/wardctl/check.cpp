// SPDX-License-Identifier: Apache-2.0
// wardctl check: judges a node's status for a monitoring system.
#include "nodes/wardctl/check.hpp"

#include "nodes/wardctl/ages.hpp"
#include "nodes/wardctl/app.hpp"
#include "nodes/wardctl/help.hpp"
#include "nodes/wardctl/parent_state.hpp"
#include "nodes/wardctl/view.hpp"

#include <algorithm>
#include <ostream>

namespace wardflow::wardctl {

namespace {

constexpr int answer_ms = 5'000;

/// Gathers what is found, the worst first.
class judge {
public:
  judge(const answer& status, language tongue) : status_(status), tongue_(tongue) {
    // nop
  }

  [[nodiscard]] std::string_view text_of(std::string_view name) const {
    return fact(status_, name);
  }
  [[nodiscard]] std::uint64_t number(std::string_view name) const {
    return number_fact(status_, name);
  }
  void say(health is, std::string reason) { said_.push_back({is, std::move(reason)}); }
  void say(health is, both reason) { say(is, word(reason)); }
  [[nodiscard]] std::string word(both what) const {
    return std::string{tongue_ == language::vi ? what.vi : what.en};
  }
  [[nodiscard]] language tongue() const { return tongue_; }

  /// A figure that is bad when it is above a threshold; 0: there is none.
  void high(std::string name, std::uint64_t value, const char* unit, std::uint32_t warn,
            std::uint32_t crit, std::string reason, bool percent = false) {
    auto limit = [](std::uint32_t n) { return n == 0 ? std::string{} : std::to_string(n); };
    figures_.push_back(
      {std::move(name), value, unit, limit(warn), limit(crit), "0", percent ? "100" : ""});
    if (crit != 0 && value > crit)
      say(health::critical, std::move(reason));
    else if (warn != 0 && value > warn)
      say(health::warning, std::move(reason));
  }
  void low(std::string name, std::uint64_t value, const char* unit, std::uint32_t warn,
           std::uint32_t crit, std::string reason) {
    figures_.push_back({std::move(name), value, unit, std::to_string(warn) + ":",
                        std::to_string(crit) + ":", "0", ""});
    if (value < warn)
      say(value < crit ? health::critical : health::warning, std::move(reason));
  }
  void truth(std::string name, bool is) {
    figures_.push_back({std::move(name), is ? 1u : 0u, {}, {}, "0", "0", "1"});
  }
  void plain(std::string name, std::string_view from, const char* unit = "") {
    figures_.push_back({std::move(name), number(from), unit, {}, {}, {}, {}});
  }

  check_result result() && {
    check_result out;
    std::stable_sort(said_.begin(), said_.end(),
                     [](auto& a, auto& b) { return a.first > b.first; });
    for (auto& [is, reason] : said_)
      out.reasons.push_back(std::move(reason));
    out.is = said_.empty() ? health::ok : said_.front().first;
    out.figures = std::move(figures_);
    return out;
  }

private:
  const answer& status_;
  language tongue_;
  std::vector<std::pair<health, std::string>> said_;
  std::vector<figure_of_check> figures_;
};

/// Hours since levels came, against the node's own time. A ward without levels has no age.
void judge_levels(judge& j, const thresholds& at) {
  if (at.levels_warn == 0 && at.levels_crit == 0)
    return;
  auto now = parse_time(j.text_of("time")).value_or(0);
  auto since = parse_time(j.text_of("levels_as_of"));
  if (!since)
    return j.say(health::warning, both{"chưa có cấp độ dịch", "no risk levels yet"});
  auto hours = static_cast<std::uint64_t>(std::max<time_ms>(now - *since, 0) / hour_ms);
  j.high("levels_age", hours, "h", at.levels_warn, at.levels_crit,
         j.word({"cấp độ dịch từ ", "risk levels are of "}) +
           moment_with_age(j.text_of("levels_as_of"), now, j.tongue()));
}

/// The nodes right below an area. One that is away is a matter for that place; more than a third
/// are a storm, or this node's own line.
void judge_children(judge& j, const thresholds& at) {
  auto all = j.number("children"), up = j.number("children_speaking");
  auto silent = all - std::min(up, all);
  if (silent != 0)
    j.say(silent * 3 > all ? health::critical : health::warning,
          std::to_string(silent) + j.word({" trong số ", " of "}) + std::to_string(all) +
            j.word({" nút dưới đang mất liên lạc", " nodes below are silent"}));
  j.plain("children", "children");
  j.plain("children_speaking", "children_speaking");
  auto lag = j.number("lag");
  j.high("lag", lag, "", at.lag_warn, 0,
         std::to_string(lag) +
           j.word({" mục của các nút dưới đang chờ nhận", " entries of the nodes below wait"}));
}

/// The way to the node above, where there is one. It is no more than a warning: the node does its
/// own work without it, and keeps what goes up.
void judge_parent(judge& j, const thresholds& at) {
  auto state = j.text_of("parent");
  if (state.empty())
    return;
  if (!parent_speaks(state))
    j.say(health::warning, j.word({"chưa nối được với cấp trên: ", "the parent is not reached: "}) +
                             parent_in_words(state, j.tongue()));
  auto lag = j.number("parent_lag");
  j.high("parent_lag", lag, "", at.lag_warn, 0,
         std::to_string(lag) +
           j.word({" mục đang chờ cấp trên nhận", " entries wait for the parent"}));
}

/// What a ward alone has.
void judge_ward(judge& j, const thresholds& at) {
  auto backlog = j.number("sealed_waiting");
  j.high("backlog", backlog, "", at.backlog_warn, at.backlog_crit,
         std::to_string(backlog) +
           j.word({" lượt quét niêm phong đang chờ", " sealed scans are waiting"}));
  judge_levels(j, at);
}

} // namespace

check_result judge_status(const answer& status, const thresholds& at, language tongue) {
  judge j{status, tongue};
  auto text_of_code = [&](code what) {
    auto sentence = std::string{text(what, tongue)};
    return sentence.substr(0, sentence.find_last_not_of('.') + 1);
  };
  if (j.text_of("store") == "full")
    j.say(health::critical, text_of_code(code::store_full));
  if (j.text_of("clock") == "unsure")
    j.say(health::critical, text_of_code(code::clock_not_believed));
  if (auto base = j.text_of("base_check"); !base.empty() && base != "ok")
    j.say(health::critical,
          text_of_code(code_of(base.substr(0, base.find(' '))).value_or(code::verify_failed)));
  auto area = j.text_of("role") == "area";
  if (!area && j.text_of("rulebook").empty())
    j.say(health::critical, text_of_code(code::no_rulebook));
  auto map = j.number("map_percent");
  j.high("map", map, "%", at.map_warn, at.map_crit,
         j.word({"kho đã dùng ", "the store has taken "}) + std::to_string(map) + " %", true);
  auto free = j.number("disk_free_mib");
  j.low("disk_free", free, "MB", at.free_warn, at.free_crit,
        j.word({"đĩa chỉ còn ", "the disk has only "}) + std::to_string(free) + " MiB");
  area ? judge_children(j, at) : judge_ward(j, at);
  judge_parent(j, at);
  j.truth("clock_unsure", j.text_of("clock") == "unsure");
  if (!area)
    j.plain("latency_p99", "latency_p99_us", "us");
  j.plain("connections", "connections");
  if (!area) {
    j.plain("scans", "scans_taken", "c");
    j.plain("refused", "frames_refused", "c");
  }
  j.plain("memory", "memory_kib", "KB");
  return std::move(j).result();
}

std::string_view health_name(health is) {
  switch (is) {
  case health::ok:
    return "OK";
  case health::warning:
    return "WARNING";
  case health::critical:
    return "CRITICAL";
  case health::unknown:
    break;
  }
  return "UNKNOWN";
}

std::string check_line(const check_result& result, std::string_view subject) {
  std::string words{subject};
  for (std::size_t i = 0; i != result.reasons.size(); ++i)
    words += (i == 0 ? (subject.empty() ? "" : ": ") : "; ") + result.reasons[i];
  std::replace(words.begin(), words.end(), '|', '/'); // what follows it are figures
  auto line = "WARDFLOW " + std::string{health_name(result.is)} + " - " + for_terminal(words);
  auto bar = " |";
  for (auto& f : result.figures) {
    auto one = f.name + "=" + std::to_string(f.value) + f.unit + ";" + f.warn + ";" + f.crit + ";" +
               f.least + ";" + f.most;
    line += bar + one.substr(0, one.find_last_not_of(';') + 1);
    bar = " ";
  }
  return line + '\n';
}

namespace {

void print(shell& s, const check_result& result, std::string_view subject) {
  s.result = static_cast<exit_code>(result.is);
  if (s.how == output::people) {
    s.out << check_line(result, subject) << std::flush;
    return;
  }
  std::string reasons;
  for (auto& one : result.reasons)
    reasons += (reasons.empty() ? "" : "; ") + one;
  record r;
  r.text("state", {}, std::string{health_name(result.is)});
  r.add({"unit", {}, std::string{subject}, cell_kind::maybe, {}});
  r.add({"reasons", {}, reasons, cell_kind::maybe, {}});
  r.list = "figures";
  r.rows.columns = {{"name", {}},
                    {"value", {}, cell_kind::number},
                    {"unit", {}, cell_kind::maybe},
                    {"warn", {}, cell_kind::maybe},
                    {"crit", {}, cell_kind::maybe}};
  for (auto& f : result.figures)
    r.rows.add({f.name, std::to_string(f.value), f.unit, f.warn, f.crit});
  s.print(r);
}

void run(shell& s, const thresholds& at) {
  auto status = s.ask(query{}, {.wait_ms = answer_ms});
  auto why = status ? status->code : s.last_failure;
  if (!status || why != code::done) {
    check_result unknown{health::unknown, {std::string{text(why, s.tongue)}}, {}};
    return print(s, unknown, {});
  }
  print(s, judge_status(*status, at, s.tongue), fact(*status, "unit"));
}

} // namespace

void add_check(CLI::App& app, shell& s) {
  auto* c = add_command(
    app, s, "check",
    {"một dòng và một mã thoát cho hệ thống giám sát (Nagios, Icinga, Zabbix …)\n\n"
     "Nguy cấp: kho đầy, đồng hồ không tin được, trạng thái gốc không khớp, không có bộ quy tắc; "
     "và kho, đĩa, hàng chờ, tuổi cấp độ dịch vượt ngưỡng. Nút cấp trên không có quy tắc và cấp độ "
     "của mình: xét theo các nút dưới.\n\n"
     "Mã thoát:\n- 0 OK\n- 1 WARNING\n- 2 CRITICAL\n- 3 UNKNOWN: máy chủ không trả lời, hoặc sai "
     "cách gọi",
     "one line and one exit code for a monitoring system (Nagios, Icinga, Zabbix)\n\n"
     "Critical: a full store, a clock not believed, a base that disagrees, no rulebook; and "
     "store, disk, backlog, age of levels past their thresholds. An area has no rulebook and "
     "levels of its own: it is judged by the nodes below it.\n\n"
     "Exit codes:\n- 0 OK\n- 1 WARNING\n- 2 CRITICAL\n- 3 UNKNOWN: the node does not answer, or "
     "the "
     "command line is not right"},
    "wardctl check\nwardctl check --warn 60 --crit 80 --levels-warn 0 --levels-crit 0 --lag-warn "
    "1000");
  auto at = std::make_shared<thresholds>();
  add_number(*c, s, "--warn", at->map_warn, 1, 100,
             {"cảnh báo khi kho đã dùng quá chừng này % (mặc định: 70)",
              "warn when the store has taken more than so many % of its limit (default: 70)"});
  add_number(*c, s, "--crit", at->map_crit, 1, 100,
             {"nguy cấp khi kho đã dùng quá chừng này % (mặc định: 90)",
              "critical at more than so many % (default: 90)"});
  add_number(
    *c, s, "--levels-warn", at->levels_warn, 0, 100'000,
    {"cảnh báo khi cấp độ dịch cũ quá chừng này giờ (mặc định: 26; 0: không xem)",
     "warn when risk levels are more than so many hours old (default: 26; 0: do not look)"});
  add_number(*c, s, "--levels-crit", at->levels_crit, 0, 100'000,
             {"nguy cấp khi cấp độ dịch cũ quá chừng này giờ (mặc định: 50; 0: không xem)",
              "critical at more than so many hours (default: 50; 0: do not look)"});
  add_number(*c, s, "--lag-warn", at->lag_warn, 0, 1'000'000'000,
             {"cảnh báo khi quá chừng này mục chờ nhận từ các nút dưới, hay chờ cấp trên nhận (mặc "
              "định: 10000; 0: không xem)",
              "warn when more than so many entries wait below, or for the parent (default: 10000; "
              "0: do not look)"});
  c->callback([&s, at] { run(s, *at); });
}

} // namespace wardflow::wardctl
