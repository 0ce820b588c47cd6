// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/stop_signals.hpp"

#include <csignal>
#include <initializer_list>
#include <sys/signalfd.h>
#include <unistd.h>

namespace wardflow::wardctl {

namespace {

sigset_t all_of_them() {
  sigset_t set;
  ::sigemptyset(&set);
  for (auto one : {SIGINT, SIGTERM, SIGHUP})
    ::sigaddset(&set, one);
  return set;
}

} // namespace

stop_signals::stop_signals() {
  const auto set = all_of_them();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  fd_ = ::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

stop_signals::~stop_signals() {
  (void)take(); // else one that came last would end the program now
  ::close(fd_);
  const auto set = all_of_them();
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

int stop_signals::take() {
  int count = 0;
  for (signalfd_siginfo one{}; ::read(fd_, &one, sizeof one) == sizeof one;)
    ++count;
  return count;
}

} // namespace wardflow::wardctl
