"""Long work as generators: each step yields its progress, the last one returns the result."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TypeVar

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Progress:
    """Where long work stands: the stage in a word or two, and the share of it done (0..1)."""

    stage: str
    fraction: float


def scaled(
    work: Generator[Progress, None, Result], low: float, high: float, stage: str | None = None
) -> Generator[Progress, None, Result]:
    """`work`, its fractions 0..1 counted as low..high of a larger whole, and called `stage` where that is given."""
    while True:
        try:
            step = next(work)
        except StopIteration as end:
            result: Result = end.value
            return result
        yield Progress(stage or step.stage, low + (high - low) * step.fraction)


def drain(work: Generator[Progress, None, Result], show: Callable[[Progress], None] | None = None) -> Result:
    """Run `work` to its end and give its result; `show` is called with each step."""
    while True:
        try:
            step = next(work)
        except StopIteration as end:
            result: Result = end.value
            return result
        if show is not None:
            show(step)
