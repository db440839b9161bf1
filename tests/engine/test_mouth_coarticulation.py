"""How neighbours share the mouth: lips, jaw and tongue between one sound and the next."""

from __future__ import annotations

import numpy as np
import pytest
from spoken import centre, spoken, tracks

from engine.languages import load
from engine.mouth import FaceCurves, shape_curves
from engine.take import Syllable, Take


def shaped(line: str, language: str = "en", **given: object) -> tuple[Take, FaceCurves]:
    take = spoken(line, language, **given)
    return take, shape_curves(take, load(language))


def peak(take: Take, curves: FaceCurves, index: int, channel: str = "jaw") -> float:
    """The highest value of a channel around a phone, from 40 ms before its start to its end."""
    phone = take.phones[index]
    return float(curves.at(np.arange(phone.start - 0.04, phone.end, 0.005))[channel].max())


def test_soup_is_rounded_throughout() -> None:
    take, curves = shaped("s:110 'u:150 p:90")
    pucker = curves.at(np.arange(take.phones[0].start, take.phones[2].end, 0.005))["pucker"]
    assert pucker.min() > 0.4


def test_s_beside_a_spread_vowel_is_spread() -> None:
    take, curves = shaped("s:110 'i:150 s:110")
    assert curves.at(centre(take, 0))["pucker"] < 0.05
    assert curves.at(centre(take, 0))["stretch"] > 0.2


def test_lips_do_not_fall_to_rest_between_vowels_that_lie_far_apart() -> None:
    take, curves = shaped("'ɛ:80 k:110 t:110 n:60 'æ:200")
    between = curves.at(np.arange(centre(take, 0), centre(take, 4), 0.005))
    assert between["stretch"].min() > 0.2
    assert np.abs(np.diff(between["stretch"])).max() < 0.03


def test_rounding_is_half_drawn_back_while_the_lip_is_on_the_teeth() -> None:
    take, curves = shaped("m:80 'u:150 f:100 'u:150")
    pucker = curves.at([centre(take, 1), centre(take, 2), centre(take, 3)])["pucker"]
    assert 0.3 < pucker[1] / pucker[0] < 0.65
    assert pucker[2] > 0.6


def test_a_hiss_between_a_spread_and_a_rounded_vowel_is_rounded_by_half() -> None:
    whole, half = (shaped(f"t:60 '{before}:160 s:100 'u:160") for before in ("u", "i"))
    rounded, shared = (curves.at(centre(take, 2))["pucker"] for take, curves in (whole, half))
    assert shared < 0.75 * rounded
    assert half[1].at(centre(half[0], 1))["stretch"] > 0.35


def test_boom_is_sealed_and_rounded_at_once() -> None:
    take, curves = shaped("b:90 'u:160 m:100")
    inside = curves.at(np.linspace(take.phones[2].start, take.phones[2].end, 20))
    assert np.all(inside["seal"] == 1.0) and inside["pucker"].min() > 0.5
    assert curves.at(centre(take, 0))["pucker"] > 0.4


@pytest.mark.parametrize("ipa", ["t", "d", "n", "l", "k", "ɡ", "ŋ", "h"])
def test_tongue_only_sounds_leave_the_lips_alone(ipa: str) -> None:
    take, curves = shaped(f"'i:140 {ipa}:80 'i:140")
    lips = curves.at([take.phones[0].end - 0.05, centre(take, 1), take.phones[2].start + 0.02])
    for channel in ("stretch", "smile", "pucker", "funnel"):
        assert np.ptp(lips[channel]) < 0.03, channel


def test_the_lips_of_a_tongue_only_sound_go_from_one_neighbour_to_the_other() -> None:
    take, curves = shaped("'u:140 t:70 'i:140")
    pucker = curves.at([centre(take, 0), centre(take, 1), centre(take, 2)])["pucker"]
    assert pucker[0] > pucker[1] > pucker[2]


def test_lip_heavy_sounds_start_before_their_sound_and_outlast_it() -> None:
    take, curves = shaped("'ɑ:200 w:70 'ɑ:200")
    pucker = curves.at([take.phones[1].start - 0.06, centre(take, 1), take.phones[1].end + 0.02])["pucker"]
    assert pucker[0] > 0.2 and pucker[1] > 0.6 and pucker[2] > 0.2


def test_lip_heavy_sounds_reach_further_than_plain_vowels() -> None:
    rounded = shaped("k:300 w:100 k:300")[1].channels["pucker"] / 0.85
    spread = shaped("k:300 ɛ:100 k:300")[1].channels["stretch"] / 0.3
    assert np.count_nonzero(rounded > 0.5) >= np.count_nonzero(spread > 0.5)


def test_hushers_round_the_lips_of_their_neighbours() -> None:
    take, curves = shaped("ʃ:120 ə:60 ʃ:120")
    assert curves.at(centre(take, 1))["funnel"] > 0.3


def test_anticipation_stays_within_its_reach() -> None:
    take, curves = shaped("'ɑ:400 'u:200")
    assert curves.at(take.phones[1].start - 0.3)["pucker"] < 0.05


def test_a_stressed_nucleus_has_the_larger_jaw_peak() -> None:
    take, curves = shaped("b:70 'ɑ:120 t:60 ɑ:120 t:60")
    assert peak(take, curves, 1) > peak(take, curves, 3) + 0.08


def test_prominence_of_syllables_opens_the_jaw() -> None:
    line = "b:70 ɑ:120 t:60 ɑ:120 t:60"
    low, high = (Syllable(0.5, 0.69, 1, p) for p in (0.1, 0.9))
    rest = Syllable(0.69, 0.93, 3, 0.5)
    weak, strong = (shaped(line, syllables=(first, rest)) for first in (low, high))
    assert peak(*strong, 1) > peak(*weak, 1) + 0.1


def test_louder_syllables_open_the_jaw_further() -> None:
    plain = spoken("b:70 'ɑ:140 d:60 'ɑ:140 d:60 'ɑ:140 t:70")
    take = spoken("b:70 'ɑ:140 d:60 'ɑ:140 d:60 'ɑ:140 t:70", tracks=tracks(plain, loud={1: -32.0, 5: -16.0}))
    curves = shape_curves(take, load("en"))
    assert peak(take, curves, 1) < peak(take, curves, 3) < peak(take, curves, 5)
    assert peak(take, curves, 1) > 0.2


def test_the_jaw_follows_the_openness_heard_but_not_blindly() -> None:
    line = "t:70 'ɑ:160 t:70"
    peaks = [peak(*shaped(line, tracks=tracks(spoken(line), openness)), 1) for openness in (0.0, 0.9, 1.0)]
    assert peaks[0] < peaks[1] <= peaks[2]
    assert peaks[0] >= 0.4


@pytest.mark.parametrize(("ipa", "least"), [("a", 0.4), ("ɑ", 0.4), ("æ", 0.4), ("ʌ", 0.35), ("ɛ", 0.3), ("i", 0.12)])
def test_stressed_vowels_are_open(ipa: str, least: float) -> None:
    take, curves = shaped(f"p:80 '{ipa}:110 t:60 ə:60 'i:90")
    assert peak(take, curves, 1) >= least
    assert curves.at(centre(take, 1))["seal"] == 0.0


def test_short_unstressed_vowels_undershoot() -> None:
    long, short = shaped("t:70 ɑ:160 t:70 'i:120"), shaped("t:70 ɑ:45 t:70 'i:120")
    assert peak(*short, 1) < 0.85 * peak(*long, 1)


def test_unstressed_vowels_reduce_in_russian_more_than_in_italian() -> None:
    shares = {}
    for code in ("ru", "it"):
        weak = shaped("t:70 a:80 t:70 'a:150", code)
        shares[code] = peak(*weak, 1) / peak(*weak, 3)
    assert shares["ru"] < shares["it"]


def test_faster_speech_opens_the_jaw_less_and_lifts_the_upper_lip_more() -> None:
    slow, fast = (shaped(" ".join([f"t:{ms} æ:{ms}"] * 8)) for ms in (130, 55))
    assert peak(*fast, 7) < 0.9 * peak(*slow, 7)
    assert peak(*fast, 7, "upper") > peak(*slow, 7, "upper")


def test_a_tongue_sound_shorter_than_a_frame_leaves_the_jaw_to_its_neighbours() -> None:
    line = "'ɑ:150 {} 'ɑ:150"
    short, long = shaped(line.format("d:35")), shaped(line.format("d:90"))
    assert short[1].at(centre(short[0], 1))["jaw"] > 0.9 * peak(*short, 0)
    assert long[1].at(centre(long[0], 1))["jaw"] < 0.8 * peak(*long, 0)


@pytest.mark.parametrize("ipa", ["s", "z", "ʃ", "tʃ", "ts", "ʂ"])
def test_the_jaw_of_a_hiss_is_small_however_short(ipa: str) -> None:
    for length in (35, 110):
        take, curves = shaped(f"'ɑ:160 {ipa}:{length} 'ɑ:160")
        assert curves.at(centre(take, 1))["jaw"] <= 0.36


def test_the_jaw_goes_from_one_vowel_to_the_other_through_a_diphthong() -> None:
    take, curves = shaped("t:70 'aɪ:220 t:70")
    phone = take.phones[1]
    jaw = curves.at([phone.start + 0.06, phone.end - 0.03])["jaw"]
    stretch = curves.at([phone.start + 0.06, phone.end - 0.03])["stretch"]
    assert jaw[0] > jaw[1] + 0.2 and stretch[1] > stretch[0] + 0.1


def test_oi_begins_rounded_and_ends_spread() -> None:
    take, curves = shaped("t:70 'ɔɪ:240 t:70")
    phone = take.phones[1]
    funnel = curves.at([phone.start + 0.05, phone.end - 0.02])["funnel"]
    assert funnel[0] > 0.45 and funnel[1] < 0.5 * funnel[0]


def test_the_same_phone_twice_is_one_gesture() -> None:
    once, twice = shaped("t:70 s:140 'i:100"), shaped("t:70 s:70 s:70 'i:100")
    for channel, values in once[1].channels.items():
        assert np.allclose(values, twice[1].channels[channel], atol=1e-6), channel


def test_vowels_lead_their_sound() -> None:
    take, curves = shaped("t:80 'ɑ:120 t:80")
    times = np.arange(0.4, 0.9, 0.005)
    opened = times[int(np.argmax(curves.at(times)["jaw"]))]
    assert 0.01 <= centre(take, 1) - opened <= 0.06


@pytest.mark.parametrize("ipa", ["!", "ꞎ", "ɬ", "ɶ", "☃"])
def test_an_unknown_phone_moves_the_mouth(ipa: str) -> None:
    take, curves = shaped(f"{ipa}:150")
    phone = take.phones[0]
    at = curves.at(np.linspace(phone.start, phone.end, 10))
    assert max(float(at[name].max()) for name in ("jaw", "pucker", "funnel", "stretch", "tongue_tip")) > 0.1


@pytest.mark.parametrize(
    ("language", "ipa", "channel", "least", "most"),
    [
        ("fr", "y", "pucker", 0.5, 1.0),
        ("de", "ø", "pucker", 0.5, 1.0),
        ("ja", "ɯ", "pucker", 0.0, 0.3),
        ("ko", "ɯ", "pucker", 0.0, 0.3),
        ("ja", "u", "pucker", 0.0, 0.3),
        ("ru", "ʂ", "funnel", 0.5, 1.0),
        ("zh", "ɕ", "funnel", 0.0, 0.1),
        ("hi", "ʋ", "tuck", 0.0, 0.1),
    ],
)
def test_languages_move_the_lips_in_their_own_way(
    language: str, ipa: str, channel: str, least: float, most: float
) -> None:
    take, curves = shaped(f"k:70 '{ipa}:150 n:70", language)
    assert least <= curves.at(centre(take, 1))[channel] <= most


def test_tongue_tip_and_back_are_seen_on_their_sounds() -> None:
    take, curves = shaped("'a:140 t:80 'a:140 k:80 'a:140 θ:90")
    assert curves.at(centre(take, 1))["tongue_tip"] > 0.8
    assert curves.at(centre(take, 3))["tongue_back"] > 0.8
    assert curves.at(centre(take, 5))["tongue_out"] > 0.6


def test_the_mouth_rests_in_a_pause_and_parts_before_the_next_phrase() -> None:
    take, curves = shaped("k:80 'ɑ:150 _:900 t:80 'ɑ:150")
    pause = take.phones[1].end
    jaw = curves.at(np.arange(pause, pause + 0.5, 0.005))["jaw"]
    assert np.all(np.diff(jaw[10:]) < 1e-3)
    assert curves.at(pause + 0.45)["jaw"] < 0.02
    assert 0.02 < curves.at(take.phones[2].start - 0.1)["jaw"] < 0.15


def test_the_mouth_closes_softly() -> None:
    take, curves = shaped("k:80 'ɑ:150")
    end = take.phones[1].end
    jaw = curves.at(np.arange(end, end + 0.4, 0.005))["jaw"]
    assert jaw[6] > 0.2 and jaw[-1] < 0.01
    assert np.abs(np.diff(jaw)).max() < 0.06


def test_a_short_gap_does_not_close_the_mouth() -> None:
    take, curves = shaped("k:80 'ɑ:150 _:80 'ɑ:150")
    assert curves.at(take.phones[1].end + 0.04)["jaw"] > 0.3


@pytest.mark.parametrize("seconds", [0.6, 1.5, 4.0])
def test_a_vowel_that_is_held_or_sung_is_open_soon_after_its_start_and_until_shortly_before_its_end(
    seconds: float,
) -> None:
    take = spoken(f"m:100 'ɑ:{1000 * seconds:g} m:100")
    face = shape_curves(take, load("en"))
    vowel = take.phones[1]
    inside = np.linspace(vowel.start + 0.15, vowel.end - 0.2, 50)
    jaw = face.at(inside)["jaw"]
    assert jaw.min() > 0.9 * jaw.max() > 0.3
