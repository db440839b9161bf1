"""What commands write: files, looked at before the work begins, and standard output."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from ..errors import UsageError

PRINTED = Path("-")  # no file: what would be written there is printed


def write(output: Path, text: str) -> None:
    """Write a text to its file, or print it, in UTF-8 as a file has it, where that is '-'. Raises OutputError."""
    from ..files import write_text

    if output != PRINTED:
        write_text(output, text)
        return
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")
    print(text, end="")


def tell(lines: Iterable[str], written: Path | None) -> None:
    """Print lines; where `written` is '-', standard output is for that alone, and they go to standard error."""
    stream = sys.stderr if written == PRINTED else sys.stdout
    for line in lines:
        print(line, file=stream)


def check(output: Path, *sources: Path) -> None:
    """The target can be written and is none of the sources. Raises OutputError, UsageError."""
    from ..files import check_target

    if output == PRINTED:
        return
    check_target(output)
    for source in sources:
        if output.exists() and source.exists() and output.samefile(source):
            raise UsageError(f"'{output}' is what is read; choose another name to write to.")


def check_all(outputs: list[Path], *sources: Path) -> None:
    """The same for several targets, no two of which are one file. Raises OutputError, UsageError."""
    for place, output in enumerate(outputs):
        check(output, *sources)
        if any(output.resolve() == other.resolve() for other in outputs[:place]):
            raise UsageError(f"'{output}' is to be written twice; give each file a name of its own.")
