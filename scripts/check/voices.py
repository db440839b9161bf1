"""Speech of synthesizers, whose phones are known: espeak-ng in variants held out of training, and diphone voices."""

from __future__ import annotations

import json
import multiprocessing
import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from synth_edges import loudness, resample, settle_pauses, snap_releases
from synth_espeak import Espeak
from synth_espeak_plan import HELD_OUT, label
from synth_phones import UnknownPhone

from .speech import DIPHONES, RATE, SYNTHESIZED, Speech, joined
from .texts import SENTENCES, VOICES

NORMAL = 165  # words a minute
TRUE = "the synthesizer"


@dataclass(frozen=True)
class Line:
    """What espeak-ng is to say: sentences with pauses between them (seconds), at a speed over the normal one."""

    language: str
    sentences: tuple[str, ...]
    pauses: tuple[float, ...]
    variant: str
    speed: float = 1.0
    pitch: int = 50
    span: int = 55


def lines(count: int, sentences: int, seed: str) -> list[Line]:
    """`count` lines in turn through the languages, of `sentences` each, as many as the language has at most."""
    order = list(SENTENCES)
    found = []
    for number in range(count):
        code = order[number % len(order)]
        generator = random.Random(f"{seed} {number}")
        known = list(SENTENCES[code])
        generator.shuffle(known)
        chosen = tuple(known[:sentences])
        pauses = tuple(generator.uniform(0.15, 0.7) for _ in chosen[1:])
        speed = round(generator.uniform(0.85, 1.3), 2)
        settings = generator.randint(25, 75), generator.randint(30, 80)
        found.append(Line(code, chosen, pauses, HELD_OUT[number % len(HELD_OUT)], speed, *settings))
    return found


def spoken(wanted: Sequence[Line]) -> list[Speech]:
    """The lines spoken, the same samples every time; a line that espeak-ng cannot say is left out.

    Each language has a process of its own, since the library may die of odd input.
    """
    own = multiprocessing.get_context("spawn")
    said: list[Speech | None] = []
    with ProcessPoolExecutor(1, mp_context=own) as pool:
        said += pool.map(_say, wanted)
    return [speech for speech in said if speech is not None]


_ESPEAK: list[Espeak] = []


def _say(line: Line) -> Speech | None:
    if not _ESPEAK:
        import espeakng_loader

        _ESPEAK.append(Espeak(str(espeakng_loader.get_library_path()), str(espeakng_loader.get_data_path())))
    voice = f"{VOICES[line.language]}+{line.variant}"
    if not _ESPEAK[0].select(voice, round(NORMAL * line.speed), line.pitch, line.span):
        return None
    parts = [_sentence(_ESPEAK[0], text, line.language) for text in line.sentences]
    said = [part for part in parts if part is not None]
    name = f"{voice} x{line.speed:g}"
    return joined(name, said, line.pauses) if said else None


def _sentence(espeak: Espeak, text: str, language: str) -> Speech | None:
    sound, marks = espeak.speak(text)
    samples = resample(sound, espeak.rate)
    try:
        labels = label(marks, len(sound) / espeak.rate, loudness(samples), language)
    except UnknownPhone:
        return None
    settled = settle_pauses(snap_releases(labels, samples), samples)
    phones = tuple((phone.start, phone.end, phone.ipa) for phone in settled)
    return Speech(text, SYNTHESIZED, language, samples, phones, TRUE) if phones else None


def diphones(folder: Path, count: int, seconds: float) -> Iterator[Speech]:
    """`count` pieces of about `seconds` from the shards of scripts/ear/judging.py, in turn through their voices."""
    shards = sorted(path for path in folder.glob("*.jsonl") if not path.name.endswith(".aligned.jsonl"))
    rows = [[json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] for path in shards]
    sounds = [np.load(path.with_suffix(".npy"), mmap_mode="r") for path in shards]
    places = [0] * len(shards)
    for number in range(count if shards else 0):
        which = number % len(shards)
        parts: list[Speech] = []
        while sum(part.duration for part in parts) < seconds and places[which] < len(rows[which]):
            parts.append(_row(rows[which][places[which]], sounds[which]))
            places[which] += 1
        if parts and sum(part.duration for part in parts) > seconds / 2:
            generator = random.Random(f"pauses {number}")
            pauses = [generator.uniform(0.1, 0.5) for _ in parts[1:]]
            yield joined(f"{shards[which].stem} {number}", parts, pauses, 0.2)


def _row(row: dict[str, object], sound: np.ndarray) -> Speech:
    samples = np.array(sound[row["start"] : row["end"]])  # type: ignore[misc]
    phones = tuple((start, end, ipa) for start, end, ipa in row["phones"])  # type: ignore[attr-defined]
    assert len(samples) > RATE // 10
    return Speech(str(row["id"]), DIPHONES, str(row["language"]), samples, phones, TRUE)
