"""festival's British voice rab, with a lexicon made by espeak-ng: its own (OALD) is not free.

Wanted of Debian: festival, festvox-rablpc16k ((c) 1996-1997 Centre for Speech Technology Research, University of
Edinburgh, free to use and change).
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import espeak
from synth_festival import BATCH, Line, Voice, festival, gather, line_of, parse_segments
from synth_texts import Texts

# espeak-ng's British phonemes -> festival's MRPA names
_NAMES: Mapping[str, tuple[str, ...]] = {
    "ɪ": ("i",), "i": ("i",), "iː": ("ii",), "ʊ": ("u",), "u": ("u",), "uː": ("uu",), "ɒ": ("o",), "ɔː": ("oo",),
    "ɜː": ("@@",), "ə": ("@",), "ɐ": ("@",), "a": ("a",), "æ": ("a",), "ʌ": ("uh",), "ɛ": ("e",), "e": ("e",),
    "ɑː": ("aa",), "eɪ": ("ei",), "aɪ": ("ai",), "ɔɪ": ("oi",), "əʊ": ("ou",), "aʊ": ("au",), "eə": ("e@",),
    "iə": ("i@",), "ʊə": ("u@",), "aɪə": ("ai", "@"), "aʊə": ("au", "@"), "əl": ("@", "l"), "n̩": ("@", "n"),
    "ɡ": ("g",), "ʃ": ("sh",), "ʒ": ("zh",), "θ": ("th",), "ð": ("dh",), "tʃ": ("ch",), "dʒ": ("jh",), "ŋ": ("ng",),
    "j": ("y",), "ɹ": ("r",), **{name: (name,) for name in "ptkbdszfvhmnlrw"},
}  # fmt: skip
_VOWELS = frozenset("i ii u uu o oo @@ @ a uh e aa ei ai oi ou au e@ i@ u@".split())
MRPA: Mapping[str, str] = {
    "i": "ɪ", "ii": "iː", "u": "ʊ", "uu": "uː", "o": "ɒ", "oo": "ɔː", "@@": "ɜː", "@": "ə", "a": "æ", "uh": "ʌ",
    "e": "ɛ", "aa": "ɑː", "ei": "eɪ", "ai": "aɪ", "oi": "ɔɪ", "ou": "əʊ", "au": "aʊ", "e@": "ɛə", "i@": "ɪə",
    "u@": "ʊə", "g": "ɡ", "sh": "ʃ", "zh": "ʒ", "th": "θ", "dh": "ð", "ch": "tʃ", "jh": "dʒ", "ng": "ŋ", "y": "j",
    "r": "ɹ", "ll": "l", **{name: name for name in "ptkbdszfvhmnlw"},
}  # fmt: skip
RAB = Voice("voice_rab_diphone", "en", MRPA, 1.0, fading=True)
_WEAK = {"a": ("@",), "the": ("dh", "@"), "of": ("@", "v"), "to": ("t", "@"), "and": ("@", "n", "d")}


def _entry(word: str, clauses: Sequence[str]) -> str | None:
    """The word's line of the lexicon; None where espeak-ng spelt it out or has a phoneme that rab has not."""
    if word in _WEAK:
        return f'("{word}" ({" ".join(_WEAK[word])}))'
    if len(clauses) != 1 or " " in clauses[0].strip() or "(" in clauses[0]:
        return None
    phones: list[str] = []
    for token in clauses[0].strip().split("_"):
        names = _NAMES.get(re.sub("[ˈˌ]", "", token))
        if names is None:
            return None
        stressed = "1" if "ˈ" in token else "0"
        phones += [name + (stressed if name in _VOWELS else "") for name in names]
    return f'("{word}" ({" ".join(phones)}))'


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z]+", text.lower())


def _lexicon(entries: Iterable[str]) -> list[str]:
    """Scheme that stands in for festival's own loading of OALD."""
    marks = " ".join(f'"{mark}"' for mark in ",.?!;:-'()")
    return [
        '(define (setup_oald_lex) (lex.create "oald") (lex.set.phoneset "mrpa") (lex.set.lts.method \'Error)',
        " (lex.set.pos.map english_pos_map_wp39_to_wp20)",
        f" (mapcar (lambda (mark) (lex.add.entry (list mark 'punc nil))) '({marks}))",
        " (mapcar (lambda (e) (lex.add.entry (list (car e) nil (lex.syllabify.phstress (cadr e)))))",
        f"  '({' '.join(entries)})))",
    ]


def _spoken(said: Sequence[str], generator: random.Random) -> list[Line]:
    """The texts all of whose words can be said."""
    words = sorted({word for text in said for word in _words(text)})
    found = {
        word: _entry(word, clauses or []) for word, clauses in zip(words, espeak.transcribe(words, "en"), strict=True)
    }
    fit = [text for text in said if "'" not in text and text.isascii() and all(found[w] for w in _words(text))]
    stretches = [generator.triangular(0.75, 1.35, 1.0) for _ in fit]
    prelude = _lexicon(entry for entry in found.values() if entry)
    lines = [line_of(RAB, text, s, parse_segments(segs)) for text, s, segs in festival(RAB, fit, stretches, prelude)]
    return [line for line in lines if line]


def make_rab(name: str, what: str, seconds: float, folder: Path, speech: Path | None, seed: int) -> None:
    """Fill one shard with about `seconds` of rab and write it."""
    generator = random.Random(seed)
    texts, empty, total = Texts("en", speech, seed, folder / "texts"), 0, 0.0
    lines: list[Line] = []
    while total < seconds and empty < 5:
        spoken = _spoken([texts.next() for _ in range(BATCH)], generator)
        lines += spoken
        empty += not spoken
        total = sum(len(line.samples) for line in lines) / 16_000
    if lines:
        gather(name, "festival", what, RAB, lines, generator).write(folder)
