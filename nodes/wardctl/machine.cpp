// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/machine.hpp"

#include "actors/io/clock.hpp"

#include <netdb.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>

namespace wardflow::wardctl {

namespace {

namespace fs = std::filesystem;

struct descriptor {
  int number = -1;
  ~descriptor() {
    if (number >= 0)
      ::close(number);
  }
};

std::uint64_t bytes_on_disk(const fs::path& file) {
  struct stat facts {};
  return ::stat(file.c_str(), &facts) == 0 ? static_cast<std::uint64_t>(facts.st_blocks) * 512 : 0;
}

port_state state_of_errno() {
  switch (errno) {
  case EADDRINUSE:
    return port_state::held;
  case EADDRNOTAVAIL:
    return port_state::elsewhere;
  case EACCES:
  case EPERM:
    return port_state::forbidden;
  default:
    return port_state::unclear;
  }
}

port_state state_of_path(std::string_view path) {
  sockaddr_un address{};
  if (path.empty() || path.size() >= sizeof address.sun_path)
    return port_state::unclear;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  descriptor s{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  if (::connect(s.number, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ||
      errno == EAGAIN)
    return port_state::held;
  if (errno != ECONNREFUSED && errno != ENOENT)
    return state_of_errno();
  auto folder = fs::path{path}.parent_path(); // nobody is there: could a node make it?
  auto writable = ::access(folder.empty() ? "." : folder.c_str(), W_OK | X_OK) == 0;
  return writable ? port_state::free : port_state::forbidden;
}

} // namespace

std::optional<std::int64_t> sync_time_us(const fs::path& folder) {
  auto name = (folder / ".doctor-XXXXXX").string();
  descriptor file{::mkostemp(name.data(), O_CLOEXEC)};
  if (file.number < 0)
    return std::nullopt;
  std::array<char, 4096> page{};
  std::array<std::int64_t, syncs_measured> took{};
  auto whole = true;
  auto once = [&] {
    page[0] = static_cast<char>(page[0] + 1);
    return ::pwrite(file.number, page.data(), page.size(), 0) ==
             static_cast<ssize_t>(page.size()) &&
           ::fdatasync(file.number) == 0; // as LMDB does
  };
  whole = once(); // the file's first page is made: not what a commit waits for
  for (auto& one : took) {
    auto begun = io::monotonic_ns();
    whole = whole && once();
    one = (io::monotonic_ns() - begun) / 1000;
  }
  auto reason = errno;
  ::unlink(name.c_str());
  errno = reason;
  if (!whole)
    return std::nullopt;
  std::nth_element(took.begin(), took.begin() + took.size() / 2, took.end());
  return took[took.size() / 2];
}

std::optional<disk_room> room_of(const fs::path& folder) {
  struct statvfs facts {};
  if (::statvfs(folder.c_str(), &facts) != 0)
    return std::nullopt;
  return disk_room{std::uint64_t{facts.f_bavail} * facts.f_frsize,
                   bytes_on_disk(folder / "data.mdb"), bytes_on_disk(folder / "ballast")};
}

std::optional<pid_t> holder_of(const fs::path& folder) {
  struct stat facts {};
  if (::stat((folder / "lock").c_str(), &facts) != 0)
    return std::nullopt;
  // `1: FLOCK  ADVISORY  WRITE 1234 fe:00:56789 0 EOF`: looked at, not tried, for a lock that is
  // tried would keep a node out that starts in this moment.
  char place[64];
  std::snprintf(place, sizeof place, "%02x:%02x:%lu", major(facts.st_dev), minor(facts.st_dev),
                static_cast<unsigned long>(facts.st_ino));
  std::ifstream locks{"/proc/locks"};
  for (std::string line; std::getline(locks, line);) {
    std::istringstream words{line};
    std::string number, kind, advisory, way, at;
    pid_t process = 0;
    words >> number >> kind >> advisory >> way >> process >> at;
    if (kind == "FLOCK" && way == "WRITE" && at == place)
      return process;
  }
  return std::nullopt;
}

port_state port_of(std::string_view endpoint) {
  constexpr std::string_view ipc = "ipc://", tcp = "tcp://";
  if (endpoint.starts_with(ipc))
    return state_of_path(endpoint.substr(ipc.size()));
  auto colon = endpoint.rfind(':');
  if (!endpoint.starts_with(tcp) || colon < tcp.size())
    return port_state::unclear;
  std::string host{endpoint.substr(tcp.size(), colon - tcp.size())};
  std::string port{endpoint.substr(colon + 1)};
  if (port == "*")
    return port_state::any;
  if (host.size() > 1 && host.front() == '[' && host.back() == ']')
    host = host.substr(1, host.size() - 2);
  addrinfo wanted{}, *found = nullptr;
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE;
  if (::getaddrinfo(host == "*" ? "0.0.0.0" : host.c_str(), port.c_str(), &wanted, &found) != 0)
    return port_state::unclear;
  descriptor s{::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  auto yes = 1; // as ZeroMQ does: connections that have just ended hold nothing
  ::setsockopt(s.number, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  auto bound = ::bind(s.number, found->ai_addr, found->ai_addrlen) == 0;
  auto state = bound ? port_state::free : state_of_errno();
  ::freeaddrinfo(found);
  return state;
}

std::uint64_t files_limit(std::optional<pid_t> process) {
  if (process) {
    std::ifstream limits{"/proc/" + std::to_string(*process) + "/limits"};
    constexpr std::string_view wanted = "Max open files";
    for (std::string line; std::getline(limits, line);)
      if (line.starts_with(wanted))
        return std::strtoull(line.c_str() + wanted.size(), nullptr, 10);
  }
  rlimit own{};
  ::getrlimit(RLIMIT_NOFILE, &own);
  return own.rlim_max;
}

std::optional<memory_room> memory_of_machine() {
  memory_room room;
  std::ifstream facts{"/proc/meminfo"};
  for (std::string name, rest; facts >> name && std::getline(facts, rest);) {
    if (name == "MemTotal:")
      room.total_kib = std::strtoull(rest.c_str(), nullptr, 10);
    if (name == "MemAvailable:")
      room.available_kib = std::strtoull(rest.c_str(), nullptr, 10);
  }
  return room.total_kib == 0 ? std::nullopt : std::optional{room};
}

} // namespace wardflow::wardctl
