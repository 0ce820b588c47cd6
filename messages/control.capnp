@0xe0e5aa218a422624;
# What an operator's tool says to a node, and the answer.
#
# Sender: wardctl (DEALER on the control socket). Each command has an id of its sender's making:
# a repeat is answered from the table of answers, and changes nothing.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("wardflow::wire");

using Directive = import "directive.capnp".Directive;

struct Command {
  id @0 :Data;
  # 16 random bytes.
  dryRun @1 :Bool;
  # Check everything, change nothing.
  do :union {
    query @2 :Query;
    directive @3 :Directive;
    venues @4 :List(VenueRow);
    groups @5 :List(GroupRow);
    deviceAdd @6 :DeviceRow;
    deviceRevoke @7 :DeviceRevoke;
    clockAccept @8 :Void;
    alertOrder @9 :AlertOrder;
    subscriptionRemove @12 :SubscriptionRemove;
    nodeForget @14 :NodeForget;
    unitReplace @15 :UnitReplace;
    contact @16 :ContactOrder;
    contacts @17 :Contacts;
  }
  unit @10 :UInt32;
  # For whom it is (unit_number of ids.hpp); 0: the node that is asked, and for directives all
  # wards below. A node hands it down the tree.
  ttlMs @11 :Int64;
  # A command that waits longer than this on its way down is not done; 0: for one unit a week, for
  # all wards as long as the log lasts.
  more @13 :Bool;
  # Further pieces of the same import follow: what it says is not whole yet.
}

struct AlertOrder {
  name @0 :Text;
  acknowledge @1 :Bool;
  # false: resolve
  note @2 :Text;
}

struct SubscriptionRemove {
  name @0 :Text;
}

struct UnitReplace {
  unit @0 :UInt32;
  # A unit below gets a new machine: from now on none of its earlier epochs is listened to.
}

struct ContactRow {
  name @0 :Text;
  phone @1 :Text;
  note @2 :Text;
}

struct ContactOrder {
  contact @0 :ContactRow;
  # Of the node that it is for, which has one of this name at most; set replaces it.
  remove @1 :Bool;
  # ... takes it away: of the row, `name` counts alone.
}

struct Contacts {
  unit @0 :UInt32;
  # A unit above: all that it publishes, in order of names; what came before is void.
  rows @1 :List(ContactRow);
}

struct NodeForget {
  unit @0 :UInt32;
  document @1 :Text;
}

struct Query {
  what @0 :UInt16;
  # query_kind of command.hpp: status, counts, venue list ...
  venue @1 :UInt64;
  card @2 :UInt64;
  identity @3 :Text;
  # Replaced by `card` in GATE.
  day @4 :UInt16;
  # Local day; 0: the node's today.
  limit @5 :UInt32;
  # Rows wanted; 0: all.
  after @6 :UInt64;
  # Rows after this key (paging).
  problem @7 :UInt16;
  # The rest: of the audit log.
  sinceMs @8 :Int64;
  untilMs @9 :Int64;
  # Rows of this time, its end not included; 0: no bound. Negative: so long before the node's now.
  by @10 :Text;
  # Of this name alone.
  check @11 :Bool;
  # Walk the chain, list nothing.
}

struct VenueRow {
  id @0 :UInt64;
  # 0: the node gives the next serial.
  name @1 :Text;
  category @2 :UInt8;
  address @3 :Text;
  group @4 :UInt32;
  capacity @5 :UInt32;
  opens @6 :UInt16;
  closes @7 :UInt16;
  # Minutes of the local day.
  phone @8 :Text;
}

struct GroupRow {
  id @0 :UInt32;
  name @1 :Text;
}

struct DeviceRow {
  name @0 :Text;
  key @1 :Data;
  # CURVE public key, 32 bytes.
  gateway @2 :Bool;
  venue @3 :UInt64;
  # A door's venue; 0 for a gateway.
}

struct DeviceRevoke {
  device @0 :UInt32;
  document @1 :Text;
}

struct Answer {
  id @0 :Data;
  # The command's.
  code @1 :UInt16;
  detail @2 :Text;
  # What a person needs beside the code's own text: a name, a number, a line.
  facts @3 :List(Fact);
  columns @4 :List(Text);
  rows @5 :List(Row);
  more @6 :Bool;
  # There are further rows after the last one's key.
  nodeTimeMs @7 :Int64;
  batch @8 :Data;
  # One LinkBatch of link.capnp, a snapshot, where the question asks for entries.
}

struct Fact { name @0 :Text; value @1 :Text; }
struct Row { cells @0 :List(Text); }
