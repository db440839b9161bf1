"""Posteriors to phones: the most probable row of phones, each with a least duration.

Classes that the language lacks are closed. Refined decoding searches under the language's model of phone sequences
(search.py). Quick decoding weighs each change by one constant: a Viterbi search (Viterbi 1967) in which every class is
a chain of states, one a frame of its least duration, the last of which may repeat. Edges are put where the two
posteriors cross between frames.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..phones import CLASSES, SILENCE, classify, features, mouth_class, nearest, segments
from ..take import HOP, Phone
from .articulation import ARTICULATIONS
from .model import Posteriors
from .search import search
from .sequence import Sequences, sequences

if TYPE_CHECKING:
    from ..languages import Language

Floats = NDArray[np.float32]

LONGEST = 3  # states in a chain
PRIOR_SHARE = 0.3  # how far frequent classes are held back
CHANGE = -2.5  # log: cost of a change of phone in quick decoding
SEQUENCE_SHARE = 2.0  # weight of the model of sequences
REFINED_CHANGE = -0.3  # log: cost of a change beside the model's
LIPS_SHARE = 0.3  # weight of the lips' own outputs beside the phones'
PAUSE_ENTRY = -3.0  # log: cost of falling silent; most short silences are the closures of stops
PAUSE_FRAME = -0.5  # log: cost of each silent frame
SHORTEST_PAUSE = 0.12  # seconds: a shorter silence between phones belongs to them
CLOSED_OFF = np.float32(-1e9)


def decode(posteriors: Posteriors, language: Language, refined: bool = True) -> tuple[Phone, ...]:
    """The phones of some frames, in seconds from the first frame's start; silence is the gap between them.

    `refined`: under the language's model of sequences; otherwise with one constant cost of change, which is quicker.
    Confidence is the mean posterior of the phone over its frames. Ties go to the class that comes first in CLASSES.
    """
    if len(posteriors.phones) == 0:
        return ()
    logs = posteriors.phones.astype(np.float32)
    ipa = spelling(language.inventory)
    scores = logs + _bonus(ipa, posteriors.prior) + LIPS_SHARE * _lips(posteriors)
    if refined:
        entry = np.full(len(CLASSES), REFINED_CHANGE, np.float32)
        entry[0] += PAUSE_ENTRY
        path = search(scores, np.exp(logs), _weighed(language.code, SEQUENCE_SHARE), entry, _leasts())
    else:
        path = _viterbi(scores, _leasts())
    return _phones(logs, scores, path, ipa)


def _bonus(ipa: tuple[str, ...], prior: Floats | None) -> Floats:
    """Log added to each class [classes]: frequent ones are held back, those that the language lacks are closed."""
    open_to = np.array([i == 0 or bool(written) for i, written in enumerate(ipa)])
    bonus = np.where(open_to, 0.0 if prior is None else -PRIOR_SHARE * prior, CLOSED_OFF).astype(np.float32)
    bonus[0] += PAUSE_FRAME
    return bonus


@lru_cache(maxsize=2)
def _weighed(code: str, share: float) -> Sequences:
    model = sequences(code)
    return replace(model, logs=np.float32(share) * model.logs)


@lru_cache(maxsize=16)
def spelling(inventory: frozenset[str]) -> tuple[str, ...]:
    """How a language writes each class of CLASSES; '' where it has no such phone. An empty inventory has them all."""
    known: dict[str, list[str]] = {}
    for phone in sorted(inventory):
        for part in segments(phone):
            known.setdefault(classify(part), []).append(part)
    if not known:
        return CLASSES
    return tuple(nearest(phone, known[phone]) if phone in known else "" for phone in CLASSES)


@lru_cache(maxsize=1)
def _leasts() -> NDArray[np.int32]:
    """Least frames of each class [classes]."""
    return np.array([_least(phone) for phone in CLASSES], np.int32)


def _least(phone: str) -> int:
    if phone == SILENCE:
        return LONGEST
    own = features(phone)
    return 3 if own.vowel or own.manner in ("fricative", "affricate") or mouth_class(phone) == "closed" else 2


_CLOSED, _TEETH = ARTICULATIONS.index("closed"), ARTICULATIONS.index("labiodental")


@lru_cache(maxsize=1)
def _lip_tables() -> tuple[Floats, Floats]:
    """Which classes shut the lips, and which bring lip to teeth, as 0 or 1."""
    mouths = np.array([mouth_class(phone) if phone else "" for phone in CLASSES])
    return (mouths == "closed").astype(np.float32), (mouths == "teeth").astype(np.float32)


def _lips(posteriors: Posteriors) -> Floats:
    """Log-probability of what the lips were seen to do, for each class [n, classes]."""
    seen = np.clip(posteriors.articulation[:, [_CLOSED, _TEETH]].astype(np.float32), 0.01, 0.99)
    yes, no = np.log(seen), np.log(1.0 - seen)
    tables = _lip_tables()
    total = np.zeros((len(seen), len(CLASSES)), np.float32)
    for i, table in enumerate(tables):
        total += yes[:, i : i + 1] * table + no[:, i : i + 1] * (1.0 - table)
    return total


def _viterbi(scores: Floats, least: NDArray[np.int32]) -> NDArray[np.int64]:
    """The best class of each frame [n], every change at one cost."""
    frames, count = scores.shape
    columns = np.arange(count)
    entry = LONGEST - least  # a chain of `least` states is entered that much later
    best = np.full((LONGEST, count), CLOSED_OFF, np.float32)
    best[entry, columns] = scores[0]
    came = np.zeros(frames, np.int16)  # the class before, for those that entered here
    stayed = np.zeros((frames, count), np.bool_)  # whether the last state repeated
    for t in range(1, frames):
        last = best[-1]
        came[t] = last.argmax()
        enter = np.full(count, last[came[t]] + CHANGE, np.float32)
        enter[0] += PAUSE_ENTRY
        repeat = last >= best[-2]
        stayed[t] = repeat
        fresh = np.empty_like(best)
        fresh[2] = np.where(repeat, last, best[1])
        fresh[1] = best[0]
        fresh[0] = CLOSED_OFF
        fresh[entry, columns] = enter
        best = fresh + scores[t]
    return _trace(best, came, stayed, entry)


def _trace(
    best: Floats, came: NDArray[np.int16], stayed: NDArray[np.bool_], entry: NDArray[np.int32]
) -> NDArray[np.int64]:
    frames = len(came)
    path = np.zeros(frames, np.int64)
    phone = int(best[-1].argmax())
    state = LONGEST - 1
    for t in range(frames - 1, -1, -1):
        path[t] = phone
        if state == entry[phone]:
            phone, state = int(came[t]), LONGEST - 1
        elif state != LONGEST - 1 or not stayed[t, phone]:
            state -= 1
    return path


def crossing(logs: Floats, at: int, left: int, right: int) -> float:
    """The time in frames at which class `right` overtakes `left`, between the centres of frames at - 1 and at."""
    first, second = float(logs[at - 1, left] - logs[at - 1, right]), float(logs[at, left] - logs[at, right])
    return at - 0.5 + first / (first - second) if first > 0.0 > second else float(at)


def _phones(logs: Floats, scores: Floats, path: NDArray[np.int64], ipa: tuple[str, ...]) -> tuple[Phone, ...]:
    edges = [0, *(np.flatnonzero(np.diff(path)) + 1).tolist(), len(path)]
    times = [crossing(scores, e, path[e - 1], path[e]) if 0 < e < len(path) else float(e) for e in edges]
    found = []
    for first, stop, start, end in zip(edges[:-1], edges[1:], times[:-1], times[1:], strict=True):
        phone = int(path[first])
        if phone != 0 and end > start:
            sure = float(np.exp(logs[first:stop, phone]).mean())
            found.append(Phone(start * HOP, end * HOP, ipa[phone], min(1.0, sure)))
    return tuple(_without_short_pauses(found))


def _without_short_pauses(phones: list[Phone]) -> list[Phone]:
    """Short silences given to the stop that follows (they are its closure), or else to the phone before."""
    filled = list(phones)
    for i in range(len(phones) - 1):
        before, after = filled[i], filled[i + 1]
        if 0.0 < after.start - before.end < SHORTEST_PAUSE:
            if features(after.ipa).manner in ("plosive", "affricate"):
                filled[i + 1] = replace(after, start=before.end)
            else:
                filled[i] = replace(before, end=after.start)
    return filled
