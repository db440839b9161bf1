"""Pins: a sound that takes the mouth of another one because the artist wants it to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..acting.values import Held
from ..errors import UsageError
from ..languages import Claims, Language, Part, Shape
from ..languages.shape import CHANNELS
from ..take import Take
from .gesture import Gesture, kind_of

SIDE = 0.5  # strength from which what cannot be made by halves (contacts above all) is the pinned sound's
INSISTS = 0.95  # claims of a shape that is pinned in full: it is there to be seen
CONTACTS = ("seal", "tuck")


def pinned(spoken: Sequence[Gesture], held: Sequence[Held], take: Take, language: Language) -> list[Gesture]:
    """`spoken` with the gestures of held phones made into what they shall look like.

    Raises UsageError for a phone that is not there.
    """
    wanted: dict[int, list[Held]] = {}
    for pin in held:
        if not 0 <= pin.phone < len(take.phones):
            raise UsageError(
                f"A pin is on sound {pin.phone}, but the take has {len(take.phones)}; place the acting again."
            )
        wanted.setdefault(pin.phone, []).append(pin)
    result: list[Gesture] = []
    for gesture in spoken:
        pieces = [gesture]
        phone = take.phones[gesture.phone]
        for pin in wanted.get(gesture.phone, ()):
            parts = language.parts(pin.ipa)
            pieces = [
                made for piece in pieces for made in _taken(piece, pin, parts, (phone.start, phone.end), language)
            ]
        result += pieces
    return result


def _taken(
    gesture: Gesture, pin: Held, parts: Sequence[Part], phone: tuple[float, float], language: Language
) -> list[Gesture]:
    """One gesture of a phone (from, to: `phone`) as the pin has it: cut where the pinned sound turns."""
    made = []
    for part in parts:
        start = max(gesture.start, phone[0] + part.start * (phone[1] - phone[0]))
        end = min(gesture.end, phone[0] + part.end * (phone[1] - phone[0]))
        if end - start > 1e-6:
            kind = kind_of(part.ipa) if pin.strength >= SIDE else gesture.kind
            shape = mixed(gesture.shape, language.shape(part.ipa), pin.strength)
            made.append(replace(gesture, start=start, end=end, shape=shape, kind=kind, pinned=True))
    return made


def mixed(own: Shape, other: Shape, strength: float) -> Shape:
    """`own`, `strength` 0..1 of the way to `other`; contacts are the one's or the other's, never half made."""
    side = other if strength >= SIDE else own
    targets = (1.0 - strength) * np.array(own.targets) + strength * np.array(other.targets)
    if own.contact or other.contact:
        for name in CONTACTS:
            targets[CHANNELS.index(name)] = side[name]
    return replace(
        side,
        targets=tuple(float(value) for value in targets),
        claims=_insisting(own.claims, other.claims, strength),
        ceiling=(1.0 - strength) * own.ceiling + strength * other.ceiling,
    )


def _insisting(own: Claims, other: Claims, strength: float) -> Claims:
    def claim(one: float, two: float) -> float:
        return max((1.0 - strength) * one + strength * two, INSISTS * strength)

    return Claims(claim(own.jaw, other.jaw), claim(own.lips, other.lips), claim(own.tongue, other.tongue))
