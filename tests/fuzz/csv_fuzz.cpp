// SPDX-License-Identifier: Apache-2.0
// Proves: no bytes make the reader of CSV files crash, run past its bounds or lose a line.
// Method: any input under every file's columns; cells keep their bounds, lines only go forward, and
//         a table of the cells, written again, is read back the same.
#include "actors/logic/import_rows.hpp"

#include <cstdlib>
#include <string>
#include <vector>

using namespace wardflow;

namespace {

void require(bool condition) {
  if (!condition)
    std::abort();
}

constexpr csv_column any[]{{"a", false}, {"b", false}, {"c", false}};

void check_cells(std::string_view text) {
  csv_reader reader{text, any};
  csv_writer writer;
  writer.row({"a", "b", "c"});
  std::vector<std::vector<std::string>> rows;
  std::size_t last = 0;
  for (auto step = reader.next(); step != csv_step::end; step = reader.next()) {
    require(reader.line() > last);
    last = reader.line();
    if (step == csv_step::bad)
      continue;
    auto& row = rows.emplace_back();
    for (std::size_t i = 0; i < 3; ++i) {
      require(reader.cell(i).size() <= csv_limits::cell_bytes_max);
      row.emplace_back(reader.cell(i));
      if (neutralised(row.back()).size() > csv_limits::cell_bytes_max)
        row.back().clear(); // the writer would cut it
    }
    writer.row(row);
  }
  require(reader.position() == text.size());
  csv_reader again{writer.text(), any};
  for (auto& row : rows) {
    require(again.next() == csv_step::row);
    for (std::size_t i = 0; i < 3; ++i)
      require(again.cell(i) == row[i]);
  }
  require(again.next() == csv_step::end);
}

template <class Row>
void check_rows(std::string_view text) {
  auto got = read_rows<Row>(text, 1'000);
  require(got.rows.size() == got.lines.size());
  auto again = read_rows<Row>(write_rows(std::span<const Row>{got.rows}));
  require(again.rows.size() == got.rows.size());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input{reinterpret_cast<const char*>(data), size};
  check_cells("a,b,c\n" + std::string{input});
  check_cells(input);
  check_rows<venue_row>("id,name,category,address,group,capacity,opens,closes,phone\n" +
                        std::string{input});
  check_rows<card_row>("id_number,qid,group,first_dose,full_dose,recovered,pcr_negative_at\n" +
                       std::string{input});
  check_rows<level_row>("group,scale,level,effective_from,issuer,document\n" + std::string{input});
  check_rows<group_row>("group,name\n" + std::string{input});
  check_rows<replay_row>("event_time,venue,direction,flow,code,card\n" + std::string{input});
  return 0;
}
