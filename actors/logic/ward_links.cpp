// SPDX-License-Identifier: Apache-2.0
// WARD FOLD's part in the tree: the parent's directives, supervisors, and what goes up.
#include "actors/logic/ward_fold.hpp"
#include "messages/codec.hpp"

namespace wardflow {

answer ward_fold::run(scan_round&, const command&, const alert_order&) {
  answer a;
  a.code = code::not_found;
  return a;
}

} // namespace wardflow
