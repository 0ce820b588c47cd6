// SPDX-License-Identifier: Apache-2.0
// A small tree of real nodes: an area, and wards below it that dial it.
//
// Owns     what its ward_rigs own: folders and processes.
#pragma once

#include "tests/support/ward_rig.hpp"

#include <memory>
#include <string>
#include <vector>

namespace wardflow::test {

class tree_rig {
public:
  struct ward {
    explicit ward(const char* unit, const std::string& config = {}) : node({}, config, unit) {}

    /// Suspends this venue and lets a person scan there: one alert, named by the venue.
    void alarm(std::uint32_t venue);
    [[nodiscard]] std::string unit() const { return std::string{node.unit.text()}; }
    [[nodiscard]] std::string alarm_name(std::uint32_t venue) const;

    ward_rig node;

  private:
    std::unique_ptr<io::client> gateway_;
    std::uint64_t next_ = 1;
  };

  /// Starts the area, then its wards, each with so many venues; all have heard each other.
  /// `config`: further lines of each node.toml.
  explicit tree_rig(std::vector<const char*> wards = {"22366"}, std::uint32_t venues = 20,
                    const std::string& config = {});

  /// Waits until the area's node_list says that all children are up and nothing is on its way.
  [[nodiscard]] bool settled();
  /// Waits until this reader has acknowledged all that there is.
  [[nodiscard]] bool has_read_all(const std::string& name);
  /// A new ward's folder below the area, which it knows once it is started; it is not started.
  ward& add_ward(const char* unit, const std::string& config = {});
  /// It is told of its parent.
  void join(ward& w);

  /// Puts the child's key into the parent's allow-list, as a node's.
  static void allow(ward_rig& parent, const ward_rig& child);
  /// A target.toml in the node's folder, with its operator's key; what `--target` wants.
  static std::string target_of(ward_rig& node);

  ward_rig area;
  std::vector<std::unique_ptr<ward>> wards;
};

} // namespace wardflow::test
