// SPDX-License-Identifier: Apache-2.0
// Cuts the power of a disk: what a process wrote and did not sync is gone, as after a real cut.
//
//   image file ─loop─▶ ext4 at folder() ◀─writes─ a process of ours
//   cut(): stop the process, copy the image, ─loop─▶ the copy at after(): what a restart would find
//
// kill -9 cannot show a missing sync, because the kernel still holds the pages; a copy of the disk
// below them can.
//
// Owns     two images, two mounts, the processes it started; all are gone with it, and with the
//          test's process even if that is killed (a mount namespace of its own, files unlinked).
// Promise  a copy is one moment of the disk: it is read twice and must not have changed.
// Bound    needs root, loop devices and mkfs.ext4: `skip_unless_possible`. Made before any thread.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace wardflow::test {

class power_rig {
public:
  /// Empty, or why this machine cannot.
  static std::string why_not();
  /// Prints `SKIP: reason` and ends the process with 77 where it cannot.
  static void skip_unless_possible();

  /// Throws std::runtime_error with what failed, as all here do.
  explicit power_rig(std::size_t image_bytes = std::size_t{96} << 20,
                     const std::filesystem::path& where = std::filesystem::temp_directory_path());
  power_rig(const power_rig&) = delete;
  power_rig& operator=(const power_rig&) = delete;
  ~power_rig();

  /// The disk that will lose its power: an empty ext4.
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  /// The disk after the last cut, until `mend`.
  [[nodiscard]] const std::filesystem::path& after() const { return after_; }

  struct child {
    pid_t pid = -1;
    int out = -1; // what it writes to its standard output; not blocking
  };
  /// Starts a program.
  child start(const std::vector<std::string>& argv);
  /// Starts a function in a fork: nothing may be open here that must not be forked.
  child start(const std::function<int(int out)>& work);

  /// Stops what was started at whatever it is doing, and mounts a copy of the disk at `after`.
  void cut();
  /// Unmounts the copy and lets the processes go on.
  void mend();
  /// Kills what was started and waits for it.
  void end();

private:
  void copy_image(const std::filesystem::path& to) const;

  std::filesystem::path base_;
  std::filesystem::path folder_;
  std::filesystem::path after_;
  int image_ = -1;
  bool folder_mounted_ = false;
  bool after_mounted_ = false;
  std::vector<child> children_;
};

/// Runs a program and waits; true where it ended with 0. `output` gets what it said.
bool run_program(const std::vector<std::string>& argv, std::string& output);

} // namespace wardflow::test
