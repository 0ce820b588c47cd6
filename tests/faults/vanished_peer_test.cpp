// SPDX-License-Identifier: Apache-2.0
// Proves: a peer whose packets vanish, and of whom no kernel says a word, is noticed within 6 s at
//         both ends; when the cable is in again, the child is back by itself.
// Method: a city and a ward as real processes in two network namespaces, joined by a veth whose one
//         end is set down. Root only: skipped otherwise. All else that befalls lines is shown by a
//         proxy (tests/support/tcp_proxy.hpp), which can end and stall connections but lets
//         nothing vanish.
#define BOOST_TEST_MODULE vanished_peer
#include "actors/io/clock.hpp"
#include "actors/io/key_text.hpp"
#include "nodes/wardctl/view.hpp"
#include "tests/support/patience.hpp"
#include "tests/support/power_rig.hpp"
#include "tests/support/tree_rig.hpp"

#include <boost/test/unit_test.hpp>

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

using namespace wardflow;
using namespace wardflow::test;

namespace {

constexpr time_ms noticed_ms = 6 * second_ms; // the issue's
constexpr time_ms look_ms = 300;              // how late we may see what was noticed

[[noreturn]] void skip(const std::string& why) {
  std::printf("SKIP: no network of its own: %s\n", why.c_str());
  std::exit(77);
}

/// A network for the child, joined with that of this process, which is one of its own too.
class cable {
public:
  cable() {
    if (::geteuid() != 0)
      skip("needs root");
    if (::unshare(CLONE_NEWNET) != 0)
      skip("unshare");
    int ready[2];
    BOOST_REQUIRE(::pipe2(ready, O_CLOEXEC) == 0);
    holder_ = ::fork();
    if (holder_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      auto done = ::unshare(CLONE_NEWNET) == 0 ? 'y' : 'n';
      (void)!::write(ready[1], &done, 1);
      ::pause();
      ::_exit(0);
    }
    char done = 'n';
    if (::read(ready[0], &done, 1) != 1 || done != 'y')
      skip("unshare");
    ::close(ready[0]);
    ::close(ready[1]);
    auto place = "/proc/" + std::to_string(holder_) + "/ns/net";
    far = ::open(place.c_str(), O_RDONLY | O_CLOEXEC);
    auto there = [&](std::vector<std::string> words) {
      words.insert(words.begin(), {"nsenter", "--net=" + place, "ip"});
      must(words);
    };
    must({"ip", "link", "set", "lo", "up"});
    must({"ip", "link", "add", "near", "type", "veth", "peer", "name", "far", "netns",
          std::to_string(holder_)});
    must({"ip", "address", "add", "10.71.64.1/24", "dev", "near"});
    there({"link", "set", "lo", "up"});
    there({"address", "add", "10.71.64.2/24", "dev", "far"});
    there({"link", "set", "far", "up"});
    plug(true);
  }
  ~cable() {
    ::close(far);
    ::kill(holder_, SIGKILL);
    ::waitpid(holder_, nullptr, 0);
  }
  void plug(bool in) { must({"ip", "link", "set", "near", in ? "up" : "down"}); }

  int far = -1; // the child's network

private:
  static void must(const std::vector<std::string>& words) {
    std::string said;
    if (!run_program(words, said))
      skip(said);
  }

  pid_t holder_ = 0;
};

std::string state_at(ward_rig& city) {
  query q;
  q.what = query_kind::node_list;
  auto a = city.say(q);
  return std::string{a && a->rows.size() == 1
                       ? wardctl::cell_at(a->rows[0], wardctl::column_at(*a, "state"))
                       : "unknown"};
}

} // namespace

BOOST_AUTO_TEST_CASE(a_peer_whose_packets_vanish_is_noticed_within_6_s_at_both_ends) {
  cable line;
  ward_rig city{{}, "role = \"area\"\nballast_mib = 0\n", "568"};
  city.control_endpoint = "tcp://10.71.64.1:*";
  city.keep_endpoints();
  ward_rig ward{{}, "ballast_mib = 0\n"};
  tree_rig::allow(city, ward);
  BOOST_REQUIRE_MESSAGE(city.start(), city.output);
  ward.add_config("parent = \"" + city.control_endpoint + "\"\nparent_key = \"" +
                  io::to_hex(city.node_key.open) + "\"\n");
  ward.network = line.far;
  BOOST_REQUIRE_MESSAGE(ward.start(), ward.output);
  BOOST_TEST_REQUIRE(after(10'000, [&] { return state_at(city) == "up"; }) >= 0);
  BOOST_TEST_REQUIRE(ward.says("parent: in session with 568"), ward.output);

  line.plug(false);
  auto begun = io::monotonic_ms();
  time_ms above = 0, below = 0;
  (void)after(noticed_ms + 4 * second_ms, [&] {
    auto passed = io::monotonic_ms() - begun;
    if (above == 0 && state_at(city) == "silent")
      above = passed;
    if (below == 0 && ward.said().find("parent: node_unreachable") != std::string::npos)
      below = passed;
    return above != 0 && below != 0;
  });
  BOOST_TEST((above != 0 && above <= noticed_ms + look_ms), above);
  BOOST_TEST((below != 0 && below <= noticed_ms + look_ms), below);

  line.plug(true);
  auto back = after(30'000, [&] { // what still lay in the old connection makes nobody "up"
    auto& said = ward.said();
    return said.rfind("parent: in session") > said.find("parent: node_unreachable") &&
           state_at(city) == "up";
  });
  BOOST_TEST(back >= 0);
  BOOST_TEST_MESSAGE("noticed above after " << above << " ms, below after " << below
                                            << " ms; back after " << back << " ms");
}
