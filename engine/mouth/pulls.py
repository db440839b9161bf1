"""What each articulator feels of the gestures: when each is held, how far ahead and behind it reaches, how strongly."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..languages import CHANNELS
from .blending import Pulls
from .effort import LIPS, held, reach
from .gesture import Gesture

TONGUE = ("tongue_tip", "tongue_out", "tongue_back")

# Seconds that a gesture is felt before and after it is held. Openness 42/36, rounding 110/70, spreading 70/55, release
# of the jaw 95, lip-heavy sounds up to 150: published tunings; the jaw of vowels and rests a little wider, softer so.
JAW_REACH = {"vowel": (0.05, 0.05), "rest": (0.12, 0.1), "breath": (0.06, 0.05)}
JAW_REACH_ELSE = (0.032, 0.03)
ROUND_REACH, HEAVY_REACH, LIP_REACH = (0.11, 0.07), (0.08, 0.065), (0.06, 0.05)
REST_REACH = (0.12, 0.1)
REST_SIDE = 0.1  # seconds that the last strong gesture before a rest is felt: the mouth closes softly
STRONG = 0.3  # claim from which a gesture counts as strong
TONGUE_REACH = (0.035, 0.03)
HELD = 0.5  # share of a gesture's duration, in its middle, that is held
SLOWEST = 0.12  # seconds that the way into a long sound takes at most, and the way out
SETTLED, STIRRED = 0.28, 0.24  # seconds after a pause's start and before its end between which the mouth rests

Reach = tuple[float, float]


def jaw_pulls(row: Sequence[Gesture], lead: float) -> Pulls:
    """The jaw's; all but contacts are ahead of their sound by `lead` seconds."""
    claims = [gesture.shape.claims.jaw for gesture in row]
    reaches = [JAW_REACH.get(gesture.kind, JAW_REACH_ELSE) for gesture in row]
    return _pulls(row, claims, reaches, ("jaw",), lead)


def lip_pulls(row: Sequence[Gesture], lead: float) -> Pulls:
    """The lips' (channels LIPS), likewise."""
    claims = [gesture.shape.claims.lips for gesture in row]
    return _pulls(row, claims, [_lip_reach(gesture) for gesture in row], LIPS, lead)


def tongue_pulls(row: Sequence[Gesture]) -> Pulls:
    """The tongue's (channels TONGUE), on its sound."""
    claims = [gesture.shape.claims.tongue for gesture in row]
    return _pulls(row, claims, [TONGUE_REACH] * len(row), TONGUE, 0.0)


def _lip_reach(gesture: Gesture) -> Reach:
    if gesture.kind == "rest":
        return REST_REACH
    if not gesture.shape.heavy:
        return LIP_REACH
    rounded = gesture.shape["pucker"] + gesture.shape["funnel"] > 0.5
    return ROUND_REACH if rounded and gesture.kind != "consonant" else HEAVY_REACH


def _pulls(
    row: Sequence[Gesture], claims: list[float], reaches: list[Reach], channels: tuple[str, ...], lead: float
) -> Pulls:
    spans = np.array([_held(gesture, lead) for gesture in row])
    felt = np.array(reaches) * np.array([reach(gesture.effort) for gesture in row])[:, None]
    last = _last_before_rests(row, claims)
    felt[last, 1] = np.maximum(felt[last, 1], REST_SIDE)
    columns = [CHANNELS.index(name) for name in channels]
    targets = np.array([gesture.shape.targets for gesture in row])[:, columns]
    return Pulls(spans[:, 0], spans[:, 1], felt[:, 0], felt[:, 1], np.array(claims), targets)


def _last_before_rests(row: Sequence[Gesture], claims: Sequence[float]) -> list[int]:
    """Index of the last strong gesture of each phrase."""
    found, last = [], -1
    for index, (gesture, claim) in enumerate(zip(row, claims, strict=True)):
        if gesture.kind == "rest":
            found += [last] if last >= 0 else []
            last = -1
        elif claim >= STRONG:
            last = index
    return found


def _held(gesture: Gesture, lead: float) -> tuple[float, float]:
    """The stretch in which a gesture is fully in force."""
    if gesture.kind == "rest":
        return gesture.start + min(SETTLED, 0.5 * gesture.duration), gesture.end - min(STIRRED, 0.4 * gesture.duration)
    ahead = 0.0 if gesture.shape.contact else lead
    inset = min(0.5 * (1.0 - held(HELD, gesture.effort)) * gesture.duration, SLOWEST)
    return gesture.start + inset - ahead, gesture.end - inset - ahead
