"""Known faults, planted in shots that are right."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.check.seen import Seen
from engine.mouth import Contact

from .animation import At, Shot, animate, motion
from .speech import RATE, Speech, Timed

FILM = 24.0  # frames a second in which the size of a fault is told
GROSS = 99.0  # the size of what is plainly wrong
TELLABLE = 2.0  # frames from which a fault is to be found
NONE = "none"
TWIN_SPREAD, TWIN_PACES = 0.2, (0.8, 1.25)  # another voice's phones: log spread of each, and its pace by the phrase
FADE = 2  # frames from motion to rest at a hole's edges
OPEN_AROUND = 0.07  # seconds beside a closure from which lips that stay open are drawn
LEAST_CLOSURES = 5

Floats = NDArray[np.float64]
SHIFTED = frozenset({"offset"})
DRIFTING = frozenset({"drift"})


@dataclass(frozen=True, eq=False)
class Planted:
    """A shot as it is seen with a fault, and the speech as it is heard with it.

    `kind`, `size` as the tables name them; `frames`: the largest error in frames at 24 a second, GROSS where a part of
    the motion is wrong altogether; `offset` (seconds as heard, in the middle of the speech; above 0 the mouth is late)
    and `drift` (seconds a second), None where the fault has none; `names`: the kinds by which a check may call it.
    """

    shot: Shot
    seen: Seen
    speech: Speech
    kind: str
    size: str
    frames: float
    offset: float | None
    drift: float | None
    names: frozenset[str]


Plant = Callable[[Shot, random.Random, Sequence[Shot]], Planted | None]


def good(shot: Shot, generator: random.Random, others: Sequence[Shot]) -> Planted:
    """Nothing wrong."""
    return Planted(shot, shot.seen(), shot.speech, NONE, "", 0.0, 0.0, 0.0, frozenset())


def _warped(shot: Shot, warp: Callable[[Floats], Floats]) -> At:
    return lambda times: shot.at(warp(times))


def offset(count: int) -> Plant:
    """The mouth late by `count` frames of film (early: below 0), in whole frames of the shot."""

    def plant(shot: Shot, generator: random.Random, others: Sequence[Shot]) -> Planted:
        fps = shot.style.fps
        frames = max(1, round(abs(count) / FILM * fps)) * (1 if count > 0 else -1)
        late = frames / fps
        seen = shot.seen(_warped(shot, lambda times: times - late * shot.style.speed))
        return Planted(shot, seen, shot.speech, "offset", f"{count:+d}", FILM * abs(late), late, 0.0, SHIFTED)

    return plant


def drift(percent: float) -> Plant:
    """The keys stretched by so many per cent, from the start of the sound."""

    def plant(shot: Shot, generator: random.Random, others: Sequence[Shot]) -> Planted:
        seen = shot.seen(_warped(shot, lambda times: times / (1 + percent / 100)))
        return _drifting(shot, seen, shot.speech, f"{percent:+g} %", percent / 100)

    return plant


def _drifting(shot: Shot, seen: Seen, speech: Speech, size: str, rate: float) -> Planted:
    scale = speech.duration / shot.speech.duration
    middle, last = (shot.first + shot.last) / 2 * scale, shot.last * scale
    late = rate * middle / shot.style.speed
    frames = FILM * abs(rate) * last / shot.style.speed
    return Planted(shot, seen, speech, "drift", size, frames, late, rate, DRIFTING)


def rebased(before: float, now: float) -> Plant:
    """Baked at one rate, played at another: keys stay on their frames."""

    def plant(shot: Shot, generator: random.Random, others: Sequence[Shot]) -> Planted | None:
        if shot.style.speed != 1.0:
            return None
        ratio = now / before
        seen = shot.seen(_warped(shot, lambda times: times * ratio), shot.style.fps * ratio)
        planted = _drifting(shot, seen, shot.speech, f"{before:g} > {now:g} fps", 1 / ratio - 1)
        return replace(planted, kind="fps changed")

    return plant


def resampled(before: float, now: float) -> Plant:
    """The sound's rate mistaken: it plays faster or slower, and higher or lower, under keys that stay."""

    def plant(shot: Shot, generator: random.Random, others: Sequence[Shot]) -> Planted | None:
        if shot.style.speed != 1.0:
            return None
        ratio = now / before
        speech = replace(shot.speech, rate=round(RATE * ratio), name=f"{shot.speech.name} at {now:g}")
        ended = replace(shot, speech=speech)
        planted = _drifting(shot, ended.seen(), speech, f"{before:g} > {now:g} kHz", ratio - 1)
        return replace(planted, kind="rate mistaken")

    return plant


def hole(seconds: float) -> Plant:
    """Motion removed in the midst of speech."""

    def plant(shot: Shot, generator: random.Random, others: Sequence[Shot]) -> Planted | None:
        length = seconds * shot.style.speed
        start = _busy(shot, length, generator)
        if start is None:
            return None
        gone = _rested(shot, start, start + length)
        names = frozenset({"hole"})
        return _gross(shot, shot.seen(gone), "hole", f"{seconds:g} s", names)

    return plant


def _gross(shot: Shot, seen: Seen, kind: str, size: str, names: frozenset[str]) -> Planted:
    return Planted(shot, seen, shot.speech, kind, size, GROSS, None, None, names)


def _rested(shot: Shot, start: float, end: float) -> At:
    """The motion at rest from `start` to `end`, fading beside them."""
    fade = FADE / shot.style.grid.fps

    def at(times: Floats) -> Floats:
        inside = np.clip(1.0 + np.minimum(times - start, end - times) / fade, 0.0, 1.0)[:, None]
        return shot.at(times) * (1.0 - inside) + shot.rest * inside

    return at


def _busy(shot: Shot, length: float, generator: random.Random) -> float | None:
    """Where a stretch is spoken in throughout, and well inside the speech; None where there is none."""
    if not shot.speech.phones:
        return None
    clock = np.arange(0.0, shot.speech.duration, 0.01)
    spoken = np.zeros(len(clock))
    for start, end, _ in shot.speech.phones:
        spoken[(clock >= start) & (clock < end)] = 1.0
    count = round(length / 0.01)
    shares = np.convolve(spoken, np.ones(count) / count, "valid")
    starts = clock[: len(shares)]
    inside = (starts > shot.first + 0.5) & (starts + length < shot.last - 0.5) & (shares > 0.93)
    return float(generator.choice(starts[inside].tolist())) if inside.any() else None


def other_line(shot: Shot, generator: random.Random, others: Sequence[Shot]) -> Planted | None:
    """The animation of another line: of this language and this kind of speech where there is one."""
    near = [one for one in others if one.speech.name != shot.speech.name and one.speech.phones != shot.speech.phones]
    alike = [one for one in near if one.speech.language == shot.speech.language] or near
    if not alike:
        return None
    other = generator.choice(alike)
    wrong = animate(other.speech, shot.rig, shot.style, None).at if shot.speech.phones else other.at
    return _gross(shot, shot.seen(wrong), "other line", "", frozenset({"other take"}))


def twin(phones: Sequence[Timed], generator: random.Random) -> tuple[Timed, ...]:
    """The same sounds by somebody else: each lasts as it will, phrases are quicker and slower, pauses differ."""
    found: list[Timed] = []
    now, last, pace = 0.3, 0.0, generator.uniform(*TWIN_PACES)
    for start, end, ipa in phones:
        gap = start - last
        if gap > 0.12:
            pace = generator.choice(TWIN_PACES) * generator.uniform(0.95, 1.05)
            now += gap * generator.uniform(0.5, 1.6)
        elif found:
            now += gap
        length = (end - start) * pace * float(np.exp(generator.gauss(0.0, TWIN_SPREAD)))
        found.append((now, now + length, ipa))
        now, last = now + length, end
    return tuple(found)


def other_voice(shot: Shot, generator: random.Random, others: Sequence[Shot]) -> Planted | None:
    """The animation of the same text by another voice, as fast over all."""
    if not shot.speech.phones:
        return None
    said = twin(shot.speech.phones, generator)
    scale = (shot.last - shot.first) / (said[-1][1] - said[0][0])
    fitted = tuple(
        (shot.first + (start - said[0][0]) * scale, shot.first + (end - said[0][0]) * scale, ipa)
        for start, end, ipa in said
    )
    apart = np.array([after[0] - before[0] for before, after in zip(shot.speech.phones, fitted, strict=True)])
    wrong = animate(replace(shot.speech, phones=fitted), shot.rig, shot.style, None).at
    names = frozenset({"other take", "jump", "drift", "offset"})
    planted = _gross(shot, shot.seen(wrong), "other voice", "", names)
    return replace(planted, frames=FILM * float(np.percentile(np.abs(apart), 90)) / shot.style.speed)


def ends_early(seconds: float) -> Plant:
    """Motion ends before speech does."""

    def plant(shot: Shot, generator: random.Random, others: Sequence[Shot]) -> Planted | None:
        length = seconds * shot.style.speed
        if shot.last - shot.first < 3 * length:
            return None
        gone = _rested(shot, shot.last - length, shot.last + 60.0)
        return _gross(shot, shot.seen(gone), "speech goes on", f"{seconds:g} s", frozenset({"speech goes on", "hole"}))

    return plant


def begins_late(seconds: float) -> Plant:
    """Motion begins after speech does."""

    def plant(shot: Shot, generator: random.Random, others: Sequence[Shot]) -> Planted | None:
        length = seconds * shot.style.speed
        if shot.last - shot.first < 3 * length:
            return None
        gone = _rested(shot, -60.0, shot.first + length)
        return _gross(shot, shot.seen(gone), "speech before", f"{seconds:g} s", frozenset({"speech before", "hole"}))

    return plant


def jump(count: int) -> Plant:
    """From a moment in the middle on, the mouth is late by `count` frames of film."""

    def plant(shot: Shot, generator: random.Random, others: Sequence[Shot]) -> Planted | None:
        if shot.last - shot.first < 5.0:
            return None
        late = round(count / FILM * shot.style.fps) / shot.style.fps
        at = shot.first + (shot.last - shot.first) * generator.uniform(0.4, 0.6)
        moved = late * shot.style.speed
        seen = shot.seen(
            _warped(shot, lambda times: np.where(times < at + min(moved, 0.0), times, np.maximum(times - moved, at)))
        )
        names = frozenset({"jump"})
        return Planted(shot, seen, shot.speech, "jump", f"{count:+d}", FILM * abs(late), None, None, names)

    return plant


def closures_open(shot: Shot, generator: random.Random, others: Sequence[Shot]) -> Planted | None:
    """Lips that never meet: over each closure the mouth goes straight from what was before it to what comes after."""
    if len(shot.closures) < LEAST_CLOSURES or shot.style.grid.mode == "stepped":
        return None
    sealing = [
        column
        for column, key in enumerate(shot.rig.keys)
        if any(key.name in row.names and {"seal", "shut"} & set(row.makes) for row in shot.rig.binding.rows)
    ]
    spans = _merged(shot.closures)

    def at(times: Floats) -> Floats:
        values = shot.at(times)
        for start, end in spans:
            inside = (times > start) & (times < end)
            share = ((times[inside] - start) / (end - start))[:, None]
            before, after = shot.at(np.array([start, end]))
            values[inside] = before * (1 - share) + after * share
        values[:, sealing] = shot.rest[sealing]
        return values

    return _gross(shot, shot.seen(at), "closures open", "", frozenset({"closures open"}))


def _merged(closures: Sequence[Contact]) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    for one in closures:
        start, end = one.start - OPEN_AROUND, one.end + OPEN_AROUND
        if found and start < found[-1][1]:
            start, end = found.pop()[0], end
        found.append((start, end))
    return found


def flat(share: float) -> Plant:
    """All movement made smaller."""

    def plant(shot: Shot, generator: random.Random, others: Sequence[Shot]) -> Planted | None:
        def at(times: Floats) -> Floats:
            return shot.rest + share * (shot.at(times) - shot.rest)

        return _gross(shot, shot.seen(at), "flat", f"{100 * share:g} %", frozenset({"flat"}))

    return plant


def coarse(seconds: float) -> Plant:
    """Keys decimated to one in so many seconds."""

    def plant(shot: Shot, generator: random.Random, others: Sequence[Shot]) -> Planted | None:
        if shot.style.grid.mode == "stepped":
            return None
        knots = np.arange(0.0, shot.speech.duration + seconds, seconds)
        kept = shot.at(knots)

        def at(times: Floats) -> Floats:
            return np.stack([np.interp(times, knots, column) for column in kept.T], axis=1)

        names = frozenset({"coarse", "closures open", "flat"})
        return _gross(shot, shot.seen(at), "coarse", f"a key in {seconds:g} s", names)

    return plant


def part_still(shot: Shot, generator: random.Random, others: Sequence[Shot]) -> Planted:
    """One mesh of several is not driven."""
    name = generator.choice(["Beard", "Face"])
    seen = shot.seen(still=["Beard"])
    if name == "Face":
        seen = replace(seen, parts=tuple(reversed(seen.parts)))
    return _gross(shot, seen, "part still", "", frozenset({"part still"}))


def no_motion(shot: Shot, generator: random.Random, others: Sequence[Shot]) -> Planted:
    """Nothing moves."""
    seen = shot.seen(lambda times: np.tile(shot.rest, (len(times), 1)))
    return _gross(shot, seen, "no motion", "", frozenset({"no motion", "muted"}))


OFFSETS = (1, 2, 3, 4, 6, 8, 12)
DRIFTS = (0.1, 0.3, 0.5, 1.0, 2.0, 3.0)
MENU: tuple[Plant, ...] = (
    *(offset(sign * count) for count in OFFSETS for sign in (1, -1)),
    *(drift(sign * percent) for percent in DRIFTS for sign in (1, -1)),
    rebased(24, 25), rebased(25, 24), rebased(30, 24), resampled(44.1, 48), resampled(48, 44.1),
    hole(0.5), hole(1.0), hole(2.0), other_line, other_line, other_voice, other_voice,
    ends_early(1.5), begins_late(1.5), jump(2), jump(-3), jump(5), jump(-8),
    closures_open, closures_open, flat(0.15), flat(0.15), coarse(0.4), coarse(0.4), part_still, no_motion,
)  # fmt: skip
"""All faults: each shot gets some of them in turn."""
SMALL = len(OFFSETS) * 2 + len(DRIFTS) * 2  # of the menu: those that need long shots among them


STRIDES = (7, 11, 15, 17, 19, 23)  # through the menu, by draw


def choose(number: int, count: int, stride: int = 7) -> list[Plant]:
    """The faults of shot `number`: `count` of the menu, spread over its kinds; all of it after a while."""
    order = [(stride * place) % len(MENU) for place in range(len(MENU))]
    return [MENU[order[(number * count + step) % len(MENU)]] for step in range(count)]


__all__ = ["MENU", "STRIDES", "Planted", "choose", "good", "motion"]
