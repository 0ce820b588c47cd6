// SPDX-License-Identifier: Apache-2.0
#include "actors/io/socket_options.hpp"

#include "actors/io/zap.hpp"
#include "actors/io/zmq_parts.hpp"
#include "messages/limits.hpp"

#include <sys/resource.h>

namespace wardflow::io {

outcome<std::uint64_t> raise_files_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
    return failure{code::files_limit_low, "the limit of open files cannot be read"};
  if (limit.rlim_cur < limit.rlim_max) {
    auto raised = limit;
    raised.rlim_cur = limit.rlim_max;
    if (::setrlimit(RLIMIT_NOFILE, &raised) == 0)
      limit = raised;
  }
  if (limit.rlim_cur < files_limit_min)
    return failure{code::files_limit_low, "open files: " + std::to_string(limit.rlim_cur) +
                                            " allowed, " + std::to_string(files_limit_min) +
                                            " needed (LimitNOFILE, ulimit -n)"};
  return std::uint64_t{limit.rlim_cur};
}

bool set_server_options(void* socket, channel on, const socket_options& options) {
  auto scans = on == channel::scans;
  auto domain = scans ? scan_domain : control_domain;
  auto frame_wait = scans ? 3 * options.heartbeat_ms : options.control_wait_ms;
  const auto& endpoint = scans ? options.scan_endpoint : options.control_endpoint;
  // What CURVE adds to a part, and room to tell a frame that is a little too large that it is.
  constexpr auto slack = std::int64_t{4096};
  auto largest = static_cast<std::int64_t>(limits::frame_bytes_max) + slack;
  return set_option(socket, ZMQ_CURVE_SERVER, 1) &&
         set_option(socket, ZMQ_CURVE_SECRETKEY, options.server.secret) &&
         zmq_setsockopt(socket, ZMQ_ZAP_DOMAIN, domain.data(), domain.size()) == 0 &&
         set_option(socket, zap_enforce_domain_option, 1) &&
         set_option(socket, ZMQ_ROUTER_MANDATORY, 1)   // a lost peer is told, not swallowed
         && set_option(socket, ZMQ_ROUTER_HANDOVER, 0) // nobody takes over another's routing id
         && set_option(socket, ZMQ_MAXMSGSIZE, largest) && set_option(socket, ZMQ_LINGER, 0) &&
         set_option(socket, ZMQ_HEARTBEAT_IVL, options.heartbeat_ms) &&
         set_option(socket, ZMQ_HEARTBEAT_TIMEOUT, frame_wait) &&
         set_option(socket, ZMQ_HEARTBEAT_TTL, frame_wait) &&
         set_option(socket, ZMQ_HANDSHAKE_IVL, options.handshake_ms) &&
         set_option(socket, ZMQ_BACKLOG, options.backlog) &&
         set_option(socket, ZMQ_RCVHWM, scans ? options.scan_rcvhwm : options.control_rcvhwm) &&
         set_option(socket, ZMQ_SNDHWM, options.sndhwm) &&
         set_option(socket, ZMQ_IPV6, endpoint.find('[') != std::string::npos ? 1 : 0);
}

} // namespace wardflow::io
