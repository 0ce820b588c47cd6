// SPDX-License-Identifier: Apache-2.0
#include "actors/reader.hpp"

#include "actors/ward_disk.hpp"
#include "messages/codec.hpp"

#include <cstdio>

namespace wardflow {

namespace {

std::string hex(const hash128_value& hash) {
  char out[40];
  std::snprintf(out, sizeof out, "%016llx%016llx", static_cast<unsigned long long>(hash[1]),
                static_cast<unsigned long long>(hash[0]));
  return out;
}

} // namespace

reader::~reader() {
  if (thread_.joinable())
    thread_.join();
}

void reader::verify(const scan_round& r) {
  answer a;
  a.id = r.verify_by.what.id;
  a.node_time = r.stamp;
  if (busy_.exchange(true)) {
    a.code = code::verify_running;
    to_(r.verify_by.peer, encode_answer(a));
    return;
  }
  if (thread_.joinable())
    thread_.join();
  thread_ = std::thread{
    [this, a, peer = r.verify_by.peer, number = r.number, live = r.state_hash]() mutable {
      auto report = verify_against(disk_, unit_, number, live);
      a.code = report.result;
      a.detail = report.detail;
      a.facts = {{"rounds", std::to_string(report.rounds)},
                 {"scans", std::to_string(report.scans)},
                 {"state", hex(live)}};
      to_(peer, encode_answer(a));
      busy_ = false;
    }};
}

} // namespace wardflow
