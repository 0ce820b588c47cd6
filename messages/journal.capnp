@0xeb04dfcd75c7f7e2;
# What is on disk: a round's record in the journal. (Saved states are packed rows: packed.hpp.)
#
# A round's record is a header, then its blobs: [u32 header words][u32 zero][RoundHeader message]
# [blob 0][blob 1] ..., each blob a whole message of 8-byte words.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("wardflow::wire");

struct RoundHeader {
  number @0 :UInt64;
  stampMs @1 :Int64;
  # The only clock that the round's work read.
  logicVersion @2 :UInt16;
  clockUnsure @3 :Bool;
  commands @4 :List(CommandPart);
  # Applied first, in this order. Blobs: the command (identities replaced), its answer.
  frames @5 :List(FramePart);
  # Then these. Blobs: the ScanBatch, its ScanReply.
  ticks @6 :List(Tick);
  # Closings that fell due at this round's start, before the commands, in this order.
}

struct CommandPart {
  commandWords @0 :UInt32;
  answerWords @1 :UInt32;
  by @2 :Text;
  # Name of the key that said it.
  role @3 :UInt8;
  # Not written and not read: a command that was taken is judged by its role no more.
  saidMs @4 :Int64;
  # When it was said at the node above that it came from; 0: with this round.
}

struct FramePart {
  device @0 :UInt32;
  batchWords @1 :UInt32;
  replyWords @2 :UInt32;
  canonical @3 :List(Canonical);
  # Scans whose person was counted under another pseudonym, found through a link.
}

struct Canonical { index @0 :UInt32; card @1 :UInt64; }
struct Tick { venue @0 :UInt64; atMs @1 :Int64; }
