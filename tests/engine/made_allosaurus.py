"""A small random model in the folder that Allosaurus downloads, its weights written as PyTorch writes them."""

from __future__ import annotations

import json
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

UNITS = ("p", "m", "t͡ʃ", "s", "a", "i", "u", "ə", "n", "nj", "ː", "I")
ENGLISH = ("p", "m", "s", "a", "i", "ɹ")
SOUND = {
    "model": "mfcc_hires", "sample_rate": 8000, "cep_size": 40, "bank_size": 40, "low_freq": 40, "high_freq": 3800,
    "window_size": 0.025, "window_shift": 0.01, "dither": 1.0, "dtype": "float32", "backend": "numpy",
    "use_energy": False, "cmvn": "speaker", "feature_window": 3,
}  # fmt: skip
# what of SOUND is another, layers, and width of the features: the networks that both ways to run one are tried on
NETWORKS: tuple[tuple[dict[str, object], int, int], ...] = (
    ({}, 2, 120),
    ({"feature_window": 1}, 3, 40),
    ({"use_energy": True, "cep_size": 13, "low_freq": 0}, 1, 39),
)
KINDS = {"float32": "FloatStorage", "float64": "DoubleStorage", "float16": "HalfStorage"}
MAGIC = 0x1950A86A20F9469CFC6C

Table = NDArray[np.floating]


def tables(
    width: int = 120, size: int = 8, layers: int = 2, units: int = len(UNITS) + 1, seed: int = 0
) -> dict[str, Table]:
    """Random weights under PyTorch's names, small enough that what is rounded does not grow from row to row."""
    random = np.random.default_rng(seed)
    made: dict[str, Table] = {}
    for layer in range(layers):
        for way in ("", "_reverse"):
            shapes = {"weight_ih": (4 * size, width if layer == 0 else 2 * size), "weight_hh": (4 * size, size)}
            shapes |= {"bias_ih": (4 * size,), "bias_hh": (4 * size,)}
            for kind, shape in shapes.items():
                made[f"blstm_layer.{kind}_l{layer}{way}"] = random.normal(0.0, 1.1 / size**0.5, shape).astype(
                    np.float32
                )
    made["phone_layer.weight"] = random.normal(0.0, 1.0, (units, 2 * size)).astype(np.float32)
    made["phone_layer.bias"] = random.normal(0.0, 0.3, units).astype(np.float32)
    return made


def folder(path: Path, made: Mapping[str, Table] | None = None, older: bool = False, **sound: object) -> Path:
    """A whole model's folder; `older`: its weights in the form before PyTorch 1.6. `sound` goes over SOUND."""
    (path / "inventory").mkdir(parents=True)
    write = {"pm_config.json": SOUND | sound, "am_config.json": {"model": "allosaurus", "hidden_size": 8}}
    write |= {"lm_config.json": {"model": "phone_ipa", "backend": "numpy"}}
    for name, told in write.items():
        (path / name).write_text(json.dumps(told), encoding="utf-8")
    (path / "phone.txt").write_text(_listed(UNITS), encoding="utf-8")
    index = [{"LanguageName": "English", "ISO6393": "eng", "GlottoCode": "stan1293", "phonelists": "stan1293.txt"}]
    (path / "inventory" / "index.json").write_text(json.dumps(index), encoding="utf-8")
    (path / "inventory" / "stan1293.txt").write_text(_listed(ENGLISH), encoding="utf-8")
    (write_older if older else write_zipped)(path / "model.pt", made or tables())
    return path


def _listed(units: tuple[str, ...]) -> str:
    return "".join(f"{unit}  {number}\n" for number, unit in enumerate(units, 1))


def write_zipped(path: Path, made: Mapping[str, Table]) -> None:
    """The archive of PyTorch 1.6 and later."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("model/data.pkl", pickled(made, view=False))
        archive.writestr("model/byteorder", b"little")
        for number, table in enumerate(made.values()):
            archive.writestr(f"model/data/{number}", _bytes(table))
        archive.writestr("model/version", b"3\n")


def write_older(path: Path, made: Mapping[str, Table]) -> None:
    """The row of pickles before PyTorch 1.6, and behind them each storage's count and numbers."""
    about = b"\x80\x02}(" + _text("protocol_version") + b"M\xe9\x03" + _text("little_endian") + b"\x88u."
    head = b"\x80\x02\x8a\x0a" + MAGIC.to_bytes(10, "little") + b"." + b"\x80\x02M\xe9\x03." + about
    keys = b"\x80\x02](" + b"".join(_text(str(number)) for number in range(len(made))) + b"e."
    with path.open("wb") as file:
        file.write(head + pickled(made, view=True) + keys)
        for table in made.values():
            file.write(struct.pack("<q", table.size) + _bytes(table))


def pickled(made: Mapping[str, Table], view: bool) -> bytes:
    """The pickle of an ordered dictionary of tensors (protocol 2), each in a storage of its own."""
    rows = b"".join(
        _text(name) + _tensor(str(number), table, view) for number, (name, table) in enumerate(made.items())
    )
    noted = b"}" + _text("_metadata") + b"ccollections\nOrderedDict\n)Rsb"
    return b"\x80\x02ccollections\nOrderedDict\n)R(" + rows + b"u" + noted + b"."


def _tensor(key: str, table: Table, view: bool) -> bytes:
    storage = b"(" + _text("storage") + f"ctorch\n{KINDS[table.dtype.name]}\n".encode() + _text(key) + _text("cpu")
    storage += _whole(table.size) + (b"N" if view else b"") + b"tQ"
    steps = [step // table.itemsize for step in table.strides]
    shape, strides = (b"(" + b"".join(_whole(one) for one in some) + b"t" for some in (table.shape, steps))
    hooks = b"ccollections\nOrderedDict\n)R"
    return b"ctorch._utils\n_rebuild_tensor_v2\n(" + storage + b"K\x00" + shape + strides + b"\x89" + hooks + b"tR"


def _text(text: str) -> bytes:
    data = text.encode()
    return b"X" + struct.pack("<I", len(data)) + data


def _whole(number: int) -> bytes:
    return b"J" + struct.pack("<i", number)


def _bytes(table: Table) -> bytes:
    """The numbers as they lie in memory, whatever the order of the axes."""
    return np.asarray(table).tobytes("A")
