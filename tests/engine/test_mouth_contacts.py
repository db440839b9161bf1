"""Closures: shut when they sound, open when they do not, whatever goes on around them."""

from __future__ import annotations

import numpy as np
import pytest
from spoken import centre, spoken

from engine.languages import load
from engine.mouth import Controls, FaceCurves, shape_curves
from engine.take import Take


def shaped(line: str, language: str = "en", **controls: float) -> tuple[Take, FaceCurves]:
    take = spoken(line, language)
    return take, shape_curves(take, load(language), Controls(**controls))


def grid(curves: FaceCurves) -> np.ndarray:
    return curves.start + curves.hop * np.arange(len(curves.channels["jaw"]))


@pytest.mark.parametrize("ipa", ["p", "b", "m"])
def test_a_closure_is_shut_from_its_onset_to_its_release(ipa: str) -> None:
    take, curves = shaped(f"'a:140 {ipa}:100 'a:140")
    start = take.phones[1].start
    end = take.phones[1].end - load("en").shape(ipa).release * 0.1
    seal = curves.at(np.linspace(start, end, 40))["seal"]
    assert np.all(seal == 1.0)
    just_outside = curves.at([start - 0.01, end + 0.01])["seal"]
    assert np.all(just_outside < 0.9)
    well_outside = curves.at([start - 0.06, end + 0.06])["seal"]
    assert np.all(well_outside == 0.0)


def test_contacts_list_the_shut_stretches() -> None:
    take, curves = shaped("'a:140 m:90 'i:120 f:90 'a:150 p:100")
    kinds = [(contact.kind, round(contact.start, 3)) for contact in curves.contacts]
    assert kinds == [(kind, round(take.phones[i].start, 3)) for i, kind in ((1, "lips"), (3, "teeth"), (5, "lips"))]
    for contact in curves.contacts:
        inside = curves.at(np.linspace(contact.start, contact.end, 20))
        assert np.all(inside["seal" if contact.kind == "lips" else "tuck"] > 0.99)


def test_lips_meet_at_their_highest_speed_and_never_slow_down_before() -> None:
    take, curves = shaped("'a:160 m:100 'a:160")
    times = np.arange(take.phones[1].start - 0.05, take.phones[1].start + 1e-9, 0.005)
    speed = np.diff(curves.at(times)["seal"])
    assert np.all(np.diff(speed) > -1e-6)
    assert speed[-1] >= 0.9 * speed.max()


def test_lips_press_on_after_they_have_met() -> None:
    take, curves = shaped("'a:160 p:120 'a:160")
    press = curves.at([take.phones[1].start, take.phones[1].start + 0.05])["press"]
    assert press[0] < 0.1 and press[1] > 0.3


def test_the_release_of_an_aspirated_stop_is_open() -> None:
    take = spoken("'a:140 pʰ:140 'a:140", "zh")
    curves = shape_curves(take, load("zh"))
    assert curves.at(take.phones[1].end - 0.01)["seal"] == 0.0
    assert curves.at(take.phones[1].start + 0.03)["seal"] == 1.0


def test_a_short_closure_is_held_for_sixty_milliseconds_where_there_is_room() -> None:
    _, curves = shaped("'a:140 b:30 'a:140")
    (contact,) = curves.contacts
    assert contact.end - contact.start >= 0.06


def test_a_short_closure_takes_no_more_from_its_neighbours_than_they_can_spare() -> None:
    take, curves = shaped("a:60 b:30 a:60")
    (contact,) = curves.contacts
    assert contact.start == pytest.approx(take.phones[1].start) and contact.end == pytest.approx(take.phones[1].end)


def test_no_closure_where_none_is_spoken() -> None:
    _, curves = shaped("s:90 'i:120 t:60 'u:130 _:400 k:80 l:60 'ɑ:150 n:80 w:70 'o:120 β:60 a:90 ɸ:70 ʋ:60 ə:60")
    assert np.all(curves.channels["seal"] == 0.0)
    assert np.all(curves.channels["press"] == 0.0)
    assert np.all(curves.channels["tuck"] == 0.0)
    assert curves.contacts == ()


def test_spanish_b_between_vowels_comes_near_and_stays_open() -> None:
    take = spoken("'a:120 b:60 'a:120", "es")
    curves = shape_curves(take, load("es"))
    assert np.all(curves.channels["seal"] == 0.0)
    assert 0.02 < curves.at(centre(take, 1))["jaw"] < 0.3


def test_ten_syllables_a_second_shut_every_closure_and_open_every_vowel_between() -> None:
    take, curves = shaped(" ".join(["p:50 a:50", "b:50 i:50", "m:50 a:50"] * 5))
    for index, phone in enumerate(take.phones):
        seal = curves.at(centre(take, index))["seal"]
        assert seal == (1.0 if index % 2 == 0 else pytest.approx(0.0, abs=0.3)), phone
    seal = curves.channels["seal"]
    time = grid(curves)
    for index in range(1, len(take.phones), 2):
        phone = take.phones[index]
        assert seal[(time >= phone.start) & (time <= phone.end)].min() < 0.05


def test_neighbouring_closures_are_one() -> None:
    take, curves = shaped("'a:140 m:70 p:80 'a:140")
    (contact,) = curves.contacts
    assert contact.start == pytest.approx(take.phones[1].start)
    assert np.all(curves.at(np.linspace(contact.start, contact.end, 30))["seal"] == 1.0)


def test_a_stop_that_runs_into_a_nasal_keeps_the_lips_shut() -> None:
    _, curves = shaped("'a:140 p:80 m:80 'a:140")
    assert len(curves.contacts) == 1


def test_lip_to_teeth_is_a_contact_of_its_own() -> None:
    take, curves = shaped("'a:140 f:100 'a:140 v:80 'a:140")
    assert [contact.kind for contact in curves.contacts] == ["teeth", "teeth"]
    assert np.all(curves.at([centre(take, 1), centre(take, 3)])["tuck"] >= 0.8)
    assert np.all(curves.channels["seal"] == 0.0)


def test_the_jaw_stays_small_in_a_closure() -> None:
    _, curves = shaped("'a:160 p:70 'a:160 b:40 'ɑ:160 m:60 'æ:150", intensity=2.0)
    shut = curves.channels["seal"] == 1.0
    assert shut.any() and curves.channels["jaw"][shut].max() <= 0.2 + 1e-6


def test_what_parts_the_lips_gives_way_in_a_closure() -> None:
    _, curves = shaped("s:90 m:80 'i:100 p:80 s:90")
    shut = curves.channels["seal"] == 1.0
    for name in ("upper", "lower", "tongue_out"):
        assert np.all(curves.channels[name][shut] == 0.0), name


@pytest.mark.parametrize("smoothing", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("lead", [-200.0, 0.0, 30.0, 200.0])
def test_neither_smoothing_nor_lead_touches_a_contact(smoothing: float, lead: float) -> None:
    line = "'a:120 p:60 'i:100 m:80 'u:120 v:70 'a:150"
    _, plain = shaped(line)
    _, curves = shaped(line, smoothing=smoothing, lead=lead)
    assert curves.contacts == plain.contacts
    for name in ("seal", "tuck", "press"):
        assert np.array_equal(curves.channels[name], plain.channels[name])


@pytest.mark.parametrize("intensity", [0.2, 1.0, 2.0])
def test_a_contact_is_whole_at_any_intensity(intensity: float) -> None:
    take, curves = shaped("'a:140 m:90 'a:140", intensity=intensity)
    assert curves.at(centre(take, 1))["seal"] == 1.0


def test_tense_korean_stops_press_harder() -> None:
    press = []
    for ipa in ("p", "p͈"):
        take = spoken(f"a:140 {ipa}:120 a:140", "ko")
        press.append(shape_curves(take, load("ko")).channels["press"].max())
    assert press[1] > 1.5 * press[0]


def test_a_closure_at_the_very_start_and_end_of_the_sound_is_shut() -> None:
    take = spoken("m:80 'a:150 p:80", start=0.0, tail=0.0)
    curves = shape_curves(take, load("en"))
    assert curves.at(0.0)["seal"] == 1.0 and curves.at(0.04)["seal"] == 1.0
    assert curves.at(centre(take, 2))["seal"] == 1.0
    assert curves.channels["seal"][0] == 0.0 and curves.channels["seal"][-1] == 0.0
