// SPDX-License-Identifier: Apache-2.0
// Texts of codes 128 to 199: a frame refused whole, read by whoever runs the sender.
#include "messages/text_rows.hpp"

namespace wardflow::detail {

namespace {

constexpr text_row rows[]{
  {code::frame_malformed, "frame_malformed", "Không đọc được gói tin.", "The frame cannot be read.",
   "Nâng cấp chương trình gửi; nếu vẫn vậy, báo người phát triển.",
   "Upgrade the sender; if it stays, report it to its developers."},
  {code::frame_too_large, "frame_too_large", "Gói tin quá lớn.", "The frame is too large.",
   "Chia thành nhiều gói nhỏ hơn.", "Cut it into smaller frames."},
  {code::frame_several_segments, "frame_several_segments", "Gói tin có nhiều hơn một đoạn.",
   "The frame has more than one segment.", "Chương trình gửi phải ghi thông điệp trong một đoạn.",
   "The sender must write its message in one segment."},
  {code::frame_kind_unknown, "frame_kind_unknown", "Không biết loại gói tin này.",
   "This kind of frame is unknown.", "So phiên bản của chương trình gửi với máy chủ.",
   "Compare the sender's release with the node's."},
  {code::protocol_newer, "protocol_newer", "Giao thức của bên gửi mới hơn máy chủ.",
   "The sender speaks a newer protocol than the node.", "Nâng cấp máy chủ trước.",
   "Upgrade the node first."},
  {code::batch_empty, "batch_empty", "Gói không có lượt quét nào.", "The batch holds no scan.",
   "Chỉ gửi gói có ít nhất một lượt quét.", "Send batches of one scan or more."},
  {code::batch_too_large, "batch_too_large", "Gói có quá nhiều lượt quét.",
   "The batch holds too many scans.", "Gửi mỗi gói nhiều nhất 10.000 lượt quét.",
   "Send at most 10,000 scans in a batch."},
  {code::key_unknown, "key_unknown", "Khóa này chưa được đăng ký.", "This key is not registered.",
   "Phường đăng ký thiết bị bằng `wardctl device add`.",
   "Register the device with `wardctl device add`."},
  {code::key_revoked, "key_revoked", "Khóa này đã bị thu hồi.", "This key was revoked.",
   "Tạo khóa mới cho thiết bị và đăng ký lại.", "Make a new key for the device and register it."},
  {code::key_wrong_role, "key_wrong_role", "Vai trò của khóa này không được làm việc đó.",
   "This key's role may not do that.", "Dùng khóa của người có quyền, hoặc nhờ người đó làm.",
   "Use a key of the right role, or ask somebody who has one."},
  {code::key_other_unit, "key_other_unit", "Khóa này thuộc đơn vị khác.",
   "This key belongs to another unit.", "Kết nối tới máy chủ của đúng đơn vị.",
   "Connect to the node of the key's own unit."},
  {code::needs_gateway_key, "needs_gateway_key", "Chỉ khóa cổng gom mới được gửi gói bí danh.",
   "Only a gateway's key may send batches of pseudonyms.",
   "Gửi từng mã như máy quét ở cửa, hoặc đăng ký khóa cổng gom.",
   "Send codes one by one as a door does, or register a gateway key."},
  {code::epoch_lower, "epoch_lower", "Kỳ đánh số thấp hơn kỳ mà máy chủ đã biết.",
   "The epoch is lower than the one the node knows.",
   "Bắt đầu lại từ số 1 với kỳ mà máy chủ trả lời, hoặc kỳ cao hơn.",
   "Start again from 1 with the epoch named in the answer, or a higher one."},
  {code::sequence_gap, "sequence_gap", "Số thứ tự bị nhảy: thiếu lượt quét ở giữa.",
   "The sequence has a gap: scans before it are missing.", "Gửi lại từ số mà máy chủ đang chờ.",
   "Send again from the number that the node expects."},
  {code::too_many_outstanding, "too_many_outstanding", "Quá nhiều lượt quét chưa được trả lời.",
   "Too many scans are waiting for their answers.", "Chờ câu trả lời rồi gửi tiếp.",
   "Wait for answers, then go on."},
  {code::store_full, "store_full", "Máy chủ hết chỗ lưu nên tạm không nhận lượt quét.",
   "The node's disk is full: it takes no scans.",
   "Giữ lại trong hàng chờ; giải phóng ổ đĩa của máy chủ.",
   "Keep the scans in the spool; make room on the node's disk."},
  {code::node_stopping, "node_stopping", "Máy chủ đang dừng.", "The node is stopping.",
   "Giữ lại trong hàng chờ; kết nối lại khi máy chủ chạy.",
   "Keep the scans in the spool; reconnect when the node is back."},
  {code::key_not_yet_valid, "key_not_yet_valid", "Khóa này chưa đến ngày có hiệu lực.",
   "This key is not valid yet.", "Chờ đến ngày hiệu lực, hoặc kiểm tra đồng hồ của máy chủ.",
   "Wait for its first day, or check the node's clock."},
  {code::link_no_session, "link_no_session", "Nút con chưa chào nút cha.",
   "The link has no session yet.", "Nút con tự chào lại; không cần làm gì.",
   "The node says hello again by itself; nothing is to be done."},
  {code::link_fenced, "link_fenced", "Nút này mang số đời cũ: một bản mới hơn đã thay nó.",
   "This node's epoch is old: a newer one has taken its place.",
   "Tắt nút cũ. Nếu nó mới là nút thật, khôi phục nó với số đời cao hơn.",
   "Stop the old node; if it is the right one, restore it with a higher epoch."},
  {code::link_twin, "link_twin", "Hai nút cùng danh tính đang chạy.",
   "Two nodes with one identity are running.", "Tắt một trong hai: thư mục dữ liệu đã bị sao chép.",
   "Stop one of them: a data folder was copied."},
  {code::link_past_retention, "link_past_retention", "Phần được hỏi không còn được giữ.",
   "What is asked for is no longer kept.", "Bên nhận phải lấy lại toàn bộ.",
   "The receiver has to take a snapshot."},
  {code::subscription_taken, "subscription_taken", "Có người khác vừa nhận luồng này với cùng tên.",
   "Another reader has taken this subscription.", "Dùng tên khác bằng `--name`, hoặc dừng bên kia.",
   "Choose another `--name`, or stop the other one."},
  {code::subscription_owned, "subscription_owned", "Tên này thuộc khóa của người khác.",
   "This name belongs to another key.",
   "Dùng tên khác bằng `--name`; người vận hành bỏ được tên cũ bằng `wardctl subscriptions "
   "remove`.",
   "Choose another `--name`; an operator can free it with `wardctl subscriptions remove`."},
  {code::too_many_readers, "too_many_readers", "Khóa này, hoặc cả nút, có quá nhiều người nhận.",
   "This key, or this node, has too many readers.",
   "Dừng bớt `wardctl watch`; tên không còn dùng: `wardctl subscriptions remove TÊN`.",
   "Stop some `wardctl watch`; a name that nobody uses: `wardctl subscriptions remove NAME`."},
};

static_assert(ascending(rows));

} // namespace

std::span<const text_row> frame_rows() {
  return rows;
}

} // namespace wardflow::detail
