"""What the panels share: sentences over several lines, a memory of what was found a moment ago, drawing anew."""

from __future__ import annotations

import time
from functools import lru_cache
from textwrap import wrap
from typing import Any

import bpy

FRESH = 0.5  # seconds for which what was found is shown again
LETTERS_A_PIXEL = 0.12  # of the interface's font at scale 1

seen: dict[str, tuple[float, Any]] = {}


def lately(what: str, key: str, find: Any) -> Any:
    """What `find` gives, kept for a moment: a panel is drawn many times a second."""
    now = time.monotonic()
    stamp, value = seen.get(what + key, (-FRESH, None))
    if now - stamp >= FRESH:
        value = find()
        seen.clear() if len(seen) > 20 else None
        seen[what + key] = (now, value)
    return value


def draw_text(layout: bpy.types.UILayout, context: bpy.types.Context, text: str, icon: str) -> None:
    """A sentence over as many lines as the sidebar is narrow."""
    scale = context.preferences.system.ui_scale or 1.0
    letters = max(16, int(context.region.width / scale * LETTERS_A_PIXEL)) if context.region else 40
    column = layout.column(align=True)
    column.scale_y = 0.8
    for number, line in enumerate(_wrapped(text, letters)):
        column.label(text=line, icon=icon if number == 0 else "BLANK1")  # type: ignore[arg-type]


@lru_cache(maxsize=256)
def _wrapped(text: str, letters: int) -> tuple[str, ...]:
    return tuple(wrap(text, letters))


def redraw(context: bpy.types.Context) -> None:
    """Let the panels be drawn again."""
    for window in context.window_manager.windows:
        for area in window.screen.areas:
            if area.type == "VIEW_3D":
                area.tag_redraw()
