// SPDX-License-Identifier: Apache-2.0
#include "messages/texts.hpp"

#include "messages/text_rows.hpp"

#include <algorithm>
#include <array>

namespace wardflow {

namespace {

using detail::text_row;

std::span<const text_row> rows_near(code what) {
  auto number = static_cast<unsigned>(what);
  return number < 128   ? detail::scan_rows()
         : number < 200 ? detail::frame_rows()
         : number < 400 ? detail::command_rows()
                        : detail::program_rows();
}

const text_row& row_of(code what) {
  static constexpr text_row unknown{code::internal,
                                    "unknown",
                                    "Mã thông báo này mới hơn chương trình.",
                                    "This message code is newer than this program.",
                                    "Hãy nâng cấp chương trình cho cùng phiên bản với máy chủ.",
                                    "Upgrade this program to the node's release."};
  auto rows = rows_near(what);
  auto at = std::lower_bound(rows.begin(), rows.end(), what,
                             [](const text_row& row, code c) { return row.what < c; });
  return at != rows.end() && at->what == what ? *at : unknown;
}

bool same_letters(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(), [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + ('a' - 'A')) : a) == b;
  });
}

language language_of(std::string_view text) {
  auto base = text.substr(0, text.find_first_of("._@"));
  if (same_letters(base, "c") || same_letters(base, "posix"))
    return language::vi;
  return same_letters(text.substr(0, 2), "vi") ? language::vi : language::en;
}

} // namespace

std::string_view name(code what) {
  return row_of(what).name;
}

std::optional<code> code_of(std::string_view name) {
  for (auto rows :
       {detail::scan_rows(), detail::frame_rows(), detail::command_rows(), detail::program_rows()})
    for (auto& row : rows)
      if (row.name == name)
        return row.what;
  return std::nullopt;
}

std::string_view text(code what, language tongue) {
  auto& row = row_of(what);
  return tongue == language::vi ? row.vi : row.en;
}

std::string_view next_step(code what, language tongue) {
  auto& row = row_of(what);
  return tongue == language::vi ? row.next_vi : row.next_en;
}

language pick_language(std::optional<std::string_view> option, const char* lc_all,
                       const char* lc_messages, const char* lang) {
  if (option && !option->empty())
    return language_of(*option);
  for (auto* value : {lc_all, lc_messages, lang})
    if (value != nullptr && *value != '\0')
      return language_of(value);
  return language::vi;
}

} // namespace wardflow
