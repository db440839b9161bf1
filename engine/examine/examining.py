"""The way of an examination: hear, compare, lay against budget and norms, advise."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import replace

from ..budget.report import BudgetReport
from ..check.mouth import MouthTrack, face_seen
from ..check.result import Fault, SyncCheck
from ..check.seen import Seen
from ..ears.protocol import Ear
from ..errors import AudioError
from ..languages import load
from ..listen import listen
from ..pace import FASTEST, SLOWEST, at_speed
from ..progress import Progress, scaled
from ..rig import Binding
from ..sound.source import Source
from ..take import Take
from .examination import Asked, Examination

NO_SOUND = "There is no sound to compare the mouth with."


def examine(
    source: Source | None,
    seen: Seen,
    binding: Binding,
    asked: Asked,
    recognizer: Ear | None = None,
    remark: Callable[[str], None] | None = None,
) -> Generator[Progress, None, Examination]:
    """Hear a sound anew, compare the face with it, and say how they stand to each other.

    `source` None: there is no sound. `seen`: the face as it is shown, in seconds of this sound; `binding`: what its
    keys make. `remark` is called with a sentence for each thing that may spoil the hearing. A sound in which no speech
    is found is no error here: the check says so. Raises TranscriptError, UsageError.
    """
    from ..soundcheck.checking import check_sound

    if source is None:
        return Examination(untimed(seen, asked.circumstances, ()))
    try:
        take = yield from scaled(_hear(source, asked, recognizer, remark), 0.0, 0.6)
    except AudioError as error:
        sound = yield from scaled(check_sound(source), 0.6, 1.0)
        return Examination(untimed(seen, asked.circumstances, (str(error),)), sound=sound)
    return (yield from scaled(_compare(source, seen, binding, asked, take), 0.6, 1.0))


def _hear(
    source: Source, asked: Asked, recognizer: Ear | None, remark: Callable[[str], None] | None
) -> Generator[Progress, None, Take]:
    return (
        yield from listen(
            source, language=asked.language, transcript=asked.transcript, recognizer=recognizer, remark=remark
        )
    )  # fmt: skip


def _compare(
    source: Source, seen: Seen, binding: Binding, asked: Asked, take: Take
) -> Generator[Progress, None, Examination]:
    from ..check.advice import advise
    from ..check.band import speech_band
    from ..check.sync import check_sync
    from ..norms import norms_of
    from ..soundcheck.checking import check_sound

    language = load(take.language)
    spans = [(phrase.start, phrase.end) for phrase in take.phrases]
    sound = yield from scaled(check_sound(source, spans, spans), 0.0, 0.5)
    band = yield from scaled(speech_band(source), 0.5, 0.7)
    work = check_sync(seen, binding, take, band, language, asked.limits, asked.circumstances)
    check = yield from scaled(work, 0.7, 1.0)
    laid = _laid(in_time(face_seen(seen, binding), check), take, seen, binding, asked)
    return Examination(check, take, sound, laid, norms_of(take, language), advise(check, take, sound))


def _laid(track: MouthTrack, take: Take, seen: Seen, binding: Binding, asked: Asked) -> BudgetReport:
    """The budget of the shot as it is played: for how long a sound is seen counts in seconds as heard."""
    from ..budget import lay, load_budget

    pace = min(FASTEST, max(SLOWEST, seen.speed))
    played, track = at_speed(take, pace), replace(track, times=track.times / pace)
    budget = asked.budget or load_budget()
    laid = lay(played, load(take.language), track, seen.rate * pace, budget, asked.medium, binding)
    places = (replace(one, start=one.start * pace, end=one.end * pace) for one in laid.overruns)
    return replace(laid, fps=seen.fps, overruns=tuple(places))


def in_time(track: MouthTrack, check: SyncCheck) -> MouthTrack:
    """The mouth without the offset and drift that were measured: what it shows too late it shows nevertheless."""
    if check.events is None:
        return track
    return replace(track, times=track.times - check.speed * check.errors(check.events, track.times))


def untimed(seen: Seen, faults: Sequence[Fault], reasons: Sequence[str]) -> SyncCheck:
    """The check of a shot in which nothing was heard to compare with: what the scene tells, else no verdict."""
    grave = tuple(fault.says for fault in faults if fault.grave)
    return SyncCheck(
        verdict="fail" if grave else "unknown",
        reasons=(*grave, *reasons) or (NO_SOUND,),
        events=None,
        energy=None,
        closures=0,
        missed=(),
        amplitude=float("nan"),
        confidence=0.0,
        fps=seen.fps,
        speed=seen.speed,
        faults=tuple(faults),
    )
