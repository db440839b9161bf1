"""Swapping voices measured: matching, placing, performing, five hundred edits found and laid, what the .blend keeps.

The new take is the old one 8 % slower, one sound in ten heard as another: matching it is as much work as a recording.
"""

from __future__ import annotations

import base64
import random
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from engine.take import Take

EDITS, ITEMS = 500, 60
SLOWER, UNLIKE = 1.08, 0.1
MINUTES = 60
REPEATS = 3
PERFORM, MATCH_HOUR = 1.0, 60.0  # seconds for a minute with its edits; for an hour
LAID = 300_000  # characters for 10,000 keys

Result = TypeVar("Result")


def measure(take: Take) -> dict[str, Any]:
    """Seconds of the processor by stage, counts and sizes, for a take of about a minute."""
    from swap.desk import Desk
    from swap.plant import Artist, items
    from swap.trip import FPS, Character, scored

    from engine.edits import pack, unpack
    from engine.matching.match import match_takes
    from engine.progress import drain
    from engine.score.file import to_json
    from engine.score.naming import take_id
    from engine.take import to_json as take_json

    new, character = heard_again(take), Character()
    acted, _ = items(take, ITEMS, "bench")
    score = scored(acted)
    first = character.shoot(take, score, {}, {})
    desk = Desk({name: one.keys for name, one in first.laid.items()}, FPS)
    Artist(desk, [name for name in first.generated if name in character.speaks], take, "bench").edit(EDITS)
    found: dict[str, Any] = {"seconds": take.audio.duration, "stages": {}}
    stages = found["stages"]
    stages["find 500 edits"], edits = _least(lambda: character.gather(first, desk.curves, (), ()))
    score = replace(score, edits=edits)
    stages["match a minute"], match = _least(lambda: drain(match_takes(take, new)))
    homes = {take_id(take): take}
    stages["place, perform, lay"], shot = _least(lambda: character.shoot(new, score, {take_id(take): match}, homes))
    long = (many(one, MINUTES) for one in (take, new))
    stages["match an hour"], _ = _least(lambda: drain(match_takes(*long)), 1)
    packed = pack(shot.laid)
    stages["read what was laid"], _ = _least(lambda: unpack(packed))
    found |= {"keys": sum(len(one.keys) for one in shot.laid.values()), "laid": len(packed), "edits": len(edits)}
    return found | {"score": _kept(to_json(score)), "take": _kept(take_json(take))}


def _kept(text: str) -> int:
    """Characters of a text as the .blend keeps it."""
    return len(base64.b85encode(zlib.compress(text.encode("utf-8"), 9)))


def _least(work: Callable[[], Result], repeats: int = REPEATS) -> tuple[float, Result]:
    spent = []
    for _ in range(repeats):
        begun = time.process_time()
        result = work()
        spent.append(time.process_time() - begun)
    return min(spent), result


def heard_again(take: Take) -> Take:
    """The take as a slower reading of which the ear hears some sounds otherwise."""
    generator = random.Random(1)
    sounds = sorted({phone.ipa for phone in take.phones})
    phones = tuple(
        replace(
            phone,
            start=round(phone.start * SLOWER, 3),
            end=round(phone.end * SLOWER, 3),
            ipa=generator.choice(sounds) if generator.random() < UNLIKE else phone.ipa,
        )
        for phone in take.phones
    )
    return _with(take, phones, SLOWER, "1" * 64)


def many(take: Take, times: int) -> Take:
    """The take so many times over."""
    length = take.audio.duration
    phones = tuple(
        replace(phone, start=round(phone.start + turn * length, 3), end=round(phone.end + turn * length, 3))
        for turn in range(times)
        for phone in take.phones
    )
    return _with(take, phones, times, f"{times:064}")


def _with(take: Take, phones: tuple[Any, ...], longer: float, sha256: str) -> Take:
    from engine.languages import load
    from engine.prosody import describe
    from engine.take import Tracks

    audio = replace(take.audio, duration=round(take.audio.duration * longer, 3), sha256=take.audio.sha256[:8] + sha256)
    phones, syllables, phrases = describe(phones, (), Tracks(), load(take.language))
    return replace(
        take, audio=audio, phones=tuple(phones), syllables=tuple(syllables), phrases=tuple(phrases), words=(),
        tracks=Tracks(),
    )  # fmt: skip


def rows(found: dict[str, Any]) -> Iterator[str]:
    """Lines of report, the aims beside what was found."""
    stages, minutes = found["stages"], found["seconds"] / 60.0
    edited = f"{EDITS} edits of keys in {found['edits']} patches, {found['keys']} keys"
    yield f"\n{'swap':28} {'processor':>10}   {edited}"
    aims = {"place, perform, lay": PERFORM * minutes, "match an hour": MATCH_HOUR * minutes}
    for name, seconds in stages.items():
        aim = f"   target {aims[name]:.2g} s: {'met' if seconds <= aims[name] else 'MISSED'}" if name in aims else ""
        yield f"{name:28} {seconds:10.3f}{aim}"
    share = found["laid"] / found["keys"] * 10_000
    aim = f"target {LAID / 1e3:.0f} kB for 10,000 keys: {'met' if share <= LAID else 'MISSED'}"
    for name in ("laid", "score", "take"):
        yield f"{'kept in the file: ' + name:28} {found[name] / 1e3:10.0f} kB{'   ' + aim if name == 'laid' else ''}"
