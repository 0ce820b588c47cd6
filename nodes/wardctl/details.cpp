// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/details.hpp"

#include <array>
#include <utility>

namespace wardflow::wardctl {

namespace {

struct translated {
  std::string_view en;
  std::string_view vi;
};

/// Details of a bad line (import_rows, import_cells, csv).
constexpr std::array whole{
  translated{"wanted: an id such as 22366-00017", "cần mã dạng 22366-00017"},
  translated{"wanted: a category of the list", "cần một loại trong danh sách của docs/files.md"},
  translated{"wanted: a group such as 22366.07, two digits or more after the dot",
             "cần mã tổ dạng 22366.07, ít nhất hai chữ số sau dấu chấm"},
  translated{"wanted: a whole number up to 1,000,000", "cần số nguyên đến 1.000.000"},
  translated{"opens and closes go together", "giờ mở cửa và giờ đóng cửa phải có cùng nhau"},
  translated{"wanted: a time such as 07:30", "cần giờ dạng 07:30"},
  translated{"wanted: a time such as 21:00", "cần giờ dạng 21:00"},
  translated{"needs 18 digits; keep the column as text", "cần đủ 18 chữ số; để cột ở kiểu văn bản"},
  translated{"needs 12 or 9 digits with their leading zeros, or an insurance number",
             "cần 12 hoặc 9 chữ số kể cả số 0 ở đầu, hoặc số thẻ bảo hiểm y tế"},
  translated{"id_number and qid are both empty", "cột id_number và qid đều trống"},
  translated{"wanted: a date such as 2021-10-05", "cần ngày dạng 2021-10-05"},
  translated{"wanted: a date such as 2021-10-20", "cần ngày dạng 2021-10-20"},
  translated{"wanted: a time such as 2021-10-20T08:00", "cần thời điểm dạng 2021-10-20T08:00"},
  translated{"full_dose is before first_dose", "ngày đủ mũi trước ngày mũi đầu"},
  translated{"wanted: resolution_128, decision_2686", "cần resolution_128 hoặc decision_2686"},
  translated{"wanted: a level from 1 to 4", "cần cấp từ 1 đến 4"},
  translated{"stands in the file before", "đã có ở một dòng trước trong tệp"},
  translated{"wanted: a time such as 2021-10-20T08:15:00.000+07:00",
             "cần thời điểm dạng 2021-10-20T08:15:00.000+07:00"},
  translated{"wanted: in, out", "cần in hoặc out"},
  translated{"wanted: staff, poster", "cần staff hoặc poster"},
  translated{"more than 1024 bytes", "dài hơn 1024 byte"},
  translated{"wanted: 16 hexadecimal digits", "cần 16 chữ số hex"},
  translated{"one of code and card, and not both", "cần một trong hai cột code và card"},
  translated{"is empty", "không được để trống"},
  translated{"more than 300 bytes", "dài hơn 300 byte"},
  translated{"not one line of UTF-8 text", "không phải một dòng chữ UTF-8"},
  translated{"the file is UTF-16, not UTF-8", "tệp mã hóa UTF-16, không phải UTF-8"},
  translated{"the sep= line names none of comma, semicolon, tab",
             "dòng sep= không nêu dấu phẩy, chấm phẩy hay tab"},
  translated{"the file is empty", "tệp trống"},
  translated{"too many cells", "quá nhiều ô"},
  translated{"text after a closing quote", "có chữ sau dấu nháy đóng"},
  translated{"a quote is not closed", "dấu nháy không được đóng"},
  translated{"a zero byte", "có byte 0"},
  translated{"a cell is too long", "có ô quá dài"},
  translated{"day: from 1972 to 2134", "--day: từ năm 1972 đến năm 2134"},
};

/// Parts of details that stand beside names, numbers and paths.
constexpr std::array parts{
  translated{" cells, the heading has ", " ô, trong khi dòng tiêu đề có "},
  translated{"unknown: ", "cột không biết: "},
  translated{"repeated: ", "cột lặp lại: "},
  translated{"missing: ", "thiếu cột: "},
  translated{"more than ", "nhiều hơn "},
  translated{" rows", " dòng"},
  // Connections.
  translated{": nobody answers there", ": không có ai trả lời ở đó"},
  translated{": something else answers there", ": một chương trình khác trả lời ở đó"},
  translated{": hangs up; not a node, or not the one with this public key",
             ": bị ngắt; không phải máy chủ, hoặc không phải máy chủ có khóa công khai này"},
  translated{": the connection broke", ": kết nối bị đứt"},
  translated{"there is no context ", "không có ngữ cảnh "},
  translated{": no `control` endpoint", ": không có mục `control`"},
  // Key files and lists.
  translated{": not a plain file of at most 1 MiB", ": không phải tệp thường dưới 1 MiB"},
  translated{": not a plain file", ": không phải tệp thường"},
  translated{": must have mode 0600", ": phải có quyền 0600"},
  translated{": others may write it: needs mode 0600", ": người khác ghi được; cần quyền 0600"},
  translated{": too long for a key file", ": quá dài so với một tệp khóa"},
  translated{": exists, and keys are never written over", ": đã có, khóa không bao giờ bị ghi đè"},
  translated{": needs one line of 64 hexadecimal digits", ": cần một dòng 64 chữ số hex"},
  translated{": not a usable secret key", ": không phải khóa bí mật dùng được"},
  translated{": belongs to another secret key", ": thuộc một khóa bí mật khác"},
  translated{": needs one line with a public key", ": cần một dòng có khóa công khai"},
  translated{": this key is given to `", ": khóa này đã cấp cho `"},
  translated{"` already", "`"},
  // The audit log.
  translated{"audit row ", "dòng sổ kiểm tra "},
  translated{" is damaged", " bị hỏng"},
  translated{" is missing", " bị mất"},
  translated{" does not follow the one before it", " không nối tiếp dòng trước"},
  translated{" is not the one that was written last", " không phải dòng được ghi sau cùng"},
  translated{" was never written", " chưa hề được ghi"},
  translated{"the audit log's head does not read", "không đọc được phần đầu sổ kiểm tra"},
  // The system.
  translated{"No such file or directory", "không có tệp hay thư mục này"},
  translated{"Permission denied", "không có quyền"},
  translated{"No space left on device", "hết chỗ trên đĩa"},
  translated{"Is a directory", "là một thư mục"},
  translated{"Not a directory", "không phải thư mục"},
  translated{"Read-only file system", "hệ thống tệp chỉ đọc"},
};

void replace_all(std::string& in, const translated& t) {
  for (auto at = in.find(t.en); at != std::string::npos; at = in.find(t.en, at + t.vi.size()))
    in.replace(at, t.en.size(), t.vi);
}

} // namespace

std::string detail_text(std::string_view english, language tongue) {
  std::string out{english};
  if (tongue == language::en)
    return out;
  for (auto& t : whole)
    if (t.en == english)
      return std::string{t.vi};
  for (auto& t : parts)
    replace_all(out, t);
  return out;
}

} // namespace wardflow::wardctl
