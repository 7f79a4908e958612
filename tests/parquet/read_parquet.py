#!/usr/bin/python3
"""Reads a flat Parquet file from the format's specification alone and prints it.

    read_parquet.py FILE            a line a row, values joined by |, a missing one as ~
    read_parquet.py --meta FILE     schema, row groups, encodings, bounds

Shares no code with the writer. Decimals are printed with all their digits, times in nanoseconds,
doubles as the sixteen hexadecimal digits of their bits, texts as JSON.
"""
import json
import struct
import sys
import zlib

import zstandard


class Thrift:
    """The compact protocol: a struct becomes a dict of field ids."""

    def __init__(self, data, at=0):
        self.data, self.at = data, at

    def byte(self):
        self.at += 1
        return self.data[self.at - 1]

    def varint(self):
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def zigzag(self):
        value = self.varint()
        return (value >> 1) ^ -(value & 1)

    def value(self, kind):
        if kind in (1, 2):
            return kind == 1
        if kind == 3:
            return self.byte()
        if kind in (4, 5, 6):
            return self.zigzag()
        if kind == 7:
            self.at += 8
            return struct.unpack("<d", self.data[self.at - 8:self.at])[0]
        if kind == 8:
            size = self.varint()
            self.at += size
            return self.data[self.at - size:self.at]
        if kind == 9:
            head = self.byte()
            size = head >> 4 if head >> 4 < 15 else self.varint()
            return [self.value(head & 15) for _ in range(size)]
        assert kind == 12, kind
        return self.struct()

    def struct(self):
        fields, last = {}, 0
        while True:
            head = self.byte()
            if head == 0:
                return fields
            last = last + (head >> 4) if head >> 4 else self.zigzag()
            fields[last] = self.value(head & 15)


def unpack(data, at, width, count):
    """`count` numbers of `width` bits, lowest bit of the first byte first."""
    bits = int.from_bytes(data[at:at + (width * count + 7) // 8], "little")
    mask = (1 << width) - 1
    return [bits >> i * width & mask for i in range(count)]


def hybrid(data, at, width, count):
    """Runs and packed groups; returns the values and where they end."""
    values = []
    while len(values) < count:
        reader = Thrift(data, at)
        head = reader.varint()
        at = reader.at
        if head & 1:
            groups = head >> 1
            values += unpack(data, at, width, groups * 8)
            at += groups * width
        else:
            size = (width + 7) // 8
            values += [int.from_bytes(data[at:at + size], "little")] * (head >> 1)
            at += size
    return values[:count], at


def signed(value):
    value &= (1 << 64) - 1
    return value - (1 << 64) if value >> 63 else value


def deltas(data, at, count):
    reader = Thrift(data, at)
    block, miniblocks, total, value = (reader.varint(), reader.varint(), reader.varint(), reader.zigzag())
    assert total == count and block % 128 == 0
    values = [value] if total else []
    while len(values) < total:
        least = reader.zigzag()
        widths = [reader.byte() for _ in range(miniblocks)]
        for width in widths:
            if len(values) >= total:
                break
            size = block // miniblocks
            for delta in unpack(data, reader.at, width, size):
                if len(values) < total:
                    value = signed(value + least + delta)
                    values.append(value)
            reader.at += width * size // 8
    assert reader.at == len(data), "bytes behind the deltas"
    return values


def plain(data, at, kind, length, count):
    values = []
    for i in range(count):
        if kind == 0:
            values.append(data[at + i // 8] >> i % 8 & 1)
        elif kind == 2:
            values.append(struct.unpack_from("<q", data, at + 8 * i)[0])
        elif kind == 5:
            values.append("%016x" % struct.unpack_from("<Q", data, at + 8 * i)[0])
        elif kind == 6:
            size = struct.unpack_from("<I", data, at)[0]
            values.append(data[at + 4:at + 4 + size])
            at += 4 + size
        else:
            values.append(int.from_bytes(data[at + length * i:at + length * (i + 1)], "big", signed=True))
    return values


def show(value, element):
    logical = element.get(10, {})
    if value is None:
        return "~"
    if isinstance(value, bytes):
        return json.dumps(value.decode("utf-8"), ensure_ascii=False)
    if 5 in logical:
        scale = logical[5].get(1, 0)
        digits = str(abs(value)).rjust(scale + 1, "0")
        sign = "-" if value < 0 else ""
        return sign + (digits[:-scale] + "." + digits[-scale:] if scale else digits)
    if element[1] == 0:
        return "true" if value else "false"
    return str(value)


class File:
    def __init__(self, path):
        self.data = open(path, "rb").read()
        assert self.data[:4] == b"PAR1" and self.data[-4:] == b"PAR1"
        size = struct.unpack("<I", self.data[-8:-4])[0]
        reader = Thrift(self.data[-8 - size:-8])
        self.meta = reader.struct()
        assert reader.at == size, "bytes behind the footer"
        self.columns = self.meta[2][1:]
        assert self.meta[2][0][5] == len(self.columns)

    def chunk(self, group, index):
        element = self.columns[index]
        meta = group[1][index][3]
        at = start = meta.get(11, meta[9])
        words, values = None, []
        while len(values) < group[3]:
            reader = Thrift(self.data, at)
            head = reader.struct()
            packed = self.data[reader.at:reader.at + head[3]]
            at = reader.at + head[3]
            assert zlib.crc32(packed) == head[4] & 0xFFFFFFFF, "page checksum"
            page = zstandard.ZstdDecompressor().decompress(packed, max_output_size=head[2])
            assert len(page) == head[2]
            if head[1] == 2:
                words = plain(page, 0, element[1], element.get(2), head[7][1])
                continue
            rows, begin, present = head[5][1], 0, None
            if element[3] == 1:
                size = struct.unpack_from("<I", page, 0)[0]
                present, end = hybrid(page, 4, 1, rows)
                assert end == 4 + size
                begin = 4 + size
            count = rows if present is None else sum(present)
            values += self.spread(page, begin, head[5][2], element, words, count, present)
        assert at - start == meta[7], "size of the chunk"
        return values

    def spread(self, page, begin, encoding, element, words, count, present):
        if encoding == 8:
            codes, _ = hybrid(page, begin + 1, page[begin], count) if count else ([], 0)
            found = [words[code] for code in codes]
        elif encoding == 5:
            found = deltas(page[begin:], 0, count)
        else:
            assert encoding == 0
            found = plain(page, begin, element[1], element.get(2), count)
        if present is None:
            return found
        source = iter(found)
        return [next(source) if bit else None for bit in present]

    def rows(self):
        for group in self.meta.get(4, []):
            yield from zip(*[self.chunk(group, i) for i in range(len(self.columns))])

    def bound(self, raw, element):
        if element[1] in (0, 2, 5, 7):
            if element[1] == 0:
                return show(raw[0], element)
            return show(plain(raw, 0, element[1], element.get(2), 1)[0], element)
        return show(raw, element)


def main():
    file = File(sys.argv[-1])
    if "--meta" not in sys.argv:
        for row in file.rows():
            print("|".join(show(value, element) for value, element in zip(row, file.columns)))
        return
    for element in file.columns:
        print(element[4].decode(), element[1], "optional" if element[3] else "required", element.get(10, {}))
    for group in file.meta.get(4, []):
        for chunk, element in zip(group[1], file.columns):
            meta = chunk[3]
            stats = meta[12]
            bounds = " ".join(file.bound(stats[k], element) for k in (6, 5)) if 5 in stats else "-"
            print(group[3], element[4].decode(), meta[2], "nulls", stats[3], "bounds", bounds)


main()
