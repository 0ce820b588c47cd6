// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/endpoints.hpp"

#include <charconv>
#include <cstdint>

namespace wardflow::wardctl {

namespace {

constexpr std::string_view tcp = "tcp://";
constexpr std::string_view ipc = "ipc://";
constexpr std::size_t ipc_path_max = 107; // of sockaddr_un

} // namespace

std::optional<std::string> parse_endpoint(std::string_view text) {
  for (auto c : text)
    if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7f || c == '"' || c == '\\')
      return std::nullopt;
  if (text.starts_with(ipc)) {
    auto path = text.size() - ipc.size();
    return path > 0 && path <= ipc_path_max ? std::optional{std::string{text}} : std::nullopt;
  }
  auto colon = text.rfind(':');
  if (!text.starts_with(tcp) || colon <= tcp.size())
    return std::nullopt;
  auto digits = text.substr(colon + 1);
  std::uint16_t port = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc{} || end != digits.data() + digits.size() || port == 0)
    return std::nullopt;
  return std::string{text};
}

std::string reachable(std::string_view endpoint, std::string_view host) {
  if (!endpoint.starts_with(tcp))
    return std::string{endpoint};
  auto colon = endpoint.rfind(':');
  auto listens = endpoint.substr(tcp.size(), colon - tcp.size());
  auto everywhere = listens == "0.0.0.0" || listens == "*" || listens == "[::]";
  auto here = listens.starts_with("127.") || listens == "localhost" || listens == "[::1]";
  auto dial = !host.empty() && !here ? host : everywhere ? std::string_view{"127.0.0.1"} : listens;
  return std::string{tcp} + std::string{dial} + std::string{endpoint.substr(colon)};
}

} // namespace wardflow::wardctl
