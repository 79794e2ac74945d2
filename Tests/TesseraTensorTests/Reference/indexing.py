"""Writes indexing.json: what NumPy answers to indexing and broadcasting. Run: python3 indexing.py

x is always arange(size) of the given shape; assigned values are -1 - arange(size).
"""

import json
import pathlib

import numpy as np

NEW, DOTS = None, Ellipsis


def s(start=None, stop=None, step=None):
    return slice(start, stop, step)


def ints(*values):
    return np.array(values, dtype=np.int64)


def mask(shape, every):
    return np.arange(np.prod(shape)).reshape(shape) % every == 0


INDEXED = [
    ((5,), [0]), ((5,), [-1]), ((5,), [s(1, 4)]), ((5,), [s(None, None, 2)]), ((5,), [s(-3)]),
    ((5,), [s(None, -2)]), ((5,), [s(3, 1)]), ((5,), [s(2, 100)]), ((5,), [s(-100, 2)]),
    ((5,), [s(None, None, -1)]), ((5,), [s(3, 0, -1)]), ((5,), [s(None, None, -2)]),
    ((5,), [s(None, 1, -1)]), ((5,), [s(-2, None, -3)]), ((5,), [s(0, 3, -1)]), ((5,), [s(9, -9, -2)]),
    ((5,), [NEW]), ((5,), [s(), NEW]), ((5,), [DOTS]), ((5,), [DOTS, 2]),
    ((3, 4), [1]), ((3, 4), [1, 2]), ((3, 4), [-1, -1]), ((3, 4), [s(), 0]), ((3, 4), [s(1), s(None, 2)]),
    ((3, 4), [DOTS, 1]), ((3, 4), [1, DOTS]), ((3, 4), [NEW, 1, NEW]), ((3, 4), [s(None, None, -1), s(None, None, 2)]),
    ((2, 3, 4), [DOTS]), ((2, 3, 4), [0, DOTS, 1]), ((2, 3, 4), [DOTS, NEW]), ((2, 3, 4), [s(), 1]),
    ((2, 3, 4), [s(), s(None, None, 2), s(1, 3)]), ((2, 3, 4), [1, s(), -1]), ((2, 3, 4), [NEW, DOTS, NEW, 0]),
    ((5,), [ints(0, 2, 2)]), ((5,), [ints(-1, -5)]), ((5,), [ints()]), ((5,), [np.array([[0, 1], [2, 3]])]),
    ((3, 4), [ints(2, 0)]), ((3, 4), [s(), ints(3, 0, 1)]), ((3, 4), [ints(0, 2), ints(1, 3)]),
    ((3, 4), [np.array([[0], [2]]), ints(1, 3)]), ((3, 4), [ints(1), s(1, 3)]), ((3, 4), [s(1), ints(0, -1)]),
    ((2, 3, 4), [s(), ints(2, 0)]), ((2, 3, 4), [ints(1, 0), s(), ints(3, 1)]),
    ((2, 3, 4), [ints(1, 0), ints(2, 1)]), ((2, 3, 4), [s(), ints(0, 2), ints(1, 3)]),
    ((2, 3, 4), [DOTS, np.array([[1, 2], [3, 0]])]), ((2, 3, 4), [NEW, ints(1), DOTS]),
    ((2, 3, 4), [s(None, None, -1), ints(2, 2), s(1)]),
    ((5,), [mask((5,), 2)]), ((5,), [mask((5,), 9)]), ((5,), [np.zeros(5, dtype=bool)]),
    ((3, 4), [mask((3, 4), 3)]), ((3, 4), [mask((3,), 2)]), ((3, 4), [s(), mask((4,), 3)]),
    ((3, 4), [mask((3,), 2), ints(1, 3)]), ((2, 3, 4), [mask((2, 3), 2)]), ((2, 3, 4), [s(), mask((3, 4), 5)]),
    ((2, 3, 4), [mask((2,), 2), s(), ints(0)]), ((2, 3, 4), [DOTS, mask((4,), 2)]),
]

# The shape of the assigned value, for some of the indices above: every one that views, and some that pick.
ASSIGNED = [
    ((5,), [1], ()), ((5,), [s(1, 4)], (3,)), ((5,), [s(1, 4)], ()), ((3, 4), [s(), 1], (3,)),
    ((3, 4), [1], (4,)), ((3, 4), [DOTS], (4,)), ((3, 4), [s(1), s(None, None, 2)], (2, 1)),
    ((5,), [ints(0, 3)], (2,)), ((5,), [ints(-1, 1)], ()), ((3, 4), [ints(2, 0)], (2, 4)),
    ((3, 4), [ints(2, 0)], (4,)), ((3, 4), [s(), ints(3, 1)], (3, 2)), ((3, 4), [ints(0, 2), ints(1, 3)], (2,)),
    ((2, 3, 4), [ints(1, 0), s(), ints(3, 1)], (2, 3)), ((2, 3, 4), [s(), ints(2, 0), s(1, 3)], (2, 2, 2)),
    ((3, 4), [mask((3, 4), 3)], ()), ((3, 4), [mask((3, 4), 3)], (4,)), ((3, 4), [mask((3,), 2)], (2, 4)),
]

BROADCAST = [
    ((), ()), ((3,), ()), ((), (3,)), ((3,), (3,)), ((1,), (3,)), ((3, 1), (3,)), ((3, 1), (1, 4)),
    ((2, 3), (3,)), ((2, 3), (1,)), ((2, 1, 4), (3, 1)), ((2, 3, 4), (2, 1, 1)), ((4, 1, 1), (1, 3, 2)),
    ((1, 1), (2, 3, 4)), ((0,), (1,)), ((2, 0), (1, 1)), ((2, 3, 4), (3, 4)), ((5, 1, 1, 2), (3, 1)),
]

REFUSED = [((3,), (4,)), ((2, 3), (2,)), ((2, 3, 4), (2, 3)), ((0,), (2,)), ((2, 1, 3), (4, 2))]


def array(values):
    kind = "bool" if values.dtype == bool else "int64"
    return {"shape": list(values.shape), "values": [int(v) for v in values.ravel()], "dtype": kind}


def encode(part):
    if part is NEW:
        return {"newAxis": True}
    if part is DOTS:
        return {"ellipsis": True}
    if isinstance(part, slice):
        return {"range": [part.start, part.stop, part.step]}
    if isinstance(part, np.ndarray):
        return {"tensor": array(part)}
    return {"position": part}


def arange(shape):
    return np.arange(int(np.prod(shape)), dtype=np.int64).reshape(shape)


def indexed(shape, index):
    return {"shape": list(shape), "index": [encode(p) for p in index], "result": array(np.array(arange(shape)[tuple(index)]))}


def assigned(shape, index, value_shape):
    x = arange(shape)
    x[tuple(index)] = -1 - arange(value_shape)
    return {
        "shape": list(shape), "index": [encode(p) for p in index], "value": list(value_shape), "result": array(x),
    }


def broadcast(a, b):
    return {"a": list(a), "b": list(b), "result": array(np.array(10 * arange(a) + arange(b)))}


cases = {
    "indexed": [indexed(*case) for case in INDEXED],
    "assigned": [assigned(*case) for case in ASSIGNED],
    "broadcast": [broadcast(*case) for case in BROADCAST],
    "refused": [{"a": list(a), "b": list(b)} for a, b in REFUSED],
}
lines = ",\n".join(
    f'"{name}": [\n' + ",\n".join(json.dumps(case) for case in group) + "\n]" for name, group in cases.items()
)
pathlib.Path(__file__).with_suffix(".json").write_text("{\n" + lines + "\n}\n")
