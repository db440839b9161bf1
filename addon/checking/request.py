"""What a check is asked for, and what it gives: plain values, the same for the button and the command."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bpy

from ...engine.check.result import Limits
from ...engine.errors import RigError

if TYPE_CHECKING:
    from ...engine.check.seen import Seen
    from ...engine.delivery import Delivery
    from ...engine.examine import Examination, Line
    from ...engine.ledger import Entry


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """One face, and what it is to be in sync with.

    `scene` and `thing` are names as in a sync's Request. `line`: the name of one of the face's lines, '' for the one at
    `frame` (else the last one); `strip`: a sound strip instead, or of a face without lines; '' for the line's own, else
    the one that lies there. `language`: a code, 'auto' to find it, '' for the line's own; `text`: what is said, None
    for the line's own. `rig`: a profile's name, '' for what is set on the face. `medium`: the name of the delivery, and
    `limits`: what the shot is measured by, the tighter of both. `shot`, `ledger`: the row to be written and its file,
    None for no row. `kept`: the result is kept on the face.
    """

    scene: str
    thing: tuple[str, str | None]
    frame: float = 1.0
    line: str = ""
    strip: str = ""
    language: str = ""
    text: str | None = None
    rig: str = ""
    medium: str = "film"
    limits: Limits = field(default_factory=Limits)
    shot: str = ""
    ledger: Path | None = None
    kept: bool = True

    @property
    def delivery(self) -> Delivery:
        """What the shot is delivered for. Raises UsageError where `medium` is the name of none."""
        from ...engine.delivery import delivery_of

        return delivery_of(self.medium)


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """What one check found. `seconds` of `examination` and `seen` count from scene frame `base`, `rate` frames each.

    `line_name`: the face's line, '' without one, and `label` what it is called; `sound`: the file's name, `strip` the
    strips' names; `notes`: what could not be looked at, or may spoil the check; `written`: the ledger that has the row,
    None for none. `limits`: those that gave the verdict; `entry`: its row, its version told where it was written.
    """

    character: str
    line_name: str
    label: str
    sound: str
    strip: str
    rig: str
    base: float
    rate: float
    examination: Examination
    seen: Seen
    notes: tuple[str, ...]
    shot: str
    limits: Limits = field(default_factory=Limits)
    entry: Entry | None = None
    written: Path | None = None

    @property
    def verdict(self) -> str:
        """One of VERDICTS."""
        return self.examination.check.verdict

    @property
    def line(self) -> str:
        """One sentence for the status line."""
        return f"{self.character}, {self.label}: {headline(self.examination)}"

    def frame(self, seconds: float) -> float:
        """The scene frame of a second of the sound as it was heard."""
        return self.base + seconds * self.rate

    def told(self) -> tuple[Line, ...]:
        """All of it in words, the verdict first."""
        from ...engine.examine import told

        return told(self.examination)

    def as_json(self) -> dict[str, Any]:
        """The check as values that JSON knows."""
        from ...engine.examine import as_json

        named = ("character", "label", "strip", "rig", "base", "rate", "shot")
        values = {"audio": self.sound, **{name: getattr(self, name) for name in named}}
        written = None if self.written is None else str(self.written)
        values |= {"notes": list(self.notes), "ledger": written, "limits": asdict(self.limits)}
        return {**values, **as_json(self.examination)}


def headline(found: Examination) -> str:
    """The verdict and its first reason."""
    from ...engine.examine.telling import VERDICTS

    check = found.check
    return " ".join([f"{VERDICTS[check.verdict]}.", *check.reasons[:1]])


def request_of(context: bpy.types.Context) -> CheckRequest:
    """What the panel asks for. Raises RigError with what to do where nothing is active."""
    from .. import preferences
    from ..lines.request import address_of

    home, thing = context.scene, context.active_object
    if thing is None or home is None:
        raise RigError("No object is active; click the face, or its armature, first.")
    return CheckRequest(
        scene=home.name,
        thing=address_of(thing),
        frame=home.frame_current_final,
        limits=preferences.limits(context),
        medium=preferences.medium(home),
        shot=preferences.shot_name(home),
        ledger=preferences.ledger_path(context, home),
    )
