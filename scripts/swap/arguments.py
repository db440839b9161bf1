"""What `evaluate.py swap` is told. Standard library only: it is read before its environment is there."""

from __future__ import annotations

import argparse
from pathlib import Path

from environment import SetupError

from .texts import VOICES

DESCRIPTION = """\
Swap the voice under acting and edits, and tell what became of them. espeak-ng speaks six lines in each language, and
again in other voices, at other speeds, with pauses and words put in, words left out and a false start, in the next
language, and another text; its events tell when each phone truly is. What it says is heard by the engine. On the first
take 200 edits and gestures are planted, seeded, as an artist makes them on the curves; they are found by what changed,
laid over the new take, found there again where nobody touched them, and taken back to the first take. Then 40 more
are made on the new take, and all of it goes to the first take and back. Where MBROLA is installed, its diphones of real
speakers say the lines as well. `--real` swaps between recordings of people that bear the same text."""


def parser() -> argparse.ArgumentParser:
    """The options."""
    made = argparse.ArgumentParser(
        "evaluate.py swap", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("--quick", action="store_true", help="six of the thirteen conditions, a minute")
    made.add_argument("--languages", default=",".join(VOICES), help=f"default: {','.join(VOICES)}")
    made.add_argument("--only", default="", metavar="TEXT", help="conditions whose name holds this text")
    made.add_argument("--with-text", action="store_true", help="also takes that were heard with their text")
    made.add_argument("--real", type=Path, metavar="FOLDER", help="recordings, with the tables that name them")
    made.add_argument("--limit", type=int, default=40, help="pairs of recordings a set; default: 40")
    made.add_argument("--json", type=Path, metavar="FILE", help="write the rows to this file as well")
    return made


def check(options: argparse.Namespace) -> None:
    """Raises SetupError where the options cannot be met."""
    unknown = [code for code in options.languages.split(",") if code not in VOICES]
    if unknown:
        raise SetupError(f"There are no lines in '{unknown[0]}'; choose of {', '.join(VOICES)}.")
    if options.real is not None and not any(options.real.glob("*.tsv")):
        raise SetupError(f"{options.real} holds no tables (*.tsv) of recordings; give the folder that does.")
    if options.limit < 1:
        raise SetupError(f"--limit {options.limit} leaves no pair; give 1 or more.")
