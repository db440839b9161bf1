"""One moment of the mouth on the keys of one character: what `key_curves` makes of whole curves, as they come."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .channels import BASE, COSTS, Floats, targets
from .contacts import ContactRules
from .curves import KeyInfo
from .exclusive import Drawings
from .keys import FINE, drivable
from .profile import Binding, Row, matrix
from .solve import AT_ZERO, FREE, ROUNDS, TOGETHER, Sides, inverses, moved_sides, system

REMEMBERED = 512  # patterns of free keys whose inverse is kept


class Drive:
    """Made once for a binding and the `keys` that may be driven (each once, as for `key_curves`), asked at each moment.

    `keys`: the names of those that are driven, in the order of the rig's rows; `rest`: their values [keys] with the
    mouth at rest. `stepped`: a rig of drawings (`Binding.exclusive`) shows one of them at a time; other rigs, and
    drawings without it, are blended. Raises RigError where no key can be driven or one is named twice.
    """

    def __init__(self, binding: Binding, keys: Sequence[KeyInfo], stepped: bool = False) -> None:
        bound, known = drivable(binding, keys)
        rows = bound.rows
        self.keys = tuple(name for row in rows for name in row.names)
        driven = [known[name] for name in self.keys]
        self.rest: Floats = np.array([key.base for key in driven])
        self._reach = np.array([key.reach for key in driven])
        self._row = np.array([number for number, row in enumerate(rows) for _ in row.names], np.intp)
        self._solver = _Solver(rows)
        self._rules = ContactRules.of(rows)
        self._drawings = Drawings(rows) if stepped and binding.exclusive else None

    def at(self, values: Sequence[float], time: float | None = None) -> Floats:
        """The value [keys] of each of `keys` for `values`, one for each of the mouth's CHANNELS (0..1).

        The same values give the same keys, whatever was asked before, drawings excepted: of them one is held for a
        while, by `time` (seconds, rising) of the moment.
        """
        base = np.clip(np.nan_to_num(np.array([values], np.float64)), 0.0, 1.0)
        if base.shape[1] != len(BASE):
            raise ValueError(f"A moment of the mouth has {len(BASE)} values, not {base.shape[1]}.")
        wanted = targets(base)
        if self._drawings is not None:
            shown = self._drawings.show(wanted[0], time)
        else:
            kept = self._rules.kept(self._solver.solve(wanted), base)[0]
            shown = np.round(kept / FINE) * FINE
        result: Floats = self.rest + self._reach * shown[self._row]
        return result


class _Solver:
    """`solve` for a moment at a time: it begins where the last one ended, which is where the next one mostly lies."""

    def __init__(self, rows: tuple[Row, ...]) -> None:
        makes = matrix(rows)
        self._limits = np.array([row.limit for row in rows])
        self._gram, self._price = system(np.zeros((1, makes.shape[1])), makes)
        self._worth: Floats = (makes * COSTS).T
        self._sides: Sides = np.full((1, len(rows)), AT_ZERO, np.int8)
        self._inverses: dict[bytes, Floats] = {}

    def solve(self, wanted: Floats) -> Floats:
        """Weights [1, rows], 0..limit, for `wanted` channels [1, channels]."""
        if not wanted.any():
            return np.zeros_like(self._sides, np.float64)
        goal: Floats = wanted @ self._worth + self._price
        x = np.zeros_like(goal)
        for turn in range(ROUNDS):
            x = self._between(goal)
            moved = moved_sides(x, x @ self._gram - goal, self._limits, self._sides)
            wrong = moved != self._sides
            if not wrong.any():
                break
            if turn >= TOGETHER:
                wrong &= np.cumsum(wrong, axis=1) == 1
            self._sides = np.where(wrong, moved, self._sides)
        return np.clip(x, 0.0, self._limits)

    def _inverse(self, free: NDArray[np.bool_]) -> Floats:
        """The inverse of the price among the `free` keys [rows], kept for the next time."""
        name = free.tobytes()
        if name not in self._inverses:
            if len(self._inverses) >= REMEMBERED:
                self._inverses.clear()
            among = self._gram[np.ix_(free, free)]
            self._inverses[name] = inverses(among, np.ones((1, len(among)), bool))[0]
        return self._inverses[name]

    def _between(self, goal: Floats) -> Floats:
        """Keys at 0 and at their limit there, the free ones where the sum is least."""
        free = self._sides[0] == FREE
        x = np.where(self._sides > FREE, self._limits, 0.0)
        right = goal - x @ self._gram
        x[:, free] = right[:, free] @ self._inverse(free)
        return x
