"""From phones to gestures: which shape the mouth heads for, when, and how strongly, before neighbours blend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from ..acting.values import Held, Stress
from ..languages import CHANNELS, Language, Shape
from ..take import Phone, Take
from .accent import Accents
from .effort import weighed
from .gesture import Gesture, kind_of
from .pins import pinned
from .stages import CLASSES, followed, of_class, stages_of

PAUSE = 0.12  # seconds: a gap of at least this much is a pause in which the mouth relaxes
FULL_PAUSE = 0.35  # seconds after which it is fully at rest
BREATH_PAUSE = 0.3  # seconds: a pause of at least this much has room for a breath
FRAME = 1.0 / 24.0  # seconds: shorter consonants without a similar neighbour leave the jaw alone (JALI)
REACH_OF_ROUNDING = 0.1  # seconds over which a neighbour's rounding fades for a sound that takes it over
SPREAD = 0.38  # stretch from which a shape counts as spread
SHARED = 0.5  # of the rounding that is taken over from one side where the other side is spread
ROUNDED = 0.3  # pucker and funnel together from which a shape counts as rounded, halved


def gestures(
    take: Take, language: Language, effort: float = 1.0, stresses: Sequence[Stress] = (), held: Sequence[Held] = ()
) -> list[Gesture]:
    """All gestures of a take in order, rests included; empty where the take holds no phone.

    `effort` 0..2, `stresses` and `held` as the artist wants them. Raises UsageError where those name a syllable or a
    phone that is not there.
    """
    if not take.phones:
        return []
    stages = stages_of(take)
    spoken = _spoken(take.phones, stages, language)
    accents = Accents.of(take, language, effort, stresses)
    spoken = [_accented(gesture, take, language, accents) for gesture in spoken]
    spoken = pinned(spoken, held, take, language) if held else spoken
    return _with_rests(_rounded(_merged(_light(followed(spoken, stages)))), take, language)


def _spoken(spoken: tuple[Phone, ...], stages: Sequence[str], language: Language) -> list[Gesture]:
    found = []
    for index, (phone, ipa) in enumerate(zip(spoken, _in_context(spoken, language), strict=True)):
        length, roughly = phone.end - phone.start, stages[index] == CLASSES
        for part in language.parts(ipa):
            shape = of_class(part.ipa, phone.confidence, language) if roughly else language.shape(part.ipa)
            kind = kind_of(part.ipa)
            start, end = phone.start + part.start * length, phone.start + part.end * length
            found.append(Gesture(start, end, shape, kind, index))
    return found


def _in_context(spoken: tuple[Phone, ...], language: Language) -> list[str]:
    """The phones' IPA after the language's cluster rules; pauses stand between phones that lie apart."""
    row, places = [spoken[0].ipa], [0]
    for before, phone in pairwise(spoken):
        row += ["", phone.ipa] if phone.start - before.end >= PAUSE else [phone.ipa]
        places.append(len(row) - 1)
    made = language.in_context(row)
    return [made[place] for place in places]


def _accented(gesture: Gesture, take: Take, language: Language, accents: Accents) -> Gesture:
    effort, shape = float(accents.effort[gesture.phone]), gesture.shape
    if gesture.kind == "vowel":
        phone = take.phones[gesture.phone]
        neutral = language.shape("ə")
        shape = accents.shape(shape, neutral, gesture.phone, phone, language.timing.duration(phone.ipa))
    return replace(gesture, shape=weighed(shape, effort), effort=effort)


def _light(spoken: list[Gesture]) -> list[Gesture]:
    """Consonants shorter than a frame leave the jaw alone, unless one like them is beside; lips, hisses excepted."""
    lasting = []
    for at, gesture in enumerate(spoken):
        alone = not any(
            other.kind == "consonant" and (other.start == gesture.end or other.end == gesture.start)
            for other in spoken[max(0, at - 1) : at + 2]
            if other is not gesture
        )
        short = gesture.kind == "consonant" and gesture.duration < FRAME and gesture.shape.ceiling == 1.0
        if short and alone and not gesture.pinned:
            claims = replace(gesture.shape.claims, jaw=0.02)
            gesture = replace(gesture, shape=replace(gesture.shape, claims=claims))
        lasting.append(gesture)
    return lasting


def _merged(spoken: list[Gesture]) -> list[Gesture]:
    """Neighbours of one shape become one gesture."""
    found: list[Gesture] = []
    for gesture in spoken:
        last = found[-1] if found else None
        if last and last.shape == gesture.shape and gesture.start - last.end < 0.02 and not gesture.shape.contact:
            found[-1] = replace(last, end=gesture.end)
        else:
            found.append(gesture)
    return found


def _rounded(spoken: list[Gesture]) -> list[Gesture]:
    """Sounds that yield take over the rounding of the lips before or after them ('soup')."""
    result = []
    for at, gesture in enumerate(spoken):
        if gesture.shape.yields and not gesture.pinned:
            sides = (_lips_beside(spoken, at, -1), _lips_beside(spoken, at, 1))
            rounding, shape = max(sides, key=lambda side: side[0])
            if any(side[1]["stretch"] >= SPREAD for side in sides):
                rounding *= SHARED
            if rounding > 0.0:
                gesture = replace(gesture, shape=_taken_over(gesture.shape, shape, rounding))
        result.append(gesture)
    return result


def _lips_beside(spoken: list[Gesture], at: int, step: int) -> tuple[float, Shape]:
    """The next gesture on one side that claims the lips: how much of its rounding reaches here (0..1), its shape."""
    own = spoken[at]
    other = at + step
    while 0 <= other < len(spoken):
        beside = spoken[other]
        apart = max(own.start - beside.end, beside.start - own.end, 0.0)
        if apart > 2.0 * REACH_OF_ROUNDING:
            break
        if beside.shape.claims.lips >= 0.35 and not beside.shape.yields:
            rounded = beside.shape["pucker"] + beside.shape["funnel"] >= 2.0 * ROUNDED
            return (1.0 - apart / (2.0 * REACH_OF_ROUNDING)) * rounded, beside.shape
        other += step
    return 0.0, own.shape


def _taken_over(shape: Shape, rounded: Shape, amount: float) -> Shape:
    own = dict(zip(CHANNELS, shape.targets, strict=True))
    for name in ("pucker", "funnel"):
        own[name] = max(own[name], 0.85 * amount * rounded[name])
    for name in ("stretch", "smile"):
        own[name] *= 1.0 - 0.9 * amount
    return replace(shape, targets=tuple(own[name] for name in CHANNELS))


def _with_rests(spoken: list[Gesture], take: Take, language: Language) -> list[Gesture]:
    if not spoken:
        return [Gesture(-1.0, max(take.audio.duration, take.phones[-1].end) + 1.0, language.rest, "rest")]
    first, last = spoken[0], spoken[-1]
    row = [Gesture(first.start - 1.0, first.start, language.rest, "rest")]
    row += _breath(first.start, 1.0, language)
    for gesture, after in pairwise(spoken):
        row.append(gesture)
        if after.start - gesture.end >= PAUSE:
            row += _pause(gesture.end, after.start, language)
    row.append(last)
    row.append(Gesture(last.end, max(take.audio.duration, last.end) + 1.0, language.rest, "rest"))
    return row


def _pause(start: float, end: float, language: Language) -> list[Gesture]:
    """Rest in a pause, less of it in a short one, and the lips' parting before the next phrase."""
    length = end - start
    amount = min(1.0, length / FULL_PAUSE)
    claims = language.rest.claims
    faint = replace(claims, jaw=claims.jaw * amount, lips=claims.lips * amount, tongue=claims.tongue * amount)
    return [Gesture(start, end, replace(language.rest, claims=faint), "rest"), *_breath(end, length, language)]


def _breath(end: float, pause: float, language: Language) -> list[Gesture]:
    if pause < BREATH_PAUSE:
        return []
    return [Gesture(end - min(0.2, 0.4 * pause), end - 0.05, language.breath, "breath")]
