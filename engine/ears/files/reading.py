"""Timed phones out of a file: which form it has, what its labels say, and what is wrong with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from ...errors import UsageError
from ...phones import SILENCE
from ...take import Phone, Word
from ..order import counted, gaps, in_order, places
from .forms import parse, text_in
from .labels import GUESS, GUESSED, Sound, read_labels
from .table import Row, Table
from .timing import lasts, timed

LEAST = 0.001  # seconds of a phone that is left at a cut
GAP = 0.02  # seconds between rows that should touch, from which it is told
NAMED = 4  # labels that a remark names
UNKNOWN = 0.5  # share of rows with unknown labels, above which these are no phones
AWAY = (0.5, 0.05)  # seconds, and share of the sound, by which a file of another length is surely that of another sound

Timed = TypeVar("Timed", Phone, Word)


@dataclass(frozen=True, slots=True)
class Part:
    """The seconds from `start` to `stop` of a sound of `whole` seconds, which are heard as a sound of their own."""

    start: float
    stop: float
    whole: float

    @property
    def duration(self) -> float:
        """Seconds that are heard."""
        return self.stop - self.start


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says of a sound: phones and words in its seconds, the language's code; and remarks on it."""

    phones: tuple[Phone, ...]
    words: tuple[Word, ...] = ()
    language: str | None = None
    remarks: tuple[str, ...] = ()


def read_phones(path: Path, duration: float, remark: Callable[[str], None] | None = None) -> tuple[Phone, ...]:
    """The phones in a file, in order, for a sound of `duration` seconds; its form is told by what it holds.

    `remark` is called with a sentence for each thing that was put right or may be wrong. Raises UsageError where the
    file cannot be read, has no form that is known, or holds nothing for such a sound; TakeError for a broken take.
    """
    found = read(path, duration)
    for sentence in found.remarks:
        if remark is not None:
            remark(sentence)
    return found.phones


def read(path: Path, duration: float, sound: str = "", part: Part | None = None, strict: bool = False) -> Reading:
    """All that a file says; `sound`: its recording's name, by which one of several is chosen. Raises as above.

    `part`: what is heard is a part of a sound, of which the file may be as well as of the whole; its length tells.
    `strict`: a file that is clearly longer or shorter than its sound is a UsageError too, not a remark.
    """
    table = parse(text_in(path), path.name, sound)
    if part is None or (lasts(table, part.duration) and not lasts(table, part.whole)):
        return _read(table, path, duration, strict)
    return _within(_read(table, path, part.whole, strict), part, f"'{path.name}'")


def _read(table: Table, path: Path, duration: float, strict: bool) -> Reading:
    name = f"'{path.name}'"
    table, moved = timed(table, duration)
    if strict:
        _require_length(table, duration, name)
    remarks = [*table.remarks, *(f"{name} {what}." for what in moved)]
    labels = read_labels((row.label for row in table.rows), table.alphabet)
    remarks += _unknown(table.rows, labels, name)
    spoken, brief = _phones(table.rows, labels)
    if brief:
        remarks.append(f"{name} has {counted(len(brief), 'row')} without length ({places(brief)}); left out.")
    ordered, changed = in_order(spoken, duration, name)
    remarks += changed
    if table.tiled and (holes := gaps(ordered, GAP)):
        remarks.append(f"{name} leaves {counted(len(holes), 'gap')} ({places(holes)}); nothing is spoken there.")
    phones = tuple(phone for phone in ordered if phone.ipa != SILENCE)
    if not phones:
        raise UsageError(f"{name} holds no phone within the sound's {duration:.2f} s; give the file of this sound.")
    return Reading(phones, _words(table, duration), table.language, tuple(remarks))


def _require_length(table: Table, duration: float, name: str) -> None:
    """Raise UsageError where a file is surely that of another sound."""
    away = max(AWAY[0], AWAY[1] * duration)
    end = max((row.end or row.start for row in table.rows), default=0.0)
    length = end if table.length is None else table.length
    if length - duration > away or (table.length is not None and duration - length > away):
        raise UsageError(f"{name} is {length:.2f} s long and its sound {duration:.2f} s; give the file of this sound.")


def _within(found: Reading, part: Part, name: str) -> Reading:
    """What lies in a part of the sound, in seconds of that. Raises UsageError where nothing does."""
    phones = tuple(_cut(phone, part) for phone in found.phones if _inside(phone, part))
    if not phones:
        raise UsageError(
            f"{name} holds no phone between {part.start:.2f} and {part.stop:.2f} s, the part that is spoken; "
            "give the file of this sound."
        )
    return replace(found, phones=phones, words=tuple(_cut(word, part) for word in found.words if _inside(word, part)))


def _inside(one: Phone | Word, part: Part) -> bool:
    """Whether any of it is left, to a millisecond."""
    return (
        min(one.end, part.stop) - max(one.start, part.start) >= LEAST or part.start < one.start == one.end < part.stop
    )


def _cut(one: Timed, part: Part) -> Timed:
    start, end = (round(min(max(edge, part.start), part.stop) - part.start, 3) for edge in (one.start, one.end))
    return replace(one, start=start, end=end)


def _unknown(rows: Sequence[Row], labels: Mapping[str, Sound | None], name: str) -> Iterator[str]:
    """A sentence on labels that nobody knows, and one on speech whose sounds the file leaves open."""
    spoken = [row for row in rows if (said := labels[row.label]) is None or said.ipa]
    strange = Counter(row.label for row in spoken if labels[row.label] is None)
    listed = ", ".join(f"'{label[:20]}'" for label in list(strange)[:NAMED])
    more = f" and {len(strange) - NAMED} more" if len(strange) > NAMED else ""
    if strange.total() > UNKNOWN * len(spoken):
        raise UsageError(
            f"The labels of {name} are no phones that are known here ({listed}{more}); give IPA or ARPAbet."
        )
    if strange:
        yield f"{name} has {counted(len(strange), 'unknown label')} ({listed}{more}); a neutral vowel stands there."
    unclear = [row.start for row in spoken if (said := labels[row.label]) is not None and said.sure < 1.0]
    if unclear:
        yield f"{name} leaves open what is spoken {places(unclear)}; a neutral vowel stands there."


def _phones(rows: Sequence[Row], labels: Mapping[str, Sound | None]) -> tuple[list[Phone], list[float]]:
    """The rows as phones, silence as '', and where rows of speech have no length."""
    found: list[Phone] = []
    brief = []
    closed = ""
    for row in rows:
        said = labels[row.label] or Sound(GUESS, sure=GUESSED)
        start, end = max(0.0, row.start), row.end if row.end is not None else row.start
        if end <= start:
            brief += [row.start] if said.ipa and row.end is not None else []
            continue
        if closed and said.ipa.startswith(closed) and not said.closure and abs(found[-1].end - start) < GAP:
            found[-1] = replace(found[-1], end=end, ipa=said.ipa)
        else:
            found.append(Phone(start, end, said.ipa, round(min(row.confidence, said.sure), 3), said.stress))
        closed = said.ipa if said.closure else ""
    return found, brief


def _words(table: Table, duration: float) -> tuple[Word, ...]:
    """The words within the sound, in order and apart."""
    found: list[Word] = []
    for word in sorted(table.words, key=lambda word: word.start):
        start = max(round(word.start, 3), found[-1].end if found else 0.0)
        end = round(min(word.end, duration), 3)
        if word.status == "unsaid" and start <= duration:
            found.append(replace(word, start=start, end=start))
        elif word.status != "unsaid" and end > start:
            found.append(replace(word, start=start, end=end))
    return tuple(found)
