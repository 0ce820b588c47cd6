// SPDX-License-Identifier: Apache-2.0
// A value, or the reason why there is none: how this folder's parts with several ends return.
#pragma once

#include "messages/code.hpp"

#include <cassert>
#include <string>
#include <utility>
#include <variant>

namespace wardflow::io {

struct failure {
  code reason = code::internal;
  std::string detail; // for people: which file or endpoint, what the system said
};

/// Exactly one of the two; reading the wrong one is our own bug.
template <class Value>
class [[nodiscard]] outcome {
public:
  outcome(Value value) : held_(std::move(value)) {
    // nop
  }
  outcome(failure why) : held_(std::move(why)) {
    // nop
  }

  [[nodiscard]] explicit operator bool() const { return held_.index() == 0; }
  [[nodiscard]] Value& operator*() {
    assert(held_.index() == 0);
    return *std::get_if<0>(&held_);
  }
  [[nodiscard]] const Value& operator*() const {
    assert(held_.index() == 0);
    return *std::get_if<0>(&held_);
  }
  [[nodiscard]] Value* operator->() { return &**this; }
  [[nodiscard]] const Value* operator->() const { return &**this; }
  [[nodiscard]] const failure& why() const {
    assert(held_.index() == 1);
    return *std::get_if<1>(&held_);
  }
  /// `ok` where there is a value.
  [[nodiscard]] code reason() const { return held_.index() == 0 ? code::ok : why().reason; }

private:
  std::variant<Value, failure> held_;
};

} // namespace wardflow::io
