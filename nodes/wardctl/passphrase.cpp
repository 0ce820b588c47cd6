// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/passphrase.hpp"

#include "nodes/wardctl/new_file.hpp"
#include "nodes/wardctl/stop_signals.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <string>
#include <string_view>

namespace wardflow::wardctl {

namespace {

constexpr std::size_t bytes_max = 1024;

/// The terminal of this process, with its echo off as long as it lives.
class quiet_terminal {
public:
  quiet_terminal() : fd_(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)) {
    if (fd_ < 0 || ::tcgetattr(fd_, &before_) != 0)
      return;
    auto quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    quiet.c_lflag |= ICANON | ECHONL;
    is_quiet_ = ::tcsetattr(fd_, TCSAFLUSH, &quiet) == 0;
  }
  quiet_terminal(const quiet_terminal&) = delete;
  quiet_terminal& operator=(const quiet_terminal&) = delete;
  ~quiet_terminal() {
    if (is_quiet_)
      ::tcsetattr(fd_, TCSAFLUSH, &before_);
    if (fd_ >= 0)
      ::close(fd_);
  }

  [[nodiscard]] bool is_quiet() const { return is_quiet_; }
  void say(std::string_view text) const {
    [[maybe_unused]] auto written = ::write(fd_, text.data(), text.size());
  }
  /// One line without its end; nothing: a signal came, or the terminal is gone.
  [[nodiscard]] std::optional<passphrase> line(const stop_signals& stop) const {
    std::array<char, bytes_max> typed{};
    std::array<pollfd, 2> either{{{fd_, POLLIN, 0}, {stop.fd(), POLLIN, 0}}};
    if (::poll(either.data(), either.size(), -1) <= 0 || (either[0].revents & POLLIN) == 0)
      return std::nullopt;
    auto got = ::read(fd_, typed.data(), typed.size());
    if (got <= 0)
      return std::nullopt;
    std::string_view text{typed.data(), static_cast<std::size_t>(got)};
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r'))
      text.remove_suffix(1);
    passphrase result{text};
    ::explicit_bzero(typed.data(), typed.size());
    return result;
  }

private:
  int fd_;
  termios before_{};
  bool is_quiet_ = false;
};

std::optional<passphrase> from_file(shell& s, const std::filesystem::path& file) {
  struct stat facts {};
  auto is_there = ::stat(file.c_str(), &facts) == 0;
  if (is_there && S_ISREG(facts.st_mode) && (facts.st_mode & 077) != 0) {
    s.fail(code::passphrase_open, file.string());
    return std::nullopt;
  }
  auto text = is_there ? read_file(file, bytes_max) : std::nullopt;
  if (!text) {
    s.fail(code::file_missing, file.string());
    return std::nullopt;
  }
  passphrase result{std::string_view{*text}.substr(0, text->find_first_of("\r\n"))};
  ::explicit_bzero(text->data(), text->size());
  return result;
}

std::optional<passphrase> typed(shell& s, bool fresh) {
  stop_signals stop;
  quiet_terminal terminal;
  if (!terminal.is_quiet()) {
    s.fail(code::passphrase_needed);
    return std::nullopt;
  }
  terminal.say(s.help({"Câu mật khẩu: ", "Passphrase: "}));
  auto first = terminal.line(stop);
  if (!first) {
    s.fail(code::interrupted);
    return std::nullopt;
  }
  if (!fresh || first->text().size() < passphrase::bytes_least)
    return first;
  terminal.say(s.help({"Gõ lại: ", "Once more: "}));
  auto second = terminal.line(stop);
  if (second && *second == *first)
    return first;
  s.fail(second ? code::passphrase_differs : code::interrupted);
  return std::nullopt;
}

} // namespace

passphrase::~passphrase() {
  ::explicit_bzero(text_.data(), text_.size());
}

std::optional<passphrase> ask_passphrase(shell& s, const std::filesystem::path& file, bool fresh) {
  auto given = file.empty() ? typed(s, fresh) : from_file(s, file);
  if (given && fresh && given->text().size() < passphrase::bytes_least) {
    s.fail(code::passphrase_short);
    return std::nullopt;
  }
  return given;
}

} // namespace wardflow::wardctl
