// SPDX-License-Identifier: Apache-2.0
#include "actors/io/zap.hpp"

#include <algorithm>
#include <cstring>
#include <string>

namespace wardflow::io {

/// One request of RFC 27; `well_formed` is false where a part is missing or of another form.
struct zap_desk::question {
  std::string request_id;
  std::string address;
  channel on = channel::scans;
  public_key key{};
  bool well_formed = false;
};

bool zap_desk::open(void* context) {
  asked_.reset(zmq_socket(context, ZMQ_REP));
  return asked_ != nullptr && set_option(asked_.get(), ZMQ_LINGER, 0) &&
         set_option(asked_.get(), ZMQ_RCVHWM, 0) &&
         zmq_bind(asked_.get(), "inproc://zeromq.zap.01") == 0 && watch_.open(asked_.get());
}

std::size_t zap_desk::key_hash::operator()(const public_key& key) const {
  std::size_t value = 0;
  std::memcpy(&value, key.data(), sizeof value);
  return value;
}

std::size_t zap_desk::serve(const socket_options& rules, std::size_t most) {
  std::size_t answered = 0;
  for (question q; answered < most && read(q); q = {}, ++answered) {
    auto yes = q.well_formed && rules.may_connect && rules.may_connect(q.on, q.key);
    reply(q, yes, yes ? number_of(q.key) : 0);
    (yes ? let_in_ : refused_) += 1;
    if (!yes && rules.on_refused)
      rules.on_refused(q.on, q.key, q.address);
  }
  return answered;
}

bool zap_desk::read(question& q) {
  enum part_number { version, request_id, domain, address, routing_id, mechanism, key, count };
  auto right = true;
  std::size_t parts = 0;
  zmq_part part;
  do {
    if (!part.receive(asked_.get())) {
      watch_.drained();
      return false;
    }
    auto view = part.view();
    std::string_view text{reinterpret_cast<const char*>(view.data()), view.size()};
    switch (parts++) {
    case version:
      right = right && text == "1.0";
      break;
    case request_id:
      q.request_id = text;
      break;
    case domain:
      right = right && (text == scan_domain || text == control_domain);
      q.on = text == control_domain ? channel::control : channel::scans;
      break;
    case address:
      q.address = text;
      break;
    case mechanism:
      right = right && text == "CURVE";
      break;
    case key:
      right = right && view.size() == q.key.size();
      std::memcpy(q.key.data(), view.data(), std::min(view.size(), q.key.size()));
      break;
    default: // the routing id, which is this node's own
      break;
    }
  } while (part.more());
  q.well_formed = right && parts == count;
  return true;
}

void zap_desk::reply(const question& q, bool yes, std::uint32_t user) {
  auto send = [this](std::string_view text, int flags) {
    // To a connection that went away meanwhile: the library drops it, and that is right.
    zmq_send(asked_.get(), text.data(), text.size(), flags);
  };
  send("1.0", ZMQ_SNDMORE);
  send(q.request_id, ZMQ_SNDMORE);
  send(yes ? "200" : "400", ZMQ_SNDMORE);
  send(yes ? "OK" : "No access", ZMQ_SNDMORE);
  send(yes ? user_text(user) : std::string{}, ZMQ_SNDMORE);
  send("", 0);
}

std::uint32_t zap_desk::number_of(const public_key& key) {
  auto [at, is_new] = numbers_.try_emplace(key, static_cast<std::uint32_t>(keys_.size()));
  if (is_new)
    keys_.push_back(key);
  return at->second;
}

} // namespace wardflow::io
