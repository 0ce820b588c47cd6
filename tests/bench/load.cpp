// SPDX-License-Identifier: Apache-2.0
// The load of scripts/bench: a gateway's batches over CURVE against a real node, client included.
//   load BATCH OUTSTANDING CONNECTIONS SECONDS [VENUES]     one JSON object on stdout
// BATCH "codes": raw personal codes, one to a frame. NODE_LINES: more lines of its node.toml.
#include "actors/io/clock.hpp"
#include "nodes/wardctl/simulate_people.hpp"
#include "tests/bench/figures.hpp"
#include "tests/bench/process_costs.hpp"
#include "tests/support/ward_rig.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <random>

using namespace wardflow;
using namespace wardflow::test;

namespace {

constexpr std::uint32_t card_count = 400'000;

/// Zipf over venues, by the inverse of its sum; people go to few places.
struct crowd {
  crowd(std::uint64_t seed, std::uint32_t venue_count) : random(seed) {
    double sum = 0;
    for (std::uint32_t i = 1; i <= venue_count; ++i)
      sums.push_back(sum += 1.0 / i);
  }
  std::uint32_t venue() {
    auto at = std::uniform_real_distribution<>{0, sums.back()}(random);
    return 1 + static_cast<std::uint32_t>(std::lower_bound(sums.begin(), sums.end(), at) -
                                          sums.begin());
  }
  std::mt19937_64 random;
  std::vector<double> sums;
};

struct connection {
  std::unique_ptr<io::client> link;
  std::uint64_t next = 1;
  std::deque<std::pair<std::uint64_t, std::int64_t>> open; // last sequence, sent at
};

} // namespace

int main(int argc, char** argv) {
  if (argc != 5 && argc != 6)
    return 2;
  const auto codes = std::string_view{argv[1]} == "codes";
  auto batch = codes ? 1u : static_cast<std::uint32_t>(std::atoi(argv[1]));
  auto venue_count = argc == 6 ? static_cast<std::uint32_t>(std::atoi(argv[5])) : 2000u;
  auto outstanding = static_cast<std::size_t>(std::atoi(argv[2]));
  auto connections = static_cast<std::size_t>(std::atoi(argv[3]));
  auto seconds = std::atoi(argv[4]);
  auto* lines = std::getenv("NODE_LINES");
  ward_rig rig{{}, lines != nullptr ? std::string{lines} + "\n" : ""};
  if (!rig.start() || !rig.furnish(venue_count)) {
    std::fprintf(stderr, "load: the node did not start: %s\n", rig.output.c_str());
    return 1;
  }
  for (std::uint32_t from = 0; from < card_count; from += 5000) {
    std::vector<card_update> rows(5000);
    for (std::uint32_t i = 0; i != rows.size(); ++i) {
      rows[i].card = card_of(from + i);
      rows[i].facts.full_dose = static_cast<day_number>(local_day(io::wall_ms()) - i % 60);
      rows[i].facts.group = make_group_id(ward_rig::ward, 1);
    }
    if (!rig.say(rows))
      return 1;
  }
  crowd people{7164, venue_count};
  std::vector<std::vector<std::uint32_t>> haunts(card_count / 100);
  for (auto& h : haunts)
    for (auto i = 0; i != 4; ++i)
      h.push_back(people.venue());
  std::vector<scan> pool(std::max(batch * 64u, 200'000u));
  for (auto& s : pool) {
    auto n = people.random() % card_count;
    s.card = card_of(n);
    s.venue = make_venue_id(ward_rig::ward, haunts[n % haunts.size()][people.random() % 4]);
    s.way = people.random() % 2 == 0 ? direction::in : direction::out;
  }
  std::vector<std::string> shown(codes ? 15'650 : 0);
  for (std::uint32_t i = 0; i != shown.size(); ++i) {
    auto who = wardctl::simulate_person(i, 56, 1);
    shown[i] = wardctl::code_text(who, who.form);
  }
  std::vector<connection> all(connections);
  for (std::size_t i = 0; i != connections; ++i) {
    device_add d;
    d.name = "load " + std::to_string(i);
    auto key = *io::generate_key_pair();
    d.key = key.open;
    d.gateway = true;
    if (!rig.say(d))
      return 1;
    all[i].link = rig.scanner(key);
  }
  std::vector<io::client*> links;
  for (auto& c : all)
    links.push_back(c.link.get());
  auto per_link = std::max<std::size_t>(1, outstanding / connections);
  auto before = rig.say(query{});
  auto cpu_before = cpu_us(rig.process());
  samples latencies;
  std::uint64_t answered = 0;
  std::size_t from = 0;
  auto begun = io::monotonic_ns(), warm = begun + 1'000'000'000;
  auto until = warm + seconds * std::int64_t{1'000'000'000};
  for (auto now = begun; now < until; now = io::monotonic_ns()) {
    for (auto& c : all) {
      while (c.open.size() < per_link) {
        if (from + batch > pool.size())
          from = 0;
        auto scans = std::span{pool}.subspan(from, batch);
        auto at = io::wall_ms();
        for (auto& s : scans)
          s.at = at;
        from += batch;
        auto body = codes ? frame_body{} : encode_batch(1, c.next, scans);
        if (codes) {
          code_scan one;
          one.epoch = 1;
          one.sequence = c.next;
          one.venue = scans[0].venue;
          one.at = at;
          one.way = scans[0].way;
          auto& text = shown[people.random() % shown.size()];
          one.code_bytes = std::as_bytes(std::span{text});
          body = encode_code_scan(one);
        }
        auto sent = io::monotonic_ns();
        if (!c.link->send(codes ? frame_kind::code_scan : frame_kind::scan_batch, std::move(body)))
          break;
        c.next += batch;
        c.open.emplace_back(c.next - 1, sent);
      }
    }
    (void)io::client::wait_any(links, 100);
    for (auto& c : all)
      while (auto got = c.link->receive(0)) {
        scan_reply reply;
        if (read_scan_reply(got->body.view(), reply) != code::ok) {
          refusal no;
          (void)read_refusal(got->body.view(), no);
          std::fprintf(stderr, "load: refused %d\n", static_cast<int>(no.reason));
          return 1;
        }
        auto here = io::monotonic_ns();
        while (!c.open.empty() && c.open.front().first <= reply.through_sequence) {
          if (here > warm) {
            latencies.add(static_cast<double>(here - c.open.front().second) / 1e6);
            answered += batch;
          }
          c.open.pop_front();
        }
      }
  }
  auto after = rig.say(query{});
  auto cpu = cpu_us(rig.process()) - cpu_before;
  if (!before || !after)
    return 1;
  auto grown = [&](const char* name) { return fact(*after, name) - fact(*before, name); };
  auto commits = std::max<std::uint64_t>(1, grown("commits"));
  for (auto name : {"round_to_ward_us", "round_in_ward_us", "round_to_journal_us",
                    "round_commit_us", "round_to_gate_us"})
    std::fprintf(stderr, "%s=%llu ", name, static_cast<unsigned long long>(fact(*after, name)));
  std::fprintf(
    stderr, "round_bytes=%llu round_scans=%llu memory_kib=%llu\n",
    static_cast<unsigned long long>(grown("record_bytes") / commits),
    static_cast<unsigned long long>(std::max<std::uint64_t>(1, grown("scans_taken") / commits)),
    static_cast<unsigned long long>(fact(*after, "memory_kib")));
  std::printf("{\"name\":\"wardflow\",\"batch\":%u,\"outstanding\":%zu,\"scans_per_s\":%.0f,"
              "\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"node_cpu_us_per_scan\":%.3f}\n",
              batch, outstanding, static_cast<double>(answered) / seconds, latencies.at(0.5),
              latencies.at(0.99),
              static_cast<double>(cpu) /
                static_cast<double>(std::max<std::uint64_t>(1, grown("scans_taken"))));
  return 0;
}
