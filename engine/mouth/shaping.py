"""The mouth's curves for a take: gestures, blended by dominance, with contacts laid over them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..languages import CHANNELS, Language
from ..take import Take
from .blending import Pulls, blend, smooth
from .contacts import Closure, closures, draw
from .controls import Controls
from .curves import HOP, FaceCurves
from .gestures import Gesture, gestures

BEFORE, AFTER = 0.35, 0.45  # seconds of curve before the first phone and after the last: time to open and to close
LIPS = ("pucker", "funnel", "stretch", "smile", "upper", "lower")
TONGUE = ("tongue_tip", "tongue_out", "tongue_back")

# Seconds that a gesture is felt before and after it is held. Openness 42/36, rounding 110/70, spreading 70/55 and
# lip-heavy sounds up to 150: published tunings; vowels' jaws and rests a little longer, to run into each other.
JAW_REACH = {"vowel": (0.05, 0.05), "rest": (0.07, 0.12), "breath": (0.06, 0.05)}
JAW_REACH_ELSE = (0.032, 0.03)
ROUND_REACH, HEAVY_REACH, LIP_REACH = (0.11, 0.07), (0.08, 0.065), (0.06, 0.05)
REST_REACH = (0.05, 0.08)
TONGUE_REACH = (0.035, 0.03)
HELD = 0.5  # share of a gesture's duration, in its middle, that is held
SMOOTH = {"jaw": 0.010, "lips": 0.008, "tongue": 0.005}  # seconds: no corners in the blend
SMOOTHING = 0.06  # seconds of Gaussian at smoothing 1

OPEN_JAW = 0.62  # the jaw where the openness track is 1
TRACK_SAY = 0.4  # the say of the openness track in the jaw; the rest is the decided phones'
TRACK_RANGE = (0.7, 1.25)  # how far the track may move the phones' jaw, as factors
SHUT_JAW = 0.2  # the jaw in a closure, at most

Doubles = NDArray[np.float64]


def shape_curves(take: Take, language: Language, controls: Controls | None = None) -> FaceCurves:
    """The face's curves for a take, from its phones, syllables and tracks alone; a take without phones is at rest.

    All channels are float32 [n] within 0..1 at a hop of 5 ms, from a little before the first phone (or from 0) to a
    little after the last (or the end of the sound). Same take, same curves.
    """
    controls = controls or Controls()
    row = gestures(take, language)
    start, n = _extent(take)
    if not row:
        return FaceCurves(start, HOP, {name: np.zeros(n, np.float32) for name in CHANNELS})
    lead = controls.lead / 1000.0
    jaw = blend(_jaw_pulls(row, lead), start, HOP, n)
    jaw = smooth(_towards_track(jaw, take, start, lead), SMOOTH["jaw"] + SMOOTHING * controls.smoothing, HOP)
    lips = smooth(blend(_lip_pulls(row, lead), start, HOP, n), SMOOTH["lips"] + SMOOTHING * controls.smoothing, HOP)
    tongue = smooth(blend(_tongue_pulls(row), start, HOP, n), SMOOTH["tongue"] + SMOOTHING * controls.smoothing, HOP)
    channels = {"jaw": jaw[:, 0] * controls.jaw * controls.intensity}
    channels |= {name: lips[:, i] * controls.lips * controls.intensity for i, name in enumerate(LIPS)}
    channels |= {name: tongue[:, i] * min(1.0, controls.intensity) for i, name in enumerate(TONGUE)}
    channels["jaw"] = np.minimum(channels["jaw"], _ceiling(row, start, n))
    found = closures(row)
    _lay_contacts(channels, found, controls, start)
    clipped = {name: np.clip(channels[name], 0.0, 1.0).astype(np.float32) for name in CHANNELS}
    return FaceCurves(start, HOP, clipped, tuple(closure.contact for closure in found))


def _extent(take: Take) -> tuple[float, int]:
    """Time of the first value, on a whole hop, and the number of values."""
    start = end = 0.0
    if take.phones:
        start = min(0.0, take.phones[0].start - BEFORE)
        end = take.phones[-1].end + AFTER
    start = np.floor(start / HOP + 1e-9) * HOP
    return float(start), int(np.ceil((max(end, take.audio.duration) - start) / HOP - 1e-9)) + 1


def _jaw_pulls(row: list[Gesture], lead: float) -> Pulls:
    claims = [gesture.shape.claims.jaw for gesture in row]
    reaches = [JAW_REACH.get(gesture.kind, JAW_REACH_ELSE) for gesture in row]
    return _pulls(row, claims, reaches, ("jaw",), lead)


def _lip_pulls(row: list[Gesture], lead: float) -> Pulls:
    claims = [gesture.shape.claims.lips for gesture in row]
    return _pulls(row, claims, [_lip_reach(gesture) for gesture in row], LIPS, lead)


def _lip_reach(gesture: Gesture) -> tuple[float, float]:
    if gesture.kind == "rest":
        return REST_REACH
    if not gesture.shape.heavy:
        return LIP_REACH
    return ROUND_REACH if gesture.shape["pucker"] + gesture.shape["funnel"] > 0.5 else HEAVY_REACH


def _tongue_pulls(row: list[Gesture]) -> Pulls:
    claims = [gesture.shape.claims.tongue for gesture in row]
    return _pulls(row, claims, [TONGUE_REACH] * len(row), TONGUE, 0.0)


def _pulls(
    row: list[Gesture], claims: list[float], reaches: list[tuple[float, float]], channels: tuple[str, ...], lead: float
) -> Pulls:
    spans = np.array([_held(gesture, lead) for gesture in row])
    reach = np.array(reaches)
    columns = [CHANNELS.index(name) for name in channels]
    targets = np.array([gesture.shape.targets for gesture in row])[:, columns]
    return Pulls(spans[:, 0], spans[:, 1], reach[:, 0], reach[:, 1], np.array(claims), targets)


def _held(gesture: Gesture, lead: float) -> tuple[float, float]:
    """The stretch in which a gesture is fully in force; vowels and glides are ahead of their sound by `lead`."""
    if gesture.kind == "rest":
        return gesture.start + min(0.2, 0.5 * gesture.duration), gesture.end - min(0.12, 0.3 * gesture.duration)
    ahead = lead if gesture.kind in ("vowel", "glide") else 0.0
    inset = 0.5 * (1.0 - HELD) * gesture.duration
    return gesture.start + inset - ahead, gesture.end - inset - ahead


def _towards_track(jaw: Doubles, take: Take, start: float, lead: float) -> Doubles:
    """The phones' jaw, drawn towards what the openness track expects where the take has one."""
    track = take.tracks
    if not len(track.openness):
        return jaw
    times = start + HOP * np.arange(len(jaw)) + lead
    centres = (np.arange(len(track.openness)) + 0.5) * track.hop
    expected = OPEN_JAW * np.interp(times, centres, np.nan_to_num(track.openness.astype(np.float64)), 0.0, 0.0)
    bounded = np.clip(expected[:, None], TRACK_RANGE[0] * jaw, TRACK_RANGE[1] * jaw)
    drawn: Doubles = jaw + TRACK_SAY * (bounded - jaw)
    return drawn


def _ceiling(row: list[Gesture], start: float, n: int) -> Doubles:
    """How far the jaw may open at most: falls and rises within a few samples around the gestures that limit it."""
    ceiling = np.ones(n)
    margin = 0.05
    for gesture in row:
        if gesture.shape.ceiling < 1.0:
            first = max(0, int((gesture.start - margin - start) / HOP))
            last = min(n, int((gesture.end + margin - start) / HOP) + 1)
            time = start + HOP * np.arange(first, last)
            apart = np.maximum(np.maximum(gesture.start - time, time - gesture.end), 0.0) / margin
            limit = gesture.shape.ceiling + (1.0 - gesture.shape.ceiling) * apart
            ceiling[first:last] = np.minimum(ceiling[first:last], limit)
    return ceiling


def _lay_contacts(channels: dict[str, Doubles], found: list[Closure], controls: Controls, start: float) -> None:
    """Contacts win outright: they are shut whatever the blend says, and what parts the lips gives way to them."""
    n = len(channels["jaw"])
    seal, press = draw(found, "lips", start, HOP, n)
    tuck, _ = draw(found, "teeth", start, HOP, n)
    if controls.intensity == 0.0:
        seal, tuck = np.zeros(n), np.zeros(n)
    channels["seal"], channels["press"] = seal, press * controls.lips * controls.intensity
    channels["tuck"] = tuck * (1.0 - seal)
    for name in ("upper", "lower", "tongue_out"):
        channels[name] = channels[name] * (1.0 - seal)
    channels["jaw"] = np.minimum(channels["jaw"], 1.0 - (1.0 - SHUT_JAW) * seal)
