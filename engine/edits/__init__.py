"""Edits made by hand on curves: found by what changed, laid over new curves."""

from .keys import CurveKeys, hermite_keys, made, no_keys
from .laid import Laid, Span, pack, plain, unpack

__all__ = ["CurveKeys", "Laid", "Span", "hermite_keys", "made", "no_keys", "pack", "plain", "unpack"]
