"""The shots of an evaluation: what is said, on which rig, in which style."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import astuple, dataclass, replace
from itertools import islice
from pathlib import Path

from engine.mouth import Controls
from engine.recognizer import Recognizer
from engine.rig import Grid

from . import hard, voices
from .animation import RIGS, Rig, Shot, Style, animate, captured, rigs, style_of
from .captured import PIECE, Performance, performances
from .judge import Heard, Judge
from .people import People
from .speech import Speech

SENTENCES, LONG = 3, 8  # sentences of a line; of a long one
SECONDS = 9.0  # of a run of recordings or diphones
EVERY_LONG = 5  # one line in so many is long
OTHER_STYLES = 1001  # from the style of a shot to that of the same shot in the next draw
SHORTER = 0.4  # by which pieces of a capture are more in the next draw
CAPTURED_RATES = (30.0, 24.0, 60.0, 25.0)


@dataclass(frozen=True)
class Counts:
    """How many shots of each source; `hard` of each condition."""

    synthesized: int = 90
    diphones: int = 54
    people: int = 78
    captured: int = 20
    hard: int = 10

    def limited(self, most: int | None) -> Counts:
        """At most `most` of each."""
        if most is None:
            return self
        return Counts(*(min(most, count) for count in astuple(self)))

    def thinned(self, factor: int) -> Counts:
        """One in `factor`, at least one of each."""
        return Counts(*(max(1, count // factor) for count in astuple(self)))


class Shots:
    """Makes them one by one; each sound is heard once."""

    def __init__(
        self,
        judge: Judge,
        recognizer: Recognizer,
        folders: dict[str, Path | None],
        counts: Counts,
        thin: int = 1,
        draw: int = 0,
    ) -> None:
        self._judge, self._ear, self._folders = judge, recognizer, folders
        self._counts, self._draw = counts.thinned(thin), draw
        self._rigs = rigs()

    def all(self) -> Iterator[tuple[Shot, Heard]]:
        """The shots that are easy to hear, with what is heard of them."""
        number = 0
        for speech in self._speeches():
            yield self._shot(speech, number)
            number += 1
        for piece in self._pieces():
            style = Style(Controls(), Grid(CAPTURED_RATES[number % len(CAPTURED_RATES)]), margin=0.0)
            yield captured(piece, style), self._judge.hear(piece.speech)
            number += 1

    def _pieces(self) -> Iterator[Performance]:
        """The captured faces, in other pieces in each draw."""
        motion = self._folders.get("motion")
        if motion is not None:
            yield from islice(performances(motion, PIECE / (1.0 + SHORTER * self._draw)), self._counts.captured)

    def _speeches(self) -> Iterator[Speech]:
        counts = self._counts
        lines = voices.lines(counts.synthesized, SENTENCES, self._seed("check"))
        lengthy = voices.lines(counts.synthesized, LONG, self._seed("check"))
        chosen = [lengthy[i] if i % EVERY_LONG == 0 else line for i, line in enumerate(lines)]
        yield from voices.spoken(chosen)
        if self._folders.get("judge"):
            past = self._draw * counts.diphones
            runs = voices.diphones(self._folders["judge"], past + counts.diphones, SECONDS)  # type: ignore[arg-type]
            yield from islice(runs, past, None)
        if self._folders.get("real"):
            yield from People(self._folders["real"], self._ear, self._draw).speeches(counts.people, SECONDS)  # type: ignore[arg-type]

    def _seed(self, name: str) -> str:
        return f"{name} {self._draw}" if self._draw else name

    def _shot(self, speech: Speech, number: int) -> tuple[Shot, Heard]:
        rig = self._rig(number)
        heard = self._judge.hear(speech)
        tracks = heard.take.tracks if heard.take else None
        return animate(speech, rig, style_of(number + OTHER_STYLES * self._draw, rig), tracks), heard

    def _rig(self, number: int) -> Rig:
        return self._rigs[RIGS[number % len(RIGS)]]

    def hard(self) -> Iterator[tuple[str, Shot, Heard]]:
        """Shots that are right and hard to hear, by the condition."""
        lines = voices.lines(self._counts.hard, SENTENCES, self._seed("hard"))
        clean = voices.spoken(lines)
        for name, change in hard.CONDITIONS.items():
            yield from ((name, *self._hard_shot(change(speech), number)) for number, speech in enumerate(clean))
        for speed in (0.5, 2.0):
            spoken = voices.spoken([replace(line, speed=speed) for line in lines])
            yield from ((f"said at {speed:g}x", *self._hard_shot(one, number)) for number, one in enumerate(spoken))
        whispers = voices.spoken([replace(line, variant="whisper") for line in lines])
        yield from (("espeak's whisper", *self._hard_shot(one, number)) for number, one in enumerate(whispers))

    def _hard_shot(self, speech: Speech, number: int) -> tuple[Shot, Heard]:
        generator = random.Random(f"hard {number}")
        rig = self._rigs[("arkit", "oculus", "vrm")[number % 3]]
        style = Style(Controls(intensity=generator.choice([0.8, 1.0, 1.2])), Grid((24.0, 30.0, 25.0)[number % 3]))
        heard = self._judge.hear(speech)
        return animate(speech, rig, style, heard.take.tracks if heard.take else None), heard
