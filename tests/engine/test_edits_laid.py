"""What was laid, kept as text; and keys evaluated outside Blender."""

from __future__ import annotations

import json
import math

import artist
import numpy as np
import pytest

from engine.edits import (
    CurveKeys,
    Laid,
    Span,
    evaluate,
    hermite_keys,
    made,
    no_keys,
    pack,
    plain,
    unpack,
)
from engine.edits.keys import EASINGS, INTERPOLATIONS
from engine.errors import ScoreError
from engine.rig import KeyCurve

CODES = ("left_type", "right_type", "interpolation", "easing", "type")


def worked_on(seed: int) -> Laid:
    """A curve with everything on it that there can be."""
    keys = artist.worked(artist.curve(seed), np.random.default_rng(seed), 20)
    owners = tuple("" if at % 3 else f"edit-{at}" for at in range(len(keys)))
    numbers = np.arange(len(keys), dtype=np.int32) - 6
    spans = (Span("edit-3", "keys", 1.0, math.inf), Span("edit-6", "transform", -0.5, 2.25), Span("edit-9", "muted"))
    notes = (("edit-3", "2 keys stand beside 'edit-6', which came to the same place."),)
    aside = frozenset({("edit-3", 2), ("edit-9", 0)})
    return Laid(
        keys, owners, numbers, spans, keys.at(slice(3, 9)), (("edit-12", "No room."),), notes, True, True, aside
    )


def test_what_was_laid_is_the_same_after_it_was_kept_as_text() -> None:
    curves = {f"jaw {seed}": worked_on(seed) for seed in range(5)} | {"none": plain(no_keys())}
    kept = unpack(pack(curves))
    assert list(kept) == list(curves)
    for name, again in kept.items():
        one = curves[name]
        for attribute in ("owners", "spans", "removed", "notes", "deleted", "muted", "aside"):
            assert getattr(again, attribute) == getattr(one, attribute), attribute
        assert np.array_equal(again.numbers, one.numbers)
        for keys, before in ((again.keys, one.keys), (again.hidden, one.hidden)):
            assert all(np.array_equal(getattr(keys, code), getattr(before, code)) for code in CODES)
            for column in ("times", "values", "left", "right", "back", "amplitude", "period"):
                assert np.abs(getattr(keys, column) - getattr(before, column)).max(initial=0.0) < 1e-6


def test_large_values_are_kept_as_exactly_as_they_are_large() -> None:
    keys = hermite_keys(np.arange(20.0), np.linspace(-4000.0, 9000.0, 20), np.full(20, 300.0))
    again = unpack(pack({"root/location[2]": plain(keys)}))["root/location[2]"].keys
    assert np.abs(again.values - keys.values).max() < 1e-3 and np.abs(again.times - keys.times).max() < 1e-7


def test_ten_thousand_keys_take_three_hundred_kilobytes_at_most() -> None:
    curves = {}
    for seed in range(50):
        keys = artist.curve(seed, duration=18.0)
        curves[f"key_blocks[{seed}]"] = plain(keys.at(slice(0, 200)))
    assert sum(len(one.keys) for one in curves.values()) == 10000
    assert len(pack(curves).encode()) < 300_000


@pytest.mark.parametrize(
    ("spoilt", "says"),
    [
        ("nothing of ours", "broken"),
        ('{"format": "lockstep.score", "version": 1}', "none of Lockstep's"),
        ('{"format": "lockstep.laid", "version": 2}', "newer"),
        ('{"format": "lockstep.laid", "version": 1, "curves": [{"name": "jaw", "count": 4}], "keys": ""}', "broken"),
        ('["lockstep.laid"]', "broken"),
    ],
)
def test_text_that_is_no_record_or_is_newer_is_refused_in_a_sentence(spoilt: str, says: str) -> None:
    with pytest.raises(ScoreError, match=says) as caught:
        unpack(spoilt)
    assert str(caught.value).endswith(".")


def test_a_record_that_was_cut_or_changed_is_refused() -> None:
    data = json.loads(pack({"jaw": worked_on(1)}))
    for spoil in (
        {"keys": data["keys"][:-40]},
        {"keys": ""},
        {"curves": [{**data["curves"][0], "count": 9999}]},
        {"curves": [{**data["curves"][0], "owners": [["", 3]]}]},
        {"curves": [{**data["curves"][0], "count": -3}]},
        {"curves": [{**data["curves"][0], "unit": "one"}]},
        {"curves": {"jaw": 1}},
    ):
        with pytest.raises(ScoreError, match="broken"):
            unpack(json.dumps(data | spoil))


def test_keys_of_the_rig_have_the_values_of_its_curve() -> None:
    rng = np.random.default_rng(4)
    times = np.cumsum(rng.uniform(0.02, 0.3, 40))
    curve = KeyCurve("jaw", times, rng.random(40), rng.normal(0.0, 3.0, 40))
    at = np.linspace(-1.0, times[-1] + 1.0, 4001)
    assert np.abs(evaluate(made(curve), at) - curve.at(at)).max() < 1e-9


def test_stepped_keys_hold_their_value_until_the_next() -> None:
    curve = KeyCurve("jaw", np.array([0.0, 0.5, 1.0]), np.array([0.2, 0.8, 0.0]), np.zeros(3), "CONSTANT")
    assert evaluate(made(curve), np.array([-1.0, 0.0, 0.49, 0.5, 0.99, 1.0, 2.0])).tolist() == [
        0.2, 0.2, 0.2, 0.8, 0.8, 0.0, 0.0,
    ]  # fmt: skip


@pytest.mark.parametrize("interpolation", INTERPOLATIONS)
@pytest.mark.parametrize("easing", EASINGS)
def test_every_way_from_a_key_to_the_next_begins_at_the_one_and_ends_at_the_other(
    interpolation: str, easing: str
) -> None:
    keys = hermite_keys(np.array([0.0, 1.0, 2.0]), np.array([0.3, 0.9, 0.1]), np.zeros(3))
    ways = np.full(3, INTERPOLATIONS.index(interpolation), np.int8)
    easings = np.full(3, EASINGS.index(easing), np.int8)
    columns = {name: getattr(keys, name) for name in CurveKeys.__slots__}
    eased = CurveKeys(**columns | {"interpolation": ways, "easing": easings})
    assert evaluate(eased, np.array([0.0, 1.0, 2.0])).tolist() == pytest.approx([0.3, 0.9, 0.1])
    if interpolation != "CONSTANT":
        assert evaluate(eased, np.array([1.0 - 1e-7])).tolist() == pytest.approx([0.9], abs=2e-3)


def test_a_curve_with_one_key_or_none_is_still() -> None:
    assert evaluate(no_keys(), np.array([0.0, 5.0])).tolist() == [0.0, 0.0]
    assert evaluate(hermite_keys(np.array([1.0]), np.array([0.4]), np.array([2.0])), np.array([0.0, 5.0])).tolist() == [
        0.4,
        0.4,
    ]
