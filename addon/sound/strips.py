"""Sounds in the scene: where a strip puts each second of its sound, and new strips for new sounds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import bpy
import numpy as np
from numpy.typing import NDArray

from ...engine.errors import AudioError, OutputError
from .. import compat
from .audio import scratch

MOST_CHANNELS = 128
FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]')  # in the names of files, on one system or another
UNTRIMMED = 0.75  # frames by which an untrimmed strip, having whole frames only, may miss the end of its sound
# One time or several. `typing.overload` remembers what it is put on, and with it Blender's module beyond the end of
# Python, where Blender 4.5's then waits forever for its sound device.
Times = TypeVar("Times", float, NDArray[np.float64])

SHORTEST = 0.1  # seconds of sound that are worth a sync


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a sound stands in the scene.

    `base` the scene frame of second 0 of the sound; `rate` frames per second of sound; `start` and `stop` the seconds
    of the sound that are heard.
    """

    base: float
    rate: float
    start: float
    stop: float

    def frame(self, seconds: Times) -> Times:
        """The scene frame of a time in the sound, or of several."""
        return self.base + seconds * self.rate

    def seconds(self, frame: Times) -> Times:
        """The time in the sound of a scene frame, or of several."""
        return (frame - self.base) / self.rate


def sound_strips(scene: bpy.types.Scene) -> list[Any]:
    """All sound strips of a scene, in order of time, those inside meta strips with them."""
    editor = scene.sequence_editor
    if editor is None:
        return []
    found = [strip for strip in compat.every_strip(editor) if strip.type == "SOUND" and strip.sound is not None]
    return sorted(found, key=lambda strip: (compat.left_handle(strip), strip.channel, strip.name))


def find_strip(scene: bpy.types.Scene, name: str) -> Any:
    """The sound strip of that name. Raises AudioError where there is none."""
    for strip in sound_strips(scene):
        if strip.name == name:
            return strip
    if not name:
        raise AudioError("No sound strip is chosen; choose one, or a sound file.")
    raise AudioError(f"There is no sound strip '{name}' in the scene '{scene.name}'; choose one that is there.")


def named(scene: bpy.types.Scene, name: str) -> Any:
    """The sound strip of that name; None where there is none."""
    return next((strip for strip in sound_strips(scene) if strip.name == name), None) if name else None


def sound_path(sound: bpy.types.Sound) -> Path:
    """Where the file of a sound data-block lies. Raises AudioError for a path that needs a saved .blend."""
    library: Any = sound.library
    return absolute(sound.filepath, library)


def absolute(path: str, library: Any = None) -> Path:
    """A path as Blender writes it ('//' is beside the .blend) as an absolute one.

    Raises AudioError where the .blend that it is relative to has not been saved.
    """
    if path.startswith("//") and library is None and not bpy.data.filepath:
        raise AudioError(f"'{path}' is beside a .blend that is not saved yet; save it, or give the full path.")
    found = Path(bpy.path.abspath(path, library=library))
    if "\\" in path and not found.exists():  # written on Windows, opened elsewhere
        other = Path(bpy.path.abspath(path.replace("\\", "/"), library=library))
        return other if other.exists() else found
    return found


def is_evenly_paced(strip: Any) -> bool:
    """Whether a strip has one speed throughout."""
    return len(compat.retiming_frames(strip)) <= 2


def place_strip(strip: Any, scene: bpy.types.Scene, duration: float) -> Placement:
    """Where an existing strip puts its sound of `duration` seconds, trim and speed included."""
    fps = compat.frames_per_second(scene)
    speed, begin = 1.0, compat.content_start(strip)
    retimed = compat.retiming_frames(strip)
    if len(retimed) == 2 and retimed[1] > retimed[0]:
        lasts = retimed[1] - retimed[0]
        # until 4.5 the last key stands on the sound's last frame, from 5.0 on behind it
        speed = (round(duration * fps) - (compat.content_duration(strip) - lasts)) / lasts
        begin = retimed[0]
    rate = fps / speed
    base = begin - compat.hidden_start(strip) / speed + compat.sound_delay(strip) * fps / speed
    placed = Placement(base, rate, 0.0, duration)
    start = max(0.0, placed.seconds(compat.left_handle(strip)))
    stop = placed.seconds(compat.right_handle(strip))
    stop = duration if stop > duration - UNTRIMMED / rate else stop
    return _checked(Placement(base, rate, start, stop), f"The strip '{strip.name}'")


def place_new(scene: bpy.types.Scene, frame: int, duration: float, start: float = 0.0, stop: float = 0.0) -> Placement:
    """Where a new sound of `duration` seconds will stand when second `start` of it is heard at `frame`.

    `stop` is the second at which it is cut off, 0 for its end.
    """
    rate = compat.frames_per_second(scene)
    return Placement(frame - start * rate, rate, start, duration if stop <= 0.0 else min(stop, duration))


def narrowed(placed: Placement, start: float, stop: float, name: str) -> Placement:
    """Only the part between `start` and `stop` seconds of the sound; a stop of 0 is its end. Raises AudioError."""
    last = placed.stop if stop <= 0.0 else min(stop, placed.stop)
    return _checked(Placement(placed.base, placed.rate, max(start, placed.start), last), f"'{name}'")


def _checked(placed: Placement, what: str) -> Placement:
    if placed.stop - placed.start < SHORTEST:
        heard = max(0.0, placed.stop - placed.start)
        raise AudioError(f"{what} leaves {heard:.2f} s of sound between in and out; leave at least {SHORTEST} s.")
    return placed


@contextmanager
def sound_file(sound: bpy.types.Sound) -> Iterator[Path]:
    """The file of a sound data-block; a packed sound lies in a temporary file while the context lasts."""
    packed: Any = sound.packed_file
    if packed is None:
        yield sound_path(sound)
        return
    with scratch() as folder:
        name = Path(sound.filepath.replace("\\", "/")).name or "packed.wav"
        path = folder / FORBIDDEN.sub("_", name)
        try:
            path.write_bytes(packed.data)
        except OSError as error:
            raise OutputError(
                f"'{name}' cannot be unpacked ({error.strerror}); free some space on the disk."
            ) from error
        yield path


@contextmanager
def rendered(strip: Any, scene: bpy.types.Scene) -> Iterator[tuple[Path, int]]:
    """A strip of several speeds as it sounds in the scene: a temporary WAV file, and the frame at which it begins.

    Its first frame is left out: there Blender 4.5 reads the speed of the frame before as well, which nobody wrote, and
    ends with a division by zero where it is large.
    """
    with scratch() as folder:
        path = folder / f"{bpy.path.clean_name(strip.name)}.wav"
        first = compat.left_handle(strip) + 1
        with _alone(strip, scene, first, compat.right_handle(strip)):
            try:
                done = bpy.ops.sound.mixdown(filepath=str(path), check_existing=False, container="WAV", codec="PCM")
            except (RuntimeError, AttributeError) as error:
                raise AudioError(
                    f"The strip '{strip.name}' has several speeds, which this Blender cannot render; give it one speed."
                ) from error
        if done != {"FINISHED"} or not path.is_file():
            raise AudioError(
                f"The strip '{strip.name}' has several speeds and could not be rendered; give it one speed."
            )
        yield path, first


@contextmanager
def _alone(strip: Any, scene: bpy.types.Scene, first: int, end: int) -> Iterator[None]:
    """While the context lasts, the scene is as long as the strip, and only the strip is heard."""
    others = [(other, other.mute) for other in sound_strips(scene)]
    length = (scene.frame_start, scene.frame_end)
    try:
        for other, _ in others:
            other.mute = other != strip
        scene.frame_start, scene.frame_end = first, max(first, end - 1)
        yield
    finally:
        for other, muted in others:
            other.mute = muted
        scene.frame_start, scene.frame_end = length


def add_sound(scene: bpy.types.Scene, path: Path, placed: Placement, lowest: int = 1) -> Any:
    """The strip that plays `path` as `placed` says: one that does so already, else a new one on a free channel.

    `lowest`: the channel from which on one is looked for.
    """
    first, end = round(placed.frame(placed.start)), max(1, round(placed.frame(placed.stop)))
    for strip in sound_strips(scene):
        if _plays(strip, path) and compat.left_handle(strip) == first and compat.right_handle(strip) == end:
            return strip
    editor = scene.sequence_editor or scene.sequence_editor_create()
    channel = _free_channel(editor, first, end, lowest)
    strip = compat.strips(editor).new_sound(path.stem, _stored(path), channel, round(placed.base))
    if compat.left_handle(strip) != first or compat.right_handle(strip) != end:
        compat.set_handles(strip, first, end)
    return strip


def remove(scene: bpy.types.Scene, strip: Any) -> None:
    """Take a strip away, and its sound where nothing else plays it."""
    sound = strip.sound
    compat.strips(scene.sequence_editor).remove(strip)
    if sound is not None and sound.users == 0:
        bpy.data.sounds.remove(sound)


def playing(scene: bpy.types.Scene, path: Path, first: int) -> Any:
    """The strip that plays a file from a frame on, whatever its name; None where there is none."""
    there = (strip for strip in sound_strips(scene) if compat.left_handle(strip) == first)
    return next((strip for strip in there if _plays(strip, path)), None)


def _plays(strip: Any, path: Path) -> bool:
    try:
        return sound_path(strip.sound).samefile(path)  # one file has many spellings: links, case, composed letters
    except (AudioError, OSError):
        return False


def _stored(path: Path) -> str:
    """The path as the artist wants paths in the .blend: relative to it, or absolute."""
    if not bpy.data.filepath or not bpy.context.preferences.filepaths.use_relative_paths:
        return str(path)
    try:
        return str(bpy.path.relpath(str(path)))
    except ValueError:  # another drive
        return str(path)


def _free_channel(editor: Any, first: int, end: int, lowest: int) -> int:
    taken = {
        strip.channel
        for strip in compat.strips(editor)
        if compat.left_handle(strip) < end and compat.right_handle(strip) > first
    }
    for channel in (*range(lowest, MOST_CHANNELS + 1), *range(1, lowest)):
        if channel not in taken:
            return int(channel)
    raise AudioError(f"All {MOST_CHANNELS} channels are taken at frame {first}; move the playhead to a free place.")


def follow_sound(scene: bpy.types.Scene, end: int) -> bool:
    """Let playback follow the sound, and lengthen the scene to frame `end`; tells whether it had to."""
    scene.sync_mode = "AUDIO_SYNC"
    if scene.frame_end >= end:
        return False
    scene.frame_end = end
    return True
