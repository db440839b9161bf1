"""Take -> keys: the one way from a reading to a character's mouth, for add-on, command line and tests alike."""

from __future__ import annotations

from collections.abc import Generator, Sequence

from .languages import Language
from .mouth import Controls, shape_curves
from .progress import Progress, scaled
from .rig import TOLERANCE, Binding, Grid, KeyCurve, KeyInfo, Profile, bind, key_curves
from .take import Take

MOUTH_SHARE = 0.2  # of the work, as progress shows it


def perform(
    take: Take,
    language: Language,
    rig: Profile | Binding,
    keys: Sequence[KeyInfo],
    controls: Controls,
    grid: Grid,
    tolerance: float = TOLERANCE,
) -> Generator[Progress, None, tuple[KeyCurve, ...]]:
    """Make the keys with which the character of `keys` speaks `take`.

    `rig` is a profile, tied to the names of `keys` here, or a binding, which the artist may have corrected. `keys` are
    those that may be driven (no drivers, not locked), each once. Gives a curve for each key that moves, in the order
    of the rig's rows: times in seconds from the start of the sound, on `grid`, thinned to `tolerance`, at rest first
    and last; none where nothing is spoken. Raises RigError, UsageError (see `rig.key_curves`).
    """
    yield Progress("mouth", 0.0)
    binding = rig if isinstance(rig, Binding) else bind(rig, (key.name for key in keys))
    curves = shape_curves(take, language, controls)
    return (yield from scaled(key_curves(curves, binding, keys, grid, tolerance), MOUTH_SHARE, 1.0))
