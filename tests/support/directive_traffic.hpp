// SPDX-License-Identifier: Apache-2.0
// Commands that go down to wards, by seed, and a real ward that takes them: what it holds, as text.
#pragma once

#include "actors/logic/directive_book.hpp"
#include "tests/support/command_samples.hpp"

#include <string>
#include <vector>

namespace wardflow::test {

/// A command on its way down, as an entry of a directive log says it.
struct said_command {
  command what;
  unit_code to;
  std::string by;
  time_ms said = 0;
};

struct directive_traffic {
  static constexpr std::uint64_t cards = 60;
  static constexpr std::uint32_t groups = 4; // of the ward, and as many of the next one
  static constexpr std::uint32_t venues = 6;

  explicit directive_traffic(std::uint64_t seed) : random(seed) {
    texts = {rulebook_file("khanh-hoa-2021-10-16.toml"), rulebook_file("khanh-hoa-2021-11-16.toml"),
             later_book(), "nonsense"};
    texts.push_back(texts[0] + "\n"); // its version again, with another text
  }

  std::uint64_t below(std::uint64_t n) { return random() % n; }

  said_command next(time_ms now) {
    said_command s;
    auto id = ++ids;
    std::memcpy(s.what.id.data(), &id, sizeof id);
    s.by = "officer " + std::to_string(below(3)) + " 568";
    s.said =
      now - (below(4) == 0 ? static_cast<time_ms>(below(3 * day_ms)) : 0); // it was on its way
    switch (below(9)) {
    case 0:
    case 1:
      s.what.body = some_cards();
      s.what.more = below(3) == 0;
      break;
    case 2:
    case 3:
      s.what.body = some_levels(now);
      s.what.more = below(4) == 0;
      break;
    case 4:
    case 5:
      s.what.body = card_order{card_id{below(cards)},
                               {},
                               code::ok,
                               below(3) != 0,
                               below(8) == 0 ? "" : std::to_string(below(90)) + "/QĐ"};
      break;
    case 6: {
      auto ward = fold_world::ward + (below(4) == 0);
      s.what.body = venue_order{make_venue_id(static_cast<std::uint32_t>(ward),
                                              1 + static_cast<std::uint32_t>(below(venues))),
                                below(2) == 0, std::to_string(below(90)) + "/QĐ"};
      s.to = unit_of_ward(static_cast<std::uint32_t>(ward));
      break;
    }
    case 7:
      s.what.body = some_contacts();
      break;
    default:
      if (below(3) == 0)
        s.what.body = rulebook_text{texts[below(texts.size())]};
      else { // to one ward alone: no fact of all
        s.what.body = some_levels(now);
        s.to = unit_of_ward(fold_world::ward + 1);
      }
    }
    return s;
  }

  contact_list some_contacts() {
    contact_list all{*unit_code::parse(below(2) == 0 ? "568" : "56"), {}};
    for (auto* name : {"Cấp cứu", "Trực ban", "Y tế"})
      if (below(2) == 0)
        all.rows.push_back({name, std::to_string(100 + below(900)), below(2) == 0 ? "" : "đêm"});
    if (below(9) == 0)
      all.rows.push_back({"A", "113", ""}); // out of order: refused
    return all;
  }

  std::vector<card_update> some_cards() {
    std::vector<card_update> rows;
    for (auto n = below(12); n != 0; --n) {
      auto row = card(below(cards));
      row.facts.full_dose = static_cast<day_number>(18'800 + below(60));
      row.facts.group = make_group_id(fold_world::ward, 1 + static_cast<std::uint32_t>(below(9)));
      row.facts.pcr_negative_min = static_cast<std::uint32_t>(below(1'000));
      row.problem = below(15) == 0 ? code::card_malformed : code::ok;
      rows.push_back(row);
    }
    return rows;
  }

  std::vector<level_update> some_levels(time_ms now) {
    std::vector<level_update> rows;
    for (auto n = below(5); n != 0; --n) {
      level_update l;
      l.group = make_group_id(fold_world::ward + static_cast<std::uint32_t>(below(2)),
                              1 + static_cast<std::uint32_t>(below(groups)));
      l.level = static_cast<std::uint8_t>(below(12) == 0 ? 5 : 1 + below(4));
      l.effective_from = static_cast<day_number>(local_day(now) + 2 - below(6));
      l.published_at = now - static_cast<time_ms>(below(3)) * hour_ms; // ties too
      l.issuer = "Trạm y tế";
      l.document = below(2) == 0 ? "" : std::to_string(below(90)) + "/TB";
      rows.push_back(l);
    }
    return rows;
  }

  std::mt19937_64 random;
  std::uint64_t ids = std::uint64_t{1} << 32; // of no command of a ward's own
  std::vector<std::string> texts;
};

/// A ward below an area.
struct ward_below : fold_world {
  ward_below() {
    std::vector<venue_record> places;
    for (std::uint32_t i = 1; i <= directive_traffic::venues; ++i)
      places.push_back(venue("Quán " + std::to_string(i)));
    BOOST_REQUIRE((say(places).code == code::done));
  }

  void hear(const command& c, const std::string& by, time_ms said, role as = role::operator_) {
    scan_round r;
    auto& in = r.commands.emplace_back();
    in.by = by;
    in.role = as;
    in.what = c;
    in.from_parent = true;
    in.said = said;
    run(r);
    BOOST_TEST(r.replies.empty());
  }

  /// What of it an area can have said, on the ward's today.
  std::string held() {
    auto& s = fold->state;
    std::string out;
    for (std::uint64_t id = 1; id != directive_traffic::cards; ++id) {
      auto f = s.cards.facts(card_id{id});
      out += std::to_string(id) + (f.known ? " known " : " ") + (f.revoked ? "revoked " : "") +
             std::to_string(f.full_dose) + " " + std::to_string(f.pcr_negative_min) + " " +
             to_text(f.group) + "\n";
    }
    for (std::uint32_t ward_number : {ward, ward + 1})
      for (std::uint32_t g = 1; g <= directive_traffic::groups; ++g)
        for (int days = -static_cast<int>(level_days_kept); days != 4; ++days) {
          auto day = static_cast<day_number>(local_day(stamp) + days);
          auto at = s.levels.at(make_group_id(ward_number, g), day);
          level_entry e;
          auto exact = s.levels.find(make_group_id(ward_number, g), day, e);
          out += std::to_string(at.level) + (at.stale ? "s" : "") +
                 (exact ? std::to_string(e.published_at) + e.issuer + e.document : "") +
                 (days == 3 ? "\n" : " ");
        }
    s.shelf.for_each([&](const rulebook& b) {
      out += "\n" + std::to_string(b.version) + " as of " + time_text(b.as_of);
    });
    for (auto& entry : s.places.venues())
      out += entry.facts.suspended ? " closed" : " open";
    for (auto& [unit, published] : s.contacts.all())
      for (auto& c : published)
        out += "\n" + std::string{unit.text()} + " " + c.name + " " + c.phone + " " + c.note;
    return out + "\ncards " + time_text(s.cards_as_of) + " levels " + time_text(s.levels_as_of);
  }
};

} // namespace wardflow::test
