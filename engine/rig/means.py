"""What a character has to show acting with, and what of it stays unseen."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from ..acting.channels import EMOTIONS, FACE, MOUTH
from ..acting.means import Means
from ..acting.recipes import Levels, emotion, gesture
from ..acting.values import Acting
from .profile import Binding, Row

OWN = 0.6  # share of what a key makes from which it is a channel's own
SEEN = 0.2  # of a channel that a key must make to show it
HALF = 0.5  # share of an emotion that its parts must show, or a key for the whole of it is used
STANDS_FOR = {"jaw": ("jaw", "open")}  # channels of the rig that show one of the mouth's


def means_of(binding: Binding) -> Means:
    """What `binding` shows: the mouth only through keys of that channel's own, so that a smile never opens the mouth.

    A key for a whole emotion is used where the rig shows less than half of the emotion in parts. Drawings of which one
    is on at a time show no emotion.
    """
    mouth = frozenset() if binding.exclusive else frozenset(_moved(binding.rows))
    makes = [(channel, value) for own in binding.shows for channel, value in own.makes.items()]
    face = frozenset(channel for channel, value in makes if channel in FACE and value >= SEEN)
    keys = {channel for channel, _ in makes if channel in EMOTIONS}
    parts = Means(mouth, face)
    return Means(mouth, face, frozenset(name for name in keys if share_seen(emotion(name), parts) < HALF))


def _moved(rows: Iterable[Row]) -> Iterable[str]:
    for row in rows:
        if row.names:
            total = sum(row.makes.values())
            for channel in MOUTH:
                stands = STANDS_FOR.get(channel, (channel,))
                if sum(row.makes.get(name, 0.0) for name in stands) >= OWN * total > 0.0:
                    yield channel


def share_seen(levels: Levels, means: Means) -> float:
    """The share 0..1 of an emotion or a gesture, by the levels of its channels, that can be seen."""
    seen = means.mouth | means.face
    return sum(abs(level) for name, level in levels.items() if name in seen) / sum(map(abs, levels.values()))


def unshown(acting: Acting, binding: Binding, others: Collection[str] = ()) -> tuple[str, ...]:
    """A sentence for each emotion and each gesture in `acting` that the character has no keys for.

    `others`: channels that are shown by other means, such as 'head_nod' by a bone. Raises ScoreError for an unknown
    name.
    """
    means = means_of(binding)
    means = Means(means.mouth, means.face | frozenset(others), means.whole)
    told = []
    for name in dict.fromkeys(feeling.name for feeling in acting.feelings):
        if name not in means.whole:
            told += _missing(name, emotion(name), means)
    for name in dict.fromkeys(move.name for move in acting.moves):
        told += _missing(name, gesture(name).makes, means)
    return tuple(told)


def _missing(name: str, levels: Levels, means: Means) -> list[str]:
    seen = share_seen(levels, means)
    if seen >= HALF:
        return []
    title = name.replace("_", " ")
    if seen == 0.0:
        return [f"The rig has no key for '{title}'."]
    lacking = [channel.replace("_", " ") for channel in levels if channel not in means.mouth | means.face]
    return [f"The rig shows '{title}' in part only: it has no key for {', '.join(lacking)}."]
