// SPDX-License-Identifier: Apache-2.0
// Who may say what to whom. Every actor includes this file, and no actor includes another.
#pragma once

#include "messages/round.hpp"

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/typed_actor.hpp>

CAF_BEGIN_TYPE_ID_BLOCK(wardflow, caf::first_custom_type_id)

CAF_ADD_TYPE_ID(wardflow, (wardflow::round_ptr))
CAF_ADD_TYPE_ID(wardflow, (wardflow::slice))
CAF_ADD_ATOM(wardflow, wardflow::atom, work, "work") // CAF 0.17 allows ten letters
CAF_ADD_ATOM(wardflow, wardflow::atom, judge, "judge")
CAF_ADD_ATOM(wardflow, wardflow::atom, judged, "judged")
CAF_ADD_ATOM(wardflow, wardflow::atom, rest, "rest")

CAF_END_TYPE_ID_BLOCK(wardflow)

// Rounds and slices stay in this process: they carry memory, not data for a wire.
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(wardflow::round_ptr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(wardflow::slice)

namespace wardflow {

/// WARD: folds rounds into the ward's state, and answers for the ward.
using ward_actor = caf::typed_actor<
  // GATE -> WARD: work on this round; handed to JOURNAL when it is done. At most two wait here.
  caf::reacts_to<atom::work, round_ptr>,
  // VENUE -> WARD: the last slice of the round in work has been judged.
  caf::reacts_to<atom::judged>,
  // node -> WARD: the ward stops: take back every ledger, save what is not saved; sent once.
  caf::reacts_to<atom::rest, round_ptr>>;

/// AREA: a level above wards: folds what children send and operators say.
using area_actor = caf::typed_actor<
  // GATE -> AREA: work on this round; handed to JOURNAL when it is done. At most two wait here.
  caf::reacts_to<atom::work, round_ptr>>;

/// VENUE: the only owner of one venue's ledger while it is awake.
using venue_actor = caf::typed_actor<
  // WARD -> VENUE: judge this slice; whoever judges a round's last slice tells WARD.
  caf::reacts_to<atom::judge, slice>>;

} // namespace wardflow
