"""The same acting on another character: an edit's like on a rig with other keys, or why it has none."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ..rig import Binding, KeyInfo
from ..rig.names import split_side
from ..score.items import Curve, Edit, EditedKey

LIKE = 0.6  # cosine of what two keys make from which the one may stand in for the other
ALIKE = 1e-3  # of weight: edits of the two sides that differ by no more are equal
SAME = {"open": "jaw"}  # a viseme opens lips and jaw together: to an edit it is the jaw
SIDES = {"l": "left", "r": "right", "": ""}


@dataclass(frozen=True, slots=True)
class Transfer:
    """What became of a set of edits: their likes, in order, and (the edit, a sentence why not) for those without."""

    edits: tuple[Edit, ...] = ()
    without: tuple[tuple[Edit, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Target:
    """A key that may take an edit over: `share` weights of it show what weight 1 of the edited key does."""

    name: str
    side: str
    share: float


def describe_curve(name: str, binding: Binding, infos: Iterable[KeyInfo]) -> Curve:
    """What is known of the curve `name` of a character: shape keys by its rig and `infos`, else no more than its name.

    `part` is 'mouth' where the rig's rows make it move in speech, else 'face'.
    """
    info = next((info for info in infos if info.name == name), None)
    makes, side, part = _makes(name, binding)
    rest, reach = (info.base, info.reach) if info else (0.0, 0.0)
    return Curve(name, part=part, makes=tuple(makes.items()), side=side, rest=rest, reach=reach)


def _makes(name: str, binding: Binding) -> tuple[Mapping[str, float], str, str]:
    for row in binding.rows:
        if name in row.names and row.makes:
            return row.makes, _side(name) if row.sides else "", "mouth"
    for own in binding.shows:
        if name in own.names:
            return own.makes, own.side or (_side(name) if own.sides else ""), "face"
    spoken = any(name in row.names and row.rest for row in binding.rows)
    return {}, "", "mouth" if spoken else "face"


def _side(name: str) -> str:
    return SIDES[split_side(name)[1]]


def transfer(
    edits: Sequence[Edit], binding: Binding, infos: Sequence[KeyInfo], others: Collection[str] = ()
) -> Transfer:
    """The likes of `edits` on the character of `binding` and `infos`; `others`: its curves beside shape keys.

    A key of the same name takes an edit as it is. Else a key that makes the same channel does, most of all: a pair
    both of its sides for a key that has none, a key without sides only what is the same on both. Values keep their
    weight between rest and reach, and stay within the slider; places stay, anchored where they were. Pairs get ids of
    their own ('edit-3', 'edit-3-2'). What has no like is left to the caller, with the reason.
    """
    known = {info.name: info for info in infos}
    made: dict[str, list[tuple[Edit, Edit]]] = {}
    without: list[tuple[Edit, str]] = []
    for edit in edits:
        found = _targets(edit.curve, binding, known, others)
        if isinstance(found, str):
            without.append((edit, found))
        for number, target in enumerate(found if not isinstance(found, str) else ()):
            if not target.side and edit.curve.side and target.name != edit.curve.name:
                reason = _one_sided(edit, edits, target.name)
                if reason:
                    without.append((edit, reason))
                    continue
            like = _rewritten(edit, target, describe_curve(target.name, binding, infos), known, number)
            made.setdefault(target.name, []).append((edit, like))
    return Transfer(tuple(_once(made)), tuple(without))


def _targets(
    curve: Curve, binding: Binding, known: Mapping[str, KeyInfo], others: Collection[str]
) -> list[_Target] | str:
    """The keys that take over edits of `curve`, or why there are none."""
    if curve.name in known or curve.name in others:
        return [_Target(curve.name, curve.side, 1.0)]
    if not curve.makes:
        return f"The other character has no curve '{curve.name}', and what it does is not known to the rig."
    bound = binding.on(known)
    shown: list[tuple[Mapping[str, float], tuple[str, ...], str, bool]] = [
        (row.makes, row.names, "", row.sides) for row in bound.rows if row.makes
    ]
    shown += [(own.makes, own.names, own.side, own.sides) for own in bound.shows]
    fitting = [(_likeness(dict(curve.makes), makes), -number) for number, (makes, *_) in enumerate(shown)]
    best = max(fitting, default=(0.0, 0))
    if best[0] < LIKE:
        return f"The other character has no key that does what '{curve.name}' does."
    chosen = [entry for entry, (likeness, _) in zip(shown, fitting, strict=True) if likeness >= best[0] - 1e-9]
    return list(_of_rows(curve, chosen))


def _of_rows(
    curve: Curve, chosen: Iterable[tuple[Mapping[str, float], tuple[str, ...], str, bool]]
) -> Iterable[_Target]:
    """The keys of equally good rows that are of the curve's side, or of none."""
    listed = []
    for makes, names, side, paired in chosen:
        share = _share(dict(curve.makes), makes)
        listed += [_Target(name, side or (_side(name) if paired else ""), share) for name in names]
    own = [target for target in listed if not curve.side or target.side in ("", curve.side)]
    yield from own or listed


def _merged(makes: Mapping[str, float]) -> dict[str, float]:
    merged: dict[str, float] = {}
    for channel, value in makes.items():
        name = SAME.get(channel, channel)
        merged[name] = merged.get(name, 0.0) + value
    return merged


def _main(makes: Mapping[str, float]) -> str:
    merged = _merged(makes)
    return max(merged, key=lambda channel: merged[channel])


def _likeness(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """The cosine 0..1 of what two keys make; 0 where they mean to make something else first of all."""
    if _main(one) != _main(other):
        return 0.0
    first, second = _merged(one), _merged(other)
    product = sum(value * second.get(channel, 0.0) for channel, value in first.items())
    return product / (math.hypot(*first.values()) * math.hypot(*second.values()))


def _share(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    channel = _main(one)
    return _merged(one)[channel] / _merged(other)[channel]


def _one_sided(edit: Edit, edits: Iterable[Edit], target: str) -> str:
    """Why an edit of one side cannot go to a key for both; '' where the other side has the same edit."""
    mates = [other for other in edits if other is not edit and _is_mate(edit.curve, other.curve)]
    if any(_equal(edit, other) for other in mates):
        return ""
    found = "differ" if mates else "is edited alone"
    subject = "The two sides of" if mates else "One side of"
    return f"{subject} '{edit.curve.name}' {found}; the other character's '{target}' moves both sides alike."


def _is_mate(one: Curve, other: Curve) -> bool:
    return {one.side, other.side} == {"left", "right"} and _likeness(dict(one.makes), dict(other.makes)) >= 1.0 - 1e-9


def _equal(one: Edit, other: Edit) -> bool:
    """Whether two edits do the same to two curves, in weights."""
    plain = ("kind", "start", "end", "gone", "muted")
    if any(getattr(one, name) != getattr(other, name) for name in plain) or len(one.keys) != len(other.keys):
        return False
    apart = [abs(one.scale - other.scale), abs(one.shift - other.shift), abs(one.offset - other.offset)]
    for first, second in zip(one.keys, other.keys, strict=True):
        if first.at != second.at:
            return False
        apart.append(abs(_weight(first.value, one.curve) - _weight(second.value, other.curve)))
    return max(apart) <= ALIKE


def _weight(value: float, curve: Curve) -> float:
    return (value - curve.rest) / (curve.reach or 1.0)


def _rewritten(edit: Edit, target: _Target, curve: Curve, known: Mapping[str, KeyInfo], number: int) -> Edit:
    """`edit` on the curve of `target`: value -> rest + (value - own rest) * factor."""
    own = edit.curve
    factor = target.share * (curve.reach / own.reach if curve.reach and own.reach else 1.0)
    info = known.get(target.name)
    rest = curve.rest if info else own.rest
    if info is None:
        curve = replace(own, owner="", layer="")
    offset = rest * (1.0 - edit.scale) + factor * (own.rest * (edit.scale - 1.0) + edit.offset)
    keys = tuple(_key(key, factor, rest - factor * own.rest, info) for key in edit.keys)
    id = edit.id if number == 0 else f"{edit.id}-{number + 1}"
    return replace(edit, id=id, curve=curve, keys=keys, offset=offset if edit.kind == "transform" else edit.offset)


def _key(key: EditedKey, factor: float, shift: float, info: KeyInfo | None) -> EditedKey:
    value = key.value * factor + shift
    if info is not None:
        value = min(max(value, info.minimum), info.maximum)
    left, right = (key.left[0], key.left[1] * factor), (key.right[0], key.right[1] * factor)
    return replace(key, value=value, left=left, right=right)


def _once(made: Mapping[str, Sequence[tuple[Edit, Edit]]]) -> Iterable[Edit]:
    """One edit where the two sides' equal ones came to the same key."""
    for pairs in made.values():
        kept: list[tuple[Edit, Edit]] = []
        for source, like in pairs:
            if not any(_is_mate(source.curve, other.curve) and _equal(source, other) for other, _ in kept):
                kept.append((source, like))
        yield from (like for _, like in kept)
