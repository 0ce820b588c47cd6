// SPDX-License-Identifier: Apache-2.0
#include "actors/io/allow_file.hpp"

#include "actors/io/key_text.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace wardflow::io {

namespace {

constexpr std::size_t allow_file_bytes_max = 1u << 20;

struct role_name {
  std::string_view text;
  role is;
};
constexpr std::array<role_name, 4> role_names{{{"operator", role::operator_},
                                               {"supervisor", role::supervisor},
                                               {"health", role::health},
                                               {"node", role::node}}};
constexpr std::array<std::string_view, 6> fields{"name", "role",       "key",
                                                 "unit", "not_before", "not_after"};

/// The first mistake of a file, with its line.
class complaint {
public:
  explicit complaint(std::string_view name) : name_(name) {
    // nop
  }
  void at(const toml::source_region& where, code reason, std::string_view what) {
    if (!first_)
      first_ =
        failure{reason, name_ + ":" + std::to_string(where.begin.line) + ": " + std::string{what}};
  }
  [[nodiscard]] const std::optional<failure>& first() const { return first_; }

private:
  std::string name_;
  std::optional<failure> first_;
};

std::string text_of(const toml::table& entry, std::string_view field, complaint& wrong) {
  const auto* node = entry.get(field);
  if (node == nullptr) {
    wrong.at(entry.source(), code::config_malformed, "needs " + std::string{field} + " = \"...\"");
    return {};
  }
  const auto* text = node->as_string();
  if (text == nullptr || text->get().empty()) {
    wrong.at(node->source(), code::config_malformed, std::string{field} + " must be a text");
    return {};
  }
  return text->get();
}

/// A day or a time, as TOML knows them or as a text. A day as an end counts to its end.
time_ms time_of(const toml::table& entry, std::string_view field, bool is_end, complaint& wrong) {
  const auto* node = entry.get(field);
  if (node == nullptr)
    return 0;
  std::ostringstream text;
  if (const auto* day = node->as_date())
    text << day->get();
  else if (const auto* time = node->as_date_time())
    text << time->get();
  else if (const auto* plain = node->as_string())
    text << plain->get();
  if (auto day = parse_day(text.str()))
    return start_of(static_cast<day_number>(*day + (is_end ? 1 : 0)));
  if (auto time = parse_time(text.str()); time && *time > 0)
    return *time;
  wrong.at(node->source(), code::config_malformed,
           std::string{field} + " must be a day (2021-10-16) or a day and time");
  return 0;
}

role role_of(const toml::table& entry, complaint& wrong) {
  auto text = text_of(entry, "role", wrong);
  for (const auto& known : role_names)
    if (known.text == text)
      return known.is;
  if (!wrong.first())
    wrong.at(entry.get("role")->source(), code::config_malformed,
             text == "door" || text == "gateway"
               ? "devices are registered with `wardctl device add`, not here"
               : "role must be operator, supervisor, health or node");
  return role::none;
}

principal read_entry(const toml::table& entry, complaint& wrong) {
  for (const auto& [key, node] : entry)
    if (std::ranges::find(fields, key.str()) == fields.end())
      wrong.at(key.source(), code::config_key_unknown,
               "unknown setting `" + std::string{key.str()} + "`");
  principal who;
  who.name = text_of(entry, "name", wrong);
  who.role = role_of(entry, wrong);
  if (auto key = parse_key(text_of(entry, "key", wrong)))
    who.key = *key;
  else if (!wrong.first())
    wrong.at(entry.get("key")->source(), code::key_file_malformed,
             "key must have 64 hexadecimal digits or 40 characters of Z85");
  if (auto unit = unit_code::parse(text_of(entry, "unit", wrong)))
    who.unit = *unit;
  else if (!wrong.first())
    wrong.at(entry.get("unit")->source(), code::config_malformed,
             "unit must be a code of two, three or five digits");
  who.not_before = time_of(entry, "not_before", false, wrong);
  who.not_after = time_of(entry, "not_after", true, wrong);
  if (who.not_after != 0 && who.not_after <= who.not_before)
    wrong.at(entry.get("not_after")->source(), code::config_malformed,
             "not_after is not later than not_before");
  return who;
}

std::vector<principal> read_entries(const toml::table& whole, complaint& wrong) {
  std::vector<principal> keys;
  for (const auto& [key, node] : whole)
    if (key.str() != "key")
      wrong.at(key.source(), code::config_key_unknown,
               "unknown setting `" + std::string{key.str()} + "`; entries begin with [[key]]");
  const auto* node = whole.get("key");
  if (node == nullptr)
    return keys;
  const auto* entries = node->as_array();
  if (entries == nullptr) {
    wrong.at(node->source(), code::config_malformed, "entries begin with [[key]]");
    return keys;
  }
  for (const auto& element : *entries) {
    const auto* entry = element.as_table();
    if (entry == nullptr) {
      wrong.at(element.source(), code::config_malformed, "entries begin with [[key]]");
      return keys;
    }
    auto who = read_entry(*entry, wrong);
    for (const auto& other : keys)
      if (other.key == who.key)
        wrong.at(entry->source(), code::key_file_malformed,
                 "this key is given to `" + other.name + "` already");
    keys.push_back(std::move(who));
  }
  return keys;
}

failure failed(code reason, const std::filesystem::path& file, std::string_view what) {
  return {reason, file.string() + ": " + std::string{what}};
}

outcome<std::string> read_text(const std::filesystem::path& file) {
  struct stat facts {};
  if (::stat(file.c_str(), &facts) != 0)
    return failed(code::file_missing, file, std::strerror(errno));
  if ((facts.st_mode & 022) != 0)
    return failed(code::key_file_open_to_others, file, "others may write it: needs mode 0600");
  if (!S_ISREG(facts.st_mode) || static_cast<std::size_t>(facts.st_size) > allow_file_bytes_max)
    return failed(code::config_malformed, file, "not a plain file of at most 1 MiB");
  std::ifstream in{file, std::ios::binary};
  if (!in)
    return failed(code::file_missing, file, std::strerror(errno));
  return std::string{std::istreambuf_iterator<char>{in}, {}};
}

/// `text` as a TOML string; a control character becomes a space: names go to screens.
std::string toml_string(std::string_view text) {
  std::string result = "\"";
  for (auto c : text) {
    if (c == '"' || c == '\\')
      result += '\\';
    result += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  }
  return result + '"';
}

std::string entry_text(const principal& who) {
  std::string_view role_text = "none"; // a device's: refused when it is read
  for (const auto& known : role_names)
    if (known.is == who.role)
      role_text = known.text;
  auto text = "[[key]]\nname = " + toml_string(who.name) + "\nrole = " + toml_string(role_text) +
              "\nkey = " + toml_string(to_hex(who.key)) +
              "\nunit = " + toml_string(who.unit.text()) + '\n';
  if (who.not_before != 0)
    text += "not_before = " + time_text(who.not_before) + '\n';
  if (who.not_after != 0)
    text += "not_after = " + time_text(who.not_after) + '\n';
  return text;
}

/// Writes beside the file, syncs, and renames over it. Whose file it was, his it stays: root's hand
/// must not take the list away from the node's user.
bool replace_file(const std::filesystem::path& file, std::string_view text) {
  auto beside = file.string() + ".new";
  auto fd = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0)
    return false;
  struct stat before {};
  auto written = ::stat(file.c_str(), &before) != 0 || before.st_uid == ::geteuid() ||
                 ::fchown(fd, before.st_uid, before.st_gid) == 0;
  for (auto left = text; written && !left.empty();) {
    auto done = ::write(fd, left.data(), left.size());
    written = done > 0;
    left.remove_prefix(written ? static_cast<std::size_t>(done) : 0);
  }
  written = written && ::fsync(fd) == 0;
  written = ::close(fd) == 0 && written;
  if (written && ::rename(beside.c_str(), file.c_str()) == 0)
    return true;
  auto reason = errno;
  ::unlink(beside.c_str());
  errno = reason;
  return false;
}

} // namespace

outcome<std::vector<principal>> parse_allow_list(std::string_view text, std::string_view name) {
  complaint wrong{name};
  try {
    auto keys = read_entries(toml::parse(text), wrong);
    if (!wrong.first())
      return keys;
  } catch (const toml::parse_error& error) {
    wrong.at(error.source(), code::config_malformed, error.description());
  }
  return *wrong.first();
}

outcome<std::vector<principal>> read_allow_file(const std::filesystem::path& file) {
  auto text = read_text(file);
  return text ? parse_allow_list(*text, file.string())
              : outcome<std::vector<principal>>{text.why()};
}

outcome<std::size_t> append_to_allow_file(const std::filesystem::path& file, const principal& who) {
  auto text = read_text(file);
  if (!text && text.reason() != code::file_missing)
    return text.why();
  auto whole = text ? *text : std::string{"# Keys of people and child nodes. Read on SIGHUP.\n"};
  auto before = parse_allow_list(whole, file.string());
  if (!before)
    return before.why();
  for (const auto& known : *before)
    if (known.key == who.key)
      return failed(code::already_so, file, "this key is given to `" + known.name + "` already");
  if (!whole.empty() && whole.back() != '\n')
    whole += '\n';
  whole += '\n' + entry_text(who);
  auto after = parse_allow_list(whole, file.string());
  if (!after)
    return after.why();
  if (!replace_file(file, whole))
    return failed(code::file_write_failed, file, std::strerror(errno));
  return after->size();
}

} // namespace wardflow::io
