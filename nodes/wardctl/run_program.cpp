// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/run_program.hpp"

#include <cerrno>
#include <csignal>
#include <poll.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace wardflow::wardctl {

namespace {

/// A file of memory with this text, to be read from its start; -1: none.
int file_of(const std::string& text) {
  auto fd = ::memfd_create("alert", MFD_CLOEXEC);
  for (std::size_t done = 0; fd >= 0 && done != text.size();) {
    auto n = ::write(fd, text.data() + done, text.size() - done);
    if (n <= 0) {
      ::close(fd);
      return -1;
    }
    done += static_cast<std::size_t>(n);
  }
  if (fd >= 0)
    ::lseek(fd, 0, SEEK_SET);
  return fd;
}

/// In the child: calls only what may be called there.
[[noreturn]] void become(const char* command, int input) {
  ::setpgid(0, 0); // a Ctrl-C is ours: the program may finish what it does
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
  ::dup2(input, STDIN_FILENO);
  ::dup2(STDERR_FILENO, STDOUT_FILENO);
  ::execl("/bin/sh", "sh", "-c", command, nullptr);
  ::_exit(127);
}

void wait_for(pid_t child, stop_signals& stops, program_end& end) {
  auto watched = static_cast<int>(::syscall(SYS_pidfd_open, child, 0));
  while (watched >= 0) { // where there is no such thing, waitpid waits
    pollfd files[]{{watched, POLLIN, 0}, {stops.fd(), POLLIN, 0}};
    if (::poll(files, 2, -1) > 0 && files[0].revents != 0)
      break;
    if ((end.stops += stops.take()) > 1)
      ::kill(-child, SIGKILL);
  }
  if (watched >= 0)
    ::close(watched);
}

} // namespace

program_end run_program(const std::string& command, const std::string& text, stop_signals& stops) {
  program_end end;
  auto input = file_of(text);
  auto child = input < 0 ? -1 : ::fork();
  if (child == 0)
    become(command.c_str(), input);
  if (input >= 0)
    ::close(input);
  if (child < 0)
    return end;
  wait_for(child, stops, end);
  auto status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status))
    end.code = WEXITSTATUS(status);
  else
    end.signal = WTERMSIG(status);
  return end;
}

} // namespace wardflow::wardctl
