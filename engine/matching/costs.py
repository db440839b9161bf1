"""What it is worth that a sound of one take stands for a sound of another: log-odds against chance, as factors."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ..align.matching import class_distances
from ..phones import CLASSES, mouth_class
from .units import Floats, Ints, Units

# Log-odds of two sounds by their distance in articulation, between what pairs of takes show that one synthetic engine
# spoke in many voices and what real speakers do, of whom fewer sounds are heard alike.
APART = (0.0, 0.4, 1.0, 2.0, 3.0, 4.0)
ODDS = (2.6, 0.4, -0.7, -1.9, -2.5, -3.3)
ODDS_MISHEARD = (2.0, 0.9, 0.2, -0.6, -1.2, -2.2)  # the same between words that are the same, but heard ill
GAP_MISHEARD = 2.4  # log-odds lost by leaving out sounds there
OFF_COURSE = 6.0  # log-odds lost at most by lying off the even course of time
HEARD = 0.85  # how often a sound is heard the same twice
LEAST_ODDS, MOST_ODDS = 1.5, 4.0  # of the same sound: a rare one speaks louder than a common one
USUAL = 0.5  # how often each kind is thought to have been heard before counting
LIPS = 0.7  # log-odds lost where the lips meet in one sound only, beside its distance: closures must not drift
LENGTH = 0.35  # log-odds lost for a sound twice or half as long, against its take, as its like
STRESS = 0.25  # log-odds lost where one of the two is stressed
SAME_WORD, OTHER_WORD = 1.5, -1.5  # log-odds of lying in words of the same, of another text
WITHIN = 3.0  # log-odds lost from one end of the same word to the other
GAP = 4.2  # log-odds lost by leaving out or putting in sounds: about one sound in forty begins such a stretch
EXTEND = 0.4  # and for each of them, in a slip of the ear or a word
LONG, EXTEND_LONG = 5.0, 0.002  # once, and for each of them, where whole sentences are left out or put in
AT_BREAK = 1.1  # won back for each side of such a stretch that is a full break: people put in whole words and phrases
AT_PAUSE = 0.4  # and where it ends in a silence: who starts anew stops first, so the later of two likes is meant
EITHER = 0.7  # log-odds lost where some are left out and others put in at once
BOTH_PAUSE, ONE_PAUSE = 1.2, -0.35  # log-odds of a silence in both takes, in one of them, between two pairs

Factors = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Costs:
    """Factors (exp of log-odds) for the lattice of old [n] and new [m] sounds.

    `opening`, `closing` (old [n + 1], new [m + 1]): of a stretch without a like that begins, ends at a break;
    `going` [2, m + 1]: of two pairs in a row across the new break, 1 where the old take pauses there. `extend`, `long`,
    `extend_long`, `either`: see the constants. `course`: new seconds at which each old sound [n] is expected, and the
    usual distance from it; None where nothing is.
    """

    old: Units
    new: Units
    table: Factors
    opening: tuple[Factors, Factors]
    closing: tuple[Factors, Factors]
    going: Factors
    extend: float
    long: float
    extend_long: float
    either: float
    course: tuple[Floats, float] | None = None

    def pair(self, row: int, first: int, last: int) -> Factors:
        """How alike old sound `row` is to each of the new sounds `first` to `last` (left out)."""
        old, new = self.old, slice(first, last)
        apart = self.new.lengths[new] - old.lengths[row]
        logs = self.table[old.kinds[row], self.new.kinds[new]] - (LENGTH / np.log(2.0) ** 2) * np.minimum(
            apart * apart, 1.5
        )
        if old.stress[row] or self.new.stress.any():
            logs -= STRESS * np.abs(self.new.stress[new] - old.stress[row])
        if old.words[row] >= 0:
            logs += self._word(row, new)
        if self.course is not None:
            off = (self.new.middles[new] - self.course[0][row]) / self.course[1]
            logs -= np.minimum(0.5 * off * off, OFF_COURSE)
        return np.asarray(np.exp(logs))

    def _word(self, row: int, new: slice) -> Factors:
        words = self.new.words[new]
        same = SAME_WORD - WITHIN * np.abs(self.new.within[new] - self.old.within[row])
        return np.where(words == self.old.words[row], same, np.where(words >= 0, OTHER_WORD, 0.0))


def costs(old: Units, new: Units) -> Costs:
    """The factors for two takes."""
    opening, closing = [], []
    for row in (old, new):
        ease = AT_BREAK / 2.0 * row.breaks - GAP / 4.0
        opening.append(np.exp(ease))
        closing.append(np.exp(ease + AT_PAUSE / 2.0 * row.pauses))
    silent = new.pauses.astype(float)
    going = np.exp(np.stack([ONE_PAUSE * silent, BOTH_PAUSE * silent + ONE_PAUSE * (1.0 - silent)]))
    return Costs(
        old,
        new,
        _table(old.kinds, new.kinds),
        (opening[0], opening[1]),
        (closing[0], closing[1]),
        going,
        float(np.exp(-EXTEND)),
        float(np.exp(-LONG)),
        float(np.exp(-EXTEND_LONG)),
        float(np.exp(-EITHER)),
    )


def misheard(whole: Costs, old: slice, new: slice, expected: Floats, spread: float) -> Costs:
    """The factors of a part of both takes for a worse ear, near the seconds `expected` of each old sound."""
    easier = np.exp((GAP - GAP_MISHEARD) / 4.0)
    edges = slice(old.start, old.stop + 1), slice(new.start, new.stop + 1)
    return Costs(
        whole.old.part(old),
        whole.new.part(new),
        _unlike(),
        (whole.opening[0][edges[0]] * easier, whole.opening[1][edges[1]] * easier),
        (whole.closing[0][edges[0]] * easier, whole.closing[1][edges[1]] * easier),
        whole.going[:, edges[1]],
        whole.extend,
        0.0,
        whole.extend_long,
        1.0,
        (expected, spread),
    )


@lru_cache(maxsize=1)
def _unlike() -> Floats:
    return np.asarray(np.interp(class_distances(), APART, ODDS_MISHEARD))


def _table(old: Ints, new: Ints) -> Floats:
    """Log-odds [classes, classes] of each two sounds; of the same one by how rare it is in these takes."""
    counts = np.bincount(old, minlength=len(CLASSES)) + np.bincount(new, minlength=len(CLASSES)) + USUAL
    table = _by_distance().copy()
    same = np.log(HEARD / (counts / counts.sum()))
    table[np.diag_indices(len(CLASSES))] = np.clip(same, LEAST_ODDS, MOST_ODDS)
    return table


@lru_cache(maxsize=1)
def _by_distance() -> Floats:
    lips = np.array([mouth_class(one) in ("closed", "teeth") if one else False for one in CLASSES])
    odds = np.interp(class_distances(), APART, ODDS)
    return np.asarray(odds - LIPS * (lips[:, None] != lips[None, :]))


@lru_cache(maxsize=1)
def closeness() -> Floats:
    """How alike two sounds are [classes, classes]: 1 the same, 0 from two clear differences on."""
    return np.maximum(0.0, 1.0 - class_distances() / 2.0)
