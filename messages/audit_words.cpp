// SPDX-License-Identifier: Apache-2.0
#include "messages/audit_words.hpp"

#include <array>

namespace wardflow {

namespace {

struct words {
  std::string_view name, vi, en;
};

constexpr std::array<words, static_cast<std::size_t>(audit_deed::count_)> deeds{{
  {"none", "không rõ", "unknown"},
  {"command", "một lệnh", "a command"},
  {"query", "hỏi dữ liệu", "a question"},
  {"level.import", "nhập cấp độ dịch", "risk levels set"},
  {"card.import", "nhập dữ liệu thẻ", "card facts imported"},
  {"rulebook.load", "nạp bộ quy tắc", "rulebook loaded"},
  {"venue.suspend", "đình chỉ địa điểm", "venue suspended"},
  {"venue.reopen", "mở lại địa điểm", "venue reopened"},
  {"card.revoke", "thu hồi thẻ", "card revoked"},
  {"card.give_back", "trả lại thẻ", "card given back"},
  {"venue.import", "ghi danh bạ địa điểm", "venues registered"},
  {"group.import", "ghi danh bạ tổ dân phố", "groups registered"},
  {"device.add", "đăng ký thiết bị", "device registered"},
  {"device.revoke", "thu hồi thiết bị", "device revoked"},
  {"clock.accept", "tin đồng hồ máy chủ", "clock accepted"},
  {"alert.ack", "tiếp nhận cảnh báo", "alert acknowledged"},
  {"alert.resolve", "khép cảnh báo", "alert resolved"},
  {"subscription.remove", "bỏ tên người nhận cảnh báo", "reader's name removed"},
  {"answer", "trả lời của cấp dưới", "answer of a unit below"},
  {"hello", "máy chủ cấp dưới xin nối", "a node below asks for a session"},
  {"entry", "mục gửi lên của cấp dưới", "an entry of a node below"},
  {"subscribe", "xin nhận cảnh báo", "alerts subscribed to"},
  {"cut_off", "ngắt người nhận vì khóa hết quyền", "reader cut off, its key no longer counts"},
  {"node.forget", "quên một máy chủ cấp dưới", "node below forgotten"},
  {"unit.replace", "thay máy chủ của một đơn vị", "a unit gets a new machine"},
  {"contact.set", "ghi đầu mối liên hệ", "contact set"},
  {"contact.remove", "bỏ đầu mối liên hệ", "contact removed"},
  {"contact.list", "đầu mối liên hệ của cấp trên", "contacts of a unit above"},
}};

constexpr std::array<words, 3> ways{{
  {"socket", "trực tiếp", "directly"},
  {"above", "từ cấp trên", "from above"},
  {"below", "từ cấp dưới", "from below"},
}};

constexpr std::array<words, 7> roles{{
  {"none", "không nói", "not said"},
  {"door", "cửa", "door"},
  {"gateway", "cổng gom", "gateway"},
  {"operator", "vận hành", "operator"},
  {"supervisor", "giám sát", "supervisor"},
  {"health", "y tế", "health"},
  {"node", "máy chủ", "node"},
}};
static_assert(static_cast<std::size_t>(role::node) + 1 == roles.size());
static_assert(static_cast<std::size_t>(audit_way::below) + 1 == ways.size());

template <class Rows>
constexpr bool complete(const Rows& rows) {
  for (auto& row : rows)
    if (row.name.empty() || row.vi.empty() || row.en.empty())
      return false;
  return true;
}
static_assert(complete(deeds) && complete(ways) && complete(roles));

template <class Rows, class Enum>
std::string_view name_in(const Rows& rows, Enum what) {
  auto at = static_cast<std::size_t>(what);
  return at < rows.size() ? rows[at].name : std::string_view{};
}

template <class Rows>
std::string_view label(const Rows& rows, std::string_view name, language tongue) {
  for (auto& row : rows)
    if (row.name == name)
      return tongue == language::vi ? row.vi : row.en;
  return name;
}

} // namespace

std::string_view name_of(audit_deed what) {
  return name_in(deeds, what);
}

std::string_view name_of(audit_way how) {
  return name_in(ways, how);
}

std::string_view name_of(role who) {
  return name_in(roles, who);
}

std::string_view deed_label(std::string_view name, language tongue) {
  return label(deeds, name, tongue);
}

std::string_view way_label(std::string_view name, language tongue) {
  return label(ways, name, tongue);
}

std::string_view role_label(std::string_view name, language tongue) {
  return label(roles, name, tongue);
}

} // namespace wardflow
