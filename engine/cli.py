"""The `lockstep` command outside Blender: analyze, curves, languages, rigs.

Exit codes: 0 done, 1 not done (one sentence on standard error), 2 wrong usage.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from .errors import LockstepError, RigError, UsageError
from .progress import Progress, drain

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .rig import KeyCurve, Profile
    from .rig.curves import Mode
    from .take import Take

SUFFIX = ".take.json"
MOST_NAMED = 8  # doubtful stretches named in a line
ROWS = 10000  # of a table made at once: bounds the memory
CONTROLS = {
    "intensity": (1.0, "how far everything moves, 0 to 2"),
    "jaw": (1.0, "how far the jaw moves, 0 to 2"),
    "lips": (1.0, "how far the lips move, 0 to 2"),
    "smoothing": (0.0, "how far movement is rounded off, 0 to 1"),
    "lead": (30.0, "ms that vowels lead their sound, -200 to 200"),
    "effort": (1.0, "how fully sounds reach their shapes, 0 (mumbled) to 2 (overdone)"),
}
SIDES = {"arkit": ("Left", "Right"), "metahuman": ("L", "R"), "faceit": ("L", "R")}  # how a scheme ends its pairs

Result = TypeVar("Result")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with `arguments` (those of the process by default) and give its exit code."""
    _say_anything()
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except LockstepError as error:
        print(f"lockstep: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("lockstep: Stopped; nothing was written.", file=sys.stderr)
        return 1
    except BrokenPipeError:
        sys.stderr.close()
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("lockstep", description="Speech in, a speaking face's curves out.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_analyze(commands.add_parser("analyze", help="hear a sound and write its take"))
    _add_curves(commands.add_parser("curves", help="make a take's curves for a rig"))
    languages = commands.add_parser("languages", help="list the languages")
    languages.set_defaults(run=_languages)
    rigs = commands.add_parser("rigs", help="list the rig profiles")
    rigs.set_defaults(run=_rigs)
    return parser


def _add_analyze(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("audio", metavar="AUDIO", type=Path, help="wav, flac, ogg or mp3, 0.1 s to an hour")
    parser.add_argument("-o", "--output", metavar="OUT.take.json", type=Path, help=f"default: AUDIO's name + {SUFFIX}")
    parser.add_argument(
        "--language", metavar="CODE", default="auto", help="see 'lockstep languages'; default: auto, which finds it"
    )
    text = parser.add_mutually_exclusive_group()
    text.add_argument("--text", metavar="STR", help="what is said: it makes the reading exact")
    text.add_argument("--text-file", metavar="F", type=Path, help="a UTF-8 file with what is said")
    parser.add_argument(
        "--correct",
        metavar="START-END=SAID",
        action="append",
        default=[],
        help="what is said between two seconds, as 1.20-1.45=/bæt/ or 1.20-1.45=bat; may be given several times",
    )
    parser.add_argument("--pass", dest="quality", choices=("quick", "refined"), default="refined")
    parser.set_defaults(run=_analyze)


def _add_curves(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("take", metavar="TAKE.json", type=Path, help="made by 'lockstep analyze'")
    parser.add_argument("-o", "--output", metavar="OUT.csv", type=Path, required=True)
    parser.add_argument("--rig", metavar="NAME", default="arkit", help="see 'lockstep rigs'; default: arkit")
    parser.add_argument("--fps", type=float, default=60.0, help="rows per second, 1 to 1000; default: 60")
    parser.add_argument("--language", metavar="CODE", help="default: the take's own")
    for name, (usual, meaning) in CONTROLS.items():
        parser.add_argument(f"--{name}", metavar="N", type=float, default=usual, help=f"{meaning}; default: {usual:g}")
    parser.add_argument(
        "--mode", choices=("frames", "subframes", "stepped"), help="default: stepped for drawings, else frames"
    )
    parser.add_argument("--step", type=int, choices=(1, 2), default=1, help="frames a drawing is held; default: 1")
    parser.set_defaults(run=_curves)


def _say_anything() -> None:
    """A name that the terminal cannot show must not break the work."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _analyze(options: argparse.Namespace) -> None:
    from .correction import parse
    from .files import read_text
    from .languages import load
    from .listen import listen
    from .sound.source import FileSource
    from .take import write_take

    language = None if options.language == "auto" else load(options.language)
    transcript = options.text if options.text_file is None else read_text(options.text_file)
    corrections = tuple(map(parse, options.correct))
    output = options.output or options.audio.with_name(options.audio.name + SUFFIX)
    _check_target(output, options.audio)
    source = FileSource(options.audio)
    work = listen(
        source,
        language=language,
        refined=options.quality == "refined",
        transcript=transcript,
        corrections=corrections,
        remark=_remark,
    )
    take = _shown(work)
    write_take(take, output)
    print(f"{output}: {_summary(take)}")


def _summary(take: Take) -> str:
    """One line on a take: how much was heard, in which language, and where it is doubtful."""
    from .doubt import doubtful

    found = "" if take.identified is None else f", found, {take.identified:.0%} sure"
    line = f"{len(take.phones)} phones in {take.audio.duration:.2f} s ({take.language}{found})"
    places = [f"{stretch.start:.2f}-{stretch.end:.2f}" for stretch in doubtful(take.phones)]
    if not places:
        return f"{line}."
    more = f" and {len(places) - MOST_NAMED} more" if len(places) > MOST_NAMED else ""
    return f"{line}; doubtful: {', '.join(places[:MOST_NAMED])} s{more}."


def _remark(sentence: str) -> None:
    if sys.stderr.isatty():
        _show("")
    print(f"lockstep: {sentence}", file=sys.stderr)


def _check_target(output: Path, source: Path) -> None:
    """Before the work begins: the target can be written, and is not the source."""
    from .files import check_target

    check_target(output)
    if output.exists() and source.exists() and output.samefile(source):
        raise UsageError(f"'{output}' is what is read; choose another name to write to.")


def _curves(options: argparse.Namespace) -> None:
    import numpy as np

    from .files import writing
    from .languages import load
    from .mouth import Controls
    from .perform import perform
    from .rig import Grid, KeyInfo
    from .take import read_take

    controls = Controls(*(getattr(options, name) for name in CONTROLS))
    profile = _profile(options.rig)
    mode: Mode = options.mode or ("stepped" if profile.exclusive else "frames")
    grid = Grid(options.fps, 0.0, mode, options.step)
    _check_target(options.output, options.take)
    take = read_take(options.take)
    keys = [KeyInfo(name) for name in key_names(profile)]
    made = _shown(perform(take, load(options.language or take.language), profile, keys, controls, grid))
    rows = int(take.audio.duration * options.fps + 1e-6) + 1
    with writing(options.output) as file:
        for lines in _table([key.name for key in keys], made, np.arange(rows) / options.fps):
            file.write(lines.encode("utf-8"))
    print(f"{options.output}: {rows} rows at {options.fps:g} a second, {len(made)} of {len(keys)} keys move.")


def _table(names: Sequence[str], curves: Sequence[KeyCurve], times: NDArray[np.float64]) -> Iterator[str]:
    """CSV, some rows at a time: seconds, then each of `names`, its value 0..1 at each of `times` (else 0)."""
    yield ",".join(["seconds", *names]) + "\n"
    for first in range(0, len(times), ROWS):
        yield _rows(names, curves, times[first : first + ROWS])


def _rows(names: Sequence[str], curves: Sequence[KeyCurve], times: NDArray[np.float64]) -> str:
    import numpy as np

    from .rig import sample

    values = np.zeros((len(times), len(names)))
    for column, curve in enumerate(curves):
        values[:, names.index(curve.name)] = sample(curves[column : column + 1], times)[:, 0]
    lines = []
    for time, row in zip(times.tolist(), np.clip(values, 0.0, 1.0).tolist(), strict=True):
        lines.append(",".join([f"{time:.6f}".rstrip("0").rstrip("."), *(f"{value:.4f}" for value in row)]))
    return "\n".join(lines) + "\n"


def key_names(profile: Profile) -> tuple[str, ...]:
    """The names of a profile's keys on a face of its own scheme: 'mouthSmile' as mouthSmileLeft and mouthSmileRight."""
    sides = SIDES.get(profile.name, ("_L", "_R"))
    names: list[str] = []
    for row in profile.rows:
        halves = ("U", "D") if row.halves else ("",)
        names += [row.key + half + side for half in halves for side in (sides if row.sides else ("",))]
    return tuple(names)


def _profile(name: str) -> Profile:
    from .rig import load_profiles

    profiles = {profile.name: profile for profile in load_profiles(rigs_folder())}
    if name not in profiles:
        raise RigError(f"There is no rig profile '{name}'; choose one of {', '.join(sorted(profiles))}.")
    return profiles[name]


def rigs_folder() -> Path:
    """The folder of rig profiles: package data where the engine is installed, beside the engine in a checkout.

    Raises RigError where neither is there.
    """
    here = Path(__file__).resolve().parent
    for folder in (here / "_rigs", here.parent / "rigs"):
        if folder.is_dir():
            return folder
    raise RigError("The rig profiles are not there; install Lockstep again.")


def _languages(options: argparse.Namespace) -> None:
    from .languages import codes, load

    for code in codes():
        print(f"{code:<4} {load(code).name}")


def _rigs(options: argparse.Namespace) -> None:
    from .rig import load_profiles

    for profile in load_profiles(rigs_folder()):
        print(f"{profile.name:<18} {profile.title}")


def _shown(work: Generator[Progress, None, Result]) -> Result:
    """Run `work` to its end, its progress on standard error where that is a terminal."""
    if not sys.stderr.isatty():
        return drain(work)
    try:
        return drain(work, lambda step: _show(f"{step.stage} {100.0 * step.fraction:3.0f} %"))
    finally:
        _show("")


def _show(text: str) -> None:
    """Write over the terminal's current line."""
    print(f"\r{'':<40}\r{text}", end="", file=sys.stderr, flush=True)
