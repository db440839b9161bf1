"""Measure Allosaurus as an ear: seconds for a minute of speech, by NumPy and by its own package.

    python3 scripts/bench_allosaurus.py AUDIO [--model FOLDER]

Without `--model` one of the size of 'uni2005' is made of random numbers: it hears nothing, but takes as long. One core
is used; the package's way is measured where the package is installed. The processor's seconds count. `scripts/bench.py`
has these rows in its report.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ONE_CORE = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
CHECKOUT = Path(__file__).resolve().parents[1]
SIZE, LAYERS = 320, 5  # of uni2005
WAYS = {"NumPy": True, "package": False}


def main() -> int:
    os.environ.update(ONE_CORE)  # before NumPy is loaded
    sys.path.insert(0, str(CHECKOUT))
    parser = argparse.ArgumentParser(description="Measure Allosaurus as an ear on one core.")
    parser.add_argument("audio", type=Path, metavar="AUDIO")
    parser.add_argument("--model", type=Path, metavar="FOLDER")
    options = parser.parse_args()
    for line in rows(measure(options.audio, options.model)):
        print(line)
    return 0


def measure(audio: Path, model: Path | None = None) -> dict[str, Any]:
    """Give the seconds of each way for a minute of sound, of the processor and by the clock; None for one not here."""
    with tempfile.TemporaryDirectory() as folder:
        place = model or _made(Path(folder) / "random")
        return {way: _seconds(audio, place, plain) for way, plain in WAYS.items()}


def _made(folder: Path) -> Path:
    sys.path.append(str(CHECKOUT / "tests" / "engine"))
    import made_allosaurus as made

    path = made.folder(folder, made.tables(size=SIZE, layers=LAYERS))
    told = {"model": "allosaurus", "hidden_size": SIZE, "layer_size": LAYERS, "proj_size": 0, "feat_size": 120}
    told |= {"phone_size": len(made.UNITS) + 1, "lang_size_dict": {}}
    (path / "am_config.json").write_text(json.dumps(told), encoding="utf-8")
    return path


def _seconds(audio: Path, model: Path, plain: bool) -> tuple[float, float] | None:
    from engine.ears.allosaurus import open_ear
    from engine.progress import drain
    from engine.sound.source import FileSource

    ear = open_ear(model, plain)
    if ear.by_package == plain:
        return None
    source = FileSource(audio)
    begun = time.process_time(), time.perf_counter()
    drain(ear.phones(source, None))
    spent, passed = time.process_time() - begun[0], time.perf_counter() - begun[1]
    return 60.0 * spent / source.duration, 60.0 * passed / source.duration


def rows(found: dict[str, Any]) -> Iterator[str]:
    """Lines of report."""
    yield f"\n{'Allosaurus as the ear':28} {'processor':>10} {'clock':>10}   s for a minute of sound"
    for way, seconds in found.items():
        if seconds is None:
            yield f"{'by its ' + way:28} {'not installed here':>21}   (scripts/test.py makes an environment with it)"
        else:
            spent, passed = seconds
            yield f"{'by ' + ('its ' if way == 'package' else '') + way:28} {spent:10.3f} {passed:10.3f}"


if __name__ == "__main__":
    raise SystemExit(main())
