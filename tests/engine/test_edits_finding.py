"""What was changed by hand on a curve, told from its keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import artist
import numpy as np
import pytest
from artist import FPS, GRID

from engine.edits import CurveKeys, Laid, find, hermite_keys, lay, no_keys, plain
from engine.placing import place
from engine.score import Anchor, Curve, Edit, Score, new_id, take_id, time_of

TAKE = artist.take()
JAW = Curve("jaw")


def keys_at(frames: Sequence[float], values: Sequence[float] | None = None) -> CurveKeys:
    times = GRID.origin + np.array(frames, float) / FPS
    return hermite_keys(
        times, np.array(values if values is not None else np.ones(len(frames)) * 0.5), np.zeros(len(frames))
    )


def found(
    before: CurveKeys | Laid, now: CurveKeys | None, known: Sequence[Edit] = (), **more: object
) -> tuple[Edit, ...]:
    laid = plain(before) if isinstance(before, CurveKeys) else before
    taken = [edit.id for edit in known]
    return find(
        laid, now, JAW, TAKE, known, lambda prefix: taken.append(new_id(taken, prefix)) or taken[-1], grid=GRID, **more
    )


def laid_with(generated: CurveKeys, edits: Sequence[Edit]) -> Laid:
    placed = place(Score(edits=tuple(edits)), TAKE, {}, {})
    return lay(
        generated, list(zip(edits, placed.items, strict=True)), (), (), GRID, take=take_id(TAKE), phones=TAKE.phones
    )


def frame_of(anchor: Anchor) -> float:
    return round((time_of(anchor, TAKE) - GRID.origin) * FPS, 3)


def change(keys: CurveKeys, at: int, value: float = 0.0, frames: float = 0.0) -> CurveKeys:
    times, values = keys.times.copy(), keys.values.copy()
    left, right = keys.left.copy(), keys.right.copy()
    times[at] += frames / FPS
    values[at] += value
    for handles in (left, right):
        handles[at] += frames / FPS, value
    order = np.argsort(times, kind="stable")
    moved = {"times": times[order], "values": values[order], "left": left[order], "right": right[order]}
    return replace(keys.at(order), **moved) if frames == 0.0 else replace(keys, **moved)


EVEN = keys_at(range(0, 120, 4))


def test_a_changed_value_is_an_edit_between_its_two_neighbours() -> None:
    (edit,) = found(EVEN, change(EVEN, 5, 0.2))
    assert (frame_of(edit.start), frame_of(edit.end)) == (16.0, 24.0)
    assert [(frame_of(key.at), round(key.value, 6)) for key in edit.keys] == [(20.0, 0.7)]
    assert [frame_of(anchor) for anchor in edit.gone] == [20.0]
    assert edit.keys[0].fps == FPS and edit.keys[0].before == pytest.approx(4 / FPS)


def test_a_key_moved_a_little_is_one_edit_and_one_moved_far_leaves_a_gap_and_comes_elsewhere() -> None:
    (near,) = found(EVEN, change(EVEN, 5, 0.0, 1.5))
    assert [frame_of(key.at) for key in near.keys] == [21.5] and near.keys[0].fps == 0.0
    gap, key = found(EVEN, change(EVEN, 5, 0.0, 10.5))
    assert gap.keys == () and [frame_of(anchor) for anchor in gap.gone] == [20.0]
    assert (frame_of(key.start), [frame_of(one.at) for one in key.keys], frame_of(key.end)) == (28.0, [30.5], 32.0)


def test_changes_far_apart_are_edits_of_their_own_and_changes_close_together_one() -> None:
    dense = keys_at(range(60))
    apart = found(EVEN, change(change(EVEN, 5, 0.2), 9, -0.1))
    close = found(dense, change(change(dense, 20, 0.2), 22, -0.1))
    assert len(apart) == 2
    assert [[frame_of(key.at) for key in edit.keys] for edit in close] == [[20.0, 21.0, 22.0]]


def test_a_bent_handle_and_another_interpolation_are_seen() -> None:
    right = EVEN.right.copy()
    right[7, 1] += 0.1
    ways = EVEN.interpolation.copy()
    ways[15] = 1
    handle, way = found(EVEN, replace(EVEN, right=right, interpolation=ways))
    assert handle.keys[0].right[1] == pytest.approx(0.1)
    assert way.keys[0].interpolation == "LINEAR"


def test_where_blender_puts_handles_of_its_own_is_no_edit_but_their_kind_is() -> None:
    kinds = EVEN.left_type.copy()
    kinds[:] = 4
    automatic = replace(EVEN, left_type=kinds, right_type=kinds)
    left = automatic.left.copy()
    left[:, 1] += 0.3
    assert found(automatic, replace(automatic, left=left)) == ()
    assert len(found(EVEN, automatic)) == 1


def test_the_noise_of_single_precision_is_no_edit() -> None:
    assert found(EVEN, artist.in_blender(EVEN)) == ()


def test_deleted_keys_are_an_edit_without_keys_of_its_own() -> None:
    kept = np.ones(len(EVEN), bool)
    kept[6:9] = False
    (edit,) = found(EVEN, EVEN.at(kept))
    assert edit.keys == () and [frame_of(anchor) for anchor in edit.gone] == [24.0, 28.0, 32.0]
    assert (frame_of(edit.start), frame_of(edit.end)) == (20.0, 36.0)


def test_a_key_before_the_first_opens_the_curve_and_one_after_the_last_closes_it() -> None:
    more = keys_at([-6.0, *range(0, 120, 4), 130.0])
    first, last = found(EVEN, more)
    assert (first.opens, first.closes) == (True, False)
    assert (last.opens, last.closes) == (False, True)


@pytest.mark.parametrize("pivot", [0.0, 0.3])
def test_a_scaled_selection_is_one_transform_with_the_keys_that_it_leaves_as_they_were(pivot: float) -> None:
    values = np.where(np.arange(30) % 3 == 1, 0.0, np.linspace(0.1, 0.9, 30))
    keys = keys_at(range(0, 120, 4), values)
    now = keys.values.copy()
    chosen = slice(5, 21)
    now[chosen] = (now[chosen] - pivot) * 1.5 + pivot
    left, right = keys.left.copy(), keys.right.copy()
    left[chosen, 1] = right[chosen, 1] = now[chosen]
    (edit,) = found(keys, replace(keys, values=now, left=left, right=right))
    assert edit.kind == "transform"
    assert (edit.scale, edit.offset, edit.shift) == (pytest.approx(1.5), pytest.approx(-0.5 * pivot), 0.0)
    assert (frame_of(edit.start), frame_of(edit.end)) == (20.0, 80.0)


def test_a_shifted_selection_is_one_transform_and_values_may_go_with_it() -> None:
    keys = artist.curve(3)
    keys = keys.at(np.delete(np.arange(len(keys)), [9, 25]))  # room for the selection on both sides
    chosen = slice(9, 24)
    times, values, left, right = keys.times.copy(), keys.values.copy(), keys.left.copy(), keys.right.copy()
    times[chosen] += 0.5 / FPS
    values[chosen] *= 1.2
    for handles in (left, right):
        handles[chosen, 0] += 0.5 / FPS
        handles[chosen, 1] *= 1.2
    (edit,) = found(keys, replace(keys, times=times, values=values, left=left, right=right))
    assert (edit.kind, edit.shift) == ("transform", pytest.approx(0.5 / FPS))
    assert (edit.scale, edit.offset) == (pytest.approx(1.2), pytest.approx(0.0, abs=1e-6))


def test_three_keys_alike_are_no_transform() -> None:
    now = EVEN
    for at in (5, 6, 7):
        now = change(now, at, 0.25)
    assert [edit.kind for edit in found(EVEN, now)] == ["keys"]


def test_one_key_that_goes_its_own_way_in_a_selection_is_an_edit_on_top() -> None:
    now = EVEN
    for at in range(5, 20):
        now = change(now, at, 0.25 if at != 12 else 0.4)
    transform, patch = found(EVEN, now)
    assert (transform.kind, transform.offset) == ("transform", pytest.approx(0.25))
    assert [round(key.value, 6) for key in patch.keys] == [0.9]


def test_scaled_again_it_is_the_same_transform_and_scaled_back_it_is_gone() -> None:
    keys = artist.curve(5)
    rng = np.random.default_rng(1)
    once = artist.scaled(keys, rng)
    first = found(keys, once)
    assert [edit.kind for edit in first] == ["transform"]
    laid = laid_with(keys, first)
    changed = np.flatnonzero(laid.numbers < -1)
    values, left, right = laid.keys.values.copy(), laid.keys.left.copy(), laid.keys.right.copy()
    values[changed] *= 1.1
    left[changed, 1] *= 1.1
    right[changed, 1] *= 1.1
    again = found(laid, replace(laid.keys, values=values, left=left, right=right), first)
    assert [(edit.id, edit.kind) for edit in again] == [(first[0].id, "transform")]
    assert again[0].scale == pytest.approx(first[0].scale * 1.1)
    assert found(laid, keys, first) == ()


def test_keys_of_an_edit_that_nobody_touched_keep_their_home() -> None:
    first = found(EVEN, change(change(EVEN, 5, 0.2), 6, 0.1))
    there = {name: replace(getattr(first[0], name), take="elsewhere") for name in ("start", "end")}
    keys = tuple(replace(key, at=replace(key.at, take="elsewhere")) for key in first[0].keys)
    abroad = replace(first[0], **there, keys=keys)
    placed = place(Score(edits=first), TAKE, {}, {}).items
    laid = lay(EVEN, [(abroad, placed[0])], (), (), GRID, take=take_id(TAKE), phones=TAKE.phones)
    (edit,) = found(laid, change(laid.keys, 6, 0.3), (abroad,))
    assert edit.id == abroad.id
    assert [key.at.take for key in edit.keys] == ["elsewhere", take_id(TAKE)]
    assert edit.keys[0] == abroad.keys[0] and (edit.start, edit.end) == (abroad.start, abroad.end)


def test_a_removed_key_of_an_edit_goes_and_the_others_stay() -> None:
    first = found(EVEN, change(change(EVEN, 5, 0.2), 6, 0.1))
    laid = laid_with(EVEN, first)
    (edit,) = found(laid, laid.keys.at(np.arange(len(laid.keys)) != 6), first)
    assert edit.keys[0].at == first[0].keys[0].at and len(edit.keys) == 1


def test_an_edit_that_was_taken_back_is_gone() -> None:
    first = found(EVEN, change(change(EVEN, 5, 0.2), 15, 0.1))
    laid = laid_with(EVEN, first)
    assert [edit.id for edit in found(laid, change(laid.keys, 5, -0.2), first)] == [first[1].id]
    assert found(laid, EVEN, first) == ()


def test_edits_that_were_not_laid_stay_as_they_are() -> None:
    first = found(EVEN, change(EVEN, 5, 0.2))
    muted = (replace(first[0], muted=True),)
    assert found(EVEN, EVEN, muted) == muted
    again = found(EVEN, change(EVEN, 15, 0.2), muted)
    assert again[0] == muted[0] and len(again) == 2


def test_a_curve_that_is_gone_and_one_that_is_muted_are_edits_of_the_whole() -> None:
    assert [edit.kind for edit in found(EVEN, None)] == ["deleted"]
    muted = found(EVEN, EVEN, muted=True)
    assert [edit.kind for edit in muted] == ["muted"]
    laid = laid_with(EVEN, muted)
    assert laid.muted and found(laid, laid.keys, muted, muted=True) == muted
    assert found(laid, laid.keys, muted) == ()


def test_a_deleted_curve_stays_deleted_and_new_keys_on_it_are_kept() -> None:
    first = found(EVEN, change(EVEN, 5, 0.2))
    gone = found(laid_with(EVEN, first), None, first)
    laid = laid_with(EVEN, gone)
    assert laid.deleted and len(laid.keys) == 0
    assert found(laid, None, gone) == gone and found(laid, no_keys(), gone) == gone
    anew = keys_at([30, 34, 38])
    now = found(laid, anew, gone)
    assert now[:2] == gone and len(now[2].keys) == 3
    assert np.allclose(laid_with(EVEN, now).keys.times, anew.times)


def test_keys_on_a_curve_without_the_syncs_own_are_gathered_by_pauses() -> None:
    near = keys_at([10, 14, 18, 90, 95])  # more than a second lies between the third and the fourth
    edits = found(no_keys(), near)
    assert [len(edit.keys) for edit in edits] == [3, 2]
    laid = laid_with(no_keys(), edits)
    assert np.allclose(laid.keys.times, near.times) and len(laid.keys) == len(near)
    assert found(laid, laid.keys, edits) == edits
    moved = found(laid, change(laid.keys, 1, 0.3), edits)
    assert [edit.id for edit in moved] == [edit.id for edit in edits]
    assert moved[0].keys[0].at == edits[0].keys[0].at and moved[1] == edits[1]
    assert [edit.id for edit in found(laid, laid.keys.at(slice(0, 3)), edits)] == [edits[0].id]


def test_phrases_part_the_artists_own_keys() -> None:
    end, start = TAKE.phrases[0].end, TAKE.phrases[1].start
    assert 0.5 < start - end < 1.0
    keys = hermite_keys(np.array([end - 0.1, start + 0.05]), np.ones(2), np.zeros(2))
    assert len(found(no_keys(), keys)) == 2
