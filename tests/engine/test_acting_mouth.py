"""Acting and the mouth: effort, emphasis, pins, and feelings under speech that leave closures shut."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from made_faces import BY_NAME, key_infos, key_names

from engine.acting.channels import EMOTIONS
from engine.acting.values import Acting, Feeling, Held, Move, Stress
from engine.errors import UsageError
from engine.languages import load
from engine.mouth import Controls, FaceCurves, shape_curves
from engine.perform import face_curves, perform
from engine.progress import drain
from engine.rig import Grid, KeyCurve
from engine.take import Audio, Phone, Syllable, Take

ENGLISH = load("en")
SPOKEN = (
    *("p 0.60 0.70", "ɑ 0.70 0.80", "m 0.80 0.88", "uː 0.88 1.02", "f 1.02 1.12", "i 1.12 1.20", "b 1.20 1.28"),
    *("ə 1.28 1.34", "v 1.34 1.42", "ɑ 1.42 1.60", "t 1.60 1.66", "oʊ 1.66 1.84", "p 1.84 1.94"),
)
LIPS = {"p", "b", "m"}
MOUTH = ("pucker", "funnel", "stretch", "smile", "upper", "lower")


def reading(prominence: float = 0.5) -> Take:
    rows = [line.split() for line in SPOKEN]
    phones = tuple(Phone(float(start), float(end), ipa) for ipa, start, end in rows)
    vowels = [i for i, phone in enumerate(phones) if phone.ipa in ("ɑ", "uː", "i", "ə", "oʊ")]
    syllables = tuple(Syllable(phones[i].start - 0.05, phones[i].end, i, prominence) for i in vowels)
    return Take(Audio("made.wav", "0" * 64, 3.0, 48000), "en", "made", phones=phones, syllables=syllables)


def face(acting: Acting | None = None, prominence: float = 0.5, **controls: float) -> FaceCurves:
    return face_curves(reading(prominence), ENGLISH, Controls(**controls), acting or Acting())


def at(curves: FaceCurves, channel: str, time: float) -> float:
    return float(curves.at(time)[channel])


def swing(curves: FaceCurves) -> float:
    """How far jaw and lips go, all in all."""
    return float(sum(curves.channels[name].astype(float).sum() for name in ("jaw", *MOUTH)))


def felt(name: str, strength: float = 1.0) -> Acting:
    return Acting(feelings=(Feeling(-0.5, 3.5, name, strength, 0.3),))


def keyed(acting: Acting, rig: str = "arkit", grid: Grid | None = None, **controls: float) -> dict[str, KeyCurve]:
    profile = BY_NAME[rig]
    names = key_names(profile)
    for own in profile.expressions:
        names += [own.key + side for side in "LR"] if own.sides else [own.key + own.side.title()]
    work = perform(
        reading(), ENGLISH, profile, key_infos(names), Controls(**controls), grid or Grid(24.0), acting=acting
    )
    return {curve.name: curve for curve in drain(work)}


def frames(start: float, end: float, fps: float = 24.0) -> np.ndarray:
    return np.arange(np.ceil((start - 0.04) * fps), np.floor((end + 0.04) * fps) + 1) / fps


# nothing asked


def test_without_acting_nothing_changes() -> None:
    plain, acted = shape_curves(reading(), ENGLISH, Controls()), face(Acting(), effort=1.0)
    assert all(np.array_equal(plain.channels[name], acted.channels[name]) for name in plain.channels)
    assert plain.contacts == acted.contacts and not acted.expression


@pytest.mark.parametrize("name", ["brow_raise", "blink", "nod", "look_up"])
def test_a_gesture_of_the_eyes_leaves_the_mouth_as_it_was(name: str) -> None:
    plain, acted = keyed(Acting()), keyed(Acting(moves=(Move(1.2, 0.4, name, 1.0),)))
    for key, curve in plain.items():
        assert np.array_equal(curve.times, acted[key].times) and np.array_equal(curve.values, acted[key].values)
    assert all(key.startswith(("brow", "eye")) for key in set(acted) - set(plain))


def test_the_artists_brows_are_keyed_only_where_acting_moves_them() -> None:
    assert not [key for key in keyed(Acting()) if key.startswith(("brow", "eye", "cheek", "nose"))]
    only = set(keyed(Acting(moves=(Move(1.2, 0.33, "blink", 1.0),)))) - set(keyed(Acting()))
    assert only == {"eyeBlinkL", "eyeBlinkR"}
    blink = keyed(Acting(moves=(Move(1.2, 0.33, "blink", 1.0),)))["eyeBlinkL"]
    assert blink.times[0] > 1.0 and blink.times[-1] < 1.5 and blink.values[0] == blink.values[-1] == 0.0


@pytest.mark.parametrize("peak", [1.2, 1.2083, 1.2291])
def test_a_blink_is_shut_on_a_whole_frame_wherever_it_falls(peak: float) -> None:
    blink = keyed(Acting(moves=(Move(peak, 0.33, "blink", 1.0),)))["eyeBlinkL"]
    assert blink.at(frames(1.0, 1.5)).max() == pytest.approx(1.0, abs=0.011)


@pytest.mark.parametrize("mode", ["frames", "subframes", "stepped"])
def test_expressions_are_keyed_in_every_mode(mode: str) -> None:
    made = keyed(
        Acting(feelings=felt("fear").feelings, moves=(Move(1.2, 0.4, "blink", 1.0),)), grid=Grid(24.0, 0.01, mode)
    )
    for key in ("browInnerUpL", "eyeWideR", "eyeBlinkL"):
        curve = made[key]
        assert curve.values[0] == curve.values[-1] == 0.0 and curve.values.max() > 0.5
        assert curve.values.min() >= 0.0 and curve.values.max() <= 1.0 and np.isfinite(curve.slopes).all()
        if mode != "subframes":
            assert (curve.times - 0.01) * 24.0 == pytest.approx(np.round((curve.times - 0.01) * 24.0), abs=1e-6)


# effort


def test_more_effort_moves_the_mouth_further() -> None:
    swings = [swing(face(effort=effort)) for effort in (0.0, 0.5, 1.0, 1.5, 2.0)]
    assert all(less < 0.97 * more for less, more in pairwise(swings))


@pytest.mark.parametrize("effort", [0.0, 0.4, 1.6, 2.0])
def test_closures_are_shut_at_any_effort_and_at_the_same_time(effort: float) -> None:
    curves = face(effort=effort)
    assert [(c.start, c.end, c.kind) for c in curves.contacts] == [(c.start, c.end, c.kind) for c in face().contacts]
    for contact in curves.contacts:
        inside = np.linspace(contact.start, contact.end, 9)
        channel = "seal" if contact.kind == "lips" else "tuck"
        assert curves.at(inside)[channel].min() >= 0.8


def test_effort_presses_closures_more_and_keeps_weak_vowels() -> None:
    lazy, usual, keen = (face(prominence=0.15, effort=effort) for effort in (0.0, 1.0, 2.0))
    assert at(lazy, "press", 0.65) < at(usual, "press", 0.65) < at(keen, "press", 0.65)
    # a weak i keeps its spread lips with effort, and goes to ə without
    assert at(lazy, "stretch", 1.14) < at(usual, "stretch", 1.14) < at(keen, "stretch", 1.14)


def test_less_effort_lets_neighbours_run_into_each_other() -> None:
    """The rounding of u that is left in the i after it, against u's own."""
    left = [at(face(effort=e), "pucker", 1.16) / at(face(effort=e), "pucker", 0.96) for e in (0.0, 1.0, 2.0)]
    assert left[0] > 1.5 * left[1] > 2.0 * left[2]


# emphasis


def test_an_emphasis_opens_its_own_syllable_and_no_other() -> None:
    less, plain, more = (face(Acting(stresses=(Stress(4, amount),))) for amount in (-0.8, 0.0, 0.8))
    jaws = [at(curves, "jaw", 1.52) for curves in (less, plain, more)]
    assert jaws[0] + 0.03 < jaws[1] < jaws[2] - 0.03
    assert at(more, "jaw", 0.74) == pytest.approx(at(plain, "jaw", 0.74), abs=2e-3)
    assert not more.expression


def test_an_emphasis_on_a_syllable_that_is_not_there_is_refused() -> None:
    with pytest.raises(UsageError, match=r"An emphasis is on syllable 9, but the take has 6; place the acting again\."):
        face(Acting(stresses=(Stress(9, 0.5),)))


# pins


def test_a_pinned_vowel_takes_the_other_ones_lips() -> None:
    plain, half, full = face(), face(Acting(held=(Held(1, "u", 0.5),))), face(Acting(held=(Held(1, "u", 1.0),)))
    puckers = [at(curves, "pucker", 0.74) for curves in (plain, half, full)]
    jaws = [at(curves, "jaw", 0.74) for curves in (plain, half, full)]
    assert puckers[0] + 0.15 < puckers[1] < puckers[2] - 0.15 and puckers[2] > 0.6
    assert jaws[0] > jaws[1] > jaws[2]
    assert at(full, "pucker", 1.5) == pytest.approx(at(plain, "pucker", 1.5), abs=2e-3)


def test_a_pinned_closure_is_a_contact_and_a_pin_can_undo_one() -> None:
    shut = face(Acting(held=(Held(1, "m", 1.0),)))
    assert any(c.kind == "lips" and c.start < 0.75 < c.end for c in shut.contacts) and at(shut, "seal", 0.75) == 1.0
    undone = face(Acting(held=(Held(2, "ɑ", 1.0),)))
    assert not any(c.start < 0.84 < c.end for c in undone.contacts) and at(undone, "seal", 0.84) < 0.05
    teeth = face(Acting(held=(Held(0, "f", 1.0),)))
    assert any(c.kind == "teeth" and c.start < 0.68 for c in teeth.contacts) and at(teeth, "tuck", 0.65) > 0.8


@pytest.mark.parametrize(("strength", "shut"), [(0.4, True), (0.6, False)])
def test_a_contact_is_never_half_made_by_a_pin(strength: float, shut: bool) -> None:
    curves = face(Acting(held=(Held(2, "ɑ", strength),)))
    assert any(c.start < 0.84 < c.end for c in curves.contacts) is shut
    assert at(curves, "seal", 0.84) == (1.0 if shut else pytest.approx(0.0, abs=0.05))


def test_a_diphthong_keeps_its_two_parts_under_half_a_pin() -> None:
    curves = face(Acting(held=(Held(11, "i", 0.5),)))
    assert at(curves, "pucker", 1.8) > at(curves, "pucker", 1.68)
    pinned = face(Acting(held=(Held(9, "aɪ", 1.0),)))
    assert at(pinned, "jaw", 1.45) > at(pinned, "jaw", 1.57) and at(pinned, "stretch", 1.57) > at(
        face(), "stretch", 1.57
    )


def test_a_pin_on_a_sound_that_is_not_there_is_refused() -> None:
    with pytest.raises(UsageError, match=r"A pin is on sound 40, but the take has 13; place the acting again\."):
        face(Acting(held=(Held(40, "u", 1.0),)))


# feelings under speech


@pytest.mark.parametrize("name", EMOTIONS)
def test_a_feeling_never_breaks_a_closure_or_a_tuck(name: str) -> None:
    plain, acted = face(), face(felt(name))
    for contact in acted.contacts:
        inside = np.linspace(contact.start, contact.end, 9)
        for channel in ("seal", "tuck", "jaw", "upper", "lower", "funnel"):
            assert acted.at(inside)[channel] == pytest.approx(plain.at(inside)[channel], abs=1e-6), channel
        if "nose" in acted.expression:
            clock = acted.start + acted.hop * np.arange(len(acted.expression["nose"]))
            assert np.interp(inside, clock, acted.expression["nose"]).max() < 0.01


@pytest.mark.parametrize("name", EMOTIONS)
@pytest.mark.parametrize("fps", [24.0, 30.0])
def test_a_character_with_a_feeling_shuts_its_mouth_on_whole_frames(name: str, fps: float) -> None:
    curves = keyed(felt(name), grid=Grid(fps))
    for phone in reading().phones:
        if phone.ipa in LIPS:
            near = frames(phone.start, phone.end, fps)
            parting = [key for key in curves if key.startswith(("mouthUpperUp", "mouthLowerDown", "noseSneer"))]
            gap = curves["jawOpen"].at(near) - curves["mouthClose"].at(near)
            gap = np.max([gap, *(curves[key].at(near) for key in parting)], axis=0)
            assert gap.min() < 0.02, phone


def test_a_smile_gives_way_to_rounded_lips_and_stays_under_open_ones() -> None:
    plain, acted = face(), face(felt("joy"))
    assert at(acted, "smile", 0.96) < at(plain, "smile", 0.96) + 0.3 < at(acted, "smile", 1.5)
    assert at(acted, "pucker", 0.96) == pytest.approx(at(plain, "pucker", 0.96))
    assert at(acted, "smile", 0.2) > 0.75 and at(acted, "smile", 2.6) > 0.75


def test_the_jaw_of_surprise_drops_only_where_nobody_speaks() -> None:
    plain, acted = face(), face(felt("surprise"))
    assert at(acted, "jaw", 0.1) > 0.25 and at(acted, "jaw", 2.7) > 0.25
    inside = np.arange(0.6, 1.9, 0.01)
    assert acted.at(inside)["jaw"] == pytest.approx(plain.at(inside)["jaw"], abs=0.01)


def test_a_smile_of_the_mouths_own_key_is_solved_with_the_mouth_once() -> None:
    curves = keyed(felt("joy"))
    assert [name for name in curves if name == "mouthSmileL"] == ["mouthSmileL"]
    assert curves["mouthSmileL"].at(np.array([0.2]))[0] == pytest.approx(0.8, abs=0.05)
    assert curves["cheekSquintL"].values.max() == pytest.approx(0.75, abs=0.02)


def test_visemes_are_not_opened_for_a_smile() -> None:
    curves = keyed(felt("joy"), "oculus")
    assert max(curve.at(np.array([0.2]))[0] for name, curve in curves.items() if name.startswith("viseme")) < 0.02
    assert curves["mouthSmileL"].values.max() > 0.7


def test_acting_may_begin_before_the_sound_and_end_after_it() -> None:
    acting = Acting(feelings=(Feeling(-2.0, 6.0, "anger", 1.0, 0.5),), moves=(Move(8.0, 0.33, "blink", 1.0),))
    plain, acted = face(), face(acting)
    assert acted.start <= -2.0 and acted.end >= 8.2
    skip = round((plain.start - acted.start) / acted.hop)
    size = len(plain.channels["jaw"])
    assert np.array_equal(acted.channels["jaw"][skip : skip + size], plain.channels["jaw"])


def test_a_take_in_which_nobody_speaks_can_still_be_acted() -> None:
    empty = Take(Audio("made.wav", "0" * 64, 3.0, 48000), "en", "made")
    names = [*key_names(BY_NAME["arkit"]), "eyeBlinkL", "eyeBlinkR"]
    acting = Acting(moves=(Move(1.0, 0.33, "blink", 1.0),))
    made = drain(perform(empty, ENGLISH, BY_NAME["arkit"], key_infos(names), Controls(), Grid(24.0), acting=acting))
    assert {curve.name for curve in made} == {"eyeBlinkL", "eyeBlinkR"}
