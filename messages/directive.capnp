@0xe837508a0c8faaf7;
# What flows DOWN the tree, or is said by an operator with the same effect.
#
# A directive is journal input: it is applied at the start of a round and judged from then on.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("wardflow::wire");

struct Directive {
  union {
    levels @0 :List(LevelUpdate);
    cards @1 :List(CardUpdate);
    rulebook @2 :Rulebook;
    venueOrder @3 :VenueOrder;
    cardOrder @4 :CardOrder;
  }
}

struct LevelUpdate {
  group @0 :UInt32;
  # Ward number times 1,000 plus the group's number.
  scale @1 :UInt8;
  # 0: decision 2686; 1: resolution 128.
  level @2 :UInt8;
  # 1 to 4.
  effectiveFrom @3 :UInt16;
  # Local day, days since 1970-01-01: the level stands for this day alone, later days are stale.
  publishedAtMs @4 :Int64;
  issuer @5 :Text;
  document @6 :Text;
}

struct CardUpdate {
  card @0 :UInt64;
  # Pseudonym; 0 while `identity` still stands in its place.
  identity @1 :Text;
  # An ID number or QID as written in the file. GATE replaces it; it is never on disk.
  group @2 :UInt32;
  firstDose @3 :UInt16;
  fullDose @4 :UInt16;
  recovered @5 :UInt16;
  # Local days; 0: none.
  pcrNegativeMin @6 :UInt32;
  # Minutes since 1970 UTC; 0: none.
  problem @7 :UInt16;
  # Set by GATE where the identity cannot be read; then the row is refused.
}

struct Rulebook {
  text @0 :Text;
  # The TOML file, whole.
}

struct VenueOrder {
  venue @0 :UInt64;
  suspend @1 :Bool;
  document @2 :Text;
}

struct CardOrder {
  card @0 :UInt64;
  identity @1 :Text;
  revoke @2 :Bool;
  document @3 :Text;
  problem @4 :UInt16;
}
