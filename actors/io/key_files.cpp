// SPDX-License-Identifier: Apache-2.0
#include "actors/io/key_files.hpp"

#include "actors/io/key_text.hpp"

#include <sodium.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>

namespace wardflow::io {

namespace {

constexpr std::size_t key_file_bytes_max = 1024;

/// A file descriptor that closes itself.
class open_file {
public:
  explicit open_file(int fd) : fd_(fd) {
    // nop
  }
  open_file(const open_file&) = delete;
  open_file& operator=(const open_file&) = delete;
  ~open_file() {
    if (fd_ >= 0)
      ::close(fd_);
  }
  [[nodiscard]] int get() const { return fd_; }

private:
  int fd_;
};

failure failed(code reason, const std::filesystem::path& file, std::string_view what) {
  return {reason, file.string() + ": " + std::string{what}};
}

std::filesystem::path public_file(const std::filesystem::path& file) {
  return file.string() + ".pub";
}

/// The whole of a small plain file. `text` is wiped by who reads secrets.
std::optional<failure> read_small(const std::filesystem::path& path, bool secret,
                                  std::string& text) {
  open_file file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  struct stat facts {};
  if (file.get() < 0 || ::fstat(file.get(), &facts) != 0)
    return failed(code::key_file_missing, path, std::strerror(errno));
  if (!S_ISREG(facts.st_mode))
    return failed(code::key_file_malformed, path, "not a plain file");
  if (secret && (facts.st_mode & 077) != 0)
    return failed(code::key_file_open_to_others, path, "must have mode 0600");
  if (facts.st_size < 0 || static_cast<std::size_t>(facts.st_size) > key_file_bytes_max)
    return failed(code::key_file_malformed, path, "too long for a key file");
  text.resize(key_file_bytes_max + 1);
  auto got = ::read(file.get(), text.data(), text.size());
  if (got < 0)
    return failed(code::key_file_missing, path, std::strerror(errno));
  if (static_cast<std::size_t>(got) > key_file_bytes_max)
    return failed(code::key_file_malformed, path, "too long for a key file");
  text.resize(static_cast<std::size_t>(got));
  return std::nullopt;
}

/// The one line that is neither empty nor a comment; empty where there is none or a second one.
std::string_view only_line(std::string_view text) {
  std::string_view found;
  while (!text.empty()) {
    auto end = text.find('\n');
    auto line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    if (!line.empty() && line.back() == '\r')
      line.remove_suffix(1);
    if (line.empty() || line == "#" || line.starts_with("# ")) // a key in Z85 may begin with #
      continue;
    if (!found.empty())
      return {};
    found = line;
  }
  return found;
}

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    auto done = ::write(fd, text.data(), text.size());
    if (done < 0 && errno == EINTR)
      continue;
    if (done <= 0)
      return false;
    text.remove_prefix(static_cast<std::size_t>(done));
  }
  return ::fsync(fd) == 0;
}

std::optional<failure> write_new(const std::filesystem::path& path, mode_t mode,
                                 std::string_view text) {
  open_file file{::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
  if (file.get() < 0 && errno == EEXIST)
    return failed(code::already_so, path, "exists, and keys are never written over");
  if (file.get() < 0)
    return failed(code::file_write_failed, path, std::strerror(errno));
  if (write_all(file.get(), text) && ::fchmod(file.get(), mode) == 0)
    return std::nullopt;
  auto why = failed(code::file_write_failed, path, std::strerror(errno));
  ::unlink(path.c_str());
  return why;
}

bool sync_folder_of(const std::filesystem::path& path) {
  auto parent = path.has_parent_path() ? path.parent_path() : std::filesystem::path{"."};
  open_file folder{::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  return folder.get() >= 0 && ::fsync(folder.get()) == 0;
}

void wipe(std::string& text) {
  sodium_memzero(text.data(), text.size());
}

} // namespace

key_pair::~key_pair() {
  sodium_memzero(secret.data(), secret.size());
}

outcome<key_pair> generate_key_pair() {
  if (sodium_init() < 0)
    return failure{code::internal, "libsodium does not start"};
  key_pair keys;
  crypto_box_keypair(keys.open.data(), keys.secret.data());
  return keys;
}

outcome<public_key> write_key_pair(const std::filesystem::path& file, const key_pair& keys) {
  auto open_path = public_file(file);
  if (::access(open_path.c_str(), F_OK) == 0)
    return failed(code::already_so, open_path, "exists, and keys are never written over");
  auto secret = to_hex(keys.secret);
  auto text = "# wardflow secret key: whoever reads this can speak as its owner\n" + secret + "\n";
  auto problem = write_new(file, 0600, text);
  wipe(secret);
  wipe(text);
  if (problem)
    return *problem;
  problem = write_new(open_path, 0644, "# wardflow public key\n" + to_hex(keys.open) + "\n");
  if (!problem && !sync_folder_of(file)) {
    problem = failed(code::file_write_failed, file, std::strerror(errno));
    ::unlink(open_path.c_str());
  }
  if (problem) {
    ::unlink(file.c_str());
    return *problem;
  }
  return keys.open;
}

outcome<key_pair> load_key_pair(const std::filesystem::path& file) {
  if (sodium_init() < 0)
    return failure{code::internal, "libsodium does not start"};
  std::string text;
  if (auto problem = read_small(file, true, text)) {
    wipe(text);
    return *problem;
  }
  auto line = only_line(text);
  auto secret = line.size() == 64 ? parse_key(line) : std::nullopt;
  wipe(text);
  if (!secret)
    return failed(code::key_file_malformed, file, "needs one line of 64 hexadecimal digits");
  key_pair keys;
  keys.secret = *secret;
  sodium_memzero(secret->data(), secret->size());
  if (crypto_scalarmult_base(keys.open.data(), keys.secret.data()) != 0)
    return failed(code::key_file_malformed, file, "not a usable secret key");
  if (auto open_path = public_file(file); ::access(open_path.c_str(), F_OK) == 0) {
    auto beside = load_public_key(open_path);
    if (!beside)
      return beside.why();
    if (*beside != keys.open)
      return failed(code::key_file_malformed, open_path, "belongs to another secret key");
  }
  return keys;
}

outcome<public_key> load_public_key(const std::filesystem::path& file) {
  std::string text;
  if (auto problem = read_small(file, false, text))
    return *problem;
  auto key = parse_key(only_line(text));
  if (!key)
    return failed(code::key_file_malformed, file, "needs one line with a public key");
  return *key;
}

} // namespace wardflow::io
