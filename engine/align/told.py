"""From the best way through a lattice to phones and words: said, said again, said otherwise, not written, not said."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise

import numpy as np

from ..phones import distance
from ..recognizer.decode import crossing
from ..take import HOP, Phone, Word
from ..transcript.script import ScriptWord
from .alignment import Alignment
from .lattice import Lattice
from .scores import FOREIGN_FRAME
from .search import FOREIGN, NODE, Scores, Stretch

GAP = 0.12  # seconds of silence that part two foreign words
USUAL_FIT = -1.5  # log a frame, beside what is heard freely: a word that fits so ill is as likely not said as said
FIT_SLOPE = 3.0  # how fast that changes

Toned = tuple[Phone, int]  # a phone and its tone


@dataclass(slots=True)
class _Visit:
    """A passage through a word (its number), or outside the text at a junction (`word` -1)."""

    word: int
    junction: int
    stretches: list[Stretch]
    phones: list[Toned] = field(default_factory=list)
    fit: float = 0.0

    @property
    def start(self) -> float:
        return self.phones[0][0].start

    @property
    def end(self) -> float:
        return self.phones[-1][0].end


def told(graph: Lattice, way: Sequence[Stretch], scores: Scores, heard: Sequence[Phone], start: int = 0) -> Alignment:
    """What a way through the lattice says; its frame 0 is frame `start` of the sound.

    `heard`: the phones heard without the text, in seconds of the sound; they stand where the way leaves the text.
    """
    visits = list(_visits(graph, way))
    edges = _edges(graph, way, scores)
    for visit in visits:
        if visit.word >= 0:
            visit.phones = _phones(graph, visit, scores, edges, start)
            visit.fit = _fit(graph, visit.stretches, scores)
        else:
            span = visit.stretches[0]
            visit.phones = [
                (phone, 0) for phone in within(heard, (start + span.start) * HOP, (start + span.stop) * HOP)
            ]
    visits = [visit for visit in visits if visit.phones]
    toned = [row for visit in visits for row in visit.phones]
    words = _words(graph.words, visits, start * HOP)
    return Alignment(tuple(phone for phone, _ in toned), words, tuple(tone for _, tone in toned))


def within(phones: Sequence[Phone], start: float, end: float) -> tuple[Phone, ...]:
    """The phones that lie between two times, those that reach over them cut; slivers under 10 ms are left out."""
    found = []
    for phone in phones:
        first, last = max(phone.start, start), min(phone.end, end)
        if last - first >= HOP - 1e-6:
            found.append(Phone(first, last, phone.ipa, phone.confidence, phone.stress))
    return tuple(found)


def _visits(graph: Lattice, way: Sequence[Stretch]) -> Iterator[_Visit]:
    firsts = set(graph.first.tolist())
    current: _Visit | None = None
    for stretch in way:
        if stretch.kind == NODE and stretch.number not in firsts and current is not None:
            current.stretches.append(stretch)
            continue
        if current is not None:
            yield current
        current = None
        if stretch.kind == NODE:
            word = int(graph.word[stretch.number])
            current = _Visit(word, word, [stretch])
        elif stretch.kind == FOREIGN:
            yield _Visit(-1, stretch.number, [stretch])
    if current is not None:
        yield current


def _edges(graph: Lattice, way: Sequence[Stretch], scores: Scores) -> dict[int, float]:
    """For the first frame of each stretch, and for the end: its time in frames, interpolated between frames."""
    edges = {0: 0.0}
    for before, after in pairwise(way):
        at = after.start
        left, right = (int(graph.classes[s.number]) if s.kind == NODE else 0 for s in (before, after))
        if FOREIGN in (before.kind, after.kind):
            edges[at] = float(at)
        elif left == right:
            edges[at] = (before.start + after.stop) / 2.0  # nothing tells one from the other
        else:
            edges[at] = crossing(scores.classes, at, left, right)
    if way:
        edges[way[-1].stop] = float(way[-1].stop)
    return edges


def _phones(graph: Lattice, visit: _Visit, scores: Scores, edges: dict[int, float], start: int) -> list[Toned]:
    """The sounds of the reading that was said, timed; confidence is the mean posterior, as of what is heard freely."""
    found = []
    for sound, group in groupby(visit.stretches, key=lambda s: int(graph.sound[s.number])):
        stretches = list(group)
        node = stretches[0].number
        said = graph.words[visit.word].readings[int(graph.reading[node])].sounds[sound]
        begin, end = (start + edges[stretches[0].start]) * HOP, (start + edges[stretches[-1].stop]) * HOP
        sure = sum(float(scores.sure[s.start : s.stop, graph.classes[s.number]].sum()) for s in stretches) / (
            stretches[-1].stop - stretches[0].start
        )
        found.append((Phone(begin, max(end, begin + 0.001), said.ipa, min(1.0, sure), said.stress), said.tone))
    return found


def _fit(graph: Lattice, stretches: Sequence[Stretch], scores: Scores) -> float:
    """Mean log score of a word a frame, beside that of what is heard there freely."""
    total = 0.0
    for s in stretches:
        own = scores.classes[s.start : s.stop, graph.classes[s.number]]
        total += float((own - scores.foreign[s.start : s.stop]).sum())
    return total / (stretches[-1].stop - stretches[0].start) + FOREIGN_FRAME


def _words(script: Sequence[ScriptWord], visits: Sequence[_Visit], start: float) -> tuple[Word, ...]:
    """The words in time: of the visits, and in their places those that were not said."""
    last = {visit.word: at for at, visit in enumerate(visits)}
    missing = [number for number in range(len(script)) if number not in last]
    found: list[Word] = []
    places = {-1: start}  # where each word of the script ends
    for at, visit in enumerate(visits):
        if visit.word >= 0:
            status = "said" if last[visit.word] == at else "repeated"
            found.append(Word(visit.start, visit.end, script[visit.word].text, status, _sure(visit.fit)))
            places[visit.word] = visit.end
            continue
        beside = _beside(missing, visit.junction)
        for number, phones in _shared(script, beside, [phone for phone, _ in visit.phones]):
            if number >= 0:
                missing.remove(number)
                places[number] = phones[-1].end
            text, status = (script[number].text, "changed") if number >= 0 else ("", "extra")
            found.append(_heard_word(phones, text, status))
    return _with_unsaid(found, [(number, script[number].text) for number in missing], places)


def extra(phones: Sequence[Phone]) -> tuple[Word, ...]:
    """Phones that no text tells of as words: a word for each run without a pause."""
    return tuple(_heard_word(run, "", "extra") for run in _runs(phones))


def _heard_word(phones: Sequence[Phone], text: str, status: str) -> Word:
    sure = sum(phone.confidence for phone in phones) / len(phones)
    return Word(phones[0].start, phones[-1].end, text, status, sure)


def _with_unsaid(found: list[Word], missing: Sequence[tuple[int, str]], places: dict[int, float]) -> tuple[Word, ...]:
    rows = [(word.start, 0, word) for word in found]
    for number, text in missing:
        place = places[max(known for known in places if known < number)]
        rows.append((place, -1, Word(place, place, text, "unsaid")))
    return tuple(word for _, _, word in sorted(rows, key=lambda row: row[:2]))


def _sure(fit: float) -> float:
    return round(1.0 / (1.0 + math.exp(-FIT_SLOPE * (fit - USUAL_FIT))), 3)


def _beside(missing: Sequence[int], junction: int) -> list[int]:
    """The words that were not said just before and just after a junction."""
    left, right = junction, junction
    while left - 1 in missing:
        left -= 1
    while right in missing:
        right += 1
    return list(range(left, right))


def _shared(
    script: Sequence[ScriptWord], words: Sequence[int], phones: Sequence[Phone]
) -> list[tuple[int, list[Phone]]]:
    """Which of `phones` were said in the place of which of `words`; number -1 for runs that stand for none."""
    if not words:
        return [(-1, run) for run in _runs(phones)]
    owners = [number for number in words for _ in script[number].readings[0].sounds]
    written = [sound.ipa for number in words for sound in script[number].readings[0].sounds]
    owned = _owners(written, owners, phones)
    return [
        (number, [phone for _, phone in group])
        for number, group in groupby(zip(owned, phones, strict=True), key=lambda pair: pair[0])
    ]


def _runs(phones: Sequence[Phone]) -> list[list[Phone]]:
    runs: list[list[Phone]] = []
    for phone in phones:
        if runs and phone.start - runs[-1][-1].end < GAP:
            runs[-1].append(phone)
        else:
            runs.append([phone])
    return runs


def _owners(written: Sequence[str], owners: Sequence[int], phones: Sequence[Phone]) -> list[int]:
    """For each heard phone the owner of the written one that it stands for: the cheapest edit (Levenshtein 1966)."""
    cost = np.array([[min(1.0, distance(ipa, phone.ipa) / 2.0) for ipa in written] for phone in phones])
    rows, columns = cost.shape
    total = np.zeros((rows + 1, columns + 1))
    total[0], total[:, 0] = 0.7 * np.arange(columns + 1), 0.7 * np.arange(rows + 1)
    for i in range(rows):
        for j in range(columns):
            total[i + 1, j + 1] = min(total[i, j] + cost[i, j], total[i, j + 1] + 0.7, total[i + 1, j] + 0.7)
    owned, i, j = [0] * rows, rows, columns
    while i:
        owned[i - 1] = owners[max(0, min(j, columns) - 1)]
        if j and math.isclose(total[i, j], total[i - 1, j - 1] + cost[i - 1, j - 1]):
            i, j = i - 1, j - 1
        elif math.isclose(total[i, j], total[i - 1, j] + 0.7):
            i -= 1
        else:
            j -= 1
    return owned
