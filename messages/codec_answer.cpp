// SPDX-License-Identifier: Apache-2.0
// What a node answers to a command.
#include "messages/codec.hpp"

#include "messages/codec_check.hpp"
#include "messages/codec_parts.hpp"
#include "messages/control.capnp.h"
#include "messages/limits.hpp"

#include <capnp/message.h>

#include <algorithm>
#include <utility>

namespace wardflow {

using namespace codec_part;

namespace {

using text_list = capnp::List<capnp::Text>;

constexpr std::size_t answer_words = 1 + 8 + 2 + 1 + 1; // with its id and the tags of its lists
constexpr std::size_t words_max = limits::frame_bytes_max / 8 - 1;

code take(const text_list::Reader& from, text_taker& texts, std::vector<std::string>& out) {
  if (from.size() > answer_columns_max)
    return code::command_malformed;
  out.reserve(from.size());
  for (auto text : from)
    out.push_back(texts.line(text));
  return code::ok;
}

code take_lists(const wire::Answer::Reader& from, text_taker& texts, answer& out) {
  auto facts = from.getFacts();
  auto rows = from.getRows();
  if (facts.size() > answer_facts_max || rows.size() > limits::rows_per_command_max)
    return code::command_malformed;
  out.facts.reserve(facts.size());
  for (auto fact : facts) {
    auto name = texts.line(fact.getName());
    out.facts.emplace_back(std::move(name), texts.line(fact.getValue()));
  }
  if (auto taken = take(from.getColumns(), texts, out.columns); taken != code::ok)
    return taken;
  out.rows.resize(rows.size());
  for (std::uint32_t i = 0; i < rows.size(); ++i)
    if (auto taken = take(rows[i].getCells(), texts, out.rows[i]); taken != code::ok)
      return taken;
  return texts.good ? code::ok : code::command_malformed;
}

/// The texts cleaned, at most answer_columns_max of them; `words` grows by what they take.
std::vector<std::string> fit(const std::vector<std::string>& texts, std::size_t& words) {
  std::vector<std::string> result;
  auto count = std::min<std::size_t>(texts.size(), answer_columns_max);
  for (std::size_t i = 0; i < count; ++i) {
    result.push_back(clean_line(texts[i]));
    words += 1 + text_words(result.back().size());
  }
  return result;
}

/// The part of an answer that a reader takes; `words` is what it takes in a message.
answer fit(const answer& a, std::size_t& words) {
  answer result{a.id, a.code, clean_line(a.detail), {}, {}, {}, a.more, a.node_time, a.batch};
  words = answer_words + text_words(result.detail.size()) + data_words(a.batch.size());
  for (const auto& [name, value] : a.facts) {
    if (result.facts.size() == answer_facts_max)
      break;
    result.facts.emplace_back(clean_line(name), clean_line(value));
    const auto& last = result.facts.back();
    words += 2 + text_words(last.first.size()) + text_words(last.second.size());
  }
  result.columns = fit(a.columns, words);
  for (const auto& row : a.rows) {
    auto with_row = words + 1;
    auto cells = fit(row, with_row);
    if (with_row > words_max || result.rows.size() == limits::rows_per_command_max) {
      result.more = true;
      break;
    }
    result.rows.push_back(std::move(cells));
    words = with_row;
  }
  return result;
}

void put(text_list::Builder to, const std::vector<std::string>& from) {
  for (unsigned i = 0; i < to.size(); ++i)
    if (!from[i].empty())
      to.set(i, {from[i].data(), from[i].size()});
}

void put(wire::Fact::Builder to, const std::pair<std::string, std::string>& from) {
  if (!from.first.empty())
    to.setName({from.first.data(), from.first.size()});
  if (!from.second.empty())
    to.setValue({from.second.data(), from.second.size()});
}

} // namespace

code read_answer(bytes message, answer& out) {
  return open_message(message, code::command_malformed, [&](capnp::MessageReader& opened) {
    auto from = opened.getRoot<wire::Answer>();
    auto id = from.getId();
    answer found;
    if (id.size() != found.id.size())
      return code::command_malformed;
    std::copy(id.begin(), id.end(), found.id.begin());
    found.code = static_cast<code>(from.getCode());
    text_taker texts;
    found.detail = texts.line(from.getDetail());
    found.more = from.getMore();
    found.node_time = bounded_time(from.getNodeTimeMs());
    if (auto taken = take_lists(from, texts, found); taken != code::ok)
      return taken;
    auto batch = from.getBatch();
    auto* first = reinterpret_cast<const std::byte*>(batch.begin());
    found.batch.assign(first, first + batch.size());
    out = std::move(found);
    return code::ok;
  });
}

frame_body encode_answer(const answer& a) {
  std::size_t words = 0;
  auto from = fit(a, words);
  return lay_out(words, [&](capnp::MessageBuilder& message) {
    auto to = message.initRoot<wire::Answer>();
    to.setId({from.id.data(), from.id.size()});
    to.setCode(static_cast<std::uint16_t>(from.code));
    if (!from.detail.empty())
      to.setDetail({from.detail.data(), from.detail.size()});
    auto facts = to.initFacts(static_cast<unsigned>(from.facts.size()));
    for (unsigned i = 0; i < facts.size(); ++i)
      put(facts[i], from.facts[i]);
    put(to.initColumns(static_cast<unsigned>(from.columns.size())), from.columns);
    auto rows = to.initRows(static_cast<unsigned>(from.rows.size()));
    for (unsigned i = 0; i < rows.size(); ++i)
      put(rows[i].initCells(static_cast<unsigned>(from.rows[i].size())), from.rows[i]);
    to.setMore(from.more);
    to.setNodeTimeMs(from.node_time);
    if (!from.batch.empty())
      to.setBatch(data_of(from.batch));
  });
}

} // namespace wardflow
