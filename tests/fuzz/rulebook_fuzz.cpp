// SPDX-License-Identifier: Apache-2.0
// Proves: no bytes make the rulebook parser crash, and a book that it takes has no holes.
// Method: any input; either errors with a line, or a book whose every answer names its rule, which
//         is parsed once more from its own text.
#include "actors/logic/judge.hpp"
#include "actors/logic/rulebook_file.hpp"

#include <cstdlib>
#include <string_view>

using namespace wardflow;

namespace {

void require(bool condition) {
  if (!condition)
    std::abort();
}

void check_book(const rulebook& book) {
  for (const auto& cell : book.matrix)
    require(book.rule(cell.rule) != nullptr);
  for (const auto& kind : book.categories) {
    require(book.rule(kind.capacity_number) != nullptr);
    require(book.rule(kind.stale_number) != nullptr);
  }
  for (const auto& rule : book.rules)
    require(!rule.source.empty() && book.rule(rule.number) == &rule);
  auto again = parse_rulebook(book.text, book.file_name);
  require(again.book.has_value() && again.book->matrix == book.matrix);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto text = std::string_view{reinterpret_cast<const char*>(data), size};
  auto parse = parse_rulebook(text, "fuzz.toml");
  require(parse.book.has_value() == parse.errors.empty());
  for (const auto& error : parse.errors)
    require(error.line >= 1 && !error.message.empty() && !to_text(error).empty());
  if (parse.book)
    check_book(*parse.book);
  return 0;
}
