// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/rulebook_file.hpp"

#include "actors/logic/rulebook_reader.hpp"
#include "actors/logic/rulebook_thresholds.hpp"

#include <algorithm>
#include <bit>
#include <set>

namespace wardflow {

namespace {

constexpr std::int64_t days_max = 3650;
constexpr std::int64_t hours_max = 24 * 365;

using entry_of_decision = std::pair<std::string_view, decision>;
using entry_of_colour = std::pair<std::string_view, colour>;
using entry_of_stale = std::pair<std::string_view, stale_rule>;
using entry_of_reason = std::pair<std::string_view, code>;

constexpr std::array decision_words{entry_of_decision{"refuse", decision::refuse},
                                    entry_of_decision{"condition", decision::condition},
                                    entry_of_decision{"admit", decision::admit}};
constexpr std::array when_full_words{entry_of_decision{"refuse", decision::refuse},
                                     entry_of_decision{"condition", decision::condition}};
constexpr std::array colour_words{entry_of_colour{"red", colour::red},
                                  entry_of_colour{"yellow", colour::yellow},
                                  entry_of_colour{"green", colour::green}};
constexpr std::array stale_words{entry_of_stale{"admits", stale_rule::admits},
                                 entry_of_stale{"condition", stale_rule::condition},
                                 entry_of_stale{"refuses", stale_rule::refuses}};
// The reasons that a rule may give; the others are the judge's own.
constexpr std::array reason_words{entry_of_reason{"wear_mask", code::wear_mask},
                                  entry_of_reason{"ok", code::ok},
                                  entry_of_reason{"colour_green", code::colour_green},
                                  entry_of_reason{"colour_yellow", code::colour_yellow},
                                  entry_of_reason{"colour_red", code::colour_red},
                                  entry_of_reason{"level_too_high", code::level_too_high},
                                  entry_of_reason{"needs_negative_test", code::needs_negative_test},
                                  entry_of_reason{"group_size_limit", code::group_size_limit},
                                  entry_of_reason{"half_capacity", code::half_capacity},
                                  entry_of_reason{"not_green_group", code::not_green_group},
                                  entry_of_reason{"levels_stale", code::levels_stale}};
constexpr std::array<std::string_view, card_colours> colour_names{"green", "yellow", "red"};

bool named_well(std::string_view name) {
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

/// One admission rule before the matrix is filled.
struct admission_rule {
  std::uint32_t categories = (1u << category_count) - 1;
  std::uint32_t colours = (1u << card_colours) - 1;
  std::uint32_t venue_levels = (1u << level_values) - 1;
  std::uint32_t holder_levels = (1u << level_values) - 1;
  admission_cell cell;
  const toml::table* table = nullptr;
  bool may_be_idle = false;
};

/// Reads one file into one book.
class book_builder {
public:
  book_builder(rulebook_reader& reader, rulebook& book) : reader_{reader}, book_{book} {}

  void read(const toml::table& root);

private:
  void read_documents(const toml::table& root);
  std::uint8_t read_texts(const toml::table& table, std::string name);
  std::uint8_t read_named(const toml::table& table);
  std::uint32_t categories(const toml::table& table);
  void fail_idle(const toml::table& table);
  admission_rule read_admission(const toml::table& table, bool is_default);
  void read_admissions(const toml::table& section);
  void fill_matrix(const std::vector<admission_rule>& rules);
  void mark_holder_readers();
  [[nodiscard]] bool read_capacity(const toml::table& table, std::uint8_t number,
                                   std::uint32_t kinds);
  void read_capacities(const toml::table& section);
  [[nodiscard]] bool read_stale(const toml::table& table, std::uint8_t number, std::uint32_t kinds);
  void read_stales(const toml::table& section);
  evidence_rule read_evidence(const toml::table& section, std::string_view key);
  void read_colours(const toml::table& section);

  rulebook_reader& reader_;
  rulebook& book_;
  std::set<std::string> names_;
  std::set<std::string> documents_;
};

void book_builder::read(const toml::table& root) {
  reader_.only(root, {"version", "name", "effective_from", "document", "colour", "admission",
                      "capacity", "stale", "alerts"});
  book_.version = static_cast<std::uint32_t>(reader_.integer(root, "version", 1, 0xffff'ffffLL));
  book_.name = reader_.text(root, "name");
  book_.effective_from = reader_.instant(root, "effective_from");
  read_documents(root);
  if (const auto* section = reader_.section(root, "admission"))
    read_admissions(*section);
  if (const auto* section = reader_.section(root, "capacity"))
    read_capacities(*section);
  if (const auto* section = reader_.section(root, "stale"))
    read_stales(*section);
  if (const auto* section = reader_.section(root, "colour"))
    read_colours(*section);
  if (root.contains("alerts"))
    book_.thresholds = read_thresholds(reader_, root, documents_);
  mark_holder_readers();
}

void book_builder::read_documents(const toml::table& root) {
  for (const auto* table : reader_.sections(root, "document")) {
    reader_.only(*table, {"number", "title"});
    auto number = reader_.text(*table, "number");
    if (number == "default" || (!number.empty() && !documents_.insert(number).second))
      reader_.fail(*table, "`number` must be new and not \"default\"");
    book_.documents.push_back({number, reader_.text(*table, "title")});
  }
}

/// What every rule has. Gives the rule's number.
std::uint8_t book_builder::read_texts(const toml::table& table, std::string name) {
  rule_text rule;
  rule.name = std::move(name);
  rule.text_vi = reader_.text(table, "text_vi");
  rule.text_en = reader_.text(table, "text_en");
  rule.source = reader_.source(table, documents_);
  if (!rule.name.empty() && !names_.insert(rule.name).second)
    reader_.fail(table, "two rules are named " + reader_.quoted(rule.name));
  if (book_.rules.size() == rules_per_book_max) {
    reader_.fail(table, "more than 255 rules");
    return 0;
  }
  rule.number = static_cast<std::uint8_t>(book_.rules.size() + 1);
  book_.rules.push_back(std::move(rule));
  return book_.rules.back().number;
}

std::uint8_t book_builder::read_named(const toml::table& table) {
  auto name = reader_.text(table, "name");
  if (!named_well(name))
    reader_.fail(*table.get("name"), "`name` may have a-z, 0-9 and _ only");
  return read_texts(table, std::move(name));
}

std::uint32_t book_builder::categories(const toml::table& table) {
  return reader_.word_set(table, "categories", category_names, code::category_unknown);
}

/// A rule that never decides is a mistake of its author, unless something else is wrong with it.
void book_builder::fail_idle(const toml::table& table) {
  if (reader_.clean())
    reader_.fail(table, "this rule never decides: earlier rules take all its cases");
}

admission_rule book_builder::read_admission(const toml::table& table, bool is_default) {
  admission_rule rule;
  rule.table = &table;
  rule.may_be_idle = is_default;
  if (is_default) {
    reader_.only(table, {"decision", "reason", "group_size", "text_vi", "text_en", "source"});
    rule.cell.rule = read_texts(table, "admission.default");
  } else {
    reader_.only(table, {"name", "categories", "colours", "venue_levels", "holder_levels",
                         "decision", "reason", "group_size", "text_vi", "text_en", "source"});
    rule.cell.rule = read_named(table);
    rule.categories = categories(table);
    if (table.contains("colours"))
      rule.colours = reader_.word_set(table, "colours", colour_names, code::rulebook_malformed);
    if (table.contains("venue_levels"))
      rule.venue_levels = reader_.number_set(table, "venue_levels", level_values - 1);
    if (table.contains("holder_levels"))
      rule.holder_levels = reader_.number_set(table, "holder_levels", level_values - 1);
  }
  rule.cell.decision = reader_.word<decision>(table, "decision", decision_words);
  auto admits = rule.cell.decision == decision::admit;
  if (!admits || table.contains("reason"))
    rule.cell.reason = reader_.word<code>(table, "reason", reason_words);
  if (!admits && rule.cell.reason == code::ok && table.contains("reason"))
    reader_.fail(*table.get("reason"), "`ok` is the reason of an admission only");
  auto size = reader_.integer_or(table, "group_size", 1, 1000, 0);
  if (rule.cell.rule != 0)
    book_.rules[rule.cell.rule - 1u].group_size = static_cast<std::uint16_t>(size);
  if ((size != 0) != (rule.cell.reason == code::group_size_limit))
    reader_.fail(table, "`group_size` and the reason `group_size_limit` need each other");
  return rule;
}

void book_builder::read_admissions(const toml::table& section) {
  reader_.only(section, {"rule", "default"});
  std::vector<admission_rule> rules;
  for (const auto* table : reader_.sections(section, "rule"))
    rules.push_back(read_admission(*table, false));
  if (const auto* table = reader_.section(section, "default"))
    rules.push_back(read_admission(*table, true));
  fill_matrix(rules);
}

/// The first rule that fits decides.
void book_builder::fill_matrix(const std::vector<admission_rule>& rules) {
  std::vector<bool> filled(book_.matrix.size());
  for (const auto& rule : rules) {
    auto decides = rule.may_be_idle;
    for (std::size_t at = 0; at != book_.matrix.size(); ++at) {
      auto holder = at % level_values;
      auto venue = at / level_values % level_values;
      auto seen = at / (level_values * level_values) % card_colours;
      auto kind = at / (level_values * level_values * card_colours);
      auto fits = (rule.categories >> kind & rule.colours >> seen & rule.venue_levels >> venue &
                   rule.holder_levels >> holder & 1u) != 0;
      if (!fits || filled[at])
        continue;
      filled[at] = true;
      decides = true;
      book_.matrix[at] = rule.cell;
    }
    if (!decides)
      fail_idle(*rule.table);
  }
}

/// Where no answer changes with the holder's level, its age is of no interest.
void book_builder::mark_holder_readers() {
  const auto& best = book_.colours.best_at_level;
  auto by_colour = std::adjacent_find(best.begin(), best.end(), std::not_equal_to<>{});
  for (std::size_t kind = 0; kind != category_count; ++kind) {
    auto& reads = book_.categories[kind].reads_holder_level;
    reads = by_colour != best.end();
    constexpr auto cells = card_colours * level_values * level_values;
    for (auto at = kind * cells; at != (kind + 1) * cells; ++at)
      reads = reads || book_.matrix[at] != book_.matrix[at - at % level_values];
  }
}

/// False when earlier rules have taken every category.
bool book_builder::read_capacity(const toml::table& table, std::uint8_t number,
                                 std::uint32_t kinds) {
  auto percent = reader_.integer_or(table, "percent", 1, 100, 100);
  auto persons = reader_.integer_or(table, "persons_max", 1, 1'000'000, 0);
  auto full = decision::refuse;
  if (table.contains("when_full"))
    full = reader_.word<decision>(table, "when_full", when_full_words);
  auto decides = false;
  for (std::size_t kind = 0; kind != category_count; ++kind) {
    auto& rules = book_.categories[kind];
    if ((kinds >> kind & 1u) == 0 || rules.capacity_number != 0)
      continue;
    decides = true;
    rules.capacity_number = number;
    rules.capacity_percent = static_cast<std::uint8_t>(percent);
    rules.persons_max = static_cast<std::uint32_t>(persons);
    rules.when_full = full;
  }
  return decides;
}

void book_builder::read_capacities(const toml::table& section) {
  reader_.only(section, {"rule", "default"});
  for (const auto* table : reader_.sections(section, "rule")) {
    reader_.only(*table, {"name", "categories", "percent", "persons_max", "when_full", "text_vi",
                          "text_en", "source"});
    auto number = read_named(*table);
    if (!read_capacity(*table, number, categories(*table)))
      fail_idle(*table);
  }
  if (const auto* table = reader_.section(section, "default")) {
    reader_.only(*table, {"percent", "persons_max", "when_full", "text_vi", "text_en", "source"});
    static_cast<void>(read_capacity(*table, read_texts(*table, "capacity.default"), ~0u));
  }
}

/// False when earlier rules have taken every category.
bool book_builder::read_stale(const toml::table& table, std::uint8_t number, std::uint32_t kinds) {
  auto levels = reader_.word<stale_rule>(table, "levels", stale_words);
  auto cards = reader_.word<stale_rule>(table, "cards", stale_words);
  auto decides = false;
  for (std::size_t kind = 0; kind != category_count; ++kind) {
    auto& rules = book_.categories[kind];
    if ((kinds >> kind & 1u) == 0 || rules.stale_number != 0)
      continue;
    decides = true;
    rules.stale_number = number;
    rules.stale_levels = levels;
    rules.stale_cards = cards;
  }
  return decides;
}

void book_builder::read_stales(const toml::table& section) {
  reader_.only(section, {"rule", "default", "cards_age"});
  for (const auto* table : reader_.sections(section, "rule")) {
    reader_.only(*table, {"name", "categories", "levels", "cards", "text_vi", "text_en", "source"});
    auto number = read_named(*table);
    if (!read_stale(*table, number, categories(*table)))
      fail_idle(*table);
  }
  if (const auto* table = reader_.section(section, "default")) {
    reader_.only(*table, {"levels", "cards", "text_vi", "text_en", "source"});
    static_cast<void>(read_stale(*table, read_texts(*table, "stale.default"), ~0u));
  }
  if (const auto* table = reader_.section(section, "cards_age")) {
    reader_.only(*table, {"hours", "text_vi", "text_en", "source"});
    read_texts(*table, "stale.cards_age");
    book_.cards_stale_ms = reader_.integer(*table, "hours", 1, hours_max) * hour_ms;
  }
}

evidence_rule book_builder::read_evidence(const toml::table& section, std::string_view key) {
  evidence_rule rule;
  const auto* table = reader_.section(section, key);
  if (table == nullptr)
    return rule;
  reader_.only(*table, {"gives", "waiting_days", "valid_days", "text_vi", "text_en", "source"});
  read_texts(*table, "colour." + std::string{key});
  rule.gives = reader_.word<colour>(*table, "gives", colour_words);
  auto waiting = reader_.integer_or(*table, "waiting_days", 0, days_max, 0);
  rule.waiting_days = static_cast<std::uint16_t>(waiting);
  auto valid = reader_.integer_or(*table, "valid_days", 1, days_max, 0);
  rule.valid_days = static_cast<std::uint16_t>(valid);
  if (valid != 0 && valid < waiting)
    reader_.fail(*table->get("valid_days"), "`valid_days` ends before `waiting_days` is over");
  return rule;
}

void book_builder::read_colours(const toml::table& section) {
  reader_.only(section, {"full_dose", "first_dose", "recovered", "negative_test", "holder_level"});
  auto& colours = book_.colours;
  colours.full_dose = read_evidence(section, "full_dose");
  colours.first_dose = read_evidence(section, "first_dose");
  colours.recovered = read_evidence(section, "recovered");
  if (const auto* table = reader_.section(section, "negative_test")) {
    reader_.only(*table, {"gives", "valid_hours", "text_vi", "text_en", "source"});
    read_texts(*table, "colour.negative_test");
    colours.negative_test_gives = reader_.word<colour>(*table, "gives", colour_words);
    colours.negative_test_ms = reader_.integer(*table, "valid_hours", 1, hours_max) * hour_ms;
  }
  if (const auto* table = reader_.section(section, "holder_level")) {
    reader_.only(*table, {"yellow_from", "red_from", "text_vi", "text_en", "source"});
    read_texts(*table, "colour.holder_level");
    auto yellow = reader_.integer(*table, "yellow_from", 0, level_values - 1);
    auto red = reader_.integer(*table, "red_from", 0, level_values - 1);
    for (std::size_t level = 1; level != level_values; ++level) {
      auto here = static_cast<std::int64_t>(level);
      colours.best_at_level[level] = red != 0 && here >= red         ? colour::red
                                     : yellow != 0 && here >= yellow ? colour::yellow
                                                                     : colour::green;
    }
  }
}

} // namespace

std::string to_text(const rulebook_error& error) {
  return error.file + ":" + std::to_string(error.line) + ":" + std::to_string(error.column) + ": " +
         error.message;
}

rulebook_parse parse_rulebook(std::string_view text, std::string_view file_name) {
  rulebook_parse answer;
  auto reader = rulebook_reader{std::string{file_name}};
  if (text.size() > limits::rulebook_bytes_max) {
    reader.fail({1, 1}, code::rulebook_malformed,
                "larger than " + std::to_string(limits::rulebook_bytes_max) + " bytes");
    answer.errors = reader.take_errors();
    return answer;
  }
  auto plain = reader.in_ascii(text);
  if (!plain) {
    answer.errors = reader.take_errors();
    return answer;
  }
  auto parsed = toml::parse(std::string_view{*plain});
  if (!parsed) {
    const auto& error = parsed.error();
    reader.fail(error.source().begin, code::rulebook_malformed, std::string{error.description()});
    answer.errors = reader.take_errors();
    return answer;
  }
  rulebook book;
  book_builder{reader, book}.read(parsed.table());
  answer.errors = reader.take_errors();
  if (!answer.errors.empty())
    return answer;
  book.file_name = std::string{file_name};
  book.text = std::string{text};
  answer.book = std::move(book);
  return answer;
}

} // namespace wardflow
