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

for set in "$shared"/{cambridge_estates,boston_311_2015,daiad_water,db_elevator_status,household_power,itsm_incident_log} \
    "$shared"/{mta_elevator_availability,danish_heat_meter,weusedto_water,eemeter_samples,nyc_311_2019-12-31} \
    "$shared"/{nyc_elevator_registry,seattle_weather,bdg1}; do
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
    local bytes log=$out/ingest-$set.log files=("$@")
    if [ "$1" = --name ]; then files=("${@:3}"); fi
    bytes=$(info "$store" "$table" bytes)
    if ! "$out/measure" "$out/$set.used" "$steward" ingest "$store" --map "rules/maps/$map.yml" "$@" 2>"$log"; then
        cat "$log"
        exit 1
    fi
    bytes=$(($(info "$store" "$table" bytes) - bytes))
    read -r seconds _ peak_kib <"$out/$set.used"
    rows=$(awk '/^  / { next } match($0, /: [0-9]+ rows? into /) { split(substr($0, RSTART + 2), word, " "); sum += word[1] }
                END { print sum + 0 }' "$log")
    rejected=$(awk '$1 == "rejected" { sum += $2 } END { print sum + 0 }' "$log")
    awk -v set="$set" -v files=${#files[@]} -v rows="$rows" -v rejected="$rejected" -v bytes="$bytes" \
        -v source="$(stat -c %s "${files[@]}" | awk '{ sum += $1 } END { print sum }')" \
        -v seconds="$seconds" -v peak="$peak_kib" 'BEGIN {
            printf "%-24s %5d %9d %8d %9.2f %11.2f %8.2f %9.2f %9.1f\n", set, files, rows, rejected,
                   bytes / rows, source / rows, seconds, rows / seconds / 1e6, peak / 1024 }'
    # Why rows were rejected: the lines "count  reason" below a "rejected" line.
    awk '$1 == "rejected" { listed = 1; next }
         listed && /^ +[0-9]+  / { count = $1; sub(/^ +[0-9]+  /, ""); reasons[$0] += count; next }
         { listed = 0 }
         END { for (reason in reasons) printf "%40d %s\n", reasons[reason], reason }' "$log"
}

# sum STORE TABLE COLUMN [FILTER...]: of a column, exactly, at six decimals.
sum() {
    local store=$1 table=$2 column=$3
    shift 3
    query "$out/$store" "$table" "$@" --columns "$column" | awk -F, '
        NR > 1 && $NF != "" { split($NF, part, "."); whole += part[1]; rest += substr(part[2] "000000", 1, 6) }
        END { total = whole + rest / 1e6; printf "%.6f\n", total }' | sed 's/\.\?0*$//'
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

# set ZONE: a store with the tables of public sets, named after the first map that goes into it.
store() { "$steward" init "$out/$1" --zone "$2" --tables rules/tables/public_sets.yml 2>/dev/null; }
store daiad Europe/Madrid
take "$out/daiad" readings daiad_water daiad_water "$shared"/daiad_water/*.zst
daiad_rows=$rows
store db Europe/Berlin
take "$out/db" faults db_status db_status "$shared"/db_elevator_status/status_changes_2022-01.csv.zst
db_rows=$rows
take "$out/db" devices db_facilities db_facilities "$shared"/db_elevator_status/facilities.csv.zst
take "$out/db" lifts db_lifts db_lifts "$shared"/db_elevator_status/DBSuS*.zst
lift_rows=$rows
store power Europe/Paris
take "$out/power" readings household_power household_power "$shared"/household_power/*.zst
store itsm UTC
take "$out/itsm" work_orders itsm_incident_log itsm_incident_log "$shared"/itsm_incident_log/*.zst
itsm_rows=$rows
store mta America/New_York
take "$out/mta" availability mta_elevator_availab mta_elevator_availability "$shared"/mta_elevator_availability/*.zst
store heat UTC
take "$out/heat" readings danish_heat_meter danish_heat_meter "$shared"/danish_heat_meter/processed*.zst
take "$out/heat" devices danish_heat_buildings danish_heat_buildings "$shared"/danish_heat_meter/contextual*.zst
store weusedto UTC
take "$out/weusedto" measurements weusedto_whole_house weusedto_whole_house "$shared"/weusedto_water/*WholeHouse*
take "$out/weusedto" readings weusedto_washing weusedto_washing_machine "$shared"/weusedto_water/*Washingmachine*
take "$out/weusedto" water_uses weusedto_toilet weusedto_uses "$shared"/weusedto_water/feed.Toilet*
take "$out/weusedto" water_uses weusedto_dishwasher weusedto_uses --name feed.Dishwasher30.csv "$shared"/weusedto_water/*Dishwasher30*
store eemeter UTC
take "$out/eemeter" readings eemeter_meter eemeter_meter $(ls "$shared"/eemeter_samples/*.csv.gz | grep -v temp)
take "$out/eemeter" readings eemeter_temperature eemeter_temperature "$shared"/eemeter_samples/il-tempF.csv.gz
store nyc America/New_York
take "$out/nyc" work_orders nyc_311 nyc_311 "$shared"/nyc_311_2019-12-31/*.zst
take "$out/nyc" devices nyc_elevator_registry nyc_elevator_registry "$shared"/nyc_elevator_registry/*.zst
store seattle America/Los_Angeles
take "$out/seattle" readings seattle_weather seattle_weather "$shared"/seattle_weather/*.zst
take "$out/seattle" weather seattle_weather_days seattle_weather_days "$shared"/seattle_weather/*.zst
store bdg1 UTC
take "$out/bdg1" devices bdg1_buildings bdg1_buildings "$shared"/bdg1/meta_open.csv.zst
take "$out/bdg1" readings bdg1_weather bdg1_weather "$shared"/bdg1/weather10.csv.zst

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

printf '\nFacts of the others\n'
same 'daiad_water: rows of two columns' "$daiad_rows" $((2 * 457280))
same 'daiad_water: sum of differences, the later of two counts' "$(sum daiad readings value channel=water_difference)" 5309024
same 'db_elevator_status: changes to INACTIVE and 114 down before' "$db_rows" $((5754 + 114))
query "$out/db" faults --columns note | awk -F, 'NR > 1 && $3 != "before" { count[$1]++; all++ }
    END { for (unit in count) units++; print all, units, count["10095335"] }' >"$out/db.txt"
same 'db_elevator_status: outages seen to begin, units, of 10095335' "$(cat "$out/db.txt")" '5754 1485 36'
same 'db_elevator_status: register of lifts' "$lift_rows" 2630
same 'household_power: kW minutes' "$(sum power readings value channel=active_power)" 3492.496
same 'itsm_incident_log: incidents' "$itsm_rows" 603
same 'itsm_incident_log: made_sla' \
    "$(query "$out/itsm" work_orders --columns verdict | awk -F, '{ count[$3]++ } END { print count["on time"] "/" count["overdue"] }')" 334/269
same 'mta_elevator_availability: unscheduled and entrapments by year' \
    "$(query "$out/mta" availability --columns unscheduled,entrapments | awk -F, '
        NR > 1 { year = substr($2, 1, 4); out[year] += $3; trapped[year] += $4 }
        END { for (y = 2021; y <= 2023; y++) printf "%d %d ", out[y], trapped[y] }')" '5075 1001 5881 1090 5773 1138 '
same 'danish_heat_meter: last register' \
    "$(query "$out/heat" channel=heat --columns value | awk -F, 'END { print $4 }')" 56974.8571428571
same 'weusedto_water: toilet, litres' "$(sum weusedto water_uses volume_l device=Toilet)" 14208
same 'weusedto_water: dishwasher, litres to a tenth' \
    "$(sum weusedto water_uses volume_l device=Dishwasher30 | awk '{ printf "%.1f", $1 }')" 530.4
same 'weusedto_water: washing machine' "$(sum weusedto readings value device=washing_machine)" 1691973
same 'eemeter_samples: il-electricity-cdd-hdd-daily, baseline days, mean' \
    "$(query "$out/eemeter" device=il-electricity-cdd-hdd-daily --columns value | awk -F, '
        $3 >= "2015-12-27T06" && $3 < "2016-12-26T06" { days++; sum += $4 } END { printf "%d %.4f", days, sum / days }')" '365 28.5152'
same 'nyc_elevator_registry: passenger, escalators, freight' \
    "$(query "$out/nyc" devices --columns end_use | awk -F, '{ count[$4]++ }
        END { print count["Passenger Elevator"], count["Escalator"], count["Freight"] }')" '31990 1210 1086'
same 'seattle_weather: days' "$(info "$out/seattle" weather rows)" 1461
same 'bdg1: buildings, m2' "$(sum bdg1 devices area_m2)" 4463215.046208

printf '\n'
for store in cambridge boston daiad db power itsm mta heat weusedto eemeter nyc seattle bdg1; do
    "$steward" verify "$out/$store" >"$out/verify-$store.log" 2>&1 || { cat "$out/verify-$store.log"; exit 1; }
    echo "  verify $store: every byte as written"
done
if [ "$differences" -gt 0 ]; then
    echo "real: $differences difference(s)"
    exit 1
fi
echo 'real: all as expected'
