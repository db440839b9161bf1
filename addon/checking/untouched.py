"""Looking at other frames without leaving a trace: playhead, poses that have no key yet, and hidden meshes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import bpy

from .. import compat

OWN = '"]'  # how the data path of a custom property ends

Values = dict[tuple[Any, str], Any]


@contextmanager
def as_it_was(home: bpy.types.Scene, hidden: Sequence[Any] = ()) -> Iterator[None]:
    """While the context lasts, the scene may be put on other frames, and the `hidden` objects are evaluated as well.

    Afterwards frame and subframe are the same, and so is every animated property, even where its value has no key:
    going to another frame alone would lose that.
    """
    frame, subframe = home.frame_current, home.frame_subframe
    before = _values()
    for thing in hidden:
        thing.hide_viewport = False
    try:
        yield
    finally:
        home.frame_set(frame, subframe=subframe)
        for thing in hidden:
            thing.hide_viewport = True
        _give_back(before)


def _values() -> Values:
    """Every property that actions, the NLA or drivers move, as it is now."""
    found: Values = {}
    for block in _animated():
        for path in set(animated_paths(block.animation_data)):
            with suppress(ValueError, KeyError, AttributeError):  # a curve of something that is no longer there
                found[block, path] = _read(block, path)
    return found


def _animated() -> Iterator[Any]:
    """All data-blocks of this file with animation."""
    for collection in bpy.data.bl_rna.properties:
        if collection.type == "COLLECTION":
            for block in getattr(bpy.data, collection.identifier):
                if getattr(block, "animation_data", None) is not None:
                    yield block


def animated_paths(data: Any) -> Iterator[str]:
    """The data paths that curves and drivers of some animation data animate, its NLA strips with them."""
    actions = [] if data.action is None else [(data.action, getattr(data, "action_slot", None))]
    for track in data.nla_tracks:
        actions += [(strip.action, compat.strip_slot(strip)) for strip in track.strips if strip.action is not None]
    for action, slot in actions:
        for curve in compat.curves(action, slot) or ():
            yield curve.data_path
    for driver in data.drivers:
        yield driver.data_path


def _read(block: Any, path: str) -> Any:
    owner, name = _owner(block, path)
    return _plain(owner[name] if path.endswith(OWN) else getattr(owner, name))


def _write(block: Any, path: str, value: Any) -> None:
    owner, name = _owner(block, path)
    if path.endswith(OWN):
        owner[name] = value
    else:
        setattr(owner, name, value)


def _owner(block: Any, path: str) -> tuple[Any, str]:
    """What has a property, and the property's name there; a property of the artist's own is read as it is kept."""
    if path.endswith(OWN):
        at = path.rindex('["')
        return block.path_resolve(path[:at]) if at else block, bpy.utils.unescape_identifier(path[at + 2 : -2])
    head, _, name = path.rpartition(".")
    return block.path_resolve(head) if head else block, name


def _plain(value: Any) -> Any:
    """A value that does not change with the scene."""
    return tuple(value) if hasattr(value, "__len__") and not isinstance(value, str) else value


def _give_back(before: Values) -> None:
    for (block, path), value in before.items():
        with suppress(ValueError, KeyError, TypeError, AttributeError):  # what cannot be written has no own value
            if _read(block, path) != value:
                _write(block, path, value)
