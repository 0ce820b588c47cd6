// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/device_book.hpp"

#include "actors/logic/ward_state.hpp"
#include "messages/limits.hpp"
#include "messages/packed.hpp"

namespace wardflow {

namespace {

bool is_zero(const public_key& key) {
  return key == public_key{};
}

std::string text_of(const public_key& key) {
  return {reinterpret_cast<const char*>(key.data()), key.size()};
}

/// Bases as rows without padding.
struct basis_row {
  std::int64_t rulebook;
  time_ms rulebook_as_of, levels_as_of, cards_as_of;
};

std::vector<basis_row> to_rows(const std::vector<basis>& bases) {
  std::vector<basis_row> rows;
  for (auto& b : bases)
    rows.push_back({b.rulebook, b.rulebook_as_of, b.levels_as_of, b.cards_as_of});
  return rows;
}

std::vector<basis> to_bases(const std::vector<basis_row>& rows) {
  std::vector<basis> bases;
  for (auto& r : rows)
    bases.push_back(
      {static_cast<std::uint32_t>(r.rulebook), r.rulebook_as_of, r.levels_as_of, r.cards_as_of});
  return bases;
}

} // namespace

code device_book::add(const device_add& row, time_ms stamp, bool dry_run, device_id& given,
                      std::vector<saved_row>& rows) {
  if (is_zero(row.key) || row.name.empty() || row.name.size() > limits::text_bytes_max ||
      row.gateway != (row.venue == venue_id{}))
    return code::device_malformed;
  for (auto& d : devices_)
    if (d->key == row.key || (d->name == row.name && d->revoked_at == 0)) {
      given = d->id;
      return d->revoked_at != 0 ? code::device_revoked
             : d->key == row.key && d->name == row.name && d->gateway == row.gateway &&
                 d->venue == row.venue
               ? code::already_so
               : code::device_exists;
    }
  given = device_id{static_cast<std::uint32_t>(devices_.size() + 1)};
  if (dry_run)
    return code::done;
  auto d = std::make_unique<device_entry>(row.gateway);
  d->id = given;
  d->name = row.name;
  d->key = row.key;
  d->venue = row.venue;
  d->added_at = stamp;
  rows.push_back(saved(*d));
  devices_.push_back(std::move(d));
  return code::done;
}

code device_book::revoke(const device_revoke& order, time_ms stamp, bool dry_run,
                         std::vector<saved_row>& rows) {
  auto* d = find(order.device);
  if (d == nullptr)
    return code::not_found;
  if (order.document.empty())
    return code::document_needed;
  if (d->revoked_at != 0)
    return code::device_revoked;
  if (dry_run)
    return code::done;
  d->revoked_at = stamp;
  d->document = order.document;
  rows.push_back(saved(*d));
  return code::done;
}

principal device_book::principal_of(const device_entry& d, unit_code unit) {
  principal p;
  p.key = d.key;
  p.role = d.gateway ? role::gateway : role::door;
  p.unit = unit;
  p.name = d.name;
  p.device = d.id;
  p.venue = d.venue;
  p.revoked = d.revoked_at != 0;
  return p;
}

saved_row device_book::saved(const device_entry& d) {
  packed_writer out;
  out.number(1); // schema version of this value
  out.number(static_cast<std::uint64_t>(d.id) | std::uint64_t{d.gateway} << 32);
  out.text(d.name);
  out.text(text_of(d.key));
  out.number(static_cast<std::uint64_t>(d.venue));
  out.number(static_cast<std::uint64_t>(d.added_at));
  out.number(static_cast<std::uint64_t>(d.revoked_at));
  out.text(d.document);
  return {state_table::ward, "device/" + number_key(static_cast<std::uint32_t>(d.id)), out.take(),
          false};
}

bool device_book::load(std::string_view key, std::span<const std::byte> value) {
  packed_reader in{value};
  std::uint64_t version = 0, who = 0, venue = 0, added = 0, revoked = 0;
  std::string name, public_part, document;
  if (!key.starts_with("device/") || !in.number(version) || version != 1 || !in.number(who) ||
      !in.text(name) || !in.text(public_part) || !in.number(venue) || !in.number(added) ||
      !in.number(revoked) || !in.text(document) || !in.at_end() ||
      public_part.size() != public_key{}.size() ||
      (who & 0xffff'ffff) != devices_.size() + 1) // keys sort: rows come in order
    return false;
  auto d = std::make_unique<device_entry>((who >> 32 & 1) != 0);
  d->id = device_id{static_cast<std::uint32_t>(who)};
  d->name = std::move(name);
  std::copy(public_part.begin(), public_part.end(), d->key.begin());
  d->venue = venue_id{venue};
  d->added_at = static_cast<time_ms>(added);
  d->revoked_at = static_cast<time_ms>(revoked);
  d->document = std::move(document);
  devices_.push_back(std::move(d));
  return true;
}

std::vector<std::byte> device_book::save_gate(const device_entry& d, std::uint64_t stamp) {
  packed_writer out;
  out.number(stamp);
  out.number(1); // schema version of this value
  out.number(d.gate.epoch());
  out.number(d.gate.next());
  out.number(d.counted);
  out.number(static_cast<std::uint64_t>(d.last_heard));
  auto window = d.gate.window();
  out.number(window.size());
  for (auto& frame : window) {
    out.number(frame.first);
    out.rows(frame.words);
    out.rows(to_rows(frame.bases));
  }
  return out.take();
}

bool device_book::load_gate(device_id id, std::span<const std::byte> saved, std::uint64_t& stamp) {
  packed_reader in{saved};
  std::uint64_t version = 0, epoch = 0, next = 0, heard = 0, frames = 0;
  auto* d = find(id);
  if (d == nullptr || !in.number(stamp) || !in.number(version) || version != 1 ||
      !in.number(epoch) || !in.number(next) || !in.number(d->counted) || !in.number(heard) ||
      !in.number(frames) || frames > limits::gateway_scans_max)
    return false;
  std::vector<sequence_gate::window_frame> window(frames);
  for (auto& frame : window) {
    std::vector<basis_row> rows;
    if (!in.number(frame.first) || !in.rows(frame.words) || !in.rows(rows))
      return false;
    frame.bases = to_bases(rows);
  }
  d->last_heard = static_cast<time_ms>(heard);
  d->stamp = stamp;
  return in.at_end() && d->gate.restore(epoch, next, window);
}

void device_book::each_row(std::uint64_t stamp, const row_sink& sink) const {
  for (auto& d : devices_)
    sink(saved(*d));
  for (auto& d : devices_)
    sink({state_table::devices, number_key(static_cast<std::uint32_t>(d->id)), save_gate(*d, stamp),
          false});
}

hash128_value device_book::state_hash() const {
  hash128_value sum{};
  for (auto& d : devices_) {
    add_to(sum, hash128(saved(*d).value));
    packed_writer who;
    who.number(static_cast<std::uint64_t>(d->id));
    auto gate = save_gate(*d, 0);
    who.text({reinterpret_cast<const char*>(gate.data()), gate.size()});
    add_to(sum, hash128(who.take()));
  }
  return sum;
}

} // namespace wardflow
