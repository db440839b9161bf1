"""JSON of our own forms: each value asked for by its key, and one sentence that names what is wrong and where.

What is written goes through `json_text`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import numpy as np
from numpy.typing import NDArray

from .errors import LockstepError

Floats = NDArray[np.float32]
Value = TypeVar("Value")


def json_text(value: object) -> str:
    """A value as JSON on one line, its letters as they are. Raises ValueError for a number that is not finite."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


class _BrokenError(Exception):
    """What is wrong inside a text, before its file is named."""


@dataclass(frozen=True, slots=True)
class Form:
    """A form that texts have: its `format`, the newest `version` that is read, what one is called (`noun`).

    `error` is raised where a text is none; `choice` says what to do then, and a broken one is to be made again.
    """

    format: str
    version: int
    noun: str
    error: type[LockstepError]
    choice: str

    def read(self, text: str, name: str, build: Callable[[Reader], Value]) -> Value:
        """What `build` makes of the JSON object in `text`, which errors call `name`.

        Raises `error` where the text is of another form, broken, or of a newer version of this program.
        """
        try:
            data = json.loads(text, parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            raise self.error(f"{name} is not JSON ({error}); make the {self.noun} again.") from error
        self._check(data, name)
        try:
            return build(Reader(data, ""))
        except (_BrokenError, LockstepError) as error:
            raise self.error(f"{name} is broken: {str(error).rstrip('.')}; make the {self.noun} again.") from error

    def read_file(self, path: Path, build: Callable[[Reader], Value]) -> Value:
        """What `build` makes of the text in a file. Raises as `read`, and where the file cannot be read."""
        try:
            text = path.read_text(encoding="utf-8-sig")
        except FileNotFoundError as error:
            raise self.error(f"The {self.noun} '{path}' is not there; check its path.") from error
        except UnicodeDecodeError as error:
            raise self.error(f"'{path.name}' is not a Lockstep {self.noun}; {self.choice}.") from error
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise self.error(
                f"The {self.noun} '{path}' cannot be read ({reason}); choose a file that you may read."
            ) from error
        return self.read(text, f"'{path.name}'", build)

    def _check(self, data: object, name: str) -> None:
        if not isinstance(data, dict) or data.get("format") != self.format:
            raise self.error(f"{name} is not a Lockstep {self.noun}; {self.choice}.")
        version = data.get("version")
        if not isinstance(version, int) or isinstance(version, bool) or version < 1:
            raise self.error(f"{name} has the version {version!r}, which never was; make the {self.noun} again.")
        if version > self.version:
            raise self.error(
                f"{name} is a {self.noun} of version {version}, newer than this program reads ({self.version}); "
                "update it."
            )


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


_KINDS: dict[type, str] = {str: "text", int: "a whole number", list: "a list", dict: "an object"}


class Reader:
    """Reads one JSON object key by key, and knows where it stands.

    Where a value is not what is asked for, the reading ends: `Form.read` raises its `error` with the place in it.
    """

    def __init__(self, data: object, place: str) -> None:
        if not isinstance(data, dict):
            raise _BrokenError(f"{place or 'it'} should be an object")
        self._data: dict[str, Any] = data
        self._place = place

    def get(self, key: str, kind: type[Value]) -> Value:
        """The value of `key`, which must be there and of that kind."""
        value = self._data.get(key)
        if not isinstance(value, kind) or isinstance(value, bool):
            raise _BrokenError(f"{self._name(key)} should be {_KINDS[kind]}, not {_found(value)}")
        return value

    def number(self, key: str, default: float | None = None, least: float = 0.0, most: float = math.inf) -> float:
        """The finite number at `key`, within least..most."""
        value: Any = self._data.get(key, default)
        if not _is_number(value) or not least <= value <= most:
            wanted = f"{least:g} or more" if math.isinf(most) else f"{least:g} to {most:g}"
            raise _BrokenError(f"{self._name(key)} should be a number, {wanted}, not {_found(value)}")
        return float(value)

    def finite(self, key: str, default: float | None = None) -> float:
        """The finite number at `key`, of either sign."""
        value: Any = self._data.get(key, default)
        if not _is_number(value):
            raise _BrokenError(f"{self._name(key)} should be a number, not {_found(value)}")
        return float(value)

    def text(self, key: str, default: str) -> str:
        """The text at `key`."""
        return self.get(key, str) if key in self._data else default

    def flag(self, key: str, default: bool = False) -> bool:
        """True or false at `key`."""
        value = self._data.get(key, default)
        if not isinstance(value, bool):
            raise _BrokenError(f"{self._name(key)} should be true or false, not {_found(value)}")
        return value

    def given(self, key: str) -> bool:
        """Whether there is a value at `key` that is not null."""
        return self._data.get(key) is not None

    def names(self) -> list[str]:
        """The keys of the object, in order."""
        return list(self._data)

    def items(self, key: str) -> list[Reader]:
        """The objects in the list at `key`; none where it is missing."""
        values = self.get(key, list) if key in self._data else []
        return [Reader(value, f"{self._name(key)}[{index}]") for index, value in enumerate(values)]

    def inner(self, key: str) -> Reader:
        """The object at `key`, empty where it is missing."""
        return Reader(self._data.get(key, {}), self._name(key))

    def numbers(self, key: str, gaps: bool = False) -> list[float]:
        """The list of numbers at `key`, none where it is missing; null becomes NaN where `gaps` allows it."""
        values = self.get(key, list) if key in self._data else []
        for value in values:
            if not _is_number(value) and not (gaps and value is None):
                raise _BrokenError(f"{self._name(key)} should hold numbers, not {_found(value)}")
        return [math.nan if value is None else float(value) for value in values]

    def texts(self, key: str) -> list[str]:
        """The list of texts at `key`, none where it is missing."""
        values = self.get(key, list) if key in self._data else []
        for value in values:
            if not isinstance(value, str):
                raise _BrokenError(f"{self._name(key)} should hold texts, not {_found(value)}")
        return values

    def pairs(self, key: str) -> list[tuple[Any, Any]]:
        """The list of pairs at `key`, none where it is missing."""
        values = self.get(key, list) if key in self._data else []
        for value in values:
            if not isinstance(value, list) or len(value) != 2:
                raise _BrokenError(f"{self._name(key)} should hold pairs, not {_found(value)}")
        return [(one, other) for one, other in values]

    def floats(self, key: str, gaps: bool = False) -> Floats:
        """The list of numbers at `key` as a track; null becomes NaN where `gaps` allows it."""
        return np.array(self.numbers(key, gaps), np.float32)

    def whole(self, key: str, most: int) -> int:
        """The whole number at `key`, 0..most; 0 where it is missing."""
        value = self.number(key, 0.0, most=most)
        if value != int(value):
            raise _BrokenError(f"{self._name(key)} should be a whole number, 0 to {most}, not {value:g}")
        return int(value)

    def optional_number(self, key: str, most: float) -> float | None:
        """The number at `key`, 0..most; None where it is null or missing."""
        return None if self._data.get(key) is None else self.number(key, most=most)

    def optional_text(self, key: str) -> str | None:
        """The text at `key`; None where it is null or missing."""
        return None if self._data.get(key) is None else self.get(key, str)

    def fail(self, what: str) -> NoReturn:
        """Say that the object is broken, and how: a sentence without its stop."""
        raise _BrokenError(what)

    def make(self, build: Callable[[Reader], Value]) -> Value:
        """What `build` makes of this object; where it refuses a value, its sentence tells the place too."""
        try:
            return build(self)
        except LockstepError as error:
            raise _BrokenError(f"{self._place or 'it'} does not hold ({str(error).rstrip('.')})") from error

    def _name(self, key: str) -> str:
        return f"{self._place}.{key}" if self._place else key


def _is_number(value: Any) -> bool:
    """Finite, and within what a float holds; true and false are no numbers."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e30


def _found(value: object) -> str:
    if value is None:
        return "nothing"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else text[:37] + "..."
