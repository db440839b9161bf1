"""Make synthesized speech with exact phone times for training the recognizer, or check what has been made.

python scripts/ear/synthesize.py --out FOLDER [--speech FOLDER] [--hours 28]
python scripts/ear/synthesize.py --out FOLDER --check
"""

from __future__ import annotations

import argparse
import multiprocessing
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import synth_espeak_plan
import synth_festival
import synth_jtalk
import synth_rab
import synth_rhvoice
from synth_check import check

FIRST, LATER = 200.0, 600.0  # seconds in a language's first shard and in the others


@dataclass(frozen=True)
class Job:
    """One shard to be made by `make(name, <what>, seconds, folder, speech, seed)` in a process of its own."""

    number: int
    name: str
    make: Callable[..., Any]
    what: str
    seconds: float


def shards(engine: str, make: Callable[..., Any], shares: dict[str, float], hours: float) -> list[Job]:
    """Jobs for `hours` of one engine, split by share: a short first shard each, then longer ones."""
    jobs: list[Job] = []
    for what, share in shares.items():
        left, number = hours * 3600 * share / sum(shares.values()), 0
        while left > 60:
            seconds = min(left, LATER if number else FIRST)
            jobs.append(Job(number, f"{engine}_{what}_{number:03d}", make, what, seconds))
            left, number = left - seconds, number + 1
    return jobs


def plan(hours: float) -> list[Job]:
    """All jobs for `hours` of sound: espeak-ng half, festival a quarter, RHVoice a sixth, flite a twelfth.

    Open JTalk and festival's rab come on top: a fortieth each.
    """
    espeak = {language: share for language, (_, share) in synth_espeak_plan.LANGUAGES.items()}
    festival = {name: voice.share for name, voice in synth_festival.FESTIVAL.items()}
    flite = {name: voice.share for name, voice in synth_festival.FLITE.items()}
    rhvoice = {name: voice.share for name, voice in synth_rhvoice.RHVOICE.items()}
    return [
        *shards("espeak", synth_espeak_plan.make_shard, espeak, hours / 2),
        *shards("festival", synth_festival.make_festival, festival, hours / 4),
        *shards("flite", synth_festival.make_flite, flite, hours / 12),
        *shards("rhvoice", synth_rhvoice.make_rhvoice, rhvoice, hours / 6),
        *shards("jtalk", synth_jtalk.make_jtalk, {name: 1.0 for name in synth_jtalk.VOICES}, hours / 40),
        *shards("festival", synth_rab.make_rab, {"rab": 1.0}, hours / 40),
    ]


def in_turn(jobs: Sequence[Job]) -> list[Job]:
    """Jobs in rounds by number, the engines' jobs of a round evenly mixed: whatever is there when is balanced."""
    rounds: dict[tuple[int, str], list[Job]] = {}
    for job in jobs:
        rounds.setdefault((job.number, job.name.split("_")[0]), []).append(job)
    placed = [(key[0], (at + 0.5) / len(group), job) for key, group in rounds.items() for at, job in enumerate(group)]
    return [job for _, _, job in sorted(placed, key=lambda item: item[:2])]


def run(job: Job, folder: Path, speech: Path | None, seed: int) -> bool:
    """Run a job, up to three times with other seeds if its process dies or hangs; True once the shard is there."""
    for attempt in range(3):
        number = zlib.crc32(f"{job.name}/{seed}/{attempt}".encode())
        arguments = (job.name, job.what, job.seconds, folder, speech, number)
        process = multiprocessing.get_context("spawn").Process(target=job.make, args=arguments)
        process.start()
        process.join(1200 + 3 * job.seconds)  # a busy machine is no hang
        if process.is_alive():
            process.kill()
            process.join()
        if (folder / f"{job.name}.jsonl").exists():
            return True
    return False


def main() -> None:
    parser = argparse.ArgumentParser(description="Synthesized speech with exact phone times.")
    parser.add_argument("--out", type=Path, required=True, help="folder of the shards")
    parser.add_argument("--speech", type=Path, help="folder with *.tsv transcripts to speak as well")
    parser.add_argument("--hours", type=float, default=28.0, help="hours of sound in all")
    parser.add_argument("--shards", type=int, default=1000, help="at most so many shards for each language")
    engines = ("espeak", "festival", "flite", "jtalk", "rhvoice")
    parser.add_argument("--engine", action="append", choices=engines, help="only this engine")
    parser.add_argument("--voice", action="append", help="only this voice, or language of espeak-ng")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--check", action="store_true", help="print what the folder holds and how labels fit the sound")
    options = parser.parse_args()
    if options.check:
        check(options.out)
        return
    options.out.mkdir(parents=True, exist_ok=True)
    jobs = [job for job in plan(options.hours) if not options.engine or job.name.split("_")[0] in options.engine]
    jobs = [job for job in jobs if not options.voice or job.what in options.voice]
    for job in in_turn(jobs):
        if job.number < options.shards and not (options.out / f"{job.name}.jsonl").exists():
            made = run(job, options.out, options.speech, options.seed)
            print(
                f"{job.name}: {job.seconds:.0f} s" if made else f"{job.name}: failed three times, left out", flush=True
            )


if __name__ == "__main__":
    main()
