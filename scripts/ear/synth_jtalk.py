"""Open JTalk: Japanese of a real speaker, kanji too, with the exact times of its phones.

Wanted of Debian: open-jtalk, open-jtalk-mecab-naist-jdic, hts-voice-nitech-jp-atr503-m001 (CC-BY 3.0, Nagoya
Institute of Technology and Tokyo Institute of Technology).
"""

from __future__ import annotations

import random
import re
import subprocess
import tempfile
import wave
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from synth_edges import Phone, resample
from synth_festival import Line, Voice, gather
from synth_phones import SILENCES, UnknownPhone, is_vowel
from synth_texts import Texts

DICTIONARY = "/var/lib/mecab/dic/open-jtalk/naist-jdic"
_PLAIN = {
    "k": "k", "g": "ɡ", "s": "s", "z": "z", "t": "t", "d": "d", "n": "n", "h": "h", "b": "b", "p": "p", "m": "m",
    "r": "ɾ", "v": "v",
}  # fmt: skip
_PALATAL = {name + "y": ipa + "ʲ" for name, ipa in _PLAIN.items()}
PHONES: Mapping[str, str] = {
    **_PLAIN, **_PALATAL, "ny": "ɲ", "hy": "ç", "a": "a", "i": "i", "u": "ɯ", "e": "e", "o": "o", "A": "a", "E": "e",
    "O": "o", "sh": "ɕ", "ch": "tɕ", "j": "dʑ", "ts": "ts", "f": "ɸ", "y": "j", "w": "w",
    "gw": "ɡ", "kw": "k",
}  # fmt: skip
NITECH = "/usr/share/hts-voice/nitech-jp-atr503-m001/nitech_jp_atr503_m001.htsvoice"
VOICES: Mapping[str, Voice] = {
    "nitech": Voice(NITECH, "ja", PHONES, 1.0, fading=True),
}


def parse_trace(text: str) -> list[tuple[float, float, str]]:
    """(start, end, phone name), in seconds, of the labels in what open_jtalk -ot writes."""
    found = re.findall(r"^(\d+) (\d+) \S*?-([^+\s]+)\+", text, re.MULTILINE)
    return [(int(start) / 1e7, int(end) / 1e7, name) for start, end, name in found]


def _nasal(after: str) -> str:
    """The nasal that closes a syllable, by the phone after it."""
    return "m" if after[:1] in "pbm" and after else "ŋ" if after[:1] in ("k", "g") else "n" if after else "ɴ"


def _allophone(name: str, after: str) -> str:
    if name == "N":
        return _nasal("" if after in SILENCES else after)
    if name == "h" and after in ("i", "I"):
        return "ç"
    if name not in PHONES:
        raise UnknownPhone(f"Open JTalk's phone '{name}' is not in the table: add it there.")
    return PHONES[name]


def label(trace: Sequence[tuple[float, float, str]]) -> list[Phone]:
    """Phones in IPA, without silences.

    A double consonant's closure (cl) and a second like vowel make the phone long; a devoiced vowel (I, U) is the end
    of the consonant before it.

    Raises `UnknownPhone`.
    """
    phones: list[Phone] = []
    closure: float | None = None
    for index, (start, end, name) in enumerate(trace):
        if name == "cl":
            closure = start
        elif name in ("I", "U"):
            if phones and abs(phones[-1].end - start) < 0.001:
                phones[-1] = Phone(phones[-1].start, end, phones[-1].ipa)
        elif name not in SILENCES:
            after = trace[index + 1][2] if index + 1 < len(trace) else "sil"
            ipa = _allophone(name, after) + ("ː" if closure is not None else "")
            before = phones[-1] if phones and abs(phones[-1].end - start) < 0.001 else Phone(0.0, 0.0, "")
            if is_vowel(ipa) and before.ipa == ipa:
                phones[-1] = Phone(before.start, end, ipa + "ː")
            else:
                phones.append(Phone(start if closure is None else closure, end, ipa))
            closure = None
        else:
            closure = None
    return phones


def speak(voice: Voice, text: str, speed: float, half_tones: float) -> tuple[NDArray[np.int16], list[Phone]]:
    """Sound at 16 kHz and its phones. Raises `UnknownPhone`, OSError, EOFError."""
    with tempfile.TemporaryDirectory() as folder:
        sound, trace = Path(folder) / "line.wav", Path(folder) / "trace"
        call = ["open_jtalk", "-x", DICTIONARY, "-m", voice.call, "-r", f"{speed:.2f}", "-fm", f"{half_tones:.2f}"]
        call += ["-ow", str(sound), "-ot", str(trace)]
        subprocess.run(call, input=text.encode(), capture_output=True, timeout=120, check=False)
        with wave.open(str(sound), "rb") as file:
            samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.int16)
            rate = file.getframerate()
        phones = label(parse_trace(trace.read_text(encoding="utf-8", errors="replace")))
    return resample(samples, rate), phones


def make_jtalk(name: str, what: str, seconds: float, folder: Path, speech: Path | None, seed: int) -> None:
    """Fill one shard with about `seconds` of a voice and write it."""
    voice, generator = VOICES[what], random.Random(seed)
    texts, total, failures = Texts("ja-kanji", speech, seed, folder / "texts"), 0.0, 0
    lines: list[Line] = []
    while total < seconds and failures < 400:
        text = texts.next()
        try:
            samples, phones = speak(voice, text, generator.triangular(0.75, 1.45, 1.0), generator.triangular(-5, 6, 0))
        except (UnknownPhone, OSError, EOFError, wave.Error):
            phones = []
        if len(phones) > 1 and len(samples) < 14 * 16_000:
            lines.append(Line(text, samples, phones))
            total += len(samples) / 16_000
        else:
            failures += 1
    if lines:
        gather(name, "jtalk", what, voice, lines, generator).write(folder)
    print(f"{name}: {failures} texts failed", flush=True)
