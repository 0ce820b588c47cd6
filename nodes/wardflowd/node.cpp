// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardflowd/node.hpp"

#include "actors/io/allow_file.hpp"
#include "nodes/wardflowd/parts.hpp"

#include <spdlog/spdlog.h>

#include <chrono>
#include <utility>

namespace wardflow {

node::node(std::unique_ptr<parts> p) : parts_(std::move(p)) {
  // nop
}

node::~node() {
  stop();
}

std::string node::scan_endpoint() const {
  return parts_->scan_endpoint;
}

std::string node::control_endpoint() const {
  return parts_->control_endpoint;
}

io::outcome<std::unique_ptr<node>> node::start(const node_config& config, failed_port failed) {
  auto opened = parts::open(config, std::move(failed));
  if (!opened)
    return opened.why();
  auto& p = **opened;
  auto role = config.role == node_role::ward ? start_ward(p) : start_area(p);
  if (!role)
    return role.why();
  if (auto bad = p.begin(std::move(role->at_door), std::move(role->keys), role->logs))
    return *bad;
  return std::unique_ptr<node>{new node{std::move(*opened)}};
}

code node::reload_keys(std::string& detail) {
  auto keys = io::read_allow_file(parts_->config.allow_list);
  if (!keys) {
    detail = keys.why().detail;
    return keys.reason();
  }
  parts_->door->replace_keys(std::move(*keys));
  return code::ok;
}

bool node::stop() {
  auto& p = *parts_;
  if (p.stopped || p.door == nullptr)
    return !p.disk_failed;
  p.stopped = true;
  if (p.parent != nullptr)
    p.parent->stop();
  p.readers->stop();
  if (!p.disk_failed) {
    auto last = p.door->stop();
    p.last_round = last->number;
    p.rest(last);
    last.reset();
    p.rested.get_future().wait_for(std::chrono::seconds{60});
  }
  p.audit->stop();
  if (p.questions != nullptr)
    p.questions->stop(); // it may wait for JOURNAL
  p.journal->stop();
  p.end_actor();
  p.actors.reset();
  if (!p.disk_failed && p.last_words)
    p.last_words();
  return !p.disk_failed;
}

} // namespace wardflow
