#!/usr/bin/env python3
"""A second reader of manifests, written from src/store/FORMAT.md and nothing else.

    read_manifest.py STORE [--as-of NAME] [--segments TABLE]

Prints generation, commits, snapshots, tables and live segments, a line each; --segments prints only
the files of a table, as of now or of a snapshot. Every checksum is checked, damage ends it.

Streams are those of the second reader of segments, ../segment/read_segment.py.
"""

import argparse
import collections
import datetime
import os
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "segment"))
from read_segment import Bytes, Damaged, expect, hash64, integers, signed, words  # noqa: E402

HEADER = 128
MASK = (1 << 64) - 1
Segment = collections.namedtuple(
    "Segment",
    "table partition added removed commit_last commit_first tier size rows blocks series "
    "series_first series_last time_min time_max",
    defaults=[0] * 11,
)


def header(data):
    for copy in (data[:HEADER], data[HEADER : 2 * HEADER]):
        source = Bytes(copy)
        magic, version = source.take(8), source.u32()
        source.u32()
        store_id = source.take(16)
        if struct.unpack("<Q", copy[-8:])[0] == hash64(copy[:-8], 0):
            expect(magic == b"STWMANIF" and version == 1, "another version")
            return struct.unpack("<Q", store_id[:8])[0]
    raise Damaged("both headers are damaged")


def records(data, seed):
    at = 2 * HEADER
    while at < len(data):
        if data[at : at + 4] == b"STWE":
            mark = data[at : at + 16]
            expect(len(data) == at + 24, "bytes behind the mark")
            expect(
                struct.unpack("<Q", data[at + 16 :])[0] == hash64(mark, (seed + at) & MASK),
                "the mark's checksum",
            )
            return
        head = data[at : at + 24]
        magic, kind, generation, size = struct.unpack("<4sIQQ", head)
        expect(magic == b"STWR", "no record")
        expect(struct.unpack("<Q", data[at + 24 : at + 32])[0] == hash64(head, seed), "a head")
        payload = data[at + 32 : at + 32 + size]
        end = at + 40 + size
        expect(struct.unpack("<Q", data[end - 8 : end])[0] == hash64(payload, seed), "a payload")
        yield kind, generation, payload
        at = end


# ---- Lists ---------------------------------------------------------------------------------------


def list_of_integers(source, count):
    values = []
    while len(values) < count:
        values += integers(source.bytes(), min(8192, count - len(values)))
    return values


def list_of_words(source, count):
    values = []
    while len(values) < count:
        piece = source.bytes()
        values += words(piece)
    expect(len(values) == count, "too many words")
    return values


def cells(source, columns):
    count = source.varint()
    return list(zip(*[list_of_integers(source, count) for _ in range(columns)]))


def segments(source, generation, columns):
    names = list_of_words(source, source.varint())
    found = []
    for row in cells(source, columns):
        row = list(row) + [0] * (15 - len(row))
        row[0] = names[row[0]].decode()
        row[2] = generation - row[2]
        row[3] = 0 if row[3] == 0 else 1 + generation - row[3]
        row[4] = row[2] - row[4]
        row[5] = row[4] - row[5]
        found.append(Segment(*row))
    return found


def identity(segment):
    return segment.table, segment.partition, segment.added


# ---- The state -----------------------------------------------------------------------------------


class Store:
    def __init__(self):
        self.generation = 0
        self.schema = ""
        self.commits = []  # (generation, time, rows, name of the source)
        self.snapshots = {}  # name: (generation, pins)
        self.keys = collections.defaultdict(list)
        self.erasures = 0
        self.live = {}

    def commit(self, generation, source):
        time, rows, flags = source.u64(), source.varint(), source.u8()
        name = b""
        if flags & 1:
            source.take(16)
            source.varint()
            name = source.bytes()
            for _ in range(source.varint()):
                source.bytes()
                source.varint()
        self.commits.append((generation, time, rows, name.decode()))
        for _ in range(source.varint()):
            table, first = source.bytes().decode(), source.varint()
            expect(first == len(self.keys[table]), "ids have a gap")
            self.keys[table] += list_of_words(source, source.varint())
        self.add(segments(source, generation, 15))
        for _ in range(source.varint() if flags & 2 else 0):
            self.erase(generation, source)

    def add(self, found):
        for segment in found:
            self.live[identity(segment)] = segment

    def erase(self, generation, source):
        source.bytes()
        source.varint()
        source.u64()
        source.u64()
        self.erasures += 1

    def snapshot(self, generation, source):
        source.u64()
        pinned, name, pins = source.varint(), source.bytes(), source.bytes()
        self.snapshots[name.decode()] = (pinned, pins)

    def replace(self, generation, source):
        for segment in segments(source, generation, 4):
            del self.live[identity(segment)]
        self.add(segments(source, generation, 15))
        for _ in range(source.varint()):
            del self.snapshots[source.bytes().decode()]

    def checkpoint(self, generation, source):
        self.__init__()
        self.schema = list_of_words(source, 1)[0].decode()
        source.varint()
        source.varint()
        for table in list_of_words(source, source.varint()):
            self.keys[table.decode()] = list_of_words(source, source.varint())
            steps = cells(source, 2)
            expect(not steps or steps[-1][1] == len(self.keys[table.decode()]), "steps of series")
        commits = cells(source, 6)
        sources = cells(source, 3)
        names = list_of_words(source, len(sources))
        rejects = cells(source, 1)
        list_of_words(source, len(rejects))
        expect(len(rejects) == sum(max(0, row[3] - 1) for row in commits), "reasons of rejects")
        for age, time, rows, has_source, _, _ in commits:
            name = names.pop(0).decode() if has_source else ""
            self.commits.append((generation - age, time, rows, name))
        self.erasures = len(cells(source, 5))
        snapshots = cells(source, 2)
        names = list_of_words(source, len(snapshots))
        pins = list_of_words(source, len(snapshots))
        for (_, age), name, text in zip(snapshots, names, pins):
            self.snapshots[name.decode()] = (generation - age, text)
        self.add(segments(source, generation, 15))
        segments(source, generation, 4)
        source.end()

    def apply(self, kind, generation, payload):
        if kind == 6 and generation == self.generation:
            return  # the second copy
        expect(kind == 6 or generation == self.generation + 1, "a record is missing")
        if kind == 1:
            self.schema = payload.decode()
        else:
            do = {2: self.commit, 3: self.erase, 4: self.snapshot, 5: self.replace, 6: self.checkpoint}
            do[kind](generation, Bytes(payload))
        self.generation = generation


def partition_of(schema, table, from_ns):
    """The schema is YAML; all that is needed of it is `partition:` behind the table's name."""
    text = schema.split(f"  {table}:", 1)[1]
    kind = text.split("partition:", 1)[1].split()[0].strip(",}")
    begin = datetime.datetime(1970, 1, 1) + datetime.timedelta(microseconds=signed(from_ns) // 1000)
    return {"month": begin.strftime("%Y-%m"), "year": begin.strftime("%Y"), "all": "all"}[kind]


def file_of(store, segment):
    part = partition_of(store.schema, segment.table, segment.partition)
    return f"segments/{segment.table}-{part}-{segment.added}.seg"


def main():
    options = argparse.ArgumentParser()
    options.add_argument("store")
    options.add_argument("--as-of")
    options.add_argument("--segments")
    chosen = options.parse_args()
    with open(os.path.join(chosen.store, "MANIFEST"), "rb") as file:
        data = file.read()
    store = Store()
    for kind, generation, payload in records(data, header(data)):
        store.apply(kind, generation, payload)
    generation = store.snapshots[chosen.as_of][0] if chosen.as_of else store.generation
    seen = [each for each in store.live.values() if each.commit_last <= generation]
    for segment in seen:
        path = os.path.join(chosen.store, file_of(store, segment))
        expect(os.path.getsize(path) == segment.size, f"{path} has another size")
    if chosen.segments:
        for segment in seen:
            if segment.table == chosen.segments:
                print(os.path.join(chosen.store, file_of(store, segment)))
        return
    print("generation", store.generation)
    for number, _, rows, name in store.commits:
        print("commit", number, rows, name)
    for name, (pinned, _) in store.snapshots.items():
        print("snapshot", name, pinned)
    for table, keys in sorted(store.keys.items()):
        if keys:
            print("series", table, len(keys))
    print("erased", store.erasures)
    for segment in seen:
        print("segment", file_of(store, segment), segment.rows, segment.commit_first, segment.commit_last)


if __name__ == "__main__":
    try:
        main()
    except Damaged as error:
        sys.exit(f"read_manifest: {error}")
