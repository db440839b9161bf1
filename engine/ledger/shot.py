"""One check of one shot as a page of its own, with its plot."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from .cases import advice, frames, headlines, trends, why
from .entry import Entry
from .facts import facts
from .histories import History, number
from .markup import Markup, named, tag, together
from .page import badge, grid, page, pairs, section
from .words import UNKNOWN, language_name, minute, moments, plain_number, share, signed

WAYS = (("", "By what is heard"), ("energy_", "By the sound's energy"))
TIMES = (("offset", "Offset", True), ("residual", "Residual", False), ("worst", "Worst moment", True),
         ("early", "Earliest", False), ("late", "Latest", False))  # fmt: skip


def shot_page(entry: Entry, plot_png: bytes | None, history: Sequence[Entry] = ()) -> str:
    """A check as a self-contained page; `plot_png`: the mouth against its sound, put into the page.

    `history`: the checks of the same line that were kept before, in order.
    """
    line = History((*history, entry))
    parts = [_told(entry, line), _plot(entry, plot_png), _figures(entry), *facts(entry), _identity(entry)]
    return page(f"Sync check: {entry.shot}", _head(entry), *(part for part in parts if part is not None))


def _head(entry: Entry) -> Markup:
    version = f"version {entry.version} · " if entry.version else ""
    who = [named(name) for name in (entry.character, entry.line) if name]
    facts = f"{version}{language_name(entry.language)} · {entry.fps:g} fps · {minute(entry.time)} UTC"
    return tag(
        "header",
        tag("p", "Sync check", class_="kind"),
        tag("h1", named(entry.shot)),
        tag("p", *(together(name, " · ") for name in who), facts, class_="period"),
    )


def _told(entry: Entry, line: History) -> Markup:
    """The verdict, why, and what to do."""
    told = tag("div", pairs(headlines(entry)), why(entry), advice(entry), class_="told")
    sides = tag("div", told, trends(line), class_="sides")
    return tag("section", tag("h2", "Verdict: ", badge(entry.verdict)), sides, class_=f"case {entry.verdict}")


def _plot(entry: Entry, plot_png: bytes | None) -> Markup | None:
    if not plot_png:
        return None
    data = base64.b64encode(plot_png).decode("ascii")
    said = (
        f"Openness of the mouth against what the sound asks for; offset {frames(entry, 'offset')}, "
        f"drift {signed(number(entry, 'drift_frames_per_10s'), 2)} frames in ten seconds."
    )
    image = tag("img", src=f"data:image/png;base64,{data}", alt=said, class_="drawing")
    return section("plot", "Mouth against sound", image)


def _figures(entry: Entry) -> Markup:
    columns = [("", ""), *((title, "n") for _, title in WAYS)]
    rows = [(name, *(frames(entry, way + figure, sign) for way, _ in WAYS)) for figure, name, sign in TIMES]
    rows.append(("Drift in 10 s", *(_drift(entry, way) for way, _ in WAYS)))
    rows.append(("Worst moment at", *(_at(entry, f"{way}worst_at") for way, _ in WAYS)))
    rows.append(("Moments measured", *(plain_number(number(entry, f"{way}count"), 0) for way, _ in WAYS)))
    sure = ("events_confidence", "energy_confidence")
    rows.append(("Confidence", *(share(number(entry, name)) for name in sure)))
    caption = "Two ways of measuring that share nothing; above 0 the mouth is late"
    return section("figures", "Figures", grid(caption, columns, rows))


def _drift(entry: Entry, way: str) -> str:
    found = number(entry, f"{way}drift_frames_per_10s")
    return UNKNOWN if found is None else f"{signed(found, 2)} frames ({signed(1000.0 * found / entry.fps, 0)} ms)"


def _at(entry: Entry, name: str) -> str:
    at = number(entry, name)
    return UNKNOWN if at is None else moments(at, at, entry)


def _value(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _identity(entry: Entry) -> Markup:
    """What was checked, so that it can be told from another."""
    facts: list[tuple[object, object]] = [
        (name, tag("code", value))
        for name, value in (
            ("Sound (SHA-256)", entry.sound), ("Take", entry.take), ("Motion", entry.motion), ("Rig", entry.rig),
            *((name.replace("_", " ").capitalize(), _value(value)) for name, value in entry.settings.items()),
            *((f"Version of {name}", _value(value)) for name, value in entry.versions.items()),
        )
        if value
    ]  # fmt: skip
    return section("identity", "What was checked", pairs(facts))
