"""Rig profiles: which keys a naming scheme has, and what each of them does to the mouth."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from ..errors import RigError
from .channels import CHANNELS, INDEX, PARTS, Floats
from .expression import Expression

MOST = 2.0  # a key may do up to twice what a channel's 1 means (a chin raiser at 0.52 is a full tuck)
MOST_WEIGHT = 10.0


@dataclass(frozen=True, slots=True)
class Row:
    """One key of a profile, or a left/right pair driven alike.

    - `key` the name in the scheme; `aliases` other names for the same key, of which the first found is taken
    - `makes` the channels it produces at value 1 (0..2 each)
    - `names` names on the mesh, all driven (rows of a binding, and of saved profiles)
    - `sides` whether left and right are keys of their own, `halves` whether upper and lower lip are ('..U', '..D')
    - `weight` its share of the score (0..10); `limit` the most it is driven (0..1)
    - `opens` the contacts ('seal', 'tuck') that it gives way to, found from `makes` when None
    - `holds_jaw` a sealing key that holds whatever the jaw does
    - `rest` the mouth at rest, in schemes where one key is on at a time
    - `stands_in` the row that this one replaces: not driven where the face has that one

    Raises RigError.
    """

    key: str
    makes: Mapping[str, float] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    sides: bool = False
    halves: bool = False
    weight: float = 1.0
    limit: float = 1.0
    opens: tuple[str, ...] | None = None
    holds_jaw: bool = False
    rest: bool = False
    stands_in: str = ""

    def __post_init__(self) -> None:
        if not self.key.strip():
            raise RigError("A row has no key; name the shape key that it stands for.")
        for channel, value in self.makes.items():
            self._check_channel(channel, value)
        if not 0.0 <= self.weight <= MOST_WEIGHT:
            raise RigError(f"Row '{self.key}' has the weight {self.weight}; give one between 0 and {MOST_WEIGHT:g}.")
        if not 0.0 < self.limit <= 1.0:
            raise RigError(f"Row '{self.key}' has the limit {self.limit}; give one above 0 and up to 1.")
        for contact in self.opens or ():
            if contact not in PARTS:
                raise RigError(f"Row '{self.key}' opens '{contact}'; only 'seal' and 'tuck' can be opened.")

    def _check_channel(self, channel: str, value: float) -> None:
        if channel not in INDEX:
            raise RigError(f"Row '{self.key}' makes '{channel}'; the channels are {', '.join(CHANNELS)}.")
        if not (math.isfinite(value) and 0.0 < value <= MOST):
            raise RigError(f"Row '{self.key}' makes {value} of '{channel}'; give a value above 0 and up to {MOST:g}.")

    def gives_way(self, contact: str) -> bool:
        """Whether the key must be off while `contact` ('seal' or 'tuck') is made."""
        if self.opens is not None:
            return contact in self.opens
        return contact not in self.makes and not PARTS[contact].isdisjoint(self.makes)

    def rules(self, contact: str) -> float:
        """The value at which the key makes `contact` in full; 0 for a key that has little to do with it."""
        share = self.makes.get(contact, 0.0)
        return min(1.0 / share, self.limit) if share >= 0.8 else 0.0


@dataclass(frozen=True, slots=True)
class Profile:
    """A naming scheme. `exclusive`: its keys are drawings, of which stepped output shows one at a time.

    `expressions`: its keys beyond the mouth, which are no part of recognising it. Raises RigError where two rows share
    a key or an alias, and where two expressions do.
    """

    name: str
    title: str
    rows: tuple[Row, ...]
    source: str = ""
    exclusive: bool = False
    expressions: tuple[Expression, ...] = ()

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise RigError("A rig profile has no name; give it one.")
        if not self.rows:
            raise RigError(f"The rig profile '{self.name}' has no rows; add one for each key.")
        self._check_names("Row", ((row.key, row.aliases, "") for row in self.rows))
        self._check_names("Expression", ((own.key, own.aliases, own.side) for own in self.expressions))
        for row in self.rows:
            if row.stands_in and all(other.key != row.stands_in for other in self.rows):
                raise RigError(
                    f"Row '{row.key}' stands in for '{row.stands_in}', which is no row; name one of the rows."
                )

    def _check_names(self, kind: str, entries: Iterable[tuple[str, tuple[str, ...], str]]) -> None:
        seen: dict[tuple[str, str], str] = {}
        for key, aliases, side in entries:
            for name in dict.fromkeys((key, *aliases)):
                if (name, side) in seen:
                    raise RigError(
                        f"{kind} '{key}' takes the name '{name}' that {kind.lower()} '{seen[name, side]}' has; "
                        "keep it in one."
                    )
                seen[name, side] = key

    @property
    def weight(self) -> float:
        """The sum of its rows' weights."""
        return sum(row.weight for row in self.rows)


@dataclass(frozen=True, slots=True)
class Binding:
    """A profile tied to the keys of one character: each row's `names` are keys on the meshes, each expression's too.

    Made by `bind` or `recognise`, corrected by the artist through `assign`, `put` and `without`, each of which gives a
    new value. Raises RigError where one key on the mesh is driven by two rows.
    """

    profile: str
    rows: tuple[Row, ...]
    exclusive: bool = False
    expressions: tuple[Expression, ...] = ()

    def __post_init__(self) -> None:
        seen: dict[str, str] = {}
        for row in self.rows:
            for name in row.names:
                if name in seen:
                    raise RigError(
                        f"'{name}' is driven by '{seen[name]}' and by '{row.key}'; take it out of one of them."
                    )
                seen[name] = row.key

    @property
    def names(self) -> tuple[str, ...]:
        """All keys on the meshes that speech drives, in the order of the rows."""
        return tuple(name for row in self.rows for name in row.names)

    @property
    def expression_names(self) -> tuple[str, ...]:
        """All keys on the meshes that acting alone drives: those of no row that moves the mouth."""
        return tuple(name for own in self.shows for name in own.names)

    @property
    def shows(self) -> tuple[Expression, ...]:
        """The expressions as they may be driven: on the meshes, and not by the mouth's rows already."""
        spoken = {name for row in self.rows if row.makes or row.rest for name in row.names}
        seen: set[str] = set(spoken)
        found = []
        for own in self.expressions:
            names = tuple(name for name in own.names if name not in seen)
            seen.update(names)
            found += [replace(own, names=names)] if names else []
        return tuple(found)

    def row(self, key: str) -> Row:
        """The row of profile key `key`; raises RigError where there is none."""
        for row in self.rows:
            if row.key == key:
                return row
        raise RigError(f"There is no row '{key}'; the rows are {', '.join(row.key for row in self.rows)}.")

    def assign(self, key: str, names: Iterable[str]) -> Binding:
        """Row `key` on the mesh keys `names` instead of those it has; none at all takes the row out of use."""
        return self.put(replace(self.row(key), names=tuple(names)))

    def put(self, row: Row) -> Binding:
        """With `row` in place of the row of the same key, or added at the end."""
        if any(own.key == row.key for own in self.rows):
            return replace(self, rows=tuple(row if own.key == row.key else own for own in self.rows))
        return replace(self, rows=(*self.rows, row))

    def without(self, key: str) -> Binding:
        """Without row `key`; raises RigError where there is none."""
        dropped = self.row(key)
        return replace(self, rows=tuple(row for row in self.rows if row is not dropped))

    def on(self, names: Iterable[str]) -> Binding:
        """Only what can be driven when just `names` may be: other mesh keys leave their rows, empty rows leave too."""
        free = set(names)
        rows = (replace(row, names=tuple(name for name in row.names if name in free)) for row in self.rows)
        kept = tuple(row for row in rows if row.names)
        there = {row.key for row in kept}
        shown = (replace(own, names=tuple(name for name in own.names if name in free)) for own in self.expressions)
        return replace(
            self,
            rows=tuple(row for row in kept if row.stands_in not in there),
            expressions=tuple(own for own in shown if own.names),
        )

    def as_profile(self, name: str, title: str) -> Profile:
        """The binding as a profile of its own, to be saved and found again by the same key names."""
        shown = tuple(own for own in self.expressions if own.names)
        return Profile(name, title, tuple(row for row in self.rows if row.names), "", self.exclusive, shown)


def matrix(rows: Iterable[Row]) -> Floats:
    """What each of `rows` makes: [rows, len(CHANNELS)]."""
    listed = tuple(rows)
    table = np.zeros((len(listed), len(CHANNELS)))
    for i, row in enumerate(listed):
        for channel, value in row.makes.items():
            table[i, INDEX[channel]] = value
    return table
