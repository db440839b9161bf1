"""Names of takes and of a score's items: short, and the same for the same thing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache

from ..take import Take
from .items import Score

LETTERS = 12  # of a take's hexadecimal name


@lru_cache(maxsize=16)
def take_id(take: Take) -> str:
    """The name of a take: 12 hexadecimal digits of the SHA-256 over its sound's SHA-256, its phones and their times.

    Times count to the millisecond, as they are written, so that a take has the same name before and after it is
    stored; what was put right makes another take of the same sound.
    """
    rows = [take.audio.sha256, take.audio.file if not take.audio.sha256 else ""]
    rows += [f"{phone.ipa} {round(phone.start * 1000)} {round(phone.end * 1000)}" for phone in take.phones]
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()[:LETTERS]


def new_id(score: Score | Iterable[str], prefix: str) -> str:
    """The next free id 'prefix-1', 'prefix-2' ... beside the items of a score, or beside the given ids."""
    ids = [item.id for item in score.items()] if isinstance(score, Score) else score
    head = f"{prefix}-"
    used = [int(id[len(head) :]) for id in ids if id.startswith(head) and id[len(head) :].isdecimal()]
    return f"{head}{max(used, default=0) + 1}"
