# The tree's steps of scripts/run; sourced by it: a province, a city and its wards as real nodes, the city
# cut off and healed on the way. Uses tell, step, check, free_port and folder of run_steps.bash.
# shellcheck shell=bash disable=SC2154
declare -A tree_pid=() tree_port=()
tree_wards=() watcher=''

at() { # node command...
  local name=$1
  shift
  "$bin/wardctl" --lang "$lang" --target "$folder/tree/$name" "$@"
}
quietly() { "$@" >>"$folder/tree.log" 2>&1 || { tail -n 5 "$folder/tree.log" >&2; exit 1; }; }

tree_stop() {
  local name
  [ -z "$watcher" ] || kill -9 "$watcher" 2>/dev/null || true
  for name in "${!tree_pid[@]}"; do tree_kill "$name" 2>/dev/null || true; done
}

tree_start() { # node...
  local name waited
  for name in "$@"; do
    "$bin/wardflowd" --config "$folder/tree/$name/node.toml" >"$folder/tree/$name.out" 2>>"$folder/tree/$name.log" 9>&- &
    tree_pid[$name]=$!
  done
  for name in "$@"; do
    waited=0
    until grep -q '^ready' "$folder/tree/$name.out"; do
      if ! kill -0 "${tree_pid[$name]}" 2>/dev/null || [ $((waited += 1)) -gt 600 ]; then
        tell "Nút $name không khởi động được:" "The node $name did not start:" >&2
        tail -n 5 "$folder/tree/$name.out" "$folder/tree/$name.log" >&2
        exit 1
      fi
      sleep 0.05
    done
  done
}
tree_kill() {
  kill -9 "${tree_pid[$1]}"
  wait "${tree_pid[$1]}" 2>/dev/null || true
}

public_key() { "$bin/wardctl" --json keys show "$folder/tree/$1/keys/node" | jq -r .public_key; }

tree_folder() { # code name parent
  local parent=()
  tree_port[$2]=$(free_port)
  [ -z "$3" ] || parent=(--parent "tcp://127.0.0.1:${tree_port[$3]}" --parent-key "$(public_key "$3")")
  [ ${#1} -ne 5 ] || parent+=(--scans "tcp://127.0.0.1:$(free_port)")
  quietly "$bin/wardctl" init "$1" --folder "$folder/tree/$2" --province-key "$folder/province.key" \
    --control "tcp://127.0.0.1:${tree_port[$2]}" --clock input --clock-start 2021-10-20 "${parent[@]}"
  [ -z "$3" ] || quietly "$bin/wardctl" keys allow --file "$folder/tree/$3/allow.toml" --name "$2" \
    --role node --unit "$1" --key "$(public_key "$2")"
}

make_tree() { # how many wards
  step "Cây của Khánh Hòa: tỉnh 56, thành phố Nha Trang 568, $1 phường xã, mỗi nơi một nút" \
    "The tree of Khánh Hòa: province 56, city of Nha Trang 568, $1 wards, a node each"
  mkdir -p "$folder/tree"
  mapfile -t tree_wards < <(awk -F, '$3 == 568 && length($2) == 5 {print $2}' config/khanh-hoa/units.csv | head -n "$1")
  tree_folder 56 province ''
  tree_folder 568 city province
  local ward seed=0
  for ward in "${tree_wards[@]}"; do tree_folder "$ward" "$ward" city; done
  for ward in "${tree_wards[@]}"; do
    seed=$((seed + 1))
    echo "$bin/wardctl simulate $ward --day 2021-10-20 --folder $folder/tree/$ward-day --venues 40 --residents $tree_residents --scans $tree_scans --seed $seed"
  done | xargs -P 2 -d '\n' -n 1 sh -c >>"$folder/tree.log" 2>&1
  tree_start province city "${tree_wards[@]}"
}

furnish_tree() {
  step "Quy tắc và thẻ từ tỉnh, cấp độ dịch từ thành phố xuống mọi phường" \
    "Rulebooks and cards from the province, levels from the city, down to every ward"
  quietly at province rulebook load config/rulebooks/khanh-hoa-2021-10-16.toml
  local ward
  for ward in "${tree_wards[@]}"; do
    quietly at province card import "$folder/tree/$ward-day/cards.csv"
    quietly at city level import "$folder/tree/$ward-day/levels.csv"
    quietly at "$ward" group import "$folder/tree/$ward-day/groups.csv"
    quietly at "$ward" venue import "$folder/tree/$ward-day/venues.csv"
    quietly at "$ward" device add --name gate --gateway --make "$folder/tree/$ward-gate"
  done
  local last=${tree_wards[-1]} waited=0 cards
  # A card is known by its ID number where it has one.
  cards=$(cat "$folder"/tree/*-day/cards.csv | awk -F, '$1 != "id_number" {print $1 == "" ? $2 : $1}' | sort -u | wc -l)
  until [ "$(fact "$last" cards)" -ge "$cards" ]; do
    [ $((waited += 1)) -le 300 ] || break
    sleep 0.1
  done
  check "thẻ của tỉnh đã có ở phường $last" "the province's cards are at ward $last" "$(fact "$last" cards)" '>=' "$cards"
}

fact() { at "$1" status --json | jq ".$2"; }
sum_of_wards() { # fact
  local ward sum=0
  for ward in "${tree_wards[@]}"; do sum=$((sum + $(fact "$ward" "$1"))); done
  echo $sum
}

play_tree() { # name options...: every ward's day, four at a time
  local name=$1 ward
  shift
  for ward in "${tree_wards[@]}"; do
    echo "$bin/wardctl --json --target $folder/tree/$ward-gate replay $folder/tree/$ward-day/replay.csv $* > $folder/tree/$ward.$name.json"
  done | xargs -P 4 -d '\n' -n 1 sh -c 2>>"$folder/tree.log" || failures=$((failures + 1))
}

wait_for_tree() { # until nobody lags, at most 60 s
  local waited=0
  until [ "$(fact city scans_today)" = "$1" ] && [ "$(fact province scans_today)" = "$1" ]; do
    [ $((waited += 1)) -le 300 ] || break
    sleep 0.2
  done
}

# The province closes a venue of the ward; nobody tells its guard, so its scans raise an alert.
suspend_in_tree() { # ward
  local first=$1 venue
  venue=$(sed -n 2p "$folder/tree/$first-day/replay.csv" | grep -o "$first-[0-9]*" | head -n 1) # of its first scan
  quietly at province venue suspend "$venue" --document 12/QD-UBND
  local waited=0
  until at "$first" venue show "$venue" --json | jq -e '.. | .suspended? // empty' | grep -qx true; do
    [ $((waited += 1)) -le 50 ] || break
    sleep 0.1
  done
  check "lệnh của tỉnh tạm dừng $venue đã tới phường $first" "the province's order to suspend $venue has come to ward $first" \
    "$(at "$first" venue show "$venue" --json | jq -r '.. | .suspended? // empty' | grep -cx true)" = 1
}

# -- the supervisor at the province ---------------------------------------------------------------

watch_alerts() { # file options...
  local file=$1
  shift
  exec "$bin/wardctl" --json --target "$folder/tree/province" watch --no-snapshot "$@" \
    >"$folder/tree/$file.json" 2>>"$folder/tree.log" 9>&-
}
watch_as_supervisor() { # file options...
  watch_alerts "$@" --name truc-ban &
  watcher=$!
}
alerts_in() { cat "$@" | jq -r 'select(.what == "alert") | .offset' | sort; }
kill_supervisor() { # when what he has read has been acknowledged
  local before=x now=''
  until [ "$before" = "$now" ]; do
    before=$now
    sleep 1
    now=$(wc -c <"$folder/tree/supervisor-1.json")
  done
  kill -9 "$watcher"
  wait "$watcher" 2>/dev/null || true
  check "cảnh báo mà trực ban ở tỉnh đã thấy khi bị kill -9" "alerts seen by the province's supervisor when it is killed with -9" \
    "$(alerts_in "$folder/tree/supervisor-1.json" | wc -l)" '>=' 1
}
check_supervisor() {
  local all=$folder/tree/alerts seen=$folder/tree/seen
  (watch_alerts all --since earliest --until-idle 2)
  alerts_in "$folder/tree/all.json" >"$all"
  local waited=0
  until alerts_in "$folder"/tree/supervisor-*.json >"$seen" && [ "$(sort -u "$seen" | wc -l)" -ge "$(wc -l <"$all")" ]; do
    [ $((waited += 1)) -le 50 ] || break
    sleep 0.2
  done
  check "cảnh báo mà trực ban đã thấy = cảnh báo ở tỉnh" "alerts seen by it, started again = alerts at the province" \
    "$(wc -l <"$seen")" = "$(wc -l <"$all")"
  check "cảnh báo bị sót hay thấy hai lần" "alerts that it missed or saw twice" \
    "$({ comm -23 "$all" "$seen"; uniq -d "$seen"; } | wc -l)" = 0
}

run_tree() {
  make_tree "$wards"
  furnish_tree
  local first=${tree_wards[0]} before
  suspend_in_tree "$first"
  step "Buổi sáng: mọi phường gửi tổng hợp và cảnh báo lên" "The morning: every ward sends its counts and alerts up"
  watch_as_supervisor supervisor-1 --since earliest
  play_tree morning --until 2021-10-20T12:00
  wait_for_tree "$(sum_of_wards scans_taken)"
  step "Trưa: nút thành phố bị kill -9; các phường làm tiếp một mình" "Noon: the city's node is killed with -9; the wards go on alone"
  tree_kill city
  kill_supervisor
  play_tree afternoon --from 2021-10-20T12:00
  before=$(fact "$first" scans_taken)
  tree_kill "$first"
  tree_start "$first"
  check "phường $first bị kill -9: lượt đã trả lời còn đủ" "ward $first killed with -9: its answered scans are there" \
    "$(fact "$first" scans_taken)" = "$before"
  step "Thành phố trở lại" "The city is back"
  local scans from=$SECONDS
  scans=$(sum_of_wards scans_taken)
  tree_start city
  wait_for_tree "$scans"
  watch_as_supervisor supervisor-2
  tell "  bắt kịp sau $((SECONDS - from)) s" "  caught up in $((SECONDS - from)) s"
  check "Σ phường = thành phố (lượt)" "Σ wards = city (scans)" "$scans" = "$(fact city scans_today)"
  check "thành phố = tỉnh (lượt)" "city = province (scans)" "$(fact city scans_today)" = "$(fact province scans_today)"
  check "lượt đã gửi = lượt ở tỉnh" "scans sent = scans at the province" \
    "$(cat "$folder"/tree/*.{morning,afternoon}.json | jq -s 'map(.sent) | add')" = "$(fact province scans_today)"
  check "Σ phường = tỉnh (được tính)" "Σ wards = province (counted)" "$(sum_of_wards counted_today)" = "$(fact province counted_today)"
  check "Σ phường = tỉnh (người-phường)" "Σ wards = province (person-wards)" "$(sum_of_wards persons_today)" = "$(fact province person_wards_today)"
  check_supervisor
  local kib=0 name
  for name in "${!tree_pid[@]}"; do kib=$((kib + $(fact "$name" memory_kib))); done
  check "bộ nhớ của cả cây, MiB, còn dưới 2048" "room left below 2048 MiB of memory, whole tree, MiB" "$((2048 - kib / 1024))" '>=' 0
}
