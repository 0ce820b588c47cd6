// SPDX-License-Identifier: Apache-2.0
// RULEBOOK READER  typed reads of a TOML table, each failure with the file's line.
//
// Owns     the list of errors.
// Borrows  the parsed tables for each call.
// Promise  a read never throws: it reports and gives a harmless value; reading goes on, so that
//          one look shows every error of a file.
// Bound    100 errors; further ones are dropped.
#pragma once

#include "actors/logic/rulebook_file.hpp"
#include "messages/limits.hpp"

// Errors as values: the compiled form of the library throws, so its headers are used whole.
// Its own asserts are off: `[@` in a file ends the process by one that stands right before the
// proper error. tests/fuzz/rulebook_fuzz.cpp watches what lies behind.
#undef TOML_ASSERT
#undef TOML_HEADER_ONLY
#undef TOML_SHARED_LIB
#undef TOML_EXCEPTIONS
#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#define TOML_ASSERT(expr) static_assert(true)
#include <toml++/toml.h>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wardflow {

inline constexpr std::size_t rulebook_errors_max = 100;

template <class Value>
using rulebook_words = std::span<const std::pair<std::string_view, Value>>;

class rulebook_reader {
public:
  explicit rulebook_reader(std::string file_name) : file_name_{std::move(file_name)} {}

  /// The text in ASCII: letters in texts as `\U0000XXXX`, in comments as `?`. The library's parser
  /// is undefined on other letters outside of texts, and an unquoted Vietnamese word is an ordinary
  /// mistake. Reports the first letter in such a place, and any text over several lines.
  [[nodiscard]] std::optional<std::string> in_ascii(std::string_view text);

  void fail(const toml::source_position& at, code why, std::string message);
  void fail(const toml::node& at, std::string message);

  /// Reports every key of the table that is none of these.
  void only(const toml::table& table, std::initializer_list<std::string_view> keys);

  /// A whole number of [least, most]; `least` after an error.
  std::int64_t integer(const toml::table& table, std::string_view key, std::int64_t least,
                       std::int64_t most);
  std::int64_t integer_or(const toml::table& table, std::string_view key, std::int64_t least,
                          std::int64_t most, std::int64_t missing);
  /// A text of 1 to 300 bytes without control characters.
  std::string text(const toml::table& table, std::string_view key);
  /// The `source` of a rule: "default", or the number of one of these documents.
  std::string source(const toml::table& table, const std::set<std::string>& documents);
  /// A date (local midnight) or a date with a time (local without an offset), 2020 to 2099.
  time_ms instant(const toml::table& table, std::string_view key);
  /// Nothing after an error.
  const toml::table* section(const toml::table& table, std::string_view key);
  /// The tables of an array of tables; none when the key is missing.
  std::vector<const toml::table*> sections(const toml::table& table, std::string_view key);
  /// Entries of a required list that may not be empty; bit n stands for the n-th word. With
  /// `all` as a word instead of a list: every bit.
  std::uint32_t word_set(const toml::table& table, std::string_view key,
                         std::span<const std::string_view> words, code unknown);
  /// Bit n stands for the number n.
  std::uint32_t number_set(const toml::table& table, std::string_view key, std::int64_t most);

  /// One of the words; the first one's value after an error.
  template <class Value>
  Value word(const toml::table& table, std::string_view key, rulebook_words<Value> words) {
    auto wanted = text(table, key);
    auto known = std::string{};
    for (const auto& [name, value] : words) {
      if (name == wanted)
        return value;
      known += (known.empty() ? "" : ", ") + std::string{name};
    }
    if (!wanted.empty())
      fail(*table.get(key), quoted(wanted) + " is none of: " + known);
    return words.front().second;
  }

  static std::string quoted(std::string_view text) { return "`" + std::string{text} + "`"; }
  [[nodiscard]] bool clean() const { return errors_.empty(); }
  /// In order of lines.
  [[nodiscard]] std::vector<rulebook_error> take_errors();

private:
  const toml::node* required(const toml::table& table, std::string_view key);

  std::string file_name_;
  std::vector<rulebook_error> errors_;
};

} // namespace wardflow
