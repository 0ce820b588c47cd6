@0xd4c1f5b0a7e36a21;
# What nodes say to each other, and a node to a supervisor: entries of offset logs, read by cursor.
#
# Child (DEALER) dials its parent's control socket (ROUTER), and so does a supervisor.
#   child ─LinkHello─▶ parent ─LinkWelcome─▶ child       cursors: each side says where it stands
#   LinkBatch ⇄ LinkAck                                  up-log one way, directive log the other
# An entry's offset is counted once by its receiver: the cursor is kept with what it did.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("wardflow::wire");

using Control = import "control.capnp";

struct LaneRange {
  lane @0 :UInt8;
  first @1 :UInt64;
  # The oldest offset that is kept; of a cursor: the next one that is wanted.
  next @2 :UInt64;
}

struct LinkHello {
  unit @0 :UInt32;
  # unit_number of ids.hpp: digits and number.
  nodeId @1 :Data;
  # 16 random bytes, made with the data folder.
  epoch @2 :UInt64;
  # Grows by one with each restore: the parent refuses a lower one.
  boot @3 :UInt64;
  # Random, new at each start: two living twins differ.
  protocol @4 :UInt8;
  protocolMin @5 :UInt8;
  software @6 :Text;
  up @7 :List(LaneRange);
  # What the child holds.
  down @8 :List(LaneRange);
  # `next`: the next directive that it wants.
  marks @9 :List(SnapshotMark);
  # Of snapshots that it has in part.
}

struct SnapshotMark {
  lane @0 :UInt8;
  mark @1 :Data;
  # Of the last piece that is on its disk, as it came.
}

struct LinkWelcome {
  unit @0 :UInt32;
  nodeId @1 :Data;
  epoch @2 :UInt64;
  protocol @3 :UInt8;
  nodeTimeMs @4 :Int64;
  up @5 :List(LaneRange);
  # `next`: where the child goes on.
  windowBytes @6 :UInt64;
  # So much may be on its way without an acknowledgement.
}

struct LinkEntry {
  offset @0 :UInt64;
  atMs @1 :Int64;
  # The round's stamp in which it was appended.
  kind @2 :UInt8;
  # entry_kind of link.hpp
  unit @3 :UInt32;
  # Up: whom it is about. Down: to whom; 0: to all below.
  by @4 :Text;
  # Down: who said it: name, then unit.
  expiresMs @5 :Int64;
  # Down: a command that comes later than this is not done; 0: never.
  body @6 :Data;
  # One message, by kind: Alert, HourRollup, DayRollup, Command, Answer, RegisterRow, Watermark ...
  role @7 :UInt8;
  # Down: the role of who said it (principal.hpp); 0: of a release that does not say it.
  saidMs @8 :Int64;
  # Down: when it was said at the first node, kept at each hop; 0: from an older release, as atMs.
}

struct LinkBatch {
  log @0 :UInt8;
  # 0: up, 1: down
  lane @1 :UInt8;
  first @2 :UInt64;
  # The first offset that this batch answers for ... (0: a snapshot; all offsets are 0)
  through @3 :UInt64;
  # ... and the last: entries between them that are not here were not asked for. Of a snapshot: 0;
  # of its last piece: for everything up to here it stands.
  entries @4 :List(LinkEntry);
  piece @5 :UInt32;
  # Of a snapshot: its pieces in order, from 1.
  place @6 :SnapshotPlace;
}

struct SnapshotPlace {
  goesOn @0 :Data;
  # Of a piece but the first: `mark` of the one before it.
  mark @1 :Data;
  # Of a piece but the last: its sender alone can read it, and goes on behind it at a later session.
  # Empty: it cannot be resumed here.
}

struct LinkAck {
  log @0 :UInt8;
  lane @1 :UInt8;
  through @2 :UInt64;
  # On disk at the receiver.
  nodeTimeMs @3 :Int64;
  creditBytes @4 :UInt64;
  # Of all bytes since the session began; 0: unchanged.
}

struct LinkGap {
  log @0 :UInt8;
  lane @1 :UInt8;
  wanted @2 :UInt64;
  firstRetained @3 :UInt64;
}

struct LinkHeartbeat {
  nodeTimeMs @0 :Int64;
  up @1 :List(LaneRange);
  # What the sender holds: `next` less the receiver's cursor is the lag.
}

struct LinkBye {
  reason @0 :UInt16;
  detail @1 :Text;
}

struct Subscribe {
  name @0 :Text;
  # Of the durable cursor; empty: none is kept.
  unit @1 :UInt32;
  # This unit and all below; 0: all of the node's.
  kinds @2 :List(UInt8);
  # alert kinds; empty: all
  severityMin @3 :UInt8;
  start @4 :UInt8;
  # subscribe_start: resume, head, offset, time, earliest
  offset @5 :UInt64;
  atMs @6 :Int64;
  creditBytes @7 :UInt64;
  snapshot @8 :Bool;
  # First the open alerts, as entries of offset 0.
}

struct Alert {
  unit @0 :UInt32;
  # Where it was raised.
  kind @1 :UInt8;
  subject @2 :Text;
  severity @3 :UInt8;
  state @4 :UInt8;
  revision @5 :UInt32;
  firstMs @6 :Int64;
  lastMs @7 :Int64;
  count @8 :UInt64;
  evidence @9 :Text;
  by @10 :Text;
  # Who acknowledged or resolved it; empty: the node itself.
}

struct HourRollup {
  unit @0 :UInt32;
  hour @1 :UInt32;
  revision @2 :UInt32;
  scansIn @3 :UInt64;
  scansOut @4 :UInt64;
  refused @5 :UInt64;
  late @6 :UInt64;
  poster @7 :UInt64;
}

struct DayRollup {
  unit @0 :UInt32;
  day @1 :UInt16;
  revision @2 :UInt32;
  taken @3 :UInt64;
  counted @4 :UInt64;
  late @5 :UInt64;
  persons @6 :UInt64;
  # Distinct in the ward on that day, exact.
  linked @7 :UInt64;
  sketch @8 :Data;
  # HyperLogLog of those persons.
  decisions @9 :List(UInt32);
  colours @10 :List(UInt32);
  reasons @11 :List(Reason);
  venues @12 :UInt32;
  # Registered at that time.
  inside @13 :UInt32;
  personsEstimated @14 :Bool;
  # On this day the ward's machine was replaced: `persons` is from sketches, not exact.
}

struct RegisterRow {
  unit @0 :UInt32;
  # Whose register: a ward's; contacts also an area's.
  revision @1 :UInt64;
  # row_revision of link.hpp: the newest of (unit, row) is all of it.
  document @2 :Text;
  # Of a suspension, a revocation.
  row :union {
    venue @3 :Control.VenueRow;
    group @4 :Control.GroupRow;
    device @5 :Control.DeviceRow;
    contacts @10 :List(Control.ContactRow);
    # All that the unit publishes, in one row: what is not in it is no more.
  }
  suspended @6 :Bool;
  # a venue's
  id @7 :UInt32;
  # a device's number, as are ...
  addedMs @8 :Int64;
  revokedMs @9 :Int64;
  # ... these; 0: not revoked.
}

struct Watermark {
  unit @0 :UInt32;
  revision @1 :UInt64;
  whole @2 :Bool;
  # These positions are all; else those that changed.
  day @3 :UInt16;
  # The ward's day of arrival so far, as in DayRollup:
  taken @4 :UInt64;
  counted @5 :UInt64;
  late @6 :UInt64;
  decisions @7 :List(UInt32);
  colours @8 :List(UInt32);
  reasons @9 :List(Reason);
  groups @10 :UInt32;
  # Rows of the registers at that time ...
  venues @11 :UInt32;
  devices @12 :UInt32;
  # ... all but the newest of them told.
  positions @13 :List(Position);
  # Scans below these are in the hours and the day that were told before this entry, others not.
}

struct Position {
  device @0 :UInt32;
  epoch @1 :UInt64;
  next @2 :UInt64;
}

struct Reason { code @0 :UInt16; count @1 :UInt32; }
