"""What the command without a window is asked to do with one character: a sound, another voice or take, other acting."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import bpy

from ...engine.errors import LockstepError, UsageError
from ...engine.mouth import Controls
from ...engine.progress import Progress, drain
from ...engine.score.items import Score
from .. import preferences
from ..character.scene import find_character
from ..sound.strips import absolute
from . import exchange, spans, takes
from .job import swap, sync
from .request import Report, Request, check_recognizer, phones_file, thing_of

ALLOSAURUS = "allosaurus"
SOUNDS = ("audio", "strip", "swap", "take")
HEARD = SOUNDS[:3]
Show = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class Line:
    """One sound for one object as it was asked for: the values by their column, and where they were read."""

    values: Mapping[str, str]
    place: str


@dataclass(frozen=True, slots=True)
class Task:
    """One line of work on one character. `request` is its sync, None where a line that is there is meant."""

    values: Mapping[str, str]
    place: str
    scene: str
    thing: tuple[str, str | None]
    frame: int
    request: Request | None
    controls: Mapping[str, float]
    score: Score | None

    def run(self, show: Show) -> Report:
        """Do it. Raises LockstepError."""
        report = self._spoken(show)
        if self.score is not None:
            score, span = self.score, self.line(report)
            again = exchange.perform_again(self._home, self._face(), span, lambda _score, _take: score)
            report = again if report is None else replace(again, swap=report.swap, notes=report.notes + again.notes)
        assert report is not None
        return report

    def _spoken(self, show: Show) -> Report | None:
        if self.request is not None:
            return drain(sync(self.request), show)
        if "swap" in self.values:
            return drain(swap(self._swap()), show)
        if "take" in self.values:
            return self._take()
        return None

    def _take(self) -> Report:
        span = self.line()
        index = takes.numbered(span, self.values["take"])
        if index == span.take:
            return exchange.perform_again(self._home, self._face(), span, lambda score, _take: score)
        return exchange.use_take(self._home, self._face(), span, index)

    def _swap(self) -> Request:
        language, text = self.values.get("language", "auto"), self.values.get("text", "")
        sound = str(_file(self.values["swap"]))
        made = exchange.swap_request(self._home, self._face(), self.line(), sound, language, text)
        given: dict[str, Any] = {**_ear(self.values)}
        if "pass" in self.values:
            given["refined"] = self.values["pass"].lower() != "quick"
        if "keys" in self.values:
            given["keys"] = self.values["keys"].upper()
        if "medium" in self.values:
            given["medium"] = _medium(self.values)
        if "rig" in self.values:
            given["rig"] = self.values["rig"]
        return replace(made, controls=replace(made.controls, **self.controls), **given)

    @property
    def _home(self) -> bpy.types.Scene:
        home: bpy.types.Scene = bpy.data.scenes[self.scene]
        return home

    def _face(self) -> Any:
        thing = thing_of(Request(self.scene, self.thing, strip="-"))
        return find_character(thing, self._home).face

    def line(self, report: Report | None = None) -> Any:
        """The line that was written, or is meant. Raises UsageError where there is none."""
        face = self._face()
        found = spans.line_at(face, self.frame) if report is None else spans.named(face, report.span)
        if found is None:
            raise UsageError(f"'{face.name}' speaks no line yet; give it a sound with --audio first.")
        return found


def task(line: Line, home: bpy.types.Scene) -> Task:
    """What a line of the command asks for. Raises LockstepError."""
    try:
        return _task(line, home)
    except LockstepError as error:
        raise type(error)(f"{line.place}{error}") from error


def _task(line: Line, home: bpy.types.Scene) -> Task:
    values = line.values
    if "object" not in values:
        raise UsageError("No object is named; add --object, or a column 'object'.")
    sounds = [name for name in SOUNDS if name in values]
    if len(sounds) > 1 or not (sounds or "score" in values):
        raise UsageError("One sound is needed; give one of audio, strip, swap and take, or a score alone.")
    frame = round(_number(line, "start", float(home.frame_current)))
    controls = {name: _number(line, name, 0.0) for name in Controls.__slots__ if name in values}
    Controls(**controls)
    thing = _thing(values["object"], home)
    if "phones" in values and not set(HEARD) & set(sounds):
        raise UsageError("Phones are given, but no sound to be spoken by them; give audio, strip or swap as well.")
    _ear(values)
    is_sync = bool({"audio", "strip"} & set(sounds))
    request = _request(line, home, thing, frame, controls) if is_sync else None
    score = _score(values["score"]) if "score" in values else None
    return Task(values, line.place, home.name, thing, frame, request, controls, score)


def _request(
    line: Line, home: bpy.types.Scene, thing: tuple[str, str | None], frame: int, controls: Mapping[str, float]
) -> Request:
    values = line.values
    return Request(
        scene=home.name,
        thing=thing,
        audio=_file(values["audio"]) if "audio" in values else None,
        strip=values.get("strip", ""),
        frame=frame,
        language=values.get("language", "auto"),
        rig=values.get("rig", ""),
        refined=values.get("pass", "refined").lower() != "quick",
        controls=Controls(**controls),
        kept=tuple(name for name in Controls.__slots__ if name not in controls),
        keys=values.get("keys", "frames").upper(),
        medium=_medium(values),
        sound_in=_number(line, "in", 0.0),
        sound_out=_number(line, "out", 0.0),
        text=values.get("text", "").strip(),
        **_ear(values),
    )


def _ear(values: Mapping[str, str]) -> dict[str, Any]:
    """Who listens, as fields of a Request. Raises UsageError."""
    recognizer = values.get("recognizer", preferences.recognizer(bpy.context)).lower()
    check_recognizer(recognizer)
    model, inventory = values.get("allosaurus_model"), values.get("inventory", "").lower()
    if (model is not None or inventory) and (recognizer != ALLOSAURUS or "phones" in values):
        raise UsageError("Something of Allosaurus' was given for another ear; add --recognizer allosaurus.")
    phones = phones_file(str(_file(values["phones"]))) if "phones" in values else None
    folder = None if model is None else _file(model)
    return {"recognizer": recognizer, "model": folder, "inventory": inventory, "phones": phones}


def _medium(values: Mapping[str, str]) -> str:
    """What the keys are delivered for. Raises UsageError."""
    from ...engine.delivery import delivery_of

    return delivery_of(values.get("medium", "film").lower()).name


def _score(path: str) -> Score:
    from ...engine.score.file import read_score

    return read_score(_file(path))


def _thing(name: str, home: bpy.types.Scene) -> tuple[str, str | None]:
    """The object of that name: this file's own, else a linked one, which the sync itself refuses with what to do."""
    objects: Any = bpy.data.objects
    linked = home.objects.get(name) if objects.get((name, None)) is None else None
    return name, linked.library.filepath if linked is not None and linked.library else None


def _file(path: str) -> Path:
    """A file as it is named on the command: '//' is beside the .blend, else beside where the command was given."""
    found = absolute(path) if path.startswith("//") else Path(path)
    return found if found.is_absolute() else Path.cwd() / found


def _number(line: Line, name: str, default: float) -> float:
    text = line.values.get(name)
    if text is None:
        return default
    try:
        return float(text)
    except ValueError as error:
        raise UsageError(f"'{name}' is '{text}'; give a number.") from error
