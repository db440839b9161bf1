"""The frame of a page: one self-contained HTML file, light and dark, on paper too, with nothing fetched or run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .entry import Entry
from .markup import Markup, named, safe, tag, together
from .style import STYLE
from .words import VERDICTS

NOTHING_FETCHED = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def page(title: str, *parts: object) -> str:
    """A whole page of these parts, the main one first with its h1."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=NOTHING_FETCHED),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", title),
        tag("style", Markup(STYLE)),
    )
    return f"<!DOCTYPE html>\n{tag('html', head, tag('body', tag('main', *parts)), lang='en')}\n"


def section(anchor: str, title: str, *parts: object) -> Markup:
    """A part of a page with its heading."""
    return tag("section", tag("h2", title, id=anchor), *parts, class_=anchor)


def grid(caption: str, columns: Sequence[tuple[str, str]], rows: Iterable[Sequence[object]], kind: str = "") -> Markup:
    """A table. `columns`: what each is called and its class; a row's first cell is its heading.

    It scrolls by itself where it is wider than the window, and repeats its head on every sheet of paper.
    """
    heads = [tag("th", title, scope="col", class_=name or None) for title, name in columns]
    names = [name or None for _, name in columns]
    body = [
        tag("tr", tag("th", row[0], scope="row", class_=names[0]),
            *(tag("td", cell, class_=name) for cell, name in zip(row[1:], names[1:], strict=True)))
        for row in rows
    ]  # fmt: skip
    table = tag("table", tag("caption", caption), tag("thead", tag("tr", *heads)), tag("tbody", *body))
    return tag("div", table, class_=f"scroll {kind}".rstrip(), role="region", tabindex="0", aria_label=caption)


def badge(verdict: str) -> Markup:
    """A verdict as a word on its colour."""
    return tag("span", VERDICTS[verdict], class_=f"badge {verdict}")


def who(entry: Entry) -> Markup:
    """Which line of which shot: the shot, and below it who says what."""
    below = [named(name) for name in (entry.character, entry.line) if name]
    parted = together(*(together(" · ", one) if at else one for at, one in enumerate(below)))
    return together(tag("span", named(entry.shot), class_="shot"), tag("span", parted, class_="who") if below else None)


def listed(sentences: Iterable[object], kind: str = "ul") -> Markup | None:
    """Sentences as a list, None for none."""
    items = [tag("li", sentence) for sentence in sentences]
    return tag(kind, *items) if items else None


def pairs(facts: Iterable[tuple[object, object]]) -> Markup:
    """What is called so is this, one after another."""
    return tag("dl", *(tag("div", tag("dt", name), tag("dd", safe(value))) for name, value in facts), class_="facts")
