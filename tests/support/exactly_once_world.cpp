// SPDX-License-Identifier: Apache-2.0
#include "tests/support/exactly_once_world.hpp"

#include "messages/verdict.hpp"

#include <algorithm>

namespace wardflow::test {

namespace {

constexpr time_ms give_up_ms = 200'000;
constexpr std::uint32_t already = 0xff'ffff; // stands for a verdict already_counted

send_policy policy_of(const weather& w) {
  auto p = w.gateway ? gateway_policy : door_policy;
  p.resend_ms = 30;
  p.resend_max_ms = 240;
  p.redial_ms = 700;
  p.patience_ms = w.gateway ? 0 : 100;
  return p;
}

} // namespace

world::world(std::uint64_t seed, weather w, std::size_t scans) :
  weather_(w), random_(seed), scans_(scans), gate_(w.gateway) {
  node_.counted.resize(scans);
  node_.verdict.resize(scans);
  spare_.state.epoch = 500 + random_() % 1'000;
  start_node();
  start_door();
}

bool world::run() {
  for (; now_ < give_up_ms && wrong_ == nullptr; now_ += 1 + static_cast<time_ms>(random_() % 4)) {
    calm_ = now_ > 4'000;
    if (!calm_)
      faults();
    arrive();
    deliver();
    run_door();
    if (!inbox_.empty() && chance(5'000))
      round();
    if (!calm_ || !done())
      continue;
    if (!weather_.spare || spare_.state.acknowledged == spare_.scans.size())
      return true;
    kill_door();
    std::swap(disk_, spare_);
    start_door();
  }
  return false;
}

bool world::done() const {
  return arrived_ == scans_ && window_ && window_->unanswered() == 0;
}

void world::check() const {
  BOOST_TEST(wrong_ == nullptr, wrong_);
  for (scan_number s = 0; s < scans_; ++s) {
    const bool may_be_missing = excused_.contains(s) || lost_.contains(s) || unsure_.contains(s);
    if (may_be_missing)
      BOOST_TEST(node_.counted[s] <= 1, "scan " << s << " was counted twice");
    else
      BOOST_TEST(node_.counted[s] == 1, "scan " << s << " was counted " << +node_.counted[s]);
    BOOST_TEST((ended_.contains(s) || may_be_missing), "nothing was said of scan " << s);
  }
}

// -- network ------------------------------------------------------------------------------------

void world::post(message m) {
  do {
    const bool lost = now_ < cut_until_ || random_() % 100 < weather_.loss_percent;
    const auto slow = chance(300) ? 10 : 1;
    m.at = now_ + 1 + static_cast<time_ms>(random_()) % weather_.delay_max_ms * slow;
    m.at = std::max(m.at, now_ + 1);
    if (!lost)
      network_.push_back(m);
  } while (random_() % 100 < weather_.repeat_percent);
}

void world::deliver() {
  std::vector<message> due;
  const auto later =
    std::partition(network_.begin(), network_.end(), [&](const message& m) { return m.at > now_; });
  std::move(later, network_.end(), std::back_inserter(due));
  network_.erase(later, network_.end());
  std::shuffle(due.begin(), due.end(), random_);
  for (auto& m : due) {
    if (!m.up)
      hear(m);
    else if (m.process == process_)
      inbox_.push_back(std::move(m));
  }
}

void world::faults() {
  if (weather_.kills && chance(40))
    kill_door();
  if (weather_.kills && chance(40))
    kill_node();
  if (weather_.kills && chance(20))
    cut_until_ = now_ + static_cast<time_ms>(random_() % 1'000);
  if (weather_.restores && chance(60))
    backups_.push_back(node_);
  if (weather_.restores && chance(15) && !backups_.empty())
    restore_node();
  if (weather_.forgets && chance(15)) {
    kill_door();
    unsure_.insert(disk_.scans.begin() + static_cast<std::ptrdiff_t>(disk_.state.acknowledged),
                   disk_.scans.end());
    disk_ = door_disk{};
    disk_.state.epoch =
      chance(5'000) ? 1 + random_() % 5 : 10'000 + static_cast<std::uint64_t>(now_);
  }
  if (weather_.spare && chance(25)) {
    kill_door();
    std::swap(disk_, spare_);
  }
  if (!window_)
    start_door();
}

// -- door ---------------------------------------------------------------------------------------

void world::start_door() {
  auto policy = policy_of(weather_);
  policy.salt = random_() | 1;
  window_.emplace(policy, disk_.state);
  for (std::size_t at = disk_.state.acknowledged; at < disk_.scans.size();) {
    const auto most = std::min<std::size_t>(weather_.gateway ? 20 : 1, disk_.scans.size() - at);
    const auto count = static_cast<std::uint32_t>(1 + random_() % most);
    window_->load(disk_.scans[at], count);
    at += count;
  }
  connect();
}

void world::kill_door() {
  if (!window_)
    return;
  window_.reset();
  ++connection_;
  disk_.state.acknowledged -= random_() % (disk_.state.acknowledged - disk_.acked_synced + 1);
  // What the node has, the next run does not ask about: it is recorded, its verdict unheard.
  ended_.insert(disk_.scans.begin(),
                disk_.scans.begin() + static_cast<std::ptrdiff_t>(disk_.state.acknowledged));
}

void world::connect() {
  window_->connected(now_);
  ++connection_;
  connected_process_ = process_;
  const std::set<scan_number> pending(
    disk_.scans.begin() + static_cast<std::ptrdiff_t>(disk_.state.acknowledged), disk_.scans.end());
  for (auto s : lost_)
    if (!pending.contains(s))
      excused_.insert(s);
  lost_.clear();
}

void world::arrive() {
  if (arrived_ == scans_ || !window_ || !chance(calm_ ? 10'000 : 400))
    return;
  const auto most = std::min<std::size_t>(weather_.gateway ? 20 : 1, scans_ - arrived_);
  const auto count = static_cast<std::uint32_t>(1 + random_() % most);
  const auto id = arrived_;
  for (std::uint32_t i = 0; i < count; ++i)
    disk_.scans.push_back(arrived_++);
  disk_.acked_synced = disk_.state.acknowledged; // every record tells it
  if (chance(fault(weather_.kills ? 200 : 0)))
    return kill_door();
  window_->add(id, count, now_);
}

void world::run_door() {
  if (!window_ && calm_)
    start_door();
  if (window_ && connected_process_ != process_ && chance(500)) {
    window_->disconnected(); // the system has told it; else it finds out by silence
    connect();
  }
  for (int i = 0; i < 200 && window_; ++i) {
    const auto a = window_->next(now_);
    if (a.what == send_window::step::idle)
      return;
    act(a);
    if (window_ && chance(fault(weather_.kills ? 20 : 0)))
      kill_door();
  }
}

void world::act(const send_window::action& a) {
  message m;
  m.connection = connection_;
  m.process = connected_process_;
  frame f;
  f.epoch = a.epoch;
  switch (a.what) {
  case send_window::step::send:
    f.first = a.first;
    for (std::uint32_t i = 0; i < a.count; ++i)
      f.scans.push_back(static_cast<scan_number>(a.id) + a.skip + i);
    if (disk_.scans[a.first - 1] != f.scans.front())
      wrong_ = "a number was sent with another scan than the spool has under it";
    [[fallthrough]];
  case send_window::step::hello:
    m.what = f;
    return post(m);
  case send_window::step::redial:
    window_->disconnected();
    return connect();
  case send_window::step::write_epoch:
    return write_epoch(a);
  default:
    wrong_ = "the window stopped";
  }
}

void world::write_epoch(const send_window::action& a) {
  if (chance(fault(weather_.kills ? 1'000 : 0)))
    return kill_door();
  if (a.epoch != disk_.state.epoch) {
    ++epochs_begun;
    disk_.scans.erase(disk_.scans.begin(),
                      disk_.scans.begin() + static_cast<std::ptrdiff_t>(a.first) - 1);
  }
  disk_.state = window_->state();
  disk_.state.open = true;
  disk_.acked_synced = disk_.state.acknowledged;
  for (const auto& e : window_->take_events()) // said before the door can be killed here
    if (e.what == send_window::happening::doubtful)
      for (std::uint32_t i = 0; i < e.count; ++i, ++doubtful_scans)
        unsure_.insert(static_cast<scan_number>(e.id) + e.skip + i);
    else if (e.what == send_window::happening::stored)
      for (std::uint32_t i = 0; i < e.count; ++i)
        ended_.insert(static_cast<scan_number>(e.id) + e.skip + i);
  if (chance(fault(weather_.kills ? 1'000 : 0)))
    return kill_door();
  window_->epoch_written(now_);
}

void world::hear(const message& m) {
  if (!window_ || m.connection != connection_)
    return;
  if (const auto* w = std::get_if<welcome>(&m.what))
    return window_->welcomed(*w, now_);
  if (const auto* r = std::get_if<refusal>(&m.what))
    return window_->refused(*r, now_);
  const auto& r = std::get<scan_reply>(m.what);
  window_->replied(r, now_);
  if (window_->epoch() == disk_.state.epoch)
    disk_.state.acknowledged = window_->acknowledged();
  for (const auto& e : window_->take_events()) {
    if (e.what == send_window::happening::not_judged)
      continue;
    late_verdicts += e.what == send_window::happening::judged_late;
    for (std::uint32_t i = 0; i < e.count; ++i) {
      const auto s = static_cast<scan_number>(e.id) + e.skip + i;
      const auto word = r.verdicts[e.at + i];
      ended_.insert(s);
      if (word != already && judged_[word] != s)
        wrong_ = "a scan was given another one's verdict";
    }
  }
}

// -- node ---------------------------------------------------------------------------------------

void world::start_node() {
  memory_ = node_;
  gate_ = sequence_gate{weather_.gateway};
  if (!gate_.restore(node_.epoch, node_.next, node_.window))
    wrong_ = "the gate does not take back what it saved";
}

void world::kill_node() {
  ++process_;
  inbox_.clear();
  start_node();
}

void world::restore_node() {
  const auto& backup = backups_[random_() % backups_.size()];
  for (scan_number s = 0; s < scans_; ++s)
    if (node_.counted[s] > backup.counted[s])
      lost_.insert(s);
  node_ = backup;
  ++restored;
  kill_node();
}

void world::round() {
  std::vector<message> answers;
  std::vector<passed> frames;
  for (const auto& m : std::exchange(inbox_, {}))
    if (auto p = admit(m, answers))
      frames.push_back(std::move(*p));
  for (const auto& p : frames)
    judge(p);
  if (chance(fault(weather_.kills ? 100 : 0)))
    return kill_node();
  commit();
  if (chance(fault(weather_.kills ? 100 : 0)))
    return kill_node();
  for (const auto& p : frames)
    answers.push_back({0, p.connection, 0, false, reply_to(p.f)});
  for (const auto& m : answers)
    post(m);
}

std::optional<world::passed> world::admit(const message& m, std::vector<message>& answers) {
  const auto& f = std::get<frame>(m.what);
  if (f.scans.empty()) {
    welcome w;
    w.epoch = gate_.epoch();
    w.expected_sequence = gate_.next();
    answers.push_back({0, m.connection, 0, false, w});
    return std::nullopt;
  }
  const auto count = static_cast<std::uint32_t>(f.scans.size());
  const auto d = gate_.look(f.epoch, f.first, count);
  if (d.what == sequence_gate::outcome::refuse) {
    refusal r;
    r.reason = d.reason;
    r.epoch = d.reason == code::epoch_lower ? d.least_epoch : gate_.epoch();
    r.expected_sequence = d.expected;
    r.refused_sequence = f.first;
    answers.push_back({0, m.connection, 0, false, r});
    return std::nullopt;
  }
  if (d.what != sequence_gate::outcome::repeat)
    gate_.admit(f.epoch, f.first + d.repeats, count - d.repeats);
  return passed{f, d.repeats, m.connection};
}

void world::judge(const passed& p) {
  std::vector<std::uint32_t> words;
  for (auto i = p.repeats; i < p.f.scans.size(); ++i) {
    const auto s = p.f.scans[i];
    if (++memory_.counted[s] > 1)
      wrong_ = "a scan was counted twice";
    memory_.verdict[s] = static_cast<std::uint32_t>(judged_.size());
    words.push_back(memory_.verdict[s]);
    judged_.push_back(s);
  }
  if (!words.empty())
    gate_.taken(p.f.epoch, p.f.first + p.repeats, words, {});
}

scan_reply world::reply_to(const frame& f) {
  scan_reply r;
  r.epoch = f.epoch;
  r.first_sequence = f.first;
  r.through_sequence = f.first + f.scans.size() - 1;
  if (gate_.epoch() == f.epoch && chance(5'000))
    r.through_sequence = gate_.next() - 1;
  for (std::size_t i = 0; i < f.scans.size(); ++i) {
    const auto s = f.scans[i];
    const auto first = gate_.remembered(f.epoch, f.first + i);
    if (memory_.counted[s] != 1)
      wrong_ = "a scan that was not counted was answered as a repeat";
    if (first && first->first != memory_.verdict[s])
      wrong_ = "a repeat did not get its first verdict";
    repeats_answered += first.has_value();
    r.verdicts.push_back(first ? first->first : already);
  }
  return r;
}

void world::commit() {
  memory_.epoch = gate_.epoch();
  memory_.next = gate_.next();
  memory_.window = gate_.window();
  node_ = memory_;
}

} // namespace wardflow::test
