"""The command itself: which commands there are, and what becomes of their errors."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from .. import errors
from . import analyze, budget, check, curves, ledger, listen, profiles, sound, swap, trial


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with `arguments` (those of the process by default) and give its exit code."""
    _say_anything()
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options) or 0)
    except errors.LockstepError as error:
        print(f"lockstep: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("lockstep: Stopped; nothing was written.", file=sys.stderr)
        return 1
    except BrokenPipeError:
        sys.stderr.close()
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("lockstep", description="Speech in, a speaking face's curves out.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    analyze.add(commands.add_parser("analyze", help="hear a sound and write its take"))
    curves.add(commands.add_parser("curves", help="make a take's curves for a rig"))
    swap.add(commands.add_parser("swap", help=swap.HELP, description=swap.DESCRIPTION))
    check.add(commands.add_parser("check", help=check.HELP, description=check.DESCRIPTION))
    sound.add(commands.add_parser("sound", help=sound.HELP, description=sound.DESCRIPTION))
    budget.add(commands.add_parser("budget", help=budget.HELP, description=budget.DESCRIPTION))
    ledger.add(commands.add_parser("ledger", help=ledger.HELP, description=ledger.DESCRIPTION))
    listen.add(commands.add_parser("listen", help=listen.HELP, description=listen.DESCRIPTION))
    trial.add(commands.add_parser("trial", help=trial.HELP, description=trial.DESCRIPTION))
    languages = commands.add_parser("languages", help="list the languages")
    languages.set_defaults(run=_languages)
    rigs = commands.add_parser("rigs", help="list the rig profiles")
    rigs.set_defaults(run=profiles.show)
    return parser


def _say_anything() -> None:
    """A name that the terminal cannot show must not break the work."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _languages(options: argparse.Namespace) -> None:
    from ..languages import codes, load

    for code in codes():
        print(f"{code:<4} {load(code).name}")
