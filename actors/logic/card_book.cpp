// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/card_book.hpp"

#include "messages/packed.hpp"

namespace wardflow {

card_facts card_record::facts() const {
  card_facts f;
  f.group = group_id{group};
  f.first_dose = first_dose;
  f.full_dose = full_dose;
  f.recovered = recovered;
  f.known = (flags & known) != 0;
  f.revoked = (flags & revoked) != 0;
  f.pcr_negative_min = pcr_negative_min;
  return f;
}

card_id card_book::canonical(card_id card) const {
  auto* r = find(card);
  return r != nullptr && (r->flags & card_record::follows) != 0 ? r->partner : card;
}

card_book::seen_card card_book::look(card_id card) const {
  auto* own = find(card);
  if (own == nullptr)
    return {{}, card, {}};
  seen_card seen{own->facts(), (own->flags & card_record::follows) != 0 ? own->partner : card, {}};
  auto* other = own->partner == card_id{} ? nullptr : find(own->partner);
  if (other == nullptr)
    return seen;
  auto theirs = other->facts();
  auto revoked = seen.facts.revoked || theirs.revoked; // a revocation holds under both keys
  if (!seen.facts.known && theirs.known)
    seen.facts = theirs;
  seen.facts.revoked = revoked;
  return seen;
}

void card_book::apply_facts(card_id card, const card_facts& facts) {
  auto& r = obtain(card);
  r.group = static_cast<std::uint32_t>(facts.group);
  r.first_dose = facts.first_dose;
  r.full_dose = facts.full_dose;
  r.recovered = facts.recovered;
  r.pcr_negative_min = facts.pcr_negative_min;
  r.flags |= card_record::known;
}

void card_book::apply_revoked(card_id card, bool revoked) {
  auto& r = obtain(card);
  r.flags = static_cast<std::uint16_t>(revoked ? r.flags | card_record::revoked
                                               : r.flags & ~card_record::revoked);
}

void card_book::apply_link(card_id card, card_id partner, bool follows, time_ms stamp) {
  auto hash = mixed(card);
  auto& s = shards_[hash & (shard_count - 1)];
  if (auto* known = s.cards.find(hash, card); known != nullptr && known->partner != card_id{})
    return; // the first link stands: a second one would let one code move another's counts
  begin_day(s, local_day(stamp));
  auto& r = s.cards.obtain(hash, card);
  r.partner = partner;
  if (follows)
    r.flags |= card_record::follows;
}

void card_book::begin_day(card_shard& s, day_number today) {
  if (today <= s.day)
    return;
  auto shift = s.day == 0 ? 0u : static_cast<unsigned>(today - s.day);
  if (shift != 0) {
    constexpr auto kept = (std::uint32_t{1} << identity_days) - 1;
    s.cards.rebuild([&](card_record& r) {
      r.days = shift >= 32 ? 0 : (r.days << shift) & kept;
      if (r.days == 0) {
        r.last_at = 0;
        r.last_venue = r.refused = r.scans = 0;
      }
      return r.days != 0 || r.flags != 0 || r.partner != card_id{};
    });
  }
  s.day = today;
  first_due_ = shard_count;
}

time_ms card_book::due_of(const card_shard& s, std::size_t number) {
  if (s.day == 0)
    return never;
  constexpr time_ms apart_ms = 10 * second_ms;
  return start_of(static_cast<day_number>(s.day + 1)) + forget_at_ms +
         static_cast<time_ms>(number) * apart_ms;
}

std::size_t card_book::first_due() const {
  if (first_due_ != shard_count)
    return first_due_;
  first_due_ = 0;
  for (std::size_t i = 1; i != shard_count; ++i)
    if (due_of(shards_[i], i) < due_of(shards_[first_due_], first_due_))
      first_due_ = i;
  return first_due_;
}

time_ms card_book::next_due() const {
  auto first = first_due();
  return due_of(shards_[first], first);
}

/// Of an older scan no identity is stored any more, not even that there was one (DOMAIN §4).
bool card_book::remembers(const card_shard& s, time_ms at) {
  return s.day - std::min(local_day(at), s.day) < static_cast<int>(identity_days);
}

card_book::last_seen card_book::apply_scan(card_id person, std::uint32_t venue_serial, time_ms at,
                                           bool refused, time_ms stamp) {
  auto hash = mixed(person);
  auto& s = shards_[hash & (shard_count - 1)];
  begin_day(s, local_day(stamp));
  if (!remembers(s, at))
    return {};
  auto& r = s.cards.obtain(hash, person);
  r.refused += refused;
  return count(s, r, venue_serial, at);
}

card_book::seen_card card_book::visit(card_id card, std::uint32_t venue_serial, time_ms at,
                                      time_ms stamp) {
  auto hash = mixed(card);
  auto& s = shards_[hash & (shard_count - 1)];
  if (auto* own = s.cards.find(hash, card); own != nullptr && own->partner != card_id{}) {
    auto seen = look(card);
    seen.before = apply_scan(seen.person, venue_serial, at, false, stamp);
    return seen;
  }
  begin_day(s, local_day(stamp));
  if (!remembers(s, at))
    return look(card);
  auto& r = s.cards.obtain(hash, card);
  auto before = count(s, r, venue_serial, at);
  return {r.facts(), card, before};
}

std::uint32_t card_book::apply_refusal(card_id person, time_ms at) {
  auto hash = mixed(person);
  auto& s = shards_[hash & (shard_count - 1)];
  return remembers(s, at) ? ++s.cards.obtain(hash, person).refused : 0;
}

card_book::last_seen card_book::count(card_shard& s, card_record& r, std::uint32_t venue_serial,
                                      time_ms at) {
  last_seen before{r.last_at, r.last_venue};
  auto day = std::min(local_day(at), s.day);
  r.days |= std::uint32_t{1} << (s.day - day);
  // A tie goes to the higher serial: the order within a round must not matter.
  if (at > r.last_at || (at == r.last_at && venue_serial > r.last_venue)) {
    r.last_at = at;
    r.last_venue = venue_serial;
  }
  ++r.scans;
  return before;
}

card_book::person_count card_book::persons_on(day_number day) const {
  person_count count;
  for (auto& s : shards_)
    s.cards.for_each([&](const card_record& r) {
      if (seen(r, s.day, day)) {
        ++count.persons;
        count.linked += r.partner != card_id{};
      }
    });
  return count;
}

std::size_t card_book::size() const {
  std::size_t sum = 0;
  for (auto& s : shards_)
    sum += s.cards.size();
  return sum;
}

std::size_t card_book::memory_bytes() const {
  std::size_t sum = sizeof *this;
  for (auto& s : shards_)
    sum += s.cards.bytes();
  return sum;
}

std::vector<std::byte> card_book::save(std::size_t shard, std::uint64_t stamp) const {
  auto& s = shards_[shard];
  packed_writer out;
  out.reserve(64 + s.cards.size() * sizeof(card_record));
  out.number(stamp);
  out.number(1); // schema version of this value
  out.number(s.day);
  out.rows(s.cards.sorted());
  return out.take();
}

bool card_book::load(std::size_t shard, std::span<const std::byte> saved, std::uint64_t& stamp) {
  packed_reader in{saved};
  std::uint64_t version = 0, day = 0;
  std::vector<card_record> rows;
  if (shard >= shard_count || !in.number(stamp) || !in.number(version) || version != 1 ||
      !in.number(day) || !in.rows(rows) || !in.at_end())
    return false;
  auto& s = shards_[shard];
  s = {};
  first_due_ = shard_count;
  s.day = static_cast<day_number>(day);
  for (auto& r : rows) {
    if (r.card == card_id{} || shard_of(r.card) != shard)
      return false;
    s.cards.obtain(mixed(r.card), r.card) = r;
  }
  return true;
}

hash128_value card_book::state_hash() const {
  hash128_value sum{};
  for (std::size_t i = 0; i != shard_count; ++i)
    if (shards_[i].cards.size() != 0)
      add_to(sum, hash128(save(i, 0)));
  return sum;
}

} // namespace wardflow
