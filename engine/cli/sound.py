"""`lockstep sound`: what is wrong with recordings, before anybody hears them."""

from __future__ import annotations

import argparse
import math
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from . import targets
from .terminal import shown

if TYPE_CHECKING:
    from ..soundcheck import SoundCheck

HELP = "look for what is wrong with a recording"
DESCRIPTION = (
    "Look for what is wrong with recordings: level, clipping, noise, bandwidth, holes, echo, music, channels. "
    "Each finding says what it does to lip sync and how to mend it."
)
FORMAT, VERSION = "lockstep.sound", 1


def add(parser: argparse.ArgumentParser) -> None:
    """What the command is told."""
    parser.add_argument("audio", metavar="AUDIO", type=Path, nargs="+", help="wav, flac, ogg or mp3, 0.1 s to an hour")
    parser.add_argument(
        "--json", metavar="F|-", type=Path, help="write figures and findings there as well; '-' prints them"
    )
    parser.set_defaults(run=_run)


def as_json(check: SoundCheck) -> dict[str, object]:
    """Figures and findings as JSON's values; null where a figure cannot be told."""
    found = asdict(check)
    return {
        name: None if isinstance(value, float) and not math.isfinite(value) else value for name, value in found.items()
    }


def lines(name: str, check: SoundCheck) -> list[str]:
    """What is printed of one recording: its figures in a line, and two lines for each finding."""
    figures = [
        _figure("{:.1f} LUFS", check.loudness),
        _figure("peak {:.1f} dBTP", check.peak),
        _figure("speech {:.0f} dB over the noise", check.snr),
        _figure("up to {:.1f} kHz", check.bandwidth / 1000.0),
        _figure("room {:.1f} s", check.reverberation),
    ]
    told = [f"{name}: {', '.join(filter(None, figures)) or 'no figures'}."]
    for finding in check.findings:
        place = f" {finding.start:.2f}-{finding.end:.2f} s" if finding.kind in ("silence", "level jump") else ""
        told.append(f"  {'!!' if finding.grave else '- '} {finding.kind}{place}: {finding.says}")
        told.append(f"     {finding.mend}")
    if not check.findings:
        told.append("  Nothing stands in the way of lip sync.")
    return told


def _figure(form: str, value: float) -> str:
    return form.format(value) if math.isfinite(value) else ""


def _run(options: argparse.Namespace) -> None:
    from ..json_reader import json_text
    from ..sound.source import FileSource
    from ..soundcheck import check_sound

    if options.json is not None:
        targets.check(options.json, *options.audio)
    told = []
    for audio in options.audio:
        check = shown(check_sound(FileSource(audio)))
        told.append({"file": audio.name, **as_json(check)})
        targets.tell(lines(audio.name, check), options.json)
    if options.json is not None:
        targets.write(options.json, json_text({"format": FORMAT, "version": VERSION, "sounds": told}) + "\n")
