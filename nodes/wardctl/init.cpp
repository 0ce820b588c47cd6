// SPDX-License-Identifier: Apache-2.0
// wardctl init: a node's folder from its unit code: a ward's, or that of an area above wards.
#include "nodes/wardctl/app.hpp"
#include "nodes/wardctl/endpoints.hpp"
#include "nodes/wardctl/help.hpp"
#include "nodes/wardctl/key_option.hpp"
#include "nodes/wardctl/rebuild.hpp"
#include "nodes/wardctl/rebuild_notes.hpp"
#include "nodes/wardctl/units.hpp"
#include "nodes/wardctl/ward_folder.hpp"

#include "actors/io/key_text.hpp"

#include <ostream>

namespace wardflow::wardctl {

namespace {

/// Units whose codes the user may have wanted, each with its code: names belong to several.
void hint(shell& s, const std::vector<unit>& units) {
  for (auto& u : units)
    s.err << "  " << u.code.text() << "  " << full_name(u) << '\n';
}

/// The unit of this code; nothing after `fail`.
std::optional<unit> unit_of_code(shell& s, const std::string& text) {
  auto code_text = unit_code::parse(text);
  auto known = code_text ? find_unit(*code_text) : std::nullopt;
  if (!known) {
    s.fail(code::unit_unknown, text);
    hint(s, units_named(text));
    return std::nullopt;
  }
  return known;
}

/// The parent's two halves, or neither; false after `fail`.
bool take_parent(shell& s, const std::string& key, ward_plan& plan) {
  if (plan.parent.empty() && key.empty())
    return true;
  if (plan.parent.empty() || key.empty()) {
    s.misused(
      both{"Một nút có cấp trên cần cả hai: --parent (địa chỉ) và --parent-key (khóa công khai "
           "của cấp trên). Thiếu một.",
           "A node with a parent needs both --parent (where it is) and --parent-key (its public "
           "key). One is missing."},
      "wardctl init --help");
    return false;
  }
  auto read = public_key_of(key);
  if (!read) {
    s.fail(read.reason(), read.why().detail);
    return false;
  }
  plan.parent_key = *read;
  return true;
}

struct init_options {
  std::string unit, folder, province_key, node_key, parent_key, key;
  bool from_parent = false;
  ward_plan plan;
};

/// The parent is asked before anything is made; nothing after `fail`.
std::optional<rebuild> ask_parent(shell& s, const init_options& o, const ward_plan& plan) {
  if (!plan.unit.is_ward() || plan.parent.empty() || (o.key.empty() && o.node_key.empty())) {
    s.fail(code::usage, !plan.unit.is_ward()  ? "--from-parent: 22366"
                        : plan.parent.empty() ? "--from-parent: --parent --parent-key"
                                              : "--from-parent: --node-key | --key");
    return std::nullopt;
  }
  auto opened =
    rebuild::open({plan.unit, plan.parent, plan.parent_key, o.key.empty() ? o.node_key : o.key});
  if (!opened) {
    s.fail(opened.reason(), opened.why().detail);
    return std::nullopt;
  }
  if (auto why = opened->look()) {
    s.fail(why->reason, why->detail);
    return std::nullopt;
  }
  return std::move(*opened);
}

void make(shell& s, const init_options& o) {
  auto plan = o.plan;
  auto ward = unit_of_code(s, o.unit);
  if (!ward || !take_parent(s, o.parent_key, plan))
    return;
  plan.unit = ward->code;
  plan.folder = o.folder;
  plan.province_key = o.province_key;
  plan.node_key = o.node_key;
  if (plan.folder.empty())
    plan.folder = plan.unit.is_ward() ? "ward" : "area";
  if (!plan.unit.is_ward())
    plan.scans = "tcp://127.0.0.1:*"; // no scanner connects to an area
  if (plan.scans == plan.control) {
    s.fail(code::port_in_use, plan.scans);
    return;
  }
  if (plan.clock_start != 0 && plan.clock != "input") {
    s.misused(
      both{"--clock-start chỉ đi với --clock input: đồng hồ máy không bắt đầu từ một ngày tùy ý.",
           "--clock-start goes with --clock input only: the machine's clock begins nowhere."},
      "wardctl init --help");
    return;
  }
  std::optional<rebuild> parent;
  if (o.from_parent && !(parent = ask_parent(s, o, plan)))
    return;
  if (parent)
    plan.fill_in = [&parent](const auto& at) { return parent->write_into(at); };
  auto made = make_ward(plan);
  if (!made) {
    s.fail(made.reason(), made.why().detail);
    return;
  }
  auto folder = made->folder.string();
  record r;
  r.text("unit", s.heading(phrase::unit), std::string{ward->code.text()});
  r.text("name", s.heading(plan.unit.is_ward() ? phrase::ward : phrase::area),
         s.how == output::people ? full_name(*ward) : std::string{ward->name});
  if (s.how != output::people)
    r.text("kind", {}, std::string{ward->kind});
  r.number("catalogue", s.heading(phrase::catalogue), catalogue_year);
  r.text("folder", s.heading(phrase::folder), folder);
  r.text("operator", s.heading(phrase::operator_name), plan.operator_name);
  r.text("node_key", s.heading(phrase::public_key_), io::to_hex(made->node_key));
  if (parent)
    add_figures(s, parent->result(), r);
  s.conclude(parent                ? code::ward_rebuilt
             : plan.unit.is_ward() ? code::ward_made
                                   : code::area_made,
             r);
  if (parent)
    tell_losses(s, parent->result(), o.node_key.empty());
  s.next("wardflowd --config " + shell_word((made->folder / "node.toml").string()));
  if (!plan.parent.empty() && (!parent || o.node_key.empty()) && s.how == output::people)
    s.out << s.pick({"Trên máy của nút cấp trên: ", "On the parent's machine: "})
          << "wardctl keys allow --name " << ward->code.text() << " --role node --unit "
          << ward->code.text() << " --key " << io::to_hex(made->node_key) << '\n';
  s.next("wardctl --target " + shell_word(folder) + " status");
}

std::optional<std::string> parse_clock(std::string_view text) {
  return text == "wall" || text == "input" ? std::optional{std::string{text}} : std::nullopt;
}

} // namespace

void add_init(CLI::App& app, shell& s) {
  auto* c = add_command(
    app, s, "init",
    {"tạo thư mục dữ liệu, khóa và cấu hình của một nút từ mã đơn vị\n\n"
     "Năm chữ số: phường, xã. Hai hoặc ba chữ số: tỉnh, thành phố, huyện.\n"
     "Mã lấy theo danh mục đơn vị hành chính năm 2021 (tỉnh Khánh Hòa). Không ghi đè gì.",
     "make a node's folder, keys and configuration from its unit code\n\n"
     "Five digits: a ward. Two or three: a province, a city or district, above its wards.\n"
     "Codes are those of the catalogue of 2021 (Khánh Hòa). Nothing is ever overwritten."},
    "wardctl init 22366 --province-key province.key\n"
    "wardctl init 22351 --folder phuong-sai --province-key province.key --scans tcp://0.0.0.0:7264 "
    "--control tcp://127.0.0.1:7265 --address 192.168.1.10\n"
    "wardctl init 568 --folder nha-trang --province-key province.key --control tcp://0.0.0.0:7465 "
    "--address 10.1.2.3\n"
    "wardctl init 22366 --province-key province.key --parent tcp://10.1.2.3:7465 --parent-key "
    "nha-trang.pub\n"
    "wardctl init 22366 --from-parent --folder anew --province-key province.key --node-key node "
    "--parent tcp://10.1.2.3:7465 --parent-key nha-trang.pub");
  auto o = std::make_shared<init_options>();
  add_text(*c, s, "UNIT", o->unit,
           {"mã đơn vị: năm chữ số phường, xã; ba chữ số thành phố, huyện; hai chữ số tỉnh",
            "the unit's code: five digits a ward, three a city or district, two a province"},
           word::unit)
    ->required();
  add_text(*c, s, "--folder", o->folder,
           {"thư mục sẽ tạo (mặc định: ward, của nút cấp trên: area)",
            "the folder to make (default: ward; an area's: area)"},
           word::folder);
  add_text(*c, s, "--province-key", o->province_key,
           {"tệp khóa của tỉnh, do `wardctl keys province` tạo một lần cho cả tỉnh",
            "the province's key file, made once for a province by `wardctl keys province`"},
           word::file)
    ->required();
  add_text(*c, s, "--node-key", o->node_key,
           {"khóa của máy chủ trước đây, do `keys import` đọc lại (mặc định: tạo khóa mới)",
            "the node's key of before, as `keys import` gives it (default: a new one)"},
           word::file);
  add_text(*c, s, "--operator", o->plan.operator_name,
           {"tên người vận hành, ghi vào nhật ký mỗi lệnh (mặc định: operator)",
            "name of the operator, journaled with each command (default: operator)"},
           word::name);
  constexpr both wanted{"cần dạng tcp://0.0.0.0:7164 hoặc ipc://ĐƯỜNG_DẪN",
                        "wants tcp://0.0.0.0:7164 or ipc://PATH"};
  add_parsed(*c, s, "--scans", o->plan.scans, parse_endpoint,
             {"nơi máy chủ nghe máy quét (mặc định: tcp://127.0.0.1:7164)",
              "where the node listens for doors (default: tcp://127.0.0.1:7164)"},
             word::endpoint, wanted);
  add_parsed(*c, s, "--control", o->plan.control, parse_endpoint,
             {"nơi máy chủ nghe wardctl (mặc định: tcp://127.0.0.1:7165)",
              "where the node listens for wardctl (default: tcp://127.0.0.1:7165)"},
             word::endpoint, wanted);
  add_text(*c, s, "--address", o->plan.address,
           {"tên hoặc địa chỉ IP mà máy khác dùng để tới máy chủ này",
            "name or IP address by which other machines reach this node"},
           word::name);
  add_parsed(*c, s, "--parent", o->plan.parent, parse_endpoint,
             {"địa chỉ wardctl của nút cấp trên", "the parent's endpoint for wardctl"},
             word::endpoint, wanted);
  add_text(*c, s, "--parent-key", o->parent_key,
           {"khóa công khai của nút cấp trên, hoặc tệp .pub của nó",
            "the parent's public key, or its .pub file"},
           word::key);
  add_flag(
    *c, s, "--from-parent", o->from_parent,
    {"máy cũ đã mất: dựng lại phường từ danh bạ và số liệu mà nút cấp trên giữ; từ đó máy cũ "
     "và bản sao của nó bị từ chối",
     "the machine is gone: build the ward anew from the registers and counts that its "
     "parent keeps; the old machine and copies of it are refused from then on"});
  add_text(*c, s, "--key", o->key,
           {"với --from-parent: khóa của một người vận hành ở nút cấp trên (mặc định: --node-key)",
            "with --from-parent: an operator's key at the parent (default: --node-key)"},
           word::file);
  add_parsed(*c, s, "--clock", o->plan.clock, parse_clock,
             {"wall: đồng hồ máy; input: giờ theo dữ liệu phát lại (mặc định: wall)",
              "wall: the machine's clock; input: time of a replay's data (default: wall)"},
             {"wall|input", "wall|input"}, {"cần wall hoặc input", "wants wall or input"});
  add_day_option(*c, s, "--clock-start", o->plan.clock_start,
                 {"với --clock input: ngày bắt đầu của dữ liệu phát lại",
                  "with --clock input: the day on which the replay begins"});
  c->callback([&s, o] { make(s, *o); });
}

} // namespace wardflow::wardctl
