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
  "; nơi ấy có nhiều hơn những gì đã gửi: nút này được phục hồi mà giữ số đời cũ"};

std::optional<code> code_in(std::string_view said) {
  return code_of(said.substr(0, said.find(' ')));
}

/// The parent, or its CURVE, does not let this node's key in.
bool is_of_keys(code why) {
  return why == code::node_refused_key || why == code::key_unknown || why == code::key_revoked ||
         why == code::key_wrong_role || why == code::key_other_unit ||
         why == code::key_not_yet_valid;
}

/// `code_name detail`: the code in words, then the detail.
std::string code_in_words(std::string_view said, language tongue) {
  auto blank = said.find(' ');
  auto known = code_in(said);
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

std::optional<std::string_view> parent_next_step(std::string_view state, language tongue) {
  if (state.starts_with(refused))
    state.remove_prefix(refused.size());
  auto why = code_in(state);
  if (!why)
    return std::nullopt;
  if (!is_of_keys(*why))
    return next_step(*why, tongue);
  return tongue == language::vi
           ? "Xem mục của nút này trong allow.toml của cấp trên (`wardctl keys allow --role node`, "
             "rồi nạp lại danh sách), và `parent_key` trong node.toml."
           : "See this node's entry in the parent's allow.toml (`wardctl keys allow --role node`, "
             "then a reload), and `parent_key` in node.toml.";
}

} // namespace wardflow::wardctl
