"""Take -> keys: the one way from a reading to a character's mouth, for add-on, command line and tests alike."""

from __future__ import annotations

from collections.abc import Generator, Sequence

from .acting.means import ANY, Means
from .acting.values import Acting
from .languages import Language
from .mouth import Controls, FaceCurves, shape_curves
from .progress import Progress, scaled
from .rig import (
    TOLERANCE,
    Binding,
    Grid,
    KeyCurve,
    KeyInfo,
    Profile,
    bind,
    expression_curves,
    key_curves,
    means_of,
)
from .take import Take

MOUTH_SHARE, MOUTH_DONE = 0.2, 0.97  # of the work, as progress shows it
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
    and last; none where nothing is spoken and nothing acted. `acting`: emphasis, pins, emotions and gestures; what the
    character has no key for is left out (`rig.unshown` tells what). Raises RigError, UsageError (see `rig.key_curves`)
    and ScoreError for a name that is not known.
    """
    yield Progress("mouth", 0.0)
    names = [key.name for key in keys]
    binding = rig if isinstance(rig, Binding) else bind(rig, names)
    curves = face_curves(take, language, controls, acting, means_of(binding.on(names)))
    return (yield from scaled(face_keys(curves, binding, keys, grid, tolerance), MOUTH_SHARE, 1.0))


def face_keys(
    curves: FaceCurves, binding: Binding, keys: Sequence[KeyInfo], grid: Grid, tolerance: float = TOLERANCE
) -> Generator[Progress, None, tuple[KeyCurve, ...]]:
    """The keys of a face that `face_curves` made: those of the mouth, then those beyond it that its acting moves.

    Parameters and errors as in `perform`.
    """
    spoken = yield from scaled(key_curves(curves, binding, keys, grid, tolerance), 0.0, MOUTH_DONE)
    shown = yield from scaled(expression_curves(curves, binding, keys, grid, tolerance), MOUTH_DONE, 1.0)
    yield Progress("keys", 1.0)
    return (*spoken, *shown)


def face_curves(
    take: Take, language: Language, controls: Controls, acting: Acting = NEUTRAL, means: Means = ANY
) -> FaceCurves:
    """The face that `perform` makes keys of: channels of the mouth, contacts, and what acting adds beyond the mouth.

    `means`: what of the acting can be seen (`means_of(binding)`), by default all.
    Raises UsageError where the acting names a syllable or a phone that the take does not have.
    """
    return shape_curves(take, language, controls, acting, means)
