// SPDX-License-Identifier: Apache-2.0
// Proves: joined chunks say the same entries in the same order, no frame is larger than asked for
//         unless a chunk was, and what has no small neighbour stays byte for byte.
// Method: chunks of many sizes by seed, entry by entry.
#define BOOST_TEST_MODULE log_chunks
#include "actors/logic/log_chunks.hpp"
#include "actors/logic/offset_log.hpp"

#include <boost/test/unit_test.hpp>

#include <cstring>
#include <random>
#include <string>

using namespace wardflow;

namespace {

std::string text_of(bytes data) {
  return {reinterpret_cast<const char*>(data.data()), data.size()};
}

/// A lane of a log, round by round, as it lies on the disk.
std::vector<log_chunk> chunks_of(std::mt19937_64& random, std::size_t rounds, std::size_t most) {
  offset_log log{log_name::up, {}};
  std::vector<saved_row> rows;
  for (std::size_t round = 0; round != rounds; ++round) {
    for (auto entries = 1 + random() % 4; entries != 0; --entries) {
      alert a;
      a.subject = std::to_string(random());
      a.evidence = std::string(random() % most, 'x');
      log.append(lane::control, {.kind = entry_kind::alert,
                                 .unit = *unit_code::parse("22366"),
                                 .by = std::string(random() % 9, 'n'),
                                 .expires = static_cast<time_ms>(random() % 3),
                                 .body = encode_alert(a)});
    }
    log.seal(static_cast<time_ms>(round), rows);
  }
  std::vector<log_chunk> out;
  for (auto& row : rows) {
    log_chunk c;
    BOOST_REQUIRE(read_log_chunk(row.value, c));
    out.push_back(std::move(c));
  }
  return out;
}

/// Everything that chunks say.
std::string said(const std::vector<log_chunk>& chunks) {
  std::string out;
  for (auto& c : chunks) {
    link_batch b;
    BOOST_REQUIRE((read_link_batch(c.message.view(), b) == code::ok));
    BOOST_TEST((b.first == c.batch.first && b.through == c.batch.through));
    BOOST_TEST((b.log == log_name::up && b.lane == lane::control));
    for (auto& e : b.entries)
      out += std::to_string(e.offset) + " " + std::to_string(e.at) + " " +
             std::string{e.unit.text()} + " " + std::string{e.by} + " " +
             std::to_string(e.expires) + " " + text_of(e.body) + "\n";
  }
  return out;
}

std::vector<log_chunk> copies(const std::vector<log_chunk>& chunks) {
  std::vector<log_chunk> out;
  for (auto& c : chunks)
    BOOST_REQUIRE(read_log_chunk(c.message.view(), out.emplace_back()));
  return out;
}

} // namespace

BOOST_AUTO_TEST_CASE(joined_chunks_say_the_same) {
  std::mt19937_64 random{7164};
  for (auto i = 0; i != 100; ++i) {
    auto chunks = chunks_of(random, random() % 30, 250);
    auto most = 300 + random() % 4'000;
    auto joined = join_chunks(copies(chunks), most);
    BOOST_TEST(said(joined) == said(chunks));
    for (std::size_t n = 0; n != joined.size(); ++n) {
      auto was_one = std::ranges::any_of(chunks, [&](auto& c) {
        return text_of(c.message.view()) == text_of(joined[n].message.view());
      });
      BOOST_TEST((was_one || joined[n].message.size() <= most));
      BOOST_TEST((n == 0 || joined[n].batch.first == joined[n - 1].batch.through + 1));
    }
  }
}

BOOST_AUTO_TEST_CASE(many_small_ones_are_few_and_large_ones_stay_as_they_lie) {
  std::mt19937_64 random{1};
  auto small = chunks_of(random, 500, 20);
  BOOST_TEST(join_chunks(copies(small)).size() <= small.size() / 10);
  auto one = chunks_of(random, 1, 20);
  auto same = join_chunks(copies(one));
  BOOST_TEST(same.size() == 1u);
  BOOST_TEST((text_of(same[0].message.view()) == text_of(one[0].message.view())));
  BOOST_TEST(join_chunks({}).empty());
}
