// SPDX-License-Identifier: Apache-2.0
// Proves: no bytes make the parser of personal codes crash, or give it a key that is not whole.
// Method: any input; a result must be a refusal, or keys of the exact form found in the input.
#include "actors/logic/personal_code.hpp"
#include "messages/limits.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <string>

using namespace wardflow;

namespace {

void require(bool condition) {
  if (!condition)
    std::abort();
}

std::string upper(std::string_view text) {
  std::string result{text};
  for (auto& c : result)
    c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
  return result;
}

/// The form of each kind, written once more, and the number must stand in the input as it is.
void check_key(const stable_key& key, std::string_view input) {
  auto text = key.text();
  auto colon = text.find(':');
  require(colon != std::string_view::npos);
  auto prefix = text.substr(0, colon);
  auto number = text.substr(colon + 1);
  std::size_t letters = prefix == "ins" ? 2 : 0;
  std::size_t size = prefix == "id" ? 12 : prefix == "old" ? 9 : prefix == "qid" ? 18 : 15;
  require(prefix == "id" || prefix == "old" || prefix == "qid" || prefix == "ins");
  require(number.size() == size);
  for (std::size_t i = 0; i < size; ++i)
    require(i < letters ? number[i] >= 'A' && number[i] <= 'Z'
                        : number[i] >= '0' && number[i] <= '9');
  require(upper(input).find(number) != std::string::npos);
  auto again = parse_identity(number);
  require(again && *again == key);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input{reinterpret_cast<const char*>(data), size};
  auto parsed = parse_personal_code(input);

  require((parsed.problem == code::ok) == parsed.primary.has_value());
  require(parsed.problem == code::ok ||
          (parsed.problem >= code::code_empty && parsed.problem <= code::code_unknown_form));
  if (parsed.primary)
    check_key(*parsed.primary, input);
  if (parsed.linked) {
    require(parsed.primary && parsed.linked->kind() != parsed.primary->kind());
    check_key(*parsed.linked, input);
  }
  for (std::string_view end : {"\n", "\r\n", " ", "\t\r\n "})
    require(parse_personal_code(std::string{input} += end) == parsed);
  if (auto key = parse_identity(input))
    check_key(*key, input);
  return 0;
}
