"""Files written whole or not at all, and known by their bytes."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from .errors import OutputError, UsageError

TRIES = 100  # names tried for a file beside another
SHOWN = 40  # letters of a file's name that the name of the file beside it begins with


def sha256_of(path: Path) -> str:
    """Hexadecimal SHA-256 of a file's bytes, read in blocks. Raises OSError."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while data := file.read(1 << 20):
            digest.update(data)
    return digest.hexdigest()


def read_text(path: Path) -> str:
    """The text in a UTF-8 file, such as a transcript. Raises UsageError where there is none that can be read."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise UsageError(f"The text '{path}' cannot be read ({reason}); give a UTF-8 text file.") from error


def check_target(path: Path) -> None:
    """Raise OutputError where `path` cannot become a file, as far as can be told without writing.

    That is where its folder is missing or closed to us, where it is a folder or a device, or write-protected.
    """
    if not _real(path).parent.is_dir():
        raise OutputError(f"The folder '{path.parent}' is not there; make it first or choose another place.")
    if path.is_dir():
        raise OutputError(f"'{path}' is a folder; give the name of a file in it.")
    if path.exists() and not path.is_file():
        raise OutputError(f"'{path}' is a device and no file; choose another name.")
    if path.exists() and not os.access(path, os.W_OK):
        raise OutputError(f"'{path}' is write-protected; choose another name, or lift the protection.")
    if not os.access(_real(path).parent, os.W_OK):
        raise OutputError(f"'{path}' cannot be written (its folder is closed to you); choose a place you may write to.")


def beside(path: Path, suffix: str = ".part") -> Path:
    """Make an empty file in the folder of `path`, for what shall replace it; gives its path.

    Raises OSError. Not by `tempfile`: on Windows its search for a free name does not end in a folder closed to us.
    """
    real = _real(path)
    number = 0
    while True:
        found = real.with_name(f".{real.name[:SHOWN]}.{os.getpid()}-{number}{suffix}")
        try:
            found.open("xb").close()
        except FileExistsError:
            number += 1
            if number == TRIES:
                raise
        else:
            return found


def replace(path: Path, made: Path) -> None:
    """Put the file `made`, from `beside`, in the place of `path`; it keeps the permissions of what was there.

    Raises OSError.
    """
    real = _real(path)
    if real.exists():
        with suppress(OSError):  # some drives know no permissions
            made.chmod(stat.S_IMODE(real.stat().st_mode))
    made.replace(real)


@contextmanager
def writing(path: Path) -> Iterator[BinaryIO]:
    """A file to write to, which takes the place of `path` when the context ends well, and vanishes when it does not.

    A reader never sees half a file; a link stays one. Raises OutputError, as `check_target` does, and where writing
    fails; nothing is left behind then.
    """
    check_target(path)
    made: Path | None = None
    try:
        made = beside(path)
        with made.open("wb") as file:
            yield file
        replace(path, made)
        made = None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise OutputError(f"'{path}' cannot be written ({reason}); choose a place you may write to.") from error
    finally:
        if made is not None:
            with suppress(OSError):
                made.unlink(missing_ok=True)


def write_whole(path: Path, data: bytes) -> None:
    """Write `data` to `path`, whole or not at all. Raises OutputError, as `writing` does."""
    with writing(path) as file:
        file.write(data)


def write_text(path: Path, text: str) -> None:
    """`write_whole` for UTF-8 text with plain newlines."""
    write_whole(path, text.encode("utf-8"))


def _real(path: Path) -> Path:
    """Where a link leads, so that it stays one; the path itself otherwise."""
    return path.resolve() if path.is_symlink() else path
