// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/watch.hpp"

#include "actors/io/clock.hpp"
#include "nodes/wardctl/run_program.hpp"
#include "nodes/wardctl/scan_link.hpp"
#include "nodes/wardctl/units.hpp"
#include "nodes/wardctl/watch_print.hpp"

#include <algorithm>
#include <array>
#include <ostream>

namespace wardflow::wardctl {

namespace {

using event = watch_event::kind;

constexpr time_ms quiet_ms = 75'000; // a node says each 30 s that it lives
constexpr time_ms answer_ms = 10'000;
constexpr time_ms leave_ms = 5'000;
constexpr time_ms reach_ms = 3'000;

watch_stream::options stream_options(const watch_options& o) {
  watch_stream::options to;
  to.want = o.want;
  to.want.start = o.since.start;
  to.want.offset = o.since.offset;
  to.want.at = o.since.at;
  to.ago = o.since.ago;
  to.snapshot = !o.no_snapshot;
  to.counts = o.digest;
  to.fresh_id = fresh_command_id;
  return to;
}

class watch {
public:
  watch(shell& s, const watch_options& o, scan_link link) :
    shell_(s),
    o_(o),
    link_(std::move(link)),
    stream_(stream_options(o)),
    print_(s),
    counting_(o.digest) {
    // nop
  }

  void run(stop_signals& signals);

private:
  void work(stop_signals& signals);
  [[nodiscard]] bool deal(const watch_event& e, stop_signals& signals);
  [[nodiscard]] bool run_for(const watch_event& e, stop_signals& signals);
  [[nodiscard]] bool flushed();
  void send();
  void hear(const scan_link::turn& turn, time_ms now);
  void look_at_time(time_ms now);
  [[nodiscard]] time_ms next_look(time_ms now) const;
  void say_link(time_ms now);
  void say_began(const watch_event& e);
  void stopped();
  void end();
  void fail(code why, const std::string& detail) {
    shell_.fail(why, detail);
    end();
  }
  [[nodiscard]] bool on() const { return link_.is_up() && stream_.subscribed(); }
  [[nodiscard]] bool over(time_ms now) const {
    return ending_ && (stream_.left() || now >= end_by_ || !link_.is_up());
  }

  shell& shell_;
  const watch_options& o_;
  scan_link link_;
  watch_stream stream_;
  watch_print print_;
  std::deque<watch_stream::outgoing> unsent_;

  bool counting_;          // alerts go into the digest
  std::uint64_t seen_ = 0; // of the stream
  std::uint64_t open_ = 0;
  bool leaving_ = false; // goodbye is said
  bool ending_ = false;
  time_ms end_by_ = 0;
  time_ms heard_ = io::monotonic_ms();  // a frame, or a new connection
  time_ms active_ = io::monotonic_ms(); // an alert, or a change of the link
  code told_ = code::ok;                // of the link, at last
  bool greeted_ = false;
};

// -- events ---------------------------------------------------------------------------------------

void watch::work(stop_signals& signals) {
  while (!ending_) {
    auto e = stream_.next();
    if (!e)
      break;
    if (!deal(*e, signals))
      return;
    stream_.handled(*e);
    if (!o_.program.empty() && flushed()) {
      stream_.acknowledge();
      send();
    }
    if (o_.max != 0 && seen_ >= o_.max)
      end();
  }
  if (flushed())
    stream_.acknowledge();
}

/// What was not written was not seen by anybody.
bool watch::flushed() {
  if (shell_.out.flush())
    return true;
  if (!ending_)
    fail(code::file_write_failed, "stdout");
  return false;
}

/// False: this one is not handled, and it goes no further.
bool watch::deal(const watch_event& e, stop_signals& signals) {
  switch (e.what) {
  case event::began:
    say_began(e);
    return true;
  case event::caught_up:
    if (std::exchange(counting_, false)) {
      print_.digest();
      if (flushed())
        stream_.counted();
    }
    return true;
  case event::all_open:
    if (shell_.how == output::people)
      shell_.err << open_ << shell_.pick({" cảnh báo đang mở.\n", " alerts are open.\n"});
    return true;
  case event::no_snapshot:
    shell_.tell(e.reason, e.detail);
    return true;
  case event::end:
    fail(e.reason, e.detail);
    return false;
  case event::alert:
    active_ = io::monotonic_ms();
    if (counting_) {
      print_.add(e.alert);
      return true;
    }
    ++seen_;
    if (!o_.program.empty() && !run_for(e, signals))
      return false;
    break;
  case event::open:
    ++open_;
    break;
  default:
    break;
  }
  print_.show(e);
  return true;
}

bool watch::run_for(const watch_event& e, stop_signals& signals) {
  auto done = run_program(o_.program, watch_print::json(e), signals);
  active_ = io::monotonic_ms();
  if (!done.good()) {
    auto how =
      done.signal != 0
        ? std::string{shell_.pick({"tín hiệu ", "signal "})} + std::to_string(done.signal)
        : std::string{shell_.pick({"mã thoát ", "exit code "})} + std::to_string(done.code);
    fail(code::program_failed, how + ": " + alert_name(e.alert));
    return false;
  }
  if (done.stops > 0)
    stopped();
  return true;
}

void watch::say_began(const watch_event& e) {
  if (shell_.how != output::people || std::exchange(greeted_, true))
    return;
  shell_.err << shell_.pick({"Theo dõi ", "Watching "}) << short_name(e.detail);
  if (!o_.want.name.empty())
    shell_.err << shell_.pick({", tên ", ", as "}) << for_terminal(o_.want.name);
  shell_.err << "; " << e.through + 1 - e.first
             << shell_.pick({" mục chờ trong nhật ký.\n", " entries of its log waited.\n"});
}

void watch::stopped() {
  if (o_.max != 0 || o_.until_idle_s != 0)
    shell_.fail(code::interrupted);
  end();
}

/// The last acknowledgement is to arrive; but not for ever.
void watch::end() {
  if (std::exchange(ending_, true))
    return;
  end_by_ = io::monotonic_ms() + leave_ms;
}

// -- the link -------------------------------------------------------------------------------------

void watch::send() {
  for (auto& f : stream_.to_send())
    unsent_.push_back(std::move(f));
  while (!unsent_.empty() && link_.send(unsent_.front().kind, std::move(unsent_.front().body)))
    unsent_.pop_front();
}

void watch::hear(const scan_link::turn& turn, time_ms now) {
  if (turn.link != scan_link::change::none)
    active_ = heard_ = now;
  if (turn.link == scan_link::change::up) {
    unsent_.clear();
    stream_.up();
  }
  if (!turn.frames)
    return;
  for (auto& frame : link_.take()) {
    heard_ = now;
    if (frame.problem == code::ok)
      stream_.take(frame.header.kind, frame.body.view());
  }
}

void watch::say_link(time_ms now) {
  auto why = link_.problem();
  if (!link_.is_up() && why == code::node_refused_key)
    return fail(why, link_.detail());
  if (why == told_)
    return;
  told_ = why;
  active_ = now;
  if (why == code::ok) {
    shell_.err << shell_.pick({"Đã nối lại máy chủ.\n", "Connected to the node again.\n"});
    return;
  }
  shell_.tell(why, link_.detail());
  shell_.err << next_step(why, shell_.tongue) << '\n';
}

void watch::look_at_time(time_ms now) {
  if (o_.until_idle_s != 0) {
    auto idle = time_ms{o_.until_idle_s} * second_ms;
    if (on() && now >= active_ + idle)
      return end();
    if (!on() && now >= active_ + std::max(idle, reach_ms))
      return fail(code::node_unreachable, link_.detail());
  }
  if (!link_.is_up() || now < heard_ + (stream_.subscribed() ? quiet_ms : answer_ms))
    return;
  heard_ = now;
  if (stream_.subscribed())
    stream_.again();
  else
    link_.redial();
}

time_ms watch::next_look(time_ms now) const {
  if (ending_)
    return end_by_;
  auto next = heard_ + (stream_.subscribed() ? quiet_ms : answer_ms);
  if (!link_.is_up())
    next = now + quiet_ms;
  if (o_.until_idle_s != 0) {
    auto idle = time_ms{o_.until_idle_s} * second_ms;
    next = std::min(next, active_ + (on() ? idle : std::max(idle, reach_ms)));
  }
  return next;
}

void watch::run(stop_signals& signals) {
  const std::array fds{signals.fd()};
  for (auto now = io::monotonic_ms(); !over(now); now = io::monotonic_ms()) {
    work(signals);
    if (!ending_)
      look_at_time(now);
    if (ending_ && !leaving_ && on()) {
      leaving_ = true;
      stream_.leave();
    }
    send();
    if (over(now = io::monotonic_ms()))
      break;
    auto wait = std::clamp<time_ms>(next_look(now) - now, 0, quiet_ms);
    auto turn =
      link_.wait(static_cast<int>(unsent_.empty() ? wait : std::min<time_ms>(wait, 50)), fds);
    now = io::monotonic_ms();
    hear(turn, now);
    if (!ending_)
      say_link(now);
    if (turn.fds != 0 && signals.take() > 0)
      ending_ ? void(end_by_ = now) : stopped();
  }
}

} // namespace

void run_watch(shell& s, const watch_options& o) {
  const auto* to = s.node();
  if (to == nullptr)
    return;
  stop_signals signals;
  auto link = scan_link::open_control(*to);
  if (!link)
    return s.fail(link.reason(), link.why().detail);
  watch{s, o, std::move(*link)}.run(signals);
}

} // namespace wardflow::wardctl
