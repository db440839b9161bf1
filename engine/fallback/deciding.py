"""Which stage a phrase gets.

Its phones are followed where they are sure enough in the mean. Where they are not, two small logistic models say
whether the stages below do better than those above, by the mouth that they make against that of what was really said.
Constants in stages.toml, written by `scripts/ear/stages.py`, which says how they were made.
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
BELOW = STAGES[1:]

Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """`sure`: mean confidence 0..1 from which a phrase is at 'phones'; then the log odds that a stage is left for one
    below: `weights` [BELOW - 1, MEASURES], `constants` [BELOW - 1].
    """

    sure: float
    weights: Doubles
    constants: Doubles

    def odds(self, measured: Doubles) -> Doubles:
        """Of phrases with these measures [n, MEASURES]: [n, BELOW - 1]."""
        found: Doubles = measured @ self.weights.T + self.constants
        return found

    def below(self, measured: Doubles) -> tuple[str, ...]:
        """The stage below 'phones' of each phrase with these measures [n, MEASURES]: the first that is not left."""
        left = np.cumprod(self.odds(measured) > 0.0, axis=1).sum(axis=1)
        return tuple(BELOW[number] for number in left.tolist())


@lru_cache(maxsize=1)
def chain() -> Chain:
    """The constants of stages.toml."""
    with CONSTANTS.open("rb") as file:
        table = tomllib.load(file)
    rows = [table["leaving"][stage] for stage in BELOW[:-1]]
    weights = np.array([[row["weights"][name] for name in MEASURES] for row in rows])
    return Chain(table["sure"], weights, np.array([row["constant"] for row in rows]))
