#!/usr/bin/env bash
# Where the bytes go, column by column, beside ClickHouse (chdb, Delta and ZSTD, as its users set meters up) and the
# order-0 entropy: `make bench-columns`. The rows that ClickHouse gets are those that the store gives back.
#
#     columns.sh OUT       the folder of the build (OUT/bench/ holds the programs)
#
# ROWS (5,000,000) cuts the generator's file. Both sides are measured after compaction and after `optimize ... final`;
# values are Decimal64 of the scale that the data has, 3 for the generator (its frozen peer, see peers.sh). A set with
# two channels for each time has a table of two value columns there, which is smaller for ClickHouse than a row for each.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/.."
out=$(realpath "$1")
rows=${ROWS:-5000000}
shared=$(realpath "${STEWARD_SHARED:-../shared/data}")
steward=$out/steward data=$out/columns node=$out/peers-node
maps=$PWD/rules/maps tables=$PWD/rules/tables/public_sets.yml
csv=$out/bench-data/readings-$rows.csv
rm -rf "$data"
mkdir -p "$data" "$node" "$out/bench-data"
[ -s "$csv" ] || { "$out/bench/generate_readings" --rows "$rows" "$csv.part" && mv "$csv.part" "$csv"; }
if [ ! -d "$node/node_modules/chdb" ]; then
    (cd "$node" && npm install --silent --no-audit --no-fund chdb >/dev/null)
fi
cp bench/peers/columns.mjs "$node/"

take() { # STORE MAP FILE...
    local store=$data/$1 map=$2
    shift 2
    "$steward" ingest "$store" --map "$map" "$@" >"$data/ingest.log" 2>&1 || { cat "$data/ingest.log" >&2; exit 1; }
}

# show NAME SCALE [CHANNEL CHANNEL]: the rows of the store NAME in both, as a table.
show() {
    local name=$1 scale=$2
    shift 2
    local store=$data/$name
    "$steward" compact "$store" >"$data/compact.log" 2>&1 || { cat "$data/compact.log" >&2; exit 1; }
    "$steward" query "$store" readings --columns value --format csv | sed '1s/^\xef\xbb\xbf//' | tr -d '\r' >"$data/$name.csv"
    "$out/bench/bench_bytes" "$store"/segments/readings-*.seg >"$data/$name.bytes"
    (cd "$node" && node columns.mjs "$data/$name.clickhouse" "$data/$name.csv" "$scale" "$@") >"$data/$name.peer"
    printf '\n%s: %d rows\n' "$name" "$(($(wc -l <"$data/$name.csv") - 1))"
    # The manifest is the store's, shared by all of its tables.
    awk -v manifest="$(stat -c %s "$store/MANIFEST")" '
        FNR == NR { peer[$1] = $2; next }
        /^$/ { exit }
        NF >= 3 && $(NF) ~ /^[0-9.]+$/ && !/ files, / {
            part = $1
            if (part == "quality" || part == "origin") part = "rest"
            else if (part == "series" || part == "keys") part = "series"
            else if (part == "all") next
            else if (part != "time" && part != "value") part = "rest"
            for (i = 2; i <= NF && $i !~ /^[0-9]+$/; i++) { }
            bytes[part] += $i
            if (part == "time" || part == "value") entropy[part] = $NF
        }
        END {
            bytes["rest"] += manifest
            printf "  %-34s %12s %12s %8s %12s\n", "bytes", "steward", "ClickHouse", "ratio", "entropy"
            label["time"] = "times"; label["value"] = "values"
            label["series"] = "series, keys"; label["rest"] = "index, frames, manifest, the rest"
            split("time value series rest", order, " ")
            for (i = 1; i <= 4; i++) {
                p = order[i]
                ours += bytes[p]
                theirs += peer[p]
                printf "  %-34s %12d %12d %7.3fx %12s\n", label[p], bytes[p], peer[p], bytes[p] / peer[p], entropy[p]
            }
            printf "  %-34s %12d %12d %7.3fx\n", "all", ours, theirs, ours / theirs
        }' "$data/$name.peer" "$data/$name.bytes"
}

"$steward" init "$data/generator" --zone UTC >/dev/null 2>&1
take generator bench/peers/readings.yml "$csv"
show generator 3
"$steward" init "$data/cambridge" --zone UTC >/dev/null 2>&1
take cambridge "$maps/cambridge_electricity.yml" "$shared"/cambridge_estates/*_electricity.csv.zst
take cambridge "$maps/cambridge_gas.yml" "$shared"/cambridge_estates/*_gas.csv.zst
take cambridge "$maps/cambridge_weather.yml" "$shared"/cambridge_estates/weather_bedford_2000_2022.csv.zst
take cambridge "$maps/cambridge_carbon.yml" "$shared"/cambridge_estates/grid_carbon_intensity_2009_2022.csv.zst
show cambridge 1
"$steward" init "$data/daiad" --zone Europe/Madrid --tables "$tables" >/dev/null 2>&1
take daiad "$maps/daiad_water.yml" "$shared"/daiad_water/*.zst
show daiad 0 water water_difference
