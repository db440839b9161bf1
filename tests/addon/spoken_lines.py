"""Lines that espeak-ng speaks for the tests, with the exact times of their phones.

Run as a program (`python spoken_lines.py FOLDER`) it speaks all lines into FOLDER; `speak` runs it so, since the
library may end its process.
"""

from __future__ import annotations

import json
import subprocess
import sys
import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np

EAR = Path(__file__).resolve().parents[2] / "scripts" / "ear"
LEAD_IN = 0.4  # seconds of silence before each line: the mouth has to open first

SENTENCE = "My papa made five perfect maps, but a father of above average fame may move far off."

# name: voice, words a minute, text ([[...]] are espeak's own phonemes), loudness as a factor
LINES = {
    "lips": ("en-us", 150, SENTENCE, 1.0),
    "slow": ("en-us+f2", 80, "A happy mother, far above a valley.", 1.0),
    "fast": ("en-us+m3", 300, "[[p'ab'ap'am'ab'ap'ab'am'ap'av'af'ap'ab'am'ap'a]]", 1.0),
    "faint": ("en-us", 150, SENTENCE, 0.004),
    "round": ("en-us", 130, "[[h'u: h'i: h'u: h'i: S'u:z s'i:z w'u: j'i:]]", 1.0),
    "tongue": ("en-us", 150, "Tea needed. Lead a dean, deal Lee a neat tin.", 1.0),
}  # fmt: skip


@dataclass(frozen=True)
class Spoken:
    """A line as it was spoken: its WAV file, its seconds, and its phones as (start, end, IPA) in seconds."""

    sound: Path
    duration: float
    phones: tuple[tuple[float, float, str], ...]


def speak(folder: Path) -> dict[str, Spoken]:
    """All lines, spoken into `folder` by a process of its own."""
    subprocess.run([sys.executable, str(Path(__file__)), str(folder)], check=True)
    listed = json.loads((folder / "lines.json").read_text(encoding="utf-8"))
    return {
        name: Spoken(folder / f"{name}.wav", line["duration"], tuple((a, b, ipa) for a, b, ipa in line["phones"]))
        for name, line in listed.items()
    }


def _speak_all(folder: Path) -> None:
    sys.path.insert(0, str(EAR))
    import espeakng_loader
    from synth_espeak import Espeak

    espeak = Espeak(str(espeakng_loader.get_library_path()), str(espeakng_loader.get_data_path()))
    listed = {}
    for name, (voice, speed, text, loudness) in LINES.items():
        if not espeak.select(voice, speed, 50, 50):
            raise SystemExit(f"espeak-ng has no voice '{voice}'.")
        listed[name] = _speak_one(espeak, text, loudness, folder / f"{name}.wav")
    (folder / "lines.json").write_text(json.dumps(listed, ensure_ascii=False), encoding="utf-8")


def _speak_one(espeak, text, loudness, path):
    from synth_edges import loudness as levels
    from synth_edges import resample, settle_pauses, snap_releases
    from synth_espeak_plan import label

    sound, marks = espeak.speak(text)
    samples = resample(sound, espeak.rate)
    phones = label(marks, len(sound) / espeak.rate, levels(samples), "en")
    phones = settle_pauses(snap_releases(phones, samples), samples)
    silence = np.zeros(round(LEAD_IN * espeak.rate), np.int16)
    written = np.concatenate([silence, np.rint(loudness * sound).astype(np.int16), silence])
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(espeak.rate)
        file.writeframes(written.tobytes())
    times = [(round(p.start + LEAD_IN, 4), round(p.end + LEAD_IN, 4), p.ipa) for p in phones]
    return {"duration": len(written) / espeak.rate, "phones": times}


if __name__ == "__main__":
    _speak_all(Path(sys.argv[1]))
