"""What is heard with a face: the strips that play its sound as the sequencer plays them now, as one sound.

A strip that was cut is heard piece by piece where the pieces stand, with silence between them; mutes of strips,
channels and metas, volumes, trims, speeds and the scene's frame rate count as they are now.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import bpy
import numpy as np

from ...engine.check.result import Fault
from ...engine.errors import AudioError, UsageError
from .. import compat
from ..lines import hearing
from ..sound import audio, strips
from ..sound.pieces import Piece, Pieces
from ..sound.strips import Placement
from .wanted import Wanted

UNHEARD = 1e-4  # a volume at which nothing is heard
FADED = 100  # frames of a strip at which an animated volume is looked at
SAME_RATE = 1e-3  # of frames per second of sound


@dataclass(frozen=True, slots=True)
class Heard:
    """The sound of a shot. `source` None: nothing is heard, and `faults` say why.

    Its second 0 is heard at scene frame `base`, its seconds are `rate` frames each; `strips`: the names of those that
    play it; `sound`: the file's name, `digest` the SHA-256 of the file.
    """

    source: Any
    base: float
    rate: float
    sound: str
    strips: tuple[str, ...]
    faults: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = ()
    digest: str = ""


@contextmanager
def sound_heard(wanted: Wanted) -> Iterator[Heard]:
    """The sound that is heard with a line, or a strip. Raises AudioError for a file that cannot be read, UsageError."""
    home = wanted.home
    with ExitStack() as stack:
        found = pieces_of(wanted)
        if not found:
            yield _from_file(wanted) if _never_had_a_strip(wanted) else _silent(wanted, wanted.sound, _gone(wanted))
            return
        audible = [strip for strip in found if not why_silent(strip, home)]
        name = sound_name(found[0])
        if not audible:
            yield _silent(wanted, name, _muted(found[0], why_silent(found[0], home)), found)
            return
        yield _played(wanted, audible, found, stack)


def _played(wanted: Wanted, audible: Sequence[Any], found: Sequence[Any], stack: ExitStack) -> Heard:
    home = wanted.home
    try:
        opened, slivers = _all_opened(audible, home, stack)
    except AudioError as error:
        if not _is_missing(audible[0]):
            raise
        fault = Fault("no sound", 0.0, 0.0, str(error), "Find the file, or choose another in the strip.", True)
        return _silent(wanted, sound_name(found[0]), fault, found)
    opened = [(strip, source, _asked_for(placed, wanted.only)) for strip, source, placed in opened]
    rate = opened[0][2].rate
    same = [(source, placed) for _, source, placed in opened if abs(placed.rate - rate) <= SAME_RATE]
    base = min(placed.frame(placed.start) for _, placed in same)
    pieces = [Piece(source, (p.frame(p.start) - base) / rate, p.start, p.stop) for source, p in same]
    source = _joined(pieces)
    end = base + source.duration * rate
    never = end <= home.frame_start or base >= home.frame_end + 1
    faults = (_never(home, source.name, source.duration),) if never else ()
    names = tuple(strip.name for strip, *_ in opened)
    notes = (*slivers, *_left_out(found, opened, home), *_outside(home, base, end))
    return Heard(source, base, rate, source.name, names, faults, notes, opened[0][1].sha256())


def _left_out(found: Sequence[Any], opened: Sequence[Any], home: bpy.types.Scene) -> Iterator[str]:
    """Sentences on the pieces that are not heard, or not with the others."""
    first = opened[0]
    for strip in found:
        why = why_silent(strip, home)
        if why:
            yield f"The strip '{strip.name}' is silent: {why}."
    for strip, _, placed in opened:
        if abs(placed.rate - first[2].rate) > SAME_RATE:
            yield f"The strip '{strip.name}' has another speed than '{first[0].name}' and was left out."


def _asked_for(placed: Placement, only: tuple[float, float] | None) -> Placement:
    """What of a strip the line is to speak, where the artist has said so and any of it is left."""
    if only is None:
        return placed
    start, stop = max(placed.start, only[0]), min(placed.stop, only[1])
    return replace(placed, start=start, stop=stop) if stop - start >= strips.SHORTEST else placed


def _joined(pieces: Sequence[Piece]) -> Any:
    if len(pieces) == 1:
        return audio.part_of(pieces[0].source, pieces[0].start, pieces[0].stop)
    return Pieces(pieces)


def _all_opened(audible: Sequence[Any], home: bpy.types.Scene, stack: ExitStack) -> tuple[list[Any], list[str]]:
    """Each strip with its sound and where it plays, and sentences on slivers that are left out. Raises AudioError."""
    opened, slivers = [], []
    for strip in audible:
        try:
            opened.append((strip, *_opened(strip, home, stack)))
        except AudioError as error:
            if strip == audible[-1] and not opened:
                raise
            slivers.append(str(error))
    return opened, slivers


def _opened(strip: Any, home: bpy.types.Scene, stack: ExitStack) -> tuple[Any, Placement]:
    """The sound of a strip and where it is played. Raises AudioError."""
    if strips.is_evenly_paced(strip):
        source = audio.open_sound(stack.enter_context(strips.sound_file(strip.sound)))
        return source, _within_metas(strip, strips.place_strip(strip, home, source.duration))
    with bpy.context.temp_override(scene=home):
        path, first = stack.enter_context(strips.rendered(strip, home))
    source = audio.open_sound(path)
    return source, _within_metas(strip, strips.place_new(home, first, source.duration))


def _within_metas(strip: Any, placed: Placement) -> Placement:
    """What of a strip is heard through the meta strips around it."""
    for meta in metas_around(strip):
        start = max(placed.start, placed.seconds(float(compat.left_handle(meta))))
        stop = min(placed.stop, placed.seconds(float(compat.right_handle(meta))))
        placed = replace(placed, start=start, stop=stop)
    return placed


# Which strips


def pieces_of(wanted: Wanted) -> list[Any]:
    """The strips that play the wanted sound, in order of time: the line's own, and what was cut from it."""
    main = _main_strip(wanted)
    found = [] if main is None else [main]
    for strip in strips.sound_strips(wanted.home) if found else ():
        if strip == main or strip.name in wanted.spoken or not _same_sound(strip, main):
            continue
        if _is_apart(strip, found) and _belongs(strip, found, wanted):
            found.append(strip)
    return sorted(found, key=compat.left_handle)


def _is_apart(strip: Any, found: Sequence[Any]) -> bool:
    """Whether a strip plays another part of the sound than those found: otherwise it is the same thing said twice."""
    low, high = _content(strip)
    return all(min(high, end) - max(low, begin) < 1.0 for begin, end in map(_content, found))


def _content(strip: Any) -> tuple[float, float]:
    """From which to which frame of its sound, counted from its begin, a strip plays."""
    begin = compat.content_start(strip)
    return compat.left_handle(strip) - begin, compat.right_handle(strip) - begin


def _same_sound(strip: Any, main: Any) -> bool:
    if strip.sound == main.sound:
        return True
    with suppress(AudioError, OSError):
        return strips.sound_path(strip.sound).samefile(strips.sound_path(main.sound))
    return False


def _belongs(strip: Any, found: Sequence[Any], wanted: Wanted) -> bool:
    """Whether a piece of the same sound is part of the shot: it plays what the line's take is of, or it adjoins."""
    if wanted.part is not None:
        low, high = _content(strip)
        start, stop = (seconds * compat.frames_per_second(wanted.home) for seconds in wanted.part)
        return min(high, stop) - max(low, start) > 1.0
    edges = {compat.left_handle(one) for one in found} | {compat.right_handle(one) for one in found}
    return bool({compat.left_handle(strip), compat.right_handle(strip)} & edges)


def _main_strip(wanted: Wanted) -> Any:
    """The strip that is meant; None where there is none. Raises UsageError where several may be."""
    home = wanted.home
    if wanted.strip:
        return strips.find_strip(home, wanted.strip)
    if wanted.item is None:
        return _only_strip(home, wanted.frame)
    return strips.named(home, wanted.item.strip) or _renamed(wanted) or _instead(wanted)


def _renamed(wanted: Wanted) -> Any:
    """The strip with the line's sound under another name: the nearest one that no other line speaks."""
    path = Path(wanted.item.path)
    every = strips.sound_strips(wanted.home)
    there = [strip for strip in every if strip.name not in wanted.spoken and _plays(strip, path)]
    return min(there, key=lambda strip: abs(compat.left_handle(strip) - wanted.frames[0]), default=None)


def _plays(strip: Any, path: Path) -> bool:
    with suppress(AudioError, OSError):
        return strips.sound_path(strip.sound).samefile(path)
    return False


def _instead(wanted: Wanted) -> Any:
    """Another sound that plays where the line is; None without one. Raises UsageError where there are several."""
    there = [
        strip
        for strip in strips.sound_strips(wanted.home)
        if strip.name not in wanted.spoken
        and not why_silent(strip, wanted.home)
        and min(compat.right_handle(strip), wanted.frames[1]) - max(compat.left_handle(strip), wanted.frames[0])
        > 0.5 * (wanted.frames[1] - wanted.frames[0])
    ]
    return _one_of(there)


def _only_strip(home: bpy.types.Scene, frame: float) -> Any:
    """The only sound that is heard, or the only one at a frame. Raises UsageError, AudioError."""
    every = strips.sound_strips(home)
    if not every:
        raise AudioError(f"No sound plays in the scene '{home.name}'; add one to the sequencer first.")
    heard = [strip for strip in every if not why_silent(strip, home)]
    here = [strip for strip in heard if compat.left_handle(strip) <= frame < compat.right_handle(strip)]
    return every[0] if len(every) == 1 else _one_of(here if len(heard) > 1 else heard) or _one_of(heard)


def _one_of(found: Sequence[Any]) -> Any:
    """The strip, where all of them play one sound. Raises UsageError where they do not."""
    for strip in found[1:]:
        if not _same_sound(strip, found[0]):
            raise UsageError(
                f"Several sounds play here ('{found[0].name}', '{strip.name}'); choose the strip that the face speaks."
            )
    return found[0] if found else None


# Silence


def why_silent(strip: Any, home: bpy.types.Scene) -> str:
    """Why a strip is not heard, as a clause; '' where it is."""
    if strip.mute:
        return "it is muted"
    if _loudest(strip, home) <= UNHEARD:
        return "its volume is 0"
    around = metas_around(strip)
    for meta in around:
        if meta.mute:
            return f"the meta strip '{meta.name}' around it is muted"
    if around and _shown(strip, around) < strips.SHORTEST * compat.frames_per_second(home):
        return f"the meta strip '{around[0].name}' around it is cut to where it is not"
    for one, owner in zip((strip, *around), (*around, home.sequence_editor), strict=True):
        channel = compat.channel(owner, one.channel)
        if channel is not None and channel.mute:
            return f"its channel '{channel.name}' is muted"
    return ""


def metas_around(strip: Any) -> list[Any]:
    """The meta strips that a strip lies in, the innermost first."""
    found, meta = [], strip.parent_meta()
    while meta is not None:
        found.append(meta)
        meta = meta.parent_meta()
    return found


def _loudest(strip: Any, home: bpy.types.Scene) -> float:
    """The highest volume that a strip has while it plays: a fade may begin at 0."""
    data: Any = home.animation_data
    found = None if data is None or data.action is None else compat.curves(data.action, compat.slot_of(home))
    curve = None if found is None else found.find(strip.path_from_id("volume"))
    if curve is None or compat.is_muted(curve):
        return float(strip.volume)
    frames = np.linspace(compat.left_handle(strip), compat.right_handle(strip), FADED)
    return max(float(curve.evaluate(frame)) for frame in frames)


def _shown(strip: Any, around: Sequence[Any]) -> float:
    """How many frames of a strip are left within the metas around it."""
    every = (strip, *around)
    return float(min(map(compat.right_handle, every)) - max(map(compat.left_handle, every)))


def sound_name(strip: Any) -> str:
    """The name of a strip's sound file."""
    return Path(strip.sound.filepath.replace("\\", "/")).name or str(strip.sound.name)


def _muted(strip: Any, why: str) -> Fault:
    says = f"Nothing is heard of the strip '{strip.name}': {why}."
    return Fault("no sound", 0.0, 0.0, says, "Let it be heard again, then check once more.", True)


def _gone(wanted: Wanted) -> Fault:
    says = f"No strip plays the sound of this line, '{wanted.sound}'."
    return Fault("no sound", 0.0, 0.0, says, "Add the sound to the sequencer where the mouth speaks it.", True)


def _never(home: bpy.types.Scene, name: str, duration: float) -> Fault:
    says = f"'{name}' lies outside the scene's frames, {home.frame_start} to {home.frame_end}."
    return Fault("no sound", 0.0, duration, says, "Move it, or change the scene's start and end.", True)


def _outside(home: bpy.types.Scene, first: float, end: float) -> Iterator[str]:
    if not home.use_audio:
        yield "The scene's sound is switched off (Playback > Audio); the strip was checked all the same."
    elif home.audio_volume <= UNHEARD:
        yield "The scene's volume is 0 (Scene properties > Audio); the strip was checked all the same."
    if first < home.frame_start - 0.5 or end > home.frame_end + 1.5:
        yield (
            f"The sound stands on frames {first:.0f} to {end:.0f}, the scene has {home.frame_start} to "
            f"{home.frame_end}; what lies outside was checked as well."
        )


def _is_missing(strip: Any) -> bool:
    """Whether the file of a strip is not there, so that Blender plays nothing."""
    with suppress(AudioError):
        return strip.sound.packed_file is None and not strips.sound_path(strip.sound).is_file()
    return True


def _silent(wanted: Wanted, name: str, fault: Fault, found: Sequence[Any] = ()) -> Heard:
    """Nothing is heard; the frames are those on which the line stood, else those of the strip."""
    first, last = (
        (compat.left_handle(found[0]), compat.right_handle(found[-1]))
        if found
        else (wanted.frames[0], wanted.frames[1])
    )
    fps = compat.frames_per_second(wanted.home)
    fault = replace(fault, end=max(0.0, (last - first) / fps))
    return Heard(None, float(first), fps, name, tuple(strip.name for strip in found), (fault,))


# Without strips


def _never_had_a_strip(wanted: Wanted) -> bool:
    """Whether the line was made in a Blender that plays no sound, and this is one: its file is all there is."""
    return wanted.item is not None and not wanted.item.strip and not compat.can_load_sounds()


def _from_file(wanted: Wanted) -> Heard:
    source = audio.open_sound(Path(wanted.item.path))
    placed = hearing.standing(wanted.item, wanted.home)
    part = audio.part_of(source, placed.start, min(placed.stop, source.duration))
    note = "This Blender cannot play sound; the line was checked against its file, where its keys stand."
    return Heard(part, placed.frame(placed.start), placed.rate, source.name, (), (), (note,))
