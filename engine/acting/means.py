"""What a rig has to show acting with."""

from __future__ import annotations

from dataclasses import dataclass

from .channels import FACE, MOUTH


@dataclass(frozen=True, slots=True)
class Means:
    """Which channels of acting are seen on a character (see channels.py).

    `mouth`: the mouth's channels that an emotion may move; `face`: those beyond it; `whole`: emotions that one key
    shows as a whole, and that are left to it.
    """

    mouth: frozenset[str] = frozenset(MOUTH)
    face: frozenset[str] = frozenset(FACE) - {"smile"}
    whole: frozenset[str] = frozenset()


ANY = Means()
