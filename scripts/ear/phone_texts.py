"""Much text of a language as rows of recognizer classes: what its sequence model is counted on.

Sources, each with how often it counts: transcripts of the training rows (as they were aligned, or else as espeak-ng
says them), fortunes, gettext catalogues, word lists, synthesized speech. Texts that a held-out row says are left out.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import espeak
import numpy as np
import synth_texts
import variants
from numpy.typing import NDArray

from engine.phones import CLASSES, classify, segments
from engine.transcript import notation

Row = NDArray[np.int8]
Weighed = tuple[float, list[Row]]  # how often each row counts, and the rows

VOICES = {"en": "en-us", "zh": "cmn", "es": "es-419", "pt": "pt-br"}
LETTERS_ENOUGH = frozenset({"en", "es", "fr", "de", "it", "pt", "ru", "zh", "ko", "hi"})
"""Languages whose plain texts espeak-ng reads; Arabic lacks its vowels there, Japanese is mostly in kanji."""

ENGLISH_FORTUNES = (
    *("fortunes", "literature", "wisdom", "people", "work", "food", "education", "kids", "science", "sports", "cookie"),
    *("law", "love", "men-women", "politics", "riddles", "songs-poems", "startrek", "tao", "ethnic", "art", "drugs"),
    *("humorists", "medicine", "news", "pets", "platitudes", "miscellaneous", "definitions", "magic"),
)
MOST_MESSAGES, MOST_WORDS = 40_000, 12_000
PAUSE = 0.15  # seconds of gap that count as silence in timed rows
RUNNING, SAID, LISTED = 2.0, 3.0, 0.3
INDEX = {phone: index for index, phone in enumerate(CLASSES)}


def rows(language: str, real: Path, synth: Path) -> list[Weighed]:
    """All that there is of one language."""
    found = timed_rows(language, real, synth)
    if language in LETTERS_ENOUGH:
        held_back = {plain(text) for text in held_out_texts(real)}
        for weight, texts in written(language):
            kept = [text for text in dict.fromkeys(texts) if plain(text) not in held_back]
            found.append((weight, [*pronounced(kept, language)]))
    return [(weight, own) for weight, own in found if own]


def timed_rows(language: str, real: Path, synth: Path) -> list[Weighed]:
    """The training rows: real ones as they were aligned, synthesized ones."""
    return [(SAID, [*timed(real, language, ".aligned.jsonl")]), (1.0, [*timed(synth, language, ".jsonl")])]


def languages(real: Path, synth: Path) -> list[str]:
    """Codes of all languages that have training rows."""
    listings = [*real.glob("*.aligned.jsonl"), *synth.glob("*.jsonl")]
    first = [listing.open(encoding="utf-8").readline() for listing in listings]
    return sorted({json.loads(line)["language"].split("-")[0] for line in first if line})


def timed(folder: Path, language: str, suffix: str) -> Iterator[Row]:
    """The phones of training rows with times."""
    for listing in sorted(folder.glob(f"*{suffix}")):
        if suffix == ".jsonl" and listing.name.endswith(".aligned.jsonl"):
            continue
        for line in listing.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row["split"] == "train" and row["language"].split("-")[0] == language and row.get("phones"):
                yield classes(_with_pauses(row["phones"]))


def _with_pauses(phones: list[tuple[float, float, str]]) -> Iterator[str]:
    last = 0.0
    for start, end, sound in phones:
        if start - last > PAUSE:
            yield ""
        yield sound
        last = end


def classes(phones: Iterable[str]) -> Row:
    """IPA ('' for a pause) as indices into CLASSES, a pause before and after; two of a class in a row are one."""
    parts = (part for sound in phones for part in (segments(sound) or ("",)))
    found = [0, *(INDEX[classify(part)] for part in parts), 0]
    return np.array([one for at, one in enumerate(found) if at == 0 or one != found[at - 1]], np.int8)


def written(language: str) -> Iterator[tuple[float, list[str]]]:
    """Texts by source, each with how often it counts."""
    generator = random.Random(7)
    fortunes = synth_texts.FORTUNES | {"en": ENGLISH_FORTUNES}
    names = ("pt", "pt-br") if language == "pt" else (language,)
    cookies = [text for name in names for text in _cookies(fortunes.get(name, ()))]
    yield RUNNING, [piece for text in cookies for piece in synth_texts.pieces(text, language)]
    messages = sorted({text for name in names for text in synth_texts.catalogues(name)})
    drawn = generator.sample(messages, min(MOST_MESSAGES, len(messages)))
    yield 1.0, [piece for text in drawn for piece in synth_texts.pieces(text, language)]
    yield LISTED, synth_texts.words(language, generator, most=MOST_WORDS)


def _cookies(names: Iterable[str], root: Path = Path("/usr/share/games/fortunes")) -> Iterator[str]:
    for name in names:
        for path in (root / name, *sorted((root / name).glob("*"))):
            if path.is_file() and path.suffix in ("", ".fortunes"):
                text = path.read_text(encoding="utf-8", errors="ignore")
                for cookie in re.split(r"^%\s*$", text, flags=re.MULTILINE):
                    yield re.sub(r"\s*\n\s*", " ", re.sub(r"\n\s*--.*", "", cookie, flags=re.DOTALL))


def pronounced(texts: list[str], language: str) -> Iterator[Row]:
    """What espeak-ng says for each text; one in three English words in another way that it is said."""
    generator = random.Random(11)
    voice = VOICES.get(language, language)
    for clauses in espeak.transcribe(texts, voice):
        said: list[str] = []
        try:
            for clause in clauses or ():
                said += [sound for group in clause.split() for sound in _word(group, voice, generator)] + [""]
        except ValueError:  # spelt out in another language
            continue
        if said:
            yield classes(said)


def _word(group: str, voice: str, generator: random.Random) -> list[str]:
    said = notation.phones(group, voice)
    if not said or not voice.startswith("en") or generator.random() < 2 / 3:
        return said
    return generator.choice(variants.english(said))


def held_out_texts(real: Path) -> Iterator[str]:
    """What the test rows say."""
    for listing in sorted(real.glob("*.jsonl")):
        if not listing.name.endswith(".aligned.jsonl"):
            for line in listing.read_text(encoding="utf-8").splitlines():
                row = json.loads(line)
                if row["split"] == "test":
                    yield str(row["text"])


def plain(text: str) -> str:
    """A text's letters alone, to tell whether two are the same."""
    return "".join(symbol for symbol in text.lower() if symbol.isalnum())
