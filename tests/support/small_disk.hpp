// SPDX-License-Identifier: Apache-2.0
// A node on a disk that fills up: by its own data, and by another program's file.
#pragma once

#include "actors/io/clock.hpp"
#include "messages/link.hpp"
#include "messages/verdict.hpp"
#include "tests/support/power_rig.hpp"
#include "tests/support/ward_rig.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace wardflow::test {

inline std::string fact(const answer& a, std::string_view name) {
  for (auto& [key, value] : a.facts)
    if (key == name)
      return value;
  return {};
}

/// Another program's file, until the disk is full.
inline void take_the_rest(const std::filesystem::path& file) {
  std::ofstream other{file, std::ios::binary};
  for (auto size : {1u << 20, 1u << 12}) {
    const std::string piece(size, 'x');
    while (other.write(piece.data(), static_cast<long>(piece.size())) && other.flush()) {
      // nop
    }
    other.clear();
  }
}

/// A real ward node whose disk is a small ext4.
struct small_disk {
  explicit small_disk(const std::string& more = {}) :
    node(made(disk.folder() / "ward"), "ballast_mib = 8\nmap_gib = 1\n" + more) {
    BOOST_REQUIRE_MESSAGE(node.start(), node.output);
    BOOST_REQUIRE(node.furnish(20));
  }

  static std::filesystem::path made(std::filesystem::path folder) {
    std::filesystem::create_directory(folder);
    return folder;
  }

  /// What the node says of one batch: ok, or why it was refused.
  code send(std::size_t count) {
    if (link_ == nullptr)
      link_ = node.scanner(node.gateway_key);
    std::vector<scan> scans(count);
    for (std::size_t i = 0; i != count; ++i) {
      scans[i].venue = make_venue_id(ward_rig::ward, 1 + static_cast<std::uint32_t>(i % 20));
      scans[i].card = card_id{1 + (answered + i) % 5'000};
      scans[i].at = io::wall_ms();
    }
    auto sent = false;
    for (auto until = io::monotonic_ms() + 20'000; io::monotonic_ms() < until;) {
      if (!sent)
        sent = link_->send(frame_kind::scan_batch, encode_batch(1, answered + 1, scans));
      auto got = link_->receive(50);
      refusal no;
      scan_reply yes;
      if (got && got->header.kind == frame_kind::refusal &&
          read_refusal(got->body.view(), no) == code::ok)
        return no.reason;
      if (got && read_scan_reply(got->body.view(), yes) == code::ok &&
          yes.through_sequence == answered + count) {
        answered += count;
        return code::ok;
      }
    }
    return code::answer_timeout;
  }
  code fill(std::size_t count) {
    auto c = code::ok;
    for (auto i = 0; c == code::ok && i != 5'000; ++i)
      c = send(count);
    return c;
  }
  /// Sends until the node takes scans again.
  code send_until_taken() {
    auto c = code::store_full;
    for (auto until = io::monotonic_ms() + 20'000;
         c == code::store_full && io::monotonic_ms() < until;) {
      c = send(100);
      if (c == code::store_full)
        (void)link_->receive(100);
    }
    return c;
  }

  void again() {
    link_.reset();
    BOOST_REQUIRE_MESSAGE(node.start(), node.output);
  }

  /// Everything that was answered is counted, and the journal agrees.
  void check() {
    auto status = node.say(query{});
    BOOST_REQUIRE(status.has_value());
    BOOST_TEST(fact(*status, "scans_taken") == std::to_string(answered));
    query q;
    q.what = query_kind::verify;
    auto verified = node.say(q, false, 60'000);
    BOOST_REQUIRE(verified.has_value());
    BOOST_TEST((verified->code == code::verify_clean), verified->detail);
  }
  void is_full() {
    auto status = node.say(query{});
    BOOST_REQUIRE(status.has_value());
    BOOST_TEST(fact(*status, "store") == "full");
    suspended_ = !suspended_; // an operator's word still gets in
    auto said = node.say(venue_order{make_venue_id(ward_rig::ward, 3), suspended_, "8/QD"});
    BOOST_REQUIRE(said.has_value());
    BOOST_TEST((said->code == code::done), said->detail);
  }

  power_rig disk{std::size_t{96} << 20};
  ward_rig node;
  std::uint64_t answered = 0;

private:
  std::unique_ptr<io::client> link_;
  bool suspended_ = false;
};

} // namespace wardflow::test
