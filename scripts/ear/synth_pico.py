"""Speech of SVOX Pico (Debian's libttspico-utils), ready for forced alignment: it does not tell its phones' times.

    python scripts/ear/synth_pico.py --out DIR [--hours 3.5]

For each voice one `pico_<voice>.npy` and `pico_<voice>.jsonl` in pronounce.py's form, which align.py times:

    python scripts/ear/align.py --real DIR --checkpoint FILE

Six voices of women, of which pitch and speed are varied. Pico and its voices are under the Apache licence 2.0,
(c) 2008-2009 SVOX AG.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import tempfile
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

import numpy as np
import recordings
from numpy.typing import NDArray
from pronounce import row_of, words_of, write_rows
from recordings import RATE, Utterance
from synth_edges import loudness
from synth_festival import one_sentence
from synth_texts import Texts

BATCH = 200
MARGIN = 200  # ms of pause left at both ends


@dataclass(frozen=True)
class Voice:
    """Pico's name of a voice, our language and its share of the hours."""

    call: str
    language: str
    share: float


PICO = {
    "us": Voice("en-US", "en", 1.2), "gb": Voice("en-GB", "en", 1.2),
    "de": Voice("de-DE", "de", 1.0), "es": Voice("es-ES", "es", 1.0),
    "fr": Voice("fr-FR", "fr", 1.0), "it": Voice("it-IT", "it", 1.0),
}  # fmt: skip


def speak(voice: Voice, text: str, speed: float, pitch: float) -> NDArray[np.int16]:
    """Sound at 16 kHz, its pauses at both ends cut to 0.2 s; speed and pitch in per cent. Raises OSError, EOFError."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "line.wav"
        marked = f'<speed level="{speed:.0f}"><pitch level="{pitch:.0f}">{escape(text, quote=False)}</pitch></speed>'
        call = ["pico2wave", "-l", voice.call, "-w", str(path), marked]
        subprocess.run(call, capture_output=True, timeout=120, check=False)
        with wave.open(str(path), "rb") as file:
            samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.int16)
    if not len(samples):
        return samples
    loud = np.flatnonzero(loudness(samples) > -45.0)
    first, last = max(0, int(loud[0]) - MARGIN), int(loud[-1]) + MARGIN
    return samples[first * RATE // 1000 : last * RATE // 1000]


def spoken(name: str, voice: Voice, texts: Texts, generator: random.Random) -> Iterator[tuple[str, NDArray[np.int16]]]:
    """(row, sound) without end: sound and the row's words, start and end still to be added by `write`."""
    number = 0
    while True:
        said = [one_sentence(texts.next()) for _ in range(BATCH)]
        for text, words in zip(said, words_of(said, voice.language), strict=True):
            if not words:
                continue
            try:
                sound = speak(voice, text, generator.triangular(75, 140, 100), generator.triangular(72, 135, 100))
            except (OSError, EOFError, wave.Error):
                continue
            if RATE // 3 < len(sound) < 14 * RATE and recordings.loudest(sound) > recordings.NEARLY_SILENT:
                number += 1
                source = Utterance(f"{name}_{number:05d}", Path(), 0.0, None, voice.language, name, text)
                yield row_of(source, "train", words), sound


def write(name: str, voice: Voice, seconds: float, out: Path, seed: int) -> None:
    """Speak for so many seconds and write one set."""
    generator = random.Random(f"{name}/{seed}")
    texts = Texts(voice.language, None, generator.randrange(1 << 30), out / "texts")
    rows, sounds, total = [], [], 0
    for row, sound in spoken(name, voice, texts, generator):
        rows.append(row)
        sounds.append(sound)
        total += len(sound)
        if total > seconds * RATE:
            break
    write_rows(out, name, rows, sounds)
    print(f"{name}: {len(rows)} utterances, {total / RATE / 60:.1f} min", flush=True)


def main() -> None:
    """Speak with every voice, those already there left out."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="folder of the sets")
    parser.add_argument("--hours", type=float, default=3.5, help="hours of sound in all")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    shares = sum(voice.share for voice in PICO.values())
    for short, voice in PICO.items():
        if not (options.out / f"pico_{short}.jsonl").exists():
            write(f"pico_{short}", voice, 3600 * options.hours * voice.share / shares, options.out, options.seed)


if __name__ == "__main__":
    main()
