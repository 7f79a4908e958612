#!/usr/bin/env bash
# steward beside DuckDB, ClickHouse (chdb), Polars and VictoriaMetrics on the same file: `make bench-peers`.
#
#     peers.sh OUT       the folder of the build (OUT/bench/ holds the programs)
#
# ROWS (50,256,000: the frozen input), RUNS (5) and THREADS (2) set other sizes. Ingest is a process of its own for
# each: wall and processor seconds and peak memory are the kernel's. Queries run in a process that has the data open;
# best and median of RUNS, caches warm. Answers are reduced to whole numbers: those of DuckDB and ClickHouse must be
# equal to the last digit, those of Polars and VictoriaMetrics, which calculate in floats, to one part in 10^9.
set -euo pipefail
cd "$(dirname "$0")/.."
out=$(realpath "$1")
rows=${ROWS:-50256000} runs=${RUNS:-5} threads=${THREADS:-2}
data=$out/peers-data csv=$out/bench-data/readings-$rows.csv
node=$out/peers-node port=${PORT:-18428}
mkdir -p "$data" "$node" "$out/bench-data"

[ -s "$csv" ] || { "$out/bench/generate_readings" --rows "$rows" "$csv.part" && mv "$csv.part" "$csv"; }
count=$(($(wc -l <"$csv") - 1))
if [ ! -d "$node/node_modules/chdb" ]; then
    (cd "$node" && npm install --silent --no-audit --no-fund @duckdb/node-api nodejs-polars nodejs-polars-linux-x64-gnu chdb >/dev/null)
fi
cp bench/peers/*.mjs "$node/"

# timed NAME COMMAND...: one line in $data/times: name, wall s, processor s, peak KiB
timed() {
    local name=$1
    shift
    rm -f "$data/took"
    "$out/bench/measure" "$data/took" "$@" >"$data/$name.log" 2>&1 || { tail -5 "$data/$name.log" >&2; exit 1; }
    echo "$name $(cat "$data/took")" >>"$data/times"
}
bytes_in() { find "$1" -type f -printf '%s\n' | awk '{sum += $1} END {print sum + 0}'; }
size() { echo "$1 $2" >>"$data/sizes"; }

rm -rf "$data"/{store,duck.db,duck.db.wal,duck.parquet,click,victoria,times,sizes,*.answers}

"$out/steward" init "$data/store" --zone UTC 2>/dev/null
timed steward "$out/steward" ingest "$data/store" "$csv" --map bench/peers/readings.yml \
    --threads "$threads"
size steward "$(bytes_in "$data/store")"
"$out/bench/bench_queries" "$data/store" "$runs" "$threads" >"$data/steward.answers"
if "$out/steward" help | grep -q '^ *compact '; then
    timed steward_compact "$out/steward" compact "$data/store"
    size steward_compact "$(bytes_in "$data/store")"
    "$out/bench/bench_queries" "$data/store" "$runs" "$threads" >"$data/steward_compact.answers"
fi

timed duckdb node "$node/duckdb.mjs" load "$data/duck.db" "$csv" "$runs" "$threads"
size duckdb "$(stat -c %s "$data/duck.db")"
timed duckdb_parquet node "$node/duckdb.mjs" parquet "$data/duck.db" "$data/duck.parquet" "$runs" "$threads"
size duckdb_parquet "$(stat -c %s "$data/duck.parquet")"
node "$node/duckdb.mjs" query "$data/duck.db" - "$runs" "$threads" >"$data/duckdb.answers"

timed clickhouse node "$node/clickhouse.mjs" load "$data/click" "$csv" "$runs" "$threads"
timed clickhouse_optimize node "$node/clickhouse.mjs" optimize "$data/click" "$csv" "$runs" "$threads"
node "$node/clickhouse.mjs" size "$data/click" - "$runs" "$threads" >"$data/click.columns"
size clickhouse_optimize "$(awk '$1 == "all" {print $2}' "$data/click.columns")"
node "$node/clickhouse.mjs" query "$data/click" - "$runs" "$threads" >"$data/clickhouse.answers"

POLARS_MAX_THREADS=$threads node "$node/polars.mjs" "$data/duck.parquet" "$runs" >"$data/polars.answers" || true

if command -v victoria-metrics >/dev/null; then
    GOMAXPROCS=$threads "$out/bench/measure" "$data/victoria.took" victoria-metrics -storageDataPath="$data/victoria" \
        -retentionPeriod=100y -httpListenAddr="127.0.0.1:$port" -search.maxUniqueTimeseries=1000000 \
        -search.maxQueryDuration=300s -search.latencyOffset=0s >"$data/victoria.log" 2>&1 &
    server=$!
    for _ in $(seq 100); do curl -sf "http://127.0.0.1:$port/health" >/dev/null && break || sleep 0.1; done
    timed victoria node "$node/victoria.mjs" load "127.0.0.1:$port" "$csv" "$runs"
    node "$node/victoria.mjs" query "127.0.0.1:$port" - "$runs" >"$data/victoria.answers"
    pkill -INT -P "$server" victoria-metric || true
    wait "$server" || true
    size victoria "$(bytes_in "$data/victoria")"
    echo "victoria_server $(tail -1 "$data/victoria.took")" >>"$data/times"
fi
/usr/bin/python3 bench/peers/table.py "$data" "$count"
