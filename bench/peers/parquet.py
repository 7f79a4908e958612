#!/usr/bin/env python3
"""Compares what engines read from exported Parquet files with the same tables exported as CSV.

    parquet.py SCHEMA.yml CSV-FOLDER NAME=LINES...

SCHEMA.yml is the store's; LINES is what parquet.mjs printed for the engine NAME. Types, counts, sums, smallest and
largest values have to be equal; sums are added up here from the CSV in decimals. Prints a line an engine; status 1
when anything differs.
"""

import collections
import csv
import datetime
import decimal
import json
import os
import re
import sys

decimal.getcontext().prec = 60
csv.field_size_limit(1 << 24)
Column = collections.namedtuple("Column", "count sum min max")
# What the engines call a column of ours.
TYPES = {
    "text": r"VARCHAR|String",
    "decimal": r"DECIMAL\(\d+,\d+\)|Decimal\(\d+, ?\d+\)",
    "int": r"BIGINT|Int64",
    "float": r"DOUBLE|Float64",
    "bool": r"BOOLEAN|Bool|Boolean",
    "time": r"TIMESTAMP WITH TIME ZONE|DateTime64\(9, 'UTC'\)|Datetime\(ns,UTC\)",
}
AROUND = r"(?:Nullable|LowCardinality|DataType)\((.*)\)"


def bare(type_name):
    """The type without what an engine wraps it in."""
    inner = re.fullmatch(AROUND, type_name)
    return bare(inner.group(1)) if inner else type_name


def schema_of(path):
    """The columns and types of each table, "key" those of keys; of YAML no more than a store's schema has."""
    tables, table, nested = {}, None, False
    for line in open(path, encoding="utf-8"):
        line = line.split("#")[0].rstrip()
        depth = len(line) - len(line.lstrip())
        key, _, value = line.strip().partition(":")
        value = value.strip()
        if depth == 2:
            table = tables.setdefault(key, {})
            nested = False
        elif depth == 4 and key == "keys":
            table.update((name.strip(), "key") for name in value.strip("[]").split(","))
        elif depth == 4 and key == "time":
            table[value] = "time"
        elif depth == 4 and key == "columns":
            nested = value == ""
            pairs = (pair.split(":") for pair in value.strip("{}").split(",") if ":" in pair)
            table.update((name.strip(), kind.strip()) for name, kind in pairs)
        elif depth == 6 and nested:
            table[key] = value.strip("{}").split(",")[0].split()[-1]
    return tables


def ns_of(text):
    whole, _, part = text.rstrip("Z").partition(".")
    at = datetime.datetime.fromisoformat(whole + "+00:00")
    epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
    return (at - epoch) // datetime.timedelta(seconds=1) * 10**9 + int(part.ljust(9, "0"))


def column_of(kind, texts):
    """A cell without text is a missing value, but of a key it is the empty one."""
    texts = texts if kind == "key" else [text for text in texts if text != ""]
    if not texts:
        return Column(0, None, None, None)
    if kind in ("text", "key"):
        data = [text.encode() for text in texts]
        return Column(len(data), sum(map(len, data)), min(data).decode(), max(data).decode())
    parse = {"time": ns_of, "int": int, "float": float, "decimal": decimal.Decimal,
             "bool": ["false", "true"].index}[kind]
    values = [parse(text) for text in texts]
    return Column(len(values), sum(values), min(values), max(values))


def expected(schema, folder):
    columns = {}
    for name in sorted(os.listdir(folder)):
        if not name.endswith(".csv"):
            continue
        table = name[: -len(".csv")]
        with open(os.path.join(folder, name), encoding="utf-8", newline="") as file:
            reader = csv.reader(file)
            header = next(reader)
            cells = [[] for _ in header]
            for row in reader:
                for texts, text in zip(cells, row):
                    texts.append(text)
        for column, texts in zip(header, cells):
            columns[table, column] = column_of(schema[table][column], texts)
    return columns


def agrees(kind, want, got):
    if want is None or got is None:
        return want is None and got is None
    if isinstance(want, str):
        return want == got
    if kind == "float":
        return abs(float(got) - want) <= 1e-12 * abs(want)
    return decimal.Decimal(got) == want


def compare(name, path, schema, columns):
    """How many columns agree; prints those that do not."""
    seen, wrong = set(), 0
    for line in open(path, encoding="utf-8"):
        table, column, type_name, *got = json.loads(line)
        want, kind = columns[table, column], schema[table][column]
        seen.add((table, column))
        same = got[0] == want.count and all(agrees(kind, a, b) for a, b in zip(want[1:], got[1:]))
        if not same or not re.fullmatch(TYPES["text" if kind == "key" else kind], bare(type_name)):
            wrong += 1
            print("%s: %s.%s is %s %s, not %s %s" % (name, table, column, type_name, got, kind, want))
    missing = set(columns) - seen
    if missing:
        print("%s: not there: %s" % (name, sorted(missing)))
    values = sum(column.count for column in columns.values())
    print("%-12s %d columns, %d values, %d columns differ" % (name, len(seen), values, wrong + len(missing)))
    return wrong == 0 and not missing and values > 0


def main():
    schema = schema_of(sys.argv[1])
    columns = expected(schema, sys.argv[2])
    engines = [argument.split("=", 1) for argument in sys.argv[3:]]
    results = [compare(name, path, schema, columns) for name, path in engines]
    sys.exit(0 if results and all(results) else 1)


if __name__ == "__main__":
    main()
