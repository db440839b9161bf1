"""Small drawings for a page, as SVG within it: how a figure went from version to version, shares of verdicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .histories import GRAVEST
from .markup import Markup, tag, together
from .words import VERDICTS, signed

WIDTH, HEIGHT = 112.0, 32.0  # of a trend, in pixels
EDGE = 4.0  # left free around it
ROOM, BEYOND = 1.2, 1.25  # how far a trend reaches beyond what is in it; beyond its limits at most
MOST = 24  # versions drawn: the last ones
BAR, THICK = 100.0, 10.0  # of a bar

Values = Sequence[float | None]


def trend(values: Values, verdicts: Sequence[str], low: float, high: float, look: float, name: str) -> Markup:
    """A figure over versions, oldest first: a line with a dot for each, the last one by its verdict.

    Dashed: `look`, to both sides; drawn through, where the line comes near them: the limits `low` (below 0) and `high`.
    What lies far beyond those is shown at the edge. `name` and the values are there in words for who cannot see it.
    """
    shown, colours = values[-MOST:], verdicts[-MOST:]
    most = ROOM * max([look, *(abs(value) for value in shown if value is not None)])
    reach = min(most, BEYOND * max(-low, high, look))
    places = [(_across(at, len(shown)), _down(value, reach)) for at, value in enumerate(shown) if value is not None]
    said = f"{name} over {len(values)} versions: {', '.join(signed(value) for value in values)} frames"
    rules = [_rule(_down(bound, reach), kind) for bound, kind in _rules(low, high, look) if abs(bound) <= reach]
    dots = [_dot(*place, "") for place in places[:-1]] if len(places) > 1 else []
    last = [_dot(*places[-1], colours[-1])] if places and shown[-1] is not None else []
    return tag(
        "svg", *rules, _line(places), *dots, *last, class_="trend", viewBox=f"0 0 {WIDTH:g} {HEIGHT:g}",
        width=f"{WIDTH:g}", height=f"{HEIGHT:g}", role="img", aria_label=said,
    )  # fmt: skip


def _rules(low: float, high: float, look: float) -> list[tuple[float, str]]:
    return [(0.0, "zero"), (look, "near"), (-look, "near"), (low, "limit"), (high, "limit")]


def _across(at: int, count: int) -> float:
    return WIDTH - EDGE - (WIDTH - 2 * EDGE) * (count - 1 - at) / max(count - 1, 1)


def _down(value: float, reach: float) -> float:
    held = max(-reach, min(reach, value))
    return HEIGHT / 2 - (HEIGHT / 2 - EDGE) * held / reach


def _rule(down: float, kind: str) -> Markup:
    return tag("path", d=f"M0 {down:.1f}H{WIDTH:g}", class_=kind)


def _line(places: Sequence[tuple[float, float]]) -> Markup | None:
    if len(places) < 2:
        return None
    return tag("path", d="M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places), class_="way")


def _dot(x: float, y: float, verdict: str) -> Markup:
    return tag("circle", cx=f"{x:.1f}", cy=f"{y:.1f}", r="3.4" if verdict else "1.7", class_=f"dot {verdict}".rstrip())


def verdict_bar(counts: Mapping[str, int]) -> Markup:
    """Lines by verdict as one bar, the gravest first; its numbers are there in words."""
    whole, along, parts = max(1, sum(counts.values())), 0.0, []
    for verdict in GRAVEST:
        wide = BAR * counts.get(verdict, 0) / whole
        if wide:
            parts.append(tag("rect", x=f"{along:.2f}", y="0", width=f"{wide:.2f}", height=f"{THICK:g}", class_=verdict))
        along += wide
    said = ", ".join(f"{VERDICTS[verdict]} {counts.get(verdict, 0)}" for verdict in GRAVEST)
    return tag(
        "svg", together(*parts), class_="bar", viewBox=f"0 0 {BAR:g} {THICK:g}", preserveAspectRatio="none",
        role="img", aria_label=said,
    )  # fmt: skip


def share_bar(part: float) -> Markup:
    """A share 0..1 as a bar, for the eye only: its number stands beside it."""
    wide = BAR * max(0.0, min(1.0, part))
    return tag(
        "svg", tag("rect", x="0", y="0", width=f"{wide:.2f}", height=f"{THICK:g}", class_="some"), class_="bar",
        viewBox=f"0 0 {BAR:g} {THICK:g}", preserveAspectRatio="none", aria_hidden="true",
    )  # fmt: skip
