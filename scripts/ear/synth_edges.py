"""Edges of phones in the waveform: stops get their closure back, gaps become silence, and labels are checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from synth_phones import is_stop, is_vowel

RATE = 16_000
HOP = 16  # samples: 1 ms
QUIET_DB = -42.0  # against the utterance's loud level: what is a closure or a pause
LONGEST_CLOSURE_AFTER_PAUSE = 0.045
SHORTEST_PAUSE = 0.040


@dataclass(frozen=True)
class Phone:
    """A phone from `start` to `end` (seconds), in IPA."""

    start: float
    end: float
    ipa: str


def resample(samples: NDArray[np.int16], rate: int) -> NDArray[np.int16]:
    """Bring sound to 16 kHz by cutting its spectrum, with a fade from 7.6 to 8 kHz; times stay what they were."""
    if rate == RATE or not len(samples):
        return samples
    step = rate // int(np.gcd(rate, RATE))
    padded = -(-(len(samples) + rate // 50) // (64 * step)) * 64 * step  # few large prime factors: a quick transform
    length = padded // step * (RATE * step // rate)
    spectrum = np.fft.rfft(samples.astype(np.float64), padded)
    if rate > RATE:
        spectrum = spectrum[: length // 2 + 1] * _fade(length // 2 + 1)
    sound = np.fft.irfft(spectrum, length) * (length / padded)
    return np.clip(np.rint(sound[: round(len(samples) * RATE / rate)]), -32768, 32767).astype(np.int16)


def _fade(bins: int) -> NDArray[np.float64]:
    hertz = np.linspace(0, RATE / 2, bins)
    return np.asarray(0.5 + 0.5 * np.cos(np.pi * np.clip((hertz - 7600) / 400, 0, 1)))


def loudness(samples: NDArray[np.int16]) -> NDArray[np.float32]:
    """Level in dB, one value a millisecond, over 4 ms around it; 0 dB is the utterance's 95th percentile."""
    power = np.pad(samples.astype(np.float64) ** 2, (24, 40))
    sums = np.concatenate([[0.0], np.cumsum(power)])
    starts = np.arange(0, len(samples), HOP)
    level = 10 * np.log10((sums[starts + 64] - sums[starts]) / 64 + 1e-3)
    return (level - np.percentile(level, 95)).astype(np.float32)


def _gap_before(quiet: NDArray[np.bool_], start: int, at: int) -> int:
    """First millisecond of the quiet run that ends within 12 ms before `at` (or 6 after), not before `start`."""
    end = min(at + 6, len(quiet))
    while end > max(start, at - 12) and not quiet[end - 1]:
        end -= 1
    first = end
    while first > start and quiet[first - 1]:
        first -= 1
    return first if end - first >= 4 else at


def close_gaps(phones: Sequence[Phone], level: NDArray[np.float32]) -> list[Phone]:
    """Move the onset of each stop back over the quiet before it, and cut long quiet off the ends of other phones.

    espeak-ng reports p, t, k at their burst. After a pause the closure cannot be heard: 45 ms of it are taken.
    """
    quiet = level < QUIET_DB
    result: list[Phone] = []
    for phone in phones:
        before = result[-1] if result else Phone(0.0, 0.0, "")
        joined = bool(result) and phone.start - before.end < 0.002
        at = round(phone.start * 1000)
        if joined:
            first = _gap_before(quiet, round(before.start * 1000) + 15, at) / 1000
            if is_stop(phone.ipa) and first < phone.start:
                result[-1] = Phone(before.start, first, before.ipa)
                phone = Phone(first, phone.end, phone.ipa)
            elif phone.start - first >= SHORTEST_PAUSE:
                result[-1] = Phone(before.start, first, before.ipa)
        elif is_stop(phone.ipa):
            first = max(
                _gap_before(quiet, round(before.end * 1000), at) / 1000, phone.start - LONGEST_CLOSURE_AFTER_PAUSE
            )
            phone = Phone(max(min(first, phone.start), before.end), phone.end, phone.ipa)
        result.append(phone)
    return [_trim(phone, quiet) for phone in result]


def _trim(phone: Phone, quiet: NDArray[np.bool_]) -> Phone:
    """Cut quiet of 40 ms and more off the end (it is a pause), but leave a stop its release."""
    first, last = round(phone.start * 1000), min(round(phone.end * 1000), len(quiet))
    end = last
    while end > first and quiet[end - 1]:
        end -= 1
    keep = max(end, first + (60 if is_stop(phone.ipa) else 20))
    return Phone(phone.start, keep / 1000, phone.ipa) if last - keep >= 1000 * SHORTEST_PAUSE else phone


def bands(samples: NDArray[np.int16]) -> NDArray[np.float32]:
    """Log energies in 20 bands, one row a millisecond, over a 10 ms Hann window centred on it: [n, 20]."""
    window = np.hanning(160).astype(np.float32)  # single precision: twice as quick
    padded = np.pad(samples.astype(np.float32), (80, 80))
    frames = np.lib.stride_tricks.sliding_window_view(padded, 160)[: len(samples) : HOP] * window
    power = np.abs(np.fft.rfft(frames, 256)) ** 2
    edges = np.unique(np.round(np.geomspace(2, 128, 21)).astype(int))
    summed = np.add.reduceat(power[:, :129], edges[:-1], axis=1)
    return np.log(summed + 1e4).astype(np.float32)


def change(samples: NDArray[np.int16]) -> NDArray[np.float32]:
    """How much the spectrum changes about each millisecond: distance between the 10 ms before and the 10 ms after."""
    rows = bands(samples)
    sums = np.concatenate([np.zeros((1, rows.shape[1]), np.float32), np.cumsum(rows, axis=0, dtype=np.float64)])
    n, reach = len(rows), 10
    at = np.arange(n)
    left = (sums[at] - sums[np.maximum(at - reach, 0)]) / reach
    right = (sums[np.minimum(at + reach, n)] - sums[at]) / reach
    return np.sqrt(((left - right) ** 2).mean(axis=1)).astype(np.float32)


# espeak-ng reports the sound after these 13-21 ms (medians) after they are released
RELEASED_EARLY = {"nasal": 20, "voiced stop": 20, "lateral": 13, "glide": 14}
_OPENED_INTO = frozenset({"vowel", "glide", "rhotic", "lateral"})


def snap_releases(phones: Sequence[Phone], samples: NDArray[np.int16]) -> list[Phone]:
    """Move the end of nasals, voiced stops, laterals and glides before a vowel back to the spectrum's sharpest change.

    It is looked for up to 34 ms before the label (at most two thirds of the phone); where nothing changes
    sharply the class's median is taken.
    """
    flux = change(samples)
    result = list(phones)
    for index, (before, after) in enumerate(pairwise(phones)):
        usual = RELEASED_EARLY.get(kind(before.ipa))
        if usual is None or kind(after.ipa) not in _OPENED_INTO or after.start - before.end > 0.002:
            continue
        before = result[index]
        at, first = round(after.start * 1000), round(before.start * 1000)
        reach = min(34, 2 * (at - first) // 3)
        around = flux[at - reach : at + 6]
        if reach < 4 or len(around) < 10:
            continue
        sharp = around.max() > 1.4 * np.median(around)
        edge = (at - reach + int(np.argmax(around)) if sharp else at - min(usual, reach)) / 1000
        result[index] = Phone(before.start, edge, before.ipa)
        result[index + 1] = Phone(edge, after.end, after.ipa)
    return result


def kind(ipa: str) -> str:
    """The class under which edges are measured: vowel, voiceless/voiced stop, nasal, fricative, lateral, glide."""
    letter = ipa[:1]
    if not letter:
        return "pause"
    if is_vowel(ipa):
        return "vowel"
    if letter in "ptʈckqʔ":
        return "affricate" if len(ipa.rstrip("ːʰʲʷ")) > 1 else "stop"
    if letter in "bdɖɟɡɓɗ":
        return "voiced stop"
    for letters, name in (("mnɳɲŋɴɱ", "nasal"), ("lɭʎ", "lateral"), ("rɹɾɽɻʀ", "rhotic"), ("wjɥɰʋ", "glide")):
        if letter in letters:
            return name
    return "voiced fricative" if letter in "vzʒʐʑðβɣʁʝɦ" else "fricative"


def edge_errors(samples: NDArray[np.int16], phones: Sequence[Phone], reach: int = 30) -> list[tuple[str, str, int]]:
    """(class before, class after, ms from the label to the sharpest change of the spectrum within `reach` ms)."""
    flux = change(samples)
    found = []
    for before, after in pairwise(phones):
        at = round(after.start * 1000)
        if after.start - before.end > 0.002 or at - reach < 0 or at + reach + 1 > len(flux):
            continue
        room = int(min(reach, 800 * (before.end - before.start), 800 * (after.end - after.start)))
        around = flux[at - room : at + room + 1]
        if room >= 15 and around.max() > 1.5 * np.median(around):
            found.append((kind(before.ipa), kind(after.ipa), int(np.argmax(around)) - room))
    return found


def pause_errors(samples: NDArray[np.int16], phones: Sequence[Phone]) -> list[tuple[str, str, int]]:
    """Like `edge_errors` at pauses: ms from the label to where the sound rises above or falls below -35 dB."""
    level = loudness(samples)
    loud = level > -35.0
    found = []
    for index, phone in enumerate(phones):
        before = phones[index - 1].end if index else 0.0
        after = phones[index + 1].start if index + 1 < len(phones) else len(level) / 1000
        first, last = round(phone.start * 1000), round(phone.end * 1000)
        if phone.start - before > 0.05 and first >= 60:
            rises = np.flatnonzero(loud[first - 50 : last])
            if len(rises) and rises[0] > 0:
                found.append(("pause", kind(phone.ipa), int(rises[0]) - 50))
        if after - phone.end > 0.06:
            falls = np.flatnonzero(loud[first : last + 60])
            if len(falls) and falls[-1] < last + 59 - first:
                found.append((kind(phone.ipa), "pause", int(falls[-1]) + 1 + first - last))
    return found


_RELEASED = frozenset({"stop", "affricate", "voiced stop"})
_ABRUPT = frozenset({"vowel", "nasal", "fricative", "stop", "voiced stop", "voiced fricative", "affricate"})
Offsets = dict[tuple[str, str], int]


def measure_offsets(spoken: Sequence[tuple[NDArray[np.int16], Sequence[Phone]]]) -> Offsets:
    """Median ms from a voice's labels to the sound by pair of classes.

    Only pairs that differ abruptly and whose first is not a stop (a release is no change of phone), and of those the
    pairs of which at least 20 edges agree, their quartiles within 16 ms.
    """
    errors: dict[tuple[str, str], list[int]] = {}
    for samples, phones in spoken:
        for before, after, error in edge_errors(samples, phones):
            if before in _ABRUPT - _RELEASED and after in _ABRUPT:
                errors.setdefault((before, after), []).append(error)
    offsets: Offsets = {}
    for pair, found in errors.items():
        low, middle, high = np.percentile(found, (25, 50, 75))
        if len(found) >= 20 and high - low <= 16:
            offsets[pair] = int(np.clip(round(float(middle)), -25, 25))
    return offsets


def correct_edges(phones: Sequence[Phone], samples: NDArray[np.int16], offsets: Offsets) -> list[Phone]:
    """Move each edge by its voice's offset, then, between abruptly differing classes, to a sharp change within 8 ms."""
    flux = change(samples)
    edges = [[phone.start, phone.end] for phone in phones]
    for index, (phone, after) in enumerate(pairwise(phones)):
        if after.start - phone.end <= 0.002:
            edges[index][1] = edges[index + 1][0] = _moved(phone, after, flux, offsets)
    return _ordered(phones, edges, len(samples) / RATE)


LOUD_DB = -35.0
UNHEARD = {"stop": 45, "affricate": 45, "voiced stop": 30}  # ms of closure taken before the first sound after a pause
_SHORTEST_GAP, _LONGEST_TAIL = 0.05, 200


def settle_pauses(phones: Sequence[Phone], samples: NDArray[np.int16]) -> list[Phone]:
    """Begin and end phones beside a pause (50 ms or more) where the sound does; a stop's closure begins before it.

    An onset is looked for from 90 ms before the label (half the pause at most) to half the phone; an end up to 200 ms
    after it (half the pause at most).
    """
    loud = _sounding(samples, phones)
    edges = [[phone.start, phone.end] for phone in phones]
    for index, phone in enumerate(phones):
        before = phones[index - 1].end if index else 0.0
        after = phones[index + 1].start if index + 1 < len(phones) else len(loud) / 1000
        if phone.start - before >= _SHORTEST_GAP:
            edges[index][0] = _first_sound(phone, before, loud)
        if after - phone.end >= _SHORTEST_GAP:
            edges[index][1] = _last_sound(phone, after, loud)
    return _ordered(phones, edges, len(samples) / RATE)


DECAYED_DB = -24.0
_SONORANT = frozenset({"vowel", "nasal", "lateral", "rhotic", "glide"})


def end_decays(phones: Sequence[Phone], samples: NDArray[np.int16]) -> list[Phone]:
    """End vowels and sonorants before a pause where their decay falls below -24 dB, at the earliest after 30 ms.

    For voices whose last sounds fade as in a room: `settle_pauses` follows them down to -35 dB.
    """
    level = loudness(samples)
    result: list[Phone] = []
    for index, phone in enumerate(phones):
        after = phones[index + 1].start if index + 1 < len(phones) else len(level) / 1000
        if after - phone.end >= 0.03 and kind(phone.ipa) in _SONORANT:
            first = round(1000 * phone.start)
            heard = np.flatnonzero(level[first : round(1000 * phone.end)] > DECAYED_DB)
            last = first + int(heard[-1]) + 1 if len(heard) else first
            phone = Phone(phone.start, min(phone.end, max(last / 1000, phone.start + 0.03)), phone.ipa)
        result.append(phone)
    return result


def _sounding(samples: NDArray[np.int16], phones: Sequence[Phone]) -> NDArray[np.bool_]:
    """Where the sound is above -35 dB, or 10 dB above the noise of the voice's pauses if that is higher."""
    level = loudness(samples)
    outside = np.ones(len(level), bool)
    for phone in phones:
        outside[max(0, round(1000 * phone.start) - 100) : round(1000 * phone.end) + 150] = False
    floor = float(np.median(level[outside])) if outside.sum() > 50 else -120.0
    return level > max(LOUD_DB, min(floor + 10.0, -20.0))


def _first_sound(phone: Phone, before: float, loud: NDArray[np.bool_]) -> float:
    first = round(1000 * max(phone.start - 0.09, (before + phone.start) / 2))
    heard = np.flatnonzero(
        loud[first : round(1000 * (phone.end if is_stop(phone.ipa) else phone.start / 2 + phone.end / 2))]
    )
    if not len(heard):
        return phone.start
    return max((first + int(heard[0]) - UNHEARD.get(kind(phone.ipa), 0)) / 1000, before)


def _last_sound(phone: Phone, after: float, loud: NDArray[np.bool_]) -> float:
    first = round(1000 * phone.start)
    last = round(1000 * min(phone.end + _LONGEST_TAIL / 1000, (phone.end + after) / 2))
    heard = np.flatnonzero(loud[first:last])
    heard_end = (first + int(heard[-1]) + 1) / 1000 if len(heard) else phone.end
    shortest = phone.start + (0.06 if is_stop(phone.ipa) else 0.02)
    return max(heard_end, min(shortest, phone.end))


def _moved(before: Phone, after: Phone, flux: NDArray[np.float32], offsets: Offsets) -> float:
    pair = kind(before.ipa), kind(after.ipa)
    room = 0.4 * min(before.end - before.start, after.end - after.start)
    edge = after.start + float(np.clip(offsets.get(pair, 0) / 1000, -room, room))
    at, reach = round(edge * 1000), int(min(8.0, 1000 * room))
    around = flux[max(at - reach, 0) : at + reach + 1]
    if pair[0] in _ABRUPT - _RELEASED and pair[1] in _ABRUPT and pair[0] != pair[1] and reach >= 4 and at >= reach:
        wide = flux[max(at - 30, 0) : at + 30]
        peak = int(np.argmax(around))
        if 0 < peak < len(around) - 1 and around[peak] > 1.6 * np.median(wide):
            return (at - reach + peak) / 1000
    return edge


def _ordered(phones: Sequence[Phone], edges: Sequence[Sequence[float]], last: float) -> list[Phone]:
    result: list[Phone] = []
    for phone, (start, end) in zip(phones, edges, strict=True):
        start = min(max(start, result[-1].end if result else 0.0), last)
        if min(end, last) - start > 0.004:
            result.append(Phone(start, min(end, last), phone.ipa))
    return result
