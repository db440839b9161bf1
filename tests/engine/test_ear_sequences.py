"""Counting sequences and learning languages: n-grams by hand, what pruning keeps, the layer on made sounds."""

import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts" / "ear"))
import languages as telling
import ngrams
import phone_texts

from engine.phones import CLASSES
from engine.recognizer.identify import counts, probabilities, read_layer
from engine.recognizer.sequence import STEP, unfold

AT = {phone: index for index, phone in enumerate(CLASSES)}


def _text(*lines):
    return [phone_texts.classes(line.split()) for line in lines]


def _model(levels):
    arrays = ngrams.packed(levels, STEP)
    return unfold(arrays["children"], arrays["phones"], arrays["costs"])


def _log(model, *phones):
    context = 0
    for phone in phones[:-1]:
        context = model.following[context, AT[phone]]
    return model.logs[context, AT[phones[-1]]]


def test_a_row_begins_and_ends_with_a_pause_and_says_a_class_once():
    row = phone_texts.classes(["t", "tː", "aɪ", "", "m"])
    assert row.tolist() == [0, AT["t"], AT["a"], AT["ɪ"], 0, AT["m"], 0]


def test_probabilities_are_witten_and_bells():
    counted = ngrams.count([(1.0, _text("s a s a s i"))], 2)
    found = _model(ngrams.prune(ngrams.estimate(counted), -1e9))
    total = 1.0 + len(CLASSES) * ngrams.FLOOR
    single = (2 / 8 + ngrams.FLOOR) / total  # two a among six phones and two pauses
    assert _log(found, "s", "a") == pytest.approx(np.log((2 + 2 * single) / (3 + 2)), abs=STEP)


def test_rows_count_as_often_as_they_weigh():
    once = ngrams.count([(1.0, _text("m a")), (3.0, _text("m i"))], 2)
    weights = dict(zip(once.keys[1].tolist(), once.weights[1].tolist(), strict=True))
    assert weights[AT["m"] << ngrams.BITS | AT["i"]] == 3.0 * weights[AT["m"] << ngrams.BITS | AT["a"]]


def test_no_n_gram_reaches_over_a_pause():
    counted = ngrams.count([(1.0, _text("m a", "n i"))], 3)
    for key in counted.keys[2].tolist():
        assert (key >> ngrams.BITS) & 63 != 0


def test_pruning_keeps_what_tells_most_and_every_beginning():
    lines = ["s t a"] * 50 + ["p a", "k i", "m u", "t i", "a s i"]
    levels = ngrams.prune(ngrams.estimate(ngrams.count([(1.0, _text(*lines))], 3)), 20.0)
    whole = ngrams.estimate(ngrams.count([(1.0, _text(*lines))], 3))
    assert sum(map(len, (level.keys for level in levels))) < sum(map(len, (level.keys for level in whole)))
    model = _model(levels)
    assert _log(model, "", "s", "t") > np.log(0.9)
    for shorter, longer in pairwise(levels):
        assert set((longer.keys >> ngrams.BITS).tolist()) <= set(shorter.keys.tolist())


def _sound(phones, seconds, seed):
    """Stretches of 50 ms, each mostly of one of the phones."""
    said = np.random.default_rng(seed).choice([AT[phone] for phone in phones], seconds * 20)
    means = np.full((len(said), len(CLASSES)), 0.001, np.float32)
    means[np.arange(len(said)), said] = 0.94
    return telling.Block("", "", "train", means, np.arange(len(said) + 1) * 5)


def test_a_layer_learns_to_tell_made_languages(monkeypatch):
    monkeypatch.setattr(telling, "ROUNDS", 60)
    heard = []
    for language, phones in (("en", "θaws"), ("es", "rabs"), ("sw", "maun")):
        for seed in range(4):
            made = _sound(phones, 35, seed)
            heard.append(telling.Block(language, f"set_{seed}", "train", made.means, made.edges))
    names = ["en", "es", "sw"]
    layer = read_layer(telling.learn(telling.pieces(heard), names))
    assert layer.own.tolist() == [True, True, False]
    row = counts([_sound("rabs", 20, 9).means])
    shares = probabilities(layer, row[None], np.array([2000]))[0]
    assert names[int(shares.argmax())] == "es"


def test_half_of_a_language_s_sets_are_held_out_in_turn():
    blocks = [
        telling.Block("en", f"set_{at}", "train", np.zeros((1, 61), np.float32), np.array([0, 1])) for at in range(2)
    ]
    blocks.append(telling.Block("ko", "espeak", "train", np.zeros((1, 61), np.float32), np.array([0, 1])))
    turns = [({b.source for b in learnt}, {b.source for b in held}) for learnt, held in telling.folds(blocks)]
    assert turns == [({"set_1", "espeak"}, {"set_0"}), ({"set_0", "espeak"}, {"set_1"})]


def test_the_softmax_is_as_sharp_as_the_held_out_pieces_allow():
    names = ["en", "es"]
    heard = [
        telling.Block(language, "set_0", "train", made.means, made.edges)
        for language, phones in (("en", "θawsm"), ("es", "rabsm"))
        for made in (_sound(phones, 35, 1), _sound("asm", 35, 2))
    ]
    layer = read_layer(telling.learn(telling.pieces(heard[::2]), names))
    first, growth, sure = telling.calibrated([(layer, telling.pieces(heard))])
    assert 0.1 <= first <= 1.3
    assert growth >= 0.0
    assert 0.5 < sure <= 0.95  # half of the pieces tell nothing
