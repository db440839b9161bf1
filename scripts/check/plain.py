"""A face as other tools make it: a mouth a sound, straight from one to the next; nothing of our mouth room in it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.mouth import Contact, FaceCurves
from engine.phones import mouth_class
from engine.rig import BASE

from .speech import Timed

HOP = 0.005
MOUTHS: dict[str, dict[str, float]] = {
    "closed": {"seal": 1.0, "press": 0.3},
    "teeth": {"tuck": 1.0},
    "open": {"jaw": 0.55},
    "rounded": {"jaw": 0.22, "pucker": 0.7, "funnel": 0.4},
    "other": {"jaw": 0.14, "stretch": 0.3},
}
HALF_OPEN = {"jaw": 0.3, "stretch": 0.35}  # e i ə and the like
NEAR_VOWELS = "eɛəɜiɪɨɐɤɯ"
EASE = 0.08  # seconds from rest to the first mouth of a phrase, and back
PAUSE = 0.2  # seconds of silence in which the mouth goes to rest
TOUCH = 0.03  # seconds in which lips part


def plain_face(phones: Sequence[Timed], duration: float) -> FaceCurves:
    """The channels of phones (start, end, IPA): each mouth in the middle of its sound, contacts for all of theirs."""
    count = int((duration + 0.5) / HOP) + 1
    clock = np.arange(count) * HOP
    marks: dict[str, list[tuple[float, float]]] = {name: [(-1.0, 0.0)] for name in BASE}
    for number, (start, end, ipa) in enumerate(phones):
        before = phones[number - 1][1] if number else -1.0
        after = phones[number + 1][0] if number + 1 < len(phones) else duration + 1.0
        mouth = _mouth(ipa)
        for name in BASE:
            value = mouth.get(name, 0.0)
            if start - before > PAUSE:
                marks[name].append((start - EASE, 0.0))
            places = [start, end - TOUCH] if "seal" in mouth or "tuck" in mouth else [(start + end) / 2]
            marks[name] += [(max(place, marks[name][-1][0] + 1e-4), value) for place in places]
            if after - end > PAUSE:
                marks[name].append((end + EASE, 0.0))
    channels = {
        name: np.interp(clock, [place for place, _ in row], [value for _, value in row]).astype(np.float32)
        for name, row in marks.items()
    }
    return FaceCurves(0.0, HOP, channels, contacts(phones))


def contacts(phones: Sequence[Timed]) -> tuple[Contact, ...]:
    """When lips must be shut by the phones."""
    shut = (phone for phone in phones if mouth_class(phone[2]) == "closed" and phone[1] - phone[0] > 2 * HOP)
    return tuple(Contact(start, end - HOP, "lips") for start, end, _ in shut)


def _mouth(ipa: str) -> dict[str, float]:
    kind = mouth_class(ipa)
    if kind == "other" and ipa[:1] in NEAR_VOWELS:
        return HALF_OPEN
    return MOUTHS.get(kind, MOUTHS["other"])
