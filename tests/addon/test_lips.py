"""The lips of the demo head as they are seen: shut in closures, open in open vowels, at every frame rate and start."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from filmed import Film, Stage, take_of
from spoken_lines import speak

SHUT = 0.0003  # metres between the lips, at the widest place of the mouth
CROSSED = 0.0006  # metres: lips pressed together give way to each other by this much at most
TOUCHING = 0.0016  # metres between the lower lip's edge and the nearest vertex of the upper teeth (3 at rest)
NEARLY = 0.0022  # the same where one drawing is all the rig has for f and v
WIDE, SEEN = 0.006, 0.0025  # metres between the lips in an open vowel, and in the shortest of fast speech
SHUT_PHONES, TEETH_PHONES, OPEN_PHONES = "pbm", "fv", "aɑæʌɐɛ"
BURST = 0.5  # of p and b, from which on the lips may have let go again
AHEAD = 0.030  # seconds that vowels are ahead of their sound
HELD = 0.025  # seconds by which a short closure may be lengthened on either side

# frames a second as whole number and base, first frame of the scene
CLOCKS = [(24, 1.0, 1), (25, 1.0, 101), (30, 1.001, -50), (30, 1.0, 101), (60, 1.0, -50)]
MORE_CLOCKS = [(24, 1.0, -50), (30, 1.001, 101), (60, 1.0, 1)]
SCHEMES = (
    "oculus vrm mmd preston_blair rhubarb faceit faceit_phonemes character_creator metahuman".split()  # beside arkit
)


@dataclass(frozen=True)
class Span:
    """What the mouth must do while a phone sounds, from `start` to `end` (seconds)."""

    start: float
    end: float
    ipa: str

    def __str__(self) -> str:
        return f"{self.ipa} {self.start:.3f}-{self.end:.3f} s"


def closures(phones) -> list[Span]:
    """The stretches in which the lips are together: m whole, p and b up to their burst."""
    return [
        Span(start, end if ipa[0] == "m" else start + BURST * (end - start), ipa)
        for start, end, ipa in phones
        if ipa[0] in SHUT_PHONES
    ]


def of_kind(phones, letters: str) -> list[Span]:
    return [Span(start, end, ipa) for start, end, ipa in phones if ipa[0] in letters]


def within(film: Film, span: Span, before: float = 0.0, after: float = 0.0) -> np.ndarray:
    """The frames in a stretch, `before` and `after` seconds added to it."""
    return np.flatnonzero((film.times >= span.start - before - 1e-6) & (film.times <= span.end + after + 1e-6))


def unmet(film: Film, spans: list[Span], frames: float = 0.5) -> list[str]:
    """The closures that are not shut on every whole frame within them, or on none so many `frames` beside them."""
    found = []
    for span in spans:
        inside, near = within(film, span), within(film, span, frames * film.frame, frames * film.frame)
        if (film.seal[inside] > SHUT).any() or not (film.seal[near] <= SHUT).any():
            found.append(f"{span}: {1000 * film.seal[near].round(4)} mm")
    return found


def narrow(film: Film, spans: list[Span], least: float) -> list[str]:
    """The open vowels in which the mouth opens less than `least` on every frame."""
    found = []
    for span in spans:
        near = within(film, span, AHEAD + film.frame / 2, film.frame / 2)
        if film.gap[near].max() < least:
            found.append(f"{span}: {1000 * film.gap[near].max():.1f} mm")
    return found


def unspoken(film: Film, phones, spans: list[Span]) -> list[str]:
    """Frames within speech that are shut although no closure is spoken near them, within a frame or HELD."""
    near = max(film.frame, HELD)
    found = []
    for time, opening in zip(film.times, film.seal, strict=True):
        speaking = any(start <= time < end for start, end, _ in phones)
        far = all(time < span.start - near or time > span.end + near for span in spans)
        if speaking and far and opening <= SHUT:
            found.append(f"{time:.3f} s")
    return found


def off_teeth(film: Film, spans: list[Span], most: float = TOUCHING) -> list[str]:
    """The labiodentals whose lower lip is away from the upper teeth on every frame near them."""
    found = []
    for span in spans:
        away = film.teeth[within(film, span, film.frame / 2, film.frame / 2)].min()
        if away > most:
            found.append(f"{span}: {1000 * away:.1f} mm")
    return found


def phones_of(take) -> list[tuple[float, float, str]]:
    return [(phone.start, phone.end, phone.ipa) for phone in take.phones]


def check(film: Film, phones, least: float = WIDE, quick: bool = False) -> None:
    """Everything that the lips owe to `phones`.

    `quick`: closures may be shorter than a frame and lie a whole one off, and a vowel needs a frame and a half.
    """
    assert unmet(film, closures(phones), 1.0 if quick else 0.5) == []
    lasting = [span for span in of_kind(phones, OPEN_PHONES) if span.end - span.start >= 1.5 * film.frame or not quick]
    assert narrow(film, lasting, least) == []
    whole = [Span(start, end, ipa) for start, end, ipa in phones if ipa[0] in SHUT_PHONES]
    assert unspoken(film, phones, whole) == []
    assert film.crossing.max() < CROSSED


@pytest.fixture(scope="module")
def lines(tmp_path_factory):
    return speak(tmp_path_factory.mktemp("lines"))


@pytest.fixture(scope="module")
def stage():
    return Stage()


@pytest.fixture(scope="module")
def heard(stage, lines):
    """The take that the recognizer makes of a line, heard once: it does not depend on the scene."""
    known = {}

    def hear(name: str):
        if name not in known:
            known[name] = stage.speak(lines[name].sound)[1]
        return known[name]

    return hear


@pytest.mark.parametrize(("fps", "base", "start"), CLOCKS)
def test_known_phones_shut_and_open_the_lips_at_whole_frames(stage, lines, fps, base, start):
    line = lines["lips"]
    film, _ = stage.speak(line.sound, fps, start, take_of(line), base)
    check(film, line.phones)
    assert off_teeth(film, of_kind(line.phones, TEETH_PHONES)) == []


@pytest.mark.parametrize(("fps", "base", "start"), CLOCKS)
def test_what_the_recognizer_hears_shuts_and_opens_the_lips_at_whole_frames(stage, lines, heard, fps, base, start):
    take = heard("lips")
    film, spoken = stage.speak(lines["lips"].sound, fps, start, take, base)
    assert spoken is take
    assert len(closures(phones_of(take))) >= 5
    check(film, phones_of(take), SEEN, quick=True)


def test_the_recognizer_finds_most_spoken_closures_and_hardly_any_that_is_not(lines, heard):
    spoken, found = closures(lines["lips"].phones), closures(phones_of(heard("lips")))

    def share(of: list[Span], among: list[Span]) -> float:
        met = [any(a.start < b.end + 0.04 and a.end > b.start - 0.04 for b in among) for a in of]
        return sum(met) / len(met)

    assert share(spoken, found) >= 0.7
    assert share(found, spoken) >= 0.75


@pytest.mark.parametrize(("fps", "base", "start"), MORE_CLOCKS)
def test_ten_syllables_a_second_still_shut_and_open_on_frames_of_their_own(stage, lines, fps, base, start):
    line = lines["fast"]
    film, _ = stage.speak(line.sound, fps, start, take_of(line), base)
    check(film, line.phones, SEEN)


@pytest.mark.parametrize("name", ["slow", "fast", "faint"])
def test_slow_fast_and_faint_speech_are_shut_and_open_as_they_are_heard(stage, heard, lines, name):
    film, _ = stage.speak(lines[name].sound, 25, 101, heard(name))
    check(film, phones_of(heard(name)), SEEN, quick=True)


def test_slow_speech_is_shut_and_open_as_it_is_spoken(stage, lines):
    line = lines["slow"]
    film, _ = stage.speak(line.sound, 24, -50, take_of(line))
    check(film, line.phones)
    assert off_teeth(film, of_kind(line.phones, TEETH_PHONES)) == []


def test_a_faint_recording_opens_the_mouth_as_far_as_a_loud_one(stage, lines, heard):
    loud, faint = (stage.speak(lines[name].sound, 24, 1, heard(name))[0] for name in ("lips", "faint"))
    assert np.percentile(faint.gap, 95) == pytest.approx(np.percentile(loud.gap, 95), rel=0.15)


@pytest.mark.parametrize(("fps", "base", "start"), [(24, 1.0, 1), (60, 1.0, -50)])
def test_rounded_vowels_are_narrow_and_forward_and_spread_ones_wide(stage, lines, fps, base, start):
    line = lines["round"]
    film, _ = stage.speak(line.sound, fps, start, take_of(line), base)

    def seen(letter: str) -> list[int]:
        middles = [(span.start + span.end) / 2 for span in of_kind(line.phones, letter)]
        return [int(np.abs(film.times - middle).argmin()) for middle in middles]

    rest = film.width[0]
    assert film.width[seen("u")].max() < 0.7 * rest
    assert film.width[seen("i")].min() > rest
    assert film.width[seen("i")].max() > 1.1 * rest
    assert film.forward[seen("u")].min() > film.forward[seen("i")].max() + 0.004
    assert film.gap[seen("u")].max() < 0.3 * film.width[seen("u")].min()  # a small hole, not a wide one
    assert film.gap[seen("ui")].min() > SEEN


def test_tongue_consonants_neither_shut_the_lips_nor_let_the_jaw_flap(stage, lines):
    line = lines["tongue"]
    film, _ = stage.speak(line.sound, 60, 1, take_of(line))
    check(film, line.phones, SEEN)
    for (_, end, first), (start, stop, ipa), (again, _, last) in zip(
        line.phones, line.phones[1:], line.phones[2:], strict=False
    ):
        if first == last == "iː" and ipa in "tdnl" and start == end and stop == again:
            inside = film.jaw[within(film, Span(start - 0.08, stop + 0.08, ipa))]
            assert inside.max() - inside.min() < 0.002, f"{ipa} at {start:.2f} s"


def test_nothing_pops_from_one_frame_to_the_next(stage, lines):
    line = lines["lips"]
    film, _ = stage.speak(line.sound, 60, 1, take_of(line))
    assert np.abs(np.diff(film.jaw)).max() < 0.005
    assert np.abs(np.diff(film.width)).max() < 0.005
    assert np.abs(np.diff(film.gap)).max() < 0.008
    for measure in (film.gap, film.jaw, film.seal):
        assert measure[0] == pytest.approx(0.0, abs=1e-5)
        assert measure[-1] == pytest.approx(0.0, abs=1e-5)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_under_every_naming_scheme_closures_are_shut_and_open_vowels_open(lines, scheme):
    line = lines["lips"]
    film, _ = Stage(scheme).speak(line.sound, 24, 1, take_of(line))
    check(film, line.phones, SEEN)
    if scheme not in ("vrm", "mmd"):  # they have no lip on the teeth
        assert off_teeth(film, of_kind(line.phones, TEETH_PHONES), NEARLY) == []


@pytest.mark.parametrize("scheme", ["preston_blair", "rhubarb"])
@pytest.mark.parametrize("keys", ["ONES", "TWOS"])
def test_drawings_held_for_frames_show_every_closure_and_open_between(lines, scheme, keys):
    line = lines["lips"]
    film, _ = Stage(scheme).speak(line.sound, 24, 1, take_of(line), keys=keys)
    held = film.frame * (2 if keys == "TWOS" else 1)
    missed = [str(c) for c in closures(line.phones) if film.seal[within(film, c, held, held)].min() > SHUT]
    assert missed == []
    assert narrow(film, of_kind(line.phones, OPEN_PHONES), SEEN) == []
