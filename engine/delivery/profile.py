"""Delivery profiles, read from a table."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from pathlib import Path

from ..check.result import Limits
from ..errors import UsageError

FILE = Path(__file__).with_name("profiles.toml")
MOST_LEVELS = 65535
TEXTS = ("title", "medium")


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a shot is delivered for; the fields are described in profiles.toml. Raises UsageError."""

    name: str
    title: str
    medium: str
    early: float
    late: float
    tolerance: float
    most_tolerance: float
    rate: float
    levels: int
    bytes_per_key: int
    bytes_per_second: float

    def __post_init__(self) -> None:
        if not 0.0 < self.tolerance <= self.most_tolerance <= 0.5:
            self._refuse("tolerance", f"{self.tolerance} to {self.most_tolerance}", "above 0, up to 0.5, in order")
        if self.rate and not 1.0 <= self.rate <= 1000.0:
            self._refuse("rate", f"{self.rate}", "0, or 1 to 1000 frames a second")
        if not 0 <= self.levels <= MOST_LEVELS or self.levels == 1:
            self._refuse("levels", f"{self.levels}", f"0, or 2 to {MOST_LEVELS}")
        if self.bytes_per_key < 1 or not 0.0 <= self.bytes_per_second < math.inf:
            self._refuse(
                "bytes",
                f"{self.bytes_per_key} a key and {self.bytes_per_second} a second",
                "1 or more a key, and a number a second, 0 for no budget",
            )
        if not (0.0 < self.early < 1.0 and 0.0 < self.late < 1.0):
            self._refuse("early and late", f"{self.early} and {self.late}", "seconds between 0 and 1")

    def _refuse(self, what: str, found: str, wanted: str) -> None:
        raise UsageError(f"The delivery '{self.name}' has {found} for {what}; give {wanted}.")

    def limits(self, limits: Limits) -> Limits:
        """`limits`, as tight as this delivery asks for where they are looser."""
        return replace(limits, early=min(limits.early, self.early), late=min(limits.late, self.late))

    def most_keys(self, seconds: float) -> int | None:
        """How many keys a face may have that moves for so long; None for any number."""
        return int(self.bytes_per_second * seconds / self.bytes_per_key) if self.bytes_per_second else None


def load_deliveries(path: Path | None = None) -> dict[str, Delivery]:
    """The deliveries of a table by their names, those of the house by default, in its order.

    Raises UsageError where the table cannot be read, or a row lacks a field, has one too many or a wrong one.
    """
    where = path or FILE
    try:
        table = tomllib.loads(where.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(
            f"The deliveries '{where}' cannot be read ({error}); give a TOML file as it should be."
        ) from error
    return {name: _delivery(name, row) for name, row in table.items()}


def delivery_of(name: str, bytes_per_second: float | None = None) -> Delivery:
    """The house's delivery of that name, with another budget where one is given. Raises UsageError."""
    known = _usual()
    if name not in known:
        raise UsageError(f"There is no delivery '{name}'; choose one of {', '.join(known)}.")
    found = known[name]
    return found if bytes_per_second is None else replace(found, bytes_per_second=bytes_per_second)


@lru_cache(maxsize=1)
def _usual() -> dict[str, Delivery]:
    return load_deliveries()


def _delivery(name: str, row: object) -> Delivery:
    wanted = [item.name for item in fields(Delivery)][1:]
    if not isinstance(row, dict) or sorted(row) != sorted(wanted):
        raise UsageError(f"The delivery '{name}' should have the fields {', '.join(wanted)}; mend its table.")
    for field, value in row.items():
        if (
            isinstance(value, str) != (field in TEXTS)
            or isinstance(value, bool)
            or not isinstance(value, str | int | float)
        ):
            raise UsageError(f"The delivery '{name}' has {value!r} for {field}; mend its table.")
    return Delivery(name, **row)
