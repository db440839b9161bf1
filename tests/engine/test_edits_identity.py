"""What the artist left is found and laid again, key by key: the same take, whatever was done to it and how often."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

import artist
import numpy as np
import pytest
from artist import GRID

from engine.edits import CurveKeys, Laid, evaluate, find, lay, no_keys, pack, unpack
from engine.matching.match import match_takes
from engine.mouth.curves import Contact
from engine.placing import place
from engine.progress import drain
from engine.rig import Grid
from engine.score import Curve, Edit, Score, new_id, take_id
from engine.take import Take

FRAMES = 1e-3 / artist.FPS  # seconds of a thousandth of a frame
MODES = ("frames", "subframes", "stepped")


@dataclass
class Line:
    """A curve in one or two takes, with the edits on it."""

    takes: tuple[Take, ...]
    curves: tuple[CurveKeys, ...]
    grid: Grid
    matches: tuple[dict, ...] = ({}, {})
    edits: tuple[Edit, ...] = ()
    ids: list[str] = field(default_factory=list)

    def contacts(self, at: int) -> tuple[Contact, ...]:
        return tuple(Contact(p.start - 0.008, p.end, "lips") for p in self.takes[at].phones if p.ipa in "mbp")

    def lay(self, at: int = 0, over: CurveKeys | None = None) -> Laid:
        take = self.takes[at]
        homes = {take_id(one): one for one in self.takes}
        placed = place(Score(edits=self.edits), take, self.matches[at], homes)
        curve = self.curves[at] if over is None else over
        chosen = list(zip(self.edits, placed.items, strict=True))
        return lay(curve, chosen, self.contacts(at), placed.inserted, self.grid, take=take_id(take), phones=take.phones)

    def find(self, laid: Laid, current: CurveKeys, at: int = 0) -> tuple[Edit, ...]:
        return find(laid, current, Curve("jaw"), self.takes[at], self.edits, self.id, grid=self.grid)

    def id(self, prefix: str) -> str:
        self.ids.append(new_id(self.ids, prefix))
        return self.ids[-1]


def differences(wanted: CurveKeys, found: CurveKeys) -> list[str]:
    """In what two curves differ, by key; handles that Blender makes itself may stand anywhere."""
    if len(wanted) != len(found):
        return [f"{len(wanted)} keys, not {len(found)}"]
    off = {"time": np.abs(wanted.times - found.times) > FRAMES, "value": np.abs(wanted.values - found.values) > 1e-4}
    for side in ("left", "right"):
        apart = np.abs(getattr(wanted, side) - getattr(found, side))
        off[side] = (getattr(wanted, f"{side}_type") == 0) & ((apart[:, 0] > FRAMES) | (apart[:, 1] > 1e-4))
    for name in ("left_type", "right_type", "interpolation", "easing", "type"):
        off[name] = getattr(wanted, name) != getattr(found, name)
    return [f"{name} at {wanted.times[at].round(4).tolist()}" for name, at in off.items() if at.any()]


def test_a_thousand_random_edits_are_laid_again_as_the_artist_left_them() -> None:
    kinds: Counter[str] = Counter()
    wrong = []
    for seed in range(170):
        rng = np.random.default_rng(seed)
        mode = MODES[seed % 3]
        line = Line((artist.take(),), (artist.curve(seed, mode=mode),), replace(GRID, mode=mode))
        laid = line.lay()
        for round_ in range(4):
            current = artist.in_blender(artist.worked(laid.keys, rng, int(rng.integers(0, 6))))
            if round_ % 2:
                laid = unpack(pack({"jaw": laid}))["jaw"]
            line.edits = line.find(laid, current)
            laid = line.lay()
            wrong += [f"seed {seed}, round {round_}: {one}" for one in differences(current, laid.keys)]
        kinds.update(edit.kind for edit in line.edits)
    assert not wrong
    assert kinds["keys"] + kinds["transform"] >= 1000
    assert kinds["transform"] >= 100


@pytest.fixture(scope="module")
def pair() -> tuple[tuple[Take, ...], tuple[dict, ...]]:
    """A take and the same text a third slower, and their matches by the home that they lead from."""
    one, other = artist.take(), artist.take(pace=1.35, name="b")
    there, back = drain(match_takes(one, other)), drain(match_takes(other, one))
    return (one, other), ({take_id(other): back}, {take_id(one): there})


@pytest.mark.parametrize("mode", MODES)
def test_edits_made_now_in_one_take_now_in_another_stand_in_both_as_they_were_left(pair, mode: str) -> None:
    wrong = []
    for seed in range(12):
        rng = np.random.default_rng(seed)
        curves = artist.curve(seed, mode=mode), artist.curve(seed + 500, 8.1, mode=mode)
        line = Line(pair[0], curves, replace(GRID, mode=mode), pair[1])
        for round_, at in enumerate((0, 0, 1, 1, 0, 1)):
            laid = line.lay(at)
            current = artist.in_blender(artist.worked(laid.keys, rng, int(rng.integers(0, 4))))
            line.edits = line.find(laid, current, at)
            left = line.lay(at)
            wrong += [f"seed {seed}, round {round_}: {one}" for one in differences(current, left.keys)]
            line.lay(1 - at)
            wrong += [f"seed {seed}, and back: {one}" for one in differences(left.keys, line.lay(at).keys)]
    assert not wrong


def test_keys_on_a_curve_of_the_artists_own_stand_in_both_takes_as_they_were_left(pair) -> None:
    wrong = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        line = Line(pair[0], (no_keys(), no_keys()), GRID, pair[1])
        current = artist.curve(seed).at(np.sort(rng.choice(60, 12, replace=False)))
        for round_, at in enumerate((0, 1, 1, 0, 1)):
            laid = line.lay(at)
            now = artist.worked(laid.keys, rng, int(rng.integers(1, 4))) if round_ else current
            line.edits = line.find(laid, artist.in_blender(now), at)
            wrong += [f"seed {seed}, round {round_}: {one}" for one in differences(now, line.lay(at).keys)]
    assert not wrong


def test_edits_that_nobody_touched_in_another_take_stay_as_they_are(pair) -> None:
    for seed in range(20):
        rng = np.random.default_rng(seed)
        line = Line(pair[0], (artist.curve(seed), artist.curve(seed + 500, 8.1)), GRID, pair[1])
        line.edits = line.find(line.lay(), artist.worked(line.lay().keys, rng, 5))
        laid = unpack(pack({"jaw": line.lay(1)}))["jaw"]
        assert line.find(laid, artist.in_blender(laid.keys), 1) == line.edits


def artists_keys(line: Line, laid: Laid) -> CurveKeys:
    return laid.keys.at(np.array([number >= 0 for number in laid.numbers]))


def test_over_another_curve_the_artists_keys_stay_and_all_else_is_that_curve() -> None:
    times = np.linspace(-0.5, 7.5, 8001)
    for seed in range(60):
        rng = np.random.default_rng(seed)
        line = Line((artist.take(),), (artist.curve(seed),), GRID)
        laid = line.lay()
        changed = artist.worked(laid.keys, rng, 1)
        for _ in range(4):
            changed = artist.WAYS[int(rng.integers(6))](changed, rng)
        line.edits = tuple(edit for edit in line.find(laid, changed) if edit.kind == "keys")
        before, other = line.lay(), artist.curve(seed, scale=0.6)
        after = line.lay(over=other)
        assert not differences(artists_keys(line, before), artists_keys(line, after))
        outside = np.ones(len(times), bool)
        for span in after.spans:
            outside &= (times <= span.start) | (times >= span.end)
        assert np.abs(evaluate(after.keys, times) - evaluate(other, times))[outside].max(initial=0.0) < 1e-6


def test_nothing_changed_is_no_edit() -> None:
    for seed in range(20):
        line = Line((artist.take(),), (artist.curve(seed),), GRID)
        laid = unpack(pack({"jaw": line.lay()}))["jaw"]
        assert line.find(laid, artist.in_blender(laid.keys)) == ()
