"""Moments of the mouth on the shape keys of one character, without a key being set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import bpy

from ...engine.errors import RigError
from ...engine.live.moment import Moment
from ...engine.rig import Drive, KeyInfo
from .. import props
from ..character import scene
from ..character.speaker import Speaker, find_speaker, key_infos, rounds, speech_names
from ..checking.untouched import animated_paths
from ..keys import keying
from . import kept
from .finding import Place, place_of

STEPPED = ("ONES", "TWOS")  # how keys are laid where drawings are held
NEAR = 1e-4  # of a shape key: less is no movement

Wanted = Mapping[KeyInfo, float]


@dataclass(slots=True)
class Part:
    """The shape keys of one data-block that are driven.

    `place` finds the data-block, `infos` are its keys that move, and `shown` is what each of them was given last,
    None where nothing was since undo or the beginning. `names` are those of all its keys, by where they lie in memory.
    """

    place: Place
    infos: tuple[KeyInfo, ...]
    shown: dict[str, float] | None = None
    names: dict[int, str] = field(default_factory=dict)

    def found(self) -> Any:
        """The data-block; None where it is gone."""
        return self.place.found(bpy.data.shape_keys)

    def show(self, wanted: Wanted) -> bool:
        """Give the keys their values, and tell whether any has changed; what they had, or were given since, is kept.

        The values are laid all at once, and no editor is told: only views of the face have to be drawn anew.
        """
        key = self.found()
        if key is None:
            return False
        there = kept.present(key)
        shown = self._keep(key, there)
        named = ((info.name, wanted[info]) for info in self.infos)
        changed = {name: value for name, value in named if name in there and abs(there[name] - value) > NEAR}
        if changed:
            kept.lay(key, changed)
            key.update_tag()
            there = kept.present(key)
            shown |= {name: there[name] for name in changed}
        return bool(changed)

    def put_back(self) -> None:
        """Give the keys the values that they had, or were given by others since."""
        key = self.found()
        if key is not None:
            if self.shown is not None:
                self._keep(key, kept.present(key))
            kept.put_back(key)
        self.forget()

    def lay_back(self) -> None:
        """The same for a while, without a word to anybody."""
        key = self.found()
        if key is not None:
            kept.lay_back(key)

    def await_frame(self) -> None:
        """The values that the keys had: curves that are muted, or end before, leave them as they are."""
        key = self.found()
        if key is not None and key.animation_data is not None and self.shown is not None:
            self._keep(key, kept.present(key))
            kept.lay_back(key)

    def note_frame(self) -> None:
        """Curves have given keys the values of another frame, even where those are what is shown by chance."""
        key = self.found()
        if key is None or key.animation_data is None or self.shown is None:
            return
        paths = set(animated_paths(key.animation_data))
        for info in self.infos:
            if keying.path_of(info.name) in paths:
                self.shown.pop(info.name, None)
        self._keep(key, kept.present(key))

    def forget(self) -> None:
        """What was shown is not there any more: after undo the file itself says what is kept."""
        self.shown, self.names = None, {}

    def _keep(self, key: Any, there: Mapping[str, float]) -> dict[str, float]:
        """Keep values that are not what was shown last: curves and artists change keys while they are driven.

        `there`: the values of all keys. Gives what is shown by now.
        """
        self._follow(key, there)
        present = {info.name: there[info.name] for info in self.infos if info.name in there}
        if self.shown is None:
            before = kept.kept(key)
            self.shown = {name: value for name, value in present.items() if name in before}
        changed = {name: value for name, value in present.items() if self.shown.get(name) != value}
        meant = {name: value for name, value in changed.items() if not self._is_cut(key.key_blocks[name])}
        if meant:
            kept.keep(key, {**kept.kept(key), **meant})
        self.shown |= changed
        return self.shown

    def _is_cut(self, block: Any) -> bool:
        """Whether a key has what it was given last, as far as a range allows that has become narrower since."""
        given = (self.shown or {}).get(block.name)
        return given is not None and float(block.value) == min(max(given, block.slider_min), block.slider_max)

    def _follow(self, key: Any, there: Mapping[str, float]) -> None:
        """Keys that have another name since are found by where they lie, wherever in the list that is by now."""
        if list(self.names.values()) == list(there):
            return
        names = {block.as_pointer(): block.name for block in key.key_blocks}
        moved = [(was, names[at]) for at, was in self.names.items() if at in names]
        shown = self.shown or {}
        renamed = {was: name for was, name in moved if was != name and shown.get(was, there[name]) == there[name]}
        if renamed and self.shown is not None:
            kept.rename(key, renamed)
            self.shown = kept.renamed(self.shown, renamed)
        self.names = names


class Driver:
    """Drives the face that `thing` belongs to, and what moves with it, in the scene `home`.

    Keys that follow a driver, or are locked or muted, stay as they are: `notes` says so. Raises RigError, with what to
    do, where the character cannot speak; so does `renew`.
    """

    def __init__(self, thing: bpy.types.Object | None, home: bpy.types.Scene) -> None:
        self._home = place_of(home)
        self._refit(thing, home)

    def _refit(self, thing: bpy.types.Object | None, home: Any) -> None:
        speaker = find_speaker(thing, home)
        self.name = speaker.character.name
        self.notes = speaker.notes
        self.face = place_of(speaker.character.face)
        known = list(_driven(speaker, home.frame_current))
        turns = list(rounds([info for _, info in known]))
        stepped = home.lockstep.keys in STEPPED
        self._drives = [
            (Drive(speaker.binding, infos, stepped), {info.name: info for info in infos}) for infos in turns
        ]
        self._parts = tuple(_parts(known, {infos[name] for drive, infos in self._drives for name in drive.keys}))
        self._known = _signature(speaker.character.face)

    @property
    def uids(self) -> set[int]:
        """The numbers of the data-blocks that are driven."""
        return {part.place.uid for part in self._parts}

    def show(self, moment: Moment) -> bool:
        """Show a moment of the mouth, and tell whether anything has changed."""
        wanted: dict[KeyInfo, float] = {}
        for drive, infos in self._drives:
            values = drive.at(moment.values, moment.time)
            wanted |= {infos[name]: float(value) for name, value in zip(drive.keys, values, strict=True)}
        return any([part.show(wanted) for part in self._parts])

    def put_back(self) -> None:
        """Give all keys the values that they had before, or were given by others meanwhile."""
        for part in self._parts:
            part.put_back()

    def lay_back(self) -> None:
        """The same for a render; the next `show` goes on."""
        for part in self._parts:
            part.lay_back()

    def await_frame(self) -> None:
        """Another frame is about to be computed."""
        for part in self._parts:
            part.await_frame()

    def note_frame(self) -> None:
        """Another frame is shown, and with it other values of what is animated."""
        for part in self._parts:
            part.note_frame()

    def forget(self) -> None:
        """Another state of the file is open since undo or redo."""
        for part in self._parts:
            part.forget()

    def renew(self) -> bool:
        """Look for the character anew where its keys or its rig have changed; tells whether they had.

        Raises RigError where it is gone.
        """
        face: Any = self.face.found(bpy.data.objects)
        home: Any = self._home.found(bpy.data.scenes)
        if face is None or home is None or home not in face.users_scene:
            raise RigError(f"'{self.name}' is not there any more; choose another face.")
        if _signature(face) == self._known:
            return False
        self.put_back()
        self._refit(face, home)
        return True


def _driven(speaker: Speaker, frame: int) -> Iterator[tuple[Any, KeyInfo]]:
    mouth = set(speech_names(speaker.binding))
    return ((key, info) for key, info in key_infos(speaker, float(frame)) if info.name in mouth)


def _parts(known: Sequence[tuple[Any, KeyInfo]], driven: set[KeyInfo]) -> Iterator[Part]:
    for key in dict.fromkeys(key for key, _ in known):
        infos = tuple(info for owner, info in known if owner == key and info in driven)
        yield Part(place_of(key), infos)


def _signature(face: Any) -> tuple[Any, ...]:
    """What the choice of keys depends on."""
    keys = face.data.shape_keys if face.type == "MESH" else None
    if keys is None:
        return ()
    known = tuple((block.name, scene.is_free(keys, block)) for block in scene.shapes(keys))
    return keys.session_uid, known, face.lockstep_rig, tuple(sorted(props.corrections(face).items()))
