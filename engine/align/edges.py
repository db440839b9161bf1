"""Edges of phones moved to where the sound changes, finer than the recognizer's frames of 10 ms.

An edge between phones that differ abruptly goes to the sharpest change near by, that from a stop to a vowel to where
the voice sets in; beside a pause a phone begins and ends where it is heard to. What glides has no such edge and stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ..phones import features
from ..sound.change import STEP, Change
from ..sound.features import RATE
from ..take import Phone

SECONDS = STEP / RATE  # of a step
REACH = 0.02  # seconds in which the sharpest change is looked for
HOLD = 0.3  # nats by which a change must be sharper 10 ms off the edge
TOUCH = 0.003  # seconds between phones that touch
SHORTEST = 0.01  # seconds that are left of a phone
HUSHED = 9.2  # nats (40 dB) under the loudest: what is softer says nothing of the loud level
LOUD_DROP = 8.0  # nats (35 dB) under the loud level: what is softer is not heard
ABOVE_NOISE = 2.3  # nats (10 dB) above the level of the pauses
CLEAR = 4.6  # nats (20 dB) under the loud level: what is louder is heard whatever the noise
EARLIER, LATER, TAIL = 0.09, 0.06, 0.1  # seconds about an edge beside a pause; those after an end
LULL = 0.04  # seconds of quiet that end a phone
UNHEARD = 0.045  # seconds of a closure that cannot be heard after a pause


def sharpen(phones: Sequence[Phone], change: Change) -> tuple[Phone, ...]:
    """The phones with sharper edges, in whole milliseconds; `change` is that of the sound in whose seconds they are."""
    if not len(change.level):
        return tuple(phones)
    heard = _threshold(change)
    edges = [[phone.start, phone.end] for phone in phones]
    for at, phone in enumerate(phones):
        before = edges[at - 1][1] if at else 0.0
        if at and phone.start - phones[at - 1].end < TOUCH:
            edges[at - 1][1] = edges[at][0] = _between(phones[at - 1], edges[at - 1][0], phone, change)
        else:
            edges[at][0] = max(before, _onset(phone, (before + phone.start) / 2.0 if at else 0.0, change, heard))
        after = phones[at + 1].start if at + 1 < len(phones) else len(change.level) * SECONDS
        if after - phone.end >= TOUCH:
            edges[at][1] = _end(phone, (phone.end + after) / 2.0, change, heard)
    return tuple(_moved(phone, start, end) for phone, (start, end) in zip(phones, edges, strict=True))


def _moved(phone: Phone, start: float, end: float) -> Phone:
    start, end = round(start, 3), round(end, 3)
    return replace(phone, start=start, end=end) if end - start >= 0.001 else phone


def _threshold(change: Change) -> float:
    """The level above which something is said."""
    level = change.level.astype(np.float32)
    floor, top = np.percentile(level, (5.0, 99.9))
    loud = np.percentile(level[level >= top - HUSHED], 95.0)
    return float(max(loud - LOUD_DROP, min(floor + ABOVE_NOISE, loud - CLEAR)))


@lru_cache(maxsize=1024)
def _kind(ipa: str, last: bool) -> str:
    """Vowel, glide, nasal, noise or stop: of the last or the first part of a phone."""
    own = features(ipa[-1:] if last and features(ipa).vowel else ipa)
    if own.vowel:
        return "vowel"
    kinds = {"plosive": "stop", "affricate": "stop", "fricative": "noise", "nasal": "nasal"}
    kind = kinds.get(own.manner, "glide")
    return "noise" if kind == "stop" and last and own.manner == "affricate" else kind


_ABRUPT = frozenset(
    {
        *(("vowel", "stop"), ("vowel", "noise"), ("vowel", "nasal"), ("noise", "vowel"), ("nasal", "vowel")),
        *(("nasal", "stop"), ("nasal", "noise"), ("glide", "stop"), ("glide", "noise")),
    }
)


def _between(left: Phone, start: float, right: Phone, change: Change) -> float:
    """The edge between two phones that touch; `start`: where the left one begins by now."""
    pair = _kind(left.ipa, True), _kind(right.ipa, False)
    edge = right.start
    room = max(edge - REACH, start + SHORTEST), min(edge + REACH, right.end - SHORTEST)
    if pair == ("stop", "vowel"):
        return _sharpest(change.voice, edge, *room)
    return _sharpest(change.spectrum, edge, *room) if pair in _ABRUPT else edge


def _sharpest(track: NDArray[np.float16], edge: float, earliest: float, latest: float) -> float:
    """The peak of a track near an edge, interpolated; the edge itself where there is none."""
    low, high = max(1, int(np.ceil(earliest / SECONDS))), min(len(track) - 2, int(latest / SECONDS))
    if high - low < 3:
        return edge
    values = track[low - 1 : high + 2].astype(np.float32)
    away = (np.arange(low, high + 1) * SECONDS - edge) / 0.01
    top = int((values[1:-1] - HOLD * away**2).argmax())
    if top in (0, high - low):
        return edge
    before, here, after = (float(value) for value in values[top : top + 3])
    bend = before - 2.0 * here + after
    aside = max(-0.5, min(0.5, 0.5 * (before - after) / bend)) if bend < 0.0 else 0.0
    return (low + top + aside) * SECONDS


def _onset(phone: Phone, earliest: float, change: Change, heard: float) -> float:
    """Where a phone after a pause begins to be heard; a closure began before its burst."""
    stop = _kind(phone.ipa, False) == "stop"
    latest = phone.end - SHORTEST if stop else min(phone.start + LATER, (phone.start + phone.end) / 2.0)
    first = max(earliest, phone.start - EARLIER)
    loud = _loud(change, first, latest, heard)
    if not len(loud):
        return phone.start
    if stop:
        return max(earliest, min(phone.start, first + float(loud[0]) * SECONDS - UNHEARD))
    gaps = np.flatnonzero(np.diff(loud) > LULL / SECONDS)
    return max(earliest, first + float(loud[gaps[-1] + 1 if len(gaps) else 0]) * SECONDS)


def _end(phone: Phone, latest: float, change: Change, heard: float) -> float:
    """Where a phone before a pause is last heard."""
    first = max((phone.start + phone.end) / 2.0, phone.end - EARLIER)
    loud = _loud(change, first, min(latest, phone.end + TAIL), heard)
    if not len(loud) or _kind(phone.ipa, True) == "stop":
        return phone.end
    gaps = np.flatnonzero(np.diff(loud) > LULL / SECONDS)
    return min(latest, first + float(loud[gaps[0] if len(gaps) else -1] + 1) * SECONDS)


def _loud(change: Change, start: float, end: float, heard: float) -> NDArray[np.int64]:
    """The steps from `start` on in which something is heard."""
    return np.flatnonzero(change.level[max(0, round(start / SECONDS)) : max(0, round(end / SECONDS))] > heard)
