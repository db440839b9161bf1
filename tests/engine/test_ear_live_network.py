"""The live network as it is taught, in PyTorch, against the engine's stream of the same weights."""

import sys
from pathlib import Path

import numpy as np
import pytest

from engine.live.causal import DELAY, CausalNetwork
from engine.live.ear import WEIGHTS
from engine.live.normalising import RunningNormaliser
from engine.sound.features import BANDS

torch = pytest.importorskip("torch", reason="PyTorch is installed where scripts/test.py runs this")
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts" / "ear"))
import running  # noqa: E402
from live_network import LiveNetwork  # noqa: E402


def _taught():
    """The network of the shipped weights."""
    with np.load(WEIGHTS) as file:
        weights = {name: file[name] for name in file.files}
    state = {}
    for name, value in weights.items():
        scale = weights.get(name.removesuffix("weight") + "scale") if name.endswith("weight") else None
        state[name] = torch.from_numpy(value.astype(np.float32) * (1.0 if scale is None else scale[:, None]))
    network = LiveNetwork()
    network.load_state_dict({name: state[name].float() for name in network.state_dict()})
    return network.eval(), weights


def test_the_stream_tells_what_the_taught_network_tells():
    network, weights = _taught()
    bands = np.random.default_rng(3).standard_normal((120, BANDS)).astype(np.float32)
    with torch.no_grad():
        phones, articulation = (each[0] for each in network(torch.from_numpy(bands)[None]))
    made, ways = CausalNetwork(weights).stream().push(bands)
    assert len(phones) == len(bands) - DELAY
    assert np.abs(np.exp(made[DELAY:]) - torch.softmax(phones, -1).numpy()).max() < 1e-5
    assert np.abs(ways[DELAY:] - torch.sigmoid(articulation).numpy()).max() < 1e-5


def test_what_is_taught_is_normalised_as_the_engine_does():
    rng = np.random.default_rng(2)
    bands = torch.from_numpy(rng.normal(-9.0, 3.0, (3, 80, BANDS)).astype(np.float32))
    made = running.normalised_live(bands)
    for one, normal in zip(bands.numpy(), made.numpy(), strict=True):
        assert np.abs(RunningNormaliser().push(one) - normal).max() < 1e-5
    primed = running.normalised_live(bands, rng)
    assert primed.shape == made.shape and bool(torch.isfinite(primed).all())
