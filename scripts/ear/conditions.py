"""The same utterance in another place, through another device, or said in another way, its phones where they were.

Seeds come from the utterance's name: the same utterance always gets the same noise. Levels are mean powers over the
whole utterance.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from trials import RATE, Trial, convolve, in_a_noisy_room, pink

Sound = NDArray[np.float64]
BESIDE = 10.0  # dB of speech over noise
TALKERS = 4
WHISPER_ORDER, WHISPER_FRAME = 18, 400  # of linear prediction; samples
TELEPHONE = (300.0, 3400.0)  # Hz


def _generator(trial: Trial, what: str) -> np.random.Generator:
    return np.random.default_rng(zlib.crc32(f"{trial.id} {what}".encode()))


def _sound(trial: Trial) -> Sound:
    return trial.samples.astype(np.float64) / 32768


def _with(trial: Trial, sound: Sound, rate: int = RATE) -> Trial:
    """The trial with another sound, kept from clipping."""
    sound = sound * min(1.0, 0.99 / max(float(np.abs(sound).max(initial=0.0)), 1e-9))
    return replace(trial, samples=np.round(sound * 32767).astype(np.int16), rate=rate)


def _beside(trial: Trial, noise: Sound) -> Trial:
    speech = _sound(trial)
    share = np.sqrt(np.mean(speech**2) / (10 ** (BESIDE / 10) * np.mean(noise**2) + 1e-12))
    return _with(trial, speech + share * noise)


def babble(trial: Trial, others: Sequence[Trial]) -> Trial:
    """Four other speakers at once behind it, each at the same level."""
    generator = _generator(trial, "babble")
    known = [other for other in others if other.id != trial.id]
    noise = np.zeros(len(trial.samples))
    for index in generator.choice(len(known), TALKERS, replace=False):
        speech = np.resize(_sound(known[index]), len(noise))
        noise += np.roll(speech / max(float(np.sqrt(np.mean(speech**2))), 1e-6), int(generator.integers(len(noise))))
    return _beside(trial, noise)


def music(trial: Trial) -> Trial:
    """Chords of a plucked instrument, a bass and a beat behind it, a chord every half second."""
    generator = _generator(trial, "music")
    count, beat = len(trial.samples), RATE // 2
    noise = np.zeros(count + beat)
    time = np.arange(beat) / RATE
    for start in range(0, count, beat):
        root = 110.0 * 2 ** (generator.choice([0, 3, 5, 7, 8, 10]) / 12)
        for ratio in (0.5, 1.0, 1.25, 1.5, 2.0):
            for harmonic in range(1, 9):
                phase = generator.uniform(0, 2 * np.pi)
                fall = np.exp(-time * (2.0 + 0.8 * harmonic))
                noise[start : start + beat] += (
                    fall / harmonic * np.sin(2 * np.pi * root * ratio * harmonic * time + phase)
                )
        drum = generator.standard_normal(beat) * np.exp(-time * 40.0)
        noise[start : start + beat] += 1.5 * drum
    return _beside(trial, noise[:count])


def street(trial: Trial) -> Trial:
    """Low rumble that swells and falls, tyres, and now and then a horn behind it."""
    generator = _generator(trial, "street")
    count = len(trial.samples)
    time = np.arange(count) / RATE
    rumble = coloured(count, generator, -9.0) / 3 + coloured(count, generator, -4.0)
    swell = 0.6 + 0.4 * np.sin(2 * np.pi * generator.uniform(0.15, 0.5) * time + generator.uniform(0, 6))
    noise = rumble / max(float(np.std(rumble)), 1e-9) * swell
    for _ in range(1 + int(count / RATE / 3)):
        at, hertz = generator.uniform(0, time[-1]), generator.uniform(350, 500)
        gate = (np.abs(time - at) < 0.2).astype(float)
        noise += 0.8 * gate * sum(np.sin(2 * np.pi * hertz * k * time) / k for k in range(1, 7))
    return _beside(trial, noise)


def coloured(count: int, generator: np.random.Generator, slope: float) -> Sound:
    """Noise whose power falls by `slope` dB an octave."""
    spectrum = np.fft.rfft(generator.standard_normal(count))
    hertz = np.maximum(np.fft.rfftfreq(count, 1 / RATE), 40.0)
    noise: Sound = np.fft.irfft(spectrum * (hertz / 1000) ** (slope / 6.02), count)
    return noise


def steady(trial: Trial) -> Trial:
    """Pink noise behind it and no room."""
    return _beside(trial, pink(len(trial.samples), _generator(trial, "steady")))


def telephone(trial: Trial) -> Trial:
    """300 to 3,400 Hz in eight bits a sample (mu-law) at 8 kHz, as a file of that rate."""
    count = len(trial.samples)
    spectrum = np.fft.rfft(_sound(trial), count + count % 2)
    hertz = np.fft.rfftfreq(count + count % 2, 1 / RATE)
    spectrum[(hertz < TELEPHONE[0]) | (hertz > TELEPHONE[1])] = 0.0
    narrow = np.fft.irfft(spectrum)[::2]
    narrow = narrow / max(float(np.abs(narrow).max()), 1e-9)
    pressed = np.sign(narrow) * np.log1p(255 * np.abs(narrow)) / np.log(256)
    coarse = np.round(pressed * 127) / 127
    return _with(trial, np.sign(coarse) * (256 ** np.abs(coarse) - 1) / 255 * 0.5, RATE // 2)


def at_rate(trial: Trial, rate: int) -> Trial:
    """The same sound as a file of another rate (Hz), band-limited."""
    count = len(trial.samples)
    wanted = round(count * rate / RATE)
    spectrum = np.fft.rfft(_sound(trial))
    fitted = np.zeros(wanted // 2 + 1, complex)
    shared = min(len(spectrum), len(fitted))
    fitted[:shared] = spectrum[:shared]
    return _with(trial, np.fft.irfft(fitted, wanted) * (wanted / count), rate)


def far(trial: Trial) -> Trial:
    """A microphone across a room of 0.6 s: the direct sound 4 dB under the room's, in place, and a little hiss."""
    generator = _generator(trial, "far")
    time = np.arange(int(0.6 * RATE)) / RATE
    room = generator.standard_normal(len(time)) * 10 ** (-3 * time / 0.6)
    room[: RATE // 200] = 0.0
    room *= np.sqrt(10 ** (4 / 10) / np.sum(room**2))
    room[0] = 1.0
    wet = convolve(_sound(trial), room)[: len(trial.samples)]
    hiss = pink(len(wet), generator)
    return _with(trial, wet + hiss * np.sqrt(np.mean(wet**2) / (10**2.5 * np.mean(hiss**2))))


def whisper(trial: Trial) -> Trial:
    """The same vocal tract (linear prediction, autocorrelation method) blown by noise instead of a voice."""
    speech = _sound(trial)
    speech[1:] -= 0.95 * speech[:-1]
    generator = _generator(trial, "whisper")
    step, window = WHISPER_FRAME // 2, np.hanning(WHISPER_FRAME)
    out = np.zeros(len(speech) + WHISPER_FRAME + 512)
    for start in range(0, len(speech) - WHISPER_FRAME, step):
        tract = _tract(speech[start : start + WHISPER_FRAME] * window)
        noise = generator.standard_normal(WHISPER_FRAME) * window
        out[start : start + 512] += np.fft.irfft(np.fft.rfft(noise, 1024) * tract)[:512]
    return _with(trial, out[: len(speech)])


def _tract(frame: Sound) -> NDArray[np.complex128]:
    """Gain of the frame's all-pole filter at 513 frequencies (Durbin's recursion)."""
    lags = np.fft.irfft(np.abs(np.fft.rfft(frame, 1024)) ** 2)[: WHISPER_ORDER + 1]
    lags[0] = lags[0] * 1.0001 + 1e-9
    filtered, error = np.zeros(WHISPER_ORDER + 1), lags[0]
    filtered[0] = 1.0
    for order in range(1, WHISPER_ORDER + 1):
        reflection = -float(filtered[:order] @ lags[order:0:-1]) / error
        filtered[1 : order + 1] += reflection * filtered[order - 1 :: -1][:order]
        error *= 1 - reflection**2
    gain: NDArray[np.complex128] = np.sqrt(max(error, 0.0) / WHISPER_FRAME) / np.fft.rfft(filtered, 1024)
    return gain


def smaller(trial: Trial) -> Trial:
    """A speaker a fifth smaller: formants and pitch up by 1.2, and as much faster, its phones in time with it."""
    ratio = 1.2
    faster = at_rate(trial, round(RATE / ratio))
    phones = tuple((start / ratio, end / ratio, ipa) for start, end, ipa in trial.phones)
    return replace(faster, rate=RATE, phones=phones)


def quiet(trial: Trial) -> Trial:
    """40 dB under full scale, in 16 bits."""
    sound = _sound(trial)
    soft = sound * 10 ** (-40 / 20) / max(float(np.abs(sound).max()), 1e-9)
    return replace(trial, samples=np.round(soft * 32767).astype(np.int16))


def clipped(trial: Trial) -> Trial:
    """Driven 12 dB into the rails."""
    sound = _sound(trial)
    hard = np.clip(4 * sound / max(float(np.abs(sound).max()), 1e-9), -1, 1)
    return replace(trial, samples=np.round(hard * 32767).astype(np.int16))


CONDITIONS: dict[str, Callable[[Trial, Sequence[Trial]], Trial]] = {
    "10 dB noise + room": lambda trial, others: in_a_noisy_room(trial),
    "10 dB steady noise": lambda trial, others: steady(trial),
    "10 dB babble": babble,
    "10 dB music": lambda trial, others: music(trial),
    "10 dB street": lambda trial, others: street(trial),
    "far microphone": lambda trial, others: far(trial),
    "telephone, 8 kHz": lambda trial, others: telephone(trial),
    "96 kHz": lambda trial, others: at_rate(trial, 96000),
    "44.1 kHz": lambda trial, others: at_rate(trial, 44100),
    "whispered": lambda trial, others: whisper(trial),
    "smaller speaker": lambda trial, others: smaller(trial),
    "40 dB too quiet": lambda trial, others: quiet(trial),
    "clipped by 12 dB": lambda trial, others: clipped(trial),
}
"""Name of a row -> what is done to a trial; `others` are those that it may be mixed with."""
