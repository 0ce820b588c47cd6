// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/ward_folder.hpp"

#include "actors/io/allow_file.hpp"
#include "actors/io/key_files.hpp"
#include "actors/io/key_text.hpp"
#include "actors/io/pseudonym.hpp"
#include "nodes/wardctl/endpoints.hpp"
#include "nodes/wardctl/new_file.hpp"
#include "nodes/wardctl/shipped_files.hpp"
#include "nodes/wardctl/target.hpp"

#include <cstdlib>
#include <sstream>

namespace wardflow::wardctl {

namespace {

namespace fs = std::filesystem;

/// A folder that is gone again unless it was kept.
struct scaffold {
  fs::path path;
  ~scaffold() {
    std::error_code ignored;
    if (!path.empty())
      fs::remove_all(path, ignored);
  }
};

/// The folder that is to hold `folder`, which is made if it is missing.
fs::path parent_of(const fs::path& folder) {
  auto parent = folder.has_parent_path() ? folder.parent_path() : fs::path{"."};
  std::error_code ignored;
  fs::create_directories(parent, ignored);
  return parent;
}

bool is_taken(const fs::path& folder) {
  std::error_code error;
  if (!fs::exists(fs::symlink_status(folder, error)))
    return false;
  return !fs::is_directory(folder, error) || !fs::is_empty(folder, error);
}

io::outcome<public_key> new_key(const fs::path& file) {
  auto pair = io::generate_key_pair();
  return pair ? io::write_key_pair(file, *pair) : io::outcome<public_key>{pair.why()};
}

/// The one that is given, else a new one.
io::outcome<public_key> node_key(const fs::path& file, const fs::path& given) {
  if (given.empty())
    return new_key(file);
  auto pair = io::load_key_pair(given);
  return pair ? io::write_key_pair(file, *pair) : io::outcome<public_key>{pair.why()};
}

io::failure cannot_write(const fs::path& what) {
  return {code::file_write_failed, what.string()};
}

/// Fills `at`; the paths in it are relative, so that it can be moved.
io::outcome<made_ward> fill(const fs::path& at, const ward_plan& plan, const province_key& secret) {
  std::error_code error;
  fs::create_directory(at / "keys", error);
  fs::permissions(at / "keys", fs::perms::owner_all, error);
  made_ward made;
  auto node = node_key(at / "keys" / "node", plan.node_key);
  if (!node)
    return node.why();
  auto person = new_key(at / "keys" / "operator");
  if (!person)
    return person.why();
  made.node_key = *node;
  made.operator_key = *person;
  if (secret.write(at / "keys" / "province") != code::ok)
    return cannot_write(at / "keys" / "province");
  principal who;
  who.name = plan.operator_name;
  who.role = role::operator_;
  who.unit = plan.unit;
  who.key = *person;
  if (auto listed = io::append_to_allow_file(at / "allow.toml", who); !listed)
    return listed.why();
  if (write_new_file(at / "node.toml", node_file(plan)) != code::done)
    return cannot_write(at / "node.toml");
  target t;
  t.scans = reachable(plan.scans, plan.address);
  t.control = reachable(plan.control, plan.address);
  t.node_key = *node;
  t.key = "keys/operator";
  if (write_target(at / "target.toml", t) != code::ok)
    return cannot_write(at / "target.toml");
  return made;
}

} // namespace

io::outcome<made_ward> make_ward(const ward_plan& plan) {
  auto folder = plan.folder.lexically_normal();
  if (!folder.has_filename()) // `ward/`
    folder = folder.parent_path();
  if (folder.empty() || is_taken(folder))
    return io::failure{code::folder_exists, plan.folder.string()};
  auto secret = province_key::load(plan.province_key);
  if (!secret.key)
    return io::failure{secret.problem, plan.province_key.string()};
  auto pattern = (parent_of(folder) / ".wardctl-init-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr)
    return cannot_write(folder);
  scaffold beside{pattern};
  auto made = fill(beside.path, plan, *secret.key);
  if (!made)
    return made;
  if (plan.fill_in)
    if (auto why = plan.fill_in(beside.path))
      return *why;
  std::error_code error;
  fs::rename(beside.path, folder, error);
  if (error)
    return is_taken(folder) ? io::failure{code::folder_exists, folder.string()}
                            : cannot_write(folder);
  beside.path.clear();
  made->folder = folder;
  return made;
}

std::string node_file(const ward_plan& plan) {
  const std::pair<std::string_view, std::string> values[]{
    {"role", plan.unit.is_ward() ? "ward" : "area"},
    {"unit", std::string{plan.unit.text()}},
    {"scan_endpoint", plan.scans},
    {"control_endpoint", plan.control},
    {"clock", plan.clock}};
  std::istringstream in{std::string{shipped::node_file}};
  std::string out;
  for (std::string line; std::getline(in, line);) {
    for (auto& [key, value] : values)
      if (line.starts_with(std::string{key} + " = "))
        line = std::string{key} + " = \"" + value + "\""; // no quote in any of them
    if (!plan.parent.empty() && line.starts_with("# parent = "))
      line = "parent = \"" + plan.parent + "\"";
    if (!plan.parent.empty() && line.starts_with("# parent_key = "))
      line = "parent_key = \"" + io::to_hex(plan.parent_key) + "\"";
    if (plan.clock_start != 0 && line.starts_with("# clock_start = "))
      line = "clock_start = \"" + day_text(plan.clock_start) + "\"";
    out += line + "\n";
  }
  return out;
}

} // namespace wardflow::wardctl
