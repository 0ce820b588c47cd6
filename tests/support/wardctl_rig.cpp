// SPDX-License-Identifier: Apache-2.0
#include "tests/support/wardctl_rig.hpp"

#include "actors/io/allow_file.hpp"
#include "actors/io/clock.hpp"
#include "nodes/wardctl/app.hpp"
#include "nodes/wardctl/target.hpp"
#include "tests/support/programs.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>

namespace wardflow::test {

namespace {

std::string clock_lines(const std::string& day) {
  return day.empty() ? std::string{}
                     : "clock = \"input\"\nclock_start = \"" + day + "\"\nballast_mib = 0\n";
}

std::string slurp(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

} // namespace

called call(std::vector<std::string> words, const std::string& in) {
  if (std::find(words.begin(), words.end(), "--lang") == words.end())
    words.insert(words.begin(), {"--lang", "en"});
  std::vector<const char*> arguments{"wardctl"};
  for (auto& word : words)
    arguments.push_back(word.c_str());
  std::istringstream from{in};
  std::ostringstream out, err;
  called result;
  result.code = wardctl::run(static_cast<int>(arguments.size()), arguments.data(), from, out, err);
  result.out = out.str();
  result.err = err.str();
  return result;
}

called call_program(const std::vector<std::string>& words, const std::filesystem::path& folder,
                    const std::vector<std::string>& environment) {
  auto program = programs() / "wardctl";
  auto out = (folder / ".out").string(), err = (folder / ".err").string();
  auto child = ::fork();
  if (child == 0) {
    std::vector<const char*> arguments{"wardctl"}, variables;
    for (auto& word : words)
      arguments.push_back(word.c_str());
    for (auto& variable : environment)
      variables.push_back(variable.c_str());
    arguments.push_back(nullptr);
    variables.push_back(nullptr);
    if (::chdir(folder.c_str()) != 0 || std::freopen(out.c_str(), "w", stdout) == nullptr ||
        std::freopen(err.c_str(), "w", stderr) == nullptr)
      ::_exit(126);
    ::execve(program.c_str(), const_cast<char* const*>(arguments.data()),
             const_cast<char* const*>(variables.data()));
    ::_exit(127);
  }
  auto status = 0;
  ::waitpid(child, &status, 0);
  called result;
  result.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  result.out = slurp(out);
  result.err = slurp(err);
  std::filesystem::remove(out);
  std::filesystem::remove(err);
  return result;
}

wardctl_rig::wardctl_rig(const std::string& extra_config, const std::string& day) :
  node({}, clock_lines(day) + extra_config) {
  BOOST_REQUIRE(io::write_key_pair(node.folder / "keys" / "operator", node.operator_key));
  BOOST_REQUIRE_MESSAGE(start_again(), node.output);
}

bool wardctl_rig::start_again() {
  gateway_.reset();
  if (!node.start())
    return false;
  std::filesystem::remove(node.folder / "target.toml");
  wardctl::target t;
  t.scans = node.scan_endpoint;
  t.control = node.control_endpoint;
  t.node_key = node.node_key.open;
  t.key = "keys/operator";
  return wardctl::write_target(node.folder / "target.toml", t) == code::ok;
}

called wardctl_rig::operator()(std::vector<std::string> words, const std::string& in) {
  words.insert(words.begin(), {"--target", node.folder.string()});
  return call(std::move(words), in);
}

std::string wardctl_rig::write(const std::string& name, const std::string& text) {
  auto file = node.folder / name;
  std::filesystem::create_directories(file.parent_path());
  std::ofstream{file, std::ios::binary} << text;
  return file.string();
}

std::string wardctl_rig::path(const std::string& name) const {
  return (node.folder / name).string();
}

std::string wardctl_rig::text_of(const std::string& file) {
  return slurp(file);
}

std::string wardctl_rig::person(role is, const std::string& name) {
  principal who;
  who.role = is;
  who.name = name;
  who.unit = *unit_code::parse("22366");
  auto pair = *io::generate_key_pair();
  who.key = pair.open;
  BOOST_REQUIRE(io::write_key_pair(node.folder / "keys" / name, pair));
  BOOST_REQUIRE(io::append_to_allow_file(node.folder / "allow.toml", who));
  node.reload();
  wardctl::target t;
  t.scans = node.scan_endpoint;
  t.control = node.control_endpoint;
  t.node_key = node.node_key.open;
  t.key = "keys/" + name;
  auto file = node.folder / (name + ".toml");
  BOOST_REQUIRE(wardctl::write_target(file, t) == code::ok);
  return file.string();
}

void wardctl_rig::send_scans(const std::vector<scan>& scans) {
  if (gateway_ == nullptr)
    gateway_ = node.scanner(node.gateway_key);
  auto last = next_ + scans.size() - 1;
  auto sent = false;
  for (auto until = io::monotonic_ms() + 20'000; io::monotonic_ms() < until;) {
    if (!sent)
      sent = gateway_->send(frame_kind::scan_batch, encode_batch(1, next_, scans));
    auto got = gateway_->receive(100);
    scan_reply reply;
    if (got && got->header.kind == frame_kind::scan_reply &&
        read_scan_reply(got->body.view(), reply) == code::ok && reply.through_sequence >= last) {
      next_ = last + 1;
      return;
    }
  }
  BOOST_FAIL("no answer to a batch of scans");
}

} // namespace wardflow::test
