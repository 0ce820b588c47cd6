// SPDX-License-Identifier: Apache-2.0
// A real ward node in a process of its own, with a folder, keys and a furnished ward.
//
// Owns     a temporary folder and the process that it started; both end with it.
#pragma once

#include "actors/io/client.hpp"
#include "actors/io/key_files.hpp"
#include "messages/codec.hpp"

#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace wardflow::test {

class ward_rig {
public:
  static constexpr std::uint32_t ward = 22366;

  /// `folder`: the node's data folder; empty: a temporary one. `unit`: the node's.
  explicit ward_rig(std::filesystem::path folder = {}, std::string extra_config = {},
                    const char* unit = "22366");
  /// A folder that is furnished already: nothing is written into it.
  struct as_it_is {};
  ward_rig(std::filesystem::path folder, as_it_is);
  ~ward_rig();
  ward_rig(const ward_rig&) = delete;
  ward_rig& operator=(const ward_rig&) = delete;

  /// Starts wardflowd and waits until it is ready. False where it ended; `output` says why.
  bool start();
  /// kill -9, and the process is gone.
  void kill();
  /// SIGTERM; its exit code.
  int stop();
  void pause();
  [[nodiscard]] pid_t process() const { return process_; }
  void go_on();
  /// Waits so long in this thread, then lets the node go on.
  void go_on_after(int ms);
  /// SIGHUP, and waits until the node says that it has read its allow-list again.
  void reload();
  /// SIGHUP alone; `output` is what it says from here on.
  void hang_up();
  /// Waits until the node says this, at most 10 s.
  bool says(const std::string& text);
  /// What the node has said since its start, so far.
  const std::string& said();
  /// From now on it starts at the endpoints that it has: a program finds it again by itself.
  void keep_endpoints();
  /// More lines of node.toml, from its next start on.
  void add_config(const std::string& lines);

  /// Sends a command as the operator and waits for its answer.
  /// `more`: further pieces of the same import follow.
  std::optional<answer> say(command_body body, bool dry_run = false, int timeout_ms = 20'000,
                            bool more = false);
  /// Venues 1 to `venues`, both rulebooks, a gateway; true when all were taken.
  bool furnish(std::uint32_t venues);
  /// Registers a door for a venue and makes a folder with its key and its target.toml.
  bool add_door(const std::filesystem::path& where, venue_id venue);
  /// The same for the gateway of furnish().
  bool add_gateway_target(const std::filesystem::path& where);
  /// A client of the scan socket with this key.
  std::unique_ptr<io::client> scanner(const io::key_pair& key);
  std::unique_ptr<io::client> controller(const io::key_pair& key);

  std::filesystem::path folder;
  unit_code unit = *unit_code::parse("22366");
  io::key_pair node_key, operator_key, gateway_key;
  std::vector<std::string> environment; // `NAME=value`, for the node alone, from its next start on
  int network = -1;                     // a network namespace's file: the node runs in it
  std::string output;                   // the last lines of a start that failed
  std::string scan_endpoint, control_endpoint;

private:
  void write_config();
  bool write_target(const std::filesystem::path& where, const io::key_pair& key, venue_id venue);

  std::string extra_config_;
  bool temporary_ = false;
  pid_t process_ = 0;
  int out_ = -1;
  std::uint64_t commands_ = 0;
  io::client_context context_; // of all scanners
  std::unique_ptr<io::client> control_;
};

} // namespace wardflow::test
