"""The network against the plain formula, decoding on made posteriors, and the embedded ear."""

from pathlib import Path

import numpy as np
import pytest

from engine import languages
from engine.phones import CLASSES
from engine.recognizer import ARTICULATIONS, Posteriors, Recognizer, articulation_table, decode
from engine.recognizer.decode import spelling
from engine.recognizer.network import Network
from engine.sound.features import BANDS, log_mel

FOLDER = Path(__file__).resolve().parents[2] / "engine" / "recognizer"


def _posteriors(*runs, noise=0.0, seed=1):
    """Posteriors that are sure of each (phone, frames) in turn."""
    labels = np.concatenate([[CLASSES.index(phone)] * frames for phone, frames in runs])
    logits = np.full((len(labels), len(CLASSES)), -6.0)
    logits[np.arange(len(labels)), labels] = 0.0
    logits += noise * np.random.default_rng(seed).standard_normal(logits.shape)
    logs = logits - np.log(np.exp(logits).sum(1, keepdims=True))
    return Posteriors(logs.astype(np.float16), articulation_table()[labels].astype(np.float16))


def _said(posteriors, code="en", refined=True):
    return decode(posteriors, languages.load(code), refined)


@pytest.mark.parametrize("refined", [True, False])
def test_clear_posteriors_give_their_phones_and_times(refined):
    said = _said(_posteriors(("", 20), ("m", 8), ("ɑ", 12), ("p", 9), ("i", 15), ("", 20)), refined=refined)
    assert [phone.ipa[0] for phone in said] == ["m", "ɑ", "p", "i"]
    assert [round(phone.start, 2) for phone in said] == pytest.approx([0.20, 0.28, 0.40, 0.49], abs=0.006)
    assert said[-1].end == pytest.approx(0.64, abs=0.006)
    assert all(phone.confidence > 0.8 for phone in said)


@pytest.mark.parametrize("refined", [True, False])
def test_one_stray_frame_is_no_phone(refined):
    said = _said(_posteriors(("", 20), ("ɑ", 10), ("p", 1), ("ɑ", 10), ("", 20)), refined=refined)
    assert [phone.ipa[0] for phone in said] == ["ɑ"]


def test_noise_does_not_break_phones_up():
    said = _said(_posteriors(("", 20), ("m", 9), ("i", 12), ("s", 12), ("", 20), noise=1.5))
    assert [phone.ipa[0] for phone in said] == ["m", "i", "s"]


def test_an_edge_lies_where_the_posteriors_cross():
    posteriors = _posteriors(("m", 10), ("ɑ", 10))
    logs = posteriors.phones.astype(np.float32)
    m, a = CLASSES.index("m"), CLASSES.index("ɑ")
    logs[10, [m, a]] = np.log([0.35, 0.6])
    edge = _said(Posteriors(logs.astype(np.float16), posteriors.articulation))[0].end
    assert 0.100 < edge < 0.105


def test_a_language_hears_only_its_own_phones():
    posteriors = _posteriors(("", 10), ("y", 12), ("ʁ", 10), ("", 10))
    assert [phone.ipa[0] for phone in _said(posteriors, "fr")] == ["y", "ʁ"]
    english = spelling(languages.load("en").inventory)
    assert all(phone.ipa in english for phone in _said(posteriors, "en"))
    assert "y" not in english


def test_a_class_is_written_as_the_language_writes_it():
    russian = spelling(languages.load("ru").inventory)
    assert russian[CLASSES.index("ʃ")] == "ʂ"
    assert spelling(frozenset()) == CLASSES


def test_silence_and_nothing_give_no_phones():
    assert _said(_posteriors(("", 50))) == ()
    assert (
        decode(Posteriors(np.zeros((0, len(CLASSES)), np.float16), np.zeros((0, 7), np.float16)), languages.load("en"))
        == ()
    )


def test_the_same_posteriors_give_the_same_phones():
    posteriors = _posteriors(("", 9), ("b", 9), ("o", 9), ("f", 9), noise=3.0)
    assert _said(posteriors) == _said(posteriors)


def test_the_network_is_what_its_formula_says():
    with np.load(FOLDER / "weights.npz") as file:
        weights = {name: file[name].astype(np.float64) for name in file.files}
    bands = np.random.default_rng(2).standard_normal((21, BANDS)).astype(np.float32)
    logs, articulation = Network.read(FOLDER / "weights.npz").run(bands)
    expected_logs, expected_articulation = _by_formula(weights, bands)
    assert np.abs(logs - expected_logs).max() < 1e-3
    assert np.abs(articulation - expected_articulation).max() < 1e-3


def _linear(w, name, x):
    scale = w.get(f"{name}.scale", np.ones(1))
    return x @ (w[f"{name}.weight"] * scale[:, None]).T + w[f"{name}.bias"]


def _block(w, name, step, x):
    padded = np.pad(x, ((step, step), (0, 0)))
    y = _linear(w, f"{name}.a", np.hstack([padded[i * step : i * step + len(x)] for i in range(3)]))
    y = (y - y.mean(1, keepdims=True)) / np.sqrt(y.var(1, keepdims=True) + 1e-5)
    return x + _linear(w, f"{name}.b", np.maximum(y * w[f"{name}.n.weight"] + w[f"{name}.n.bias"], 0.0))


def _blocks(w, part, x):
    for i, step in enumerate(w[f"{part}.dilations"]):
        x = _block(w, f"{part}.{i}", int(step), x)
    return x


def _by_formula(w, bands):
    padded = np.pad(bands, ((2, 3), (0, 0)))
    x = _blocks(w, "before", _linear(w, "first", np.hstack([padded[i : i + 22] for i in range(5)])))
    half = _blocks(w, "middle", _linear(w, "down", x.reshape(11, -1)))
    x = _blocks(w, "after", x + _linear(w, "up", np.maximum(half, 0.0)).reshape(x.shape))
    phones = _linear(w, "phones", x)[:21]
    logs = phones - np.log(np.exp(phones).sum(1, keepdims=True))
    return logs, 1.0 / (1.0 + np.exp(-_linear(w, "articulation", x)[:21]))


def test_the_weights_are_at_most_four_megabytes():
    assert sum(path.stat().st_size for path in FOLDER.glob("*.npz")) <= 4e6


def test_the_ear_is_deaf_to_level():
    sound = np.random.default_rng(3).standard_normal(16000).astype(np.float32) * np.hanning(16000).astype(np.float32)
    ear = Recognizer.load()
    loud, soft = (ear.posteriors(log_mel(sound * level)).phones.astype(np.float32) for level in (0.3, 0.1))
    assert np.exp(loud) == pytest.approx(np.exp(soft), abs=0.2)


def test_the_table_of_articulation_is_between_0_and_1_and_shuts_only_bilabials():
    table = articulation_table()
    assert table.shape == (len(CLASSES), len(ARTICULATIONS))
    assert table.min() >= 0.0 and table.max() <= 1.0
    assert {CLASSES[i] for i in np.flatnonzero(table[:, 0])} == {"p", "b", "m"}
