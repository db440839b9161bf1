"""Allosaurus by its own package and by NumPy: the same scores, the same phones.

`scripts/test.py` runs this in an environment of its own that has the package; elsewhere it is skipped.
"""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path

import made_allosaurus as made
import numpy as np
import pytest
from numpy.typing import NDArray

from engine.ears.allosaurus import open_ear, read_folder
from engine.ears.allosaurus.ear import prepared
from engine.ears.allosaurus.package import package_network
from engine.ears.allosaurus.plain import PlainNetwork
from engine.languages import load
from engine.listen import listen
from engine.progress import drain
from engine.sound.source import ArraySource

pytest.importorskip("allosaurus", reason="the package is installed where scripts/test.py runs this")
torch = pytest.importorskip("torch")
# the package leaves files open, and compares with 'is'
pytestmark = pytest.mark.filterwarnings("ignore")

RATE = 8000
CLOSE = 1e-4


def voice(seconds: float) -> NDArray[np.float32]:
    """Something like speech, full scale 1: a buzz whose overtones come and go."""
    times = np.arange(int(seconds * RATE)) / RATE
    buzz = sum(np.sin(2.0 * np.pi * 110.0 * n * times + n) * (1.0 + np.sin(7.0 * n * times)) / n for n in range(1, 30))
    shape = np.clip(3.0 * np.sin(2.0 * np.pi * 1.3 * times) + 1.0, 0.0, 1.0)
    noise = np.random.default_rng(2).standard_normal(len(times))
    sound: NDArray[np.float32] = (0.05 * shape * buzz + 0.0005 * noise).astype(np.float32)
    return sound


def described(path: Path, layers: int, width: int) -> Path:
    """The folder with what the package wants to know of the network."""
    told = {"model": "allosaurus", "hidden_size": 8, "layer_size": layers, "proj_size": 0, "feat_size": width}
    told |= {"phone_size": len(made.UNITS) + 1, "lang_size_dict": {}}
    (path / "am_config.json").write_text(json.dumps(told), encoding="utf-8")
    return path


def agree(path: Path) -> None:
    model = read_folder(path)
    package = package_network(model)
    assert package is not None
    samples = prepared(voice(2.3))
    one, other = drain(package.scores(samples)), drain(PlainNetwork(model).scores(samples))
    assert one.shape == other.shape
    assert np.abs(one).max() > 0.5
    assert np.abs(one - other).max() < CLOSE


@pytest.mark.parametrize("older", [False, True])
@pytest.mark.parametrize(("sound", "layers", "width"), made.NETWORKS)
def test_both_ways_give_the_same_scores(
    tmp_path: Path, older: bool, sound: dict[str, object], layers: int, width: int
) -> None:
    tables = made.tables(width=width, layers=layers)
    agree(described(made.folder(tmp_path / "uni", tables, older, **sound), layers, width))


@pytest.mark.parametrize("older", [False, True])
def test_what_pytorch_itself_has_saved_is_read_as_the_package_reads_it(tmp_path: Path, older: bool) -> None:
    from allosaurus.am.allosaurus_torch import AllosaurusTorchModel

    path = described(made.folder(tmp_path / "uni"), 2, 120)
    torch.manual_seed(0)
    network = AllosaurusTorchModel(Namespace(**json.loads((path / "am_config.json").read_text(encoding="utf-8"))))
    for table in network.parameters():
        table.data *= 2.0
    torch.save(network.state_dict(), path / "model.pt", _use_new_zipfile_serialization=not older)
    agree(path)


def test_both_ways_give_the_same_take(tmp_path: Path) -> None:
    path = described(made.folder(tmp_path / "uni"), 2, 120)
    source = ArraySource(voice(6.0), RATE, "voice.wav")
    ears = [open_ear(path, plain) for plain in (True, False)]
    assert [ear.by_package for ear in ears] == [False, True]
    plain, package = (drain(listen(source, language=load("en"), recognizer=ear)) for ear in ears)
    assert plain.recognizer == package.recognizer == "allosaurus-uni"
    assert len(plain.phones) > 3
    spoken = [[(one.ipa, one.start, one.end) for one in take.phones] for take in (plain, package)]
    assert spoken[0] == spoken[1]
