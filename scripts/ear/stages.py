"""Make what tells how far a phrase's hearing is to be trusted, and show what each stage of the mouth is worth.

    python scripts/ear/stages.py --judge JUDGE --synth SYNTH --real REAL [--scenes N] [--seed N] [--check]

Hears scenes (stage_scenes.py) and makes of each phrase the mouth of each stage: phones, mouth classes, openness from
energy, rest. The truth is the mouth that the phones which were said make, with the tracks of the clean sound. Of each
stage are measured: its squared distance from that mouth (jaw, contacts, rounding, spreading; WEIGHTS), closures found
and true (within 40 ms, as in scoring.py), and the correlation of the jaws. Phrases, weighed by their length and by what
is at stake, fit what decides: the mean confidence under which the stages below 'phones' do better, as far as clean
speech stays at 'phones' (FALLING), and two logistic models that say when 'classes' and 'openness' are left. Half of the
voices make the constants by which the other half are judged, and the other way round; then all of them make
engine/fallback/stages.toml. `--check` judges the constants that are there instead.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from scoring import contacts
from stage_scenes import Scene, Timed, scenes, voices

import engine.listen
from engine.errors import LockstepError
from engine.fallback.deciding import BELOW, CONSTANTS, Chain, chain
from engine.fallback.measures import MEASURES, measures, sureness
from engine.fallback.staging import with_stages
from engine.files import write_text
from engine.languages import Language, load
from engine.listen import listen
from engine.mouth import FaceCurves, shape_curves
from engine.progress import drain
from engine.prosody import describe
from engine.recognizer import Posteriors, Recognizer
from engine.sound.features import RATE
from engine.sound.source import ArraySource
from engine.take import STAGES, Phone, Phrase, Take

WEIGHTS = {"jaw": 2.0, "seal": 1.0, "round": 1.0, "tuck": 0.7, "stretch": 0.5, "lower": 0.3}
"""Of each channel's error; a jaw of speech seldom passes 0.5."""
MARGIN = {"classes": 0.2, "openness": 0.0}
"""Log odds by which the stages below must do better."""
CLEAN = ("clean", "low", "whispered")
FALLING = 0.01  # share of the phrases of clean scenes that may leave 'phones', at most
NEAR = 0.1  # confidence over which a phrase says nothing of the stages below 'phones'
PENALTY = 3.0  # of the squared weights, in spreads of a measure
SIDE = 0.05  # seconds of mouth beside a phrase that count as its own

Doubles = NDArray[np.float64]
Halves = NDArray[np.float16]


@dataclass(frozen=True)
class Judged:
    """One phrase: its scene's kind and dB, whose it is, seconds, the share of it in which the voice speaks, MEASURES.

    Of each stage: the error, the jaws' correlation, and (closures, found, made, true) [stages, 4].
    """

    kind: str
    snr: float
    voice: str
    seconds: float
    speech: float
    measured: Doubles
    errors: Doubles
    jaws: Doubles
    closures: Doubles


class Ear:
    """The recognizer; keeps what it was given and gave last."""

    def __init__(self) -> None:
        self._own = Recognizer.load()
        self.name = self._own.name
        self.posteriors_of_last: Posteriors | None = None
        self.bands = np.zeros((0, 48), np.float16)

    def posteriors(self, features: NDArray[np.float32]) -> Posteriors:
        self.bands = features.astype(np.float16)
        self.posteriors_of_last = self._own.posteriors(features)
        return self.posteriors_of_last


def main() -> int:
    """Hear, fit, print, write."""
    options = _options().parse_args()
    engine.listen.fall_back = lambda take, *_: take  # phrases are looked at before they fall
    known = voices(options.judge, options.synth, options.real)
    found = [phrase for scene in scenes(known, options.scenes, options.seed) for phrase in judged(scene)]
    print(f"{len(known)} voices, {options.scenes} scenes, {len(found)} phrases", flush=True)
    chosen = chosen_by(chain(), found) if options.check else left_out(found)
    report(found, chosen)
    if not options.check:
        write_text(CONSTANTS, toml(fit(found), len(found), options))
    return 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Fit and check the stages of phrases that are hard to hear.")
    parser.add_argument("--judge", type=Path, required=True, help="shards of scripts/ear/judging.py")
    parser.add_argument("--synth", type=Path, required=True, help="shards of scripts/ear/synthesize.py")
    parser.add_argument("--real", type=Path, required=True, help="shards of scripts/ear/pronounce.py, aligned")
    parser.add_argument("--scenes", type=int, default=441)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--check", action="store_true", help="write nothing; judge the constants that are there")
    return parser


def judged(scene: Scene) -> Iterator[Judged]:
    """The phrases that are heard in a scene; none where it is refused."""
    ear, language = Ear(), load(scene.voice[1])
    try:
        clean = _heard(scene.clean, language, ear, "")
        take = _heard(scene.sound, load(scene.given), ear, scene.text)
    except LockstepError:
        return
    assert ear.posteriors_of_last is not None
    real = shape_curves(_true(clean, scene.phones, language), language)
    plain = replace(take, phrases=tuple(Phrase(one.start, one.end) for one in take.phrases))
    everyone = range(len(plain.phrases))
    measured = measures(plain, sureness(plain), everyone, ear.posteriors_of_last, ear.bands)
    faces = [_face(plain, stage, ear.bands, load(scene.given)) for stage in STAGES]
    for phrase, row in zip(plain.phrases, measured, strict=True):
        yield _phrase(scene, phrase, row, faces, real)


def _heard(sound: Doubles, language: Language, ear: Ear, text: str) -> Take:
    quieter = sound * min(1.0, 0.98 / max(float(np.abs(sound).max()), 1e-9))
    source = ArraySource(quieter.astype(np.float32), RATE, "scene.wav")
    return drain(listen(source, language=language, transcript=text or None, recognizer=ear))


def _true(clean: Take, phones: Timed, language: Language) -> Take:
    """The take of a clean sound with the phones that were said."""
    row: list[Phone] = []
    for start, end, ipa in phones:
        begin = max(start, row[-1].end if row else 0.0)
        if end > begin:
            row.append(Phone(begin, end, ipa))
    marked, spans, phrases = describe(tuple(row), (), clean.tracks, language)
    return replace(clean, phones=marked, syllables=spans, phrases=phrases, words=())


def _face(take: Take, stage: str, bands: Halves, language: Language) -> FaceCurves:
    return shape_curves(with_stages(take, [(stage, "")] * len(take.phrases), bands), language)


def _phrase(scene: Scene, phrase: Phrase, measured: Doubles, faces: Sequence[FaceCurves], real: FaceCurves) -> Judged:
    times = np.arange(max(0.0, phrase.start - SIDE), phrase.end + SIDE, 0.01)
    goal, made = _table(real, times), [_table(face, times) for face in faces]
    weights = np.array(list(WEIGHTS.values()))
    errors = [float((((one - goal) * weights) ** 2).sum(axis=1).mean()) for one in made]
    said = sum(max(0.0, min(end, phrase.end) - max(start, phrase.start)) for start, end, _ in scene.phones)
    return Judged(
        scene.kind, scene.snr, " ".join(scene.voice), phrase.end - phrase.start, said / (phrase.end - phrase.start),
        measured, np.array(errors), np.array([_correlation(one[:, 0], goal[:, 0]) for one in made]),
        np.array([_closures(face, real, phrase) for face in faces]),
    )  # fmt: skip


def _table(face: FaceCurves, times: Doubles) -> Doubles:
    """The channels of WEIGHTS at some times [times, channels]."""
    own = face.at(times)
    rounded = np.minimum(0.75 * (own["pucker"] + own["funnel"]), 1.0)
    return np.stack([own["jaw"], own["seal"], rounded, own["tuck"], own["stretch"], own["lower"]], axis=1)


def _correlation(one: Doubles, other: Doubles) -> float:
    return float(np.corrcoef(one, other)[0, 1]) if min(one.std(), other.std()) > 1e-6 else 0.0


def _closures(face: FaceCurves, real: FaceCurves, phrase: Phrase) -> list[float]:
    def within(curves: FaceCurves) -> list[tuple[float, float]]:
        spans = [(one.start, one.end) for one in curves.contacts if one.kind == "lips"]
        return [span for span in spans if phrase.start <= sum(span) / 2.0 <= phrase.end]

    return list(contacts("closures", within(real), within(face)).values())


def fit(found: Sequence[Judged]) -> Chain:
    """The chain that these phrases make."""
    sure = _threshold(found)
    low = [one for one in found if one.measured[0] < sure + NEAR]
    measured, errors = np.array([one.measured for one in low]), np.array([one.errors for one in low])
    seconds = np.array([one.seconds for one in low])
    models = []
    for number, stage in enumerate(BELOW[:-1], start=1):
        gain = errors[:, 1 : number + 1].min(axis=1) - errors[:, number + 1 :].min(axis=1)
        stake = seconds * np.abs(gain)
        weights, constant = _logistic(measured, gain > 0.0, stake / stake.mean())
        models.append((weights, constant - MARGIN[stage]))
    return Chain(sure, np.array([weights for weights, _ in models]), np.array([constant for _, constant in models]))


def _threshold(found: Sequence[Judged]) -> float:
    """The mean confidence under which it is best to leave 'phones', and most clean speech does not."""
    sure = np.array([one.measured[0] for one in found])
    cost = np.array([one.seconds * (one.errors[1:].min() - one.errors[0]) for one in found])
    clean = np.array([one.kind in CLEAN for one in found])
    tried = [at for at in np.arange(0.3, 0.6, 0.01) if np.mean(sure[clean] < at) <= FALLING]
    return round(float(min(tried, key=lambda at: cost[sure < at].sum())), 2)


def _logistic(measured: Doubles, better: NDArray[np.bool_], stake: Doubles) -> tuple[Doubles, float]:
    """Weights and constant by Newton's method, with a penalty on the squared weights."""
    middle, spread = measured.mean(axis=0), np.maximum(measured.std(axis=0), 1e-3)
    table = np.column_stack([(measured - middle) / spread, np.ones(len(measured))])
    penalty = np.append(np.full(measured.shape[1], PENALTY), 1e-6)
    found = np.zeros(table.shape[1])
    for _ in range(30):
        share = 1.0 / (1.0 + np.exp(-table @ found))
        slope = table.T @ (stake * (share - better)) + penalty * found
        bend = table.T @ (table * (stake * share * (1.0 - share))[:, None]) + np.diag(penalty)
        found -= np.linalg.solve(bend, slope)
    plain = found[:-1] / spread
    return plain, float(found[-1] - plain @ middle)


def left_out(found: Sequence[Judged]) -> NDArray[np.intp]:
    """The stage of each phrase by constants that voices of the other half made."""
    listed = sorted({one.voice for one in found})
    first = np.array([listed.index(one.voice) % 2 == 0 for one in found])
    chosen = np.zeros(len(found), np.intp)
    for half in (first, ~first):
        makers = [one for one, own in zip(found, half, strict=True) if not own]
        chosen[half] = chosen_by(fit(makers), [one for one, own in zip(found, half, strict=True) if own])
    return chosen


def chosen_by(own: Chain, found: Sequence[Judged]) -> NDArray[np.intp]:
    """The number of the stage that a chain gives each phrase."""
    measured = np.array([one.measured for one in found])
    below = np.array([STAGES.index(stage) for stage in own.below(measured)])
    return np.where(measured[:, 0] < own.sure, below, 0)


def report(found: Sequence[Judged], chosen: NDArray[np.intp]) -> None:
    """Per kind of scene: how the phrases fall, and the errors of phones alone, of what is chosen, of the best."""
    print("\n| scene | dB | phrases | at phones, classes, openness, rest | error: all phones | chosen | the best |")
    print("|---|---|---|---|---|---|---|")
    groups: dict[tuple[str, float], list[int]] = defaultdict(list)
    for at, one in enumerate(found):
        groups[one.kind, one.snr].append(at)
        groups["all", 0.0].append(at)
    for (kind, snr), own in sorted(groups.items()):
        errors, seconds = np.array([found[at].errors for at in own]), np.array([found[at].seconds for at in own])
        falls = " ".join(str(count) for count in np.bincount(chosen[own], minlength=len(STAGES)))
        three = (errors[:, 0], errors[np.arange(len(own)), chosen[own]], errors.min(axis=1))
        figures = " | ".join(f"{np.average(one, weights=seconds):.3f}" for one in three)
        print(f"| {kind} | {snr:g} | {len(own)} | {falls} | {figures} |")
    _promises(found, chosen)


def _promises(found: Sequence[Judged], chosen: NDArray[np.intp]) -> None:
    """Of the phrases at each stage: what its mouth and that of phones are worth there."""
    print("\n| at | phrases | mouth of | closures found | closures true | error | jaws' correlation | speech in it |")
    print("|---|---|---|---|---|---|---|---|")
    for number, stage in enumerate(STAGES):
        own = [one for one, stands in zip(found, chosen, strict=True) if stands == number]
        for mouth in sorted({0, number}) if own else ():
            seconds = np.array([one.seconds for one in own])
            counts = sum(one.closures[mouth] for one in own)
            cells = [counts[1] / max(counts[0], 1), counts[3] / max(counts[2], 1)]
            rows = [(one.errors[mouth], one.jaws[mouth], one.speech) for one in own]
            cells = [*cells, *np.average(rows, axis=0, weights=seconds)]
            print(f"| {stage} | {len(own)} | {STAGES[mouth]} | {' | '.join(f'{cell:.3f}' for cell in cells)} |")


def toml(own: Chain, count: int, options: argparse.Namespace) -> str:
    """The text of stages.toml."""
    lines = [
        "# The mean confidence from which a phrase is at 'phones', and the log odds that it leaves a stage below for"
    ]
    lines += ["# the next: a constant and a weight for each measure; see deciding.py and measures.py. Written by"]
    lines += [f"# scripts/ear/stages.py from {count} phrases in {options.scenes} scenes (seed {options.seed})."]
    lines += ["", f"sure = {own.sure}"]
    for stage, weights, constant in zip(BELOW, own.weights, own.constants, strict=False):
        lines += ["", f"[leaving.{stage}]", f"constant = {constant:.4f}", "", f"[leaving.{stage}.weights]"]
        lines += [f"{name} = {weight:.4f}" for name, weight in zip(MEASURES, weights, strict=True)]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
