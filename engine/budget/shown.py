"""A mouth as it is shown: frame by frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..check.mouth import MouthTrack

DENSE = 0.75  # of a frame: values closer together than this are no frames
CHANNELS = ("openness", "shut", "tucked", "rounding")

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """A mouth on the frames of a shot: `times` [n] seconds of the sound, and [n] values 0..1; `fps` frames a second."""

    fps: float
    times: Floats
    openness: Floats
    shut: Floats
    tucked: Floats
    rounding: Floats

    @property
    def span(self) -> tuple[float, float]:
        """The seconds that the frames show."""
        if not len(self.times):
            return 0.0, 0.0
        return float(self.times[0]) - 0.5 / self.fps, float(self.times[-1]) + 1.0 / self.fps

    def frames(self, start: float, end: float) -> slice:
        """The frames that lie within these seconds, both ends included."""
        first = int(np.searchsorted(self.times, start - 1e-6, side="left"))
        return slice(first, max(first, int(np.searchsorted(self.times, end + 1e-6, side="right"))))


def shown(track: MouthTrack, fps: float) -> Shown:
    """The track on its frames: as it is where its values are frames, else at whole frames of the sound."""
    times = np.asarray(track.times, np.float64)
    values = {name: np.asarray(getattr(track, name), np.float64) for name in CHANNELS}
    if len(times) > 1 and float(np.median(np.diff(times))) < DENSE / fps:
        frames = np.arange(np.ceil(times[0] * fps - 1e-6), np.floor(times[-1] * fps + 1e-6) + 1.0) / fps
        values = {name: np.interp(frames, times, own) for name, own in values.items()}
        times = frames
    return Shown(fps, times, **values)
