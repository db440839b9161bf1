"""Make the real recordings ready for forced alignment: sound in shards, a pronunciation beside each utterance.

    python scripts/ear/pronounce.py --speech SPEECH --out OUT

For each table of SPEECH one `<set>.npy` (int16 mono 16 kHz, utterances end to end) and one `<set>.jsonl`, a line
an utterance: {"id", "start", "end" (samples in the shard), "language", "speaker", "age", "split", "text",
"words"}, each word {"text", "phones": [[ipa, ...], [another way, ...]]}, espeak-ng's way first. A word's text is ""
where espeak-ng ran words together or the text's words do not match its groups one to one.

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
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import arabic
import espeak
import ipa
import numpy as np
import recordings
import variants
from numpy.typing import NDArray
from recordings import Utterance

OWN_NAME = (
    "de",
    "fr",
    "ru",
    "ja",
    "sw",
    "gd",
    "bn",
    "ca",
    "bg",
    "ro",
    "da",
    "sl",
    "sk",
    "tr",
    "fi",
    "el",
    "cs",
    "nl",
    "pl",
    "it",
)
VOICES = {"en": "en-us", "zh": "cmn", "pt": "pt-br", "es": "es-419"} | {code: code for code in OWN_NAME}
SPAIN = frozenset({"tuxpaint_es"})
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


def voice_of(utterance: Utterance) -> str | None:
    """espeak-ng's voice for the utterance; None where it has none that can be trusted."""
    if utterance.syllable:
        return "cmn-latn-pinyin"
    return VOICES.get(utterance.language)


def syllable_text(text: str) -> str | None:
    """A pinyin syllable in the spelling that espeak-ng reads."""
    if text.startswith("_") or re.match(r"(fiao|lvan)", text):
        return None
    return re.sub(r"^([nl])ü", r"\1v", text)


def iong(text: str) -> list[Word] | None:
    """espeak-ng does not read the finals of jiong, qiong and xiong."""
    found = re.match(r"([jqx])iong\d?$", text)
    if not found:
        return None
    initial = {"j": "tɕ", "q": "tɕʰ", "x": "ɕ"}[found[1]]
    return [{"text": text, "phones": [[initial, "j", "ʊ", "ŋ"]]}]


def words_of(text: str, clauses: list[str], voice: str) -> list[Word] | None:
    """Words with their pronunciations; None where espeak-ng spelt it out or said nothing."""
    try:
        groups = [ipa.phones(group, voice) for clause in clauses for group in clause.split()]
    except ipa.ForeignSpelling:
        return None
    groups = [group for group in groups if group]
    if voice == "ja":
        groups = [ipa.moraic_nasal(group) for group in groups]
    spoken = [part for part in re.split(r"[\s\-–—.,;:!?…\"«»„“”]+", text) if re.search(r"\w", part)]
    names = spoken if len(spoken) == len(groups) else [""] * len(groups)
    ways = variants.english if voice.startswith("en") else lambda word: [word]
    return [{"text": name, "phones": ways(group)} for name, group in zip(names, groups, strict=True)] or None


def pronounce(utterances: Sequence[Utterance]) -> dict[str, list[Word]]:
    """Words of each utterance by id; what cannot be pronounced is left out."""
    found: dict[str, list[Word]] = {}
    waiting: dict[str, list[tuple[Utterance, str]]] = {}
    for utterance in utterances:
        text = syllable_text(utterance.text) if utterance.syllable else clean(utterance)
        by_hand = iong(utterance.text) or [
            {"text": utterance.text, "phones": ways} for ways in [arabic.pronunciations(utterance.text)] if ways
        ]
        voice = voice_of(utterance)
        if by_hand:
            found[utterance.id] = by_hand
        elif text and voice:
            waiting.setdefault("es" if utterance.id.startswith(tuple(SPAIN)) else voice, []).append((utterance, text))
    for voice, pairs in waiting.items():
        answers = espeak.transcribe([text for _, text in pairs], voice)
        for (utterance, text), clauses in zip(pairs, answers, strict=True):
            words = words_of(text, clauses, voice) if clauses else None
            if words:
                found[utterance.id] = words
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
