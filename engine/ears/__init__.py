"""Ears: what may listen in place of the recognizer that comes with Lockstep. See `protocol.py` for how to write one."""

from .choosing import NAMES, ear_named
from .protocol import Ear, PhoneEar, PosteriorEar, WordEar

__all__ = ("NAMES", "Ear", "PhoneEar", "PosteriorEar", "WordEar", "ear_named")
