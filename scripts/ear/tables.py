"""The evaluation's rows as lines of text, each section with columns of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from measure import Result
from scoring import DAMAGES, Figure
from targets import Judged

HEAD = f"{'row':47} {'system':21} {'n':>4} {'out':>4} {'sec':>5}"


@dataclass(frozen=True)
class Column:
    """A heading, its width, and what a row has under it."""

    head: str
    width: int
    cell: Callable[[Result], str]


def number(value: float) -> str:
    """One decimal; a dash for what is not known."""
    return "-" if value != value else f"{value:.1f}"


def interval(figure: Figure) -> str:
    """The value with its 95 % interval."""
    return (
        "-" if figure.value != figure.value else f"{number(figure.value)} ({number(figure.low)}-{number(figure.high)})"
    )


def _plain(head: str, figure: str, width: int = 7) -> Column:
    return Column(head, width, lambda result: number(result.figures[figure].value))


def _wide(head: str, figure: str) -> Column:
    return Column(head, 18, lambda result: interval(result.figures[figure]))


def _pair(head: str, one: str, other: str) -> Column:
    def cell(result: Result) -> str:
        values = (result.figures[name].value for name in (one, other))
        return "/".join("-" if value != value else f"{value:.0f}" for value in values)

    return Column(head, 11, cell)


_COST = Column("cost", 7, lambda result: "-" if result.cost != result.cost else f"{result.cost:.3f}")
_MOUTHS = (
    _wide("frames", "frames"),
    _wide("recall", "recall"),
    _wide("closures F1", "closures_f1"),
    _pair("found/true", "closures_recall", "closures_precision"),
    _plain("teeth", "teeth_f1"),
    _plain("edge ms", "edge_ms", 8),
)
SECTIONS: dict[str, tuple[Column, ...]] = {
    "audio only": (*_MOUTHS, _wide("phone error", "phone_error"), _COST),
    "audio only, order of phones": (
        _wide("phone error", "phone_error"),
        _pair("pbm fnd/tr", "sealed_recall", "sealed_precision"),
        _COST,
    ),
    "with the transcript": (
        *_MOUTHS,
        _wide("boundaries, ms", "boundary_ms"),
        _plain("median", "boundary_median_ms"),
        _plain("<=20ms", "boundary_20ms"),
        _COST,
    ),
    "damaged transcripts": (
        *(_plain(f"{kind}", f"{kind}_found", 10) for kind in DAMAGES),
        _wide("flags due", "flags_due"),
        _wide("false flags", "false_flags"),
    ),
    "language found": (_wide("right of told", "told_right"), _wide("told", "told")),
    "confidence": (_wide("right of 0.9 sure", "sure_right"), _wide("mean error", "calibration_error")),
}
"""Section -> its columns behind the row's name, system, utterances, those left out, and seconds."""


def heading(result: Result) -> str:
    """The lines above a section's first row."""
    columns = "".join(f" {column.head:>{column.width}}" for column in SECTIONS[result.section])
    return f"\n== {result.section}\n{HEAD}{columns}"


def line(result: Result) -> str:
    """One row."""
    columns = "".join(f" {column.cell(result):>{column.width}}" for column in SECTIONS[result.section])
    start = f"{result.row:47} {result.system:21} {result.utterances:>4} {result.left_out:>4} {result.seconds:>5.0f}"
    return start + columns


def verdict(judged: Judged) -> str:
    """One target with what was found."""
    what, figure, goal, found, peer, met = _verdict(judged)
    return f"{what:31} {figure:12} {goal:>8} {found:>19} {peer:>7}  {met}"


def _verdict(judged: Judged) -> tuple[str, ...]:
    target = judged.target
    goal = f"{'>=' if target.least else '<='} {target.goal:g}"
    peer = "-" if judged.peer is None else number(judged.peer)
    met = "met" if target.met(judged.found.value) else "NOT MET"
    return target.what, target.figure, goal, interval(judged.found), peer, met


def markdown(results: Sequence[Result], judged: Sequence[Judged]) -> str:
    """All sections and the targets as Markdown tables, a heading and the truths above each."""
    parts = []
    for section in dict.fromkeys(result.section for result in results):
        same = [result for result in results if result.section == section]
        truths = "".join(f"- {truth}\n" for truth in dict.fromkeys(result.truth for result in same))
        columns = SECTIONS[section]
        head = ["row", "system", "utterances", *(column.head for column in columns)]
        rows = [[r.row, r.system, str(r.utterances), *(column.cell(r) for column in columns)] for r in same]
        parts.append(f"### {section[0].upper()}{section[1:]}\n\nTruth:\n\n{truths}\n{_table(head, rows)}")
    if judged:
        parts.append(
            f"### Targets\n\n{_table(['what', 'figure', 'target', 'found', 'peer', ''], map(_verdict, judged))}"
        )
    return "\n".join(parts)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
