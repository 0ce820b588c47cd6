// SPDX-License-Identifier: Apache-2.0
#include "actors/io/pseudonym.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cerrno>
#include <cstdint>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace wardflow {

namespace {

static_assert(province_key::bytes == crypto_shorthash_KEYBYTES);
static_assert(crypto_shorthash_BYTES == sizeof(card_id));

constexpr std::size_t file_bytes_max = 1024;
constexpr std::size_t hex_chars = province_key::bytes * 2;
constexpr std::string_view comment =
  "# wardflow province key. Who holds it can undo every pseudonym of the province.\n";

class file_handle {
public:
  explicit file_handle(int fd) : fd_(fd) {}
  file_handle(const file_handle&) = delete;
  file_handle& operator=(const file_handle&) = delete;
  ~file_handle() {
    if (fd_ >= 0)
      ::close(fd_);
  }
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool is_open() const { return fd_ >= 0; }
  /// False when the system only now says that a write failed.
  [[nodiscard]] bool close() { return ::close(std::exchange(fd_, -1)) == 0; }

private:
  int fd_;
};

/// Text of a key file, wiped when it goes.
struct secret_text {
  std::array<char, file_bytes_max + 1> bytes{};
  std::size_t size = 0;

  secret_text() = default;
  secret_text(const secret_text&) = delete;
  secret_text& operator=(const secret_text&) = delete;
  ~secret_text() { sodium_memzero(bytes.data(), bytes.size()); }
};

/// At most one byte more than a file may have; false on a read error.
bool read_all(int fd, secret_text& out) {
  while (out.size < out.bytes.size()) {
    auto n = ::read(fd, out.bytes.data() + out.size, out.bytes.size() - out.size);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return false;
    if (n == 0)
      return true;
    out.size += static_cast<std::size_t>(n);
  }
  return true;
}

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    auto n = ::write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return false;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

/// The one line that is neither empty nor a comment; empty if there are none or several.
std::string_view only_line(std::string_view text) {
  std::string_view found;
  while (!text.empty()) {
    auto end = text.find('\n');
    auto line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    while (!line.empty() && (line.back() == '\r' || line.back() == ' '))
      line.remove_suffix(1);
    if (line.empty() || line.front() == '#')
      continue;
    if (!found.empty())
      return {};
    found = line;
  }
  return found;
}

bool sync_folder_of(const std::filesystem::path& file) {
  auto folder = file.parent_path();
  file_handle handle{
    ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  return handle.is_open() && ::fsync(handle.get()) == 0;
}

} // namespace

province_key_result province_key::load(const std::filesystem::path& file) {
  // Without O_NONBLOCK a pipe in the file's place would hang the start.
  file_handle handle{::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)};
  struct stat about {};
  if (!handle.is_open() || ::fstat(handle.get(), &about) != 0)
    return {code::key_file_missing, std::nullopt};
  if (!S_ISREG(about.st_mode))
    return {code::key_file_malformed, std::nullopt};
  if ((about.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    return {code::key_file_open_to_others, std::nullopt};

  secret_text text;
  if (!read_all(handle.get(), text) || text.size > file_bytes_max)
    return {code::key_file_malformed, std::nullopt};
  auto hex = only_line({text.bytes.data(), text.size});
  if (hex.size() != hex_chars)
    return {code::key_file_malformed, std::nullopt};

  auto key = allocate();
  if (!key)
    return {code::internal, std::nullopt};
  std::size_t decoded = 0;
  if (sodium_hex2bin(key.get(), bytes, hex.data(), hex.size(), nullptr, &decoded, nullptr) != 0 ||
      decoded != bytes || sodium_is_zero(key.get(), bytes) == 1)
    return {code::key_file_malformed, std::nullopt};
  return {code::ok, province_key{std::move(key)}};
}

province_key_result province_key::generate() {
  auto key = allocate();
  if (!key)
    return {code::internal, std::nullopt};
  randombytes_buf(key.get(), bytes);
  return {code::ok, province_key{std::move(key)}};
}

void province_key::copy_to(std::span<std::uint8_t, bytes> out) const {
  assert(key_);
  std::copy_n(key_.get(), bytes, out.data());
}

province_key_result province_key::copy_of(std::span<const std::uint8_t, bytes> from) {
  auto key = allocate();
  if (!key)
    return {code::internal, std::nullopt};
  std::copy_n(from.data(), bytes, key.get());
  if (sodium_is_zero(key.get(), bytes) == 1)
    return {code::key_file_malformed, std::nullopt};
  return {code::ok, province_key{std::move(key)}};
}

code province_key::write(const std::filesystem::path& file) const {
  assert(key_);
  secret_text text;
  static_assert(comment.size() + hex_chars + 2 <= file_bytes_max);
  comment.copy(text.bytes.data(), comment.size());
  auto* hex = text.bytes.data() + comment.size();
  sodium_bin2hex(hex, hex_chars + 1, key_.get(), bytes);
  hex[hex_chars] = '\n';
  text.size = comment.size() + hex_chars + 1;

  constexpr mode_t owner_only = S_IRUSR | S_IWUSR;
  file_handle handle{::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, owner_only)};
  if (!handle.is_open())
    return errno == EEXIST ? code::already_so : code::file_write_failed;
  // fchmod: an odd umask must not leave a file that its owner cannot read.
  bool written = ::fchmod(handle.get(), owner_only) == 0 &&
                 write_all(handle.get(), {text.bytes.data(), text.size}) &&
                 ::fsync(handle.get()) == 0;
  written = handle.close() && written;
  if (written && sync_folder_of(file))
    return code::ok;
  ::unlink(file.c_str());
  return code::file_write_failed;
}

card_id province_key::pseudonym(std::string_view stable_key_text) const {
  assert(key_);
  auto text = stable_key_text;
  std::array<unsigned char, crypto_shorthash_BYTES> hash{};
  crypto_shorthash(hash.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                   key_.get());
  std::uint64_t id = 0; // little-endian whatever the machine: pseudonyms travel between nodes
  for (std::size_t i = hash.size(); i-- > 0;)
    id = id << 8 | hash[i];
  return card_id{id == 0 ? 1 : id};
}

bool province_key::operator==(const province_key& other) const {
  assert(key_ && other.key_);
  return sodium_memcmp(key_.get(), other.key_.get(), bytes) == 0;
}

province_key::secret province_key::allocate() {
  // sodium_init may be called again and from several threads.
  if (sodium_init() < 0)
    return nullptr;
  return secret{static_cast<unsigned char*>(sodium_malloc(bytes))};
}

void province_key::wiping_free::operator()(unsigned char* memory) const {
  sodium_free(memory);
}

} // namespace wardflow
