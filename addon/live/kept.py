"""What shape keys were before a listener moved them: kept in the file beside them, until it is put back.

It lies on the shape keys' own data-block, not on the object: undo takes each data-block back by itself, and so the
values and what they were before are always of the same time. A copy has it as well.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Collection, Mapping
from typing import Any

import bpy

PROPERTY = "lockstep_live"
OVERRIDABLE: Any = {"LIBRARY_OVERRIDABLE"}

Values = dict[str, float]


def keep(key: Any, values: Mapping[str, float]) -> None:
    """Keep the values that shape keys of `key` shall have again, by their names, in place of what was kept before."""
    names = [block.name for block in key.key_blocks]
    setattr(key, PROPERTY, json.dumps({"names": names, "values": dict(values)}, ensure_ascii=False))


def rename(key: Any, names: Mapping[str, str]) -> None:
    """Keep the same of shape keys that are called otherwise by now: `names` by those that they had."""
    keep(key, renamed(kept(key), names))


def renamed(values: Mapping[str, float], names: Mapping[str, str]) -> Values:
    """Values by the new names; what had one of those before, and has it no more, is gone."""
    taken = set(names.values())
    return {names.get(name, name): value for name, value in values.items() if name in names or name not in taken}


def kept(key: Any) -> Values:
    """What is kept; empty where nothing is."""
    return _read(key)[1]


def is_kept(key: Any) -> bool:
    """Whether something is kept."""
    return bool(getattr(key, PROPERTY))


def put_back(key: Any) -> bool:
    """Give the shape keys the values that are kept, and keep them no longer; tells whether there were any.

    A shape key that was renamed meanwhile is found by its place; one that is gone is left out.
    """
    if not is_kept(key):
        return False
    names, values = _read(key)
    key.property_unset(PROPERTY)
    for name, value in values.items():
        block = _block(key, names, name)
        if block is not None and block.value != value:
            block.value = value
    return True


def lay_back(key: Any) -> None:
    """Give the shape keys the values that are kept, and keep them on; nobody is told of it.

    For a render, which begins beside Blender's main thread, where nothing may be drawn or computed anew.
    """
    names, values = _read(key)
    blocks = ((_block(key, names, name), value) for name, value in values.items())
    lay(key, {block.name: value for block, value in blocks if block is not None})


def present(key: Any) -> Values:
    """The values of all shape keys by their names, in order."""
    numbers = array("f", bytes(4 * len(key.key_blocks)))
    key.key_blocks.foreach_get("value", numbers)
    return dict(zip(key.key_blocks.keys(), numbers, strict=True))


def lay(key: Any, values: Mapping[str, float]) -> None:
    """Give shape keys these values; nobody is told of it, and nothing is drawn or computed anew.

    But for those of an overridden object, which are linked data: there Blender sets values one by one alone.
    """
    if key.library is None:
        key.key_blocks.foreach_set("value", array("f", {**present(key), **values}.values()))
        return
    for name, value in values.items():
        key.key_blocks[name].value = value


def heal(but: Collection[int] = ()) -> None:
    """Put back whatever is kept in this file, but for the data-blocks of these `session_uid`."""
    for key in bpy.data.shape_keys:
        if is_kept(key) and key.session_uid not in but:
            put_back(key)


def _read(key: Any) -> tuple[list[str], Values]:
    """The names of all shape keys when it was kept, and the values."""
    try:
        told = json.loads(getattr(key, PROPERTY) or "{}")
        names = [str(name) for name in told.get("names", ())]
        return names, {str(name): float(value) for name, value in told.get("values", {}).items()}
    except (ValueError, TypeError, AttributeError):  # not written by us
        return [], {}


def _block(key: Any, names: list[str], name: str) -> Any:
    """The shape key that was called `name` among `names`; None where it is gone."""
    found = key.key_blocks.get(name)
    if found is not None or len(names) != len(key.key_blocks) or name not in names:
        return found
    there = key.key_blocks[names.index(name)]
    return there if there.name not in names else None


def register() -> None:
    """Register the property of shape keys."""
    kept_text = bpy.props.StringProperty(options={"HIDDEN"}, override=OVERRIDABLE)
    setattr(bpy.types.Key, PROPERTY, kept_text)


def unregister() -> None:
    """Put back what is kept, and take the property back."""
    heal()
    delattr(bpy.types.Key, PROPERTY)
