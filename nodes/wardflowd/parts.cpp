// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardflowd/parts.hpp"

#include "actors/io/allow_file.hpp"
#include "messages/contract.hpp"
#include "messages/texts.hpp"

#include <spdlog/spdlog.h>

#include <fstream>

namespace wardflow {

namespace {

std::uint64_t resident_kib() {
  std::ifstream statm{"/proc/self/statm"};
  std::uint64_t total = 0, resident = 0;
  statm >> total >> resident;
  return resident * 4;
}

} // namespace

node::parts::actor_config::actor_config(unsigned workers) {
  add_message_types<caf::id_block::wardflow>();
  set("scheduler.policy", caf::atom("sharing")); // stealing polls when idle
  set("scheduler.max-threads", workers);
  set("scheduler.max-throughput", 300u);
}

io::outcome<std::unique_ptr<node::parts>> node::parts::open(const node_config& config,
                                                            failed_port failed) {
  auto node_key = io::load_key_pair(config.node_key);
  if (!node_key)
    return node_key.why();
  auto secret = province_key::load(config.province_key);
  if (!secret.key)
    return io::failure{secret.problem == code::key_file_missing ? code::province_key_missing
                                                                : secret.problem,
                       config.province_key.string()};
  auto keys_in_file = io::read_allow_file(config.allow_list);
  if (!keys_in_file)
    return keys_in_file.why();
  io::store_options disk_options;
  disk_options.folder = config.folder;
  disk_options.map_bytes = std::size_t{config.map_gib} << 30;
  disk_options.ballast_bytes = std::size_t{config.ballast_mib} << 20;
  auto opened = io::store::open(disk_options);
  if (auto* why = std::get_if<io::store_failure>(&opened))
    return io::failure{why->reason, why->detail};
  auto p = std::make_unique<parts>(std::move(std::get<io::store>(opened)));
  p->config = config;
  p->own_key = std::move(*node_key);
  p->secret = std::move(*secret.key);
  p->keys_in_file = std::move(*keys_in_file);
  if (auto bad = load_identity(p->disk, p->who); bad != code::ok)
    return io::failure{bad, "the node's identity"};
  audit_log audit{p->disk};
  if (auto bad = audit.load(); bad != code::ok)
    return io::failure{bad, "the audit log's head"};
  auto* raw = p.get();
  p->audit = std::make_unique<auditor>(p->disk, [raw](peer_id peer, frame_body a) {
    raw->door->answer_later(peer, frame_kind::answer, std::move(a));
  });
  p->journal = std::make_unique<journal_thread>(
    p->disk, std::move(audit),
    journal_thread::ports{[raw](round_ptr r) { raw->committed(std::move(r)); },
                          [raw, failed](code why, const std::string& what) {
                            raw->disk_failed = true;
                            failed(why, what);
                          }});
  p->actors_config = std::make_unique<actor_config>(config.workers);
  p->actors = std::make_unique<caf::actor_system>(*p->actors_config);
  return p;
}

std::optional<io::failure> node::parts::begin(gate_options at_door, allow_list keys,
                                              const uplink_session::committed& logs) {
  at_door.unit = config.unit;
  at_door.node_key = own_key;
  io::socket_options socket_options;
  socket_options.scan_endpoint = config.scan_endpoint;
  socket_options.control_endpoint = config.control_endpoint;
  socket_options.server = own_key;
  socket_options.may_connect = [this](io::channel on, const public_key& key) {
    return door != nullptr && door->may_connect(on, key);
  };
  auto ends = io::sockets::open(std::move(socket_options));
  if (!ends)
    return ends.why();
  scan_endpoint = ends->endpoint(io::channel::scans);
  control_endpoint = ends->endpoint(io::channel::control);
  door = std::make_unique<gate>(
    std::move(at_door), std::move(*ends), std::move(keys), std::move(*secret),
    gate::ports{[this](round_ptr r) { work(std::move(r)); },
                [this] { return journal->scans_fit(); }, [this] { return facts(); },
                [](std::string_view line) { spdlog::info("{}", line); },
                [this](const scan_round& r) { sent(r); },
                [this](peer_id peer, bool gone) { readers->lost(peer, gone); }});
  readers = std::make_unique<feed>(
    disk, feed::ports{[this](peer_id peer, frame_kind kind, frame_body body) {
                        door->answer_later(peer, kind, std::move(body));
                      },
                      [this](const std::string& place) { log_unreadable(place); }, config.unit});
  if (auto bad = door->prove(); bad != code::ok)
    return io::failure{bad, scan_endpoint};
  if (!config.parent_endpoint.empty()) {
    uplink_options up;
    up.endpoint = config.parent_endpoint;
    up.own = own_key;
    up.server = config.parent_key;
    up.unit = config.unit;
    up.id = who.id;
    up.epoch = who.epoch;
    up.boot = who.boot;
    up.at_start = logs;
    auto started =
      uplink::start(disk, std::move(up),
                    uplink::ports{[this](const node_ref& from, frame_kind kind, frame_body body) {
                                    return door->take_directive(from, kind, std::move(body));
                                  },
                                  [this](const node_ref& from, const uplink_session::acks& through,
                                         bool republish, bool urgent) {
                                    door->parent_has(from, through, republish, urgent);
                                  },
                                  [](std::string_view line) { spdlog::info("{}", line); },
                                  [this](const node_ref& from) { door->directives_begin(from); },
                                  [this](const std::string& place) { log_unreadable(place); }});
    if (!started)
      return started.why();
    parent = std::move(*started);
  }
  door->start();
  return std::nullopt;
}

/// FEED and UPLINK meet the same places again and again: one line of log is enough.
void node::parts::log_unreadable(const std::string& place) {
  {
    std::lock_guard lock{mutex};
    if (!unreadable.empty())
      return;
    unreadable = place;
  }
  spdlog::error("{} {}", text(code::store_damaged, language::en), place);
  door->log_unreadable(place);
}

void node::parts::committed(round_ptr r) {
  audit->committed(*r);
  if (questions != nullptr) {
    if (r->verify_wanted)
      questions->verify(*r);
    questions->committed(r->stamp);
  }
  auto last = r->number == last_round.load();
  door->committed(std::move(r));
  if (last)
    rested.set_value();
}

void node::parts::sent(const scan_round& r) {
  readers->committed(r);
  if (parent != nullptr)
    parent->committed(r);
}

std::vector<std::pair<std::string, std::string>> node::parts::facts() const {
  auto room = disk.room();
  std::vector<std::pair<std::string, std::string>> all{
    {"version", WARDFLOW_VERSION},
    {"commits", std::to_string(journal->commits())},
    {"record_bytes", std::to_string(journal->record_bytes())},
    {"memory_kib", std::to_string(resident_kib())},
    {"disk_live_kib", std::to_string(room.live_bytes / 1024)},
    {"disk_free_mib", std::to_string(room.disk_free_bytes >> 20)},
    {"map_percent", std::to_string(room.map_percent())},
    {"store", room.scans_fit ? "open" : "full"},
    {"epoch", std::to_string(who.epoch)}};
  if (std::lock_guard lock{mutex}; !unreadable.empty())
    all.emplace_back("log_unreadable", unreadable);
  auto add = [&](const std::vector<std::pair<std::string, std::string>>& more) {
    all.insert(all.end(), more.begin(), more.end());
  };
  if (questions != nullptr)
    add(questions->facts());
  add(readers->facts());
  if (parent != nullptr)
    add(parent->facts());
  return all;
}

} // namespace wardflow
