"""Each shot heard and checked as the add-on does, and what the check said beside what is true."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.check.band import speech_band
from engine.check.result import Limits, SyncCheck, Timing
from engine.errors import LockstepError
from engine.listen import listen
from engine.progress import drain
from engine.recognizer import Recognizer
from engine.take import Take

from .animation import Shot
from .faults import FILM, NONE, Planted
from .speech import Speech, language_of

TIMING = frozenset({"offset", "drift", "jump", "other take"})
REFUSED = "refused"


@dataclass(frozen=True, eq=False)
class Heard:
    """A sound as the check hears it, without its text: `take` None where it is refused, in the words of `refusal`."""

    take: Take | None
    energy: NDArray[np.float32]
    seconds: float
    refusal: str = ""


@dataclass(frozen=True)
class Outcome:
    """What was planted and what was said of it.

    `found`: the kinds of fault that were named; `offset_error`, `drift_error` (frames of film; frames in ten seconds)
    by the recognizer's events, `energy_offset`, `energy_drift` by the second opinion, NaN where there is no truth or no
    measure; `seconds` of the processor for the comparison, `hearing` for the sound (once a sound).
    """

    shot: str
    source: str
    language: str
    held_out: bool
    rig: str
    style: str
    duration: float
    kind: str
    size: str
    frames: float
    verdict: str
    found: tuple[str, ...]
    named: bool
    offset_error: float
    drift_error: float
    energy_offset: float
    energy_drift: float
    confidence: float
    amplitude: float
    reasons: tuple[str, ...]
    seconds: float
    hearing: float
    condition: str = ""

    @property
    def caught(self) -> bool:
        """Whether somebody is told to look."""
        return self.verdict in ("look", "fail")

    @property
    def false_alarm(self) -> bool:
        """A fail, or a look by timing, at a shot that is right."""
        timing = bool(TIMING & set(self.found)) or not self.found
        return self.kind == NONE and (self.verdict == "fail" or (self.verdict == "look" and timing))


class Judge:
    """Hears with one recognizer and checks."""

    def __init__(self, recognizer: Recognizer, limits: Limits | None = None) -> None:
        self._ear, self._limits = recognizer, limits or Limits()

    def hear(self, speech: Speech) -> Heard:
        """A sound, without its text."""
        begun = time.process_time()
        take, refusal = None, ""
        try:
            take = drain(listen(speech.file, language=language_of(speech.language), recognizer=self._ear))
        except LockstepError as error:
            refusal = str(error)
        energy = drain(speech_band(speech.file))
        return Heard(take, energy, time.process_time() - begun, refusal)

    def check(self, planted: Planted, heard: Heard, condition: str = "") -> Outcome:
        """What the check says of a shot with a fault."""
        from engine.check.sync import check_sync

        shot, begun = planted.shot, time.process_time()
        if heard.take is None:
            return _outcome(planted, None, 0.0, heard, condition)
        language = language_of(planted.speech.language)
        work = check_sync(planted.seen, shot.rig.binding, heard.take, heard.energy, language, self._limits)
        return _outcome(planted, drain(work), time.process_time() - begun, heard, condition)


def _outcome(planted: Planted, check: SyncCheck | None, seconds: float, heard: Heard, condition: str) -> Outcome:
    shot, speech = planted.shot, planted.shot.speech
    kinds = tuple(dict.fromkeys(fault.kind for fault in check.faults)) if check else ()
    events = _errors(planted, check.events if check else None)
    energy = _errors(planted, check.energy if check else None)
    return Outcome(
        shot=speech.name, source=speech.source, language=speech.language, held_out=speech.held_out,
        rig=shot.rig.name, style=style_text(shot), duration=speech.duration,
        kind=planted.kind, size=planted.size, frames=planted.frames,
        verdict=check.verdict if check else "unknown", found=kinds if check else (REFUSED,),
        named=bool(planted.names & set(kinds)),
        offset_error=events[0], drift_error=events[1], energy_offset=energy[0], energy_drift=energy[1],
        confidence=check.confidence if check else 0.0, amplitude=check.amplitude if check else 0.0,
        reasons=check.reasons if check else (heard.refusal,),
        seconds=seconds, hearing=heard.seconds, condition=condition,
    )  # fmt: skip


def _errors(planted: Planted, timing: Timing | None) -> tuple[float, float]:
    """Frames of film by which an offset is misjudged, and frames in ten seconds by which a drift is."""
    if timing is None or planted.offset is None or planted.drift is None:
        return float("nan"), float("nan")
    return FILM * (timing.offset - planted.offset), 10 * FILM * (timing.drift - planted.drift)


def style_text(shot: Shot) -> str:
    """How a shot is made, in a few words."""
    style, grid = shot.style, shot.style.grid
    mode = grid.mode if grid.mode != "stepped" else f"stepped {grid.step}"
    more = [word for word, there in (("plain", style.plain), ("edited", style.edited)) if there]
    speed = [f"x{style.speed:g}"] if style.speed != 1.0 else []
    made = style.controls
    shape = [f"i{made.intensity:g}", f"s{made.smoothing:g}", f"l{made.lead:g}", f"e{made.effort:g}"]
    return " ".join([f"{style.fps:g} fps", mode, *speed, *more, *shape])
