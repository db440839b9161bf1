"""Try constants of the decoder: python scripts/ear/tune.py --real DIR --synth DIR [--weights FILE] [--set NAME=V,V ...]

Hears held-out speechocean762 speakers and synthetic voices (the native rows of `evaluate.py` stay untouched). With
--set it prints frames, recall, closures and phone error for every combination of the values. Without, it tunes: each
constant of RANGES in turn is moved a step at a time while the mean of frames, recall, both contacts' F1 and phone
accuracy rises by more than LEAST_GAIN, twice round, and the values to write into engine/recognizer/decode.py are
printed. PocketSphinx's alignments are kept where `evaluate.py` keeps them.
"""

from __future__ import annotations

import argparse
import itertools
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
import measure
import scoring
import trials
from memory import Memory
from sphinx import Sphinx

from engine import languages
from engine.recognizer import Posteriors, Recognizer, decode
from engine.recognizer.network import Network
from engine.sound.features import log_mel

MODULES = [sys.modules[f"engine.recognizer.{name}"] for name in ("decode", "search")]
KEPT = Path(__file__).resolve().parents[2] / ".cache" / "evaluate-pocketsphinx.json"
RANGES = {"SEQUENCE_SHARE": 0.3, "REFINED_CHANGE": 0.4, "PRIOR_SHARE": 0.1, "LIPS_SHARE": 0.15, "PAUSE_FRAME": 0.25}
LEAST_GAIN = 0.15  # points: less is chance
FIGURES = (
    "frames",
    "recall",
    "closures_f1",
    "closures_recall",
    "closures_precision",
    "teeth_f1",
    "edge_ms",
    "phone_error",
)


def cases(options: argparse.Namespace) -> list[measure.Case]:
    """Timed utterances: non-native speakers against an alignment, and synthetic voices of all languages."""
    memory = Memory(KEPT)
    reference = measure.Reference(Sphinx(), memory)
    found = trials.held_out(options.real.glob("*.jsonl"), lambda row: (row.get("age") or 0) > 0)
    heard = [case for trial in trials.choose(found, options.limit) for case in reference.aligned(trial)]
    memory.save()
    made = trials.held_out(options.synth.glob("*.jsonl"), lambda row: True)
    return heard + [measure.Case(trial, trial.phones) for trial in trials.choose(made, options.limit // 2)]


def figures(chosen: list[measure.Case], posteriors: list[Posteriors], refined: bool) -> dict[str, float]:
    """FIGURES of the cases with the constants as they are."""
    counts = []
    for case, seen in zip(chosen, posteriors, strict=True):
        code = case.trial.language.split("-")[0]
        language = languages.load(code if code in languages.codes() else "und")
        phones = [(p.start, p.end, p.ipa) for p in decode(seen, language, refined)]
        counts.append(scoring.row(measure.count(case, measure.Heard(tuple(phones)))))
    found = scoring.figures(counts)
    return {name: found[name].value for name in FIGURES}


def worth(found: dict[str, float]) -> float:
    """One figure for all: the mean of what should rise."""
    good = [found[name] for name in ("frames", "recall", "closures_f1", "teeth_f1")]
    return float(np.mean([*good, 100.0 - found["phone_error"]]))


def put(name: str, value: float) -> None:
    """Set a constant in the module that has it."""
    setattr(next(module for module in MODULES if hasattr(module, name)), name, value)


def shown(found: dict[str, float]) -> str:
    return " ".join(f"{found[name]:7.1f}" for name in FIGURES)


def tune(measured: Callable[[], dict[str, float]]) -> None:
    """Move each constant while it pays, and print where they end."""
    now = {name: float(getattr(MODULES[0], name)) for name in RANGES}
    best = worth(measured())
    for name in [*RANGES, *RANGES]:
        for direction in (1.0, -1.0):
            while (found := _moved(name, now[name] + direction * RANGES[name], measured)) > best + LEAST_GAIN:
                best, now[name] = found, now[name] + direction * RANGES[name]
            put(name, now[name])
    print(f"{best:.2f}: " + ", ".join(f"{name} = {value:.2f}" for name, value in now.items()))


def _moved(name: str, value: float, measured: Callable[[], dict[str, float]]) -> float:
    put(name, value)
    found = measured()
    print(f"{name} = {value:6.2f} | {shown(found)} | {worth(found):.2f}", flush=True)
    return worth(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--real", type=Path, required=True)
    parser.add_argument("--synth", type=Path, required=True)
    parser.add_argument("--weights", type=Path)
    parser.add_argument("--limit", type=int, default=80)
    parser.add_argument("--set", nargs="*", default=[], help="NAME=VALUE,VALUE: a constant and the values to try")
    parser.add_argument("--quick", action="store_true", help="the quick pass instead of the refined one")
    options = parser.parse_args()
    ear = Recognizer(Network.read(options.weights)) if options.weights else Recognizer.load()
    chosen = cases(options)
    posteriors = [ear.posteriors(log_mel(case.trial.samples.astype(np.float32) / 32768)) for case in chosen]
    measured = partial(figures, chosen, posteriors, not options.quick)
    names, values = zip(*[text.split("=") for text in options.set], strict=True) if options.set else ((), ())
    print(f"{len(chosen)} utterances; {' '.join(names)} | {' '.join(FIGURES)}")
    if not options.set:
        tune(measured)
        return
    for combination in itertools.product(*[[float(v) for v in row.split(",")] for row in values]):
        for name, value in zip(names, combination, strict=True):
            put(name, value)
        print(f"{' '.join(f'{value:6.2f}' for value in combination)} | {shown(measured())}", flush=True)


if __name__ == "__main__":
    main()
