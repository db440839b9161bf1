"""Lockstep without a window: `lockstep sync ...` on the open file, saved only if every line is done.

blender -b SCENE.blend --command lockstep sync --audio A.wav --object NAME --save-as OUT.blend
python scripts/headless.py SCENE.blend sync --csv LINES.csv --in-place --json -
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

from ..engine.errors import LockstepError, OutputError, UsageError
from ..engine.files import beside, check_target, read_text, replace, write_text
from ..engine.mouth import Controls
from ..engine.progress import Progress, drain
from .job import sync
from .request import GRIDS, Report, Request

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
    "in",
    "out",
    *Controls.__slots__,
)
NEEDED = ("object",)


@dataclass(frozen=True, slots=True)
class _Line:
    """One sound for one object as it was asked for: the values by their column, and where they were read."""

    values: Mapping[str, str]
    place: str


def main(arguments: Sequence[str]) -> int:
    """Run the command on the open file; gives the exit code: 0 only if all was done and saved, 2 for a misuse."""
    try:
        options = _parser().parse_args(list(arguments))
    except SystemExit as end:
        return int(end.code or 0)
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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(COMMAND, description="Sound in, speaking face out, without a window.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    one = commands.add_parser("sync", help="let one or several faces speak")
    sound = one.add_mutually_exclusive_group()
    sound.add_argument("--audio", metavar="FILE", help="the sound to speak")
    sound.add_argument("--strip", metavar="NAME", help="a sound strip of the scene instead")
    sound.add_argument("--csv", metavar="LINES.csv", type=Path, help=f"several lines; columns: {', '.join(COLUMNS)}")
    one.add_argument("--object", metavar="NAME", help="any object of the character")
    one.add_argument("--scene", metavar="NAME", help="default: the file's active scene")
    one.add_argument("--start", metavar="FRAME", help="frame at which the sound begins; default: the playhead")
    one.add_argument("--language", metavar="CODE", help="default: auto, which finds it")
    text = one.add_mutually_exclusive_group()
    text.add_argument("--text", metavar="STR", help="what is said: it makes the reading exact")
    text.add_argument("--text-file", metavar="FILE", type=Path, help="a UTF-8 file with what is said")
    one.add_argument("--rig", metavar="NAME", help="default: found by the names of the shape keys")
    one.add_argument("--pass", choices=("quick", "refined"), help="default: refined")
    one.add_argument("--keys", choices=[name.lower() for name in GRIDS], help="default: frames")
    one.add_argument("--in", metavar="SECONDS", help="second of the sound to begin with")
    one.add_argument("--out", metavar="SECONDS", help="second of the sound to end with")
    for name in Controls.__slots__:
        one.add_argument(f"--{name}", metavar="VALUE", help=f"default: {getattr(Controls(), name):g}")
    target = one.add_mutually_exclusive_group(required=True)
    target.add_argument("--save-as", metavar="OUT.blend", type=Path)
    target.add_argument("--in-place", action="store_true", help="save over the file that was opened")
    one.add_argument("--json", metavar="FILE|-", help="write a summary; '-' prints it on one line")
    return parser


def _sync_all(options: argparse.Namespace) -> list[Report]:
    """Everything that can be wrong with the command itself is looked at before the first line is heard."""
    _target(options)
    home = _home(options)
    requests = [(_request(line, home), line) for line in _lines(options)]
    reports = []
    for number, (request, line) in enumerate(requests):
        try:
            report = drain(sync(request), partial(_show, f"{number + 1}/{len(requests)}"))
        except LockstepError as error:
            raise type(error)(f"{line.place}{error}") from error
        for note in report.notes:
            print(f"lockstep: {note}", file=sys.stderr)
        print(report.line, flush=True)
        reports.append(report)
    return reports


def _home(options: argparse.Namespace) -> bpy.types.Scene:
    name = options.scene or (bpy.context.scene.name if bpy.context.scene else "")
    found: bpy.types.Scene | None = bpy.data.scenes.get(name)
    if found is None:
        raise UsageError(f"There is no scene '{name}' in this file; name one of {', '.join(bpy.data.scenes.keys())}.")
    return found


def _lines(options: argparse.Namespace) -> list[_Line]:
    given = {name: value for name in COLUMNS if (value := getattr(options, name, None)) is not None}
    if options.text_file is not None:
        given["text"] = read_text(options.text_file)
    if options.csv is None:
        return [_Line(given, "")]
    for name in ("start", "text"):
        if name in given:
            raise UsageError(f"--{name} is for one sound; with --csv give each line a '{name}'.")
    rows = list(_read_csv(options.csv))
    if not rows:
        raise UsageError(f"'{options.csv}' has no lines; give it at least one below its header.")
    return [_Line({**given, **line.values}, line.place) for line in rows]


def _read_csv(path: Path) -> Iterator[_Line]:
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
                yield _Line(_beside(values, path), f"{path.name}, line {reader.line_num}: ")
    except csv.Error as error:
        raise UsageError(f"'{path.name}', line {reader.line_num}, is no CSV ({error}); mend that line.") from error


def _beside(values: dict[str, str], path: Path) -> dict[str, str]:
    """The values, a relative sound taken from the folder of the CSV."""
    sound = values.get("audio", "")
    if sound and not sound.startswith("//"):
        values["audio"] = str(path.parent / sound)
    return {name: value for name, value in values.items() if value}


def _request(line: _Line, home: bpy.types.Scene) -> Request:
    values = line.values
    if "object" not in values:
        raise UsageError(f"{line.place}No object is named; add --object, or a column 'object'.")
    if ("audio" in values) == ("strip" in values):
        raise UsageError(f"{line.place}One sound is needed; give either an audio file or a strip.")
    controls = {name: _number(line, name, 0.0) for name in Controls.__slots__ if name in values}
    try:
        return Request(
            scene=home.name,
            thing=_thing(values["object"], home),
            audio=_sound(values["audio"]) if "audio" in values else None,
            strip=values.get("strip", ""),
            frame=round(_number(line, "start", float(home.frame_current))),
            language=values.get("language", "auto"),
            rig=values.get("rig", ""),
            refined=values.get("pass", "refined").lower() != "quick",
            controls=Controls(**controls),
            keys=values.get("keys", "frames").upper(),
            sound_in=_number(line, "in", 0.0),
            sound_out=_number(line, "out", 0.0),
            text=values.get("text", "").strip(),
        )
    except LockstepError as error:
        raise type(error)(f"{line.place}{error}") from error


def _thing(name: str, home: bpy.types.Scene) -> tuple[str, str | None]:
    """The object of that name: this file's own, else a linked one, which the sync itself refuses with what to do."""
    objects: Any = bpy.data.objects
    linked = home.objects.get(name) if objects.get((name, None)) is None else None
    return name, linked.library.filepath if linked is not None and linked.library else None


def _sound(path: str) -> Path:
    from .strips import absolute

    found = absolute(path) if path.startswith("//") else Path(path)
    return found if found.is_absolute() else Path.cwd() / found


def _number(line: _Line, name: str, default: float) -> float:
    text = line.values.get(name)
    if text is None:
        return default
    try:
        return float(text)
    except ValueError as error:
        raise UsageError(f"{line.place}'{name}' is '{text}'; give a number.") from error


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
