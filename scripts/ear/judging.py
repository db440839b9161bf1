"""Make speech for judging only: real speakers' diphones with exact phone times, in languages learnt and never learnt.

    python scripts/ear/judging.py --out FOLDER [--speech FOLDER] [--voices us1 us2 ...]

A shard `mbrola_<voice>` for each voice of `scripts/ear/diphones.py`, in the form of synthesize.py's, all of it of
split "test". English is also said in an excited and in a slow, flat manner (pitch, its range and the tempo changed;
engines "mbrola-excited", "mbrola-slow") and with words said twice ("mbrola-repeated", commas between the two);
single words are "mbrola-words". Each voice's labels are moved by what its own sound shows, as festival's are. Left
out are us3 and mx1, whose labels lie 20 ms and more beside their sound, and en1, whose speaker is festival's rab, on
whom the recognizer is trained. Nothing is trained on these voices or anything made with them.
"""

from __future__ import annotations

import argparse
import random
import re
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import diphones
from diphones import Manner
from synth_edges import Phone, correct_edges, measure_offsets
from synth_shards import Shard, Utterance, padded
from synth_texts import Texts

ENGLISH = ("us1", "us2")
LEARNT = {
    "de4": "de", "fr4": "fr", "it3": "it", "es1": "es", "br3": "pt-br", "pt1": "pt", "pl1": "pl",
    "ro1": "ro", "nl2": "nl", "gr2": "el", "cz2": "cs", "hu1": "hu", "id1": "id", "sw1": "sv", "tr1": "tr",
    "tr2": "tr", "in1": "hi", "in2": "hi", "jp2": "ja", "ar1": "ar", "ir1": "fa",
}  # fmt: skip
NEVER_LEARNT = {"af1": "af", "ee1": "et", "lt1": "lt", "cr1": "hr", "ic1": "is", "ma1": "ms"}
VOICES = dict.fromkeys(ENGLISH, "en") | LEARNT | NEVER_LEARNT

EXCITED = Manner("excited", slowness=0.78, pitch=1.35, liveliness=2.0)
SLOW = Manner("slow", slowness=1.4, pitch=0.85, liveliness=0.2)
SHORTEST_WORD = 4  # letters
LONGEST_LINE = 90  # characters

Draw = Callable[[], str]
Part = tuple[str, int, Manner, Draw]


def plan(voice: str, texts: Texts) -> Iterator[Part]:
    """(engine, utterances, manner, what draws a text) for each kind of line that a voice says."""
    line, word = (lambda: _line(texts)), (lambda: _word(texts))
    yield "mbrola", 50 if voice in ENGLISH else 8, Manner(), line
    if voice in ENGLISH:
        yield "mbrola-excited", 20, EXCITED, line
        yield "mbrola-slow", 20, SLOW, line
        yield "mbrola-repeated", 20, Manner(), lambda: repeated(line(), texts.generator)
    yield "mbrola-words", 40 if voice in NEVER_LEARNT else 12, Manner(), word


def _line(texts: Texts) -> str:
    while True:
        text = texts.next()
        if 12 <= len(text) <= LONGEST_LINE and len(text.split()) > 2 and once(text) == text:
            return text


def _word(texts: Texts) -> str:
    while True:
        word = texts.generator.choice(texts.words)
        if (len(word) >= SHORTEST_WORD and word[0].islower()) or (not word.isascii() and len(word) > 1):
            return word


def repeated(text: str, generator: random.Random) -> str:
    """The text with one of its words, or two neighbours, said twice, a comma between."""
    words = text.split()
    plain = [i for i in range(len(words) - 2) if all(word.isalpha() for word in words[i : i + 2])]
    if not plain:
        return text
    first = generator.choice(plain)
    length = generator.choice((1, 2))
    again = words[first : first + length]
    return " ".join([*words[:first], *again[:-1], again[-1] + ",", *again, *words[first + length :]])


def once(text: str) -> str:
    """The text without what `repeated` put in."""
    return re.sub(r"\b(\w+(?: \w+)?), \1\b", r"\1", text)


def make(voice: str, folder: Path, speech: Path | None) -> str:
    """Write one voice's shard; a line of report."""
    language = VOICES[voice]
    seed = zlib.crc32(voice.encode())
    texts, generator = Texts(language, speech, seed, folder / "texts"), random.Random(seed)
    lines, missing = [], 0
    for engine, count, manner, draw in plan(voice, texts):
        made = 0
        while made < count and missing < 300:
            text = draw()
            spoken = diphones.speak(_varied(diphones.said(diphones.rows_of(text, voice), manner), generator), voice)
            if spoken is None or not spoken[1]:
                missing += 1
                continue
            made += 1
            lines.append((engine, text, *spoken))
    offsets = measure_offsets([(samples, phones) for _, _, samples, phones in lines])
    shard = Shard(f"mbrola_{voice}")
    for engine, text, samples, phones in lines:
        fitted: list[Phone] = correct_edges(phones, samples, offsets)
        shard.add(padded(Utterance(samples, fitted, language, engine, voice, "test", text), generator))
    shard.write(folder)
    moved = " ".join(f"{before}|{after} {ms:+d}" for (before, after), ms in sorted(offsets.items()))
    return f"{shard.name}: {len(lines)} utterances, {shard.seconds:.0f} s, {missing} not sayable, offsets ms: {moved}"


def _varied(rows: list[diphones.Row], generator: random.Random) -> list[diphones.Row]:
    """Each line at a tempo and pitch of its own."""
    manner = Manner(slowness=generator.uniform(0.85, 1.2), pitch=generator.uniform(0.92, 1.1))
    return diphones.said(rows, manner)


def main() -> None:
    parser = argparse.ArgumentParser(description="Speech with exact phone times for judging only.")
    parser.add_argument("--out", type=Path, required=True, help="folder of the shards")
    parser.add_argument("--speech", type=Path, help="folder with *.tsv transcripts to speak as well")
    parser.add_argument("--voices", nargs="*", choices=sorted(VOICES), default=list(VOICES), metavar="VOICE")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for voice in options.voices:
        if not (options.out / f"mbrola_{voice}.jsonl").exists():
            print(make(voice, options.out, options.speech), flush=True)


if __name__ == "__main__":
    main()
