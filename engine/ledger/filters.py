"""Which checks are asked for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ..check.result import VERDICTS
from ..errors import UsageError


@dataclass(frozen=True, slots=True)
class Filters:
    """`shot`, `character` with * and ? for any letters, '' for all; `verdicts` () for all; `language` a code.

    `since`: a day, or a time, in UTC (ISO 8601); `latest`: only the last check of each shot's line, before all else is
    looked at. Raises UsageError where a verdict or a time is none.
    """

    shot: str = ""
    character: str = ""
    verdicts: tuple[str, ...] = ()
    language: str = ""
    since: str = ""
    latest: bool = False

    def __post_init__(self) -> None:
        for verdict in self.verdicts:
            check_verdict(verdict)
        if self.since:
            utc(self.since)

    def where(self) -> tuple[str, list[Any]]:
        """The condition in SQL, and its values in order."""
        rows = list(self._conditions())
        return " AND ".join(condition for condition, _ in rows) or "1", [value for _, one in rows for value in one]

    def _conditions(self) -> Iterator[tuple[str, tuple[Any, ...]]]:
        for column, pattern in (("shot", self.shot), ("character", self.character)):
            if pattern:
                yield f"{column} GLOB ?", (_glob(pattern),)
        if self.verdicts:
            yield f"verdict IN ({', '.join('?' * len(self.verdicts))})", self.verdicts
        if self.language:
            yield "language = ?", (self.language,)
        if self.since:
            yield "time >= ?", (utc(self.since),)
        if self.latest:
            yield "id IN (SELECT max(id) FROM checks GROUP BY shot, character, line)", ()


def check_verdict(verdict: str) -> None:
    """Raise UsageError where it is none."""
    if verdict not in VERDICTS:
        raise UsageError(f"'{verdict}' is no verdict; give one of {', '.join(VERDICTS)}.")


def utc(time: str) -> str:
    """A day or a time (ISO 8601; UTC where it does not say) as the ledger keeps it: UTC, to the second, with a Z.

    Raises UsageError where it is none.
    """
    try:
        moment = datetime.fromisoformat(time)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"'{time}' is no date; give one as 2026-03-31 or 2026-03-31T14:05.") from error
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def composed(name: str) -> str:
    """A name with its letters composed (NFC): macOS spells those of files otherwise than the rest."""
    return unicodedata.normalize("NFC", name)


def _glob(pattern: str) -> str:
    """A pattern as SQLite has it, which negates a set of letters by '^'."""
    return re.sub(r"\[!", "[^", composed(pattern))
