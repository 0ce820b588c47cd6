// SPDX-License-Identifier: Apache-2.0
// REPLAY SOURCE: a file of scans (docs/files.md) as frames to send, when they are due.
//
//   text ─row_reader─▶ rows ─from, until─▶ pace ─▶ batches of pseudonyms · single codes
//
// Owns     the one row that was read and is not due yet.
// Borrows  the whole text, as long as it lives; time as an argument, in ms since the start.
// Promise  rows leave in the order of the file. A batch holds neighbours only, and none that is not
//          due. A bad line is told, by number, and the rows after it follow.
// Bound    one frame at a time.
#pragma once

#include "actors/logic/import_rows.hpp"
#include "messages/limits.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wardflow::wardctl {

/// When a row may leave: as fast as it goes, at a rate, or by the rows' own times.
struct replay_pace {
  double rate = 0;  // scans a second; 0: no limit
  double speed = 0; // times the event clock; 0: no matter. Late rows leave at once.
};

struct replay_options {
  std::uint32_t batch = 1'000; // pseudonyms in a frame
  replay_pace pace;
  time_ms from = 0;  // event time; rows before it are left out
  time_ms until = 0; // 0: no end; rows at it and after it are left out
  /// How far the event time of what is on its way may spread; 0: no limit. A node whose clock is
  /// its input takes the newest scan's time for now: with more than ten minutes on the way at once,
  /// scans would be late that are in order in the file.
  time_ms span_ms = 5 * minute_ms;
};

/// Scans of one frame: pseudonyms, or one code as it was read.
struct replay_frame {
  std::vector<scan> scans;
  std::string code;                 // of scans[0], whose card is 0; empty: a batch
  std::vector<std::uint64_t> lines; // of the file
  time_ms oldest = 0;               // the newest event time of the file, at the first row ...
  time_ms newest = 0;               // ... and at the last

  [[nodiscard]] std::uint32_t count() const { return static_cast<std::uint32_t>(scans.size()); }
  [[nodiscard]] bool is_batch() const { return code.empty(); }
  /// Overwrites the code.
  void forget();
};

class replay_source {
public:
  using bad_line = std::function<void(const row_problem&, std::string_view raw)>;

  replay_source(std::string_view text, replay_options options, bad_line bad);

  [[nodiscard]] const std::optional<row_problem>& header_problem() const {
    return reader_.header_problem();
  }
  [[nodiscard]] std::string_view header_raw() const { return reader_.source().header_raw(); }

  /// The next frame; nothing where none is due: then at_end(), or due() says when. `now`: ms since
  /// the start.
  [[nodiscard]] std::optional<replay_frame> next(double now);
  [[nodiscard]] bool at_end() const { return at_end_; }
  /// Of the row that waits.
  [[nodiscard]] double due() const { return due_; }

  [[nodiscard]] std::uint64_t rows() const { return rows_; } // well formed and wanted
  [[nodiscard]] std::uint64_t bad() const { return bad_; }
  [[nodiscard]] std::uint64_t left_out() const { return left_out_; } // by from and until

private:
  /// Reads on to a row that is wanted. False: the end.
  bool fetch();
  [[nodiscard]] double due_of(const replay_row& row);

  row_reader<replay_row> reader_;
  replay_options options_;
  bad_line tell_bad_;
  bool have_row_ = false; // reader_.row() waits
  bool at_end_ = false;
  double due_ = 0;
  std::optional<time_ms> first_at_;
  time_ms newest_at_ = 0; // of all rows so far, this one too
  std::uint64_t rows_ = 0;
  std::uint64_t bad_ = 0;
  std::uint64_t left_out_ = 0;
};

} // namespace wardflow::wardctl
