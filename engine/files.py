"""Files written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from .errors import OutputError


def write_whole(path: Path, data: bytes) -> None:
    """Write `data` beside `path` and rename it over it, so that a reader never sees half a file.

    Raises OutputError where the folder is missing or cannot be written; nothing is left behind then.
    """
    if not path.parent.is_dir():
        raise OutputError(f"The folder '{path.parent}' is not there; make it first or choose another place.")
    aside: str | None = None
    try:
        handle, aside = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(aside).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        Path(aside).replace(path)
    except OSError as error:
        if aside is not None:
            Path(aside).unlink(missing_ok=True)
        reason = error.strerror or type(error).__name__
        raise OutputError(f"'{path}' cannot be written ({reason}); choose a place you may write to.") from error


def write_text(path: Path, text: str) -> None:
    """`write_whole` for UTF-8 text with plain newlines."""
    write_whole(path, text.encode("utf-8"))
