"""A reading beside what is usual in its language, in figures and in words."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ..languages import Language
from ..take import Take
from .measured import Measured, measure
from .report import NormsReport, Standing
from .table import CLASSES, Norm, load_norms

LEAST_SPEECH = 3.0  # seconds without pauses, under which a rate says little
LEAST_WHOLE = 15.0  # seconds, under which the number of pauses says little
LEAST_SOUNDS = 10  # of a class, under which their mean says little
LEAST_PAUSES = 3
ORDINARY, VERY = 1.0, 2.5  # standard deviations


def norms_of(take: Take, language: Language) -> NormsReport:
    """How a reading stands to what is usual in `language`; a remark and nothing else where that cannot be told.

    Where the take was heard without a text, the syllables that are usually missed then are made up for.
    """
    norm, own = load_norms().languages.get(language.code), measure(take)
    if norm is None:
        return NormsReport(language.code, remark=_unknown(language))
    if own.speech < LEAST_SPEECH:
        said = f"{own.speech:.1f} s of speech tell little of a rate; {LEAST_SPEECH:g} s are needed."
        return NormsReport(language.code, remark=said)
    heard = norm.heard if take.transcript is None else 1.0
    standings = (_rate(own, norm, heard), *_pauses(own, norm), *_durations(own, norm))
    return NormsReport(language.code, standings, "" if heard == 1.0 else _made_up(heard))


def _unknown(language: Language) -> str:
    if language.code == "und":
        return "The language is not known, and with it no norms; choose it."
    return f"No norm is known for {language.name}."


def _made_up(heard: float) -> str:
    missed = round(100.0 * (1.0 - heard))
    return f"Heard without its text, which misses about {missed} syllables of 100; the rate makes up for them."


def _rate(own: Measured, norm: Norm, heard: float) -> Standing:
    value = own.syllables / own.speech / heard
    return Standing("rate", value, norm.rate, norm.spread, "syllables/s", _in_words(value, norm))


def _in_words(value: float, norm: Norm) -> str:
    """Such as 'fast for Mandarin Chinese, ordinary for Spanish'."""
    away = (value - norm.rate) / norm.spread
    said = f"{_degree(away, 'fast', 'slow')} for {norm.name}"
    other = None if abs(away) <= ORDINARY else _ordinary_in(value, norm)
    return f"{said}, ordinary for {other.name}" if other else said


def _degree(away: float, above: str, below: str) -> str:
    if abs(away) <= ORDINARY:
        return "ordinary"
    very = "very " if abs(away) > VERY else ""
    return very + (above if away > 0.0 else below)


def _ordinary_in(value: float, norm: Norm) -> Norm | None:
    """The other language whose usual rate is nearest, if that makes the rate an ordinary one."""
    others = [one for one in load_norms().languages.values() if one.code != norm.code]
    near = min(others, key=lambda one: abs(value - one.rate) / one.spread)
    return near if abs(value - near.rate) <= ORDINARY * near.spread else None


def _pauses(own: Measured, norm: Norm) -> Iterator[Standing]:
    if own.whole < LEAST_WHOLE or norm.pauses is None or norm.pause is None:
        return
    share = load_norms().pause_spread
    count = 60.0 * len(own.pauses) / own.whole
    yield _standing("pauses", count, norm.pauses, share, "a minute", ("many", "few"), norm)
    if len(own.pauses) >= LEAST_PAUSES:
        mean = sum(own.pauses) / len(own.pauses)
        yield _standing("mean pause", mean, norm.pause, share, "s", ("long", "short"), norm)


def _durations(own: Measured, norm: Norm) -> Iterator[Standing]:
    share = math.hypot(load_norms().shares_spread, norm.spread / norm.rate)
    for sounds in CLASSES:
        mean, count = own.durations.get(sounds, (0.0, 0))
        if count >= LEAST_SOUNDS:
            usual = norm.duration(sounds)
            yield _standing(f"{sounds}s", 1000.0 * mean, 1000.0 * usual, share, "ms", ("long", "short"), norm)


def _standing(
    name: str, value: float, mean: float, share: float, unit: str, words: tuple[str, str], norm: Norm
) -> Standing:
    """A figure beside its norm, whose spread is a share of its mean."""
    spread = share * mean
    said = f"{_degree((value - mean) / spread, *words)} for {norm.name}"
    return Standing(name, value, mean, spread, unit, said)
