// SPDX-License-Identifier: Apache-2.0
// What a city's wards cost their city, for scripts/bench: real nodes, rollups and alerts up, and
// then one level down to every ward's door.
//   tree_city SECONDS [WARDS] [SCANS_PER_S]     two JSON objects on stdout
#include "actors/io/clock.hpp"
#include "tests/bench/bench_tree.hpp"
#include "tests/bench/process_costs.hpp"
#include "tests/bench/tree_traffic.hpp"

#include <cstdio>
#include <cstdlib>
#include <utility>

using namespace wardflow;
using namespace wardflow::test;

namespace {

int failed(const std::string& what) {
  std::fprintf(stderr, "tree_city: %s\n", what.c_str());
  return 1;
}

/// Bytes that the connections to a local port have brought and taken so far, by the kernel's count.
struct traffic {
  std::uint64_t up = 0, down = 0;
};
traffic through(const std::string& endpoint) {
  auto port = endpoint.substr(endpoint.rfind(':') + 1);
  auto command = "ss -tinH state established '( sport = :" + port + " )'";
  traffic all;
  auto* out = ::popen(command.c_str(), "r");
  if (out == nullptr)
    return all;
  std::string text;
  char piece[4096];
  for (std::size_t n = 0; (n = std::fread(piece, 1, sizeof piece, out)) > 0;)
    text.append(piece, n);
  ::pclose(out);
  auto sum = [&](std::string_view name) {
    std::uint64_t bytes = 0;
    for (auto at = text.find(name); at != text.npos; at = text.find(name, at + 1))
      bytes += std::strtoull(text.c_str() + at + name.size(), nullptr, 10);
    return bytes;
  };
  all.up = sum(" bytes_received:");
  all.down = sum(" bytes_sent:");
  return all;
}

} // namespace

int main(int argc, char** argv) {
  if (argc < 2 || argc > 4)
    return 2;
  auto seconds = std::atoi(argv[1]);
  auto units = wards_of("568");
  auto ward_count = argc > 2 ? static_cast<std::size_t>(std::atoi(argv[2])) : units.size();
  auto scans_per_s = argc > 3 ? std::atof(argv[3]) : 100.0;
  if (units.size() < ward_count)
    return failed("the district has fewer wards");
  units.resize(ward_count);
  bench_tree tree{{"568"}, units};
  if (!tree.start() || !tree.furnish(tree_traffic::bars, tree_traffic::events) ||
      !tree.import_cards(tree_traffic::cards) || !tree.set_levels(1))
    return failed(tree.problem);
  std::vector<std::uint32_t> numbers;
  for (auto& ward : tree.wards)
    numbers.push_back(ward->unit.number());
  tree_traffic people{numbers, 50};
  samples door_ms;
  std::int64_t level_said = 0;
  std::vector<std::int64_t> level_there(ward_count, 0);
  steady_load load{
    scans_per_s,
    {[&](std::size_t ward, std::uint64_t n, std::int64_t now) { return people.make(ward, n, now); },
     [&](std::size_t ward, const scan&, const verdict& v, std::int64_t sent) {
       door_ms.add(static_cast<double>(io::monotonic_ns() - sent) / 1e6);
       if (level_said != 0 && v.reason == code::level_too_high && level_there[ward] == 0)
         level_there[ward] = io::monotonic_ns();
     }}};
  for (auto& ward : tree.wards)
    if (!load.add(*ward))
      return failed("a gateway does not reach its ward");
  auto run = [&](std::int64_t ns) {
    for (auto until = io::monotonic_ns() + ns; io::monotonic_ns() < until;)
      if (!load.turn())
        return false;
    return true;
  };
  load.begin();
  if (!run(5'000'000'000))
    return failed("a scan was refused");
  door_ms = {};
  auto city = tree.top().process();
  auto answered = load.answered();
  auto cpu = cpu_us(city);
  auto bytes = through(tree.top().control_endpoint);
  auto begun = io::monotonic_ns();
  if (!run(seconds * std::int64_t{1'000'000'000}))
    return failed("a scan was refused");
  auto passed = static_cast<double>(io::monotonic_ns() - begun) / 1e9;
  cpu = cpu_us(city) - cpu;
  auto now = through(tree.top().control_endpoint);
  answered = load.answered() - answered;
  auto an_hour = [&](std::uint64_t n) {
    return static_cast<double>(n) / passed * 3600 / static_cast<double>(ward_count);
  };
  std::printf(
    "{\"name\":\"uplink\",\"wards\":%zu,\"seconds\":%.0f,\"scans_per_ward_s\":%.0f,"
    "\"city_cpu_percent\":%.1f,\"up_bytes_per_ward_hour\":%.0f,\"down_bytes_per_ward_hour\":%.0f,"
    "\"city_memory_mib\":%.1f,\"door_p50_ms\":%.2f,\"door_p99_ms\":%.2f}\n",
    ward_count, passed, static_cast<double>(answered) / passed / static_cast<double>(ward_count),
    static_cast<double>(cpu) / 1e4 / passed, an_hour(now.up - bytes.up),
    an_hour(now.down - bytes.down), static_cast<double>(resident_kib(city)) / 1024, door_ms.at(0.5),
    door_ms.at(0.99));

  level_said = io::monotonic_ns();
  if (!tree.set_levels(4))
    return failed(tree.problem);
  auto all_there = [&] {
    return std::find(level_there.begin(), level_there.end(), 0) == level_there.end();
  };
  for (auto until = level_said + 20'000'000'000; !all_there() && io::monotonic_ns() < until;)
    if (!load.turn())
      return failed("a scan was refused");
  if (!all_there())
    return failed("a ward does not judge by the new level");
  samples level_ms;
  for (auto at : level_there)
    level_ms.add(static_cast<double>(at - level_said) / 1e6);
  std::printf("{\"name\":\"level_to_doors\",\"wards\":%zu,\"p50_ms\":%.1f,\"last_ms\":%.1f}\n",
              ward_count, level_ms.at(0.5), level_ms.at(1));
  return 0;
}
