"""What the artist puts right: the sounds of a stretch are replaced and the line about it is timed anew."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..errors import TakeError
from ..languages import Language
from ..phones import segments
from ..recognizer import Posteriors
from ..take import HOP, Correction, Phone, Word
from ..transcript.script import Reading, ScriptWord, Sound
from .alignment import Alignment
from .lattice import Lattice, lattice
from .scores import scores
from .search import Scores, search
from .told import told

REACH = 4  # phones on each side that are timed anew where there are no words
GAP = 0.12  # seconds of silence over which nothing is timed anew
ROOM = 0.1  # seconds by which what is put right may reach over its stretch
OUTSIDE = -4.0  # log: cost of each frame further off

Say = Callable[[str, Language], Sequence[Reading]]


@dataclass(frozen=True, slots=True)
class _Cell:
    """A phone with its tone and the number of the word that it belongs to, -1 for none."""

    phone: Phone
    tone: int
    word: int


def correct(
    posteriors: Posteriors,
    phones: Sequence[Phone],
    words: Sequence[Word],
    correction: Correction,
    language: Language,
    *,
    tones: Sequence[int] = (),
    say: Say | None = None,
) -> Alignment:
    """The phones and words with one correction; nothing further off than the neighbouring words moves.

    `tones`: of each phone, or (). `say` gives the readings of a word, `transcript.say_word` by default. What is put
    right has confidence 1.
    Raises TakeError where the correction lies outside the sound, TranscriptError where its word cannot be read.
    """
    duration = len(posteriors.phones) * HOP
    if correction.start >= duration:
        raise TakeError(
            f"A correction is at {correction.start:g} s, but the sound ends at {duration:.2f} s; take it back."
        )
    readings = _readings(correction, language, say)
    cells = _cells(phones, tones, words)
    inside = [i for i, cell in enumerate(cells) if correction.start <= _middle(cell.phone) < correction.end]
    first = inside[0] if inside else sum(_middle(cell.phone) < correction.start for cell in cells)
    stop = inside[-1] + 1 if inside else first
    kept, number = _renamed(words, cells[first:stop], correction)
    low, high = _low(cells, first), _high(cells, stop)
    left, right = cells[low:first], cells[stop:high]
    bounds = _bounds(cells, low, high, correction, duration)
    if readings:
        made = _timed(posteriors, left, readings, right, correction, number, bounds)
    else:
        made = _silenced([*left, *right], correction)
    return _joined([*cells[:low], *made, *cells[high:]], kept, correction.start)


def _say_word(word: str, language: Language) -> Sequence[Reading]:
    from ..transcript import say_word

    return say_word(word, language)


def _readings(correction: Correction, language: Language, say: Say | None) -> tuple[Reading, ...]:
    if correction.kind == "word":
        return tuple((say or _say_word)(correction.said, language))
    sounds = tuple(Sound(part) for part in segments(correction.said) if part)
    return (Reading(sounds),) if sounds else ()


def _middle(phone: Phone) -> float:
    return (phone.start + phone.end) / 2.0


def _cells(phones: Sequence[Phone], tones: Sequence[int], words: Sequence[Word]) -> list[_Cell]:
    spans = [(word.start, word.end, number) for number, word in enumerate(words) if word.status != "unsaid"]
    starts = np.array([start for start, _, _ in spans])
    found = []
    for phone, tone in zip(phones, tones or [0] * len(phones), strict=True):
        at = int(np.searchsorted(starts, _middle(phone), side="right")) - 1
        found.append(_Cell(phone, tone, spans[at][2] if at >= 0 and _middle(phone) < spans[at][1] else -1))
    return found


def _renamed(words: Sequence[Word], inside: Sequence[_Cell], correction: Correction) -> tuple[dict[int, Word], int]:
    """The words by number with what is put right, and the number that the new sounds belong to, -1 for none."""
    kept = dict(enumerate(words))
    start, end = correction.start, correction.end
    if correction.kind == "word":
        for number, word in enumerate(words):
            if start < (word.start + word.end) / 2.0 < end:
                del kept[number]
        return kept | {len(words): Word(start, end, correction.said)}, len(words)
    owners = [cell.word for cell in inside if cell.word >= 0]
    middle = (start + end) / 2.0
    return kept, next(iter(owners), next((i for i, word in kept.items() if word.start <= middle < word.end), -1))


def _low(cells: Sequence[_Cell], first: int) -> int:
    """The first cell that is timed anew: where the word before begins; some phones back where there are no words."""
    owner = cells[first].word if first < len(cells) else -1
    words: list[int] = []
    low = first
    while low > 0 and _touch(cells, low):
        word = cells[low - 1].word
        if word >= 0 and word != owner and word not in words:
            words.append(word)
        if len(words) > 1 or (word < 0 and first - low >= REACH):
            break
        low -= 1
    return low


def _high(cells: Sequence[_Cell], stop: int) -> int:
    owner = cells[stop - 1].word if stop else -1
    words: list[int] = []
    high = stop
    while high < len(cells) and (high == 0 or _touch(cells, high)):
        word = cells[high].word
        if word >= 0 and word != owner and word not in words:
            words.append(word)
        if len(words) > 1 or (word < 0 and high - stop >= REACH):
            break
        high += 1
    return high


def _touch(cells: Sequence[_Cell], at: int) -> bool:
    return at == len(cells) or cells[at].phone.start - cells[at - 1].phone.end < GAP


def _bounds(
    cells: Sequence[_Cell], low: int, high: int, correction: Correction, duration: float
) -> tuple[float, float]:
    """The seconds between which all is timed anew: no further than the cells that stay."""
    before = cells[low - 1].phone.end if low else 0.0
    after = cells[high].phone.start if high < len(cells) else duration
    start = min([cell.phone.start for cell in cells[low : low + 1]] + [correction.start - ROOM])
    end = max([cell.phone.end for cell in cells[high - 1 : high]] + [correction.end + ROOM])
    return max(before, start), min(after, end)


def _silenced(cells: Sequence[_Cell], correction: Correction) -> list[_Cell]:
    """The cells about a stretch of silence, cut where they reach into it."""
    found = []
    for cell in cells:
        start, end = cell.phone.start, cell.phone.end
        if _middle(cell.phone) < correction.start:
            end = min(end, correction.start)
        else:
            start = max(start, correction.end)
        found.append(replace(cell, phone=replace(cell.phone, start=start, end=end)))
    return found


def _timed(
    posteriors: Posteriors,
    left: Sequence[_Cell],
    readings: Sequence[Reading],
    right: Sequence[_Cell],
    correction: Correction,
    number: int,
    bounds: tuple[float, float],
) -> list[_Cell]:
    """The cells on both sides and the new sounds between them, timed; spread evenly where they do not fit in."""
    start, stop = math.floor(bounds[0] / HOP + 1e-6), math.ceil(bounds[1] / HOP - 1e-6)
    runs = [*_runs(left), _word(readings), *_runs(right)]
    part = posteriors.rows(start, stop)
    graph, own = _pinned(lattice(runs), scores(part, ()), len(_runs(left)), correction, start)
    way = search(graph, own, strict=True)
    if not way:
        return _spread(left, readings[0], right, correction, number)
    rows = told(graph, way, own, (), start)
    phones = [_clipped(phone, bounds) for phone in rows.phones]
    said = slice(len(left), len(phones) - len(right))
    sides = [replace(c, phone=_at(c.phone, p)) for c, p in zip(left, phones[: len(left)], strict=True)]
    ends = [replace(c, phone=_at(c.phone, p)) for c, p in zip(right, phones[said.stop :], strict=True)]
    new = zip(phones[said], rows.tones[said], strict=True)
    return [*sides, *(_Cell(replace(phone, confidence=1.0), tone, number) for phone, tone in new), *ends]


def _runs(cells: Sequence[_Cell]) -> list[ScriptWord]:
    """Cells as words of one reading each, parted where there is silence between them."""
    runs: list[list[_Cell]] = []
    for cell in cells:
        if runs and cell.phone.start - runs[-1][-1].phone.end < HOP:
            runs[-1].append(cell)
        else:
            runs.append([cell])
    return [_word([Reading(tuple(Sound(cell.phone.ipa) for cell in run))]) for run in runs]


def _word(readings: Sequence[Reading]) -> ScriptWord:
    return ScriptWord("", 0, 1, tuple(readings))


def _pinned(graph: Lattice, own: Scores, word: int, correction: Correction, start: int) -> tuple[Lattice, Scores]:
    """The lattice with classes of its own for one word, which cost more away from where it was put right."""
    count = own.classes.shape[1]
    frames = (start + np.arange(len(own.classes)) + 0.5) * HOP
    far = (frames < correction.start - ROOM) | (frames > correction.end + ROOM)
    extra = own.classes + np.where(far, np.float32(OUTSIDE), np.float32(0.0))[:, None]
    both = Scores(np.concatenate([own.classes, extra], axis=1), own.foreign, np.concatenate([own.sure] * 2, axis=1))
    return replace(graph, classes=graph.classes + np.where(graph.word == word, count, 0)), both


def _spread(
    left: Sequence[_Cell], reading: Reading, right: Sequence[_Cell], correction: Correction, number: int
) -> list[_Cell]:
    edges = np.linspace(correction.start, correction.end, len(reading.sounds) + 1)
    new = [
        _Cell(Phone(float(edges[i]), float(edges[i + 1]), sound.ipa, 1.0, sound.stress), sound.tone, number)
        for i, sound in enumerate(reading.sounds)
    ]
    sides = _silenced([*left, *right], correction)
    return [*sides[: len(left)], *new, *sides[len(left) :]]


def _clipped(phone: Phone, bounds: tuple[float, float]) -> Phone:
    start = min(max(phone.start, bounds[0]), bounds[1] - 0.001)
    return replace(phone, start=start, end=min(max(phone.end, start + 0.001), bounds[1]))


def _at(phone: Phone, place: Phone) -> Phone:
    return replace(phone, start=place.start, end=place.end)


def _joined(cells: Sequence[_Cell], words: dict[int, Word], place: float) -> Alignment:
    """Cells as phones, and each word from its first to its last one; a word that lost all of them is unsaid."""
    spans: dict[int, tuple[float, float]] = {}
    for cell in cells:
        known = spans.get(cell.word)
        spans[cell.word] = (known[0] if known else cell.phone.start, cell.phone.end)
    found = []
    for number, word in words.items():
        if word.status == "unsaid":
            found.append(word)
        elif number in spans:
            found.append(replace(word, start=spans[number][0], end=spans[number][1]))
        elif word.text:
            found.append(Word(place, place, word.text, "unsaid"))
    found.sort(key=lambda word: (word.start, word.end))
    return Alignment(tuple(cell.phone for cell in cells), tuple(found), tuple(cell.tone for cell in cells)).rounded()
