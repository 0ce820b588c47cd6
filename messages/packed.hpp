// SPDX-License-Identifier: Apache-2.0
// Saved state as packed little-endian rows: the journal's Cap'n Proto carries what is said, this
// carries what is counted, where a row is 16 bytes and a megabyte of them is one copy.
//
// Promise  a reader never reads past its bytes; every list is preceded by its length in rows and
//          the size of a row, so that a later release can lengthen rows.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace wardflow {

static_assert(std::endian::native == std::endian::little, "rows are saved as they are in memory");

class packed_writer {
public:
  void reserve(std::size_t size) { out_.reserve(size); }
  void number(std::uint64_t value) { raw(&value, sizeof value); }
  void text(std::string_view value) {
    number(value.size());
    raw(value.data(), value.size());
  }
  template <class Row>
  void rows(const std::vector<Row>& rows) {
    static_assert(std::is_trivially_copyable_v<Row> &&
                  std::has_unique_object_representations_v<Row>);
    number(rows.size() | std::uint64_t{sizeof(Row)} << 48);
    raw(rows.data(), rows.size() * sizeof(Row));
  }
  [[nodiscard]] std::vector<std::byte> take() { return std::move(out_); }

private:
  void raw(const void* data, std::size_t size) {
    auto* from = static_cast<const std::byte*>(data);
    out_.insert(out_.end(), from, from + size);
  }

  std::vector<std::byte> out_;
};

class packed_reader {
public:
  explicit packed_reader(std::span<const std::byte> in) : in_(in) {
    // nop
  }
  [[nodiscard]] bool number(std::uint64_t& value) { return raw(&value, sizeof value); }
  [[nodiscard]] bool text(std::string& value) {
    std::uint64_t size = 0;
    if (!number(size) || size > in_.size())
      return false;
    value.assign(reinterpret_cast<const char*>(in_.data()), size);
    in_ = in_.subspan(size);
    return true;
  }
  template <class Row>
  [[nodiscard]] bool rows(std::vector<Row>& rows) {
    std::uint64_t head = 0;
    if (!number(head) || head >> 48 != sizeof(Row))
      return false;
    auto count = head & 0xffff'ffff'ffff;
    if (count > in_.size() / sizeof(Row))
      return false;
    rows.resize(count);
    return raw(rows.data(), count * sizeof(Row));
  }
  [[nodiscard]] bool at_end() const { return in_.empty(); }

private:
  bool raw(void* data, std::size_t size) {
    if (size > in_.size())
      return false;
    if (size != 0)
      std::memcpy(data, in_.data(), size);
    in_ = in_.subspan(size);
    return true;
  }

  std::span<const std::byte> in_;
};

} // namespace wardflow
