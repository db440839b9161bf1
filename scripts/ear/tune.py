"""Try constants of the decoder: python scripts/ear/tune.py --real DIR --synth DIR [--weights FILE] [--set NAME=V,V ...]

Hears held-out speechocean762 speakers and synthetic voices (the native rows of `evaluate.py` stay untouched), and
prints frames, recall, closures and phone error for every combination of values of engine/recognizer/decode.py's
constants.
"""

from __future__ import annotations

import argparse
import itertools
import sys
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

CONSTANTS = sys.modules["engine.recognizer.decode"]
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
    reference = measure.Reference(Sphinx(), Memory(None))
    found = trials.held_out(options.real.glob("*.jsonl"), lambda row: (row.get("age") or 0) > 0)
    heard = [case for trial in trials.choose(found, options.limit) for case in reference.aligned(trial)]
    made = trials.held_out(options.synth.glob("*.jsonl"), lambda row: True)
    return heard + [measure.Case(trial, trial.phones) for trial in trials.choose(made, options.limit // 2)]


def score(chosen: list[measure.Case], posteriors: list[Posteriors], refined: bool) -> str:
    CONSTANTS._grammar.cache_clear()
    counts = []
    for case, seen in zip(chosen, posteriors, strict=True):
        code = case.trial.language.split("-")[0]
        language = languages.load(code if code in languages.codes() else "und")
        phones = [(p.start, p.end, p.ipa) for p in decode(seen, language, refined)]
        counts.append(scoring.row(measure.count(case, measure.Heard(tuple(phones)))))
    figures = scoring.figures(counts)
    return " ".join(f"{figures[name].value:7.1f}" for name in FIGURES)


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
    names, values = zip(*[text.split("=") for text in options.set], strict=True) if options.set else ((), ())
    print(f"{len(chosen)} utterances; {' '.join(names)} | {' '.join(FIGURES)}")
    for combination in itertools.product(*[[float(v) for v in row.split(",")] for row in values]):
        for name, value in zip(names, combination, strict=True):
            setattr(CONSTANTS, name, value)
        print(
            f"{' '.join(f'{value:6.2f}' for value in combination)} | {score(chosen, posteriors, not options.quick)}",
            flush=True,
        )


if __name__ == "__main__":
    main()
