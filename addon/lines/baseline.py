"""Lines that an older version made, which keep no take: heard and performed as they were, to tell what was changed."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ...engine.acting.values import Acting
from ...engine.errors import LockstepError
from ...engine.placing.placed import Placed
from ...engine.progress import Progress, scaled
from ...engine.score.items import Score
from ...engine.take import Take
from .. import compat
from ..character.speaker import Speaker
from ..keys import laying
from ..keys.performed import Performance
from ..sound.strips import Placement
from . import hearing, takes
from .performing import perform_request
from .request import Request, scene_of, to_json
from .request import from_json as request_of

FOUND = 0.6  # of the keys as they stand, from which the old animation is known again
NEAR_FRAMES, NEAR_VALUE = 0.02, 2e-3  # within which a key is the one that was made
GONE = (
    "What was changed by hand in this line, which an older Lockstep made, could not be told from its old animation; "
    "all of that is kept in the backup action."
)


@dataclass(frozen=True, slots=True)
class Baseline:
    """A line of an older version as it was made: its take, where its sound stood, and what was asked for."""

    request: Request
    take: Take
    placed: Placement
    performance: Performance
    path: str
    strip: str
    length: float


def remake(
    request: Request, speaker: Speaker, span: Any, remark: Callable[[str], None]
) -> Generator[Progress, None, Baseline | None]:
    """Hear and perform a line as it was asked for; None, and a remark, where that cannot be done. Changes nothing."""
    try:
        return (yield from _remake(request, speaker, span))
    except LockstepError:
        remark(GONE)
        return None


def _remake(request: Request, speaker: Speaker, span: Any) -> Generator[Progress, None, Baseline]:
    asked = replace(request_of(span.asked, request.scene, request.thing), sound=span.sound)
    with hearing.sound_of(asked) as sound:
        stood = replace(sound, placed=_stood(span, asked, sound.placed))
        work = hearing.read_sound(asked, speaker.character.face, stood, None, _unheard)
        reading = yield from scaled(work, 0.0, 0.9)
        path, strip, length = str(sound.path), sound.strip, sound.source.duration
    work_on = perform_request(asked, speaker, reading.take, reading.placed, Acting())
    performance = yield from scaled(work_on, 0.9, 1.0)
    return Baseline(asked, reading.take, reading.placed, performance, path, strip, length)


def _unheard(sentence: str) -> None:
    """What may spoil the reading was said when the line was made."""


def _stood(span: Any, asked: Request, placed: Placement) -> Placement:
    """Where the sound of a line stood; its strip may have been moved or trimmed since."""
    near = 1.5 / span.rate
    then = Placement(span.base, span.rate, 0.0, placed.stop)
    if abs(then.base - placed.base) < 0.01 and abs(then.rate - placed.rate) < 1e-3:
        then = placed
    start, stop = then.seconds(span.sound_first), then.seconds(span.sound_last)
    start = asked.sound_in if abs(start - asked.sound_in) < near else max(0.0, start)
    ends = (asked.sound_out, placed.stop)
    stop = next((end for end in ends if end and abs(stop - end) < near), stop)
    return replace(then, start=start, stop=stop)


@contextmanager
def as_it_was_made(baseline: Baseline | None, speaker: Speaker, span: Any, notes: list[str]) -> Iterator[None]:
    """Give an older line its take and what was laid of it; taken back where an error ends the context."""
    if baseline is None:
        yield
        return
    try:
        _give(baseline, speaker, span, notes)
        yield
    except BaseException:
        span.takes.clear()
        span.take, span.laid = -1, ""
        raise


def _give(baseline: Baseline, speaker: Speaker, span: Any, notes: list[str]) -> None:
    fps = compat.frames_per_second(scene_of(baseline.request))
    kept = takes.Kept(
        take=baseline.take,
        placed=baseline.placed,
        length=baseline.length,
        fps=fps,
        label=takes.label_of(baseline.path),
        path=baseline.path,
        strip=baseline.strip,
        ours=False,
        asked=to_json(baseline.request),
    )
    span.take = takes.keep(span, kept)
    performed = baseline.performance.of(speaker, baseline.take, Placed(Score()), baseline.placed)
    laid = laying.would_lay(performed, span)
    standing = laying.standing(speaker, span, laid, performed.clock)
    if known_again(laid, standing, baseline.placed.rate) >= FOUND:
        takes.set_laid(span, laid)
    else:
        notes.append(GONE)


def known_again(laid: Mapping[str, Any], standing: Mapping[str, Any], rate: float) -> float:
    """The share (0..1) of the keys as they stand that are among those that were made; `rate`: frames per second."""
    count = found = 0
    for name, keys in standing.items():
        made = laid[name].keys
        count += len(keys)
        if not len(made):
            continue
        near = np.clip(np.searchsorted(made.times, keys.times), 1, max(1, len(made) - 1))
        for index in (near - 1, np.minimum(near, len(made) - 1)):
            close = np.abs(made.times[index] - keys.times) * rate < NEAR_FRAMES
            same = np.abs(made.values[index] - keys.values) < NEAR_VALUE
            found += int(np.count_nonzero(close & same))
    return min(1.0, found / count) if count else 1.0
