"""Shots played at other speeds and frame rates, in odd rhythms and on odd mouths: does the mouth stay with the sound?

trial = drain(try_shot(take, language, mouth))
"""

from .mouths import MOUTHS, Mouth
from .playing import Played
from .rhythms import RHYTHMS, rhythm
from .trying import FPS, SPEEDS, Cell, Trial, try_shot

__all__ = ["FPS", "MOUTHS", "RHYTHMS", "SPEEDS", "Cell", "Mouth", "Played", "Trial", "rhythm", "try_shot"]
