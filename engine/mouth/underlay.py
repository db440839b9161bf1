"""Emotions and gestures laid under speech: they give way to closures, tucks and roundings, and never make one."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ..acting.means import Means
from ..acting.motion import span, wanted
from ..acting.values import Acting
from ..take import Take
from .blending import smooth
from .curves import HOP, FaceCurves

BRIDGED = 0.6  # seconds: a shorter gap between two sounds is no time to show a feeling with the jaw
EASED = 0.12  # seconds of Gaussian over which speech counts as coming and going
ROUND, ROUND_SMOOTH = 0.9, 0.04  # pucker and funnel together that count as fully rounded; seconds
CONTACT_SIDE, CONTACT_SMOOTH = 0.05, 0.02  # seconds before and after a contact in which feelings are out of its way

# How much of a channel's part in an emotion is given up: in speech, where lips are rounded, in contacts. Corners up or
# down do not part the lips, so that one may smile through an m; what parts them is given up whole.
GIVEN_UP = {
    "smile": (0.25, 0.85, 0.3),
    "stretch": (0.35, 0.9, 0.4),
    "frown": (0.2, 0.6, 0.4),
    "upper": (0.4, 0.7, 1.0),
    "lower": (0.4, 0.7, 1.0),
    "nose": (0.2, 0.2, 1.0),  # it lifts the upper lip
    "press": (0.8, 0.7, 0.5),
    "jaw": (1.0, 1.0, 1.0),
}
WHOLE = (0.6, 0.6, 1.0)  # a key for a whole emotion moves the mouth too
OPEN = 0.12  # jaw or parted lips from which pressing them together is over

Doubles = NDArray[np.float64]


def with_acting(face: FaceCurves, take: Take, acting: Acting, means: Means) -> FaceCurves:
    """`face` with what emotions and gestures add; as long as they last, if that is longer."""
    face = _lengthened(face, span(acting))
    times: Doubles = face.start + face.hop * np.arange(len(face.channels["jaw"]), dtype=np.float64)
    asked = wanted(acting, times, means)
    room = _Room(face, take, times)
    channels = dict(face.channels)
    for name, values in asked.mouth.items():
        spoken = channels[name].astype(np.float64)
        channels[name] = _single(spoken + (1.0 - spoken) * values * room.left(GIVEN_UP[name], name == "press"))
    expression = {
        name: _single(values * room.left(GIVEN_UP[name])) if name in GIVEN_UP else _single(values)
        for name, values in asked.face.items()
    }
    whole = {name: _single(values * room.left(WHOLE)) for name, values in asked.whole.items()}
    return FaceCurves(face.start, face.hop, channels, face.contacts, expression | whole)


def _single(values: Doubles) -> NDArray[np.float32]:
    return np.clip(values, -1.0, 1.0).astype(np.float32)


def _lengthened(face: FaceCurves, needed: tuple[float, float] | None) -> FaceCurves:
    """The same curves, at rest for as long before and after as `needed` reaches."""
    if needed is None:
        return face
    before = max(0, int(np.ceil((face.start - needed[0]) / HOP)) + 1) if needed[0] < face.start else 0
    after = max(0, int(np.ceil((needed[1] - face.end) / HOP)) + 1) if needed[1] > face.end else 0
    if not before and not after:
        return face
    channels = {name: np.pad(values, (before, after)) for name, values in face.channels.items()}
    return FaceCurves(face.start - before * face.hop, face.hop, channels, face.contacts)


class _Room:
    """How much of a feeling the mouth has room for at each time."""

    def __init__(self, face: FaceCurves, take: Take, times: Doubles) -> None:
        mouth: Mapping[str, NDArray[np.float32]] = face.channels
        self.speech = _speech(take, times)
        rounded = np.clip((mouth["pucker"].astype(np.float64) + mouth["funnel"]) / ROUND, 0.0, 1.0)
        self.rounded = smooth(rounded[:, None], ROUND_SMOOTH, HOP)[:, 0]
        self.contact = _around_contacts(face, times)
        parted = np.max([mouth[name].astype(np.float64) for name in ("jaw", "upper", "lower")], axis=0)
        self.open = smooth(np.clip(parted / OPEN, 0.0, 1.0)[:, None], ROUND_SMOOTH, HOP)[:, 0]

    def left(self, given_up: tuple[float, float, float], pressing: bool = False) -> Doubles:
        """The share that is left, 0..1."""
        speech, rounded, contact = given_up
        room = (1.0 - speech * self.speech) * (1.0 - rounded * self.rounded) * (1.0 - contact * self.contact)
        return np.clip(room * (1.0 - self.open) if pressing else room, 0.0, 1.0)


def _speech(take: Take, times: Doubles) -> Doubles:
    """1 where somebody speaks, 0 where nobody does for a while."""
    speaks = np.zeros(len(times))
    last = -np.inf
    for phone in take.phones:
        start = last if phone.start - last < BRIDGED else phone.start
        first, stop = np.searchsorted(times, (start - 2.0 * EASED, phone.end + 2.0 * EASED))
        speaks[first:stop] = 1.0
        last = phone.end
    return smooth(speaks[:, None], EASED, HOP)[:, 0]


def _around_contacts(face: FaceCurves, times: Doubles) -> Doubles:
    """1 in contacts, and as much as lips or teeth are on their way to one."""
    near = np.zeros(len(times))
    for contact in face.contacts:
        first, stop = np.searchsorted(times, (contact.start - CONTACT_SIDE, contact.end + CONTACT_SIDE))
        near[first:stop] = 1.0
    eased = smooth(near[:, None], CONTACT_SMOOTH, HOP)[:, 0]
    met = np.maximum(face.channels["seal"], face.channels["tuck"]).astype(np.float64)
    for contact in face.contacts:
        first, stop = np.searchsorted(times, (contact.start - HOP, contact.end + HOP))
        met[first:stop] = 1.0
    return np.maximum(eased, met)
