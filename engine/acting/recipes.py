"""The tables of emotions and gestures, read once and checked."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from ..errors import ScoreError
from .channels import EMOTIONS, EXPRESSION, MOUTH, SIGNED

FOLDER = Path(__file__).parent
KNOWN = frozenset(EXPRESSION) | frozenset(MOUTH)

Levels = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class GestureRecipe:
    """How a gesture goes: `usual` seconds; `makes`: channels at strength 1; `path`: (share of its duration, level)...

    `sudden`: its first and its last step are saccades. Raises ScoreError.
    """

    name: str
    usual: float
    makes: Levels
    path: tuple[tuple[float, float], ...]
    sudden: bool = False

    def __post_init__(self) -> None:
        _check(self.name, self.makes)
        rising = all(before[0] <= after[0] for before, after in pairwise(self.path))
        if not rising or len(self.path) < 3 or self.path[0][1] != 0.0 or self.path[-1][1] != 0.0 or self.usual <= 0.0:
            raise ScoreError(f"The gesture '{self.name}' has no path from rest to rest; mend it in gestures.toml.")


def emotion(name: str) -> Levels:
    """What an emotion moves at strength 1: channels of face and mouth, 0..1. Raises ScoreError for an unknown name."""
    table = _emotions()
    if name not in table:
        raise ScoreError(f"There is no emotion '{name}'; choose one of {', '.join(table)}.")
    return table[name]


def gesture(name: str) -> GestureRecipe:
    """How a gesture goes. Raises ScoreError for an unknown name."""
    table = _gestures()
    if name not in table:
        raise ScoreError(f"There is no gesture '{name}'; choose one of {', '.join(table)}.")
    return table[name]


def usual_duration(name: str) -> float:
    """Seconds that a gesture takes where nobody says otherwise. Raises ScoreError for an unknown name."""
    return gesture(name).usual


@lru_cache(maxsize=1)
def _emotions() -> dict[str, Levels]:
    table = _read("emotions.toml")
    for name, levels in table.items():
        _check(name, levels)
    return {name: table[name] for name in EMOTIONS}


@lru_cache(maxsize=1)
def _gestures() -> dict[str, GestureRecipe]:
    return {
        name: GestureRecipe(
            name, row["usual"], row["makes"], tuple((at, to) for at, to in row["path"]), row.get("sudden", False)
        )
        for name, row in _read("gestures.toml").items()
    }


def _read(file: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / file).read_text(encoding="utf-8"))


def _check(name: str, levels: Levels) -> None:
    for channel, value in levels.items():
        least = -1.0 if channel in SIGNED else 0.0
        if channel not in KNOWN or not math.isfinite(value) or not least <= value <= 1.0:
            raise ScoreError(f"'{name}' moves '{channel}' by {value}; give a channel of the face and a value up to 1.")
