// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/pages.hpp"

#include "nodes/wardctl/view.hpp"

#include <algorithm>
#include <iterator>

namespace wardflow::wardctl {

namespace {

constexpr std::size_t rows_max = 10'000'000;

} // namespace

std::optional<answer> ask_all(shell& s, query q, const row_id& id, std::uint32_t most,
                              unit_code of) {
  std::optional<answer> all;
  for (;;) {
    auto taken = all ? all->rows.size() : 0;
    q.limit = most == 0 ? 0 : most - static_cast<std::uint32_t>(taken);
    auto page = s.ask(q, {.unit = of});
    if (!page)
      return std::nullopt;
    auto more = page->more;
    if (!all)
      all = std::move(*page);
    else
      std::move(page->rows.begin(), page->rows.end(), std::back_inserter(all->rows));
    all->more = more;
    if (!more || (most != 0 && all->rows.size() >= most))
      return all;
    auto last = all->rows.size() > taken ? id(*all, all->rows.back()) : 0;
    if (last <= q.after || all->rows.size() > rows_max) {
      s.fail(code::too_many_rows);
      return std::nullopt;
    }
    q.after = last;
  }
}

std::optional<answer> ask_list(shell& s, query_kind what, const row_id& id, std::uint32_t most,
                               day_number day) {
  query q;
  q.what = what;
  q.day = day;
  auto a = ask_all(s, q, id, most);
  if (!a || a->code == code::done)
    return a;
  s.fail(a->code, a->detail);
  return std::nullopt;
}

std::uint64_t venue_of_row(const answer& page, const std::vector<std::string>& row) {
  auto id = parse_venue_id(cell_at(row, column_at(page, "venue")));
  return id ? static_cast<std::uint64_t>(*id) : 0;
}

std::uint64_t group_of_row(const answer& page, const std::vector<std::string>& row) {
  auto id = parse_group_id(cell_at(row, column_at(page, "group")));
  return id ? static_cast<std::uint64_t>(static_cast<std::uint32_t>(*id)) : 0;
}

std::uint64_t device_of_row(const answer& page, const std::vector<std::string>& row) {
  return number_of(cell_at(row, column_at(page, "device")));
}

std::uint64_t level_of_row(const answer& page, const std::vector<std::string>& row) {
  auto day = parse_day(cell_at(row, column_at(page, "effective_from")));
  return day ? group_of_row(page, row) << 16 | *day : 0;
}

std::uint64_t contact_of_row(const answer& page, const std::vector<std::string>& row) {
  auto at = column_at(page, "unit");
  auto unit = unit_code::parse(cell_at(row, at));
  auto same = [&](auto& other) { return cell_at(other, at) == cell_at(row, at); };
  auto place = static_cast<std::uint64_t>(std::count_if(page.rows.begin(), page.rows.end(), same));
  return unit ? std::uint64_t{unit_number(*unit)} << contact_place_bits | place : 0;
}

} // namespace wardflow::wardctl
