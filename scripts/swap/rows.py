"""The evaluation's rows: every condition in every language, as heard, with the text and as it truly is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from engine.recognizer import Recognizer
from engine.take import Take

from . import diphone_speech
from .fates import Judge, fates
from .figures import Row
from .lines import Reading, first_reading, pairs
from .real_pairs import SETS, Recordings
from .speech import RATE, Spoken, say
from .takes import Ears
from .trip import Character, journey
from .truth import Truth

EDITS, OTHERS = 160, 40  # planted on each pair: on curves, and as items of the score
EDITS_A_SECOND, OTHERS_A_SECOND = 6.0, 1.5  # the same for recordings, which are short
FIRST_SEED = "lockstep"
DIPHONES = "same text, diphones"


class Evaluation:
    """Speaks, hears, acts, swaps and judges; what was spoken and heard once is kept."""

    def __init__(self) -> None:
        self._ears, self._character = Ears(Recognizer.load()), Character()
        self._spoken: dict[Reading, Spoken] = {}
        self._takes: dict[tuple[Reading, str], Take] = {}

    def spoken(self, reading: Reading) -> Spoken:
        """A reading, spoken."""
        if reading not in self._spoken:
            self._spoken[reading] = say([reading])[0]
        return self._spoken[reading]

    def take(self, reading: Reading, ear: str) -> Take:
        """A reading's take."""
        if (reading, ear) not in self._takes:
            self._takes[reading, ear] = self._ears.take(self.spoken(reading), ear)
        return self._takes[reading, ear]

    def rows(self, languages: Sequence[str], ears: Sequence[str], quick: bool, only: str = "") -> Iterator[Row]:
        """A row for each condition and ear, all languages in it."""
        planned = [plan for plan in pairs(languages, quick) if only in plan[0].name]
        readings = list(dict.fromkeys(reading for _, *both in planned for reading in both))
        self._spoken.update(zip(readings, say(readings), strict=True))
        for name in dict.fromkeys(condition.name for condition, _, _ in planned):
            for ear in ears:
                mine = [plan for plan in planned if plan[0].name == name]
                row = Row(name, mine[0][0].kind, ear)
                for condition, first, new in mine:
                    self._swap(row, first, new, f"{FIRST_SEED} {condition.name} {first.language}")
                yield row

    def diphone_rows(self, languages: Sequence[str], ears: Sequence[str], quick: bool) -> Iterator[Row]:
        """The swap from espeak-ng's voice to the diphones of a real speaker, and from one such speaker to another."""
        planned: list[tuple[str, float, Mapping[str, str]]] = [("a real speaker's diphones", 1.0, {})]
        if not quick:
            planned += [("the same at speed 1.3", 1.3, {}), ("two real speakers' diphones", 1.0, diphone_speech.SECOND)]
        for name, speed, firsts in planned:
            pairs = list(self._diphone_pairs(languages, speed, firsts))
            for ear in ears if pairs else ():
                row = Row(name, DIPHONES, ear)
                for old, new in pairs:
                    self._swap_spoken(row, old, new, (EDITS, OTHERS))
                yield row

    def _diphone_pairs(
        self, languages: Sequence[str], speed: float, firsts: Mapping[str, str]
    ) -> Iterator[tuple[Spoken, Spoken]]:
        for language in languages if diphone_speech.installed() else ():
            reading = first_reading(language)
            words = self.spoken(reading)
            old = diphone_speech.say(reading, firsts[language], words) if language in firsts else words
            if firsts and language not in firsts:
                continue
            new = diphone_speech.say(replace(reading, speed=speed), diphone_speech.VOICES[language], words)
            if old is not None and new is not None:
                yield old, new

    def real_rows(self, folder: Path, ears: Sequence[str], limit: int) -> Iterator[Row]:
        """A row for each set of recordings that bear the same texts, and each ear."""
        recordings = Recordings(folder, self._ears.recognizer)
        for one in SETS:
            pairs = list(recordings.pairs(one, limit))
            for ear in ears if pairs else ():
                row = Row(one.name, f"same text, truth: {recordings.truth(one)}", ear)
                for old, new in pairs:
                    seconds = len(old.samples) / RATE
                    counts = round(EDITS_A_SECOND * seconds), round(OTHERS_A_SECOND * seconds)
                    self._swap_spoken(row, old, new, counts)
                yield row

    def _swap_spoken(self, row: Row, old: Spoken, new: Spoken, counts: tuple[int, int]) -> None:
        takes = [self._ears.take(spoken, row.ear) for spoken in (old, new)]
        trip = journey(self._character, takes[0], takes[1], *counts, f"{FIRST_SEED} {old.name}")
        truth = Truth(old.phones, new.phones)
        row.add(trip, fates(trip, Judge(truth, "same text"), self._character.speaks), truth)

    def _swap(self, row: Row, first: Reading, new: Reading, seed: str) -> None:
        truth = Truth(self.spoken(first).phones, self.spoken(new).phones)
        trip = journey(self._character, self.take(first, row.ear), self.take(new, row.ear), EDITS, OTHERS, seed)
        judged = fates(trip, Judge(truth, row.kind), self._character.speaks)
        row.add(trip, judged, truth if row.kind in ("same text", "other words") else None)
