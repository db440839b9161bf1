"""What one run comes to: the live ear and mouth beside the truth and beside the refined pass."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise

import mouths
import numpy as np
import scoring
from check.speech import Speech, Timed, language_of, take_of
from mouths import MOUTHS, Phone, Truth
from numpy.typing import NDArray

from engine.errors import LockstepError
from engine.languages import Language
from engine.listen import listen
from engine.mouth import Controls, shape_curves
from engine.mouth.curves import FaceCurves
from engine.phones import CLASSES
from engine.progress import drain
from engine.recognizer import Recognizer
from engine.take import Take

from . import mouth
from .hearing import Heard, hear

EARLY = 2.0  # seconds at the start of a run, in which the normaliser has heard little
LIVE, REFINED, AGREED, EARLY_LIVE, LATER_LIVE, EARLY_REFINED = (
    *("live", "refined", "agreed", "early live", "later live", "early refined"),
)
ON_SOUND = Controls(lead=0.0)
_MOUTH_OF = np.array([mouths.mouth_of(mouths.letters_of(ipa)[:1]) for ipa in CLASSES])


@dataclass(frozen=True, eq=False)
class Outcome:
    """One run. `counts`: of each comparison, in scoring.FIELDS; `ways`: beside the refined mouth, `true_ways` the same
    beside that of the true phones, `refined_ways` the refined mouth's beside the latter, `sound_ways` the live mouth
    beside where open and rounded sounds are said.

    `delay`, `most`: seconds from sound to moment, median and at most; `gaps`: moments that are missing, double or out
    of order; `turns` a second, `trembling`: (live, refined); `brief`: contacts that flicker, a second; `begun`,
    `ended`: seconds by which contacts of the lips begin and end after the true ones; `cost`: of real time.
    """

    name: str
    source: str
    language: str
    microphone: str
    seconds: float
    cost: float
    delay: float
    most: float
    gaps: int
    counts: dict[str, scoring.Counts]
    ways: dict[str, mouth.Way] = field(default_factory=dict)
    true_ways: dict[str, mouth.Way] = field(default_factory=dict)
    refined_ways: dict[str, mouth.Way] = field(default_factory=dict)
    sound_ways: dict[str, mouth.Way] = field(default_factory=dict)
    turns: tuple[float, float] = (float("nan"), float("nan"))
    trembling: tuple[float, float] = (float("nan"), float("nan"))
    brief: float = float("nan")
    begun: tuple[float, ...] = ()
    ended: tuple[float, ...] = ()


class Judge:
    """Hears runs live and refined."""

    def __init__(self, recognizer: Recognizer) -> None:
        self._ear = recognizer

    def judge(self, speech: Speech, microphone: str) -> Outcome | None:
        """What a run comes to; None where the refined pass refuses it."""
        language = language_of(speech.language)
        try:
            take = drain(listen(speech.file, language=language, recognizer=self._ear))
        except LockstepError:
            return None
        return _judged(speech, microphone, language, take, hear(speech))


def _judged(speech: Speech, microphone: str, language: Language, take: Take, heard: Heard) -> Outcome:
    truth = mouths.truth(speech.phones, speech.duration)
    refined = tuple((phone.start, phone.end, phone.ipa) for phone in take.phones)
    after = mouths.truth(refined, speech.duration)
    rows, live = phones_of(heard.phones), heard.face
    shut = mouth.contacts(live)
    counts = {
        LIVE: _counts(rows, shut, truth),
        REFINED: scoring.in_time(refined, truth),
        AGREED: _counts(rows, shut, after),
        EARLY_LIVE: _counts(rows, shut, part(truth, 0.0, EARLY)),
        LATER_LIVE: _counts(rows, shut, part(truth, EARLY, speech.duration)),
        EARLY_REFINED: scoring.in_time(refined, part(truth, 0.0, EARLY)),
    }
    plain = Outcome(
        name=speech.name, source=speech.source, language=speech.language, microphone=microphone,
        seconds=speech.duration, cost=heard.seconds / speech.duration,
        delay=float(np.median(heard.delays)), most=float(heard.delays.max()), gaps=gaps(heard.times, speech.duration),
        counts={name: scoring.row(one) for name, one in counts.items()},
    )  # fmt: skip
    known = take_of(speech.phones, speech, take.tracks)
    own, true = (shape_curves(one, language, ON_SOUND) for one in (take, known))
    return _with_mouths(plain, live, own, true, truth, shut)


def _with_mouths(
    plain: Outcome, live: FaceCurves, refined: FaceCurves, true: FaceCurves, truth: Truth, shut: tuple[list, list]
) -> Outcome:
    begun, ended = mouth.edge_shifts(list(truth.closures), shut[0])
    brief = sum(end - start < mouth.BRIEF for spans in shut for start, end in spans)
    return replace(
        plain,
        ways=mouth.ways(live, refined),
        true_ways=mouth.ways(live, true),
        refined_ways=mouth.ways(refined, true),
        sound_ways=mouth.to_sounds(live, truth.mouth),
        turns=(mouth.turns(live) / plain.seconds, mouth.turns(refined) / plain.seconds),
        trembling=(mouth.restless(live), mouth.restless(refined)),
        brief=brief / plain.seconds,
        begun=tuple(begun),
        ended=tuple(ended),
    )


def _counts(rows: tuple[Phone, ...], shut: tuple[list, list], truth: Truth) -> dict[str, float]:
    """The ear's rows by mouth class, the mouth's contacts."""
    counts = scoring.in_time(rows, truth)
    for name, true, said in (("closures", truth.closures, shut[0]), ("teeth", truth.teeth, shut[1])):
        counts |= scoring.contacts(name, true, [span for span in said if _outside(span, truth)])
    error, edges = scoring.edge_errors(truth.closures, shut[0])
    return counts | {"edge_error": error, "edges": float(edges)}


def _outside(span: mouths.Span, truth: Truth) -> bool:
    covered = sum(max(0.0, min(span[1], end) - max(span[0], start)) for start, end in truth.pauses)
    return covered < 0.5 * (span[1] - span[0])


def phones_of(logs: NDArray[np.float32]) -> tuple[Phone, ...]:
    """Rows of log-probabilities as phones of 10 ms and more: the likeliest of the likeliest mouth class, row by row."""
    shares = np.exp(logs)
    by_mouth = np.stack([shares[:, index == _MOUTH_OF].sum(axis=1) for index in range(len(MOUTHS))], axis=1)
    best = np.where(_MOUTH_OF[None, :] == by_mouth.argmax(axis=1)[:, None], shares, -1.0).argmax(axis=1)
    edges = [0, *(np.flatnonzero(np.diff(best)) + 1).tolist(), len(best)]
    return tuple(
        (start * mouths.HOP, end * mouths.HOP, CLASSES[best[start]])
        for start, end in pairwise(edges)
        if end > start and CLASSES[best[start]]
    )


def part(truth: Truth, start: float, end: float) -> Truth:
    """The truth of the frames between two times alone; the pauses stay, since what lies in them is not judged."""
    middles = (np.arange(len(truth.mouth)) + 0.5) * mouths.HOP
    inside = (middles >= start) & (middles < end)
    closures, teeth = (
        tuple(span for span in spans if start <= 0.5 * (span[0] + span[1]) < end)
        for spans in (truth.closures, truth.teeth)
    )
    beyond = ((-1.0, start), (end, 1e9))
    return replace(truth, scored=truth.scored & inside, closures=closures, teeth=teeth, pauses=(*truth.pauses, *beyond))


def gaps(times: NDArray[np.float64], seconds: float) -> int:
    """How many moments are missing, double or out of order, one for each whole 10 ms of the sound being due."""
    due = int(seconds / mouths.HOP + 1e-6)
    right = (np.arange(due) + 0.5) * mouths.HOP
    shared = min(due, len(times))
    return int((np.abs(times[:shared] - right[:shared]) > 1e-6).sum()) + abs(due - len(times))


__all__ = ["Judge", "Outcome", "Timed", "phones_of"]
