"""`lockstep check` on the open file: each face beside the sound that the scene plays with it. Nothing is saved.

blender -b SCENE.blend --command lockstep check --all --ledger PROJECT.sqlite --strict
python scripts/headless.py SCENE.blend check --object NAME --plot SYNC.png --json -
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import bpy

from ...engine.errors import LockstepError, OutputError, UsageError
from ...engine.files import check_target, read_text, write_text
from ...engine.progress import Progress, drain
from .. import preferences, props
from ..character.profiles import AUTO, fit
from ..character.scene import Character, find_character, keys_of, meshes_with
from ..lines import spans
from ..lines.request import address_of
from .checking import check
from .request import Checked, CheckRequest

FAILED = 3  # the exit code of --strict
LONGEST = 60  # letters of a character and its line in a file's name
ABOUT = f"""\
Look at a face as the scene shows it, hear its sound as the sequencer plays it, and say how far they are apart: offset,
drift, closures missed, and a verdict. Without --object the only face that speaks a line is meant, with --all each line
of each face that does, and faces whose mouth moves without one. Nothing is saved.

Exit codes: 0 all was checked, 1 something could not be, 2 wrong usage, {FAILED} with --strict where a verdict is
'fail'.
"""

Show = Callable[[str, Progress], None]


def add(commands: Any, check_faces: Callable[[argparse.Namespace], int]) -> None:
    """The command `check`, which `check_faces` runs."""
    one = commands.add_parser(
        "check",
        help="tell how far faces are from their sound",
        description=ABOUT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    who = one.add_mutually_exclusive_group()
    who.add_argument("--object", metavar="NAME", help="any object of the character")
    who.add_argument("--all", action="store_true", help="every line of every face")
    one.add_argument("--scene", metavar="NAME", help="default: the file's active scene")
    which = one.add_mutually_exclusive_group()
    which.add_argument("--line", metavar="NAME", help="a line, by the name of its take or its number from 1 on")
    which.add_argument("--start", metavar="FRAME", type=float, help="a frame of the line; default: the playhead")
    which.add_argument("--strip", metavar="NAME", help="the sound strip that the face speaks")
    one.add_argument("--language", metavar="CODE", help="default: the line's, else it is found; 'auto' finds it")
    text = one.add_mutually_exclusive_group()
    text.add_argument("--text", metavar="STR", help="what is said; default: the line's own text")
    text.add_argument("--text-file", metavar="FILE", type=Path, help="a UTF-8 file with what is said")
    one.add_argument("--rig", metavar="NAME", help="default: as it is set on the face")
    one.add_argument("--medium", metavar="NAME", help="film, broadcast, games or mobile; default: the scene's")
    one.add_argument("--shot", metavar="NAME", help="what the shot is called in the ledger; default: the scene's")
    one.add_argument("--ledger", metavar="FILE", type=Path, help="the ledger; default: the scene's, else none")
    one.add_argument("--plot", metavar="FILE.png", type=Path, help="draw the mouth against its sound")
    one.add_argument(
        "--html", metavar="FILE.html", type=Path, help="write a page on it, the plot and its history in it"
    )
    one.add_argument("--json", metavar="FILE|-", help="write all that was found; '-' prints it on one line")
    one.add_argument("--strict", action="store_true", help=f"exit with {FAILED} where a verdict is 'fail'")
    one.set_defaults(run=check_faces)


@dataclass(frozen=True, slots=True)
class _Task:
    """One check, and whom it is of, for messages."""

    request: CheckRequest
    who: str


def run(options: argparse.Namespace, home: bpy.types.Scene, show: Show, tell: Callable[..., int]) -> int:
    """Check what is asked for; gives the exit code. `tell` writes the summary, see addon/headless.py."""
    summary: dict[str, Any] = {"ok": False, "file": bpy.data.filepath or None, "checks": []}
    code, told = 1, options.json
    try:
        _check_summary(options)
        for path, ending in ((options.plot, ".png"), (options.html, ".html")):
            _check_file(path, ending)
        tasks = list(_tasks(options, home))
        found = list(_run(tasks, options, show))
        summary["checks"] = [one.as_json() if isinstance(one, Checked) else one for one in found]
        checked = [one for one in found if isinstance(one, Checked)]
        _draw_all(checked, options.plot)
        _write_pages(checked, options.html)
        failed = any(one.verdict == "fail" for one in checked)
        summary["ok"] = len(checked) == len(found)
        code = 1 if not summary["ok"] else FAILED if options.strict and failed else 0
    except _NoSummaryError as error:
        print(f"lockstep: {error}", file=sys.stderr)
        told = None
    except LockstepError as error:
        summary["error"] = str(error)
        print(f"lockstep: {error}", file=sys.stderr)
    return tell(summary, told) or code


def _run(tasks: Sequence[_Task], options: argparse.Namespace, show: Show) -> Iterator[Checked | Mapping[str, Any]]:
    """Each check; with --all one that cannot be made is told, and the others are made all the same."""
    for number, task in enumerate(tasks):
        label = f"{number + 1}/{len(tasks)}"
        try:
            checked = drain(check(task.request), lambda step, label=label: show(label, step))  # type: ignore[misc]
        except LockstepError as error:
            if not options.all:
                raise
            print(f"lockstep: {task.who}: {error}", file=sys.stderr)
            yield {"character": task.who, "error": str(error)}
            continue
        _print(checked)
        yield checked


def _print(checked: Checked) -> None:
    for note in checked.notes:
        print(f"lockstep: {note}", file=sys.stderr)
    strip = f", strip {checked.strip}" if checked.strip else ""
    print(f"{checked.character}, {checked.label} ({checked.sound}{strip}):")
    for line in checked.told():
        where = f"frame {checked.frame(line.seconds):.0f}: " if line.seconds >= 0.0 else ""
        print(f"  {line.kind}: {where}{line.text}")
    if checked.written is not None:
        print(f"  ledger: {checked.written}")
    sys.stdout.flush()


# What is checked


def _tasks(options: argparse.Namespace, home: bpy.types.Scene) -> Iterator[_Task]:
    """The checks that are asked for. Raises UsageError where there is none."""
    made = _request(options, home)
    if options.object is not None:
        thing: Any = home.objects.get(options.object)
        if thing is None:
            raise UsageError(
                f"There is no object '{options.object}' in the scene '{home.name}'; name one that is there."
            )
        yield _Task(replace(made, thing=address_of(thing), line=_line(options, thing, home)), options.object)
        return
    if options.all and (options.line or options.strip or options.start is not None):
        raise UsageError("--line, --start and --strip are for one face; name it with --object, or leave them out.")
    speaking = [thing for thing in home.objects if spans.lines_of(thing)]
    if not options.all and len(speaking) != 1:
        names = ", ".join(f"'{thing.name}'" for thing in speaking) or "none"
        raise UsageError(f"Faces that speak a line here: {names}; name one with --object, or give --all.")
    if not options.all:
        line = _line(options, speaking[0], home)
        yield _Task(replace(made, thing=address_of(speaking[0]), line=line), speaking[0].name)
        return
    tasks = [*_of_lines(made, speaking), *_of_others(made, home, speaking)]
    if not tasks:
        raise UsageError(f"No face in the scene '{home.name}' speaks a line or moves its mouth; sync one first.")
    yield from tasks


def _request(options: argparse.Namespace, home: bpy.types.Scene) -> CheckRequest:
    """What holds for every face."""
    context = bpy.context
    text = read_text(options.text_file) if options.text_file is not None else options.text
    ledger = _absolute(options.ledger) if options.ledger is not None else preferences.ledger_path(context, home)
    return CheckRequest(
        scene=home.name,
        thing=("", None),
        frame=home.frame_current_final if options.start is None else options.start,
        strip=options.strip or "",
        language=options.language or "",
        text=text,
        rig=options.rig or "",
        medium=options.medium or preferences.medium(home),
        limits=preferences.limits(context),
        shot=options.shot or preferences.shot_name(home),
        ledger=ledger,
    )


def _of_lines(made: CheckRequest, speaking: Sequence[Any]) -> Iterator[_Task]:
    for thing in speaking:
        for span in sorted(spans.lines_of(thing), key=lambda one: float(one.sound_first)):
            request = replace(made, thing=address_of(thing), line=span.name, frame=float(span.sound_first))
            yield _Task(request, thing.name)


def _of_others(made: CheckRequest, home: bpy.types.Scene, speaking: Sequence[Any]) -> Iterator[_Task]:
    """Faces without a line whose mouth something moves."""
    done = {thing.name for thing in speaking}
    for thing in home.objects:
        if thing.type != "MESH" or thing.name in done:
            continue
        character = _character(thing, home)
        if character is None:
            continue
        new = not done & {mesh.name for mesh in character.meshes}
        done |= {mesh.name for mesh in character.meshes}
        if new and _moves(character):
            yield _Task(replace(made, thing=address_of(character.face)), character.name)


def _character(thing: Any, home: bpy.types.Scene) -> Character | None:
    try:
        return find_character(thing, home, linked=True)
    except LockstepError:
        return None


def _moves(character: Character) -> bool:
    """Whether something animates a mouth that Lockstep knows."""
    face: Any = character.face
    try:
        fitted = fit(character.names, face.lockstep_rig or AUTO, props.corrections(face))
    except LockstepError:
        return False
    for mesh in meshes_with(character, fitted.binding.names):
        data = keys_of(mesh).animation_data
        if data is not None and (data.action is not None or len(data.drivers) or len(data.nla_tracks)):
            return True
    return False


def _line(options: argparse.Namespace, thing: Any, home: bpy.types.Scene) -> str:
    """The line that is named, a number meaning the lines in order of time; '' for the one at the frame."""
    name = options.line or ""
    character = _character(thing, home)
    if character is None or not name.isdigit():
        return name
    lines = sorted(spans.lines_of(character.face), key=lambda one: float(one.sound_first))
    return str(lines[int(name) - 1].name) if 1 <= int(name) <= len(lines) else name


# Files


class _NoSummaryError(OutputError):
    """The summary itself cannot be written."""


def _check_summary(options: argparse.Namespace) -> None:
    """Raise _NoSummaryError where the summary cannot be written, before anything is heard."""
    if options.json not in (None, "-"):
        try:
            check_target(_absolute(Path(options.json)))
        except OutputError as error:
            raise _NoSummaryError(str(error)) from error


def _check_file(path: Path | None, ending: str) -> None:
    """Raise OutputError for a file that cannot be written, before anything is heard."""
    if path is None:
        return
    if path.suffix.lower() != ending:
        raise OutputError(f"'{path.name}' is to be written; give it a name that ends in {ending}.")
    check_target(_absolute(path))


def _absolute(path: Path) -> Path:
    return path if path.is_absolute() else Path.cwd() / path


def _draw_all(found: Sequence[Checked], path: Path | None) -> None:
    """The plots, one a check."""
    from ...engine.drawing import write_png

    for one, target in _named(found, path):
        write_png(target, _plot(one))


def _plot(one: Checked) -> Any:
    from ...engine.check.plot import plot

    return plot(one.examination.check, f"{one.character}, {one.label}", limits=one.limits)


def _write_pages(found: Sequence[Checked], path: Path | None) -> None:
    """The pages, one a check."""
    from ...engine.drawing import png_bytes
    from ...engine.ledger import Ledger, shot_page

    for one, target in _named(found, path):
        assert one.entry is not None
        who = (one.entry.shot, one.entry.character, one.entry.line)
        every = [] if one.written is None else list(Ledger(one.written).entries())
        history = [row for row in every if (row.shot, row.character, row.line) == who and row != one.entry]
        write_text(target, shot_page(one.entry, png_bytes(_plot(one)), history))


def _named(found: Sequence[Checked], path: Path | None) -> Iterator[tuple[Checked, Path]]:
    """Each check with its file; of several each has its character and line in its name."""
    for number, one in enumerate(found if path is not None else (), 1):
        assert path is not None
        named = re.sub(r"[^\w-]+", "_", f"{one.character}-{one.label}").strip("_")[:LONGEST]
        whole = _absolute(path)
        yield one, whole if len(found) == 1 else whole.with_stem(f"{whole.stem}-{number}-{named}")
