"""MBROLA's diphone voices: what their phone names mean in IPA, and their sound with the times of its phones.

Real speakers' diphones joined at known times: whoever trains on none of them can be judged by all of them. The voices
may be used for private, non-commercial ends only, so nothing is ever learnt from them, and no sound of theirs is kept
in the project. espeak-ng turns the text into their phones (`mbrola` and `mbrola-us1` ... of Debian's non-free part).
"""

from __future__ import annotations

import re
import subprocess
import tempfile
import wave
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from synth_edges import Phone, resample

VOICES = Path("/usr/share/mbrola")
RENAMED = {
    "es1": {"e/": "e", "o/": "o", "i/": "i"},
    "mx1": {"e/": "e", "o/": "o", "i/": "i"},
    "it3": {"i/": "i", "ss": "s"},
}
"""Names that espeak-ng gives and the voice mostly lacks -> names that it has."""
GLOTTAL_SHARE = 0.25  # of a German vowel that begins with a glottal stop

_EVERYWHERE = (
    "p p b b t t d d k k g ɡ f f v v s s z z S ʃ Z ʒ T θ D ð h h m m n n N ŋ l l r r j j w w x x C ç G ɣ J ɲ L ʎ "
    "R ʁ tS tʃ dZ dʒ ts ts dz dz i i e e a a o o u u y y E ɛ O ɔ A ɑ I ɪ U ʊ Y ʏ @ ə 2 ø 9 œ { æ V ʌ Q ɒ 6 ɐ 1 ɨ "
    "i: iː e: eː a: aː o: oː u: uː y: yː E: ɛː O: ɔː A: ɑː 2: øː 9: œː e~ ɛ̃ o~ ɔ̃ a~ ɑ̃ 9~ œ̃ u~ ũ i~ ĩ "
    "aI aɪ aU aʊ OI ɔɪ EI eɪ eI eɪ"
)
_US = "r ɹ r= ɝ l= l 4 ɾ AI aɪ @U oʊ p_h pʰ t_h tʰ k_h kʰ"
_HINDI = (
    "a ə aa aː ii iː uu uː e eː ai ɛ o oː au ɔ y j v ʋ T ʈ D ɖ c tʃ j dʒ sh ʃ sh. ʂ ph pʰ bh bʱ th tʰ dh dʱ Th ʈʰ "
    "Dh ɖʱ kh kʰ gh ɡʱ ch tʃʰ N ɳ r ɾ r. ɽ"
)
_TURKISH = "I i @ ɯ L l L/ l l/ l & æ @' œ G j y y g ɡ"
_OWN: Mapping[str, str] = {
    "us1": _US, "us2": _US,
    "de4": "OY ɔʏ a: ɑː pf pf",
    "fr4": "H ɥ",
    "it3": "a1 a i/ i i1 i E1 ɛ O1 ɔ o1 o u1 u e1 e ss s ng ŋ nf ɱ d[ d ts2 ts",
    "es1": "e/ e i/ i o/ o r ɾ",
    "br3": "s2 s r2 ɾ y j em ẽ rr x am ɐ̃ um ũ ee ɛ om õ nh ɲ im ĩ oo ɔ x ʃ @ ɐ lh ʎ",
    "pt1": "@ ɨ 6~j~ ɐ̃|j oo ɔ 6~ ɐ̃ r ɾ u~ ũ o~ õ",
    "pl1": "o ɔ e ɛ I ɨ n' ɲ s' ɕ z' ʑ ts' tɕ dz' dʑ S ʂ Z ʐ tS tʂ dZ dʐ E# ɛ o~ ɔ̃ e~ ɛ̃",
    "ro1": "C tʃ G dʒ T ts I j J ʒ",
    "nl2": "G ɣ a aː L l w ʋ Ei ɛɪ Au aʊ 9y œy Y ɵ W ʋ tj tʃ nj ɲ",
    "gr2": "R r X x V ŋ Y m X s c c r ɾ",
    "cz2": "e ɛ h\\ ɦ n' ɲ r' r t' c d' ɟ i ɪ",
    "hu1": "O ɒ t' c d' ɟ R r",
    "id1": "V a I i Q o U u nY ɲ",
    "sw1": "u0 ɵ }: ʉː ph pʰ th tʰ kh kʰ rs ʂ C ɕ 2 œ",
    "tr1": _TURKISH, "tr2": _TURKISH,
    "in1": _HINDI, "in2": _HINDI,
    "jp2": "u ɯ U ɯ r ɾ S ɕ tS tɕ dZ dʑ",
    "ar1": "R r H ʕ X ħ Z dʒ x χ t. tˤ s. sˤ d. dˤ D. ðˤ z. ðˤ a. ɑ i. i u. u ? ʔ q q",
    "ir1": "a æ a: ɑː s: ʃ z: ʒ j: dʒ c: tʃ y j c k g: ɡ q ɢ ? ʔ",
    "af1": "A ɐ & ɛɪ } œ $ əʊ &: æː ? øː a ɑː e ɪ",
    "ee1": "7 ɤ l' lʲ n' nʲ s' sʲ t' tʲ d' dʲ",
    "lt1": "oo oː uu uː ii iː ee eː aa aː ie iə uo uə oU oʊ E ɛ t' tʲ d' dʲ n' nʲ l' lʲ s' sʲ z' zʲ S' ɕ "
    "x' xʲ tS' tɕ dZ' dʑ b' bʲ p' pʲ m' mʲ k' kʲ g' ɡʲ r' rʲ v' vʲ f' fʲ",
    "cr1": "e ɛ tS' tɕ dZ' dʑ",
    "ic1": "r0 r n0 n l0 l m0 m J- ɟ au: aʊ ou oʊ ou: oʊ ei eɪ ei: eɪ au aʊ ai aɪ ai: aɪ "
    "9y œy 9y: œy I: ɪː Y: ʏː v ʋ",
    "ma1": "V a l/ l I i U u",
}  # fmt: skip


@dataclass(frozen=True)
class Manner:
    """How a line is said: times all durations, pitch, and the pitch's distance from its middle (as ratios)."""

    name: str = ""
    slowness: float = 1.0
    pitch: float = 1.0
    liveliness: float = 1.0


def _table(voice: str) -> dict[str, str]:
    names: dict[str, str] = {}
    for text in (_EVERYWHERE, _OWN[voice]):
        parts = text.split()
        names |= dict(zip(parts[::2], parts[1::2], strict=True))
    return names


def phones_of(voice: str, name: str) -> tuple[str, ...]:
    """IPA of one of a voice's phone names; () for silence. Raises KeyError for a name that the tables lack."""
    if name.startswith("_"):
        return ()
    names = _table(voice)
    if name not in names and len(name) > 1 and name[0] == "?":
        return ("ʔ", names[name[1:]])
    return tuple(names[name].split("|"))


@dataclass(frozen=True)
class Row:
    """One phone as MBROLA reads it: name, ms, and (per cent of the phone, Hz) pairs."""

    name: str
    length: int
    pitch: tuple[tuple[int, int], ...]


def rows_of(text: str, voice: str) -> list[Row]:
    """What espeak-ng would have the voice say."""
    call = ["espeak-ng", "-v", f"mb-{voice}", "--pho", "-q", text]
    printed = subprocess.run(call, capture_output=True, timeout=60, check=True).stdout.decode("utf-8", "replace")
    found = []
    for line in printed.splitlines():
        parts = line.split()
        if len(parts) >= 2 and not line.startswith(";"):
            pairs = [int(float(part)) for part in parts[2:]]
            name = RENAMED.get(voice, {}).get(parts[0], parts[0])
            found.append(Row(name, int(float(parts[1])), tuple(zip(pairs[::2], pairs[1::2], strict=False))))
    return found


def said(rows: Sequence[Row], manner: Manner) -> list[Row]:
    """The same in another manner."""
    hertz = [value for row in rows for _, value in row.pitch]
    middle = float(np.exp(np.mean(np.log(hertz)))) if hertz else 0.0
    out = []
    for row in rows:
        pitch = tuple(
            (at, round(middle * manner.pitch * (value / middle) ** manner.liveliness)) for at, value in row.pitch
        )
        out.append(Row(row.name, max(15, round(row.length * manner.slowness)), pitch))
    return out


def speak(rows: Sequence[Row], voice: str) -> tuple[NDArray[np.int16], list[Phone]] | None:
    """Sound at 16 kHz and the phones in it; None where the voice lacks a diphone or the tables a name."""
    try:
        phones = list(_phones(rows, voice))
    except KeyError:
        return None
    with tempfile.TemporaryDirectory() as folder:
        line, sound = Path(folder) / "line.pho", Path(folder) / "line.wav"
        line.write_text("".join(_written(row) for row in rows), encoding="utf-8")
        call = ["mbrola", str(VOICES / voice / voice), str(line), str(sound)]
        done = subprocess.run(call, capture_output=True, timeout=60, check=False)
        if done.returncode or re.search(rb"unknown|error|warning", done.stderr + done.stdout, re.I):
            return None
        with wave.open(str(sound), "rb") as file:
            samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.int16)
            return resample(samples, file.getframerate()), phones


def _written(row: Row) -> str:
    return " ".join([row.name, str(row.length), *(f"{at} {hertz}" for at, hertz in row.pitch)]) + "\n"


def _phones(rows: Sequence[Row], voice: str) -> Iterator[Phone]:
    at = 0.0
    for row in rows:
        names, end = phones_of(voice, row.name), at + row.length / 1000
        if len(names) == 2:
            middle = at + (end - at) * (GLOTTAL_SHARE if names[0] == "ʔ" else 0.6)
            yield Phone(at, middle, names[0])
            yield Phone(middle, end, names[1])
        elif names:
            yield Phone(at, end, names[0])
        at = end
