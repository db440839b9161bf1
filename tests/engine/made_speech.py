"""Posteriors and scripts made from known phones, for tests of alignment."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.phones import CLASSES, segments
from engine.recognizer import Posteriors, articulation_table
from engine.take import Phone
from engine.transcript.script import Reading, Script, ScriptWord, Sound

VOCABULARY = {
    "mama": "mamɑ", "tulip": "tulɪp", "seven": "sɛvən", "boat": "bot", "keep": "kip", "fish": "fɪʃ", "window": "wɪndo",
    "garden": "ɡɑɹdən", "yellow": "jɛlo", "monkey": "mʌŋki", "paper": "pepəɹ", "shadow": "ʃædo", "robin": "ɹɑbɪn",
    "vision": "vɪʒən", "thunder": "θʌndəɹ", "jacket": "dʒækɪt", "church": "tʃɜtʃ", "lemon": "lɛmən", "zebra": "zibɹə",
}  # fmt: skip


def word(text: str, *ways: str, pause: float = 0.0, at: int = 0) -> ScriptWord:
    """A word with its readings: IPA each, the first usual; without any its own of VOCABULARY."""
    readings = tuple(
        Reading(tuple(Sound(part) for part in segments(way)), 0.0 if number == 0 else 0.7)
        for number, way in enumerate(ways or (VOCABULARY[text],))
    )
    return ScriptWord(text, at, at + len(text), readings, pause)


def script(*words: ScriptWord | str) -> Script:
    """The words as a script, one space between each two."""
    placed, at = [], 0
    for one in words:
        own = word(one) if isinstance(one, str) else one
        placed.append(ScriptWord(own.text, at, at + len(own.text), own.readings, own.pause))
        at += len(own.text) + 1
    return Script(" ".join(one.text for one in placed), "en", tuple(placed))


def posteriors(said: Sequence[tuple[str, int]], seed: int = 0, noise: float = 0.6) -> Posteriors:
    """What is heard of (IPA of one class, frames) in order, '' being silence; unsure by `noise`."""
    path = np.repeat([CLASSES.index(ipa) for ipa, _ in said], [frames for _, frames in said])
    logs = np.random.default_rng(seed).normal(0.0, noise, (len(path), len(CLASSES)))
    logs[np.arange(len(path)), path] += 6.0
    logs -= np.log(np.exp(logs).sum(axis=1, keepdims=True))
    return Posteriors(logs.astype(np.float16), articulation_table()[path].astype(np.float16))


def spoken(line: str, frames: int = 8) -> list[tuple[str, int]]:
    """The phones of a line of known words, `frames` each; '_' is half a second of silence, /IPA/ is itself."""
    said: list[tuple[str, int]] = [("", 20)]
    for one in line.split():
        if one == "_":
            said.append(("", 50))
        else:
            ipa = one.strip("/") if one.startswith("/") else VOCABULARY[one]
            said += [(part, frames) for part in segments(ipa)]
    return [*said, ("", 20)]


def heard(said: Sequence[tuple[str, int]]) -> tuple[Phone, ...]:
    """The phones of `said` in time."""
    found, at = [], 0
    for ipa, frames in said:
        if ipa:
            found.append(Phone(at / 100, (at + frames) / 100, ipa, 0.9))
        at += frames
    return tuple(found)
