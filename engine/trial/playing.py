"""A shot as it is played: its keys, scaled in time with the sound, on the frames that are shown."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np

from ..check.seen import Seen, SeenPart
from ..languages import Language
from ..mouth import Controls, FaceCurves
from ..perform import face_curves, face_keys
from ..progress import Progress
from ..rig import Grid, KeyCurve, sample
from ..take import Take
from .mouths import Mouth

MARGIN = 0.5  # seconds shown before and after the sound


@dataclass(frozen=True, slots=True, eq=False)
class Played:
    """What is tried: the `take` at its own speed, the `face` that speaks it, and the `mouth` that shows it."""

    take: Take
    language: Language
    face: FaceCurves
    mouth: Mouth

    def keys(self, fps: float) -> Generator[Progress, None, tuple[KeyCurve, ...]]:
        """The keys at the shot's own speed, on whole frames of `fps` a second. Raises RigError, UsageError."""
        grid = Grid(fps, mode=self.mouth.mode, step=self.mouth.step)
        return (yield from face_keys(self.face, self.mouth.binding, self.mouth.keys, grid))

    def seen(self, keys: tuple[KeyCurve, ...], fps: float, speed: float) -> Seen:
        """The face frame by frame where sound and keys play at `speed` times their own; times are those as heard.

        So a key at 2 s stands at 2 s / `speed`, wherever frames then lie: the keys are scaled, not made anew.
        """
        duration = self.take.audio.duration / speed
        frames = np.arange(np.floor(-MARGIN * fps), np.ceil((duration + MARGIN) * fps) + 1.0) / fps
        made = {curve.name: column for curve, column in zip(keys, sample(keys, frames * speed).T, strict=True)}
        still = (np.full(len(frames), key.base) for key in self.mouth.keys)
        names = (key.name for key in self.mouth.keys)
        values = np.stack([made.get(name, rest) for name, rest in zip(names, still, strict=True)], axis=1)
        return Seen(frames, (SeenPart(self.mouth.name, self.mouth.keys, values),), fps, (0.0, duration))


def played(take: Take, language: Language, mouth: Mouth, face: FaceCurves | None = None) -> Played:
    """A shot to be tried; `face`: as it is, made of the take with the default controls where None."""
    return Played(take, language, face or face_curves(take, language, Controls()), mouth)
