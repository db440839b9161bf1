"""A take performed with its acting, the edits laid over it: what the tables of `curves` and `swap` hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from .profiles import key_names
from .terminal import remark, shown

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ..delivery import Delivery
    from ..languages import Language
    from ..mouth.curves import Contact
    from ..placing import Placed
    from ..rig import Grid, KeyCurve, KeyInfo, Profile
    from ..score import Edit
    from ..take import Take

    Floats = NDArray[np.float64]
    Curve = Callable[[Floats], Floats]

ROWS = 10000  # of a table made at once: bounds the memory


def acted(
    take: Take, placed: Placed, language: Language, profile: Profile, grid: Grid, delivery: Delivery | None = None
) -> dict[str, Curve]:
    """The curves of a face of the profile's own scheme, by their keys: seconds [n] -> values [n].

    Curves of edits that the profile does not know stand behind its own. With a `delivery` they are reduced to it before
    the edits are laid over them, and what that saved and cost is told. Raises RigError, UsageError.
    """
    from ..perform import face_curves, perform
    from ..placing import resolve
    from ..rig import KeyInfo

    acting, style = resolve(placed, take), placed.score.style
    keys = [KeyInfo(name) for name in key_names(profile)]
    spoken = shown(perform(take, language, profile, keys, style, grid, acting=acting))
    by_name = _by_name(placed.score.edits)
    contacts = face_curves(take, language, style, acting).contacts if by_name or delivery is not None else ()
    if delivery is not None:
        spoken = delivered(spoken, profile, keys, contacts, grid, delivery)
    made = {one.name: one for one in spoken}
    curves: dict[str, Curve] = {name: partial(bounded, curve) for name, curve in made.items()}
    if by_name:
        curves |= {name: _laid(made.get(name), edits, take, placed, contacts, grid) for name, edits in by_name.items()}
    return curves


def delivered(
    curves: Sequence[KeyCurve],
    profile: Profile,
    keys: Sequence[KeyInfo],
    contacts: Sequence[Contact],
    grid: Grid,
    delivery: Delivery,
) -> tuple[KeyCurve, ...]:
    """The curves reduced for a delivery, and on standard output what that saved and cost."""
    from ..delivery import reduce_keys
    from ..rig import bind

    binding = bind(profile, [key.name for key in keys])
    reduced = reduce_keys(curves, binding, keys, contacts, grid, delivery)
    print("\n".join(reduced.savings.lines()))
    return reduced.curves


def bounded(curve: KeyCurve, times: Floats) -> Floats:
    """A curve's values [n] at `times` [n] (seconds), kept within 0..1."""
    import numpy as np

    return np.clip(curve.at(times), 0.0, 1.0)


def _by_name(edits: Sequence[Edit]) -> dict[str, list[Edit]]:
    """The edits of each curve, but for those of layers above it."""
    found: dict[str, list[Edit]] = {}
    above = 0
    for edit in edits:
        if edit.curve.layer:
            above += 1
        else:
            found.setdefault(edit.curve.name, []).append(edit)
    if above:
        made = "1 edit was made on a layer" if above == 1 else f"{above} edits were made on layers"
        carried = "it is" if above == 1 else "they are"
        remark(f"{made} above the speech; {carried} carried over, but not in the curves.")
    return found


def _laid(
    curve: KeyCurve | None, edits: Sequence[Edit], take: Take, placed: Placed, contacts: Sequence[Contact], grid: Grid
) -> Curve:
    """A curve with its edits: without keys where it is muted."""
    from ..edits.evaluating import evaluate
    from ..edits.keys import made, no_keys
    from ..edits.laying import lay
    from ..score import take_id

    generated = no_keys() if curve is None else made(curve)
    chosen = [(edit, placed.of(edit.id)) for edit in edits]
    laid = lay(generated, chosen, contacts, placed.inserted, grid, take=take_id(take), phones=take.phones)
    return partial(evaluate, no_keys() if laid.muted else laid.keys)


def write_table(path: Path, curves: Mapping[str, Curve], names: Sequence[str], seconds: float, fps: float) -> int:
    """Write CSV, a row for each frame of `seconds`: the time, then each of `names` and of the other curves.

    Values are 0..1 but where they were edited, 0 where a key does not move. Gives the number of rows. Raises
    OutputError.
    """
    import numpy as np

    from ..files import writing

    rows = int(seconds * fps + 1e-6) + 1
    columns = list(dict.fromkeys([*names, *curves]))
    with writing(path) as file:
        for lines in _table(columns, curves, np.arange(rows) / fps):
            file.write(lines.encode("utf-8"))
    return rows


def _table(names: Sequence[str], curves: Mapping[str, Curve], times: Floats) -> Iterator[str]:
    yield ",".join(map(_quoted, ["seconds", *names])) + "\n"
    for first in range(0, len(times), ROWS):
        yield _rows(names, curves, times[first : first + ROWS])


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"' if any(letter in name for letter in ',"\n\r') else name


def _rows(names: Sequence[str], curves: Mapping[str, Curve], times: Floats) -> str:
    import numpy as np

    values = np.zeros((len(times), len(names)))
    for column, name in enumerate(names):
        if name in curves:
            values[:, column] = curves[name](times)
    lines = []
    for time, row in zip(times.tolist(), (values + 0.0).tolist(), strict=True):
        lines.append(",".join([f"{time:.6f}".rstrip("0").rstrip("."), *(f"{value:.4f}" for value in row)]))
    return "\n".join(lines) + "\n"
