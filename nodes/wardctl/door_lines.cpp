// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/door_lines.hpp"

#include <cstring>
#include <utility>

namespace wardflow::wardctl {

namespace {

constexpr std::byte cr{'\r'};
constexpr std::byte lf{'\n'};
constexpr std::array bom{std::byte{0xef}, std::byte{0xbb}, std::byte{0xbf}};

} // namespace

void door_lines::feed(bytes data, const handler& line) {
  for (auto b : data) {
    if (b == lf && std::exchange(after_cr_, false))
      continue;
    after_cr_ = b == cr;
    if (b == cr || b == lf)
      end_line(line);
    else if (size_ < keep_max)
      line_[size_++] = b;
  }
}

void door_lines::finish(const handler& line) {
  end_line(line);
}

void door_lines::end_line(const handler& line) {
  auto all = bytes{line_}.first(size_);
  if (std::exchange(first_line_, false) && all.size() >= bom.size() &&
      std::memcmp(all.data(), bom.data(), bom.size()) == 0)
    all = all.subspan(bom.size());
  if (!all.empty())
    line(all);
  forget();
}

void door_lines::forget() {
  ::explicit_bzero(line_.data(), size_);
  size_ = 0;
}

} // namespace wardflow::wardctl
