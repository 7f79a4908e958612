#!/usr/bin/env bash
# The first monthly run, on the committed samples: `make demo`. Usage: demo.sh PROGRAM OUT
set -euo pipefail
steward=$1
out=$2
month=2026-10
samples=data-samples

rm -rf "$out"
mkdir -p "$out"
show() { printf '\n$ steward %s\n' "$*"; }
step() { show "$@"; "$steward" "$@"; }

step init "$out/store" --zone Asia/Shanghai
# What the sniffer says of each file goes to a log; its last line is the sum.
show ingest "$out/store" "$samples/{devices,faults,inspections,work_orders}.csv"
"$steward" ingest "$out/store" "$samples"/{devices,faults,inspections,work_orders}.csv 2>"$out/ingest.log"
tail -n 1 "$out/ingest.log"
show ingest "$out/store" "$samples/readings/*.csv.zst"
"$steward" ingest "$out/store" "$samples"/readings/*.csv.zst 2>"$out/ingest-readings.log"
tail -n 1 "$out/ingest-readings.log"
step info "$out/store"
step check rules "$samples/sites.yml"
step test rules "$samples/sites.yml"
step run "$out/store" --rules rules --rules "$samples/sites.yml" --month $month --out "$out/report"
step verify "$out/store"

printf '\nThe reports of %s:\n' "$month"
ls "$out"/report/*/report.html
