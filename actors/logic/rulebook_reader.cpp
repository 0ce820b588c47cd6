// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/rulebook_reader.hpp"

#include <algorithm>
#include <tuple>

namespace wardflow {

namespace {

template <class Number>
std::string two_digits(Number value) {
  auto text = std::to_string(static_cast<unsigned>(value));
  return text.size() < 2 ? "0" + text : text;
}

std::string day_of(const toml::date& date) {
  return std::to_string(date.year) + "-" + two_digits(date.month) + "-" + two_digits(date.day);
}

constexpr char32_t not_utf8 = 0xffff'ffff;

/// Takes one letter off the text; a byte that begins none is `not_utf8`.
char32_t take_letter(std::string_view& text) {
  auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  auto first = byte(0);
  auto size = first < 0x80   ? 1u
              : first < 0xc2 ? 0u
              : first < 0xe0 ? 2u
              : first < 0xf0 ? 3u
              : first < 0xf5 ? 4u
                             : 0u;
  auto letter = size <= 1 ? char32_t{first} : char32_t{first} & (0x7fu >> size);
  auto whole = size != 0 && size <= text.size();
  for (auto i = 1u; whole && i != size; ++i) {
    whole = (byte(i) & 0xc0) == 0x80;
    letter = letter << 6 | (byte(i) & 0x3f);
  }
  auto least = size == 4 ? 0x10000u : size == 3 ? 0x800u : 0u;
  whole = whole && letter >= least && letter <= 0x10ffff && (letter < 0xd800 || letter > 0xdfff);
  text.remove_prefix(whole ? size : 1);
  return whole ? letter : not_utf8;
}

/// `\U00001EA3`
std::string escaped(char32_t letter) {
  auto text = std::string{"\\U00000000"};
  for (auto at = text.size() - 1; letter != 0; --at, letter >>= 4)
    text[at] = "0123456789ABCDEF"[letter & 15];
  return text;
}

std::optional<time_ms> instant_of(const toml::node& node) {
  auto date = toml::date{};
  auto in_day = time_ms{0};
  auto offset = local_offset_ms;
  if (const auto* day = node.as_date()) {
    date = day->get();
  } else if (const auto* both = node.as_date_time()) {
    const auto& value = both->get();
    date = value.date;
    in_day = value.time.hour * hour_ms + value.time.minute * minute_ms +
             value.time.second * second_ms + value.time.nanosecond / 1'000'000;
    if (value.offset)
      offset = value.offset->minutes * minute_ms;
  } else {
    return std::nullopt;
  }
  auto day = parse_day(day_of(date));
  if (!day || date.year < 2020 || date.year > 2099)
    return std::nullopt;
  return *day * day_ms + in_day - offset;
}

} // namespace

std::optional<std::string> rulebook_reader::in_ascii(std::string_view text) {
  constexpr auto none = '\0';
  auto inside = none; // the quote of the text we are in, or `#`
  auto at = toml::source_position{1, 0};
  auto plain = std::string{};
  if (text.starts_with("\xef\xbb\xbf"))
    text.remove_prefix(3);
  while (!text.empty()) {
    auto c = text.front();
    auto letter = take_letter(text);
    ++at.column;
    if (letter > 0x7f) {
      if (letter == not_utf8 || inside == none || inside == '\'') {
        fail(at, code::rulebook_malformed,
             letter == not_utf8 ? "not UTF-8" : "a letter outside of \"...\"");
        return std::nullopt;
      }
      plain += inside == '#' ? "?" : escaped(letter);
      continue;
    }
    plain += c;
    if (c == '\n') { // ends a comment; the parser refuses a text that it ends
      inside = none;
      at = {at.line + 1, 0};
    } else if (inside == '"' && c == '\\' && (text.starts_with('"') || text.starts_with('\\'))) {
      plain += text.front(); // escaped: ends nothing
      text.remove_prefix(1);
      ++at.column;
    } else if (inside != none) {
      inside = inside == c && c != '#' ? none : inside;
    } else if (c == '"' || c == '\'') {
      if (text.substr(0, 2) == std::string(2, c)) {
        fail(at, code::rulebook_malformed, "a text over several lines: texts here have one line");
        return std::nullopt;
      }
      inside = c;
    } else if (c == '#') {
      inside = c;
    }
  }
  return plain;
}

void rulebook_reader::fail(const toml::source_position& at, code why, std::string message) {
  if (errors_.size() == rulebook_errors_max)
    return;
  // Tables that no line opens have no place of their own: the file's first line stands for them.
  auto line = std::max<std::uint32_t>(at.line, 1);
  auto column = std::max<std::uint32_t>(at.column, 1);
  errors_.push_back({file_name_, line, column, why, std::move(message)});
}

void rulebook_reader::fail(const toml::node& at, std::string message) {
  fail(at.source().begin, code::rulebook_malformed, std::move(message));
}

void rulebook_reader::only(const toml::table& table, std::initializer_list<std::string_view> keys) {
  auto known = std::string{};
  for (auto key : keys)
    known += (known.empty() ? "" : ", ") + std::string{key};
  for (const auto& [key, node] : table) {
    if (std::find(keys.begin(), keys.end(), key.str()) != keys.end())
      continue;
    auto at = key.source().begin.line != 0 ? key.source().begin : node.source().begin;
    fail(at, code::config_key_unknown,
         "unknown key " + quoted(key.str()) + "; known here: " + known);
  }
}

const toml::node* rulebook_reader::required(const toml::table& table, std::string_view key) {
  const auto* node = table.get(key);
  if (node == nullptr)
    fail(table, "missing: " + quoted(key));
  return node;
}

std::int64_t rulebook_reader::integer(const toml::table& table, std::string_view key,
                                      std::int64_t least, std::int64_t most) {
  const auto* node = required(table, key);
  if (node == nullptr)
    return least;
  const auto* number = node->as_integer();
  if (number != nullptr && number->get() >= least && number->get() <= most)
    return number->get();
  auto range = std::to_string(least) + " to " + std::to_string(most);
  fail(*node, quoted(key) +
                (number == nullptr ? " is not a whole number (" : " is out of range (") + range +
                ")");
  return least;
}

std::int64_t rulebook_reader::integer_or(const toml::table& table, std::string_view key,
                                         std::int64_t least, std::int64_t most,
                                         std::int64_t missing) {
  return table.contains(key) ? integer(table, key, least, most) : missing;
}

std::string rulebook_reader::text(const toml::table& table, std::string_view key) {
  const auto* node = required(table, key);
  if (node == nullptr)
    return {};
  const auto* text = node->as_string();
  if (text == nullptr) {
    fail(*node, quoted(key) + " is not a text in quotes");
    return {};
  }
  const auto& value = text->get();
  auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (value.empty() || value.size() > limits::text_bytes_max ||
      std::any_of(value.begin(), value.end(), control)) {
    fail(*node, quoted(key) + " must be one line of 1 to " +
                  std::to_string(limits::text_bytes_max) + " bytes");
    return {};
  }
  return value;
}

std::string rulebook_reader::source(const toml::table& table,
                                    const std::set<std::string>& documents) {
  auto source = text(table, "source");
  if (!source.empty() && source != "default" && !documents.contains(source))
    fail(*table.get("source"),
         "`source` is neither \"default\" nor the `number` of a [[document]]");
  return source;
}

time_ms rulebook_reader::instant(const toml::table& table, std::string_view key) {
  const auto* node = required(table, key);
  if (node == nullptr)
    return 0;
  if (auto at = instant_of(*node))
    return *at;
  fail(*node, quoted(key) + " is not a date of 2020 to 2099, such as 2021-10-16 (no quotes)");
  return 0;
}

const toml::table* rulebook_reader::section(const toml::table& table, std::string_view key) {
  const auto* node = required(table, key);
  if (node == nullptr)
    return nullptr;
  if (!node->is_table())
    fail(*node, quoted(key) + " is not a table");
  return node->as_table();
}

std::vector<const toml::table*> rulebook_reader::sections(const toml::table& table,
                                                          std::string_view key) {
  std::vector<const toml::table*> found;
  const auto* node = table.get(key);
  if (node == nullptr)
    return found;
  const auto* list = node->as_array();
  if (list == nullptr) {
    fail(*node, quoted(key) + " is not an array of tables: open each with [[...]]");
    return found;
  }
  for (const auto& entry : *list) {
    if (entry.is_table())
      found.push_back(entry.as_table());
    else
      fail(entry, "an entry of " + quoted(key) + " is not a table");
  }
  return found;
}

std::uint32_t rulebook_reader::word_set(const toml::table& table, std::string_view key,
                                        std::span<const std::string_view> words, code unknown) {
  const auto* node = required(table, key);
  if (node == nullptr)
    return 0;
  const auto* all = node->as_string();
  if (all != nullptr && all->get() == "all")
    return (1u << words.size()) - 1;
  const auto* list = node->as_array();
  if (list == nullptr || list->empty()) {
    fail(*node, quoted(key) + " must be \"all\" or a list with at least one entry");
    return 0;
  }
  auto bits = 0u;
  for (const auto& entry : *list) {
    const auto* text = entry.as_string();
    auto at = text == nullptr ? words.end() : std::find(words.begin(), words.end(), text->get());
    if (at == words.end()) {
      fail(entry.source().begin, text == nullptr ? code::rulebook_malformed : unknown,
           text == nullptr ? "an entry of " + quoted(key) + " is not a text in quotes"
                           : quoted(text->get()) + " is unknown in " + quoted(key));
      continue;
    }
    bits |= 1u << (at - words.begin());
  }
  return bits;
}

std::uint32_t rulebook_reader::number_set(const toml::table& table, std::string_view key,
                                          std::int64_t most) {
  const auto* node = required(table, key);
  const auto* list = node == nullptr ? nullptr : node->as_array();
  if (list == nullptr || list->empty()) {
    if (node != nullptr)
      fail(*node, quoted(key) + " must be a list with at least one number");
    return 0;
  }
  auto bits = 0u;
  for (const auto& entry : *list) {
    const auto* number = entry.as_integer();
    if (number == nullptr || number->get() < 0 || number->get() > most) {
      fail(entry,
           "an entry of " + quoted(key) + " is not a whole number of 0 to " + std::to_string(most));
      continue;
    }
    bits |= 1u << number->get();
  }
  return bits;
}

std::vector<rulebook_error> rulebook_reader::take_errors() {
  std::stable_sort(errors_.begin(), errors_.end(), [](const auto& a, const auto& b) {
    return std::tie(a.line, a.column) < std::tie(b.line, b.column);
  });
  return std::move(errors_);
}

} // namespace wardflow
