// SPDX-License-Identifier: Apache-2.0
#include "actors/io/file_system.hpp"

#include <sys/vfs.h>

#include <array>

namespace wardflow::io {

namespace {

constexpr std::array known{
  file_system{"ext4", 0xef53, fitness::tried},
  file_system{"xfs", 0x58465342, fitness::tried},
  file_system{"NFS", 0x6969, fitness::unfit},
  file_system{"overlayfs", 0x794c7630, fitness::unfit},
  file_system{"9p", 0x01021997, fitness::unfit},
  file_system{"FUSE", 0x65735546, fitness::unfit},
  file_system{"tmpfs", 0x01021994, fitness::unfit},
  file_system{"ramfs", 0x858458f6, fitness::unfit},
  file_system{"SMB", 0x517b, fitness::unfit},
  file_system{"CIFS", 0xff534d42, fitness::unfit},
  file_system{"SMB2", 0xfe534d42, fitness::unfit},
  file_system{"vboxsf", 0x786f4256, fitness::unfit},
  file_system{"aufs", 0x61756673, fitness::unfit},
  file_system{"Ceph", 0x00c36400, fitness::unfit},
  file_system{"btrfs", 0x9123683e, fitness::unknown},
  file_system{"f2fs", 0xf2f52010, fitness::unknown},
  file_system{"ZFS", 0x2fc12fc1, fitness::unknown},
};

} // namespace

std::optional<file_system> file_system_of(const std::filesystem::path& folder) {
  struct statfs facts {};
  if (::statfs(folder.c_str(), &facts) != 0)
    return std::nullopt;
  auto magic = static_cast<std::uint32_t>(facts.f_type);
  for (auto& one : known)
    if (one.magic == magic)
      return one;
  return file_system{{}, magic, fitness::unknown};
}

} // namespace wardflow::io
