"""Playback trials: right mouths stay with their sound at any speed, rate and rhythm; wrong ones are found."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from made_voice import say

from engine.errors import UsageError
from engine.languages import load
from engine.mouth import FaceCurves
from engine.pace import at_speed
from engine.progress import drain
from engine.rig import Grid, KeyInfo, key_curves
from engine.sound.energy import energy
from engine.trial import FPS, MOUTHS, RHYTHMS, SPEEDS, Trial, rhythm, try_shot
from engine.trial.playing import Played, played
from engine.trial.stretch import stretched
from engine.trial.telling import as_data, table, verdict

RATE = 16000
CORNERS = ((0.5, 24.0), (1.0, 12.0), (2.0, 60.0))


def shot(name: str = "as spoken", mouth: str = "three shapes") -> Played:
    return played(rhythm(name), load("und"), MOUTHS[mouth])


def tried(played: Played, speed: float = 1.0, fps: float = 24.0) -> Trial:
    return drain(try_shot(played, (speed,), (fps,)))


def moved(curves: FaceCurves, seconds: float = 0.0, pace: float = 1.0) -> FaceCurves:
    """Curves that are late by `seconds`, and slower by `pace`."""
    contacts = tuple(
        replace(contact, start=contact.start * pace + seconds, end=contact.end * pace + seconds)
        for contact in curves.contacts
    )
    return replace(curves, start=curves.start * pace + seconds, hop=curves.hop * pace, contacts=contacts)


def test_every_speed_and_rate_of_the_trials_is_tried() -> None:
    assert (min(SPEEDS), max(SPEEDS)) == (0.5, 2.0) and 1.0 in SPEEDS
    assert set(FPS) == {12.0, 15.0, 23.976, 24.0, 25.0, 29.97, 30.0, 48.0, 60.0, 120.0}
    trial = drain(try_shot(shot(), (2.0, 0.5), (24.0, 12.0)))
    assert [(cell.speed, cell.fps) for cell in trial.cells] == [(0.5, 12.0), (0.5, 24.0), (2.0, 12.0), (2.0, 24.0)]


@pytest.mark.parametrize("fps", FPS)
def test_a_line_as_spoken_stays_with_its_sound_at_every_rate(fps: float) -> None:
    (cell,) = tried(shot(), 1.0, fps).cells
    assert not cell.apart and abs(cell.offset) < 0.5 / fps + 0.01 and (fps < 15.0 or cell.closures.count > 5)


@pytest.mark.parametrize("speed", SPEEDS)
def test_and_at_every_speed(speed: float) -> None:
    (cell,) = tried(shot(), speed).cells
    assert not cell.apart and abs(cell.offset) < 0.04 and abs(cell.closures.offset) < 0.04


@pytest.mark.parametrize("mouth", MOUTHS)
@pytest.mark.parametrize("name", RHYTHMS)
def test_odd_rhythms_on_odd_mouths_stay_with_their_sound(name: str, mouth: str) -> None:
    for speed, fps in CORNERS:
        (cell,) = tried(shot(name, mouth), speed, fps).cells
        assert not cell.apart
        assert speed != 0.5 or not math.isnan(cell.closures.offset)  # three closures and more were seen to shut


def test_inverted_keys_go_down_and_show_the_same_mouth() -> None:
    plain, inverted = shot(mouth="three shapes"), shot(mouth="inverted keys")
    curves = {curve.name: curve for curve in drain(inverted.keys(24.0))}
    for key in inverted.mouth.keys:
        values = curves[key.name].values if key.name in curves else np.full(1, key.base)
        assert key.minimum - 1e-6 <= values.min() and values.max() <= key.maximum + 1e-6
    assert curves["open"].values.min() < -0.3 and curves["round"].values.min() < -0.2
    assert tried(inverted).cells[0].closures.count == tried(plain).cells[0].closures.count


def test_a_key_that_is_full_at_rest_stays_where_the_artist_left_it() -> None:
    key = KeyInfo("smile", 0.0, 1.0, 1.0)
    assert key.base == 1.0 and key.reach == 0.0
    assert KeyInfo("open", -1.0, 0.0).reach == -1.0 and KeyInfo("open", -3.0, -0.5).reach == -0.5


@pytest.mark.parametrize(("seconds", "says"), [(0.125, "late"), (-0.125, "early")])
def test_a_mouth_off_by_three_frames_comes_apart(seconds: float, says: str) -> None:
    right = shot()
    (cell,) = tried(replace(right, face=moved(right.face, seconds))).cells
    assert cell.apart and any(f"too {says}" in sentence for sentence in cell.apart)
    assert cell.offset == pytest.approx(seconds, abs=0.02)


def test_a_mouth_that_drifts_comes_apart() -> None:
    right = shot()
    (cell,) = tried(replace(right, face=moved(right.face, pace=1.06))).cells
    assert cell.apart


@pytest.mark.parametrize("speed", [0.75, 1.25])
def test_keys_that_are_not_scaled_come_apart(speed: float) -> None:
    right = shot()
    unscaled = replace(right, face=moved(right.face, pace=speed))
    assert tried(unscaled, speed).apart


def test_closures_that_are_not_keyed_are_named() -> None:
    right = shot()
    open_mouth = dict(right.face.channels)
    open_mouth["seal"] = np.zeros_like(open_mouth["seal"])
    open_mouth["jaw"] = np.maximum(open_mouth["jaw"], np.float32(0.4))
    (cell,) = tried(replace(right, face=replace(right.face, channels=open_mouth, contacts=()))).cells
    assert len(cell.closures.missed) >= cell.closures.count - 1
    assert any("closures are never shut" in sentence for sentence in cell.apart)


def test_a_take_at_another_speed_has_its_times_and_tracks_there() -> None:
    take = rhythm("as spoken")
    fast = at_speed(take, 2.0)
    assert [phone.start for phone in fast.phones] == pytest.approx([phone.start / 2.0 for phone in take.phones])
    assert len(fast.tracks.energy) == round(len(take.tracks.energy) / 2)
    assert fast.audio.duration == take.audio.duration / 2.0
    loud = int(take.tracks.energy.argmax())
    assert fast.tracks.energy[loud // 2] == pytest.approx(take.tracks.energy[loud], abs=1.0)
    assert at_speed(take, 1.0) is take
    with pytest.raises(UsageError, match="speed"):
        at_speed(take, 0.0)


@pytest.mark.parametrize("speed", [0.5, 0.75, 1.25, 2.0])
def test_stretched_sound_keeps_its_pitch_and_its_places(speed: float) -> None:
    time = np.arange(3 * RATE) / RATE
    starts = np.array([0.4, 1.1, 1.9, 2.5])
    on = ((time[:, None] >= starts) & (time[:, None] < starts + 0.2)).any(axis=1)
    played = stretched((0.5 * on * np.sin(2.0 * np.pi * 200.0 * time)).astype(np.float32), RATE, speed)
    assert len(played) == round(3 * RATE / speed)
    loud = np.sqrt(np.convolve(played**2, np.full(80, 1.0 / 80), "same")) > 0.1
    found = np.flatnonzero(np.diff(loud.astype(int)) == 1) / RATE
    merged = found[np.insert(np.diff(found) > 0.3 / speed, 0, True)]
    assert merged == pytest.approx(starts / speed, abs=0.02)
    spectrum = np.abs(np.fft.rfft(played[round(0.42 / speed * RATE) : round(0.58 / speed * RATE)], 1 << 16))
    assert spectrum.argmax() * RATE / (1 << 16) == pytest.approx(200.0, abs=6.0)


def test_stretching_by_nothing_gives_the_sound_itself() -> None:
    sound = np.random.default_rng(0).standard_normal(1000).astype(np.float32)
    assert stretched(sound, RATE, 1.0) is sound
    assert len(stretched(np.zeros(0, np.float32), RATE, 2.0)) == 0


def test_a_trial_is_told_as_a_table_and_in_sentences() -> None:
    right = shot()
    good, bad = tried(right), tried(replace(right, face=moved(right.face, 0.2)), 1.25)
    lines = table(good)
    assert "three shapes" in lines[0] and len(lines) == 3 and lines[2].startswith(" 1.00  24.000")
    assert verdict(good) == ["The mouth stays with its sound in all 1 cells."]
    assert table(bad)[2].endswith("*") and verdict(bad)[-1].startswith("Sync anew")
    data = as_data(bad)
    assert data["cells"][0]["apart"] == list(bad.cells[0].apart) and data["cells"][0]["heard"] is None


def test_what_cannot_be_told_is_no_number_and_not_apart() -> None:
    silent = replace(rhythm("long vowels"), phones=rhythm("long vowels").phones[1:2], syllables=())
    (cell,) = tried(played(silent, load("und"), MOUTHS["three shapes"])).cells
    assert math.isnan(cell.closures.offset) and cell.closures.count == 0
    assert Path(silent.audio.file).suffix == ".wav"


def test_every_key_of_an_odd_mouth_stays_within_its_limits() -> None:
    for mouth in MOUTHS.values():
        right = played(rhythm("whisper and shout"), load("und"), mouth)
        grid = Grid(24.0, mode=mouth.mode, step=mouth.step)
        known = {key.name: key for key in mouth.keys}
        for curve in drain(key_curves(right.face, mouth.binding, mouth.keys, grid)):
            key = known[curve.name]
            assert curve.values.min() >= key.minimum - 1e-6 and curve.values.max() <= key.maximum + 1e-6


@pytest.mark.parametrize("speed", [0.5, 1.5])
def test_stretched_speech_rises_and_falls_as_librosas_does(speed: float) -> None:
    librosa = pytest.importorskip("librosa")
    sound = say("_:200 m:90 ɑ:180 p:110 i:150 s:120 u:170 _:200").astype(np.float32)
    ours = stretched(sound, RATE, speed)
    theirs = librosa.effects.time_stretch(sound, rate=speed, n_fft=512)
    both = [energy(one)[: round(len(sound) / speed) // 160 - 2] for one in (ours, theirs)]
    assert len(ours) == pytest.approx(len(theirs), abs=2)
    assert np.corrcoef(*(np.maximum(level, -60.0) for level in both))[0, 1] > 0.9
