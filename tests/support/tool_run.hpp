// SPDX-License-Identifier: Apache-2.0
// A real `wardctl` in a process of its own, with pipes for input, output and what it says beside.
//
// Owns     the process; it is killed at the end. Belongs to one thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace wardflow::test {

class tool_run {
public:
  /// Starts it with these arguments, in English.
  explicit tool_run(std::vector<std::string> arguments);
  ~tool_run();
  tool_run(const tool_run&) = delete;
  tool_run& operator=(const tool_run&) = delete;

  /// Hands in as much as the pipe takes now; how much that was. -1: nobody reads any more.
  long write(const std::string& text);
  /// Hands in all of it.
  bool write_all(const std::string& text);
  void close_input();

  /// The next whole line of its output, waiting for it. Nothing: time is over, or it has ended.
  std::optional<std::string> line(int timeout_ms);
  /// Waits until `text` stands in what it says beside its output.
  bool says(const std::string& text, int timeout_ms);

  void signal(int number);
  /// kill -9, and the process is gone.
  void kill();
  /// Waits for its end and reads all its output. Its exit code; -1: it did not end in time.
  int wait(int timeout_ms);

  std::string errors; // what it said beside its output, so far
  std::string output; // whole lines that line() has not given out yet; all of it after wait()

private:
  bool read_some(int timeout_ms); // false: both ended

  pid_t process_ = 0;
  int in_ = -1;
  int out_ = -1;
  int err_ = -1;
};

} // namespace wardflow::test
