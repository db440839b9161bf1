"""`lockstep curves`: a take's curves for a rig, as a table."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from . import targets
from .profiles import key_names, profile_of
from .terminal import shown

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ..rig import KeyCurve
    from ..rig.curves import Mode

ROWS = 10000  # of a table made at once: bounds the memory
CONTROLS = {
    "intensity": (1.0, "how far everything moves, 0 to 2"),
    "jaw": (1.0, "how far the jaw moves, 0 to 2"),
    "lips": (1.0, "how far the lips move, 0 to 2"),
    "smoothing": (0.0, "how far movement is rounded off, 0 to 1"),
    "lead": (30.0, "ms that vowels lead their sound, -200 to 200"),
    "effort": (1.0, "how fully sounds reach their shapes, 0 to 2"),
}


def add(parser: argparse.ArgumentParser) -> None:
    """What the command is told."""
    parser.add_argument("take", metavar="TAKE.json", type=Path, help="made by 'lockstep analyze'")
    parser.add_argument("-o", "--output", metavar="OUT.csv", type=Path, required=True)
    parser.add_argument("--rig", metavar="NAME", default="arkit", help="see 'lockstep rigs'; default: arkit")
    parser.add_argument("--fps", type=float, default=60.0, help="rows per second, 1 to 1000; default: 60")
    parser.add_argument("--language", metavar="CODE", help="default: the take's own")
    for name, (usual, meaning) in CONTROLS.items():
        parser.add_argument(f"--{name}", metavar="N", type=float, default=usual, help=f"{meaning}; default: {usual:g}")
    parser.add_argument(
        "--mode", choices=("frames", "subframes", "stepped"), help="default: stepped for drawings, else frames"
    )
    parser.add_argument("--step", type=int, choices=(1, 2), default=1, help="frames a drawing is held; default: 1")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> None:
    import numpy as np

    from ..files import writing
    from ..languages import load
    from ..mouth import Controls
    from ..perform import perform
    from ..rig import Grid, KeyInfo
    from ..take import read_take

    controls = Controls(*(getattr(options, name) for name in CONTROLS))
    profile = profile_of(options.rig)
    mode: Mode = options.mode or ("stepped" if profile.exclusive else "frames")
    grid = Grid(options.fps, 0.0, mode, options.step)
    targets.check(options.output, options.take)
    take = read_take(options.take)
    keys = [KeyInfo(name) for name in key_names(profile)]
    made = shown(perform(take, load(options.language or take.language), profile, keys, controls, grid))
    rows = int(take.audio.duration * options.fps + 1e-6) + 1
    with writing(options.output) as file:
        for lines in _table([key.name for key in keys], made, np.arange(rows) / options.fps):
            file.write(lines.encode("utf-8"))
    print(f"{options.output}: {rows} rows at {options.fps:g} a second, {len(made)} of {len(keys)} keys move.")


def _table(names: Sequence[str], curves: Sequence[KeyCurve], times: NDArray[np.float64]) -> Iterator[str]:
    """CSV, some rows at a time: seconds, then each of `names`, its value 0..1 at each of `times` (else 0)."""
    yield ",".join(["seconds", *names]) + "\n"
    for first in range(0, len(times), ROWS):
        yield _rows(names, curves, times[first : first + ROWS])


def _rows(names: Sequence[str], curves: Sequence[KeyCurve], times: NDArray[np.float64]) -> str:
    import numpy as np

    from ..rig import sample

    values = np.zeros((len(times), len(names)))
    for column, curve in enumerate(curves):
        values[:, names.index(curve.name)] = sample(curves[column : column + 1], times)[:, 0]
    lines = []
    for time, row in zip(times.tolist(), np.clip(values, 0.0, 1.0).tolist(), strict=True):
        lines.append(",".join([f"{time:.6f}".rstrip("0").rstrip("."), *(f"{value:.4f}" for value in row)]))
    return "\n".join(lines) + "\n"
