// SPDX-License-Identifier: Apache-2.0
// Proves: `keys export` and `keys import` bring a node's key back as it was, from a file and from
//         paper; the province's goes along only where it is asked for; nothing is written over, and
//         nothing is made after a mistake, which is named; a passphrase comes from a file that
//         nobody else may read or from a terminal, where it is not shown, and which is put back.
// Method: the commands in this process; for the terminal the real program at one of its own.
#define BOOST_TEST_MODULE key_copies
#include "actors/io/key_files.hpp"
#include "actors/io/pseudonym.hpp"
#include "tests/actors/io/scratch_folder.hpp"
#include "tests/support/wardctl_rig.hpp"

#include <nlohmann/json.hpp>

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cstdlib>

using namespace wardflow;
using namespace wardflow::test;

namespace {

namespace fs = std::filesystem;

constexpr auto secret = "five random words\n";

struct node_folder {
  node_folder() {
    fs::create_directories(scratch.path / "ward" / "keys");
    pair = *io::generate_key_pair();
    BOOST_REQUIRE(io::write_key_pair(scratch.path / "ward" / "keys" / "node", pair));
    BOOST_REQUIRE(province.write(scratch.path / "ward" / "keys" / "province") == code::ok);
    scratch.write("passphrase", secret);
  }
  [[nodiscard]] std::string at(const std::string& name) const {
    return (scratch.path / name).string();
  }
  called keys(std::vector<std::string> words, const std::string& passphrase = "passphrase") {
    words.insert(words.begin(), "keys");
    if (!passphrase.empty())
      words.insert(words.end(), {"--passphrase-file", at(passphrase)});
    return call(words);
  }
  [[nodiscard]] bool has(const std::string& name) const { return fs::exists(scratch.path / name); }
  [[nodiscard]] std::string text_of(const std::string& name) const {
    return io::scratch_folder::text_of(scratch.path / name);
  }

  io::scratch_folder scratch;
  io::key_pair pair;
  province_key province = std::move(*province_key::generate().key);
};

/// The real program at a terminal of its own.
class at_terminal {
public:
  explicit at_terminal(std::vector<std::string> words) {
    master_ = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    BOOST_REQUIRE(master_ >= 0);
    BOOST_REQUIRE(::grantpt(master_) == 0);
    BOOST_REQUIRE(::unlockpt(master_) == 0);
    char name[128];
    BOOST_REQUIRE(::ptsname_r(master_, name, sizeof name) == 0);
    slave_ = ::open(name, O_RDWR | O_NOCTTY | O_CLOEXEC); // kept, to look at its settings
    BOOST_REQUIRE(::tcgetattr(slave_, &before_) == 0);
    auto* bin = std::getenv("WARDFLOW_BIN");
    auto program = fs::absolute(bin != nullptr ? bin : "build/bin") / "wardctl";
    words.insert(words.begin(), {"wardctl", "--lang", "en"});
    process_ = ::fork();
    if (process_ == 0) {
      ::setsid();
      auto terminal = ::open(name, O_RDWR);
      ::ioctl(terminal, TIOCSCTTY, 0);
      for (auto fd : {0, 1, 2})
        ::dup2(terminal, fd);
      std::vector<char*> arguments;
      for (auto& word : words)
        arguments.push_back(word.data());
      arguments.push_back(nullptr);
      ::execv(program.c_str(), arguments.data());
      ::_exit(127);
    }
  }
  ~at_terminal() {
    if (process_ > 0) {
      ::kill(process_, SIGKILL);
      ::waitpid(process_, nullptr, 0);
    }
    ::close(slave_);
    ::close(master_);
  }

  /// Waits until this stands on the screen.
  bool shows(const std::string& text) {
    for (auto tries = 0; tries != 300 && screen.find(text) == std::string::npos; ++tries)
      read_some();
    return screen.find(text) != std::string::npos;
  }
  void type(const std::string& text) {
    BOOST_REQUIRE(::write(master_, text.data(), text.size()) == static_cast<long>(text.size()));
  }
  int wait() {
    auto status = 0;
    for (auto tries = 0; tries != 300; ++tries) {
      read_some();
      if (::waitpid(process_, &status, WNOHANG) == process_) {
        process_ = 0;
        read_some();
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
      }
    }
    return -1;
  }
  [[nodiscard]] bool is_as_before() const {
    termios now{};
    return ::tcgetattr(slave_, &now) == 0 && now.c_lflag == before_.c_lflag;
  }

  std::string screen;

private:
  void read_some() {
    pollfd p{master_, POLLIN, 0};
    char text[4096];
    if (::poll(&p, 1, 100) > 0)
      if (auto n = ::read(master_, text, sizeof text); n > 0)
        screen.append(text, static_cast<std::size_t>(n));
  }

  int master_ = -1;
  int slave_ = -1;
  termios before_{};
  pid_t process_ = 0;
};

} // namespace

BOOST_AUTO_TEST_CASE(a_key_comes_back_from_a_file_and_from_paper) {
  node_folder w;
  auto made = w.keys({"export", w.at("stick"), "--folder", w.at("ward")});
  BOOST_TEST_REQUIRE(made.code == 0, made.err);
  BOOST_TEST(io::scratch_folder::mode_of(w.scratch.path / "stick") == 0600u);
  auto paper = w.keys({"export", "--paper", "--folder", w.at("ward")});
  BOOST_TEST(paper.code == 0);
  w.scratch.write("typed", paper.out);
  for (auto* from : {"stick", "typed"}) {
    auto to = std::string{from} + ".key";
    auto back = w.keys({"import", w.at(from), "--node-key", w.at(to), "--json"});
    BOOST_TEST_REQUIRE(back.code == 0, back.err);
    BOOST_TEST(nlohmann::json::parse(back.out)["has_province_key"] == false);
    auto pair = io::load_key_pair(w.at(to));
    BOOST_REQUIRE(pair);
    BOOST_TEST((pair->secret == w.pair.secret));
  }
  auto hex = w.text_of("ward/keys/node");
  auto digits = hex.substr(hex.find('\n') + 1, 64);
  for (auto& text : {w.text_of("stick"), paper.out, made.out, paper.err})
    BOOST_TEST(text.find(digits) == std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_provinces_key_goes_along_where_it_is_asked_for) {
  node_folder w;
  BOOST_TEST(w.keys({"export", w.at("one"), "--folder", w.at("ward")}).code == 0);
  auto none = w.keys({"import", w.at("one"), "--node-key", w.at("n"), "--province-key", w.at("p")});
  BOOST_TEST(none.code == 4);
  BOOST_TEST(!w.has("n"));
  BOOST_TEST(w.keys({"export", w.at("both"), "--folder", w.at("ward"), "--province"}).code == 0);
  BOOST_TEST(
    w.keys({"import", w.at("both"), "--node-key", w.at("n"), "--province-key", w.at("p")}).code ==
    0);
  auto back = province_key::load(w.at("p"));
  BOOST_REQUIRE(back.key.has_value());
  BOOST_TEST((*back.key == w.province));
}

BOOST_AUTO_TEST_CASE(a_provinces_key_that_is_there_is_looked_at_before_anything_is_written) {
  node_folder w;
  BOOST_REQUIRE(w.keys({"export", w.at("both"), "--folder", w.at("ward"), "--province"}).code == 0);
  auto words = std::vector<std::string>{"import",  w.at("both"),     "--node-key",
                                        w.at("n"), "--province-key", w.at("ward/keys/province")};
  BOOST_TEST(w.keys(words).code == 4);
  BOOST_TEST(!w.has("n")); // so it may be tried again with another name
  words.back() = w.at("p");
  BOOST_TEST(w.keys(words).code == 0);
}

BOOST_AUTO_TEST_CASE(mistakes_are_named_and_nothing_is_made) {
  node_folder w;
  auto folder = std::vector<std::string>{"--folder", w.at("ward")};
  auto with_folder = [&](std::vector<std::string> words) {
    words.insert(words.end(), folder.begin(), folder.end());
    return words;
  };
  BOOST_TEST(w.keys(with_folder({"export"})).code == 2);
  BOOST_TEST(w.keys(with_folder({"export", w.at("x"), "--paper"})).code == 2);
  w.scratch.write("short", "eleven char\n");
  BOOST_TEST(w.keys(with_folder({"export", w.at("x")}), "short").code == 2);
  w.scratch.write("open", secret, 0644);
  auto open = w.keys(with_folder({"export", w.at("x")}), "open");
  BOOST_TEST(open.code == 4);
  BOOST_TEST(open.err.find("chmod 600") != std::string::npos);
  BOOST_TEST(w.keys(with_folder({"export", w.at("x")}), "nowhere").code == 4);
  BOOST_TEST(w.keys({"export", w.at("x"), "--folder", w.at("nobody")}).code == 4);
  BOOST_TEST(!w.has("x"));

  w.scratch.write("there", "mine");
  BOOST_TEST(w.keys(with_folder({"export", w.at("there")})).code == 4);
  BOOST_TEST(w.text_of("there") == "mine");
  BOOST_TEST(w.keys(with_folder({"export", w.at("x")})).code == 0);
  auto copy = w.text_of("x");
  auto third = copy.find("\n03 ") + 4;
  copy[third] = copy[third] == '7' ? '8' : '7';
  w.scratch.write("typed", copy);
  auto wrong = w.keys({"import", w.at("typed"), "--node-key", w.at("n")});
  BOOST_TEST(wrong.code == 4);
  BOOST_TEST(wrong.err.find("typed: line 03") != std::string::npos, wrong.err);
  w.scratch.write("other", "five random word\n");
  auto closed = w.keys({"import", w.at("x"), "--node-key", w.at("n")}, "other");
  BOOST_TEST(closed.code == 4);
  BOOST_TEST(closed.err.find("does not open") != std::string::npos);
  auto no_copy = w.keys({"import", w.at("ward/keys/node"), "--node-key", w.at("n")});
  BOOST_TEST(no_copy.code == 4);
  BOOST_TEST(no_copy.err.find("not a whole exported key") != std::string::npos);
  BOOST_TEST(!w.has("n"));
  BOOST_TEST(w.keys({"import", w.at("x"), "--node-key", w.at("ward/keys/node")}).code == 4);
  BOOST_TEST((io::load_key_pair(w.at("ward/keys/node"))->secret == w.pair.secret));
}

BOOST_AUTO_TEST_CASE(a_terminal_is_asked_shows_nothing_and_is_put_back) {
  node_folder w;
  at_terminal made{{"keys", "export", w.at("x"), "--folder", w.at("ward")}};
  BOOST_REQUIRE(made.shows("Passphrase: "));
  made.type("correct horse battery\n");
  BOOST_REQUIRE(made.shows("Once more: "));
  made.type("correct horse battery\n");
  BOOST_TEST(made.wait() == 0);
  BOOST_TEST(made.screen.find("horse") == std::string::npos, made.screen);
  BOOST_TEST(made.is_as_before());
  at_terminal back{{"keys", "import", w.at("x"), "--node-key", w.at("n")}};
  BOOST_REQUIRE(back.shows("Passphrase: "));
  back.type("correct horse battery\n");
  BOOST_TEST(back.wait() == 0);
  BOOST_TEST((io::load_key_pair(w.at("n"))->secret == w.pair.secret));

  at_terminal differs{{"keys", "export", w.at("y"), "--folder", w.at("ward")}};
  BOOST_REQUIRE(differs.shows("Passphrase: "));
  differs.type("correct horse battery\n");
  BOOST_REQUIRE(differs.shows("Once more: "));
  differs.type("correct horse batterie\n");
  BOOST_TEST(differs.wait() == 2);
  at_terminal broken{{"keys", "export", w.at("y"), "--folder", w.at("ward")}};
  BOOST_REQUIRE(broken.shows("Passphrase: "));
  broken.type("\x03"); // Ctrl-C
  BOOST_TEST(broken.wait() == 8);
  BOOST_TEST(broken.is_as_before());
  BOOST_TEST(!w.has("y"));
}

BOOST_AUTO_TEST_CASE(without_a_terminal_and_a_file_nobody_is_asked) {
  node_folder w;
  auto pid = ::fork(); // no terminal of its own
  if (pid == 0) {
    ::setsid();
    ::_exit(w.keys({"export", w.at("x"), "--folder", w.at("ward")}, "").code);
  }
  auto status = 0;
  BOOST_REQUIRE(::waitpid(pid, &status, 0) == pid);
  BOOST_TEST(WEXITSTATUS(status) == 2);
  BOOST_TEST(!w.has("x"));
}
