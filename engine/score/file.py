"""A score as JSON, in the .blend and as a file beside it.

    {
      "format": "lockstep.score", "version": 1,
      "style": {"intensity": 1.0, ...},          the mouth's controls, see engine/mouth/controls.py
      "emphases": [{"id", "at", "amount"}],
      "emotions": [{"id", "start", "end", "name", "strength", "fade"}],
      "gestures": [{"id", "at", "name", "strength", "duration"}],
      "pins": [{"id", "at", "shape", "strength"}],
      "edits": [{"id", "curve", "start", "end", "kind", "keys", "gone", "scale", "offset", "shift",
                 "opens", "closes", "fps"}]
    }

The keys are the fields of the values in items.py, which tell their meaning, units and ranges; each item may have
"muted" and "guess". What stands at its default is left out. A place in speech ("at", "start", "end", each of "gone") is
an object with the fields of Anchor in anchor.py: {"take": "0f3a...", "kind": "phone", "index": 12, "amount": 0.4,
"ipa": "w", "before": ["a", "n", "d"], "after": ["ɔ", "t"], "word": "water", "phrase": 1, "share": 0.25}. A curve is an
object with the fields of Curve, each of "keys" one with those of EditedKey, its handles "left" and "right" being
[seconds, value] from the key. Numbers are written to their last digit: what is read is what was written.

An older version is read, a newer one refused. Fields may be added within a version: a reader passes over those that it
does not know, and gives those that are missing their defaults.
"""

from __future__ import annotations

from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ..errors import ScoreError
from ..files import write_text
from ..json_reader import Form, Reader, json_text
from ..mouth.controls import Controls
from .anchor import Anchor
from .items import LISTS, Curve, Edit, EditedKey, Emotion, Emphasis, Gesture, Handle, Pin, Score

FORM = Form("lockstep.score", 1, "score", ScoreError, "choose a score that Lockstep wrote")
MOST_PHONES = 10_000_000  # of a take: far beyond an hour of speech; a larger number is no index


def to_json(score: Score) -> str:
    """The score as JSON text with one item a line, that ends in a newline. The same score always gives the same."""
    style = {item.name: float(getattr(score.style, item.name)) for item in fields(score.style)}
    head = {"format": FORM.format, "version": FORM.version, "style": style}
    lines = [f"{json_text(key)}: {json_text(value)}" for key, value in head.items()]
    for name in LISTS:
        items = [f"\n  {json_text(_plain(item))}" for item in getattr(score, name)]
        lines.append(f"{json_text(name)}: [" + ",".join(items) + ("\n]" if items else "]"))
    return "{\n" + ",\n".join(lines) + "\n}\n"


def from_json(text: str, name: str = "The score") -> Score:
    """A score from its JSON text; `name` is how errors call it. What is missing has its default.

    Raises ScoreError where the text is no score, is broken, or comes from a newer version of this program.
    """
    return FORM.read(text, name, _score)


def read_score(path: Path | str) -> Score:
    """The score in a file. Raises ScoreError, as `from_json` does, and where the file cannot be read."""
    return FORM.read_file(Path(path), _score)


def write_score(score: Score, path: Path | str) -> None:
    """Write the score to a file, whole or not at all. Raises OutputError where that cannot be done."""
    write_text(Path(path), to_json(score))


def _plain(value: Any) -> Any:
    """A value of ours as objects and lists, without what stands at its default."""
    if is_dataclass(value):
        held = {item.name: (getattr(value, item.name), item.default) for item in fields(value)}
        return {name: _plain(own) for name, (own, usual) in held.items() if usual is MISSING or own != usual}
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    return value.item() if hasattr(value, "item") else value  # numbers of NumPy


def _score(data: Reader) -> Score:
    return data.make(
        lambda data: Score(
            data.inner("style").make(_style),
            tuple(item.make(_emphasis) for item in data.items("emphases")),
            tuple(item.make(_emotion) for item in data.items("emotions")),
            tuple(item.make(_gesture) for item in data.items("gestures")),
            tuple(item.make(_pin) for item in data.items("pins")),
            tuple(item.make(_edit) for item in data.items("edits")),
        )
    )


def _style(data: Reader) -> Controls:
    usual = Controls()
    return Controls(**{item.name: data.finite(item.name, getattr(usual, item.name)) for item in fields(Controls)})


def _anchor(data: Reader) -> Anchor:
    return Anchor(
        data.get("take", str), data.get("kind", str), data.whole("index", MOST_PHONES), data.finite("amount"),
        data.text("ipa", ""), tuple(data.texts("before")), tuple(data.texts("after")), data.text("word", ""),
        data.whole("phrase", MOST_PHONES), data.number("share", 0.0, most=1.0),
    )  # fmt: skip


def _at(data: Reader, key: str = "at") -> Anchor:
    return data.inner(key).make(_anchor)


def _emphasis(data: Reader) -> Emphasis:
    return Emphasis(data.get("id", str), _at(data), **_usual(data, Emphasis))


def _emotion(data: Reader) -> Emotion:
    ends = _at(data, "start"), _at(data, "end")
    return Emotion(data.get("id", str), *ends, data.get("name", str), **_usual(data, Emotion))


def _gesture(data: Reader) -> Gesture:
    return Gesture(data.get("id", str), _at(data), data.get("name", str), **_usual(data, Gesture))


def _pin(data: Reader) -> Pin:
    return Pin(data.get("id", str), _at(data), data.get("shape", str), **_usual(data, Pin))


def _edit(data: Reader) -> Edit:
    return Edit(
        data.get("id", str),
        data.inner("curve").make(_curve),
        _at(data, "start"),
        _at(data, "end"),
        keys=tuple(item.make(_key) for item in data.items("keys")),
        gone=tuple(item.make(_anchor) for item in data.items("gone")),
        **_usual(data, Edit),
    )


def _curve(data: Reader) -> Curve:
    return Curve(data.get("name", str), makes=_makes(data), **_usual(data, Curve))


def _makes(data: Reader) -> tuple[tuple[str, float], ...]:
    found = []
    for name, amount in data.pairs("makes"):
        if not isinstance(name, str) or isinstance(amount, bool) or not isinstance(amount, int | float):
            data.fail("a curve's 'makes' should hold pairs of a channel and a number")
        found.append((name, float(amount)))
    return tuple(found)


def _key(data: Reader) -> EditedKey:
    handles = _handle(data, "left"), _handle(data, "right")
    return EditedKey(_at(data), data.finite("value"), *handles, **_usual(data, EditedKey))


def _handle(data: Reader, key: str) -> Handle:
    numbers = data.numbers(key) or [0.0, 0.0]
    if len(numbers) != 2:
        data.fail(f"a key's '{key}' should be two numbers, seconds and value, not {len(numbers)}")
    return numbers[0], numbers[1]


def _usual(data: Reader, kind: type) -> dict[str, Any]:
    """The texts, numbers and marks of a value that have a default, as they are given."""
    found: dict[str, Any] = {}
    for name, usual in _defaults(kind):
        if isinstance(usual, bool):
            found[name] = data.flag(name, usual)
        elif isinstance(usual, str):
            found[name] = data.text(name, usual)
        else:
            found[name] = data.finite(name, usual)
    return found


@cache
def _defaults(kind: type) -> tuple[tuple[str, str | float | bool], ...]:
    return tuple((item.name, item.default) for item in fields(kind) if isinstance(item.default, str | float | bool))
