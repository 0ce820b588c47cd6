// SPDX-License-Identifier: Apache-2.0
// A feed desk with a log and facts in memory; orders by hand, what is sent looked at.
#pragma once

#include "actors/logic/feed_desk.hpp"
#include "actors/logic/offset_log.hpp"
#include "messages/codec.hpp"
#include "tests/support/fact_disk.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace wardflow::test {

struct feed_desk_world {
  void append(unit_code of, severity how = severity::notice,
              alert_kind kind = alert_kind::card_cloned) {
    alert a;
    a.unit = of;
    a.kind = kind;
    a.severity = how;
    a.revision = 1;
    log.append(lane::control, {.kind = entry_kind::alert, .unit = of, .body = encode_alert(a)});
  }
  void seal() {
    std::vector<saved_row> sealed;
    log.seal(1, sealed);
    for (auto& row : sealed)
      rows[row.key] = row.value;
  }
  code read(lane l, std::uint64_t from, std::size_t bytes_max, std::vector<log_chunk>& chunks) {
    std::size_t size = 0;
    ++reads;
    if (from == damaged)
      return code::store_damaged;
    for (auto at = rows.lower_bound(offset_log::chunk_key(l, from));
         at != rows.end() && offset_log::is_chunk_key(l, at->first) &&
         (size == 0 || size < bytes_max);
         ++at) {
      log_chunk c;
      BOOST_REQUIRE(read_log_chunk(at->second, c));
      size += c.message.size();
      chunks.push_back(std::move(c));
    }
    return code::ok;
  }
  /// So many chunks of one alert each.
  void fill(int chunks, unit_code of) {
    for (; chunks != 0; --chunks) {
      append(of);
      seal();
    }
  }
  /// Units of the entries that were sent to this peer, then what else was.
  std::string pump(std::uint64_t peer = 1) {
    sent.clear();
    while (desk.pump(log.held(), log.held(), {}, now, now + 7)) {
    }
    std::string out;
    for (auto& [to, kind, body] : sent) {
      if (to != peer_id{peer})
        continue;
      link_batch b;
      link_gap g;
      if (kind == frame_kind::link_gap && read_link_gap(body.view(), g) == code::ok)
        out += "gap " + std::to_string(g.wanted) + "-" + std::to_string(g.first_retained) + " ";
      else if (kind == frame_kind::link_bye)
        out += "bye ";
      else if (kind == frame_kind::link_heartbeat)
        out += "beat ";
      else if (read_link_batch(body.view(), b) == code::ok) {
        BOOST_TEST(b.first == through[peer] + 1);
        through[peer] = b.through;
        for (auto& e : b.entries)
          out += std::string{e.unit.text()} + " ";
      }
    }
    return out;
  }
  void open(feed_order order, std::uint64_t peer = 1, std::uint64_t from = 1) {
    order.peer = peer_id{peer};
    order.wanted = {{lane::control, 0, from}};
    order.window_bytes = order.window_bytes == 0 ? 1'000'000 : order.window_bytes;
    through[peer] = from - 1;
    desk.obey(std::move(order), now);
  }
  void ack(std::uint64_t upto, log_name of = log_name::up) {
    feed_order order;
    order.what = feed_order::deed::acked;
    order.peer = peer_id{1};
    order.log = of;
    order.wanted = {{lane::control, 0, upto + 1}};
    desk.obey(std::move(order), now);
  }

  offset_log log{log_name::up, {}};
  fact_disk facts;
  std::map<std::string, std::vector<std::byte>> rows;
  std::vector<std::tuple<peer_id, frame_kind, frame_body>> sent;
  std::map<std::uint64_t, std::uint64_t> through;
  feed_desk desk{
    {[this](peer_id to, frame_kind kind, frame_body body) {
       sent.emplace_back(to, kind, std::move(body));
     },
     [this](log_name, lane l, std::uint64_t from, std::size_t bytes_max,
            std::vector<log_chunk>& chunks) { return read(l, from, bytes_max, chunks); },
     [this](log_name, lane, std::uint64_t offset) { unreadable.push_back(offset); },
     [this](std::string_view from, std::string_view end, std::size_t bytes_max,
            std::vector<fact_row>& out) { return facts.read(from, end, bytes_max, out); }}};
  time_ms now = 1'000;
  std::uint64_t damaged = 0; // no chunk can be read from here on; 0: all can
  int reads = 0;
  std::vector<std::uint64_t> unreadable; // what was told
};

} // namespace wardflow::test
