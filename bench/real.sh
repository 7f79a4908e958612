#!/usr/bin/env bash
# Public data sets through the program, from nothing: what goes in, what it takes, and whether the
# answers are those written down beside the data (their ORIGIN.md). Exits 1 on any difference.
# Run from the root of the repository. Usage: real.sh PROGRAM OUT
set -euo pipefail
export LC_ALL=C
steward=$1
out=$2
shared=${STEWARD_SHARED:-../shared/data}
cambridge=$shared/cambridge_estates
boston=$shared/boston_311_2015

for set in "$cambridge" "$boston"; do
    if [ ! -r "$set/ORIGIN.md" ]; then
        echo "real: skipped, $set is absent"
        case ${STEWARD_REQUIRE:-} in *shared*) exit 1 ;; *) exit 0 ;; esac
    fi
done

rm -rf "$out"
mkdir -p "$out"
${CC:-cc} -O1 -std=c11 -D_GNU_SOURCE bench/measure.c -o "$out/measure"
differences=0

# same WHAT GOT WANT: a fact, as text.
same() {
    if [ "$2" = "$3" ]; then
        printf '  %-58s %s\n' "$1" "$2"
    else
        printf '  %-58s %s, BUT EXPECTED %s\n' "$1" "${2:-nothing}" "$3"
        differences=$((differences + 1))
    fi
}

# info STORE TABLE NAME: rows or bytes of a table.
info() {
    "$steward" info "$1" --json |
        awk -v table="\"$2\"," -v name="\"$3\":" '
            $1 == "\"table\":" { here = $2 == table }
            here && $1 == name { sub(",", "", $2); print $2 }'
}

# take STORE TABLE SET MAP FILE...: ingests, then prints a line of the table of sets.
take() {
    local store=$1 table=$2 set=$3 map=$4
    shift 4
    local bytes log=$out/ingest-$set.log
    bytes=$(info "$store" "$table" bytes)
    if ! "$out/measure" "$out/$set.used" "$steward" ingest "$store" --map "rules/maps/$map.yml" "$@" 2>"$log"; then
        cat "$log"
        exit 1
    fi
    bytes=$(($(info "$store" "$table" bytes) - bytes))
    read -r seconds _ peak_kib <"$out/$set.used"
    rows=$(awk '/^  / { next } match($0, /: [0-9]+ rows into /) { split(substr($0, RSTART + 2), word, " "); sum += word[1] }
                END { print sum + 0 }' "$log")
    rejected=$(awk '$1 == "rejected" { sum += $2 } END { print sum + 0 }' "$log")
    awk -v set="$set" -v files=$# -v rows="$rows" -v rejected="$rejected" -v bytes="$bytes" \
        -v source="$(stat -c %s "$@" | awk '{ sum += $1 } END { print sum }')" \
        -v seconds="$seconds" -v peak="$peak_kib" 'BEGIN {
            printf "%-24s %5d %9d %8d %9.2f %11.2f %8.2f %9.2f %9.1f\n", set, files, rows, rejected,
                   bytes / rows, source / rows, seconds, rows / seconds / 1e6, peak / 1024 }'
    # Why rows were rejected: the lines "count  reason" below a "rejected" line.
    awk '$1 == "rejected" { listed = 1; next }
         listed && /^ +[0-9]+  / { count = $1; sub(/^ +[0-9]+  /, ""); reasons[$0] += count; next }
         { listed = 0 }
         END { for (reason in reasons) printf "%40d %s\n", reasons[reason], reason }' "$log"
}

# again STORE MAP FILE...: the same files change nothing and are said to be known.
again() {
    local store=$1 map=$2
    shift 2
    "$steward" info "$store" --json >"$out/info-before.json"
    "$steward" ingest "$store" --map "rules/maps/$map.yml" "$@" 2>"$out/again.log"
    "$steward" info "$store" --json >"$out/info-after.json"
    same "$map again: files known" "$(grep -c ': known since commit' "$out/again.log")" "$#"
    same "$map again: changed in the store" "$(cmp -s "$out/info-before.json" "$out/info-after.json" && echo nothing)" nothing
}

query() { # as CSV whose lines end as awk wants them
    "$steward" query "$@" --format csv | tr -d '\r'
}

use() { # DEVICE CHANNEL YEAR
    query "$out/cambridge" "device=$1" "channel=$2" --every year --show use |
        awk -F, -v year="$3" '$3 == year { print $4 }'
}

report() { # STORE KIND MONTH
    "$out/measure" "$out/$2.used" "$steward" report "$1" "$2" --month "$3" --language en --out "$out/$2" 2>"$out/report-$2.log" ||
        { cat "$out/report-$2.log"; exit 1; }
    read -r seconds _ peak_kib <"$out/$2.used"
    awk -v kind="$2" -v seconds="$seconds" -v peak="$peak_kib" \
        'BEGIN { printf "%s report: %.2f s, %.1f MiB\n", kind, seconds, peak / 1024 }'
    written=$(sed -n 's/^wrote //p' "$out/report-$2.log")
    echo "  $written"
}

printf '%-24s %5s %9s %8s %9s %11s %8s %9s %9s\n' set files 'rows in' rejected 'bytes/row' '.zst b/row' seconds 'M rows/s' 'peak MiB'
"$steward" init "$out/cambridge" --zone UTC 2>/dev/null
take "$out/cambridge" devices cambridge_areas cambridge_areas "$cambridge/building_floor_roof_areas.csv"
take "$out/cambridge" readings cambridge_electricity cambridge_electricity "$cambridge"/*_electricity.csv.zst
take "$out/cambridge" readings cambridge_gas cambridge_gas "$cambridge"/*_gas.csv.zst
take "$out/cambridge" readings cambridge_weather cambridge_weather "$cambridge"/weather_bedford_2000_2022.csv.zst
weather_rows=$rows
take "$out/cambridge" readings cambridge_carbon cambridge_carbon "$cambridge"/grid_carbon_intensity_2009_2022.csv.zst
carbon_rows=$rows
"$steward" init "$out/boston" --zone America/New_York 2>/dev/null
take "$out/boston" work_orders boston_311_2015 boston_311_2015 "$boston"/*.csv.zst
boston_rows=$rows

printf '\nFacts of cambridge_estates/ORIGIN.md\n'
same 'b0 electricity 2015, kWh' "$(use b0 electricity 2015)" 259634.8
same 'b0 electricity 2019, kWh' "$(use b0 electricity 2019)" 226971.7
same 'b0 gas 2015, kWh' "$(use b0 gas 2015)" 1024070
same 'b0 gas 2019, kWh' "$(use b0 gas 2019)" 30921.8
same 'b8 electricity 2015, kWh' "$(use b8 electricity 2015)" 106573.6
same 'b8 electricity 2019, kWh' "$(use b8 electricity 2019)" 110195.1
same 'b5 gas 2015, kWh' "$(use b5 gas 2015)" 27841.9
same 'b5 gas 2019, kWh' "$(use b5 gas 2019)" 25250.1
same 'b0 electricity, zeros of rows' \
    "$(query "$out/cambridge" device=b0 channel=electricity --columns value |
        awk -F, 'NR > 1 { rows++; zeros += $4 == 0 } END { print zeros " of " rows }')" '65 of 140256'
same 'weather, rows of three channels' "$weather_rows" $((3 * 201624))
same 'carbon intensity, rows' "$carbon_rows" 122712
again "$out/cambridge" cambridge_electricity "$cambridge"/*_electricity.csv.zst
again "$out/cambridge" cambridge_weather "$cambridge"/weather_bedford_2000_2022.csv.zst

printf '\n'
report "$out/cambridge" comparison 2019-12
# Every building of the report against the query that it names; the totals against the buildings.
folder=$(dirname "$written")
awk -F, '$1 ~ /^b[0-9]/ { print $1 "," $2 }' "$folder"/*-energy-use-*.csv | sort >"$out/report-use.csv"
query "$out/cambridge" kind=gas,power --month 2019-12 --every month --show use |
    awk -F, 'NR > 1 { print $1 "," $4 }' | sort >"$out/query-use.csv"
same 'buildings as in the query, ten of gas and ten of electricity' \
    "$(cmp -s "$out/report-use.csv" "$out/query-use.csv" && wc -l <"$out/report-use.csv")" 20
same 'totals are the sums of their buildings' \
    "$(awk -F, '$1 ~ /^b[0-9]/ { tenths += sprintf("%.0f", $2 * 10) }
                $1 == "Total" { right += tenths == sprintf("%.0f", $2 * 10); tenths = 0 }
                END { print right + 0 }' "$folder"/*-energy-use-*.csv)" 2

printf '\nFacts of boston_311_2015/ORIGIN.md\n'
same 'requests' "$boston_rows" 13165
# Median hours from open to close of the closed ones, of wall clocks as there.
query "$out/boston" work_orders --columns closed,type | awk -F, '
    function hours(text,    y, m, d) { # civil days by the formula of Howard Hinnant
        y = substr(text, 1, 4) + 0; m = substr(text, 6, 2) + 0; d = substr(text, 9, 2) + 0
        if (m <= 2) y--
        d += int((153 * (m + (m > 2 ? -3 : 9)) + 2) / 5) + 365 * y + int(y / 4) - int(y / 100) + int(y / 400)
        return d * 24 + substr(text, 12, 2) + substr(text, 15, 2) / 60 + substr(text, 18, 2) / 3600
    }
    NR > 1 && $3 != "" { printf "%s\t%.9f\n", $4, hours($3) - hours($2) }' |
    sort -t "$(printf '\t')" -k 1,1 -k 2,2n >"$out/boston-hours.tsv"
quantile() { # TYPE P, Hyndman-Fan type 7
    awk -F '\t' -v type="$1" -v p="$2" '$1 == type { value[n++] = $2 }
        END { at = (n - 1) * p; low = int(at); high = low < n - 1 ? low + 1 : low
              printf "%.3f\n", value[low] + (at - low) * (value[high] - value[low]) }' "$out/boston-hours.tsv"
}
same 'heat, median hours' "$(quantile 'Heat - Excessive  Insufficient' .5)" 141.970
same 'plumbing, median hours' "$(quantile Plumbing .5)" 119.860
same 'electrical, median hours' "$(quantile Electrical .5)" 118.904
same 'water-main break, median hours' "$(quantile 'Watermain Break' .5)" 51.307
same 'street lights, median hours' "$(quantile 'Street Light Outages' .5)" 86.700
same 'street lights, 90th percentile hours' "$(quantile 'Street Light Outages' .9)" 986.761
again "$out/boston" boston_311_2015 "$boston"/*.csv.zst

printf '\n'
report "$out/boston" response 2015
# 3,396 of the building requests and 6,738 of the street lights; the interval by Python's csv.
said() { grep -oE "$1" "$out/response/report.json" | tr -d ,; }
same 'verdicts of closed requests' "$(said '[0-9,]+ of [0-9,]+ closed orders agree')" '10134 of 10134 closed orders agree'
same 'open requests with a verdict' "$(said 'For the [0-9,]+ open')" 'For the 2851 open'
same 'as-of instant of the source, after' \
    "$(said 'after [0-9]{4}-[0-9: -]+ and')" 'after 2016-01-12 14:28:46 and'
same 'as-of instant of the source, at or before' \
    "$(said 'before [0-9]{4}-[0-9: -]+;')" 'before 2016-01-13 08:02:23;'
same 'open requests whose verdict disagrees' "$(said '[0-9,]+ still disagree')" '0 still disagree'

printf '\n'
for store in cambridge boston; do
    "$steward" verify "$out/$store" >"$out/verify-$store.log" 2>&1 || { cat "$out/verify-$store.log"; exit 1; }
    echo "  verify $store: every byte as written"
done
if [ "$differences" -gt 0 ]; then
    echo "real: $differences difference(s)"
    exit 1
fi
echo 'real: all as expected'
