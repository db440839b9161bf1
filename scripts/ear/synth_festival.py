"""festival and flite: voices of real speakers, with the times of their phones."""

from __future__ import annotations

import random
import re
import subprocess
import tempfile
import wave
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import synth_phones
from numpy.typing import NDArray
from synth_edges import RATE, Phone, correct_edges, end_decays, measure_offsets, resample, settle_pauses
from synth_phones import UnknownPhone, named_phones, spirantize
from synth_shards import Shard, Utterance, padded
from synth_texts import Texts

BATCH = 40


@dataclass(frozen=True)
class Voice:
    """A voice, its phone names, the encoding its front end wants, its share of the hours and its split."""

    call: str
    language: str
    names: Mapping[str, str]
    share: float
    encoding: str = "utf-8"
    split: str = "train"
    buzzing: bool = False  # its pauses are not silent: lines without pauses only, their ends cut off
    fading: bool = False  # its last sounds fade slowly


FESTIVAL: Mapping[str, Voice] = {
    "kal": Voice("voice_kal_diphone", "en", synth_phones.ENGLISH, 0.7),
    "ked": Voice("voice_ked_diphone", "en", synth_phones.ENGLISH, 0.7),
    "slt-hts": Voice("voice_cmu_us_slt_arctic_hts", "en", synth_phones.ENGLISH, 0.9),
    "lp": Voice("voice_lp_diphone", "it", synth_phones.ITALIAN, 1.0, "iso-8859-1"),
    "pc": Voice("voice_pc_diphone", "it", synth_phones.ITALIAN, 0.2, "iso-8859-1", "test"),
    "ona-hts": Voice("voice_upc_ca_ona_hts", "ca", synth_phones.CATALAN, 0.8, "iso-8859-15"),
    "lj": Voice("voice_suo_fi_lj_diphone", "fi", synth_phones.FINNISH, 0.7, "iso-8859-15"),
    "mv": Voice("voice_hy_fi_mv_diphone", "fi", synth_phones.FINNISH, 0.4, "iso-8859-15", buzzing=True),
    "ph": Voice("voice_czech_ph", "cs", synth_phones.CZECH, 0.4, "iso-8859-2"),
    "dita": Voice("voice_czech_dita", "cs", synth_phones.CZECH, 0.5, "iso-8859-2"),
    "krb": Voice("voice_czech_krb", "cs", synth_phones.CZECH, 0.5, "iso-8859-2"),
    "machac": Voice("voice_czech_machac", "cs", synth_phones.CZECH, 0.5, "iso-8859-2"),
    "nsh": Voice("voice_msu_ru_nsh_clunits", "ru", synth_phones.RUSSIAN, 0.3),
    "nsk-hi": Voice("voice_hindi_NSK_diphone", "hi", synth_phones.INDIAN, 0.5, buzzing=True),
    "nsk-mr": Voice("voice_marathi_NSK_diphone", "mr", synth_phones.INDIAN, 0.2, buzzing=True),
    "nsk-te": Voice("voice_telugu_NSK_diphone", "te", synth_phones.INDIAN, 0.3, buzzing=True),
}
FLITE: Mapping[str, Voice] = {
    "slt": Voice("slt", "en", synth_phones.ENGLISH, 1.0),
    "rms": Voice("rms", "en", synth_phones.ENGLISH, 1.2),
    "kal16": Voice("kal16", "en", synth_phones.ENGLISH, 0.4),
    "awb": Voice("awb", "en", synth_phones.ENGLISH, 0.3, split="test"),
}


def parse_segments(text: str) -> list[tuple[float, str]]:
    """(end in seconds, phone name) for each line of festival's `utt.save.segs`."""
    body = text.split("#\n", 1)[-1]
    return [(float(line.split()[0]), line.split()[2]) for line in body.splitlines() if len(line.split()) == 3]


def parse_psdur(text: str) -> list[tuple[float, str]]:
    """(end in seconds, phone name) for each `name:end` that flite's -psdur prints."""
    return [(float(end), name) for name, end in re.findall(r"(\S+?):(\d+(?:\.\d+)?)(?=\s|$)", text)]


def label(ends: Sequence[tuple[float, str]], voice: Voice) -> list[Phone]:
    """Phones in IPA, without silences; doubled consonants are one long phone. Raises `UnknownPhone`."""
    phones: list[Phone] = []
    start = 0.0
    for end, name in ends:
        names = named_phones(name, voice.names)
        for index, ipa in enumerate(names):
            left, right = (start + (end - start) * part / len(names) for part in (index, index + 1))
            before = phones[-1] if phones and abs(phones[-1].end - left) < 0.001 else Phone(0.0, 0.0, "")
            if voice.language == "ca":
                ipa = spirantize(before.ipa, ipa)
            if before.ipa.rstrip("ː") == ipa and not synth_phones.is_vowel(ipa):
                phones[-1] = Phone(before.start, right, ipa + "ː")
            elif right > left:
                phones.append(Phone(left, right, ipa))
        start = end
    return phones


def _read(path: Path) -> NDArray[np.int16]:
    with wave.open(str(path), "rb") as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.int16)
        return resample(samples, file.getframerate())


def festival(
    voice: Voice, texts: Sequence[str], stretches: Sequence[float], prelude: Sequence[str] = ()
) -> Iterator[tuple[str, NDArray[np.int16], str]]:
    """(text, sound, segments file) of the texts that festival manages, in one run of it; `prelude` is Scheme."""
    with tempfile.TemporaryDirectory() as folder:
        lines = [*prelude, f"({voice.call})"]
        for index, (text, stretch) in enumerate(zip(texts, stretches, strict=True)):
            path = (Path(folder) / str(index)).as_posix()
            quoted = re.sub(r'["\\]', "", text)
            lines += [
                f"(Parameter.set 'Duration_Stretch {stretch:.2f})",
                f'(unwind-protect (begin (set! u (SynthText "{quoted}")) (utt.save.segs u "{path}.segs")'
                f' (utt.save.wave u "{path}.wav" \'riff)) nil)',
            ]
        script = Path(folder) / "speak.scm"
        script.write_bytes("\n".join(lines).encode(voice.encoding, "ignore"))
        subprocess.run(["festival", "-b", str(script)], capture_output=True, timeout=1800, check=False)
        for index, text in enumerate(texts):
            sound, segs = Path(folder) / f"{index}.wav", Path(folder) / f"{index}.segs"
            if sound.is_file() and segs.is_file() and sound.stat().st_size > 4000:
                yield text, _read(sound), segs.read_text(encoding="utf-8", errors="replace")


def flite(voice: Voice, text: str, stretch: float) -> tuple[NDArray[np.int16], str]:
    """Sound and what -psdur printed for one text of one sentence."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "line.wav"
        call = ["flite", "-voice", voice.call, "--setf", f"duration_stretch={stretch:.2f}", "-psdur"]
        done = subprocess.run([*call, "-t", text, "-o", str(path)], capture_output=True, timeout=600, check=True)
        return _read(path), done.stdout.decode()


def crop(samples: NDArray[np.int16], phones: Sequence[Phone], margin: float) -> tuple[NDArray[np.int16], list[Phone]]:
    """Cut the silence at both ends to `margin` seconds."""
    first = max(0, int((phones[0].start - margin) * RATE))
    last = min(len(samples), int((phones[-1].end + margin) * RATE))
    moved = [Phone(p.start - first / RATE, min(p.end, last / RATE) - first / RATE, p.ipa) for p in phones]
    return samples[first:last], moved


@dataclass(frozen=True)
class Line:
    """One line spoken: text, 16 kHz samples and phones as the engine gave them."""

    text: str
    samples: NDArray[np.int16]
    phones: Sequence[Phone]


def line_of(voice: Voice, text: str, samples: NDArray[np.int16], ends: Sequence[tuple[float, str]]) -> Line | None:
    try:
        phones = label(ends, voice)
    except UnknownPhone:
        return None
    duration = len(samples) / RATE
    if voice.buzzing and any(after.start - before.end > 0.03 for before, after in pairwise(phones)):
        return None
    fits = phones and 0.3 < duration < 14.0 and phones[-1].end < duration + 0.02
    return Line(text, samples, phones) if fits else None


def gather(name: str, engine: str, what: str, voice: Voice, lines: Sequence[Line], generator: random.Random) -> Shard:
    """Correct the voice's labels by what its own lines show, and put the lines into a shard."""
    shard = Shard(name)
    offsets = measure_offsets([(line.samples, line.phones) for line in lines[:100]])
    for line in lines:
        phones = correct_edges(line.phones, line.samples, offsets)
        if not voice.buzzing:
            phones = settle_pauses(phones, line.samples)
        if voice.fading:
            phones = end_decays(phones, line.samples)
        if phones:
            margin = 0.0 if voice.buzzing else generator.uniform(0.05, 0.35)
            samples, phones = crop(line.samples, phones, margin)
            said = Utterance(samples, phones, voice.language, engine, what, voice.split, line.text)
            shard.add(padded(said, generator) if voice.buzzing else said)
    print(name, "offsets, ms:", " ".join(f"{a}|{b} {ms:+d}" for (a, b), ms in sorted(offsets.items())), flush=True)
    return shard


def _unbroken(text: str) -> str:
    return re.sub(r"[^\w\s]+(?=\s)", "", text)


def one_sentence(text: str) -> str:
    return re.sub(r"\s*[.!?;:]\s+", ", ", text.strip())


def make_festival(name: str, what: str, seconds: float, folder: Path, speech: Path | None, seed: int) -> None:
    """Fill one shard with about `seconds` of a festival voice and write it."""
    voice, generator = FESTIVAL[what], random.Random(seed)
    texts, empty, total = Texts(voice.language, speech, seed, folder / "texts"), 0, 0.0
    lines: list[Line] = []
    while total < seconds and empty < 5:
        said = [_unbroken(texts.next()) if voice.buzzing else texts.next() for _ in range(BATCH)]
        stretches = [generator.triangular(0.7, 1.4, 1.0) for _ in said]
        spoken = [line_of(voice, text, s, parse_segments(segs)) for text, s, segs in festival(voice, said, stretches)]
        lines += [line for line in spoken if line]
        empty += not any(spoken)
        total = sum(len(line.samples) for line in lines) / RATE
    if lines:
        gather(name, "festival", what, voice, lines, generator).write(folder)


def make_flite(name: str, what: str, seconds: float, folder: Path, speech: Path | None, seed: int) -> None:
    """Fill one shard with about `seconds` of a flite voice and write it."""
    voice, generator = FLITE[what], random.Random(seed)
    texts, total = Texts(voice.language, speech, seed, folder / "texts"), 0.0
    lines: list[Line] = []
    while total < seconds:
        text = one_sentence(texts.next())
        samples, printed = flite(voice, text, generator.triangular(0.75, 1.35, 1.0))
        line = line_of(voice, text, samples, parse_psdur(printed))
        if line:
            lines.append(line)
            total += len(samples) / RATE
    gather(name, "flite", what, voice, lines, generator).write(folder)
