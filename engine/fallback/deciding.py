"""Which stage a phrase gets: a chain of small logistic models over what is measured of it.

Each says whether the stages below do better than those above, by the mouth that they make against the mouth of what was
really said (`scripts/ear/stages.py`, which writes the constants to stages.toml and says how they were made).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..take import STAGES
from .measures import MEASURES

CONSTANTS = Path(__file__).with_name("stages.toml")

Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """Log odds that a stage is left for one below: `weights` [STAGES - 1, MEASURES], `constants` [STAGES - 1]."""

    weights: Doubles
    constants: Doubles

    def odds(self, measured: Doubles) -> Doubles:
        """Of phrases with these measures [n, MEASURES]: [n, STAGES - 1]."""
        found: Doubles = measured @ self.weights.T + self.constants
        return found

    def stages(self, measured: Doubles) -> tuple[str, ...]:
        """The stage of each phrase with these measures [n, MEASURES]: the first that is not left."""
        left = np.cumprod(self.odds(measured) > 0.0, axis=1).sum(axis=1)
        return tuple(STAGES[number] for number in left.tolist())


@lru_cache(maxsize=1)
def chain() -> Chain:
    """The constants of stages.toml."""
    with CONSTANTS.open("rb") as file:
        table = tomllib.load(file)
    rows = [table["leaving"][stage] for stage in STAGES[:-1]]
    weights = np.array([[row["weights"].get(name, 0.0) for name in MEASURES] for row in rows])
    return Chain(weights, np.array([row["constant"] for row in rows]))
