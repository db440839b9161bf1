"""Checking measured: a minute of speech beside its face, beyond hearing it; the ledger with 10,000 checks in it.

Observing the face is Blender's and left out: the face is what the engine performs of the same minute on a rig.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from engine.check.seen import Seen
    from engine.ledger import Entry
    from engine.rig import Binding
    from engine.take import Take

FPS = 24.0
KEPT, SHOTS, VERSIONS = 10_000, 1000, 10
REPEATS = 3
BEYOND = 1.0  # seconds for a minute, all that follows hearing; the picture apart
ADD, REPORT = 0.1, 5.0  # seconds by the clock: a check kept beside all others; the report on all shots
BOOK = "bench.ledger"

Result = TypeVar("Result")
Seconds = tuple[float, float]  # of the processor, by the clock


def measure(audio: Path, language: str, rig: str, folder: Path) -> dict[str, Any]:
    """Seconds by stage, for a sound of about a minute, and of the ledger."""
    from engine.languages import load
    from engine.listen import listen
    from engine.progress import drain
    from engine.sound.source import FileSource

    source = FileSource(audio)
    take = drain(listen(source, language=load(language)))
    found = {"seconds": take.audio.duration, "stages": _check(source, take, *_face(take, rig))}
    return found | {"ledger": _ledger(folder / BOOK), "bytes": (folder / BOOK).stat().st_size}


def _face(take: Take, rig: str) -> tuple[Seen, Binding]:
    """The take performed on a rig of this profile, as it is shown frame by frame."""
    from engine.cli.profiles import key_names, profile_of
    from engine.examine.curves_file import seen_on_rig
    from engine.languages import load
    from engine.mouth import Controls, shape_curves

    profile = profile_of(rig)
    face = shape_curves(take, load(take.language), Controls())
    return seen_on_rig(face, profile, key_names(profile), FPS, 0.0, take.audio.duration)


def _check(source: Any, take: Take, seen: Seen, binding: Binding) -> dict[str, Seconds]:
    """Each part of an examination but for hearing, as `engine/examine/` puts them together."""
    from engine.budget import lay, load_budget
    from engine.check.advice import advise
    from engine.check.band import speech_band
    from engine.check.mouth import face_seen
    from engine.check.plot import plot
    from engine.check.sync import check_sync
    from engine.drawing.png import png_bytes
    from engine.languages import load
    from engine.norms import norms_of
    from engine.progress import drain
    from engine.soundcheck.checking import check_sound

    stages: dict[str, Seconds] = {}
    language, spans = load(take.language), [(phrase.start, phrase.end) for phrase in take.phrases]
    stages["sound check"], sound = _least(lambda: drain(check_sound(source, spans, spans)))
    stages["speech band"], band = _least(lambda: drain(speech_band(source)))
    stages["mouth against sound"], check = _least(lambda: drain(check_sync(seen, binding, take, band, language)))
    stages["advice"], _ = _least(lambda: advise(check, take, sound))
    track = face_seen(seen, binding)
    stages["budget and norms"], _ = _least(
        lambda: (lay(take, language, track, seen.rate, load_budget(), "film"), norms_of(take, language))
    )
    stages["plot as PNG"], _ = _least(lambda: png_bytes(plot(check)))
    return stages


def _ledger(path: Path) -> dict[str, Seconds]:
    """Checks kept, found and reported, with so many in the book."""
    from engine.ledger import Filters, Ledger, report

    book, chance = Ledger(path), random.Random(1)
    stages: dict[str, Seconds] = {}
    stages[f"keep {KEPT} at once"], kept = _least(lambda: book.add_all(_checks(chance)), 1)
    new = (replace(kept[0], motion=f"{number}") for number in range(10 * REPEATS))
    stages[f"keep one beside {KEPT}"], _ = _least(lambda: book.add(next(new)), 10 * REPEATS)
    failing = Filters(verdicts=("fail",), latest=True)
    stages["find what fails now"], _ = _least(lambda: list(book.entries(failing)))
    stages[f"read {KEPT}"], entries = _least(lambda: list(book.entries()))
    stages[f"report on {SHOTS} shots"], _ = _least(lambda: report(entries, "bench"))
    return stages


def _checks(chance: random.Random) -> Iterator[Entry]:
    """So many checks: each shot in so many versions."""
    from engine.check.result import Fault
    from engine.ledger import Entry

    for version in range(VERSIONS):
        for shot in range(SHOTS):
            offset = chance.gauss(0.0, 3.0 / (1 + version))
            verdict = "fail" if abs(offset) > 2.0 else "look" if abs(offset) > 1.0 else "pass"
            says = f"The mouth is {offset:+.1f} frames off."
            yield Entry(
                shot=f"sc{shot // 20:03}/sh{shot % 20:03}", character=f"character {shot % 12}", line="1",
                sound=f"{shot:064x}", take=f"{shot:012x}", motion=f"{shot:06x}{version:06x}", rig="arkit",
                language=("en", "de", "es", "ja")[shot % 4], fps=FPS, verdict=verdict,
                time=f"2026-01-{version + 1:02}T10:{shot % 60:02}:00Z",
                figures={
                    name: chance.random() for name in (
                        "drift_frames_per_10s", "residual_frames", "worst_frames", "amplitude", "confidence",
                        *(f"figure_{number}" for number in range(40)),
                    )
                } | {"offset_frames": offset, "closures": 14, "closures_missed": 1},
                reasons=(says,), advice=("Sync it again.",), faults=(Fault("offset", 0.0, 9.0, says, "Move it."),),
            )  # fmt: skip


def _least(work: Callable[[], Result], repeats: int = REPEATS) -> tuple[Seconds, Result]:
    spent = []
    for _ in range(repeats):
        begun = time.process_time(), time.perf_counter()
        result = work()
        spent.append((time.process_time() - begun[0], time.perf_counter() - begun[1]))
    return min(spent), result


def rows(found: dict[str, Any]) -> Iterator[str]:
    """Lines of report, the aims beside what was found."""
    minutes = found["seconds"] / 60.0
    yield f"\n{'check':28} {'processor':>10} {'clock':>10}   s for a minute of sound, hearing and observing left out"
    yield from _lines(found["stages"], {}, minutes)
    spent = sum(seconds[0] for name, seconds in found["stages"].items() if "PNG" not in name) / minutes
    yield f"{'all but the plot':28} {spent:10.3f} {'':10}   {_against(spent, BEYOND)}"
    yield f"\n{'ledger':28} {'processor':>10} {'clock':>10}   s; {found['bytes'] / 1e6:.0f} MB"
    aims = {f"keep one beside {KEPT}": ADD, f"report on {SHOTS} shots": REPORT}
    yield from _lines(found["ledger"], aims, 1.0)


def _lines(stages: dict[str, Seconds], aims: dict[str, float], per: float) -> Iterator[str]:
    for name, (spent, passed) in stages.items():
        aim = f"   {_against(passed, aims[name])}" if name in aims else ""
        yield f"{name:28} {spent / per:10.3f} {passed / per:10.3f}{aim}"


def _against(found: float, target: float) -> str:
    return f"target {target:g} s: {'met' if found <= target else 'MISSED'}"
