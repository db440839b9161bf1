"""Score heard phones against true ones: mouth classes, closures, lip-to-teeth contacts, phone error.

Counts are added up over utterances and turned into figures at the end, so that every frame and every closure weighs
the same; the interval comes from drawing utterances anew (bootstrap).

A contact (closure, lip-to-teeth) is found if the lips are shut within 40 ms of it, and a heard one is true if at
least half of it lies in real ones widened by 40 ms; one that lies in a long silence is not judged. Edge error: mean
distance of both edges of each found closure from the heard closure that overlaps it most.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from boundaries import BINS
from folding import fold
from mouths import CLOSED, HOP, MOUTHS, TEETH, Phone, Span, Truth, frames, letters_of, spans
from numpy.typing import NDArray

NEAR = 0.04
SURE = (0.85, 0.95)
DAMAGES = ("left_out", "added", "replaced", "repeated")
"""What a transcript may lack or have too much: see scripts/ear/damage.py."""
Counts = NDArray[np.float64]

FIELDS = (
    *("scored", "right"),
    *(f"scored_{mouth}" for mouth in MOUTHS),
    *(f"right_{mouth}" for mouth in MOUTHS),
    *("closures", "closures_found", "closures_heard", "closures_true", "edge_error", "edges"),
    *("teeth", "teeth_found", "teeth_heard", "teeth_true"),
    *("phones", "phone_errors", "sealed", "sealed_heard", "sealed_both"),
    *("boundaries", "boundary_error", "boundaries_close", *(f"boundary_{ms}" for ms in range(BINS))),
    *(f"{kind}_{what}" for kind in DAMAGES for what in ("done", "found")),
    *("flags", "flags_due", "sound_words", "sound_words_flagged", "told", "told_right", "asked"),
    *("sure", "sure_right", *(f"sure_{tenth}_{what}" for tenth in range(10) for what in ("n", "sum", "right"))),
    "seconds",
)
AT = {name: index for index, name in enumerate(FIELDS)}


def in_time(heard: Sequence[Phone], real: Truth) -> dict[str, float]:
    """Counts of one utterance from phones with times."""
    shown = frames(heard, len(real.mouth))
    good = real.right[np.arange(len(shown)), shown] & real.scored
    counts = {"scored": float(real.scored.sum()), "right": float(good.sum()), "seconds": len(shown) * HOP}
    for index, mouth in enumerate(MOUTHS):
        own = real.mouth == index
        counts[f"scored_{mouth}"] = float((own & real.scored).sum())
        counts[f"right_{mouth}"] = float((own & good).sum())
    for name, mouth, true in (("closures", CLOSED, real.closures), ("teeth", TEETH, real.teeth)):
        said = [span for span in spans(heard, mouth) if _share(span, real.pauses) < 0.5]
        counts |= contacts(name, true, said)
    error, edges = edge_errors(real.closures, spans(heard, CLOSED))
    return counts | {"edge_error": error, "edges": float(edges)}


def contacts(name: str, true: Sequence[Span], said: Sequence[Span]) -> dict[str, float]:
    """Counts of contacts: how many there are and are found, how many were heard and are true."""
    wide = _merged([(start - NEAR, end + NEAR) for start, end in true])
    found = sum(any(_overlap(one, other) > 1e-9 for other in said) for one in [(s - NEAR, e + NEAR) for s, e in true])
    real = sum(_share(span, wide) >= 0.5 for span in said)
    return {name: len(true), f"{name}_found": found, f"{name}_heard": len(said), f"{name}_true": real}


def edge_errors(true: Sequence[Span], said: Sequence[Span]) -> tuple[float, int]:
    """Sum (seconds) and number of the distances of found closures' edges."""
    total, count = 0.0, 0
    for span in true:
        best = max(said, key=lambda other: _overlap(span, other), default=None)
        if best is not None and _overlap(span, best) > 0:
            total += abs(best[0] - span[0]) + abs(best[1] - span[1])
            count += 2
    return total, count


def _overlap(one: Span, other: Span) -> float:
    return min(one[1], other[1]) - max(one[0], other[0])


def _share(span: Span, others: Sequence[Span]) -> float:
    """How much of a span lies in the others (apart from each other), 0..1."""
    return sum(max(0.0, _overlap(span, other)) for other in others) / max(span[1] - span[0], 1e-9)


def _merged(found: Sequence[Span]) -> list[Span]:
    out: list[Span] = []
    for start, end in sorted(found):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


def in_order(heard: Sequence[str], true: Sequence[str], sealing: frozenset[str] = frozenset("pbm")) -> dict[str, float]:
    """Counts of one utterance from sequences of shared phones: edit distance, and sealing phones matched by it."""
    distance, pairs = align(heard, true)
    both = sum(one in sealing and other in sealing for one, other in pairs)
    return {
        "phones": len(true),
        "phone_errors": distance,
        "sealed": sum(phone in sealing for phone in true),
        "sealed_heard": sum(phone in sealing for phone in heard),
        "sealed_both": both,
    }


def align(heard: Sequence[str], true: Sequence[str]) -> tuple[int, list[tuple[str, str]]]:
    """Edit distance and the (heard, true) pairs of one cheapest alignment."""
    table = np.zeros((len(heard) + 1, len(true) + 1), int)
    table[:, 0], table[0, :] = np.arange(len(heard) + 1), np.arange(len(true) + 1)
    for i, said in enumerate(heard, 1):
        for j, real in enumerate(true, 1):
            table[i, j] = min(table[i - 1, j - 1] + (said != real), table[i - 1, j] + 1, table[i, j - 1] + 1)
    pairs, i, j = [], len(heard), len(true)
    while i and j:
        if table[i, j] == table[i - 1, j - 1] + (heard[i - 1] != true[j - 1]):
            pairs.append((heard[i - 1], true[j - 1]))
            i, j = i - 1, j - 1
        elif table[i, j] == table[i - 1, j] + 1:
            i -= 1
        else:
            j -= 1
    return int(table[-1, -1]), pairs[::-1]


def confidence(heard: Sequence[Phone], sure: Sequence[float], true: Sequence[Phone]) -> dict[str, float]:
    """Counts of one utterance's phones by how sure the ear was of each (`sure` 0..1, or none at all).

    A phone is right if the true phone, or the silence, that covers most of it is the same shared phone, or a diphthong
    with it as a part. `sure` counts those between 0.85 and 0.95.
    """
    counts: dict[str, float] = {}

    def add(name: str, value: float) -> None:
        counts[name] = counts.get(name, 0.0) + value

    for phone, share in zip(heard, sure, strict=False):
        right = float(_is_right(phone, true))
        tenth = min(9, int(10 * share))
        for what, value in (("n", 1.0), ("sum", share), ("right", right)):
            add(f"sure_{tenth}_{what}", value)
        if SURE[0] <= share <= SURE[1]:
            add("sure", 1.0)
            add("sure_right", right)
    return counts


def _is_right(phone: Phone, true: Sequence[Phone]) -> bool:
    span = (phone[0], phone[1])
    best = max(true, key=lambda other: _overlap(span, other[:2]), default=None)
    spoken = sum(max(0.0, _overlap(span, other[:2])) for other in true)
    if best is None or _overlap(span, best[:2]) < (phone[1] - phone[0]) - spoken:
        return False
    ours, theirs = (set("".join(fold([part], "en")) for part in letters_of(ipa)) for ipa in (phone[2], best[2]))
    return fold([phone[2]], "en") == fold([best[2]], "en") or bool(
        ours & theirs and (len(ours) == 1 or len(theirs) == 1)
    )


def row(counts: dict[str, float]) -> Counts:
    """One utterance's counts in the order of FIELDS."""
    return np.array([counts.get(name, 0.0) for name in FIELDS])


def ratio(upper: Counts, lower: Counts) -> Counts:
    """upper / lower, NaN where lower is 0."""
    return np.divide(upper, lower, out=np.full(np.shape(lower), np.nan), where=lower > 0)


def _field(counts: Counts, name: str) -> Counts:
    return counts[..., AT[name]]


def mean_recall(counts: Counts) -> Counts:
    """Mean over the mouth classes that occur of the share of their frames that are right, per cent."""
    each = np.stack([ratio(_field(counts, f"right_{m}"), _field(counts, f"scored_{m}")) for m in MOUTHS])
    known = ~np.isnan(each)
    return 100 * ratio(np.where(known, each, 0.0).sum(0), known.sum(0).astype(float))


def _percent(upper: str, lower: str) -> Callable[[Counts], Counts]:
    return lambda counts: 100 * ratio(_field(counts, upper), _field(counts, lower))


def _f1(name: str) -> Callable[[Counts], Counts]:
    def figure(counts: Counts) -> Counts:
        recall = ratio(_field(counts, f"{name}_found"), _field(counts, name))
        precision = np.nan_to_num(ratio(_field(counts, f"{name}_true"), _field(counts, f"{name}_heard")))
        return 100 * np.nan_to_num(ratio(2 * recall * precision, recall + precision)) + 0 * recall

    return figure


def _median_boundary(counts: Counts) -> Counts:
    """Median of the boundaries' errors in ms, from the counts by millisecond."""
    each = np.stack([_field(counts, f"boundary_{ms}") for ms in range(BINS)], -1)
    total = np.cumsum(each, -1)
    half = total[..., -1:] / 2
    at = (total < half).sum(-1)
    here = np.take_along_axis(each, np.minimum(at, BINS - 1)[..., None], -1)[..., 0]
    before = np.take_along_axis(total, np.minimum(at, BINS - 1)[..., None], -1)[..., 0] - here
    return at + ratio(half[..., 0] - before, here)


def _calibration_error(counts: Counts) -> Counts:
    """Mean distance, over phones, between the confidence and the share that are right, in tenths of confidence."""
    total: Counts = np.zeros(np.shape(counts)[:-1])
    for tenth in range(10):
        total = total + np.abs(_field(counts, f"sure_{tenth}_sum") - _field(counts, f"sure_{tenth}_right"))
    return 100 * ratio(total, sum(_field(counts, f"sure_{tenth}_n") for tenth in range(10)))


FIGURES: dict[str, Callable[[Counts], Counts]] = {
    "frames": _percent("right", "scored"),
    "recall": mean_recall,
    "closures_recall": _percent("closures_found", "closures"),
    "closures_precision": _percent("closures_true", "closures_heard"),
    "closures_f1": _f1("closures"),
    "teeth_f1": _f1("teeth"),
    "edge_ms": lambda counts: 1000 * ratio(_field(counts, "edge_error"), _field(counts, "edges")),
    "phone_error": _percent("phone_errors", "phones"),
    "sealed_recall": _percent("sealed_both", "sealed"),
    "sealed_precision": _percent("sealed_both", "sealed_heard"),
    "boundary_ms": lambda counts: 1000 * ratio(_field(counts, "boundary_error"), _field(counts, "boundaries")),
    "boundary_median_ms": _median_boundary,
    "boundary_20ms": _percent("boundaries_close", "boundaries"),
    **{f"{kind}_found": _percent(f"{kind}_found", f"{kind}_done") for kind in DAMAGES},
    "flags_due": _percent("flags_due", "flags"),
    "false_flags": _percent("sound_words_flagged", "sound_words"),
    "told": _percent("told", "asked"),
    "told_right": _percent("told_right", "told"),
    "sure_right": _percent("sure_right", "sure"),
    "calibration_error": _calibration_error,
}
"""Figure -> function of summed counts [..., fields]; per cent, except those in ms."""


@dataclass(frozen=True)
class Figure:
    """A value and the 95 % interval of drawing the utterances anew."""

    value: float
    low: float
    high: float


def figures(counts: Sequence[Counts], draws: int = 1000, seed: int = 0) -> dict[str, Figure]:
    """All figures of the utterances' counts; those whose truth is absent are NaN."""
    table = np.stack(list(counts))
    generator = np.random.default_rng(seed)
    weights = generator.multinomial(len(table), np.full(len(table), 1 / len(table)), size=draws)
    total, drawn = table.sum(0), weights @ table
    out = {}
    for name, figure in FIGURES.items():
        value = float(figure(total))
        sampled = figure(drawn)
        sampled = sampled[~np.isnan(sampled)]
        low, high = np.percentile(sampled, [2.5, 97.5]) if len(sampled) and not np.isnan(value) else (np.nan, np.nan)
        out[name] = Figure(value, float(low), float(high))
    return out
