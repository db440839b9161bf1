"""Praat's TextGrid, in both its text forms, as 'TextGrid file formats' in Praat's manual describes them.

Praat reads nothing of such a file but numbers that stand by themselves, texts in quotes and flags in angle brackets;
the rest of the long form is for people. So one reader does for both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...errors import UsageError
from ...take import Take, Word
from .labels import read_labels, tables
from .spans import labelled, tiles
from .table import SOUNDS, Row, Table, broken, number

MARK = "ooTextFile"
BINARY = "ooBinaryFile"
KNOWN = 0.8  # share of the labels of a tier without a telling name that must be speech sounds
_TOKEN = re.compile(  # possessive throughout: a quote that is never closed must not cost gigabytes, nor digits hours
    r'"(?P<text>(?:[^"]++|"")*+)"|!.*|(?P<flag><[^<>\s]*+>)|'
    r"(?<!\S)(?P<number>[-+]?(?:\d++(?:\.\d*+)?|\.\d++)(?:[eE][-+]?\d++)?)(?!\S)"
)


@dataclass(frozen=True, slots=True)
class _Tier:
    name: str
    rows: tuple[Row, ...]


def parse(text: str, name: str) -> Table:
    """The rows of the tier that holds phones, and the words of the tier beside it. Raises UsageError."""
    tokens = _Tokens(text, name)
    begin, end = tokens.number(), tokens.number()
    if tokens.flag() == "<exists>":
        tiers = [tier for _ in range(tokens.count()) if (tier := _tier(tokens)) is not None]
    else:
        tiers = []
    tier, remarks = _phones_of(tiers, name)
    words = _words_of(tiers, tier.name)
    return Table(tier.rows, begin=begin, length=end - begin, tiled=True, words=words, remarks=remarks)


def text_of(take: Take) -> str:
    """The take as a TextGrid in the long form: a tier 'words' where there are any, and 'phones' in IPA with stress."""
    end = max([take.audio.duration, *(phone.end for phone in take.phones)])
    tiers = [("phones", tiles(labelled(take.phones), end))]
    words = [Row(word.start, word.end, word.text) for word in take.words if word.end > word.start]
    if words:
        tiers.insert(0, ("words", tiles(words, end)))
    lines = [f'File type = "{MARK}"', 'Object class = "TextGrid"', "", "xmin = 0", f"xmax = {end:.6g}"]
    lines += ["tiers? <exists>", f"size = {len(tiers)}", "item []:"]
    for at, (tier, rows) in enumerate(tiers, 1):
        lines += [f"    item [{at}]:", '        class = "IntervalTier"', f"        name = {_quoted(tier)}"]
        lines += ["        xmin = 0", f"        xmax = {end:.6g}", f"        intervals: size = {len(rows)}"]
        for index, row in enumerate(rows, 1):
            lines += [f"        intervals [{index}]:", f"            xmin = {row.start:.7g}"]
            lines += [f"            xmax = {row.end:.7g}", f"            text = {_quoted(row.label)}"]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


class _Tokens:
    """The file's values one after another, each asked for by its kind."""

    def __init__(self, text: str, name: str) -> None:
        self._name = name
        self._found = _TOKEN.finditer(text)
        for token in self._found:
            if token["text"] == "TextGrid":
                return
        raise UsageError(f"'{name}' is a file of Praat's but no TextGrid; save the TextGrid itself as a text file.")

    def number(self) -> float:
        return number(self._next("number", "a number"), "A tier", self._name)

    def count(self) -> int:
        found = self.number()
        if found < 0 or found != int(found):
            broken(self._name, f"it counts {found:g} tiers or intervals")
        return int(found)

    def text(self) -> str:
        return self._next("text", "a text in quotes").replace('""', '"')

    def flag(self) -> str:
        return self._next("flag", "a flag such as <exists>")

    def _next(self, kind: str, wanted: str) -> str:
        token = next(self._values(), None)
        if token is None:
            broken(self._name, f"it ends where {wanted} should follow")
        value: str | None = token[kind]
        if value is None:
            broken(self._name, f"it has {' '.join(token[0].split())[:40]} where {wanted} should be")
        return value

    def _values(self) -> Iterator[re.Match[str]]:
        return (token for token in self._found if not token[0].startswith("!"))


def _tier(tokens: _Tokens) -> _Tier | None:
    """A tier of intervals; None for one of points, which has no phones."""
    kind, name = tokens.text(), tokens.text()
    tokens.number()
    tokens.number()
    rows = []
    for _ in range(tokens.count()):
        start = tokens.number()
        if kind == "IntervalTier":
            rows.append(Row(start, tokens.number(), tokens.text()))
        else:
            tokens.text()
    return _Tier(name, tuple(rows)) if kind == "IntervalTier" else None


def _phones_of(tiers: Sequence[_Tier], name: str) -> tuple[_Tier, tuple[str, ...]]:
    for wanted in tables()["tiers"]["phones"]:
        so_called = [tier for tier in tiers if _kind(tier.name) == wanted and tier.rows]
        found = [tier for tier in so_called if any(row.label.strip() for row in tier.rows)] or so_called[:1]
        if len(found) > 1:
            several = ", ".join(f"'{tier.name}'" for tier in found)
            return found[0], (f"'{name}' has {len(found)} tiers of phones ({several}); the first was taken.",)
        if found:
            return found[0], ()
    found = [tier for tier in tiers if _are_phones(tier)]
    if not found:
        named = ", ".join(f"'{tier.name}'" for tier in tiers) or "none"
        raise UsageError(f"'{name}' has no tier of phones (its interval tiers: {named}); name one of them 'phones'.")
    return found[0], ()


def _kind(name: str) -> str:
    """A tier's name without the speaker that MFA puts before it."""
    return name.rpartition(" - ")[2].strip().casefold()


def _are_phones(tier: _Tier) -> bool:
    if _kind(tier.name) in tables()["tiers"]["words"]:
        return False
    read = read_labels({row.label for row in tier.rows}, SOUNDS)
    spoken = [said for label, said in read.items() if said is None or said.ipa]
    return bool(spoken) and sum(said is not None for said in spoken) >= KNOWN * len(spoken)


def _words_of(tiers: Sequence[_Tier], beside: str) -> tuple[Word, ...]:
    """The words of the same speaker."""
    speaker = beside.rpartition(" - ")[0]
    found = [
        tier
        for wanted in tables()["tiers"]["words"]
        for tier in tiers
        if _kind(tier.name) == wanted and tier.rows and tier.name.rpartition(" - ")[0] == speaker
    ]
    rows = found[0].rows if found else ()
    silent = tables()["silence"]["pauses"]
    spoken = [row for row in rows if row.label.strip().casefold() not in silent]
    return tuple(
        Word(row.start, row.end, row.label.strip())
        for row in spoken
        if row.end is not None and 0.0 <= row.start < row.end
    )
