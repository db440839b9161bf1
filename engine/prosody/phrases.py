"""Phrases: the stretches of speech between pauses."""

from __future__ import annotations

from collections.abc import Sequence

from ..take import Phone, Phrase

PAUSE = 0.25  # seconds of silence that end a phrase


def phrases(phones: Sequence[Phone], pause: float = PAUSE) -> tuple[Phrase, ...]:
    """The stretches between silences of at least `pause` seconds."""
    return tuple(Phrase(run[0].start, run[-1].end) for run in split(phones, pause))


def split(phones: Sequence[Phone], gap: float) -> list[list[Phone]]:
    """The phones in rows with no silence of `gap` seconds or more inside them."""
    runs: list[list[Phone]] = []
    for phone in phones:
        if not runs or phone.start - runs[-1][-1].end >= gap - 1e-6:
            runs.append([])
        runs[-1].append(phone)
    return runs
