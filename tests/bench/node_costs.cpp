// SPDX-License-Identifier: Apache-2.0
// What a real node costs beside its scans, for scripts/bench: one JSON object on stdout.
//   node_costs idle SECONDS             1,100 venues and 16,000 cards, nobody scans
//   node_costs memory VENUES            registered and never scanned; then scanned once each
//   node_costs restart VENUES SCANS     from a kill -9 to `ready`
#include "actors/io/clock.hpp"
#include "tests/bench/figures.hpp"
#include "tests/bench/process_costs.hpp"
#include "tests/support/ward_rig.hpp"

#include <poll.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>

using namespace wardflow;
using namespace wardflow::test;

namespace {

bool add_cards(ward_rig& rig, std::uint32_t count) {
  for (std::uint32_t from = 0; from < count; from += 4000) {
    std::vector<card_update> rows(4000);
    for (std::uint32_t i = 0; i != rows.size(); ++i) {
      rows[i].card = card_of(from + i);
      rows[i].facts.full_dose = 18'800;
    }
    if (!rig.say(rows))
      return false;
  }
  return true;
}

/// `count` scans in batches of 5,000, eight on their way; venues one after the other.
bool send(ward_rig& rig, std::uint64_t count, std::uint32_t venues) {
  auto link = rig.scanner(rig.gateway_key);
  std::uint64_t sent = 0, through = 0;
  for (auto until = io::monotonic_ns() + 60'000'000'000; through < count;) {
    while (sent < count && sent - through < 40'000) {
      std::vector<scan> scans(std::min<std::uint64_t>(5000, count - sent));
      for (std::size_t i = 0; i != scans.size(); ++i) {
        scans[i].venue =
          make_venue_id(ward_rig::ward, 1 + static_cast<std::uint32_t>((sent + i) % venues));
        scans[i].card = card_of((sent + i) % 400'000);
        scans[i].at = io::wall_ms();
      }
      if (!link->send(frame_kind::scan_batch, encode_batch(1, sent + 1, scans)))
        break;
      sent += scans.size();
    }
    auto got = link->receive(20); // soon again: the first sendings wait for the handshake
    scan_reply reply;
    if (!got && io::monotonic_ns() < until)
      continue;
    if (!got || read_scan_reply(got->body.view(), reply) != code::ok)
      return false;
    through = reply.through_sequence;
  }
  return true;
}

void wait(int seconds) {
  ::poll(nullptr, 0, seconds * 1000);
}

int failed(const char* what) {
  std::fprintf(stderr, "node_costs: %s\n", what);
  return 1;
}

int idle(int seconds) {
  ward_rig rig;
  if (!rig.start() || !rig.furnish(1100) || !add_cards(rig, 16'000))
    return failed("the node did not start");
  wait(2); // what was begun is done
  auto cpu = cpu_us(rig.process());
  wait(seconds);
  cpu = cpu_us(rig.process()) - cpu;
  std::printf("{\"name\":\"idle\",\"cpu_percent\":%.2f,\"memory_mib\":%.1f}\n",
              static_cast<double>(cpu) / 1e4 / seconds,
              static_cast<double>(resident_kib(rig.process())) / 1024);
  return 0;
}

int memory(std::uint32_t venues) {
  ward_rig rig;
  if (!rig.start() || !rig.furnish(1))
    return failed("the node did not start");
  auto empty = own_kib(rig.process());
  ward_rig full;
  if (!full.start() || !full.furnish(venues) || !full.say(query{}))
    return failed("the node did not start");
  auto registered = own_kib(full.process());
  if (!send(full, venues, venues))
    return failed("a scan was refused");
  auto active = own_kib(full.process());
  auto each = [&](std::uint64_t kib) { return static_cast<double>(kib) * 1024 / venues; };
  std::printf("{\"name\":\"memory\",\"venues\":%u,\"bytes_per_idle_venue\":%.0f,"
              "\"bytes_per_active_venue_with_a_card\":%.0f}\n",
              venues, each(registered - empty), each(active - registered));
  return 0;
}

int restart(std::uint32_t venues, std::uint64_t scans) {
  ward_rig rig;
  if (!rig.start() || !rig.furnish(venues))
    return failed("the node did not start");
  if (!send(rig, scans, venues))
    return failed("a scan was refused");
  rig.kill();
  auto begun = io::monotonic_ns();
  if (!rig.start())
    return failed("the node did not start again");
  auto took = io::monotonic_ns() - begun;
  std::printf("{\"name\":\"restart\",\"venues\":%u,\"scans\":%llu,\"seconds\":%.2f}\n", venues,
              static_cast<unsigned long long>(scans), static_cast<double>(took) / 1e9);
  return 0;
}

} // namespace

int main(int argc, char** argv) {
  auto number = [&](int i) { return static_cast<std::uint32_t>(std::atoi(argv[i])); };
  if (argc == 3 && std::string_view{argv[1]} == "idle")
    return idle(static_cast<int>(number(2)));
  if (argc == 3 && std::string_view{argv[1]} == "memory")
    return memory(number(2));
  if (argc == 4 && std::string_view{argv[1]} == "restart")
    return restart(number(2), number(3));
  return 2;
}
