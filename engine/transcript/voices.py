"""Who reads a word: one of espeak-ng's voices, or a reader of ours for kana and Hangul."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ..errors import TranscriptError
from .text import Token
from .writing import DIGITS, main_script, script_of

TABLE = Path(__file__).with_name("voices.toml")
KANA, HANGUL, PINYIN, IPA, TABLE_OF_WORDS = "kana", "hangul", "pinyin", "ipa", "table"
OURS = (KANA, HANGUL, PINYIN, IPA, TABLE_OF_WORDS)
"""Readers that need no espeak-ng."""

_OWN = {"hiragana": KANA, "katakana": KANA, "hangul": HANGUL}
_INSTEAD = {
    "ja": "kana",
    "zh": "characters or pinyin (ni3 hao3)",
}


@dataclass(frozen=True, slots=True)
class Voices:
    """espeak-ng's voices for a language, the usual one first, and the scripts that they read."""

    names: tuple[str, ...]
    scripts: tuple[str, ...]


@lru_cache(maxsize=1)
def _table() -> tuple[dict[str, Voices], dict[str, str]]:
    read = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    languages = {
        code: Voices(tuple(row["voices"]), tuple(row.get("scripts", ("latin",))))
        for code, row in read["languages"].items()
    }
    return languages, read["scripts"]


def of(code: str) -> Voices:
    """The voices for a language's code; for one that is not listed its own code is the voice's name."""
    return _table()[0].get(code, Voices((code,), ("latin",)))


def readers(token: Token, code: str) -> tuple[str, ...]:
    """Who reads `token` in a text of language `code`: names of espeak-ng's voices, or one of OURS.

    Raises TranscriptError for a script that nobody here can read.
    """
    if token.ipa:
        return (IPA,)
    script = main_script(token.said)
    own = of(code)
    if script == DIGITS:
        return {"ja": (KANA,), "ko": (HANGUL,)}.get(code, own.names)
    if script in _OWN:
        return (_OWN[script],)
    if script == "han" and code == "ja":
        raise _unreadable(token, "is kanji, whose reading cannot be told from the writing", code)
    if script in own.scripts:
        return own.names
    voice = _table()[1].get(script)
    if voice is None:
        what = "holds signs of IPA" if script == "ipa" else f"is in a script ({script}) that espeak-ng does not read"
        raise _unreadable(token, what, code)
    return (voice,)


def _unreadable(token: Token, what: str, code: str) -> TranscriptError:
    first = next((letter for letter in token.said if script_of(letter) not in (DIGITS, "latin")), token.said[:1])
    instead = _INSTEAD.get(code)
    give = f"write it in {instead}, or as IPA between slashes" if instead else "write it as IPA between slashes"
    return TranscriptError(f"'{first}' in the transcript {what}; {give} (/həˈloʊ/).")
