"""Korean Hangul to phones by the rules of standard pronunciation (National Institute of Korean Language, 1988).

In this order: h joins a stop, a final consonant moves to an empty onset (t and tʰ become palatal before i), finals are
neutralised, obstruents become nasal before nasals, n and l assimilate, plain stops grow tense after obstruents and
voiced between voiced sounds.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

INITIALS = ("k", "k͈", "n", "t", "t͈", "ɾ", "m", "p", "p͈", "s", "s͈", "", "tɕ", "tɕ͈", "tɕʰ", "kʰ", "tʰ", "pʰ", "h")
MEDIALS = (
    *("a", "ɛ", "j a", "j ɛ", "ʌ", "e", "j ʌ", "j e", "o", "w a", "w ɛ", "w e", "j o"),
    *("u", "w ʌ", "w e", "w i", "j u", "ɯ", "ɰ i", "i"),
)
FINALS = (
    *("", "k", "k͈", "k s", "n", "n tɕ", "n h", "t", "l", "l k", "l m", "l p", "l s", "l tʰ", "l pʰ", "l h", "m", "p"),
    *("p s", "s", "s͈", "ŋ", "tɕ", "tɕʰ", "kʰ", "tʰ", "pʰ", "h"),
)
_ASPIRATED = {"k": "kʰ", "t": "tʰ", "p": "pʰ", "tɕ": "tɕʰ", "s": "tʰ", "tɕʰ": "tɕʰ", "s͈": "tʰ", "tʰ": "tʰ"}
_TENSE = {"k": "k͈", "t": "t͈", "p": "p͈", "s": "s͈", "tɕ": "tɕ͈"}
_VOICED = {"k": "ɡ", "t": "d", "p": "b", "tɕ": "dʑ"}
_NEUTRAL = {
    **dict.fromkeys(("k", "k͈", "kʰ", "k s", "l k"), "k"),
    **dict.fromkeys(("t", "s", "s͈", "tɕ", "tɕʰ", "tʰ", "h"), "t"),
    **dict.fromkeys(("p", "pʰ", "p s", "l pʰ"), "p"),
    **dict.fromkeys(("n", "n tɕ", "n h"), "n"),
    **dict.fromkeys(("l", "l p", "l s", "l tʰ", "l h"), "l"),
    **dict.fromkeys(("m", "l m"), "m"),
    "ŋ": "ŋ",
    "": "",
}
_NASAL = {"k": "ŋ", "t": "n", "p": "m"}
_SONORANT = ("n", "m", "ŋ", "l")
_FIRST, _LAST = 0xAC00, 0xD7A3


@dataclass(slots=True)
class _Syllable:
    initial: str
    medial: str
    final: str


def phones(word: str) -> tuple[str, ...]:
    """Phones of a run of whole Hangul syllables; empty where it holds anything else."""
    letters = unicodedata.normalize("NFC", word)
    if not letters or not all(_FIRST <= ord(letter) <= _LAST for letter in letters):
        return ()
    syllables = [_taken_apart(letter) for letter in letters]
    for at, own in enumerate(syllables[:-1]):
        after = syllables[at + 1]
        _join_h(own, after)
        _move_on(own, after)
    for own in syllables:
        own.final = _NEUTRAL[own.final]
    for at, own in enumerate(syllables[:-1]):
        _assimilate(own, syllables[at + 1])
    return _spoken(syllables)


def _taken_apart(letter: str) -> _Syllable:
    code = ord(letter) - _FIRST
    return _Syllable(INITIALS[code // 588], MEDIALS[code % 588 // 28], FINALS[code % 28])


def _join_h(own: _Syllable, after: _Syllable) -> None:
    *rest, last = own.final.split(" ")
    if last == "h" and after.initial in ("k", "t", "tɕ", "s"):
        after.initial = "s͈" if after.initial == "s" else _ASPIRATED[after.initial]
        own.final = " ".join(rest)
    elif last == "h" and after.initial in ("", "n"):
        own.final = " ".join(rest) if after.initial == "" or rest else "n"
    elif after.initial == "h" and last in _ASPIRATED:
        after.initial = "tɕʰ" if last == "tɕ" or (last == "t" and after.medial == "i") else _ASPIRATED[last]
        own.final = " ".join(rest)


def _move_on(own: _Syllable, after: _Syllable) -> None:
    if after.initial or own.final in ("", "ŋ"):
        return
    *rest, last = own.final.split(" ")
    own.final = " ".join(rest)
    palatal = {"t": "tɕ", "tʰ": "tɕʰ"} if after.medial == "i" else {}
    moved = "s͈" if rest and last == "s" else "ɾ" if last == "l" else last
    after.initial = palatal.get(last, moved)


def _assimilate(own: _Syllable, after: _Syllable) -> None:
    if own.final in _NASAL and after.initial in ("n", "m", "ɾ"):
        own.final = _NASAL[own.final]
        after.initial = "n" if after.initial == "ɾ" else after.initial
    elif own.final in _NASAL:
        after.initial = _TENSE.get(after.initial, after.initial)
    elif own.final in ("m", "ŋ") and after.initial == "ɾ":
        after.initial = "n"
    elif {own.final, after.initial} in ({"n", "ɾ"}, {"l", "n"}, {"l", "ɾ"}):
        own.final, after.initial = "l", "l"


def _spoken(syllables: list[_Syllable]) -> tuple[str, ...]:
    out: list[str] = []
    voiced = False
    for own in syllables:
        initial = _VOICED.get(own.initial, own.initial) if voiced else own.initial
        if own.medial[0] in "ij" or own.medial == "w i":
            initial = {"s": "ɕ", "s͈": "ɕ͈"}.get(initial, initial)
        medial = "i" if own.medial == "ɰ i" and initial else own.medial
        out += [part for part in (initial, *medial.split(" "), own.final) if part]
        voiced = own.final in ("", *_SONORANT)
    return tuple(out)
