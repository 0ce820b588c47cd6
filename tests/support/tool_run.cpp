// SPDX-License-Identifier: Apache-2.0
#include "tests/support/tool_run.hpp"

#include "actors/io/clock.hpp"
#include "messages/time.hpp"
#include "tests/support/programs.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fcntl.h>

namespace wardflow::test {

tool_run::tool_run(std::vector<std::string> arguments) {
  ::signal(SIGPIPE, SIG_IGN);
  auto program = (programs() / "wardctl").string();
  arguments.insert(arguments.begin(), {program, "--lang", "en"});
  std::vector<char*> words;
  for (auto& a : arguments)
    words.push_back(a.data());
  words.push_back(nullptr);
  int pipes[3][2];
  for (auto& p : pipes)
    if (::pipe2(p, O_CLOEXEC) != 0)
      return;
  process_ = ::fork();
  if (process_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::signal(SIGPIPE, SIG_DFL);
    ::dup2(pipes[0][0], 0);
    ::dup2(pipes[1][1], 1);
    ::dup2(pipes[2][1], 2);
    ::execv(program.c_str(), words.data());
    ::_exit(127);
  }
  ::close(pipes[0][0]);
  ::close(pipes[1][1]);
  ::close(pipes[2][1]);
  in_ = pipes[0][1];
  out_ = pipes[1][0];
  err_ = pipes[2][0];
  for (auto fd : {in_, out_, err_})
    ::fcntl(fd, F_SETFL, O_NONBLOCK);
}

tool_run::~tool_run() {
  kill();
  for (auto fd : {in_, out_, err_})
    if (fd >= 0)
      ::close(fd);
}

long tool_run::write(const std::string& text) {
  const auto done = ::write(in_, text.data(), text.size());
  return done < 0 && errno == EAGAIN ? 0 : static_cast<long>(done);
}

bool tool_run::write_all(const std::string& text) {
  for (std::size_t done = 0; done < text.size();) {
    const auto now = write(text.substr(done));
    if (now < 0)
      return false;
    done += static_cast<std::size_t>(now);
    pollfd p{in_, POLLOUT, 0};
    if (now == 0)
      ::poll(&p, 1, 1'000);
  }
  return true;
}

void tool_run::close_input() {
  if (in_ >= 0)
    ::close(in_);
  in_ = -1;
}

bool tool_run::read_some(int timeout_ms) {
  if (out_ < 0 && err_ < 0)
    return false;
  std::array<pollfd, 2> p{pollfd{out_, POLLIN, 0}, pollfd{err_, POLLIN, 0}};
  ::poll(p.data(), p.size(), timeout_ms);
  auto open = false;
  for (auto* fd : {&out_, &err_}) {
    char part[4096];
    ssize_t n = -1;
    while (*fd >= 0 && (n = ::read(*fd, part, sizeof part)) > 0)
      (fd == &out_ ? output : errors).append(part, static_cast<std::size_t>(n));
    if (*fd >= 0 && n == 0) {
      ::close(*fd);
      *fd = -1;
    }
    open = open || *fd >= 0;
  }
  return open;
}

std::optional<std::string> tool_run::line(int timeout_ms) {
  for (const auto until = io::monotonic_ms() + timeout_ms;;) {
    if (const auto end = output.find('\n'); end != output.npos) {
      auto one = output.substr(0, end);
      output.erase(0, end + 1);
      return one;
    }
    const auto left = until - io::monotonic_ms();
    if (left <= 0 || (!read_some(static_cast<int>(left)) && output.find('\n') == output.npos))
      return std::nullopt;
  }
}

bool tool_run::says(const std::string& text, int timeout_ms) {
  for (const auto until = io::monotonic_ms() + timeout_ms; errors.find(text) == errors.npos;) {
    const auto left = until - io::monotonic_ms();
    if (left <= 0 || (!read_some(static_cast<int>(left)) && errors.find(text) == errors.npos))
      return false;
  }
  return true;
}

void tool_run::signal(int number) {
  if (process_ > 0)
    ::kill(process_, number);
}

void tool_run::kill() {
  if (process_ <= 0)
    return;
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
  process_ = 0;
}

int tool_run::wait(int timeout_ms) {
  for (const auto until = io::monotonic_ms() + timeout_ms; process_ > 0;) {
    const auto open = read_some(static_cast<int>(std::max<time_ms>(until - io::monotonic_ms(), 0)));
    auto status = 0;
    // Both pipes closed: it is ending, so that waiting for it ends too.
    if (::waitpid(process_, &status, open ? WNOHANG : 0) == process_) {
      process_ = 0;
      while (read_some(0)) {
      }
      return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
    if (io::monotonic_ms() >= until)
      break;
  }
  return -1;
}

} // namespace wardflow::test
