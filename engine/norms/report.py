"""A reading beside what is usual in its language."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Standing:
    """One figure beside its norm: `value`, the norm's `mean` and `spread` (standard deviation), in `unit`.

    `says`: in words, such as 'fast for Mandarin, ordinary for Spanish'; `deviations`: (value - mean) / spread.
    """

    name: str
    value: float
    mean: float
    spread: float
    unit: str
    says: str

    @property
    def deviations(self) -> float:
        """How many standard deviations it is above its mean."""
        return (self.value - self.mean) / self.spread


@dataclass(frozen=True, slots=True)
class NormsReport:
    """`rate` in syllables a second without pauses, and what else can be told; `remark` where a norm is missing."""

    language: str
    standings: tuple[Standing, ...] = ()
    remark: str = ""
