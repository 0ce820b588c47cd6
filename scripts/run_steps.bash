# The steps of scripts/run; sourced by it. State: folder, node (process id), replayer, failures.
# shellcheck shell=bash disable=SC2154
failures=0 node='' replayer=''
bin=$PWD/build/bin

tell() { if [ "${lang:-vi}" = en ]; then printf '%s\n' "$2"; else printf '%s\n' "$1"; fi; }
step() { printf '\n'; if [ -t 1 ]; then printf '\033[1m'; fi; tell "▶ $1" "▶ $2"; if [ -t 1 ]; then printf '\033[0m'; fi; }
ward() { "$bin/wardctl" --lang "$lang" --target "$folder/ward" "$@"; }
quiet() { "$@" >>"$folder/run.log" 2>&1 || { tail -n 5 "$folder/run.log" >&2; exit 1; }; }

# A check: what it is about in both languages, and whether it holds.
check() { # vi en left relation right
  local holds=no
  case "$4" in
    =) [ "$3" -eq "$5" ] && holds=yes ;;
    '>=') [ "$3" -ge "$5" ] && holds=yes ;;
  esac
  if [ $holds = yes ]; then
    tell "  ✓ $1: $3 $4 $5" "  ✓ $2: $3 $4 $5"
  else
    failures=$((failures + 1))
    tell "  ✗ $1: $3 $4 $5 KHÔNG đúng" "  ✗ $2: $3 $4 $5 does NOT hold"
  fi
}
check_call() { # vi en command...
  local vi=$1 en=$2
  shift 2
  if "$@" >>"$folder/run.log" 2>&1; then tell "  ✓ $vi" "  ✓ $en"; else
    failures=$((failures + 1))
    tell "  ✗ $vi" "  ✗ $en"
    tail -n 5 "$folder/run.log"
  fi
}

finish() {
  [ -z "$replayer" ] || kill -9 "$replayer" 2>/dev/null || true
  [ -z "$node" ] || kill -9 "$node" 2>/dev/null || true
  tree_stop
}

prepare() { # folder, emptied: only one that this script has made
  folder=$PWD/$1
  if [ -e "$folder" ] && [ ! -e "$folder/.made-by-run" ]; then
    tell "$folder không phải do scripts/run tạo; không xóa." "$folder was not made by scripts/run; it stays." >&2
    exit 1
  fi
  if [ -e "$folder/lock" ] && ! flock --nonblock "$folder/lock" true; then
    tell "Một scripts/run khác đang chạy." "Another scripts/run is at work." >&2
    exit 1
  fi
  rm -rf "$folder"
  mkdir -p "$folder"
  : >"$folder/.made-by-run"
  exec 9>"$folder/lock"
  flock --nonblock 9
  trap finish EXIT
  trap 'exit 130' INT TERM
}

make_days() {
  step "Một ngày mô phỏng: $venues địa điểm, $residents người dân, $ward_scans lượt quét (mã đọc từ máy quét)" \
    "A simulated day: $venues venues, $residents residents, $ward_scans scans (codes as read)"
  quiet ward simulate 22366 --day 2021-10-20 --folder "$folder/ward-day" --venues "$venues" \
    --residents "$residents" --scans "$ward_scans"
  quiet ward simulate 22366 --day 2021-10-21 --folder "$folder/city-day" --venues "$venues" \
    --residents "$city_residents" --scans "$city_scans"
  first_day=2021-10-20
}

make_trace() { # the real one, moved to 2021
  step "Dời trace thật đến năm 2021 và vào phường" "The real trace moves to 2021, and into the ward"
  local file=$1
  case "$file" in *.gz) gzip -dc "$file" >"$folder/trace.csv"; file=$folder/trace.csv ;; esac
  first_day=2021-10-18
  quiet ward simulate 22366 --day $first_day --folder "$folder/trace-day" --trace "$file"
  local last
  last=$(tail -n 1 "$folder/trace-day/replay.csv" | cut -c1-10)
  split=$(date -d "$last -10 days" +%F)
  noon_day=$(date -d "$last -5 days" +%F)
  first_day=$(sed -n 2p "$folder/trace-day/replay.csv" | cut -c1-10)
}

# One that nobody listens at, nor will: those that were given out before are not yet listened at.
free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 12000))
    grep -qx $port "$folder/ports" 2>/dev/null || (exec 3<>/dev/tcp/127.0.0.1/$port) 2>/dev/null || break
  done
  echo $port | tee -a "$folder/ports"
}

make_ward() {
  step "Khóa của tỉnh và thư mục của phường 22366 (Phước Tiến, Nha Trang)" \
    "The province's key, and the folder of ward 22366 (Phước Tiến, Nha Trang)"
  quiet "$bin/wardctl" keys province "$folder/province.key"
  quiet "$bin/wardctl" init 22366 --folder "$folder/ward" --province-key "$folder/province.key" \
    --clock input --clock-start $first_day \
    --scans "tcp://127.0.0.1:$(free_port)" --control "tcp://127.0.0.1:$(free_port)"
}

start_node() {
  "$bin/wardflowd" --config "$folder/ward/node.toml" >"$folder/node.out" 2>>"$folder/node.log" 9>&- &
  node=$!
  local waited=0
  until grep -q '^ready' "$folder/node.out"; do
    if ! kill -0 "$node" 2>/dev/null || [ $((waited += 1)) -gt 600 ]; then
      tell "Máy chủ không khởi động được:" "The node did not start:" >&2
      tail -n 5 "$folder/node.out" "$folder/node.log" >&2
      exit 1
    fi
    sleep 0.05
  done
}
kill_node() { kill -9 "$node" && wait "$node" 2>/dev/null || true; node=; }

furnish_ward() {
  step "Nhập tổ dân phố, địa điểm, thẻ, cấp độ dịch; nạp hai bộ quy tắc của Khánh Hòa" \
    "Groups, venues, cards and risk levels go in, and Khánh Hòa's two rulebooks"
  local days=("$folder"/*-day) day
  # Both days are of the same venues and groups; the city's crowd needs the room that its file gives.
  quiet ward group import "${days[0]}/groups.csv"
  quiet ward venue import "${days[0]}/venues.csv"
  for day in "${days[@]}"; do
    quiet ward card import "$day/cards.csv"
    quiet ward level import "$day/levels.csv"
  done
  quiet ward rulebook load config/rulebooks/khanh-hoa-2021-10-16.toml
  quiet ward rulebook load config/rulebooks/khanh-hoa-2021-11-16.toml
  quiet ward device add --name 'Cổng gom' --gateway --make "$folder/gateway"
  ward status --json >"$folder/status.json"
  tell "  $(jq -r '"\(.venues) địa điểm, \(.cards) thẻ, \(.groups) tổ dân phố"' "$folder/status.json")" \
    "  $(jq -r '"\(.venues) venues, \(.cards) cards, \(.groups) groups"' "$folder/status.json")"
}

replay() { # name day options...: 0 when every scan was answered; its process replaces a subshell's
  local name=$1 day=$2
  shift 2
  exec "$bin/wardctl" --lang "$lang" --target "$folder/gateway" --json replay \
    "$folder/$day-day/replay.csv" --answers "$folder/$name.answers" --bad "$folder/$name.bad.csv" "$@" \
    >"$folder/$name.json" 9>&-
}

play() { # name day options...
  (replay "$@") || failures=$((failures + 1))
  figures_of "$1"
}

figures_of() {
  tell "  $(jq -r 'def ms: . * 10 | round / 10; "\(.answered) lượt được trả lời trong \(.seconds * 10 | round / 10) s: \(.scans_per_s)/s, p50 \(.p50_ms | ms) ms, p99 \(.p99_ms | ms) ms"' "$folder/$1.json")" \
    "  $(jq -r 'def ms: . * 10 | round / 10; "\(.answered) scans answered in \(.seconds * 10 | round / 10) s: \(.scans_per_s)/s, p50 \(.p50_ms | ms) ms, p99 \(.p99_ms | ms) ms"' "$folder/$1.json")"
}

answered_in() { echo $(($(wc -l <"$folder/$1.answers") - 1)); }

# As `play`, and when the answers reach `noon` the node dies. While it is dead nothing else moves: what
# was answered until then is counted, and the node that starts again must have it all.
play_and_kill() { # name day noon options...
  local name=$1 day=$2 noon=$3 before answered taken
  shift 3
  noon=$(awk -F, -v t="$noon" 'NR > 1 && substr($1, 1, length(t)) >= t {print NR; exit}' "$folder/$day-day/replay.csv")
  before=$(ward status --json | jq .scans_taken)
  replay "$name" "$day" "$@" &
  replayer=$!
  local shown=0
  until [ -s "$folder/$name.answers" ] && [ "$(last_line_of "$folder/$name.answers")" -ge "$noon" ]; do
    kill -0 "$replayer" 2>/dev/null || break
    [ $((shown += 1)) -lt 4000 ] || break
    sleep 0.02
  done
  kill -9 "$node"
  kill -STOP "$replayer" || tell "  (phát lại đã xong trước trưa)" "  (the replay was over before noon)"
  wait "$node" 2>/dev/null || true
  answered=$(answered_in "$name")
  start_node
  taken=$(($(ward status --json | jq .scans_taken) - before))
  [ ! -t 2 ] || printf '\r\033[K' >&2
  tell "  máy chủ bị kill -9 sau $answered câu trả lời, và đã khởi động lại" \
    "  the node was killed with -9 after $answered answers, and is back"
  check "lượt đã trả lời còn trong nhật ký" "scans answered are in its journal" "$taken" '>=' "$answered"
  kill -CONT "$replayer" || true
  wait "$replayer" || failures=$((failures + 1))
  replayer=
  figures_of "$name"
}

# The file's line of the newest answer; a line that is still being written does not count.
last_line_of() { tail -n 2 "$1" | head -n 1 | cut -d, -f1 | grep -x '[0-9]*' || echo 0; }

all_reasons() { # of the node, all days from $1 to its today: {"code": scans}
  local day date last
  last=$(ward status --json | jq -r .today)
  for ((day = 0; ; day++)); do
    date=$(date -d "$1 +$day days" +%F)
    [[ ! $date > $last ]] || break
    ward counts --reasons --day "$date" --json
  done >"$folder/days.json"
  jq -s '[.[].reasons[]] | group_by(.code) | map({key: .[0].code, value: (map(.scans) | add)}) | from_entries' "$folder/days.json"
}

check_sums() {
  local sent answered taken lines=0 name replays=()
  for name in slow fast; do
    [ ! -e "$folder/$name.json" ] || replays+=("$folder/$name.json")
    lines=$((lines + $(answered_in "$name")))
  done
  sent=$(jq -s 'map(.sent) | add' "${replays[@]}")
  answered=$(jq -s 'map(.answered) | add' "${replays[@]}")
  ward status --json >"$folder/status.json"
  taken=$(jq .scans_taken "$folder/status.json")
  check "lượt đã gửi, mỗi lượt được trả lời đúng một lần" "scans sent, each answered exactly once" "$sent" = "$lines"
  check "lượt trong nhật ký của máy chủ, không thừa không thiếu" "scans in the node's journal, none missing, none twice" "$taken" = "$answered"
  local from=$first_day compared=("${replays[@]}")
  [ -z "${real:-}" ] || { from=$split compared=("$folder/slow.json"); }
  all_reasons "$from" >"$folder/reasons.json"
  jq -s 'map(.reasons | to_entries[]) | group_by(.key) | map({key: .[0].key, value: (map(.value) | add)}) | from_entries' \
    "${compared[@]}" >"$folder/told.json"
  check "kết quả theo lý do: máy quét nhận được, và máy chủ đếm được, khác nhau" \
    "verdicts by reason, as the gateway was told and as the node counts: differences" \
    "$(jq -n --slurpfile a "$folder/reasons.json" --slurpfile b "$folder/told.json" \
      '[($a[0] + $b[0] | keys[]) | select($a[0][.] != $b[0][.])] | length')" = 0
  local day bad=0 days=0
  for day in $(ward status --json | jq -r .today) ${noon_day:-$first_day}; do
    days=$((days + 1))
    ward counts --identities --day "$day" --json >>"$folder/identities.json" || bad=$((bad + 1))
  done
  check "ngày có đẳng thức không đúng (trong $days ngày)" "days with an identity that does not hold (of $days)" $bad = 0
  check_call "máy chủ xét lại cả nhật ký: khớp với trạng thái" "the node judges its whole journal again: it agrees with its state" ward verify
}

summary() {
  step "Tóm tắt" "Summary"
  local day vi en
  day=$(jq -r .today "$folder/status.json")
  printf '  %-34s %12s\n' "$(tell 'Lượt quét' 'Scans')" "$(jq .scans_taken "$folder/status.json")" \
    "$(tell 'Lượt đến muộn' 'Late scans')" "$(jq -s 'map(.late) | add' "$folder"/{slow,fast}.json)" \
    "$(tell 'Lượt gửi lại, chỉ tính một lần' 'Sent again, counted once')" "$(jq -s 'map(.frames_again) | add' "$folder"/{slow,fast}.json)" \
    "$(tell "Người, ngày $day" "Persons on $day")" "$(jq .persons_today "$folder/status.json")" \
    "$(tell 'Lượt mỗi giây (p50, p99)' 'Scans a second (p50, p99)')" \
    "$(jq -r 'def ms: . * 10 | round / 10; "\(.scans_per_s) (\(.p50_ms | ms), \(.p99_ms | ms) ms)"' "$folder/fast.json")"
  printf '\n'
  if [ -n "${real:-}" ]; then tell "  Kết quả theo lý do, mười ngày cuối" "  Verdicts by reason, of the last ten days"
  else tell "  Kết quả theo lý do" "  Verdicts by reason"; fi
  while IFS=$'\t' read -r scans vi; do printf '  %10s  %s\n' "$scans" "$vi"; done < <(reasons_in_words)
  printf '\n'
  tell "  Địa điểm đông nhất ngày $day" "  Busiest venues on $day"
  ward counts --day "$day" --limit 5 --json |
    jq -r 'sort_by(-(.in + .out))[:5][] | "\(.in + .out)\t\(.name)"' |
    while IFS=$'\t' read -r scans vi; do printf '  %10s  %s\n' "$scans" "$vi"; done
}

reasons_in_words() {
  jq -rs '[.[].reasons[]] | group_by(.code) | map({text: .[0].text, scans: (map(.scans) | add)}) | sort_by(-.scans)[] |
    "\(.scans)\t\(.text)"' "$folder/days.json"
}

check_stopped() {
  check_call "thư mục sau lần kill -9 thứ hai: nhật ký khớp với trạng thái" \
    "the folder after a second kill -9: its journal agrees with its state" \
    "$bin/wardctl" --lang "$lang" verify --folder "$folder/ward"
}

how_to_look() {
  local f=${folder#"$PWD"/}
  printf '\n'
  tell "Dữ liệu của máy chủ nằm ở $f/ward. Xem lại:" "The node's data are in $f/ward. To look at them:"
  printf '  %s\n' "build/bin/wardflowd --config $f/ward/node.toml &" \
    "build/bin/wardctl --target $f/ward status" \
    "build/bin/wardctl --target $f/ward counts --hours" \
    "build/bin/wardctl --target $f/ward venue list --limit 20" "kill %1"
}
