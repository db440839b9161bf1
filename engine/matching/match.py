"""Two takes matched: which sound of the new one stands for which of the old one, and how time runs between them."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ..errors import ScoreError
from ..progress import Progress, scaled
from ..score.naming import take_id
from ..take import Take
from .alike import Alike, alike, filled, same_sound
from .phrases import PhraseMatch, match_phrases, only_within, with_edges
from .remarks import remarks
from .stretches import left_over
from .timemap import TimeMap, time_map
from .units import Floats

Kind = Literal["same sound", "same text", "other text"]
Span = tuple[float, float]

SAME_TEXT = 0.15  # likeness from which two takes say the same text, at least in part: others have 0.07 in 19 of 20


@dataclass(frozen=True, slots=True, eq=False)
class Match:
    """How the take `new` follows the take `old` (their names, see `take_id`).

    `pairs` int32 [old phones]: the new take's phone that stands for each, -1 for none; they never fall, and two that
    were heard of one diphthong may share a phone. `sureness` [old phones]: how likely the true counterpart lies there,
    0..1; a pair under SURE was found by its time alone, its sound being heard as another; without a pair, how likely
    the best guess was. `phrases`: see PhraseMatch; `time`: old seconds to new ones; `likeness`: 0..1, the share of the
    shorter take that the other says too; `warnings`: a sentence each; `inserted`: stretches of the new take (seconds)
    that the old one has no like of. Raises ScoreError.
    """

    old: str
    new: str
    kind: Kind
    pairs: NDArray[np.int32]
    sureness: Floats
    phrases: tuple[PhraseMatch, ...]
    time: TimeMap
    likeness: float
    warnings: tuple[str, ...] = ()
    inserted: tuple[Span, ...] = ()

    def __post_init__(self) -> None:
        found = self.pairs[self.pairs >= 0]
        if len(self.pairs) != len(self.sureness) or np.any(np.diff(found) < 0):
            raise ScoreError("The sounds of two takes are not matched in order; match the takes again.")


def match_takes(old: Take, new: Take) -> Generator[Progress, None, Match]:
    """Match two takes; the takes' phones may err, and words may be put in, left out or said again.

    Takes of the same sound are matched by time. Takes that do not seem to say the same text keep only pairs in runs
    that are alike; their phrases are matched in order, and time runs by them. A minute takes about half a second, an
    hour about twenty. Nothing raises for takes that are in order.
    """
    yield Progress("Match", 0.0)
    if same_recording(old, new):
        return _by_time(old, new)
    found = yield from scaled(alike(old, new), 0.0, 0.8)
    if found.likeness >= SAME_TEXT:
        found = yield from scaled(filled(found), 0.8, 1.0)
    yield Progress("Match", 1.0)
    return _by_sound(old, new, found, found.likeness >= SAME_TEXT)


def same_recording(old: Take, new: Take) -> bool:
    """Whether both were heard from the same bytes, and as much of them."""
    same = old.audio.sha256 and old.audio.sha256 == new.audio.sha256
    return bool(same) and abs(old.audio.duration - new.audio.duration) < 0.01


def _by_time(old: Take, new: Take) -> Match:
    pairs, sureness = same_sound(old, new)
    ends = np.array([0.0, max(old.audio.duration, 0.01)])
    phrases = match_phrases(old, new, pairs)
    return Match(take_id(old), take_id(new), "same sound", pairs, sureness, phrases, TimeMap(ends, ends), 1.0)


def _by_sound(old: Take, new: Take, found: Alike, same: bool) -> Match:
    kind: Kind = "same text" if same else "other text"
    pairs, sureness = found.kept(same)
    phrases = match_phrases(old, new, pairs, same)
    if not same:
        pairs = only_within(old, new, pairs, phrases)
    left_out, inserted = left_over(old, new, pairs, phrases, same)
    return Match(
        take_id(old),
        take_id(new),
        kind,
        pairs,
        sureness,
        phrases,
        time_map(with_edges(found.pieces(pairs), phrases), left_out, inserted),
        found.likeness,
        remarks(old, new, kind, left_out, inserted),
        inserted,
    )
