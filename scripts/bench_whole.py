"""Whole processes measured from outside: `lockstep` from its start to its take; and what lies on the disk."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import wave
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from environment import CHECKOUT, SetupError

REFINED, QUICK = 0.015, 0.008  # of real time
WEIGHTS, ZIP = 4_000_000, 18_000_000  # bytes
REPEATS = 3  # the least of so many runs counts
MINUTES = 60


@dataclass(frozen=True)
class Spent:
    """What one process took: seconds of the processor (NaN where the system does not say) and of the clock, MiB."""

    processor: float
    clock: float
    memory: float


def run(python: Path, arguments: Sequence[str], environment: Mapping[str, str]) -> Spent:
    """Run `lockstep` with these arguments. Raises SetupError where it fails."""
    begun = time.perf_counter()
    process = subprocess.Popen(
        [str(python), "-m", "engine", *arguments], cwd=CHECKOUT, env=dict(environment), stdout=subprocess.DEVNULL
    )
    if not hasattr(os, "wait4"):
        code, seconds, memory = process.wait(), float("nan"), float("nan")
    else:
        _, status, usage = os.wait4(process.pid, 0)
        code, seconds = os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime
        memory = usage.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)
        process.returncode = code
    if code != 0:
        raise SetupError(f"'lockstep {' '.join(arguments)}' failed; what went wrong is written above.")
    return Spent(seconds, time.perf_counter() - begun, memory)


def least(python: Path, arguments: Sequence[str], environment: Mapping[str, str], repeats: int = REPEATS) -> Spent:
    """The least of several runs."""
    spent = [run(python, arguments, environment) for _ in range(repeats)]
    return Spent(*(min(getattr(one, name) for one in spent) for name in ("processor", "clock", "memory")))


def rows(python: Path, audio: Path, text: Path | None, language: str, environment: Mapping[str, str]) -> Iterator[str]:
    """Lines of report: start-up, one file refined, quick and with its text."""
    seconds = _seconds(audio)
    yield f"\n{'whole process':28} {'processor':>10} {'of real time':>13} {'MiB':>6}"
    start = least(python, ["languages"], environment)
    yield f"{'start and stop':28} {start.processor:10.3f} {'':13} {start.memory:6.0f}"
    kinds: dict[str, tuple[list[str], float | None]] = {"refined": ([], REFINED), "quick": (["--pass", "quick"], QUICK)}
    if text is not None:
        kinds["with the transcript"] = (["--text-file", str(text)], None)
    for name, (more, target) in kinds.items():
        spent = least(python, _analyze(audio, language, more), environment)
        yield _row(name, spent, seconds, target)


def hour(python: Path, audio: Path, text: Path, language: str, environment: Mapping[str, str]) -> Iterator[str]:
    """Lines of report: the file and its text sixty times over, heard with the whole text."""
    long, script = audio.with_name("hour.wav"), audio.with_name("hour.txt")
    with wave.open(str(audio), "rb") as one, wave.open(str(long), "wb") as many:
        many.setparams(one.getparams())
        part = one.readframes(one.getnframes())
        for _ in range(MINUTES):
            many.writeframes(part)
    script.write_text("\n".join([text.read_text(encoding="utf-8")] * MINUTES), encoding="utf-8")
    spent = run(python, _analyze(long, language, ["--text-file", str(script)]), environment)
    yield _row(f"{_seconds(long) / 60:.0f} min with the transcript", spent, _seconds(long), None)


def _analyze(audio: Path, language: str, more: Sequence[str]) -> list[str]:
    return ["analyze", str(audio), "--language", language, *more, "-o", str(audio.with_suffix(".take.json"))]


def _seconds(audio: Path) -> float:
    with wave.open(str(audio), "rb") as file:
        return file.getnframes() / file.getframerate()


def _row(name: str, spent: Spent, seconds: float, target: float | None) -> str:
    share = spent.processor / seconds
    against = "" if target is None else f"   target {target:g}: {'met' if share <= target else 'MISSED'}"
    return f"{name:28} {spent.processor:10.3f} {share:13.4f} {spent.memory:6.0f}{against}"


def sizes() -> Iterator[str]:
    """Lines of report: the data of the recognizer and its live sibling, and the zips that scripts/build.py has made."""
    rooms = (CHECKOUT / "engine" / name for name in ("recognizer", "live"))
    files = (path for room in rooms for path in room.iterdir() if path.suffix in (".npz", ".npy", ".bin"))
    data = sum(path.stat().st_size for path in files)
    yield f"\n{'recognizer data':28} {data / 1e6:10.2f} MB   {_fits(data, WEIGHTS)}"
    zips = sorted((CHECKOUT / "dist").glob("*.zip"))
    for path in zips:
        yield f"{path.name:40} {path.stat().st_size / 1e6:6.2f} MB   {_fits(path.stat().st_size, ZIP)}"
    if not zips:
        yield "no zips in dist/: make them with scripts/build.py"


def _fits(found: int, most: int) -> str:
    return f"target {most / 1e6:g} MB: {'met' if found <= most else 'MISSED'}"
