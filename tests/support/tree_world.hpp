// SPDX-License-Identifier: Apache-2.0
// A province, a city and wards, with operators and supervisors, in bad weather, by one seed.
//
//   province ◀─line─▶ city ◀─line─▶ ward ◀─▶ gateway
//      ▲ ▲ operator      ▲
//      └ supervisor      └ supervisor
//
// Lines break at any moment with all that is on them, and are cut for minutes or days; frames find
// no place in a queue; disks fill up for a while. Each node is killed at any step, has its own
// clock, and is put back from a backup: with a higher epoch, or first, by mistake, with the old
// one. Then the weather is calm, and everything must come right.
#pragma once

#include "tests/support/tree_node.hpp"

namespace wardflow::test::tree {

struct weather {
  unsigned wards = 4;
  bool kills = true;     // of nodes and supervisors
  bool cuts = true;      // of lines, for a moment or for days
  bool restores = false; // of wards from backups
  bool replaced = false; // the city too: another epoch for those above and below
  bool fills = true;     // disks, for a while
  bool absences = false; // somebody is cut off for weeks: longer than logs are kept
  bool joins = false;    // the last ward comes after weeks
  unsigned steps = 3'000;
};

/// Reads a node's alerts under a name, writes what it saw and acknowledges it then.
struct supervisor {
  area_node* at = nullptr;
  std::string name;
  std::shared_ptr<line> to_node;
  time_ms dials_at = 0;
  bool subscribed = false;
  // On its disk.
  std::vector<std::pair<std::uint64_t, alert>> seen; // by offset
  std::uint64_t through = 0;
  std::uint64_t begun = 0; // the first offset that it asked for; 0: nobody has taken note of it
};

/// A command of an operator at the province or at the city.
struct directive {
  area_node* at = nullptr;
  command what;
  unit_code to;                   // none: all wards
  role said_as = role::operator_; // a supervisor's was let through where it should not have been
  bool answered = false;
};

class world {
public:
  static constexpr std::uint64_t cards = 40;

  world(std::uint64_t seed, weather w);

  /// Everything, until all have heard of all. False: it never came to that.
  [[nodiscard]] bool run();
  /// Why it does not come to rest; empty: it has.
  [[nodiscard]] std::string unrest() const;
  /// What must hold at the end.
  void check();

  // For the tests that a test can fail.
  std::uint64_t rounds = 0, crashes = 0, cuts = 0, restored = 0, fenced = 0, directives_said = 0,
                alerts_seen = 0, alerts_said = 0, scans = 0, expired = 0, filled = 0, refused = 0,
                pieces = 0;

private:
  struct place { // a node's side of the world
    tree::node* what = nullptr;
    tree::node* parent = nullptr;
    time_ms starts_at = 0;
    time_ms dials_at = 0;
    time_ms cut_until = 0;
    time_ms raises_at = 0; // it was put back with the old epoch; until somebody mends that
    std::vector<disk> backups;
    std::uint64_t epoch_most = 1;
    bool was_restored = false;
    bool missed = false; // something that its parent's log no longer had
  };

  void step();
  void pass();
  void faults();
  void step_place(place& p);
  void cut(place& p, time_ms ms);
  void absence();
  void restore(place& p);
  void raise_epoch(place& p);
  [[nodiscard]] bool went_back(const place& p, std::uint64_t by) const;
  void ghost();
  void operate();
  void say(directive& d);
  [[nodiscard]] command any_command(const area_node& at, unit_code to);
  void say_subscribe(supervisor& s);
  void step_supervisor(supervisor& s);
  [[nodiscard]] static std::uint64_t named_on_disk(const supervisor& s);
  void hear(supervisor& s, const line::frame& f);
  [[nodiscard]] std::shared_ptr<line> connect(tree::node& to, unit_code key);
  void broken(const char* what);

  void check_sums();
  void check_counts(const place& p, const ward_node& w);
  void check_alerts(const place& p);
  [[nodiscard]] bool alike() const;
  void check_directives();
  void check_refused(const directive& d, unsigned times);
  void check_facts(const place& p, const ward_node& w);
  [[nodiscard]] card_id any_card() { return card_id{1 + dice_.below(cards)}; }
  void check_supervisor(const supervisor& s);

  weather weather_;
  dice dice_;
  time_ms now_;
  time_ms step_ms_ = 100;
  bool calm_ = false;
  const char* wrong_ = nullptr;
  std::uint64_t last_peer_ = 1'000;
  std::uint64_t last_command_ = 0;
  area_node province_, city_;
  std::vector<std::unique_ptr<ward_node>> wards_;
  std::vector<place> places_; // city, wards, province
  std::vector<supervisor> supervisors_;
  std::vector<directive> directives_;
  std::shared_ptr<line> ghost_;
  time_ms absent_until_ = 0;
};

} // namespace wardflow::test::tree
