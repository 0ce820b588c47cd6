// SPDX-License-Identifier: Apache-2.0
#include "messages/alert_words.hpp"

#include <array>

namespace wardflow {

namespace {

struct words {
  std::string_view name, vi, en;

  [[nodiscard]] constexpr std::string_view in(language tongue) const {
    return tongue == language::vi ? vi : en;
  }
};

constexpr std::array<words, alert_kinds.size()> kinds{{
  {"none", "không rõ", "unknown"},
  {"card.refused_repeatedly", "thẻ bị từ chối nhiều lần", "card refused repeatedly"},
  {"card.cloned", "một thẻ ở hai nơi cùng lúc", "one card in two places"},
  {"venue.over_capacity", "địa điểm quá sức chứa", "venue over capacity"},
  {"venue.suspended_but_scanning", "địa điểm bị đình chỉ vẫn đón khách",
   "suspended venue lets people scan"},
  {"device.sequence_gap", "thiết bị gửi thiếu lượt quét", "scans of a device are missing"},
  {"device.clock_skew", "đồng hồ thiết bị chạy sai", "a device's clock is wrong"},
  {"device.refused", "khóa bị từ chối", "a key was refused"},
  {"risk.raised", "cấp độ dịch tăng", "risk level raised"},
  {"risk.missing", "chưa có cấp độ dịch trong ngày", "the day's risk level is missing"},
  {"node.silent", "mất liên lạc với máy chủ", "node is silent"},
  {"node.behind", "máy chủ gửi chậm", "node is behind"},
  {"node.twin", "hai máy chủ cùng danh tính", "two nodes with one identity"},
  {"node.fenced", "máy chủ cũ hoặc sai đơn vị bị chặn", "old or foreign node kept out"},
  {"nodes.silent", "mất liên lạc với nhiều máy chủ", "many nodes are silent"},
  {"node.clock_unsure", "đồng hồ máy chủ chưa tin cậy", "the node does not believe its clock"},
  {"store.nearly_full", "kho dữ liệu sắp đầy", "store nearly full"},
  {"alerts.threshold", "quá nhiều cảnh báo cùng loại", "many alerts of one kind"},
}};
static_assert(
  [] {
    for (std::size_t i = 0; i != kinds.size(); ++i)
      if (kinds[i].name != alert_kinds[i].name || kinds[i].vi.empty() || kinds[i].en.empty())
        return false;
    return true;
  }(),
  "one row for each kind, in their order");

constexpr std::array<words, 3> severities{{
  {"notice", "lưu ý", "notice"},
  {"warning", "cảnh báo", "warning"},
  {"critical", "NGHIÊM TRỌNG", "CRITICAL"},
}};

constexpr std::array<words, 3> states{{
  {"open", "đang mở", "open"},
  {"acknowledged", "đã tiếp nhận", "acknowledged"},
  {"resolved", "đã xong", "resolved"},
}};

constexpr words evidence_words[]{
  {"ahead_s", "nhanh (giây)", "ahead (s)"},
  {"apart_s", "cách nhau (giây)", "apart (s)"},
  {"asks_for", "hỏi về", "asks for"},
  {"before", "trước đó", "before"},
  {"bytes", "số byte", "bytes"},
  {"came", "đã đến số", "came"},
  {"card", "thẻ", "card"},
  {"day", "ngày", "day"},
  {"device", "thiết bị", "device"},
  {"document", "văn bản", "document"},
  {"epoch", "số đời", "epoch"},
  {"expected", "chờ số", "expected"},
  {"heard", "lần cuối có liên lạc", "last heard"},
  {"in_one_round", "cùng một lúc", "at once"},
  {"inside", "đang ở trong", "inside"},
  {"key", "khóa", "key"},
  {"lag", "số mục chờ nhận", "entries that wait"},
  {"level", "cấp", "level"},
  {"limit", "giới hạn", "limit"},
  {"log_until", "nhật ký chỉ đến số", "its log ends at"},
  {"of", "trong số", "of"},
  {"offset", "mục số", "entry"},
  {"open", "đang mở", "open"},
  {"other", "và ở", "and at"},
  {"percent", "đã dùng %", "used %"},
  {"query", "câu hỏi số", "query"},
  {"read_until", "đã đọc đến số", "was read up to"},
  {"reason", "lý do", "reason"},
  {"refused", "số lần từ chối", "refused"},
  {"rows", "số dòng", "rows"},
  {"says", "tự xưng là", "says it is"},
  {"silent", "mất liên lạc", "silent"},
  {"speaks_for", "nói thay cho", "speaks for"},
  {"stamp", "giờ máy chủ", "node time"},
  {"unit", "đơn vị", "unit"},
  {"units", "đơn vị", "units"},
  {"unreadable", "nhật ký không đọc được ở", "a log that cannot be read at"},
  {"venue", "địa điểm", "venue"},
  {"version", "phiên bản", "version"},
  {"via", "qua", "via"},
};

/// Who ended an alert, where it was no person.
constexpr words makers[]{
  {"replaced", "nút được dựng lại", "the rebuilt node"},
};

template <class Rows>
const words* row_of(const Rows& rows, std::string_view name) {
  for (auto& row : rows)
    if (row.name == name)
      return &row;
  return nullptr;
}

template <class Enum, class Rows>
std::optional<Enum> parse(const Rows& rows, std::string_view name) {
  auto* row = row_of(rows, name);
  return row == nullptr ? std::nullopt : std::optional{static_cast<Enum>(row - rows.data())};
}

} // namespace

std::string_view alert_kind_label(alert_kind kind, language tongue) {
  auto at = static_cast<std::size_t>(kind);
  return kinds[at < kinds.size() ? at : 0].in(tongue);
}

std::string_view severity_label(severity how, language tongue) {
  return severities[static_cast<std::size_t>(how)].in(tongue);
}

std::string_view alert_state_label(alert_state state, language tongue) {
  return states[static_cast<std::size_t>(state)].in(tongue);
}

std::string_view name_of(severity how) {
  return severities[static_cast<std::size_t>(how)].name;
}

std::string_view name_of(alert_state state) {
  return states[static_cast<std::size_t>(state)].name;
}

std::optional<severity> parse_severity(std::string_view name) {
  return parse<severity>(severities, name);
}

std::optional<alert_state> parse_alert_state(std::string_view name) {
  return parse<alert_state>(states, name);
}

std::string evidence_text(std::string_view evidence, language tongue) {
  constexpr std::size_t moment_size = 19; // 2021-10-20T08:15:00, and what follows it
  std::string out, moment;
  while (!evidence.empty()) {
    auto end = evidence.find(' ');
    auto token = evidence.substr(0, end);
    evidence.remove_prefix(end == std::string_view::npos ? evidence.size() : end + 1);
    auto equals = token.find('=');
    auto* known =
      equals == std::string_view::npos ? nullptr : row_of(evidence_words, token.substr(0, equals));
    if (known == nullptr) {
      out += (out.empty() ? "" : " ") + std::string{token};
      continue;
    }
    auto value = token.substr(equals + 1);
    if (value.empty() && (evidence.empty() || evidence.find('=') < evidence.find(' ')))
      continue; // nothing is said
    auto reason = known->name == "reason" ? code_of(value) : std::nullopt;
    if (value.size() > moment_size && value[10] == 'T' && parse_time(value)) {
      moment = value.substr(0, moment_size); // to the second
      moment[10] = ' ';
      value = moment;
    }
    auto said = reason ? text(*reason, tongue) : value;
    if (reason && said.ends_with('.')) // a sentence, amid others
      said.remove_suffix(1);
    out += (out.empty() ? "" : ", ") + std::string{known->in(tongue)} + " " + std::string{said};
  }
  return out;
}

std::string_view by_text(std::string_view by, language tongue) {
  auto* known = row_of(makers, by);
  return known == nullptr ? by : known->in(tongue);
}

} // namespace wardflow
