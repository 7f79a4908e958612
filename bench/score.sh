#!/usr/bin/env bash
# How the shipped rules do on planted troubles: the property of data-samples/ (seed 1, on which they
# were tuned) and three more that nobody looked at. Prints per rule what was planted, found, missed
# and raised for nothing; and how many alerts were still open at the end beside the troubles that
# lasted so long, as an alert that never ends is found once and of no use after. "allowed" are alerts
# where one is no error (a flat with nobody at home looks like a meter that is stuck).
# Run from the root of the repository.
# Usage: score.sh PROGRAM GENERATOR SCORER OUT [SEED...]
set -euo pipefail
export LC_ALL=C
steward=$1
generator=$2
scorer=$3
out=$4
shift 4
tuned=1
seeds=("$@")
[ $# -gt 0 ] || seeds=("$tuned" 2 3 4)
month=2026-10 # the last of the samples: everything is judged up to its end
pack=$(awk '/^[a-z]/ { section = $1 } section == "rules:" && $1 == "-" && $2 == "id:" { print $3 }' rules/*.yml)

rm -rf "$out"
mkdir -p "$out"
files=()

for seed in "${seeds[@]}"; do
    samples=$out/seed-$seed
    "$generator" --seed "$seed" --out "$samples" --level 3 >"$samples.log" 2>&1 || { cat "$samples.log"; exit 1; }
    {
        "$steward" init "$samples/store" --zone Asia/Shanghai
        "$steward" ingest "$samples/store" --strict "$samples"/{devices,faults,inspections,work_orders}.csv
        "$steward" ingest "$samples/store" --strict "$samples"/readings/*.csv.zst
        "$steward" run "$samples/store" --rules rules --rules "$samples/sites.yml" --month "$month"
    } >"$samples/steward.log" 2>&1 || { cat "$samples/steward.log"; exit 1; }
    "$steward" query "$samples/store" alerts --format csv >"$samples/alerts.csv"
    # 1 says that something was missed or false, which is what is to be shown here.
    "$scorer" "$samples/truth.csv" "$samples/alerts.csv" --zone Asia/Shanghai >"$samples/score.txt" || [ $? = 1 ]
    files+=("$samples"/{score.txt,truth.csv,alerts.csv})
    echo "seed $seed: $(tail -n 1 "$samples.log")"
done

# score.txt: rule planted found missed alerts allowed false median longest, then what is listed;
# truth.csv: the line lasts to the end of the run or beyond; alerts.csv: the alert has no end.
awk -v pack="$pack" -v tuned="$tuned" -v last_day="$month-31" '
    BEGIN {
        count = split(pack, rules, "\n")
        for (i = 1; i <= count; i++) shipped[rules[i]] = 1
    }
    FNR == 1 {
        seed = file = FILENAME
        sub(/.*seed-/, "", seed); sub(/\/.*/, "", seed); sub(/.*\//, "", file)
        if (file == "score.txt") seeds[++seed_count] = seed
        next
    }
    file == "truth.csv" { split($0, field, ","); lasting[seed, field[8]] += field[7] == "" || field[7] >= last_day; next }
    file == "alerts.csv" { split($0, field, ","); open[seed, field[1]] += length(field[4]) == 16 && field[8] == ""; next }
    /^  / { split($0, word, " "); if (word[2] in shipped) listed[++list_count] = "seed " seed $0; next }
    {
        if (!($1 in known)) { known[$1] = 1; order[++rule_count] = $1 }
        planted[seed, $1] = $2; found[seed, $1] = $3; missed[seed, $1] = $4
        allowed[seed, $1] = $6; wrong[seed, $1] = $7
    }
    function add(sum, seed, rule) {
        sum["planted"] += planted[seed, rule]; sum["found"] += found[seed, rule]
        sum["missed"] += missed[seed, rule]; sum["allowed"] += allowed[seed, rule]
        sum["wrong"] += wrong[seed, rule]; sum["open"] += open[seed, rule]; sum["lasting"] += lasting[seed, rule]
    }
    function clear(sum,    name) { for (name in sum) delete sum[name] }
    function line(name, sum) {
        printf "%-28s %7d %7d %7d %7d %7d %7d %7d\n", name, sum["planted"], sum["found"], sum["missed"],
               sum["wrong"], sum["allowed"], sum["open"], sum["lasting"]
    }
    # Over one seed, or those held out ("held"), or all ("").
    function table(title, only,    i, s, any) {
        printf "\n%-28s %7s %7s %7s %7s %7s %7s %7s\n", title, "planted", "found", "missed", "false", "allowed", "open", "lasting"
        clear(total)
        for (i = 1; i <= rule_count; i++) {
            if (!(order[i] in shipped)) continue
            clear(sum)
            for (s = 1; s <= seed_count; s++)
                if (only == "" || only == seeds[s] || (only == "held" && seeds[s] != tuned)) {
                    add(sum, seeds[s], order[i]); add(total, seeds[s], order[i])
                }
            line(order[i], sum)
        }
        line("total", total)
    }
    END {
        for (s = 1; s <= seed_count; s++) table("seed " seeds[s] (seeds[s] == tuned ? " (tuned on)" : " (held out)"), seeds[s])
        if (seed_count > 1) { table("held-out seeds", "held"); table("all seeds", "") }
        print ""
        for (i = 1; i <= count; i++) if (!(rules[i] in known)) print rules[i] ": in the pack, nothing planted and no alert"
        for (i = 1; i <= list_count; i++) print listed[i]
        print "\nplanted for rules that are not in the pack yet:"
        for (i = 1; i <= rule_count; i++) {
            if (order[i] in shipped) continue
            clear(sum)
            for (s = 1; s <= seed_count; s++) add(sum, seeds[s], order[i])
            printf "  %-26s %7d\n", order[i], sum["planted"]
        }
    }' "${files[@]}"
