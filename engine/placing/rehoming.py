"""Items of a score made at home in another take, where they stand now: for a take that is to go."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

from ..score.anchor import Anchor
from ..score.anchoring import anchor
from ..score.items import LISTS, Edit, EditedKey, Emotion, Item, Score
from ..take import Take
from .placed import Place, Placed, PlacedItem


def rehomed(placed: Placed, take: Take, homes: Collection[str]) -> Score:
    """The score of `placed`, all that is at home in a take of `homes` (ids) now at home in `take`, where it stands.

    What is unplaced there keeps its old places, by whose context it can still be found in other takes.
    """
    where = {item.id: item for item in placed.items}
    score = placed.score
    lists: dict[str, Any] = {
        name: tuple(_item(item, where.get(item.id), take, homes) for item in getattr(score, name)) for name in LISTS
    }
    return replace(score, **lists)


def anchors_of(item: Item) -> Iterator[Anchor]:
    """All places in speech that an item holds."""
    if isinstance(item, Emotion | Edit):
        yield item.start
        yield item.end
    else:
        yield item.at
    if isinstance(item, Edit):
        yield from (key.at for key in item.keys)
        yield from item.gone


def _item(item: Item, where: PlacedItem | None, take: Take, homes: Collection[str]) -> Item:
    if where is None or where.status == "unplaced" or all(one.take not in homes for one in anchors_of(item)):
        return item
    if isinstance(item, Edit):
        return _edit(item, where, take, homes)
    if isinstance(item, Emotion):
        return replace(item, start=_there(item.start, where.start, take, homes),
                       end=_there(item.end, where.end, take, homes))  # fmt: skip
    return replace(item, at=_there(item.at, where.start, take, homes))


def _edit(item: Edit, where: PlacedItem, take: Take, homes: Collection[str]) -> Edit:
    return replace(
        item,
        start=_there(item.start, where.start, take, homes),
        end=_there(item.end, where.end, take, homes),
        keys=tuple(_key(key, at, take, homes) for key, at in zip(item.keys, where.keys, strict=True)),
        gone=tuple(_there(old, at, take, homes) for old, at in zip(item.gone, where.gone, strict=True)),
        shift=item.shift * where.start.stretch if item.start.take in homes else item.shift,
    )


def _key(key: EditedKey, at: Place, take: Take, homes: Collection[str]) -> EditedKey:
    if key.at.take not in homes:
        return key
    left, right = ((seconds * at.stretch, value) for seconds, value in (key.left, key.right))
    gaps = {name: getattr(key, name) * at.stretch for name in ("before", "after", "period")}
    return replace(key, at=anchor(take, at.seconds), left=left, right=right, **gaps)


def _there(old: Anchor, at: Place, take: Take, homes: Collection[str]) -> Anchor:
    return anchor(take, at.seconds) if old.take in homes else old
