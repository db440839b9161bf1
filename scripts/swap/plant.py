"""Edits and gestures such as an artist makes, seeded and random; and where each was made, to be found again."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from engine.edits.keys import EASINGS, HANDLES, INTERPOLATIONS
from engine.score.anchoring import anchor
from engine.score.items import EMOTIONS, GESTURES, Emotion, Emphasis, Gesture, Item, Pin
from engine.take import Take

from .desk import Desk

BROWS = ("browInnerUp", "browDownLeft", "browDownRight", "browOuterUpLeft", "browOuterUpRight")
UNKNOWN = ("hatTilt", "earWiggle")  # keys of the character that no rig profile knows
LEAST_CHANGE = 0.06
SEEN = 2e-3  # a change of value below it is none
PIN_SHAPES = ("u", "i", "a", "o", "m", "f")


@dataclass(frozen=True)
class Mark:
    """One instant of what was planted: seconds in the old take, and the value there (None: the key is gone)."""

    seconds: float
    value: float | None = None


@dataclass(frozen=True)
class Planted:
    """What was planted: `what` was done, on which `curve` ('' for an item of the score, by its `item`), and where."""

    what: str
    marks: tuple[Mark, ...]
    curve: str = ""
    item: str = ""


Act = Callable[["Artist"], Planted | None]


class Artist:
    """Makes edits on a desk, none where another was made."""

    def __init__(self, desk: Desk, mouth: Sequence[str], take: Take, seed: str) -> None:
        self.desk, self.take = desk, take
        self.mouth = [name for name in mouth if len(desk.keys(name)) > 8]
        self.generator = random.Random(seed)
        self.ends = (take.phones[0].start, take.phones[-1].end)

    def edit(self, count: int) -> list[Planted]:
        """Make `count` edits, each kind by its share. Raises ValueError where the curves have no room for them."""
        acts = list(SHARES)
        found: list[Planted] = []
        for _ in range(40 * count):
            if len(found) == count:
                return found
            planted = self.generator.choices(acts, [SHARES[act] for act in acts])[0](self)
            found += [planted] if planted is not None else []
        raise ValueError(f"Only {len(found)} of {count} edits found room; give a longer take.")

    def whole(self) -> list[Planted]:
        """Mute one curve and delete another, before anything else is done."""
        muted, gone = self.generator.sample(self.mouth, 2)
        self.desk.mute(muted)
        self.desk.throw(gone)
        self.mouth = [name for name in self.mouth if name not in (muted, gone)]
        mark = Mark(self.ends[0])
        return [Planted("curve muted", (mark,), muted), Planted("curve deleted", (mark,), gone)]

    def key(self) -> tuple[str, int] | None:
        """Some untouched key of some curve of the mouth."""
        name = self.generator.choice(self.mouth)
        untouched = self.desk.untouched(name)
        return (name, int(self.generator.choice(list(untouched)))) if len(untouched) else None

    def other_value(self, value: float) -> float:
        """A value that differs visibly, mostly within 0..1."""
        step = self.generator.uniform(LEAST_CHANGE, 0.4)
        return value + step if value < 0.5 or self.generator.random() < 0.2 else value - step


def _mark(artist: Artist, name: str, index: int) -> Mark:
    keys = artist.desk.curves[name]
    return Mark(float(keys.times[index]), float(keys.values[index]))


def _room(artist: Artist, name: str, first: int, last: int) -> list[int]:
    """Frames by which a run of keys can be moved and stay a frame off its neighbours, at most three."""
    times, fps = artist.desk.keys(name).times, artist.desk.fps
    back = int((times[first] - times[first - 1]) * fps - 0.5)
    on = int((times[last + 1] - times[last]) * fps - 0.5)
    return [frames for frames in range(-min(back, 3), min(on, 3) + 1) if frames]


def _moved(artist: Artist) -> Planted | None:
    chosen = artist.key()
    room = _room(artist, chosen[0], chosen[1], chosen[1]) if chosen else []
    if chosen is None or not room:
        return None
    name, index = chosen
    artist.desk.change(name, np.array([index]), seconds=artist.generator.choice(room) / artist.desk.fps)
    return Planted("moved", (_mark(artist, name, index),), name)


def _valued(artist: Artist) -> Planted | None:
    chosen = artist.key()
    if chosen is None:
        return None
    name, index = chosen
    value = float(artist.desk.keys(name).values[index])
    artist.desk.change(name, np.array([index]), add=artist.other_value(value) - value)
    return Planted("re-valued", (_mark(artist, name, index),), name)


def _added(artist: Artist) -> Planted | None:
    name = artist.generator.choice(artist.mouth)
    return _add_at(artist, "added", name, artist.generator.uniform(*artist.ends))


def _add_at(artist: Artist, what: str, name: str, seconds: float) -> Planted | None:
    seconds = artist.desk.frame(seconds)
    times = artist.desk.keys(name).times
    if len(times) and np.abs(times - seconds).min() < 0.9 / artist.desk.fps:
        return None
    value = artist.generator.uniform(0.15, 0.9)
    artist.desk.add(name, seconds, value, artist.generator.uniform(-1.0, 1.0))
    return Planted(what, (Mark(seconds, value),), name)


def _in_a_pause(artist: Artist) -> Planted | None:
    phones = artist.take.phones
    gaps = [(one.end, two.start) for one, two in pairwise(phones) if two.start - one.end > 0.12]
    gaps += [(max(phones[0].start - 0.5, 0.0), phones[0].start), (phones[-1].end, phones[-1].end + 0.5)]
    start, end = artist.generator.choice(gaps)
    name = artist.generator.choice(artist.mouth + list(BROWS))
    return _add_at(artist, "in a pause", name, artist.generator.uniform(start + 0.02, end - 0.02))


def _on_the_brow(artist: Artist) -> Planted | None:
    """Up and down again: three keys on a curve that speech hardly moves, or that nobody knows."""
    name = artist.generator.choice(BROWS + UNKNOWN)
    peak = artist.desk.frame(artist.generator.uniform(*artist.ends))
    times = artist.desk.keys(name).times
    wanted = [peak - 5 / artist.desk.fps, peak, peak + 8 / artist.desk.fps]
    if len(times) and min(np.abs(times - time).min() for time in wanted) < 0.9 / artist.desk.fps:
        return None
    values = [0.0, artist.generator.uniform(0.3, 1.0), 0.0]
    for time, value in zip(wanted, values, strict=True):
        artist.desk.add(name, time, value)
    return Planted("brow, unknown key", tuple(map(Mark, wanted, values)), name)


def _deleted(artist: Artist) -> Planted | None:
    chosen = artist.key()
    if chosen is None:
        return None
    name, index = chosen
    seconds = float(artist.desk.keys(name).times[index])
    artist.desk.delete(name, index)
    return Planted("deleted", (Mark(seconds),), name)


def _bent(artist: Artist) -> Planted | None:
    chosen = artist.key()
    if chosen is None:
        return None
    name, index = chosen
    keys, turn = artist.desk.keys(name), artist.generator.uniform(0.05, 0.3) * artist.generator.choice((-1.0, 1.0))
    aligned = HANDLES.index("ALIGNED")
    artist.desk.set(
        name, index, left=keys.left[index] - (0.0, turn), right=keys.right[index] + (0.0, turn),
        left_type=aligned, right_type=aligned,
    )  # fmt: skip
    return Planted("handles", (_mark(artist, name, index),), name)


def _eased(artist: Artist) -> Planted | None:
    chosen = artist.key()
    if chosen is None:
        return None
    name, index = chosen
    kind = artist.generator.choice(("CONSTANT", "LINEAR", "SINE", "BACK"))
    easing = EASINGS.index(artist.generator.choice(EASINGS))
    artist.desk.set(name, index, interpolation=INTERPOLATIONS.index(kind), easing=easing)
    return Planted("interpolation", (_mark(artist, name, index),), name)


def _run(artist: Artist) -> tuple[str, int, int] | None:
    """Five to nine untouched keys in a row that are not all at rest: the curve, the first and the last."""
    name, length = artist.generator.choice(artist.mouth), artist.generator.randint(5, 9)
    keys = artist.desk.keys(name)
    first = artist.generator.randrange(1, max(len(keys) - length, 2))
    if not artist.desk.run(name, first, length) or np.ptp(keys.values[first : first + length]) < 0.05:
        return None
    return name, first, first + length - 1


def _scaled(artist: Artist) -> Planted | None:
    run = _run(artist)
    if run is None:
        return None
    name, first, last = run
    scale, add = artist.generator.choice((0.5, 0.7, 1.25, 1.5)), artist.generator.choice((0.0, 0.0, 0.1))
    values = artist.desk.keys(name).values[first : last + 1]
    seen = first + np.flatnonzero(np.abs(values * (scale - 1.0) + add) > SEEN)
    if len(seen) < 2:
        return None
    artist.desk.change(name, np.arange(first, last + 1), scale=scale, add=add)
    return Planted("scaled selection", (_mark(artist, name, int(seen[0])), _mark(artist, name, int(seen[-1]))), name)


def _shifted(artist: Artist) -> Planted | None:
    run = _run(artist)
    room = _room(artist, *run) if run else []
    if run is None or not room:
        return None
    name, first, last = run
    artist.desk.change(name, np.arange(first, last + 1), seconds=artist.generator.choice(room) / artist.desk.fps)
    return Planted("shifted selection", (_mark(artist, name, first), _mark(artist, name, last)), name)


SHARES: dict[Act, float] = {
    _moved: 25, _valued: 35, _added: 25, _deleted: 20, _bent: 15, _eased: 10, _scaled: 6, _shifted: 4,
    _on_the_brow: 12, _in_a_pause: 8,
}  # fmt: skip


def items(take: Take, count: int, seed: str) -> tuple[list[Item], list[Planted]]:
    """Emphases, gestures, pins and emotions at random places of the take, as items of a score."""
    generator = random.Random(seed)
    found: list[Item] = []
    planted: list[Planted] = []
    for number in range(count):
        item, *times = _item(take, generator, number)
        found.append(item)
        planted.append(Planted(type(item).__name__.lower(), tuple(map(Mark, times)), item=item.id))
    return found, planted


def _item(take: Take, generator: random.Random, number: int) -> tuple[Item, *tuple[float, ...]]:
    kind = generator.choices(("emphasis", "gesture", "pin", "emotion"), (12, 14, 8, 6))[0]
    id, last = f"{kind}-{number + 1}", take.phones[-1].end
    if kind == "emphasis":
        nucleus = take.phones[generator.choice(take.syllables).nucleus]
        at = (nucleus.start + nucleus.end) / 2
        return Emphasis(id, anchor(take, at), generator.choice((-0.6, 0.4, 0.8))), at
    if kind == "pin":
        phone = generator.choice(take.phones)
        at = (phone.start + phone.end) / 2
        return Pin(id, anchor(take, at), generator.choice(PIN_SHAPES), generator.uniform(0.5, 1.0)), at
    at = generator.uniform(0.05, last)
    if kind == "gesture":
        return Gesture(id, anchor(take, at), generator.choice(GESTURES), generator.uniform(0.3, 1.0)), at
    end = min(at + generator.uniform(0.6, 3.0), last + 0.3)
    return Emotion(id, anchor(take, at), anchor(take, end), generator.choice(EMOTIONS)), at, end
