"""What a language's mouth does in each class of phones that the ear tells apart, as one table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..languages import CHANNELS, Language, Shape
from ..mouth.effort import LIPS, weighed
from ..mouth.pulls import TONGUE
from ..phones import CLASSES, SILENCE
from ..recognizer.decode import spelling

JAW = ("jaw",)
MOVED = (*JAW, *LIPS, *TONGUE)  # channels that follow what is heard; contacts are made apart
ARTICULATORS = (("jaw", JAW), ("lips", LIPS), ("tongue", TONGUE))
OWNER = np.repeat(np.arange(len(ARTICULATORS)), [len(channels) for _, channels in ARTICULATORS])  # of each of MOVED
NEXT = "a"  # what is taken to come next: the rules for clusters ask for it, and it is not known yet

Doubles = NDArray[np.float64]
Table = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Sum:
    """The table of classes summed under how likely each is.

    `pulls`: targets times claims for each of MOVED; `claims` of each of ARTICULATORS; `lips`, `teeth`: how likely they
    meet; `press` of lips that meet; `yields`: the lips' claims of sounds that take over a rounding, `spread` [2] what
    these have of stretch and smile, times claim.
    """

    pulls: Doubles
    claims: Doubles
    lips: float
    teeth: float
    press: float
    yields: float
    spread: Doubles

    @classmethod
    def of(cls, shares: Doubles, table: Table) -> Sum:
        """Under `shares` [classes] of `table`, one of `Tables.after`."""
        row: Doubles = shares @ table
        first, second = len(MOVED), len(MOVED) + len(ARTICULATORS)
        lips, teeth, press, yields, *_ = row[second:].tolist()
        return cls(row[:first], row[first:second], lips, teeth, press, yields, row[-2:])


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """The classes in one language: how it writes each (`ipa`, '' for silence), and whether it has it (`known`, 0 or 1).

    `after`: for each class what the classes after it do, [classes, columns of `Sum`].
    """

    ipa: tuple[str, ...]
    known: Doubles
    after: tuple[Table, ...]

    @classmethod
    def of(cls, language: Language, effort: float = 1.0) -> Tables:
        """Those of `language`, spoken with `effort` 0..2."""
        ipa = spelling(language.inventory)
        known = np.array([float(number == 0 or bool(written)) for number, written in enumerate(ipa)])
        said = [written or phone for written, phone in zip(ipa, CLASSES, strict=True)]
        own: dict[tuple[str, ...], Table] = {}
        after = []
        for before in said:
            made = tuple(
                SILENCE if phone == SILENCE else language.in_context((before, phone, NEXT))[1] for phone in said
            )
            if made not in own:
                own[made] = np.array([_row(weighed(language.shape(phone), effort)) for phone in made])
            after.append(own[made])
        return cls(ipa, known, tuple(after))


def _row(shape: Shape) -> list[float]:
    claims = {name: float(getattr(shape.claims, name)) for name, _ in ARTICULATORS}
    pulls = [shape[channel] * claims[name] for name, channels in ARTICULATORS for channel in channels]
    lips, yields = float(shape.contact == "lips"), shape.yields * claims["lips"]
    contacts = [lips, float(shape.contact == "teeth"), lips * shape["press"]]
    return [*pulls, *claims.values(), *contacts, yields, yields * shape["stretch"], yields * shape["smile"]]


def places(*names: str) -> NDArray[np.intp]:
    """Where channels stand among CHANNELS."""
    return np.array([CHANNELS.index(name) for name in names], np.intp)
