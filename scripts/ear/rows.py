"""The rows of the evaluation: which utterances, under which conditions, against which truth, by which ears."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import damage
import judging
import scoring
import tongues
import trials
from conditions import CONDITIONS
from ears import Lockstep, language_of, pronunciation
from measure import (
    FOUND,
    OURS,
    QUICK,
    THEIRS,
    THEIRS_TOLD,
    Case,
    Ear,
    Reference,
    Result,
    pooled,
    score,
    summed,
    timed,
)
from trials import ADULT, Row, Trial

HEARD, TOLD, DAMAGED, ORDER = "audio only", "with the transcript", "damaged transcripts", "audio only, order of phones"
SURE = "confidence"
EXACT = "the synthesizer's own phone times"
ALIGNED = "PocketSphinx 5.1.1 alignment of the transcript (words and phones)"
OWN = "our own alignment of the transcript (phones of the text; its edges say nothing)"
SPOKEN = "espeak-ng's pronunciation of the text, order only"
WORDS = "which word of the transcript was left out, added, replaced, or said twice"

NATIVE = ("kathleen", "ljspeech141_en", "asterisk_en")
SIZES = {"exact": 100, "condition": 40, "real": 120, "synthetic": 80, "order": 50, "language": 24, "damage": 60}
SCOTTISH = ("awb", "alan")
PEERS_CONDITIONS = ("10 dB noise + room", "10 dB babble")  # PocketSphinx is slow: not in all of them
NEVER = ", ".join(sorted(judging.NEVER_LEARNT.values()))


@dataclass(frozen=True)
class Sources:
    """Folders of shards (None: not given), the ears, and how many utterances a row has at most (None: SIZES).

    `reference`: None leaves PocketSphinx out, and with it the rows whose truth it is.
    """

    synth: Path | None
    judge: Path | None
    real: Path | None
    ours: Lockstep
    reference: Reference | None
    limit: int | None = None

    def most(self, kind: str) -> int:
        """How many utterances a row of this kind takes."""
        return min(self.limit or SIZES[kind], SIZES[kind])


@dataclass(frozen=True)
class Plan:
    """A row to come: its name, and what makes its results (one for each ear)."""

    name: str
    make: Callable[[], Iterator[Result]]


def plans(sources: Sources) -> list[Plan]:
    """Every row that the folders allow, in the order of the table."""
    found = []
    if sources.judge:
        found += [*_english_exact(sources), *_manners(sources), *_conditions(sources), *_languages(sources)]
    if sources.synth:
        found += _synthetic(sources)
    if sources.real:
        found += [*_real_english(sources), *_real_conditions(sources), *_orders(sources)]
    if sources.judge or sources.real:
        found += [*_told_languages(sources), *_damaged(sources)]
    return found + _languages_found(sources)


def _languages_found(sources: Sources) -> list[Plan]:
    most = min(sources.limit or tongues.STRETCHES, tongues.STRETCHES)
    found = []
    for what, folder in (("diphones", sources.judge), ("held-out recordings", sources.real)):
        for seconds in tongues.DURATIONS if folder else ():
            assert folder is not None
            make = partial(tongues.result, sources.ours, what, folder, seconds, most)
            found.append(Plan(f"language found: {what}, {seconds} s", make))
    return found


# which utterances


def _exact(folder: Path | None, most: int, wanted: Callable[[Row], bool]) -> list[Case]:
    chosen = trials.held_out(folder.glob("*.jsonl"), wanted) if folder else []
    return [Case(trial, trial.phones, either=_either(trial)) for trial in trials.choose(chosen, most)]


def _either(trial: Trial) -> frozenset[str]:
    """What an American dictionary writes as ɑ, the Scottish voices round."""
    return frozenset("ɑ") if trial.voice.split()[-1] in SCOTTISH else frozenset()


def _voice(engine: str, voice: str, row: Row) -> bool:
    return bool(row["engine"] == engine and row["voice"] == voice)


def _diphones(sources: Sources, engine: str, voices: Sequence[str], most: int) -> list[Case]:
    share = -(-most // len(voices))
    return [case for voice in voices for case in _exact(sources.judge, share, partial(_voice, engine, voice))]


def english(sources: Sources, most: int) -> list[Case]:
    """Exact English: two diphone voices and, where there is synthesized speech, as much of other held-out speakers."""
    cases = _diphones(sources, "mbrola", judging.ENGLISH, -(-most // 2))
    return pronounced(cases + _exact(sources.synth, most // 2, _is_recorded_english))


def _is_recorded_english(row: Row) -> bool:
    """Held-out voices that were made from a speaker's recordings, with times of their own."""
    return bool(row["language"].split("-")[0] == "en" and row.get("engine", "espeak") not in ("espeak", "pico"))


def pronounced(cases: Sequence[Case]) -> list[Case]:
    """English cases with our pronunciation of each word, for those words that PocketSphinx's dictionary lacks."""
    spoken = [pronunciation(case.trial.text, "en") for case in cases]
    return [replace(case, trial=replace(case.trial, spoken=words)) for case, words in zip(cases, spoken, strict=True)]


def _native(sources: Sources, most: int) -> list[Trial]:
    return _of_sets(sources, most, [partial(_is_of, name) for name in NATIVE])


def _is_of(name: str, row: Row) -> bool:
    return bool(row["set"] == name)


def _of_sets(sources: Sources, most: int, sets: Sequence[Callable[[Row], bool]]) -> list[Trial]:
    share, folder = -(-most // len(sets)), sources.real
    assert folder is not None
    return [trial for one in sets for trial in trials.choose(trials.held_out(folder.glob("*.jsonl"), one), share)]


REAL_ENGLISH: dict[str, Sequence[Callable[[Row], bool]]] = {
    "native": tuple(partial(_is_of, name) for name in NATIVE),
    "Mandarin adults": (lambda row: (row.get("age") or 0) >= ADULT,),
    "Mandarin children": (lambda row: 0 < (row.get("age") or 0) < ADULT,),
}
"""Rows of real English, each of one or more kinds of recording that have equal shares in it."""


# which ears


def _heard(sources: Sources, row: str, truth: str, cases: Sequence[Case], theirs: bool = True) -> Iterator[Result]:
    """Without a transcript: ours and, where it can hear them, PocketSphinx."""
    if cases:
        yield score(HEARD, row, truth, cases, OURS, timed(sources.ours.hear))
        if theirs and sources.reference:
            yield score(HEARD, row, truth, cases, THEIRS, sources.reference.hear)


def _told(sources: Sources, row: str, truth: str, cases: Sequence[Case], theirs: bool = True) -> Iterator[Result]:
    """With the transcript: ours and PocketSphinx."""
    if cases:
        yield score(TOLD, row, truth, cases, OURS, timed(sources.ours.told))
        if theirs and sources.reference:
            yield score(TOLD, row, truth, cases, THEIRS_TOLD, sources.reference.align)


def _with_confidence(results: Iterator[Result]) -> Iterator[Result]:
    """The results, and behind them once more those of ours, as rows that say how far its confidence can be trusted."""
    found = []
    for result in results:
        yield result
        found += [result] if result.system == OURS else []
    for result in found:
        yield replace(result, section=SURE, row=f"{result.row}, {'told' if result.section == TOLD else 'heard'}")


# rows of exact times


def _english_exact(sources: Sources) -> list[Plan]:
    def heard() -> Iterator[Result]:
        cases = english(sources, sources.most("exact"))
        yield from _with_confidence(_heard(sources, "English, exact voices", EXACT, cases))
        for system, ear in ((QUICK, sources.ours.hear_quickly), (FOUND, sources.ours.hear_in_any_language)):
            yield score(HEARD, "English, exact voices", EXACT, cases, system, timed(ear))

    def told() -> Iterator[Result]:
        cases = english(sources, sources.most("exact"))
        yield from _with_confidence(_told(sources, "English, exact voices", EXACT, cases))

    return [Plan("audio only: English, exact voices", heard), Plan("transcript: English, exact voices", told)]


def _manners(sources: Sources) -> list[Plan]:
    def make(name: str, engine: str) -> Iterator[Result]:
        cases = pronounced(_diphones(sources, engine, judging.ENGLISH, sources.most("condition")))
        yield from _heard(sources, f"English, {name}", EXACT, cases)
        yield from _told(sources, f"English, {name}", EXACT, cases)

    manners = {"excited: high, lively, quick": "mbrola-excited", "slow and flat": "mbrola-slow"}
    manners["single words"] = "mbrola-words"
    return [Plan(f"manner: {name}", partial(make, name, engine)) for name, engine in manners.items()]


def _conditions(sources: Sources) -> list[Plan]:
    def make(name: str) -> Iterator[Result]:
        clean = english(sources, sources.most("condition"))
        others = [case.trial for case in clean]
        changed = [CONDITIONS[name](trial, others) for trial in others]
        cases = [Case(trial, trial.phones, either=_either(trial)) for trial in changed]
        theirs = name in PEERS_CONDITIONS
        yield from _with_confidence(_heard(sources, f"English, {name}", EXACT, cases, theirs))
        if name == "10 dB noise + room":
            yield from _told(sources, f"English, {name}", EXACT, cases)

    return [Plan(f"condition: {name}", partial(make, name)) for name in CONDITIONS]


def _languages(sources: Sources) -> list[Plan]:
    def learnt(language: str) -> Iterator[Result]:
        cases = language_cases(sources, language)
        yield from _heard(sources, f"{language}, diphones", EXACT, cases, theirs=False)

    def never(name: str, engine: str) -> Iterator[Result]:
        found = [_diphones(sources, engine, (voice,), 40) for voice in judging.NEVER_LEARNT]
        cases = [case for one in found for case in (one[: sources.limit] if sources.limit else one)]
        yield from _heard(sources, f"never learnt ({NEVER}), {name}", EXACT, cases)

    codes = sorted(set(judging.LEARNT.values()))
    rows = [Plan(f"language: {code}", partial(learnt, code)) for code in codes]
    rows += [
        Plan("never learnt: single words", partial(never, "single words", "mbrola-words")),
        Plan("never learnt: lines", partial(never, "lines", "mbrola")),
    ]
    return rows


def language_cases(sources: Sources, language: str) -> list[Case]:
    """Exact utterances of one language: diphone voices, or espeak-ng's held-out variants where there is none."""
    most = sources.most("language")
    cases = _exact(sources.judge, most, lambda row: bool(row["language"] == language))
    return cases or _exact(sources.synth, most, lambda row: bool(row["language"] == language))


def _synthetic(sources: Sources) -> list[Plan]:
    def make(name: str, engine: str, wanted: Callable[[Row], bool]) -> Iterator[Result]:
        cases = _exact(sources.synth, sources.most("synthetic"), lambda row: row["engine"] == engine and wanted(row))
        yield from _heard(sources, name, EXACT, cases, theirs=False)

    def is_english(row: Row) -> bool:
        return bool(row["language"].split("-")[0] == "en")

    return [
        Plan("synthetic: espeak variants, English", partial(make, "espeak variants, English", "espeak", is_english)),
        Plan(
            "synthetic: espeak variants, other languages",
            partial(make, "espeak variants, other languages", "espeak", lambda row: not is_english(row)),
        ),
        Plan("synthetic: festival pc, it", partial(make, "festival pc, it", "festival", lambda row: True)),
        Plan("synthetic: flite awb, English", partial(make, "flite awb, English", "flite", lambda row: True)),
    ]


# rows of real speech


def _real_english(sources: Sources) -> list[Plan]:
    def make(name: str) -> Iterator[Result]:
        assert sources.reference is not None
        chosen = _of_sets(sources, sources.most("real"), REAL_ENGLISH[name])
        cases = [case for trial in chosen for case in sources.reference.aligned(trial)]
        for result in _with_confidence(_heard(sources, f"real English, {name}", ALIGNED, cases)):
            yield replace(result, left_out=result.left_out + len(chosen) - len(cases))
        yield from _with_confidence(_told(sources, f"real English, {name}", ALIGNED, cases, theirs=False))

    return [Plan(f"real: {name}", partial(make, name)) for name in REAL_ENGLISH] if sources.reference else []


def _real_conditions(sources: Sources) -> list[Plan]:
    def make(name: str) -> Iterator[Result]:
        assert sources.reference is not None
        chosen = [t for one in REAL_ENGLISH.values() for t in _of_sets(sources, sources.most("condition"), one)]
        clean = [case for trial in chosen for case in sources.reference.aligned(trial)]
        timed_trials = [replace(case.trial, phones=case.phones) for case in clean]
        changed = [CONDITIONS[name](trial, timed_trials) for trial in timed_trials]
        cases = [Case(trial, trial.phones) for trial in changed]
        theirs = name == "10 dB noise + room"
        yield from _heard(sources, f"real English, {name}", ALIGNED, cases, theirs)

    names = ("10 dB noise + room", "10 dB babble", "telephone, 8 kHz", "far microphone", "whispered")
    return [Plan(f"real condition: {name}", partial(make, name)) for name in names] if sources.reference else []


def _orders(sources: Sources) -> list[Plan]:
    folder = sources.real
    assert folder is not None
    found = trials.held_out(folder.glob("*.jsonl"), lambda row: row["language"] != "en")

    def make(language: str) -> Iterator[Result]:
        mine = [item for item in found if item[1]["language"] == language]
        chosen = trials.choose(mine, sources.most("order"))
        cases = [Case(trial, order(trial), timed=False) for trial in chosen]
        yield score(ORDER, f"real {language}", SPOKEN, cases, OURS, timed(sources.ours.hear))
        if language_of(language).code == language.split("-")[0]:
            yield from _against_own(sources, language, chosen)

    return [Plan(f"real: {code}", partial(make, code)) for code in sorted({row["language"] for _, row in found})]


def _against_own(sources: Sources, language: str, chosen: Sequence[Trial]) -> Iterator[Result]:
    """Audio only against what the same engine hears with the transcript: a lower bound of what it misses."""
    cases = []
    for trial in chosen:
        told = sources.ours.told(trial)
        if told.phones and all(status == "said" for _, status in told.words):
            cases.append(Case(trial, told.phones, edges=False))
    for result in _heard(sources, f"real {language}", OWN, cases, theirs=False):
        yield replace(result, left_out=len(chosen) - len(cases))


def order(trial: Trial) -> tuple[tuple[float, float, str], ...]:
    """The phones of a trial's text, without times of any meaning."""
    phones = [ipa for _, word in trial.spoken for ipa in word]
    return tuple((float(index), index + 1.0, ipa) for index, ipa in enumerate(phones))


# rows of transcripts


def _told_languages(sources: Sources) -> list[Plan]:
    def make(language: str) -> Iterator[Result]:
        yield from _told(sources, f"{language}, diphones", EXACT, language_cases(sources, language), theirs=False)

    ours = [code for code in sorted(set(judging.LEARNT.values())) if language_of(code).code == code.split("-")[0]]
    return [Plan(f"transcript: {code}", partial(make, code)) for code in ours] if sources.judge else []


def _damaged(sources: Sources) -> list[Plan]:
    def make(name: str, gather: Callable[[], list[damage.Damaged]]) -> Iterator[Result]:
        found = gather()
        counts, left_out = [], 0
        for one in found:
            heard = sources.ours.told(replace(one.trial, text=one.text))
            counted = damage.counts(one, heard.words) if heard.words else None
            left_out += counted is None
            counts += [scoring.row(counted)] if counted is not None else []
        if counts:
            seconds = sum(one.trial.seconds for one in found)
            empty = Result(DAMAGED, name, OURS, WORDS, len(counts), seconds, float("nan"), {}, left_out)
            yield summed(empty, counts)

    rows = {"English, diphones": lambda: damaged_lines(sources)}
    if sources.real:
        rows["real English, native"] = lambda: _damaged_of(_native(sources, sources.most("damage")))
    return [Plan(f"damaged: {name}", partial(make, name, gather)) for name, gather in rows.items()]


def damaged_lines(sources: Sources) -> list[damage.Damaged]:
    """Exact English lines with damaged transcripts, and lines in which words are said twice."""
    plain = [case.trial for case in _diphones(sources, "mbrola", judging.ENGLISH, sources.most("damage"))]
    again = [case.trial for case in _diphones(sources, "mbrola-repeated", judging.ENGLISH, sources.most("damage"))]
    twice = [damage.said_twice(trial, judging.once(trial.text)) for trial in again]
    return [*_damaged_of(plain), *(one for one in twice if one)]


def _damaged_of(lines: Sequence[Trial]) -> list[damage.Damaged]:
    found = []
    for trial in lines:
        kinds = [damage.damage(trial, kind) for kind in ("left_out", "added", "replaced")]
        if all(kinds):
            found += [damage.Damaged(trial, trial.text, ""), *(one for one in kinds if one)]
    return found


# a language held out of training against the same language in it


def pair(sources: Sources, other: Lockstep, language: str, names: tuple[str, str]) -> Iterator[Result]:
    """One language by the ear that learnt it and by the one that did not, on the same utterances."""
    cases = language_cases(sources, language)
    for name, ear in zip(names, (sources.ours, other), strict=True):
        if cases:
            yield score(HEARD, f"{language}, exact", EXACT, cases, name, timed(ear.hear))
    found = (
        trials.held_out(sources.real.glob("*.jsonl"), lambda row: row["language"] == language) if sources.real else []
    )
    if found:
        chosen = trials.choose(found, sources.most("order"))
        real = [Case(trial, order(trial), timed=False) for trial in chosen]
        for name, ear in zip(names, (sources.ours, other), strict=True):
            yield score(ORDER, f"real {language}", SPOKEN, real, name, timed(ear.hear))


__all__ = ["Ear", "Plan", "Sources", "damaged_lines", "english", "language_cases", "pair", "plans", "pooled"]
