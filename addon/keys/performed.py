"""A line that is computed and waits to be written: what `laying` is handed by sync, swap and all that is alike.

The doors of laying.py, as they are called here:

    gather(speaker, span, take, score) -> Score
        The score with what the artist changed by hand since the line was last written. `span` is the LockstepSpan as it
        stands, `take` the take that it speaks (takes.active_take), `score` what it keeps (takes.score_of); what was
        written is takes.laid_of(span), and takes.clock(takes.place_of(takes.active(span))) turns the frames of the keys
        as they stand into the take's seconds, and back. Changes nothing in the file.

    would_lay(performed, span) -> Mapping[str, Laid]
        The `laid` that lay_line would give, without writing: the baseline of a line that an older version made.
    standing(speaker, span, laid, clock) -> Mapping[str, CurveKeys]
        The keys as they stand, in the seconds of `clock`, of each curve that `laid` names, between the line's frames.

    lay_line(performed, span, stamp) -> Laying
        Writes the line in one go: the edits of `performed.placed` over the generated curves, between the frames that
        they need. `span` is the line that was there (what lies in its frames and not in the new ones goes to rest; its
        laid keys and its edits elsewhere are taken away), None for a new one. `stamp` names the backup action, '' keeps
        none. Frames before `performed.least` and after `performed.most` are others' and stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ...engine.mouth import FaceCurves
from ...engine.placing.placed import Placed
from ...engine.rig import Grid, KeyCurve, KeyInfo
from ...engine.take import Take
from ..character.speaker import Speaker
from ..sound.strips import Placement
from .keying import Written


@dataclass(frozen=True, slots=True)
class Performed:
    """A take as a character performs it, before anything is written.

    `curves`: the generated curve of each shape key that may be keyed, in seconds of the take; None where it stays at
    rest. `face`: what they were made of, its contacts and expression in the take's seconds; `bones`: whether the bones
    of head and eyes follow the expression. `placed`: the acting in this take.
    `grid`: where keys may stand. `sound`: where the sound stands, and `clock` the same in the take's seconds (second 0
    is where the heard part begins). `least`, `most`: frames beyond which nothing may be written.
    """

    speaker: Speaker
    take: Take
    curves: Mapping[KeyInfo, KeyCurve | None]
    face: FaceCurves
    placed: Placed
    grid: Grid
    sound: Placement
    clock: Placement
    bones: bool = True
    least: float = float("-inf")
    most: float = float("inf")


@dataclass(frozen=True, slots=True)
class Performance:
    """What a face does with a take: see Performed; `language`: the name of the one spoken; `notes`: what it cost."""

    curves: Mapping[KeyInfo, KeyCurve | None]
    face: FaceCurves
    grid: Grid
    language: str
    notes: tuple[str, ...] = ()

    def of(self, speaker: Speaker, take: Take, placed: Placed, sound: Placement, **room: Any) -> Performed:
        """The take performed by `speaker`, whose sound stands at `sound`; `room`: `bones`, `least` and `most`."""
        clock = Placement(sound.frame(sound.start), sound.rate, 0.0, sound.stop - sound.start)
        return Performed(speaker, take, self.curves, self.face, placed, self.grid, sound, clock, **room)


@dataclass(frozen=True, slots=True)
class Laying:
    """What was written, between which frames, and what takes.set_laid keeps of it: `engine.edits.Laid` by its curve.

    `notes`: sentences for the artist.
    """

    written: Written
    first: float
    last: float
    laid: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
