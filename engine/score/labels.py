"""Items of a score as an artist reads them: what, and at which words or sounds."""

from __future__ import annotations

from dataclasses import replace

from ..take import Take
from . import wording
from .anchor import Anchor
from .items import Edit, Emotion, Emphasis, Gesture, Item, Pin
from .naming import take_id
from .timeline import timeline


def label(item: Item, take: Take | None = None) -> str:
    """An item in words: "3 keys on mouthPucker at 'water' /w/", "joy from 'water' to 'fire'", "nod at /w ɔ t/".

    Words are those of `take` where it is the item's home, and otherwise those that the item remembers.
    """
    if isinstance(item, Edit):
        return _edit(item, take)
    if isinstance(item, Emotion):
        return f"{item.name} {_between(item.start, item.end, take)}"
    at = _at(_known(item.at, take))
    if isinstance(item, Emphasis):
        return f"{'more' if item.amount >= 0.0 else 'less'} emphasis {at}"
    if isinstance(item, Gesture):
        return f"{item.name.replace('_', ' ')} {at}"
    assert isinstance(item, Pin)
    return f"mouth of /{item.shape}/ {at}"


def _edit(edit: Edit, take: Take | None) -> str:
    curve = edit.curve.name if not edit.curve.layer else f"{edit.curve.name} (layer '{edit.curve.layer}')"
    if edit.kind in ("deleted", "muted"):
        return f"{curve} {edit.kind}"
    if edit.kind == "transform":
        return f"{curve} {_change(edit)} {_between(edit.start, edit.end, take)}"
    places = [key.at for key in edit.keys] or list(edit.gone) or [edit.start, edit.end]
    if edit.keys or not edit.gone:
        return f"{_keys(len(edit.keys))} on {curve} {_between(places[0], places[-1], take)}"
    return f"{_keys(len(edit.gone))} removed from {curve} {_between(places[0], places[-1], take)}"


def _change(edit: Edit) -> str:
    """What a transform does, the greatest of it."""
    if edit.scale != 1.0:
        return f"scaled by {edit.scale:.3g}"
    return (
        f"moved by {edit.shift:+.3g} s" if edit.shift != 0.0 and edit.offset == 0.0 else f"offset by {edit.offset:+.3g}"
    )


def _keys(count: int) -> str:
    return "1 key" if count == 1 else f"{count} keys"


def _between(start: Anchor, end: Anchor, take: Take | None) -> str:
    """'at' one place, or 'from' one 'to' another; by words alone where these differ."""
    first, last = _known(start, take), _known(end, take)
    if (first.index, first.kind) == (last.index, last.kind) or (first.word and _word(first) == _word(last)):
        return _at(first)
    if first.kind == last.kind == "phone" and first.word and last.word:
        return f"from '{first.word}' to '{last.word}'"
    return f"from {wording.spot(first)} to {wording.spot(last)}"


def _word(anchor: Anchor) -> tuple[str, str]:
    return anchor.word, anchor.kind


def _at(anchor: Anchor) -> str:
    return f"{'' if anchor.kind == 'edge' else 'at '}{wording.spot(anchor)}"


def _known(anchor: Anchor, take: Take | None) -> Anchor:
    """The anchor with the word that its take now has for it."""
    if take is None or anchor.kind == "shot" or anchor.take != take_id(take) or anchor.index >= len(take.phones):
        return anchor
    return replace(anchor, word=timeline(take).spelling(anchor.index) or anchor.word)
