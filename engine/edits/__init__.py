"""Edits made by hand on curves: found by what changed, laid over new curves.

laid = lay(made(curve), edits_with_their_places, contacts, inserted, grid, take=take_id(take), phones=take.phones)
edits = find(laid, keys_as_they_stand, curve, take, known, ids, grid=grid)
"""

from .comparing import TOLERANCE
from .evaluating import evaluate
from .finding import find
from .keys import CurveKeys, hermite_keys, made, no_keys
from .laid import Laid, Span, pack, plain, unpack
from .laying import lay

__all__ = [
    "TOLERANCE",
    "CurveKeys",
    "Laid",
    "Span",
    "evaluate",
    "find",
    "hermite_keys",
    "lay",
    "made",
    "no_keys",
    "pack",
    "plain",
    "unpack",
]
