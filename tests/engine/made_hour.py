"""An hour of speech for tests: many voices, languages, speeds and levels with pauses between, by espeak-ng.

    python made_hour.py OUT.wav SECONDS

Run in a process of its own, since the library can end the process. The same samples every time.
"""

from __future__ import annotations

import random
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
VARIANTS = ("m1", "f2", "m3", "f4", "m7", "klatt5", "travis", "f1", "m5", "klatt")
LANGUAGES = ("en", "de", "es", "fr", "it", "pt", "ru", "pl", "nl", "ja", "zh", "tr")
LOUD, QUIET = 0.9, 0.05  # full scale of the loudest and the quietest minute
PAUSES = (0.15, 0.3, 0.5, 0.9, 2.5)  # seconds
HISS = 1e-4  # of full scale: no microphone is silent


def make(path: Path, seconds: int) -> Path:
    """Write the speech as 16-bit mono WAV at espeak-ng's own rate. Raises CalledProcessError where that fails."""
    subprocess.run([sys.executable, str(Path(__file__).resolve()), str(path), str(seconds)], check=True)
    return path


def _speak(path: Path, seconds: int) -> None:
    sys.path[:0] = [str(SCRIPTS), str(SCRIPTS / "ear")]
    import espeakng_loader
    from check.texts import SENTENCES, VOICES
    from synth_espeak import Espeak

    espeak = Espeak(str(espeakng_loader.get_library_path()), str(espeakng_loader.get_data_path()))
    generator, noise = random.Random("an hour"), np.random.default_rng(1)
    left = seconds * espeak.rate
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(espeak.rate)
        while left > 0:
            code, variant = generator.choice(LANGUAGES), generator.choice(VARIANTS)
            assert espeak.select(
                f"{VOICES[code]}+{variant}", generator.randint(130, 210), generator.randint(25, 75), 55
            )
            level = QUIET * (LOUD / QUIET) ** generator.random()
            for text in generator.sample(SENTENCES[code], 4):
                sound, _ = espeak.speak(text)
                pause = np.zeros(round(generator.choice(PAUSES) * espeak.rate))
                said = np.concatenate([sound.astype(np.float64) / max(1, np.abs(sound).max()) * level, pause])
                said = (said + HISS * noise.standard_normal(len(said)))[:left]
                file.writeframes(np.round(np.clip(said, -1.0, 1.0) * 32767).astype("<i2").tobytes())
                left -= len(said)


if __name__ == "__main__":
    _speak(Path(sys.argv[1]), int(sys.argv[2]))
