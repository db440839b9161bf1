"""HTML put together so that nothing gets in unescaped: a text is escaped unless it was made here."""

from __future__ import annotations

import html
import re

CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
EMPTY = ("meta", "img", "col", "br")


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def safe(text: object) -> Markup:
    """A text as HTML; it stays as it is where it is HTML already. What no page may hold shows as �."""
    return text if isinstance(text, Markup) else Markup(html.escape(CONTROLS.sub("\ufffd", str(text))))


def tag(name: str, /, *children: object, **attributes: object) -> Markup:
    """An element; `class_` and `aria_label` stand for class and aria-label, an attribute that is None for none."""
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{safe(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in EMPTY:
        return Markup(f"<{name}{given}>")
    return Markup(f"<{name}{given}>{together(*children)}</{name}>")


def together(*parts: object) -> Markup:
    """Parts one after another; None is left out."""
    return Markup("".join(safe(part) for part in parts if part is not None))


def named(text: str) -> Markup:
    """A name of the artist's, whichever way it is written, that leaves what is around it alone."""
    return tag("bdi", text)
