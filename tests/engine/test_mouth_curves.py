"""The curves as a whole: their range, their extent, what the controls do, and how fast they are made."""

from __future__ import annotations

import numpy as np
import pytest
from spoken import centre, spoken, tracks

from engine.errors import UsageError
from engine.languages import load
from engine.mouth import CHANNELS, Contact, Controls, FaceCurves, shape_curves
from engine.take import Audio, Phone, Syllable, Take, Tracks

LINE = "p:90 'u:120 t:60 ə:50 s:100 'ɑ:150 m:80 _:500 ʃ:110 'i:120 f:90 ɪ:60 ŋ:70 w:60 'aɪ:180 b:60 l:60 z:90"


def minute(language: str = "en") -> Take:
    """A minute of syllables in phrases of eight, with tracks."""
    rng = np.random.default_rng(7)
    phones, syllables, now = [], [], 0.3
    inventory = sorted(load(language).inventory)
    for number in range(360):
        begin = now
        for _ in range(3):
            length = float(rng.uniform(0.03, 0.09))
            phones.append(Phone(now, now + length, str(rng.choice(inventory))))
            now += length
        syllables.append(Syllable(begin, now, len(phones) - 2, float(rng.uniform())))
        now += 0.4 if number % 8 == 7 else 0.0
    n = int(now * 100)
    values = [rng.uniform(0.0, 1.0, n).astype(np.float32) for _ in range(2)]
    heard = Tracks(openness=values[0], rounding=values[1], energy=(-50.0 * values[0]).astype(np.float32))
    audio = Audio("minute.wav", "", now, 16000)
    return Take(audio, language, "hand", phones=tuple(phones), syllables=tuple(syllables), tracks=heard)


def test_every_channel_is_there_and_within_its_range() -> None:
    for language in ("en", "fr", "ru", "zh", "ko", "und"):
        curves = shape_curves(minute(language), load(language), Controls(intensity=2.0, jaw=2.0, lips=2.0))
        assert tuple(curves.channels) == CHANNELS
        lengths = {len(values) for values in curves.channels.values()}
        assert len(lengths) == 1
        for name, values in curves.channels.items():
            assert values.dtype == np.float32
            assert values.min() >= 0.0 and values.max() <= 1.0, name


def test_the_same_take_gives_the_same_curves() -> None:
    one, other = (shape_curves(minute(), load("en")) for _ in range(2))
    assert one.contacts == other.contacts
    assert all(np.array_equal(values, other.channels[name]) for name, values in one.channels.items())


def test_curves_cover_the_sound_and_come_to_rest_after_it() -> None:
    take = spoken(LINE, start=0.0, tail=0.0)
    curves = shape_curves(take, load("en"))
    assert curves.start < 0.0 < take.audio.duration < curves.end
    for name, values in curves.channels.items():
        assert values[0] < 0.02 and values[-1] < 0.01, name


def test_curves_start_with_the_sound_where_it_begins_with_silence() -> None:
    take = spoken(LINE, start=2.0, tail=3.0)
    curves = shape_curves(take, load("en"))
    assert curves.start == 0.0 and curves.end >= take.audio.duration
    early = curves.at(np.arange(0.0, 1.4, 0.01))
    assert max(float(values.max()) for values in early.values()) < 0.02


def test_a_take_without_phones_is_at_rest() -> None:
    curves = shape_curves(Take(Audio("none.wav", "", 1.0, 16000), "en", "hand"), load("en"))
    assert all(not values.any() for values in curves.channels.values())
    assert curves.end == pytest.approx(1.0) and curves.contacts == ()


def test_a_take_without_tracks_or_syllables_is_spoken_from_its_phones() -> None:
    take = spoken("p:80 ɑ:120 t:70")
    assert shape_curves(take, load("en")).at(centre(take, 1))["jaw"] > 0.4


def test_tracks_shorter_than_the_sound_and_with_gaps_do_no_harm() -> None:
    short = tracks(spoken("t:70 'ɑ:150 t:70"), 0.8)
    holed = Tracks(openness=short.openness[:60].copy(), energy=short.energy[:60].copy())
    holed.openness[10:20] = np.nan
    take = spoken("t:70 'ɑ:150 t:70", tracks=holed)
    curves = shape_curves(take, load("en"))
    assert all(np.isfinite(values).all() for values in curves.channels.values())


@pytest.mark.parametrize("control", ["intensity", "jaw"])
def test_intensity_and_jaw_scale_the_jaw(control: str) -> None:
    take = spoken("t:70 'ɛ:150 t:70")
    jaws = [
        shape_curves(take, load("en"), Controls(**{control: x})).channels["jaw"].max() for x in (0.0, 0.5, 1.0, 1.5)
    ]
    assert jaws[0] == 0.0
    assert jaws[1] == pytest.approx(0.5 * jaws[2], rel=0.02) and jaws[3] == pytest.approx(1.5 * jaws[2], rel=0.02)


def test_lips_scales_the_lips_and_not_the_jaw() -> None:
    take = spoken("t:70 'o:150 t:70")
    one, half = (shape_curves(take, load("en"), Controls(lips=x)).channels for x in (1.0, 0.5))
    assert half["funnel"].max() == pytest.approx(0.5 * one["funnel"].max(), rel=0.02)
    assert np.array_equal(half["jaw"], one["jaw"])


def test_at_intensity_0_the_face_is_still() -> None:
    curves = shape_curves(spoken(LINE), load("en"), Controls(intensity=0.0))
    assert all(not values.any() for values in curves.channels.values())


def test_smoothing_makes_movement_slower() -> None:
    rough, smooth = (shape_curves(spoken(LINE), load("en"), Controls(smoothing=x)).channels for x in (0.0, 1.0))
    for name in ("jaw", "pucker", "stretch"):
        assert np.abs(np.diff(smooth[name])).mean() < 0.85 * np.abs(np.diff(rough[name])).mean(), name


def test_lead_moves_vowels_by_as_much() -> None:
    take = spoken("t:60 'ɑ:160 t:60")
    tops = []
    for lead in (0.0, 60.0):
        curves = shape_curves(take, load("en"), Controls(lead=lead))
        tops.append(curves.start + curves.hop * int(np.argmax(curves.channels["jaw"])))
    assert tops[0] - tops[1] == pytest.approx(0.06, abs=0.02)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("intensity", 2.1),
        ("intensity", -0.1),
        ("jaw", 3.0),
        ("lips", float("nan")),
        ("smoothing", 1.01),
        ("lead", 201.0),
    ],
)
def test_a_control_out_of_range_is_told_its_range(name: str, value: float) -> None:
    with pytest.raises(UsageError, match=rf"'{name}' is .*choose a value from"):
        Controls(**{name: value})


def test_at_interpolates_between_values_and_holds_the_ends() -> None:
    channels = {"jaw": np.array([0.0, 0.5, 1.0], np.float32)}
    curves = FaceCurves(1.0, 0.1, channels)
    assert curves.at([0.0, 1.05, 1.1, 9.0])["jaw"] == pytest.approx([0.0, 0.25, 0.5, 1.0])
    assert curves.end == pytest.approx(1.2)
    assert curves.at(1.15)["jaw"].shape == ()


def test_a_contact_ends_after_it_starts() -> None:
    with pytest.raises(UsageError, match="its end must be after its start"):
        Contact(1.0, 1.0, "lips")


def test_phones_of_a_few_milliseconds_and_odd_spelling_are_no_trouble() -> None:
    line = " ".join(f"{ipa}:3" for ipa in ("p", "a", "m", "b", "☃", "tʃʰ", "ã", "f", "v", "s", "", "p", "p"))
    curves = shape_curves(spoken(line), load("und"))
    assert all(np.isfinite(values).all() for values in curves.channels.values())
    assert all(one.end <= other.start for one, other in zip(curves.contacts, curves.contacts[1:], strict=False))
