@0xe5c160b2f467f4c5;
# What a scanner sends to its ward node, and what it hears back.
#
# Sender: a door or a gateway (DEALER). Receiver: GATE of the ward node (ROUTER).
# Delivery: at least once. (device, epoch, sequence) names a scan for ever, so a repeat is harmless.
# Evolution: append fields only; what is no longer wanted is renamed `obsoleteX` and never reused.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("wardflow::wire");

struct Hello {
  # The first frame of a connection, optional: asks where the sequence stands.
  epoch @0 :UInt64;
  # The device's own epoch; 0 if it has lost its memory.
  software @1 :Text;
}

struct Welcome {
  epoch @0 :UInt64;
  # The device's epoch as the node knows it; 0 if it never sent.
  expectedSequence @1 :UInt64;
  # The next number that the node takes in this epoch.
  nodeTimeMs @2 :Int64;
  venue @3 :UInt64;
  # A door's venue; 0 for a gateway.
  nodeKey @4 :Data;
  # The node's public key (32 bytes), which seals codes into a door's spool.
  protocol @5 :UInt8;
}

struct ScanBatch {
  # From gateway keys only: scans whose persons are already pseudonyms.
  epoch @0 :UInt64;
  # Only grows: a device that has lost its memory starts a higher one (seconds since 1970 serve
  # well). The refusal of a lower one names the least that is accepted.

  firstSequence @1 :UInt64;
  # Of scans[0]; an epoch begins with 1. The others follow without a gap.

  scans @2 :List(Scan);
  # 1 to 10,000, oldest first; the number is checked before any is read.
}

struct Scan {
  venue @0 :UInt64;
  # Ward code times 10,000,000 plus the serial number in the ward's register. 0 is never a venue.

  card @1 :UInt64;
  # Keyed hash of the personal code's stable key.

  scannedAtMs @2 :Int64;
  # Milliseconds since 1970, UTC, by the scanner's clock. May be days old.

  direction @3 :Direction;
  flow @4 :Flow;

  problem @5 :UInt16;
  # 0, or why the code could not be read as a person (reasons 40 to 59): then card is 0.

  linked @6 :UInt64;
  # The second pseudonym of a code that carries two keys, else 0.
}

enum Direction { in @0; out @1; }
enum Flow { staffScansPerson @0; personScansPoster @1; }

struct CodeScan {
  # From doors: one scan, with the code as it was read, over CURVE.
  epoch @0 :UInt64;
  sequence @1 :UInt64;
  venue @2 :UInt64;
  scannedAtMs @3 :Int64;
  direction @4 :Direction;
  flow @5 :Flow;
  code :union {
    plain @6 :Data;
    # Live: the bytes that the reader gave, at most 1,024.
    sealed @7 :Data;
    # From a spool: the same bytes in a sealed box to the node's public key (X25519,
    # XSalsa20-Poly1305; 48 bytes longer).
  }
}

struct ScanReply {
  # Answers one ScanBatch or CodeScan, or several of one connection that follow each other without a
  # gap, after their commit.
  epoch @0 :UInt64;
  firstSequence @1 :UInt64;
  # Of verdicts[0].

  throughSequence @2 :UInt64;
  # This scan and all before it of this epoch are on the ward node's disk.

  verdicts @3 :List(UInt32);
  # One per scan, from firstSequence on. Lowest bit first: decision 2, colour 2, reason 7, late 1,
  # clock unsure 1, stale rule 2, unused 1, rule 8, index into `basis` 8.

  basis @4 :List(Basis);
  # The few distinct foundations behind them.

  nodeTimeMs @5 :Int64;
  # The node's time, so that a device can set itself right.
}

struct Basis {
  rulebook @0 :UInt32;
  # Version; 0: none was in force at the event time.
  rulebookAsOfMs @1 :Int64;
  levelsAsOfMs @2 :Int64;
  cardsAsOfMs @3 :Int64;
  # When the node last heard of each; 0: never.
}

struct Refusal {
  # A frame refused whole: nothing of it was taken.
  reason @0 :UInt16;
  epoch @1 :UInt64;
  # epoch_lower: the least epoch that is accepted. Else the device's epoch as the node knows it.
  expectedSequence @2 :UInt64;
  # sequence_gap: the next number that is accepted.
  nodeTimeMs @3 :Int64;
  detail @4 :Text;
  protocolMin @5 :UInt8;
  protocolMax @6 :UInt8;
  refusedSequence @7 :UInt64;
  # The refused frame's first number, where it could be read; else 0.
}
