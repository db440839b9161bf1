"""How far a comparison is to be trusted: by the reading, by the fit, by the second opinion."""

from __future__ import annotations

from dataclasses import dataclass

from .faults import COARSE_WHOLLY, coarse
from .movement import Movement
from .result import Fault, Timing
from .search import likeness
from .shot import Shot
from .timing import Measured, mean_fit
from .wording import frames, side

READ_SURELY, FITS = 0.8, 0.55  # with so sure a reading a right mouth fits better than that
READ_POOR, READ_WELL = 0.35, 0.60  # mean confidence of the phones: guessed, and known
MATCHED = 0.5  # confidence of the timing from which the mouth speaks this sound
BOTH = 0.3  # the same where the energy is as sure, and agrees
SECOND = 0.5  # confidence of the energy from which it has a say
STRANGE = 0.45  # mean confidence of the phones from which a mouth that fits nowhere speaks something else
REPEATS = 0.4  # likeness of the speech to itself at another time, from which nothing is told by a misfit
CLEARLY = 0.8  # confidence from which a rhythm that repeats itself is no doubt
AWAY = 0.1  # seconds, and of the speed: off by less, a mouth is at the same beat
SAME_AGAIN = "The speech repeats itself, so that it cannot be told which beat the mouth is at."
STANDS_OUT = 10.0  # standard deviations from which a mouth that fits badly may still be the right one
ENOUGH = 2.0  # seconds of speech that it takes to tell so
TOGETHER = 0.06  # seconds as heard within which two opinions agree

Doubts = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trust:
    """`matched`: the mouth speaks this sound; `confidence` 0..1 of all that is told; `faults` where it does not;
    `doubts`: a sentence each."""

    matched: bool
    confidence: float
    faults: tuple[Fault, ...]
    doubts: Doubts


def trust(shot: Shot, found: Measured, events: Timing, energy: Timing | None, moved: Movement, leapt: bool) -> Trust:
    """Weigh reading, fit and second opinion."""
    read = min(1.0, max(0.0, (shot.trust - READ_POOR) / (READ_WELL - READ_POOR)))
    second = energy.confidence if energy else 0.0
    spoken = sum(phone.end - phone.start for phone in shot.phones)
    agrees = energy is not None and abs(energy.offset - events.offset) <= TOGETHER
    if events.confidence < (BOTH if agrees and second >= BOTH else MATCHED):
        return _unmatched(shot, found, spoken, moved)
    away = abs(events.offset) > AWAY or abs(found.guess.speed - 1.0) > AWAY
    if away and events.confidence < CLEARLY and likeness(shot.signals()) > REPEATS:
        return Trust(False, 0.0, (), (SAME_AGAIN,))
    own = events.confidence * (0.75 + 0.25 * read)
    doubts: Doubts = ()
    if energy is not None and second >= SECOND and not leapt:
        if agrees:
            own = 1.0 - (1.0 - own) * (1.0 - 0.4 * second)
        else:
            own *= 0.7
            doubts = (_apart(energy, shot.fps),)
    if read < 0.5:
        doubts = (*doubts, _guessed(shot))
    if shot.trust >= STRANGE and moved.turns < COARSE_WHOLLY:
        own = max(own, shot.trust)  # that keys are missing is sure, however unsure the timing
    return Trust(True, own, (), doubts)


def _apart(energy: Timing, fps: float) -> str:
    return (
        f"By the energy of its sound alone the mouth would be {frames(energy.offset, fps)} {side(energy.offset)}; "
        "the two do not agree."
    )


def _guessed(shot: Shot) -> str:
    return (
        f"The speech is hard to hear (its sounds are {shot.trust:.0%} sure): whispered, sung, noisy or in another "
        "language."
    )


def _unmatched(shot: Shot, found: Measured, spoken: float, moved: Movement) -> Trust:
    """The mouth fits nowhere: it speaks something else, or the hearing is no good."""
    plainly = shot.trust >= READ_SURELY and mean_fit(found.path) < FITS
    if shot.trust >= STRANGE and spoken >= ENOUGH and (found.guess.height < STANDS_OUT or plainly):
        if moved.turns < COARSE_WHOLLY:
            return Trust(False, min(1.0, shot.trust), (coarse(shot, moved),), ())
        start, end = shot.phones[0].start, shot.phones[-1].end
        strange = Fault(
            "other take",
            start,
            end,
            f"The mouth speaks something else: at no offset and at no speed does it fit this sound (correlation "
            f"{mean_fit(found.path):.2f}).",
            "Lay the right sound under the animation, or sync the line to this one.",
            True,
        )
        if likeness(shot.signals()) > REPEATS:
            return Trust(False, 0.0, (), (SAME_AGAIN,))
        return Trust(False, min(1.0, shot.trust), (strange,), ())
    short = f"There are only {spoken:.1f} s of speech, too little to tell." if spoken < ENOUGH else _guessed(shot)
    return Trust(False, 0.0, (), ("The mouth fits its sound nowhere surely, so that it cannot be told.", short))
