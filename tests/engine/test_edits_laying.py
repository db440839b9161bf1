"""Edits laid over a generated curve, in their own take and in others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import artist
import numpy as np
import pytest
from artist import FPS, GRID

from engine.edits import CurveKeys, Laid, evaluate, hermite_keys, lay, no_keys
from engine.edits.keys import HANDLES
from engine.errors import UsageError
from engine.mouth.curves import Contact
from engine.placing import Place, PlacedItem
from engine.rig import Grid
from engine.score import Anchor, Curve, Edit, EditedKey
from engine.take import Phone

FREELY = replace(GRID, mode="subframes")
HERE, THERE = "here", "there"


def at(seconds: float, take: str = THERE) -> Anchor:
    return Anchor(take, "shot", 0, seconds)


def key(seconds: float, value: float, take: str = THERE, **more: object) -> EditedKey:
    own = {"left": (-0.03, 0.0), "right": (0.03, 0.0), "before": 0.1, "after": 0.1}
    return EditedKey(at(seconds, take), value, **{**own, **more})


def edit(start: float, end: float, keys: Sequence[EditedKey] = (), take: str = THERE, **more: object) -> Edit:
    own = {"id": "edit-1", "curve": Curve("jaw")}
    return Edit(start=at(start, take), end=at(end, take), keys=tuple(keys), **{**own, **more})


def placed(one: Edit, pace: float = 1.0, phones: Sequence[Phone] = (), **more: object) -> PlacedItem:
    """The item with all its anchors' seconds times `pace`."""

    def place(anchor: Anchor) -> Place:
        seconds = anchor.amount * pace
        inside = (number for number, phone in enumerate(phones) if phone.start <= seconds < phone.end)
        return Place(seconds, pace, phone=next(inside, -1))

    keys, gone = tuple(place(key.at) for key in one.keys), tuple(map(place, one.gone))
    return PlacedItem(one.id, "matched", place(one.start), place(one.end), keys, gone, **more)


def laid(generated: CurveKeys, *edits: Edit, pace: float = 1.0, grid: Grid = FREELY, **more: object) -> Laid:
    contacts, inserted = more.pop("contacts", ()), more.pop("inserted", ())
    phones = more.get("phones", ())
    chosen = [(one, placed(one, pace, phones)) for one in edits]
    return lay(generated, chosen, contacts, inserted, grid, **{"take": HERE, **more})


def wave(count: int = 41, step: float = 0.1) -> CurveKeys:
    """Keys every tenth of a second on a slow wave."""
    times = np.arange(count) * step
    return hermite_keys(times, 0.5 + 0.4 * np.sin(2.0 * times), 0.8 * np.cos(2.0 * times))


def difference(one: CurveKeys, other: CurveKeys, start: float, end: float) -> float:
    times = np.linspace(start, end, 1001)
    return float(np.abs(evaluate(one, times) - evaluate(other, times)).max())


def test_without_edits_the_generated_keys_stand_as_they_are() -> None:
    made = laid(wave())
    assert made.owners == ("",) * 41 and not made.spans
    for column in ("times", "values", "left", "right"):
        assert np.array_equal(getattr(made.keys, column), getattr(wave(), column))


def test_the_artists_keys_replace_what_was_between_two_borders_and_nothing_else_changes() -> None:
    made = laid(wave(), edit(1.0, 1.4, [key(1.15, 0.9)]))
    inside = (made.keys.times > 1.0) & (made.keys.times < 1.4)
    assert made.keys.times[inside].tolist() == [1.15] and made.keys.values[inside].tolist() == [0.9]
    assert made.owners[int(np.flatnonzero(inside)[0])] == "edit-1"
    assert difference(made.keys, wave(), 0.0, 1.0) < 1e-9 and difference(made.keys, wave(), 1.4, 4.0) < 1e-9


def test_a_border_between_two_keys_splits_the_curve_so_that_it_runs_as_before() -> None:
    made = laid(wave(), edit(1.03, 1.47, [key(1.2, 0.9), key(1.3, 0.1)]))
    assert 1.03 in made.keys.times and 1.47 in made.keys.times
    assert difference(made.keys, wave(), 0.0, 1.03) < 1e-9 and difference(made.keys, wave(), 1.47, 4.0) < 1e-9


def test_two_borders_between_the_same_two_keys_split_the_curve_exactly() -> None:
    made = laid(wave(9, 0.5), edit(1.1, 1.3, [key(1.2, 0.9)]))
    assert difference(made.keys, wave(9, 0.5), 0.0, 1.1) < 1e-9
    assert difference(made.keys, wave(9, 0.5), 1.3, 4.0) < 1e-9


@pytest.mark.parametrize("pace", [0.6, 1.7])
def test_handles_reach_as_far_into_the_way_to_the_neighbour_as_at_home(pace: float) -> None:
    keys = [key(1.1, 0.9), key(1.2, 0.2, left=(-0.05, 0.3), right=(0.02, -0.1)), key(1.3, 0.9)]
    made = laid(wave(), edit(1.0, 1.4, keys), pace=pace)
    middle = int(np.argmin(np.abs(made.keys.times - 1.2 * pace)))
    assert (made.keys.left[middle] - [made.keys.times[middle], 0.2]).tolist() == pytest.approx([-0.05 * pace, 0.3])
    assert (made.keys.right[middle] - [made.keys.times[middle], 0.2]).tolist() == pytest.approx([0.02 * pace, -0.1])


def test_handles_kept_in_line_stay_in_line_where_one_side_is_stretched() -> None:
    kinds = {"left_type": "ALIGNED", "right_type": "ALIGNED", "left": (-0.04, -0.2), "right": (0.02, 0.1)}
    one = edit(1.0, 1.4, [key(1.1, 0.9), key(1.2, 0.5, **kinds), key(1.3, 0.9)])
    item = placed(one)
    item = replace(item, keys=(item.keys[0], replace(item.keys[1], seconds=1.25), item.keys[2]))
    made = lay(wave(), [(one, item)], (), (), FREELY, take=HERE)
    at_key = int(np.argmin(np.abs(made.keys.times - 1.25)))
    left = made.keys.left[at_key] - [1.25, 0.5]
    right = made.keys.right[at_key] - [1.25, 0.5]
    assert made.keys.left_type[at_key] == HANDLES.index("ALIGNED")
    assert right[0] == pytest.approx(-0.5 * left[0])


PHONES = (Phone(1.0, 1.2, "ɑ"), Phone(1.2, 1.3, "m"), Phone(1.3, 1.5, "i"))
SEAL = Contact(1.2, 1.3, "lips")


def test_a_closure_within_an_edit_is_put_back() -> None:
    made = laid(wave(), edit(1.02, 1.48, [key(1.1, 0.0), key(1.4, 0.0)]), contacts=[SEAL], phones=PHONES)
    assert difference(made.keys, wave(), 1.2, 1.3) < 1e-9
    assert evaluate(made.keys, np.array([1.1, 1.4])).tolist() == pytest.approx([0.0, 0.0])


@pytest.mark.parametrize("own", ["a key", "a removed key"])
def test_a_closure_that_the_artist_worked_on_stays_as_it_was_left(own: str) -> None:
    more = [key(1.25, 0.7)] if own == "a key" else []
    gone = (at(1.25),) if own == "a removed key" else ()
    one = edit(1.02, 1.48, [key(1.1, 0.0), *more, key(1.4, 0.0)], gone=gone)
    made = laid(wave(), one, contacts=[SEAL], phones=PHONES)
    assert made.keys.times[made.numbers >= 0].tolist() == [one.at.amount for one in one.keys]
    assert difference(made.keys, wave(), 1.2, 1.3) > 0.05


def test_in_the_take_of_its_making_no_closure_is_put_back() -> None:
    one = edit(1.0, 1.5, [key(1.1, 0.0, HERE), key(1.4, 0.0, HERE)], HERE)
    made = laid(wave(), one, contacts=[SEAL], phones=PHONES)
    assert difference(made.keys, wave(), 1.2, 1.3) > 0.05


def test_a_closure_across_a_border_moves_the_border() -> None:
    made = laid(wave(), edit(1.25, 1.65, [key(1.4, 0.9), key(1.5, 0.9)]), contacts=[SEAL], phones=PHONES)
    assert difference(made.keys, wave(), 0.0, 1.3) < 1e-9


def test_edits_of_brows_go_on_through_closures_and_inserted_speech() -> None:
    one = edit(1.0, 1.5, [key(1.1, 0.0), key(1.4, 0.0)], curve=Curve("brow", part="face"))
    made = laid(wave(), one, contacts=[SEAL], phones=PHONES, inserted=[(1.15, 1.35)])
    assert np.count_nonzero((made.keys.times > 1.0) & (made.keys.times < 1.5)) == 2


def test_in_inserted_speech_the_syncs_own_curve_shows() -> None:
    one = edit(1.0, 2.0, [key(1.2, 0.0), key(1.8, 0.0)])
    assert difference(laid(wave(), one, inserted=[(1.4, 1.6)]).keys, wave(), 1.4, 1.6) < 1e-9
    assert difference(laid(wave(), one, inserted=[(1.45, 1.55)]).keys, wave(), 1.45, 1.55) > 0.05


def on_frames(keys: CurveKeys) -> list[float]:
    return np.round((keys.times - GRID.origin) * FPS, 6).tolist()


def test_keys_from_whole_frames_stand_on_whole_frames_again() -> None:
    generated = artist.curve(2)
    one = edit(1.0, 2.0, [key(1.2, 0.3, fps=30.0), key(1.51, 0.9, fps=24.0), key(1.7, 0.4)])
    made = laid(generated, one, grid=GRID, pace=1.07)
    frames = np.array(on_frames(made.keys))[made.numbers >= 0]
    assert np.abs(frames[:2] - np.round(frames[:2])).max() < 1e-6
    assert frames[2] == pytest.approx((1.7 * 1.07 - GRID.origin) * FPS, abs=1e-6)


def test_two_keys_that_would_fall_on_one_frame_both_stay() -> None:
    start = GRID.origin + 30.0 / FPS
    near = [key(start + frames / FPS, value, fps=24.0) for frames, value in ((4.9, 0.1), (5.2, 0.8), (5.3, 0.5))]
    made = laid(artist.curve(2), edit(start, start + 10.0 / FPS, near), grid=GRID)
    frames = np.array(on_frames(made.keys))[made.numbers >= 0]
    assert len(frames) == 3 and frames[0] == pytest.approx(35.0)
    assert np.all(np.diff(frames) >= 0.1 - 1e-6) and np.all(np.diff(frames) < 0.5)


def test_stepped_curves_stay_stepped_and_keys_of_other_takes_stand_on_frames() -> None:
    generated, stepped = artist.curve(2, mode="stepped"), replace(GRID, mode="stepped")
    one = edit(1.0, 2.0, [key(1.2, 0.3, interpolation="CONSTANT"), key(1.51, 0.9, interpolation="CONSTANT")])
    made = laid(generated, one, grid=stepped)
    assert np.all(made.keys.interpolation == generated.interpolation[0])
    frames = np.array(on_frames(made.keys))
    assert np.abs(frames - np.round(frames)).max() < 1e-5


def transform(start: float, end: float, **more: object) -> Edit:
    return edit(start, end, kind="transform", **more)


def test_a_transform_scales_the_syncs_keys_in_its_range_with_their_handles() -> None:
    made = laid(wave(), transform(1.0, 2.0, scale=0.5, offset=0.1))
    inside = (wave().times > 0.99) & (wave().times < 2.01)
    assert np.allclose(made.keys.values[inside], wave().values[inside] * 0.5 + 0.1)
    assert np.allclose(made.keys.left[inside, 1], wave().left[inside, 1] * 0.5 + 0.1)
    assert np.array_equal(made.keys.values[~inside], wave().values[~inside])
    assert {owner for owner, own in zip(made.owners, inside, strict=True) if own} == {"edit-1"}


def test_shifted_keys_stop_before_a_neighbour_that_stays() -> None:
    made = laid(wave(), transform(1.0, 1.5, shift=0.25))
    assert np.all(np.diff(made.keys.times) > 0.9e-3)
    assert made.keys.times[wave().times > 1.55].tolist() == wave().times[wave().times > 1.55].tolist()
    assert made.notes and "neighbour" in made.notes[0][1]


def test_a_shift_by_whole_frames_is_whole_frames_on_another_grid() -> None:
    times = GRID.origin + np.arange(0, 60, 3) / 30.0
    generated = hermite_keys(times, np.linspace(0.0, 1.0, 20), np.zeros(20))
    grid = Grid(30.0, GRID.origin, "frames")
    made = laid(generated, transform(float(times[5]), float(times[8]), shift=1.0 / 24.0, fps=24.0), grid=grid)
    frames = (made.keys.times - grid.origin) * 30.0
    assert np.abs(frames - np.round(frames)).max() < 1e-6


def test_keys_made_on_top_of_a_transform_stand_as_they_were_made() -> None:
    made = laid(wave(), transform(1.0, 2.0, scale=0.5), edit(1.2, 1.6, [key(1.4, 0.9)], id="edit-2"))
    assert evaluate(made.keys, np.array([1.4])).tolist() == pytest.approx([0.9])


def test_of_two_edits_that_come_to_the_same_place_none_is_lost_and_the_later_has_its_place() -> None:
    one = edit(1.0, 1.5, [key(1.2, 0.1), key(1.3, 0.2)])
    two = edit(1.15, 1.7, [key(1.25, 0.8), key(1.4, 0.9)], id="edit-2")
    made = laid(wave(), one, two)
    own = [
        (owner, round(time, 4))
        for owner, time, number in zip(made.owners, made.keys.times, made.numbers, strict=True)
        if number >= 0
    ]
    assert [pair for pair in own if pair[0] == "edit-2"] == [("edit-2", 1.25), ("edit-2", 1.4)]
    assert [owner for owner, _ in own].count("edit-1") == 2
    assert made.notes and made.notes[0][0] == "edit-1"
    assert np.all(np.diff(made.keys.times) > 0.0)


def test_keys_that_come_to_one_place_stand_apart_within_their_borders() -> None:
    one = edit(1.0, 1.4, [key(1.2, 0.1), key(1.2, 0.5), key(1.2, 0.9)])
    made = laid(wave(), one)
    times = made.keys.times[made.numbers >= 0]
    assert len(times) == 3 and np.all(np.diff(times) > 1e-3) and times[0] > 1.0 and times[-1] < 1.4


def test_borders_that_fall_together_give_way_to_the_keys() -> None:
    one = edit(1.25, 1.25, [key(1.25, 0.9)])
    made = laid(wave(), one)
    assert evaluate(made.keys, np.array([1.25])).tolist() == pytest.approx([0.9])
    assert made.spans[0].start < 1.25 < made.spans[0].end


def test_muted_and_unplaced_edits_take_no_part() -> None:
    one = edit(1.0, 1.4, [key(1.2, 0.9)])
    for chosen in ((replace(one, muted=True), placed(one)), (one, placed(one, laid=False))):
        made = lay(wave(), [chosen], (), (), FREELY, take=HERE)
        assert not made.spans and np.array_equal(made.keys.values, wave().values)


def test_a_deleted_curve_has_no_keys_but_those_made_afterwards() -> None:
    gone = edit(0.0, 4.0, kind="deleted", id="edit-2")
    made = laid(wave(), edit(1.0, 1.4, [key(1.2, 0.9)]), gone)
    assert made.deleted and len(made.keys) == 0
    made = laid(wave(), gone, edit(1.0, 1.4, [key(1.2, 0.9)]))
    assert made.deleted and made.keys.times.tolist() == [1.2]


def test_an_edit_that_opens_or_closes_the_curve_has_nothing_beyond_it() -> None:
    made = laid(
        wave(), edit(0.5, 1.0, [key(0.5, 0.9)], opens=True), edit(3.0, 9.0, [key(3.3, 0.1)], id="edit-2", closes=True)
    )
    assert made.keys.times[0] == 0.5 and made.keys.times[-1] == 3.3


def test_beyond_the_generated_curve_a_border_returns_to_where_it_stays() -> None:
    made = laid(wave(), edit(3.5, 5.0, [key(4.5, 0.9)]))
    assert made.keys.times[-1] == 5.0
    assert difference(made.keys, wave(), 5.0, 6.0) < 1e-9 and difference(made.keys, wave(), 0.0, 3.5) < 1e-9


def test_a_curve_without_generated_keys_has_the_artists_and_no_borders() -> None:
    made = laid(no_keys(), edit(1.0, 1.4, [key(1.2, 0.9), key(1.3, 0.1)]))
    assert made.keys.times.tolist() == [1.2, 1.3]


def test_a_place_that_is_missing_is_refused() -> None:
    one = edit(1.0, 1.4, [key(1.2, 0.9)])
    with pytest.raises(UsageError, match="place the score again"):
        lay(wave(), [(one, replace(placed(one), keys=()))], (), (), FREELY)
