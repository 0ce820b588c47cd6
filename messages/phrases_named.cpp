// SPDX-License-Identifier: Apache-2.0
// Phrases by what they name: decisions, colours, levels, directions, flows.
#include "messages/phrases.hpp"

namespace wardflow {

std::string_view big_word(decision what, language tongue) {
  switch (what) {
  case decision::admit:
    return say(phrase::enter, tongue);
  case decision::condition:
    return say(phrase::with_condition, tongue);
  case decision::refuse:
    break;
  }
  return say(phrase::no_entry, tongue);
}

std::string_view colour_name(colour what, language tongue) {
  switch (what) {
  case colour::green:
    return say(phrase::green, tongue);
  case colour::yellow:
    return say(phrase::yellow, tongue);
  case colour::red:
    return say(phrase::red, tongue);
  case colour::none:
    break;
  }
  return say(phrase::colour_none, tongue);
}

std::string_view level_name(risk_scale scale, unsigned level, language tongue) {
  if (level < 1 || level > 4)
    return say(phrase::level_none, tongue);
  auto first = scale == risk_scale::resolution_128 ? phrase::level_one : phrase::new_normal;
  return say(static_cast<phrase>(static_cast<unsigned>(first) + level - 1), tongue);
}

std::string_view direction_name(direction what, language tongue) {
  return say(what == direction::out ? phrase::way_out : phrase::way_in, tongue);
}

std::string_view flow_name(flow what, language tongue) {
  return say(what == flow::person_scans_poster ? phrase::poster_scans : phrase::staff_scans,
             tongue);
}

} // namespace wardflow
