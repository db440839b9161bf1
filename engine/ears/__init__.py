"""Ears: what may listen in place of the recognizer that comes with Lockstep. See `protocol.py` for how to write one."""

from .choosing import NAMES, OF_FILE, OF_MODEL, ear_named
from .protocol import Ear, PhoneEar, PosteriorEar, WordEar

__all__ = ("NAMES", "OF_FILE", "OF_MODEL", "Ear", "PhoneEar", "PosteriorEar", "WordEar", "ear_named")
