// SPDX-License-Identifier: Apache-2.0
// A model of a node for watch_stream: a log of alerts, cursors by name, open alerts page by page;
// and what comes out of the stream, as a text.
#pragma once

#include "nodes/wardctl/watch_stream.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace wardflow::test {

using event = wardctl::watch_event::kind;
using wardctl::watch_stream;

inline const unit_code ward = *unit_code::parse("22366");

struct watched_node {
  struct frame {
    frame_kind kind = frame_kind::none;
    frame_body body;
  };

  std::uint64_t append(std::uint64_t number, severity how = severity::warning) {
    alert a;
    a.unit = ward;
    a.kind = alert_kind::risk_missing;
    a.subject = std::to_string(number);
    a.severity = how;
    log.push_back(a);
    return log.size();
  }
  static time_ms at(std::uint64_t offset) { return static_cast<time_ms>(1000 * offset); }

  /// What the watcher has to say; the answers wait in `out`.
  void hear(watch_stream& w) {
    for (auto& f : w.to_send())
      hear(f.kind, f.body.view());
  }
  void hear(frame_kind kind, bytes body) {
    said.push_back(kind);
    if (kind == frame_kind::command) {
      command c;
      BOOST_REQUIRE((read_command(body, c) == code::ok));
      answer_query(c);
    } else if (kind == frame_kind::subscribe) {
      subscribe s;
      BOOST_REQUIRE((read_subscribe(body, s) == code::ok));
      open(s);
    } else if (kind == frame_kind::link_ack) {
      link_ack a;
      BOOST_REQUIRE((read_link_ack(body, a) == code::ok));
      BOOST_TEST(a.through <= log.size());
      acked = std::max(acked, a.through);
      if (!name.empty())
        cursors[name] = std::max(cursors[name], a.through + 1);
    }
  }

  void answer_query(const command& c) {
    answer a;
    a.id = c.id;
    auto what = std::get<query>(c.body).what;
    if (what == query_kind::status) {
      a.facts = {{"unit", "22366"}, {"epoch", std::to_string(epoch)}};
    } else if (what == query_kind::alert_list) {
      a.columns = {"id", "name", "severity", "state", "first", "last", "count", "evidence", "by"};
      auto after = std::get<query>(c.body).after;
      for (auto id = after + 1; id <= open_alerts && a.rows.size() < 2; ++id)
        a.rows.push_back({std::to_string(id), "22366/risk.missing/22366.0" + std::to_string(id),
                          "warning", "open", time_text(at(id)), time_text(at(id)), "1", "", ""});
      a.more = after + a.rows.size() < open_alerts;
    }
    out.push_back({frame_kind::answer, encode_answer(a)});
  }

  void open(const subscribe& s) {
    wanted = s;
    name = s.name;
    auto end = log.size() + 1;
    next = s.start == subscribe_start::earliest ? first_kept
           : s.start == subscribe_start::offset ? std::min(s.offset, end)
           : s.start == subscribe_start::time   ? static_cast<std::uint64_t>((s.at + 999) / 1000)
           : s.start == subscribe_start::resume && cursors.contains(name) ? cursors[name]
                                                                          : end;
    next = std::clamp<std::uint64_t>(next, 1, end);
    if (!name.empty())
      cursors[name] = next;
    link_heartbeat beat{0, {{lane::control, next, end}}};
    out.push_back({frame_kind::link_heartbeat, encode_link_heartbeat(beat)});
  }

  /// Sends the stream on by one frame of at most `most` entries.
  bool send(std::uint64_t most = 1000, std::uint64_t from_before = 0) {
    if (next == 0 || next > log.size())
      return false;
    if (next < first_kept) {
      link_gap gap{log_name::up, lane::control, next, first_kept};
      out.push_back({frame_kind::link_gap, encode_link_gap(gap)});
      next = first_kept;
      return true;
    }
    auto first = next - std::min(next - first_kept, from_before);
    auto through = std::min<std::uint64_t>(log.size(), next + most - 1);
    std::vector<frame_body> bodies;
    link_batch b{log_name::up, lane::control, first, through, {}};
    for (auto offset = first; offset <= through; ++offset) {
      auto& a = log[offset - 1];
      if (a.severity < wanted.severity_min)
        continue;
      bodies.push_back(encode_alert(a));
      log_entry_view e;
      e.offset = offset;
      e.at = at(offset);
      e.kind = entry_kind::alert;
      e.unit = a.unit;
      e.body = bodies.back().view();
      b.entries.push_back(e);
    }
    out.push_back({frame_kind::link_batch, encode_link_batch(b)});
    next = through + 1;
    return true;
  }

  void deliver(watch_stream& w) {
    while (!out.empty()) {
      auto f = std::move(out.front());
      out.pop_front();
      w.take(f.kind, f.body.view());
      hear(w);
    }
  }
  void connect(watch_stream& w) {
    out.clear();
    next = 0;
    w.up();
    hear(w);
    deliver(w);
  }

  std::vector<alert> log;
  std::map<std::string, std::uint64_t> cursors;
  std::uint64_t first_kept = 1, epoch = 1, open_alerts = 0;
  std::uint64_t next = 0, acked = 0;
  std::string name;
  subscribe wanted;
  std::deque<frame> out;
  std::vector<frame_kind> said;
};

inline watch_stream::options options(std::string name = {},
                                     subscribe_start start = subscribe_start::resume) {
  watch_stream::options o;
  o.want.name = std::move(name);
  o.want.start = start;
  o.want.credit_bytes = 1 << 20;
  o.snapshot = false;
  o.fresh_id = [n = std::uint8_t{0}]() mutable {
    command_id id{};
    id[0] = ++n;
    id[1] = 7;
    return id;
  };
  return o;
}

/// What comes out, all handled: `b` began, `a12` alert 12, `g3-5` gap, `o1` open, `c` caught up ...
inline std::string all_of(watch_stream& w) {
  std::string text;
  while (auto e = w.next()) {
    switch (e->what) {
    case event::began:
      text += "b" + std::to_string(e->through + 1 - e->first);
      break;
    case event::open:
      text += "o" + e->alert.subject.substr(7);
      break;
    case event::alert:
      text += "a" + e->alert.subject;
      break;
    case event::gap:
      text += "g" + std::to_string(e->first) + "-" + std::to_string(e->through);
      break;
    case event::restored:
      text += "r";
      break;
    case event::caught_up:
      text += "c";
      break;
    case event::all_open:
      text += ".";
      break;
    case event::end:
      text += "end";
      break;
    default:
      text += "?";
    }
    text += ' ';
    w.handled(*e);
  }
  return text;
}

} // namespace wardflow::test
