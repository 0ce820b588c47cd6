// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/audit_notes.hpp"

#include "messages/alert.hpp"

#include <algorithm>
#include <charconv>
#include <utility>
#include <variant>

namespace wardflow {

namespace {

constexpr std::size_t card_digits = 4;
constexpr std::string_view shortened = "…";

std::string rows_text(std::size_t rows) {
  return "rows=" + std::to_string(rows);
}

/// Enough to see that two rows are of one card, and too little to say whose it is.
std::string card_text(card_id card) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out = "card=";
  for (std::size_t i = 0; i != card_digits; ++i)
    out += digits[static_cast<std::uint64_t>(card) >> (60 - 4 * i) & 15];
  return out += shortened;
}

/// An alert about a card has a part of its pseudonym as its subject.
std::string alert_text(const std::string& name) {
  auto ref = parse_alert_name(name);
  auto of_card = ref && (ref->kind == alert_kind::card_cloned ||
                         ref->kind == alert_kind::card_refused_repeatedly);
  if (!of_card || ref->subject.size() <= card_digits)
    return name;
  return name.substr(0, name.size() - ref->subject.size() + card_digits) + std::string{shortened};
}

/// The version of a rulebook, as its text has it, without reading the rest.
std::string version_text(std::string_view toml) {
  constexpr std::string_view key = "version";
  for (std::size_t at = 0; at < toml.size();) {
    auto end = std::min(toml.find('\n', at), toml.size());
    auto line = toml.substr(at, end - at);
    at = end + 1;
    if (!line.starts_with(key))
      continue;
    auto digit = line.find_first_not_of(" =\t", key.size());
    std::uint64_t version = 0;
    if (digit != line.npos &&
        std::from_chars(line.data() + digit, line.data() + line.size(), version).ec == std::errc{})
      return "version=" + std::to_string(version);
  }
  return "version=";
}

struct describer {
  audit_entry& e;

  void is(audit_deed what, std::string subject = {}, std::string document = {}) const {
    e.deed = what;
    e.subject = cut_text(subject, subject_bytes_max);
    e.document = cut_text(document, subject_bytes_max);
  }
  void operator()(const query& q) const {
    is(audit_deed::query, "query=" + std::to_string(static_cast<unsigned>(q.what)));
  }
  void operator()(const std::vector<level_update>& rows) const {
    is(audit_deed::levels, rows.size() == 1 ? to_text(rows[0].group) : rows_text(rows.size()),
       rows.empty() ? std::string{} : rows[0].document);
  }
  void operator()(const std::vector<card_update>& rows) const {
    is(audit_deed::cards, rows_text(rows.size()));
  }
  void operator()(const rulebook_text& book) const {
    is(audit_deed::rulebook, version_text(book.text));
  }
  void operator()(const venue_order& o) const {
    is(o.suspend ? audit_deed::venue_suspend : audit_deed::venue_reopen, to_text(o.venue),
       o.document);
  }
  void operator()(const card_order& o) const {
    is(o.revoke ? audit_deed::card_revoke : audit_deed::card_give_back,
       o.card == card_id{} ? std::string{} : card_text(o.card), o.document);
  }
  void operator()(const std::vector<venue_record>& rows) const {
    is(audit_deed::venues, rows.size() == 1 && rows[0].facts.id != venue_id{}
                             ? to_text(rows[0].facts.id)
                             : rows_text(rows.size()));
  }
  void operator()(const std::vector<group_record>& rows) const {
    is(audit_deed::groups, rows.size() == 1 ? to_text(rows[0].id) : rows_text(rows.size()));
  }
  void operator()(const device_add& d) const { is(audit_deed::device_add, d.name); }
  void operator()(const device_revoke& o) const {
    is(audit_deed::device_revoke, "device=" + std::to_string(static_cast<std::uint32_t>(o.device)),
       o.document);
  }
  void operator()(const clock_accept&) const { is(audit_deed::clock_accept); }
  void operator()(const alert_order& o) const {
    is(o.acknowledge ? audit_deed::alert_ack : audit_deed::alert_resolve, alert_text(o.name));
  }
  void operator()(const subscription_remove& o) const {
    is(audit_deed::subscription_remove, o.name);
  }
  void operator()(const contact_order& o) const {
    is(o.remove ? audit_deed::contact_remove : audit_deed::contact_set, o.row.name);
  }
  void operator()(const contact_list& l) const {
    is(audit_deed::contacts, std::string{l.unit.text()});
  }
  void operator()(const node_forget& o) const {
    is(audit_deed::node_forget, std::string{o.unit.text()}, o.document);
  }
  void operator()(const unit_replace& o) const {
    is(audit_deed::unit_replace, std::string{o.unit.text()});
  }
};

void say_who(audit_entry& e, const speaker& who, audit_way how, code outcome) {
  e.by = cut_text(who.name, subject_bytes_max);
  e.unit = who.unit;
  e.role = who.role;
  e.way = how;
  e.outcome = outcome;
}

} // namespace

std::string cut_text(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max)
    return std::string{text};
  auto size = bytes_max;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0u) == 0x80u)
    --size;
  return std::string{text.substr(0, size)};
}

audit_entry describe(const command& c) {
  audit_entry e;
  e.id = c.id;
  e.to = c.unit;
  std::visit(describer{e}, c.body);
  return e;
}

audit_entry note_of(const command& c, const speaker& who, audit_way how, code outcome) {
  auto e = describe(c);
  say_who(e, who, how, outcome);
  return e;
}

audit_entry note_of(audit_deed what, std::string_view subject, const speaker& who, audit_way how,
                    code outcome) {
  audit_entry e;
  e.deed = what;
  e.subject = cut_text(subject, subject_bytes_max);
  say_who(e, who, how, outcome);
  return e;
}

} // namespace wardflow
