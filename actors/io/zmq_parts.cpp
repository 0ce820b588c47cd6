// SPDX-License-Identifier: Apache-2.0
#include "actors/io/zmq_parts.hpp"

#include "messages/limits.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <cstring>
#include <string_view>
#include <utility>

namespace wardflow::io {

namespace {

/// Below, a copy costs less than a second owner.
constexpr std::size_t copied_bytes_max = 256;
constexpr std::size_t user_digits = 8;

void release_part(void* owner) {
  auto* message = static_cast<zmq_msg_t*>(owner);
  zmq_msg_close(message);
  delete message;
}

/// What follows the header in a part.
frame_body take_body(zmq_part& part) {
  auto view = part.view().subspan(frame_header_bytes);
  auto aligned = reinterpret_cast<std::uintptr_t>(view.data()) % 8 == 0;
  if (!aligned || view.size() <= copied_bytes_max)
    return frame_body::copy_of(view);
  auto* owner = new zmq_msg_t;
  zmq_msg_init(owner);
  zmq_msg_move(owner, part.raw());
  auto* data = static_cast<const std::byte*>(zmq_msg_data(owner)); // large: it did not move
  return {bytes{data, zmq_msg_size(owner)}.subspan(frame_header_bytes), owner, &release_part};
}

std::uint32_t user_of(zmq_part& part) {
  const auto* text = zmq_msg_gets(part.raw(), "User-Id");
  if (text == nullptr)
    return no_user;
  auto user = no_user;
  std::string_view digits{text};
  auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), user, 16);
  auto whole = problem == std::errc{} && end == digits.data() + user_digits;
  return whole && digits.size() == user_digits ? user : no_user;
}

void release_body(void*, void* owner) {
  delete static_cast<frame_body*>(owner);
}

/// Header and body as one part; a large body of our own memory is handed over, not copied. Its new
/// owner, or null where it was copied.
frame_body* init_with(zmq_msg_t& message, frame_kind kind, frame_body& body) {
  auto header = encode_header({limits::protocol_version, kind});
  auto room = body.headroom();
  if (body.size() <= copied_bytes_max || room.empty()) {
    [[maybe_unused]] auto made = zmq_msg_init_size(&message, header.size() + body.size());
    assert(made == 0);
    auto* data = static_cast<std::byte*>(zmq_msg_data(&message));
    std::memcpy(data, header.data(), header.size());
    if (!body.empty())
      std::memcpy(data + header.size(), body.view().data(), body.size());
    return nullptr;
  }
  std::memcpy(room.data(), header.data(), header.size());
  auto* owner = new frame_body{std::move(body)}; // CURVE reads the memory and writes its own
  [[maybe_unused]] auto made =
    zmq_msg_init_data(&message, room.data(), header.size() + owner->size(), &release_body, owner);
  assert(made == 0); // only without memory
  return owner;
}

} // namespace

void drain(void* socket, zmq_part& part) {
  while (part.more() && part.receive(socket)) {
    // The rest of a message is there as soon as its beginning is.
  }
}

frame_in read_frame(void* socket, zmq_part& part, bool with_user) {
  frame_in frame;
  // From here and not from the routing id, which loses its properties when a poll fetched it.
  if (with_user)
    frame.user = user_of(part);
  auto view = part.view();
  auto head = view.first(std::min(view.size(), frame_header_bytes));
  frame.problem = decode_header(head, frame.header);
  if (part.more()) {
    frame.problem = code::frame_malformed;
    drain(socket, part);
  } else if (frame.problem == code::ok) {
    if (view.size() > frame_header_bytes + limits::frame_bytes_max)
      frame.problem = code::frame_too_large;
    else
      frame.body = take_body(part);
  }
  return frame;
}

written write_frame(void* socket, bytes to, frame_kind kind, frame_body& body) {
  auto failed = [] { return zmq_errno() == EAGAIN ? written::no_credit : written::gone; };
  if (!to.empty() && zmq_send(socket, to.data(), to.size(), ZMQ_SNDMORE | ZMQ_DONTWAIT) < 0)
    return failed();
  zmq_msg_t message;
  auto* owner = init_with(message, kind, body);
  if (zmq_msg_send(&message, socket, ZMQ_DONTWAIT) >= 0) {
    body = frame_body{};
    return written::yes;
  }
  auto why = failed();
  if (owner != nullptr)
    body = std::move(*owner); // what is closed now owns nothing
  zmq_msg_close(&message);
  // Past its first part a message either goes on or its peer is gone: nothing blocks there.
  return to.empty() ? why : written::gone;
}

std::string user_text(std::uint32_t user) {
  std::string text(user_digits, '0');
  for (std::size_t i = user_digits; i-- > 0; user /= 16)
    text[i] = "0123456789abcdef"[user % 16];
  return text;
}

bool set_option(void* socket, int option, int value) {
  return zmq_setsockopt(socket, option, &value, sizeof value) == 0;
}
bool set_option(void* socket, int option, std::int64_t value) {
  return zmq_setsockopt(socket, option, &value, sizeof value) == 0;
}
bool set_option(void* socket, int option, const std::array<std::uint8_t, 32>& key) {
  return zmq_setsockopt(socket, option, key.data(), key.size()) == 0;
}

} // namespace wardflow::io
