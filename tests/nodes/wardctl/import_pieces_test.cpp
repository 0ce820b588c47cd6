// SPDX-License-Identifier: Apache-2.0
// Proves: a file of any size becomes commands that a node takes whole, each row once, each with the
//         line that it came from.
// Method: the largest rows that a file may hold, encoded; files with bad lines among the good.
#define BOOST_TEST_MODULE import_pieces
#include "nodes/wardctl/import_pieces.hpp"

#include "messages/codec.hpp"
#include "messages/limits.hpp"

#include <boost/test/unit_test.hpp>

using namespace wardflow;
using namespace wardflow::wardctl;

namespace {

/// The bytes of a piece as a command; 0 where the node would not read it.
std::size_t frame_bytes(const piece& p) {
  command c;
  c.id[0] = 1;
  c.body = p.body;
  auto frame = encode_command(c);
  command back;
  BOOST_TEST((read_command(frame.view(), back) == code::ok));
  return frame.size();
}

const std::string long_text(limits::text_bytes_max, 'x');

} // namespace

BOOST_AUTO_TEST_CASE(the_largest_venues_fit_a_frame) {
  imported<venue_row> rows;
  for (std::size_t i = 0; i != 2 * rows_per_piece + 1; ++i) {
    venue_row row;
    row.name = row.address = row.phone = long_text;
    row.group = group_id{22366007};
    rows.rows.push_back(row);
    rows.lines.push_back(i + 2);
  }
  auto pieces = cut(rows);
  BOOST_TEST_REQUIRE(pieces.size() == 3u);
  std::size_t line = 2;
  for (auto& p : pieces) {
    BOOST_TEST(p.lines.size() <= rows_per_piece);
    BOOST_TEST(p.counts);
    BOOST_TEST((std::get<std::vector<venue_record>>(p.body).size() == p.lines.size()));
    BOOST_TEST(frame_bytes(p) <= limits::frame_bytes_max);
    for (auto l : p.lines)
      BOOST_TEST(l == line++);
  }
  BOOST_TEST(line == 2 * rows_per_piece + 3);
}

BOOST_AUTO_TEST_CASE(the_largest_levels_fit_a_frame_and_carry_their_time) {
  imported<level_row> rows;
  level_row row;
  row.group = group_id{22366007};
  row.level = 4;
  row.effective_from = 18'920;
  row.issuer = row.document = long_text;
  rows.rows.assign(rows_per_piece, row);
  rows.lines.assign(rows_per_piece, 2);
  auto pieces = cut(rows, 1'634'700'000'000);
  BOOST_TEST_REQUIRE(pieces.size() == 1u);
  BOOST_TEST(frame_bytes(pieces[0]) <= limits::frame_bytes_max);
  auto& first = std::get<std::vector<level_update>>(pieces[0].body).front();
  BOOST_TEST(first.published_at == 1'634'700'000'000);
  BOOST_TEST(first.issuer == long_text);
}

BOOST_AUTO_TEST_CASE(a_card_with_two_identities_stands_under_each) {
  auto rows = read_rows<card_row>("id_number,qid,first_dose\n"
                                  "056890000001,900000560000007932,2021-07-01\n"
                                  "bad,,\n"
                                  ",900000560000015851,2021-07-02\n"
                                  "056985000003,,2021-07-03\n");
  BOOST_TEST(rows.problems.size() == 1u);
  auto pieces = cut(rows);
  BOOST_TEST_REQUIRE(pieces.size() == 2u);
  auto& first = std::get<std::vector<card_update>>(pieces[0].body);
  BOOST_TEST_REQUIRE(first.size() == 3u);
  BOOST_TEST(first[0].identity == "056890000001");
  BOOST_TEST(first[1].identity == "900000560000015851");
  BOOST_TEST(first[2].identity == "056985000003");
  BOOST_TEST((pieces[0].lines == std::vector<std::size_t>{2, 4, 5}));
  auto& second = std::get<std::vector<card_update>>(pieces[1].body);
  BOOST_TEST_REQUIRE(second.size() == 1u);
  BOOST_TEST(second[0].identity == "900000560000007932");
  BOOST_TEST((second[0].facts == first[0].facts));
  BOOST_TEST(!pieces[1].counts);
  BOOST_TEST((pieces[1].lines == std::vector<std::size_t>{2}));
}

BOOST_AUTO_TEST_CASE(an_empty_file_is_no_command) {
  BOOST_TEST(cut(imported<group_row>{}).empty());
  BOOST_TEST(cut(imported<card_row>{}).empty());
}
