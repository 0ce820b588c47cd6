// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/simulate_places.hpp"

#include "nodes/wardctl/simulate_random.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <string>

namespace wardflow::wardctl {

namespace {

/// What venues of one category are like.
struct kind {
  category what;
  double weight; // among venues
  const char* name;
  std::uint32_t capacity_min;
  std::uint32_t capacity_max; // 0: no limit
  std::uint16_t opens;        // hours of the day; equal: always open
  std::uint16_t closes;
  std::uint16_t stay_min;
  std::uint16_t stay_max;
};

constexpr std::array kinds{
  kind{category::shop, 29, "Cửa hàng", 10, 40, 6, 22, 5, 25},
  kind{category::restaurant, 18, "Quán ăn", 20, 80, 6, 22, 20, 70},
  kind{category::cafe, 15, "Cà phê", 20, 60, 6, 22, 25, 90},
  kind{category::pharmacy, 5, "Nhà thuốc", 6, 15, 6, 22, 3, 12},
  kind{category::hairdresser, 4.5, "Tiệm tóc", 5, 12, 8, 21, 25, 60},
  kind{category::office, 5, "Văn phòng", 20, 100, 7, 18, 60, 240},
  kind{category::hotel, 5, "Khách sạn", 0, 0, 0, 0, 60, 240},
  kind{category::bank, 2, "Quỹ tín dụng", 20, 60, 7, 17, 10, 40},
  kind{category::school, 2, "Trường học", 100, 600, 6, 18, 120, 240},
  kind{category::public_office, 2, "Bộ phận một cửa", 30, 100, 7, 17, 10, 50},
  kind{category::market, 1.2, "Chợ", 300, 800, 5, 21, 10, 60},
  kind{category::supermarket, 1.5, "Siêu thị", 150, 400, 6, 22, 20, 70},
  kind{category::hospital, 1, "Phòng khám", 0, 0, 0, 0, 30, 150},
  kind{category::worship, 1.5, "Cơ sở thờ tự", 50, 200, 5, 21, 20, 60},
  kind{category::sport, 1.5, "Phòng tập", 15, 50, 5, 22, 45, 100},
  kind{category::entertainment, 1, "Khu vui chơi", 40, 150, 8, 22, 40, 120},
  kind{category::bar, 0.8, "Quán bar", 30, 80, 16, 1, 60, 150},
  kind{category::factory, 0.8, "Xưởng", 30, 150, 6, 18, 120, 240},
  kind{category::beach, 0.4, "Bãi tắm", 0, 0, 5, 21, 30, 120},
  kind{category::park, 0.4, "Công viên", 0, 0, 5, 22, 20, 80},
  kind{category::public_transport, 0.6, "Bến xe", 50, 150, 5, 22, 10, 45},
  kind{category::event, 0.3, "Hội trường", 60, 100, 8, 22, 60, 150},
  kind{category::other, 1.5, "Cơ sở", 10, 50, 6, 22, 10, 60},
};

/// What the busiest venues of a ward are.
constexpr std::array busy{category::market,   category::supermarket, category::supermarket,
                          category::hospital, category::beach,       category::supermarket};

constexpr std::array adjectives{"Biển Xanh", "Hoa Sứ", "Nắng Mới",  "Sao Mai",   "Hòn Đá",
                                "Gió Lành",  "Phù Sa", "Cát Trắng", "Bình An",   "Tre Xanh",
                                "Mây Trắng", "Hải Âu", "Sóng Nhỏ",  "Trầm Hương"};

const kind& kind_of(category what) {
  return *std::find_if(kinds.begin(), kinds.end(),
                       [what](const kind& k) { return k.what == what; });
}

/// Shares `total` among ranks: `last` for the last one, more for those before it, falling along
/// a curve whose first value follows from the mean and `steepness`.
void add_segment(std::vector<std::uint32_t>& out, std::size_t count, double total, double last,
                 double first) {
  if (count == 0)
    return;
  auto mean = total / static_cast<double>(count);
  auto steepness = mean > last + 1e-9 ? std::max(0.05, (first - last) / (mean - last) - 1) : 1.0;
  auto left = total;
  double carried = 0;
  std::vector<double> shape(count);
  for (std::size_t i = 0; i < count; ++i)
    shape[i] = last + (first - last) * std::pow((static_cast<double>(count - i) - 0.5) /
                                                  static_cast<double>(count),
                                                steepness);
  auto scale = left / std::accumulate(shape.begin(), shape.end(), 0.0);
  for (auto value : shape) {
    carried += value * scale;
    auto whole = std::max(1.0, std::floor(carried + 1e-6));
    carried -= whole;
    out.push_back(static_cast<std::uint32_t>(whole));
  }
}

std::string numbered(const char* form, std::uint32_t number) {
  char out[96];
  auto n = std::snprintf(out, sizeof out, form, number);
  return {out, static_cast<std::size_t>(n)};
}

void give_capacity(simulated_venue& venue, const kind& k, random_source& random) {
  if (k.capacity_max == 0)
    return;
  auto own = random.between(k.capacity_min, k.capacity_max);
  // A busy venue is a large one; a few are too small for their guests.
  auto tight = venue.scans >= 20 && random.chance(0.03);
  venue.row.capacity =
    tight ? std::max(3u, venue.scans / 10) : std::max(own, (venue.scans * 2 / 5 + 9) / 10 * 10);
}

std::vector<level_row> make_levels(const std::vector<group_row>& groups, day_number day,
                                   random_source& random) {
  std::vector<level_row> levels;
  auto missing = random.below(groups.size());
  for (std::size_t i = 0; i < groups.size(); ++i) {
    constexpr std::array shares{62.0, 27.0, 10.0, 1.0};
    auto level = static_cast<std::uint8_t>(1 + random.weighted(shares));
    if (groups.size() > 1 && i == missing)
      continue;
    levels.push_back(
      {groups[i].id, risk_scale::resolution_128, level, day, "Trạm y tế (mô phỏng)", "01/TB-MP"});
  }
  return levels;
}

} // namespace

std::vector<std::uint32_t> scans_by_rank(std::uint32_t venues, std::uint32_t scans) {
  assert(venues > 0);
  std::vector<std::uint32_t> ranks;
  if (scans == 0)
    return ranks;
  auto most = std::max(1.0, std::floor(venues * 0.92));
  auto used = static_cast<std::size_t>(std::clamp(std::floor(scans / 4.4), 1.0, most));
  auto top1 = std::max<std::size_t>(1, (used + 50) / 100);
  auto top10 = std::max(top1, (used + 5) / 10);
  auto single = static_cast<std::size_t>(std::lround(static_cast<double>(used) * 0.29));
  if (used < 20) // too few for shares to mean much
    top10 = top1, single = 0;
  auto middle = used - top10 - single;
  auto all = static_cast<double>(scans);
  auto sum1 = middle == 0 && top10 == top1 ? all : all * 0.235;
  auto sum10 = top10 == top1 ? 0.0 : all * 0.5 - sum1;
  auto rest = all - sum1 - sum10 - static_cast<double>(single);
  auto mean = [](double sum, std::size_t n) { return n == 0 ? 0.0 : sum / static_cast<double>(n); };
  auto mean1 = mean(sum1, top1);
  auto mean10 = mean(sum10, top10 - top1);
  auto mean_rest = mean(rest, middle);
  // Segments meet halfway between their means, on a logarithmic scale.
  auto meet1 =
    top10 == top1 ? std::sqrt(mean1 * std::max(1.0, mean_rest)) : std::sqrt(mean1 * mean10);
  auto meet10 = top10 == top1 ? meet1 : std::sqrt(mean10 * std::max(1.0, mean_rest));
  meet1 = std::min(meet1, mean1);
  add_segment(ranks, top1, sum1, meet1, meet1 + (mean1 - meet1) * 4);
  add_segment(ranks, top10 - top1, sum10, std::min(meet10, mean10), meet1);
  add_segment(ranks, middle, rest, std::min(2.0, mean_rest), std::max(meet10, mean_rest));
  ranks.insert(ranks.end(), single, 1);
  std::sort(ranks.begin(), ranks.end(), std::greater<>{});
  // Rounding left a few scans over or owing: the busiest ones settle it.
  auto have = std::accumulate(ranks.begin(), ranks.end(), std::int64_t{0});
  auto owed = static_cast<std::int64_t>(scans) - have;
  for (std::size_t i = 0; owed != 0; i = (i + 1) % ranks.size()) {
    if (owed < 0 && ranks[i] <= 1)
      continue;
    ranks[i] = owed > 0 ? ranks[i] + 1 : ranks[i] - 1;
    owed += owed > 0 ? -1 : 1;
  }
  return ranks;
}

simulated_places simulate_places(std::uint32_t ward, day_number day, std::uint32_t venues,
                                 std::uint32_t groups, std::uint32_t scans, std::uint64_t seed) {
  assert(venues > 0 && groups > 0 && groups <= 999);
  random_source random{seed, 1};
  simulated_places result;
  for (std::uint32_t g = 1; g <= groups; ++g)
    result.groups.push_back({make_group_id(ward, g), numbered("Tổ dân phố %u", g)});
  result.levels = make_levels(result.groups, day, random);

  auto ranks = scans_by_rank(venues, scans);
  std::vector<std::uint32_t> order(venues); // rank -> serial - 1
  std::iota(order.begin(), order.end(), 0u);
  random.shuffle(order);
  std::array<double, kinds.size()> weights{};
  std::transform(kinds.begin(), kinds.end(), weights.begin(), [](auto& k) { return k.weight; });
  result.venues.resize(venues);
  auto busiest = std::max<std::size_t>(1, ranks.size() / 100);
  for (std::size_t rank = 0; rank < venues; ++rank) {
    auto serial = order[rank] + 1;
    auto& venue = result.venues[order[rank]];
    auto& k = rank < busiest ? kind_of(busy[rank % busy.size()]) : kinds[random.weighted(weights)];
    venue.scans = rank < ranks.size() ? ranks[rank] : 0;
    venue.stay_min = k.stay_min;
    venue.stay_max = k.stay_max;
    auto& row = venue.row;
    row.id = make_venue_id(ward, serial);
    row.kind = k.what;
    row.name = std::string{k.name} + " " + adjectives[random.below(adjectives.size())] +
               numbered(" %u", serial);
    row.group = result.groups[random.below(groups)].id;
    row.address = numbered("Số %u, đường Giả Định", random.between(1, 400));
    row.opens = static_cast<std::uint16_t>(k.opens * 60);
    row.closes = static_cast<std::uint16_t>(k.closes * 60);
    row.phone = numbered("0258 000 %04u", serial % 10'000);
    give_capacity(venue, k, random);
  }
  return result;
}

} // namespace wardflow::wardctl
