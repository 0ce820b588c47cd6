// SPDX-License-Identifier: Apache-2.0
// RULEBOOK  one dated set of rules as a value, compiled so that judging is a few array reads.
// RULEBOOK SHELF  all books a node knows, by the time from which they are in force.
//
//   file ── rulebook_file ──▶ rulebook ──▶ shelf ── in_force(event time) ──▶ JUDGE
//
// Owns     the compiled matrix, the rules' texts and sources, the file's own text.
// Borrows  nothing. Pointers that the shelf gives live as long as the shelf: no book ever leaves.
// Promise  versions grow with `effective_from`; a book once taken never changes; reading the shelf
//          changes nothing, so that many threads may read it while nobody adds.
// Bound    255 rules a book, a file of 256 KiB, 1,000 books a shelf.
#pragma once

#include "messages/alert.hpp"
#include "messages/code.hpp"
#include "messages/facts.hpp"
#include "messages/time.hpp"
#include "messages/verdict.hpp"

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace wardflow {

inline constexpr std::size_t category_count = static_cast<std::size_t>(category::count_);
inline constexpr std::size_t card_colours = 3; // green, yellow, red
inline constexpr std::size_t level_values = 5; // 0: none known, then 1 to 4
inline constexpr std::size_t rules_per_book_max = 255;
inline constexpr std::size_t books_per_shelf_max = 1000;

/// What people are told of a rule. A verdict carries the number.
struct rule_text {
  std::uint8_t number = 0; // from 1, in the order: admission, capacity, stale, colour
  std::string name;        // `beach_green_group`, `admission.default`, `colour.full_dose`
  std::string text_vi;
  std::string text_en;
  std::string source;           // the number of one of the book's documents, or `default`
  std::uint16_t group_size = 0; // persons, where the rule limits groups; else 0
};

struct rulebook_document {
  std::string number;
  std::string title;
};

/// One answer of the admission matrix.
struct admission_cell {
  wardflow::decision decision = decision::refuse;
  std::uint8_t rule = 0;
  code reason = code::ok;

  bool operator==(const admission_cell&) const = default;
};

/// What a dated fact of a card is worth: from `waiting_days` after its day on, up to and with
/// `valid_days` after it (0: without end).
struct evidence_rule {
  colour gives = colour::red;
  std::uint16_t waiting_days = 0;
  std::uint16_t valid_days = 0;
};

struct colour_rules {
  evidence_rule full_dose;
  evidence_rule first_dose;
  evidence_rule recovered;
  colour negative_test_gives = colour::red;
  time_ms negative_test_ms = 0; // worth something while it is younger than this
  /// The best colour that holders of a group at this level can have.
  std::array<colour, level_values> best_at_level{colour::green, colour::green, colour::green,
                                                 colour::green, colour::green};
};

/// What a category's venues need beside the matrix.
struct category_rules {
  stale_rule stale_levels = stale_rule::admits;
  stale_rule stale_cards = stale_rule::admits;
  std::uint8_t stale_number = 0;
  bool reads_holder_level = false; // some answer changes with the level of the holder's group
  std::uint8_t capacity_number = 0;
  std::uint8_t capacity_percent = 100; // of the venue's own capacity
  decision when_full = decision::refuse;
  std::uint32_t persons_max = 0; // 0: no limit of the book's own
};

/// From how many alerts of one kind on a level above the wards raises one of its own.
struct alert_threshold {
  alert_kind kind = alert_kind::none;
  std::uint32_t open = 0;  // that are not resolved; 0: any number
  std::uint32_t units = 0; // units that have such alerts; 0: any number
  std::string text_vi;
  std::string text_en;
  std::string source; // as a rule's
};

struct rulebook {
  std::array<admission_cell, category_count * card_colours * level_values * level_values> matrix{};
  std::array<category_rules, category_count> categories{};
  colour_rules colours;
  time_ms cards_stale_ms = 0; // card facts are stale when they were last heard of longer ago

  std::uint32_t version = 0;
  time_ms effective_from = 0;
  time_ms as_of = 0; // when this node learned of the book; the shelf sets it
  std::string name;
  std::string file_name;
  std::string text; // the file, for serialising
  std::vector<rulebook_document> documents;
  std::vector<rule_text> rules;            // rule n is at n - 1
  std::vector<alert_threshold> thresholds; // one a kind

  static constexpr std::size_t cell_index(category kind, colour seen, std::uint8_t venue_level,
                                          std::uint8_t holder_level) {
    auto k = static_cast<std::size_t>(kind);
    auto c = static_cast<std::size_t>(seen) - 1;
    assert(k < category_count && c < card_colours);
    assert(venue_level < level_values && holder_level < level_values);
    return ((k * card_colours + c) * level_values + venue_level) * level_values + holder_level;
  }
  [[nodiscard]] const admission_cell& cell(category kind, colour seen, std::uint8_t venue_level,
                                           std::uint8_t holder_level) const {
    return matrix[cell_index(kind, seen, venue_level, holder_level)];
  }
  /// Nothing for 0 and for numbers past the last.
  [[nodiscard]] const rule_text* rule(std::uint8_t number) const {
    return number == 0 || number > rules.size() ? nullptr : &rules[number - 1u];
  }
};

class rulebook_shelf {
public:
  /// Takes a parsed book at the node's time `as_of`. `done`; `already_so` for a text it holds;
  /// `rulebook_overlaps` for a version or an `effective_from` that another text has;
  /// `rulebook_older` when versions would not grow with time; `too_many_rows` when full.
  [[nodiscard]] code add(rulebook book, time_ms as_of);
  /// What `add` would say.
  [[nodiscard]] code fits(const rulebook& book) const;

  /// The book in force at an event time; nothing before the first.
  [[nodiscard]] const rulebook* in_force(time_ms at) const {
    for (auto i = starts_.size(); i-- > 0;)
      if (starts_[i] <= at) // newest first: nearly every scan is of today
        return books_[i].get();
    return nullptr;
  }
  [[nodiscard]] const rulebook* find(std::uint32_t version) const;
  [[nodiscard]] std::size_t size() const { return books_.size(); }

  /// In order of `effective_from`. A shelf is restored by parsing each `text` and adding it with
  /// its `as_of`.
  template <class Visit>
  void for_each(Visit&& visit) const {
    for (const auto& book : books_)
      visit(static_cast<const rulebook&>(*book));
  }

private:
  std::vector<time_ms> starts_; // of the books, ascending
  std::vector<std::unique_ptr<const rulebook>> books_;
};

} // namespace wardflow
