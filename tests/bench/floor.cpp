// SPDX-License-Identifier: Apache-2.0
// The floor of scripts/bench: LMDB commits of a given size with real fsync, and nothing else.
//   floor ROUND_BYTES ROUND_SCANS SECONDS FOLDER     scans per second on stdout
#include <lmdb.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace {

void must(int result) {
  if (result != 0) {
    std::fprintf(stderr, "floor: %s\n", mdb_strerror(result));
    std::exit(1);
  }
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 5)
    return 2;
  auto bytes = static_cast<std::size_t>(std::atoll(argv[1]));
  auto scans = static_cast<std::uint64_t>(std::atoll(argv[2]));
  auto seconds = std::atof(argv[3]);
  MDB_env* env = nullptr;
  must(mdb_env_create(&env));
  must(mdb_env_set_mapsize(env, std::size_t{64} << 30));
  must(mdb_env_open(env, argv[4], 0, 0600));
  constexpr std::size_t value_bytes = 65'520; // sixteen pages with LMDB's own header
  std::vector<char> data(std::max(bytes, value_bytes), 'x');
  std::uint64_t position = 0, first = 0, rounds = 0, kept = 0;
  auto begun = std::chrono::steady_clock::now();
  auto passed = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  };
  while (passed() < seconds) {
    MDB_txn* txn = nullptr;
    MDB_dbi dbi = 0;
    must(mdb_txn_begin(env, nullptr, 0, &txn));
    must(mdb_dbi_open(txn, nullptr, MDB_INTEGERKEY, &dbi));
    for (std::size_t left = bytes; left > 0;) {
      auto piece = std::min(left, value_bytes);
      MDB_val key{sizeof position, &position}, value{piece, data.data()};
      must(mdb_put(txn, dbi, &key, &value, MDB_APPEND));
      ++position;
      left -= piece;
      kept += piece;
    }
    for (; kept > (std::size_t{1} << 30); ++first) { // the oldest go: pages are used again
      MDB_val key{sizeof first, &first}, value{};
      must(mdb_get(txn, dbi, &key, &value));
      kept -= value.mv_size;
      must(mdb_del(txn, dbi, &key, nullptr));
    }
    must(mdb_txn_commit(txn));
    ++rounds;
  }
  std::printf("%.0f\n", static_cast<double>(rounds * scans) / passed());
  mdb_env_close(env);
  return 0;
}
