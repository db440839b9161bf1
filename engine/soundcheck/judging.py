"""Which figures are worth a word, and the words: what was found, what it does to lip sync, how to mend it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from ..sound.runs import runs
from .channels import Channels
from .findings import Finding, SoundCheck
from .gaps import Gap
from .pauses import DIGITAL, FRAME, Pauses
from .survey import Survey

FAINT, LOST = -42.0, -56.0  # LUFS: a quiet recording, and one in which 16 bits leave little
PRESSED = -9.0  # LUFS: louder speech was squeezed
CLIPPED, CRUSHED = 0.001, 0.02  # share of samples
NOISY, DROWNED = 20.0, 10.0  # dB of speech over noise
DULL, TELEPHONE = 6300.0, 4700.0  # Hz
OFFSET, FAR_OFF = 0.02, 0.1  # of full scale
LEAD, TAIL = 5.0, 10.0  # seconds of silence before and after the speech
ECHO, LOUD_ECHO, CLEAR_ECHO = 0.12, 0.35, 30.0  # strength, strength, times the spread of the cepstrum
ROOM, HALL = 0.7, 1.2  # seconds for 60 dB
MUSIC, TONAL = 0.3, 0.15  # how likely music is, to be told and to be taken for what rings
CERTAIN = 0.6  # how likely music is that leaves no pause
HEARD_MUSIC, LOUD_MUSIC = 28.0, 18.0  # dB of speech over it
JUMP, ABYSS = 8.0, 20.0  # dB between phrases
PHRASE = 70  # frames of a phrase whose level can be told
NAMED = 4  # places named of one kind
CUT = 25.0  # dB under loud speech: a hole between sounds that loud is no pause
ABRUPT = 0.05  # of the amplitude of loud speech: what must be there right beside a hole
GATED = 0.5  # of the pauses that are digital silence: there closures may be as well
BESIDE = 3  # frames beside a hole in which speech is looked for
DEAD, ALONE = (
    1e-3,
    0.06,
)  # power of a channel as a share of the strongest; correlation of channels with nothing in common
CANCELLED, THINNED = 0.12, 0.35  # of the channels' power that is left in their mean
UNLIKE = 0.5  # of what is left in the mean of channels that have nothing in common, one of their number: less cancels


def judged(
    figures: SoundCheck, survey: Survey, pauses: Pauses, phrases: Sequence[tuple[float, float]]
) -> Iterator[Finding]:
    """The findings in the order of `KINDS`."""
    whole = (0.0, survey.seconds)
    yield from _loudness(figures, whole)
    if figures.loudness == -math.inf:
        return  # of nothing there is nothing more to say
    yield from _clipping(figures, whole)
    if figures.music < MUSIC or math.isnan(figures.music):
        yield from _noise(figures, whole)
    yield from _bandwidth(figures, whole)
    yield from _offset(figures, whole)
    yield from _silence(survey, pauses)
    yield from _holes(survey, pauses)
    yield from _echo(figures, survey, whole)
    yield from _music(figures, whole)
    yield from _jumps(survey, pauses, phrases)
    yield from _channels(survey.channels, whole)


def _loudness(figures: SoundCheck, whole: tuple[float, float]) -> Iterator[Finding]:
    loudness = figures.loudness
    if loudness == -math.inf:
        says = "Nothing is loud enough to be measured: the mouth has nothing to follow."
        yield Finding("loudness", *whole, says, "Choose another file, or record again nearer to the microphone.", True)
    elif loudness < FAINT:
        yield Finding(
            "loudness",
            *whole,
            f"The recording has only {loudness:.0f} LUFS: weak closing sounds and the ends of words go under, "
            "and the mouth may rest where somebody still speaks.",
            "Raise the level from the original recording (about -23 LUFS), or record nearer to the microphone.",
            loudness < LOST,
        )
    elif loudness > PRESSED:
        yield Finding(
            "loudness",
            *whole,
            f"At {loudness:.0f} LUFS the recording is squeezed to an even level: strong and weak syllables sound "
            "alike, so the mouth opens about equally wide for all of them.",
            "Ask for the voice before compressor and limiter.",
        )


def _clipping(figures: SoundCheck, whole: tuple[float, float]) -> Iterator[Finding]:
    if figures.clipped >= CLIPPED:
        yield Finding(
            "clipping",
            *whole,
            f"{100.0 * figures.clipped:.1f} % of the samples are cut off: loud vowels turn harsh and may be taken for "
            "others, and the mouth does not open as far as they are loud.",
            "Ask for a version that was not overdriven, or record at a lower level; lowering it now does not help.",
            figures.clipped >= CRUSHED,
        )


def _noise(figures: SoundCheck, whole: tuple[float, float]) -> Iterator[Finding]:
    if figures.snr < NOISY:
        yield Finding(
            "noise",
            *whole,
            f"The speech is only {max(0.0, figures.snr):.0f} dB above what sounds between the words: soft sounds "
            "such as f, th, m and n drown in it, so closed lips may be missed and the mouth may move in pauses.",
            "Clean the recording with a noise reduction, give the transcript, or record again in a quieter place.",
            figures.snr < DROWNED,
        )


def _bandwidth(figures: SoundCheck, whole: tuple[float, float]) -> Iterator[Finding]:
    if figures.bandwidth < TELEPHONE:
        yield Finding(
            "bandwidth",
            *whole,
            f"The highest sound is at {figures.bandwidth / 1000.0:.1f} kHz, as on a telephone: f, s and th sound "
            "alike, so teeth and lips may be taken for each other.",
            "Ask for the original recording, or give the transcript.",
            True,
        )
    elif figures.bandwidth < DULL:
        yield Finding(
            "bandwidth",
            *whole,
            f"Nothing is heard above {figures.bandwidth / 1000.0:.1f} kHz: hissing sounds are weak, so s and f may be "
            "missed or mistaken.",
            "Ask for the original recording, or a file that was less compressed.",
        )


def _offset(figures: SoundCheck, whole: tuple[float, float]) -> Iterator[Finding]:
    if figures.dc >= OFFSET:
        yield Finding(
            "dc",
            *whole,
            f"The wave stands {100.0 * figures.dc:.0f} % of full scale off its middle: cuts click, and a click may be "
            "taken for a sound that closes the lips.",
            "Remove the DC offset in an audio editor (a high-pass at 20 Hz does it).",
            figures.dc >= FAR_OFF,
        )


def _silence(survey: Survey, pauses: Pauses) -> Iterator[Finding]:
    spoken = np.flatnonzero(pauses.speech)
    if not len(spoken):
        return
    first, last = float(spoken[0]) * FRAME, float(spoken[-1] + 1) * FRAME
    mend = "Trim the file, or place the strip so that the speech begins where it belongs."
    if first > LEAD:
        says = f"The first {first:.1f} s are silent: the mouth rests until then."
        yield Finding("silence", 0.0, first, says, mend)
    if survey.seconds - last > TAIL:
        says = f"The last {survey.seconds - last:.1f} s are silent: the mouth rests there, though the strip goes on."
        yield Finding("silence", last, survey.seconds, says, mend)


def _holes(survey: Survey, pauses: Pauses) -> Iterator[Finding]:
    quiet = survey.level[pauses.pause]
    if len(quiet) and float(np.mean(quiet <= DIGITAL)) >= GATED:
        return  # made by a machine, or gated: wherever nothing sounds there is nothing at all
    holes = [gap for gap in survey.gaps.found if _in_speech(gap, survey, pauses)]
    for gap in holes[:NAMED]:
        more = f" (one of {len(holes)} such holes)" if len(holes) > 1 else ""
        yield Finding(
            "silence",
            gap.start,
            gap.end,
            f"At {gap.start:.2f} s the sound drops out for {1000.0 * (gap.end - gap.start):.0f} ms{more}: a hole in a "
            "word sounds like a closure, so the lips may shut or the mouth rest there.",
            "Copy or export the file again from its source; a damaged transfer or a full disk leaves such holes.",
            len(holes) >= NAMED,
        )


def _in_speech(gap: Gap, survey: Survey, pauses: Pauses) -> bool:
    """Whether a hole was cut into speech: loud before and after, to the very edge."""
    first, last = int(gap.start / FRAME), int(gap.end / FRAME) + 1
    before = survey.level[max(0, first - BESIDE) : first]
    after = survey.level[last : last + BESIDE]
    loud = pauses.loud - CUT
    edge = ABRUPT * 10.0 ** (pauses.loud / 20.0)
    beside = before.max(initial=-120.0) > loud and after.max(initial=-120.0) > loud
    return bool(beside and gap.before > edge and gap.after > edge)


def _echo(figures: SoundCheck, survey: Survey, whole: tuple[float, float]) -> Iterator[Finding]:
    delay, strength, clear = survey.ripple.echo
    if strength >= ECHO and clear >= CLEAR_ECHO:
        yield Finding(
            "echo",
            *whole,
            f"Every sound comes again {1000.0 * delay:.0f} ms later, {-20.0 * math.log10(min(1.0, strength)):.0f} dB "
            "softer: the echo fills closures and pauses, so the mouth may close late or not at all.",
            "Ask for the dry voice, without the delay effect or the second microphone.",
            strength >= LOUD_ECHO,
        )
    elif figures.reverberation >= ROOM and not figures.music >= TONAL:
        yield Finding(
            "echo",
            *whole,
            f"The room rings for about {figures.reverberation:.1f} s: each sound runs into the next, so closures are "
            "filled up and the mouth closes late after a phrase.",
            "Ask for the dry voice, use a dereverberation, or record again nearer to the microphone.",
            figures.reverberation >= HALL,
        )


def _music(figures: SoundCheck, whole: tuple[float, float]) -> Iterator[Finding]:
    if figures.music >= MUSIC and not figures.snr >= HEARD_MUSIC:
        yield Finding(
            "music",
            *whole,
            "Tones go on while nobody speaks, as of music or a machine"
            + ("" if math.isnan(figures.snr) else f", {max(0.0, figures.snr):.0f} dB under the speech")
            + ": they may be taken for vowels, so the mouth may move in pauses and miss closures.",
            "Ask for the voice track alone, or separate the voice with a source separation first.",
            figures.snr < LOUD_MUSIC or (math.isnan(figures.snr) and figures.music >= CERTAIN),
        )


def _jumps(survey: Survey, pauses: Pauses, phrases: Sequence[tuple[float, float]]) -> Iterator[Finding]:
    found = _levels(survey, pauses, phrases)
    jumps = [
        (end, start, right - left) for (_, end, left), (start, _, right) in pairwise(found) if abs(right - left) > JUMP
    ]
    for end, start, jump in sorted(jumps, key=lambda place: -abs(place[2]))[:NAMED]:
        yield Finding(
            "level jump",
            end,
            start,
            f"From {end:.2f} to {start:.2f} s the voice gets {abs(jump):.0f} dB {'louder' if jump > 0 else 'softer'}: "
            "the mouth opens less in the soft phrase than its words ask for.",
            "Level the phrases to each other if they come from different takes; leave it if it was spoken so.",
            abs(jump) >= ABYSS,
        )


def _levels(survey: Survey, pauses: Pauses, phrases: Sequence[tuple[float, float]]) -> list[tuple[float, float, float]]:
    """Start, end (seconds) and level (dB, as loud as its loudest tenth) of each phrase that is long enough."""
    spans = [(int(start / FRAME), round(end / FRAME)) for start, end in phrases] or runs(pauses.speech)
    found = []
    for first, last in spans:
        level = survey.level[max(0, first) : last]
        if len(level) >= PHRASE:
            found.append((first * FRAME, last * FRAME, float(np.percentile(level, 90.0))))
    return found


def _channels(channels: Channels, whole: tuple[float, float]) -> Iterator[Finding]:
    power = channels.power
    if len(power) < 2 or float(power.max()) <= 0.0:
        return
    dead = np.flatnonzero(power < DEAD * power.max())
    if channels.kept < min(CANCELLED, UNLIKE / len(power)) and not len(dead):
        yield Finding(
            "channels",
            *whole,
            f"The channels are in opposite phase: only {100.0 * channels.kept:.0f} % of their power is left where they "
            "are added up, so what is heard is thin, noisy and no longer the voice.",
            "Turn one channel round (invert its phase) or export one channel alone as mono.",
            True,
        )
    elif len(dead) and len(power) <= 2:
        yield Finding(
            "channels",
            *whole,
            f"Channel {int(dead[0]) + 1} is empty: the mean of both is heard 6 dB softer, which does no harm to the "
            "mouth but makes the shot too quiet.",
            "Export the other channel alone as mono.",
        )
    elif channels.alike < ALONE and len(power) == 2:
        yield Finding(
            "channels",
            *whole,
            "The two channels hold different things: two speakers or two microphones are heard as one, and the mouth "
            "moves for both.",
            "Export the channel of this character alone as mono.",
            True,
        )
    elif channels.kept < THINNED and len(power) == 2:
        yield Finding(
            "channels",
            *whole,
            f"Where the channels are added up only {100.0 * channels.kept:.0f} % of their power is left: parts of the "
            "voice cancel out, so some sounds may be missed.",
            "Export one channel alone as mono.",
        )
