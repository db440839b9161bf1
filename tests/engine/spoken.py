"""Small takes made by hand, for tests."""

from __future__ import annotations

import numpy as np

from engine.take import Audio, Phone, Take, Tracks


def spoken(line: str, language: str = "en", start: float = 0.5, tail: float = 0.5, **given: object) -> Take:
    """A take from a line like "s:100 'u:150 _:400 p:80": IPA and milliseconds; ' marks stress, _ is silence."""
    found, time = [], start
    for word in line.split():
        ipa, length = word.rsplit(":", 1)
        end = round(time + float(length) / 1000.0, 4)
        if ipa != "_":
            found.append(Phone(time, end, ipa.lstrip("'"), 1.0, int(ipa.startswith("'"))))
        time = end
    return Take(Audio("hand.wav", "", time + tail, 16000), language, "hand", phones=tuple(found), **given)


def centre(take: Take, index: int) -> float:
    """The middle of a phone in seconds."""
    return (take.phones[index].start + take.phones[index].end) / 2.0


def tracks(take: Take, openness: float | None = None, loud: dict[int, float] | None = None) -> Tracks:
    """Even tracks: `openness` throughout; -20 dB in speech, `loud` dB in single phones, -70 dB in silence."""
    n = round(take.audio.duration / 0.01)
    energy = np.full(n, -70.0, np.float32)
    for index, phone in enumerate(take.phones):
        energy[round(phone.start * 100) : round(phone.end * 100)] = (loud or {}).get(index, -20.0)
    heard = np.zeros(0, np.float32) if openness is None else np.full(n, openness, np.float32)
    return Tracks(openness=heard, energy=energy)
