"""Make the real recordings ready for forced alignment: sound in shards, a pronunciation beside each utterance.

    python scripts/ear/pronounce.py --speech SPEECH --out OUT

For each table of SPEECH one `<set>.npy` (int16 mono 16 kHz, utterances end to end) and one `<set>.jsonl`, a line
an utterance: {"id", "start", "end" (samples in the shard), "language", "speaker", "age", "split", "text",
"words"}, each word {"text", "phones": [[ipa, ...], [another way, ...]]}, the usual way first, as the engine reads a
transcript (engine/transcript).

The split: "test" holds 25 speakers of speechocean762 (every tenth in order of age), three speakers of
arabic_commands, the whole sets ljspeech141_en, artikulate_fr, artikulate_pl, asterisk_en, asterisk_ru, gcompris_pt
and tuxpaint_da, and every fortieth distinct text of kathleen and kerstin with all its repetitions. All else is
"train"; a text of kathleen or kerstin is never in both.

Needs numpy, soundfile and espeakng-loader. An empty file DONE is written at the end.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import recordings
from numpy.typing import NDArray
from recordings import Utterance

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from engine.errors import TranscriptError
from engine.progress import drain
from engine.transcript import Speaker
from engine.transcript.reading import read

BATCH = 200  # utterances read as one transcript, a line each
Word = dict[str, object]


def clean(utterance: Utterance) -> str | None:
    """The text as espeak-ng should read it, or None where it is not plain words."""
    text = re.sub(r"\[[^\]]*\]", " ", utterance.text).replace("’", "'").replace("`", "'")
    if not re.search(r"\w", text) or re.search(r"[_(){}<>|*~#@=]", text):
        return None
    if utterance.id.startswith("robotutor_en") and re.search(r"\d", text):
        return None
    text = re.sub(r"([^\W\d])\1\1+", r"\1", text)
    return text.lower() if text.isupper() and len(text) > 1 else text


def syllable_text(text: str) -> str | None:
    """A pinyin syllable; None where it is none."""
    return None if text.startswith("_") or re.match(r"(fiao|lvan)", text) else text


def pronounce(utterances: Sequence[Utterance]) -> dict[str, list[Word]]:
    """Words of each utterance by id; what cannot be pronounced is left out."""
    found: dict[str, list[Word]] = {}
    waiting: dict[tuple[str, bool], list[tuple[str, str]]] = {}
    for utterance in utterances:
        text = syllable_text(utterance.text) if utterance.syllable else clean(utterance)
        if text:
            waiting.setdefault((utterance.language, utterance.syllable), []).append((utterance.id, text))
    for (code, _), pairs in waiting.items():
        for (name, _), words in zip(pairs, words_of([text for _, text in pairs], code), strict=True):
            if words:
                found[name] = words
    return found


def words_of(texts: Sequence[str], code: str) -> list[list[Word]]:
    """Words of each text of a language; none of a text that cannot be read."""
    speaker = Speaker.find()
    batches = [texts[first : first + BATCH] for first in range(0, len(texts), BATCH)]
    return [words for batch in batches for words in _read(batch, code, speaker)]


def _read(texts: Sequence[str], code: str, speaker: Speaker) -> list[list[Word]]:
    """Words of each text, all read as one transcript; a text that cannot be read is found by halves."""
    lines = [" ".join(text.split()) for text in texts]
    try:
        script = drain(read("\n".join(lines), code, speaker))
    except TranscriptError:
        half = len(texts) // 2
        return [*_read(texts[:half], code, speaker), *_read(texts[half:], code, speaker)] if half else [[]]
    found: list[list[Word]] = [[] for _ in texts]
    ends = np.cumsum([len(line) + 1 for line in lines])
    for word in script.words:
        ways = [[sound.ipa for sound in reading.sounds] for reading in word.readings]
        found[int(np.searchsorted(ends, word.start, side="right"))].append({"text": word.text, "phones": ways})
    return found


def write_set(table: Path, out: Path) -> str:
    """Write one set's shard and lines (the lines last); return a line of report."""
    utterances = recordings.read_table(table)
    test = recordings.held_out(table.stem, utterances)
    words = pronounce(utterances)
    kept = [utterance for utterance in utterances if utterance.id in words]
    rows, chunks = [], []
    for utterance, sound in recordings.sounds(kept):
        rows.append(row_of(utterance, "test" if utterance.id in test else "train", words[utterance.id]))
        chunks.append(sound)
    write_rows(out, table.stem, rows, chunks)
    minutes = sum(map(len, chunks)) / recordings.RATE / 60
    return (
        f"{table.stem}: {len(rows)} of {len(utterances)} utterances, {minutes:.1f} min, "
        f"{len(utterances) - len(kept)} without pronunciation, {len(kept) - len(rows)} nearly silent"
    )


def row_of(utterance: Utterance, split: str, words: list[Word]) -> dict[str, object]:
    """An utterance's line, but for its place in the shard."""
    row: dict[str, object] = {"id": utterance.id, "language": utterance.language, "speaker": utterance.speaker}
    return row | {"age": utterance.age, "split": split, "text": utterance.text, "words": words}


def write_rows(out: Path, name: str, rows: Sequence[dict[str, object]], sounds: Sequence[NDArray[np.int16]]) -> None:
    """Write a set: its sound end to end, then its lines with their places; nothing where there is no line."""
    if not rows:
        return
    np.save(out / f"{name}.npy", np.concatenate(sounds))
    ends = np.cumsum([len(sound) for sound in sounds]).tolist()
    placed = [{"start": start, "end": end} for start, end in pairwise([0, *ends])]
    lines = [json.dumps(row | place, ensure_ascii=False) for row, place in zip(rows, placed, strict=True)]
    aside = out / f"{name}.jsonl.part"
    aside.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    aside.replace(out / f"{name}.jsonl")


def main() -> None:
    """Read every table and write its shard."""
    parser = argparse.ArgumentParser(description="Real recordings -> shards with pronunciations.")
    parser.add_argument("--speech", type=Path, required=True, help="folder of the tables and recordings")
    parser.add_argument("--out", type=Path, required=True, help="folder for the shards")
    parser.add_argument("--only", nargs="*", help="names of sets, to redo these alone")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for table in recordings.tables(options.speech):
        if not options.only or table.stem in options.only:
            print(write_set(table, options.out), flush=True)
    (options.out / "DONE").touch()


if __name__ == "__main__":
    main()
