"""The real recordings: their tables, their division into training and test, their sound.

The division (also told in pronounce.py): see :func:`held_out`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

RATE = 16000
WHOLE_SETS_HELD_OUT = frozenset(
    {"ljspeech141_en", "artikulate_fr", "artikulate_pl", "asterisk_en", "asterisk_ru", "gcompris_pt", "tuxpaint_da"}
)
ARABIC_SPEAKERS_HELD_OUT = frozenset({"ar_00000005", "ar_00000015", "ar_00000025"})
SPEECHOCEAN_SPEAKERS_HELD_OUT = 25
EVERY_DISTINCT_TEXT = 40
LANGUAGES = {"en-US": "en", "zh-syl": "zh"}
NEARLY_SILENT = 10 ** (-50 / 20)  # of full scale, root mean square of the loudest 100 ms


@dataclass(frozen=True)
class Utterance:
    """One row of a table: where its sound lies (seconds; `end` None: to the end of the file) and what is said."""

    id: str
    file: Path
    start: float
    end: float | None
    language: str
    speaker: str
    text: str
    syllable: bool = False
    age: int | None = None


def tables(folder: Path) -> list[Path]:
    """All tables of the folder, by name."""
    return sorted(folder.glob("*.tsv"))


def read_table(table: Path) -> list[Utterance]:
    """Rows of one table in order of file and time."""
    with table.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE))
    found = [_utterance(table, index, row) for index, row in enumerate(rows)]
    return sorted(found, key=lambda utterance: (utterance.file, utterance.start))


def _utterance(table: Path, index: int, row: dict[str, str]) -> Utterance:
    return Utterance(
        id=row.get("id") or f"{table.stem}_{index:05d}",
        file=table.parent / row["file"],
        start=float(row.get("start") or 0.0),
        end=float(row["end"]) if row.get("end") else None,
        language=LANGUAGES.get(row["language"], row["language"]),
        speaker=row["speaker"],
        text=(row["text"] or "").strip(),
        syllable=row["language"] == "zh-syl",
        age=int(row["speaker_age"]) if row.get("speaker_age") else None,
    )


def held_out(name: str, utterances: list[Utterance]) -> set[str]:
    """Ids of a set's utterances that are for testing only.

    Whole sets; three Arabic speakers; of speechocean762 every tenth speaker in order of age; of kathleen and
    kerstin every fortieth distinct text with all its repetitions. Nothing else.
    """
    if name in WHOLE_SETS_HELD_OUT:
        return {utterance.id for utterance in utterances}
    if name == "arabic_commands_ar":
        return {utterance.id for utterance in utterances if utterance.speaker in ARABIC_SPEAKERS_HELD_OUT}
    if name == "speechocean762":
        ages = sorted({(utterance.age or 0, utterance.speaker) for utterance in utterances})
        step = len(ages) // SPEECHOCEAN_SPEAKERS_HELD_OUT
        chosen = {speaker for _, speaker in ages[step // 2 :: step]}
        return {utterance.id for utterance in utterances if utterance.speaker in chosen}
    if name in ("kathleen", "kerstin"):
        texts = set(sorted({_plain(utterance.text) for utterance in utterances})[::EVERY_DISTINCT_TEXT])
        return {utterance.id for utterance in utterances if _plain(utterance.text) in texts}
    return set()


def _plain(text: str) -> str:
    return "".join(symbol for symbol in text.lower() if symbol.isalnum())


def sounds(utterances: list[Utterance]) -> Iterator[tuple[Utterance, NDArray[np.int16]]]:
    """Each utterance with its sound (int16 mono, 16 kHz); those nearly silent or cut off are left out."""
    opened: Path | None = None
    samples = np.zeros(0, np.int16)
    for utterance in utterances:
        if utterance.file != opened:
            samples, rate = soundfile.read(utterance.file, dtype="int16")
            opened = utterance.file
            if rate != RATE or samples.ndim != 1:
                raise ValueError(f"{opened} is not mono at 16 kHz; convert it first.")
        end = len(samples) if utterance.end is None else round(utterance.end * RATE)
        sound = samples[round(utterance.start * RATE) : end]
        if len(sound) >= RATE // 8 and loudest(sound) > NEARLY_SILENT:
            yield utterance, sound


def loudest(sound: NDArray[np.int16]) -> float:
    """Root mean square (of full scale 1) of the loudest 100 ms."""
    size = RATE // 10
    blocks = sound[: len(sound) // size * size].reshape(-1, size).astype(np.float32) / 32768
    return float(np.sqrt((blocks**2).mean(axis=1)).max()) if len(blocks) else 0.0
