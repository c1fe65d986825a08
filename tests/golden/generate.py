#!/usr/bin/env python3
"""Writes the golden data of this folder: what PyTorch and ONNX answer, for the tests to hold Poolscope against.

    python3 -m venv venv
    venv/bin/pip install torch==2.13.0 numpy==2.4.6 onnx==1.23.2 onnxruntime==1.32.0
    venv/bin/python tests/golden/generate.py            # all files
    venv/bin/python tests/golden/generate.py max avg    # some of them

Everything is seeded: another run writes the same bytes. No test needs any of these packages, the data is committed.

The data, data/<family>.txt and data/<family>.bin
-------------------------------------------------
One line of the text is one case, of tokens `key=value` without spaces; lists are separated by commas, axes come in the
order depth, row, column. A key that is missing has PyTorch's default.

    op, rank, dtype     the function: maxPool, 2 and float32 are maxPool2d on float32
    input=kind:seed     the elements of the input, see `make_input`; shape is its shape, channels first
    kernel, stride, padding, dilation, ceil (1), counted (0: padding is not counted), divisor, norm, convention (onnx),
    size (adaptive, fractional: output sizes; unpool: output_size; - keeps the input's), of (inputShape of a gradient)
    padding             one number per axis, or all begins and then all ends, or valid, same, same_lower
    samples=kind:seed   the random samples of a fractional pooling
    given=type@offset   the indices handed to the operator (unpool, gradients), as many as the input has elements
    out                 the shape of the result
    values=type@offset  the result, or
    indices=type@offset the indices in the result; each value is then the input's at that index of its plane, and for
                        index -1 (no real tap) the identity: -inf or lowest for max, +inf or highest for min
    every=n             only elements 0, n, 2n, ... of values or indices are stored (large results)
    hash=hex            FNV-1a, 32 bits, over all values or indices as little-endian int32 (large results, integers)

The binary file is little-endian without padding; types are i2, i4, f4, f8 (numpy's names). float16 results are stored
as f4, integer results as i4.

Where the results come from
---------------------------
PyTorch itself wherever it has the operator and the dtype. Minimum is -max(-x) on a wider type. Integer dtypes that an
operator of PyTorch lacks go through float64 or int64, float16 through float32 where PyTorch lacks it (avg_pool3d), adds
it up in float16 (adaptive_avg_pool3d) or places windows in it (fractional). Padding beyond PyTorch's bound is laid
around the input first. Averages and norms of integers are Poolscope's own rule, rounding half up and saturating, on
PyTorch's exact sums. refusals.json holds the calls PyTorch refuses, with its exact sentence, and a few it accepts.
onnx.* are computed by plain loops after the text of the standard; each is held against the `onnx` package's reference
evaluator and onnxruntime, and what these do otherwise is printed.
"""

import hashlib
import json
import math
import pathlib
import random
import struct
import sys
import warnings
import zlib

import numpy as np
import torch
import torch.nn.functional as F

HERE = pathlib.Path(__file__).resolve().parent
DATA = HERE / "data"
PICTURE = HERE.parent.parent / "web/page/pictures/spaceship.png"
REAL = ["float32", "float64", "float16"]
WHOLE = ["uint8", "int8", "uint16", "int16", "int32"]


# The inputs: the same in cases.ts, to the bit.


def noise(count, seed):
    """`count` 32-bit numbers. Element i depends on seed and i alone."""
    h = np.arange(count, dtype=np.uint64) * 0x9E3779B9 + seed
    h = (h & 0xFFFFFFFF).astype(np.uint32)
    h ^= h >> 16
    h = h * np.uint32(0x21F0AAAD)
    h ^= h >> 15
    h = h * np.uint32(0x735A2D97)
    h ^= h >> 15
    return h


TABLES = {
    "zeros": [-0.0, 0.0, -0.0, 0.0, -1.0],
    "nan": [math.nan, 1.0, -1.0, math.inf, -math.inf, 0.0, -0.0, 2.0],
    "inf": [-math.inf, -math.inf, -math.inf, math.inf, -1.0],
    "lowest": [-math.inf],
    "highest": [math.inf],
}
RARE = [math.nan, math.inf, -math.inf]


def make_input(dtype, kind, seed, count):
    """
    The elements of an input. With u = noise:
      real      table kinds: TABLES[kind][(u >> 16) % length];  ties: (u >> 16) % 5 - 2;
                normal: multiples of 2^-20 in [-8, 8) (float64: a third of that; float16: multiples of 2^-7);
                positive: |normal|;  rare: normal, but where u % 32 = 0 RARE[(u >> 5) % 3];
                tiny: subnormal;  huge: sums of four overflow
      integers  full: all values;  ties: (u >> 16) % 5, less 2 if signed;  edge: lowest or highest;  lowest;  highest
    """
    u = noise(count, seed).astype(np.int64)
    if dtype in WHOLE:
        lo, hi = (int(v) for v in (np.iinfo(dtype).min, np.iinfo(dtype).max))
        if kind == "full":
            x = lo + u % (hi - lo + 1)
        elif kind == "ties":
            x = (u >> 16) % 5 - (2 if lo < 0 else 0)
        elif kind == "edge":
            x = np.where((u >> 16) % 2 == 1, hi, lo)
        else:
            x = np.full(count, {"lowest": lo, "highest": hi}[kind])
        return x.astype(dtype)
    fine = ((u >> 21) - 1024 if dtype == "float16" else (u >> 8) - 8388608).astype(np.float64)
    normal = fine * (2.0**-7 if dtype == "float16" else 2.0**-20) / (3 if dtype == "float64" else 1)
    if kind in TABLES:
        table = np.array(TABLES[kind])
        x = table[(u >> 16) % len(table)]
    elif kind == "ties":
        x = ((u >> 16) % 5 - 2).astype(np.float64)
    elif kind == "normal":
        x = normal
    elif kind == "positive":
        x = np.abs(normal)
    elif kind == "rare":
        x = np.where(u % 32 == 0, np.array(RARE)[(u >> 5) % 3], normal)
    elif kind == "tiny":
        x = fine * {"float16": 2.0**-24, "float32": 2.0**-149, "float64": 2.0**-1074}[dtype]
    elif kind == "huge":
        x = (1 + (u >> 8) * 2.0**-24) * {"float16": 2.0**14, "float32": 2.0**126, "float64": 2.0**1022}[dtype]
        if dtype == "float16":
            x = (1 + (u >> 22) * 2.0**-10) * 2.0**14
    else:
        raise ValueError(kind)
    return x.astype(dtype)


def make_samples(dtype, kind, seed, count):
    """Uniform in [0, 1), few enough bits for the dtype; or zero: all 0; or half: 0 or 1/2."""
    u = noise(count, seed).astype(np.int64)
    if kind == "zero":
        return np.zeros(count)
    if kind == "half":
        return ((u >> 16) % 2) / 2
    return (u >> 21) / 2.0**11 if dtype == "float16" else (u >> 8) / 2.0**24


# One axis of a window, by the definition (Pool.h, pooling_output_shape).


class Axis:
    def __init__(self, n, k, s, before, after, d, ceil):
        self.n, self.k, self.s, self.before, self.after, self.d = n, k, s, before, after, d
        self.span = d * (k - 1) + 1
        o = (n + before + after - self.span + (s - 1 if ceil else 0)) // s + 1
        if ceil and (o - 1) * s >= n + before:
            o -= 1
        self.o = o

    def taps(self, q):
        return [q * self.s - self.before + j * self.d for j in range(self.k)]

    def real(self, q):
        return [t for t in self.taps(q) if 0 <= t < self.n]

    def counted(self, q):
        return sum(t < self.n + self.after for t in self.taps(q))


def same_pads(n, k, s, d, lower):
    o = -(-n // s)
    total = max((o - 1) * s + d * (k - 1) + 1 - n, 0)
    return (total - total // 2, total // 2) if lower else (total // 2, total - total // 2)


def outer(vectors):
    """The product over all axes, e.g. taps of a window from those of its axes."""
    result = np.array(1)
    for vector in vectors:
        result = np.multiply.outer(result, np.array(vector, dtype=np.int64))
    return result


# Writing.


def fnv(array):
    h = 0x811C9DC5
    for byte in array.astype("<i4").tobytes():
        h = ((h ^ byte) * 0x01000193) & 0xFFFFFFFF
    return f"{h:08x}"


class Family:
    def __init__(self, name):
        self.name, self.lines, self.blob = name, [], bytearray()
        self.random = random.Random(f"poolscope {name}")
        self.seed = 0

    def next_seed(self):
        self.seed += 1
        return (zlib.crc32(self.name.encode()) + self.seed * 7919) & 0xFFFFFFFF

    def put(self, array, kind):
        array = np.asarray(array).reshape(-1)
        at = len(self.blob)
        self.blob += array.astype("<" + kind).tobytes()
        return f"{kind}@{at}"

    def result(self, case, key, array):
        """Stores values or indices: all of a small result, samples and a digest of a large one."""
        array = np.asarray(array).reshape(-1)
        whole = array.dtype.kind in "iu"
        if not whole:
            kind = "f8" if case["dtype"] == "float64" else "f4"
        elif key == "indices" and np.all(np.abs(array) < 32768):
            kind = "i2"
        else:
            kind = "i4"
        if array.size > 300:
            every = -(-array.size // 40) | 1
            case["every"] = every
            if whole:
                case["hash"] = fnv(array)
            array = array[::every]
        case[key] = self.put(array, kind)

    def add(self, case):
        def text(value):
            if isinstance(value, (list, tuple)):
                return ",".join("-" if v is None else str(v) for v in value)
            return str(value)

        self.lines.append(" ".join(f"{key}={text(value)}" for key, value in case.items() if value is not None))

    def write(self):
        (DATA / f"{self.name}.txt").write_text("\n".join(self.lines) + "\n")
        (DATA / f"{self.name}.bin").write_bytes(self.blob)
        print(f"{self.name}: {len(self.lines)} cases, {len(self.blob)} bytes")


# Random windows.


def random_shape(r, rank, large):
    top = {1: 30, 2: 11, 3: 7}[rank]
    if large:
        low, top = {1: (200, 900), 2: (20, 75), 3: (9, 24)}[rank]
        sizes = [r.randint(low, top) for _ in range(rank)]
        return [r.randint(1, 2)] * (r.random() < 0.5) + [r.randint(1, 3)] + sizes
    sizes = [r.randint(1, top) for _ in range(rank)]
    batch = r.choice([None, 1, 2, 3]) if r.random() > 0.02 else 0
    return ([] if batch is None else [batch]) + [r.randint(1, 3)] + sizes


def random_window(r, rank, shape, *, large=False, dilation=True, padding="torch"):
    """Options of a window that fits; padding: torch, none, relaxed (half the effective kernel), explicit."""
    n = shape[-rank:]
    for _ in range(10000):
        top = r.choice([2, 3, 5, 9] + ([13, 31] if large else []))
        k = [r.randint(1, top) for _ in n]
        s = [r.randint(1, r.choice([1, 2, 4, 6])) for _ in n]
        d = [r.choice([1, 1, 2, 3]) for _ in n] if dilation and r.random() < 0.4 else [1] * rank
        span = [(a - 1) * b + 1 for a, b in zip(k, d)]
        if padding == "none" or r.random() < 0.25:
            before = after = [0] * rank
        elif padding == "torch":
            before = after = [r.randint(0, a // 2) for a in k]
        elif padding == "relaxed":
            before = after = [r.randint(0, e // 2) for e in span]
        else:
            before = [r.randint(0, e - 1) for e in span]
            after = [r.randint(0, e - 1) for e in span]
        ceil = r.random() < 0.5
        axes = [Axis(*parts, ceil) for parts in zip(n, k, s, before, after, d)]
        if all(axis.o >= 1 for axis in axes) and math.prod(axis.o for axis in axes) < (6000 if large else 300):
            case = {"kernel": k}
            if s != k:
                case["stride"] = s
            if padding == "explicit":
                case["padding"] = before + after
            elif any(before):
                case["padding"] = before
            if max(d) > 1:
                case["dilation"] = d
            if ceil:
                case["ceil"] = 1
            return case, axes
    raise RuntimeError("no window fits")


def to_torch(array):
    return torch.from_numpy(array.astype(np.int64) if array.dtype == np.uint16 else array)


POOL = {
    "max": {1: F.max_pool1d, 2: F.max_pool2d, 3: F.max_pool3d},
    "avg": {1: F.avg_pool1d, 2: F.avg_pool2d, 3: F.avg_pool3d},
    "lp": {1: F.lp_pool1d, 2: F.lp_pool2d, 3: F.lp_pool3d},
    "adaptive_max": {1: F.adaptive_max_pool1d, 2: F.adaptive_max_pool2d, 3: F.adaptive_max_pool3d},
    "adaptive_avg": {1: F.adaptive_avg_pool1d, 2: F.adaptive_avg_pool2d, 3: F.adaptive_avg_pool3d},
    "unpool": {1: F.max_unpool1d, 2: F.max_unpool2d, 3: F.max_unpool3d},
}


def same_bits(a, b):
    if a.dtype.kind != "f":
        return np.array_equal(a, b)
    return np.array_equal(a, b, equal_nan=True) and np.array_equal(
        np.signbit(a) | np.isnan(a), np.signbit(b) | np.isnan(b)
    )


def at_index(x, indices, rank, empty):
    """The values the indices speak of; what the reader of the data computes."""
    if indices.size == 0:
        return np.zeros(indices.shape, x.dtype)
    planes = x.reshape(math.prod(x.shape[:-rank]), -1)
    rows = indices.reshape(planes.shape[0], -1)
    picked = np.take_along_axis(planes, np.maximum(rows, 0), axis=1)
    return np.where(rows < 0, np.array(empty, dtype=x.dtype), picked).reshape(indices.shape)


def identity(dtype, low):
    if dtype in REAL:
        return -math.inf if low else math.inf
    info = np.iinfo(dtype)
    return info.min if low else info.max


def extreme(x, rank, axes, minimum):
    """Values and indices of max (or -max(-x)) over windows, by PyTorch; index -1 where a window has no real tap."""
    t = to_torch(x)
    if minimum:
        t = -(t.to(torch.int64) if x.dtype.kind in "iu" else t)
    k, s, d = ([getattr(axis, name) for axis in axes] for name in "ksd")
    before, after = [axis.before for axis in axes], [axis.after for axis in axes]
    out = [axis.o for axis in axes]
    legal = before == after and all(p <= size // 2 for p, size in zip(before, k))
    crop = (...,) + tuple(slice(0, o) for o in out)
    if legal:
        ceil = any((a.n + 2 * a.before - a.span) // a.s + 1 != a.o for a in axes)
        values, indices = POOL["max"][rank](t, k, s, before, d, ceil, return_indices=True)
        assert list(values.shape[-rank:]) == out, (values.shape, out)
        values, indices = values.numpy(), indices.numpy()
    else:
        # Room for every window, also the overhanging ones; what lies there is never greater than an element.
        least = -math.inf if t.is_floating_point() else torch.iinfo(t.dtype).min
        room = [max(0, (a.o - 1) * a.s + a.span - a.n - a.before) for a in axes]
        sides = [side for b, e in zip(reversed(before), reversed(room)) for side in (b, e)]
        padded = F.pad(t, sides, value=least)
        values, indices = POOL["max"][rank](padded, k, s, 0, d, return_indices=True)
        values, flat = values[crop].numpy(), indices[crop].numpy()
        indices = np.zeros_like(flat)
        inside = np.ones(flat.shape, dtype=bool)
        for axis, b, size in reversed(list(zip(axes, before, padded.shape[-rank:]))):
            position = flat % size - b
            flat = flat // size
            inside &= (position >= 0) & (position < axis.n)
            indices += position * math.prod([a.n for a in axes[axes.index(axis) + 1 :]])
        # Real taps that are all the lowest value tie with the padding: the first of them is the answer.
        first = np.zeros(out, dtype=np.int64)
        for axis in axes:
            starts = np.array([(axis.real(q) or [0])[0] for q in range(axis.o)])
            first = first * axis.n + starts.reshape([-1 if a is axis else 1 for a in axes])
        indices = np.where(inside, indices, first)
    real = outer([[len(axis.real(q)) for q in range(axis.o)] for axis in axes])
    indices = np.where(real > 0, indices, -1)
    expected = at_index(x, indices, rank, identity(str(x.dtype), not minimum))
    if minimum:
        values = -values
    filled = np.where(indices < 0, expected, values) if x.dtype.kind in "iu" else values
    assert same_bits(filled.astype(x.dtype), expected), (x.shape, axes[0].__dict__)
    return indices


def float_kind(r, dtype, more=()):
    kinds = ["normal", "normal", "normal", "ties", "ties", "nan", "rare", "zeros", "inf", "lowest", "highest", "tiny"]
    whole = ["full", "full", "full", "ties", "ties", "edge", "lowest", "highest"]
    return r.choice((kinds if dtype in REAL else whole) + list(more))


def start(family, op, rank, dtype, kind, shape):
    seed = family.next_seed()
    x = make_input(dtype, kind, seed, math.prod(shape)).reshape(shape)
    return {"op": op, "rank": rank, "dtype": dtype, "input": f"{kind}:{seed}", "shape": list(shape)}, x


def any_dtype(r, weight=5):
    return r.choice(["float32"] * weight + ["float64"] * 2 + ["float16"] + ["uint8"] * 3 + WHOLE[1:])


def generate_extremes(name):
    family = Family(name)
    r = family.random
    for rank, small, large in [(1, 90, 8), (2, 330, 45), (3, 110, 12)]:
        for i in range(small + large):
            dtype = any_dtype(r)
            shape = random_shape(r, rank, i >= small)
            case, x = start(family, f"{name}Pool", rank, dtype, float_kind(r, dtype), shape)
            padding = r.choice(["torch"] * 5 + ["relaxed", "explicit"])
            window, axes = random_window(r, rank, shape, large=i >= small, padding=padding)
            indices = extreme(x, rank, axes, name == "min")
            case |= window | {"out": indices.shape}
            family.result(case, "indices", indices)
            family.add(case)
        for dtype in REAL + WHOLE:
            for word in ["valid", "same", "same_lower"]:
                shape = random_shape(r, rank, False)
                for _ in range(1000):
                    window, axes = random_window(r, rank, shape, padding="none")
                    if word != "valid":
                        pads = [same_pads(a.n, a.k, a.s, a.d, word == "same_lower") for a in axes]
                        axes = [Axis(a.n, a.k, a.s, *p, a.d, False) for a, p in zip(axes, pads)]
                    else:
                        axes = [Axis(a.n, a.k, a.s, 0, 0, a.d, False) for a in axes]
                    if all(axis.o >= 1 for axis in axes):
                        break
                case, x = start(family, f"{name}Pool", rank, dtype, float_kind(r, dtype), shape)
                indices = extreme(x, rank, axes, name == "min")
                case |= window | {"padding": word, "out": indices.shape}
                family.result(case, "indices", indices)
                family.add(case)
    family.write()


# Averages and norms.


def round_half_up(numerator, denominator):
    """The quotient of integers to nearest, halves up. Python's own integers: nothing overflows."""
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    return (2 * numerator + denominator) // (2 * denominator)


def saturate(values, dtype):
    info = np.iinfo(dtype)
    return [min(max(int(v), int(info.min)), int(info.max)) for v in values]


def exact_sums(x, rank, window):
    """The sums of an integer input's windows: PyTorch's in float64 are exact."""
    t = torch.from_numpy(x.astype(np.float64))
    if rank == 1:  # avg_pool1d has no divisor_override
        return (
            F.avg_pool2d(
                t.unsqueeze(-2),
                [1] + window["k"],
                [1] + window["s"],
                [0] + window["p"],
                window["ceil"],
                divisor_override=1,
            )
            .squeeze(-2)
            .numpy()
        )
    return POOL["avg"][rank](t, window["k"], window["s"], window["p"], window["ceil"], divisor_override=1).numpy()


def average(x, rank, axes, ceil, counted, divisor):
    """avg_pool by PyTorch; integers by Poolscope's rounding of PyTorch's sums."""
    window = {"k": [a.k for a in axes], "s": [a.s for a in axes], "p": [a.before for a in axes], "ceil": ceil}
    t = torch.from_numpy(x if x.dtype.kind == "f" else x.astype(np.float64))
    arguments = [window["k"], window["s"], window["p"], ceil, counted]
    if divisor is not None:
        arguments.append(divisor)
    if t.dtype == torch.float16 and rank == 3:  # which PyTorch lacks
        t = t.float()
    if rank == 1 and divisor is not None:  # avg_pool1d has no divisor_override
        wide = [[1] + window["k"], [1] + window["s"], [0] + window["p"], ceil, counted, divisor]
        values = F.avg_pool2d(t.unsqueeze(-2), *wide).squeeze(-2)
    else:
        values = POOL["avg"][rank](t, *arguments)
    values = values.numpy()
    assert list(values.shape[-rank:]) == [a.o for a in axes]
    if x.dtype.kind == "f":
        return values.astype(x.dtype)
    sums = exact_sums(x, rank, window)
    if divisor is not None:
        divisors = np.full(values.shape, divisor)
    else:
        count = (lambda a, q: a.counted(q)) if counted else (lambda a, q: len(a.real(q)))
        divisors = np.broadcast_to(outer([[count(a, q) for q in range(a.o)] for a in axes]), values.shape)
    assert np.allclose(sums / divisors, values, rtol=1e-12, atol=1e-12)
    exact = [round_half_up(int(s), int(c)) for s, c in zip(sums.reshape(-1), divisors.reshape(-1))]
    return np.array(saturate(exact, x.dtype), dtype=np.int64).reshape(values.shape)


def fits_avg3d(rank, axes):
    return rank < 3 or all(a.n >= a.k for a in axes)


def generate_average(name):
    family = Family(name)
    r = family.random
    for rank, small, large in [(1, 80, 8), (2, 320, 45), (3, 110, 12)]:
        for i in range(small + large):
            dtype = any_dtype(r)
            shape = random_shape(r, rank, i >= small)
            while True:
                window, axes = random_window(r, rank, shape, large=i >= small, dilation=False)
                if fits_avg3d(rank, axes):
                    break
            kinds = ["normal", "normal", "ties", "rare", "rare", "nan", "huge", "zeros"]
            kind = r.choice(kinds) if dtype in REAL else float_kind(r, dtype, ["full", "edge"])
            case, x = start(family, "avgPool", rank, dtype, kind, shape)
            case |= window
            counted = r.random() < 0.5
            if not counted:
                case["counted"] = 0
            divisor = r.choice([None, None, None, None, 1, 2, 3, 7, -2, -5])
            if divisor is not None:
                case["divisor"] = divisor
            with np.errstate(all="ignore"):
                values = average(x, rank, axes, bool(window.get("ceil")), counted, divisor)
            case["out"] = values.shape
            family.result(case, "values", values)
            family.add(case)
    family.write()


def generate_norm(name):
    family = Family(name)
    r = family.random
    for rank, small, large in [(1, 60, 4), (2, 170, 16), (3, 60, 6)]:
        for i in range(small + large):
            dtype = r.choice(["float32"] * 4 + ["float64", "float64", "float16", "uint8", "int16", "uint16", "int32"])
            shape = random_shape(r, rank, i >= small)
            while True:
                window, axes = random_window(r, rank, shape, large=i >= small, dilation=False, padding="none")
                if fits_avg3d(rank, axes):
                    break
            norm = r.choice([1, 2, 2, 2, 3, 2.5, 4, math.inf] if dtype in REAL else [1, 2, 2, math.inf])
            # Sums of odd powers of both signs cancel; one sign keeps PyTorch's own error small.
            kinds = {1: ["positive", "ties"], 2: ["normal", "ties", "rare", "nan"], 4: ["normal", "ties"]}
            kind = r.choice(
                kinds.get(norm, ["positive"] if norm != math.inf else ["normal", "ties", "nan", "inf", "rare"])
            )
            if dtype in WHOLE:
                kind = r.choice(["full", "ties"]) if norm != 1 or dtype[0] == "u" else "full"
            if dtype == "float16" and (norm == 4 or kind == "rare"):
                kind = "ties"
            case, x = start(family, "lpPool", rank, dtype, kind, shape)
            case |= window | {"norm": "inf" if norm == math.inf else norm}
            t = torch.from_numpy(x.astype(np.float64) if dtype in WHOLE + ["float16"] else x)
            kernel = window["kernel"] if rank > 1 else window["kernel"][0]  # a list fails in lp_pool1d
            values = POOL["lp"][rank](t, norm, kernel, window.get("stride"), bool(window.get("ceil"))).numpy()
            assert list(values.shape[-rank:]) == [a.o for a in axes]
            if dtype in WHOLE:
                near = np.abs(values - np.floor(values) - 0.5)
                if norm != 1 and norm != math.inf and values.size and near.min() < 1e-6:
                    continue
                values = np.array(saturate(np.floor(values + 0.5).reshape(-1), dtype)).reshape(values.shape)
            if dtype == "float16":
                with np.errstate(over="ignore"):
                    values = values.astype(np.float16)
            case["out"] = values.shape
            family.result(case, "values", values)
            family.add(case)
    family.write()


# Adaptive, global, fractional.


def adaptive_axis(n, o):
    return [(i * n // o, -(-(i + 1) * n // o)) for i in range(o)]


def adaptive_extreme(x, rank, sizes):
    t = torch.from_numpy(x if x.dtype.kind == "f" else x.astype(np.float64))
    values, indices = POOL["adaptive_max"][rank](t, sizes, return_indices=True)
    indices = indices.numpy()
    assert same_bits(values.numpy().astype(x.dtype), at_index(x, indices, rank, 0))
    return indices


def adaptive_average(x, rank, sizes):
    t = torch.from_numpy(x if x.dtype.kind == "f" else x.astype(np.float64))
    if t.dtype == torch.float16 and rank == 3:  # PyTorch adds these up in float16
        t = t.float()
    values = POOL["adaptive_avg"][rank](t, sizes).numpy()
    if x.dtype.kind == "f":
        return values.astype(x.dtype)
    counts = outer([[b - a for a, b in adaptive_axis(n, o)] for n, o in zip(x.shape[-rank:], values.shape[-rank:])])
    counts = np.broadcast_to(counts, values.shape)
    sums = np.rint(values * counts)
    assert np.allclose(sums, values * counts, rtol=1e-12, atol=1e-3)
    exact = [round_half_up(int(s), int(c)) for s, c in zip(sums.reshape(-1), counts.reshape(-1))]
    return np.array(saturate(exact, x.dtype), dtype=np.int64).reshape(values.shape)


def generate_adaptive(name):
    family = Family(name)
    r = family.random
    for rank, small, large in [(1, 60, 4), (2, 150, 12), (3, 60, 4)]:
        for op in ["adaptiveMaxPool", "adaptiveAvgPool"]:
            for i in range(small + large):
                dtype = any_dtype(r)
                shape = random_shape(r, rank, i >= small)
                n = shape[-rank:]
                sizes = [r.choice([None, 1, 2, 3, r.randint(1, 9), r.randint(1, a + 2)]) for a in n]
                if i >= small:
                    sizes = [r.randint(1, a) for a in n]
                elif r.random() < 0.03:
                    sizes[r.randrange(rank)] = 0
                if math.prod(a if s is None else s for s, a in zip(sizes, n)) > 6000:
                    sizes = [7] * rank
                if op == "adaptiveMaxPool":
                    kind = float_kind(r, dtype)
                else:
                    kind = r.choice(["normal", "ties", "rare", "nan"]) if dtype in REAL else float_kind(r, dtype)
                case, x = start(family, op, rank, dtype, kind, shape)
                case["size"] = sizes
                asked = [a if s is None else s for s, a in zip(sizes, n)]
                result = (adaptive_extreme if op == "adaptiveMaxPool" else adaptive_average)(x, rank, asked)
                case["out"] = result.shape
                family.result(case, "indices" if op == "adaptiveMaxPool" else "values", result)
                family.add(case)
        for op in ["globalMaxPool", "globalAvgPool"]:
            for dtype in REAL + WHOLE:
                for large in [False, True]:
                    shape = random_shape(r, rank, large)
                    kind = r.choice(["normal", "rare", "ties"]) if dtype in REAL else float_kind(r, dtype)
                    case, x = start(family, op, rank, dtype, kind, shape)
                    one = [1] * rank
                    result = (adaptive_extreme if op == "globalMaxPool" else adaptive_average)(x, rank, one)
                    case["out"] = result.shape
                    family.result(case, "indices" if op == "globalMaxPool" else "values", result)
                    family.add(case)
    family.write()


def generate_fractional(name):
    family = Family(name)
    r = family.random
    torch_of = {2: F.fractional_max_pool2d, 3: F.fractional_max_pool3d}
    for rank, count in [(2, 200), (3, 90)]:
        for i in range(count):
            dtype = r.choice(["float32"] * 4 + ["float64"] * 2 + ["float16", "uint8", "int16"])
            shape = random_shape(r, rank, i % 12 == 0)
            n = shape[-rank:]
            kernel, sizes = [], []
            spare = rank - 2  # size + kernel - 1 may reach the input's size in 2-d, not in 3-d
            if min(n) <= spare:
                continue
            for a in n:
                k = r.randint(1, min(a - spare, 4))
                kernel.append(k)
                sizes.append(r.randint(1, a - k + 1 - spare))
            if math.prod(sizes) > 3000:
                continue
            case, x = start(family, "fractionalMaxPool", rank, dtype, float_kind(r, dtype), shape)
            kind, seed = r.choice(["uniform"] * 4 + ["zero", "half"]), family.next_seed()
            planes = math.prod(shape[:-rank])
            samples = make_samples(dtype, kind, seed, planes * rank)
            # In float16 PyTorch rounds the windows' places to 11 bits; Poolscope computes them in float32.
            own = torch.float64 if dtype in WHOLE else torch.float32 if dtype == "float16" else getattr(torch, dtype)
            batch = shape[0] if len(shape) == rank + 2 else 1
            given = torch.from_numpy(samples).to(own).reshape(batch, shape[-rank - 1], rank)
            t = torch.from_numpy(x).to(own)
            values, indices = torch_of[rank](t, kernel, sizes, return_indices=True, _random_samples=given)
            indices = indices.numpy()
            assert same_bits(values.numpy().astype(x.dtype), at_index(x, indices, rank, 0))
            case |= {"kernel": kernel, "size": sizes, "samples": f"{kind}:{seed}", "out": indices.shape}
            family.result(case, "indices", indices)
            family.add(case)
    # Places where float32 and float64 arithmetic choose another window: PyTorch computes in the input's type.
    found = 0
    for n in range(4, 200):
        for o in range(2, min(n, 60)):
            k = 1
            if o + k - 1 > n or found >= 40:
                continue
            starts = {}
            for dtype in (np.float32, np.float64):
                alpha = dtype(n - k) / dtype(o - 1)
                starts[dtype] = [int(dtype(j) * alpha) for j in range(o - 1)]
            if starts[np.float32] == starts[np.float64] or r.random() < 0.8:
                continue
            found += 1
            for dtype in ["float32", "float64"]:
                case, x = start(family, "fractionalMaxPool", 2, dtype, "normal", [1, 1, n])
                samples = torch.zeros(1, 1, 2, dtype=getattr(torch, dtype))
                _, indices = F.fractional_max_pool2d(
                    torch.from_numpy(x), [1, k], [1, o], return_indices=True, _random_samples=samples
                )
                case |= {"kernel": [1, k], "size": [1, o], "samples": "zero:0", "out": indices.shape}
                family.result(case, "indices", indices.numpy())
                family.add(case)
    family.write()


# Looking back: unpool and gradients.


def generate_unpool(name):
    family = Family(name)
    r = family.random
    for rank, count in [(1, 60), (2, 120), (3, 60)]:
        made = 0
        while made < count:
            dtype = r.choice(["float32"] * 3 + ["float64"] * 2 + ["float16", "uint8", "int16", "uint16", "int32"])
            source = random_shape(r, rank, False)
            window, axes = random_window(r, rank, source, dilation=False)
            k, s = [a.k for a in axes], [a.s for a in axes]
            p = [a.before for a in axes]
            default = [(a.o - 1) * b + c - 2 * d for a, b, c, d in zip(axes, s, k, p)]
            sizes = None
            if r.random() < 0.5:
                sizes = [r.randint(max(0, a - b + 1), a + b - 1) for a, b in zip(default, s)]
            target = sizes or default
            if min(target) < 1 or math.prod(target) > 200:
                continue
            shape = source[:-rank] + [a.o for a in axes]
            case, x = start(
                family,
                "maxUnpool",
                rank,
                dtype,
                r.choice(["ties", "normal", "nan"] if dtype in REAL else ["full"]),
                shape,
            )
            room = math.prod(target)
            count_of = math.prod(shape)
            indices = (noise(count_of, family.next_seed()).astype(np.int64) >> 4) % room
            if r.random() < 0.5 and sizes == source[-rank:]:
                original = make_input("float64", "normal", 1, math.prod(source)).reshape(source)
                indices = extreme(original, rank, axes, False).reshape(-1)
            t = torch.from_numpy(x.astype(np.float64) if dtype in WHOLE else x)
            given = torch.from_numpy(indices.reshape(shape))
            values = POOL["unpool"][rank](t, given, k, s, p, sizes).numpy()
            case |= {"kernel": k, "stride": s, "padding": p} | ({"size": sizes} if sizes else {})
            case |= {"given": family.put(indices, "i2"), "out": values.shape}
            family.result(case, "values", values.astype(np.int64) if dtype in WHOLE else values)
            family.add(case)
            made += 1
    family.write()


def generate_backward(name):
    family = Family(name)
    r = family.random

    def gradient(op, rank, dtype, kind, forward, x, given=None, **more):
        """Autograd's gradient of forward at x, for an upstream gradient of the given kind."""
        wide = torch.float64 if dtype in WHOLE else getattr(torch, dtype)
        leaf = torch.from_numpy(x).to(wide).requires_grad_()
        y = forward(leaf)
        case, g = start(family, op, rank, dtype, kind, y.shape)
        y.backward(torch.from_numpy(g.astype(np.float64) if dtype in WHOLE else g))
        values = leaf.grad.numpy()
        if dtype in WHOLE:
            values = np.array(saturate(np.floor(values + 0.5).reshape(-1), dtype)).reshape(values.shape)
        case |= more | {"of": x.shape}
        if given is not None:
            case["given"] = family.put(given, "i2")
        case["out"] = values.shape
        family.result(case, "values", values)
        family.add(case)

    def dtype_and_kind():
        dtype = r.choice(["float32"] * 3 + ["float64"] * 2 + ["float16", "uint8", "int16", "int32"])
        return dtype, r.choice(["normal", "ties"]) if dtype in REAL else r.choice(["full", "ties"])

    for rank, count in [(1, 40), (2, 100), (3, 40)]:
        for i in range(count):
            dtype, kind = dtype_and_kind()
            shape = random_shape(r, rank, False)
            source = make_input("float64", r.choice(["normal", "ties", "nan"]), family.next_seed(), math.prod(shape))
            source = source.reshape(shape)
            while True:  # a window without a real tap makes PyTorch write outside the plane
                window, axes = random_window(r, rank, shape)
                if all(axis.real(q) for axis in axes for q in range(axis.o)):
                    break
            forwards = [
                lambda t: POOL["max"][rank](
                    t,
                    window["kernel"],
                    window.get("stride"),
                    window.get("padding", 0),
                    window.get("dilation", 1),
                    bool(window.get("ceil")),
                    return_indices=True,
                )
            ]
            sizes = [r.randint(1, a + 1) for a in shape[-rank:]]
            forwards.append(lambda t: POOL["adaptive_max"][rank](t, sizes, return_indices=True))
            if rank == 2 and i % 3 == 0:
                parts = [r.randint(1, min(a, 3)) for a in shape[-rank:]]
                small = [r.randint(1, a - k + 1) for a, k in zip(shape[-rank:], parts)]
                batch = shape[0] if len(shape) == 4 else 1
                samples = torch.rand(
                    batch, shape[-3], 2, generator=torch.Generator().manual_seed(i), dtype=torch.float64
                )
                forwards = [
                    lambda t: F.fractional_max_pool2d(
                        t, parts, small, return_indices=True, _random_samples=samples.to(t.dtype)
                    )
                ]
            forward = forwards[i % len(forwards)]
            # Of float16 the indices must be those of its own values.
            own = source.astype(dtype) if dtype in REAL else source
            _, indices = forward(torch.from_numpy(own))
            gradient("maxPoolBackward", rank, dtype, kind, lambda t: forward(t)[0], own, indices.numpy())
        for _ in range(count):
            dtype, kind = dtype_and_kind()
            shape = random_shape(r, rank, False)
            while True:
                window, axes = random_window(r, rank, shape, dilation=False)
                if fits_avg3d(rank, axes):
                    break
            counted = r.random() < 0.5
            divisor = r.choice([None, None, 3, -2]) if rank > 1 else None
            if dtype == "float16":
                dtype = "float32"
            if dtype in WHOLE:  # only quotients that are exact: Poolscope's sums are of doubles
                if rank == 1:
                    continue
                divisor = r.choice([1, 2, 4])
            more = (
                dict(window) | ({} if counted else {"counted": 0}) | ({} if divisor is None else {"divisor": divisor})
            )
            arguments = [
                window["kernel"],
                window.get("stride"),
                window.get("padding", 0),
                bool(window.get("ceil")),
                counted,
            ]
            if divisor is not None:
                arguments.append(divisor)
            zeros = np.zeros(shape)
            gradient("avgPoolBackward", rank, dtype, kind, lambda t: POOL["avg"][rank](t, *arguments), zeros, **more)
        for _ in range(count // 2):
            dtype, kind = dtype_and_kind()
            if dtype in WHOLE or dtype == "float16":
                dtype = "float64"
                kind = "normal"
            shape = random_shape(r, rank, False)
            sizes = [r.randint(1, a + 2) for a in shape[-rank:]]
            gradient(
                "adaptiveAvgPoolBackward",
                rank,
                dtype,
                kind,
                lambda t: POOL["adaptive_avg"][rank](t, sizes),
                np.zeros(shape),
            )
    family.write()


# ONNX.


def onnx_loops(op, x, axes, counted, p):
    """MaxPool, AveragePool and LpPool by the text of the standard, plainly."""
    rank = len(axes)
    lead = x.shape[:-rank]
    values = np.zeros(lead + tuple(a.o for a in axes))
    indices = np.full(values.shape, -1, dtype=np.int64)
    strides = [math.prod([b.n for b in axes[i + 1 :]]) for i in range(rank)]
    for q in np.ndindex(*[a.o for a in axes]):
        taps = [()]
        for a, at in zip(axes, q):
            taps = [t + (u,) for t in taps for u in a.real(at)]
        for plane in np.ndindex(*lead):
            cells = [float(x[plane + t]) for t in taps]
            if op == "MaxPool":
                best = -math.inf
                for t, v in zip(taps, cells):
                    if v > best or indices[plane + q] < 0:
                        best, indices[plane + q] = v, sum(a * b for a, b in zip(t, strides))
                values[plane + q] = best
            elif op == "AveragePool":
                count = math.prod(a.counted(at) for a, at in zip(axes, q)) if counted else len(cells)
                values[plane + q] = math.fsum(cells) / count if count else 0
            else:
                values[plane + q] = math.fsum(abs(v) ** p for v in cells) ** (1 / p)
    return values, indices


def generate_onnx(name):
    import onnx
    import onnxruntime as ort
    from onnx import TensorProto, helper
    from onnx.reference import ReferenceEvaluator

    ort.set_default_logger_severity(4)
    family = Family(name)
    r = family.random
    tally, alone = {}, []

    def others(op, attributes, x):
        outputs = ["y", "i"] if op == "MaxPool" else ["y"]
        node = helper.make_node(op, ["x"], outputs, **attributes)
        kinds = {"y": TensorProto.FLOAT, "i": TensorProto.INT64}
        graph = helper.make_graph(
            [node],
            "g",
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, x.shape)],
            [helper.make_tensor_value_info(o, kinds[o], None) for o in outputs],
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 22)], ir_version=10)
        answers = {}
        try:
            answers["reference"] = ReferenceEvaluator(model).run(None, {"x": x})
        except Exception as error:
            answers["reference"] = error
        try:
            session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
            answers["onnxruntime"] = session.run(None, {"x": x})
        except Exception as error:
            answers["onnxruntime"] = error
        return answers

    for rank, count in [(1, 60), (2, 260), (3, 60)]:
        for _ in range(count):
            op = r.choice(["MaxPool", "AveragePool", "LpPool"])
            shape = [r.randint(1, 2), r.randint(1, 2)] + [r.randint(2, {1: 24, 2: 10, 3: 6}[rank]) for _ in range(rank)]
            word = r.choice([None] * 4 + ["valid", "same", "same_lower"])
            while True:
                window, axes = random_window(r, rank, shape, padding="explicit" if word is None else "none")
                if word is not None:
                    window.pop("ceil", None)
                    pads = [
                        (0, 0) if word == "valid" else same_pads(a.n, a.k, a.s, a.d, word == "same_lower") for a in axes
                    ]
                    axes = [Axis(a.n, a.k, a.s, *p, a.d, False) for a, p in zip(axes, pads)]
                    window["padding"] = word
                full = all(axis.real(q) for axis in axes for q in range(axis.o))
                if all(axis.o >= 1 for axis in axes) and (full or r.random() < 0.1) and fits_avg3d(rank, axes):
                    break
            kind = "normal" if op != "MaxPool" else r.choice(["normal", "ties"])
            name_of = {"MaxPool": "maxPool", "AveragePool": "avgPool", "LpPool": "lpPool"}[op]
            case, x = start(family, name_of, rank, "float32", kind, shape)
            attributes = {
                "kernel_shape": window["kernel"],
                "strides": [a.s for a in axes],
                "dilations": [a.d for a in axes],
            }
            if word is None:
                attributes |= {
                    "pads": [a.before for a in axes] + [a.after for a in axes],
                    "ceil_mode": window.get("ceil", 0),
                }
            else:
                attributes["auto_pad"] = {"valid": "VALID", "same": "SAME_UPPER", "same_lower": "SAME_LOWER"}[word]
            case |= window
            counted, p = False, 2
            if op == "AveragePool":
                counted = r.random() < 0.5
                attributes["count_include_pad"] = int(counted)
                if not counted:
                    case["counted"] = 0
            if op == "LpPool":
                p = r.choice([1, 2, 2, 3, 4])
                attributes["p"] = p
                case |= {"norm": p, "convention": "onnx"}
            values, indices = onnx_loops(op, x, axes, counted, p)
            agreed = False
            for who, answer in others(op, attributes, x).items():
                key = (
                    who,
                    op,
                    word or "explicit",
                    "ceil" if window.get("ceil") else "floor",
                    "dilated" if "dilation" in window else "plain",
                    "full" if full else "empty windows",
                    f"counted={int(counted)}" if op == "AveragePool" else "",
                )
                if isinstance(answer, Exception):
                    verdict = f"refuses ({type(answer).__name__})"
                elif answer[0].shape != values.shape:
                    verdict = "another shape"
                elif not np.allclose(
                    answer[0][np.broadcast_to(indices >= 0, values.shape) if op == "MaxPool" else ...],
                    values[indices >= 0] if op == "MaxPool" else values,
                    rtol=1e-5,
                    atol=1e-5,
                ):
                    verdict = "other values"
                elif (
                    op == "MaxPool"
                    and full
                    and not np.array_equal(
                        answer[1],
                        indices + np.arange(shape[0] * shape[1]).reshape(shape[:2] + [1] * rank) * math.prod(shape[2:]),
                    )
                ):
                    verdict = "other indices"
                else:
                    verdict = "agrees"
                tally.setdefault(verdict, {}).setdefault(key, []).append((shape, attributes))
                agreed |= verdict == "agrees"
            if not agreed:
                alone.append((op, shape, attributes))
            case["out"] = values.shape
            if op == "MaxPool":
                family.result(case, "indices", indices)
            else:
                family.result(case, "values", values)
            family.add(case)
    family.write()
    total = sum(len(v) for kinds in tally.values() for v in kinds.values())
    print(f"  onnx {onnx.__version__} and onnxruntime {ort.__version__}: {total} answers")
    print(f"  neither agrees: {len(alone)}", *alone, sep="\n      ")
    for verdict, kinds in sorted(tally.items()):
        print(f"  {verdict}: {sum(map(len, kinds.values()))}")
        if verdict != "agrees":
            for key, examples in sorted(kinds.items()):
                print("     ", len(examples), *key, "e.g.", examples[0])


# The tutorial's experiment on the page's picture.


def read_png(path):
    """An 8-bit RGB picture as an array (height, width, 3); no interlace, no palette."""
    data, at, packed = path.read_bytes(), 8, b""
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colour, _, _, interlace = struct.unpack(">IIBBBBB", body)
            assert (depth, colour, interlace) == (8, 2, 0)
        elif kind == b"IDAT":
            packed += body
        at += length + 12
    raw, stride = zlib.decompress(packed), width * 3
    rows, above = [], [0] * stride
    for y in range(height):
        rule, line = raw[y * (stride + 1)], list(raw[y * (stride + 1) + 1 : (y + 1) * (stride + 1)])
        for i in range(stride):
            left = line[i - 3] if i >= 3 else 0
            corner = above[i - 3] if i >= 3 else 0
            guess = [0, left, above[i], (left + above[i]) // 2, 0][rule]
            if rule == 4:
                p = left + above[i] - corner
                guess = min((left, above[i], corner), key=lambda v: (abs(p - v), (left, above[i], corner).index(v)))
            line[i] = (line[i] + guess) & 255
        rows.append(line)
        above = line
    return np.array(rows, dtype=np.uint8).reshape(height, width, 3)


def generate_picture(name):
    picture = read_png(PICTURE)
    planes = torch.from_numpy(picture.transpose(2, 0, 1).copy())
    windows = [
        dict(kernel_size=6, stride=2),
        dict(kernel_size=6, stride=2, ceil_mode=True),
        dict(kernel_size=6, stride=2, padding=3),
        dict(kernel_size=6, stride=2, dilation=2),
        dict(kernel_size=6, stride=2, padding=3, dilation=2, ceil_mode=True),
        dict(kernel_size=(3, 7), stride=(2, 5), padding=(1, 3)),
        dict(kernel_size=2),
        dict(kernel_size=15, stride=1, padding=7),
    ]
    cases = []
    for window in windows:
        for op in ["max", "min", "avg"]:
            if op == "avg" and "dilation" in window:
                continue
            if op == "avg":
                k = window["kernel_size"]
                k = list(k) if isinstance(k, tuple) else [k, k]
                s, p = window.get("stride", k), window.get("padding", 0)
                s, p = ([v, v] if isinstance(v, int) else list(v) for v in (s, p))
                ceil = window.get("ceil_mode", False)
                axes = [
                    Axis(n, *v, 1, ceil) for n, v in zip(planes.shape[1:], [(a, b, c, c) for a, b, c in zip(k, s, p)])
                ]
                pooled = average(planes.numpy(), 2, axes, ceil, True, None)
            elif op == "min":
                pooled = -F.max_pool2d(-planes.to(torch.int16), **window).numpy()
            else:
                pooled = F.max_pool2d(planes, **window).numpy()
            rgb = pooled.astype(np.uint8).transpose(1, 2, 0)
            cases.append(
                {
                    "op": op,
                    "options": window,
                    "shape": list(pooled.shape),
                    "sha256": hashlib.sha256(rgb.tobytes()).hexdigest(),
                    "first": rgb[0, 0].tolist(),
                }
            )
    _, indices = F.max_pool2d(planes, 6, 2, return_indices=True)
    document = {
        "picture": "web/page/pictures/spaceship.png",
        "sha256": hashlib.sha256(picture.tobytes()).hexdigest(),
        "shape": list(planes.shape),
        "indices": hashlib.sha256(indices.numpy().astype("<i4").tobytes()).hexdigest(),
        "note": "SHA-256 of RGB bytes, row by row; of the experiment's indices (kernel 6, stride 2) as int32, plane by plane",
        "cases": cases,
    }
    (DATA / f"{name}.json").write_text(json.dumps(document, indent=1) + "\n")
    print(f"{name}: {len(cases)} cases")


# What PyTorch refuses.


def generate_refusals(name):
    calls = []

    def call(op, shape, options, function, *, note=None, indices=None):
        """`options` are the module's; `function` makes the same call of PyTorch."""
        try:
            result = function(torch.zeros(shape))
        except Exception as error:
            sentence = str(error).split("\n")[0]
            entry = {"op": op, "shape": shape, "options": options, "error": type(error).__name__, "sentence": sentence}
        else:
            result = result[0] if isinstance(result, tuple) else result
            entry = {"op": op, "shape": shape, "options": options, "accepted": list(result.shape)}
        if indices is not None:
            entry["indices"] = indices
        calls.append(entry)

    snake = {
        "kernelSize": "kernel_size",
        "ceilMode": "ceil_mode",
        "countIncludePad": "count_include_pad",
        "divisorOverride": "divisor_override",
    }
    windows = [
        dict(kernelSize=2, stride=0),
        dict(kernelSize=[2, 3], stride=[1, 0]),
        dict(kernelSize=2, stride=-1),
        dict(kernelSize=[3, 2], stride=[2, -2]),
        dict(kernelSize=0),
        dict(kernelSize=0, stride=1),
        dict(kernelSize=[2, 0], stride=1),
        dict(kernelSize=-1, stride=1),
        dict(kernelSize=-3, stride=2, padding=-1),
        dict(kernelSize=3, padding=-1),
        dict(kernelSize=[3, 3], padding=[0, -2]),
        dict(kernelSize=3, padding=2),
        dict(kernelSize=[5, 3], padding=[2, 2]),
        dict(kernelSize=[3, 5], padding=[2, 2]),
        dict(kernelSize=1, padding=1),
        dict(kernelSize=2, padding=2, stride=0),
        dict(kernelSize=0, stride=0),
        dict(kernelSize=9),
        dict(kernelSize=[9, 2]),
        dict(kernelSize=[2, 9], stride=1),
        dict(kernelSize=9, ceilMode=True),
        dict(kernelSize=10, stride=2, ceilMode=True),
        dict(kernelSize=12, stride=3, padding=1),
        dict(kernelSize=20, stride=1, padding=5),
        dict(kernelSize=[2, 2, 2, 2]),
        dict(kernelSize=2, stride=[1, 1, 1, 1]),
        dict(kernelSize=3, padding=[1, 1, 1, 1, 1]),
        dict(kernelSize=[]),
    ]
    dilated = [
        dict(kernelSize=2, dilation=0),
        dict(kernelSize=2, dilation=-1),
        dict(kernelSize=[2, 2], dilation=[1, 0]),
        dict(kernelSize=3, dilation=4),
        dict(kernelSize=3, stride=2, dilation=4, ceilMode=True),
        dict(kernelSize=3, padding=2, dilation=2),
        dict(kernelSize=3, padding=3, dilation=2),
        dict(kernelSize=3, padding=3, dilation=3),
        dict(kernelSize=3, padding=4, dilation=3),
        dict(kernelSize=2, padding=1, dilation=2),
        dict(kernelSize=2, padding=2, dilation=3),
        dict(kernelSize=2, padding=2, dilation=2),
        dict(kernelSize=1, padding=1, dilation=5),
        dict(kernelSize=[3, 3], padding=[2, 1], dilation=[2, 1]),
        dict(kernelSize=2, dilation=[1, 1, 1, 1]),
        dict(kernelSize=5, padding=4, dilation=2, stride=0),
        dict(kernelSize=2, padding=1, dilation=0),
        dict(kernelSize=3, padding=1, dilation=0),
        dict(kernelSize=3, dilation=[2, -1], stride=-1),
    ]
    good = {1: [3, 8], 2: [3, 8, 7], 3: [2, 8, 7, 6]}
    for rank in (1, 2, 3):

        def fit(value):
            """One of the windows above, with lists of as many axes as there are; None where it makes no sense."""
            if isinstance(value, list) and len(value) == 2:
                return {1: [value[1]], 2: value, 3: [value[0], value[1], value[1]]}[rank]
            if isinstance(value, list) and len(value) in (4, 5) and rank == 3:
                return value[:1] * (len(value) if len(value) != 6 else 4)
            return value

        for op, torch_op, options in [
            (f"maxPool{rank}d", POOL["max"][rank], windows + dilated),
            (f"maxPool{rank}dWithIndices", POOL["max"][rank], windows + dilated),
            (f"avgPool{rank}d", POOL["avg"][rank], windows),
        ]:
            more = {"return_indices": True} if op.endswith("Indices") else {}
            for option in options:
                option = {key: fit(value) for key, value in option.items()}
                # Lists of twice the rank are Poolscope's explicit padding, not PyTorch's error.
                if isinstance(option.get("padding"), list) and len(option["padding"]) == 2 * rank:
                    continue
                call(
                    op,
                    good[rank],
                    option,
                    lambda t: torch_op(t, **{snake.get(k, k): v for k, v in option.items()}, **more),
                )
            shapes = {
                1: [[0, 8], [3, 0], [2, 0, 8], [2, 3, 0], [8], [1, 2, 3, 8], [0, 3, 8]],
                2: [
                    [0, 8, 8],
                    [3, 0, 8],
                    [3, 8, 0],
                    [2, 0, 8, 8],
                    [2, 3, 0, 8],
                    [2, 3, 8, 0],
                    [8],
                    [1, 2, 3, 8, 8],
                    [0, 3, 8, 8],
                ],
                3: [
                    [0, 8, 8, 8],
                    [3, 0, 8, 8],
                    [3, 8, 8, 0],
                    [2, 0, 8, 8, 8],
                    [2, 3, 8, 0, 8],
                    [8, 8],
                    [8, 8, 8],
                    [1, 1, 1, 8, 8, 8],
                    [0, 3, 8, 8, 8],
                ],
            }
            for shape in shapes[rank]:
                call(op, shape, dict(kernelSize=2), lambda t: torch_op(t, 2, **more))
        if rank > 1:
            for option in [
                dict(kernelSize=2, divisorOverride=0),
                dict(kernelSize=0, divisorOverride=0),
                dict(kernelSize=2, stride=0, divisorOverride=0),
                dict(kernelSize=2, divisorOverride=-3),
            ]:
                call(
                    f"avgPool{rank}d",
                    good[rank],
                    option,
                    lambda t: POOL["avg"][rank](t, **{snake.get(k, k): v for k, v in option.items()}),
                )
        for option in [
            dict(normType=0, kernelSize=2),
            dict(normType=2, kernelSize=0),
            dict(normType=2, kernelSize=9),
            dict(normType=2, kernelSize=9, ceilMode=True),
            dict(normType=2, kernelSize=2, stride=0),
            dict(normType=math.inf, kernelSize=9),
            dict(normType=math.inf, kernelSize=9, ceilMode=True),
            dict(normType=-math.inf, kernelSize=2),
            dict(normType=math.nan, kernelSize=2),
        ]:
            words = {math.inf: "Infinity", -math.inf: "-Infinity"}
            call(
                f"lpPool{rank}d",
                good[rank],
                {k: "NaN" if v != v else words.get(v, v) if k == "normType" else v for k, v in option.items()},
                lambda t: POOL["lp"][rank](
                    t, option["normType"], option["kernelSize"], option.get("stride"), option.get("ceilMode", False)
                ),
            )
        for op, torch_op in [
            (f"adaptiveMaxPool{rank}d", POOL["adaptive_max"][rank]),
            (f"adaptiveAvgPool{rank}d", POOL["adaptive_avg"][rank]),
        ]:
            for size in [-1, -2, [-1] + [2] * (rank - 1), [2] * (rank - 1) + [-3], [2] * (rank + 1), 0]:
                call(op, good[rank], dict(outputSize=size), lambda t: torch_op(t, size))
            for shape in [
                [0] + [8] * rank,
                [3, 0] + [8] * (rank - 1),
                [2, 0] + [8] * rank,
                [2, 3] + [8] * (rank - 1) + [0],
                [8] * (rank + 3),
                [8],
                [0, 3] + [8] * rank,
            ]:
                call(op, shape, dict(outputSize=2), lambda t: torch_op(t, 2))
        if rank > 1:
            fractional = {2: F.fractional_max_pool2d, 3: F.fractional_max_pool3d}[rank]
            for option in [
                dict(kernelSize=2, outputSize=8),
                dict(kernelSize=[2] * rank, outputSize=[3] * (rank - 1) + [7]),
                dict(kernelSize=2),
                dict(kernelSize=2, outputRatio=1.5),
                dict(kernelSize=2, outputRatio=0.0),
                dict(kernelSize=2, outputSize=3, outputRatio=0.5),
                dict(kernelSize=0, outputSize=3),
                dict(kernelSize=2, outputSize=[7, 6, 5][3 - rank :] if rank == 3 else [7, 6]),
                dict(kernelSize=3, outputSize=[5, 4, 3][3 - rank :] if rank == 3 else [6, 5]),
                dict(kernelSize=2, outputSize=0),
                dict(kernelSize=2, outputSize=-1),
                dict(kernelSize=9, outputSize=1),
            ]:
                call(
                    f"fractionalMaxPool{rank}dWithIndices",
                    good[rank],
                    option,
                    lambda t: getattr(torch.nn, f"FractionalMaxPool{rank}d")(
                        option["kernelSize"], option.get("outputSize"), option.get("outputRatio")
                    )(t),
                )
            for shape in [[0] + [8] * rank, [2, 3] + [8] * (rank - 1) + [0], [8] * (rank + 3)]:
                call(
                    f"fractionalMaxPool{rank}dWithIndices",
                    shape,
                    dict(kernelSize=2, outputSize=3),
                    lambda t: fractional(t, 2, 3),
                )
        unpool = POOL["unpool"][rank]
        pooled = [1] + [2] * rank
        plain = list(range(2**rank))
        for option, indices, shape in [
            (dict(kernelSize=2), plain[:-1] + [4**rank], pooled),
            (dict(kernelSize=2), plain[:-1] + [-5], pooled),
            (dict(kernelSize=2, outputSize=[6] * rank), plain, pooled),
            (dict(kernelSize=2, outputSize=[2] * rank), plain, pooled),
            (dict(kernelSize=2, outputSize=[4] * (rank - 1) + [9]), plain, pooled),
            (dict(kernelSize=2, outputSize=[4] * (rank + 1)), plain, pooled),
            (dict(kernelSize=2, stride=0), plain, pooled),
            (dict(kernelSize=2, stride=-1), plain, pooled),
            (dict(kernelSize=1, padding=3), plain, pooled),
            (
                dict(kernelSize=2),
                plain * 8 * 2 ** (3 - rank) * 2,
                [1] * 2 + pooled + [2] * (4 - rank) if rank < 3 else [1, 1] + pooled,
            ),
            (dict(kernelSize=2), [], [1, 0] + [2] * (rank - 1)),
        ]:
            if math.prod(shape) != len(indices):
                indices = (plain * 64)[: math.prod(shape)]
            given = torch.tensor(indices, dtype=torch.int64).reshape(shape)
            call(
                f"maxUnpool{rank}d",
                shape,
                option,
                lambda t: unpool(
                    t,
                    given,
                    option["kernelSize"],
                    option.get("stride"),
                    option.get("padding", 0),
                    option.get("outputSize"),
                ),
                indices=indices,
            )
    lines = ",\n".join(" " + json.dumps(entry) for entry in calls)
    (DATA / f"{name}.json").write_text(f"[\n{lines}\n]\n")
    refused = sum("sentence" in entry for entry in calls)
    print(f"{name}: {refused} refused, {len(calls) - refused} accepted")


FAMILIES = {
    "max": generate_extremes,
    "min": generate_extremes,
    "avg": generate_average,
    "lp": generate_norm,
    "adaptive": generate_adaptive,
    "fractional": generate_fractional,
    "unpool": generate_unpool,
    "backward": generate_backward,
    "onnx": generate_onnx,
    "picture": generate_picture,
    "refusals": generate_refusals,
}


def main():
    if not torch.__version__.startswith("2.13.0"):
        sys.exit(f"The goldens are PyTorch 2.13.0's, this is {torch.__version__}.")
    warnings.filterwarnings("ignore")
    torch.set_num_threads(1)  # among equal indices the last one written stays
    DATA.mkdir(exist_ok=True)
    for name in sys.argv[1:] or FAMILIES:
        FAMILIES[name](name)


if __name__ == "__main__":
    main()
