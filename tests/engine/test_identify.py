"""Telling languages: the layer on made counts, what is told and what is not, long and empty sounds."""

from collections.abc import Iterator

import numpy as np
import pytest

from engine.languages import codes
from engine.phones import CLASSES
from engine.recognizer import Posteriors
from engine.recognizer import identify as module
from engine.recognizer.identify import FILE, Layer, counts, identify, listened, probabilities, read_layer, sharpness
from engine.recognizer.sequence import sequences

AT = {phone: index for index, phone in enumerate(CLASSES)}


def _posteriors(classes: list[int], frames: int = 8) -> Posteriors:
    logs = np.full((len(classes) * frames, len(CLASSES)), -9.0, np.float16)
    logs[np.arange(len(logs)), np.repeat(np.array(classes, int), frames)] = -0.01
    return Posteriors(logs, np.zeros((len(logs), 7), np.float16))


def _babble(code: str, phones: int, seed: int = 1) -> Posteriors:
    """Phones drawn from a language's own model of sequences."""
    model, generator = sequences(code), np.random.default_rng(seed)
    context, said = model.after_pause, []
    for _ in range(phones):
        shares = np.exp(model.logs[context].astype(np.float64))
        said.append(int(generator.choice(len(CLASSES), p=shares / shares.sum())))
        context = int(model.following[context, said[-1]])
    return _posteriors(said)


def _layer(sure: float = 0.5) -> Layer:
    """Hears en where there is much θ, es where there is much r, another language where there is much y."""
    weights = np.zeros((3, 3), np.float32)
    np.fill_diagonal(weights, 20.0)
    places = np.array([AT["θ"] - 1, AT["r"] - 1, AT["y"] - 1])
    own = np.array([True, True, False])
    return Layer(
        ("en", "es", "fi"), own, places, np.zeros(3, np.float32), weights, np.zeros(3, np.float32), (1.0, 0.0), sure
    )


@pytest.fixture
def small_layer(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(module, "_layer", _layer)
    yield


@pytest.mark.usefixtures("small_layer")
@pytest.mark.parametrize(("phone", "code"), [("θ", "en"), ("r", "es"), ("y", "und")])
def test_a_language_is_told_by_its_phones_and_one_without_a_file_is_und(phone: str, code: str) -> None:
    found = identify(_posteriors([AT[phone], AT["a"]] * 20))
    assert found.code == code
    assert found.probability > 0.9
    assert set(found.scores) == {"en", "es", "fi"}


@pytest.mark.usefixtures("small_layer")
def test_it_says_that_it_cannot_tell() -> None:
    unclear = identify(_posteriors([AT["θ"], AT["r"], AT["y"]] * 20))
    assert unclear.code is None
    assert 0.3 < unclear.probability < 0.5
    assert identify(_posteriors([AT["θ"]] * 5)).code is None


def test_silence_and_nothing_tell_nothing() -> None:
    for posteriors in (_posteriors([0] * 60), _posteriors([])):
        found = identify(posteriors)
        assert found.code is None
        assert sum(found.scores.values()) == pytest.approx(1.0, abs=1e-4)


def test_counts_are_roots_of_shares() -> None:
    found = counts([np.exp(_posteriors([AT["a"], AT["m"], AT["a"]]).phones[::8].astype(np.float32))])
    single, double = found[: len(CLASSES) - 1], found[len(CLASSES) - 1 :].reshape(len(CLASSES), -1)
    assert (single**2).sum() == pytest.approx(1.0, abs=1e-4)
    assert single[AT["a"] - 1] ** 2 == pytest.approx(2 / 3, abs=0.01)
    assert double[AT["a"], AT["m"]] ** 2 == pytest.approx(0.5, abs=0.01)
    assert double[AT["m"], AT["a"]] ** 2 == pytest.approx(0.5, abs=0.01)


def test_little_speech_makes_a_softer_choice() -> None:
    layer = _layer()
    row = np.zeros((1, counts([np.zeros((0, len(CLASSES)), np.float32)]).size), np.float32)
    row[0, AT["θ"] - 1] = 0.2
    soft = Layer(layer.codes, layer.own, layer.places, layer.mean, layer.weights, layer.offset, (0.3, 0.3), 0.5)
    brief, long = (float(probabilities(soft, row, np.array([frames]))[0, 0]) for frames in (100, 3000))
    assert brief < long
    assert sharpness((0.3, 0.3), np.array([100]))[0] == pytest.approx(0.3)


def test_all_of_a_long_sound_is_listened_to_in_parts() -> None:
    first, last = _posteriors([AT["θ"], AT["a"]] * 2000), _posteriors([AT["y"], AT["a"]] * 2000)
    logs = np.concatenate([first.phones, last.phones])
    found, frames = listened(logs)
    assert frames < len(logs)
    assert found[AT["θ"] - 1] == pytest.approx(found[AT["y"] - 1], abs=0.05)


def test_the_file_knows_all_our_languages_and_is_small() -> None:
    with np.load(FILE, allow_pickle=False) as file:
        layer = read_layer({name: file[name] for name in file.files})
    known = {code for code, own in zip(layer.codes, layer.own, strict=True) if own}
    assert known == set(codes()) - {"und"}
    assert 0.3 <= layer.sure <= 0.95
    assert FILE.stat().st_size < 150_000


@pytest.mark.parametrize("code", ["en", "fr", "ja"])
def test_phones_in_a_language_s_own_order_are_likelier_its_own_than_another_s(code: str) -> None:
    scores = {own: identify(_babble(own, 400)).scores[code] for own in ("en", "fr", "ja")}
    assert max(scores, key=lambda own: scores[own]) == code
