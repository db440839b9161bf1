"""What became of a score when the voice was swapped: each item, each phrase, and what to beware of.

    {
      "format": "lockstep.report", "version": 1, "summary": "12 items: ...",
      "kind": "same text", "likeness": 0.93,
      "items": [{"id", "label", "status", "seconds", "reason", "laid"}],
      "phrases": [{"text", "old", "new", "stretch"}],
      "warnings": ["..."], "old": "0f3a...", "new": "9c41..."
    }

The keys are the fields of ItemLine, PhraseLine and SwapReport below, which tell their meaning and units. A newer
version is refused; fields that a reader does not know are passed over.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, get_args

from ..errors import ScoreError
from ..json_reader import Form, Reader
from ..score.items import Item
from ..score.labels import label
from ..score.timeline import Timeline, timeline
from ..take import Take
from .placed import Placed, PlacedItem, Status

if TYPE_CHECKING:
    from ..matching.match import Match
    from ..matching.phrases import PhraseMatch

FORM = Form("lockstep.report", 1, "report", ScoreError, "swap the voice to have one")
SAID_OF = {"same sound": "the same sound", "same text": "the same text", "other text": "another text"}
SHOWN = 60  # letters of a phrase


@dataclass(frozen=True, slots=True)
class ItemLine:
    """How an item fared: its `id`, `label`, `status`, the `seconds` where it stands now, and the `reason` if not."""

    id: str
    label: str
    status: Status
    seconds: float
    reason: str = ""
    laid: bool = True


@dataclass(frozen=True, slots=True)
class PhraseLine:
    """A phrase in words (or sounds), how long it was and is, in seconds (0: not there), and how much longer that is."""

    text: str
    old: float
    new: float
    stretch: float


@dataclass(frozen=True, slots=True)
class SwapReport:
    """What became of each item and phrase; `kind` of the match and its `likeness` 0..1; `warnings`, a sentence each.

    `old`, `new`: the takes' names (see `take_id`), '' where they are not known.
    """

    kind: str
    likeness: float
    items: tuple[ItemLine, ...] = ()
    phrases: tuple[PhraseLine, ...] = ()
    warnings: tuple[str, ...] = ()
    old: str = ""
    new: str = ""

    @property
    def counts(self) -> dict[Status, int]:
        """How many items are 'matched', 'moved' and 'unplaced'."""
        found = Counter(item.status for item in self.items)
        return {status: found[status] for status in get_args(Status)}

    @property
    def summary(self) -> str:
        """All of it in a sentence: "12 items: 10 at their sound, 1 moved, 1 unplaced."."""
        if not self.items:
            return "There was no acting to carry over."
        matched, moved, unplaced = self.counts.values()
        head = "1 item" if len(self.items) == 1 else f"{len(self.items)} items"
        own = "its" if matched == 1 else "their"
        return f"{head}: {matched} at {own} sound, {moved} moved, {unplaced} unplaced."

    def lines(self) -> tuple[str, ...]:
        """The report as text: the sentence, warnings, what is not at its sound, the phrases, and the rest."""
        found = [
            self.summary,
            f"The new take is taken for {SAID_OF.get(self.kind, self.kind)} ({self.likeness:.0%} alike).",
        ]
        found += self.warnings
        for status in ("unplaced", "moved"):
            found += [f"{status}: {one.label}. {one.reason}".rstrip() for one in self.items if one.status == status]
        found += [_phrase_text(phrase) for phrase in self.phrases]
        return (*found, *(f"matched: {one.label}." for one in self.items if one.status == "matched"))

    def as_json(self) -> str:
        """The report as JSON text, for `from_json`."""
        head = {"format": FORM.format, "version": FORM.version, "summary": self.summary}
        return json.dumps(head | asdict(self), ensure_ascii=False, allow_nan=False)

    @staticmethod
    def from_json(text: str, name: str = "The report") -> SwapReport:
        """A report from its JSON text. Raises ScoreError where it is none, broken, or of a newer version."""
        return FORM.read(text, name, _report)


def report(old: Take, new: Take, match: Match, placed: Placed) -> SwapReport:
    """What became of the items of `placed` in `new`, and how its phrases follow those of `old` by `match`."""
    items = tuple(_item_line(item, at, old) for item, at in zip(placed.score.items(), placed.items, strict=True))
    lines = timeline(old), timeline(new)
    phrases = tuple(_phrase_line(phrase, *lines) for phrase in match.phrases)
    return SwapReport(
        match.kind, round(float(match.likeness), 3), items, phrases, tuple(match.warnings), match.old, match.new
    )


def _item_line(item: Item, at: PlacedItem, old: Take) -> ItemLine:
    first = at.keys[0] if at.keys else at.gone[0] if at.gone else at.start
    return ItemLine(item.id, label(item, old), at.status, round(float(first.seconds), 4), at.reason, at.laid)


def _phrase_line(phrase: PhraseMatch, old: Timeline, new: Timeline) -> PhraseLine:
    if phrase.old >= 0:
        text = _text(old, phrase.old, phrase.old_start, phrase.old_end)
    else:
        text = _text(new, phrase.new, phrase.new_start, phrase.new_end)
    before = phrase.old_end - phrase.old_start if phrase.old >= 0 else 0.0
    after = phrase.new_end - phrase.new_start if phrase.new >= 0 else 0.0
    return PhraseLine(text, round(float(before), 3), round(float(after), 3), round(float(phrase.stretch), 3))


def _text(line: Timeline, number: int, start: float, end: float) -> str:
    """The words of a phrase from `start` to `end` seconds, its sounds where no text is known."""
    inside = [
        index
        for index in range(line.first[number], line.last[number] + 1)
        if start <= (line.starts[index] + line.ends[index]) / 2.0 <= end
    ]
    words = [line.words[at].text for at in dict.fromkeys(line.word[index] for index in inside) if at >= 0]
    text = " ".join(word for word in words if word) or f"/{' '.join(line.ipas[index] for index in inside)}/"
    return text if len(text) <= SHOWN else text[: SHOWN - 1].rstrip() + "…"


def _phrase_text(phrase: PhraseLine) -> str:
    if not phrase.new:
        return f"left out: {phrase.text} ({phrase.old:.2f} s)."
    if not phrase.old:
        return f"new: {phrase.text} ({phrase.new:.2f} s)."
    return f"phrase: {phrase.text} ({phrase.old:.2f} s, now {phrase.new:.2f} s, x {phrase.stretch:.2f})."


def _report(data: Reader) -> SwapReport:
    return SwapReport(
        data.get("kind", str),
        data.number("likeness", 0.0, most=1.0),
        tuple(_item(item) for item in data.items("items")),
        tuple(_phrase(item) for item in data.items("phrases")),
        tuple(data.texts("warnings")),
        data.text("old", ""),
        data.text("new", ""),
    )


def _item(data: Reader) -> ItemLine:
    words = data.get("id", str), data.text("label", "")
    found = next((status for status in get_args(Status) if status == data.get("status", str)), None)
    if found is None:
        data.fail(f"the item '{words[0]}' has the status '{data.get('status', str)}'")
    return ItemLine(*words, found, data.finite("seconds", 0.0), data.text("reason", ""), data.flag("laid", True))


def _phrase(data: Reader) -> PhraseLine:
    return PhraseLine(
        data.text("text", ""), data.number("old", 0.0), data.number("new", 0.0), data.number("stretch", 1.0)
    )
