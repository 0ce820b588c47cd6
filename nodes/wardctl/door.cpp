// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/door.hpp"

#include "actors/io/clock.hpp"
#include "actors/io/seal.hpp"
#include "nodes/wardctl/door_lines.hpp"
#include "nodes/wardctl/door_loop.hpp"
#include "nodes/wardctl/door_screen.hpp"
#include "nodes/wardctl/door_terminal.hpp"
#include "nodes/wardctl/progress.hpp"
#include "nodes/wardctl/scan_link.hpp"
#include "nodes/wardctl/stop_signals.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ostream>
#include <random>
#include <sys/resource.h>
#include <unistd.h>

namespace wardflow::wardctl {

namespace {

constexpr time_ms closing_ms = 5'000; // so long without any answer, and the door ends

send_policy policy_of_this_run() {
  std::random_device random;
  auto p = door_policy;
  p.salt = std::uint64_t{random()} << 32 | random() | 1;
  return p;
}

bytes raw(const std::string& text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

class door {
public:
  door(shell& s, const door_options& o, venue_id venue, scan_link link, spool waiting) :
    shell_(s),
    o_(o),
    way_(o.way),
    by_(o.by),
    venue_(venue),
    link_(std::move(link)),
    spool_(std::move(waiting)),
    loop_(spool_, venue, policy_of_this_run(), hands()),
    screen_(s.out, screen_options()) {}

  void run(stop_signals& signals);

private:
  door_loop::hands hands();
  door_screen::options screen_options();
  void hear(const door_news& n);
  void read_input();
  void take(bytes line);
  bool switched(bytes line);
  void say_state(time_ms now);
  [[nodiscard]] bool wants_input() const;
  [[nodiscard]] bool done(time_ms now);
  void close(time_ms now, bool at_once);
  void say_end();

  shell& shell_;
  const door_options& o_;
  direction way_;
  flow by_;
  venue_id venue_;
  door_terminal terminal_;
  scan_link link_;
  spool spool_;
  door_loop loop_;
  door_screen screen_;
  door_lines lines_;
  code said_ = code::ok; // the trouble that was printed last
  bool input_ended_ = false;
  bool once_done_ = false;
  bool closing_ = false;
  time_ms close_by_ = 0;
  std::uint64_t answers_seen_ = 0;
};

door_loop::hands door::hands() {
  return {[this](frame_kind kind, frame_body&& body) { return link_.send(kind, std::move(body)); },
          [this] { link_.redial(); }, [this](const door_news& n) { hear(n); }};
}

door_screen::options door::screen_options() {
  using form = door_screen::options::form;
  door_screen::options how;
  how.how = shell_.how == output::json               ? form::json
            : !o_.once && is_terminal(STDOUT_FILENO) ? form::terminal
                                                     : form::lines;
  how.tongue = shell_.tongue;
  how.venue = venue_;
  how.coloured = std::getenv("NO_COLOR") == nullptr;
  how.recorded = o_.recorded;
  how.measure = [] { return door_terminal::measure(); };
  return how;
}

void door::hear(const door_news& n) {
  screen_.show(n, io::monotonic_ms());
  if (!o_.once || n.line != 1 || n.what == door_news::kind::recorded || once_done_)
    return;
  once_done_ = true;
  if (n.what == door_news::kind::not_recorded)
    shell_.result = exit_code::files;
  else if (n.what != door_news::kind::judged)
    shell_.result = exit_code::recorded;
  else
    shell_.result = n.says.decision == decision::admit       ? exit_code::done
                    : n.says.decision == decision::condition ? exit_code::condition
                                                             : exit_code::refused;
}

// -- input ----------------------------------------------------------------------------------------

bool door::wants_input() const {
  if (input_ended_ || closing_)
    return false;
  return terminal_.is_terminal() || spool_.pending().size() < spool::scans_max;
}

void door::read_input() {
  constexpr std::byte end_of_input{0x04}; // Ctrl-D
  std::array<std::byte, 4096> part{};
  const auto got = ::read(STDIN_FILENO, part.data(), part.size());
  if (got < 0 && (errno == EINTR || errno == EAGAIN))
    return;
  auto some = bytes{part}.first(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  input_ended_ = got <= 0;
  if (const auto end = std::find(some.begin(), some.end(), end_of_input);
      terminal_.is_terminal() && end != some.end()) {
    some = some.first(static_cast<std::size_t>(end - some.begin()));
    input_ended_ = true;
  }
  const auto line = [this](bytes code) { take(code); };
  lines_.feed(some, line);
  if (input_ended_)
    lines_.finish(line);
  ::explicit_bzero(part.data(), part.size());
}

void door::take(bytes line) {
  if (switched(line) || (o_.once && loop_.lines() > 0))
    return;
  loop_.take(line, way_, by_, io::wall_ms(), io::monotonic_ms());
}

/// `WORD in`, `WORD out`, `WORD staff`, `WORD poster`.
bool door::switched(bytes line) {
  const std::string_view text{reinterpret_cast<const char*>(line.data()), line.size()};
  if (o_.switch_word.empty() || !text.starts_with(o_.switch_word + " "))
    return false;
  const auto to = text.substr(o_.switch_word.size() + 1);
  if (to == "in" || to == "out")
    way_ = to == "in" ? direction::in : direction::out;
  else if (to == "staff" || to == "poster")
    by_ = to == "staff" ? flow::staff_scans_person : flow::person_scans_poster;
  return true;
}

// -- the loop -------------------------------------------------------------------------------------

void door::run(stop_signals& signals) {
  if (o_.once && o_.once_code != "-") {
    input_ended_ = true;
    take(raw(o_.once_code));
  }
  for (auto now = io::monotonic_ms(); !done(now); now = io::monotonic_ms()) {
    auto next = std::min({loop_.work(now), screen_.tick(now), now + 1'000});
    say_state(now);
    const std::array fds{signals.fd(), STDIN_FILENO};
    const auto turn = link_.wait(static_cast<int>(std::max<time_ms>(next - now, 0)),
                                 std::span{fds}.first(wants_input() ? 2 : 1));
    now = io::monotonic_ms();
    if (turn.link == scan_link::change::up)
      loop_.link_up(now);
    else if (turn.link == scan_link::change::down)
      loop_.link_down();
    if (turn.frames)
      for (const auto& frame : link_.take())
        loop_.heard(frame, now);
    if ((turn.fds & 2) != 0)
      read_input();
    if (const auto count = (turn.fds & 1) != 0 ? signals.take() : 0; count > 0)
      close(now, closing_ || count > 1 || !link_.is_up());
  }
  loop_.finish();
  screen_.finish();
  say_end();
}

void door::close(time_ms now, bool at_once) {
  closing_ = true;
  close_by_ = at_once ? now : now + closing_ms;
}

bool door::done(time_ms now) {
  if (once_done_)
    return true;
  if (!closing_ && input_ended_)
    close(now, false);
  if (!closing_)
    return false;
  if (loop_.answers() != answers_seen_ && now < close_by_) {
    answers_seen_ = loop_.answers();
    close_by_ = now + closing_ms;
  }
  return now >= close_by_ || loop_.all_answered();
}

void door::say_state(time_ms now) {
  door_state state;
  state.up = link_.is_up();
  state.trouble = loop_.trouble() != code::ok ? loop_.trouble() : link_.problem();
  state.detail = loop_.trouble() != code::ok ? std::string{} : link_.detail();
  state.waiting = spool_.pending().size();
  state.way = way_;
  state.flow = by_;
  screen_.state(state, now);
  if (is_terminal(STDOUT_FILENO) && shell_.how != output::json && !o_.once)
    return;
  if (state.trouble == said_ || (!state.up && state.trouble == code::ok))
    return;
  said_ = state.trouble;
  if (said_ == code::ok)
    return;
  shell_.tell(said_, state.detail);
  shell_.err << next_step(said_, shell_.tongue) << '\n';
}

void door::say_end() {
  const auto waiting = spool_.pending().size();
  if (o_.once || (waiting == 0 && loop_.trouble() == code::ok))
    return;
  if (loop_.trouble() != code::ok)
    shell_.tell(loop_.trouble());
  if (waiting == 0)
    return;
  shell_.result = exit_code::recorded;
  shell_.err << waiting
             << shell_.pick({" lượt quét còn trong hàng chờ; chạy lại máy quét để gửi tiếp.\n",
                             " scans wait in the spool; start the door again to send them.\n"});
}

} // namespace

void run_door(shell& s, const door_options& o) {
  if (s.how == output::csv)
    return s.misused(
      both{"Máy quét không in CSV; dùng --json.", "A door prints no CSV; use --json."},
      "wardctl door --help");
  const auto* to = s.node();
  if (to == nullptr)
    return;
  if (!to->context.empty() && o.spool_file.empty()) // contexts lie side by side, spools may not
    return s.misused(
      both{"Thiếu --spool: mọi ngữ cảnh nằm chung một thư mục, hàng chờ của máy quét thì "
           "không thể chung.",
           "--spool is missing: contexts lie in one folder, and the spool of each door "
           "is its own."},
      "wardctl door --help");
  const std::filesystem::path file = o.spool_file.empty() ? to->file.parent_path() / "door.spool"
                                                          : std::filesystem::path{o.spool_file};
  if (o.status)
    return show_spool(s, file);
  auto venue = to->venue;
  if (!o.venue.empty())
    venue = parse_venue_id(o.venue).value_or(venue_id{});
  if (venue == venue_id{})
    return s.fail(code::venue_needed, o.venue);
  rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none); // a code in memory must not become a file
  stop_signals signals;
  auto link = scan_link::open(*to);
  if (!link)
    return s.fail(link.reason(), link.why().detail);
  auto waiting = spool::open(file, io::wall_ms(),
                             [key = to->node_key](bytes plain) { return io::seal(plain, key); });
  if (!waiting)
    return s.fail(waiting.reason(), waiting.why().detail);
  if (waiting->cut_bytes() > 0)
    s.err << s.pick({"Hàng chờ: một bản ghi viết dở ở cuối đã được bỏ.\n",
                     "Spool: a torn record at its end was cut.\n"});
  door{s, o, venue, std::move(*link), std::move(*waiting)}.run(signals);
}

} // namespace wardflow::wardctl
