"""Keys of a profile beyond the mouth: what of brows, lids, gaze, cheeks or of a whole emotion each of them shows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..acting.channels import EMOTIONS, FACE
from ..errors import RigError

SHOWN = FACE + EMOTIONS
SIDES = ("", "left", "right")
MOST = 2.0  # of a channel, at value 1: as for rows


@dataclass(frozen=True, slots=True)
class Expression:
    """A key that shows acting: no part of recognising a rig nor of the mouth, keyed only where acting moves it.

    - `key`, `aliases`, `names`, `sides` as in a Row; `side`: the half of the face ('left', 'right') it moves,
      and which its name says at its end ('eyeLookOutLeft' for 'eyeLookOut') or in itself ('Eye_L_Look_Up')
    - `makes` the channels (acting/channels.py) or the whole emotion that it shows at value 1 (0..2 each)
    - `mouth` whether it moves the mouth as well, and so gives way to speech

    Raises RigError.
    """

    key: str
    makes: Mapping[str, float] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    sides: bool = False
    side: str = ""
    mouth: bool = False

    def __post_init__(self) -> None:
        if not self.key.strip():
            raise RigError("An expression has no key; name the shape key that it stands for.")
        if not self.makes:
            raise RigError(f"Expression '{self.key}' makes nothing; say which channels it shows.")
        for channel, value in self.makes.items():
            if channel not in SHOWN:
                raise RigError(f"Expression '{self.key}' makes '{channel}'; the channels are {', '.join(SHOWN)}.")
            if not (math.isfinite(value) and 0.0 < value <= MOST):
                raise RigError(
                    f"Expression '{self.key}' makes {value} of '{channel}'; give a value above 0 and up to {MOST:g}."
                )
        if self.side not in SIDES or (self.side and self.sides):
            raise RigError(f"Expression '{self.key}' is of the side '{self.side}'; give 'left', 'right' or a pair.")
