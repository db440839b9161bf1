"""A table of a TOML file whose values are asked for by kind, so that each error names file and row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..errors import LanguageError


class Row:
    """One table of `file`, at `place` (dotted; '' for the whole file). Getters raise LanguageError on a wrong value."""

    def __init__(self, file: str, place: str, values: Mapping[str, Any]) -> None:
        self.file, self.place, self.values = file, place, values

    def wrong(self, what: str) -> LanguageError:
        """The error for a wrong value here: `what` was found and should be done."""
        place = f", row '{self.place}'" if self.place else ""
        return LanguageError(f"The language table '{self.file}'{place} is wrong: {what}.")

    def names(self) -> tuple[str, ...]:
        return tuple(self.values)

    def only(self, *known: str) -> None:
        """Raises for a key that is not `known`."""
        for key in self.values:
            if key not in known:
                raise self.wrong(f"'{key}' is not known here, use {', '.join(sorted(known))}")

    def table(self, key: str) -> Row:
        """A table inside this one; an empty one where it is not stated."""
        value = self.values.get(key, {})
        place = f"{self.place}.{key}" if self.place else key
        if not isinstance(value, dict):
            raise self.wrong(f"'{key}' must be a table")
        return Row(self.file, place, value)

    def tables(self, key: str) -> list[Row]:
        """An array of tables; empty where it is not stated."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            raise self.wrong(f"'{key}' must be an array of tables")
        return [Row(self.file, f"{key} {number}", each) for number, each in enumerate(value, 1)]

    def text(self, key: str, default: str | None = None) -> str:
        value = self.values.get(key, default)
        if not isinstance(value, str):
            raise self.wrong(f"'{key}' must be text")
        return value

    def texts(self, key: str, default: Iterable[str] | None = None) -> list[str]:
        value = self.values.get(key, None if default is None else list(default))
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise self.wrong(f"'{key}' must be a list of texts")
        return value

    def choice(self, key: str, choices: tuple[str, ...], default: str | None = None) -> str:
        value = self.text(key, default)
        if value not in choices:
            raise self.wrong(f"'{key}' is '{value}', use {', '.join(each for each in choices if each)}")
        return value

    def flag(self, key: str, default: bool) -> bool:
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            raise self.wrong(f"'{key}' must be true or false")
        return value

    def number(self, key: str, least: float, most: float, default: float | None = None) -> float:
        value = self.values.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.wrong(f"'{key}' must be a number")
        if not least <= value <= most:
            raise self.wrong(f"'{key}' is {value}, keep it within {least:g}..{most:g}")
        return float(value)

    def share(self, key: str, default: float | None = None) -> float:
        """A number within 0..1."""
        return self.number(key, 0.0, 1.0, default)

    def optional(self, key: str, least: float, most: float) -> float | None:
        """A number, or None where it is not stated."""
        return self.number(key, least, most) if key in self.values else None
