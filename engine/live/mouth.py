"""The mouth as it comes: what is heard, row by row -> channels, by what was heard up to now alone.

Each articulator heads for the mean of the shapes of all sounds that it may be, weighed by how likely each is and by
how strongly it claims that articulator: a t says nothing of the lips, which then stay nearly where they were. It
follows as a critically damped spring, the slower the weaker the claims and the less sure it is what is said. Contacts
are made apart (contact.py).
"""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..languages import CHANNELS, Language
from ..mouth.controls import Controls
from ..mouth.effort import time_needed
from ..mouth.jaw import OPEN_JAW, TRACK_RANGE, TRACK_SAY
from ..mouth.shaping import SHUT_JAW, SMOOTHING, TUCKED_PUCKER
from ..phones import CLASSES
from ..recognizer import ARTICULATIONS
from .contact import LOOK, Least, LiveContact
from .following import Follower
from .loudness import Loudness
from .moment import HOP
from .tables import MOVED, OWNER, Sum, Tables, places

PACES = np.array([73.0, 73.0, 80.0])  # of jaw, lips and tongue, 1/s
EASED = np.array([0.25, 0.5, 0.3])  # power of the claims that slows them
UNSURE = 0.5  # of their pace, where no sound is likelier than others
LEAST = 0.4  # of their pace, however weak the claims
STILL = 1.0  # 1/s: where nothing at all is claimed
CLAIMED = 1e-3
REST_PACE = 18.0  # 1/s
REST_ROWS = 50.0  # of silence after which the mouth is wholly at rest
STIRS = 0.9  # of those rows that still count, a row later, where a sound is likelier than silence
HEADS = 0.25  # say of the lips' own outputs in contacts, beside the phones'
LIPS_MEET, TEETH_MEET = Least(0.3, 0.5, 0.25), Least(0.4, 0.4, 0.3)
PRESSED = 0.25  # of the way to its press, a row
KEPT = 0.85  # of a rounding that a sound takes over
ROUND, ROUNDED = 0.9, 0.3  # pucker and funnel together that are full rounding; share of it from which it is taken over
UNSPREAD = 0.9  # of the spread that such a sound gives up for it
FADES = np.exp(-HOP / 0.1)  # of a rounding that is over, a row
SETTLED = 4  # rows that a sound lasts until the next one is made in its context

JAW = MOVED.index("jaw")
ROUNDINGS = slice(MOVED.index("pucker"), MOVED.index("funnel") + 1)
SPREADS = slice(MOVED.index("stretch"), MOVED.index("smile") + 1)
CLOSED, LABIODENTAL, OPENNESS = (ARTICULATIONS.index(name) for name in ("closed", "labiodental", "openness"))
AT, PARTED, ROUNDS = places(*MOVED), places("upper", "lower", "tongue_out"), places("pucker", "funnel")
SEAL, PRESS, TUCK = (CHANNELS.index(name) for name in ("seal", "press", "tuck"))

CERTAIN = np.eye(len(CLASSES))[0]  # silence
SILENCE, NOTHING = np.where(CERTAIN > 0.0, 0.0, -60.0), np.zeros(len(ARTICULATIONS))

Doubles = NDArray[np.float64]
Floats = NDArray[np.float32]
Halves = NDArray[np.float16]


class Shown(NamedTuple):
    """One row of 10 ms: `values` [channels] 0..1 in the order of CHANNELS, and the likeliest sound, '' in silence."""

    values: Doubles
    phone: str


class LiveMouth:
    """The mouth of one sound that is still going on, LOOK rows after the rows that it is told.

    Of `controls`, `lead` cannot be had: nobody knows what comes. `smoothing` makes the mouth later, at 1 by 60 ms;
    contacts stay on their sound. `effort` moves it further and sooner.
    """

    delay = LOOK * HOP  # seconds by which it comes after its ear
    lag = 2.0 / float(PACES[:2].min()) - delay  # seconds by which a movement comes behind what the moment speaks of

    def __init__(self, language: Language, controls: Controls | None = None) -> None:
        self._controls = controls or Controls()
        self._tables = Tables.of(language, self._controls.effort)
        self._paces = PACES / time_needed(self._controls.effort)
        self._moving, self._round = Follower(len(MOVED)), np.zeros(2)
        self._lips, self._teeth = LiveContact(LIPS_MEET), LiveContact(TEETH_MEET)
        self._loudness = Loudness()
        self._quiet, self._press = REST_ROWS, 0.0
        self._before, self._now, self._lasting = 0, 0, 0
        self._heard: deque[str] = deque([""] * LOOK)
        self._early = LOOK

    def push(self, phones: Floats | Halves, articulation: Floats | Halves, energy: Floats | Doubles) -> list[Shown]:
        """The next rows: log-probabilities of CLASSES [k, classes], ARTICULATIONS [k, 7] 0..1, levels in dB [k].

        Gives what is known now: in all, as many rows as were told, less LOOK until `finish`.
        """
        rows = zip(phones.astype(np.float64), articulation.astype(np.float64), energy.tolist(), strict=True)
        shown = [self._step(*row) for row in rows]
        early = min(self._early, len(shown))
        self._early -= early
        return shown[early:]

    def finish(self) -> list[Shown]:
        """The rows that are left, as if silence followed. Nothing may be pushed then."""
        return [self._step(SILENCE, NOTHING, -np.inf) for _ in range(LOOK)][self._early :]

    def _step(self, logs: Doubles, ways: Doubles, level: float) -> Shown:
        """The row LOOK before the one that is told; what is no number, or too soft to be heard, is silence."""
        shares = np.exp(np.minimum(logs, 0.0)) * self._tables.known
        total = float(shares.sum()) + 0.0 * float(ways.sum())
        if not 0.0 < total < np.inf or self._loudness.silent(level):
            shares, ways, total = CERTAIN, NOTHING, 1.0
        shares = shares / total
        best = int(shares.argmax())
        quiet = best == 0
        self._loudness.hear(level, not quiet)
        self._quiet = min(self._quiet + 1.0, REST_ROWS) if quiet else STIRS * self._quiet
        self._note(best)
        resting = self._quiet / REST_ROWS * float(shares[0])
        may_be = (1.0 - resting) * shares
        may_be[0] = resting
        heard = Sum.of(may_be, self._tables.after[self._before])
        seal, tuck = self._contacts(heard, ways)
        moved = self._moving.step(
            self._goals(heard, ways, level), self._pace(heard.claims, resting, float(shares.max()))
        )
        self._round = np.maximum(moved[ROUNDINGS], self._round * FADES)
        return Shown(self._shown(moved, seal, tuck), self._heard.popleft())

    def _note(self, best: int) -> None:
        """The likeliest class of a row: what it is called, and in whose context the next is made."""
        self._heard.append(self._tables.ipa[best])
        if best != self._now:
            if self._lasting >= SETTLED:
                self._before = self._now
            self._now, self._lasting = best, 0
        self._lasting = min(self._lasting + 1, SETTLED)

    def _goals(self, heard: Sum, ways: Doubles, level: float) -> Doubles:
        """Where each of MOVED heads for."""
        pulls = heard.pulls
        if heard.yields > CLAIMED:
            amount = min(1.0, float(self._round.sum()) / ROUND)
            if amount > ROUNDED:
                pulls[ROUNDINGS] += heard.yields * KEPT * self._round
            pulls[SPREADS] -= UNSPREAD * amount * heard.spread
        goals: Doubles = pulls / np.maximum(heard.claims, 1e-6)[OWNER]
        jaw, opened = float(goals[JAW]), OPEN_JAW * float(ways[OPENNESS])
        opened = min(max(opened, TRACK_RANGE[0] * jaw), TRACK_RANGE[1] * jaw)
        goals[JAW] = (jaw + TRACK_SAY * (opened - jaw)) * self._loudness.strength(level)
        return goals

    def _pace(self, claims: Doubles, resting: float, sure: float) -> Doubles:
        paces = self._paces * (UNSURE + (1.0 - UNSURE) * sure)
        spoken = np.where(claims > CLAIMED, np.maximum(np.minimum(claims, 1.0) ** EASED, LEAST) * paces, STILL)
        pace = resting * REST_PACE + (1.0 - resting) * spoken
        later = 0.5 * (SMOOTHING * self._controls.smoothing) ** 2  # a Gaussian's variance, as a spring has it
        return (1.0 / np.sqrt(1.0 / pace**2 + later))[OWNER]

    def _contacts(self, heard: Sum, ways: Doubles) -> tuple[float, float]:
        """How far the lips are shut, and lip is on teeth."""
        lips, teeth = _evidence(heard.lips, ways[CLOSED]), _evidence(heard.teeth, ways[LABIODENTAL])
        if heard.lips > CLAIMED:
            self._press += PRESSED * (heard.press / heard.lips - self._press)
        made = float(self._controls.intensity > 0.0)  # a contact is not made by halves
        seal = made * self._lips.step(lips)
        return seal, made * self._teeth.step(teeth if teeth > lips else 0.0) * (1.0 - seal)

    def _shown(self, moved: Doubles, seal: float, tuck: float) -> Doubles:
        """All channels: what moves, under the contacts, which win outright."""
        controls, force = self._controls, self._controls.intensity
        values = np.zeros(len(CHANNELS))
        values[AT] = moved * np.array([controls.jaw * force, controls.lips * force, min(1.0, force)])[OWNER]
        values[PARTED] *= 1.0 - seal
        values[ROUNDS] *= 1.0 - (1.0 - TUCKED_PUCKER) * tuck
        values[0] = min(values[0], 1.0 - (1.0 - SHUT_JAW) * seal)
        values[[SEAL, PRESS, TUCK]] = seal, seal * self._press * controls.lips * force, tuck
        return np.minimum(np.maximum(values, 0.0), 1.0)


def _evidence(phones: float, own: float) -> float:
    return (1.0 - HEADS) * phones + HEADS * float(own)
