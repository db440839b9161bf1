"""Make the recognizer's confidence mean something: of phones said to be 0.9 sure, about 90 % are right.

    python scripts/ear/calibrate.py --synth SYNTH --real REAL [--limit N] [--check]

Hears held-out utterances (split "test"): synthetic voices with exact times, and real speech whose times come from an
alignment of its transcript (`align.py`); each clean, and again in a room with noise. Phones are heard without a text,
and laid out by one in which some words are not what was said. A phone is right where the class that covers most of its
span in truth is its own. Half of the speakers (real) and voices (synthetic) make the constants that the other half are
checked by, and the other way round. The check is printed as a table for MODEL.md, in per cent: the share that is right,
the mean confidence, its expected calibration error (the mean distance between confidence and the share that is right in
ten equal parts of the phones), the area under its curve (the probability that a right phone is surer than a wrong one),
and the raw mean posterior with its error. Then all of them together make the constants that are written to
engine/recognizer/confidence.toml, and the check is drawn in confidence.png. `--check` writes nothing.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import reliability
import trials
from ears import language_of
from trials import Row, Trial

from engine.align import align
from engine.files import write_text
from engine.languages import Language
from engine.phones import classify, segments
from engine.progress import drain
from engine.recognizer import Posteriors, Recognizer, decode
from engine.recognizer.confidence import CONSTANTS, MEASURES, Scale, measures
from engine.sound.features import log_mel
from engine.take import Phone
from engine.transcript.script import Reading, Script, ScriptWord, Sound

LONGEST = 12.0  # seconds of an utterance
SIZES = {"real": 5, "synthetic": 2}  # utterances of each speaker or voice
SET = 6  # times as many of a set whose one speaker or few are not told apart
SHARES = {"real": 3000.0, "synthetic": 1500.0}  # weight of all phones of a group: the aim is real speech
KINDS = ("heard", "aligned")
CONDITIONS = ("clean", "noisy room")
WRONG = 0.08  # share of the text's words that are others than were said
PENALTY = 4.0  # of the squared weights, in spreads of a measure
POINTS = 12  # of the line from odds to shares

Doubles = NDArray[np.float64]
Spoken = list[list[list[str]]]  # words, readings, IPA
Timed = Sequence[tuple[float, float, str]]


@dataclass(frozen=True)
class Case:
    """An utterance: whose it is, where from ('real', 'synthetic'), its phones in time and its words' readings."""

    trial: Trial
    voice: str
    origin: str
    truth: Timed
    words: Spoken


@dataclass(frozen=True)
class Phones:
    """Phones of one kind: measures [n, MEASURES], whether right [n], raw confidence [n], and whose they are [n]."""

    measured: Doubles
    right: NDArray[np.bool_]
    raw: Doubles
    voice: NDArray[np.str_]
    group: NDArray[np.str_]


def main() -> int:
    """Fit, check, print, write."""
    options = _options().parse_args()
    cases = [*real(options.real, options.limit), *synthetic(options.synth, options.limit)]
    print(f"{len(cases)} utterances, {sum(case.trial.seconds for case in cases) / 60:.1f} min", flush=True)
    found = hear(cases)
    print("\n| phones | how many | right | confidence | its error | its area | mean posterior | its error |")
    print("|---|---|---|---|---|---|---|---|")
    constants, drawn = {}, {}
    for kind in KINDS:
        drawn[kind] = check(kind, found[kind])
        constants[kind] = fit(found[kind], np.ones(len(found[kind].right), np.bool_))
    if not options.check:
        write_text(CONSTANTS, _toml(constants))
        reliability.write(CONSTANTS.with_suffix(".png"), drawn)
        print(f"written: {CONSTANTS.name}, {CONSTANTS.with_suffix('.png').name}")
    return 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Fit the confidence of phones, and check it.")
    parser.add_argument("--synth", type=Path, required=True, help="shards of scripts/ear/synthesize.py")
    parser.add_argument("--real", type=Path, required=True, help="shards of scripts/ear/pronounce.py, aligned")
    parser.add_argument("--limit", type=int, help="utterances of each speaker at most, for a quick look")
    parser.add_argument("--check", action="store_true", help="write nothing")
    return parser


def real(folder: Path, limit: int | None) -> Iterator[Case]:
    """Held-out real speech, each speaker alike; the sets' own names stand for speakers who are not known."""
    for listing in sorted(folder.glob("*.aligned.jsonl")):
        plain = listing.with_name(listing.name.replace(".aligned", ""))
        words = {row["id"]: row for row in _rows(plain)}
        by_voice: dict[str, list[Row]] = defaultdict(list)
        for row in _rows(listing):
            if row["split"] == "test" and row["phones"] and _is_short(row):
                by_voice[row["speaker"]].append(row)
        many = SIZES["real"] * (SET if len(by_voice) == 1 else 1)
        for voice, rows in by_voice.items():
            for row in _some(rows, limit or many):
                told = [[list(way) for way in word["phones"]] for word in words[row["id"]]["words"]]
                trial = trials.read(plain.with_suffix(".npy"), row)
                yield Case(trial, voice, "real", trial.phones, told)


def synthetic(folder: Path, limit: int | None) -> Iterator[Case]:
    """Held-out synthetic voices, each alike; their words are rows of four phones."""
    by_voice: dict[str, list[tuple[Path, Row]]] = defaultdict(list)
    for shard in sorted(path for path in folder.glob("*.jsonl") if path.is_file()):
        for row in _rows(shard):
            if row["split"] == "test" and row["phones"] and _is_short(row):
                by_voice[f"{row['engine']} {row['voice']}"].append((shard.with_suffix(".npy"), row))
    for voice, rows in by_voice.items():
        for shard, row in _some(rows, limit or SIZES["synthetic"]):
            trial = trials.read(shard, row)
            spoken = [ipa for _, _, ipa in trial.phones]
            yield Case(trial, voice, "synthetic", trial.phones, [[spoken[i : i + 4]] for i in range(0, len(spoken), 4)])


def _rows(path: Path) -> list[Row]:
    return [{"text": "", "set": path.stem} | json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _is_short(row: Row) -> bool:
    return bool(row["end"] - row["start"] <= LONGEST * trials.RATE)


def _some(found: Sequence[Any], most: int) -> list[Any]:
    """At most `most`, at even distances."""
    count = min(most, len(found))
    return [found[int((index + 0.5) * len(found) / count)] for index in range(count)]


def hear(cases: Sequence[Case]) -> dict[str, Phones]:
    """The phones of each kind, with their measures and whether they are right."""
    rows: dict[str, list[tuple[Doubles, NDArray[np.bool_], Doubles, str, str]]] = {kind: [] for kind in KINDS}
    ear = Recognizer.load()
    for case in cases:
        for condition in CONDITIONS:
            trial = case.trial if condition == "clean" else trials.in_a_noisy_room(case.trial)
            posteriors = ear.posteriors(log_mel(trial.samples.astype(np.float32) / 32768))
            for kind, phones in zip(KINDS, _phones(case, posteriors), strict=True):
                if phones:
                    sure = np.array([phone.confidence for phone in phones])
                    measured, right = measures(phones, posteriors), rightness(phones, case.truth)
                    rows[kind].append((measured, right, sure, case.voice, f"{case.origin}, {condition}"))
    return {kind: _joined(found) for kind, found in rows.items()}


def _joined(found: Sequence[tuple[Doubles, NDArray[np.bool_], Doubles, str, str]]) -> Phones:
    counts = [len(right) for _, right, _, _, _ in found]
    return Phones(
        *(np.concatenate([row[column] for row in found]) for column in range(3)),
        *(np.repeat([row[column] for row in found], counts) for column in (3, 4)),
    )


def _phones(case: Case, posteriors: Posteriors) -> tuple[tuple[Phone, ...], tuple[Phone, ...]]:
    """What is heard, and what a text tells of which some words were not said."""
    language = language_of(case.trial.language)
    heard = decode(posteriors, language)
    script = _script(case, language)
    if not script.words or len(posteriors.phones) < 20:
        return heard, ()
    laid = drain(align(posteriors, script, language, heard))
    told = [_is_told(phone, laid.words) for phone in laid.phones]
    return heard, tuple(phone for phone, own in zip(laid.phones, told, strict=True) if own)


def _is_told(phone: Phone, words: Sequence[object]) -> bool:
    middle = (phone.start + phone.end) / 2
    return any(
        word.start <= middle < word.end and word.status in ("said", "repeated")  # type: ignore[attr-defined]
        for word in words
    )


def _script(case: Case, language: Language) -> Script:
    generator = random.Random(zlib.crc32(case.trial.id.encode()))
    ways = [[_reading(way, number) for number, way in enumerate(word) if _sounds(way)] for word in case.words]
    known = [word for word in ways if word]
    said = [generator.choice(known) if generator.random() < WRONG else word for word in known]
    text = " ".join("w" for _ in said)
    spelt = tuple(ScriptWord("w", 2 * at, 2 * at + 1, tuple(word)) for at, word in enumerate(said))
    return Script(text, language.code, spelt)


def _reading(way: Sequence[str], number: int) -> Reading:
    return Reading(tuple(Sound(ipa) for ipa in _sounds(way)), cost=0.7 * min(number, 1))


def _sounds(way: Sequence[str]) -> list[str]:
    return [part for ipa in way for part in segments(ipa) if part]


def rightness(phones: Sequence[Phone], truth: Timed) -> NDArray[np.bool_]:
    """Whether each phone has the class that covers most of its span; a diphthong's first part takes 55 % of it."""
    real = list(_parts(truth))
    right = []
    for phone in phones:
        covered: dict[str, float] = defaultdict(float)
        for start, end, kind in real:
            covered[kind] += max(0.0, min(end, phone.end) - max(start, phone.start))
        covered[""] += phone.end - phone.start - sum(covered.values())
        right.append(max(covered, key=lambda kind: covered[kind]) == classify(phone.ipa))
    return np.array(right, np.bool_)


def _parts(truth: Timed) -> Iterator[tuple[float, float, str]]:
    for start, end, ipa in truth:
        parts = [classify(part) for part in segments(ipa) if part]
        edges = np.linspace(start, end, len(parts) + 1)
        if len(parts) == 2:
            edges[1] = start + 0.55 * (end - start)
        yield from ((float(edges[i]), float(edges[i + 1]), part) for i, part in enumerate(parts))


def check(kind: str, found: Phones) -> dict[str, tuple[Doubles, NDArray[np.bool_]]]:
    """Fit on one half of the voices, look at the other, both ways; print, and give confidence and rightness."""
    voices = sorted(set(found.voice))
    first = np.isin(found.voice, voices[::2])
    sure = np.empty(len(found.right))
    for half in (first, ~first):
        sure[half] = fit(found, ~half).confidence(found.measured[half])
    drawn = {}
    for group in sorted(set(found.group)):
        own = found.group == group
        drawn[group] = (sure[own], found.right[own])
        figures = [found.right[own].mean(), sure[own].mean(), reliability.error(*drawn[group])]
        figures += [reliability.area(*drawn[group]), found.raw[own].mean()]
        figures += [reliability.error(found.raw[own], found.right[own])]
        row = " | ".join(f"{100 * figure:.1f}" for figure in figures)
        print(f"| {kind}, {group} | {own.sum()} | {row} |", flush=True)
    return drawn


def fit(found: Phones, chosen: NDArray[np.bool_]) -> Scale:
    """The constants that the chosen phones make; a group weighs what SHARES gives it, whatever its size."""
    measured, right, group = found.measured[chosen], found.right[chosen], found.group[chosen]
    weight = np.zeros(len(right))
    for each in set(group):
        weight[group == each] = SHARES[each.split(",")[0]] / (group == each).sum()
    middle, spread = measured.mean(axis=0), np.maximum(measured.std(axis=0), 1e-3)
    weights, constant = _logistic((measured - middle) / spread, right.astype(np.float64), weight)
    plain = weights / spread
    constant -= float(plain @ middle)
    odds, shares = _line(measured @ plain + constant, right, weight)
    return Scale(plain, constant, odds, shares)


def _logistic(measured: Doubles, right: Doubles, weight: Doubles) -> tuple[Doubles, float]:
    """Weights and constant by Newton's method, with a penalty on the squared weights."""
    table = np.column_stack([measured, np.ones(len(measured))])
    penalty = np.append(np.full(measured.shape[1], PENALTY), 1e-6)
    found = np.zeros(table.shape[1])
    for _ in range(25):
        share = 1.0 / (1.0 + np.exp(-table @ found))
        slope = table.T @ (weight * (share - right)) + penalty * found
        bend = (table * (weight * share * (1.0 - share))[:, None]).T @ table + np.diag(penalty)
        found -= np.linalg.solve(bend, slope)
    return found[:-1], float(found[-1])


def _line(odds: Doubles, right: NDArray[np.bool_], weight: Doubles) -> tuple[Doubles, Doubles]:
    """Points of a rising line from log odds to the share that is right: means of parts, pooled where they fall."""
    order = np.argsort(odds, kind="stable")
    parts = np.array_split(order, POINTS)
    blocks = [
        [float(np.average(odds[p], weights=weight[p])), _share(right[p], weight[p]), weight[p].sum()] for p in parts
    ]
    while (fall := next((i for i in range(len(blocks) - 1) if blocks[i][1] >= blocks[i + 1][1]), -1)) >= 0:
        one, other = blocks[fall], blocks[fall + 1]
        total = one[2] + other[2]
        blocks[fall : fall + 2] = [[*((one[i] * one[2] + other[i] * other[2]) / total for i in (0, 1)), total]]
    table = np.array(blocks)
    return np.round(table[:, 0], 3), np.round(table[:, 1], 4)


def _share(right: NDArray[np.bool_], weight: Doubles) -> float:
    """The weighted share that is right, never quite 0 or 1."""
    return float((weight @ right + 0.5 * weight.mean()) / (weight.sum() + weight.mean()))


def _toml(constants: dict[str, Scale]) -> str:
    lines = ["# What turns the measures of a phone into the share of such phones that are right; see confidence.py."]
    lines.append("# Written by scripts/ear/calibrate.py for the weights beside it.")
    for kind, scale in constants.items():
        lines += ["", f"[{kind}]", f"constant = {scale.constant:.4f}"]
        lines += [f"odds = {scale.odds.tolist()}", f"shares = {scale.shares.tolist()}", "", f"[{kind}.weights]"]
        lines += [f"{name} = {weight:.4f}" for name, weight in zip(MEASURES, scale.weights, strict=True)]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
