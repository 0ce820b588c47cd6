// SPDX-License-Identifier: Apache-2.0
// SIMULATED PEOPLE: residents who do not exist, the codes that they show, and their card facts;
// and the things that are scanned by mistake.
//
// Owns: nothing.
// Borrows: nothing.
// Promise: a function of (number, seed). No real person's number can come out: the fourth digit of
//          each ID stands for a birth in the 24th century.
// Bound: 1,000,000 persons.
#pragma once

#include "actors/logic/import_rows.hpp"
#include "nodes/wardctl/simulate_random.hpp"

#include <cstdint>
#include <string>

namespace wardflow::wardctl {

enum class code_form : std::uint8_t {
  national,        // ID and QID: links both
  national_masked, // QID only
  chip             // CCCD: ID only
};

struct simulated_person {
  std::uint32_t number = 0;
  code_form form = code_form::national; // what this person usually shows
  bool woman = false;
  std::uint8_t family = 0; // indices of names
  std::uint8_t middle = 0;
  std::uint8_t given = 0;
  std::uint16_t birth_year = 1980;
  std::uint8_t birth_month = 1;
  std::uint8_t birth_day = 1;
  std::uint16_t province = 56;
};

inline constexpr std::uint32_t simulated_persons_max = 1'000'000;

[[nodiscard]] simulated_person simulate_person(std::uint32_t number, std::uint16_t province,
                                               std::uint64_t seed);

[[nodiscard]] std::string id_number_of(const simulated_person& who);
[[nodiscard]] std::string qid_of(const simulated_person& who);

/// The bytes that a reader gives for this person's code.
[[nodiscard]] std::string code_text(const simulated_person& who, code_form form);

/// Card facts as of `day`: six in ten fully vaccinated long enough, about one in ten red; a row
/// carries every key that this person's codes carry.
[[nodiscard]] card_row card_of(const simulated_person& who, group_id group, day_number day,
                               std::uint64_t seed);

/// A code that is no person, and the reason that the node must give for it.
struct wrong_code {
  std::string text;
  code reason = code::code_unknown_form;
};
[[nodiscard]] wrong_code simulate_wrong_code(random_source& random);

} // namespace wardflow::wardctl
