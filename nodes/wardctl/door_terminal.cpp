// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/door_terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

namespace wardflow::wardctl {

door_terminal::door_terminal() {
  if (::isatty(STDIN_FILENO) != 1 || ::tcgetattr(STDIN_FILENO, &before_) != 0)
    return;
  auto quiet = before_;
  quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHONL | ICANON);
  quiet.c_iflag &= ~static_cast<tcflag_t>(ICRNL | INLCR | IGNCR | ISTRIP);
  quiet.c_cc[VMIN] = 1;
  quiet.c_cc[VTIME] = 0;
  changed_ = ::tcsetattr(STDIN_FILENO, TCSANOW, &quiet) == 0;
}

door_terminal::~door_terminal() {
  if (changed_)
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_); // what was typed last is no command of a shell
}

door_screen::size door_terminal::measure() {
  winsize w{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) != 0 || w.ws_col == 0 || w.ws_row == 0)
    return {};
  return {w.ws_col, w.ws_row};
}

} // namespace wardflow::wardctl
