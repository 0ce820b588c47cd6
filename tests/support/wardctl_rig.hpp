// SPDX-License-Identifier: Apache-2.0
// wardctl as a user calls it, in this process, and a real ward node for it to speak to.
//
// Owns     what ward_rig owns, and the operator's files in its folder.
#pragma once

#include "messages/principal.hpp"
#include "tests/support/ward_rig.hpp"

#include <memory>
#include <string>
#include <vector>

namespace wardflow::test {

/// What a call of wardctl left.
struct called {
  int code = -1;
  std::string out;
  std::string err;
};

/// Calls `wardctl::run` with these words; `in` is its standard input. English where no `--lang`
/// is among them.
called call(std::vector<std::string> words, const std::string& in = {});

/// The real program in a process of its own, in `folder`, with these variables set.
called call_program(const std::vector<std::string>& words, const std::filesystem::path& folder,
                    const std::vector<std::string>& environment = {});

/// A running node, empty, and an operator's target.toml.
class wardctl_rig {
public:
  /// `extra_config`: lines of node.toml. Time is that of a replay that begins on `day`.
  explicit wardctl_rig(const std::string& extra_config = {}, const std::string& day = "2021-10-20");

  /// Starts the node again after a stop, with a target.toml for its new endpoints.
  bool start_again();

  /// wardctl with this node as its target.
  called operator()(std::vector<std::string> words, const std::string& in = {});

  /// A file in the node's folder; its path.
  std::string write(const std::string& name, const std::string& text);
  [[nodiscard]] std::string path(const std::string& name) const;
  [[nodiscard]] static std::string text_of(const std::string& file);

  /// Adds a key of this role to allow.toml and makes the node read it; a target.toml for it.
  std::string person(role is, const std::string& name);

  /// Sends scans by the gateway that `node.furnish` registered, and waits for their answers.
  void send_scans(const std::vector<scan>& scans);

  ward_rig node;

private:
  std::unique_ptr<io::client> gateway_;
  std::uint64_t next_ = 1;
};

} // namespace wardflow::test
