"""Mouths that are not as a rig should be: three shapes, inverted keys, keys with limits, drawings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ..rig import Binding, KeyInfo, Profile, Row, bind
from ..rig.curves import Mode

OPEN = Row("open", {"open": 1.0})
SHUT = Row("shut", {"seal": 1.0})
ROUND = Row("round", {"pucker": 1.0, "funnel": 0.6})
TEETH = Row("teeth", {"tuck": 1.0})
WIDE = Row("wide", {"stretch": 1.0, "smile": 0.3})
LIPS = (OPEN, SHUT, ROUND, TEETH, WIDE)
DRAWN = (
    Row("rest", {}),
    Row("closed", {"seal": 1.0}),
    Row("half", {"open": 0.3}),
    Row("wide_open", {"open": 0.65}),
    Row("small", {"pucker": 0.8, "funnel": 0.5, "open": 0.15}),
    Row("teeth", {"tuck": 1.0}),
)


@dataclass(frozen=True, slots=True)
class Mouth:
    """A mouth that may be played: what its keys make, how far they go, and how they are keyed."""

    name: str
    binding: Binding
    keys: tuple[KeyInfo, ...]
    mode: Mode = "frames"
    step: int = 1


def _made(name: str, rows: tuple[Row, ...], *keys: KeyInfo, exclusive: bool = False, mode: Mode = "frames") -> Mouth:
    profile = Profile(name.replace(" ", "_"), name, rows, exclusive=exclusive)
    known = keys or tuple(KeyInfo(row.key) for row in rows)
    return Mouth(name, bind(profile, [key.name for key in known]), known, mode, 2 if mode == "stepped" else 1)


MOUTHS: Mapping[str, Mouth] = MappingProxyType(
    {
        mouth.name: mouth
        for mouth in (
            _made("three shapes", (OPEN, SHUT, ROUND)),
            _made(
                "inverted keys",
                LIPS,
                KeyInfo("open", -1.0, 0.0, 0.0),
                KeyInfo("shut", -1.0, 0.0, 0.0),
                KeyInfo("round", -0.7, 0.0, 0.0),
                KeyInfo("teeth"),
                KeyInfo("wide", -2.0, -0.2, -0.2),
            ),
            _made(
                "keys with limits",
                LIPS,
                KeyInfo("open", 0.0, 0.6),
                KeyInfo("shut", 0.2, 1.0, 0.2),
                KeyInfo("round", -0.5, 0.8),
                KeyInfo("teeth", 0.0, 0.9),
                KeyInfo("wide", -1.0, 2.0),
            ),
            _made("stepped drawings", DRAWN, exclusive=True, mode="stepped"),
        )
    }
)
