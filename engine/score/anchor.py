"""A place in speech, found again in another reading: a sound and where within it, never a frame."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..errors import ScoreError

KINDS = ("phone", "edge", "shot")
CONTEXT = 3  # phones kept on each side


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place in the take `take` (see `take_id`).

    `kind` 'phone': `amount` 0..1 of the way through phone `index`; 'edge': where nobody speaks, `amount` seconds after
    the end of phone `index` (above 0) or before its start (below 0), whichever edge of speech is nearer; 'shot': the
    take has no speech at all, `amount` seconds from its start.

    `ipa`, `before`, `after` (at most CONTEXT phones each, the nearest last and first), `word` ('' where no text is
    known) and `phrase` (its number) are what the place is found again by, where the take is no longer there; `share`
    0..1 is the phone's place among the phones of its phrase. Raises ScoreError.
    """

    take: str
    kind: str
    index: int
    amount: float
    ipa: str = ""
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    word: str = ""
    phrase: int = 0
    share: float = 0.0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ScoreError(f"A place in speech has the kind '{self.kind}'; give one of {', '.join(KINDS)}.")
        if self.index < 0 or self.phrase < 0 or not math.isfinite(self.amount) or not 0.0 <= self.share <= 1.0:
            raise ScoreError(
                f"A place in speech is at {self.amount} of phone {self.index} in phrase {self.phrase}; "
                "count from 0 and give a number."
            )
        if self.kind == "phone" and not 0.0 <= self.amount <= 1.0:
            raise ScoreError(f"A place is {self.amount} of the way through its sound '{self.ipa}'; give 0 to 1.")
