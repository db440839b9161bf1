"""Recordings of live listening that the artist may keep: they lie in the scene until they are kept or let go."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bpy

from ...engine.errors import OutputError
from .. import classes
from ..sound import strips
from .finding import Place, place_of

PROPERTY = "lockstep_recordings"
HEADS = (b"RIFF", b"WAVE")  # of a WAV file, at its bytes 0 and 8


class LockstepRecording(bpy.types.PropertyGroup):
    """A recording: `name` is its whole path; where it began, how long it is, and which face it drove."""

    frame: bpy.props.IntProperty()  # type: ignore[valid-type]
    seconds: bpy.props.FloatProperty()  # type: ignore[valid-type]
    face: bpy.props.StringProperty()  # type: ignore[valid-type]
    library: bpy.props.StringProperty()  # type: ignore[valid-type]


@dataclass(frozen=True, slots=True)
class Offer:
    """The same as plain values, which outlive undo."""

    path: str
    frame: int
    seconds: float
    face: tuple[str, str | None]


class _Desk:
    """What was offered in the file that is open, by scene; and which files this Blender was told are ours to delete."""

    offered: list[tuple[Place, Offer]] = []  # noqa: RUF012
    gone: set[str] = set()  # noqa: RUF012
    own: set[str] = set()  # noqa: RUF012
    unsaved: set[str] = set()  # noqa: RUF012


def offer(scene: Any, made: Offer, own: bool) -> None:
    """Offer a recording in a scene; `own`: it is the listener's, and may be deleted."""
    _Desk.offered = [(place, one) for place, one in _Desk.offered if one.path != made.path]
    _Desk.offered.append((place_of(scene), made))
    _Desk.gone.discard(made.path)
    _Desk.unsaved.add(made.path)
    if own:
        _Desk.own.add(made.path)
    _write(scene, made)


def offered(scene: Any) -> Iterator[Offer]:
    """What a scene offers, the newest first."""
    for item in reversed(getattr(scene, PROPERTY)):
        yield Offer(item.name, item.frame, item.seconds, (item.face, item.library or None))


def found(scene: Any, path: str) -> Offer | None:
    """The offer of a recording; None where there is none."""
    return next((made for made in offered(scene) if made.path == path), None)


def take_back(scene: Any, path: str) -> None:
    """Offer a recording no longer, in this scene, from now on."""
    items = getattr(scene, PROPERTY)
    index = items.find(path)
    if index >= 0:
        items.remove(index)
    _Desk.offered = [(place, made) for place, made in _Desk.offered if made.path != path]


def settle() -> bool:
    """Whether there are offers that no step of undo knows yet; they count as known from now on."""
    unsaved, _Desk.unsaved = bool(_Desk.unsaved), set()
    return unsaved


def is_own(path: str) -> bool:
    """Whether a recording is a file that the listener of this very Blender has written, and that nothing plays."""
    return path in _Desk.own and _is_wav(path) and not any(_plays(sound, path) for sound in bpy.data.sounds)


def discard(scene: Any, path: str) -> bool:
    """Offer a recording no longer, and delete its file where `is_own`; tells whether it was deleted.

    Raises OutputError where it cannot be deleted; it is still offered then.
    """
    deleted = is_own(path)
    if deleted:
        try:
            Path(path).unlink()
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise OutputError(
                f"'{path}' cannot be deleted ({reason}); close what plays it, or leave it there."
            ) from error
        _Desk.gone.add(path)
    take_back(scene, path)
    return deleted


def put_back() -> None:
    """After undo and redo: what was offered and neither kept nor let go is offered again, what was deleted is not."""
    for scene in bpy.data.scenes:
        for made in list(offered(scene)):
            if made.path in _Desk.gone:
                take_back(scene, made.path)
    for place, made in _Desk.offered:
        scene = place.found(bpy.data.scenes)
        if scene is not None and found(scene, made.path) is None:
            _write(scene, made)


def forget() -> None:
    """Another file is open."""
    _Desk.offered, _Desk.gone, _Desk.unsaved = [], set(), set()


def _write(scene: Any, made: Offer) -> None:
    items = getattr(scene, PROPERTY)
    index = items.find(made.path)
    item = items[index] if index >= 0 else items.add()
    item.name, item.frame, item.seconds = made.path, made.frame, made.seconds
    item.face, item.library = made.face[0], made.face[1] or ""


def _is_wav(path: str) -> bool:
    with suppress(OSError):
        file = Path(path)
        if file.is_file() and not file.is_symlink():
            with file.open("rb") as opened:
                head = opened.read(12)
            return (head[:4], head[8:]) == HEADS
    return False


def _plays(sound: Any, path: str) -> bool:
    with suppress(OSError):
        return bool(sound.users) and strips.sound_path(sound).samefile(path)
    return False


CLASSES = (LockstepRecording,)


def register() -> None:
    """Register the offers of scenes."""
    classes.add(CLASSES)
    setattr(bpy.types.Scene, PROPERTY, bpy.props.CollectionProperty(type=LockstepRecording))


def unregister() -> None:
    """Take them back."""
    forget()
    delattr(bpy.types.Scene, PROPERTY)
    classes.take_back(CLASSES)
