"""What is usual in each language, read once and checked."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..errors import LanguageError
from ..languages import codes, load

FILE = Path(__file__).with_name("norms.toml")
CLASSES = ("vowel", "stop", "fricative", "nasal", "liquid")


@dataclass(frozen=True, slots=True)
class Norm:
    """What is usual in one language.

    `rate`, `spread`: syllables a second without pauses, mean and standard deviation over readings; `pause` seconds and
    `pauses` a minute, None where no figure is known; `heard`: share 0..1 of the syllables that are heard without a
    text; `shares`: mean duration of each of CLASSES in mean syllables.
    """

    code: str
    name: str
    rate: float
    spread: float
    pause: float | None
    pauses: float | None
    heard: float
    shares: Mapping[str, float]

    def duration(self, sounds: str) -> float:
        """Seconds that a sound of one of CLASSES takes on average."""
        return self.shares[sounds] / self.rate


@dataclass(frozen=True, slots=True)
class Norms:
    """All norms by code; `pause_spread`, `shares_spread`: standard deviations as shares of the mean."""

    languages: Mapping[str, Norm]
    pause_spread: float
    shares_spread: float


@lru_cache(maxsize=1)
def load_norms() -> Norms:
    """The table. Raises LanguageError where it is wrong."""
    table = tomllib.loads(FILE.read_text(encoding="utf-8"))
    try:
        own = {code: _norm(code, row, table["usual"]) for code, row in table["language"].items()}
        return Norms(own, float(table["pause_spread"]), float(table["shares_spread"]))
    except (KeyError, TypeError, ValueError) as error:
        raise LanguageError(f"The table of norms '{FILE.name}' is wrong ({error}); install Lockstep again.") from error


def _norm(code: str, row: Mapping[str, Any], usual: Mapping[str, Any]) -> Norm:
    rate, spread = (float(value) for value in row["rate"])
    own = {**usual, **row}
    shares = {name: float(own["shares"][name]) for name in CLASSES}
    pause, pauses = (None if name not in row else float(row[name]) for name in ("pause", "pauses"))
    if min(rate, spread, own["heard"], *shares.values()) <= 0.0:
        raise ValueError(f"'{code}' has a figure that is not above 0")
    name = load(code).name if code in codes() else str(row["name"])
    return Norm(code, name, rate, spread, pause, pauses, float(own["heard"]), shares)
