// SPDX-License-Identifier: Apache-2.0
#include "tests/support/ward_rig.hpp"

#include "actors/io/allow_file.hpp"
#include "actors/io/clock.hpp"
#include "actors/io/pseudonym.hpp"
#include "nodes/wardctl/target.hpp"
#include "tests/support/programs.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <random>

namespace wardflow::test {

namespace {

std::string word_after(const std::string& text, const std::string& name) {
  auto at = text.find(name);
  if (at == std::string::npos)
    return {};
  at += name.size();
  return text.substr(at, text.find_first_of(" \n", at) - at);
}

} // namespace

ward_rig::ward_rig(std::filesystem::path where, std::string extra_config, const char* code) :
  folder(std::move(where)), unit(*unit_code::parse(code)), extra_config_(std::move(extra_config)) {
  if (folder.empty()) {
    auto pattern = (std::filesystem::temp_directory_path() / "wardflow-XXXXXX").string();
    folder = ::mkdtemp(pattern.data());
    temporary_ = true;
  }
  auto keys = folder / "keys";
  node_key = *io::generate_key_pair();
  operator_key = *io::generate_key_pair();
  gateway_key = *io::generate_key_pair();
  std::filesystem::create_directories(keys);
  (void)io::write_key_pair(keys / "node", node_key);
  (void)province_key::generate().key->write(keys / "province");
  principal p;
  p.key = operator_key.open;
  p.role = role::operator_;
  p.name = "test operator";
  p.unit = unit;
  (void)io::append_to_allow_file(folder / "allow.toml", p);
  write_config();
}

void ward_rig::write_config() {
  auto or_any = [](const std::string& endpoint) {
    return endpoint.empty() ? std::string{"tcp://127.0.0.1:*"} : endpoint;
  };
  std::ofstream{folder / "node.toml"} << "unit = \"" << unit.text() << "\"\nfolder = \".\"\n"
                                      << "scan_endpoint = \"" << or_any(scan_endpoint) << "\"\n"
                                      << "control_endpoint = \"" << or_any(control_endpoint)
                                      << "\"\n"
                                      << extra_config_;
}

void ward_rig::keep_endpoints() {
  write_config();
}

void ward_rig::add_config(const std::string& lines) {
  extra_config_ += lines;
  write_config();
}

bool ward_rig::write_target(const std::filesystem::path& where, const io::key_pair& key,
                            venue_id venue) {
  std::filesystem::create_directories(where);
  wardctl::target t;
  t.scans = scan_endpoint;
  t.node_key = node_key.open;
  t.key = "key";
  t.venue = venue;
  return io::write_key_pair(where / "key", key) &&
         wardctl::write_target(where / "target.toml", t) == code::ok;
}

bool ward_rig::add_door(const std::filesystem::path& where, venue_id venue) {
  auto key = *io::generate_key_pair();
  device_add d;
  d.name = where.filename().string();
  d.key = key.open;
  d.venue = venue;
  auto said = say(d);
  return said && said->code == code::done && write_target(where, key, venue);
}

bool ward_rig::add_gateway_target(const std::filesystem::path& where) {
  return write_target(where, gateway_key, venue_id{});
}

ward_rig::ward_rig(std::filesystem::path where, as_it_is) : folder(std::move(where)) {
  // nop
}

ward_rig::~ward_rig() {
  control_.reset();
  if (process_ > 0)
    kill();
  if (temporary_)
    if (std::getenv("KEEP") == nullptr)
      std::filesystem::remove_all(folder);
}

bool ward_rig::start() {
  control_.reset();
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    return false;
  auto config = (folder / "node.toml").string();
  auto path = (programs() / "wardflowd").string();
  process_ = ::fork();
  if (process_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(ends[1], 1);
    ::dup2(ends[1], 2);
    if (network >= 0 && ::setns(network, CLONE_NEWNET) != 0)
      ::_exit(126);
    for (auto& variable : environment)
      ::putenv(variable.data());
    ::execl(path.c_str(), "wardflowd", "--config", config.c_str(), "--lang", "en", nullptr);
    ::_exit(127);
  }
  ::close(ends[1]);
  if (out_ >= 0)
    ::close(out_);
  out_ = ends[0];
  output.clear();
  for (auto until = io::monotonic_ms() + 30'000; io::monotonic_ms() < until;) {
    pollfd p{out_, POLLIN, 0};
    ::poll(&p, 1, 1000);
    char text[4096];
    auto n = (p.revents & (POLLIN | POLLHUP)) != 0 ? ::read(out_, text, sizeof text) : -1;
    if (n == 0)
      break;
    if (n > 0)
      output.append(text, static_cast<std::size_t>(n));
    scan_endpoint = word_after(output, "ready scans=");
    control_endpoint = word_after(output, " control=");
    if (!control_endpoint.empty() && output.find('\n', output.find(" control=")) != output.npos) {
      // Read on in the background of the pipe: what the node logs later must not block it.
      ::fcntl(out_, F_SETFL, O_NONBLOCK);
      return true;
    }
  }
  stop();
  return false;
}

void ward_rig::kill() {
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
  process_ = 0;
}

void ward_rig::pause() {
  ::kill(process_, SIGSTOP);
}

void ward_rig::go_on() {
  ::kill(process_, SIGCONT);
}

void ward_rig::go_on_after(int ms) {
  ::poll(nullptr, 0, ms);
  go_on();
}

void ward_rig::reload() {
  hang_up();
  (void)says("allow-list reloaded");
}

void ward_rig::hang_up() {
  (void)said();
  output.clear();
  ::kill(process_, SIGHUP);
}

bool ward_rig::says(const std::string& text) {
  for (auto until = io::monotonic_ms() + 10'000; io::monotonic_ms() < until;) {
    if (said().find(text) != std::string::npos)
      return true;
    pollfd p{out_, POLLIN, 0};
    ::poll(&p, 1, 100);
  }
  return false;
}

const std::string& ward_rig::said() {
  char text[4096];
  for (auto n = ::read(out_, text, sizeof text); n > 0; n = ::read(out_, text, sizeof text))
    output.append(text, static_cast<std::size_t>(n));
  return output;
}

int ward_rig::stop() {
  control_.reset();
  if (process_ <= 0)
    return -1;
  ::kill(process_, SIGTERM);
  auto status = 0;
  ::waitpid(process_, &status, 0);
  process_ = 0;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::unique_ptr<io::client> ward_rig::scanner(const io::key_pair& key) {
  if (context_ == nullptr)
    context_ = io::make_client_context();
  io::client_options o;
  o.context = context_;
  o.endpoint = scan_endpoint;
  o.own = key;
  o.server = node_key.open;
  auto made = io::client::connect(o);
  return made ? std::make_unique<io::client>(std::move(*made)) : nullptr;
}

std::unique_ptr<io::client> ward_rig::controller(const io::key_pair& key) {
  io::client_options o;
  o.endpoint = control_endpoint;
  o.own = key;
  o.server = node_key.open;
  auto made = io::client::connect(o);
  return made ? std::make_unique<io::client>(std::move(*made)) : nullptr;
}

std::optional<answer> ward_rig::say(command_body body, bool dry_run, int timeout_ms, bool more) {
  if (control_ == nullptr)
    control_ = controller(operator_key);
  command c;
  std::random_device random;
  for (auto& byte : c.id)
    byte = static_cast<std::uint8_t>(random());
  c.dry_run = dry_run;
  c.more = more;
  c.body = std::move(body);
  auto sent = false;
  for (auto until = io::monotonic_ms() + timeout_ms; io::monotonic_ms() < until;) {
    if (!sent)
      sent = control_->send(frame_kind::command, encode_command(c));
    auto got = control_->receive(100);
    answer a;
    if (got && got->header.kind == frame_kind::answer &&
        read_answer(got->body.view(), a) == code::ok && a.id == c.id)
      return a;
  }
  return std::nullopt;
}

bool ward_rig::furnish(std::uint32_t venues) {
  auto good = [](const std::optional<answer>& a) { return a && a->code == code::done; };
  if (!good(say(std::vector<group_record>{{make_group_id(unit.number(), 1), "To 1"}})))
    return false;
  for (std::uint32_t from = 0; from < venues; from += 2000) {
    std::vector<venue_record> rows;
    for (auto i = from; i < venues && i < from + 2000; ++i) {
      venue_record v;
      v.name = "Quan " + std::to_string(i + 1);
      v.facts.kind = category::shop;
      v.facts.group = make_group_id(unit.number(), 1);
      v.facts.opens = v.facts.closes = 0;
      rows.push_back(v);
    }
    if (!good(say(rows)))
      return false;
  }
  for (auto name : {"khanh-hoa-2021-10-16.toml", "khanh-hoa-2021-11-16.toml"}) {
    std::ifstream in{std::string{WARDFLOW_SOURCE_DIR} + "/config/rulebooks/" + name};
    if (!good(say(rulebook_text{{std::istreambuf_iterator<char>{in}, {}}})))
      return false;
  }
  device_add d;
  d.name = "gateway";
  d.key = gateway_key.open;
  d.gateway = true;
  return good(say(d));
}

} // namespace wardflow::test
