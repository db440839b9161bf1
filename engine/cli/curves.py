"""`lockstep curves`: a take's curves for a rig as a table, or the face that they show as a file of its own."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import UsageError
from . import targets
from .acted import acted, bounded, delivered, write_table
from .profiles import key_names, profile_of
from .terminal import shown

if TYPE_CHECKING:
    from ..delivery import Delivery
    from ..rig import Grid, Profile
    from ..rig.curves import Mode
    from ..score import Score
    from .acted import Curve

FACE = ".face.json"
CONTROLS = {
    "intensity": (1.0, "how far everything moves, 0 to 2"),
    "jaw": (1.0, "how far the jaw moves, 0 to 2"),
    "lips": (1.0, "how far the lips move, 0 to 2"),
    "smoothing": (0.0, "how far movement is rounded off, 0 to 1"),
    "lead": (30.0, "ms that vowels lead their sound, -200 to 200"),
    "effort": (1.0, "how fully sounds reach their shapes, 0 to 2"),
}


def add(parser: argparse.ArgumentParser) -> None:
    """What the command is told."""
    parser.add_argument(
        "take", metavar="TAKE.json", type=Path, help=f"made by 'lockstep analyze'; or a face made here (*{FACE})"
    )
    parser.add_argument(
        "-o", "--output", metavar="OUT.csv", type=Path, required=True, help=f"*{FACE}: the face itself, for any rig"
    )
    parser.add_argument(
        "--score",
        metavar="S.score.json",
        type=Path,
        help="acting to perform: style, emphasis, emotions, gestures, pins, and edits made by hand",
    )
    parser.add_argument("--rig", metavar="NAME", default="arkit", help="see 'lockstep rigs'; default: arkit")
    parser.add_argument("--fps", type=float, default=60.0, help="rows per second, 1 to 1000; default: 60")
    parser.add_argument("--language", metavar="CODE", help="default: the take's own")
    for name, (usual, meaning) in CONTROLS.items():
        parser.add_argument(
            f"--{name}", metavar="N", type=float, help=f"{meaning}; default: the score's, without one {usual:g}"
        )
    parser.add_argument(
        "--mode", choices=("frames", "subframes", "stepped"), help="default: stepped for drawings, else frames"
    )
    parser.add_argument("--step", type=int, choices=(1, 2), default=1, help="frames a drawing is held; default: 1")
    parser.add_argument(
        "--delivery", metavar="NAME", help="reduce the keys for film, broadcast, games or mobile, and say what it cost"
    )
    parser.add_argument("--bytes", metavar="N", type=float, help="the delivery's budget in bytes a second; 0 for none")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> None:
    targets.check(options.output, options.take, *([options.score] if options.score else []))
    _delivery(options)
    if _is_face(options.take):
        _from_face(options)
    elif _is_face(options.output):
        if options.delivery is not None:
            raise UsageError("A face has no keys to reduce; give --delivery with a table of curves.")
        _to_face(options)
    else:
        _from_take(options)


def _is_face(path: Path) -> bool:
    return path.name.lower().endswith(FACE)


def _from_take(options: argparse.Namespace) -> None:
    from ..languages import load
    from ..placing import place
    from ..take import read_take

    score, profile = _score(options), profile_of(options.rig)
    grid = _grid(options, profile)
    take = read_take(options.take)
    language = load(options.language or take.language)
    curves = acted(take, place(score, take, {}, {}), language, profile, grid, _delivery(options))
    _write(options, profile, curves, take.audio.duration)


def _to_face(options: argparse.Namespace) -> None:
    from ..languages import load
    from ..mouth.file import write_face
    from ..perform import face_curves
    from ..placing import place, resolve
    from ..take import read_take

    score = _score(options)
    take = read_take(options.take)
    acting = resolve(place(score, take, {}, {}), take)
    face = face_curves(take, load(options.language or take.language), score.style, acting)
    write_face(face, options.output)
    count = len(face.channels) + len(face.expression)
    print(f"{options.output}: {count} channels from {face.start:.2f} to {face.end:.2f} s, {1 / face.hop:g} a second.")


def _from_face(options: argparse.Namespace) -> None:
    """The keys of a face that is performed already."""
    from ..mouth.file import read_face
    from ..perform import face_keys
    from ..rig import KeyInfo, bind

    given = [name for name in ("score", "language", *CONTROLS) if getattr(options, name) is not None]
    if given or _is_face(options.output):
        what = f"--{given[0]}" if given else "another face"
        raise UsageError(f"'{options.take.name}' is performed already, which leaves nothing to {what}; give its take.")
    profile = profile_of(options.rig)
    keys = [KeyInfo(name) for name in key_names(profile)]
    face = read_face(options.take)
    binding = bind(profile, [key.name for key in keys])
    grid, delivery = _grid(options, profile), _delivery(options)
    made = shown(face_keys(face, binding, keys, grid))
    if delivery is not None:
        made = delivered(made, profile, keys, face.contacts, grid, delivery)
    _write(options, profile, {curve.name: partial(bounded, curve) for curve in made}, face.end)


def _delivery(options: argparse.Namespace) -> Delivery | None:
    """What the curves are delivered for. Raises UsageError."""
    from ..delivery import delivery_of

    if options.delivery is None:
        if options.bytes is not None:
            raise UsageError("A budget of bytes belongs to a delivery; name one with --delivery.")
        return None
    return delivery_of(options.delivery, options.bytes)


def _grid(options: argparse.Namespace, profile: Profile) -> Grid:
    from ..rig import Grid

    mode: Mode = options.mode or ("stepped" if profile.exclusive else "frames")
    return Grid(options.fps, 0.0, mode, options.step)


def _write(options: argparse.Namespace, profile: Profile, curves: Mapping[str, Curve], seconds: float) -> None:
    names = key_names(profile)
    rows = write_table(options.output, curves, names, seconds, options.fps)
    every = len(set(names) | set(curves))
    print(f"{options.output}: {rows} rows at {options.fps:g} a second, {len(curves)} of {every} keys move.")


def _score(options: argparse.Namespace) -> Score:
    """The acting, with the controls that were asked for."""
    from dataclasses import replace

    from ..mouth import Controls
    from ..score import Score
    from ..score.file import read_score

    given = {name: getattr(options, name) for name in CONTROLS if getattr(options, name) is not None}
    Controls(**given)
    score = read_score(options.score) if options.score else Score()
    return replace(score, style=replace(score.style, **given))
