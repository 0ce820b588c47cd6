// SPDX-License-Identifier: Apache-2.0
#include "messages/phrases.hpp"

#include <iterator>

namespace wardflow {

namespace {

struct row {
  phrase what;
  std::string_view vi;
  std::string_view en;
};

using p = phrase;

constexpr auto phrase_count = static_cast<std::size_t>(phrase::count_);

// A plain array: deducing std::array's type from so many rows passes clang's nesting limit.
constexpr row rows[]{
  row{p::enter, "MỜI VÀO", "ENTER"},
  row{p::with_condition, "CÓ ĐIỀU KIỆN", "CONDITION"},
  row{p::no_entry, "KHÔNG VÀO", "NO ENTRY"},
  row{p::goodbye, "CHÀO KHÁCH", "GOODBYE"},
  row{p::recorded_only, "ĐÃ GHI, CHƯA XÉT", "RECORDED, NOT JUDGED"},
  row{p::scan_now, "Mời quét mã QR cá nhân", "Scan a personal code"},
  row{p::reason, "Lý do", "Reason"},
  row{p::what_to_do, "Việc cần làm", "What to do"},
  row{p::data_age, "Dữ liệu có từ", "Data age"},

  row{p::colour_none, "chưa rõ", "not known"},
  row{p::green, "xanh", "green"},
  row{p::yellow, "vàng", "yellow"},
  row{p::orange, "cam", "orange"},
  row{p::red, "đỏ", "red"},
  row{p::level_one, "cấp 1 (xanh)", "level 1 (green)"},
  row{p::level_two, "cấp 2 (vàng)", "level 2 (yellow)"},
  row{p::level_three, "cấp 3 (cam)", "level 3 (orange)"},
  row{p::level_four, "cấp 4 (đỏ)", "level 4 (red)"},
  row{p::new_normal, "bình thường mới", "new normal"},
  row{p::at_risk, "nguy cơ", "at risk"},
  row{p::high_risk, "nguy cơ cao", "high risk"},
  row{p::very_high_risk, "nguy cơ rất cao", "very high risk"},
  row{p::level_none, "chưa có cấp độ", "no level"},

  row{p::way_in, "vào", "in"},
  row{p::way_out, "ra", "out"},
  row{p::staff_scans, "nhân viên quét khách", "staff scan the person"},
  row{p::poster_scans, "khách quét mã địa điểm", "person scans the poster"},
  row{p::late, "đến muộn", "late"},
  row{p::clock_unsure, "đồng hồ chưa tin cậy", "clock not believed"},
  row{p::stale_data, "dữ liệu cũ", "stale data"},
  row{p::fresh_data, "dữ liệu mới", "fresh data"},

  row{p::unit, "Đơn vị", "Unit"},
  row{p::ward, "Phường/xã", "Ward"},
  row{p::area, "Cấp trên của phường", "Area"},
  row{p::venue, "Địa điểm", "Venue"},
  row{p::venues, "Số địa điểm", "Venues"},
  row{p::venue_name, "Tên", "Name"},
  row{p::venue_category, "Loại", "Category"},
  row{p::address, "Địa chỉ", "Address"},
  row{p::group, "Tổ dân phố", "Group"},
  row{p::groups, "Số tổ dân phố", "Groups"},
  row{p::capacity, "Sức chứa", "Capacity"},
  row{p::opens, "Mở cửa", "Opens"},
  row{p::closes, "Đóng cửa", "Closes"},
  row{p::phone, "Điện thoại", "Phone"},
  row{p::suspended, "Đình chỉ", "Suspended"},
  row{p::document, "Số văn bản", "Document"},
  row{p::issuer, "Cơ quan ban hành", "Issuer"},
  row{p::device, "Thiết bị", "Device"},
  row{p::devices, "Số thiết bị", "Devices"},
  row{p::device_name, "Tên thiết bị", "Device name"},
  row{p::public_key_, "Khóa công khai", "Public key"},
  row{p::role, "Vai trò", "Role"},
  row{p::gateway, "cổng gom", "gateway"},
  row{p::door, "máy quét ở cửa", "door"},
  row{p::revoked, "Thu hồi", "Revoked"},
  row{p::added_at, "Đăng ký lúc", "Added at"},
  row{p::last_heard, "Liên lạc lần cuối", "Last heard"},
  row{p::epoch, "Kỳ đánh số", "Epoch"},
  row{p::next_sequence, "Số kế tiếp", "Next number"},
  row{p::card, "Thẻ", "Card"},
  row{p::cards, "Số thẻ", "Cards"},
  row{p::first_dose, "Mũi đầu", "First dose"},
  row{p::full_dose, "Đủ mũi", "Full doses"},
  row{p::recovered, "Khỏi bệnh", "Recovered"},
  row{p::pcr_negative_at, "PCR âm tính lúc", "PCR negative at"},
  row{p::card_colour, "Màu thẻ", "Colour"},
  row{p::scale, "Thang cấp độ", "Scale"},
  row{p::level, "Cấp độ dịch", "Risk level"},
  row{p::effective_from, "Hiệu lực từ", "Effective from"},
  row{p::published_at, "Công bố lúc", "Published at"},
  row{p::rulebook, "Bộ quy tắc", "Rulebook"},
  row{p::rule, "Quy tắc", "Rule"},
  row{p::version, "Phiên bản", "Version"},

  row{p::day, "Ngày", "Day"},
  row{p::hour, "Giờ", "Hour"},
  row{p::event_time, "Lúc quét", "Scanned at"},
  row{p::direction_, "Hướng", "Direction"},
  row{p::flow_, "Luồng", "Flow"},
  row{p::scans, "Lượt quét", "Scans"},
  row{p::persons, "Số người", "Persons"},
  row{p::persons_estimated, "Số người (ước tính)", "Persons (estimate)"},
  row{p::visits, "Lượt vào–ra", "Visits"},
  row{p::visits_inferred, "Lượt ra suy đoán", "Inferred exits"},
  row{p::inside, "Đang ở trong", "Inside"},
  row{p::carried_over, "Còn từ hôm trước", "Carried over"},
  row{p::unmatched_out, "Ra không có vào", "Unmatched exits"},
  row{p::admitted, "Được vào", "Admitted"},
  row{p::conditioned, "Vào có điều kiện", "With condition"},
  row{p::refused, "Không được vào", "Refused"},
  row{p::repeated, "Lặp lại", "Repeated"},
  row{p::late_scans, "Đến muộn", "Late"},
  row{p::not_persons, "Không phải mã cá nhân", "Not a personal code"},
  row{p::verdict_, "Kết quả", "Verdict"},
  row{p::decision_, "Quyết định", "Decision"},
  row{p::count, "Số lượng", "Count"},
  row{p::share, "Tỷ lệ", "Share"},
  row{p::total, "Tổng", "Total"},
  row{p::busiest_venues, "Địa điểm đông nhất", "Busiest venues"},
  row{p::rounds, "Số vòng xử lý", "Rounds"},
  row{p::node_time, "Giờ máy chủ", "Node time"},
  row{p::started_at, "Khởi động lúc", "Started at"},
  row{p::uptime, "Đã chạy", "Up for"},
  row{p::journal_size, "Nhật ký", "Journal"},
  row{p::store_used, "Kho đã dùng", "Store used"},
  row{p::checkpoint_age, "Điểm lưu gần nhất", "Last checkpoint"},
  row{p::levels_as_of, "Cấp độ cập nhật lúc", "Levels as of"},
  row{p::cards_as_of, "Thẻ cập nhật lúc", "Cards as of"},
  row{p::rulebook_as_of, "Quy tắc cập nhật lúc", "Rulebook as of"},
  row{p::outstanding, "Chưa trả lời", "Outstanding"},
  row{p::connections, "Kết nối", "Connections"},
  row{p::throughput, "Lượt quét mỗi giây", "Scans per second"},
  row{p::median, "Trung vị (ms)", "p50 (ms)"},
  row{p::p99, "p99 (ms)", "p99 (ms)"},
  row{p::identities_checked, "Đẳng thức kiểm tra", "Identities checked"},
  row{p::holds, "đúng", "holds"},
  row{p::broken, "SAI", "BROKEN"},
  row{p::state_hash, "Mã băm trạng thái", "State hash"},

  row{p::line, "Dòng", "Line"},
  row{p::column, "Cột", "Column"},
  row{p::code_, "Mã", "Code"},
  row{p::message, "Thông báo", "Message"},
  row{p::rows_read, "Số dòng đã đọc", "Rows read"},
  row{p::rows_taken, "Số dòng đã nhận", "Rows taken"},
  row{p::rows_refused_, "Số dòng bị từ chối", "Rows refused"},
  row{p::bad_lines_in, "Các dòng lỗi ở tệp", "Bad lines are in"},
  row{p::dry_run, "Chạy thử, không thay đổi gì", "Dry run, nothing is changed"},
  row{p::sent, "đã gửi", "sent"},
  row{p::answered, "đã trả lời", "answered"},
  row{p::waiting, "đang chờ", "waiting"},
  row{p::remaining, "còn", "left"},
  row{p::spool, "Hàng chờ", "Spool"},
  row{p::seed, "Hạt giống", "Seed"},
  row{p::file, "Tệp", "File"},

  row{p::yes, "có", "yes"},
  row{p::no, "không", "no"},
  row{p::none, "không có", "none"},
  row{p::never, "chưa bao giờ", "never"},
  row{p::unknown, "chưa rõ", "unknown"},
  row{p::always_open, "mở cả ngày", "always open"},
  row{p::no_limit, "không giới hạn", "no limit"},
  row{p::seconds_short, "giây", "s"},
  row{p::minutes_short, "phút", "min"},
  row{p::hours_short, "giờ", "h"},
  row{p::days_short, "ngày", "d"},
  row{p::ago, "trước", "ago"},
  row{p::what_next, "Tiếp theo", "Next"},

  row{p::attention, "CHÚ Ý", "ATTENTION"},
  row{p::under_a_minute, "chưa đến một phút", "under a minute"},
  row{p::catalogue, "Danh mục đơn vị năm", "Catalogue of units of"},
  row{p::folder, "Thư mục", "Folder"},
  row{p::operator_name, "Người vận hành", "Operator"},
  row{p::importing, "Đang nhập", "Importing"},
  row{p::rows_unchanged, "Số dòng đã có, không đổi", "Rows unchanged"},
  row{p::rows_not_sent, "Số dòng chưa gửi", "Rows not sent"},
  row{p::venue_id_, "Mã địa điểm", "Venue id"},
  row{p::facts_known, "Có dữ liệu thẻ", "Card facts known"},
  row{p::scale_128, "Nghị quyết 128", "Resolution 128"},
  row{p::scale_2686, "Quyết định 2686", "Decision 2686"},
  row{p::linked, "Có mã thứ hai", "Has a second code"},
  row{p::rules, "Số quy tắc", "Rules"},
  row{p::entries, "Vào", "In"},
  row{p::exits, "Ra", "Out"},
  row{p::of_staff, "Nhân viên quét", "Scanned by staff"},
  row{p::of_poster, "Khách tự quét", "Of the poster"},
  row{p::revision, "Số lần sửa", "Revision"},
  row{p::counted, "Được tính", "Counted"},
  row{p::green_cards, "Thẻ xanh", "Green cards"},
  row{p::yellow_cards, "Thẻ vàng", "Yellow cards"},
  row{p::red_cards, "Thẻ đỏ", "Red cards"},
  row{p::persons_linked, "Trong đó nối được hai mã", "Of these with two codes"},
  row{p::share_percent, "Tỷ lệ %", "Share %"},
  row{p::identity, "Đẳng thức", "Identity"},
  row{p::left_side, "Vế trái", "Left"},
  row{p::right_side, "Vế phải", "Right"},
  row{p::venues_used, "Địa điểm có lượt quét", "Venues used"},
  row{p::strangers, "Người không có dữ liệu thẻ", "Persons without card facts"},
  row{p::residents, "Số dân", "Residents"},
  row{p::section_node, "Máy chủ", "Node"},
  row{p::section_today, "Hôm nay", "Today"},
  row{p::section_register, "Danh bạ", "Registers"},
  row{p::section_data, "Dữ liệu đang áp dụng", "Data in force"},
  row{p::section_traffic, "Kết nối, từ khi khởi động", "Traffic since the start"},
  row{p::section_store, "Kho dữ liệu", "Store"},
  row{p::venues_active, "Địa điểm có lượt quét hôm nay", "Venues with a scan today"},
  row{p::devices_revoked, "Thiết bị đã thu hồi", "Devices revoked"},
  row{p::frames_answered, "Gói đã trả lời", "Frames answered"},
  row{p::latency_median, "Thời gian trả lời, trung vị", "Time to answer, median"},
  row{p::latency_p99, "Thời gian trả lời, 99 %", "Time to answer, p99"},
  row{p::repeats_answered, "Lượt quét gửi lại", "Repeated scans"},
  row{p::sealed_waiting, "Lượt niêm phong đang chờ mở", "Sealed scans waiting"},
  row{p::frames_refused, "Gói bị từ chối", "Frames refused"},
  row{p::refused_at_gate, "Gói bị chặn ở cổng", "Refused at the gate"},
  row{p::keys_refused, "Khóa lạ bị chặn", "Keys refused"},
  row{p::scans_ever, "Lượt quét đã nhận từ trước đến nay", "Scans ever taken"},
  row{p::commits, "Lần ghi đĩa", "Commits"},
  row{p::record_bytes, "Nhật ký đã ghi (byte)", "Journal written (bytes)"},
  row{p::live_data, "Dữ liệu trên đĩa", "Data on disk"},
  row{p::disk_free, "Đĩa còn trống", "Disk free"},
  row{p::map_used, "Kho đã dùng so với giới hạn", "Store used of its limit"},
  row{p::memory, "Bộ nhớ đang dùng", "Memory"},
  row{p::base_round, "Trạng thái gốc ở vòng", "Base at round"},
  row{p::base_at, "Trạng thái gốc lúc", "Base of"},
  row{p::base_check, "Kiểm tra trạng thái gốc", "Base check"},
  row{p::presence_balances, "còn từ hôm trước + vào − ra − tự đóng = đang ở trong",
      "carried over + in − out − closed by rule = inside"},
  row{p::active_within_registered, "địa điểm có lượt quét ≤ địa điểm đã đăng ký",
      "active venues ≤ registered venues"},
  row{p::persons_within_scans, "số người ≤ số lượt quét", "persons ≤ scans"},
  row{p::venues_with_more_persons_than_scans, "số địa điểm có người nhiều hơn lượt quét = 0",
      "venues with more persons than scans = 0"},
  row{p::ward_persons_within_sum_of_venues, "số người của phường ≤ tổng theo địa điểm",
      "persons of the ward ≤ sum over venues"},
  row{p::busiest_venue_within_ward, "số người ở địa điểm đông nhất ≤ số người của phường",
      "persons of the busiest venue ≤ persons of the ward"},
  row{p::reasons_sum_to_scans_taken, "tổng theo lý do = lượt quét đã nhận (31 ngày)",
      "scans by reason = scans taken (31 days)"},
  row{p::scans_taken_within_scans_of_devices, "lượt quét đã nhận (31 ngày) ≤ tổng theo thiết bị",
      "scans taken (31 days) ≤ scans by device"},
  row{p::devices_sum_to_all_scans, "tổng theo thiết bị = mọi lượt quét đã nhận",
      "scans by device = scans ever taken"},
  row{p::day_scans_within_counted, "lượt quét ở địa điểm trong ngày ≤ lượt được tính (31 ngày)",
      "scans at venues on the day ≤ counted (31 days)"},
  row{p::hours_sum_to_venues, "lượt quét theo giờ của phường = tổng theo địa điểm",
      "scans by the ward's hours = sum over venues"},

  row{p::alert_name_, "Cảnh báo", "Alert"},
  row{p::alert_kind_, "Loại cảnh báo", "Kind"},
  row{p::alert_subject, "Đối tượng", "Subject"},
  row{p::severity_, "Mức độ", "Severity"},
  row{p::state_, "Trạng thái", "State"},
  row{p::first_seen, "Lần đầu", "First seen"},
  row{p::last_seen_, "Lần cuối", "Last seen"},
  row{p::evidence, "Bằng chứng", "Evidence"},
  row{p::seen_to_by, "Người xử lý", "Seen to by"},
  row{p::note, "Ghi chú", "Note"},

  row{p::nodes_below, "Số nút trực tiếp dưới", "Nodes below"},
  row{p::nodes_up, "Đang có liên lạc", "Of these up"},
  row{p::node_is_up, "có liên lạc", "up"},
  row{p::node_is_silent, "mất liên lạc", "silent"},
  row{p::lag, "Còn chờ nhận", "Lag"},
  row{p::lag_bulk, "Số liệu chờ nhận", "Lag (counts)"},
  row{p::lost_entries, "Bị mất", "Lost"},
  row{p::wards_below, "Số phường/xã", "Wards"},
  row{p::wards_without_scan, "Phường/xã không có lượt quét", "Wards without a scan"},
  row{p::via, "Qua nút", "Via"},
  row{p::open_alerts, "Cảnh báo mở", "Open alerts"},
  row{p::clock_offset, "Lệch giờ (ms)", "Clock offset (ms)"},
  row{p::person_wards, "Số người, cộng các phường", "Persons, summed over wards"},
  row{p::directives_sent, "Chỉ thị đã gửi xuống", "Directives sent down"},
  row{p::named_readers, "Số người nhận cảnh báo có tên", "Named readers of alerts"},
  row{p::readers_now, "Đang đọc nhật ký", "Readers now"},
  row{p::reader, "Người nhận", "Reader"},
  row{p::key_name, "Khóa", "Key"},
  row{p::connected_, "Đang nối", "Connected"},
  row{p::not_read, "Chưa đọc", "Not read"},
  row{p::section_below, "Các nút dưới", "Nodes below this one"},
  row{p::rows_forwarded, "Số dòng đang chuyển xuống", "Rows on their way down"},
  row{p::parent_node, "Nút cấp trên", "Parent"},
  row{p::parent_lag, "Chờ cấp trên nhận", "Waits for the parent"},

  row{p::category_other, "khác", "other"},
  row{p::category_market, "chợ", "market"},
  row{p::category_supermarket, "siêu thị", "supermarket"},
  row{p::category_shop, "cửa hàng", "shop"},
  row{p::category_restaurant, "nhà hàng, quán ăn", "restaurant"},
  row{p::category_cafe, "quán cà phê", "café"},
  row{p::category_bar, "quán bar", "bar"},
  row{p::category_hotel, "khách sạn", "hotel"},
  row{p::category_pharmacy, "nhà thuốc", "pharmacy"},
  row{p::category_hospital, "bệnh viện, phòng khám", "hospital"},
  row{p::category_school, "trường học", "school"},
  row{p::category_office, "văn phòng", "office"},
  row{p::category_public_office, "cơ quan nhà nước", "public office"},
  row{p::category_bank, "ngân hàng", "bank"},
  row{p::category_factory, "nhà máy, xưởng", "factory"},
  row{p::category_beach, "bãi biển", "beach"},
  row{p::category_park, "công viên", "park"},
  row{p::category_event, "sự kiện", "event"},
  row{p::category_public_transport, "phương tiện công cộng", "public transport"},
  row{p::category_worship, "cơ sở tôn giáo", "place of worship"},
  row{p::category_sport, "cơ sở thể thao", "sport"},
  row{p::category_entertainment, "vui chơi giải trí", "entertainment"},
  row{p::category_hairdresser, "tiệm cắt tóc", "hairdresser"},
};

static_assert(std::size(rows) == phrase_count, "a phrase has no row, or a row too many");
static_assert(
  [] {
    for (std::size_t i = 0; i < std::size(rows); ++i)
      if (static_cast<std::size_t>(rows[i].what) != i || rows[i].vi.empty() || rows[i].en.empty())
        return false;
    return true;
  }(),
  "rows stand in the order of the enumerators, each with both languages");

constexpr auto first_category = static_cast<std::size_t>(phrase::category_other);
static_assert(first_category + category_names.size() == phrase_count,
              "one phrase for each category, at the end");

} // namespace

std::string_view say(phrase what, language tongue) {
  auto at = static_cast<std::size_t>(what);
  if (at >= std::size(rows))
    at = static_cast<std::size_t>(phrase::unknown);
  return tongue == language::vi ? rows[at].vi : rows[at].en;
}

std::string_view big_word(decision what, language tongue) {
  switch (what) {
  case decision::admit:
    return say(phrase::enter, tongue);
  case decision::condition:
    return say(phrase::with_condition, tongue);
  case decision::refuse:
    break;
  }
  return say(phrase::no_entry, tongue);
}

std::string_view colour_name(colour what, language tongue) {
  switch (what) {
  case colour::green:
    return say(phrase::green, tongue);
  case colour::yellow:
    return say(phrase::yellow, tongue);
  case colour::red:
    return say(phrase::red, tongue);
  case colour::none:
    break;
  }
  return say(phrase::colour_none, tongue);
}

std::string_view category_label(category what, language tongue) {
  auto at = static_cast<std::size_t>(what);
  if (at >= category_names.size())
    return say(phrase::unknown, tongue);
  return say(static_cast<phrase>(first_category + at), tongue);
}

std::string_view level_name(risk_scale scale, unsigned level, language tongue) {
  if (level < 1 || level > 4)
    return say(phrase::level_none, tongue);
  auto first = scale == risk_scale::resolution_128 ? phrase::level_one : phrase::new_normal;
  return say(static_cast<phrase>(static_cast<unsigned>(first) + level - 1), tongue);
}

std::string_view direction_name(direction what, language tongue) {
  return say(what == direction::out ? phrase::way_out : phrase::way_in, tongue);
}

std::string_view flow_name(flow what, language tongue) {
  return say(what == flow::person_scans_poster ? phrase::poster_scans : phrase::staff_scans,
             tongue);
}

std::optional<category> parse_category(std::string_view text) {
  for (std::size_t i = 0; i < category_names.size(); ++i)
    if (category_names[i] == text || rows[first_category + i].vi == text)
      return static_cast<category>(i);
  return std::nullopt;
}

} // namespace wardflow
