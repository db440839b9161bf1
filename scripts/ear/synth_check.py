"""What a folder of synthesized speech holds, and how well its labels agree with the sound."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from synth_edges import RATE, Phone, edge_errors, kind, loudness, pause_errors
from synth_shards import read_shards

MOST_EDGES = 40  # utterances of a shard whose edges are measured


def check(folder: Path) -> None:
    """Print utterances and hours by engine and language, phones by engine, and edges by engine and class.

    The voices of festival and flite stand each for itself."""
    hours: dict[tuple[str, str, str], float] = defaultdict(float)
    count: Counter[str] = Counter()
    phones: dict[str, Counter[str]] = defaultdict(Counter)
    edges: dict[str, dict[tuple[str, str], list[int]]] = defaultdict(lambda: defaultdict(list))
    levels: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for _, samples, lines in read_shards(folder):
        for index, line in enumerate(lines):
            engine = _voice_group(line)
            hours[engine, str(line["language"]), str(line["split"])] += (line["end"] - line["start"]) / RATE / 3600  # type: ignore[operator]
            count[engine] += 1
            labelled = _phones(line)
            phones[engine].update(phone.ipa for phone in labelled)
            if index < MOST_EDGES:
                sound = np.asarray(samples[line["start"] : line["end"]])  # type: ignore[misc]
                for before, after, error in edge_errors(sound, labelled) + pause_errors(sound, labelled):
                    edges[engine][before, after].append(error)
                _measure_levels(sound, labelled, levels[engine])
    _print_hours(hours, count)
    for engine in sorted(count):
        _print_phones(engine, phones[engine])
        _print_edges(engine, edges[engine])
        _print_levels(engine, levels[engine])


def _voice_group(line: dict[str, Any]) -> str:
    """espeak-ng's variants share their timing; each voice of a real speaker has labels of its own."""
    return "espeak" if line["engine"] == "espeak" else f"{line['engine']}/{line['voice']}"


def _phones(line: dict[str, Any]) -> list[Phone]:
    return [Phone(start, end, ipa) for start, end, ipa in line["phones"]]


def _measure_levels(sound: np.ndarray, phones: list[Phone], levels: dict[str, list[float]]) -> None:
    level = loudness(sound)
    inside = np.zeros(len(level), bool)
    for phone in phones:
        first, last = round(phone.start * 1000), round(phone.end * 1000)
        inside[first:last] = True
        if last - first >= 10:
            levels[kind(phone.ipa)].append(float(np.median(level[first:last])))
    if (~inside).sum() > 20:
        levels["silence"].append(float(np.median(level[~inside])))


def _print_hours(hours: dict[tuple[str, str, str], float], count: Counter[str]) -> None:
    for engine in sorted(count):
        mine = {key[1:]: value for key, value in hours.items() if key[0] == engine}
        test = sum(value for (_, split), value in mine.items() if split == "test")
        print(f"{engine}: {count[engine]} utterances, {sum(mine.values()):.2f} h, test {test:.2f} h")
        languages = sorted({language for language, _ in mine})
        total = {name: sum(mine.get((name, split), 0.0) for split in ("train", "test")) for name in languages}
        print("  " + ", ".join(f"{name} {value:.2f}" for name, value in total.items()))


def _print_phones(engine: str, phones: Counter[str]) -> None:
    total = sum(phones.values())
    print(f"{engine} phones, per mille: " + " ".join(f"{p} {1000 * n / total:.1f}" for p, n in phones.most_common(90)))
    print(f"  {len(phones)} different, {total} in all")


def _print_edges(engine: str, edges: dict[tuple[str, str], list[int]]) -> None:
    print(f"{engine} edges: sharpest change of the spectrum after (+) the label, ms: median [quartiles] count")
    for (before, after), errors in sorted(edges.items(), key=lambda item: -len(item[1]))[:45]:
        low, middle, high = np.percentile(errors, (25, 50, 75))
        print(f"  {before:>16} | {after:16} {middle:+5.0f} [{low:+.0f} {high:+.0f}] {len(errors)}")


def _print_levels(engine: str, levels: dict[str, list[float]]) -> None:
    shown = ", ".join(f"{name} {np.median(values):.0f}" for name, values in sorted(levels.items()))
    print(f"{engine} level, dB against loud speech, median by class: {shown}")
