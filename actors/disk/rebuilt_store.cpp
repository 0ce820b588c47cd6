// SPDX-License-Identifier: Apache-2.0
#include "actors/disk/rebuilt_store.hpp"

#include "actors/disk/base.hpp"
#include "actors/disk/identity.hpp"

#include <utility>

namespace wardflow {

namespace {

class piecewise {
public:
  explicit piecewise(io::store& disk) : disk_(disk) {
    // nop
  }
  void add(saved_row row) {
    bytes_ += row.key.size() + row.value.size();
    rows_.push_back(
      {static_cast<io::table>(row.table), std::move(row.key), std::move(row.value), row.erase});
    if (bytes_ >= base_piece_bytes)
      write();
  }
  code write() {
    io::commit_input in;
    in.puts = rows_;
    in.uses_reserve = true;
    if (done_ == code::ok && !rows_.empty())
      done_ = disk_.commit(in);
    rows_.clear();
    bytes_ = 0;
    return done_;
  }

private:
  io::store& disk_;
  std::vector<io::put> rows_;
  std::size_t bytes_ = 0;
  code done_ = code::ok;
};

} // namespace

code write_rebuilt(io::store& disk, ward_rebuild& built, std::uint64_t epoch) {
  node_identity who;
  if (auto bad = raise_epoch(disk, epoch, who); bad != code::ok)
    return bad;
  piecewise rows{disk};
  built.state.each_row([&](saved_row row) { rows.add(std::move(row)); });
  for (auto& row : built.beside)
    rows.add(row);
  if (auto bad = rows.write(); bad != code::ok)
    return bad;
  base_facts none;
  return write_base(disk, built.state, built.state.state_hash(), local_day(built.state.last_stamp),
                    none, [&disk](std::vector<io::put> puts, std::uint64_t trim_before) {
                      io::commit_input in;
                      in.puts = puts;
                      in.trim_before = trim_before;
                      in.uses_reserve = true;
                      return disk.commit(in);
                    });
}

} // namespace wardflow
