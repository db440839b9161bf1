"""Japanese kana to phones: long vowels, doubled consonants, the nasal that takes the place of what follows."""

from __future__ import annotations

import tomllib
import unicodedata
from functools import lru_cache
from pathlib import Path

TABLE = Path(__file__).with_name("kana.toml")
SMALL = "ぁぃぅぇぉゃゅょゎ"
_GLIDED = {"ゃ": "a", "ゅ": "ɯ", "ょ": "o"}
_SMALL_VOWELS = {"ぁ": "a", "ぃ": "i", "ぅ": "ɯ", "ぇ": "e", "ぉ": "o", "ゎ": "a"}
_LONG = frozenset({("a", "a"), ("i", "i"), ("ɯ", "ɯ"), ("e", "e"), ("o", "o"), ("o", "ɯ"), ("e", "i")})
_VOWELS = frozenset("aiɯeo")
_PARTICLES = {"は": ("w", "a"), "へ": ("e",)}
_AFTER = "はをがにでとのもへ"
_BOUND = "うおいえあんっー" + SMALL
LONG_RUN, LEAST = 8, 2  # kana
NASAL, DOUBLED, LONGER = "ん", "っ", "ー"


@lru_cache(maxsize=1)
def _tables() -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    read = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return {kana: tuple(phones.split()) for kana, phones in read["morae"].items()}, read["palatal"]


def phrases(run: str) -> list[int]:
    """Where a long run of hiragana, written without spaces, may be cut: behind what is likely a particle.

    Gives places in `run`. A cut in the wrong place does little harm, since the parts are said one after the other.
    """
    cuts: list[int] = []
    for at in range(LEAST, len(run) - LEAST + 1 if len(run) > LONG_RUN else 0):
        far = at - (cuts[-1] if cuts else 0) > LEAST
        if far and run[at - 1] in _AFTER and run[at] not in _BOUND:
            cuts.append(at)
    return cuts


def hiragana(text: str) -> str:
    """`text` with katakana (half width as well) as hiragana."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(chr(ord(letter) - 0x60) if "ァ" <= letter <= "ヶ" else letter for letter in plain)


def readings(word: str) -> tuple[tuple[str, ...], ...]:
    """The ways to say a run of kana, the usual one first; none where it holds anything else.

    A は or へ that ends the run may be the particle (wa, e), which is the usual way where it ends more than one kana.
    """
    kana = hiragana(word)
    own = phones(kana)
    if not own:
        return ()
    particle = _PARTICLES.get(kana[-1]) if word[-1] == kana[-1] else None
    if particle is None:
        return (own,)
    before = phones(kana[:-1]) if len(kana) > 1 else ()
    return ((*before, *particle), own)


def phones(kana: str) -> tuple[str, ...]:
    """Phones of a run of hiragana with the long mark; empty where it holds anything else."""
    out: list[str] = []
    at = 0
    while at < len(kana):
        if kana[at] in (NASAL, DOUBLED, LONGER):
            out.append(kana[at])
            at += 1
            continue
        mora, length = _mora(kana, at)
        if not mora:
            return ()
        out.extend(mora)
        at += length
    return tuple(_linked(out))


def _mora(kana: str, at: int) -> tuple[tuple[str, ...], int]:
    morae, palatal = _tables()
    pair, one = kana[at : at + 2], kana[at]
    if pair in morae and len(pair) == 2:
        return morae[pair], 2
    small = pair[1:]
    if small and small in _GLIDED and one in palatal:
        return (palatal[one], _GLIDED[small]), 2
    if one in morae:
        return morae[one], 1
    vowel = _SMALL_VOWELS.get(one) or _GLIDED.get(one)
    return ((vowel,) if vowel else ()), 1


def _linked(units: list[str]) -> list[str]:
    out: list[str] = []
    for at, unit in enumerate(units):
        after = units[at + 1] if at + 1 < len(units) else ""
        if unit == NASAL:
            out.append(_nasal(after))
        elif unit == DOUBLED:
            out.extend(["ʔ"] if not after or after in _VOWELS or after in (NASAL, DOUBLED, LONGER) else [])
        elif unit == LONGER or (out and (out[-1], unit) in _LONG):
            _lengthen(out)
        else:
            out.append(unit + "ː" if at and units[at - 1] == DOUBLED and unit not in _VOWELS else unit)
    return out


def _lengthen(out: list[str]) -> None:
    if out and out[-1][:1] in _VOWELS and not out[-1].endswith("ː"):
        out[-1] += "ː"


def _nasal(after: str) -> str:
    if after[:1] in ("p", "b", "m"):
        return "m"
    if after[:1] in ("k", "ɡ"):
        return "ŋ"
    return "n" if after[:1] in tuple("tdnɾzɲ") else "ɴ"
