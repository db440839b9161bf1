"""Why a phrase is not to be trusted to the phone, and how the artist is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from ..take import STAGES, Phrase
from .measures import MEASURES

PHONES, CLASSES, OPENNESS, REST = STAGES
BURIED = 26.0  # dB over the noise from which it does no harm
VOICED = 0.7  # share of frames with a pitch from which music or other voices sound, not noise
STEADY = 0.75  # share of those that hold their pitch, from which it is music
DEEP = 26.0  # dB between loud and soft in speech that nothing lies over
MOST_NAMED = 3  # times that a sentence names
DOES = {
    CLASSES: "the mouth follows its classes of sound only",
    OPENNESS: "the mouth opens with its loudness only",
    REST: "the mouth rests",
}

Doubles = NDArray[np.float64]


def reason(stage: str, measured: Doubles, foreign: bool = False) -> str:
    """Why a phrase with these measures [MEASURES] has a stage below 'phones', as a clause.

    `foreign`: the sound is in another language than the one it is heard in.
    """
    own = dict(zip(MEASURES, measured.tolist(), strict=True))
    under = _under(own)
    if stage == REST:
        return f"only {under or 'sound without speech'} is heard" if under != "other voices" else "voices are mixed"
    if under:
        return f"the speech is hard to hear under {under}"
    return "the sounds are unlike the chosen language" if foreign else "the speech is unclear"


def _under(own: dict[str, float]) -> str:
    """What sounds beside the speech; '' where nothing does."""
    if own["over_noise"] >= BURIED and own["depth"] >= DEEP:
        return ""
    if own["voiced"] < VOICED:
        return "noise"
    return "music" if own["steady"] >= STEADY else "other voices"


def remarks(phrases: Sequence[Phrase]) -> Iterator[str]:
    """A sentence for each reason: where it holds, and what the mouth does there."""
    groups: dict[tuple[str, str], list[Phrase]] = {}
    for phrase in phrases:
        if phrase.stage != PHONES:
            groups.setdefault((phrase.reason, phrase.stage), []).append(phrase)
    for (why, stage), own in groups.items():
        where = _listed(own)
        yield f"{where[0].upper()}{where[1:]} {why}; {DOES[stage]}."


def _listed(own: Sequence[Phrase]) -> str:
    """'from .. to .., from .. to .. and in 3 more places'."""
    places = [f"from {clock(one.start)} to {clock(one.end)}" for one in own[:MOST_NAMED]]
    more = len(own) - MOST_NAMED
    places += [f"in {more} more place{'s' if more > 1 else ''}"] if more > 0 else []
    return places[0] if len(places) == 1 else f"{', '.join(places[:-1])} and {places[-1]}"


def stages(phrases: Sequence[Phrase]) -> str:
    """How many phrases the mouth follows how, where not all are at 'phones': 'phrases: 3 phones, 1 rest'; else ''."""
    counts = {stage: sum(phrase.stage == stage for phrase in phrases) for stage in STAGES}
    told = [f"{count} {stage}" for stage, count in counts.items() if count]
    return f"phrases: {', '.join(told)}" if len(phrases) > counts[PHONES] else ""


def clock(seconds: float) -> str:
    """Seconds as minutes and seconds to a tenth: '0:03.2'."""
    tenths = round(seconds * 10.0)
    return f"{tenths // 600}:{tenths % 600 / 10.0:04.1f}"
