// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/expect.hpp"

namespace wardflow {

void expect::await(std::string what, time_ms by) {
  arrived(what);
  order_.emplace(by, what);
  times_.emplace(std::move(what), by);
}

void expect::arrived(const std::string& what) {
  auto at = times_.find(what);
  if (at == times_.end())
    return;
  order_.erase({at->second, what});
  times_.erase(at);
}

std::vector<std::string> expect::overdue(time_ms stamp) {
  std::vector<std::string> late;
  while (!order_.empty() && order_.begin()->first <= stamp) {
    auto first = order_.extract(order_.begin());
    times_.erase(first.value().second);
    late.push_back(std::move(first.value().second));
  }
  return late;
}

} // namespace wardflow
