// SPDX-License-Identifier: Apache-2.0
// Proves: a wrong command line is explained in the user's language, the likely word is offered, and
//         the help to ask for is that of the command at hand.
// Method: wrong calls of the real program, their messages letter by letter.
#define BOOST_TEST_MODULE parse_errors
#include "tests/support/wardctl_rig.hpp"

#include <boost/test/unit_test.hpp>

using namespace wardflow;
using namespace wardflow::test;

namespace {

struct wrong {
  std::vector<std::string> words;
  std::string vi;
  std::string en;
  std::string help;
};

const wrong calls[]{
  {{"venue", "suspend", "22366-00001", "--doc", "3"},
   "Không có tùy chọn `--doc`. Ý bạn là `--document`?",
   "There is no option `--doc`. Did you mean `--document`?",
   "wardctl venue suspend --help"},
  {{"vanue", "list"},
   "Không có lệnh `vanue`. Ý bạn là `venue`?",
   "There is no command `vanue`. Did you mean `venue`?",
   "wardctl --help"},
  {{"venue", "lsit"},
   "Không có lệnh `lsit`. Ý bạn là `list`?",
   "There is no command `lsit`. Did you mean `list`?",
   "wardctl venue --help"},
  {{"venue", "xyzzy"},
   "Không có lệnh `xyzzy`.",
   "There is no command `xyzzy`.",
   "wardctl venue --help"},
  {{"device"},
   "Cần một lệnh: add, revoke, list.",
   "A command is needed: add, revoke, list.",
   "wardctl device --help"},
  {{"venue", "show"}, "Thiếu `VENUE`.", "This is missing: `VENUE`.", "wardctl venue show --help"},
  {{"venue", "add", "--name", "A", "--category", "cafe"},
   "Thiếu `--group`.",
   "This is missing: `--group`.",
   "wardctl venue add --help"},
  {{"venue", "show", "17"},
   "Giá trị không đúng cho `VENUE`: cần mã địa điểm như 22366-00017.",
   "Not a value for `VENUE`: wants a venue's id such as 22366-00017.",
   "wardctl venue show --help"},
  {{"venue", "list", "--limit", "-5"},
   "Giá trị không đúng cho `--limit`: cần một số nguyên 1–10000000.",
   "Not a value for `--limit`: wants a whole number 1–10000000.",
   "wardctl venue list --help"},
  {{"counts", "--day", "20/10/2021"},
   "Giá trị không đúng cho `--day`: cần ngày dạng 2021-10-20.",
   "Not a value for `--day`: wants a day such as 2021-10-20.",
   "wardctl counts --help"},
  {{"counts", "--day"},
   "Thiếu giá trị sau `--day`.",
   "A value is missing after `--day`.",
   "wardctl counts --help"},
  {{"counts", "--hours", "--reasons"},
   "`--hours` không đi cùng `--reasons`.",
   "`--hours` does not go with `--reasons`.",
   "wardctl counts --help"},
  {{"device", "add", "--name", "A", "--scans", "tcp://10.0.0.5:7164"},
   "`--scans` cần có `--make`.",
   "`--scans` needs `--make`.",
   "wardctl device add --help"},
  {{"status", "now"}, "Thừa tham số `now`.", "Too many arguments: `now`.", "wardctl status --help"},
  {{"status", "--\x1b[2J"},
   "Không có tùy chọn `--?[2J`.",
   "There is no option `--?[2J`.",
   "wardctl status --help"},
};

} // namespace

BOOST_AUTO_TEST_CASE(each_usual_mistake_is_explained_in_both_languages) {
  for (auto& c : calls) {
    auto words = c.words;
    words.insert(words.begin(), {"--lang", "vi"});
    auto vi = call(words);
    BOOST_TEST(vi.code == 2);
    BOOST_TEST(vi.err ==
               "wardctl: Cách gọi lệnh không đúng. " + c.vi + "\nXem `" + c.help + "`.\n");
    words[1] = "en";
    auto en = call(words);
    BOOST_TEST(en.code == 2);
    BOOST_TEST(en.err ==
               "wardctl: The command line is not right. " + c.en + "\nSee `" + c.help + "`.\n");
  }
}

BOOST_AUTO_TEST_CASE(the_language_is_that_of_the_environment_where_no_option_says_otherwise) {
  auto folder = std::filesystem::temp_directory_path();
  auto vi = call_program({"venue"}, folder, {"LANG=vi_VN.UTF-8"});
  BOOST_TEST(vi.code == 2);
  BOOST_TEST(vi.err.starts_with("wardctl: Cách gọi lệnh"));
  auto en = call_program({"venue"}, folder, {"LANG=vi_VN.UTF-8", "LC_ALL=en_US.UTF-8"});
  BOOST_TEST(en.err.starts_with("wardctl: The command line"));
  auto option = call_program({"--lang=en", "venue"}, folder, {"LC_ALL=vi_VN.UTF-8"});
  BOOST_TEST(option.err.starts_with("wardctl: The command line"));
}
