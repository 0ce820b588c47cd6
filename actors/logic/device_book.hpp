// SPDX-License-Identifier: Apache-2.0
// The ward's devices: who they are, and where each one's sequence stands.
//
// Owns     each device's registration and sequence gate.
// Borrows  nothing.
// Promise  a registration is saved in its command's own commit; a gate is part of the fold.
// Bound    a door's window is 64 scans, a gateway's 64 frames and 100,000 scans.
#pragma once

#include "actors/logic/hash.hpp"
#include "actors/logic/sequence_gate.hpp"
#include "messages/round.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wardflow {

struct device_entry {
  explicit device_entry(bool is_gateway) : gateway(is_gateway), gate(is_gateway) {
    // nop
  }

  device_id id{};
  std::string name;
  public_key key{};
  bool gateway;
  venue_id venue{};
  time_ms added_at = 0;
  time_ms revoked_at = 0; // 0: not
  std::string document;   // of the revocation

  sequence_gate gate;
  std::uint64_t counted = 0; // scans taken, ever
  time_ms last_heard = 0;    // stamp of the last taken frame
  std::uint64_t stamp = 0;   // of the saved gate
  bool queued = false;
};

class device_book {
public:
  [[nodiscard]] device_entry* find(device_id id) {
    auto index = static_cast<std::size_t>(id) - 1; // 0 wraps to the end of nowhere
    return index < devices_.size() ? devices_[index].get() : nullptr;
  }
  [[nodiscard]] const std::vector<std::unique_ptr<device_entry>>& all() const { return devices_; }

  /// done, device_exists, device_malformed. `given`: the new device.
  [[nodiscard]] code add(const device_add& row, time_ms stamp, bool dry_run, device_id& given,
                         std::vector<saved_row>& rows);
  /// done, not_found, document_needed, device_revoked (it was before).
  [[nodiscard]] code revoke(const device_revoke& order, time_ms stamp, bool dry_run,
                            std::vector<saved_row>& rows);

  [[nodiscard]] static principal principal_of(const device_entry& d, unit_code unit);

  /// The gate of one device as a row, and back.
  [[nodiscard]] static std::vector<std::byte> save_gate(const device_entry& d, std::uint64_t stamp);
  [[nodiscard]] bool load_gate(device_id id, std::span<const std::byte> saved,
                               std::uint64_t& stamp);
  [[nodiscard]] bool load(std::string_view key, std::span<const std::byte> value);
  /// Registrations and gates as rows.
  void each_row(std::uint64_t stamp, const row_sink& sink) const;
  [[nodiscard]] hash128_value state_hash() const;

private:
  [[nodiscard]] static saved_row saved(const device_entry& d);
  std::vector<std::unique_ptr<device_entry>> devices_; // device n is at n - 1
};

} // namespace wardflow
