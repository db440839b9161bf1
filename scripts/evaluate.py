"""Score the recognizer, beside PocketSphinx's phone recognition, on utterances it never saw.

    python3 scripts/evaluate.py --synth SYNTH --real REAL [--limit N] [--json FILE] [--weights FILE] [--fresh]

SYNTH and REAL are folders of shards as scripts/ear/synthesize.py and scripts/ear/pronounce.py write them; only their
lines of split "test" are heard. Rows and the truth each rests on:

- held-out synthetic voices: the synthesizer's own phone times, exact;
- held-out real speakers of English (ljspeech141, asterisk_en and held-out texts of kathleen; then speechocean762's
  adults and children apart): PocketSphinx 5.1.1's alignment of the transcript, words and phones. It is a machine's
  truth: on flite voices, whose times are known, 11 ms off on average (closures 14 ms, none of it one-sided by more
  than 8 ms). Its own phone recognizer shares its acoustic model, so the comparison leans towards PocketSphinx;
- half of these again, with noise 10 dB below the speech and the reverberation of a room: the same alignment;
- held-out real speakers of other languages: espeak-ng's phones of the text, in order, without times.

Frames are 10 ms in six mouth classes (scripts/ear/mouths.py tells what is not scored and what is also right); recall
is the mean over the classes; contacts and edges as in scripts/ear/scoring.py; phone error is the edit distance over
the shared phones of scripts/ear/folding.py; behind it, for the rows without times, how many p b m (true, heard) the
edit distance pairs with one another. `out`: utterances left out because their transcript did not align. In brackets
a bootstrap 95 % interval by utterance. `cost`: seconds of work on one core for a second of sound.

The first run makes an environment with NumPy and PocketSphinx under `.cache/`, unless this Python has both. What
PocketSphinx aligned and heard is kept there too, so that the next recognizer is scored against the same in a fraction
of the time.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from environment import CHECKOUT, SetupError, ensure
from pins import NUMPY

if TYPE_CHECKING:
    from ear.measure import Ear, Result
    from ear.scoring import Figure

PACKAGES = (NUMPY, "pocketsphinx==5.1.1")
KEPT = CHECKOUT / ".cache" / "evaluate-pocketsphinx.json"
ONE_CORE = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def main() -> int:
    """Run here, or in an environment of its own where this Python lacks a package."""
    options = _options().parse_args()
    try:
        _check(options)
        if not _has_packages():
            python = ensure("evaluate", PACKAGES)
            return subprocess.run([str(python), __file__, *sys.argv[1:]], check=False).returncode
        os.environ.update({name: os.environ.get(name, "1") for name in ONE_CORE})
        return evaluate(options)
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Score the recognizer on utterances it never saw.")
    parser.add_argument("--synth", type=Path, help="shards of scripts/ear/synthesize.py")
    parser.add_argument("--real", type=Path, help="shards of scripts/ear/pronounce.py")
    parser.add_argument("--weights", type=Path, help="the recognizer's weights, if not the engine's own")
    parser.add_argument("--limit", type=int, help="utterances a row at most, for a quick look")
    parser.add_argument("--fresh", action="store_true", help="ask PocketSphinx again about sounds it has heard")
    parser.add_argument("--json", type=Path, help="write the rows to this file as well")
    return parser


def _check(options: argparse.Namespace) -> None:
    folders = [folder for folder in (options.synth, options.real) if folder is not None]
    if not folders:
        raise SetupError("There is nothing to hear: give --synth, --real or both.")
    for folder in folders:
        if not any(folder.glob("*.jsonl")):
            raise SetupError(f"{folder} holds no shards; make them with synthesize.py or pronounce.py in scripts/ear.")
    if options.limit is not None and options.limit < 1:
        raise SetupError(f"--limit {options.limit} leaves nothing to hear; give 1 or more.")
    if options.weights is not None and not options.weights.is_file():
        raise SetupError(f"{options.weights} is not there; give the recognizer's weights, or leave --weights out.")


def _has_packages() -> bool:
    try:
        importlib.metadata.version("numpy")
        return importlib.metadata.version("pocketsphinx") == PACKAGES[1].split("==")[1]
    except importlib.metadata.PackageNotFoundError:
        return False


def evaluate(options: argparse.Namespace) -> int:
    """Hear, score and print row by row; write the JSON at the end."""
    sys.path[:0] = [str(CHECKOUT), str(CHECKOUT / "scripts" / "ear")]
    begun = time.monotonic()
    ear = _engine(options.weights)
    machine = _machine()
    print(machine)
    results = []
    for result in _rows(options, ear):
        _print(result, first=not results, heading=not results or results[-1].truth != result.truth)
        results.append(result)
    print(f"\n{sum(r.utterances for r in results)} utterances heard in {time.monotonic() - begun:.0f} s")
    if options.json:
        from engine.files import write_text

        rows = [asdict(result) for result in results]
        text = json.dumps({"machine": machine, "rows": rows}, indent=1, ensure_ascii=False)
        write_text(options.json, text.replace("NaN", "null") + "\n")
    return 0


def _engine(weights: Path | None) -> Ear:
    import numpy as np

    from engine import languages
    from engine.recognizer import Recognizer, decode
    from engine.recognizer.network import Network
    from engine.sound.features import log_mel

    recognizer = Recognizer(Network.read(weights)) if weights else Recognizer.load()

    def hear(samples: np.ndarray, language: str) -> list[tuple[float, float, str]]:
        code = language.split("-")[0]
        spoken = languages.load(code if code in languages.codes() else "und")
        posteriors = recognizer.posteriors(log_mel(samples.astype(np.float32) / 32768))
        return [(phone.start, phone.end, phone.ipa) for phone in decode(posteriors, spoken, refined=True)]

    return hear


def _rows(options: argparse.Namespace, ear: Ear) -> Iterator[Result]:
    import measure
    from memory import Memory
    from sphinx import Sphinx

    memory = Memory(None if options.fresh else KEPT)
    reference, own = measure.Reference(Sphinx(), memory), measure.timed(ear)
    parts = []
    if options.synth:
        parts.append(measure.synthetic(options.synth, own, reference, options.limit))
    if options.real:
        parts.append(measure.real_english(options.real, own, reference, options.limit))
        parts.append(measure.other_languages(options.real, own, options.limit))
    for result in chain(*parts):
        memory.save()
        yield result


def _machine() -> str:
    names = [platform.processor() or platform.machine(), f"{os.cpu_count()} cores, one used", platform.system()]
    names += [f"Python {platform.python_version()}"]
    names += [f"{name} {importlib.metadata.version(name)}" for name in ("numpy", "pocketsphinx")]
    return ", ".join(names)


def _print(result: Result, first: bool, heading: bool) -> None:
    if first:
        print(
            f"{'row':39}{'system':23}{'n':>4}{'out':>4}{'sec':>6}{'frames':>8}{'recall':>19}{'closures F1':>19}"
            f"{'found/true':>11}{'teeth':>6}{'edge ms':>8}{'phone error':>20}{'pbm':>9}{'cost':>7}"
        )
    if heading:
        print(f"-- truth: {result.truth}")
    figures = result.figures
    value = {name: _number(figure.value) for name, figure in figures.items()}
    wide = {name: _interval(figures[name]) for name in ("recall", "closures_f1", "phone_error")}
    print(
        f"{result.row:39}{result.system:23}{result.utterances:>4}{result.left_out:>4}{result.seconds:>6.0f}{value['frames']:>8}"
        f"{wide['recall']:>19}{wide['closures_f1']:>19}"
        f"{_pair(figures['closures_recall'], figures['closures_precision']):>11}"
        f"{value['teeth_f1']:>6}{value['edge_ms']:>8}{wide['phone_error']:>20}"
        f"{_pair(figures['sealed_recall'], figures['sealed_precision']):>9}{result.cost:>7.3f}",
        flush=True,
    )


def _interval(figure: Figure) -> str:
    return (
        f"{_number(figure.value)} ({_number(figure.low)}-{_number(figure.high)})"
        if figure.value == figure.value
        else "-"
    )


def _pair(recall: Figure, precision: Figure) -> str:
    return "/".join("-" if figure.value != figure.value else f"{figure.value:.0f}" for figure in (recall, precision))


def _number(value: float) -> str:
    return "-" if value != value else f"{value:.1f}"


if __name__ == "__main__":
    sys.exit(main())
