"""A transcript as its words: what is said, where it stands in the text, and how likely a pause follows.

Left out, because nobody says it: *what stands between asterisks*, [between square], {between curly} and <between
pointed> brackets, (between round brackets where a line holds nothing else, or begins with it), the name of a speaker
in capitals before a colon at the start of a line, the numbers and times of subtitles, emoji and other pictures. A word
keeps its place in the text as it was given, however it is spelt there (composed or not, full-width, right to left).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import pairwise

from . import kana
from .writing import script_of

_UNSAID = (
    re.compile(r"\*{1,3}[^*\n]+\*{1,3}|\[[^\[\]\n]*\]|\{[^{}\n]*\}|</?[A-Za-z][^<>\n]*>"),
    re.compile(r"^[ \t]*\([^()\n]*\)", re.MULTILINE),
    re.compile(r"^[ \t\ufeff]*(?:\d+[ \t\r]*\n[ \t]*)?\d+:\d\d(?::\d\d)?[.,]\d+[ \t]*-->.*$", re.MULTILINE),
    re.compile(r"\A\ufeff?WEBVTT.*$", re.MULTILINE),
)
_LABEL = re.compile(
    r"^[ \t\ufeff]*([^\W\d_][^:：\n.!?,;()]{0,30}(?:\([^()\n]{0,30}\))?)[ \t]*[:：](?=\s|$)(?P<rest>.*)$", re.MULTILINE
)
_IPA = re.compile(r"(?<![\w/])/(?! )([^/\n]{1,300})(?<! )/(?![\w/])")
_SENTENCE, _CLAUSE, _PHRASE = ".!?。！？…؟।॥։", ";:；：—–", ",،、，؛"
_PAUSES = {**dict.fromkeys(_SENTENCE, 0.9), **dict.fromkeys(_CLAUSE, 0.7), **dict.fromkeys(_PHRASE, 0.6)}
_PAUSES |= dict.fromkeys('()（）"“”„«»「」『』-~〜·', 0.3)
LINE_END, PARAGRAPH_END, UNSAID = 0.7, 0.9, 0.8
BREAK = 0.5  # a pause from here on parts what is read in one breath
_INNER = "'’ʼ‘`´.,:/&@+_-‐‑·٫٬״׳"
_BEFORE = "#+-−±@"
_AFTER = "%‰°′″+#"
_ALONE = "&%@+=°"
_JOINERS = "\u200c\u200d"


@dataclass(frozen=True, slots=True)
class Token:
    """A word as written: the characters [start, end) of the transcript.

    `said`: the same tidied for reading. `pause`, 0..1: how likely a pause follows. `ipa`: it is IPA, not spelling.
    """

    start: int
    end: int
    said: str
    pause: float = 0.0
    ipa: bool = False


def read(text: str, short: Collection[str] = ()) -> tuple[Token, ...]:
    """The words of `text` in order; empty where nothing is said.

    `short`: abbreviations that are written with a point and do not end a sentence, in small letters, without it.
    """
    open_text = _open(text)
    marked = [(found.start(1), found.end(1)) for found in _IPA.finditer(open_text)]
    spans = []
    at = 0
    for start, end in [*marked, (len(text) + 1, len(text))]:
        spans += [(*span, False) for span in _words(open_text, at, start - 1)]
        spans += [(start + part.start(), start + part.end(), True) for part in re.finditer(r"\S+", text[start:end])]
        at = end + 1
    spans = [(start, end + (not ipa and _is_short(text, start, end, short)), ipa) for start, end, ipa in spans]
    return tuple(_tokens(text, open_text, spans))


def _is_short(text: str, start: int, end: int, short: Collection[str]) -> bool:
    return text[end : end + 1] == "." and text[start:end].lower() in short


def _tokens(text: str, open_text: str, spans: list[tuple[int, int, bool]]) -> Iterator[Token]:
    shouted = _is_shouted(text[start:end] for start, end, ipa in spans if not ipa)
    for number, (start, end, ipa) in enumerate(spans):
        after = spans[number + 1][0] if number + 1 < len(spans) else len(text)
        pause = pause_in(open_text[end:after]) if number + 1 < len(spans) else 1.0
        said = text[start:end] if ipa else tidied(text[start:end])
        yield Token(start, end, said.lower() if shouted and not ipa else said, pause, ipa)


def _open(text: str) -> str:
    """`text` with what is not said as NUL, of the same length."""
    for pattern in _UNSAID:
        text = pattern.sub(lambda found: re.sub(r"[^\n]", "\0", found[0]), text)
    return _LABEL.sub(_without_label, text)


def _without_label(found: re.Match[str]) -> str:
    name, rest = found[1], found["rest"]
    letters = [letter for letter in name if letter.isalpha()]
    cased = any(letter.islower() for letter in rest) or not any(letter.isupper() for letter in rest)
    if len(letters) < 2 or not name.isupper() or len(name.split()) > 4 or not cased:
        return found[0]
    return "\0" * (len(found[0]) - len(rest)) + rest


def _is_shouted(words: Iterator[str]) -> bool:
    """Whether a whole text is in capitals, which then say nothing about single words."""
    cased = [word for word in words if word.upper() != word.lower()]
    return len(cased) > 1 and all(word.isupper() for word in cased) and any(len(word) > 3 for word in cased)


def _words(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    at = start
    while at < end:
        last = at
        while last < end and _belongs(text, last, at, end):
            last += 1
        if last > at:
            span = _trimmed(text, at, last)
            for first, end_of in _by_script(text, *span) if span else ():
                cuts = [first + cut for cut in kana.phrases(text[first:end_of])]
                yield from pairwise([first, *cuts, end_of])
        at = max(last, at + 1)


def _belongs(text: str, at: int, start: int, end: int) -> bool:
    letter = text[at]
    kind = unicodedata.category(letter)
    if kind[0] in "LMN" and letter != "\0":
        return True
    if kind in ("Sc", "Cf") or letter in _AFTER or letter in _ALONE:
        return True
    after = text[at + 1] if at + 1 < end else ""
    if letter in _BEFORE and at == start:
        return after.isalnum()
    if letter in "./,:" and at > start and after:
        return _joins(letter, text[at - 1], after)
    return letter in _INNER and at > start and _is_inner(letter, text[at - 1], after)


def _joins(mark: str, before: str, after: str) -> bool:
    """Points in numbers, dates, times and abbreviations (3.50, 3/4, 10:30, U.S., www.a.b); no commas between words."""
    if before.isdigit() and after.isdigit():
        return True
    return mark == "." and before.isalpha() and after.isalpha()


def _is_inner(mark: str, before: str, after: str) -> bool:
    if mark in "'’ʼ‘`´":
        return unicodedata.category(before)[0] in "LMN"
    return unicodedata.category(before)[0] in "LMN" and bool(after) and unicodedata.category(after)[0] in "LMN"


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Without the marks at its ends that are no part of it; None where nothing can be said."""
    loose = "'’ʼ‘`´_-‐‑.,:/"
    while end > start and (text[end - 1] in loose or unicodedata.category(text[end - 1]) == "Cf"):
        if text[end - 1] in "'’" and end - 2 >= start and text[end - 2] in "sn":
            break  # the dogs' and talkin'
        end -= 1
    while start < end and unicodedata.category(text[start]) == "Cf":
        start += 1
    word = text[start:end]
    if any(letter.isalnum() for letter in word) or _is_sign(word):
        end += _abbreviation(text, start, end)
        return start, end
    return None


def _abbreviation(text: str, start: int, end: int) -> int:
    """1 where a point that follows belongs to the word: U.S.A., z.B."""
    word = text[start:end]
    return int("." in word and word[-1:].isalpha() and text[end : end + 1] == "." and not word.startswith("www"))


def _by_script(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A run of characters by script: each Chinese character is a word, kana and letters beside them are others."""
    first = start
    for at in range(start, end):
        own = script_of(text[at])
        if own == "han":
            if at > first:
                yield first, at
            yield at, at + 1
            first = at + 1
        elif at > first and _parts(script_of(text[at - 1]), own, text[at]):
            yield first, at
            first = at
    if any(letter.isalnum() for letter in text[first:end]) or _is_sign(text[first:end]):
        yield first, end


def _is_sign(word: str) -> bool:
    """Whether a word is one sign that has a name: & or a currency."""
    return len(word) == 1 and (word in _ALONE or unicodedata.category(word) == "Sc")


def _parts(before: str, after: str, letter: str) -> bool:
    """Whether a word ends between two scripts: beside kana and Hangul always, and between the two kinds of kana."""
    return before != after and bool({before, after} & {"katakana", "hiragana", "hangul"}) and letter != "ー"


def pause_in(between: str) -> float:
    """How likely a pause is where `between` stands in the text, 0..1."""
    found = max((_PAUSES.get(letter, 0.0) for letter in between), default=0.0)
    if between.count("\n") > 1:
        found = max(found, PARAGRAPH_END)
    elif "\n" in between:
        found = max(found, LINE_END)
    if "--" in between or "..." in between:
        found = max(found, 0.7)
    return max(found, UNSAID) if "\0" in between else found


def tidied(word: str) -> str:
    """`word` as a reader knows it: composed, plain quotes and hyphens, no invisible marks, no drawn-out letters."""
    keep = _JOINERS if script_of(word[0]) in ("devanagari", "bengali", "arabic") else ""
    word = unicodedata.normalize("NFKC", word)
    plain = "".join(
        letter for letter in word if letter in keep or (unicodedata.category(letter) != "Cf" and letter != "ـ")
    )
    plain = re.sub("[’ʼ‘`´]", "'", plain)
    plain = re.sub("[‐‑−]", "-", plain).replace("_", " ")
    return re.sub(r"([^\W\d])\1{2,}", r"\1\1", plain)
