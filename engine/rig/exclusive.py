"""One drawing at a time: the key whose mouth is nearest to what is wanted, held long enough to be seen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .channels import COSTS, INDEX, Floats
from .moments import FREE, LIPS, TEETH, Codes
from .profile import Row, matrix

CHANGE = 0.02  # price of a new drawing, in the units of the fit
SHORT = 50.0  # price of a drawing that is held too short
MISSED = 1e4  # price of a drawing that misses a contact: above any number of short ones
# price of a closure that is not spoken, and what it costs more where the face is far from rest: it may fill a still
# moment between two closures that is too short for a drawing of its own, but not a vowel
UNSPOKEN, SWALLOWED = 20.0, 100.0
MET = 0.99  # seal or tuck from which a contact is made, where none is told apart
SHOWN = 0.08  # seconds that a drawing is held at least, shown as it comes: two frames of 24 a second

Choices = NDArray[np.intp]


def choose(wanted: Floats, contact: Codes, rows: tuple[Row, ...], hold: int) -> Floats:
    """Key values [n, len(rows)], one key at 1 in each moment and all others at 0; `wanted` [n, channels].

    The mouth at rest is the row marked `rest`, or no key at all. A drawing is held for at least `hold` moments (1 or
    2), unless a contact needs its place.
    """
    makes = np.vstack([matrix(rows), np.zeros(len(COSTS))])  # the last is 'no key'
    silent = _silent(rows)
    price = _prices(wanted, contact, makes, silent)
    price[np.ix_([0, -1], np.arange(len(makes)) != silent)] += MISSED
    chosen = _cheapest(price, hold)
    shown = np.zeros((len(wanted), len(makes)))
    shown[np.arange(len(wanted)), chosen] = 1.0
    return shown[:, :-1]


class Drawings:
    """The same as moments come, with nothing known of what follows: `show` one after another."""

    def __init__(self, rows: tuple[Row, ...]) -> None:
        self._makes = np.vstack([matrix(rows), np.zeros(len(COSTS))])  # the last is 'no key'
        self._silent = _silent(rows)
        self._shown, self._since = self._silent, -np.inf

    def show(self, wanted: Floats, time: float | None = None) -> Floats:
        """Key values [rows] for the moment at `time` (seconds), 1 for the drawing shown; `wanted` [channels].

        A drawing is held for SHOWN seconds, unless a contact needs its place; without `time`, not at all.
        """
        met = LIPS if wanted[INDEX["seal"]] >= MET else TEETH if wanted[INDEX["tuck"]] >= MET else FREE
        price = _prices(wanted[None], np.array([met], np.int8), self._makes, self._silent)[0]
        best, own = int(np.argmin(price)), price[self._shown]
        young = time is not None and 0.0 <= time - self._since < SHOWN
        if best != self._shown and own > price[best] + (SHORT if young else CHANGE):
            self._shown, self._since = best, -np.inf if time is None else time
        values = np.zeros(len(self._makes))
        values[self._shown] = 1.0
        return values[:-1]


def _silent(rows: tuple[Row, ...]) -> int:
    """The place of the mouth at rest among the rows and 'no key'."""
    return next((j for j, row in enumerate(rows) if row.rest), len(rows))


def _prices(wanted: Floats, contact: Codes, makes: Floats, silent: int) -> Floats:
    """How badly each drawing fits each moment [n, drawings]."""
    from_rest = wanted**2 @ COSTS
    price = from_rest[:, None] - 2.0 * wanted @ (makes * COSTS).T + (makes**2 @ COSTS)[None, :]
    for j in range(len(makes)):
        if j != silent and not np.any(makes[j] > 0.0):
            price[:, j] = MISSED
    for code, channel in ((LIPS, "seal"), (TEETH, "tuck")):
        best = int(np.argmax(makes[:, INDEX[channel]]))
        target = best if makes[best, INDEX[channel]] > 0.0 else silent
        others = np.arange(len(makes)) != target
        price[np.ix_(contact == code, others)] += MISSED
        if target != silent:
            unspoken = (contact == FREE) & (wanted[:, INDEX[channel]] < 0.5)
            price[unspoken, target] += UNSPOKEN + SWALLOWED * from_rest[unspoken]
    return price


def _cheapest(price: Floats, hold: int) -> Choices:
    """The cheapest sequence (Viterbi); states are (drawing, new) and, when held for two, (drawing, held)."""
    count, kinds = price.shape
    new, held = price[0].copy(), price[0].copy()
    came_new = np.zeros((count, kinds), np.intp)
    stayed_held = np.zeros((count, kinds), bool)
    for i in range(1, count):
        early = new + (SHORT if hold > 1 else 0.0)
        leave = np.minimum(held, early)
        source = int(np.argmin(leave))
        came_new[i] = source if held[source] <= early[source] else source + kinds
        stayed_held[i] = held <= new
        new, held = leave[source] + CHANGE + price[i], np.minimum(held, new) + price[i]
    return _trace(new, held, came_new, stayed_held)


def _trace(new: Floats, held: Floats, came_new: Choices, stayed_held: NDArray[np.bool_]) -> Choices:
    count, kinds = came_new.shape
    chosen = np.zeros(count, np.intp)
    state = int(np.argmin(np.concatenate([held, new])))
    for i in range(count - 1, -1, -1):
        kind = state % kinds
        chosen[i] = kind
        before_held = kind if stayed_held[i, kind] else kind + kinds
        state = int(came_new[i, kind]) if state >= kinds else before_held
    return chosen
