"""What to do about a shot that is not well, in the order in which it helps."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..soundcheck.findings import SoundCheck
from ..take import Take
from .result import SyncCheck
from .trust import READ_WELL
from .wording import clock, listed, span

UNSURE = 0.6  # confidence of a phone under which it is hard to hear
IDENTIFIED = 0.8  # probability of a language that was found, under which it had better be set
POOR_LINE = 0.5  # mean confidence of a phrase under which its sound is to be looked after
MOST_LINES, MOST_FRAMES = 5, 8
APART = 0.08  # seconds off from which a moment is worth a touch, the offset taken out
DOUBTFUL = 0.9  # confidence under which the hearing may be at fault
PLAIN = frozenset({"no sound", "no motion", "muted"})
HEARD = frozenset({"other take", "closures open", "hole", "motion alone", "speech goes on", "speech before"})
MOVED = frozenset({"no sound", "no motion", "muted", "part still", "offset", "drift", "jump", "other take"})


def advise(check: SyncCheck, take: Take, sound: SoundCheck) -> tuple[str, ...]:
    """A sentence for each thing to do, the first first; none for a shot that passes.

    First what makes the face move and the rates right; then, where hearing is in doubt: the transcript, the language,
    the sound; then the frames to touch up by hand.
    """
    if check.verdict == "pass":
        return ()
    mends = [fault.mend for fault in check.faults if fault.kind in MOVED]
    hearing = [*_transcript(take), *_language(take), *_clean(take, sound)] if _is_doubtful(check) else []
    told = [*mends, *hearing, *(fault.mend for fault in check.faults if fault.kind not in MOVED), *_touch(check)]
    return tuple(dict.fromkeys(told))


def _is_doubtful(check: SyncCheck) -> bool:
    """Whether what is wrong may lie in the hearing: not where the mouth does not move, or is off by a plain time."""
    kinds = {fault.kind for fault in check.faults}
    return not kinds & PLAIN and (check.verdict == "unknown" or check.confidence < DOUBTFUL or bool(kinds & HEARD))


def _sure(take: Take) -> float:
    lengths = [phone.end - phone.start for phone in take.phones]
    total = sum(length * phone.confidence for length, phone in zip(lengths, take.phones, strict=True))
    return total / sum(lengths) if lengths else 0.0


def _transcript(take: Take) -> Iterator[str]:
    if take.transcript is None and _sure(take) < READ_WELL + 0.05:
        yield "Give the transcript of the line, so that it is known what is said."


def _language(take: Take) -> Iterator[str]:
    if take.language == "und":
        yield "Set the language: it could not be told from the sound."
    elif take.identified is not None and take.identified < IDENTIFIED:
        yield f"Set the language: '{take.language}' was found with a probability of {take.identified:.0%} only."


def _clean(take: Take, sound: SoundCheck) -> Iterator[str]:
    """Lines whose sound is to be cleaned or recorded again, with their time codes."""
    poor = []
    for phrase in take.phrases:
        said = [phone for phone in take.phones if phrase.start <= phone.start < phrase.end]
        if said and sum(phone.confidence for phone in said) / len(said) < POOR_LINE:
            poor.append(span(phrase.start, phrase.end))
    grave = [finding for finding in sound.findings if finding.grave]
    if poor:
        yield f"Clean or record again {'these lines' if len(poor) > 1 else 'this line'}: {listed(poor, MOST_LINES)}."
    for finding in grave:
        yield finding.mend


def _touch(check: SyncCheck) -> Iterator[str]:
    """Frames at which the mouth is off though the whole is not, and closures that stay open."""
    moments, line = check.moments, check.events
    if line is None or check.verdict == "unknown":
        return
    apart = np.abs(moments.errors - check.errors(line, moments.times))
    off = [float(time) for time in moments.times[(apart >= APART) & (moments.weights >= 0.5)]]
    codes = [clock(time) for time in sorted({*_apart(off), *check.missed})]
    if codes:
        yield f"Touch up the mouth by hand at {listed(codes, MOST_FRAMES)}."


def _apart(times: list[float]) -> list[float]:
    """Moments at least half a second apart: windows overlap."""
    kept: list[float] = []
    for time in sorted(times):
        if not kept or time - kept[-1] >= 0.5:
            kept.append(time)
    return kept
