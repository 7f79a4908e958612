#!/usr/bin/env bash
# Exported Parquet files read by DuckDB, ClickHouse (chdb) and Polars, beside the same tables exported as CSV:
# `make check-parquet`. Types, counts, sums, smallest and largest values of every column have to be equal.
#
#     parquet.sh PROGRAM OUT STORE...      OUT: a folder of ours; the stores are read, not changed
#
# A small store with a column of every type is made beside those named. Its times are whole microseconds, the finest
# that DuckDB has.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/.."
steward=$(realpath "$1") out=$2
shift 2
rm -rf "$out/data"
mkdir -p "$out/data" "$out/node"
out=$(realpath "$out") node=$(realpath "$out/node")
if [ ! -d "$node/node_modules/nodejs-polars" ]; then
    (cd "$node" && npm install --silent --no-audit --no-fund @duckdb/node-api nodejs-polars nodejs-polars-linux-x64-gnu chdb >/dev/null)
fi
cp bench/peers/parquet.mjs "$node/"

cat >"$out/data/tables.yml" <<'YAML'
tables:
  samples:
    keys: [device]
    time: time
    identity: time
    partition: year
    columns: {amount: decimal, level: float, pulses: int, is_open: bool, seen: time, remark: text}
YAML
types=$out/data/types
"$steward" init "$types" --zone UTC --tables "$out/data/tables.yml" >/dev/null 2>&1
awk 'BEGIN {
    print "device,time,amount,level,pulses,is_open,seen,remark"
    for (i = 0; i < 5000; i++)
        printf "d%d,%s,%s,%.17g,%s,%s,%s,%s\n", i % 7,
            sprintf("20%02d-%02d-%02dT%02d:%02d:00.%06dZ", 24 + i % 3, 1 + i % 12, 1 + i % 28, i % 24, i % 60, i * 199),
            i % 11 ? sprintf("%d.%0*d", i * 7919 - 20000000, 1 + i % 6, i % 10) : "", sin(i) * exp(i % 60 - 30), i % 13 ? i * i - 999999 : "",
            i % 5 ? (i % 3 ? "true" : "false") : "", i % 4 ? "" : sprintf("1969-12-31T23:59:%02d.5Z", i % 60),
            i % 9 ? "" : "\"\303\251l\303\251vateur \"\"" i "\"\", \n\351\233\273\346\242\257\""
}' >"$out/data/samples.csv"
"$steward" ingest "$types" --table samples "$out/data/samples.csv" >"$out/data/ingest.log" 2>&1 || { cat "$out/data/ingest.log"; exit 1; }

export_as() { # STORE FORMAT FOLDER
    "$steward" export "$1" --format "$2" --out "$3" >"$out/data/export.log" 2>&1 || { cat "$out/data/export.log" >&2; exit 1; }
}

for store in "$types" "$@"; do
    name=$out/data/$(echo "$store" | tr -c 'A-Za-z0-9\n' _)
    echo "$store"
    export_as "$store" parquet "$name.parquet"
    export_as "$store" csv "$name.csv"
    for engine in duckdb clickhouse polars; do
        (cd "$node" && node parquet.mjs "$engine" "$name.parquet") >"$name.$engine"
    done
    python3 bench/peers/parquet.py "$store/schema.yml" "$name.csv" \
        duckdb="$name.duckdb" clickhouse="$name.clickhouse" polars="$name.polars"
done
