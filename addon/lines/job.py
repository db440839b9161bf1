"""One sync or swap from beginning to end: hear a sound, compute the face, write it into the scene in one go."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any

from ...engine.placing import place, resolve
from ...engine.progress import Progress, scaled
from ...engine.score import take_id
from ...engine.score.items import Score
from ..character.speaker import Speaker, find_speaker
from ..keys.performed import Performance
from . import ears, hearing, spans, takes
from .baseline import Baseline, remake
from .hearing import Known, Reading, Sound, sound_of
from .performing import perform_request
from .request import UNKNOWN, Report, Request, scene_of, thing_of
from .writing import Plan, write

Work = Generator[Progress, None, Report]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the stages of one job share: the request, the face, its line that is there, and where remarks go."""

    request: Request
    speaker: Speaker
    known: Known | None
    remark: Callable[[str], None]

    @property
    def face(self) -> Any:
        """The mesh with the face, which keeps the lines."""
        return self.speaker.character.face

    @property
    def span(self) -> Any:
        """The line that is there, or None."""
        return None if self.known is None else spans.named(self.face, self.known.line)


def sync(request: Request) -> Work:
    """Do what `request` asks. Nothing in the file changes before the last step, which writes everything.

    A line that speaks this sound here already is synced again: what the artist decided and changed by hand stays.
    Raises LockstepError: one sentence that says what was found and what to do.
    """
    notes: list[str] = []
    speaker = find_speaker(thing_of(request), scene_of(request), request.rig)
    with sound_of(request) as sound:
        known = hearing.find_line(speaker.character.face, sound)
        asked = _in_style(Asked(request, speaker, known, notes.append))
        report = yield from _spoken(asked, sound, notes, swaps=False)
    return report


def _in_style(asked: Asked) -> Asked:
    """With those controls of the line that is there which the request keeps."""
    if asked.span is None:
        return asked
    style = takes.score_of(asked.span).style
    kept = {name: getattr(style, name) for name in asked.request.kept}
    return replace(asked, request=replace(asked.request, controls=replace(asked.request.controls, **kept)))


def swap(request: Request) -> Work:
    """Let the face's line `request.line` speak another sound, as `sync`; its acting goes along, other lines stay.

    A recording that the line keeps a take of stays where its strip stands. Raises LockstepError.
    """
    notes: list[str] = []
    speaker = find_speaker(thing_of(request), scene_of(request), request.rig)
    face: Any = speaker.character.face
    with ExitStack() as stack:
        sound = stack.enter_context(sound_of(request))
        known = hearing.take_of(face, request.line, request, sound)
        strip = hearing.strip_of(face, known, scene_of(request))
        if strip:
            sound = stack.enter_context(sound_of(replace(request, audio=None, strip=strip)))
        report = yield from _spoken(Asked(request, speaker, known, notes.append), sound, notes, swaps=True)
    return report


def speak(request: Request) -> Work:
    """What `request` asks for: a swap where it names a line, else a sync."""
    return swap(request) if request.line else sync(request)


def _spoken(asked: Asked, sound: Sound, notes: list[str], swaps: bool) -> Work:
    clock = _Clock()
    yield Progress("Listening", 0.0)
    asked = replace(asked, request=ears.settled(asked.request))
    baseline = yield from _baseline(asked, sound)
    work = hearing.read_sound(asked.request, asked.face, sound, asked.known, asked.remark, _as_known(baseline))
    reading = yield from scaled(work, 0.3 if baseline else 0.0, 0.7)
    former = _former(asked, reading) if swaps else ""
    if former:
        notes[:] = [f"The language could not be told from the sound; it was heard as the one before, '{former}'."]
        asked = replace(asked, request=replace(asked.request, language=former))
        work = hearing.read_sound(asked.request, asked.face, sound, asked.known, asked.remark)
        reading = yield from scaled(work, 0.7, 0.75)
    clock.lap("listen")
    matches = yield from scaled(_matches(asked, reading, baseline), 0.75, 0.85, "Matching")
    performance = yield from scaled(_perform(asked, reading, matches), 0.85, 0.98)
    clock.lap("perform")
    yield Progress("Writing", 0.98)
    report = write(_plan(asked, sound, reading, performance, matches, baseline, swaps), notes)
    clock.lap("write")
    return replace(report, seconds=clock.laps)


def _baseline(asked: Asked, sound: Sound) -> Generator[Progress, None, Baseline | None]:
    """A line of an older version as it was made; None for lines that keep their take."""
    span = asked.span
    if span is None or takes.active(span) is not None:
        return None
    return (yield from scaled(remake(asked.request, asked.speaker, span, asked.remark), 0.0, 0.3))


def _former(asked: Asked, reading: Reading) -> str:
    """The language of the line's own take, where that of a new one was to be found and cannot be told."""
    item = takes.active(asked.span) if asked.span is not None else None
    unknown = reading.heard and asked.request.language == "auto" and reading.take.language == UNKNOWN
    return str(item.language) if unknown and item is not None and item.language != UNKNOWN else ""


def _as_known(baseline: Baseline | None) -> Any:
    """The take that was just heard again, for a sync of the same sound."""
    return None if baseline is None else (baseline.request, baseline.take, baseline.placed)


def _matches(asked: Asked, reading: Reading, baseline: Baseline | None) -> Generator[Progress, None, dict[str, Any]]:
    """The match of each take in which something of the line's acting is at home to the one that will be spoken."""
    span = asked.span
    if span is None:
        return {}
    if baseline is not None:
        home = take_id(baseline.take)
        if home == take_id(reading.take):
            return {}
        found = yield from takes.match(baseline.take, baseline.placed, reading.take, reading.placed)
        return {home: found}
    item = takes.active(span)
    wanted = takes.homes(takes.score_of(span)) | ({item.home} if item is not None else set())
    return (yield from takes.matching(span, wanted, reading.take, reading.placed))


def _perform(asked: Asked, reading: Reading, matches: dict[str, Any]) -> Generator[Progress, None, Performance]:
    span = asked.span
    score = takes.score_of(span) if span is not None else Score()
    placed = place(score, reading.take, matches, takes.kept_homes(span))
    acting = resolve(placed, reading.take)
    return (yield from perform_request(asked.request, asked.speaker, reading.take, reading.placed, acting))


def _plan(
    asked: Asked,
    sound: Sound,
    reading: Reading,
    performance: Performance,
    matches: dict[str, Any],
    baseline: Baseline | None,
    swaps: bool,
) -> Plan:
    known, span = asked.known, asked.span
    index = known.index if known is not None else -1
    if baseline is not None and not swaps:
        index = 0
    other = span is not None and takes.active(span) is not None and index != span.take
    return Plan(
        request=asked.request,
        take=reading.take,
        placed=reading.placed,
        performance=performance,
        path=sound.path,
        strip=sound.strip,
        length=sound.source.duration,
        line="" if known is None else known.line,
        index=index,
        matches=matches,
        baseline=baseline,
        alone=swaps,
        swaps=swaps or other,
    )


class _Clock:
    """How long each stage took, in seconds."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._since = time.perf_counter()

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self.laps[stage] = round(now - self._since, 3)
        self._since = now
