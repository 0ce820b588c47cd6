// SPDX-License-Identifier: Apache-2.0
// A running node, of either role: who exists in it, and who knows whom, is in parts.hpp.
//
// Owns     every part of it.
// Promise  it starts only if a random key is refused; a clean stop leaves everything saved.
#pragma once

#include "actors/io/outcome.hpp"
#include "nodes/config/config.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace wardflow {

class node {
public:
  /// Called when the disk refuses a commit: the process has to end.
  using failed_port = std::function<void(code, const std::string&)>;

  [[nodiscard]] static io::outcome<std::unique_ptr<node>> start(const node_config& config,
                                                                failed_port failed);
  ~node();

  /// Reads the allow-list's file again.
  [[nodiscard]] code reload_keys(std::string& detail);
  /// Saves everything and ends. False where the disk refused.
  bool stop();

  [[nodiscard]] std::string scan_endpoint() const;
  [[nodiscard]] std::string control_endpoint() const;

  struct parts; // parts.hpp

private:
  explicit node(std::unique_ptr<parts> p);

  std::unique_ptr<parts> parts_;
};

} // namespace wardflow
