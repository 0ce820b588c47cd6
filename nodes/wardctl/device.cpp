// SPDX-License-Identifier: Apache-2.0
// wardctl device add|revoke|list: doors and gateways.
#include "actors/io/key_text.hpp"
#include "nodes/wardctl/app.hpp"
#include "nodes/wardctl/device_folder.hpp"
#include "nodes/wardctl/endpoints.hpp"
#include "nodes/wardctl/help.hpp"
#include "nodes/wardctl/key_option.hpp"
#include "nodes/wardctl/pages.hpp"
#include "nodes/wardctl/view.hpp"

namespace wardflow::wardctl {

namespace {

constexpr view_column columns[]{
  {"device", "device", phrase::device, meaning::number},
  {"name", "name", phrase::device_name},
  {"role", "role", phrase::role, meaning::role},
  {"venue", "venue", phrase::venue, meaning::maybe},
  {"scans", "scans", phrase::scans, meaning::number},
  {"last_heard", "last_heard", phrase::last_heard, meaning::moment},
  {"revoked", "revoked", phrase::revoked, meaning::truth},
  {"document", "document", phrase::document, meaning::maybe},
};

struct add_options {
  device_add device;
  std::string key, folder, scans;
};

/// Where the device is to send, as its folder says.
std::optional<target> target_of(shell& s, const add_options& o) {
  const auto* node = s.node();
  if (node == nullptr)
    return std::nullopt;
  target to = *node;
  if (!o.scans.empty())
    to.scans = o.scans;
  if (to.scans.empty()) { // of a context that was made for control alone
    s.misused(both{"Thiếu --scans: ngữ cảnh này không ghi địa chỉ mà máy quét gửi tới.",
                   "--scans is missing: this context does not say where doors are to send."},
              "wardctl device add --help");
    return std::nullopt;
  }
  to.venue = o.device.venue;
  return to;
}

record registered(const shell& s, const add_options& o, std::string_view number) {
  record r;
  r.add({"device", s.heading(phrase::device), std::string{number}, cell_kind::number, {}});
  r.text("name", s.heading(phrase::device_name), o.device.name);
  r.add({"role", s.heading(phrase::role), o.device.gateway ? "gateway" : "door", cell_kind::text,
         in_words(meaning::role, o.device.gateway ? "gateway" : "door", s.tongue)});
  if (!o.device.gateway)
    r.text("venue", s.heading(phrase::venue), to_text(o.device.venue));
  r.text("public_key", s.heading(phrase::public_key_), io::to_hex(o.device.key));
  if (!o.folder.empty())
    r.text("folder", s.heading(phrase::folder), o.folder);
  return r;
}

void add_with_key(shell& s, add_options& o) {
  auto key = public_key_of(o.key);
  if (!key) {
    s.fail(key.reason(), key.why().detail);
    return;
  }
  o.device.key = *key;
  if (auto a = s.ask(o.device))
    s.conclude(a->code, registered(s, o, a->detail), o.device.name);
}

/// The folder first, so that no device is registered whose key was never written.
void add_with_folder(shell& s, add_options& o) {
  auto to = target_of(s, o);
  if (!to)
    return;
  auto made = device_folder::make(o.folder, std::move(*to));
  if (!made) {
    s.fail(made.reason(), made.why().detail);
    return;
  }
  o.device.key = made->key();
  auto a = s.ask(o.device);
  if (!a) {
    if (s.result == exit_code::unreachable && s.last_failure == code::answer_timeout)
      made->keep(); // it may be registered: its key must not be lost
    return;
  }
  auto good = a->code == code::done;
  if (good)
    made->keep();
  s.conclude(good ? code::device_made : a->code, registered(s, o, a->detail), o.device.name);
  if (good && !o.device.gateway)
    s.next("wardctl door --target " + shell_word(o.folder));
}

void add_one(shell& s, add_options& o) {
  if (o.device.gateway == (o.device.venue != venue_id{})) {
    if (o.device.gateway)
      s.fail(code::device_malformed, s.help({"cổng gom gửi cho mọi địa điểm: bỏ --venue",
                                             "a gateway sends for all venues: without --venue"}));
    else
      s.fail(code::venue_needed);
    return;
  }
  if (o.folder.empty())
    add_with_key(s, o);
  else
    add_with_folder(s, o);
}

void add_add(CLI::App& family, shell& s) {
  auto* c = add_command(
    family, s, "add",
    {"đăng ký một máy quét hoặc cổng gom\n\nDùng --make để tạo luôn thư mục có khóa và địa chỉ máy "
     "chủ, chép sang thiết bị; hoặc --key nếu thiết bị tự giữ khóa của mình.",
     "register a door or a gateway\n\n--make makes a folder with its key and the node's address, "
     "to be brought to the device; --key is for a device that has a key of its own."},
    "wardctl device add --name 'Cửa chính' --venue 22366-00001 --make doors/cua-chinh\n"
    "wardctl device add --name 'Cổng gom' --gateway --key gateway.pub");
  auto o = std::make_shared<add_options>();
  add_text(*c, s, "--name", o->device.name, {"tên thiết bị", "the device's name"}, word::name)
    ->required();
  add_venue_option(*c, s, "--venue", o->device.venue,
                   {"địa điểm của máy quét", "the venue of a door"});
  add_flag(
    *c, s, "--gateway", o->device.gateway,
    {"cổng gom: gửi cho mọi địa điểm của phường", "a gateway: sends for all venues of the ward"});
  auto* key = add_text(*c, s, "--key", o->key,
                       {"khóa công khai: 64 chữ số hex, Z85, hoặc tệp .pub",
                        "public key: 64 hexadecimal digits, Z85, or a file .pub"},
                       word::key);
  auto* folder = add_text(
    *c, s, "--make", o->folder,
    {"tạo khóa và target.toml trong thư mục này", "make its key and target.toml in this folder"},
    word::folder);
  key->excludes(folder);
  add_parsed(*c, s, "--scans", o->scans, parse_endpoint,
             {"địa chỉ máy chủ nhìn từ thiết bị (mặc định: theo target.toml)",
              "the node's address as the device sees it (default: as in target.toml)"},
             word::endpoint, {"cần dạng tcp://192.168.1.10:7164", "wants tcp://192.168.1.10:7164"})
    ->needs(folder);
  add_reach_options(*c, s);
  c->callback([&s, o] {
    if (s.destination.unit != unit_code{} && !o->folder.empty())
      throw CLI::ExcludesError("--make", "--unit"); // its folder would lead to the wrong node
    if (o->key.empty() && o->folder.empty())
      throw CLI::RequiredError("--make, --key");
    add_one(s, *o);
  });
}

void revoke(shell& s, std::uint32_t number, const std::string& document) {
  if (document.empty()) {
    s.fail(code::document_needed);
    return;
  }
  record r;
  r.number("device", s.heading(phrase::device), number);
  r.text("document", s.heading(phrase::document), document);
  if (auto a = s.ask(device_revoke{device_id{number}, document}))
    s.conclude(a->code, r, std::to_string(number));
}

} // namespace

void add_device(CLI::App& app, shell& s) {
  auto* family = add_family(app, s, "device", {"máy quét và cổng gom", "doors and gateways"},
                            "wardctl device list");
  add_add(*family, s);
  auto* v =
    add_command(*family, s, "revoke", {"thu hồi khóa của một thiết bị", "revoke a device's key"},
                "wardctl device revoke 2 --document 21/QĐ-UBND");
  struct options {
    std::uint32_t number = 0;
    std::string document;
  };
  auto o = std::make_shared<options>();
  add_number(*v, s, "DEVICE", o->number, 1, 4'294'967'295u,
             {"số của thiết bị trong danh sách", "the device's number in the list"})
    ->required();
  add_document_option(*v, s, o->document);
  add_reach_options(*v, s);
  v->callback([&s, o] { revoke(s, o->number, o->document); });
  auto* l = add_command(*family, s, "list", {"danh sách thiết bị", "list the devices"},
                        "wardctl device list");
  l->callback([&s] {
    auto a = ask_list(s, query_kind::device_list, device_of_row);
    if (!a)
      return;
    split_state(*a, "revoked");
    s.print(view(s, *a, columns));
  });
}

} // namespace wardflow::wardctl
