// SPDX-License-Identifier: Apache-2.0
// What comes down in bulk, beside a door that scans, for scripts/bench: a city and a ward.
//   tree_bulk SECONDS [CARDS]     two JSON objects on stdout
// The door's latencies without, and while so many card facts come from the city. In life that and
// its importer are other machines: here they give way to ward and door, and the city's disk is in
// memory (where that cannot be made, it shares the ward's, and says so). Then all those cards are
// recoloured by one upload of levels, every one of them is scanned, and what the ward wrote for it
// is counted.
#include "actors/io/clock.hpp"
#include "tests/bench/bench_tree.hpp"
#include "tests/bench/figures.hpp"
#include "tests/bench/process_costs.hpp"
#include "tests/bench/steady_load.hpp"
#include "tests/support/power_rig.hpp"

#include <poll.h>
#include <sched.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <thread>

using namespace wardflow;
using namespace wardflow::test;

namespace {

constexpr std::uint32_t groups = 30;
constexpr std::uint32_t venues = 200;

int failed(const std::string& what) {
  std::fprintf(stderr, "tree_bulk: %s\n", what.c_str());
  return 1;
}

/// The shipped book, but for one thing: from level 4 of their own group on all holders are red.
bool load_book(ward_rig& ward) {
  std::ifstream in{std::string{WARDFLOW_SOURCE_DIR} +
                   "/config/rulebooks/khanh-hoa-2021-11-16.toml"};
  std::string text{std::istreambuf_iterator<char>{in}, {}};
  for (auto [from, to] : {std::pair{"version = 20211116", "version = 20211117"},
                          {"effective_from = 2021-11-16", "effective_from = 2021-11-17"},
                          {"red_from = 0", "red_from = 4"}}) {
    auto at = text.find(from);
    if (at == text.npos)
      return false;
    text.replace(at, std::string_view{from}.size(), to);
  }
  auto said = ward.say(rulebook_text{text});
  return said && said->code == code::done;
}

bool add_groups(ward_rig& ward) {
  std::vector<group_record> rows;
  for (std::uint32_t g = 1; g <= groups; ++g)
    rows.push_back({make_group_id(ward.unit.number(), g), "To " + std::to_string(g)});
  auto said = ward.say(rows);
  return said && said->code == code::done;
}

/// This thread runs when no other wants to.
void give_way(pid_t thread) {
  const sched_param none{};
  ::sched_setscheduler(thread, SCHED_IDLE, &none);
}

bool say_levels(ward_rig& city, std::uint32_t ward, std::uint8_t level) {
  std::vector<group_id> all;
  for (std::uint32_t g = 1; g <= groups; ++g)
    all.push_back(make_group_id(ward, g));
  auto said = city.say(levels_of(all, level));
  return said && said->code == code::forwarded;
}

/// KiB that the process has handed to the kernel for its files.
std::uint64_t written_kib(pid_t process) {
  std::ifstream in{"/proc/" + std::to_string(process) + "/io"};
  for (std::string word; in >> word;)
    if (word == "wchar:") {
      std::uint64_t bytes = 0;
      in >> bytes;
      return bytes / 1024;
    }
  return 0;
}

/// The ward's gateway as a plain connection: one batch at a time.
struct batches {
  ward_rig& ward;
  std::unique_ptr<io::client> link;
  std::uint64_t next = 1;

  explicit batches(ward_rig& w) : ward(w), link(w.scanner(w.gateway_key)) {
    // nop
  }
  /// Cards [from, to), each at a shop; how many verdicts had this colour. Negative: no answer.
  std::int64_t coloured(std::uint32_t from, std::uint32_t to, colour wanted) {
    std::vector<scan> scans(to - from);
    for (auto n = from; n != to; ++n) {
      auto& s = scans[n - from];
      s.card = card_of(n);
      s.venue = make_venue_id(ward.unit.number(), 1 + n % venues);
      s.way = direction::out; // nobody fills a shop
      s.at = io::wall_ms();
    }
    auto sent = false;
    for (auto until = io::monotonic_ms() + 20'000; io::monotonic_ms() < until;) {
      if (!sent)
        sent = link->send(frame_kind::scan_batch, encode_batch(2, next, scans));
      auto got = link->receive(sent ? 1000 : 20);
      scan_reply reply;
      if (!got)
        continue;
      if (read_scan_reply(got->body.view(), reply) != code::ok)
        return -1;
      next += scans.size();
      return std::count_if(reply.verdicts.begin(), reply.verdicts.end(),
                           [&](auto word) { return to_verdict(word).colour == wanted; });
    }
    return -1;
  }
};

/// What was imported and scanned is checkpointed: the ward writes nothing of its own any more.
void wait_for_quiet(ward_rig& ward, batches& probe) {
  for (auto until = io::monotonic_ms() + 90'000; io::monotonic_ms() < until;) {
    auto before = written_kib(ward.process());
    for (auto i = 0; i != 20; ++i) { // checkpoints go along with rounds
      static_cast<void>(probe.coloured(0, 1, colour::green));
      ::poll(nullptr, 0, 50);
    }
    if (written_kib(ward.process()) - before < 1024)
      return;
  }
}

int recolour(bench_tree& tree, std::uint32_t cards) {
  auto& ward = *tree.wards.front();
  batches probe{ward};
  wait_for_quiet(ward, probe);
  auto begun = io::monotonic_ns();
  auto before = written_kib(ward.process());
  if (!say_levels(tree.top(), ward.unit.number(), 4))
    return failed("levels were refused");
  std::uint32_t asked = 0;
  while (probe.coloured(asked, asked + groups, colour::red) != groups) // one of each group
    if (++asked == 10'000)
      return failed("the cards are not recoloured");
  auto there = io::monotonic_ns();
  auto wrote = written_kib(ward.process()) - before;
  std::int64_t red = 0;
  for (std::uint32_t from = 0; from < cards; from += 10'000)
    red += probe.coloured(from, std::min(cards, from + 10'000), colour::red);
  auto all = io::monotonic_ns();
  std::printf("{\"name\":\"recolour\",\"cards\":%u,\"red\":%lld,\"in_force_ms\":%.1f,"
              "\"probes\":%u,\"written_kib\":%llu,\"all_scanned_ms\":%.0f}\n",
              cards, static_cast<long long>(red), static_cast<double>(there - begun) / 1e6,
              asked + 1, static_cast<unsigned long long>(wrote),
              static_cast<double>(all - begun) / 1e6);
  return red == cards ? 0 : failed("a card is not red");
}

} // namespace

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3)
    return 2;
  auto seconds = std::atoi(argv[1]);
  auto cards = argc > 2 ? static_cast<std::uint32_t>(std::atoi(argv[2])) : 450'000u;
  std::optional<power_rig> disk;
  if (auto why = power_rig::why_not(); why.empty())
    disk.emplace(std::size_t{2} << 30, "/dev/shm");
  else
    std::fprintf(stderr, "tree_bulk: the city shares the ward's disk: %s\n", why.c_str());
  bench_tree tree{{"568"}, {"22366"}, disk ? disk->folder() : std::filesystem::path{}};
  auto& ward = *tree.wards.front();
  if (!tree.start() || !ward.furnish(venues))
    return failed(tree.problem + ward.output);
  auto unit = ward.unit.number();
  if (!add_groups(ward) || !load_book(ward) || !say_levels(tree.top(), unit, 1))
    return failed("the ward could not be furnished");
  for (auto& task : std::filesystem::directory_iterator{
         "/proc/" + std::to_string(tree.top().process()) + "/task"})
    give_way(static_cast<pid_t>(std::stol(task.path().filename().string())));
  samples without, during;
  auto* to = &without;
  auto last_is_green = false;
  constexpr std::uint32_t strangers = 4'000'000; // from here on: cards that nobody sends
  steady_load load{1000,
                   {[&](std::size_t, std::uint64_t n, std::int64_t) {
                      scan s;
                      auto asks = n % 50 == 0;
                      auto person =
                        static_cast<std::uint32_t>(asks ? cards - 1 : strangers + n % 2000);
                      s.card = card_of(person);
                      s.venue = make_venue_id(unit, 1 + person % venues);
                      s.way = asks || n / 2000 % 2 != 0 ? direction::out : direction::in;
                      return s;
                    },
                    [&](std::size_t, const scan& s, const verdict& v, std::int64_t sent) {
                      to->add(static_cast<double>(io::monotonic_ns() - sent) / 1e6);
                      last_is_green |= s.card == card_of(cards - 1) && v.colour == colour::green;
                    }}};
  if (!load.add(ward))
    return failed("the gateway does not reach its ward");
  auto run = [&](std::int64_t until_ns, auto&& is_over) {
    while (io::monotonic_ns() < until_ns && !is_over())
      if (!load.turn())
        return false;
    return true;
  };
  auto after = [](int s) { return io::monotonic_ns() + s * std::int64_t{1'000'000'000}; };
  auto never = [] { return false; };
  load.begin();
  samples warming;
  to = &warming;
  if (!run(after(2), never))
    return failed("a scan was refused");
  to = &without;
  if (!run(after(seconds), never))
    return failed("a scan was refused");

  to = &during;
  std::atomic<bool> good{true};
  auto begun = io::monotonic_ns();
  std::thread import{[&] {
    give_way(::gettid());
    constexpr std::uint32_t piece = 500; // as `wardctl card import` cuts them
    for (std::uint32_t from = 0; from < cards && good; from += piece) {
      auto said = tree.top().say(green_cards(from, std::min(cards, from + piece), unit, groups));
      good = said && said->code == code::forwarded;
    }
  }};
  auto sound = run(after(120), [&] { return last_is_green; });
  auto took = static_cast<double>(io::monotonic_ns() - begun) / 1e9;
  import.join();
  if (!sound || !good || !last_is_green || !load.drain())
    return failed("the cards did not arrive");
  std::printf("{\"name\":\"bulk\",\"cards\":%u,\"seconds\":%.2f,\"door_p50_ms\":%.2f,"
              "\"door_p99_ms\":%.2f,\"during_p50_ms\":%.2f,\"during_p99_ms\":%.2f,"
              "\"ratio_p99\":%.2f,\"scans\":%zu}\n",
              cards, took, without.at(0.5), without.at(0.99), during.at(0.5), during.at(0.99),
              during.at(0.99) / without.at(0.99), during.size());
  return recolour(tree, cards);
}
