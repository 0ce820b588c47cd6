// SPDX-License-Identifier: Apache-2.0
// Opening: the folder is fit and ours, the environment is of this version, its end is whole.
#include "actors/io/store.hpp"

#include "actors/io/file_system.hpp"
#include "actors/io/store_core.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace wardflow::io {

namespace {

constexpr std::size_t fresh_store_bytes = 1u << 20; // a new environment with its first commits
constexpr unsigned readers_max = 60;                // the lock file stays one page

constexpr std::array<const char*, table_count> table_names{
  // in the order of `table`
  "meta",  "venues", "cards", "devices", "ward",  "base",   "commands", "visits",
  "hours", "audit",  "up",    "down",    "links", "alerts", "rollups",  "facts"};

using failure = store_failure;
failure none() {
  return {code::ok, {}};
}
failure say(code reason, const std::filesystem::path& what, const std::string& why) {
  return {reason, what.string() + ": " + why};
}
failure say_rc(int rc, const std::filesystem::path& what) {
  code reason = code_of(rc);
  if (rc == EACCES || rc == EPERM || rc == EROFS || rc == EINVAL)
    reason = code::folder_unsuitable; // rights, or a file system without shared maps
  if (reason == code::not_found)
    reason = code::store_damaged; // a table is missing
  return say(reason, what, mdb_strerror(rc));
}

failure check_folder(const store_options& options) {
  const char* folder = options.folder.c_str();
  struct stat s {};
  if (::stat(folder, &s) != 0)
    return say(errno == ENOENT || errno == ENOTDIR ? code::folder_missing : code::folder_unsuitable,
               options.folder, std::strerror(errno));
  if (!S_ISDIR(s.st_mode))
    return say(code::folder_missing, options.folder, "not a folder");
  const auto system = file_system_of(options.folder);
  if (!system)
    return say(code::folder_unsuitable, options.folder, std::strerror(errno));
  if (system->is == fitness::unfit && !options.trust_filesystem)
    return say(code::folder_unsuitable, options.folder, std::string{system->name});
  return none();
}

// Held until the process ends or the store is closed; a copy of the folder carries no lock.
failure take_lock(store_core& c) {
  const auto path = c.file("lock");
  const int flags = c.options.read_only ? O_RDONLY : O_RDWR | O_CREAT;
  c.lock_fd = ::open(path.c_str(), flags | O_CLOEXEC, 0600);
  if (c.lock_fd < 0) {
    if (errno == ENOENT)
      return say(code::folder_missing, c.options.folder, "no store was ever opened in it");
    return say_rc(errno, path);
  }
  if (::flock(c.lock_fd, (c.options.read_only ? LOCK_SH : LOCK_EX) | LOCK_NB) != 0)
    return say(errno == EWOULDBLOCK ? code::folder_in_use : code::folder_unsuitable, path,
               std::strerror(errno));
  return none();
}

// A file shorter than its own last page would end the process with SIGBUS at a read: with the rest
// as a hole the damage is found by LMDB or by a checksum, and named.
int fill_up(MDB_env* env, bool read_only) {
  MDB_envinfo info{};
  MDB_stat stat{};
  int fd = -1;
  if (const int rc = mdb_env_info(env, &info); rc != 0)
    return rc;
  if (const int rc = mdb_env_stat(env, &stat); rc != 0)
    return rc;
  if (const int rc = mdb_env_get_fd(env, &fd); rc != 0)
    return rc;
  struct stat s {};
  if (::fstat(fd, &s) != 0)
    return errno;
  const auto size = static_cast<off_t>((info.me_last_pgno + 1) * stat.ms_psize);
  if (s.st_size >= size)
    return 0;
  if (read_only)
    return MDB_CORRUPTED;
  return ::ftruncate(fd, size) == 0 ? 0 : errno;
}

failure open_environment(store_core& c) {
  const store_options& o = c.options;
  const auto data = c.file("data.mdb");
  std::error_code unreadable; // then opening it says why
  const bool fresh = !std::filesystem::exists(data, unreadable) && !unreadable;
  if (fresh && o.read_only)
    return say(code::folder_missing, o.folder, "no store was ever opened in it");
  if (fresh && c.disk_free() < fresh_store_bytes)
    return say(code::disk_full, o.folder, "no room for a new store");
  if (const int rc = mdb_env_create(&c.env); rc != 0)
    return say_rc(rc, data);
  unsigned flags = MDB_NOTLS;
  if (o.read_only)
    flags |= MDB_RDONLY;
  if (!o.sync)
    flags |= MDB_NOSYNC;
  int rc = mdb_env_set_mapsize(c.env, o.map_bytes + map_reserve(o.map_bytes));
  if (rc == 0)
    rc = mdb_env_set_maxdbs(c.env, table_count + 4);
  if (rc == 0)
    rc = mdb_env_set_maxreaders(c.env, readers_max);
  if (rc == 0)
    rc = mdb_env_open(c.env, o.folder.c_str(), flags, 0600);
  if (rc == 0)
    rc = fill_up(c.env, o.read_only);
  return rc == 0 ? none() : say_rc(rc, data);
}

failure check_schema(store_core& c, MDB_txn* txn, bool fresh) {
  const MDB_dbi meta = c.dbi(table::meta);
  MDB_val key = val(schema_key);
  MDB_val value{};
  std::uint32_t found = schema_version;
  const int rc = mdb_get(txn, meta, &key, &value);
  if (rc == MDB_NOTFOUND && fresh) {
    value = {sizeof found, &found};
    const int put = mdb_put(txn, meta, &key, &value, 0);
    return put == 0 ? none() : say_rc(put, c.options.folder);
  }
  if (rc != 0 || value.mv_size != sizeof found)
    return say(code::store_damaged, c.options.folder, "no schema version");
  std::memcpy(&found, value.mv_data, sizeof found);
  if (found > schema_version)
    return say(code::store_too_new, c.options.folder, "schema " + std::to_string(found));
  return none();
}

failure open_tables(store_core& c) {
  MDB_stat all{};
  if (const int rc = mdb_env_stat(c.env, &all); rc != 0)
    return say_rc(rc, c.options.folder);
  const bool fresh = all.ms_entries == 0 && !c.options.read_only;
  transaction txn{c.env, c.options.read_only ? static_cast<unsigned>(MDB_RDONLY) : 0u};
  int rc = txn.begun();
  const unsigned flags = fresh ? static_cast<unsigned>(MDB_CREATE) : 0u;
  if (rc == 0)
    rc = mdb_dbi_open(txn.get(), table_names[0], flags, &c.tables[0]);
  if (rc != 0)
    return say_rc(rc, c.options.folder);
  if (failure f = check_schema(c, txn.get(), fresh); f.reason != code::ok)
    return f;
  rc = mdb_dbi_open(txn.get(), "journal", flags, &c.journal);
  for (std::size_t n = 1; rc == 0 && n < table_count; ++n)
    rc = mdb_dbi_open(txn.get(), table_names[n], flags, &c.tables[n]);
  if (rc != 0)
    return say_rc(rc, c.options.folder);
  rc = txn.commit();
  return rc == 0 ? none() : say_rc(rc, c.options.folder);
}

// What was committed last is there, whole, and is the end of the chain.
failure check_end(store_core& c) {
  transaction txn{c.env, MDB_RDONLY};
  if (txn.begun() != 0)
    return say_rc(txn.begun(), c.options.folder);
  journal_facts& head = c.head;
  if (const code r = load_facts(txn.get(), c.dbi(table::meta), head); r != code::ok)
    return say(r, c.options.folder, "the journal's facts are unreadable");
  MDB_stat stat{};
  if (const int rc = mdb_stat(txn.get(), c.journal, &stat); rc != 0)
    return say_rc(rc, c.options.folder);
  const std::uint64_t count = head.next_position - head.first_position;
  if (stat.ms_entries != count)
    return say(code::journal_chain_broken, c.options.folder,
               std::to_string(stat.ms_entries) + " chunks, " + std::to_string(count) + " are due");
  if (count == 0)
    return none();
  const std::string place = "chunk " + std::to_string(head.next_position - 1);
  bytes chunk;
  if (const int rc = find_chunk(txn.get(), c.journal, head.next_position - 1, chunk); rc != 0)
    return say(rc == MDB_NOTFOUND ? code::journal_chain_broken : code::store_damaged,
               c.options.folder, place + ": " + mdb_strerror(rc));
  chunk_header header;
  if (const code r = read_chunk(chunk, header); r != code::ok)
    return say(r, c.options.folder, place + ", the last one, does not read");
  if (!header.last || header.round != head.last_round || chain_of(chunk) != head.chain_end)
    return say(code::journal_chain_broken, c.options.folder, place + " is not the last one");
  return none();
}

} // namespace

std::variant<store, store_failure> store::open(const store_options& options) {
  if (sodium_init() < 0)
    return failure{code::internal, "libsodium does not start"};
  auto c = std::make_unique<store_core>();
  c->options = options;
  failure f = check_folder(options);
  for (auto* step : {&take_lock, &open_environment, &open_tables, &check_end})
    if (f.reason == code::ok)
      f = (*step)(*c);
  if (f.reason != code::ok)
    return f;
  int cleared = 0;
  static_cast<void>(mdb_reader_check(c->env, &cleared));
  static_cast<void>(c->restore_ballast());
  return store{std::move(c)};
}

store::store(std::unique_ptr<store_core> core) : core_(std::move(core)) {
  // nop
}
store::store(store&&) noexcept = default;
store& store::operator=(store&&) noexcept = default;
store::~store() = default;

} // namespace wardflow::io
