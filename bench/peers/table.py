#!/usr/bin/python3
"""The tables of peers.sh: ingest, size and queries, with ratios to steward; checks the answers.

    table.py FOLDER ROWS      exits 1 where an exact peer gives another answer
"""
import os
import sys

folder, rows = sys.argv[1], int(sys.argv[2])


def lines(name):
    path = os.path.join(folder, name)
    return [line.split() for line in open(path)] if os.path.exists(path) else []


times = {line[0]: [float(x) for x in line[1:]] for line in lines("times")}
sizes = {line[0]: int(line[1]) for line in lines("sizes")}
peers = ["steward", "steward_compact", "duckdb", "clickhouse", "polars", "victoria"]
answers = {p: {line[0]: line[1:] for line in lines(p + ".answers")} for p in peers}
answers = {p: a for p, a in answers.items() if a}
cpu = next((l.split(":")[1].strip() for l in open("/proc/cpuinfo") if l.startswith("model name")), "unknown")
print(f"{rows:,} readings; {cpu}, {os.cpu_count()} processors\n")

print(f"{'ingest':<22}{'wall s':>9}{'cpu s':>9}{'peak MiB':>10}{'M rows/cpu s':>14}{'cpu ratio':>11}")
base = times["steward"][1]
for name, (wall, used, peak) in times.items():
    print(f"{name:<22}{wall:>9.2f}{used:>9.2f}{peak / 1024:>10.0f}{rows / used / 1e6:>14.2f}{used / base:>11.2f}")

print(f"\n{'bytes on disk':<22}{'bytes':>14}{'a reading':>11}{'steward is':>12}")
for name, size in sizes.items():
    ours = sizes.get("steward_compact", sizes["steward"])
    print(f"{name:<22}{size:>14,}{size / rows:>11.3f}{ours / size:>11.3f}x")
if "clickhouse_optimize" in sizes:
    per = sizes["clickhouse_optimize"] / rows
    print(f"comparable: ClickHouse 1.10-1.25 {'yes' if 1.10 <= per <= 1.25 else 'NO'} ({per:.3f})", end="")
    per = sizes["duckdb_parquet"] / rows
    print(f", DuckDB Parquet 2.8-3.1 {'yes' if 2.8 <= per <= 3.1 else 'NO'} ({per:.3f})")

print(f"\n{'query, median s':<18}" + "".join(f"{p:>20}" for p in answers))
wrong = 0
for query in answers["steward"]:
    row, ours = f"{query:<18}", answers["steward"][query]
    for peer, found in answers.items():
        if query not in found:
            row += f"{'-':>20}"
            continue
        theirs = found[query]
        exact = peer not in ("polars", "victoria")
        same = all(a == b if exact else abs(float(a) - float(b)) <= 1e-9 * max(1, abs(float(a)))
                   for a, b in zip(ours[2:], theirs[2:]))
        wrong += exact and not same
        ratio = float(theirs[1]) / float(ours[1])
        row += f"{float(theirs[1]):>11.5f} {ratio:>6.1f}x{' ' if same else '!'}"
    print(row)
print("\nx: times as long as steward; !: another answer" + (" (floats)" if not wrong else ""))
sys.exit(1 if wrong else 0)
