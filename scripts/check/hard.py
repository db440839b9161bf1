"""Speech that is hard to hear, with its phones where they truly are: noise, music, rooms, whispers, song."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import replace

import conditions
import numpy as np
from numpy.typing import NDArray
from trials import Trial, convolve, pink

from engine.phones import mouth_class

from .speech import RATE, Speech, int16

Sound = NDArray[np.float64]
VOICELESS = frozenset("ptkqfθsʃçxχħhɸʂɕcʈʔ")
ORDER, FRAME, HOP = 18, 400, 80  # of linear prediction; samples of a frame, samples from one to the next
HELD = 2.4  # how much longer sung vowels are
NOTES = (0, 2, 4, 5, 7, 4, 2, 0)  # semitones over the key
KEY = 174.6  # Hz
VIBRATO = 0.012  # share of the pitch
EMPHASIS = 0.95


def _sound(speech: Speech) -> Sound:
    return speech.samples.astype(np.float64) / 32768


def _generator(speech: Speech, what: str) -> np.random.Generator:
    return np.random.default_rng(zlib.crc32(f"{speech.name} {what}".encode()))


def _trial(speech: Speech) -> Trial:
    return Trial(speech.name, speech.samples, speech.language, phones=speech.phones)


def beside(speech: Speech, noise: Sound, decibels: float, name: str) -> Speech:
    """With a noise `decibels` under the speech (mean powers; of the speech, where it is heard)."""
    sound = _sound(speech)
    loud = sound[np.abs(sound) > 0.01 * np.abs(sound).max()]
    share = np.sqrt(np.mean(loud**2) / (10 ** (decibels / 10) * np.mean(noise**2) + 1e-12))
    return speech.heard_as(sound + share * noise, name)


def noisy(speech: Speech, decibels: float) -> Speech:
    """Pink noise behind it."""
    name = f"noise {decibels:g} dB"
    return beside(speech, pink(len(speech.samples), _generator(speech, name)), decibels, name)


def with_music(speech: Speech, decibels: float) -> Speech:
    """Plucked chords, a bass and a beat under it."""
    name = f"music {decibels:g} dB"
    return beside(speech, _tune(len(speech.samples), _generator(speech, name)), decibels, name)


def _tune(count: int, generator: np.random.Generator) -> Sound:
    beat = RATE // 2
    time = np.arange(beat) / RATE
    tune = np.zeros(count + beat)
    for start in range(0, count, beat):
        root = 110.0 * 2 ** (generator.choice([0, 3, 5, 7, 8, 10]) / 12)
        for ratio in (0.5, 1.0, 1.25, 1.5):
            for harmonic in range(1, 8):
                wave = np.sin(2 * np.pi * root * ratio * harmonic * time + generator.uniform(0, 6))
                tune[start : start + beat] += np.exp(-time * (2 + 0.8 * harmonic)) / harmonic * wave
        tune[start : start + beat] += 1.5 * generator.standard_normal(beat) * np.exp(-time * 40.0)
    return tune[:count]


def in_a_room(speech: Speech, seconds: float, direct: float) -> Speech:
    """In a room that falls by 60 dB in `seconds`, the direct sound `direct` dB over the room's."""
    generator = _generator(speech, "room")
    time = np.arange(int(seconds * RATE)) / RATE
    room = generator.standard_normal(len(time)) * 10 ** (-3 * time / seconds)
    room[: RATE // 200] = 0.0
    room *= np.sqrt(10 ** (-direct / 10) / np.sum(room**2))
    room[0] = 1.0
    return speech.heard_as(convolve(_sound(speech), room)[: len(speech.samples)], f"room {seconds:g} s")


def whispered(speech: Speech) -> Speech:
    """Its vocal tract blown by noise."""
    found = conditions.whisper(_trial(speech))
    return replace(speech, name=f"{speech.name}, whispered", samples=found.samples)


def sung(speech: Speech) -> Speech:
    """Its vocal tract on notes that are held: vowels HELD times as long, one note a vowel, a little vibrato."""
    edges, moved = _held(speech)
    count = round(moved[-1] * RATE)
    excited = _excitation(speech, edges, moved, count)
    emphasized = _sound(speech)
    emphasized[1:] -= EMPHASIS * emphasized[:-1]
    out = np.zeros(count + 1024)
    window = np.hanning(FRAME)
    for start in range(0, count - FRAME, HOP):
        place = np.interp((start + FRAME / 2) / RATE, moved, edges)
        first = int(np.clip(place * RATE - FRAME / 2, 0, len(emphasized) - FRAME))
        tract = conditions._tract(emphasized[first : first + FRAME] * window)
        source = excited[start : start + FRAME] * window
        out[start : start + 512] += np.fft.irfft(np.fft.rfft(source, 1024) * tract)[:512]
    phones = tuple(
        (float(np.interp(start, edges, moved)), float(np.interp(end, edges, moved)), ipa)
        for start, end, ipa in speech.phones
    )
    return replace(speech, name=f"{speech.name}, sung", samples=int16(0.5 * _deemphasized(out[:count])), phones=phones)


def _is_vowel(ipa: str) -> bool:
    return mouth_class(ipa) in ("open", "rounded") or ipa[:1] in "iɪeəɜɨɯɤɐ"


def _held(speech: Speech) -> tuple[Sound, Sound]:
    """Times of the speech, and where they are when it is sung."""
    edges, moved = [0.0], [0.0]
    for start, end, ipa in speech.phones:
        for place, factor in ((start, 1.0), (end, HELD if _is_vowel(ipa) else 1.0)):
            if place > edges[-1]:
                moved.append(moved[-1] + factor * (place - edges[-1]))
                edges.append(place)
    moved.append(moved[-1] + speech.duration - edges[-1] + 1e-6)
    edges.append(speech.duration + 1e-6)
    return np.array(edges), np.array(moved)


def _excitation(speech: Speech, edges: Sound, moved: Sound, count: int) -> Sound:
    """Pulses at the notes' pitch where the voice sounds, noise elsewhere; power 1."""
    generator = _generator(speech, "sung")
    time = np.arange(count) / RATE
    semitones, voiced, note = np.zeros(count), np.zeros(count, bool), 0
    for start, end, ipa in speech.phones:
        first, last = (round(float(np.interp(place, edges, moved)) * RATE) for place in (start, end))
        note += _is_vowel(ipa)
        semitones[first:] = NOTES[note % len(NOTES)]
        voiced[first:last] = ipa[:1] not in VOICELESS
    pitch = KEY * 2 ** (semitones / 12) * (1 + VIBRATO * np.sin(2 * np.pi * 5.5 * time))
    phase = np.cumsum(pitch / RATE)
    pulses = (np.diff(np.floor(phase), prepend=0.0) > 0) * np.sqrt(RATE / pitch)
    found: Sound = np.where(voiced, pulses + 0.1 * generator.standard_normal(count), generator.standard_normal(count))
    return found


def _deemphasized(sound: Sound) -> Sound:
    """The emphasis of the high taken back, in frequency."""
    size = 1 << (len(sound) + 2048 - 1).bit_length()
    turn = np.exp(-2j * np.pi * np.arange(size // 2 + 1) / size)
    return np.asarray(np.fft.irfft(np.fft.rfft(sound, size) / (1 - EMPHASIS * turn), size)[: len(sound)])


def clipped(speech: Speech) -> Speech:
    """Driven 12 dB into the rails."""
    return replace(speech, name=f"{speech.name}, clipped", samples=conditions.clipped(_trial(speech)).samples)


CONDITIONS: dict[str, Callable[[Speech], Speech]] = {
    "noise 20 dB": lambda speech: noisy(speech, 20.0),
    "noise 10 dB": lambda speech: noisy(speech, 10.0),
    "noise 5 dB": lambda speech: noisy(speech, 5.0),
    "noise 0 dB": lambda speech: noisy(speech, 0.0),
    "music 10 dB": lambda speech: with_music(speech, 10.0),
    "music 3 dB": lambda speech: with_music(speech, 3.0),
    "a room, 0.5 s": lambda speech: in_a_room(speech, 0.5, 3.0),
    "far away, 0.9 s": lambda speech: in_a_room(speech, 0.9, -4.0),
    "whispered": whispered,
    "sung": sung,
    "clipped": clipped,
}
"""What is done to speech whose animation is right."""
