"""The ways in which a row of words may be said, as arrays for the search.

Every part of every reading is a node: one phone class that lasts two frames or more. A diphthong is two nodes of one
sound. Word w runs from junction w to junction w + 1, where silence and foreign sounds may stand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..phones import CLASSES, classify, segments
from ..transcript.script import Reading, ScriptWord

INDEX = {phone: number for number, phone in enumerate(CLASSES)}
READING_SHARE = 1.0  # weight of a reading's own cost
PAUSE_ENTRY = -8.0  # log: cost of falling silent; free silences would swallow the closures of stops
PAUSE_EXPECTED = 6.0  # log: how much of it a full stop takes back
PAUSE_OUTSIDE = -0.5  # log: cost of silence before the first word and after the last
SKIP_WORD = -12.0  # log: cost of a word that is not said
SKIP_SOUND = -1.2  # log: and of each of its sounds

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Lattice:
    """`classes`, `word`, `reading`, `sound` [nodes]: phone class; number of its word, of the reading, of the sound.

    `first` [readings], `entry` [readings]: first node of each reading and the log cost of choosing it; `last`
    [readings]: its last node, in the order of words; `starts` [words]: where each word's readings begin among them;
    `joined` [readings]: no silence may follow; `pause` [words + 1]: log cost of silence at each junction; `skip`
    [words]: log cost of leaving a word out.
    """

    words: tuple[ScriptWord, ...]
    classes: Ints
    word: Ints
    reading: Ints
    sound: Ints
    first: Ints
    last: Ints
    entry: Floats
    joined: NDArray[np.bool_]
    starts: Ints
    pause: Floats
    skip: Floats


def lattice(words: Sequence[ScriptWord]) -> Lattice:
    """The lattice of some words in order; there is at least one."""
    nodes: list[tuple[int, int, int, int]] = []
    starts: list[int] = []
    rows: list[tuple[int, int, float, bool]] = []
    for number, word in enumerate(words):
        starts.append(len(rows))
        for choice, reading in enumerate(word.readings):
            first = len(nodes)
            nodes += [(part, number, choice, sound) for sound, part in parts(reading)]
            rows.append((first, len(nodes) - 1, -READING_SHARE * reading.cost, reading.joined))
    classes, numbers, choices, sounds = np.array(nodes, np.int64).T.copy()
    firsts, lasts, entries, joined = zip(*rows, strict=True)
    skip = [SKIP_WORD + SKIP_SOUND * len(word.readings[0].sounds) for word in words]
    return Lattice(
        tuple(words),
        classes,
        numbers,
        choices,
        sounds,
        np.array(firsts),
        np.array(lasts),
        np.array(entries, np.float32),
        np.array(joined),
        np.array(starts),
        _pauses(words),
        np.array(skip, np.float32),
    )


def parts(reading: Reading) -> list[tuple[int, int]]:
    """The phone classes of a reading, each with the number of its sound: two for a diphthong."""
    found = []
    for number, sound in enumerate(reading.sounds):
        found += [(number, INDEX[classify(part)]) for part in segments(sound.ipa) if part]
    return found


def _pauses(words: Sequence[ScriptWord]) -> Floats:
    inner = [PAUSE_ENTRY + PAUSE_EXPECTED * word.pause for word in words[:-1]]
    return np.array([PAUSE_OUTSIDE, *inner, PAUSE_OUTSIDE], np.float32)
