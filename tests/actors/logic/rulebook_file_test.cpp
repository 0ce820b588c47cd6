// SPDX-License-Identifier: Apache-2.0
// Proves: a rulebook file is taken whole or refused with the line of every mistake.
// Method: a small valid file with one thing changed at a time; the line is found by searching the
//         changed text. Random damage by a printed seed never gives a book with holes.
#define BOOST_TEST_MODULE rulebook_file
#include "actors/logic/rulebook_file.hpp"

#include "messages/limits.hpp"
#include "tests/actors/logic/rulebook_texts.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>

using namespace wardflow;
using namespace wardflow::test;

namespace {

/// Refused, and some error stands on the line of `place` and has `words`.
void refused(const std::string& text, std::string_view place, std::string_view words,
             code why = code::rulebook_malformed) {
  auto parse = parse_rulebook(text, "test.toml");
  BOOST_TEST(!parse.book.has_value());
  auto found = false;
  auto all = std::string{};
  for (const auto& error : parse.errors) {
    all += to_text(error) + "\n";
    found = found || (error.line == line_of(text, place) && error.why == why &&
                      error.message.find(words) != std::string::npos);
  }
  BOOST_TEST(found, "wanted line " << line_of(text, place) << " with " << words << ", got\n"
                                   << all);
}

void change_refused(std::string_view from, std::string_view to, std::string_view place,
                    std::string_view words, code why = code::rulebook_malformed) {
  refused(with(small_book, from, to), place, words, why);
}

constexpr std::string_view group_rule = R"([[admission.rule]]
name = "groups"
categories = ["beach"]
decision = "condition"
reason = "group_size_limit"
group_size = 5
text_vi = "vi"
text_en = "en"
source = "default"

)";

std::string with_rule(std::string_view rule) {
  return with(small_book, "[admission.default]", std::string{rule} + "[admission.default]");
}

} // namespace

BOOST_AUTO_TEST_CASE(a_valid_file_gives_its_values) {
  auto book = parsed(small_book);
  BOOST_TEST(book.version == 7u);
  BOOST_TEST(book.name == "small");
  BOOST_TEST(book.effective_from == start_of(*parse_day("2021-10-16")));
  BOOST_TEST(book.text == small_book);
  BOOST_TEST(book.file_name == "test.toml");
  BOOST_TEST(book.cards_stale_ms == 72 * hour_ms);
  BOOST_REQUIRE(book.rules.size() == 10u);
  BOOST_TEST(book.rule(1)->name == "no_red");
  BOOST_TEST(book.rule(1)->source == "1/KH");
  BOOST_TEST(book.rule(2)->name == "admission.default");
  BOOST_TEST(book.rule(10)->name == "colour.holder_level");
  BOOST_TEST(book.rule(0) == nullptr);
  BOOST_TEST(book.rule(11) == nullptr);
  const auto& cell = book.cell(category::bar, colour::red, 4, 0);
  BOOST_TEST((cell == admission_cell{decision::refuse, 1, code::colour_red}));
  const auto& other = book.cell(category::bank, colour::red, 4, 0);
  BOOST_TEST((other == admission_cell{decision::admit, 2, code::ok}));
}

BOOST_AUTO_TEST_CASE(a_time_of_day_is_local_unless_it_has_an_offset) {
  auto midnight = start_of(*parse_day("2021-10-16"));
  auto at = [](std::string_view text) {
    return parsed(with(small_book, "2021-10-16", text)).effective_from;
  };
  BOOST_TEST(at("2021-10-16T00:00:00") == midnight);
  BOOST_TEST(at("2021-10-16T00:00:00.500+07:00") == midnight + 500);
  BOOST_TEST(at("2021-10-15T17:00:00Z") == midnight);
}

BOOST_AUTO_TEST_CASE(a_wrong_key_is_named_with_its_line_in_every_table) {
  auto why = code::config_key_unknown;
  change_refused("name = \"small\"", "nam = 1\nname = \"s\"", "nam = 1", "`nam`", why);
  change_refused("colours =", "colors =", "colors =", "`colors`", why);
  change_refused("waiting_days", "wait_days", "wait_days", "`wait_days`", why);
  change_refused("valid_hours", "valid_hour", "valid_hour ", "`valid_hour`", why);
  change_refused("[stale.cards_age]", "[stale.card_age]", "[stale.card_age]", "`card_age`", why);
  change_refused("[capacity.default]", "[extra]\n[capacity.default]", "[extra]", "`extra`", why);
  change_refused("hours = 72", "hours = 72\nhour = 1", "hour = 1", "`hour`", why);
  change_refused("title = \"a plan\"", "titel = \"a plan\"", "titel", "`titel`", why);
  change_refused("levels = \"admits\"", "levels = \"admits\"\nlevel = 1", "level = 1", "`level`",
                 why);
}

BOOST_AUTO_TEST_CASE(a_wrong_type_is_named_with_its_line) {
  change_refused("version = 7", "version = \"7\"", "version", "whole number");
  change_refused("version = 7", "version = 7.0", "version", "whole number");
  change_refused("name = \"small\"", "name = 5", "name = 5", "text");
  change_refused("categories = [\"market\", \"bar\"]", "categories = [1]", "categories", "text");
  change_refused("categories = [\"market\", \"bar\"]", "categories = []", "categories", "at least");
  change_refused("categories = [\"market\", \"bar\"]", "categories = \"market\"", "categories",
                 "list");
  change_refused("colours = [\"red\"]", "venue_levels = 4", "venue_levels", "list");
  change_refused("[[admission.rule]]", "[admission.rule]", "[admission.rule]", "array of tables");
}

BOOST_AUTO_TEST_CASE(a_number_out_of_range_is_named_with_its_line) {
  change_refused("version = 7", "version = 0", "version", "range");
  change_refused("version = 7", "version = 4294967296", "version", "range");
  change_refused("waiting_days = 14", "waiting_days = -1", "waiting_days = -1", "range");
  change_refused("valid_hours = 72", "valid_hours = 0", "valid_hours", "range");
  change_refused("red_from = 4", "red_from = 5", "red_from", "range");
  change_refused("colours = [\"red\"]", "venue_levels = [1,\n 5]", " 5]", "0 to 4");
  change_refused("hours = 72", "hours = 99999999999999999999", "hours", "");
  change_refused("valid_days = 180", "valid_days = 3\nwaiting_days = 4", "valid_days = 3", "ends");
}

BOOST_AUTO_TEST_CASE(a_missing_default_has_the_line_of_its_section) {
  for (std::string_view part : {"admission", "capacity", "stale"}) {
    auto head = "[" + std::string{part} + ".default]";
    auto from = small_book.find(head);
    auto text = std::string{small_book};
    text.erase(from, text.find("\n\n", from) + 2 - from);
    auto parse = parse_rulebook(text, "test.toml");
    BOOST_TEST(!parse.book.has_value());
    BOOST_REQUIRE(!parse.errors.empty());
    auto missing = part == "capacity" ? std::string{part} : std::string{"default"};
    BOOST_TEST(parse.errors.front().message == "missing: `" + missing + "`");
    BOOST_TEST(parse.errors.front().line >= 1u);
  }
  auto text = with(small_book, "hours = 72\n", "");
  refused(text, "[stale.cards_age]", "missing: `hours`");
}

BOOST_AUTO_TEST_CASE(an_unknown_category_is_named_even_deep_in_a_list) {
  change_refused("[\"market\", \"bar\"]", "[\"market\",\n  \"baar\"]", "\"baar\"", "`baar`",
                 code::category_unknown);
}

BOOST_AUTO_TEST_CASE(a_date_that_is_none_is_named_with_its_line) {
  change_refused("2021-10-16", "2021-02-30", "2021-02-30", "");
  change_refused("2021-10-16", "\"2021-10-16\"", "effective_from", "not a date");
  change_refused("2021-10-16", "20211016", "effective_from", "not a date");
  change_refused("2021-10-16", "1999-10-16", "effective_from", "not a date");
  change_refused("2021-10-16", "07:00:00", "effective_from", "not a date");
}

BOOST_AUTO_TEST_CASE(a_rule_without_a_source_or_with_an_unlisted_one_is_refused) {
  change_refused("source = \"1/KH\"\n", "", "[[admission.rule]]", "missing: `source`");
  change_refused("source = \"1/KH\"", "source = \"\"", "source = \"\"", "one line");
  change_refused("source = \"1/KH\"", "source = \"2/KH\"", "2/KH", "[[document]]");
}

BOOST_AUTO_TEST_CASE(words_outside_their_list_are_refused_with_the_list) {
  change_refused("decision = \"refuse\"", "decision = \"deny\"", "\"deny\"", "refuse, condition");
  change_refused("reason = \"colour_red\"", "reason = \"capacity_full\"", "capacity_full", "none");
  change_refused("reason = \"colour_red\"", "reason = \"ok\"", "\"ok\"", "admission only");
  change_refused("gives = \"green\"", "gives = \"blue\"", "\"blue\"", "red, yellow, green");
  change_refused("levels = \"admits\"", "levels = \"admit\"", "levels", "none of");
}

BOOST_AUTO_TEST_CASE(a_group_size_and_its_reason_need_each_other) {
  BOOST_TEST(parsed(with_rule(group_rule)).rule(2)->group_size == 5u);
  refused(with_rule(with(group_rule, "group_size = 5\n", "")),
          "[[admission.rule]]\nname = \"groups\"", "need each other");
  refused(with_rule(with(group_rule, "group_size_limit", "wear_mask")),
          "[[admission.rule]]\nname = \"groups\"", "need each other");
}

BOOST_AUTO_TEST_CASE(a_rule_that_never_decides_or_repeats_a_name_is_refused) {
  auto twice = with_rule(with(group_rule, "[\"beach\"]", "[\"bar\"]\ncolours = [\"red\"]"));
  refused(twice, "[[admission.rule]]\nname = \"groups\"", "never decides");
  refused(with_rule(with(group_rule, "\"groups\"", "\"no_red\"")),
          "[[admission.rule]]\nname = \"no_red\"\ncategories = [\"beach\"]", "two rules");
  change_refused("name = \"no_red\"", "name = \"No red\"", "No red", "a-z");
}

BOOST_AUTO_TEST_CASE(a_letter_without_quotes_is_named_and_one_in_a_text_or_comment_is_not) {
  change_refused("text_vi = \"vi\"", "text_vi = là", "text_vi = là", "outside");
  change_refused("hours = 72", "giờ = 72", "giờ", "outside");
  change_refused("hours = 72", "hours = 72\n\u00a0\u3000", "\u00a0", "outside");
  change_refused("name = \"small\"", "name = \"a\\\"\" à", "à", "outside");
  change_refused("name = \"small\"", "name = 'à'", "name = ", "outside");
  change_refused("name = \"small\"", "name = \"a\"\"à\"", "name = ", "");
  change_refused("name = \"small\"", "name = x\"à\"", "name = ", ""); // no text, to the parser
  change_refused("name = \"small\"", "name = [\nx=[\"à\"]]", "x=[", "");
  change_refused("name = \"small\"", "name = \"\"\"a\nà\"\"\"", "name = ", "one line");
  change_refused("name = \"small\"", "name = '''a'''", "name = ", "one line");
  change_refused("name = \"small\"", "name = \"a\\", "name = ", "");
  for (auto bad : {"\xff", "\xc3", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80"})
    change_refused("\"small\"", std::string{"\""} + bad + "\"", "name = ", "UTF-8");
  auto good = with(small_book, "\"small\"", "\"nhỏ \\\" # '\\\\\" # là '\"\xf0\x9f\x98\xb7");
  BOOST_TEST(parsed(good).name == "nhỏ \" # '\\");
  BOOST_TEST(parsed(good).text == good);
  BOOST_TEST(parsed(with(small_book, "small", "\xf0\x9f\x98\xb7")).name == "\xf0\x9f\x98\xb7");
  BOOST_TEST(parsed(with(small_book, "\"small\"", "'a\\'")).name == "a\\");
  BOOST_TEST(parsed("\xef\xbb\xbf" + std::string{small_book}).version == 7u);
}

BOOST_AUTO_TEST_CASE(broken_toml_and_oversize_are_errors_with_a_line) {
  change_refused("version = 7", "version = = 7", "version = =", "");
  change_refused("version = 7\n", "version = 7\nversion = 8\n", "version = 8", "");
  change_refused("[capacity.default]", "[@]", "[@]", ""); // an assert in the library's parser
  change_refused("hours = 72", "hours = { @ = 1 }", "hours", "");
  auto deep = std::string(100'000, '[');
  refused("version = " + deep, "version", "");
  auto large = parse_rulebook(std::string(limits::rulebook_bytes_max + 1, '#'), "large.toml");
  BOOST_TEST(!large.book.has_value());
  BOOST_TEST(large.errors.front().line == 1u);
  auto empty = parse_rulebook("", "empty.toml");
  BOOST_TEST(empty.errors.size() == 7u); // one a required key: all are told at once
  BOOST_TEST(to_text(empty.errors.front()) == "empty.toml:1:1: missing: `version`");
}

BOOST_AUTO_TEST_CASE(two_hundred_and_fifty_five_rules_fit_and_one_more_does_not) {
  auto with_documents_of = [](int rules) {
    auto text = std::string{};
    for (int i = 0; i != rules; ++i) {
      auto kind = i % static_cast<int>(category_count);
      auto level = i / static_cast<int>(category_count);
      text += "[[admission.rule]]\nname = \"r" + std::to_string(i) + "\"\ncategories = [\"" +
              std::string{category_names[static_cast<std::size_t>(kind)]} +
              "\"]\nvenue_levels = [" + std::to_string(level / 3) + "]\ncolours = [\"" +
              (level % 3 == 0   ? "green"
               : level % 3 == 1 ? "yellow"
                                : "red") +
              "\"]\ndecision = \"admit\"\ntext_vi = \"v\"\ntext_en = \"e\"\nsource = "
              "\"default\"\n";
    }
    auto start = small_book.find("[[admission.rule]]");
    auto end = small_book.find("[admission.default]");
    auto whole = std::string{small_book};
    return whole.replace(start, end - start, text);
  };
  BOOST_TEST(parsed(with_documents_of(246)).rules.size() == 255u);
  auto parse = parse_rulebook(with_documents_of(247), "many.toml");
  BOOST_TEST(!parse.book.has_value());
  BOOST_TEST(parse.errors.front().message == "more than 255 rules");
}

BOOST_AUTO_TEST_CASE(damage_never_gives_a_book_with_holes_nor_an_error_without_a_line) {
  auto seed = std::random_device{}();
  BOOST_TEST_CONTEXT("seed " << seed) {
    std::mt19937 random{seed};
    auto taken = 0;
    for (int i = 0; i != 3000; ++i) {
      auto text = std::string{small_book};
      for (auto hits = 1 + random() % 3; hits != 0; --hits) {
        auto at = random() % text.size();
        if (random() % 2 == 0)
          text.erase(at, 1 + random() % 20);
        else
          text[at] = static_cast<char>(random() % 256);
      }
      auto parse = parse_rulebook(text, "test.toml");
      BOOST_REQUIRE(parse.book.has_value() == parse.errors.empty());
      auto lines = static_cast<std::uint32_t>(std::count(text.begin(), text.end(), '\n')) + 1;
      for (const auto& error : parse.errors)
        BOOST_REQUIRE((error.line >= 1 && error.line <= lines && !error.message.empty()));
      if (!parse.book)
        continue;
      ++taken;
      for (const auto& cell : parse.book->matrix)
        BOOST_REQUIRE(parse.book->rule(cell.rule) != nullptr);
      for (const auto& kind : parse.book->categories) {
        BOOST_REQUIRE(kind.capacity_number != 0);
        BOOST_REQUIRE(kind.stale_number != 0);
      }
    }
    BOOST_TEST(taken > 0); // damage in a text or a comment is none
  }
}

BOOST_AUTO_TEST_CASE(thresholds_are_read_or_refused_with_their_line) {
  const std::string rule = R"(
[[alerts.threshold]]
kind = "venue.suspended_but_scanning"
open = 20
units = 3
text_vi = "vi"
text_en = "en"
source = "default"
)";
  auto text = std::string{small_book} + rule;
  auto parse = parse_rulebook(text, "test.toml");
  BOOST_REQUIRE(parse.book.has_value());
  BOOST_REQUIRE(parse.book->thresholds.size() == 1u);
  auto& t = parse.book->thresholds.front();
  BOOST_TEST((t.kind == alert_kind::venue_suspended_but_scanning && t.open == 20 && t.units == 3));
  BOOST_TEST((t.text_vi == "vi" && t.text_en == "en" && t.source == "default"));
  BOOST_TEST(parse.book->rules.size() ==
             parse_rulebook(small_book, "test.toml").book->rules.size());
  auto without = with(with(text, "open = 20\n", ""), "units = 3\n", "");
  refused(without, "[[alerts.threshold]]", "`open`, `units` or both");
  refused(with(text, "venue.suspended_but_scanning", "venue.asleep"), "kind =", "no kind of alert");
  refused(with(text, "venue.suspended_but_scanning", "alerts.threshold"),
          "kind =", "no kind of alert");
  refused(with(text, "open = 20", "open = 0"), "open =", "");
  refused(with(text, "open = 20", "opened = 20"), "opened =", "", code::config_key_unknown);
  auto twice = rule;
  twice = with(twice, "kind =", "kind  =");
  refused(text + twice, "kind  =", "one threshold only");
  auto source = text;
  source = source.replace(source.rfind("\"default\""), 9, "\"1/QD\"");
  refused(source, "source = \"1/QD\"", "`source` is neither");
}

BOOST_AUTO_TEST_CASE(the_shipped_books_are_valid_and_each_rule_has_its_source) {
  for (const auto* stem : {"khanh-hoa-2021-10-16", "khanh-hoa-2021-11-16"}) {
    auto book = shipped(stem);
    BOOST_TEST(book.documents.size() == 2u);
    auto defaults = 0;
    auto plan = 0;
    for (const auto& rule : book.rules) {
      defaults += rule.source == "default";
      plan += rule.source == "9696/KH-UBND";
    }
    BOOST_TEST(book.thresholds.size() == 3u);
    BOOST_TEST(defaults > 0);
    BOOST_TEST(plan > 0);
  }
}
