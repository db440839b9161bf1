"""What a check found: how the mouth stands to its sound, what is wrong, and the verdict."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Verdict = Literal["pass", "look", "fail", "unknown"]
VERDICTS: tuple[Verdict, ...] = ("pass", "look", "fail", "unknown")
FAULTS = (
    "offset",  # mouth and sound are apart by the same time throughout
    "drift",  # they come apart more and more
    "jump",  # apart from one moment on
    "other take",  # the mouth speaks something else
    "hole",  # speech while the mouth rests
    "speech goes on",  # speech after the motion has ended
    "speech before",  # speech before the motion begins
    "motion alone",  # the mouth speaks where nothing is said
    "closures open",  # lips that must close do not
    "flat",  # in time, but hardly moving
    "coarse",  # too few keys to follow the sound
    "part still",  # one mesh of several does not move
    "no motion",  # nothing moves
    "muted",  # the action, the curves or the track that should move it are muted or missing
    "no sound",  # nothing is heard: no strip, muted, or outside the scene
)
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Limits:
    """From which figures on a shot is to be looked at, and from which it fails.

    `drift`, frames per ten seconds; `early`, `late` seconds as heard by which the mouth may be before and behind its
    sound at any moment that is sure (ITU-R BT.1359-1: the sound is acceptable up to 90 ms early and 185 ms late, that
    is, a mouth 90 ms late and 185 ms early); `closures` share missed; `amplitude` agreement under which a mouth is too
    still; `sure`: confidence under which nothing is told. For a look: `look` frames of offset or drift per ten seconds.
    """

    look: float = 1.0
    drift: float = 5.0
    early: float = 0.185
    late: float = 0.090
    closures_look: float = 0.15
    closures_fail: float = 0.5
    amplitude_look: float = 0.5
    amplitude_fail: float = 0.25
    sure: float = 0.5


@dataclass(frozen=True, slots=True)
class Timing:
    """How far the mouth is from its sound by one way of measuring, in seconds as heard; above 0 the mouth is late.

    `offset` at `middle`, the second of the sound halfway through the speech; `drift` seconds per second; `residual`
    what is left (median, absolute); `worst` the largest error that is sure, at `worst_at` seconds of the sound;
    `early`, `late`: the largest each way, 0 or more; `count` of moments measured; `confidence` 0..1.
    """

    offset: float
    drift: float
    residual: float
    worst: float
    worst_at: float
    early: float
    late: float
    count: int
    confidence: float
    middle: float = 0.0


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is wrong: `kind` one of FAULTS, from `start` to `end` seconds of the sound, in a sentence or two.

    `says`: what was found, with figures; `mend`: what to do about it. `grave`: the shot fails by it.
    """

    kind: str
    start: float
    end: float
    says: str
    mend: str
    grave: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """What the measures were made of: at `times` (seconds of the sound) the `errors` (seconds as heard, above 0: the
    mouth is late) and how sure each is, `weights` 0..1; all [n]. `kinds`: what was compared there."""

    times: Floats = field(default_factory=lambda: np.zeros(0))
    errors: Floats = field(default_factory=lambda: np.zeros(0))
    weights: Floats = field(default_factory=lambda: np.zeros(0))
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Tracks:
    """Mouth and sound side by side, for the plot: each [n], every `hop` seconds of the sound from `start` on.

    `seen`, `expected` openness 0..1 of the mouth as shown and as the sound asks for it; `energy` of the speech band,
    0..1; `shut` and `expected_shut` 0..1: lips closed.
    """

    start: float
    hop: float
    seen: Floats
    expected: Floats
    energy: Floats
    shut: Floats
    expected_shut: Floats


@dataclass(frozen=True, slots=True, eq=False)
class SyncCheck:
    """A whole check. `events`: by the recognizer's events; `energy`: by the speech band's energy, which shares nothing
    with it; None where there was nothing to measure. `closures` that the sound asks for, `missed` the times (seconds of
    the sound) of those that are not shut; `amplitude` agreement 0..1, 1 for a mouth that moves as far as it should;
    `confidence` 0..1 of it all. `fps`, `speed` as in `Seen`. `reasons`: why this verdict, a sentence each.
    """

    verdict: Verdict
    reasons: tuple[str, ...]
    events: Timing | None
    energy: Timing | None
    closures: int
    missed: tuple[float, ...]
    amplitude: float
    confidence: float
    fps: float
    speed: float
    faults: tuple[Fault, ...] = ()
    moments: Moments = field(default_factory=Moments)
    tracks: Tracks | None = None

    def frames(self, seconds: float) -> float:
        """Seconds as heard in frames."""
        return seconds * self.fps

    def errors(self, timing: Timing, times: Floats) -> Floats:
        """How late the mouth is at `times` (seconds of the sound) by offset and drift, in seconds as heard."""
        late: Floats = timing.offset + timing.drift / self.speed * (times - timing.middle)
        return late

    @property
    def frames_per_ten(self) -> float | None:
        """Frames of drift per ten seconds; None where it was not measured."""
        return None if self.events is None else self.events.drift * 10.0 * self.fps
