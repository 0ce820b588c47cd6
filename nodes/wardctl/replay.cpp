// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/replay.hpp"

#include "actors/io/clock.hpp"
#include "messages/phrases.hpp"
#include "nodes/wardctl/progress.hpp"
#include "nodes/wardctl/scan_link.hpp"
#include "nodes/wardctl/side_file.hpp"
#include "nodes/wardctl/stop_signals.hpp"

#include <algorithm>
#include <array>
#include <ostream>
#include <random>
#include <unistd.h>
#include <utility>

namespace wardflow::wardctl {

namespace {

constexpr std::uint64_t bad_lines_said = 20;
constexpr time_ms trouble_ms = 1'000; // a break that is mended sooner is not worth a line

constexpr both frames_left{" gói chưa được trả lời.\n", " frames are not answered.\n"};
constexpr both interrupted{
  "Đã bị ngắt. Chạy lại là gửi lại từ đầu và được tính thêm lần nữa; dùng `--from` để gửi tiếp.\n",
  "Interrupted. Run again, it sends all again, and all is counted again; go on with `--from`.\n"};

/// About how many rows there are: lines, without the heading.
std::uint64_t rows_of(std::string_view text) {
  const auto ends = static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
  const auto lines = ends + (text.ends_with('\n') ? 0 : 1);
  return lines - 1;
}

send_policy policy_of_this_run() {
  std::random_device random;
  auto p = gateway_policy;
  p.salt = std::uint64_t{random()} << 32 | random() | 1;
  return p;
}

class replay {
public:
  replay(shell& s, const replay_command& c, std::string_view text, scan_link link,
         side_file answers, stop_signals& signals) :
    shell_(s),
    command_(c),
    signals_(signals),
    link_(std::move(link)),
    answers_(std::move(answers)),
    source_(text, c.options, [this](const row_problem& p, std::string_view raw) { bad(p, raw); }),
    loop_(policy_of_this_run(), static_cast<std::uint64_t>(io::wall_ms() / second_ms),
          c.options.span_ms, hands()),
    progress_(s.err, is_terminal(STDERR_FILENO), "replay", rows_of(text), io::monotonic_ms()) {}

  void run();

private:
  replay_loop::hands hands();
  void bad(const row_problem& p, std::string_view raw);
  void say_bad(const row_problem& p);
  void feed(time_ms now);
  void turn(time_ms now);
  void link_changed(scan_link::change what, time_ms now);
  [[nodiscard]] bool gave_up(time_ms now);
  void show(time_ms now);
  void end();

  shell& shell_;
  const replay_command& command_;
  stop_signals& signals_;
  scan_link link_;
  side_file answers_;
  side_file bad_lines_;
  replay_source source_;
  std::optional<replay_frame> ready_; // read, and waits for room
  replay_loop loop_;
  progress progress_;
  time_ms begun_ = io::monotonic_ms();
  time_ms idle_until_ = 0;
  time_ms down_since_ = io::monotonic_ms();
  std::uint64_t breaks_ = 0;
  bool trouble_said_ = false; // of this break
  code why_ = code::ok;       // it ended before its time
};

replay_loop::hands replay::hands() {
  return {[this](frame_kind kind, frame_body&& body) { return link_.send(kind, std::move(body)); },
          [this] {
            ++breaks_;
            down_since_ = io::monotonic_ms();
            link_.redial();
          },
          [this](std::uint64_t line, std::uint64_t epoch, std::uint64_t sequence,
                 const std::uint32_t* word) {
            if (!answers_.is_open())
              return;
            answers_.number(line);
            answers_.text(",");
            if (word != nullptr) {
              answers_.number(epoch);
              answers_.text(",");
              answers_.number(sequence);
              answers_.text(",");
              answers_.number(*word);
              answers_.text("\n");
            } else {
              answers_.text(",,\n");
            }
          }};
}

// -- bad lines ------------------------------------------------------------------------------------

void replay::bad(const row_problem& p, std::string_view raw) {
  if (source_.bad() <= bad_lines_said)
    say_bad(p);
  if (!bad_lines_.is_open()) {
    const auto file = command_.bad.empty() ? command_.file + ".bad.csv" : command_.bad;
    if (auto made = side_file::create(file))
      bad_lines_ = std::move(*made);
    else if (why_ == code::ok)
      why_ = made.reason();
    bad_lines_.text(source_.header_raw());
    bad_lines_.text("\n");
  }
  bad_lines_.text(raw);
  bad_lines_.text("\n");
}

void replay::say_bad(const row_problem& p) {
  progress_.finish();
  shell_.err << shell_.heading(phrase::line) << ' ' << p.line;
  if (!p.column.empty())
    shell_.err << ", " << p.column;
  shell_.err << ": " << text(p.what, shell_.tongue);
  if (!p.detail.empty())
    shell_.err << " (" << for_terminal(p.detail) << ')';
  shell_.err << '\n';
}

// -- the loop -------------------------------------------------------------------------------------

/// Frames that are due, as long as there is room.
void replay::feed(time_ms now) {
  idle_until_ = now + 1'000;
  while (true) {
    if (!ready_)
      ready_ = source_.next(static_cast<double>(now - begun_));
    if (!ready_) {
      if (!source_.at_end())
        idle_until_ =
          std::min(idle_until_, begun_ + static_cast<time_ms>(std::min(source_.due(), 1e15)) + 1);
      return;
    }
    if (!loop_.has_room(*ready_))
      return;
    loop_.add(std::move(*ready_), now);
    ready_.reset();
  }
}

void replay::turn(time_ms now) {
  feed(now);
  const auto next = std::min(loop_.work(now, io::monotonic_ns()), idle_until_);
  const std::array fds{signals_.fd()};
  const auto found = link_.wait(static_cast<int>(std::max<time_ms>(next - now, 0)), fds);
  now = io::monotonic_ms();
  link_changed(found.link, now);
  if (found.frames)
    for (const auto& frame : link_.take())
      loop_.heard(frame, now, io::monotonic_ns());
  if (!answers_.flush() && why_ == code::ok)
    why_ = code::file_write_failed;
  if ((found.fds & 1) != 0 && signals_.take() > 0)
    why_ = code::interrupted;
}

void replay::link_changed(scan_link::change what, time_ms now) {
  if (what == scan_link::change::up) {
    trouble_said_ = false;
    loop_.link_up(now);
  } else if (what == scan_link::change::down) {
    ++breaks_;
    down_since_ = now;
    loop_.link_down();
  }
}

bool replay::gave_up(time_ms now) {
  if (why_ == code::ok)
    why_ = loop_.stopped();
  if (why_ == code::ok && link_.problem() == code::node_refused_key)
    why_ = code::node_refused_key;
  if (why_ == code::ok && !link_.is_up() &&
      now - down_since_ >= time_ms{command_.wait_s} * second_ms)
    why_ = code::node_unreachable;
  return why_ != code::ok;
}

void replay::show(time_ms now) {
  const auto& f = loop_.figures();
  const auto trouble = link_.problem();
  if (trouble != code::ok && !trouble_said_ && now - down_since_ >= trouble_ms) {
    trouble_said_ = true;
    progress_.finish();
    shell_.tell(trouble, link_.detail());
  }
  progress_.update(f.answered + f.stored + f.doubtful + source_.bad() + source_.left_out(), now,
                   trouble == code::ok ? std::string{} : std::string{text(trouble, shell_.tongue)});
}

void replay::run() {
  if (source_.header_problem()) {
    const auto& p = *source_.header_problem();
    return shell_.fail(p.what, command_.file + ": " + p.detail);
  }
  answers_.text("line,epoch,sequence,verdict\n");
  auto now = io::monotonic_ms();
  do {
    turn(now);
    now = io::monotonic_ms();
    show(now);
  } while (!gave_up(now) && !(source_.at_end() && !ready_ && loop_.all_answered()));
  end();
}

void replay::end() {
  progress_.finish();
  const bool bad_written = bad_lines_.flush();
  (void)answers_.flush();
  print_figures(shell_, loop_.figures(), source_, breaks_);
  if (source_.bad() > 0) {
    shell_.result = exit_code::refused;
    if (source_.bad() > bad_lines_said)
      shell_.err << "… (" << source_.bad() << ")\n";
    if (bad_lines_.is_open() && bad_written)
      shell_.err << shell_.heading(phrase::bad_lines_in) << ' ' << for_terminal(bad_lines_.name())
                 << '\n';
  }
  if (why_ == code::ok && !bad_written)
    why_ = code::file_write_failed;
  if (why_ == code::ok)
    return;
  if (const auto left = loop_.unanswered(); left > 0)
    shell_.err << left << shell_.pick(frames_left);
  if (why_ == code::interrupted) {
    shell_.err << shell_.pick(interrupted);
    shell_.result = exit_code::interrupted;
    return;
  }
  shell_.fail(why_, why_ == loop_.stopped() ? loop_.stop_detail() : link_.detail());
}

/// Nothing: `text` is a time, or empty, and `at` is set.
bool read_time(shell& s, const std::string& text, const char* option, time_ms& at) {
  if (text.empty())
    return true;
  const auto time = parse_time(text);
  const auto day = parse_day(text);
  if (!time && !day) {
    s.misused(std::string{option} + " " + text + ": " +
                s.help({"cần ngày hay lúc như 2021-10-20 hoặc 2021-10-20T08:00",
                        "wants a day or a time such as 2021-10-20 or 2021-10-20T08:00"}),
              "wardctl replay --help");
    return false;
  }
  at = time ? *time : start_of(*day);
  return true;
}

} // namespace

void run_replay(shell& s, replay_command c) {
  if (!read_time(s, c.from, "--from", c.options.from) ||
      !read_time(s, c.until, "--until", c.options.until))
    return;
  const auto* to = s.node();
  if (to == nullptr)
    return;
  const auto file = mapped_file::open(c.file);
  if (!file)
    return s.fail(file.reason(), file.why().detail);
  stop_signals signals;
  auto link = scan_link::open(*to);
  if (!link)
    return s.fail(link.reason(), link.why().detail);
  side_file answers;
  if (!c.answers.empty()) {
    auto made = side_file::create(c.answers);
    if (!made)
      return s.fail(made.reason(), made.why().detail);
    answers = std::move(*made);
  }
  replay{s, c, file->text(), std::move(*link), std::move(answers), signals}.run();
}

} // namespace wardflow::wardctl
