"""Take -> keys: the one way from a reading to a character's mouth, for add-on, command line and tests alike."""

from __future__ import annotations

from collections.abc import Generator, Sequence

from .acting.values import Acting
from .languages import Language
from .mouth import Controls, FaceCurves, shape_curves
from .progress import Progress, scaled
from .rig import TOLERANCE, Binding, Grid, KeyCurve, KeyInfo, Profile, bind, key_curves
from .take import Take

MOUTH_SHARE = 0.2  # of the work, as progress shows it
NEUTRAL = Acting()


def perform(
    take: Take,
    language: Language,
    rig: Profile | Binding,
    keys: Sequence[KeyInfo],
    controls: Controls,
    grid: Grid,
    tolerance: float = TOLERANCE,
    acting: Acting = NEUTRAL,
) -> Generator[Progress, None, tuple[KeyCurve, ...]]:
    """Make the keys with which the character of `keys` speaks `take`.

    `rig` is a profile, tied to the names of `keys` here, or a binding, which the artist may have corrected. `keys` are
    those that may be driven (no drivers, not locked), each once. Gives a curve for each key that moves, in the order
    of the rig's rows: times in seconds from the start of the sound, on `grid`, thinned to `tolerance`, at rest first
    and last; none where nothing is spoken. Raises RigError, UsageError (see `rig.key_curves`).
    """
    yield Progress("mouth", 0.0)
    binding = rig if isinstance(rig, Binding) else bind(rig, (key.name for key in keys))
    curves = face_curves(take, language, controls, acting)
    return (yield from scaled(key_curves(curves, binding, keys, grid, tolerance), MOUTH_SHARE, 1.0))


def face_curves(take: Take, language: Language, controls: Controls, acting: Acting = NEUTRAL) -> FaceCurves:
    """The face that `perform` makes keys of: channels of the mouth, contacts, and what acting adds beyond the mouth.

    Raises UsageError where the acting names a syllable or a phone that the take does not have.
    """
    return shape_curves(take, language, controls, acting)
