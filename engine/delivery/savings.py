"""What a reduction saved, and what it cost."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Savings:
    """Keys, curves and bytes before and after, the `budget` in bytes (None for none) and whether it is met.

    What it cost: `closure_shift`, `peak_shift`, the largest shift of a closure's edge and of a peak of openness in
    seconds; `closures`, `peaks` how many there are, `closures_lost`, `peaks_lost` how many are gone; `error` the
    largest error of a key's value, `tolerance` what was allowed.
    """

    delivery: str
    keys_before: int
    keys: int
    curves_before: int
    curves: int
    bytes_before: int
    bytes: int
    budget: int | None
    tolerance: float
    closures: int
    closures_lost: int
    closure_shift: float
    peaks: int
    peaks_lost: int
    peak_shift: float
    error: float

    @property
    def met(self) -> bool:
        """Whether the budget is met."""
        return self.budget is None or self.bytes <= self.budget

    def lines(self) -> tuple[str, ...]:
        """What was saved and what it cost, in sentences."""
        if self.keys == self.keys_before and self.error == 0.0 and self.met:
            return (f"{self.delivery}: all keys stay as they are.",)
        share = 1.0 - self.bytes / self.bytes_before if self.bytes_before else 0.0
        allowed = "" if self.budget is None else f" of {self.budget}"
        saved = (
            f"{self.delivery}: {self.keys} keys on {self.curves} curves ({self.bytes}{allowed} bytes) instead of "
            f"{self.keys_before} on {self.curves_before} ({self.bytes_before} bytes), {share:.0%} less."
        )
        closures, peaks = 1000.0 * self.closure_shift, 1000.0 * self.peak_shift
        cost = (
            f"Closures are off by at most {closures:.0f} ms ({_gone(self.closures_lost, self.closures)}), "
            f"peaks by {peaks:.0f} ms ({_gone(self.peaks_lost, self.peaks)}), values by {self.error:.2f}."
        )
        if self.met:
            return saved, cost
        over = (
            f"The budget of {self.budget} bytes cannot be met without losing closures or peaks; "
            "allow more bytes, or deliver it for another medium."
        )
        return saved, cost, over


def _gone(lost: int, of: int) -> str:
    return f"{lost} of {of} lost" if lost else f"all {of} kept"
