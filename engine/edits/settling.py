"""Edits at home in the take in which they were laid, exactly as they stand there: for a home that is to go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ..score.anchoring import anchor
from ..score.items import Edit, EditedKey, Handle
from ..take import Take
from .laid import Laid


@dataclass(frozen=True, slots=True)
class _Stands:
    """Where a key stands: seconds of the take, its handles from it, and seconds to the keys beside it (0: none)."""

    seconds: float
    left: Handle
    right: Handle
    before: float
    after: float


def settled_here(edit: Edit, laid: Mapping[str, Laid], take: Take) -> Edit:
    """`edit` with each key that was laid in `take` at home there where it stands, frames and handles as they are.

    What was not laid keeps its places. `laid`: the line's curves in seconds of `take`.
    """
    curve = next((one for one in laid.values() if edit.id in one.ids), None)
    if curve is None or edit.kind != "keys":
        return edit
    stands = _standing(curve, edit.id)
    keys = tuple(_key(key, stands.get(number), take) for number, key in enumerate(edit.keys))
    return replace(edit, keys=keys)


def _standing(laid: Laid, id: str) -> dict[int, _Stands]:
    keys, count = laid.keys, len(laid.keys)
    found = {}
    for at, (owner, number) in enumerate(zip(laid.owners, laid.numbers.tolist(), strict=True)):
        if owner == id and number >= 0:
            time, value = float(keys.times[at]), float(keys.values[at])
            left, right = (
                (float(handle[at, 0]) - time, float(handle[at, 1]) - value) for handle in (keys.left, keys.right)
            )
            before = time - float(keys.times[at - 1]) if at else 0.0
            after = float(keys.times[at + 1]) - time if at + 1 < count else 0.0
            found[number] = _Stands(time, left, right, before, after)
    return found


def _key(key: EditedKey, stands: _Stands | None, take: Take) -> EditedKey:
    if stands is None:
        return key
    at = anchor(take, stands.seconds)
    return replace(key, at=at, left=stands.left, right=stands.right, before=stands.before, after=stands.after)
