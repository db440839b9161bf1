"""The table of the budget: read, laid over by a project's own, and asked."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..errors import UsageError
from ..files import read_text
from ..languages import codes
from ..rig import Binding

FILE = Path(__file__).with_name("budget.toml")
ROWS = ("closure", "long", "teeth", "rounded", "stressed")
SECTIONS = ("default", "language", "media", "rigs")
FILM = 24.0  # frames a second at which rows state their frames; a slower rate shows them for as long
LONGEST, MOST_FRAMES, MOST_RATE = 1.0, 24, 60.0  # of a row; of shapes a second
FRAMES_TO_A_SHAPE = 2.0  # a shape that is shown on one frame flickers
NEARLY = 0.01  # frames: 23.976 a second counts as 24
FEW = 3  # shapes of a rig that count as few
SHAPES = frozenset({"jaw", "open", "seal", "pucker", "funnel", "stretch", "smile", "tuck"})

Table = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Visible:
    """How long a sound must be seen at least: `seconds`, and `frames` at 24 a second."""

    seconds: float
    frames: int

    def least(self, fps: float) -> float:
        """Seconds at this frame rate."""
        return max(self.seconds, self.frames / max(fps, FILM))

    def least_frames(self, fps: float) -> int:
        """Whole frames at this rate that a sound of that length is sure to be seen on, one or more."""
        return max(1, math.floor(self.least(fps) * fps + NEARLY))


@dataclass(frozen=True, slots=True)
class Budget:
    """A project's budget: `rows` by language ('' for all others) and name, `media`, `rigs` shapes a second by name."""

    rows: Mapping[str, Mapping[str, Visible]]
    media: Mapping[str, float]
    rigs: Mapping[str, float]

    def visible(self, row: str, language: str) -> Visible:
        """How long one of ROWS must be seen in a language (its code)."""
        return self.rows.get(language, self.rows[""])[row]

    def most(self, medium: str, fps: float, binding: Binding | None = None) -> float:
        """Shapes a second that the medium, the rig and the frame rate bear. Raises UsageError for an unknown medium."""
        if medium not in self.media:
            raise UsageError(f"There is no medium '{medium}' in the budget; choose one of {', '.join(self.media)}.")
        borne = [self.media[medium], fps / FRAMES_TO_A_SHAPE]
        return min(borne + [self.rigs[name] for name in _kinds(binding) if name in self.rigs])


def _kinds(binding: Binding | None) -> tuple[str, ...]:
    """The names under which a rig may stand in the table."""
    if binding is None:
        return ()
    shapes = sum(1 for row in binding.rows if row.names and not SHAPES.isdisjoint(row.makes))
    return (binding.profile, *(("drawn",) if binding.exclusive else ()), *(("few",) if shapes <= FEW else ()))


def load_budget(path: Path | str | None = None) -> Budget:
    """The usual budget; with `path`, the rows of that file (TOML) over it.

    Raises UsageError, naming file and key, where the file cannot be read or a row of it is wrong.
    """
    usual = _usual()
    if path is None:
        return _budget(usual)
    own = Path(path)
    return _budget(_over(usual, _checked(own.name, _parsed(own.name, read_text(own)))))


@lru_cache(maxsize=1)
def _usual() -> Table:
    return _checked(FILE.name, _parsed(FILE.name, FILE.read_text(encoding="utf-8")))


def _parsed(name: str, text: str) -> Table:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"The budget '{name}' is no TOML ({error}); mend that line.") from error


def _budget(table: Table) -> Budget:
    default: Table = table["default"]
    rows = {"": _rows(default)}
    for code, own in table.get("language", {}).items():
        rows[code] = _rows(_over(default, own))
    return Budget(rows, dict(table["media"]), dict(table["rigs"]))


def _rows(table: Table) -> dict[str, Visible]:
    return {name: Visible(float(table[name]["seconds"]), int(table[name]["frames"])) for name in ROWS}


def _over(under: Table, own: Table) -> dict[str, Any]:
    """The values of `own` over those of `under`, tables within tables."""
    merged = dict(under)
    for key, value in own.items():
        merged[key] = _over(under.get(key, {}), value) if isinstance(value, Mapping) else value
    return merged


def _checked(name: str, table: Table) -> Table:
    """The table, all of whose keys and values are right. Raises UsageError."""
    _known(name, "", table, SECTIONS)
    _check_rows(name, "default", table.get("default", {}))
    languages = _table(name, "language", table.get("language", {}))
    _known(name, "language", languages, codes())
    for code, own in languages.items():
        _check_rows(name, f"language.{code}", own)
    for section in ("media", "rigs"):
        for key, value in _table(name, section, table.get(section, {})).items():
            _number(name, f"{section}.{key}", value, MOST_RATE)
    return table


def _check_rows(name: str, place: str, rows: object) -> None:
    table = _table(name, place, rows)
    _known(name, place, table, ROWS)
    for key, row in table.items():
        own = _table(name, f"{place}.{key}", row)
        _known(name, f"{place}.{key}", own, ("seconds", "frames"))
        if "seconds" in own:
            _number(name, f"{place}.{key}.seconds", own["seconds"], LONGEST)
        if "frames" in own:
            _number(name, f"{place}.{key}.frames", own["frames"], MOST_FRAMES, whole=True)


def _known(name: str, place: str, table: object, known: tuple[str, ...]) -> None:
    for key in _table(name, place, table):
        if key not in known:
            where = f"{place}.{key}" if place else key
            raise UsageError(f"The budget '{name}' holds '{where}', which is not known; use {', '.join(known)}.")


def _table(name: str, place: str, value: object) -> Table:
    if not isinstance(value, dict):
        raise UsageError(f"The budget '{name}' has no table at '{place}'; write one there, or leave it out.")
    return value


def _number(name: str, place: str, value: object, most: float, whole: bool = False) -> None:
    """`value` is a number above 0, up to `most`."""
    right = isinstance(value, int if whole else int | float) and not isinstance(value, bool)
    if not right or not 0.0 < float(value) <= most:  # type: ignore[arg-type]
        what = "a whole number" if whole else "a number"
        raise UsageError(f"The budget '{name}' has {value!r} at '{place}'; give {what} above 0, up to {most:g}.")
