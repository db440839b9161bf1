"""Lockstep without a window: `lockstep sync` on the open file, saved only if every line is done; `lockstep check`.

blender -b SCENE.blend --command lockstep sync --audio A.wav --object NAME --save-as OUT.blend
blender -b SCENE.blend --command lockstep sync --swap B.wav --object NAME --in-place
python scripts/headless.py SCENE.blend sync --csv LINES.csv --in-place --json -
python scripts/headless.py SCENE.blend check --all --strict
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import bpy

from ..engine.ears import NAMES
from ..engine.errors import LockstepError, OutputError, UsageError
from ..engine.files import beside, check_target, read_text, replace, write_text
from ..engine.mouth import Controls
from ..engine.progress import Progress
from .checking import command
from .lines import takes
from .lines.request import GRIDS, Report
from .lines.tasks import Line, task

COMMAND = "lockstep"
COLUMNS = (
    "audio",
    "strip",
    "object",
    "language",
    "text",
    "start",
    "rig",
    "pass",
    "keys",
    "medium",
    "in",
    "out",
    "swap",
    "take",
    "score",
    "recognizer",
    "allosaurus_model",
    "inventory",
    "phones",
    *Controls.__slots__,
)
FILES = ("audio", "swap", "score", "phones", "allosaurus_model")
ABOUT = """\
One sound, or one of the line's takes, for one character:

  --audio, --strip   speak a sound; a line that is there is synced again, and what was done by hand stays
  --swap             the line speaks another recording, in this language (--language) or text (--text) if given
  --take             the line speaks one of its takes, by its name or its number from 1 on
  --score            the line is performed with the acting in a file; alone, or after one of those above

With --swap, --take and --score, --start is a frame of the line that is meant: by default the line at the playhead, else
the last one. --save-score and --save-take write its acting and its take to files.
"""


@dataclass(frozen=True, slots=True)
class _Files:
    """Where the acting and the take of a line are to be written, None for nowhere."""

    score: Path | None
    take: Path | None


def main(arguments: Sequence[str]) -> int:
    """Run the command on the open file; gives the exit code: 0 only if all was done, 2 for a misuse."""
    try:
        options = _parser().parse_args(list(arguments))
    except SystemExit as end:
        return int(end.code or 0)
    code: int = options.run(options)
    return code


def _sync(options: argparse.Namespace) -> int:
    """Let faces speak and save the file; gives the exit code, 0 only if all was done and saved."""
    summary: dict[str, Any] = {"ok": False, "file": None, "lines": []}
    code = 1
    try:
        summary["lines"] = [report.as_json() for report in _sync_all(options)]
        summary["file"] = str(_save(options))
        summary["ok"], code = True, 0
    except LockstepError as error:
        summary["error"] = str(error)
        print(f"lockstep: {error}", file=sys.stderr)
    return _tell(summary, options.json) or code


def _check(options: argparse.Namespace) -> int:
    """Tell how faces stand to their sound; gives the exit code, see addon/checking/command.py."""
    try:
        home = _home(options)
    except LockstepError as error:
        print(f"lockstep: {error}", file=sys.stderr)
        return _tell({"ok": False, "checks": [], "error": str(error)}, options.json) or 1
    return command.run(options, home, _show, _tell)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(COMMAND, description="Sound in, speaking face out, without a window.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    one = commands.add_parser(
        "sync",
        help="let one or several faces speak",
        description=ABOUT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    sound = one.add_mutually_exclusive_group()
    sound.add_argument("--audio", metavar="FILE", help="the sound to speak")
    sound.add_argument("--strip", metavar="NAME", help="a sound strip of the scene instead")
    sound.add_argument("--swap", metavar="FILE", help="another recording for a line that is there")
    sound.add_argument("--take", metavar="NAME|NUMBER", help="another take that a line keeps")
    sound.add_argument("--csv", metavar="LINES.csv", type=Path, help=f"several lines; columns: {', '.join(COLUMNS)}")
    one.add_argument("--object", metavar="NAME", help="any object of the character")
    one.add_argument("--scene", metavar="NAME", help="default: the file's active scene")
    start = "frame at which the sound begins, or of the line that is meant; default: the playhead"
    one.add_argument("--start", metavar="FRAME", help=start)
    one.add_argument("--score", metavar="FILE", help="perform the line with the acting in this file")
    one.add_argument("--save-score", metavar="FILE", type=Path, help="write the line's acting to this file")
    one.add_argument("--save-take", metavar="FILE", type=Path, help="write the line's take to this file")
    one.add_argument("--language", metavar="CODE", help="default: auto, which finds it")
    text = one.add_mutually_exclusive_group()
    text.add_argument("--text", metavar="STR", help="what is said: it makes the reading exact")
    text.add_argument("--text-file", metavar="FILE", type=Path, help="a UTF-8 file with what is said")
    _add_ears(one)
    one.add_argument("--rig", metavar="NAME", help="default: found by the names of the shape keys")
    one.add_argument("--pass", choices=("quick", "refined"), help="default: refined")
    one.add_argument("--keys", choices=[name.lower() for name in GRIDS], help="default: frames")
    one.add_argument("--medium", metavar="NAME", help="film, broadcast, games or mobile, which bear fewer keys")
    one.add_argument("--in", metavar="SECONDS", help="second of the sound to begin with")
    one.add_argument("--out", metavar="SECONDS", help="second of the sound to end with")
    for name in Controls.__slots__:
        one.add_argument(f"--{name}", metavar="VALUE", help=f"default: {getattr(Controls(), name):g}")
    target = one.add_mutually_exclusive_group(required=True)
    target.add_argument("--save-as", metavar="OUT.blend", type=Path)
    target.add_argument("--in-place", action="store_true", help="save over the file that was opened")
    one.add_argument("--json", metavar="FILE|-", help="write a summary; '-' prints it on one line")
    one.set_defaults(run=_sync)
    command.add(commands, _check)
    return parser


def _add_ears(parser: argparse.ArgumentParser) -> None:
    """Who listens."""
    ear = parser.add_mutually_exclusive_group()
    listed = f"who listens: {' or '.join(NAMES)}; default: as in the preferences"
    ear.add_argument("--recognizer", metavar="NAME", help=listed)
    given = "timed phones of the sound in place of listening: a TextGrid, CTM, Rhubarb's, Azure's or Polly's, a take"
    ear.add_argument("--phones", metavar="FILE", help=given)
    folder = "the folder of Allosaurus' model, for --recognizer allosaurus; default: that of the preferences"
    parser.add_argument("--allosaurus-model", metavar="FOLDER", help=folder)
    listed = "the list of that model whose sounds it listens for (ISO 639-3, such as kat); default: --language's"
    parser.add_argument("--inventory", metavar="CODE", help=listed)


def _sync_all(options: argparse.Namespace) -> list[Report]:
    """Everything that can be wrong with the command itself is looked at before the first line is heard."""
    _target(options)
    files = _files(options)
    home = _home(options)
    tasks = [task(line, home) for line in _lines(options)]
    reports = []
    for number, one in enumerate(tasks):
        try:
            report = one.run(partial(_show, f"{number + 1}/{len(tasks)}"))
        except LockstepError as error:
            raise type(error)(f"{one.place}{error}") from error
        for note in report.notes:
            print(f"lockstep: {note}", file=sys.stderr)
        for told in (report.line, *(report.swap.lines() if report.swap is not None else ())):
            print(told, flush=True)
        reports.append(report)
    _write_files(files, tasks[-1].line(reports[-1]))
    return reports


def _files(options: argparse.Namespace) -> _Files:
    """The files that are asked for. Raises UsageError, OutputError."""
    given = (options.save_score, options.save_take)
    paths = [None if path is None else path if path.is_absolute() else Path.cwd() / path for path in given]
    if any(paths) and options.csv is not None:
        raise UsageError("--save-score and --save-take are for one line; leave them out, or name one sound.")
    for path in paths:
        if path is not None:
            check_target(path)
    return _Files(*paths)


def _write_files(files: _Files, span: Any) -> None:
    from ..engine.score.file import write_score
    from ..engine.take import write_take

    if files.score is not None:
        write_score(takes.score_of(span), files.score)
    take = takes.active_take(span) if files.take is not None else None
    if files.take is not None and take is not None:
        write_take(take, files.take)


def _home(options: argparse.Namespace) -> bpy.types.Scene:
    name = options.scene or (bpy.context.scene.name if bpy.context.scene else "")
    found: bpy.types.Scene | None = bpy.data.scenes.get(name)
    if found is None:
        raise UsageError(f"There is no scene '{name}' in this file; name one of {', '.join(bpy.data.scenes.keys())}.")
    return found


def _lines(options: argparse.Namespace) -> list[Line]:
    given = {name: value for name in COLUMNS if (value := getattr(options, name, None)) is not None}
    if options.text_file is not None:
        given["text"] = read_text(options.text_file)
    if options.csv is None:
        return [Line(given, "")]
    for name in ("start", "text", "phones"):
        if name in given:
            raise UsageError(f"--{name} is for one sound; with --csv give each line a '{name}'.")
    rows = list(_read_csv(options.csv))
    if not rows:
        raise UsageError(f"'{options.csv}' has no lines; give it at least one below its header.")
    return [Line({**given, **line.values}, line.place) for line in rows]


def _read_csv(path: Path) -> Iterator[Line]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise UsageError(f"'{path}' cannot be read ({reason}); give a CSV file in UTF-8.") from error
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    strange = [name for name in reader.fieldnames or () if name.strip().lower() not in COLUMNS]
    if strange:
        raise UsageError(f"'{path.name}' has the column '{strange[0]}'; the columns are {', '.join(COLUMNS)}.")
    try:
        for row in reader:
            values = {name.strip().lower(): value.strip() for name, value in row.items() if name and value}
            if any(values.values()):
                yield Line(_beside(values, path), f"{path.name}, line {reader.line_num}: ")
    except csv.Error as error:
        raise UsageError(f"'{path.name}', line {reader.line_num}, is no CSV ({error}); mend that line.") from error


def _beside(values: dict[str, str], path: Path) -> dict[str, str]:
    """The values, relative files taken from the folder of the CSV."""
    for name in FILES:
        if values.get(name) and not values[name].startswith("//"):
            values[name] = str(path.parent / values[name])
    return {name: value for name, value in values.items() if value}


def _show(label: str, step: Progress) -> None:
    """Say on a terminal where the work stands."""
    if sys.stderr.isatty():
        print(f"\r{label} {step.stage} {100 * step.fraction:3.0f} %  ", end="", file=sys.stderr, flush=True)


def _target(options: argparse.Namespace) -> Path:
    """Where the file will be saved. Raises OutputError where that cannot be."""
    if options.in_place:
        if not bpy.data.filepath:
            raise OutputError("This file has never been saved; open a .blend first, or use --save-as.")
        path = Path(bpy.data.filepath)
    else:
        path = options.save_as if options.save_as.is_absolute() else Path.cwd() / options.save_as
    if path.suffix.lower() != ".blend":
        raise OutputError(f"'{path.name}' is no .blend; give the target a name that ends in .blend.")
    check_target(path)
    return path


def _save(options: argparse.Namespace) -> Path:
    """Save aside, then rename, so that the last saved file is always whole."""
    path = _target(options)
    try:
        aside = beside(path, ".blend")
    except OSError as error:
        raise OutputError(f"'{path}' cannot be written ({error.strerror}); choose a place you may write to.") from error
    try:
        bpy.ops.wm.save_as_mainfile(filepath=str(aside), copy=True, check_existing=False, compress=_is_compressed())
        replace(path, aside)
    except (OSError, RuntimeError) as error:
        raise OutputError(
            f"'{path}' cannot be written ({' '.join(str(error).split())}); choose another place."
        ) from error
    finally:
        for left in (aside, Path(f"{aside}1")):  # Blender keeps the former version of what it writes over
            with suppress(OSError):
                left.unlink(missing_ok=True)
    return path


def _is_compressed() -> bool:
    """Whether the open file is compressed: what is saved should be as well."""
    path = Path(bpy.data.filepath) if bpy.data.filepath else None
    if path is None or not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(4) in (b"\x28\xb5\x2f\xfd", b"\x1f\x8b\x08\x00")  # zstd, and gzip until 2.9


def _tell(summary: Mapping[str, Any], target: str | None) -> int:
    """Write the summary where it was asked for; gives 1 where it could not be written."""
    if target is None:
        return 0
    if target == "-":
        print(json.dumps(summary, ensure_ascii=True), flush=True)
        return 0
    try:
        write_text(Path(target), json.dumps(summary, ensure_ascii=False, indent=1) + "\n")
    except OutputError as error:
        print(f"lockstep: {error}", file=sys.stderr)
        return 1
    return 0


class _Command:
    """The command as Blender knows it; None in a Blender that knows no commands."""

    handle: Any = None


def register() -> None:
    """Register the command `lockstep`."""
    if hasattr(bpy.utils, "register_cli_command"):
        _Command.handle = bpy.utils.register_cli_command(COMMAND, main)


def unregister() -> None:
    """Take the command back."""
    if _Command.handle is not None:
        bpy.utils.unregister_cli_command(_Command.handle)
        _Command.handle = None
