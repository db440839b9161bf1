"""The hard rule after the solve: a contact is met in full, and what would open it gives way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .channels import INDEX, JAW_IN_TUCK, Floats
from .profile import Row

CONTACTS = ("seal", "tuck")
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class ContactRules:
    """What contacts ask of some rows, each [rows]; by contact in the order of CONTACTS.

    `gives_way`: the key is at most what the contact leaves room for; `rules`: the value at which it makes it in full, 0
    for a key that has little to do with it; `jaws`, `shuts`: rows that make `jaw` and `shut`; `limits` of the rows.
    """

    gives_way: tuple[Flags, Flags]
    rules: tuple[Floats, Floats]
    jaws: Flags
    shuts: Flags
    limits: Floats

    @classmethod
    def of(cls, rows: tuple[Row, ...]) -> ContactRules:
        """Those of `rows`."""
        jaws = np.array(["jaw" in row.makes for row in rows], bool)
        shuts = np.array(["shut" in row.makes for row in rows], bool)
        parting, lifting = (np.array([row.gives_way(name) for row in rows], bool) for name in CONTACTS)
        if not any("shut" in row.makes or row.holds_jaw for row in rows):
            parting |= jaws
        sealing, tucking = (np.array([row.rules(name) for row in rows], np.float64) for name in CONTACTS)
        limits = np.array([row.limit for row in rows], np.float64)
        return cls((parting, lifting), (sealing, tucking), jaws, shuts, limits)

    def kept(self, values: Floats, base: Floats) -> Floats:
        """`values` [n, rows] with the contacts of `base` channels [n, len(BASE)] kept.

        Keys that seal are at least as full as the seal, keys that part the lips at most as full as it leaves room for
        (so 1 and 0 where it is shut), likewise for the lip on the teeth; continuous in both. A key that brings the lips
        together over an open jaw follows the jaw's key; where there is none, and no key that holds whatever the jaw
        does, the jaw gives way too.
        """
        seal = base[:, INDEX["seal"], None]
        tuck = base[:, INDEX["tuck"], None] * (1.0 - seal)
        result = np.where(self.gives_way[0], np.minimum(values, 1.0 - seal), values)
        result = np.maximum(result, self.rules[0] * seal)
        jaw = self.jaws & ~self.gives_way[1]
        result = np.where(self.gives_way[1], np.minimum(result, 1.0 - tuck), result)
        result = np.where(jaw, np.minimum(result, 1.0 - tuck + JAW_IN_TUCK * tuck), result)
        result = np.maximum(result, self.rules[1] * tuck)
        return np.where(self.shuts, np.minimum(seal * self._jaw(result), self.limits), result)

    def _jaw(self, values: Floats) -> Floats:
        """The jaw as it really is [n, 1]: keys that make `shut` get the seal's share of it, never more."""
        if not self.jaws.any():
            return np.zeros((len(values), 1))
        jaw: Floats = values[:, self.jaws].max(axis=1)[:, None]
        return jaw


def keep_contacts(values: Floats, base: Floats, rows: tuple[Row, ...]) -> Floats:
    """`values` [n, rows] of `rows` with the contacts of `base` channels [n, len(BASE)] kept, see `ContactRules`."""
    return ContactRules.of(rows).kept(values, base)


def decisive(rows: tuple[Row, ...]) -> tuple[bool, ...]:
    """For each row whether a contact rests on it, so that its values in contacts must be kept exactly."""
    return tuple(
        "shut" in row.makes
        or "jaw" in row.makes
        or any(row.gives_way(contact) or row.rules(contact) > 0.0 for contact in CONTACTS)
        for row in rows
    )
