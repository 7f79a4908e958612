#!/usr/bin/env bash
# The first monthly run, on the committed samples: `make demo`. Usage: demo.sh PROGRAM OUT
set -euo pipefail
steward=$1
out=$2
month=2026-10
samples=data-samples

rm -rf "$out"
mkdir -p "$out"
step() { printf '\n$ steward %s\n' "$*"; "$steward" "$@"; }

step init "$out/store" --zone Asia/Shanghai
step ingest "$out/store" "$samples"/{devices,faults,inspections,work_orders}.csv 2>"$out/ingest.log"
tail -n 1 "$out/ingest.log"
step ingest "$out/store" "$samples"/readings/*.csv.zst 2>"$out/ingest.log"
tail -n 1 "$out/ingest.log"
step info "$out/store"
step check rules "$samples/sites.yml"
step test rules "$samples/sites.yml"
step run "$out/store" --rules rules --rules "$samples/sites.yml" --month $month --out "$out/report"
step verify "$out/store"

printf '\nThe reports of %s:\n' "$month"
ls "$out"/report/*/report.html
