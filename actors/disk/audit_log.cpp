// SPDX-License-Identifier: Apache-2.0
#include "actors/disk/audit_log.hpp"

#include "actors/disk/audit_row.hpp"
#include "actors/logic/audit_notes.hpp"

#include <algorithm>
#include <utility>

namespace wardflow {

namespace {

constexpr std::size_t trim_rows_max = 64; // a commit; it adds fewer
constexpr std::size_t rows_a_page = 1000; // of one read transaction

code find_row(const io::store& disk, std::uint64_t number, std::vector<std::byte>& value) {
  return disk.get(io::table::audit, audit_key(number), value);
}

} // namespace

code audit_log::load() {
  return read_audit_head(*disk_, head_);
}

void audit_log::append(std::vector<audit_entry> said, std::uint64_t round, time_ms stamp,
                       std::vector<io::put>& rows) {
  round_ = round;
  stamp_ = stamp;
  write(meter_.rows_of(std::move(said), stamp), round, stamp, rows);
}

void audit_log::end(std::vector<io::put>& rows) {
  write(meter_.rest(), round_, stamp_, rows);
}

void audit_log::write(std::vector<audit_entry> entries, std::uint64_t round, time_ms stamp,
                      std::vector<io::put>& rows) {
  if (entries.empty())
    return;
  auto committed = head_.next;
  auto end = head_.end;
  for (auto& e : entries) {
    e.number = head_.next++;
    e.at = stamp;
    e.round = round;
    auto value = encode_audit_row(e, head_.end);
    head_.end = io::chain_of(value);
    head_.bytes += value.size();
    rows.push_back({io::table::audit, audit_key(e.number), std::move(value), false});
  }
  trim(committed, end, rows);
  rows.push_back({io::table::meta, std::string{audit_head_key}, encode_audit_head(head_), false});
}

/// Rows that are on the disk already (below `committed`, after which the chain is `end`), from the
/// oldest on. One that does not read is no reason to throw it away: it goes when there is no room.
void audit_log::trim(std::uint64_t committed, const io::chain_value& end,
                     std::vector<io::put>& rows) {
  auto too_old = [&](time_ms at) { return at != 0 && stamp_ - at > bounds_.age_max; };
  std::vector<std::byte> value;
  audit_row row;
  for (auto left = trim_rows_max; left != 0 && head_.first != committed; --left) {
    if (head_.bytes <= bounds_.bytes_max && oldest_ != 0 && !too_old(oldest_))
      return;
    auto found = find_row(*disk_, head_.first, value) == code::ok;
    auto reads = found && read_audit_row(value, row) == code::ok;
    oldest_ = reads ? row.entry.at : stamp_;
    if (head_.bytes <= bounds_.bytes_max && !too_old(oldest_))
      return;
    rows.push_back({io::table::audit, audit_key(head_.first), {}, true});
    head_.bytes -= std::min<std::uint64_t>(head_.bytes, found ? value.size() : 0);
    head_.begin = found ? io::chain_of(value) : io::chain_value{};
    ++head_.first;
    oldest_ = 0;
    if (head_.first == committed)
      head_.begin = end;
    else if (find_row(*disk_, head_.first, value) == code::ok &&
             read_audit_row(value, row) == code::ok)
      head_.begin = row.previous;
  }
}

// -- reading --------------------------------------------------------------------------------------

code read_audit(const io::store& disk, const audit_question& q, std::vector<audit_entry>& rows,
                bool& more) {
  rows.clear();
  more = false;
  audit_head head;
  if (auto bad = read_audit_head(disk, head); bad != code::ok)
    return bad;
  auto by = cut_text(q.by, subject_bytes_max);
  auto wanted = [&](const audit_entry& e) {
    return e.at >= q.since && (q.until == 0 || e.at < q.until) && (by.empty() || e.by == by);
  };
  auto done = false;
  for (auto next = std::max(q.after + 1, head.first); !done && next < head.next;) {
    std::size_t seen = 0;
    auto read = disk.read_table(
      io::table::audit,
      [&](std::string_view key, bytes value) {
        ++seen;
        audit_row row;
        auto number = number_of_audit_key(key);
        next = number + 1;
        auto reads = read_audit_row(value, row) == code::ok;
        if (!reads) {
          row.entry = {};
          row.entry.number = number;
          row.entry.outcome = code::store_damaged;
        } else if (!wanted(row.entry)) {
          return true;
        }
        more = rows.size() == q.most;
        if (!more)
          rows.push_back(std::move(row.entry));
        done = more;
        return !more;
      },
      audit_key(next), rows_a_page);
    if (read != code::ok)
      return read;
    done = done || seen == 0;
  }
  return code::ok;
}

// -- the chain ------------------------------------------------------------------------------------

namespace {

/// Where a walk stands between two transactions.
struct walk {
  std::uint64_t next = 0;
  io::chain_value chain{};
  std::string wrong; // what is wrong with the row `next`
};

/// One row, which must be the next of the chain; false: it is not.
bool take_row(walk& w, std::string_view key, bytes value) {
  audit_row row;
  if (number_of_audit_key(key) != w.next)
    w.wrong = " is missing";
  else if (read_audit_row(value, row) != code::ok || row.entry.number != w.next)
    w.wrong = " is damaged";
  else if (row.previous != w.chain)
    w.wrong = " does not follow the one before it";
  else {
    w.chain = io::chain_of(value);
    ++w.next;
  }
  return w.wrong.empty();
}

/// A row past the head's end that no commit of the last moment explains.
bool is_too_long(const io::store& disk, const audit_head& head) {
  std::uint64_t found = 0;
  auto read = disk.read_table(
    io::table::audit,
    [&](std::string_view key, bytes) {
      found = number_of_audit_key(key);
      return false;
    },
    audit_key(head.next), 1);
  audit_head now;
  return read == code::ok && found != 0 && read_audit_head(disk, now) == code::ok &&
         found >= now.next;
}

} // namespace

audit_report verify_audit(const io::store& disk) {
  audit_report report;
  audit_head head;
  if (read_audit_head(disk, head) != code::ok) {
    report.detail = "the audit log's head does not read";
    return report;
  }
  walk w{head.first, head.begin, {}};
  report.first = head.first;
  while (w.wrong.empty() && w.next < head.next) {
    std::size_t seen = 0;
    auto read = disk.read_table(
      io::table::audit,
      [&](std::string_view key, bytes value) {
        ++seen;
        return take_row(w, key, value) && w.next < head.next;
      },
      audit_key(w.next), rows_a_page);
    if (w.wrong.empty() && (read != code::ok || seen == 0))
      w.wrong = read != code::ok ? " is damaged" : " is missing";
    audit_head now; // a trim may have passed by
    if (!w.wrong.empty() && read_audit_head(disk, now) == code::ok && now.first > w.next) {
      report.rows += w.next - report.first;
      head = now;
      w = {now.first, now.begin, {}};
      report.first = now.first;
    }
  }
  report.rows += w.next - report.first;
  if (w.wrong.empty() && w.chain != head.end)
    w = {head.next - 1, {}, " is not the one that was written last"};
  if (w.wrong.empty() && is_too_long(disk, head))
    w.wrong = " was never written";
  report.hash = chain_text(w.chain);
  if (w.wrong.empty()) {
    report.result = code::audit_whole;
    return report;
  }
  report.broken = w.next;
  report.detail = "audit row " + std::to_string(w.next) + w.wrong;
  return report;
}

} // namespace wardflow
