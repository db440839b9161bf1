"""What is wrong with a recording before anybody hears it: level, noise, bandwidth, echo, music, in plain sentences."""

from .checking import check_sound
from .findings import KINDS, Finding, SoundCheck

__all__ = ["KINDS", "Finding", "SoundCheck", "check_sound"]
