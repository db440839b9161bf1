"""What `evaluate.py live` is told. Standard library only: it is read before its environment is there."""

from __future__ import annotations

import argparse
from pathlib import Path

from environment import SetupError

DESCRIPTION = """\
Feed speech to the live listener in blocks of 10 ms, as a microphone would, and tell what its ear hears and how its
mouth moves: beside the truth, and beside what the refined pass makes of the same sound afterwards. The speech, in runs
of some twenty seconds, none of it heard in training: lines in twenty languages by espeak-ng's held-out variants and
diphone voices of real speakers (--judge, shards of scripts/ear/judging.py), whose phones are known; recordings of
held-out people (--real), timed with their text, English by PocketSphinx, the rest by the engine. Some of it also comes
from a quiet microphone, with noise, and at other rates."""


def parser() -> argparse.ArgumentParser:
    """The options."""
    made = argparse.ArgumentParser(
        "evaluate.py live", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("--quick", action="store_true", help="a quarter of the runs, about a minute")
    made.add_argument("--real", type=Path, metavar="FOLDER", help="recordings, with the tables that name them")
    made.add_argument("--judge", type=Path, metavar="FOLDER", help="shards of diphone voices")
    made.add_argument("--limit", type=int, help="runs of each source at most")
    made.add_argument("--only", default="", metavar="TEXT", help="runs whose source or name holds this text")
    made.add_argument("--plain", action="store_true", help="leave out quiet and noisy microphones and other rates")
    made.add_argument("--json", type=Path, metavar="FILE", help="write every run's figures to this file as well")
    return made


def check(options: argparse.Namespace) -> None:
    """Raises SetupError where the options cannot be met."""
    for name, pattern in (("real", "*.tsv"), ("judge", "*.jsonl")):
        folder = getattr(options, name)
        if folder is not None and not any(folder.glob(pattern)):
            raise SetupError(f"{folder} holds no {pattern}; give the folder that does, or leave --{name} out.")
    if options.limit is not None and options.limit < 1:
        raise SetupError(f"--limit {options.limit} leaves nothing to hear; give 1 or more.")
