"""Whether the language of a voice is found: stretches of running speech by held-out voices, 3, 10 and 30 s long."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import scoring
import trials
from ears import Lockstep, language_of
from measure import OURS, Result, summed
from numpy.typing import NDArray
from trials import Row, Trial

SECTION, TRUTH = "language found", "the voice's language (und where we have no file for it)"
DURATIONS = (3, 10, 30)  # seconds
STRETCHES = 4  # of one voice, at most
PAUSE = 0.3  # seconds between two utterances
SINGLE_WORDS = ("arabic_commands",)  # sets in which a stretch would say the same words over and over


def result(ours: Lockstep, what: str, folder: Path, seconds: int, most: int = STRETCHES) -> Iterator[Result]:
    """One row, over all voices that say so much; none where there is no such voice."""
    heard = list(stretches([folder], seconds, most))
    counts = [scoring.row(_counts(ours, trial)) for trial in heard]
    if counts:
        name = f"{what}, {seconds} s, {len({trial.language for trial in heard})} languages"
        length = sum(trial.seconds for trial in heard)
        yield summed(Result(SECTION, name, OURS, TRUTH, len(counts), length, float("nan"), {}), counts)


def _counts(ours: Lockstep, trial: Trial) -> dict[str, float]:
    code = ours.identify(trial)
    right = code == language_of(trial.language).code
    return {"asked": 1.0, "told": float(code is not None), "told_right": float(right)}


def stretches(folders: Iterable[Path], seconds: int, most: int = STRETCHES) -> Iterator[Trial]:
    """Held-out utterances of one voice end to end, cut to so many seconds; `most` of a voice."""
    voices: dict[str, list[tuple[Path, Row]]] = {}
    for folder in folders:
        for shard, row in trials.held_out(folder.glob("*.jsonl"), _is_running):
            voices.setdefault(f"{row['set']} {row.get('speaker') or row.get('voice')}", []).append((shard, row))
    for voice, rows in sorted(voices.items()):
        yield from _of(voice, rows, seconds, most)


def _of(voice: str, rows: list[tuple[Path, Row]], seconds: int, most: int) -> Iterator[Trial]:
    pause, wanted = np.zeros(int(PAUSE * trials.RATE), np.int16), seconds * trials.RATE
    parts: list[NDArray[np.int16]] = []
    made = 0
    for shard, row in rows:
        trial = trials.read(shard, row)
        parts += [trial.samples, pause]
        if sum(map(len, parts)) >= wanted:
            yield replace(trial, id=f"{voice} {made}", samples=np.concatenate(parts)[:wanted])
            parts, made = [], made + 1
        if made >= most:
            return


def _is_running(row: Row) -> bool:
    """Whether it is running speech, not a single word or syllable and not in a played manner."""
    manner = row.get("engine", "").partition("-")[2]
    return not manner and row["end"] - row["start"] > trials.RATE and not row["set"].startswith(SINGLE_WORDS)
