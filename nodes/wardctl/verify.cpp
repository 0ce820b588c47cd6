// SPDX-License-Identifier: Apache-2.0
// wardctl verify: the journal judged again and compared with the state: by the running node, which
// goes on meanwhile, or here, in the folder of a stopped one.
#include "actors/disk/verify.hpp"
#include "nodes/wardctl/ages.hpp"
#include "nodes/wardctl/app.hpp"
#include "nodes/wardctl/help.hpp"
#include "nodes/wardctl/stopped_node.hpp"
#include "nodes/wardctl/view.hpp"

#include <chrono>
#include <filesystem>
#include <ostream>

namespace wardflow::wardctl {

namespace {

constexpr int wait_ms_max = 4 * 60 * 60 * 1000;
constexpr time_ms line_every_ms = 10 * second_ms;

/// Says that the wait goes on: in a line that rewrites itself on a terminal, else a line now and
/// then. Programs are told nothing.
class heartbeat {
public:
  explicit heartbeat(shell& s) : s_(s) {
    // nop
  }
  void beat(time_ms waited) {
    if (s_.how != output::people || waited < next_)
      return;
    next_ = waited + (s_.terminal ? second_ms : line_every_ms);
    auto line = std::string{text(code::verify_running, s_.tongue)} + " " +
                (waited < minute_ms
                   ? std::to_string(waited / second_ms) + " " + s_.heading(phrase::seconds_short)
                   : span_text(waited, s_.tongue));
    if (s_.terminal)
      s_.err << '\r' << line << "\x1b[K" << std::flush;
    else
      s_.err << line << std::endl;
    shown_ = true;
  }
  void end() {
    if (shown_ && s_.terminal)
      s_.err << "\r\x1b[K" << std::flush;
  }

private:
  shell& s_;
  time_ms next_ = second_ms; // a short check says nothing
  bool shown_ = false;
};

void show(shell& s, code outcome, const verify_report& v, const std::string& state) {
  record r;
  r.tells = outcome != code::verify_running;
  r.number("base_round", s.heading(phrase::base_round), v.base_round);
  r.number("rounds", s.heading(phrase::rounds), v.rounds);
  r.number("scans", s.heading(phrase::scans), v.scans);
  r.text("state", s.heading(phrase::state_hash), state);
  s.conclude(outcome, r, v.detail);
}

/// The folder is opened to read: another reader may be there, a node may not.
void run_stopped(shell& s, const std::filesystem::path& folder) {
  auto node = open_stopped(s, folder, "wardctl verify");
  if (!node)
    return;
  if (node->config.role == node_role::area) // an area has no journal
    return s.fail(code::query_elsewhere, folder.string());
  heartbeat heart{s};
  auto began = std::chrono::steady_clock::now();
  auto v = verify_stopped(node->disk, node->config.unit, [&] {
    auto passed = std::chrono::steady_clock::now() - began;
    heart.beat(std::chrono::duration_cast<std::chrono::milliseconds>(passed).count());
    return true;
  });
  heart.end();
  show(s, v.result, v, to_hex(v.state));
}

void run(shell& s) {
  query q;
  q.what = query_kind::verify;
  heartbeat heart{s};
  auto a = s.ask(q, {.wait_ms = wait_ms_max, .waiting = [&](time_ms t) { heart.beat(t); }});
  heart.end();
  if (!a)
    return;
  if (a->code == code::query_elsewhere) // an area
    return s.fail(a->code, a->detail);
  verify_report v;
  v.detail = a->detail;
  v.base_round = number_fact(*a, "base_round");
  v.rounds = number_fact(*a, "rounds");
  v.scans = number_fact(*a, "scans");
  show(s, a->code, v, std::string{fact(*a, "state")});
}

} // namespace

void add_verify(CLI::App& app, shell& s) {
  auto* c = add_command(
    app, s, "verify",
    {"máy chủ xét lại toàn bộ nhật ký và so với trạng thái đang dùng; vẫn nhận lượt quét\n\n"
     "Với --folder: làm việc đó ở đây, trong thư mục của một máy chủ đã dừng; chỉ đọc.\n\n"
     "Mã thoát 5 khi có sai khác. Có thể lâu: vài giây cho mỗi triệu lượt quét.",
     "the node judges its whole journal again and compares it with its state; it goes on "
     "meanwhile\n\n"
     "With --folder: the same, done here, in the folder of a stopped node, which is only read.\n\n"
     "Exit code 5 on a difference. It may take a while: some seconds for a million scans."},
    "wardctl verify\n"
    "wardctl verify --folder ward");
  auto folder = std::make_shared<std::string>();
  add_text(*c, s, "--folder", *folder,
           {"thư mục của một máy chủ đã dừng, có node.toml",
            "a stopped node's folder, with its node.toml"},
           word::folder);
  c->callback([&s, folder] { folder->empty() ? run(s) : run_stopped(s, *folder); });
}

} // namespace wardflow::wardctl
