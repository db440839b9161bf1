"""Articulatory effort: from hypo- to hyperarticulation.

After Lindblom, 'Explaining phonetic variation: a sketch of the H&H theory' (1990): with less effort a target is missed
by more, the more so the shorter the sound; with more it is reached, and weak vowels keep their quality. Emphasis on a
syllable is the same in one place (de Jong 1995: stress is localized hyperarticulation). An `effort` is 0..2, 1 usual.
Contacts are none of this room's business: they are shut at any effort, and only pressed more or less.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..languages import CHANNELS, Shape

EMPHASIS = 0.6  # effort that an emphasis of 1 adds
MORE, LESS = 0.22, 0.35  # of the lips' movement: more at effort 2, less at 0
JAW_MORE, JAW_LESS = 0.14, 0.25  # the same of the jaw
PRESS = 0.7  # of the pressing, either way
NEEDED = 0.45  # of the time that a target needs: so much more at 0, less at 2
REACHES = 0.3  # of how far sounds are felt among their neighbours: so much further at 0, less far at 2
LIPS = ("pucker", "funnel", "stretch", "smile", "upper", "lower")

_IS_LIP = np.array([name in LIPS for name in CHANNELS])
_JAW, _PRESS = CHANNELS.index("jaw"), CHANNELS.index("press")


def reduction(effort: float) -> float:
    """A factor for the reduction of weak vowels: none of it at 2, twice as much at 0."""
    return 2.0 - effort


def time_needed(effort: float) -> float:
    """A factor for the time in which a target is reached."""
    return 1.0 + NEEDED * (1.0 - effort)


def reach(effort: float) -> float:
    """A factor for how far before and after itself a sound is felt."""
    return 1.0 + REACHES * (1.0 - effort)


def held(share: float, effort: float) -> float:
    """The `share` of a sound in which its shape is held, at usual effort -> at `effort`."""
    return share * (0.5 + 0.5 * effort)


def weighed(shape: Shape, effort: float) -> Shape:
    """`shape` with its lips, jaw and pressing moved further or less far; seal and tuck stay as they are."""
    if effort == 1.0:
        return shape
    over = effort - 1.0
    own = np.array(shape.targets)
    own[_IS_LIP] *= 1.0 + (MORE if over > 0.0 else LESS) * over
    own[_JAW] *= 1.0 + (JAW_MORE if over > 0.0 else JAW_LESS) * over
    own[_PRESS] *= 1.0 + PRESS * over
    return replace(shape, targets=tuple(float(value) for value in np.clip(own, 0.0, 1.0)))
