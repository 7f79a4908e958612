#!/usr/bin/env python3
"""A second reader of segment files, written from src/segment/FORMAT.md and nothing else.

    read_segment.py [--csv] [--methods-to FILE] SEGMENT...

Prints a line a row, in the order of the file, fields separated by tabs: series id, time in ns, then
each column: `-` without a value; decimals as digits and exponent without needless zeros (1234e-2),
floats as the 16 hex digits of their bits, text in hex with `x` before it, the rest as integers.
Every checksum is checked, and every field of the index against the rows. --csv prints the key, the
time and the values for people instead; --methods-to appends the kinds of stream met to a file.

Needs python3-zstandard and python3-xxhash (Debian). It is plain on purpose: one value at a time.
"""

import argparse
import collections
import datetime
import struct
import sys

import xxhash
import zstandard

MASK = (1 << 64) - 1
DECIMAL, FLOAT, INT, BOOL, TIME, TEXT = 1, 2, 3, 4, 5, 6
UNITS = [1, 10**3, 10**6, 10**9, 60 * 10**9, 900 * 10**9, 3600 * 10**9, 86400 * 10**9]
met = collections.Counter()


class Damaged(Exception):
    pass


def expect(condition, what):
    if not condition:
        raise Damaged(what)


def signed(value):
    value &= MASK
    return value - (1 << 64) if value >> 63 else value


def unzigzag(value):
    return value >> 1 if value % 2 == 0 else -(value >> 1) - 1


def hash64(data, seed):
    return xxhash.xxh3_64_intdigest(data, seed)


class Bytes:
    """A position in bytes."""

    def __init__(self, data):
        self.data = data
        self.at = 0

    def take(self, size):
        expect(self.at + size <= len(self.data), "the bytes end early")
        self.at += size
        return self.data[self.at - size : self.at]

    def rest(self):
        return self.take(len(self.data) - self.at)

    def u8(self):
        return self.take(1)[0]

    def u32(self):
        return struct.unpack("<I", self.take(4))[0]

    def u64(self):
        return struct.unpack("<Q", self.take(8))[0]

    def varint(self):
        value = shift = 0
        while True:
            byte = self.u8()
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                expect(value <= MASK, "a varint is too large")
                return value

    def svarint(self):
        return unzigzag(self.varint())

    def bytes(self):
        return self.take(self.varint())

    def end(self):
        expect(self.at == len(self.data), "bytes are left over")


class Bits:
    """A position in bits, the lowest of the first byte first."""

    def __init__(self, data):
        self.value = int.from_bytes(data, "little")
        self.count = 8 * len(data)
        self.at = 0

    def take(self, width):
        expect(self.at + width <= self.count, "the bits end early")
        value = self.value >> self.at & ((1 << width) - 1)
        self.at += width
        return value

    def gamma(self):
        zeros = 0
        while self.take(1) == 0:
            zeros += 1
        return (1 << zeros) + self.take(zeros)


def unpack(data, count, width):
    value = int.from_bytes(data, "little")
    mask = (1 << width) - 1
    return [value >> (i * width) & mask for i in range(count)]


def packed_size(count, width):
    return (count * width + 7) // 8


def unzstd(data, size):
    # The frame does not state its content's size.
    content = zstandard.ZstdDecompressor().decompress(data, max_output_size=max(size, 1))
    expect(len(content) == size, "a zstd frame has another size")
    return content


# ---- Integers ------------------------------------------------------------------------------------


def packed_vectors(source, count):
    values = []
    base = 0
    while len(values) < count:
        vector = min(1024, count - len(values))
        base += source.svarint()
        chunks = []
        for start in range(0, vector, 256):
            head = source.u8()
            exceptions = high_width = 0
            if head & 0x80:
                exceptions = source.u8() + 1
                high_width = source.u8()
            chunks.append((min(256, vector - start), head & 0x7F, exceptions, high_width))
        for size, width, exceptions, high_width in chunks:
            low = unpack(source.take(packed_size(size, width)), size, width)
            places = source.take(exceptions)
            high = unpack(source.take(packed_size(exceptions, high_width)), exceptions, high_width)
            for place, part in zip(places, high):
                low[place] += unzigzag(part) << width
            values += [base + value for value in low]
    return values


def planes(source, count):
    base = source.svarint()
    width = source.u8()
    expect(1 <= width <= 8, "a width of planes")
    content = unzstd(source.rest(), width * count)
    return [
        base + sum(content[plane * count + i] << (8 * plane) for plane in range(width))
        for i in range(count)
    ]


def weight_of(code):
    return 1 if code == 1 else (2 + code % 2) * 2 ** (code // 2 - 1)


def bins(source, count):
    base = source.svarint()
    bits = Bits(source.rest())
    log = bits.take(3) + 4
    states = 1 << log
    expect(log <= 10, "too many states")
    bin_count = bits.take(10) + 1
    code, width, position = 12, 0, 0
    lowers, widths, weights = [], [], []
    for _ in range(bin_count):
        step = 2 * (bits.gamma() - 1)
        step += bits.take(1)
        if step == 0:
            position += bits.gamma()
            step = 2 * (bits.gamma() - 1)
            step += bits.take(1)
            expect(step != 0, "two gaps")
        code += unzigzag(step - 1)
        width += unzigzag(bits.gamma() - 1)
        expect(1 <= code <= 27 and 0 <= width <= 45, "a bin's description")
        lowers.append(position)
        widths.append(width)
        weights.append(weight_of(code))
        position += 1 << width
    lanes = [bits.take(log) for _ in range(min(8, count))]
    spare = states - bin_count
    expect(spare >= 0, "more bins than states")
    total = sum(weights)
    slots = []
    before = 0
    for weight in weights:
        after = before + weight
        slots.append(1 + after * spare // total - before * spare // total)
        before = after
    owner = [0] * states
    state = 0
    for number, owned in enumerate(slots):
        for _ in range(owned):
            owner[state] = number
            state = (state + states // 2 + states // 8 + 3) % states
    following = list(slots)
    numbers = []
    for state in range(states):
        numbers.append(following[owner[state]])
        following[owner[state]] += 1
    values = []
    for i in range(count):
        state = lanes[i % 8]
        number = owner[state]
        if i + 8 < count:
            b = log - (numbers[state].bit_length() - 1)
            lanes[i % 8] = (numbers[state] << b) - states + bits.take(b)
        values.append(base + lowers[number] + bits.take(widths[number]))
    expect(bits.count - bits.at < 8 and bits.take(bits.count - bits.at) == 0, "bits are left over")
    return values


def runs(source, count):
    run_count = source.varint()
    run_values = integers(source.bytes(), run_count)
    lengths = integers(source.rest(), run_count)
    values = []
    for value, length in zip(run_values, lengths):
        values += [value] * (length + 1)
    expect(len(values) == count, "runs of another length")
    return values


def with_differences(source, head, count, residuals_of):
    order = head >> 3 & 3
    expect(order <= 2 and count > order, "an order of differences")
    values = []
    step = 0
    if order >= 1:
        values.append(source.svarint())
    if order == 2:
        step = source.svarint()
        values.append(values[0] + step)
    divisor, remainder = 1, 0
    if head & 0x20:
        divisor, remainder = source.varint(), source.svarint()
    terms = [(source.svarint(), source.varint()) for _ in range(head >> 6)]
    if terms:
        lags = [lag for _, lag in terms]
        expect(head & 7 == 7, "a prediction of what is not in bins")
        expect(lags[0] > 0 and lags == sorted(set(lags)), "the lags of a prediction")
        met["predicted by %d" % len(terms)] += 1
    residuals = list(residuals_of(source, count - order))
    for i in range(len(residuals) if terms else 0):
        t = sum(weight * residuals[i - lag] for weight, lag in terms if lag <= i)
        residuals[i] = signed(residuals[i] + (signed(t + 8) >> 4))
    for residual in residuals:
        value = residual * divisor + remainder
        if order == 2:
            step = value = step + value
        if order >= 1:
            value += values[-1]
        values.append(value)
    return values


def exceptions_of(data):
    source = Bytes(data)
    count = source.varint()
    if count == 0:
        source.end()
        return []
    places = integers(source.bytes(), count)
    return list(zip(places, integers(source.rest(), count)))


NAMES = ["constant", "linear", "packed", "planes", "runs", "outliers", "grid", "bins"]


def integers(data, count):
    if count == 0:
        expect(len(data) == 0, "a stream of nothing has bytes")
        return []
    source = Bytes(data)
    head = source.u8()
    expect(head < 0xC0, "a stream's head")
    method = head & 7
    met[NAMES[method] + (" of differences" if head >> 3 & 3 else "")] += 1
    if (head >> 3 & 3) == 2:
        met["second differences"] += 1
    if method == 0:
        values = [source.svarint()] * count
    elif method == 1:
        first, step = source.svarint(), source.svarint()
        values = [first + i * step for i in range(count)]
    elif method == 5:
        divisor = source.varint()
        exceptions = exceptions_of(source.bytes())
        values = [value * divisor for value in integers(source.rest(), count)]
        for place, value in exceptions:
            values[place] = value
    elif method == 6:
        origin, step = source.svarint(), source.varint()
        numbers = integers(source.bytes(), count)
        remainders = integers(source.rest(), count)
        values = [origin + n * step + r for n, r in zip(numbers, remainders)]
    else:
        values = with_differences(
            source, head, count, {2: packed_vectors, 3: planes, 4: runs, 7: bins}[method]
        )
    source.end()
    return [signed(value) for value in values]


# ---- Other streams -------------------------------------------------------------------------------


def floats(data, count):
    """The bits of the doubles."""
    if count == 0:
        expect(len(data) == 0, "a stream of nothing has bytes")
        return []
    source = Bytes(data)
    power = source.u8()
    met["floats as bits" if power == 255 else "floats as decimals"] += 1
    if power == 255:
        return [value & MASK for value in integers(source.rest(), count)]
    exceptions = exceptions_of(source.bytes())
    values = [
        struct.unpack("<Q", struct.pack("<d", float(digits) / float(10**power)))[0]
        for digits in integers(source.rest(), count)
    ]
    for place, value in exceptions:
        values[place] = value & MASK
    return values


def presence(data, count):
    source = Bytes(data)
    kind = source.u8()
    met["presence kind %d" % kind] += 1
    if kind == 0:
        bits = source.rest()
        expect(len(bits) == (count + 7) // 8, "a bitmap's size")
        return [bits[i // 8] >> (i % 8) & 1 for i in range(count)]
    present = kind == 2
    rows = []
    run_count = source.varint()
    for length in integers(source.rest(), run_count):
        rows += [int(present)] * length
        present = not present
    expect(len(rows) == count, "runs of rows")
    return rows


def words(data):
    source = Bytes(data)
    count = source.varint()
    kind = source.u8()
    met["words under zstd" if kind else "words plain"] += 1
    if kind == 1:
        size = source.varint()
        source = Bytes(unzstd(source.rest(), size))
    found = [source.bytes() for _ in range(count)]
    source.end()
    return found


# ---- Blocks --------------------------------------------------------------------------------------

Column = collections.namedtuple("Column", "scale values")  # None where there is no value


def column_of(data, kind, rows, lend):
    """`lend(back)` gives the parts of an earlier block."""
    if len(data) == 0:
        met["column without bytes"] += 1
        return Column(0, [None] * rows)
    source = Bytes(data)
    missing = source.u8()
    met["missing %d" % missing] += 1
    scale = source.u8() if kind == DECIMAL else 0
    if missing == 2:
        source.end()
        return Column(scale, [None] * rows)
    if missing == 3:
        expect(kind in (DECIMAL, INT, TIME), "a borrowed column's type")
        return borrowed_column(source, kind, scale, rows, lend)
    present = presence(source.bytes(), rows) if missing == 1 else [1] * rows
    count = sum(present)
    if count == 0:
        values = []
        source.end()
    elif kind == TEXT:
        dictionary = words(source.bytes())
        values = [dictionary[code] for code in integers(source.rest(), count)]
    elif kind == FLOAT:
        values = floats(source.rest(), count)
    else:
        values = integers(source.rest(), count)
    following = iter(values)
    return Column(scale, [next(following) if has else None for has in present])


def no_lender(back):
    raise Damaged("a lender borrows itself")


def borrowed_column(source, kind, scale, rows, lend):
    back, relation, first = source.varint(), source.u8(), source.svarint()
    column = lend(back)[2][0]
    expect(column[0] == 0, "a lender's column is its own and all there")
    a = column_of(column, kind, rows, no_lender)
    expect(a.scale == scale, "a lender's scale")
    met["relation %d" % relation] += 1
    values = [first]
    for i, r in enumerate(integers(source.rest(), rows - 1), 1):
        from_lender = [a.values[i], a.values[i - 1], a.values[i] - a.values[i - 1], values[-1] + a.values[i]]
        values.append(signed(from_lender[relation] + r))
    return Column(scale, values)


def times_of(data, rows, lend):
    if data[0] == 255:
        source = Bytes(data[1:])
        data = lend(source.varint())[1]
        source.end()
        expect(data[0] != 255, "a lender's times are its own")
        met["borrowed times"] += 1
    unit = UNITS[data[0]]
    return [signed(number * unit) for number in integers(data[1:], rows)]


Block = collections.namedtuple("Block", "series times columns")


def parts_of(body, columns):
    """Rows, times and columns, undecoded; the series before them."""
    source = Bytes(body)
    rows = source.varint()
    series = integers(source.bytes(), rows)
    times = source.bytes()
    fields = [source.bytes() if source.at < len(body) else b"" for _ in columns]
    parts = rows, times, fields, series
    source.end()
    return parts


def block_of(body, columns, earlier):
    """`earlier(back)` gives the body of an earlier block."""
    rows, times, fields, series = parts_of(body, columns)

    def lend(back, number=0):
        lender = parts_of(earlier(back), columns)
        expect(lender[0] == rows, "a lender has as many rows")
        return lender[0], lender[1], lender[2][number:]

    decoded = [
        column_of(field, kind, rows, lambda back, number=number: lend(back, number))
        for number, (field, (kind, _)) in enumerate(zip(fields, columns))
    ]
    return Block(series, times_of(times, rows, lend), decoded)


# ---- Index ---------------------------------------------------------------------------------------


def index_page(body, columns):
    """The fields of each block, by name."""
    source = Bytes(body)
    count = source.varint()
    offset = source.varint()
    blocks = [{} for _ in range(count)]

    def field(name, kind=integers):
        data = source.bytes()
        values = [0] * count if kind is integers and len(data) == 0 else kind(data, count)
        for block, value in zip(blocks, values):
            block[name] = value

    for name in ("size", "gap", "rows", "series first", "series last", "repeats"):
        field(name)
    unit = UNITS[source.u8()]
    for name in ("time first", "time last", "time min", "time max", "step"):
        field(name)
    for number, (kind, _) in enumerate(columns):
        if source.at == len(body):
            break
        fields = {TEXT: ("nulls",), FLOAT: ("nulls", "nans", "first", "last", "min", "max")}.get(
            kind, ("nulls", "scale", "first", "last", "min", "max", "low", "high", "falls", "rise")
        )
        for name in fields:
            if name == "scale" and kind != DECIMAL:
                continue
            is_real = kind == FLOAT and name in ("first", "last", "min", "max")
            field((number, name), floats if is_real else integers)
    source.end()
    last_series = 0
    end = offset
    for block in blocks:
        block["offset"] = end + block["gap"]
        end = block["offset"] + block["size"]
        block["series first"] += last_series
        block["series last"] += block["series first"]
        last_series = block["series last"]
        for name in ("time first", "time last", "time min", "time max", "step"):
            block[name] = signed(block[name] * unit)
        block["time last"] = signed(block["time last"] + block["time first"])
        block["time min"] = signed(block["time min"] + block["time first"])
        block["time max"] = signed(block["time max"] + block["time last"])
    return blocks


def same(got, want, what):
    expect(got == want, "%s is %s by the index, %s by the rows" % (what, got, want))


def check_numbers(index, number, values, single, rows):
    """Statistics of a column of integers; `values` are those of the rows that have one."""
    get = lambda name: index[(number, name)]
    first = values[0] if single and values else 0
    last = values[-1] if single and values else 0
    same(get("first"), first, "first")
    same(signed(get("last") + get("first")), last, "last")
    low = min(values) if values else (1 << 63) - 1
    high = max(values) if values else -(1 << 63)
    if values:
        same(signed(get("min") + first), low, "min")
        same(signed(get("max") + last), high, "max")
    else:
        same(get("min"), low, "min")
        same(get("max"), high, "max")
    middle = (low + high) * len(values)
    middle = 0 if not values else abs(middle) // 2 * (1 if middle > 0 else -1)
    same((get("high") << 64) + get("low") + middle, sum(values), "sum")
    pairs = list(zip(values, values[1:])) if single else []
    same(get("falls"), sum(b < a for a, b in pairs), "falls")
    same(get("rise") & MASK, max([b - a for a, b in pairs if b > a], default=0), "rise")


def check_index(index, block, columns):
    rows = len(block.times)
    single = block.series[0] == block.series[-1]
    same(index["rows"], rows, "rows")
    same(index["series first"], block.series[0], "series first")
    same(index["series last"], block.series[-1], "series last")
    same(index["time first"], block.times[0], "time first")
    same(index["time last"], block.times[-1], "time last")
    same(index["time min"], min(block.times), "time min")
    same(index["time max"], max(block.times), "time max")
    pairs = list(zip(block.series, block.times))
    same(index["repeats"], int(any(a == b for a, b in zip(pairs, pairs[1:]))), "repeats")
    steps = {b - a for a, b in zip(block.times, block.times[1:])}
    same(index["step"], steps.pop() if single and len(steps) == 1 else 0, "step")
    for number, ((kind, _), column) in enumerate(zip(columns, block.columns)):
        values = [value for value in column.values if value is not None]
        if (number, "nulls") not in index:
            met["column without fields"] += 1
            expect(not values and column.scale == 0, "a column without fields has none in its rows")
            continue
        same(index[(number, "nulls")], rows - len(values), "nulls")
        if kind == FLOAT:
            reals = [struct.unpack("<d", struct.pack("<Q", value))[0] for value in values]
            same(index[(number, "nans")], sum(value != value for value in reals), "nans")
        elif kind != TEXT:
            if kind == DECIMAL:
                same(index[(number, "scale")], column.scale, "scale")
            check_numbers(index, number, values, single, rows)


# ---- The file ------------------------------------------------------------------------------------


class Segment:
    def __init__(self, path):
        with open(path, "rb") as file:
            self.data = file.read()
        self.header()
        self.trailer()

    def header(self):
        source = Bytes(self.data)
        expect(source.take(8) == b"\x89STWSEG\n", "the magic")
        expect(source.u32() == 1, "the version")
        end = 16 + source.u32()
        self.file_id = source.take(16)
        self.table = source.bytes()
        self.partition = source.svarint(), source.svarint()
        self.commits = source.varint(), source.varint()
        self.columns = [(source.u8(), source.bytes()) for _ in range(source.varint())]
        expect(source.at == end, "the header's size")
        same(source.u64(), hash64(self.data[:end], 0), "the header's checksum")
        self.seed = hash64(self.file_id, 0)

    def trailer(self):
        trailer = self.data[-52:]
        source = Bytes(trailer)
        expect(source.take(16) == self.file_id, "the trailer's file id")
        footer = source.u64()
        same(source.u64(), len(self.data), "the file's size")
        expect(source.u32() == 1, "the trailer's version")
        expect(source.take(8) == b"STWSEGE\n", "the trailer's magic")
        same(source.u64(), hash64(trailer[:44], 0), "the trailer's checksum")
        source = Bytes(self.frame(footer, len(self.data) - 52 - footer, 4))
        self.rows, self.block_count, self.series_count = [source.varint() for _ in range(3)]
        self.series = source.u32(), source.u32()
        self.times = source.svarint(), source.svarint()
        self.index_pages = [(source.varint(), source.varint()) for _ in range(source.varint())]
        self.key_pages = [(source.varint(), source.varint()) for _ in range(source.varint())]
        source.end()

    def frame(self, offset, size, kind):
        frame = self.data[offset : offset + size]
        source = Bytes(frame)
        checksum = source.u64()
        same(checksum, hash64(frame[8:], (self.seed + offset) & MASK), "a frame's checksum")
        same(source.u32(), size - 13, "a frame's size")
        same(source.u8(), kind, "a frame's kind")
        return source.rest()

    def earlier(self, offset, back):
        """The body of the block that starts `back` bytes before the one at `offset`."""
        start = offset - back
        size = 13 + Bytes(self.data[start + 8 : start + 12]).u32()
        expect(0 < start and size <= back, "a lender's place")
        return self.frame(start, size, 1)

    def keys(self):
        found = {}
        for offset, size in self.key_pages:
            source = Bytes(self.frame(offset, size, 2))
            count = source.varint()
            ids = integers(source.bytes(), count)
            found.update(zip(ids, words(source.rest())))
        return found

    def blocks(self):
        rows = count = 0
        times = []
        for offset, size in self.index_pages:
            for index in index_page(self.frame(offset, size, 3), self.columns):
                at = index["offset"]
                body = self.frame(at, index["size"], 1)
                block = block_of(body, self.columns, lambda back: self.earlier(at, back))
                check_index(index, block, self.columns)
                rows += len(block.times)
                count += 1
                times += [min(block.times), max(block.times)]
                yield block
        same(self.rows, rows, "the footer's rows")
        same(self.block_count, count, "the footer's blocks")
        same(self.times, (min(times), max(times)), "the footer's times")


def text_of(kind, scale, value):
    if value is None:
        return "-"
    if kind == FLOAT:
        return "%016x" % value
    if kind == TEXT:
        return "x" + value.hex()
    if kind != DECIMAL:
        return str(value)
    while scale > 0 and value % 10 == 0:
        value //= 10
        scale -= 1
    return "%de-%d" % (value, scale)


def time_text(time_ns):
    seconds, rest = divmod(time_ns, 10**9)
    text = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    digits = "%09d" % rest
    while digits.endswith("000"):
        digits = digits[:-3]
    return text.strftime("%Y-%m-%dT%H:%M:%S") + ("." + digits if digits else "") + "Z"


def csv_text(kind, scale, value):
    if value is None:
        return ""
    if kind == TEXT:
        return value.decode()
    if kind == TIME:
        return time_text(value)
    if kind == BOOL:
        return "true" if value else "false"
    if kind != DECIMAL:
        return str(value)
    digits = str(abs(value)).rjust(scale + 1, "0")
    whole, part = digits[: len(digits) - scale], digits[len(digits) - scale :].rstrip("0")
    return ("-" if value < 0 else "") + whole + ("." + part if part else "")


def main():
    words = argparse.ArgumentParser()
    words.add_argument("--csv", action="store_true")
    words.add_argument("--methods-to")
    words.add_argument("segments", nargs="+")
    words = words.parse_args()
    for path in words.segments:
        segment = Segment(path)
        keys = segment.keys()
        same(segment.series_count, len(keys), "the footer's series")
        same(segment.series, (min(keys), max(keys)), "the footer's series ids")
        for block in segment.blocks():
            lines = []
            for row, (series, time) in enumerate(zip(block.series, block.times)):
                expect(series in keys, "a series without a key")
                form = csv_text if words.csv else text_of
                fields = [
                    form(kind, column.scale, column.values[row])
                    for (kind, _), column in zip(segment.columns, block.columns)
                ]
                if words.csv:
                    key = keys[series].decode().split("\0")
                    lines.append(",".join(key + [time_text(time)] + fields))
                else:
                    lines.append("\t".join([str(series), str(time)] + fields))
            print("\n".join(lines))
    if words.methods_to:
        with open(words.methods_to, "a") as file:
            file.write("\n" + "\n".join(sorted(met)) + "\n")


if __name__ == "__main__":
    try:
        main()
    except Damaged as damage:
        sys.exit("read_segment: " + str(damage))
