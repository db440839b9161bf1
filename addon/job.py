"""One sync from beginning to end: hear a sound, compute the face, write it into the scene in one go."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import bpy

from ..engine.errors import UsageError
from ..engine.progress import Progress, scaled
from ..engine.take import Correction, Take
from . import audio, compat, spans, strips
from .request import GRIDS, Report, Request, scene_of, thing_of, to_json
from .scene import meshes_with
from .speaker import Lines, Speaker, check_unchanged, compute, find_speaker, sound_frames, with_own_meshes, write


@dataclass(frozen=True, slots=True)
class Sound:
    """A sound ready to be heard: its source, where it stands, its path and the name of its strip, if it has one."""

    source: Any
    placed: strips.Placement
    path: Path
    strip: str


def sync(request: Request) -> Generator[Progress, None, Report]:
    """Do what `request` asks. Nothing in the file changes before the last step, which writes everything.

    Raises LockstepError: one sentence that says what was found and what to do.
    """
    from ..engine.languages import load
    from ..engine.listen import listen

    given = None if request.language == "auto" else load(request.language)
    speaker = find_speaker(thing_of(request), scene_of(request), request.rig)
    notes: list[str] = []
    clock = _Clock()
    with sound_of(request) as sound:
        placed = sound.placed
        part = audio.part_of(sound.source, placed.start, placed.stop)
        yield Progress("Listening", 0.0)
        work = listen(
            part,
            language=given,
            refined=request.refined,
            transcript=request.text or None,
            corrections=_corrections(request, speaker, part, placed),
            remark=notes.append,
        )
        take = yield from scaled(work, 0.0, 0.8)
        language = load(take.language)
        clock.lap("listen")
        grid = _grid(request, placed)
        work_on = compute(take, language, speaker, _at_speed(request, placed), grid, placed)
        lines = yield from scaled(work_on, 0.8, 0.98)
        clock.lap("perform")
        yield Progress("Writing", 0.98)
        done = _write(request, sound, lines, take)
        clock.lap("write")
    return Report(
        take=take,
        language=language.name,
        notes=(*speaker.notes, *notes, *done.pop("notes")),
        seconds=clock.laps,
        **done,
    )


def _corrections(request: Request, speaker: Speaker, part: Any, placed: strips.Placement) -> tuple[Correction, ...]:
    """What the artist put right in the part of the sound that is heard, in its seconds. Raises UsageError."""
    known = request.corrections
    if known is None:
        face: Any = speaker.character.face
        known = spans.corrections(face, part.sha256()) if len(face.lockstep_corrections) else ()
    if request.sound and request.sound != part.sha256():
        raise UsageError(f"'{part.name}' is no longer the sound that was heard; press Sync from Audio first.")
    return spans.within(known, placed.start, placed.start + part.duration)


class _Clock:
    """How long each stage took, in seconds."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._since = time.perf_counter()

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self.laps[stage] = round(now - self._since, 3)
        self._since = now


@contextmanager
def sound_of(request: Request) -> Iterator[Sound]:
    """The sound of a request. Raises AudioError."""
    home = scene_of(request)
    with ExitStack() as stack:
        if request.audio is not None:
            path, strip = request.audio, None
        else:
            strip = strips.find_strip(home, request.strip)
            path = stack.enter_context(strips.sound_file(strip.sound))
        source = audio.open_sound(path)
        if strip is None:
            placed = strips.place_new(home, request.frame, source.duration, request.sound_in, request.sound_out)
        elif strips.is_evenly_paced(strip):
            placed = strips.place_strip(strip, home, source.duration)
        else:
            path, frame = stack.enter_context(strips.rendered(strip, home))
            source = audio.open_sound(path)
            placed = strips.place_new(home, frame, source.duration)
        placed = strips.narrowed(placed, request.sound_in, request.sound_out, source.name)
        yield Sound(source, placed, path, "" if strip is None else strip.name)


def _grid(request: Request, placed: strips.Placement) -> Any:
    from ..engine.rig import Grid

    mode, step = GRIDS[request.keys]
    whole = round(placed.frame(placed.start))
    return Grid(placed.rate, placed.seconds(whole) - placed.start, mode, step)


def _at_speed(request: Request, placed: strips.Placement) -> Any:
    """The controls with their lead in milliseconds of the sound, which may be played faster or slower."""
    speed = compat.frames_per_second(scene_of(request)) / placed.rate
    return replace(request.controls, lead=max(-200.0, min(200.0, request.controls.lead * speed)))


def _write(request: Request, sound: Sound, lines: Lines, take: Take) -> dict[str, Any]:
    """Write strip, keys and scene settings; everything that may still fail comes first."""
    home = scene_of(request)
    speaker = find_speaker(thing_of(request), home, request.rig)
    check_unchanged(lines, speaker, sound.placed)
    notes: list[str] = []
    strip = strips.find_strip(home, sound.strip).name if sound.strip else _add_strip(home, sound, notes)
    speaker = with_own_meshes(speaker)
    written, (first, last) = write(lines, speaker, sound.placed, _stamp())
    spoken = _spoken(request, sound, take, strip, (first, last))
    spans.note(speaker.character.face, spoken)
    if strips.follow_sound(home, int(last)):
        notes.append(f"The scene now ends at frame {int(last)}, so that the whole sound is heard.")
    home.frame_set(home.frame_current, subframe=home.frame_subframe)
    return {
        **_who(speaker),
        "audio": str(sound.path) if request.audio else sound.path.name,
        "strip": strip,
        "keys": written.keys,
        "curves": written.curves,
        "first": int(first),
        "last": int(last),
        "actions": written.actions,
        "backup": written.backup,
        "notes": notes,
    }


def _spoken(request: Request, sound: Sound, take: Take, strip: str, keys: spans.Frames) -> spans.Spoken:
    """The line as the face keeps it: asked for again, it is that of the strip that now stands there."""
    again = replace(request, audio=None, strip=strip) if strip else request
    placed = sound.placed
    heard = (placed.base, placed.rate, placed.start, take)
    return spans.Spoken(sound_frames(placed), keys, *heard, to_json(again))


def _who(speaker: Speaker) -> dict[str, Any]:
    return {
        "character": speaker.character.name,
        "meshes": tuple(mesh.name for mesh in meshes_with(speaker.character, speaker.binding.names)),
        "rig": speaker.fitted.label,
        "score": round(speaker.fitted.score, 3),
    }


def _add_strip(home: bpy.types.Scene, sound: Sound, notes: list[str]) -> str:
    """The strip that plays the sound; '' in a Blender that has no sound."""
    if not compat.can_load_sounds():
        notes.append("This Blender cannot play sound, so no strip was added; the keys are in place.")
        return ""
    return str(strips.add_sound(home, sound.path, sound.placed).name)


def _stamp() -> str:
    return datetime.now().strftime("%Y-%m-%d %H.%M.%S")
