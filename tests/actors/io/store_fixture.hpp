// SPDX-License-Identifier: Apache-2.0
// What the store's tests share: a folder of their own, records that a round's number determines.
#pragma once

#include "actors/io/store.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace wardflow::test {

using buffer = std::vector<std::byte>;

class own_folder {
public:
  own_folder() {
    std::string name = (std::filesystem::temp_directory_path() / "wardflow-store-XXXXXX").string();
    BOOST_REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  own_folder(const own_folder&) = delete;
  own_folder& operator=(const own_folder&) = delete;
  ~own_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
  std::filesystem::path path_;
};

/// Small, and on any file system: what is tested here is not the disk.
inline io::store_options small_store(const std::filesystem::path& folder) {
  io::store_options o;
  o.folder = folder;
  o.map_bytes = 64u << 20;
  o.ballast_bytes = 0;
  o.trust_filesystem = true;
  return o;
}

inline io::store must_open(const io::store_options& options) {
  auto opened = io::store::open(options);
  if (const auto* f = std::get_if<io::store_failure>(&opened))
    BOOST_FAIL("not opened: code " << static_cast<int>(f->reason) << ", " << f->detail);
  return std::move(std::get<io::store>(opened));
}

inline code open_code(const io::store_options& options) {
  auto opened = io::store::open(options);
  const auto* f = std::get_if<io::store_failure>(&opened);
  return f == nullptr ? code::ok : f->reason;
}

/// `size` bytes that no other round has.
inline buffer record_of(std::uint64_t round, std::size_t size) {
  std::mt19937_64 random{round};
  buffer out(size);
  for (auto& b : out)
    b = std::byte(random());
  return out;
}

inline code commit_record(io::store& s, std::uint64_t round, const buffer& record,
                          std::uint64_t trim_before = 0) {
  const bytes part{record};
  return s.commit({.round = round,
                   .record_parts = {&part, 1},
                   .puts = {},
                   .trim_before = trim_before,
                   .uses_reserve = false});
}

inline io::put row(io::table where, std::string key, std::string_view value) {
  const auto view = std::as_bytes(std::span{value});
  return {where, std::move(key), buffer(view.begin(), view.end()), false};
}

struct round_copy {
  std::uint64_t round = 0;
  buffer data;
};

inline code read_from(const io::store& s, std::uint64_t from, std::vector<round_copy>& out,
                      std::string* detail = nullptr) {
  out.clear();
  return s.read_rounds(
    from,
    [&](std::uint64_t round, bytes data) {
      out.push_back({round, buffer(data.begin(), data.end())});
      return true;
    },
    detail);
}

} // namespace wardflow::test
