"""What else was found of a shot, as a page shows it: its sound, the time that its sounds need, what is usual."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from .entry import Entry
from .histories import number
from .markup import Markup
from .page import grid, pairs, section
from .words import plain_number, share

OVER, SAYS, UNIT = "_over", "_says", "_unit"


class Figure(NamedTuple):
    """A figure of a sound: the name it is kept by, what it is called, its unit ('%' for a share), digits shown."""

    kept: str
    called: str
    unit: str
    digits: int = 0
    per: float = 1.0


SOUND = (
    Figure("sound_loudness_lufs", "Loudness", "LUFS", 1),
    Figure("sound_peak_dbtp", "True peak", "dBTP", 1),
    Figure("sound_noise_db", "Level between words", "dB"),
    Figure("sound_snr_db", "Speech over noise", "dB"),
    Figure("sound_bandwidth_hz", "Bandwidth", "kHz", 1, 1000.0),
    Figure("sound_reverberation_s", "Reverberation (T60)", "s", 2),
    Figure("sound_silence", "Silence", "%"),
    Figure("sound_clipped", "Clipped samples", "%", 2),
    Figure("sound_dc", "DC offset", "%", 2),
    Figure("sound_music", "Music or another voice", "%"),
)
SHAPES = (
    Figure("budget_shapes_mean", "Shapes a second, mean", "", 1),
    Figure("budget_shapes_fastest", "at the fastest", "", 1),
    Figure("budget_shapes_most", "at most borne", "", 1),
)
KINDS = {
    "closure": "Closures",
    "teeth": "Lower lip to the teeth",
    "rounded": "Rounded vowels",
    "stressed": "Stressed nuclei",
    "rate": "Seconds of speech",
}


def facts(entry: Entry) -> Iterator[Markup]:
    """Parts of a page on what is known besides."""
    sound, budget, norms = tuple(_figures(entry, SOUND)), tuple(_budget(entry)), tuple(_norms(entry))
    if sound:
        found = entry.figures.get("sound_findings")
        yield section("sound", "Sound", pairs((*sound, *((("Found", found),) if found else ()))))
    stages = entry.figures.get("stages")
    if stages:
        yield section("stages", "Where hearing is not trusted to the phone", pairs([("Seconds of the sound", stages)]))
    if budget:
        columns = [("Sounds", ""), ("In the shot", "n"), ("Over budget", "n")]
        table = grid(f"How long they are seen, for {entry.figures.get('budget_medium')}", columns, budget)
        yield section("budget", "Time that sounds need", table, pairs(_figures(entry, SHAPES)))
    if norms:
        columns = [("Figure", ""), ("Here", "n"), ("Beside what is usual", "l")]
        yield section("norms", "Beside what is usual", grid("Shown, never weighed", columns, norms))


def _figures(entry: Entry, figures: tuple[Figure, ...]) -> Iterator[tuple[str, str]]:
    for one in figures:
        value = number(entry, one.kept)
        if value is not None:
            shown = share(value, one.digits) if one.unit == "%" else plain_number(value / one.per, one.digits)
            yield one.called, shown if one.unit in ("", "%") else f"{shown} {one.unit}"


def _budget(entry: Entry) -> Iterator[tuple[str, str, str]]:
    for kind, called in KINDS.items():
        count = number(entry, f"budget_{kind}")
        if count:
            yield called, plain_number(count, 0), plain_number(number(entry, f"budget_{kind}{OVER}"), 0)


def _norms(entry: Entry) -> Iterator[tuple[str, str, str]]:
    """The figures that a norm says something of, in the order in which they were kept."""
    for name, says in entry.figures.items():
        figure = name.removesuffix(SAYS)
        if name.startswith("norm_") and name != figure:
            value, unit = number(entry, figure), entry.figures.get(figure + UNIT) or ""
            yield (
                figure.removeprefix("norm_").replace("_", " ").capitalize(),
                f"{plain_number(value, 1)} {unit}".rstrip(),
                str(says),
            )
