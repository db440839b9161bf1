"""Keys of a character, and the curves made for them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from ..errors import RigError, UsageError
from .channels import Floats

Interpolation = Literal["BEZIER", "CONSTANT"]
Mode = Literal["frames", "subframes", "stepped"]


class Contact(Protocol):
    """A time (seconds) in which the lips ('lips') or the lower lip on the teeth ('teeth') must be shut."""

    @property
    def start(self) -> float: ...
    @property
    def end(self) -> float: ...
    @property
    def kind(self) -> str: ...


class FaceCurves(Protocol):
    """What the mouth room makes: channels [n] every `hop` seconds from `start` on, and the contacts to be met.

    `expression`: channels [n] beyond the mouth (acting/channels.py), where there is acting.
    """

    @property
    def start(self) -> float: ...
    @property
    def hop(self) -> float: ...
    @property
    def channels(self) -> Mapping[str, NDArray[np.float32]]: ...
    @property
    def contacts(self) -> Sequence[Contact]: ...
    @property
    def expression(self) -> Mapping[str, NDArray[np.float32]]: ...


@dataclass(frozen=True, slots=True)
class KeyInfo:
    """A shape key as it is on the character: slider limits, and the value of the mouth at rest (all in key values).

    Raises RigError where the minimum is above the maximum or a value is not finite.
    """

    name: str
    minimum: float = 0.0
    maximum: float = 1.0
    rest: float = 0.0

    def __post_init__(self) -> None:
        if not (all(map(math.isfinite, (self.minimum, self.maximum, self.rest))) and self.minimum <= self.maximum):
            raise RigError(f"Key '{self.name}' runs from {self.minimum} to {self.maximum}; set its range to 0..1.")

    @property
    def base(self) -> float:
        """The value at weight 0: rest, within the limits."""
        return min(max(self.rest, self.minimum), self.maximum)

    @property
    def reach(self) -> float:
        """What weight 1 adds to `base`: up to the slider's maximum, 1.0 at the most, 0 where it is there at rest.

        Negative for a slider that goes below 0 only: down to its minimum, -1.0 at the most.
        """
        if self.maximum <= 0.0:
            return min(max(self.minimum, -1.0) - self.base, 0.0)
        return max(min(self.maximum, 1.0) - self.base, 0.0)


@dataclass(frozen=True, slots=True)
class Grid:
    """Where keys may lie: `fps` frames a second, `origin` the sound's time (seconds) of some whole frame.

    `mode`: 'frames' keys on whole frames, 'subframes' anywhere, 'stepped' held for `step` (1 or 2) frames, counted from
    `origin`. Raises UsageError.
    """

    fps: float
    origin: float = 0.0
    mode: Mode = "frames"
    step: int = 1

    def __post_init__(self) -> None:
        if not (math.isfinite(self.fps) and 1.0 <= self.fps <= 1000.0):
            raise UsageError(f"The frame rate is {self.fps}; give one from 1 to 1000 frames a second.")
        if not math.isfinite(self.origin):
            raise UsageError(f"The grid's origin is {self.origin}; give the time of a whole frame in seconds.")
        if self.mode not in ("frames", "subframes", "stepped"):
            raise UsageError(f"The key mode is '{self.mode}'; choose 'frames', 'subframes' or 'stepped'.")
        if self.step not in (1, 2):
            raise UsageError(f"The step is {self.step}; choose 1 (ones) or 2 (twos).")


@dataclass(frozen=True, slots=True, eq=False)
class KeyCurve:
    """The keys of one shape key: a cubic Hermite curve, or steps.

    `times` [k] seconds from the start of the sound, rising; `values` [k] key values; `slopes` [k] per second (0 in
    steps). With 'BEZIER' it is Blender's Bezier with each handle a third of the way to its neighbour. Arrays are
    read-only float64. Raises RigError where they do not fit together.
    """

    name: str
    times: Floats
    values: Floats
    slopes: Floats
    interpolation: Interpolation = "BEZIER"

    def __post_init__(self) -> None:
        if not (len(self.times) == len(self.values) == len(self.slopes) > 0) or np.any(np.diff(self.times) <= 0.0):
            raise RigError(f"The keys of '{self.name}' do not follow one another in time; make them again.")
        for name in ("times", "values", "slopes"):
            array = np.array(getattr(self, name), dtype=np.float64)
            array.flags.writeable = False
            object.__setattr__(self, name, array)

    def at(self, times: Floats) -> Floats:
        """Values [m] at `times` [m] (seconds); before the first key and after the last they stay as there."""
        if self.interpolation == "CONSTANT" or len(self.times) == 1:
            place = np.searchsorted(self.times, times, side="right") - 1
            held: Floats = self.values[np.maximum(place, 0)]
            return held
        inside = np.clip(times, self.times[0], self.times[-1])
        left = np.clip(np.searchsorted(self.times, inside, side="right") - 1, 0, len(self.times) - 2)
        return hermite(inside, self.times, self.values, self.slopes, left)


def hermite(at: Floats, times: Floats, values: Floats, slopes: Floats, left: NDArray[np.intp]) -> Floats:
    """The cubic Hermite curve through `times`, `values`, `slopes` at `at`, each of which lies right of knot `left`."""
    span = times[left + 1] - times[left]
    s = (at - times[left]) / span
    rise = values[left + 1] - values[left]
    a = slopes[left] * span - rise
    b = rise - slopes[left + 1] * span
    result: Floats = values[left] + s * rise + s * (1.0 - s) * (a * (1.0 - s) + b * s)
    return result


def sample(curves: Sequence[KeyCurve], times: Floats) -> Floats:
    """Key values [len(times), len(curves)] at `times` (seconds from the start of the sound)."""
    at = np.asarray(times, dtype=np.float64)
    return np.stack([curve.at(at) for curve in curves], axis=1) if curves else np.zeros((len(at), 0))
