// SPDX-License-Identifier: Apache-2.0
// What another process has used so far, from /proc.
#pragma once

#include <sys/types.h>
#include <unistd.h>

#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>

namespace wardflow::test {

/// User and system time, microseconds, in steps of the kernel's clock tick (10 ms).
inline std::uint64_t cpu_us(pid_t process) {
  std::ifstream in{"/proc/" + std::to_string(process) + "/stat"};
  std::string all{std::istreambuf_iterator<char>{in}, {}};
  std::istringstream fields{all.substr(all.rfind(')') + 1)};
  std::string skipped;
  for (auto i = 0; i != 11; ++i)
    fields >> skipped;
  std::uint64_t user = 0, system = 0;
  fields >> user >> system;
  return (user + system) * 1'000'000 / static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
}

/// Resident memory, KiB.
inline std::uint64_t resident_kib(pid_t process) {
  std::ifstream in{"/proc/" + std::to_string(process) + "/statm"};
  std::uint64_t size = 0, resident = 0;
  in >> size >> resident;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)) / 1024;
}

/// Of it what is the process's own, KiB: without pages of mapped files, such as the store's.
inline std::uint64_t own_kib(pid_t process) {
  std::ifstream in{"/proc/" + std::to_string(process) + "/status"};
  for (std::string word; in >> word;)
    if (word == "RssAnon:") {
      std::uint64_t kib = 0;
      in >> kib;
      return kib;
    }
  return 0;
}

} // namespace wardflow::test
