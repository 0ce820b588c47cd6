// SPDX-License-Identifier: Apache-2.0
// AREA FOLD's part in a ward's new machine: what is kept of the ward, and who may speak for it.
#include "actors/logic/area_fold.hpp"
#include "actors/logic/query_parts.hpp"
#include "actors/logic/retention.hpp"
#include "messages/codec.hpp"
#include "messages/limits.hpp"
#include "messages/packed.hpp"

#include <algorithm>
#include <utility>

namespace wardflow {

using namespace query_part;

namespace {

constexpr std::size_t rows_a_round = 200;
constexpr std::size_t page_bytes = std::size_t{192} << 10;

// Rows of a page stand in this order: registers and watermark, as they are numbered, then these.
constexpr unsigned part_bit = 56;
constexpr std::uint64_t hours_at = std::uint64_t{5} << part_bit;
constexpr std::uint64_t days_at = std::uint64_t{6} << part_bit;

std::string hex_of(const node_id& id) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (auto byte : id) {
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  return out;
}

/// Entries of one answer, as many as fit.
class page {
public:
  page(unit_code unit, std::uint32_t limit) :
    unit_(unit),
    limit_(limit == 0 ? limits::entries_per_batch_max
                      : std::min(limit, limits::entries_per_batch_max)) {
    // nop
  }
  /// False: there is no room for it.
  bool add(std::uint64_t number, entry_kind kind, frame_body body) {
    if (bodies_.size() == limit_ || (bytes_ != 0 && bytes_ + body.size() > page_bytes)) {
      more_ = true;
      return false;
    }
    bytes_ += body.size();
    last_ = number;
    kinds_.push_back(kind);
    bodies_.push_back(std::move(body));
    return true;
  }
  [[nodiscard]] answer take() const {
    answer a;
    link_batch b{log_name::up, lane::bulk, 0, 0, {}};
    for (std::size_t i = 0; i != bodies_.size(); ++i)
      b.entries.push_back({0, 0, kinds_[i], unit_, {}, 0, bodies_[i].view()});
    auto message = encode_link_batch(b);
    a.batch.assign(message.view().begin(), message.view().end());
    a.facts = {{"last", text(last_)}, {"entries", text(bodies_.size())}};
    a.more = more_;
    return a;
  }

private:
  unit_code unit_;
  std::uint32_t limit_;
  std::vector<entry_kind> kinds_;
  std::vector<frame_body> bodies_;
  std::size_t bytes_ = 0;
  std::uint64_t last_ = 0;
  bool more_ = false;
};

} // namespace

void area_fold::take_register(scan_round& r, unit_code child, lane l, const log_entry_view& e) {
  auto speaks_for = e.unit == child || (e.unit != unit && may_be_above(child, e.unit));
  if (!speaks_for)
    return alerts.raise(alert_kind::node_fenced, child.text(), r.stamp,
                        "speaks_for=" + std::string{e.unit.text()});
  switch (registers.apply(e, r.rows)) {
  case area_registers::outcome::changed:
    return go_on_up(child, l, e);
  case area_registers::outcome::malformed:
    return alerts.raise(alert_kind::node_fenced, child.text(), r.stamp,
                        "reason=frame_malformed offset=" + std::to_string(e.offset));
  case area_registers::outcome::too_many:
    return alerts.raise(alert_kind::node_fenced, child.text(), r.stamp,
                        "reason=too_many_rows offset=" + std::to_string(e.offset));
  case area_registers::outcome::known:
    return;
  }
}

/// Dry, it says what a new machine would find. Otherwise the old one is not heard any more from
/// this round on: what is kept of the ward stands still until the new one speaks.
answer area_fold::replace(scan_round& r, const unit_replace& order, bool dry_run) {
  answer a;
  a.detail = order.unit.text();
  auto* child = children.find(order.unit);
  auto* w = book.find(order.unit);
  auto* mark = registers.mark(order.unit);
  if (!order.unit.is_ward() || (child == nullptr && w == nullptr)) {
    a.code = code::unit_not_below;
    return a;
  }
  if (!registers.knows(order.unit)) {
    a.code = code::unit_rows_none;
    return a;
  }
  // Below another area it is that area's to say; unless that one is gone too.
  auto asked = child != nullptr ? order.unit : w->via;
  if (options_.silence && children.speaks(asked, r.stamp)) {
    a.code = child != nullptr ? code::unit_speaks : code::unit_not_below;
    a.detail = asked.text();
    return a;
  }
  auto told_epoch = mark == nullptr ? 0 : mark->revision >> row_revision_bits;
  auto took = child != nullptr ? child->took : std::array<std::uint64_t, lanes_max>{};
  auto epoch = std::max(told_epoch, child == nullptr ? 0 : child->epoch) + 1;
  if (!dry_run && child != nullptr) {
    epoch = std::max(epoch, children.replace(order.unit));
    if (auto peer = peers_.find(order.unit); peer != peers_.end()) {
      r.feed.push_back({.what = feed_order::deed::close, .peer = peer->second});
      sessions_.erase(peer->second);
      peers_.erase(peer);
    }
  }
  auto held = registers.held(order.unit);
  auto gone = [&](lane l) { return down.first(l) > 1 ? "yes" : "no"; };
  a.code = dry_run ? code::dry_run_ok : code::done;
  a.facts = {{"epoch", text(epoch)},
             {"heard", when(child != nullptr ? child->heard : w->heard)},
             {"parent", hex_of(options_.id)},
             {"parent_epoch", text(options_.epoch)},
             {"took_control", text(took[0])},
             {"took_bulk", text(took[1])},
             {"groups", text(held.groups)},
             {"venues", text(held.venues)},
             {"devices", text(held.devices)},
             {"groups_told", text(mark == nullptr ? 0 : mark->groups)},
             {"venues_told", text(mark == nullptr ? 0 : mark->venues)},
             {"devices_told", text(mark == nullptr ? 0 : mark->devices)},
             {"directives_gone", gone(lane::control)},
             {"cards_gone", gone(lane::bulk)},
             {"directives_since", when(down.oldest(lane::control))},
             {"cards_since", when(down.oldest(lane::bulk))}};
  return a;
}

answer unit_rows(const area_fold& fold, const scan_round& r, const command& c) {
  auto& q = std::get<query>(c.body);
  if (!fold.registers.knows(c.unit)) {
    answer none;
    none.code = code::unit_rows_none;
    none.detail = c.unit.text();
    return none;
  }
  page p{c.unit, q.limit};
  auto room = true;
  if (q.after < hours_at)
    fold.registers.each_after({c.unit, q.after}, [&](auto& at, entry_kind kind, bytes body) {
      if (at.unit == c.unit)
        room = p.add(at.row, kind, frame_body::copy_of(body));
      return room && at.unit == c.unit;
    });
  auto* w = fold.book.find(c.unit);
  if (w == nullptr)
    return p.take();
  auto today = local_day(r.stamp);
  auto is_wanted = [&](std::uint64_t number, unsigned day) {
    return room && number > q.after && day + count_days >= today;
  };
  for (auto& [hour, row] : w->hours)
    if (is_wanted(hours_at | hour, hour / 24))
      room = p.add(hours_at | hour, entry_kind::hour_rollup, encode_hour_rollup(row));
  for (auto& [day, row] : w->days)
    if (is_wanted(days_at | day, day))
      room = p.add(days_at | day, entry_kind::day_rollup, encode_day_rollup(row));
  return p.take();
}

/// Another parent hears of all registers: some rows a round.
void area_fold::tell_registers(scan_round& r) {
  if (!telling_)
    return;
  auto left = rows_a_round;
  auto through = *telling_;
  auto more = false;
  registers.each_after(*telling_, [&](auto& at, entry_kind kind, bytes body) {
    more = left == 0;
    if (more)
      return false;
    --left;
    up.append(lane::bulk, {.kind = kind, .unit = at.unit, .body = frame_body::copy_of(body)});
    through = at;
    return true;
  });
  saved_row row{state_table::links, std::string{telling_key}, {}, !more};
  telling_ = more ? std::optional{through} : std::nullopt;
  if (more) {
    packed_writer out;
    out.number(1); // schema version of this value
    out.number(unit_number(through.unit));
    out.number(through.row);
    row.value = out.take();
  }
  r.rows.push_back(std::move(row));
}

bool area_fold::load_telling(std::span<const std::byte> value) {
  packed_reader in{value};
  std::uint64_t version = 0, ward = 0, row = 0;
  if (!in.number(version) || version != 1 || !in.number(ward) || !in.number(row) || !in.at_end() ||
      ward > 0xffff'ffff)
    return false;
  auto known = unit_of_number(static_cast<std::uint32_t>(ward));
  if (known)
    telling_ = {*known, row};
  return known.has_value();
}

} // namespace wardflow
