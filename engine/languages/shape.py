"""The mouth's shape for one phone, and what a diacritic does to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

CHANNELS = (
    *("jaw", "seal", "press", "tuck", "pucker", "funnel", "stretch", "smile", "upper", "lower"),
    *("tongue_tip", "tongue_out", "tongue_back"),
)
TEETH_CONTACT = 0.8  # a tuck of this much is lip to teeth (facts: labiodentals must hold at least .80 of full)


@dataclass(frozen=True, slots=True)
class Claims:
    """How strongly a phone insists on its own jaw, lips and tongue against its neighbours', each 0..1."""

    jaw: float = 0.0
    lips: float = 0.0
    tongue: float = 0.0


@dataclass(frozen=True, slots=True)
class Shape:
    """Where the mouth goes for a phone.

    `targets`: one value 0..1 for each of CHANNELS, in that order. `claims`: dominance for each articulator. `heavy`:
    lips start early and end late. `yields`: takes over a rounded neighbour's rounding. `ceiling`: the jaw opens no
    further while the phone sounds. `release`: share of the duration, at its end, after a contact has let go.
    """

    targets: tuple[float, ...] = (0.0,) * len(CHANNELS)
    claims: Claims = Claims()
    heavy: bool = False
    yields: bool = False
    ceiling: float = 1.0
    release: float = 0.0

    def __getitem__(self, channel: str) -> float:
        """The target of one channel. Raises ValueError for a name that is not in CHANNELS."""
        return self.targets[CHANNELS.index(channel)]

    @property
    def contact(self) -> str:
        """'lips' where the lips shut, 'teeth' where the lower lip meets the upper teeth, else ''."""
        if self["seal"] > 0.0:
            return "lips"
        return "teeth" if self["tuck"] >= TEETH_CONTACT else ""


@dataclass(frozen=True, slots=True)
class Mark:
    """What a diacritic does: targets (and 'release') times a factor, plus an amount; claims at least `claims`.

    `on` is 'vowel' or 'consonant' where it applies to these alone, else ''.
    """

    add: Mapping[str, float]
    times: Mapping[str, float]
    claims: Claims
    on: str = ""

    def applied_to(self, shape: Shape) -> Shape:
        """`shape` as it is with this diacritic, kept within 0..1; a seal is never made or undone."""

        def changed(name: str, value: float) -> float:
            return min(1.0, max(0.0, value * self.times.get(name, 1.0) + self.add.get(name, 0.0)))

        return replace(
            shape,
            targets=tuple(changed(name, value) for name, value in zip(CHANNELS, shape.targets, strict=True)),
            release=min(0.8, changed("release", shape.release)),
            claims=Claims(
                max(shape.claims.jaw, self.claims.jaw),
                max(shape.claims.lips, self.claims.lips),
                max(shape.claims.tongue, self.claims.tongue),
            ),
        )
