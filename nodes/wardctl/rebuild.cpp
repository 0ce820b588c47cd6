// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/rebuild.hpp"

#include "actors/disk/rebuilt_store.hpp"
#include "nodes/wardctl/view.hpp"

#include <algorithm>
#include <utility>

namespace wardflow::wardctl {

namespace {

constexpr int page_wait_ms = 30'000;
constexpr std::size_t map_bytes = std::size_t{4} << 30; // the node opens it with its own

int hex_value(char c) {
  return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

std::optional<node_id> id_of(std::string_view hex) {
  node_id id{};
  if (hex.size() != 2 * id.size())
    return std::nullopt;
  for (std::size_t i = 0; i != id.size(); ++i) {
    auto high = hex_value(hex[2 * i]), low = hex_value(hex[2 * i + 1]);
    if (high < 0 || low < 0)
      return std::nullopt;
    id[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return id;
}

io::failure malformed(std::string what) {
  return {code::frame_malformed, std::move(what)};
}

/// Rows that the ward has had and the parent has not: what was told of sizes less what came.
std::uint64_t missing_of(const answer& a) {
  std::uint64_t missing = 0;
  for (auto [told, held] : {std::pair{"groups_told", "groups"},
                            {"venues_told", "venues"},
                            {"devices_told", "devices"}}) {
    auto all = number_fact(a, told), here = number_fact(a, held);
    missing += all > here ? all - here : 0;
  }
  return missing;
}

rebuilt facts_of(const answer& a) {
  rebuilt r;
  r.epoch = number_fact(a, "epoch");
  r.heard = fact(a, "heard");
  r.groups = number_fact(a, "groups");
  r.venues = number_fact(a, "venues");
  r.devices = number_fact(a, "devices");
  r.missing = missing_of(a);
  r.directives_gone = fact(a, "directives_gone") == "yes";
  r.cards_gone = fact(a, "cards_gone") == "yes";
  r.directives_since = fact(a, "directives_since");
  r.cards_since = fact(a, "cards_since");
  return r;
}

/// The next page; `q.after` moves on.
std::optional<io::failure> take_page(session& link, query& q, unit_code unit, ward_rebuild& built,
                                     bool& more, time_ms& now) {
  auto page = link.say(q, {.wait_ms = page_wait_ms, .unit = unit});
  if (!page)
    return page.why();
  if (page->code != code::done)
    return io::failure{page->code, page->detail};
  auto message = frame_body::copy_of(page->batch); // aligned
  link_batch batch;
  if (read_link_batch(message.view(), batch) != code::ok || !batch.is_snapshot())
    return malformed("a page of the ward's rows");
  for (auto& e : batch.entries)
    if (built.take(e) != code::ok)
      return malformed(built.detail);
  auto last = number_fact(*page, "last");
  more = page->more;
  now = page->node_time;
  if (more && last <= q.after)
    return malformed("pages that do not go on");
  q.after = last;
  return std::nullopt;
}

std::optional<io::failure> write_store(const std::filesystem::path& folder, ward_rebuild& built,
                                       std::uint64_t epoch) {
  io::store_options o;
  o.folder = folder;
  o.map_bytes = map_bytes;
  o.ballast_bytes = 0;
  o.trust_filesystem = true; // the node looks at the one where it starts
  auto opened = io::store::open(o);
  if (auto* why = std::get_if<io::store_failure>(&opened))
    return io::failure{why->reason, why->detail};
  auto bad = write_rebuilt(std::get<io::store>(opened), built, epoch);
  if (bad != code::ok)
    return io::failure{bad, folder.string()};
  return std::nullopt;
}

} // namespace

io::outcome<rebuild> rebuild::open(const rebuild_source& from) {
  target to;
  to.control = from.parent;
  to.node_key = from.parent_key;
  to.key = from.key;
  auto link = session::open(to);
  if (!link)
    return link.why();
  return rebuild{std::move(*link), from.unit};
}

io::outcome<answer> rebuild::replace(bool dry_run) {
  auto said = link_.say(unit_replace{unit_}, {.dry_run = dry_run});
  if (!said)
    return said;
  if (said->code != (dry_run ? code::dry_run_ok : code::done))
    return io::failure{said->code, said->detail};
  return said;
}

std::optional<io::failure> rebuild::look() {
  auto said = replace(true);
  return said ? std::nullopt : std::optional{said.why()};
}

std::optional<io::failure> rebuild::write_into(const std::filesystem::path& folder) {
  auto said = replace(false);
  if (!said)
    return said.why();
  auto parent = id_of(fact(*said, "parent"));
  if (!parent || number_fact(*said, "epoch") == 0)
    return malformed("what the parent says of the old machine");
  result_ = facts_of(*said);
  ward_rebuild built{unit_};
  query q;
  q.what = query_kind::unit_rows;
  auto more = true;
  time_ms now = 0;
  while (more)
    if (auto bad = take_page(link_, q, unit_, built, more, now))
      return bad;
  built.finish(now, {{*parent, number_fact(*said, "parent_epoch")},
                     {number_fact(*said, "took_control"), number_fact(*said, "took_bulk")}});
  result_.revoked = built.revoked;
  result_.counted = built.counted;
  result_.positions = built.positions;
  return write_store(folder, built, result_.epoch);
}

} // namespace wardflow::wardctl
