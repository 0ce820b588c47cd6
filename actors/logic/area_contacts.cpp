// SPDX-License-Identifier: Apache-2.0
// AREA FOLD's part in contacts: its own go down to all and up to its parent; and the list of all.
#include "actors/logic/area_fold.hpp"
#include "actors/logic/may_command.hpp"
#include "actors/logic/query_parts.hpp"
#include "messages/codec.hpp"

#include <utility>

namespace wardflow {

using namespace query_part;

/// All of ours go down each time, not the one that changed: a ward that missed some has them right
/// by the next one, and one that joins needs the newest alone.
answer area_fold::set_contact(scan_round& r, const command& c, const contact_order& order,
                              const speaker& who) {
  auto what = contacts.order(unit, order, c.dry_run);
  if (what != code::done)
    return plain(what, order.row.name);
  if (c.dry_run)
    return plain(code::dry_run_ok, order.row.name);
  r.rows.push_back(contacts.save(state_table::rollups, unit));
  tells_contacts_ = true;
  auto down_to_all = c;
  down_to_all.body = contact_list{unit, contacts.of(unit)};
  down_to_all.ttl = 0; // what is published stands until it is changed
  auto a = forward_to_all(r, down_to_all, who);
  if (a.code == code::forwarded)
    a.code = code::done; // here it is; those below have it when they are heard
  a.detail = order.row.name;
  return a;
}

/// Of a unit above us, on its way to the wards.
code area_fold::take_contacts(scan_round& r, const contact_list& all) {
  if (!may_be_above(all.unit, unit))
    return code::key_other_unit;
  if (contacts.put(all, false) == code::done)
    r.rows.push_back(contacts.save(state_table::rollups, all.unit));
  return code::ok;
}

/// Once a round, as it is at its end: a revision stands for one list.
void area_fold::tell_contacts(const scan_round& r) {
  if (!std::exchange(tells_contacts_, false) || !parent.who().known())
    return;
  register_row row{unit, row_revision(options_.epoch, r.number), contacts.of(unit), {}};
  up.append(lane::bulk,
            {.kind = entry_kind::contacts, .unit = unit, .body = encode_register_row(row)});
}

answer area_contacts(const area_fold& fold, const command& c) {
  auto all = fold.contacts.all();
  for (auto unit : fold.registers.publishers())
    all.try_emplace(unit, fold.registers.contacts(unit));
  return list_contacts(std::move(all), c);
}

} // namespace wardflow
