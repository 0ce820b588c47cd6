// SPDX-License-Identifier: Apache-2.0
// Proves: what is measured of a machine is what is there, and measuring leaves nothing behind and
//         is in nobody's way.
// Method: locks, sockets and files of the test's own.
#define BOOST_TEST_MODULE machine
#include "nodes/wardctl/machine.hpp"

#include "tests/actors/io/scratch_folder.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

using namespace wardflow;
using namespace wardflow::wardctl;

namespace {

struct listener {
  int number = -1;
  ~listener() { ::close(number); }
};

/// A socket that listens on a port of this machine.
std::string listen_on_any(listener& at) {
  at.number = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  BOOST_REQUIRE(::bind(at.number, reinterpret_cast<sockaddr*>(&address), size) == 0);
  BOOST_REQUIRE(::listen(at.number, 1) == 0);
  ::getsockname(at.number, reinterpret_cast<sockaddr*>(&address), &size);
  return std::to_string(ntohs(address.sin_port));
}

} // namespace

BOOST_AUTO_TEST_CASE(a_sync_takes_time_and_leaves_no_file) {
  io::scratch_folder folder;
  auto us = sync_time_us(folder.path);
  BOOST_TEST_REQUIRE(us.has_value());
  BOOST_TEST((*us >= 0 && *us < 60'000'000));
  BOOST_TEST(std::filesystem::is_empty(folder.path));
  BOOST_TEST(!sync_time_us(folder.path / "nothing").has_value());
  BOOST_TEST(errno == ENOENT);
}

BOOST_AUTO_TEST_CASE(room_is_what_files_take_and_not_what_they_pretend) {
  io::scratch_folder folder;
  folder.write("ballast", std::string(1u << 20, 'x'));
  folder.write("data.mdb", "");
  std::filesystem::resize_file(folder.path / "data.mdb", 1u << 30); // a hole
  auto room = room_of(folder.path);
  BOOST_TEST_REQUIRE(room.has_value());
  BOOST_TEST(room->free_bytes > 0u);
  BOOST_TEST((room->ballast_bytes >= 1u << 20 && room->ballast_bytes < 2u << 20));
  BOOST_TEST(room->store_bytes < 1u << 20);
  BOOST_TEST(!room_of(folder.path / "nothing").has_value());
}

BOOST_AUTO_TEST_CASE(the_process_that_holds_the_store_is_found_and_not_disturbed) {
  io::scratch_folder folder;
  BOOST_TEST(!holder_of(folder.path).has_value());
  auto file = folder.write("lock", "");
  auto fd = ::open(file.c_str(), O_RDWR | O_CLOEXEC);
  BOOST_TEST(!holder_of(folder.path).has_value());
  BOOST_REQUIRE(::flock(fd, LOCK_SH | LOCK_NB) == 0); // a reader, such as `verify --folder`
  BOOST_TEST(!holder_of(folder.path).has_value());
  BOOST_REQUIRE(::flock(fd, LOCK_EX | LOCK_NB) == 0);
  BOOST_TEST((holder_of(folder.path) == ::getpid()));
  io::scratch_folder other;
  other.write("lock", "");
  BOOST_TEST(!holder_of(other.path).has_value());
  ::close(fd);
  BOOST_TEST(!holder_of(folder.path).has_value());
}

BOOST_AUTO_TEST_CASE(a_port_is_free_or_held_or_not_to_be_had) {
  std::string port;
  {
    listener at;
    port = listen_on_any(at);
    BOOST_TEST((port_of("tcp://127.0.0.1:" + port) == port_state::held));
    BOOST_TEST((port_of("tcp://0.0.0.0:" + port) == port_state::held));
    BOOST_TEST((port_of("tcp://*:" + port) == port_state::held));
    // Looking at it has not taken it: who listens still does.
    listener client{::socket(AF_INET, SOCK_STREAM, 0)};
    sockaddr_in address{};
    socklen_t size = sizeof address;
    ::getsockname(at.number, reinterpret_cast<sockaddr*>(&address), &size);
    BOOST_TEST(::connect(client.number, reinterpret_cast<sockaddr*>(&address), size) == 0);
  }
  BOOST_TEST((port_of("tcp://127.0.0.1:" + port) == port_state::free));
  BOOST_TEST((port_of("tcp://192.0.2.1:" + port) == port_state::elsewhere)); // for documentation
  BOOST_TEST((port_of("tcp://127.0.0.1:*") == port_state::any));
  for (auto* unclear :
       {"tcp://nowhere.invalid:7164", "tcp://eth0:7164", "tcp://", "http://x:1", ""})
    BOOST_TEST((port_of(unclear) == port_state::unclear), unclear);
}

BOOST_AUTO_TEST_CASE(a_path_is_held_while_somebody_listens) {
  io::scratch_folder folder;
  auto path = (folder.path / "s").string();
  BOOST_TEST((port_of("ipc://" + path) == port_state::free));
  BOOST_TEST((port_of("ipc:///nowhere/s") == port_state::forbidden));
  BOOST_TEST((port_of("ipc://") == port_state::unclear));
  {
    listener at{::socket(AF_UNIX, SOCK_STREAM, 0)};
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    BOOST_REQUIRE(::bind(at.number, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    BOOST_REQUIRE(::listen(at.number, 4) == 0);
    BOOST_TEST((port_of("ipc://" + path) == port_state::held));
  }
  BOOST_TEST((port_of("ipc://" + path) == port_state::free)); // a file left behind is nobody
}

BOOST_AUTO_TEST_CASE(limits_and_memory) {
  rlimit own{};
  BOOST_REQUIRE(::getrlimit(RLIMIT_NOFILE, &own) == 0);
  BOOST_TEST(files_limit(std::nullopt) == own.rlim_max);
  BOOST_TEST(files_limit(::getpid()) == own.rlim_cur);
  auto memory = memory_of_machine();
  BOOST_TEST_REQUIRE(memory.has_value());
  BOOST_TEST((memory->available_kib > 0 && memory->available_kib <= memory->total_kib));
}
