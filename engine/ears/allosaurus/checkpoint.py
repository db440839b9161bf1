"""Weights out of a file that PyTorch saved, without PyTorch and without running anything that the file names.

Both of its forms: the ZIP archive (since PyTorch 1.6), and the row of pickles with the numbers after them (before). A
pickle may name functions to be called; the reader here knows three names, which stand for tables, and stops at others.
"""

from __future__ import annotations

import io
import math
import pickle
import struct
from collections import OrderedDict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray

MAGIC = 0x1950A86A20F9469CFC6C  # first pickle of the older form
ZIPPED = b"PK\x03\x04"
LARGEST = 1 << 30  # bytes of one table; a whole model has some 50 MB
MOST_DIMENSIONS = 4
LONGEST_NAME = 60  # letters of a name that is shown
KINDS = {
    "FloatStorage": "f4", "DoubleStorage": "f8", "HalfStorage": "f2", "LongStorage": "i8", "IntStorage": "i4",
    "ShortStorage": "i2", "CharStorage": "i1", "ByteStorage": "u1", "BoolStorage": "?",
}  # fmt: skip
BROKEN = (
    *(pickle.UnpicklingError, EOFError, ValueError, TypeError, AttributeError, KeyError, IndexError, ImportError),
    *(MemoryError, OverflowError, RecursionError, struct.error, NotImplementedError),
)

Floats = NDArray[np.float32]


class _RefusedError(ValueError):
    """What is wrong with a file, in words for people; any other error is one of reading what is no such file."""


class _Storage(NamedTuple):
    """A row of numbers in the file: NumPy's letters for their kind, its name there, and how many there are."""

    kind: str
    key: str
    size: int


class _Tensor(NamedTuple):
    """A table seen in a storage; offset and strides in numbers."""

    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


class _Kind:
    """Stands for a class of storages."""

    __slots__ = ("letters",)

    def __init__(self, letters: str) -> None:
        self.letters = letters


class _Rebuild:
    """Stands for the function that makes a tensor. Without attributes, so that no pickle can leave something on it."""

    __slots__ = ()

    def __call__(self, storage: Any, offset: Any, shape: Any, strides: Any, *_: Any) -> _Tensor:
        if not isinstance(storage, _Storage):
            raise TypeError("A tensor without a storage.")
        return _Tensor(storage, offset, tuple(shape), tuple(strides))


class _Unpickler(pickle.Unpickler):
    """Reads a pickle of tables; it knows no other function or class."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _Rebuild()
        if module in ("torch", "torch.cuda") and name in KINDS:
            return _Kind(KINDS[name])
        named = f"{module}.{name}"
        told = named if named.isprintable() and len(named) <= LONGEST_NAME else "something"
        raise _RefusedError(f"it names {told}, which is no part of a model's weights")

    def persistent_load(self, pid: Any) -> _Storage:
        what, kind, key, _, count, *view = pid
        if what != "storage" or not isinstance(kind, _Kind) or not isinstance(count, int) or any(view):
            raise TypeError("Something other than a storage.")
        return _Storage(kind.letters, str(key), count)


def read_tensors(path: Path, wanted: Callable[[str], bool]) -> dict[str, Floats]:
    """The tables whose names are `wanted`, as float32, under their names in the file.

    Raises OSError; ValueError, its message saying what is wrong ("it is cut off"), where the file is no such file.
    """
    with path.open("rb") as file:
        start = file.read(len(ZIPPED))
        file.seek(0)
        try:
            return (_zipped if start == ZIPPED else _plain)(file, wanted)
        except _RefusedError:
            raise
        except BROKEN as error:
            raise ValueError("it is cut off or no file of PyTorch's") from error


def _zipped(file: BinaryIO, wanted: Callable[[str], bool]) -> dict[str, Floats]:
    import zipfile

    try:
        with zipfile.ZipFile(file) as archive:
            return _unzipped(archive, wanted)
    except zipfile.BadZipFile as error:
        raise _RefusedError("it is cut off or damaged") from error


def _unzipped(archive: Any, wanted: Callable[[str], bool]) -> dict[str, Floats]:
    names = archive.namelist()
    folder = next((name[: -len("data.pkl")] for name in names if name.endswith("/data.pkl")), None)
    if folder is None:
        raise _RefusedError("it is an archive, but not of PyTorch's")
    big = f"{folder}byteorder" in names and _entry(archive, f"{folder}byteorder").startswith(b"big")
    tables = _tables(_Unpickler(io.BytesIO(_entry(archive, f"{folder}data.pkl"))).load())
    found = {}
    for name, table in tables.items():
        if wanted(name):
            data = _entry(archive, f"{folder}data/{table.storage.key}")
            found[name] = _seen(table, data, big)
    return found


def _entry(archive: Any, name: str) -> bytes:
    """A file of the archive. PyTorch packs none of them, so one that is packed may burst when it is unpacked."""
    about = archive.getinfo(name)
    if about.compress_type != 0 or about.file_size > LARGEST:
        raise _RefusedError("it is an archive whose parts are packed or too large")
    found: bytes = archive.read(name)
    return found


def _plain(file: BinaryIO, wanted: Callable[[str], bool]) -> dict[str, Floats]:
    if _Unpickler(file).load() != MAGIC:
        raise _RefusedError("it is no file of PyTorch's")
    _Unpickler(file).load()  # the form's version
    big = not _Unpickler(file).load().get("little_endian", True)
    tables = _tables(_Unpickler(file).load())
    kinds = {table.storage.key: table.storage.kind for table in tables.values()}
    needed = {table.storage.key for name, table in tables.items() if wanted(name)}
    held = {key: data for key, data in _stored(file, kinds, needed)}
    return {name: _seen(table, held[table.storage.key], big) for name, table in tables.items() if wanted(name)}


def _stored(file: BinaryIO, kinds: dict[str, str], needed: set[str]) -> Iterator[tuple[str, bytes]]:
    """The bytes of each storage that is needed; they stand one after another, each behind its count."""
    for key in list(_Unpickler(file).load()):
        (count,) = struct.unpack("<q", file.read(8))
        size = count * np.dtype(kinds[key]).itemsize
        if not 0 <= size <= LARGEST:
            raise _RefusedError("it is damaged")
        if key in needed:
            yield key, file.read(size)
        else:
            file.seek(size, io.SEEK_CUR)


def _tables(loaded: Any) -> dict[str, _Tensor]:
    if not isinstance(loaded, dict):
        raise _RefusedError("it holds something other than weights")
    return {name: table for name, table in loaded.items() if isinstance(name, str) and isinstance(table, _Tensor)}


def _seen(table: _Tensor, data: bytes, big: bool) -> Floats:
    """A tensor's numbers, its shape and strides checked against the bytes that are there."""
    numbers = np.frombuffer(data, np.dtype(table.storage.kind).newbyteorder(">" if big else "<"))
    shape, strides = table.shape, table.strides
    whole = all(isinstance(one, int) and one >= 0 for one in (table.offset, *shape, *strides))
    if not whole or len(shape) != len(strides) or len(shape) > MOST_DIMENSIONS or len(numbers) != table.storage.size:
        raise _RefusedError("it is cut off or damaged")
    last = table.offset + sum((size - 1) * step for size, step in zip(shape, strides, strict=True))
    if 0 in shape or last >= len(numbers) or math.prod(shape) > len(numbers):  # nothing is seen twice over
        raise _RefusedError("it is damaged")
    steps = tuple(step * numbers.itemsize for step in strides)
    view = np.lib.stride_tricks.as_strided(numbers[table.offset :], shape, steps, writeable=False)
    return view.astype(np.float32)
