// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/parent_state.hpp"

#include "messages/alert_words.hpp"
#include "nodes/wardctl/details.hpp"

namespace wardflow::wardctl {

namespace {

constexpr std::string_view in_session = "in session with ";
constexpr std::string_view refused = "refused: ";

struct words {
  std::string_view en, vi;
};

constexpr words states[]{
  {"dialling", "đang gọi"},
  {"greeting", "đang chào"},
  {"no acknowledgement", "không được xác nhận, đang nối lại"},
  {"following ", "bắt đầu theo "},
  {in_session, "đang nối với "},
};
constexpr words went_back{
  ", which has more than was ever sent: put back without a new epoch",
  "; nơi ấy có nhiều hơn những gì đã gửi: nút này được phục hồi mà giữ kỳ đánh số cũ"};

/// `code_name detail`: the code in words, then the detail.
std::string code_in_words(std::string_view said, language tongue) {
  auto blank = said.find(' ');
  auto known = code_of(said.substr(0, blank));
  if (!known)
    return detail_text(said, tongue);
  std::string out{text(*known, tongue)};
  if (blank != std::string_view::npos)
    out += " " + evidence_text(detail_text(said.substr(blank + 1), tongue), tongue);
  return out;
}

} // namespace

bool parent_speaks(std::string_view state) {
  return state.starts_with(in_session) && !state.ends_with(went_back.en);
}

std::string parent_in_words(std::string_view state, language tongue) {
  auto vi = tongue == language::vi;
  if (state.starts_with(refused))
    return (vi ? "bị từ chối: " : std::string{refused}) +
           code_in_words(state.substr(refused.size()), tongue);
  for (auto& known : states)
    if (state.starts_with(known.en)) {
      if (!vi)
        return std::string{state};
      auto rest = state.substr(known.en.size());
      auto back = rest.ends_with(went_back.en);
      if (back)
        rest.remove_suffix(went_back.en.size());
      return std::string{known.vi} + std::string{rest} + std::string{back ? went_back.vi : ""};
    }
  return code_in_words(state, tongue);
}

} // namespace wardflow::wardctl
