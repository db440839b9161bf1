"""Listening live, measured: seconds of the processor for a second of sound, the delay, and whether memory grows.

A minute is fed in blocks of 10 ms at its own rate, again and again, as one sound; nothing waits for the clock.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

BLOCK = 0.010  # seconds
WARM, MINUTES = 2, 10  # minutes after which memory is looked at first; in all
RATES = (16000, 44100, 48000)
REPEATS = 3  # the least of so many runs counts
COST, AIM, DELAY, GROWTH = 0.1, 0.04, 0.120, 2.0  # of real time, and what it should be; seconds; MiB


def measure(audio: Path, language: str) -> dict[str, Any]:
    """Costs of the stages, the delay at several rates, and the growth of memory."""
    import numpy as np

    from engine.cli.listen import hearer_of
    from engine.live.ear import LiveEar
    from engine.live.wire import encode
    from engine.mouth import Controls
    from engine.sound.source import FileSource

    source = FileSource(audio)
    own = np.concatenate(list(source.blocks(source.sample_rate)))
    heard = np.concatenate(list(source.blocks(16000)))
    found: dict[str, Any] = {"rate": source.sample_rate, "rates": {}}
    found["ear"], _ = _least(lambda: LiveEar().push, heard, 16000)
    found["whole"], told = _least(
        lambda: hearer_of(language, Controls(), source.sample_rate).push, own, source.sample_rate
    )
    moments = [moment for some in told for moment in some]
    begun = time.process_time()
    found["line"] = sum(len(encode(moment)) for moment in moments) / source.duration
    found["encode"] = (time.process_time() - begun) / source.duration
    for rate in RATES:
        sound = np.concatenate(list(source.blocks(rate)))
        found["rates"][rate] = _delay(hearer_of(language, Controls(), rate), sound[: 10 * rate], rate)
    found["growth"] = _growth(hearer_of(language, Controls(), source.sample_rate), own, source.sample_rate)
    return found


def _blocks(sound: Any, rate: int) -> Iterator[Any]:
    step = round(BLOCK * rate)
    for at in range(0, len(sound), step):
        yield sound[at : at + step]


def _least(begin: Callable[[], Callable[[Any], Any]], sound: Any, rate: int) -> tuple[float, list[Any]]:
    """The least seconds of the processor for a second of sound, of some runs; what came of the last one, by block."""
    spent, told = [], []
    for _ in range(REPEATS):
        take = begin()
        begun = time.process_time()
        told = [take(block) for block in _blocks(sound, rate)]
        spent.append((time.process_time() - begun) / (len(sound) / rate))
    return min(spent), told


def _delay(listener: Any, sound: Any, rate: int) -> float:
    """The most seconds between what a moment speaks of and the sound that had been fed when it was told."""
    most, fed = 0.0, 0
    for block in _blocks(sound, rate):
        fed += len(block)
        for moment in listener.push(block):
            most = max(most, fed / rate - moment.time)
    return most


def _growth(listener: Any, sound: Any, rate: int) -> float:
    """MiB by which this process grows from the second minute to the last; NaN where the system does not say."""
    before = float("nan")
    for minute in range(MINUTES):
        if minute == WARM:
            before = _held()
        for block in _blocks(sound, rate):
            listener.push(block)
    return _held() - before


def _held() -> float:
    """MiB that this process holds now."""
    gc.collect()
    pages = Path("/proc/self/statm")
    if not pages.is_file():
        return float("nan")
    import resource

    return int(pages.read_text(encoding="ascii").split()[1]) * resource.getpagesize() / (1 << 20)


def rows(found: dict[str, Any]) -> Iterator[str]:
    """Lines of report."""
    yield f"\n{'listening live':28} {'processor':>10}   s for a second of sound"
    yield f"{'ear alone, 16 kHz':28} {found['ear']:10.4f}"
    target = "MISSED" if found["whole"] > COST else "met" if found["whole"] <= AIM else f"met, {AIM:g} aimed at"
    rate = f"sound to mouth, {found['rate'] / 1000:g} kHz"
    yield f"{rate:28} {found['whole']:10.4f}   target {COST:g}: {target}"
    yield f"{'lines for the face':28} {found['encode']:10.4f}   {found['line'] / 1000:.1f} kB/s"
    for rate, delay in found["rates"].items():
        met = "met" if delay <= DELAY + 1e-9 else "MISSED"
        yield f"{f'delay at {int(rate) / 1000:g} kHz, ms':28} {1000 * delay:10.1f}   target {1000 * DELAY:g}: {met}"
    met = "not told here" if found["growth"] != found["growth"] else "met" if found["growth"] <= GROWTH else "MISSED"
    yield f"{f'growth in {MINUTES} minutes, MiB':28} {found['growth']:10.2f}   target {GROWTH:g}: {met}"
