// SPDX-License-Identifier: Apache-2.0
// The peer of scripts/bench: the same job in Redis, one Lua call a batch.
//   redis_peer BATCH OUTSTANDING CONNECTIONS SECONDS PORT     one JSON object on stdout
//
// The job: the device's sequence gate, a verdict from a table by the card's colour, counts by
// venue, and the scans appended to a log. Redis runs with `appendonly yes`, `appendfsync always`.
#include <hiredis/hiredis.h>
#include <poll.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <random>
#include <string>
#include <vector>

namespace {

constexpr std::uint32_t venue_count = 2000;
constexpr std::uint32_t card_count = 400'000;
constexpr std::size_t scan_bytes = 20; // card 8, venue 4, time 8

// KEYS: sequence, cards, counts, log. ARGV: first sequence, scans packed.
constexpr const char* script = R"lua(
local expected = tonumber(redis.call('GET', KEYS[1]) or '1')
if tonumber(ARGV[1]) ~= expected then return 'gap' end
local scans, n = ARGV[2], #ARGV[2] / 20
local sums, words = {}, {}
for from = 0, n - 1, 1000 do
  local to = math.min(from + 1000, n) - 1
  local cards = {}
  for i = from, to do cards[#cards + 1] = string.sub(scans, i * 20 + 1, i * 20 + 8) end
  local colours = redis.call('HMGET', KEYS[2], unpack(cards))
  for i = from, to do
    local venue = string.sub(scans, i * 20 + 9, i * 20 + 12)
    sums[venue] = (sums[venue] or 0) + 1
    local c = colours[i - from + 1]
    words[#words + 1] = c == 'g' and 'A' or c == 'y' and 'C' or 'R'
  end
end
for venue, count in pairs(sums) do redis.call('HINCRBY', KEYS[3], venue, count) end
redis.call('RPUSH', KEYS[4], scans)
redis.call('SET', KEYS[1], expected + n)
return table.concat(words)
)lua";

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::string card_of(std::uint64_t n) {
  auto id = (n + 1) * 0x9e37'79b9'7f4a'7c15;
  std::string text(8, '\0');
  std::memcpy(text.data(), &id, 8);
  return text;
}

struct connection {
  redisContext* link = nullptr;
  std::string name;
  std::uint64_t next = 1;
  std::deque<double> sent;
};

void fill_cards(redisContext* c) {
  for (std::uint64_t i = 0; i != card_count; ++i) {
    auto card = card_of(i);
    redisAppendCommand(c, "HSET cards %b %s", card.data(), card.size(),
                       i % 3 == 0   ? "g"
                       : i % 3 == 1 ? "y"
                                    : "r");
    if (i % 1000 != 999)
      continue;
    for (auto k = 0; k != 1000; ++k) {
      void* reply = nullptr;
      redisGetReply(c, &reply);
      freeReplyObject(reply);
    }
  }
}

std::string pool_of(std::size_t scans) {
  std::mt19937_64 random{7164};
  std::vector<double> sums;
  double sum = 0;
  for (std::uint32_t i = 1; i <= venue_count; ++i)
    sums.push_back(sum += 1.0 / i);
  std::string pool;
  for (std::size_t i = 0; i != scans; ++i) {
    auto at = std::uniform_real_distribution<>{0, sum}(random);
    auto venue =
      static_cast<std::uint32_t>(std::lower_bound(sums.begin(), sums.end(), at) - sums.begin());
    pool += card_of(random() % card_count);
    pool.append(reinterpret_cast<const char*>(&venue), 4);
    pool.append(8, '\1');
  }
  return pool;
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 6)
    return 2;
  auto batch = static_cast<std::size_t>(std::atoi(argv[1]));
  auto outstanding = static_cast<std::size_t>(std::atoi(argv[2]));
  auto connections = static_cast<std::size_t>(std::atoi(argv[3]));
  auto seconds = std::atof(argv[4]);
  auto pool = pool_of(std::max<std::size_t>(batch * 16, 100'000));
  std::vector<connection> all(connections);
  for (std::size_t i = 0; i != connections; ++i) {
    all[i].link = redisConnect("127.0.0.1", std::atoi(argv[5]));
    all[i].name = "seq:" + std::to_string(i);
    if (all[i].link == nullptr || all[i].link->err != 0)
      return 1;
  }
  fill_cards(all[0].link);
  auto* loaded = static_cast<redisReply*>(redisCommand(all[0].link, "SCRIPT LOAD %s", script));
  if (loaded == nullptr || loaded->type != REDIS_REPLY_STRING)
    return 1;
  std::string sha{loaded->str, loaded->len};
  freeReplyObject(loaded);
  std::vector<pollfd> fds;
  for (auto& c : all)
    fds.push_back({c.link->fd, POLLIN, 0});
  auto per_link = std::max<std::size_t>(1, outstanding / connections);
  std::vector<double> latencies;
  std::size_t from = 0;
  std::uint64_t answered = 0;
  auto warm = now() + 1;
  for (auto until = warm + seconds; now() < until;) {
    for (auto& c : all) {
      while (c.sent.size() < per_link) {
        if ((from + batch) * scan_bytes > pool.size())
          from = 0;
        redisAppendCommand(c.link, "EVALSHA %s 4 %s cards counts log %llu %b", sha.c_str(),
                           c.name.c_str(), static_cast<unsigned long long>(c.next),
                           pool.data() + from * scan_bytes, batch * scan_bytes);
        from += batch;
        c.next += batch;
        c.sent.push_back(now());
      }
      for (auto done = 0; done == 0;)
        redisBufferWrite(c.link, &done);
    }
    ::poll(fds.data(), fds.size(), 1000);
    for (std::size_t i = 0; i != connections; ++i) {
      if ((fds[i].revents & POLLIN) == 0)
        continue;
      auto& c = all[i];
      redisBufferRead(c.link);
      for (void* reply = nullptr;
           redisReaderGetReply(c.link->reader, &reply) == REDIS_OK && reply != nullptr;) {
        auto* r = static_cast<redisReply*>(reply);
        if (r->type != REDIS_REPLY_STRING || r->len != batch) {
          std::fprintf(stderr, "redis_peer: %.*s\n", static_cast<int>(r->len), r->str);
          return 1;
        }
        freeReplyObject(reply);
        reply = nullptr;
        auto here = now();
        if (here > warm) {
          latencies.push_back((here - c.sent.front()) * 1e3);
          answered += batch;
        }
        c.sent.pop_front();
      }
    }
  }
  std::sort(latencies.begin(), latencies.end());
  auto at = [&](double q) {
    return latencies.empty()
             ? 0.0
             : latencies[static_cast<std::size_t>(static_cast<double>(latencies.size() - 1) * q)];
  };
  std::printf("{\"name\":\"redis\",\"batch\":%zu,\"outstanding\":%zu,\"scans_per_s\":%.0f,"
              "\"p50_ms\":%.3f,\"p99_ms\":%.3f}\n",
              batch, outstanding, static_cast<double>(answered) / seconds, at(0.5), at(0.99));
  return 0;
}
