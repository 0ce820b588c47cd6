// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardflowd/node.hpp"

#include "actors/disk/ward_start.hpp"
#include "actors/gate.hpp"
#include "actors/io/allow_file.hpp"
#include "actors/io/clock.hpp"
#include "actors/journal.hpp"
#include "actors/reader.hpp"
#include "actors/ward.hpp"

#include "messages/texts.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/send.hpp>
#include <spdlog/spdlog.h>

#include <atomic>
#include <fstream>
#include <future>
#include <utility>

namespace wardflow {

namespace {

/// Nobody lives before this program was built: __DATE__ as a day, UTC.
time_ms built_at() {
  static constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
  std::string_view date = __DATE__; // "Nov 24 2026"
  auto month = months.find(date.substr(0, 3)) / 3 + 1;
  std::string text{date.substr(7, 4)};
  text += month < 10 ? "-0" : "-";
  text += std::to_string(month) + "-";
  text += date[4] == ' ' ? '0' : date[4];
  text += date[5];
  auto day = parse_day(text);
  return day ? *day * day_ms - day_ms : 0;
}

struct actor_config : caf::actor_system_config {
  explicit actor_config(unsigned workers) {
    add_message_types<caf::id_block::wardflow>();
    set("scheduler.policy", caf::atom("sharing")); // stealing polls when idle
    set("scheduler.max-threads", workers);
    set("scheduler.max-throughput", 300u);
  }
};

std::uint64_t resident_kib() {
  std::ifstream statm{"/proc/self/statm"};
  std::uint64_t total = 0, resident = 0;
  statm >> total >> resident;
  return resident * 4;
}

} // namespace

struct node::parts {
  explicit parts(io::store s) : disk(std::move(s)) {
    // nop
  }

  node_config config;
  io::store disk;
  std::atomic<std::uint64_t> last_round{0};
  std::promise<void> rested;
  std::unique_ptr<journal_thread> journal;
  std::unique_ptr<reader> questions;
  std::unique_ptr<actor_config> actors_config;
  std::unique_ptr<caf::actor_system> actors;
  ward_actor ward_handle;
  std::unique_ptr<gate> door;
  std::string scan_endpoint;
  std::string control_endpoint;
  std::atomic<bool> disk_failed{false};
  bool stopped = false;

  void committed(round_ptr r) {
    if (r->verify_wanted)
      questions->verify(*r);
    questions->committed(r->stamp);
    auto last = r->number == last_round.load();
    door->committed(std::move(r));
    if (last)
      rested.set_value();
  }

  /// All is saved and nobody else writes: the state on the disk becomes the base, so that another
  /// logic version may start from it.
  void write_last_base() {
    base_facts base;
    std::string detail;
    auto bad = read_base_facts(disk, base);
    if (bad == code::ok && disk.journal().last_round <= base.round)
      return; // nothing has happened since
    ward_fold fold{config.unit, ward_fold::options{}};
    if (bad == code::ok)
      bad = load_ward(disk, fold, detail);
    base.pass(local_day(fold.state.last_stamp), disk.journal().last_round);
    scan_round none;
    if (bad == code::ok)
      bad = write_base(disk, fold.state, fold.state_hash(none), local_day(fold.state.last_stamp),
                       base, [this](std::vector<io::put> rows, std::uint64_t trim_before) {
                         io::commit_input in;
                         in.puts = rows;
                         in.trim_before = trim_before;
                         in.uses_reserve = true;
                         return disk.commit(in);
                       });
    if (bad != code::ok)
      spdlog::warn("no base was written at this stop: {} {}", text(bad, language::en), detail);
  }

  std::vector<std::pair<std::string, std::string>> facts() const {
    auto room = disk.room();
    auto all = questions->facts();
    all.insert(all.begin(), {{"version", WARDFLOW_VERSION},
                             {"commits", std::to_string(journal->commits())},
                             {"record_bytes", std::to_string(journal->record_bytes())},
                             {"memory_kib", std::to_string(resident_kib())},
                             {"disk_live_kib", std::to_string(room.live_bytes / 1024)},
                             {"disk_free_mib", std::to_string(room.disk_free_bytes >> 20)},
                             {"map_percent", std::to_string(room.map_percent())},
                             {"store", room.scans_fit ? "open" : "full"}});
    return all;
  }
};

node::node(std::unique_ptr<parts> p) : parts_(std::move(p)) {
  // nop
}

node::~node() {
  stop();
}

std::string node::scan_endpoint() const {
  return parts_->scan_endpoint;
}

std::string node::control_endpoint() const {
  return parts_->control_endpoint;
}

io::outcome<std::unique_ptr<node>> node::start(const node_config& config, failed_port failed) {
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

  auto fold = std::make_unique<ward_fold>(config.unit, ward_fold::options{});
  std::string detail;
  auto begun = io::monotonic_ms();
  if (auto bad = load_ward(p->disk, *fold, detail); bad != code::ok)
    return io::failure{bad, detail};
  spdlog::info("state of round {} loaded: {} venues, {} cards, {} rounds replayed in {} ms",
               fold->state.last_round, fold->state.places.size(), fold->state.cards.size(),
               fold->figures.replayed_rounds, io::monotonic_ms() - begun);

  allow_list keys{config.unit};
  keys.replace_file_keys(*keys_in_file);
  for (auto& d : fold->state.devices.all())
    keys.put_device(device_book::principal_of(*d, config.unit));

  gate_options at_door;
  at_door.unit = config.unit;
  at_door.node_key = *node_key;
  auto since = fold->state.last_stamp != 0 ? fold->state.last_stamp : config.clock_start;
  at_door.clock = node_clock{config.clock, since, built_at()};
  at_door.last_round = fold->state.last_round;
  at_door.next_due = fold->state.next_due();

  io::socket_options socket_options;
  socket_options.scan_endpoint = config.scan_endpoint;
  socket_options.control_endpoint = config.control_endpoint;
  socket_options.server = *node_key;
  auto* raw = p.get();
  socket_options.may_connect = [raw](io::channel on, const public_key& key) {
    return raw->door != nullptr && raw->door->may_connect(on, key);
  };
  auto ends = io::sockets::open(std::move(socket_options));
  if (!ends)
    return ends.why();
  p->scan_endpoint = ends->endpoint(io::channel::scans);
  p->control_endpoint = ends->endpoint(io::channel::control);

  p->journal = std::make_unique<journal_thread>(
    p->disk, journal_thread::ports{[raw](round_ptr r) { raw->committed(std::move(r)); },
                                   [raw, failed](code why, const std::string& what) {
                                     raw->disk_failed = true;
                                     failed(why, what);
                                   }});
  p->actors_config = std::make_unique<actor_config>(config.workers);
  p->actors = std::make_unique<caf::actor_system>(*p->actors_config);
  p->ward_handle = p->actors->spawn(
    ward, fold.release(), round_port{[raw](round_ptr r) { raw->journal->push(std::move(r)); }});
  p->door = std::make_unique<gate>(
    std::move(at_door), std::move(*ends), std::move(keys), std::move(*secret.key),
    gate::ports{
      [raw](round_ptr r) { caf::anon_send(raw->ward_handle, atom::work_v, std::move(r)); },
      [raw] { return raw->journal->scans_fit(); }, [raw] { return raw->facts(); },
      [](std::string_view line) { spdlog::info("{}", line); }});
  p->questions = std::make_unique<reader>(
    p->disk, config.unit,
    reader::ports{[raw](peer_id peer, frame_body a) {
                    raw->door->answer_later(peer, frame_kind::answer, std::move(a));
                  },
                  [raw](std::vector<io::put> rows, std::uint64_t trim_before) {
                    return raw->journal->write_along(std::move(rows), trim_before);
                  },
                  [](code what, const std::string& where) {
                    if (what == code::ok)
                      spdlog::info("the days before were judged again and are the base now");
                    else
                      spdlog::error("the base stays where it is: {}: {}", text(what, language::en),
                                    where);
                  }});
  if (auto bad = p->door->prove(); bad != code::ok)
    return io::failure{bad, p->scan_endpoint};
  p->door->start();
  return std::unique_ptr<node>{new node{std::move(p)}};
}

code node::reload_keys(std::string& detail) {
  auto keys = io::read_allow_file(parts_->config.allow_list);
  if (!keys) {
    detail = keys.why().detail;
    return keys.reason();
  }
  parts_->door->replace_keys(std::move(*keys));
  return code::ok;
}

bool node::stop() {
  auto& p = *parts_;
  if (p.stopped || p.door == nullptr)
    return !p.disk_failed;
  p.stopped = true;
  if (!p.disk_failed) {
    auto last = p.door->stop();
    p.last_round = last->number;
    caf::anon_send(p.ward_handle, atom::rest_v, last);
    last.reset();
    p.rested.get_future().wait_for(std::chrono::seconds{60});
  }
  p.questions->stop(); // it may wait for JOURNAL
  p.journal->stop();
  caf::anon_send_exit(p.ward_handle, caf::exit_reason::user_shutdown);
  p.ward_handle = nullptr;
  p.actors.reset();
  if (!p.disk_failed)
    p.write_last_base();
  return !p.disk_failed;
}

} // namespace wardflow
