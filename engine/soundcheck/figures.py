"""The figures of a recording, from what was measured on it."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from .echo import LEAST, reverberation
from .findings import SoundCheck
from .pauses import DIGITAL, FRAME, Pauses
from .spectra import Spectra
from .survey import Survey
from .tones import HOP, WINDOW

QUIETER = 40.0  # dB under loud speech down to which a frame's spectrum counts as speech's
CLEARLY = 2.0  # times the noise's power: what speech must have to be heard in it
UNDER = 1e-7  # of the strongest bin of speech: less is what resampling and codecs leave
SMOOTH = 250.0  # Hz over which spectra are averaged
LOW_NOISE = 32.0  # dB of speech over noise from which a missing top is the recording's own
ROOM, LEAST_ROOM = 18.0, 8.0  # dB of speech over noise without which decays are not seen; over what dies away itself
FAINT = -45.0  # LUFS under which the floor of the measure would be seen, not the room's
DYING = 6.0  # dB by which the level moves in pauses where something dies away
MANY = 14  # falls that must be seen where there is no pause
LEAST_SPEECH = 50  # frames without which nothing is told of a voice
QUIETEST = 0.15  # share of the audible frames taken for what lies under the speech
HIDDEN = 50.0  # dB under loud speech: quieter music does no harm
TONELESS, TONAL = 0.05, 0.25  # steadiness of what lies under speech and of music
LEAST_TONES = 8  # frames

Doubles = NDArray[np.float64]


def figures(survey: Survey, pauses: Pauses) -> SoundCheck:
    """The figures without findings."""
    enough = int(pauses.speech.sum()) >= LEAST_SPEECH and survey.loudness.integrated > -math.inf
    snr = snr_of(pauses) if enough else math.nan
    loud = survey.loudness.integrated > FAINT
    clear = math.isnan(snr) or snr >= ROOM or (snr >= LEAST_ROOM and pauses.restless >= DYING)
    return SoundCheck(
        loudness=survey.loudness.integrated,
        peak=survey.loudness.true_peak,
        noise=pauses.noise,
        snr=snr,
        bandwidth=bandwidth(survey, pauses) if enough else math.nan,
        dc=float(np.abs(survey.channels.offset).max()),
        clipped=survey.clipping.share,
        silence=float(np.mean(~pauses.speech)) if len(pauses.speech) else 1.0,
        reverberation=_reverberation(survey, pauses) if enough and loud and clear else math.nan,
        music=music(survey, pauses) if enough else math.nan,
    )


def snr_of(pauses: Pauses) -> float:
    """Speech over noise in dB, the noise under the speech taken out of it; NaN where the noise cannot be told."""
    if math.isnan(pauses.noise):
        return math.nan
    over = 10.0 ** ((pauses.speaking - pauses.noise) / 10.0) - 1.0
    return 10.0 * math.log10(max(over, 0.1))


def bandwidth(survey: Survey, pauses: Pauses) -> float:
    """The highest Hz at which speech stands out of what codecs leave; and out of the noise, where that is low.

    In a noisy recording the noise hides the top of speech whatever the recording could hold, so there all counts.
    """
    spectra, noise = survey.spectra, pauses.noise
    quiet = snr_of(pauses) >= LOW_NOISE
    speech = _smoothed(
        spectra.above(max(pauses.loud - QUIETER, noise + 6.0) if quiet else pauses.loud - QUIETER), spectra
    )
    behind = _smoothed(spectra.below(noise + 3.0), spectra) if quiet else np.zeros(len(speech))
    heard = np.flatnonzero(speech > np.maximum(CLEARLY * behind, UNDER * speech.max()))
    return float(spectra.hertz[heard[-1]]) if len(heard) else math.nan


def music(survey: Survey, pauses: Pauses) -> float:
    """How likely music lies under the speech, 0..1: tones that stay where they are while nobody speaks loudly."""
    steady = survey.tones.steadiness
    middles = np.minimum(
        ((np.arange(len(steady)) * HOP + WINDOW / 2.0) / FRAME).astype(np.int64), len(survey.level) - 1
    )
    level = survey.level[middles] if len(survey.level) else np.zeros(0, np.float32)
    audible = level > max(DIGITAL, pauses.loud - HIDDEN)
    audible[:3], audible[-3:] = False, False
    if int(audible.sum()) < LEAST_TONES:
        return 0.0
    quiet = audible & (level <= np.quantile(level[audible], QUIETEST))
    return float(np.clip((steady[quiet].mean() - TONELESS) / (TONAL - TONELESS), 0.0, 1.0))


def _reverberation(survey: Survey, pauses: Pauses) -> float:
    clear = survey.clear
    loud = float(np.percentile(clear[pauses.speech], 95.0))
    heard = clear[survey.level > DIGITAL]
    noise = float(np.percentile(heard, 5.0)) if len(heard) else -120.0
    return reverberation(clear, loud, noise, MANY if math.isnan(pauses.noise) else LEAST)


def _smoothed(power: Doubles, spectra: Spectra) -> Doubles:
    width = max(1, round(SMOOTH / float(spectra.hertz[1])))
    smooth: Doubles = np.convolve(power, np.full(width, 1.0 / width), "same")
    return smooth
