"""Score the prosody on real speech: nuclei, stress, tones; and fit the tones.

    python scripts/ear/prosody_trials.py --real REAL [--seconds N] [--fit]

REAL is the folder of `pronounce.py`. Utterances of one set are put end to end, half a second between them, a minute a
take, and heard by `engine.listen` with their text and without it. What the text tells is the truth:

- stress: words of two syllables and more with one primary stress, as the text's pronunciation has it (a machine's
  opinion). `stress found`: the share of them whose most prominent syllable is the stressed one, weighed by ear, the
  words known and their stress not; `by chance`: what guessing gets; `stress area`: the probability that a stressed
  syllable of theirs is given more prominence than an unstressed one;
- nuclei: those of the syllables of the text, against those heard without it: found, and true (per cent);
- tones: those of the text (sandhi included) against those told by the pitch path alone: `right` of all that have a
  path, `clear` the share that is told, `clear and right` of these. Half of the texts make the constants for the other
  half, and the other way round; gcompris_zh, other speakers, is heard by what audio_cmn teaches.

`--fit` writes engine/prosody/tones.toml, from all of the tones, the other speakers' three times.
"""

from __future__ import annotations

import argparse
import json
import sys
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import reliability
from ears import language_of

from engine.errors import LockstepError
from engine.files import write_text
from engine.listen import listen
from engine.progress import drain
from engine.prosody import TRUSTED, mark_prominence, spoken_words
from engine.prosody.tones import CLEAR, CONSTANTS, SHAPE, TONES, shapes
from engine.sound.source import ArraySource
from engine.take import Syllable, Take

RATE = 16000
BETWEEN = 0.5  # seconds of silence
MINUTE = 60.0
STRESS = (
    *("kathleen", "ljspeech141_en", "asterisk_en", "robotutor_en_en", "speechocean762", "kerstin", "asterisk_es"),
    *("tuxpaint_es", "asterisk_ru", "gcompris_pt", "gcompris_it", "fishfillets_nl", "artikulate_pl", "artikulate_el"),
)
TAUGHT, OTHERS = ("audio_cmn_zh-syl", "audio_cmn_zh"), "gcompris_zh"
WEIGHT = 3  # of the other speakers' syllables in the fit: there are fewer of them, and they speak in phrases
PENALTY = 10.0  # of the squared weights of the tones, in spreads of a measure
Doubles = NDArray[np.float64]
Row = dict[str, Any]


@dataclass(frozen=True)
class Result:
    """A row: what was heard, how many words, nuclei or tones, and the figures in per cent, by name."""

    row: str
    count: int
    figures: dict[str, float]


def main() -> int:
    """Print the rows; with --fit write the constants of the tones."""
    parser = argparse.ArgumentParser(description="Score the prosody on real speech.")
    parser.add_argument("--real", type=Path, required=True, help="shards of scripts/ear/pronounce.py")
    parser.add_argument("--seconds", type=float, default=180.0, help="speech of each set, at most")
    parser.add_argument("--fit", action="store_true", help="write engine/prosody/tones.toml")
    options = parser.parse_args()
    if options.fit:
        rows = [toned(options.real, name, 4 * options.seconds, half) for name in (*TAUGHT, OTHERS) for half in (0, 1)]
        rows += (WEIGHT - 1) * rows[-2:]
        write_text(CONSTANTS, _toml(*fit_tones(_pooled(rows))))
        print(f"written: {CONSTANTS.name}")
    for result in prosody_rows(options.real, options.seconds):
        figures = "  ".join(f"{name} {value:.1f}" for name, value in result.figures.items())
        print(f"{result.row:34}{result.count:>6}  {figures}", flush=True)
    return 0


def prosody_rows(real: Path, seconds: float = 180.0) -> Iterator[Result]:
    """The rows of all sets that are there: stress and nuclei of each, then the tones."""
    for name in STRESS:
        if (real / f"{name}.jsonl").is_file():
            yield from _stress_and_nuclei(real, name, seconds)
    if all((real / f"{name}.jsonl").is_file() for name in (*TAUGHT, OTHERS)):
        yield from _tone_rows(real, 4 * seconds)


# takes


@dataclass(frozen=True, eq=False)
class Spoken:
    """A stretch of one set: its samples, its text, its language's code."""

    samples: NDArray[np.float32]
    text: str
    language: str

    def take(self, told: bool) -> Take | None:
        """The take, with the text or without; None where it cannot be read."""
        source = ArraySource(self.samples, RATE, "trial.wav")
        text = self.text if told else None
        try:
            return drain(listen(source, language=language_of(self.language), transcript=text))
        except LockstepError:
            return None


def stretches(real: Path, name: str, seconds: float, half: int | None = None) -> Iterator[Spoken]:
    """Utterances of a set whose text fits (they were aligned), a minute at a time; `half` 0 or 1 of its texts."""
    texts = {row["id"]: row["text"] for row in _lines(real / f"{name}.jsonl")}
    rows = [row for row in _lines(real / f"{name}.aligned.jsonl") if half is None or _half(texts[row["id"]]) == half]
    sound = np.load(real / f"{name}.npy", mmap_mode="r")
    step = max(1, int(sum(row["end"] - row["start"] for row in rows) / RATE / seconds))
    parts: list[NDArray[np.float32]] = []
    said: list[str] = []
    for number, row in enumerate(rows[::step]):
        silence = np.zeros(int(BETWEEN * RATE), np.float32)
        parts += [sound[row["start"] : row["end"]].astype(np.float32) / 32768, silence]
        said.append(_written(texts[row["id"]]))
        if sum(map(len, parts)) > MINUTE * RATE or number + 1 == len(rows[::step]):
            yield Spoken(np.concatenate(parts), "\n".join(said), row["language"])
            parts, said = [], []


def _lines(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _half(text: str) -> int:
    return zlib.crc32(text.rstrip("12345").encode()) % 2


def _written(text: str) -> str:
    """A text as a line of its own; capitals are no abbreviations here."""
    line = text.lower() if text.isupper() and len(text) > 1 else text
    return line if line[-1:] in ".?!。？！" else f"{line}."


# stress and nuclei


def _stress_and_nuclei(real: Path, name: str, seconds: float) -> Iterator[Result]:
    words: list[tuple[Doubles, NDArray[np.bool_]]] = []
    nuclei = np.zeros(3)
    for spoken in stretches(real, name, seconds):
        told, heard = spoken.take(True), spoken.take(False)
        if told is not None and heard is not None:
            words += stressed_words(told)
            nuclei += common_nuclei(told, heard)
    if words:
        yield Result(f"{name}: stress", len(words), _stress_figures(words))
    if nuclei[1] and nuclei[2]:
        found = {"nuclei found": 100 * nuclei[0] / nuclei[1], "nuclei true": 100 * nuclei[0] / nuclei[2]}
        yield Result(f"{name}: nuclei", int(nuclei[1]), found)


def stressed_words(told: Take) -> list[tuple[Doubles, NDArray[np.bool_]]]:
    """Prominence by ear of the syllables of each word that counts, and which of them the text stresses."""
    phones = [replace(phone, stress=0) for phone in told.phones]
    _, heard = mark_prominence(phones, told.tracks, language_of(told.language), told.words)
    owners = spoken_words(told.phones, told.words)
    found = []
    for number, word in enumerate(told.words):
        own = [at for at, syllable in enumerate(told.syllables) if owners[syllable.nucleus] == number]
        stress = np.array([told.syllables[at].stress == 1 for at in own])
        if word.status in TRUSTED and len(own) > 1 and stress.sum() == 1:
            found.append((np.array([heard[at].prominence for at in own]), stress))
    return found


def _stress_figures(words: Sequence[tuple[Doubles, NDArray[np.bool_]]]) -> dict[str, float]:
    hits = np.mean([stress[prominence.argmax()] for prominence, stress in words])
    chance = np.mean([1.0 / len(stress) for _, stress in words])
    area = reliability.area(np.concatenate([p for p, _ in words]), np.concatenate([s for _, s in words]))
    return {"stress found": 100 * float(hits), "by chance": 100 * float(chance), "stress area": 100 * area}


def common_nuclei(told: Take, heard: Take) -> tuple[int, int, int]:
    """How many nuclei of the text are heard (each by one), how many there are, and how many are heard."""
    real = [(told.phones[s.nucleus].start - 0.02, told.phones[s.nucleus].end + 0.02) for s in told.syllables]
    said = [(heard.phones[s.nucleus].start + heard.phones[s.nucleus].end) / 2 for s in heard.syllables]
    both, at = 0, 0
    for start, end in real:
        while at < len(said) and said[at] < start:
            at += 1
        if at < len(said) and said[at] <= end:
            both, at = both + 1, at + 1
    return both, len(real), len(said)


# tones

Toned = tuple[Doubles, NDArray[np.int64]]  # shapes [n, SHAPE], index into TONES [n]


def toned(real: Path, name: str, seconds: float, half: int | None = None) -> Toned:
    """The shapes and the text's tones of the syllables of a set that have both a tone and a path."""
    found: list[Syllable] = []
    measured = [np.zeros((0, len(SHAPE)))]
    for spoken in stretches(real, name, seconds, half):
        told = spoken.take(True)
        if told is None:
            continue
        owners = spoken_words(told.phones, told.words)
        own = [at for at, s in enumerate(told.syllables) if s.pitch and _is_said(told, owners[s.nucleus]) and s.tone]
        measured.append(shapes(told.syllables)[own])
        found += [told.syllables[at] for at in own]
    return np.concatenate(measured), np.array([TONES.index(s.tone) for s in found], np.int64)


def _is_said(told: Take, word: int) -> bool:
    return word >= 0 and told.words[word].status in TRUSTED


def _pooled(rows: Sequence[Toned]) -> Toned:
    return np.concatenate([row[0] for row in rows]), np.concatenate([row[1] for row in rows])


def _tone_rows(real: Path, seconds: float) -> Iterator[Result]:
    halves = {name: [toned(real, name, seconds, half) for half in (0, 1)] for name in TAUGHT}
    models = [fit_tones(_pooled([halves[name][half] for name in TAUGHT])) for half in (0, 1)]
    for name in TAUGHT:
        answers = [_answers(models[1 - half], halves[name][half]) for half in (0, 1)]
        yield Result(f"{name}: tones", *_tone_figures(answers))
    other = toned(real, OTHERS, seconds)
    yield Result(f"{OTHERS}: tones", *_tone_figures([_answers(fit_tones(_pooled(halves[TAUGHT[1]])), other)]))


def _answers(model: tuple[Doubles, Doubles], rows: Toned) -> tuple[Doubles, NDArray[np.int64]]:
    return _shares(rows[0] @ model[0] + model[1]), rows[1]


def _tone_figures(answers: Sequence[tuple[Doubles, NDArray[np.int64]]]) -> tuple[int, dict[str, float]]:
    shares, wanted = np.concatenate([a[0] for a in answers]), np.concatenate([a[1] for a in answers])
    right, clear = shares.argmax(axis=1) == wanted, shares.max(axis=1) >= CLEAR
    figures = {"right": right.mean(), "clear": clear.mean(), "clear and right": right[clear].mean()}
    return len(wanted), {name: 100 * float(value) for name, value in figures.items()}


def fit_tones(rows: Toned) -> tuple[Doubles, Doubles]:
    """Weights [SHAPE, TONES] and constants of the multinomial logistic model, by Newton's method."""
    measured, wanted = rows
    middle, spread = measured.mean(axis=0), np.maximum(measured.std(axis=0), 1e-3)
    table = np.column_stack([(measured - middle) / spread, np.ones(len(measured))])
    count, kinds = table.shape[1], len(TONES)
    real, found = np.eye(kinds)[wanted], np.zeros((count, kinds))
    penalty = np.append(np.full(count - 1, PENALTY), 0.1)
    for _ in range(20):
        shares = _shares(table @ found)
        slope = table.T @ (shares - real) + penalty[:, None] * found
        bend = np.zeros((count, kinds, count, kinds))
        for one in range(kinds):
            for other in range(kinds):
                weight = shares[:, one] * ((one == other) - shares[:, other])
                bend[:, one, :, other] = (table * weight[:, None]).T @ table + (one == other) * np.diag(penalty)
        found -= np.linalg.solve(bend.reshape(count * kinds, -1), slope.ravel()).reshape(count, kinds)
    weights = found[:-1] / spread[:, None]
    return weights, found[-1] - middle @ weights


def _shares(odds: Doubles) -> Doubles:
    shares = np.exp(odds - odds.max(axis=1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True), np.float64)


def _toml(weights: Doubles, constants: Doubles) -> str:
    lines = ["# Log odds of Mandarin's tones 1 to 5 for what is measured of a syllable's pitch path; see tones.py."]
    lines += ["# Written by scripts/ear/prosody_trials.py.", f"constants = {np.round(constants, 3).tolist()}", ""]
    lines += ["[weights]"]
    lines += [f"{name} = {np.round(row, 4).tolist()}" for name, row in zip(SHAPE, weights, strict=True)]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
