// SPDX-License-Identifier: Apache-2.0
// wardctl context add|list|use|show|remove: nodes under names, with the key for each.
#include "nodes/wardctl/app.hpp"
#include "nodes/wardctl/contexts.hpp"
#include "nodes/wardctl/endpoints.hpp"
#include "nodes/wardctl/help.hpp"
#include "nodes/wardctl/key_option.hpp"

#include "actors/io/key_text.hpp"

namespace wardflow::wardctl {

namespace {

constexpr both name_label{"Ngữ cảnh", "Context"};
constexpr both current_label{"Đang chọn", "Chosen"};
constexpr both node_label{"Máy chủ", "Node"};
constexpr both scans_label{"Cho máy quét", "For doors"};
constexpr both server_key_label{"Khóa của máy chủ", "Node's key"};
constexpr both key_label{"Tệp khóa của mình", "Own key file"};
constexpr both from_label{"Lấy từ", "Taken from"};

constexpr both no_home{"Cần $HOME hoặc $XDG_CONFIG_HOME.", "Needs $HOME or $XDG_CONFIG_HOME."};
constexpr both no_such{"Không có ngữ cảnh này: ", "There is no such context: "};
constexpr both taken{"Tên này đã dùng cho một máy chủ khác: ",
                     "This name stands for another node already: "};

/// The list; nothing after `fail`.
std::optional<context_book> open_book(shell& s) {
  if (contexts_file().empty()) {
    s.misused(s.pick(no_home), "wardctl context --help");
    return std::nullopt;
  }
  auto book = read_contexts(contexts_file());
  if (book)
    return *book;
  s.fail(book.reason(), book.why().detail);
  return std::nullopt;
}

/// The list, and `name` is in it; nothing after `fail`.
std::optional<context_book> open_at(shell& s, const std::string& name) {
  auto book = open_book(s);
  if (!book || book->all.contains(name))
    return book;
  s.misused(s.help(no_such) + name, "wardctl context list");
  return std::nullopt;
}

record record_of(const shell& s, const target& t, bool current) {
  auto word = [&](bool yes) { return s.heading(yes ? phrase::yes : phrase::no); };
  record r;
  r.add({"context", s.help(name_label), t.context, cell_kind::maybe, {}});
  r.add({"current", s.help(current_label), current ? "true" : "false", cell_kind::truth,
         word(current)});
  r.add({"node", s.help(node_label), t.control, cell_kind::maybe, {}});
  r.add({"scans", s.help(scans_label), t.scans, cell_kind::maybe, {}});
  if (t.venue != venue_id{})
    r.text("venue", s.heading(phrase::venue), to_text(t.venue));
  r.text("server_key", s.help(server_key_label), io::to_hex(t.node_key));
  r.text("key", s.help(key_label), t.key.string());
  return r;
}

void save(shell& s, const context_book& book, const record& told) {
  auto written = write_contexts(contexts_file(), book);
  if (written != code::done)
    s.fail(written, contexts_file().string());
  else
    s.conclude(code::done, told);
}

struct add_options {
  std::string name, node, scans, server_key, key, from;
};

/// The target that the options describe; nothing after `fail`.
std::optional<target> described(shell& s, const add_options& o) {
  target t;
  if (!o.from.empty()) {
    auto read = read_target(find_target(o.from).file);
    if (!read) {
      s.fail(read.reason(), read.why().detail);
      return std::nullopt;
    }
    t = *read;
  }
  if (!o.node.empty())
    t.control = o.node;
  if (!o.scans.empty())
    t.scans = o.scans;
  if (!o.server_key.empty()) {
    auto key = public_key_of(o.server_key);
    if (!key) {
      s.fail(key.reason(), key.why().detail);
      return std::nullopt;
    }
    t.node_key = *key;
  }
  if (!o.key.empty())
    t.key = o.key;
  // Names are used from any folder, and a key that cannot be used is better known now.
  std::error_code ignored;
  t.key = std::filesystem::absolute(t.key, ignored).lexically_normal();
  t.file = contexts_file();
  t.context = o.name;
  if (auto own = io::load_key_pair(t.key); !own) {
    s.fail(own.reason(), own.why().detail);
    return std::nullopt;
  }
  return t;
}

void add(shell& s, const add_options& o) {
  auto book = open_book(s);
  if (!book)
    return;
  auto made = described(s, o);
  if (!made)
    return;
  auto told = record_of(s, *made, book->current == o.name);
  if (auto before = book->all.find(o.name); before != book->all.end()) {
    auto& is = before->second;
    if (is.control == made->control && is.scans == made->scans && is.venue == made->venue &&
        is.node_key == made->node_key && is.key == made->key)
      s.conclude(code::already_so, told);
    else
      s.misused(s.help(taken) + o.name, "wardctl context show " + o.name);
    return;
  }
  book->all.emplace(o.name, *made);
  save(s, *book, told);
}

void list(shell& s) {
  auto book = open_book(s);
  if (!book)
    return;
  table t;
  t.columns = {{"context", s.help(name_label)},
               {"current", s.help(current_label), cell_kind::truth},
               {"node", s.help(node_label), cell_kind::maybe},
               {"key", s.help(key_label)}};
  for (auto& [name, one] : book->all) {
    auto current = name == book->current;
    auto people = s.how == output::people;
    t.add({name,
           people    ? (current ? s.heading(phrase::yes) : "")
           : current ? "true"
                     : "false",
           one.control, one.key.string()});
  }
  s.print(t);
}

void use(shell& s, const std::string& name) {
  auto book = open_at(s, name);
  if (!book)
    return;
  auto before = std::exchange(book->current, name);
  auto told = record_of(s, book->all.at(name), true);
  if (before == name)
    s.conclude(code::already_so, told);
  else
    save(s, *book, told);
}

/// One by its name; without a name, what a command called here and now would speak to.
void show(shell& s, const std::string& name) {
  if (!name.empty()) {
    if (auto book = open_at(s, name))
      s.print(record_of(s, book->all.at(name), book->current == name));
    return;
  }
  const auto* now = s.node();
  if (now == nullptr)
    return;
  auto book = now->context.empty() ? std::optional<context_book>{} : open_book(s);
  auto told = record_of(s, *now, book && book->current == now->context);
  told.text("from", s.help(from_label), now->file.string());
  s.print(told);
}

void remove(shell& s, const std::string& name) {
  auto book = open_at(s, name);
  if (!book)
    return;
  auto gone = book->all.extract(name).mapped();
  if (book->current == name)
    book->current.clear();
  save(s, *book, record_of(s, gone, false));
}

void add_adding(CLI::App& family, shell& s) {
  auto* c = add_command(
    family, s, "add",
    {"giữ một máy chủ và khóa của mình dưới một tên\n\nTệp khóa ở nguyên chỗ; chỉ đường dẫn được "
     "giữ. Không ghi đè ngữ cảnh đã có.",
     "keep a node and the key for it under a name\n\nThe key file stays where it is; its path "
     "alone is kept. A context that is there is not written over."},
    "wardctl context add phuoc-tien --from ward\n"
    "wardctl context add tram --node tcp://192.168.1.10:7165 --server-key ward/keys/node.pub "
    "--key tram-y-te");
  auto o = std::make_shared<add_options>();
  add_parsed(
    *c, s, "NAME", o->name,
    [](const std::string& text) {
      return is_context_name(text) ? std::optional{text} : std::nullopt;
    },
    {"tên: chữ cái không dấu, chữ số, `.`, `_`, `-`", "a name: letters, digits, `.`, `_`, `-`"},
    word::name,
    {"cần chữ cái không dấu, chữ số, `.`, `_`, `-`", "wants letters, digits, `.`, `_`, `-`"})
    ->required();
  constexpr both wanted{"cần dạng tcp://192.168.1.10:7165 hoặc ipc://ĐƯỜNG_DẪN",
                        "wants tcp://192.168.1.10:7165 or ipc://PATH"};
  auto* node =
    add_parsed(*c, s, "--node", o->node, parse_endpoint,
               {"địa chỉ để điều khiển máy chủ", "where the node is reached for control"},
               word::endpoint, wanted);
  auto* server_key = add_text(*c, s, "--server-key", o->server_key,
                              {"khóa công khai của máy chủ: 64 chữ số hex, Z85, hoặc tệp .pub",
                               "the node's public key: 64 hexadecimal digits, Z85, or a file .pub"},
                              word::key);
  auto* key =
    add_text(*c, s, "--key", o->key, {"tệp khóa của mình", "your own key file"}, word::file);
  add_parsed(*c, s, "--scans", o->scans, parse_endpoint,
             {"địa chỉ cho máy quét và phát lại", "where doors and replays connect"},
             word::endpoint, wanted);
  auto* from = add_text(*c, s, "--from", o->from,
                        {"lấy từ một target.toml hoặc thư mục chứa nó; tùy chọn khác thay từng mục",
                         "take it from a target.toml, or a folder with one; other options replace "
                         "what is there"},
                        word::file);
  c->callback([&s, o, node, server_key, key, from] {
    if (from->count() == 0)
      for (auto* needed : {node, server_key, key})
        if (needed->count() == 0)
          throw CLI::RequiredError(needed->get_name());
    add(s, *o);
  });
}

/// A command whose only argument is a context's name.
void add_of_name(CLI::App& family, shell& s, const char* name, both what, bool needed,
                 const char* example, void (*run)(shell&, const std::string&)) {
  auto* c = add_command(family, s, name, what, example);
  auto given = std::make_shared<std::string>();
  add_text(*c, s, "NAME", *given, {"tên của ngữ cảnh", "the context's name"}, word::name)
    ->required(needed);
  c->callback([&s, given, run] { run(s, *given); });
}

} // namespace

void add_context(CLI::App& app, shell& s) {
  auto* family = add_family(
    app, s, "context",
    {"giữ máy chủ và khóa dưới những cái tên, dùng từ mọi thư mục\n\nMột lệnh theo thứ tự: "
     "--target hoặc --context, $WARDCTL_TARGET, $WARDCTL_CONTEXT, ./target.toml, "
     "./ward/target.toml, ngữ cảnh đang chọn. Tất cả nằm ở $XDG_CONFIG_HOME/wardflow/contexts.toml "
     "(mặc định ~/.config).",
     "keep nodes and keys under names, for use from any folder\n\nA command goes by, in this "
     "order: "
     "--target or --context, $WARDCTL_TARGET, $WARDCTL_CONTEXT, ./target.toml, "
     "./ward/target.toml, the chosen context. All are in "
     "$XDG_CONFIG_HOME/wardflow/contexts.toml (default: ~/.config)."},
    "wardctl context add phuoc-tien --from ward\nwardctl context use phuoc-tien");
  add_adding(*family, s);
  auto* c = add_command(*family, s, "list", {"các ngữ cảnh đang giữ", "the contexts that are kept"},
                        "wardctl context list");
  c->callback([&s] { list(s); });
  add_of_name(*family, s, "use",
              {"chọn ngữ cảnh dùng khi không có gì khác chỉ ra máy chủ",
               "choose the context that counts where nothing else names a node"},
              true, "wardctl context use phuoc-tien", use);
  add_of_name(*family, s, "show",
              {"một ngữ cảnh; không có tên: máy chủ mà một lệnh gọi ở đây sẽ tới",
               "one context; without a name: the node that a command called here would speak to"},
              false, "wardctl context show\nwardctl context show tram", show);
  add_of_name(*family, s, "remove",
              {"bỏ một ngữ cảnh; tệp khóa còn nguyên", "drop a context; the key file stays"}, true,
              "wardctl context remove tram", remove);
}

} // namespace wardflow::wardctl
