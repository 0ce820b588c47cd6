// SPDX-License-Identifier: Apache-2.0
// An alert's way through two hops, for scripts/bench: ward, city, province in processes of their
// own; from the sending of the scan at a door to a supervisor's receipt at the province.
//   tree_latency SECONDS [WARDS] [SCANS_PER_S]     one JSON object on stdout
#include "actors/io/clock.hpp"
#include "tests/bench/alert_reader.hpp"
#include "tests/bench/bench_tree.hpp"
#include "tests/bench/tree_traffic.hpp"

#include <cstdio>
#include <cstdlib>

using namespace wardflow;
using namespace wardflow::test;

namespace {

int failed(const std::string& what) {
  std::fprintf(stderr, "tree_latency: %s\n", what.c_str());
  return 1;
}

} // namespace

int main(int argc, char** argv) {
  if (argc < 2 || argc > 4)
    return 2;
  auto seconds = std::atoi(argv[1]);
  auto ward_count = argc > 2 ? static_cast<std::size_t>(std::atoi(argv[2])) : 5;
  auto scans_per_s = argc > 3 ? std::atof(argv[3]) : 1000.0;
  auto units = wards_of("568");
  if (units.size() < ward_count)
    return failed("the district has fewer wards");
  units.resize(ward_count);
  bench_tree tree{{"56", "568"}, units};
  if (!tree.start() || !tree.furnish(tree_traffic::bars, tree_traffic::events) ||
      !tree.import_cards(tree_traffic::cards) || !tree.set_levels(1))
    return failed(tree.problem);
  std::vector<std::uint32_t> numbers;
  for (auto& ward : tree.wards)
    numbers.push_back(ward->unit.number());
  tree_traffic people{numbers, 10};
  samples alert_ms, door_ms;
  std::int64_t warm = 0;
  auto since = [&](std::int64_t sent, samples& to) {
    if (sent >= warm)
      to.add(static_cast<double>(io::monotonic_ns() - sent) / 1e6);
  };
  steady_load load{
    scans_per_s,
    {[&](std::size_t ward, std::uint64_t n, std::int64_t now) { return people.make(ward, n, now); },
     [&](std::size_t, const scan&, const verdict&, std::int64_t sent) { since(sent, door_ms); }}};
  for (auto& ward : tree.wards)
    if (!load.add(*ward))
      return failed("a gateway does not reach its ward");
  subscribe want;
  want.kinds = {alert_kind::card_refused_repeatedly};
  want.start = subscribe_start::head;
  want.credit_bytes = 1u << 20;
  alert_reader reader{tree.top(), tree.supervisor, want, [&](const log_entry_view& e) {
                        alert a;
                        if (read_alert(e.body, a) != code::ok)
                          return;
                        if (auto sent = people.heard(a.subject))
                          since(*sent, alert_ms);
                      }};
  if (!reader.begin())
    return failed("the province does not take the subscription");
  auto* link = reader.link();
  load.begin();
  warm = io::monotonic_ns() + 3'000'000'000;
  auto until = warm + seconds * std::int64_t{1'000'000'000};
  auto answered = load.answered();
  while (io::monotonic_ns() < until) {
    if (!load.turn({&link, 1}) || !reader.turn())
      return failed("a node refused what it was sent");
    if (io::monotonic_ns() < warm)
      answered = load.answered();
  }
  answered = load.answered() - answered;
  for (auto end = io::monotonic_ms() + 5'000; people.under_way() != 0 && io::monotonic_ms() < end;)
    if (!load.drain() || !reader.turn(20))
      return failed("a node refused what it was sent");
  auto each_s = [&](std::uint64_t n) { return static_cast<double>(n) / seconds; };
  std::printf("{\"name\":\"alert_latency\",\"wards\":%zu,\"scans_per_ward_s\":%.0f,"
              "\"alerts_per_s\":%.0f,\"p50_ms\":%.2f,\"p99_ms\":%.2f,\"door_p50_ms\":%.2f,"
              "\"door_p99_ms\":%.2f,\"held\":%llu,\"missing\":%zu}\n",
              ward_count, each_s(answered) / static_cast<double>(ward_count),
              each_s(alert_ms.size()), alert_ms.at(0.5), alert_ms.at(0.99), door_ms.at(0.5),
              door_ms.at(0.99), static_cast<unsigned long long>(load.held()), people.under_way());
  return people.under_way() == 0 ? 0 : 1;
}
