// SPDX-License-Identifier: Apache-2.0
#include "actors/io/line_pulse.hpp"

#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace wardflow::io {

std::optional<line_bytes> read_line(int file) {
  tcp_info info{};
  socklen_t size = sizeof info;
  auto waiting = 0;
  if (::getsockopt(file, IPPROTO_TCP, TCP_INFO, &info, &size) != 0 ||
      ::ioctl(file, SIOCOUTQ, &waiting) != 0)
    return std::nullopt;
  return line_bytes{info.tcpi_bytes_received, info.tcpi_bytes_acked,
                    static_cast<std::uint64_t>(waiting)};
}

} // namespace wardflow::io
