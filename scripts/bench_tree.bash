#!/usr/bin/env bash
# The tree's part of scripts/bench, sourced by it. State: work, json, quick, seconds, runs.
# shellcheck shell=bash disable=SC2154
nats=

# The run whose figure NAME is the median of these lines.
median_by() {
  awk -F"\"$1\":" '{split($2, s, /[,}]/); print s[1] "\t" $0}' | sort -g | cut -f2 |
    sed -n "$(((runs + 1) / 2))p"
}

start_nats() {
  mkdir "$work/nats"
  nats-server -a 127.0.0.1 -p 7398 -js -sd "$work/nats" -l "$work/nats.log" >/dev/null 2>&1 &
  nats=$!
  for _ in $(seq 100); do
    (exec 3<>/dev/tcp/127.0.0.1/7398) 2>/dev/null && return
    kill -0 "$nats" 2>/dev/null || break
    sleep 0.1
  done
  echo "bench: NATS did not start: $(tail -n 1 "$work/nats.log")" >&2
  exit 1
}
stop_nats() { kill "$nats"; wait "$nats" 2>/dev/null || true; nats=; rm -rf "$work/nats"; }

# Not in a subshell: the trap has to know of the server, and a run that fails has to end the bench.
alert_runs() {
  local _
  for _ in $(seq "$runs"); do
    build/tests/alert_flow "$seconds" >>"$work/alerts_wardflow"
    start_nats
    build/tests/nats_peer "$seconds" 7398 >>"$work/alerts_nats"
    stop_nats
  done
}
median_of() { field "$(median_by "$2" <"$work/alerts_$1")" "$2"; } # name figure

alert_table() {
  alert_runs
  local published replayed name p r
  published=$(median_of nats published_per_s) replayed=$(median_of nats replayed_per_s)
  for name in wardflow nats; do
    p=$(median_of $name published_per_s) r=$(median_of $name replayed_per_s)
    if [ "$json" = yes ]; then
      printf '{"name":"alerts_%s","published_per_s":%s,"replayed_per_s":%s,"ratio_published":%s,"ratio_replayed":%s}\n' \
        $name "$p" "$r" "$(ratio "$p" "$published")" "$(ratio "$r" "$replayed")"
    else
      printf '| %s | %s | %s | %s | %s |\n' $name "$p" "$(ratio "$p" "$published")" "$r" "$(ratio "$r" "$replayed")"
    fi
  done
  [ "$json" = yes ] || printf '\n| beside | |\n|---|---|\n'
  # What the medians do not say, of one run each.
  for name in wardflow nats; do
    median_by published_per_s <"$work/alerts_$name" | sed "s/alerts_$name/alerts_${name}_run/" | rows_of
  done
}

# The door's p99 with and without checkpoints, in turn, so that what else the machine does is shared.
checkpoint_row() {
  local with without _
  for _ in $(seq "$runs"); do
    build/tests/load 1 200 4 "$((seconds * 2))" >>"$work/with" 2>/dev/null
    NODE_LINES='save_after_s = 3600' build/tests/load 1 200 4 "$((seconds * 2))" >>"$work/without" 2>/dev/null
  done
  with=$(field "$(median_by p99_ms <"$work/with")" p99_ms)
  without=$(field "$(median_by p99_ms <"$work/without")" p99_ms)
  printf '{"name":"checkpoints","p99_ms":%s,"without_p99_ms":%s,"ratio_p99":%s}\n' \
    "$with" "$without" "$(ratio "$with" "$without")" | rows_of
}

# The import is over in two seconds: the median of several.
bulk_rows() {
  local _
  for _ in $(seq "$runs"); do build/tests/tree_bulk "$1" >>"$work/bulk"; done
  grep '"bulk"' "$work/bulk" | median_by ratio_p99 | rows_of
  grep '"recolour"' "$work/bulk" | median_by in_force_ms | rows_of
}

# One object a line, each with the name that it has in --json.
rows_of() {
  local line
  while IFS= read -r line; do
    extra "$(sed -E 's/.*"name":"([a-z_]+)".*/\1/; s/_/ /g' <<<"$line")" "$line"
  done
}

bench_tree() {
  local long=60 short=15
  [ "$quick" = no ] || long=12 short=5
  [ "$json" = yes ] || printf '| alerts of 128 bytes | published/s | of NATS | replayed/s | of NATS |\n|---|---|---|---|---|\n'
  alert_table
  build/tests/tree_latency $short | rows_of
  build/tests/tree_city $((long * 2)) | rows_of
  bulk_rows "$short"
  checkpoint_row
}
