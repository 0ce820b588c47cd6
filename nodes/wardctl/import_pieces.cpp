// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/import_pieces.hpp"

#include <utility>

namespace wardflow::wardctl {

namespace {

/// Gathers records with their lines and closes a piece when it is full.
template <class Record>
class cutter {
public:
  explicit cutter(std::vector<piece>& to, bool counts = true) : to_(to), counts_(counts) {
    // nop
  }
  void add(Record row, std::size_t line) {
    rows_.push_back(std::move(row));
    lines_.push_back(line);
    if (rows_.size() == rows_per_piece)
      close();
  }
  void close() {
    if (!rows_.empty())
      to_.push_back({std::exchange(rows_, {}), std::exchange(lines_, {}), counts_});
  }

private:
  std::vector<piece>& to_;
  bool counts_;
  std::vector<Record> rows_;
  std::vector<std::size_t> lines_;
};

template <class Record, class Row, class Make>
std::vector<piece> cut_each(const imported<Row>& rows, Make make) {
  std::vector<piece> pieces;
  cutter<Record> to{pieces};
  for (std::size_t i = 0; i != rows.rows.size(); ++i)
    to.add(make(rows.rows[i]), rows.lines[i]);
  to.close();
  return pieces;
}

card_update update_of(const card_row& row, const std::string& identity) {
  card_update u;
  u.identity = identity;
  u.facts.group = row.group;
  u.facts.first_dose = row.first_dose;
  u.facts.full_dose = row.full_dose;
  u.facts.recovered = row.recovered;
  u.facts.pcr_negative_min = row.pcr_negative_min;
  u.facts.known = true;
  return u;
}

} // namespace

venue_record record_of(const venue_row& row) {
  venue_record v;
  v.facts.id = row.id;
  v.facts.kind = row.kind;
  v.facts.group = row.group;
  v.facts.capacity = row.capacity;
  v.facts.opens = row.opens;
  v.facts.closes = row.closes;
  v.name = row.name;
  v.address = row.address;
  v.phone = row.phone;
  return v;
}

level_update update_of(const level_row& row, time_ms published_at) {
  return {row.group,    row.scale,  row.level,   row.effective_from,
          published_at, row.issuer, row.document};
}

std::vector<piece> cut(const imported<venue_row>& rows) {
  return cut_each<venue_record>(rows, [](const venue_row& row) { return record_of(row); });
}

std::vector<piece> cut(const imported<group_row>& rows) {
  return cut_each<group_record>(rows, [](const group_row& row) {
    return group_record{row.id, row.name};
  });
}

std::vector<piece> cut(const imported<level_row>& rows, time_ms published_at) {
  return cut_each<level_update>(rows,
                                [&](const level_row& row) { return update_of(row, published_at); });
}

std::vector<piece> cut(const imported<card_row>& rows) {
  std::vector<piece> pieces;
  cutter<card_update> first{pieces};
  cutter<card_update> second{pieces, false};
  for (std::size_t i = 0; i != rows.rows.size(); ++i) {
    auto& row = rows.rows[i];
    first.add(update_of(row, row.id_number.empty() ? row.qid : row.id_number), rows.lines[i]);
    if (!row.id_number.empty() && !row.qid.empty())
      second.add(update_of(row, row.qid), rows.lines[i]);
  }
  first.close();
  second.close();
  return pieces;
}

} // namespace wardflow::wardctl
