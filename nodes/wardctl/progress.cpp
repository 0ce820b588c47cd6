// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/progress.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ostream>
#include <string_view>

namespace wardflow::wardctl {

namespace {

constexpr time_ms pause_ms = 100;
constexpr std::uint64_t bar_cells = 20;

/// 1234567 as `1,234,567`.
std::string grouped(std::uint64_t value) {
  auto text = std::to_string(value);
  for (auto at = text.size(); at > 3;)
    text.insert(at -= 3, 1, ',');
  return text;
}

std::string bar(std::uint64_t done, std::uint64_t total) {
  auto eighths = static_cast<std::uint64_t>(static_cast<double>(done) / static_cast<double>(total) *
                                            bar_cells * 8);
  static constexpr std::string_view parts[]{" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"};
  std::string result = "[";
  for (std::uint64_t i = 0; i < bar_cells; ++i) {
    auto here = std::min<std::uint64_t>(8, eighths - std::min(eighths, i * 8));
    result += parts[here];
  }
  return result + "]";
}

} // namespace

bool is_terminal(int descriptor) {
  const auto* kind = std::getenv("TERM");
  return isatty(descriptor) == 1 && (kind == nullptr || std::string_view{kind} != "dumb");
}

progress::progress(std::ostream& out, bool terminal, std::string label, std::uint64_t total,
                   time_ms now) :
  out_(out), terminal_(terminal), label_(std::move(label)), total_(total), started_(now) {}

progress::~progress() {
  finish();
}

void progress::update(std::uint64_t done, time_ms now, const std::string& note) {
  if (!terminal_ || (shown_ && now - last_ < pause_ms))
    return;
  shown_ = true;
  last_ = now;
  out_ << '\r' << line(done, now, note) << "\x1b[K" << std::flush;
}

void progress::finish() {
  if (shown_)
    out_ << "\r\x1b[K" << std::flush;
  shown_ = false;
}

std::string progress::line(std::uint64_t done, time_ms now, const std::string& note) const {
  auto passed = std::max<time_ms>(now - started_, 1);
  auto rate = static_cast<double>(done) * 1000.0 / static_cast<double>(passed);
  auto text = label_ + "  ";
  if (total_ > 0) {
    auto whole = std::min(done, total_);
    text += bar(whole, total_) + "  ";
    text += std::to_string(
      static_cast<unsigned>(static_cast<double>(whole) * 100.0 / static_cast<double>(total_)));
    text += " %  " + grouped(done) + "/" + grouped(total_);
  } else {
    text += grouped(done);
  }
  text += "  " + grouped(static_cast<std::uint64_t>(rate)) + "/s";
  if (total_ > done && done > 0) {
    auto left = static_cast<std::uint64_t>(static_cast<double>(total_ - done) / rate);
    char out[48];
    std::snprintf(out, sizeof out, "  %llu:%02llu", static_cast<unsigned long long>(left / 60),
                  static_cast<unsigned long long>(left % 60));
    text += out;
  }
  return note.empty() ? text : text + "  " + note;
}

} // namespace wardflow::wardctl
