"""The model of phone sequences: its packed tree against the plain recursion, its use in decoding, bad posteriors."""

import numpy as np
import pytest

from engine import languages
from engine.phones import CLASSES
from engine.recognizer import Posteriors, articulation_table, decode
from engine.recognizer.search import LONGEST, stretches
from engine.recognizer.sequence import FILE, STEP, sequences, unfold

AT = {phone: index for index, phone in enumerate(CLASSES)}


def _row(model, *phones):
    """The context after these phones, by way of the table."""
    context = 0
    for phone in phones:
        context = model.following[context, AT[phone]]
    return model.logs[context]


def _small_tree():
    """Unigrams of all classes, two bigrams (t after s, a after t) and one trigram (i after s t)."""
    children = np.zeros(len(CLASSES) + 2, np.uint8)
    children[[AT["t"], AT["s"]]] = 1  # in the order of the classes: t comes before s
    children[len(CLASSES) + 1] = 1  # s t
    phones = np.array([AT["a"], AT["t"], AT["i"]], np.uint8)
    costs = np.full(len(CLASSES) + 3, round(np.log(len(CLASSES)) / STEP))
    costs[-3:] = 5, 7, 3
    return unfold(children, phones, costs.astype(np.uint8))


def test_a_known_sequence_has_its_own_weight():
    model = _small_tree()
    assert _row(model, "s")[AT["t"]] == pytest.approx(-0.7)
    assert _row(model, "s", "t")[AT["i"]] == pytest.approx(-0.3)
    assert _row(model, "m", "s", "t")[AT["i"]] == pytest.approx(-0.3)


def test_an_unknown_sequence_is_weighed_by_its_shorter_context():
    model = _small_tree()
    after_t, after_st = _row(model, "t"), _row(model, "s", "t")
    left = (1 - np.exp(-0.3)) / (1 - np.exp(after_t[AT["i"]]))
    assert after_st[AT["a"]] == pytest.approx(after_t[AT["a"]] + np.log(left), abs=1e-4)
    assert np.array_equal(_row(model, "s", "t", "u"), model.logs[0])


@pytest.mark.parametrize("code", languages.codes())
def test_every_context_shares_out_about_one(code):
    totals = np.exp(sequences(code).logs[::7].astype(np.float64)).sum(1)
    assert np.median(totals) == pytest.approx(1.0, abs=0.02)
    assert np.mean(np.abs(totals - 1.0) < 0.2) > 0.97


def test_no_context_reaches_over_a_pause():
    model = sequences("en")
    after = {int(model.following[context, 0]) for context in range(0, len(model.logs), 11)}
    assert after == {model.after_pause}


def test_languages_differ_and_an_unknown_one_has_the_common_model():
    assert not np.array_equal(sequences("en").logs[0], sequences("ja").logs[0])
    assert sequences("xx") is sequences("und")


def test_english_expects_english():
    model = sequences("en")
    assert _row(model, "", "s", "t")[AT["ɹ"]] > _row(model, "", "s", "t")[AT["m"]] + 3.0
    assert _row(model, "", "ð")[AT["ə"]] > -1.5


def test_the_models_fit_their_share_of_the_zip():
    assert FILE.stat().st_size <= 900_000


def _posteriors(*runs, flat=0.0):
    """Posteriors of (phones with their shares, frames) in turn."""
    rows = []
    for shares, frames in runs:
        row = np.full(len(CLASSES), 1e-4 + flat)
        for phone, share in shares.items():
            row[AT[phone]] = share
        rows += [np.log(row / row.sum())] * frames
    articulation = np.exp(np.array(rows)) @ articulation_table()
    return Posteriors(np.array(rows, np.float16), articulation.astype(np.float16))


def test_a_doubtful_phone_is_heard_as_the_language_has_it():
    doubtful = _posteriors(
        ({"": 1}, 30), ({"s": 1}, 9), ({"t": 1}, 7), ({"ɹ": 0.47, "w": 0.53}, 6), ({"i": 1}, 12), ({"": 1}, 30)
    )
    assert [phone.ipa for phone in decode(doubtful, languages.load("en"))][2] == "ɹ"
    assert [phone.ipa for phone in decode(doubtful, languages.load("en"), refined=False)][2] == "w"


def test_what_is_clear_is_heard_though_no_language_has_it():
    strange = _posteriors(
        ({"": 1}, 30), *[({phone: 1}, 9) for phone in ("ŋ", "ʒ", "f", "ð", "m", "θ", "b")], ({"": 1}, 30)
    )
    heard = [phone.ipa for phone in decode(strange, languages.load("en"))]
    assert heard == ["ŋ", "ʒ", "f", "ð", "m", "θ", "b"]


def test_posteriors_that_know_nothing_and_one_frame_are_decoded():
    even = Posteriors(np.full((50, len(CLASSES)), -4.0, np.float16), np.full((50, 7), 0.5, np.float16))
    for code in languages.codes():
        assert all(phone.end > phone.start for phone in decode(even, languages.load(code)))
    assert len(decode(_posteriors(({"a": 1}, 1)), languages.load("es"))) <= 1


def test_frequent_classes_are_held_back_by_the_prior_that_the_posteriors_bring():
    doubtful = _posteriors(({"": 1}, 20), ({"n": 0.55, "m": 0.45}, 4), ({"": 1}, 20))
    rare = np.full(len(CLASSES), -4.0, np.float32)
    rare[AT["m"]] = -12.0
    told = Posteriors(doubtful.phones, doubtful.articulation, rare)
    heard = [[phone.ipa for phone in decode(one, languages.load("und"), False)] for one in (doubtful, told)]
    assert heard == [["n"], ["m"]]


def test_rows_of_posteriors_keep_the_prior():
    prior = np.zeros(len(CLASSES), np.float32)
    part = Posteriors(np.zeros((9, len(CLASSES)), np.float16), np.zeros((9, 7), np.float16), prior).rows(2, 6)
    assert len(part.phones) == len(part.articulation) == 4
    assert part.prior is prior


def test_stretches_end_where_frames_change_and_are_never_long():
    steps = np.exp(_posteriors(({"a": 1}, 40), ({"m": 1}, 5), ({"i": 1}, 9)).phones.astype(np.float32))
    edges = stretches(steps)
    assert {0, 40, 45, 54} <= set(edges.tolist())
    assert np.diff(edges).min() > 0
    assert np.diff(edges).max() <= LONGEST
