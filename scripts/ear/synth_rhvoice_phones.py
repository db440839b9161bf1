"""What RHVoice's phone names mean in IPA; a few depend on their neighbours."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import synth_phones
from synth_phones import UnknownPhone


@dataclass(frozen=True)
class Named:
    """A phone as RHVoice names it, from `start` to `end` (seconds), and whether its syllable is stressed."""

    start: float
    end: float
    name: str
    stressed: bool


def _palatalized(plain: Mapping[str, str], mark: Callable[[str], str]) -> dict[str, str]:
    return {mark(name): ipa + "ʲ" for name, ipa in plain.items()}


_SAME = {**{name: name for name in "pbtdkfvszmnlrj"}, "g": "ɡ"}
_RUSSIAN = {name: _SAME[name] for name in "pbtdkgfvszmnlr"} | {"h": "x"}
RUSSIAN: Mapping[str, str] = {
    "a": "a", "e": "e", "i": "i", "o": "o", "y": "ɨ", "u": "u", "a0": "ə", "e0": "ɪ", "i0": "ɪ", "y0": "ɨ",
    "u0": "ʊ", "c": "ts", "ch": "tɕ", "sch": "ɕː", "sh": "ʂ", "zh": "ʐ", "j": "j",
    **_RUSSIAN, **_palatalized(_RUSSIAN, lambda name: 2 * name),
}  # fmt: skip
_UKRAINIAN = {name: _SAME[name] for name in "pbtdkgfszmnlr"} | {
    "ts": "ts", "dz": "dz", "tsh": "tʃ", "dzh": "dʒ", "sh": "ʃ", "zh": "ʒ", "h": "x", "gh": "ɦ", "w": "w",
}  # fmt: skip
UKRAINIAN: Mapping[str, str] = {
    "ii": "i", "i": "ɪ", "e": "ɛ", "a": "a", "o": "ɔ", "u": "u", "j": "j",
    **_UKRAINIAN, **_palatalized(_UKRAINIAN, lambda name: name + "j"),
}  # fmt: skip
BRAZILIAN: Mapping[str, str] = {
    **_SAME, "a": "a", "an": "ɐ\u0303", "ee": "ɛ", "e": "e", "en": "e\u0303", "i": "i", "in": "i\u0303", "oo": "ɔ",
    "o": "o", "on": "o\u0303", "u": "u", "un": "u\u0303", "zh": "ʒ", "sh": "ʃ", "dj": "dʒ", "tj": "tʃ", "nj": "ɲ",
    "lj": "ʎ", "r": "ɾ", "rh": "x", "jn": "j", "w": "w", "wn": "w",
}  # fmt: skip
ESPERANTO: Mapping[str, str] = {
    **_SAME, "a": "a", "e": "e", "i": "i", "o": "o", "u": "u", "zh": "ʒ", "sh": "ʃ", "hh": "x", "h": "h", "j": "dʒ",
    "c": "ts", "ch": "tʃ", "y": "j", "w": "w",
}  # fmt: skip
KYRGYZ: Mapping[str, str] = {
    **_SAME, "a": "a", "aa": "aː", "e": "e", "ee": "eː", "i": "i", "y": "ɯ", "o": "o", "oo": "oː", "of": "ø",
    "oof": "øː", "u": "u", "uu": "uː", "uf": "y", "uuf": "yː", "zh": "ʒ", "sh": "ʃ", "sch": "ɕ", "h": "x",
    "dzh": "dʒ", "c": "ts", "ch": "tʃ", "ng": "ŋ",
}  # fmt: skip
TABLES: Mapping[str, Mapping[str, str]] = {
    "en": synth_phones.ENGLISH, "ru": RUSSIAN, "uk": UKRAINIAN, "pt-br": BRAZILIAN, "eo": ESPERANTO, "ky": KYRGYZ,
}  # fmt: skip


def _flapped(here: str, before: Named | None, after: Named | None) -> str:
    """American t and d between vowels, the second unstressed."""
    flapped = here in ("t", "d") and before and after and not after.stressed
    vowels = "aeiou"
    return "ɾ" if flapped and (before.name[0] in vowels or before.name == "r") and after.name[0] in vowels else here


def _reduced(named: Sequence[Named], index: int) -> str:
    """Russian unstressed a: ɐ right before the stress, ə elsewhere."""
    for later in named[index + 1 :]:
        if later.name in synth_phones.SILENCES:
            break
        if later.name[0] in "aeiouy":
            return "ɐ" if not later.name.endswith("0") else "ə"
    return "ə"


def ipa_of(named: Sequence[Named], index: int, language: str, flaps: bool) -> tuple[str, ...]:
    """IPA of phone `index` of a line, empty for silence. Raises `UnknownPhone`."""
    here, table = named[index], TABLES[language]
    if here.name in synth_phones.SILENCES:
        return ()
    if here.name not in table:
        raise UnknownPhone(f"RHVoice's phone '{here.name}' is not in the table of '{language}': add it there.")
    before = named[index - 1] if index else None
    after = named[index + 1] if index + 1 < len(named) else None
    ipa = table[here.name]
    if flaps:
        ipa = _flapped(ipa, before, after)
    elif language == "ru" and here.name == "a0":
        ipa = _reduced(named, index)
    elif language == "uk" and here.name in ("w", "wj") and after and after.name[0] in "aeiou":
        ipa = ipa.replace("w", "ʋ")
    return synth_phones.segments(ipa)
