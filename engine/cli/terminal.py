"""What the commands show while they work."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import suppress
from typing import TypeVar

from ..progress import Progress, drain

Result = TypeVar("Result")


def shown(work: Generator[Progress, None, Result]) -> Result:
    """Run `work` to its end, its progress on standard error where that is a terminal."""
    if sys.stderr is None or not sys.stderr.isatty():
        return drain(work)
    try:
        return drain(work, lambda step: _show(f"{step.stage} {100.0 * step.fraction:3.0f} %"))
    finally:
        _show("")


def remark(sentence: str) -> None:
    """Say a sentence on standard error, where there is one: a terminal may be closed while its command goes on."""
    if sys.stderr is None:
        return
    with suppress(OSError):
        if sys.stderr.isatty():
            _show("")
        print(f"lockstep: {sentence}", file=sys.stderr, flush=True)


def _show(text: str) -> None:
    """Write over the terminal's current line."""
    print(f"\r{'':<40}\r{text}", end="", file=sys.stderr, flush=True)
