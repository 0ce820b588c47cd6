// SPDX-License-Identifier: Apache-2.0
#include "actors/disk/identity.hpp"

#include "messages/packed.hpp"

#include <sys/random.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace wardflow {

namespace {

constexpr auto key = "node";

bool fill(void* to, std::size_t size) {
  return ::getrandom(to, size, 0) == static_cast<ssize_t>(size);
}

code write(io::store& disk, const node_identity& who) {
  packed_writer out;
  out.number(1); // schema version of this value
  out.text({reinterpret_cast<const char*>(who.id.data()), who.id.size()});
  out.number(who.epoch);
  io::put row{io::table::links, key, out.take(), false};
  io::commit_input in;
  in.puts = {&row, 1};
  in.uses_reserve = true;
  return disk.commit(in);
}

} // namespace

code load_identity(io::store& disk, node_identity& out) {
  if (!fill(&out.boot, sizeof out.boot))
    return code::internal;
  std::vector<std::byte> value;
  auto found = disk.get(io::table::links, key, value);
  if (found == code::not_found) {
    if (!fill(out.id.data(), out.id.size()))
      return code::internal;
    return write(disk, out);
  }
  if (found != code::ok)
    return found;
  packed_reader in{value};
  std::uint64_t version = 0;
  std::string id;
  if (!in.number(version) || version != 1 || !in.text(id) || id.size() != out.id.size() ||
      !in.number(out.epoch))
    return code::store_damaged;
  std::memcpy(out.id.data(), id.data(), id.size());
  return code::ok;
}

code raise_epoch(io::store& disk, std::uint64_t at_least, node_identity& out) {
  if (auto bad = load_identity(disk, out); bad != code::ok)
    return bad;
  out.epoch = std::max(out.epoch + 1, at_least);
  return write(disk, out);
}

} // namespace wardflow
