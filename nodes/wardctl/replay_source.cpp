// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/replay_source.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace wardflow::wardctl {

void replay_frame::forget() {
  ::explicit_bzero(code.data(), code.size());
}

replay_source::replay_source(std::string_view text, replay_options options, bad_line bad) :
  reader_(text), options_(options), tell_bad_(std::move(bad)) {
  options_.batch = std::clamp<std::uint32_t>(options_.batch, 1, limits::scans_per_batch_max);
}

double replay_source::due_of(const replay_row& row) {
  const auto& pace = options_.pace;
  if (pace.rate > 0)
    return static_cast<double>(rows_ - 1) * 1000.0 / pace.rate;
  if (pace.speed <= 0)
    return 0;
  if (!first_at_)
    first_at_ = row.at;
  return static_cast<double>(row.at - *first_at_) / pace.speed;
}

bool replay_source::fetch() {
  while (!have_row_ && !at_end_) {
    const auto step = reader_.next();
    if (step == csv_step::end) {
      at_end_ = true;
    } else if (step == csv_step::bad) {
      ++bad_;
      tell_bad_(reader_.problem(), reader_.source().raw());
    } else if (const auto at = reader_.row().at;
               at < options_.from || (options_.until != 0 && at >= options_.until)) {
      ++left_out_;
    } else {
      ++rows_;
      due_ = due_of(reader_.row());
      newest_at_ = std::max(newest_at_, at);
      have_row_ = true;
    }
  }
  return have_row_;
}

std::optional<replay_frame> replay_source::next(double now) {
  replay_frame f;
  while (f.count() < options_.batch && fetch() && due_ <= now) {
    const auto& row = reader_.row();
    if (!row.code.empty() && !f.scans.empty())
      break; // a frame of its own, after this batch
    if (f.scans.empty())
      f.oldest = newest_at_;
    else if (options_.span_ms > 0 && newest_at_ - f.oldest > options_.span_ms / 4)
      break; // so that a few frames are on their way at once
    f.newest = newest_at_;
    scan s;
    s.venue = row.venue;
    s.card = row.card;
    s.at = row.at;
    s.way = row.way;
    s.flow = row.flow;
    if (f.scans.empty() && row.code.empty()) {
      f.scans.reserve(options_.batch);
      f.lines.reserve(options_.batch);
    }
    f.scans.push_back(s);
    f.lines.push_back(reader_.source().line());
    have_row_ = false;
    if (!row.code.empty()) {
      f.code = row.code;
      break;
    }
  }
  if (f.scans.empty())
    return std::nullopt;
  return f;
}

} // namespace wardflow::wardctl
