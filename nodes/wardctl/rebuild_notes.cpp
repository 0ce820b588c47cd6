// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/rebuild_notes.hpp"

#include "nodes/wardctl/view.hpp"

#include <ostream>
#include <string>

namespace wardflow::wardctl {

namespace {

/// A line of a list, with one word put in the place of `%`.
void line(shell& s, both text, std::string_view word = {}) {
  auto said = s.help(text);
  if (auto at = said.find('%'); at != std::string::npos)
    said.replace(at, 1, word);
  s.out << "- " << for_terminal(said) << '\n';
}

void tell_gone(shell& s, bool gone, const std::string& since, both text) {
  if (gone)
    line(s, text, since.empty() ? "-" : in_words(meaning::moment, since, s.tongue));
}

} // namespace

void add_figures(const shell& s, const rebuilt& what, record& r) {
  r.number("epoch", s.heading(phrase::epoch), what.epoch);
  r.text("last_heard", s.heading(phrase::last_heard),
         s.how == output::people ? in_words(meaning::moment, what.heard, s.tongue) : what.heard);
  r.number("groups", s.heading(phrase::groups), what.groups);
  r.number("venues", s.heading(phrase::venues), what.venues);
  r.number("devices", s.heading(phrase::devices), what.devices);
  r.number("counted_before", s.heading(phrase::counted), what.counted);
  if (s.how == output::people)
    return;
  auto truth = [&](const char* key, bool is_so) {
    r.add({key, {}, is_so ? "true" : "false", cell_kind::truth, {}});
  };
  r.number("devices_revoked", {}, what.revoked);
  r.number("devices_with_numbers", {}, what.positions);
  r.number("rows_missing", {}, what.missing);
  truth("directives_gone", what.directives_gone);
  r.text("directives_since", {}, what.directives_since);
  truth("cards_gone", what.cards_gone);
  r.text("cards_since", {}, what.cards_since);
}

void tell_losses(shell& s, const rebuilt& what, bool new_key) {
  if (s.how != output::people)
    return;
  auto heard = in_words(meaning::moment, what.heard, s.tongue);
  s.out << s.pick({"Những gì đã mất cùng máy cũ:\n", "Lost with the old machine:\n"});
  line(s, {"ai đã ở đâu và ai đang ở trong; số liệu riêng của phường (nút cấp trên vẫn giữ số "
           "chung)",
           "who was where, and who is inside; the ward's own figures (the parent keeps the sums)"});
  line(s,
       {"lượt quét, địa điểm và thiết bị mà máy cũ đã nhận nhưng chưa kịp báo lên trước %",
        "scans, venues and devices that it had taken and not told by %"},
       heard);
  line(s, {"số người chính xác của ngày đó: từ nay là ước lượng và được ghi rõ như vậy",
           "the exact number of persons of that day: from now on an estimate, and marked so"});
  line(s, {"bộ quy tắc, thẻ và cấp độ đã nhập riêng cho phường này: nhập lại",
           "rulebooks, cards and levels that were given to this ward alone: give them again"});
  line(
    s,
    {"danh sách khóa của những người được phép: cho phép lại từng người bằng `wardctl keys allow`",
     "the list of people's keys: allow each of them again with `wardctl keys allow`"});
  if (what.missing != 0)
    line(s,
         {"% dòng của danh bạ mà nút cấp trên chưa kịp nhận: đăng ký lại",
          "% rows of the registers that the parent never had: register them again"},
         std::to_string(what.missing));
  tell_gone(
    s, what.directives_gone, what.directives_since,
    {"lệnh riêng cho phường này mà nút cấp trên gửi trước %: không còn giữ, gửi lại (bộ quy "
     "tắc, cấp độ và thẻ chung thì nút cấp trên tự gửi lại)",
     "what the parent said to this ward alone before %: no longer kept, say it again "
     "(rulebooks, levels and cards for all it sends by itself)"});
  if (new_key)
    line(s, {"khóa của máy chủ: ghi khóa công khai mới vào node_key trong target.toml của mỗi máy "
             "quét; lượt đang chờ trong hàng chờ của chúng không mở được nữa",
             "the node's key: write the new public key into node_key of each door's target.toml; "
             "what waits in their spools cannot be opened"});
  s.out << s.pick({"Những gì còn nguyên:\n", "What goes on:\n"});
  line(s, {"mọi số đã đếm ở nút cấp trên, và mỗi lượt còn trong hàng chờ của máy quét được đếm "
           "đúng một lần",
           "all that the parent has counted; each scan in a door's spool is counted once"});
  line(s, {"mã địa điểm, thiết bị và khóa của chúng: không thiết bị nào phải đăng ký lại",
           "ids of venues, devices and their keys: no device has to be registered again"});
  s.out << std::flush;
}

} // namespace wardflow::wardctl
