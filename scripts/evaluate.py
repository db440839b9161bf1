"""Score the recognizer, beside PocketSphinx, on utterances it never saw.

    python3 scripts/evaluate.py --synth SYNTH --judge JUDGE --real REAL [--only TEXT] [--limit N] [--json FILE]
    python3 scripts/evaluate.py ... --weights WITH --weights WITHOUT --languages pl,tr,hu
    python3 scripts/evaluate.py swap [--quick] [--real FOLDER] ...
    python3 scripts/evaluate.py check [--quick] [--real FOLDER] [--judge FOLDER] [--motion FOLDER] ...
    python3 scripts/evaluate.py live [--quick] [--real FOLDER] [--judge FOLDER] ...

`swap` swaps voices under acting and edits, and tells what became of them; see its --help and scripts/swap/. `check`
plants known faults in shots and tells what the sync check says of them; see its --help and scripts/check/. `live` feeds
sounds to the live listener in blocks of 10 ms and tells what it hears and shows; see its --help and scripts/live/.

SYNTH, JUDGE and REAL are folders of shards as synthesize.py, judging.py and pronounce.py in scripts/ear write them;
only their lines of split "test" are heard, by `engine.listen`, as the add-on and the command line do. The truths:

- exact: the phone times of synthesizers whose voices were never trained on. Diphone voices of real speakers (JUDGE) say
  what espeak-ng makes of the text, as our own reading of a transcript does; flite's awb what its own dictionary has;
- held-out real speakers of English (ljspeech141, asterisk_en and held-out texts of kathleen; then speechocean762's
  adults and children apart): PocketSphinx 5.1.1's alignment of the transcript, words and phones. It is a machine's
  truth: on flite voices, whose times are known, 11 ms off on average (closures 14 ms, none of it one-sided by more
  than 8 ms). Its own phone recognizer shares its acoustic model, so the comparison leans towards PocketSphinx;
- held-out real speakers of other languages: espeak-ng's phones of the text, in order, without times; and, for languages
  of ours, what we hear with the transcript: which mouths are missed without it, in our own times.

Conditions (noise, rooms, devices, whisper) are those of scripts/ear/conditions.py, damaged transcripts those of
scripts/ear/damage.py. Frames are 10 ms in six mouth classes (scripts/ear/mouths.py tells what is not scored and what is
also right); recall is the mean over the classes; contacts and edges as in scripts/ear/scoring.py, boundaries of phones
as in scripts/ear/boundaries.py; phone error is the edit distance over the shared phones of scripts/ear/folding.py;
behind it, for the rows without times, how many p b m (true, heard) it pairs with one another. `out`: utterances whose
transcript did not align or which were refused. In brackets a bootstrap 95 % interval by utterance. `cost`: seconds of
work on one core for a second of sound. At the end the targets, met or not, each beside the peer's figure in its row.

With two `--weights` the second did not learn `--languages`: the same utterances by both, and the difference.

The first run makes an environment with NumPy, PocketSphinx and espeak-ng under `.cache/`, unless this Python has them.
What PocketSphinx aligned and heard is kept there too, so that the next recognizer is scored against the same in a
fraction of the time.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple

from check import arguments as of_check
from environment import CHECKOUT, SetupError, ensure
from live import arguments as of_live
from pins import ESPEAK, NUMPY, SOUNDFILE
from swap import arguments as of_swap

if TYPE_CHECKING:
    from ear.measure import Result
    from ear.rows import Sources

POCKETSPHINX = "pocketsphinx==5.1.1"
PACKAGES = (NUMPY, POCKETSPHINX, ESPEAK, SOUNDFILE)
KEPT = CHECKOUT / ".cache" / "evaluate-pocketsphinx.json"
ONE_CORE = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
PROSODY = 90.0  # seconds of each set
FOLDERS = {"synth": "synthesize.py", "judge": "judging.py", "real": "pronounce.py"}


def main() -> int:
    """Run here, or in an environment of its own where this Python lacks a package."""
    command = COMMANDS.get(sys.argv[1]) if len(sys.argv) > 1 else None
    options = command.told.parser().parse_args(sys.argv[2:]) if command else _options().parse_args()
    try:
        (command.told.check if command else _check)(options)
        if not _has_packages():
            python = ensure("evaluate", PACKAGES)
            return subprocess.run([str(python), __file__, *sys.argv[1:]], check=False).returncode
        os.environ.update({name: os.environ.get(name, "1") for name in ONE_CORE})
        return command.run(options) if command else evaluate(options)
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1


def swap(options: argparse.Namespace) -> int:
    """Swap voices under acting and edits, and print what became of them."""
    _see_the_engine()
    from swap.evaluation import evaluate

    print(_machine())
    return evaluate(options)


def check(options: argparse.Namespace) -> int:
    """Plant faults in shots, and print what the sync check says of them."""
    _see_the_engine()
    from check.evaluation import evaluate

    machine = _machine()
    print(machine)
    return evaluate(options, machine)


def live(options: argparse.Namespace) -> int:
    """Listen live, and print what was heard and shown."""
    _see_the_engine()
    from live.evaluation import evaluate

    machine = _machine()
    print(machine)
    return evaluate(options, machine)


def _see_the_engine() -> None:
    sys.path[:0] = [str(CHECKOUT), str(CHECKOUT / "scripts" / "ear")]


class Command(NamedTuple):
    """A second table: the module that says what it is told, and what is run."""

    told: ModuleType
    run: Callable[[argparse.Namespace], int]


COMMANDS = {"swap": Command(of_swap, swap), "check": Command(of_check, check), "live": Command(of_live, live)}


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Score the recognizer on utterances it never saw.")
    for name, script in FOLDERS.items():
        parser.add_argument(f"--{name}", type=Path, help=f"shards of scripts/ear/{script}")
    parser.add_argument(
        "--weights", type=Path, action="append", help="the recognizer's, if not the engine's; or a pair"
    )
    parser.add_argument("--languages", help="what the second of two --weights did not learn, such as pl,tr,hu")
    parser.add_argument("--only", help="rows whose name holds this text (a regular expression)")
    parser.add_argument("--list", action="store_true", help="name the rows and stop")
    parser.add_argument("--limit", type=int, help="utterances a row at most, for a quick look")
    parser.add_argument("--without-peer", action="store_true", help="leave out PocketSphinx and the rows that need it")
    parser.add_argument("--fresh", action="store_true", help="ask PocketSphinx again about sounds it has heard")
    parser.add_argument("--json", type=Path, help="write the rows to this file as well")
    parser.add_argument("--markdown", type=Path, help="write the tables to this file as well")
    return parser


def _check(options: argparse.Namespace) -> None:
    folders = {script: getattr(options, name) for name, script in FOLDERS.items() if getattr(options, name) is not None}
    if not folders:
        raise SetupError("There is nothing to hear: give --synth, --judge, --real or several of them.")
    for script, folder in folders.items():
        if not any(folder.glob("*.jsonl")):
            raise SetupError(f"{folder} holds no shards; make them with scripts/ear/{script}.")
    if options.limit is not None and options.limit < 1:
        raise SetupError(f"--limit {options.limit} leaves nothing to hear; give 1 or more.")
    for weights in options.weights or ():
        if not weights.is_file():
            raise SetupError(f"{weights} is not there; give the recognizer's weights, or leave --weights out.")
    if len(options.weights or ()) > 2 or (len(options.weights or ()) == 2) != bool(options.languages):
        raise SetupError("To compare, give --weights twice and --languages; otherwise --weights once or not at all.")


def _has_packages() -> bool:
    wanted = dict(package.split("==") for package in (POCKETSPHINX, ESPEAK, SOUNDFILE))
    try:
        importlib.metadata.version("numpy")
        return all(importlib.metadata.version(name) == version for name, version in wanted.items())
    except importlib.metadata.PackageNotFoundError:
        return False


def evaluate(options: argparse.Namespace) -> int:
    """Hear, score and print row by row; the targets and the JSON at the end."""
    sys.path[:0] = [str(CHECKOUT), str(CHECKOUT / "scripts" / "ear")]
    import tables

    begun = time.monotonic()
    machine = _machine()
    print(machine)
    results: list[Result] = []
    for result in _results(options):
        before = results[-1] if results else None
        if before is None or before.section != result.section:
            print(tables.heading(result))
        if before is None or (before.section, before.truth) != (result.section, result.truth):
            print(f"-- truth: {result.truth}")
        print(tables.line(result), flush=True)
        results.append(result)
    prosody = _prosody(options)
    _print_targets(results)
    print(f"\n{sum(result.utterances for result in results)} utterances heard in {time.monotonic() - begun:.0f} s")
    if options.json:
        _write(options.json, machine, results, prosody)
    if options.markdown:
        _write_tables(options.markdown, machine, results)
    return 0


def _results(options: argparse.Namespace) -> Iterator[Result]:
    from ears import Lockstep
    from measure import Reference
    from memory import Memory
    from rows import Sources
    from sphinx import Sphinx

    memory = Memory(None if options.fresh else KEPT)
    reference = None if options.without_peer else Reference(Sphinx(), memory)
    first, *rest = options.weights or [None]
    ours = Lockstep(first)
    sources = Sources(options.synth, options.judge, options.real, ours, reference, options.limit)
    for result in _compared(sources, Lockstep(rest[0]), options) if rest else _planned(sources, options):
        memory.save()
        yield result
    for sentence, count in sorted(ours.refusals.items()):
        print(f"refused {count} times: {sentence}")


def _planned(sources: Sources, options: argparse.Namespace) -> Iterator[Result]:
    from rows import plans

    for plan in plans(sources):
        if options.list:
            print(plan.name)
        elif not options.only or re.search(options.only, plan.name):
            yield from plan.make()


def _compared(sources: Sources, other: object, options: argparse.Namespace) -> Iterator[Result]:
    from measure import pooled
    from rows import pair
    from targets import HELD_OUT, LEARNT

    found: list[Result] = []
    for language in options.languages.split(","):
        for result in pair(sources, other, language, (LEARNT, HELD_OUT)):  # type: ignore[arg-type]
            found.append(result)
            yield result
    for section in dict.fromkeys(result.section for result in found):
        for system in (LEARNT, HELD_OUT):
            same = [result for result in found if (result.section, result.system) == (section, system)]
            yield pooled(f"all of them, {'exact' if section == 'audio only' else 'real'}", same)


def _print_targets(results: list[Result]) -> None:
    import tables
    import targets

    judged = targets.judge(results)
    if judged:
        print(f"\n== targets\n{'what':31} {'figure':12} {'target':>8} {'found':>19} {'peer':>7}")
    for one in judged:
        print(tables.verdict(one))
    for line in targets.differences(results):
        print(line)


def _prosody(options: argparse.Namespace) -> list[dict[str, object]]:
    """Print the rows of scripts/ear/prosody_trials.py, where real speech is given and no other rows were asked for."""
    if options.real is None or options.list or options.languages or not re.search(options.only or "", "prosody"):
        return []
    from prosody_trials import prosody_rows

    print("\n== prosody")
    found = []
    for row in prosody_rows(options.real, min(PROSODY, 3.0 * (options.limit or PROSODY))):
        print(
            f"{row.row:47} {row.count:>6}  " + "  ".join(f"{name} {value:.1f}" for name, value in row.figures.items())
        )
        found.append(asdict(row))
    return found


def _write(path: Path, machine: str, results: list[Result], prosody: list[dict[str, object]]) -> None:
    import targets

    from engine.files import write_text

    rows = [{name: value for name, value in asdict(result).items() if name != "counts"} for result in results]
    judged = [asdict(one) | {"met": one.target.met(one.found.value)} for one in targets.judge(results)]
    text = json.dumps(
        {"machine": machine, "rows": rows, "targets": judged, "prosody": prosody}, indent=1, ensure_ascii=False
    )
    write_text(path, text.replace("NaN", "null") + "\n")


def _write_tables(path: Path, machine: str, results: list[Result]) -> None:
    import tables
    import targets

    from engine.files import write_text

    write_text(path, f"{machine}\n\n{tables.markdown(results, targets.judge(results))}")


def _machine() -> str:
    name, listing = platform.processor() or platform.machine(), Path("/proc/cpuinfo")
    if listing.is_file():
        found = re.search(r"^model name\s*: (.+)$", listing.read_text(encoding="utf-8"), re.MULTILINE)
        name = found[1] if found else name
    names = [name, f"{os.cpu_count()} cores, one used", platform.system(), f"Python {platform.python_version()}"]
    packages = ("numpy", "pocketsphinx", "espeakng-loader")
    return ", ".join(names + [f"{package} {importlib.metadata.version(package)}" for package in packages])


if __name__ == "__main__":
    sys.exit(main())
