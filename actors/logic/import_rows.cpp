// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/import_rows.hpp"

#include "actors/logic/import_cells.hpp"
#include "actors/logic/personal_code.hpp"
#include "messages/limits.hpp"
#include "messages/phrases.hpp"

#include <cassert>
#include <unordered_set>

namespace wardflow {

namespace {

using detail::cells;

constexpr csv_column venue_columns[]{
  {"id", false},       {"name"},         {"category"},      {"address", false}, {"group"},
  {"capacity", false}, {"opens", false}, {"closes", false}, {"phone", false},
};
constexpr csv_column card_columns[]{
  {"id_number", false}, {"qid", false},       {"group", false},           {"first_dose", false},
  {"full_dose", false}, {"recovered", false}, {"pcr_negative_at", false},
};
constexpr csv_column level_columns[]{
  {"group"}, {"scale"}, {"level"}, {"effective_from"}, {"issuer"}, {"document"},
};
constexpr csv_column group_columns[]{{"group"}, {"name"}};
constexpr csv_column replay_columns[]{
  {"event_time"}, {"venue"}, {"direction"}, {"flow", false}, {"code", false}, {"card", false},
};

venue_row read(cells& in, const venue_row*) {
  auto bad = code::venue_malformed;
  venue_row row;
  if (!in.empty(0))
    row.id = in.take(0, bad, parse_venue_id, "an id such as 22366-00017");
  row.name = in.text(1, bad, true);
  row.kind = in.take(2, code::category_unknown, parse_category, "a category of the list");
  row.address = in.text(3, bad, false);
  row.group = in.take(4, code::group_malformed, detail::strict_group, detail::group_form);
  if (!in.empty(5))
    row.capacity = in.take(5, bad, detail::small_number, "a whole number up to 1,000,000");
  if (in.empty(6) != in.empty(7))
    in.fail(in.empty(6) ? 6 : 7, bad, "opens and closes go together");
  if (!in.empty(6) && !in.empty(7)) {
    row.opens = in.take(6, bad, detail::time_of_day, "a time such as 07:30");
    row.closes = in.take(7, bad, detail::time_of_day, "a time such as 21:00");
  }
  row.phone = in.text(8, bad, false);
  return row;
}

/// Keeps the text of an identity column whose form is one of `kinds`.
std::string identity(cells& in, std::size_t column, bool qid) {
  auto text = in.trimmed(column);
  if (text.empty())
    return {};
  auto key = parse_identity(text);
  if (!key || (key->kind() == key_kind::qid) != qid) {
    in.fail(column, code::card_malformed,
            qid ? "needs 18 digits; keep the column as text"
                : "needs 12 or 9 digits with their leading zeros, or an insurance number");
    return {};
  }
  return std::string{text};
}

card_row read(cells& in, const card_row*) {
  auto bad = code::card_malformed;
  auto date = "a date such as 2021-10-05";
  card_row row;
  row.id_number = identity(in, 0, false);
  row.qid = identity(in, 1, true);
  if (in.empty(0) && in.empty(1))
    in.fail(0, code::card_no_identity, "id_number and qid are both empty");
  if (!in.empty(2))
    row.group = in.take(2, code::group_malformed, detail::strict_group, detail::group_form);
  if (!in.empty(3))
    row.first_dose = in.take(3, bad, detail::real_day, date);
  if (!in.empty(4))
    row.full_dose = in.take(4, bad, detail::real_day, date);
  if (!in.empty(5))
    row.recovered = in.take(5, bad, detail::real_day, date);
  if (!in.empty(6))
    row.pcr_negative_min =
      in.take(6, bad, detail::minutes_of_time, "a time such as 2021-10-20T08:00");
  if (row.first_dose != 0 && row.full_dose != 0 && row.full_dose < row.first_dose)
    in.fail(4, bad, "full_dose is before first_dose");
  return row;
}

level_row read(cells& in, const level_row*) {
  auto bad = code::level_malformed;
  level_row row;
  row.group = in.take(0, code::group_malformed, detail::strict_group, detail::group_form);
  row.scale = in.take(1, code::level_scale_unknown, parse_scale, "resolution_128, decision_2686");
  row.level = in.take(2, bad, detail::level_number, "a level from 1 to 4");
  row.effective_from = in.take(3, bad, detail::real_day, "a date such as 2021-10-20");
  row.issuer = in.text(4, bad, true);
  row.document = in.text(5, bad, true);
  return row;
}

group_row read(cells& in, const group_row*) {
  group_row row;
  row.id = in.take(0, code::group_malformed, detail::strict_group, detail::group_form);
  row.name = in.text(1, code::group_malformed, true);
  return row;
}

replay_row read(cells& in, const replay_row*) {
  auto bad = code::scan_malformed;
  replay_row row;
  row.at = in.take(0, bad, parse_time, "a time such as 2021-10-20T08:15:00.000+07:00");
  row.venue = in.take(1, bad, parse_venue_id, "an id such as 22366-00017");
  row.way = in.take(2, bad, parse_direction, "in, out");
  if (!in.empty(3))
    row.flow = in.take(3, bad, parse_flow, "staff, poster");
  row.code = in.whole(4); // as read, blanks and all: what to make of it is the node's business
  if (row.code.size() > limits::code_bytes_max)
    in.fail(4, code::code_too_long, "more than 1024 bytes");
  if (!in.empty(5))
    row.card = in.take(5, bad, parse_card_id, "16 hexadecimal digits");
  if (row.code.empty() == in.empty(5))
    in.fail(4, bad, "one of code and card, and not both");
  return row;
}

std::vector<std::string> written(const venue_row& row) {
  auto always = row.opens == row.closes;
  return {static_cast<std::uint64_t>(row.id) == 0 ? "" : to_text(row.id),
          row.name,
          std::string{category_names[static_cast<std::size_t>(row.kind)]},
          row.address,
          to_text(row.group),
          row.capacity == 0 ? "" : std::to_string(row.capacity),
          always ? "" : detail::time_of_day_text(row.opens),
          always ? "" : detail::time_of_day_text(row.closes),
          row.phone};
}

std::vector<std::string> written(const card_row& row) {
  auto day = [](day_number d) { return d == 0 ? std::string{} : day_text(d); };
  auto pcr =
    row.pcr_negative_min == 0 ? std::string{} : time_text(row.pcr_negative_min * minute_ms);
  return {row.id_number,
          row.qid,
          row.group == group_id{} ? "" : to_text(row.group),
          day(row.first_dose),
          day(row.full_dose),
          day(row.recovered),
          std::move(pcr)};
}

std::vector<std::string> written(const level_row& row) {
  return {to_text(row.group),
          std::string{scale_name(row.scale)},
          std::to_string(row.level),
          day_text(row.effective_from),
          row.issuer,
          row.document};
}

std::vector<std::string> written(const group_row& row) {
  return {to_text(row.id), row.name};
}

std::vector<std::string> written(const replay_row& row) {
  return {time_text(row.at),
          to_text(row.venue),
          row.way == direction::out ? "out" : "in",
          row.flow == flow::person_scans_poster ? "poster" : "staff",
          row.code,
          row.code.empty() ? card_text(row.card) : ""};
}

/// The id that must not stand twice in one file; 0 for rows without one.
std::uint64_t key_of(const venue_row& row) {
  return static_cast<std::uint64_t>(row.id);
}
std::uint64_t key_of(const group_row& row) {
  return static_cast<std::uint64_t>(row.id);
}
template <class Row>
std::uint64_t key_of(const Row&) {
  return 0;
}

template <class Row>
row_problem repeated(std::size_t line) {
  constexpr auto venue = std::is_same_v<Row, venue_row>;
  return {venue ? code::venue_exists : code::group_malformed, line, venue ? "id" : "group",
          "stands in the file before"};
}

} // namespace

template <>
std::span<const csv_column> columns_of<venue_row>() {
  return venue_columns;
}
template <>
std::span<const csv_column> columns_of<card_row>() {
  return card_columns;
}
template <>
std::span<const csv_column> columns_of<level_row>() {
  return level_columns;
}
template <>
std::span<const csv_column> columns_of<group_row>() {
  return group_columns;
}
template <>
std::span<const csv_column> columns_of<replay_row>() {
  return replay_columns;
}

template <class Row>
csv_step row_reader<Row>::next() {
  auto step = csv_.next();
  if (step == csv_step::bad)
    problem_ = csv_.problem();
  if (step != csv_step::row)
    return step;
  cells in{csv_, columns_of<Row>()};
  row_ = read(in, static_cast<const Row*>(nullptr));
  if (!in.problem())
    return csv_step::row;
  problem_ = *in.problem();
  return csv_step::bad;
}

template <class Row>
imported<Row> read_rows(std::string_view text, std::size_t rows_max) {
  imported<Row> result;
  row_reader<Row> reader{text};
  if (reader.header_problem()) {
    result.problems.push_back(*reader.header_problem());
    return result;
  }
  std::unordered_set<std::uint64_t> seen;
  auto refuse = [&](row_problem problem) {
    if (result.bad_lines.empty())
      result.bad_lines = std::string{reader.source().header_raw()} + "\n";
    result.bad_lines += std::string{reader.source().raw()} + "\n";
    result.problems.push_back(std::move(problem));
  };
  for (auto step = reader.next(); step != csv_step::end; step = reader.next()) {
    auto line = reader.source().line();
    if (result.rows.size() + result.problems.size() == rows_max) {
      result.problems.push_back(
        {code::too_many_rows, line, {}, "more than " + std::to_string(rows_max) + " rows"});
      break;
    }
    if (step == csv_step::bad) {
      refuse(reader.problem());
    } else if (auto key = key_of(reader.row()); key != 0 && !seen.insert(key).second) {
      refuse(repeated<Row>(line));
    } else {
      result.rows.push_back(reader.row());
      result.lines.push_back(line);
    }
  }
  return result;
}

template <class Row>
std::string write_rows(std::span<const Row> rows) {
  csv_writer out;
  std::vector<std::string> heading;
  for (auto& column : columns_of<Row>())
    heading.emplace_back(column.name);
  out.row(heading);
  for (auto& row : rows)
    out.row(written(row));
  return out.take();
}

template class row_reader<venue_row>;
template class row_reader<card_row>;
template class row_reader<level_row>;
template class row_reader<group_row>;
template class row_reader<replay_row>;

template imported<venue_row> read_rows(std::string_view, std::size_t);
template imported<card_row> read_rows(std::string_view, std::size_t);
template imported<level_row> read_rows(std::string_view, std::size_t);
template imported<group_row> read_rows(std::string_view, std::size_t);
template imported<replay_row> read_rows(std::string_view, std::size_t);

template std::string write_rows(std::span<const venue_row>);
template std::string write_rows(std::span<const card_row>);
template std::string write_rows(std::span<const level_row>);
template std::string write_rows(std::span<const group_row>);
template std::string write_rows(std::span<const replay_row>);

} // namespace wardflow
