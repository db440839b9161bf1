"""A captured performance: the weights of a real face, with its voice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from engine.rig import KeyInfo, Profile, Row

from .speech import CAPTURED, RATE, Speech

LANGUAGE = "zh"  # presumably
PIECE = 24.0  # seconds
MAKES = {
    "mouth_stretch_c": {"open": 1.0},
    "mouth_funnel_dl": {"funnel": 0.25}, "mouth_funnel_dr": {"funnel": 0.25},
    "mouth_funnel_ul": {"funnel": 0.25}, "mouth_funnel_ur": {"funnel": 0.25},
    "mouth_oh_c": {"open": 0.2, "funnel": 0.5},
    "mouth_oo_c": {"pucker": 0.9},
    "mouth_pucker_l": {"pucker": 0.5}, "mouth_pucker_r": {"pucker": 0.5},
    "mouth_press_l": {"press": 0.5}, "mouth_press_r": {"press": 0.5},
    "mouth_suck_dl": {"roll_lower": 0.5}, "mouth_suck_dr": {"roll_lower": 0.5},
    "mouth_suck_ul": {"roll_upper": 0.5}, "mouth_suck_ur": {"roll_upper": 0.5},
    "mouth_lowerLipDepress_l": {"lower": 0.5}, "mouth_lowerLipDepress_r": {"lower": 0.5},
    "mouth_upperLipRaise_l": {"upper": 0.5}, "mouth_upperLipRaise_r": {"upper": 0.5},
    "mouth_lipStretch_l": {"stretch": 0.5}, "mouth_lipStretch_r": {"stretch": 0.5},
    "mouth_lipCornerPull_l": {"smile": 0.5}, "mouth_lipCornerPull_r": {"smile": 0.5},
}  # fmt: skip
"""What the capture's shapes do, as an artist would assign them; a shape of one side does half."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Performance:
    """A piece of a performance: its speech, whose phones nobody knows, and `weights` [n, keys] at `fps`."""

    speech: Speech
    weights: Floats
    fps: float

    def at(self, times: Floats) -> Floats:
        """Weights [m, keys] at `times` (seconds); outside the piece the mouth stays as it is at its end."""
        clock = np.arange(len(self.weights)) / self.fps
        return np.stack([np.interp(times, clock, column) for column in self.weights.T], axis=1)


def profile() -> Profile:
    """The capture's own rig."""
    rows = tuple(Row(name, makes=makes, names=(name,)) for name, makes in MAKES.items())
    return Profile("captured", "Captured shapes", rows)


def keys() -> tuple[KeyInfo, ...]:
    """Its keys."""
    return tuple(KeyInfo(name) for name in MAKES)


def performances(folder: Path, piece: float = PIECE) -> Iterator[Performance]:
    """All takes of the folder in pieces of about `piece` seconds, cut where it is quietest."""
    for path in sorted(folder.glob("*.npz")):
        stored = np.load(path)
        names = [str(name) for name in stored["names"]]
        columns = [names.index(name) for name in MAKES]
        weights, fps = stored["weights"][:, columns].astype(np.float64), float(stored["fps"])
        samples, rate = soundfile.read(path.with_suffix(".flac"), dtype="int16")
        if rate != RATE:
            raise ValueError(f"{path.stem} is at {rate} Hz; convert it to {RATE} Hz first.")
        for number, (start, end) in enumerate(_pieces(samples, fps, len(weights), piece)):
            sound = samples[round(start / fps * RATE) : round(end / fps * RATE)]
            speech = Speech(f"{path.stem} {number}", CAPTURED, LANGUAGE, sound, (), "the capture")
            yield Performance(speech, weights[start:end], fps)


def _pieces(samples: NDArray[np.int16], fps: float, frames: int, piece: float) -> Iterator[tuple[int, int]]:
    """Stretches in frames, cut in the quietest fifth of a second near each multiple of `piece` seconds."""
    hop = RATE / fps
    power = np.array([np.mean(samples[int(i * hop) : int((i + 1) * hop)].astype(float) ** 2) for i in range(frames)])
    smooth = np.convolve(np.nan_to_num(power), np.ones(6), "same")
    count = max(1, round(frames / fps / piece))
    cuts = [0]
    for number in range(1, count):
        middle, near = round(frames * number / count), round(3 * fps)
        cuts.append(middle - near + int(np.argmin(smooth[middle - near : middle + near])))
    yield from zip(cuts, [*cuts[1:], frames], strict=True)
