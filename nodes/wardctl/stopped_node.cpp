// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/stopped_node.hpp"

#include <ostream>
#include <utility>
#include <variant>

namespace wardflow::wardctl {

std::optional<stopped_node> open_stopped(shell& s, const std::filesystem::path& folder,
                                         std::string_view running) {
  auto config = read_config(folder / "node.toml");
  if (!config) {
    s.fail(config.reason(), config.why().detail);
    return std::nullopt;
  }
  io::store_options o;
  o.folder = config->folder;
  o.map_bytes = std::size_t{config->map_gib} << 30;
  o.read_only = true;
  auto opened = io::store::open(o);
  if (auto* why = std::get_if<io::store_failure>(&opened)) {
    s.fail(why->reason, why->detail);
    if (why->reason == code::folder_in_use)
      s.err << s.pick({"Máy chủ đang chạy thì dùng `", "For a running node: `"}) << running
            << s.pick({"`, không có --folder.\n", "` without --folder.\n"});
    return std::nullopt;
  }
  return stopped_node{std::move(*config), std::move(std::get<io::store>(opened))};
}

} // namespace wardflow::wardctl
