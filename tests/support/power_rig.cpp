// SPDX-License-Identifier: Apache-2.0
#include "tests/support/power_rig.hpp"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

namespace wardflow::test {

namespace {

constexpr std::size_t block_bytes = 1u << 20;

[[noreturn]] void fail(const std::string& what) {
  throw std::runtime_error("power rig: " + what);
}
[[noreturn]] void fail_errno(const std::string& what) {
  fail(what + ": " + std::strerror(errno));
}

std::vector<char*> pointers(const std::vector<std::string>& argv) {
  std::vector<char*> out;
  for (const auto& word : argv)
    out.push_back(const_cast<char*>(word.c_str()));
  out.push_back(nullptr);
  return out;
}

void must_run(const std::vector<std::string>& argv) {
  std::string output;
  if (!run_program(argv, output))
    fail(argv.front() + ": " + output);
}

// Mounts made from here on are seen by this process and its children alone, and end with them.
void own_namespace() {
  static bool done = false;
  if (done)
    return;
  if (::unshare(CLONE_NEWNS) != 0)
    fail_errno("unshare");
  if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
    fail_errno("make mounts private");
  done = true;
}

// The file's name goes at once; the loop device holds the file. The kernel's own timers stay out of
// the way: what reaches the image is what the process synced.
void mount_image(const std::filesystem::path& image, const std::filesystem::path& at) {
  must_run({"mount", "-t", "ext4", "-o", "loop,commit=300", image.string(), at.string()});
  ::unlink(image.c_str());
}

// A sum of the whole image, where it is not the copy that is wanted.
struct image_reader {
  std::vector<char> block = std::vector<char>(block_bytes);
  std::uint64_t sum = 14695981039346656037ull;

  std::size_t next(int fd, off_t at) {
    const ssize_t n = ::pread(fd, block.data(), block.size(), at);
    if (n < 0)
      fail_errno("read the image");
    for (ssize_t i = 0; i + 8 <= n; i += 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, block.data() + i, 8);
      sum = (sum ^ word) * 1099511628211ull;
      sum ^= sum >> 29;
    }
    return static_cast<std::size_t>(n);
  }
};

std::uint64_t sum_of(int fd) {
  image_reader in;
  off_t at = 0;
  for (std::size_t n = in.next(fd, at); n > 0; n = in.next(fd, at))
    at += static_cast<off_t>(n);
  return in.sum;
}

} // namespace

bool run_program(const std::vector<std::string>& argv, std::string& output) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    return false;
  auto words = pointers(argv);
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::dup2(ends[1], 1);
    ::dup2(ends[1], 2);
    ::execvp(words[0], words.data());
    ::_exit(127);
  }
  ::close(ends[1]);
  char text[512];
  for (ssize_t n = ::read(ends[0], text, sizeof text); n > 0;
       n = ::read(ends[0], text, sizeof text))
    output.append(text, static_cast<std::size_t>(n));
  ::close(ends[0]);
  int status = -1;
  if (pid < 0 || ::waitpid(pid, &status, 0) != pid)
    return false;
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

std::string power_rig::why_not() {
  if (::geteuid() != 0)
    return "needs root for a loop mount";
  try {
    const power_rig trial{std::size_t{8} << 20};
  } catch (const std::runtime_error& e) {
    return e.what();
  }
  return {};
}

void power_rig::skip_unless_possible() {
  const std::string reason = why_not();
  if (reason.empty())
    return;
  std::printf("SKIP: %s\n", reason.c_str());
  std::fflush(stdout);
  ::_exit(77);
}

power_rig::power_rig(std::size_t image_bytes, const std::filesystem::path& where) {
  own_namespace();
  std::string name = (where / "wardflow-power-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr)
    fail_errno("make a folder");
  base_ = name;
  folder_ = base_ / "before";
  after_ = base_ / "after";
  try {
    std::filesystem::create_directory(folder_);
    std::filesystem::create_directory(after_);
    const auto image = base_ / "image";
    image_ = ::open(image.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (image_ < 0 || ::ftruncate(image_, static_cast<off_t>(image_bytes)) != 0)
      fail_errno("make an image");
    must_run({"mkfs.ext4", "-q", "-F", "-m", "0", "-E", "lazy_itable_init=0,lazy_journal_init=0",
              image.string()});
    mount_image(image, folder_);
    folder_mounted_ = true;
  } catch (...) {
    if (image_ >= 0)
      ::close(image_);
    std::error_code ignored;
    std::filesystem::remove_all(base_, ignored);
    throw;
  }
}

power_rig::~power_rig() {
  end();
  if (after_mounted_)
    ::umount2(after_.c_str(), MNT_DETACH);
  if (folder_mounted_)
    ::umount2(folder_.c_str(), MNT_DETACH);
  ::close(image_);
  // Not remove_all: were a mount still there, its files would go.
  std::error_code ignored;
  std::filesystem::remove(after_, ignored);
  std::filesystem::remove(folder_, ignored);
  std::filesystem::remove(base_, ignored);
}

power_rig::child power_rig::start(const std::vector<std::string>& argv) {
  return start([&argv](int out) {
    auto words = pointers(argv);
    ::dup2(out, 1);
    ::execvp(words[0], words.data());
    return 127;
  });
}

power_rig::child power_rig::start(const std::function<int(int out)>& work) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    fail_errno("pipe");
  const pid_t pid = ::fork();
  if (pid < 0)
    fail_errno("fork");
  if (pid == 0) {
    ::close(ends[0]);
    ::_exit(work(ends[1]));
  }
  ::close(ends[1]);
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  children_.push_back({pid, ends[0]});
  return children_.back();
}

void power_rig::cut() {
  mend();
  for (const child& c : children_)
    ::kill(c.pid, SIGSTOP);
  for (const child& c : children_) {
    int status = 0; // comes when every thread of it stands still
    if (::waitpid(c.pid, &status, WUNTRACED) != c.pid || !WIFSTOPPED(status))
      fail("a process ended before the cut");
  }
  const auto copy = base_ / "copy";
  copy_image(copy);
  mount_image(copy, after_);
  after_mounted_ = true;
}

void power_rig::copy_image(const std::filesystem::path& to) const {
  for (int attempt = 0; attempt < 10; ++attempt) {
    const int fd = ::open(to.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
      fail_errno("make a copy");
    image_reader in;
    off_t at = 0;
    bool good = true;
    for (std::size_t n = in.next(image_, at); n > 0; n = in.next(image_, at)) {
      const bool empty = std::all_of(in.block.begin(), in.block.begin() + static_cast<long>(n),
                                     [](char c) { return c == 0; });
      good = good && (empty || ::pwrite(fd, in.block.data(), n, at) == static_cast<ssize_t>(n));
      at += static_cast<off_t>(n);
    }
    good = good && ::ftruncate(fd, at) == 0;
    ::close(fd);
    if (!good)
      fail_errno("write the copy");
    if (sum_of(image_) == in.sum)
      return;
  }
  fail("the image never stood still");
}

void power_rig::mend() {
  if (after_mounted_ && ::umount2(after_.c_str(), 0) != 0)
    fail_errno("unmount the copy");
  if (after_mounted_)
    for (const child& c : children_)
      ::kill(c.pid, SIGCONT);
  after_mounted_ = false;
}

void power_rig::end() {
  for (const child& c : children_) {
    ::kill(c.pid, SIGKILL);
    ::waitpid(c.pid, nullptr, 0);
    ::close(c.out);
  }
  children_.clear();
}

} // namespace wardflow::test
