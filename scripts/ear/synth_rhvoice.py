"""RHVoice: statistical voices of real speakers, with the exact times of their phones.

The times come from `rhvoice_times.c`, which is compiled once and loaded before RHVoice-test. Wanted of Debian
(non-free): rhvoice, rhvoice-english, -russian, -ukrainian, -brazilian-portuguese, -esperanto, -kyrgyz; and cc.
Only voices whose licence lets a model be trained on them and passed on: those of the RHVoice Lab and of Louderpages
(NC or ND) are left out.
"""

from __future__ import annotations

import os
import random
import re
import subprocess
import tempfile
import wave
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from synth_edges import Phone, resample
from synth_festival import Line, Voice, gather
from synth_phones import SILENCES, UnknownPhone, is_vowel
from synth_rhvoice_phones import TABLES, Named, ipa_of
from synth_texts import Texts

LGPL, BY_SA = "LGPL-2.1-or-later, Olga Yakovleva", "CC-BY-SA-4.0"
AMERICAN = frozenset({"bdl", "clb", "slt"})


def _voice(call: str, language: str, share: float, split: str = "train") -> Voice:
    return Voice(call, language, TABLES[language], share, split=split, fading=True)


# alan is the speaker of flite's awb, which is for tests too
RHVOICE: Mapping[str, Voice] = {
    "bdl": _voice("bdl", "en", 1.3), "clb": _voice("clb", "en", 1.3), "slt": _voice("slt", "en", 0.4),
    "alan": _voice("alan", "en", 0.4, "test"),
    "aleksandr": _voice("aleksandr", "ru", 0.35), "aleksandr-hq": _voice("aleksandr-hq", "ru", 0.3),
    "anna": _voice("anna", "ru", 0.35), "elena": _voice("elena", "ru", 0.35), "irina": _voice("irina", "ru", 0.35),
    "anatol": _voice("anatol", "uk", 0.35), "natalia": _voice("natalia", "uk", 0.35),
    "leticia": _voice("Letícia-F123", "pt-br", 0.8), "spomenka": _voice("spomenka", "eo", 0.35),
    "azamat": _voice("azamat", "ky", 0.3), "nazgul": _voice("nazgul", "ky", 0.3),
}  # fmt: skip
LICENCES: Mapping[str, str] = {
    **dict.fromkeys(RHVOICE, LGPL),
    "aleksandr-hq": f"{BY_SA}, Artem Plaksin, Sergey Parshakov, Beka Gozalishvili, Aleksander Karlov",
    "leticia": f"{BY_SA}, Olga Yakovleva, Fernando H. F. Botelho",
}


@lru_cache(maxsize=1)
def times_library() -> str:
    """Path of the compiled `rhvoice_times.c`, made anew in each process. Raises SystemExit without a compiler."""
    target = Path(tempfile.mkdtemp()) / "rhvoice_times.so"
    source = Path(__file__).with_name("rhvoice_times.c")
    try:
        subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-o", str(target), str(source), "-ldl"], check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise SystemExit(f"{source.name} could not be compiled ({error}): install a C compiler.") from error
    return str(target)


def parse_times(text: str, seconds: float) -> list[Named]:
    """Phones of what `rhvoice_times.c` wrote for a sound of so many seconds.

    Raises ValueError where the phones do not fill the sound.
    """
    phones: list[Named] = []
    frame = at = 0.0
    for line in text.splitlines():
        first, rest = line.split(" ", 1)
        if first == "*":
            period, rate = rest.split()
            frame = int(period) / int(rate)
            continue
        name, stress = re.search(r"-([^+]+)\+", rest), re.search(r"/B:(\w+)", rest)
        if name is None or stress is None:
            raise ValueError(f"'{rest[:60]}' is no label of RHVoice's.")
        phones.append(Named(at, at + int(first) * frame, name[1], stress[1] == "1"))
        at = phones[-1].end
    if abs(at - seconds) > 0.006:
        raise ValueError(f"The phones last {at:.3f} s, the sound {seconds:.3f} s.")
    return phones


def label(named: list[Named], language: str, flaps: bool) -> list[Phone]:
    """Phones in IPA, without silences; doubled consonants are one long phone. Raises `UnknownPhone`."""
    phones: list[Phone] = []
    for index, one in enumerate(named):
        names = ipa_of(named, index, language, flaps)
        for part, ipa in enumerate(names):
            left, right = (one.start + (one.end - one.start) * p / len(names) for p in (part, part + 1))
            before = phones[-1] if phones and abs(phones[-1].end - left) < 0.001 else Phone(0.0, 0.0, "")
            if before.ipa.rstrip("ː") == ipa and not is_vowel(ipa):
                phones[-1] = Phone(before.start, right, ipa + "ː")
            elif right > left:
                phones.append(Phone(left, right, ipa))
    return phones


def speak(voice: Voice, text: str, speed: float, pitch: float) -> tuple[NDArray[np.int16], list[Named]]:
    """Sound at 16 kHz and RHVoice's phones; pitch in per cent of the voice's own. Raises ValueError, OSError."""
    with tempfile.TemporaryDirectory() as folder:
        sound, times = Path(folder) / "line.wav", Path(folder) / "times"
        added = {"RHVOICE_TIMES": str(times), "RHVOICE_SPEED": f"{speed:.3f}", "LD_PRELOAD": times_library()}
        call = ["RHVoice-test", "-p", voice.call, "-q", "max", "-t", f"{pitch:.0f}", "-o", str(sound)]
        subprocess.run(
            call, input=text.encode(), capture_output=True, timeout=120, check=False, env={**os.environ, **added}
        )
        with wave.open(str(sound), "rb") as file:
            samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.int16)
            rate = file.getframerate()
        named = parse_times(times.read_text(encoding="utf-8"), len(samples) / rate)
    return resample(samples, rate), named


def _line(what: str, text: str, generator: random.Random) -> Line | None:
    voice = RHVOICE[what]
    pitch = 100 * 2 ** (generator.triangular(-5, 5, 0) / 12)
    try:
        samples, named = speak(voice, text, generator.triangular(0.72, 1.45, 1.0), pitch)
        phones = label(named, voice.language, what in AMERICAN)
    except (UnknownPhone, ValueError, OSError, EOFError, wave.Error):
        return None
    spoken = [one for one in named if one.name not in SILENCES]
    fits = len(spoken) > 1 and len(samples) < 14 * 16_000 and int(np.abs(samples).max(initial=0)) > 500
    return Line(text, samples, phones) if fits else None


def make_rhvoice(name: str, what: str, seconds: float, folder: Path, speech: Path | None, seed: int) -> None:
    """Fill one shard with about `seconds` of a voice and write it."""
    voice, generator = RHVOICE[what], random.Random(seed)
    texts, total, failures = Texts(voice.language, speech, seed, folder / "texts"), 0.0, 0
    lines: list[Line] = []
    while total < seconds and failures < 400:
        line = _line(what, texts.next(), generator)
        if line:
            lines.append(line)
            total += len(line.samples) / 16_000
        else:
            failures += 1
    if lines:
        gather(name, "rhvoice", what, voice, lines, generator).write(folder)
    print(f"{name}: {failures} texts failed", flush=True)
