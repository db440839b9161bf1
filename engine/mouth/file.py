"""Face curves as JSON, in a file of their own: what another program needs to move a face of its own.

    {
      "format": "lockstep.face", "version": 1,
      "start": -0.1, "hop": 0.005,               seconds: of the first value, and between two
      "channels": {"jaw": [0.0, 0.012, ...]},    the channels of the mouth, all of one length, 0 to 1
      "expression": {"brow_inner": [...]},       brows, lids, gaze, head; only what the acting moves, -1 to 1
      "contacts": [{"start": 0.31, "end": 0.37, "kind": "lips"}]
    }

Values are written to 0.0001, times to 0.0001 s. A channel of the mouth that is missing is at rest; a reader passes over
fields that it does not know.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..errors import UsageError
from ..files import write_text
from ..json_reader import Form, Reader, json_text
from .curves import CHANNELS, Contact, FaceCurves, Floats

FORM = Form("lockstep.face", 1, "face", UsageError, "choose a file of face curves that Lockstep wrote")
DIGITS = 4  # of a value: finer than any key is
LONGEST_HOP = 1.0  # seconds
KINDS = ("lips", "teeth")


def to_json(curves: FaceCurves) -> str:
    """Face curves as JSON text with a channel a line, that ends in a newline. The same curves always give the same."""
    head = {"format": FORM.format, "version": FORM.version, "start": _short(curves.start), "hop": curves.hop}
    lines = [f"{json_text(key)}: {json_text(value)}" for key, value in head.items()]
    for name, rows in (("channels", curves.channels), ("expression", curves.expression)):
        tracks = [f"\n  {json_text(channel)}: {json_text(_values(values))}" for channel, values in rows.items()]
        lines.append(f"{json_text(name)}: {{" + ",".join(tracks) + ("\n}" if tracks else "}"))
    contacts = [{"start": _short(one.start), "end": _short(one.end), "kind": one.kind} for one in curves.contacts]
    lines.append('"contacts": [' + ",".join(f"\n  {json_text(one)}" for one in contacts) + ("\n]" if contacts else "]"))
    return "{\n" + ",\n".join(lines) + "\n}\n"


def from_json(text: str, name: str = "The face") -> FaceCurves:
    """Face curves from their JSON text; `name` is how errors call it.

    Raises UsageError where the text holds none, is broken, or comes from a newer version of this program.
    """
    return FORM.read(text, name, _curves)


def read_face(path: Path | str) -> FaceCurves:
    """The face curves in a file. Raises UsageError, as `from_json` does, and where the file cannot be read."""
    return FORM.read_file(Path(path), _curves)


def write_face(curves: FaceCurves, path: Path | str) -> None:
    """Write face curves to a file, whole or not at all. Raises OutputError where that cannot be done."""
    write_text(Path(path), to_json(curves))


def _short(value: float) -> float:
    return round(float(value), DIGITS) + 0.0  # + 0.0: no minus zero


def _values(values: Floats) -> list[float]:
    rounded: list[float] = (np.round(values.astype(np.float64), DIGITS) + 0.0).tolist()
    return rounded


def _curves(data: Reader) -> FaceCurves:
    channels, expression = data.inner("channels"), data.inner("expression")
    names = channels.names()
    given = {name: channels.floats(name) for name in CHANNELS if name in names}
    shown = {name: expression.floats(name) for name in expression.names()}
    lengths = {len(values) for values in (*given.values(), *shown.values())}
    if len(lengths) != 1 or lengths == {0}:
        data.fail("its channels should all be of one length, above 0")
    for name, values in (*given.items(), *shown.items()):
        if np.abs(values).max() > 1.0 or (name in given and values.min() < 0.0):
            data.fail(f"the channel '{name}' should stay between {'0' if name in given else '-1'} and 1")
    rest = np.zeros(lengths.pop(), np.float32)
    return FaceCurves(
        data.finite("start"),
        data.number("hop", least=0.001, most=LONGEST_HOP),
        {name: given.get(name, rest) for name in CHANNELS},
        tuple(item.make(_contact) for item in data.items("contacts")),
        shown,
    )


def _contact(data: Reader) -> Contact:
    kind = data.get("kind", str)
    if kind not in KINDS:
        data.fail(f"a contact's 'kind' should be one of {', '.join(KINDS)}, not '{kind}'")
    return Contact(data.finite("start"), data.finite("end"), kind)
