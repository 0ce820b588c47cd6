// SPDX-License-Identifier: Apache-2.0
// The peer of alert_flow in NATS JetStream: file storage, asynchronous publishing, an ordered
// consumer, messages of 128 bytes.
//   nats_peer SECONDS PORT     one JSON object on stdout
// Published alone; published while an ordered consumer receives; then all read from the beginning.
// The server does not sync to the disk for each message: it acknowledges what the kernel has.
#include <nats/nats.h>
#include <poll.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

constexpr int payload_bytes = 128;
constexpr std::int64_t outstanding = 8192; // about what a child's window holds

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

void must(natsStatus s, const char* what) {
  if (s == NATS_OK)
    return;
  std::fprintf(stderr, "nats_peer: %s: %s\n", what, natsStatus_GetText(s));
  std::exit(1);
}

std::atomic<std::uint64_t> received{0};

void on_error(jsCtx*, jsPubAckErr* bad, void*) {
  std::fprintf(stderr, "nats_peer: not acknowledged: %s\n", bad->ErrText);
  std::exit(1);
}

void on_message(natsConnection*, natsSubscription*, natsMsg* msg, void*) {
  received.fetch_add(1, std::memory_order_relaxed);
  natsMsg_Destroy(msg);
}

/// A stream's subject, published to for so long, and until all is acknowledged.
struct published {
  double per_s = 0;
  std::uint64_t count = 0;
};
published publish(jsCtx* js, const std::string& subject, double seconds) {
  std::string payload(payload_bytes, 'x');
  published p;
  auto begun = now();
  while (now() < begun + seconds)
    for (auto i = 0; i != 100; ++i, ++p.count)
      must(js_PublishAsync(js, subject.c_str(), payload.data(), payload_bytes, nullptr), "publish");
  must(js_PublishAsyncComplete(js, nullptr), "the last acknowledgements");
  p.per_s = static_cast<double>(p.count) / (now() - begun);
  return p;
}

natsSubscription* follow(jsCtx* js, const std::string& subject) {
  natsSubscription* sub = nullptr;
  jsSubOptions so;
  must(jsSubOptions_Init(&so), "options");
  so.Ordered = true;
  must(js_Subscribe(&sub, js, subject.c_str(), on_message, nullptr, nullptr, &so, nullptr),
       "subscribe");
  must(natsSubscription_SetPendingLimits(sub, -1, -1), "limits");
  return sub;
}

bool has_received(std::uint64_t count) {
  for (auto until = now() + 60; received < count; ::poll(nullptr, 0, 1))
    if (now() > until)
      return false;
  return true;
}

void add_stream(jsCtx* js, const char* name, const char* subject) {
  jsStreamConfig c;
  must(jsStreamConfig_Init(&c), "options");
  c.Name = name;
  c.Subjects = &subject;
  c.SubjectsLen = 1;
  c.Storage = js_FileStorage;
  must(js_AddStream(nullptr, js, &c, nullptr, nullptr), "stream");
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 3)
    return 2;
  auto seconds = std::atof(argv[1]);
  auto url = "nats://127.0.0.1:" + std::string{argv[2]};
  natsConnection* link = nullptr;
  natsConnection* other = nullptr; // the consumer's own, as a supervisor's would be
  must(natsConnection_ConnectTo(&link, url.c_str()), "connect");
  must(natsConnection_ConnectTo(&other, url.c_str()), "connect");
  jsOptions o;
  must(jsOptions_Init(&o), "options");
  o.PublishAsync.MaxPending = outstanding;
  o.PublishAsync.StallWait = 20'000;
  o.PublishAsync.ErrHandler = on_error;
  jsCtx *js = nullptr, *reader = nullptr;
  must(natsConnection_JetStream(&js, link, &o), "JetStream");
  must(natsConnection_JetStream(&reader, other, nullptr), "JetStream");
  add_stream(js, "ALONE", "alone.alerts");
  add_stream(js, "BESIDE", "beside.alerts");

  auto alone = publish(js, "alone.alerts", seconds);
  auto* live = follow(reader, "beside.alerts");
  auto beside = publish(js, "beside.alerts", seconds);
  if (!has_received(beside.count))
    return 1;
  natsSubscription_Unsubscribe(live);
  natsSubscription_Destroy(live);

  received = 0;
  auto begun = now();
  auto* again = follow(reader, "alone.alerts");
  if (!has_received(alone.count))
    return 1;
  auto replayed = static_cast<double>(alone.count) / (now() - begun);
  natsSubscription_Unsubscribe(again);
  natsSubscription_Destroy(again);
  std::printf("{\"name\":\"alerts_nats\",\"published_per_s\":%.0f,\"published_beside_per_s\":%.0f,"
              "\"replayed_per_s\":%.0f,\"alerts\":%llu}\n",
              alone.per_s, beside.per_s, replayed, static_cast<unsigned long long>(alone.count));
  jsCtx_Destroy(js);
  jsCtx_Destroy(reader);
  natsConnection_Destroy(link);
  natsConnection_Destroy(other);
  nats_Close();
  return 0;
}
