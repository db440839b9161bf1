"""`lockstep trial`: a shot played at other speeds and frame rates: does the mouth stay with its sound?"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import UsageError
from . import targets
from .analyze import add_words, hear, text_of
from .check import FAILED
from .profiles import key_names, profile_of
from .terminal import remark, shown

if TYPE_CHECKING:
    from ..mouth import FaceCurves
    from ..sound.source import Source
    from ..take import Take
    from ..trial import Mouth, Played, Trial
    from ..trial.trying import Heard

HELP = "play a shot at other speeds and frame rates"
DESCRIPTION = """\
Play a shot at 0.5 to 2 times its speed and at 12 to 120 frames a second, its keys scaled with the sound, and tell where
the mouth comes apart from it. SHOT is a sound, a take (*.take.json) or a face (*.face.json); without one, readings in
odd rhythms are played on odd mouths. Exits with 3 where a mouth comes apart.
"""
TAKE, FACE, RIG = ".take.json", ".face.json", "arkit"
FORMAT, VERSION = "lockstep.trial", 1
MOST = 50  # speeds or rates


def add(parser: argparse.ArgumentParser) -> None:
    """What the command is told."""
    parser.add_argument(
        "shot", metavar="SHOT", type=Path, nargs="?", help="wav, flac, ogg, mp3, *.take.json, *.face.json"
    )
    parser.add_argument("--audio", metavar="F", type=Path, help="the sound of a take or a face; it is heard anew")
    parser.add_argument("--rig", metavar="NAME", default=RIG, help=f"see 'lockstep rigs'; default: {RIG}")
    parser.add_argument("--speeds", metavar="X,X", help="default: 0.5 to 2")
    parser.add_argument("--fps", metavar="N,N", help="frames a second; default: 12 to 120")
    add_words(parser)
    parser.add_argument("--json", metavar="F|-", type=Path, help="write all figures there as well; '-' prints them")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from ..json_reader import json_text
    from ..pace import FASTEST, SLOWEST
    from ..trial.telling import as_data, table, verdict
    from ..trial.trying import FPS, SPEEDS

    speeds = _numbers(options.speeds, SPEEDS, "speed", SLOWEST, FASTEST)
    rates = _numbers(options.fps, FPS, "frame rate", 1.0, 1000.0)
    if options.json is not None:
        targets.check(options.json, *filter(None, (options.shot, options.audio, options.text_file)))
    trials = []
    for trial in _trials(options, speeds, rates):
        trials.append(trial)
        targets.tell([*table(trial), *verdict(trial)], options.json)
    if options.json is not None:
        told = {"format": FORMAT, "version": VERSION, "trials": [as_data(trial) for trial in trials]}
        targets.write(options.json, json_text(told) + "\n")
    return FAILED if any(trial.apart for trial in trials) else 0


def _numbers(text: str | None, usual: tuple[float, ...], what: str, least: float, most: float) -> tuple[float, ...]:
    if text is None:
        return usual
    try:
        numbers = tuple(dict.fromkeys(float(part) for part in text.split(",")))
    except ValueError as error:
        raise UsageError(f"'{text}' is no list of numbers; write them as in 0.5,1,2.") from error
    for number in numbers:
        if not (math.isfinite(number) and least <= number <= most):
            raise UsageError(f"The {what} {number:g} cannot be tried; give {least:g} to {most:g}.")
    if len(numbers) > MOST:
        raise UsageError(f"{len(numbers)} numbers are many; give up to {MOST}.")
    return numbers


def _trials(options: argparse.Namespace, speeds: tuple[float, ...], rates: tuple[float, ...]) -> Iterator[Trial]:
    from ..trial import MOUTHS, RHYTHMS, rhythm, try_shot

    if options.shot is not None:
        shot, heard = _shot(options, speeds)
        yield shown(try_shot(shot, speeds, rates, heard))
        return
    if any((options.audio, options.text, options.text_file)):
        raise UsageError("A sound or a text belongs to a shot; name its take, its face or the sound itself first.")
    for mouth in (_mouth(options.rig), *MOUTHS.values()):
        for name in RHYTHMS:
            yield shown(try_shot(_played(rhythm(name), mouth), speeds, rates))


def _shot(options: argparse.Namespace, speeds: tuple[float, ...]) -> tuple[Played, dict[float, Heard]]:
    from ..languages import load
    from ..mouth.file import read_face
    from ..sound.source import FileSource
    from ..take import read_take
    from ..trial.hearing import hear_at

    name = options.shot.name.lower()
    audio = options.audio or (None if name.endswith((TAKE, FACE)) else options.shot)
    if name.endswith(FACE) and audio is None:
        raise UsageError("A face does not tell what is said; give its sound with --audio.")
    source = None if audio is None else FileSource(audio)
    text = text_of(options)
    known = name.endswith(TAKE)
    take = read_take(options.shot) if known else hear(audio or options.shot, options.language, text, True)
    face = read_face(options.shot) if name.endswith(FACE) else None
    _check(take, source)
    words = text if text is not None else take.transcript
    heard = {} if source is None else shown(hear_at(source, load(take.language), speeds, words))
    if source is not None and not heard:
        remark("No speech is heard in the stretched sound; the trial goes by the take alone.")
    return _played(take, _mouth(options.rig), face), heard


def _check(take: Take, source: Source | None) -> None:
    if source is not None and take.audio.sha256 != source.sha256():
        raise UsageError(f"'{source.name}' is not the sound of this take; give the one that it was heard from.")


def _mouth(name: str) -> Mouth:
    from ..rig import KeyInfo, bind
    from ..trial import Mouth

    profile = profile_of(name)
    keys = key_names(profile)
    mode, step = ("stepped", 2) if profile.exclusive else ("frames", 1)
    return Mouth(name, bind(profile, keys), tuple(KeyInfo(key) for key in keys), mode, step)  # type: ignore[arg-type]


def _played(take: Take, mouth: Mouth, face: FaceCurves | None = None) -> Played:
    from ..languages import load
    from ..trial.playing import played

    return played(take, load(take.language), mouth, face)
