"""The live mouth on rows made by hand: contacts that shut, rest, smoothness, its delay, and that it never breaks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from made_speech import posteriors

from engine.languages import CHANNELS, load
from engine.live.mouth import LiveMouth
from engine.mouth import Controls
from engine.phones import CLASSES
from engine.recognizer import Posteriors

AT = {name: number for number, name in enumerate(CHANNELS)}
MOVING = [AT[name] for name in ("jaw", "pucker", "funnel", "stretch", "smile", "upper", "lower")]
LOUD = -20.0

Said = Sequence[tuple[str, int]]


def shown(said: Said, language: str = "en", controls: Controls | None = None, level: float = LOUD) -> np.ndarray:
    """The channels [rows, channels] of (phone, rows of 10 ms) in order, '' being silence."""
    return mouth_of(posteriors(said, noise=0.3), language, controls, level)


def mouth_of(
    rows: Posteriors, language: str = "en", controls: Controls | None = None, level: float = LOUD
) -> np.ndarray:
    mouth = LiveMouth(load(language), controls)
    told = mouth.push(rows.phones, rows.articulation, np.full(len(rows.phones), level)) + mouth.finish()
    assert len(told) == len(rows.phones)
    return np.array([row.values for row in told])


def rows_of(said: Said, number: int) -> slice:
    """Where the phone `number` of `said` lies."""
    start = sum(rows for _, rows in said[:number])
    return slice(start, start + said[number][1])


@pytest.mark.parametrize("phone", ["p", "b", "m"])
@pytest.mark.parametrize("rows", [3, 6, 12])
def test_lips_are_wholly_shut_from_the_first_row_of_a_closure(phone: str, rows: int) -> None:
    said = [("", 30), ("ɑ", 15), (phone, rows), ("ɑ", 15), ("", 30)]
    values = shown(said)
    closure = rows_of(said, 2)
    seal = values[:, AT["seal"]]
    assert np.all(seal[closure] == 1.0)
    assert np.all(values[closure][:, AT["jaw"]] <= 0.2)
    assert not values[closure][:, [AT["upper"], AT["lower"], AT["tongue_out"]]].any()
    assert values[closure][:, AT["press"]].max() > 0.05
    assert (seal == 1.0).sum() >= 4
    assert seal[closure.start - 3] == 0.0 and seal[max(closure.stop, closure.start + 5) + 5] == 0.0
    assert np.all(np.diff(seal) <= 1 / 3 + 1e-9), "it shuts in steps"


@pytest.mark.parametrize("phone", ["f", "v"])
def test_lip_meets_teeth_in_f_and_v(phone: str) -> None:
    said = [("", 30), ("i", 15), (phone, 8), ("i", 15), ("", 30)]
    values = shown(said)
    assert np.all(values[rows_of(said, 2)][1:, AT["tuck"]] == 1.0)
    assert values[rows_of(said, 1)][8, AT["tuck"]] == 0.0 and values[rows_of(said, 3)][8, AT["tuck"]] == 0.0
    assert values[:, AT["seal"]].max() == 0.0


def test_a_row_that_is_heard_otherwise_does_not_open_a_closure() -> None:
    said = [("ɑ", 15), ("m", 5), ("n", 1), ("m", 5), ("ɑ", 15)]
    seal = shown(said)[:, AT["seal"]]
    assert np.all(seal[15:26] == 1.0)


def test_what_is_hardly_heard_as_a_closure_is_none() -> None:
    said = [("ɑ", 20), ("n", 8), ("ɑ", 20)]
    rows = posteriors(said, noise=0.0)
    shares = np.exp(rows.phones.astype(np.float64))
    shares[20:28, CLASSES.index("m")] = 0.3 * shares[20:28].sum(axis=1)
    logs = np.log(shares / shares.sum(axis=1, keepdims=True)).astype(np.float16)
    assert mouth_of(Posteriors(logs, rows.articulation))[:, AT["seal"]].max() < 0.9


def test_spanish_lips_shut_for_b_after_a_nasal_and_only_come_near_after_a_vowel() -> None:
    after_vowel = [("", 30), ("a", 15), ("b", 8), ("a", 15), ("", 20)]
    after_nasal = [("", 30), ("a", 15), ("m", 8), ("b", 8), ("a", 15), ("", 20)]
    assert shown(after_vowel, "es")[:, AT["seal"]].max() < 0.5
    assert np.all(shown(after_nasal, "es")[rows_of(after_nasal, 3)][:, AT["seal"]] == 1.0)
    assert np.all(shown(after_vowel, "en")[rows_of(after_vowel, 2)][:, AT["seal"]] == 1.0)


def test_the_mouth_rests_in_silence_and_goes_there_softly() -> None:
    said = [("", 30), ("ɑ", 25), ("", 80)]
    values = shown(said)
    assert values[:26].max() < 0.01 and values[50, AT["jaw"]] > 0.4
    assert values[95:].max() < 0.02
    assert np.abs(np.diff(values[55:], axis=0)).max() < 0.09
    assert values[58, AT["jaw"]] > 0.2, "the gap of a stop does not shut the jaw"


def test_sound_far_under_the_voice_is_silence_whatever_is_heard_in_it() -> None:
    said = [("ɑ", 100), ("u", 100)]
    rows = posteriors(said, noise=0.3)
    mouth = LiveMouth(load("en"))
    levels = np.where(np.arange(200) < 100, -20.0, -70.0)
    told = mouth.push(rows.phones, rows.articulation, levels) + mouth.finish()
    assert max(row.values[MOVING].max() for row in told[170:]) < 0.02
    assert {row.phone for row in told[105:]} == {""} and "ɑ" in {row.phone for row in told[:95]}


def test_weak_speech_opens_the_jaw_less_than_loud_speech() -> None:
    said = [("ɑ", 60), ("", 30), ("ɑ", 60)]
    rows = posteriors(said, noise=0.3)
    mouth = LiveMouth(load("en"))
    levels = np.repeat([-20.0, -60.0, -40.0], [60, 30, 60])
    told = np.array([row.values[AT["jaw"]] for row in mouth.push(rows.phones, rows.articulation, levels)])
    assert told[120:].max() < 0.75 * told[:60].max()


def test_a_sound_of_the_tongue_leaves_the_lips_nearly_where_they_were() -> None:
    said = [("", 30), ("u", 20), ("t", 6), ("u", 20)]
    pucker = shown(said)[:, AT["pucker"]]
    assert pucker[rows_of(said, 2)].min() > 0.7 * pucker[49]


def test_a_hiss_takes_over_the_rounding_before_it() -> None:
    round_before, spread_before = ([("", 30), (vowel, 20), ("s", 8), ("i", 5)] for vowel in "ui")
    after_round = shown(round_before)[rows_of(round_before, 2)]
    after_spread = shown(spread_before)[rows_of(spread_before, 2)]
    assert after_round[:, AT["pucker"]].mean() > 0.4 > 0.1 > after_spread[:, AT["pucker"]].mean()
    assert after_round[:, AT["stretch"]].mean() < 0.5 * after_spread[:, AT["stretch"]].mean()


def babble(seed: int, count: int = 120) -> Said:
    rng = np.random.default_rng(seed)
    return [(str(rng.choice(["ɑ", "i", "u", "ɔ", "e", "ə"])), int(rng.integers(6, 14))) for _ in range(count)]


def lag(late: np.ndarray, right: np.ndarray) -> float:
    """Seconds by which `late` comes after `right`, where they correlate best."""
    shifts = np.arange(0, 10)
    found = [np.corrcoef(late[shift:], right[: len(right) - shift])[0, 1] for shift in shifts]
    top = int(np.argmax(found))
    before, here, after = found[max(top - 1, 0)], found[top], found[min(top + 1, 9)]
    bend = before - 2 * here + after
    return 0.01 * (top + (0.5 * (before - after) / bend if bend < 0 and top else 0.0))


def test_the_mouth_comes_no_later_behind_what_it_is_told_than_its_share_of_the_delay() -> None:
    said = babble(1)
    path = [phone for phone, rows in said for _ in range(rows)]
    language = load("en")
    mouth = LiveMouth(language)
    rows = posteriors(said, noise=0.3)
    told = np.array([row.values for row in mouth.push(rows.phones, rows.articulation, np.full(len(path), LOUD))])
    for channel in ("jaw", "pucker", "stretch"):
        wanted = np.array([language.shape(phone)[channel] for phone in path])
        behind = lag(told[:, AT[channel]], wanted[: len(told)])  # of what it speaks of
        assert behind + mouth.delay <= 0.0275, channel
        assert abs(behind - mouth.lag) < 0.008, channel


def test_rows_that_are_told_one_by_one_make_the_same_mouth() -> None:
    rows = posteriors(babble(2, 30), noise=0.6)
    levels = np.random.default_rng(2).uniform(-60.0, -10.0, len(rows.phones))
    whole, single = LiveMouth(load("de")), LiveMouth(load("de"))
    at_once = whole.push(rows.phones, rows.articulation, levels) + whole.finish()
    cut = [
        row
        for at in range(len(levels))
        for row in single.push(rows.phones[at : at + 1], rows.articulation[at : at + 1], levels[at : at + 1])
    ]
    cut += single.finish()
    assert len(at_once) == len(cut) == len(levels)
    assert all(np.array_equal(a.values, b.values) and a.phone == b.phone for a, b in zip(at_once, cut, strict=True))


@pytest.mark.parametrize(
    "controls", [Controls(), Controls(2.0, 2.0, 2.0, 0.0, -200.0, 2.0), Controls(1.0, smoothing=1.0)]
)
def test_whatever_is_told_the_values_stay_between_0_and_1(controls: Controls) -> None:
    rng = np.random.default_rng(3)
    logs = rng.normal(0.0, 30.0, (400, len(CLASSES))).astype(np.float32)
    ways = rng.normal(0.5, 2.0, (400, 7)).astype(np.float32)
    logs[50], logs[60], ways[70], ways[80] = np.nan, -np.inf, np.nan, np.inf
    levels = rng.uniform(-150.0, 10.0, 400)
    levels[90:93] = np.nan, np.inf, -np.inf
    mouth = LiveMouth(load("und"), controls)
    values = np.array([row.values for row in mouth.push(logs, ways, levels) + mouth.finish()])
    assert np.isfinite(values).all() and values.min() >= 0.0 and values.max() <= 1.0
    after = mouth_of(posteriors([("ɑ", 40)]), controls=controls)
    assert np.isfinite(after).all() and after[-1, AT["jaw"]] > 0.3


def test_the_controls_move_it_further_or_less_far_but_contacts_are_never_made_by_halves() -> None:
    said = [("", 30), ("ɑ", 15), ("m", 8), ("u", 15), ("", 30)]
    usual, half, none = (shown(said, controls=Controls(intensity=by)) for by in (1.0, 0.5, 0.0))
    assert np.allclose(half[:, MOVING[1:]], 0.5 * usual[:, MOVING[1:]], atol=1e-9)
    assert half[:, AT["seal"]].max() == 1.0 and not none.any()
    jaw, lips = (shown(said, controls=Controls(**{name: 0.5})) for name in ("jaw", "lips"))
    assert jaw[:, 0].max() < 0.6 * usual[:, 0].max() and np.array_equal(jaw[:, AT["pucker"]], usual[:, AT["pucker"]])
    assert np.allclose(lips[:, AT["pucker"]], 0.5 * usual[:, AT["pucker"]])
    smooth = shown(said, controls=Controls(smoothing=1.0))
    assert np.abs(np.diff(smooth[:40, 0], 2)).max() < 0.5 * np.abs(np.diff(usual[:40, 0], 2)).max()
    assert np.array_equal(smooth[:, AT["seal"]], usual[:, AT["seal"]])
    mumbled, overdone = (shown(said, controls=Controls(effort=by))[:, AT["pucker"]].max() for by in (0.0, 2.0))
    assert mumbled < usual[:, AT["pucker"]].max() < overdone
