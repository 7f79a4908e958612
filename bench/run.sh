#!/usr/bin/env bash
# The benches at sizes that take a minute: `make bench`. Usage: run.sh OUT, the folder of the build
# (OUT/bench/ holds the programs). ROWS and RUNS set other sizes: ROWS=50256000 is the frozen input.
set -euo pipefail
out=$1
rows=${ROWS:-5000000}
runs=${RUNS:-5}
data=$out/bench-data
csv=$data/readings-$rows.csv

mkdir -p "$data"
[ -s "$csv" ] || { "$out/bench/generate_readings" --rows "$rows" "$csv.part" && mv "$csv.part" "$csv"; }
echo '== codecs'
"$out/bench/bench_codec" "$runs"
printf '\n== store\n'
"$out/bench/bench_store" "$csv" "$data" "$runs"
printf '\n== bytes\n'
"$out/bench/bench_bytes" "$data"/store/segments/readings-*.seg
printf '\n== journal\n'
rm -rf "$data/journal" && mkdir "$data/journal"
"$out/bench/bench_journal" "$data/journal"
rm -rf "$data/journal"
