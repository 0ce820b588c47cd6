// SPDX-License-Identifier: Apache-2.0
// Proves: the big word is of the newest code and of no other, a late verdict is small and called
//   late, nothing overflows the terminal, and a program reads the same as a person.
// Method: news by hand onto a text; frames of a terminal cut out of it and measured.
#define BOOST_TEST_MODULE door_screen
#include "nodes/wardctl/door_screen.hpp"

#include "messages/phrases.hpp"
#include "nodes/wardctl/print.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <fstream>
#include <iterator>
#include <regex>
#include <sstream>

using namespace wardflow;
using namespace wardflow::wardctl;
using kind = door_news::kind;
using form = door_screen::options::form;

namespace {

constexpr time_ms noon = 1'634'360'400'000; // 2021-10-16T12:00:00+07:00

door_news news(kind what, std::uint64_t line, decision d = decision::admit, code why = code::ok) {
  door_news n;
  n.what = what;
  n.line = line;
  n.epoch = 7;
  n.sequence = 100 + line;
  n.at = noon;
  n.says.decision = d;
  n.says.reason = why;
  n.says.colour = colour::green;
  n.rests_on = {3, noon - 5 * day_ms, noon - 2 * hour_ms, 0};
  n.node_time = noon;
  return n;
}

struct desk {
  explicit desk(form how, language tongue = language::en, bool recorded = false) :
    screen(out, {how, tongue, venue_id{223660000017}, false, recorded, [this] { return room; }}) {}

  /// The last frame's lines, without control sequences.
  [[nodiscard]] std::vector<std::string> frame() const {
    const auto all = out.str();
    const auto start = all.rfind("\x1b[H");
    auto text = std::regex_replace(all.substr(start == all.npos ? 0 : start),
                                   std::regex{"\x1b\\[[0-9;?]*[A-Za-z]"}, "");
    std::vector<std::string> lines;
    std::istringstream in{text};
    for (std::string line; std::getline(in, line);)
      lines.push_back(line);
    return lines;
  }
  [[nodiscard]] bool shows(const std::string& text) const {
    for (const auto& line : frame())
      if (line.find(text) != line.npos)
        return true;
    return false;
  }

  door_screen::size room{25, 24}; // too narrow for block letters: words stay words
  std::ostringstream out;
  door_screen screen;
};

} // namespace

BOOST_AUTO_TEST_CASE(a_line_says_word_reason_what_to_do_and_ages_in_both_languages) {
  auto n = news(kind::judged, 12, decision::condition, code::wear_mask);
  desk en{form::lines};
  en.screen.show(n, 0);
  BOOST_TEST(en.out.str() ==
             "12  CONDITION  5K applies: mask, distance, declaration.  |  See that the mask is on, "
             "then let the person in.  |  Colour: green  |  Data age: levels 2 h, cards never, "
             "rulebook 3 (5 d)\n");
  desk vi{form::lines, language::vi};
  n.says.stale = stale_rule::admits;
  n.says.clock_unsure = true;
  vi.screen.show(n, 0);
  BOOST_TEST(vi.out.str() ==
             "12  CÓ ĐIỀU KIỆN  Phải thực hiện 5K: khẩu trang, khoảng cách, khai báo.  |  Nhắc "
             "khách đeo khẩu trang rồi mời vào.  |  Màu thẻ: xanh  |  Dữ liệu có từ: cấp độ 2 giờ, "
             "thẻ chưa bao giờ, quy tắc 3 (5 ngày) — dữ liệu cũ  |  Giờ máy chủ: đồng hồ chưa tin "
             "cậy\n");
}

BOOST_AUTO_TEST_CASE(each_outcome_has_its_word) {
  const auto word = [](const door_news& n) { return word_of(n, language::en); };
  BOOST_TEST(word(news(kind::judged, 1)) == "ENTER");
  BOOST_TEST(word(news(kind::judged, 1, decision::admit, code::left)) == "GOODBYE");
  BOOST_TEST(word(news(kind::judged, 1, decision::condition)) == "CONDITION");
  BOOST_TEST(word(news(kind::judged, 1, decision::refuse)) == "NO ENTRY");
  BOOST_TEST(word(news(kind::judged, 1, static_cast<decision>(3))) == "NO ENTRY");
  BOOST_TEST(word(news(kind::not_judged, 1)) == "RECORDED, NOT JUDGED");
  BOOST_TEST(word(news(kind::not_recorded, 1)) == "NOT RECORDED");
}

BOOST_AUTO_TEST_CASE(a_reason_of_a_newer_node_is_shown_by_its_number) {
  desk d{form::lines};
  d.screen.show(news(kind::judged, 1, decision::refuse, static_cast<code>(99)), 0);
  BOOST_TEST(d.out.str().find("NO ENTRY  99") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_late_verdict_admits_nobody_and_says_so) {
  desk d{form::lines};
  d.screen.show(news(kind::judged_late, 0), 0);
  BOOST_TEST(d.out.str() == "-  12:00:00  late: ENTER — May enter.\n");
}

BOOST_AUTO_TEST_CASE(recorded_is_said_only_when_wanted) {
  desk quiet{form::lines};
  quiet.screen.show(news(kind::recorded, 1), 0);
  BOOST_TEST(quiet.out.str().empty());
  desk loud{form::lines, language::vi, true};
  loud.screen.show(news(kind::recorded, 1), 0);
  BOOST_TEST(loud.out.str() == "1  đã ghi\n");
}

BOOST_AUTO_TEST_CASE(a_program_gets_one_object_a_line) {
  desk d{form::json};
  d.screen.show(news(kind::recorded, 1), 0);
  d.screen.show(news(kind::judged, 1, decision::refuse, code::colour_red), 0);
  d.screen.show(news(kind::not_judged, 2), 0);
  d.screen.show(news(kind::judged_late, 0), 0);
  auto lost = news(kind::not_recorded, 3);
  lost.why = code::spool_full;
  d.screen.show(lost, 0);
  std::istringstream in{d.out.str()};
  std::vector<nlohmann::json> all;
  for (std::string line; std::getline(in, line);)
    all.push_back(nlohmann::json::parse(line));
  BOOST_REQUIRE(all.size() == 4u);
  BOOST_TEST(all[0]["event"] == "judged");
  BOOST_TEST(all[0]["scan"] == 1);
  BOOST_TEST(all[0]["sequence"] == 101);
  BOOST_TEST(all[0]["decision"] == "refuse");
  BOOST_TEST(all[0]["reason"] == "colour_red");
  BOOST_TEST(all[0]["cards_as_of"].is_null());
  BOOST_TEST(all[0]["levels_as_of"] == "2021-10-16T10:00:00.000+07:00");
  BOOST_TEST(all[1]["event"] == "not_judged");
  BOOST_TEST(all[2]["scan"].is_null());
  BOOST_TEST(all[3]["reason"] == "spool_full");
}

BOOST_AUTO_TEST_CASE(while_a_new_code_is_asked_about_no_older_word_stands_there) {
  desk d{form::terminal};
  d.screen.show(news(kind::recorded, 1), 0);
  BOOST_TEST(d.shows("ASKING"));
  d.screen.show(news(kind::judged, 1), 10);
  BOOST_TEST(d.shows("ENTER"));
  d.screen.show(news(kind::recorded, 2), 20);
  BOOST_TEST(!d.shows("ENTER"));
  d.screen.show(news(kind::recorded, 3), 30);
  d.screen.show(news(kind::judged, 2), 40); // of the one before: small
  BOOST_TEST(d.shows("ASKING"));
  BOOST_TEST(d.shows("#2  ENTER"));
  d.screen.show(news(kind::not_judged, 3), 2'030);
  BOOST_TEST(d.shows("RECORDED, NOT JUDGED"));
  d.screen.show(news(kind::judged_late, 3), 2'050);
  BOOST_TEST(d.shows("RECORDED, NOT JUDGED"));
  BOOST_TEST(d.shows("late: ENTER"));
}

BOOST_AUTO_TEST_CASE(after_a_while_the_screen_is_ready_for_the_next_person) {
  desk d{form::terminal};
  d.screen.show(news(kind::recorded, 1), 0);
  d.screen.show(news(kind::judged, 1), 10);
  BOOST_TEST(d.screen.tick(20) == 10 + door_screen::show_ms);
  BOOST_TEST(d.shows("ENTER"));
  (void)d.screen.tick(10 + door_screen::show_ms);
  BOOST_TEST(!d.shows("ENTER"));
  BOOST_TEST(d.shows("Scan a personal code"));
}

BOOST_AUTO_TEST_CASE(trouble_stands_below_the_word_with_what_to_do) {
  desk d{form::terminal};
  d.room = {100, 30};
  door_state s;
  s.trouble = code::key_revoked;
  s.waiting = 12;
  d.screen.state(s, 0);
  BOOST_TEST(d.shows("This key was revoked."));
  BOOST_TEST(d.shows("Make a new key for the device and register it."));
  BOOST_TEST(d.shows("12 in the spool"));
  s = {};
  s.up = true;
  d.screen.state(s, 0);
  BOOST_TEST(!d.shows("revoked"));
  BOOST_TEST(d.shows("connected"));
}

BOOST_AUTO_TEST_CASE(no_frame_is_larger_than_the_terminal) {
  for (auto tongue : {language::vi, language::en})
    for (std::size_t columns : {20, 40, 80, 132, 200})
      for (std::size_t rows : {6, 12, 24, 50}) {
        desk d{form::terminal, tongue};
        d.room = {columns, rows};
        door_state s;
        s.trouble = code::node_unreachable;
        d.screen.state(s, 0);
        for (std::uint64_t i = 0; i < 9; ++i)
          d.screen.show(news(kind::judged_late, 0, decision::refuse, code::card_unknown), 0);
        d.screen.show(news(kind::recorded, 1), 0);
        for (auto what : {kind::judged, kind::not_judged}) {
          auto n = news(what, 1, decision::condition, code::card_unknown);
          d.screen.show(n, 0);
          const auto lines = d.frame();
          BOOST_TEST(lines.size() < rows, columns << " x " << rows);
          for (const auto& line : lines)
            BOOST_TEST(display_width(line) <= columns, columns << ": " << line);
        }
      }
}

BOOST_AUTO_TEST_CASE(ages_are_said_in_one_unit) {
  const auto age = [](time_ms ms) { return age_text(noon - ms, noon, language::en); };
  BOOST_TEST(age(0) == "0 s");
  BOOST_TEST(age(59'999) == "59 s");
  BOOST_TEST(age(minute_ms) == "1 min");
  BOOST_TEST(age(hour_ms) == "1 h");
  BOOST_TEST(age(47 * hour_ms) == "47 h");
  BOOST_TEST(age(48 * hour_ms) == "2 d");
  BOOST_TEST(age(-5'000) == "0 s"); // the node's clock went on meanwhile
  BOOST_TEST(age_text(0, noon, language::vi) == "chưa bao giờ");
}

BOOST_AUTO_TEST_CASE(the_page_of_the_door_names_every_field_event_and_word) {
  std::ifstream in{std::string{WARDFLOW_SOURCE_DIR} + "/docs/door.md"};
  const std::string page{std::istreambuf_iterator<char>{in}, {}};
  const auto names = [&](const std::string& text) { return page.find(text) != page.npos; };
  desk d{form::json, language::en, true};
  for (auto what : {kind::recorded, kind::judged, kind::not_judged, kind::judged_late, kind::stored,
                    kind::doubtful, kind::not_recorded}) {
    d.out.str({});
    d.screen.show(news(what, 1), 0);
    const auto object = nlohmann::json::parse(d.out.str());
    for (const auto& [key, value] : object.items())
      BOOST_TEST(names("`" + key + "`"), key);
    BOOST_TEST(names("`" + object["event"].get<std::string>() + "`"), object["event"]);
  }
  for (auto tongue : {language::vi, language::en}) {
    for (auto what : {phrase::enter, phrase::with_condition, phrase::no_entry, phrase::goodbye,
                      phrase::recorded_only})
      BOOST_TEST(names("| " + std::string{say(what, tongue)} + " |"), say(what, tongue));
    const auto lost = word_of(news(kind::not_recorded, 1), tongue);
    BOOST_TEST(names("| " + lost + " |"), lost);
  }
}
