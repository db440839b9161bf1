"""Measure Allosaurus as an ear: seconds for a minute of speech, by NumPy and by its own package.

    python3 scripts/bench_allosaurus.py AUDIO [--model FOLDER]

Without `--model` one of the size of 'uni2005' is made of random numbers: it hears nothing, but takes as long. One core
is used; the package's way is measured where the package is installed. The processor's seconds count.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

os.environ |= dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
CHECKOUT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(CHECKOUT), str(CHECKOUT / "tests" / "engine")]
SIZE, LAYERS = 320, 5  # of uni2005


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure Allosaurus as an ear on one core.")
    parser.add_argument("audio", type=Path, metavar="AUDIO")
    parser.add_argument("--model", type=Path, metavar="FOLDER")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        model = options.model or _made(Path(folder) / "random")
        for way, plain in (("NumPy", True), ("package", False)):
            _measure(options.audio, model, way, plain)
    return 0


def _made(folder: Path) -> Path:
    import made_allosaurus as made

    path = made.folder(folder, made.tables(size=SIZE, layers=LAYERS))
    told = {"model": "allosaurus", "hidden_size": SIZE, "layer_size": LAYERS, "proj_size": 0, "feat_size": 120}
    told |= {"phone_size": len(made.UNITS) + 1, "lang_size_dict": {}}
    (path / "am_config.json").write_text(json.dumps(told), encoding="utf-8")
    return path


def _measure(audio: Path, model: Path, way: str, plain: bool) -> None:
    from engine.ears.allosaurus import open_ear
    from engine.progress import drain
    from engine.sound.source import FileSource

    ear = open_ear(model, plain)
    if ear.by_package == plain:
        print("package: not installed here")
        return
    source = FileSource(audio)
    began = time.process_time()
    phones = drain(ear.phones(source, None))
    taken = time.process_time() - began
    print(f"{way}: {60.0 * taken / source.duration:.2f} s a minute ({len(phones)} phones in {source.duration:.1f} s)")


if __name__ == "__main__":
    raise SystemExit(main())
