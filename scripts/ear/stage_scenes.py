"""Scenes for telling how far hearing is to be trusted: three lines of one voice and what spoils them.

Lines whose phones are known in time, with pauses between, clean or with noise, music, another voice or a crowd over
all of them or over the second alone, said in a whisper, recorded far too low, heard in a wrong language or by their
text; and scenes in which the second line is gone and what lay over it sounds alone.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import conditions
import numpy as np
import trials
from numpy.typing import NDArray
from trials import RATE, Row, Trial

from engine.languages import codes

NATIVE = (
    *("kathleen", "kerstin", "ljspeech141_en", "asterisk_en", "asterisk_ru", "gcompris_pt", "artikulate_fr"),
)  # fmt: skip
"""Sets of real speech by native speakers with held-out lines, timed by their transcripts."""
FIT = -2.6  # log: how well a real line fits its transcript, at least
LINES = 3
SHORTEST, LONGEST = 1.0, 9.0  # seconds of a line
LEVEL = 0.1  # root mean square of each line
PLAN = (
    *[("clean", 0.0)] * 12,
    *[("noise", snr) for snr in (30.0, 20.0, 10.0, 10.0, 5.0, 5.0, 0.0, 0.0, -5.0)],
    *[(over, snr) for over in ("music", "voice") for snr in (20.0, 10.0, 5.0, 0.0, -5.0)],
    *[("crowd", snr) for snr in (10.0, 5.0, 0.0, -5.0)],
    *[("second line", snr) for snr in (10.0, 5.0, 0.0, 0.0, -5.0, -5.0)],
    *[(gone, snr) for gone in ("noise alone", "music alone") for snr in (5.0, 0.0, -5.0, -10.0)],
    *[("with its text", snr) for snr in (30.0, 10.0, 5.0, 0.0, -5.0)],
    *[("wrong language", 0.0)] * 4,
    *[("low", 0.0)] * 2,
    *[("whispered", 0.0)] * 3,
)
"""What is done to scenes, and at how many dB of speech over what lies over it; as often as it is listed."""

Sound = NDArray[np.float64]
Timed = tuple[tuple[float, float, str], ...]
Voice = tuple[str, str, str]  # where from, language, who


@dataclass(frozen=True)
class Scene:
    """A `sound` at 16 kHz, the `clean` one that it was made of, and the phones in both in time.

    `kind`, `snr` from PLAN; `given` the language it is heard in, `text` its transcript or ''.
    """

    kind: str
    snr: float
    voice: Voice
    sound: Sound
    clean: Sound
    phones: Timed
    given: str
    text: str = ""


def voices(judge: Path, synth: Path, real: Path) -> dict[Voice, list[tuple[Path, Row]]]:
    """Lines of each held-out voice: diphones of real speakers, synthetic voices, real native speakers."""
    found: dict[Voice, list[tuple[Path, Row]]] = defaultdict(list)
    folders = (
        ("diphones", sorted(judge.glob("mbrola_*.jsonl"))),
        ("synthetic", sorted(path for path in synth.glob("*.jsonl") if path.is_file())),
        ("real", [real / f"{name}.aligned.jsonl" for name in NATIVE]),
    )
    for origin, listings in folders:
        for listing in listings:
            for row in _wanted(listing):
                who = f"{row.get('engine', '')} {row.get('voice') or row.get('speaker')}".strip()
                sounds = listing.with_name(listing.name.replace(".aligned", "")).with_suffix(".npy")
                found[origin, row["language"].split("-")[0], who].append((sounds, row))
    return {voice: rows for voice, rows in found.items() if len(rows) >= LINES}


def _wanted(listing: Path) -> Iterator[Row]:
    for line in listing.read_text(encoding="utf-8").splitlines():
        row = {"text": "", "set": listing.stem, "fit": 0.0} | json.loads(line)
        is_long = SHORTEST * RATE <= row["end"] - row["start"] <= LONGEST * RATE
        plain = row.get("engine") not in ("mbrola-words", "mbrola-repeated")
        known = row["language"].split("-")[0] in codes() and row.get("phones")
        if row["split"] == "test" and is_long and plain and known and row["fit"] > FIT:
            yield row


def scenes(known: dict[Voice, list[tuple[Path, Row]]], count: int, seed: int) -> Iterator[Scene]:
    """So many scenes: PLAN over and over, each language alike, each voice of a language alike."""
    by_language: dict[str, list[Voice]] = defaultdict(list)
    for voice in known:
        by_language[voice[1]].append(voice)
    languages = sorted(by_language)
    for number in range(count):
        draw = np.random.default_rng([seed, number])
        kind, snr = PLAN[number % len(PLAN)]
        own = by_language[languages[int(draw.integers(len(languages)))]]
        yield _scene(kind, snr, own[int(draw.integers(len(own)))], known, draw)


def _scene(kind: str, snr: float, voice: Voice, known: dict[Voice, list[tuple[Path, Row]]],
           draw: np.random.Generator) -> Scene:  # fmt: skip
    clean, phones, spans, text = _spoken(known[voice], draw, (0.45, 0.9))
    scene = Scene(kind, snr, voice, clean, clean, phones, voice[1])

    def over(what: str) -> Sound:
        return _over(what, snr, scene, spans, known, draw)

    if kind in ("noise", "music", "voice", "crowd"):
        return replace(scene, sound=clean + over(kind))
    if kind == "with its text":
        return replace(scene, sound=clean + over("noise"), text=text)
    if kind == "second line":
        what = ("noise", "music", "voice", "crowd")[int(draw.integers(4))]
        return replace(scene, sound=clean + over(what) * _beside(spans[1], len(clean)))
    if kind.endswith(" alone"):
        return _gone(scene, over(kind.split()[0]), spans[1], draw)
    if kind == "wrong language":
        others = [code for code in codes() if code not in (voice[1], "und")]
        return replace(scene, given=others[int(draw.integers(len(others)))])
    if kind == "low":
        return replace(scene, sound=np.round(clean * 10 ** (-draw.uniform(30, 50) / 20) * 32768) / 32768)
    if kind == "whispered":
        loud = np.round(clean / np.abs(clean).max() * 30000).astype(np.int16)
        return replace(scene, sound=conditions.whisper(Trial(" ".join(voice), loud, voice[1])).samples / 32768.0)
    return scene


def _spoken(
    rows: Sequence[tuple[Path, Row]], draw: np.random.Generator, pauses: tuple[float, float]
) -> tuple[Sound, Timed, list[tuple[int, int]], str]:
    """Lines one after another: their sound, phones, samples from and to, and text."""
    sounds, phones, spans = [np.zeros(int(0.4 * RATE))], [], []
    lines = [trials.read(*rows[int(at)]) for at in draw.choice(len(rows), LINES, replace=False)]
    at = len(sounds[0])
    for line in lines:
        own = line.samples.astype(np.float64) / 32768
        sounds += [
            own * LEVEL / max(float(np.sqrt(np.mean(own**2))), 1e-6),
            np.zeros(int(draw.uniform(*pauses) * RATE)),
        ]
        phones += [(at / RATE + start, at / RATE + end, ipa) for start, end, ipa in line.phones if ipa and end > start]
        spans.append((at, at + len(own)))
        at += len(own) + len(sounds[-1])
    return np.concatenate(sounds), tuple(phones), spans, ". ".join(line.text for line in lines)


def _over(what: str, snr: float, scene: Scene, spans: Sequence[tuple[int, int]],
          known: dict[Voice, list[tuple[Path, Row]]], draw: np.random.Generator) -> Sound:  # fmt: skip
    count = len(scene.clean)
    makers: dict[str, Callable[[], Sound]] = {
        "noise": lambda: _noise(count, draw),
        "music": lambda: _tune(count, draw),
        "voice": lambda: _others(1, count, scene, known, draw),
        "crowd": lambda: _others(4, count, scene, known, draw),
    }
    sound = makers[what]()
    speech = np.concatenate([scene.clean[start:stop] for start, stop in spans])
    return sound * np.sqrt(np.mean(speech**2) / (np.mean(sound**2) * 10 ** (snr / 10)))


def _others(many: int, count: int, scene: Scene, known: dict[Voice, list[tuple[Path, Row]]],
            draw: np.random.Generator) -> Sound:  # fmt: skip
    listed = [voice for voice in known if voice != scene.voice]
    sound = np.zeros(count)
    for at in draw.choice(len(listed), many, replace=False):
        own, _, _, _ = _spoken(known[listed[int(at)]], draw, (0.02, 0.2))
        sound += np.roll(np.resize(own, count), int(draw.integers(count)))
    return sound


def _noise(count: int, draw: np.random.Generator) -> Sound:
    """Pink or of another slope; half of those swell and fade."""
    if draw.random() < 0.5:
        return trials.pink(count, draw)
    sound = conditions.coloured(count, draw, float(draw.uniform(-9, 3)))
    if draw.random() < 0.5:
        return sound
    knots = max(4, int(count / RATE * draw.uniform(1, 8)))
    decibels = np.interp(np.linspace(0, knots - 1, count), np.arange(knots), draw.normal(0, draw.uniform(3, 10), knots))
    swollen: Sound = sound * 10 ** (np.minimum(decibels, 15) / 20)
    return swollen


def _tune(count: int, draw: np.random.Generator) -> Sound:
    """Chords of decaying harmonics with a beat, each tune at a tempo, key and timbre of its own."""
    beat, root = draw.uniform(0.18, 0.6), 110 * 2 ** draw.uniform(0, 1)
    time, sound = np.arange(int(1.2 * RATE)) / RATE, np.zeros(count + 2 * RATE)
    for start in (np.arange(0.0, count / RATE, beat) * RATE).astype(int):
        for note in root * 2 ** (draw.choice([-12, -5, 0, 3, 4, 7, 9, 12, 16, 19], int(draw.integers(1, 4))) / 12):
            tilt, decay = draw.uniform(0.8, 2.0), draw.uniform(2, 9)
            for harmonic in range(1, 8):
                tone = np.sin(2 * np.pi * note * harmonic * time) * np.exp(-decay * time)
                sound[start : start + len(time)] += tone / harmonic**tilt
        if draw.random() < 0.6:
            hit = draw.standard_normal(len(time)) * np.exp(-time * draw.uniform(15, 60))
            sound[start : start + len(time)] += draw.uniform(0.3, 1.5) * hit
    return sound[:count]


def _beside(span: tuple[int, int], count: int) -> Sound:
    """1 in a span and a little around it [count]."""
    inside = np.zeros(count)
    inside[max(0, span[0] - RATE // 5) : span[1] + RATE // 5] = 1.0
    return inside


def _gone(scene: Scene, over: Sound, span: tuple[int, int], draw: np.random.Generator) -> Scene:
    """The scene without one of its lines, and what lay over it there, or everywhere."""
    clean = scene.clean.copy()
    clean[span[0] : span[1]] = 0.0
    left = tuple(phone for phone in scene.phones if not span[0] <= phone[0] * RATE < span[1])
    shown = over if draw.random() < 0.5 else over * _beside(span, len(clean))
    return replace(scene, sound=clean + shown, clean=clean, phones=left)
