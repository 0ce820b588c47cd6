// SPDX-License-Identifier: Apache-2.0
// Proves: a node that cannot run says why and what to do in both languages, ends with the
//         documented code and touches nothing: a file system that LMDB cannot use, too few files,
//         a folder that another node holds, a port in use, missing or open keys, a wrong file.
// Method: the real program, once for each fault.
#define BOOST_TEST_MODULE start
#include "messages/texts.hpp"
#include "tests/support/contains.hpp"
#include "tests/support/power_rig.hpp"
#include "tests/support/programs.hpp"
#include "tests/support/ward_rig.hpp"

#include <boost/test/unit_test.hpp>

#include <poll.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>

using namespace wardflow;
using namespace wardflow::test;

namespace {

struct ended {
  int code = -1; // -1: it ran on and was killed
  std::string said;
};

/// Starts wardflowd and waits for its end, at most 20 s. `before` is done in its process first.
ended start_node(
  const std::filesystem::path& config, const std::string& lang = "en",
  const std::function<void()>& before = [] {}) {
  auto program = (programs() / "wardflowd").string();
  int ends[2];
  BOOST_REQUIRE(::pipe(ends) == 0);
  auto child = ::fork();
  if (child == 0) {
    before();
    ::dup2(ends[1], 1);
    ::dup2(ends[1], 2);
    ::close(ends[0]);
    ::close(ends[1]);
    ::execl(program.c_str(), "wardflowd", "--config", config.c_str(), "--lang", lang.c_str(),
            nullptr);
    ::_exit(127);
  }
  ::close(ends[1]);
  ended result;
  auto ready = [&] { return result.said.find("ready scans=") != std::string::npos; };
  while (!ready()) {
    pollfd p{ends[0], POLLIN, 0};
    char text[4096];
    auto n = ::poll(&p, 1, 20'000) == 1 ? ::read(ends[0], text, sizeof text) : -1;
    if (n <= 0)
      break;
    result.said.append(text, static_cast<std::size_t>(n));
  }
  ::close(ends[0]);
  if (ready())
    ::kill(child, SIGKILL);
  auto status = 0;
  ::waitpid(child, &status, 0);
  result.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return result;
}

/// It ended with this code, and says the reason and what to do, in both languages.
void refuses(
  const std::filesystem::path& config, int exit_code, code why, const std::string& detail,
  const std::function<void()>& before = [] {}) {
  for (auto lang : {language::vi, language::en}) {
    auto got = start_node(config, lang == language::vi ? "vi" : "en", before);
    BOOST_TEST_CONTEXT(got.said) {
      BOOST_TEST(got.code == exit_code);
      BOOST_TEST(contains(got.said, "wardflowd: " + std::string{text(why, lang)}));
      BOOST_TEST(contains(got.said, next_step(why, lang)));
      BOOST_TEST(contains(got.said, detail));
    }
  }
}

std::string slurp(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

/// Adds a line to a node's file, and gives its number.
std::size_t add_line(const std::filesystem::path& file, const std::string& line) {
  auto text = slurp(file);
  std::ofstream{file, std::ios::binary} << text << line << "\n";
  return 1 + static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

} // namespace

BOOST_AUTO_TEST_CASE(a_data_folder_on_a_tmpfs_is_refused_and_left_as_it_was) {
  power_rig::skip_unless_possible();
  const power_rig rig{std::size_t{8} << 20}; // for its namespace of mounts
  auto at = rig.folder() / "tmpfs";
  std::filesystem::create_directory(at);
  BOOST_REQUIRE(::mount("tmpfs", at.c_str(), "tmpfs", 0, "size=16m") == 0);
  {
    ward_rig node{at};
    refuses(at / "node.toml", 3, code::folder_unsuitable, "tmpfs");
    BOOST_TEST(!std::filesystem::exists(at / "data.mdb"));
    BOOST_TEST(!std::filesystem::exists(at / "lock"));
  }
  ::umount2(at.c_str(), MNT_DETACH);
}

BOOST_AUTO_TEST_CASE(too_few_files_are_refused_and_a_low_limit_is_raised) {
  ward_rig node;
  auto limit = [](rlim_t soft, rlim_t hard) {
    return [=] {
      rlimit l{soft, hard};
      if (::setrlimit(RLIMIT_NOFILE, &l) != 0)
        ::_exit(99);
    };
  };
  refuses(node.folder / "node.toml", 3, code::files_limit_low, "8192", limit(4096, 4096));
  refuses(node.folder / "node.toml", 3, code::files_limit_low, "8191", limit(1024, 8191));
  auto raised = start_node(node.folder / "node.toml", "en", limit(1024, 8192));
  BOOST_TEST(contains(raised.said, "ready scans="), raised.said);
}

BOOST_AUTO_TEST_CASE(two_nodes_on_one_folder_are_refused_and_the_first_goes_on) {
  ward_rig node;
  BOOST_REQUIRE_MESSAGE(node.start(), node.output);
  BOOST_REQUIRE(node.furnish(1));
  refuses(node.folder / "node.toml", 3, code::folder_in_use, node.folder.string());
  BOOST_TEST(node.say(query{}).has_value());
  BOOST_TEST(node.stop() == 0);
  BOOST_TEST(node.start(), node.output); // the folder is whole, and free again
}

BOOST_AUTO_TEST_CASE(a_port_that_another_node_has_is_refused_by_its_name) {
  ward_rig first;
  BOOST_REQUIRE_MESSAGE(first.start(), first.output);
  ward_rig second;
  second.scan_endpoint = first.scan_endpoint;
  second.keep_endpoints();
  refuses(second.folder / "node.toml", 3, code::port_in_use, first.scan_endpoint);
  BOOST_TEST(first.say(query{}).has_value());
}

BOOST_AUTO_TEST_CASE(a_wrong_node_file_is_refused_with_its_line) {
  ward_rig node;
  auto file = node.folder / "node.toml";
  auto right = slurp(file);
  refuses(node.folder / "none.toml", 2, code::config_missing, "none.toml");
  struct mistake {
    std::string line;
    code why;
  };
  for (auto& [line, why] : {mistake{"mapgib = 4", code::config_key_unknown},
                            mistake{"map_gib = \"4\"", code::config_malformed},
                            mistake{"workers = 0", code::config_malformed},
                            mistake{"clock = \"moon\"", code::config_malformed},
                            mistake{"clock_start = ", code::config_malformed}}) {
    auto number = add_line(file, line);
    refuses(file, 2, why, file.string() + ":" + std::to_string(number) + ": ");
    std::ofstream{file, std::ios::binary} << right;
  }
  auto wrong_unit = right;
  wrong_unit.replace(wrong_unit.find("22366"), 5, "568");
  std::ofstream{file, std::ios::binary} << wrong_unit;
  refuses(file, 2, code::unit_not_a_ward, file.string() + ":1: ");
  std::ofstream{file, std::ios::binary} << right;
  BOOST_TEST(node.start(), node.output);
}

BOOST_AUTO_TEST_CASE(missing_or_open_keys_and_a_wrong_allow_list_are_refused_by_their_file) {
  ward_rig node;
  auto file = node.folder / "node.toml";
  auto keys = node.folder / "keys";
  std::filesystem::rename(keys / "province", keys / "away");
  refuses(file, 3, code::province_key_missing, (keys / "province").string());
  std::filesystem::rename(keys / "away", keys / "province");
  std::filesystem::permissions(keys / "province", std::filesystem::perms{0644});
  refuses(file, 3, code::key_file_open_to_others, (keys / "province").string());
  std::filesystem::permissions(keys / "province", std::filesystem::perms{0600});
  auto allowed = node.folder / "allow.toml";
  auto number = add_line(allowed, "rolle = \"operator\"");
  refuses(file, 3, code::config_key_unknown,
          allowed.string() + ":" + std::to_string(number) + ": ");
}
