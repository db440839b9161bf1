"""The mouth's curves for a take: gestures, blended by dominance, with contacts laid over them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..acting.means import ANY, Means
from ..acting.values import Acting
from ..languages import CHANNELS, Language
from ..take import Take
from .blending import Pulls, blend, smooth
from .contacts import Closure, closures, draw
from .controls import Controls
from .curves import HOP, FaceCurves
from .effort import LIPS
from .gestures import gestures
from .jaw import follow, limit
from .pulls import TONGUE, jaw_pulls, lip_pulls, tongue_pulls
from .stages import opened, opened_jaw, opened_lips
from .underlay import with_acting

BEFORE, AFTER = 0.35, 0.45  # seconds of curve before the first phone and after the last: time to open and to close
JAW_SMOOTH, LIPS_SMOOTH, TONGUE_SMOOTH = 0.010, 0.008, 0.005  # seconds: no corners in the blend
SMOOTHING = 0.06  # seconds of Gaussian at smoothing 1
SHUT_JAW = 0.2  # the jaw in a closure, at most
TUCKED_PUCKER = 0.5  # of a rounding that is left while the lower lip is on the teeth, which it would lift off
TUCKED_SMOOTH = 0.02  # seconds over which it is drawn back: corners are slower than the lower lip

Doubles = NDArray[np.float64]


def shape_curves(
    take: Take,
    language: Language,
    controls: Controls | None = None,
    acting: Acting | None = None,
    means: Means = ANY,
) -> FaceCurves:
    """The face's curves for a take, from its phones, syllables and tracks alone; a take without phones is at rest.

    All channels are float32 [n] within 0..1 at a hop of 5 ms, from a little before the first phone (or from 0) to a
    little after the last (or the end of the sound). Same take, same curves. `acting`: emphasis and pins change how
    the sounds are made, emotions and gestures come on top, as far as `means` shows them; the curves run on as long as
    they do. Raises UsageError where a syllable, a phone or a name is not known.
    """
    controls, acting = controls or Controls(), acting or Acting()
    face = _spoken(take, language, controls, acting)
    return with_acting(face, take, acting, means) if acting.feelings or acting.moves else face


def _spoken(take: Take, language: Language, controls: Controls, acting: Acting) -> FaceCurves:
    """The face that speaks and feels nothing."""
    row = gestures(take, language, controls.effort, acting.stresses, acting.held)
    times = _times(take)
    if not row:
        return FaceCurves(float(times[0]), HOP, {name: np.zeros(len(times), np.float32) for name in CHANNELS})
    lead, force = controls.lead / 1000.0, controls.intensity
    rounding_off = SMOOTHING * controls.smoothing
    lips, jaw = _blended(lip_pulls(row, lead), times), _blended(jaw_pulls(row, lead), times)[:, 0]
    jaw = follow(jaw, take, times, lead)
    opening = opened(take, row, times + lead)
    if opening is not None:
        lips, jaw = lips + opened_lips(opening, language), jaw + opened_jaw(opening)
    lips = smooth(lips, LIPS_SMOOTH + rounding_off, HOP) * controls.lips * force
    tongue = smooth(_blended(tongue_pulls(row), times), TONGUE_SMOOTH + rounding_off, HOP) * min(1.0, force)
    jaw = jaw * controls.jaw * force
    jaw = limit(smooth(jaw[:, None], JAW_SMOOTH + rounding_off, HOP)[:, 0], row, times)
    channels = {"jaw": smooth(jaw[:, None], JAW_SMOOTH, HOP)[:, 0]}
    channels |= dict(zip(LIPS, lips.T, strict=True)) | dict(zip(TONGUE, tongue.T, strict=True))
    found = closures(row)
    channels = _with_contacts(channels, found, controls, float(times[0]))
    clipped = {name: np.clip(channels[name], 0.0, 1.0).astype(np.float32) for name in CHANNELS}
    return FaceCurves(float(times[0]), HOP, clipped, tuple(closure.contact for closure in found))


def _times(take: Take) -> Doubles:
    """The time of each value: whole hops that enclose the phones and the sound."""
    start = end = 0.0
    if take.phones:
        start = min(0.0, take.phones[0].start - BEFORE)
        end = take.phones[-1].end + AFTER
    first = int(np.floor(start / HOP + 1e-6))
    last = int(np.ceil(max(end, take.audio.duration) / HOP - 1e-6))
    times: Doubles = HOP * np.arange(first, max(last, first + 1) + 1).astype(np.float64)
    return times


def _blended(pulls: Pulls, times: Doubles) -> Doubles:
    return blend(pulls, float(times[0]), HOP, len(times))


def _with_contacts(
    channels: dict[str, Doubles], found: list[Closure], controls: Controls, start: float
) -> dict[str, Doubles]:
    """Contacts win outright: they are shut whatever the blend says, and what parts the lips gives way to them."""
    n = len(channels["jaw"])
    force = float(controls.intensity > 0.0)  # a contact is not made by halves
    seal, press = draw(found, "lips", start, HOP, n)
    tuck, _ = draw(found, "teeth", start, HOP, n)
    open_lips = 1.0 - force * seal
    parted = {name: channels[name] * open_lips for name in ("upper", "lower", "tongue_out")}
    tucked = smooth((tuck * open_lips)[:, None], TUCKED_SMOOTH, HOP)[:, 0]
    drawn_back = 1.0 - (1.0 - TUCKED_PUCKER) * force * tucked
    rounded = {name: channels[name] * drawn_back for name in ("pucker", "funnel")}
    return channels | parted | rounded | {
        "seal": force * seal,
        "press": press * controls.lips * controls.intensity,
        "tuck": force * tuck * open_lips,
        "jaw": np.minimum(channels["jaw"], 1.0 - (1.0 - SHUT_JAW) * seal),
    }  # fmt: skip
