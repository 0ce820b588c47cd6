// SPDX-License-Identifier: Apache-2.0
// Endpoints: where a node listens, and what others have to dial to get there.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace wardflow::wardctl {

/// `tcp://HOST:PORT` with a port from 1 to 65535, or `ipc://PATH`; no blanks, quotes, backslashes.
[[nodiscard]] std::optional<std::string> parse_endpoint(std::string_view text);

/// What to dial. A tcp endpoint that listens on every address (`0.0.0.0`, `*`, `[::]`) or on one
/// of a network is dialled at `host` where that is given, else at 127.0.0.1 or that address; one
/// that listens on this machine alone, at just that.
[[nodiscard]] std::string reachable(std::string_view endpoint, std::string_view host);

} // namespace wardflow::wardctl
