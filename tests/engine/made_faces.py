"""Face curves and key lists made by hand, for the tests of the rig."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from engine.mouth import Contact, FaceCurves
from engine.rig import BASE, KeyInfo, Profile, load_profiles

RIGS = Path(__file__).resolve().parents[2] / "rigs"
HOP = 0.005
PROFILES = load_profiles(RIGS)
BY_NAME = {profile.name: profile for profile in PROFILES}


def key_names(profile: Profile) -> list[str]:
    """The names of a mesh that has every key of `profile`."""
    names: list[str] = []
    for row in profile.rows:
        halves = [row.key + half for half in "UD"] if row.halves else [row.key]
        names += [half + side for half in halves for side in ("L", "R")] if row.sides else halves
    return names


def key_infos(names: Sequence[str]) -> list[KeyInfo]:
    return [KeyInfo(name) for name in names]


def still(seconds: float, **levels: float) -> FaceCurves:
    """A face that goes to `levels` within 0.1 s, stays there, and comes back to rest at the end."""
    count = int(seconds / HOP) + 1
    ramp = np.clip(np.minimum(np.arange(count), np.arange(count)[::-1]) * HOP / 0.1, 0.0, 1.0)
    channels = {name: (levels.get(name, 0.0) * ramp).astype(np.float32) for name in BASE}
    return FaceCurves(0.0, HOP, channels)


def babble(seed: int, seconds: float = 6.0, start: float = 0.0) -> FaceCurves:
    """Syllables at random: contacts of 30 to 110 ms, vowels of 60 to 200 ms between them, now and then a pause."""
    rng = np.random.default_rng(seed)
    count = int(seconds / HOP) + 1
    clock = start + np.arange(count) * HOP
    channels = {name: np.zeros(count) for name in BASE}
    contacts: list[Contact] = []
    now = start + 0.3
    while now < start + seconds - 0.7:
        kind, length = rng.choice(["lips", "teeth", "tip", ""]), rng.uniform(0.03, 0.11)
        if kind in ("lips", "teeth"):
            contacts.append(Contact(round(now, 3), round(now + length, 3), str(kind)))
            outside = np.maximum(np.maximum(now - clock, clock - now - length), 0.0)
            _raise(channels["seal" if kind == "lips" else "tuck"], np.clip(1.0 - outside / 0.05, 0.0, 1.0))
        if kind in ("lips", "tip"):
            _raise(channels["press" if kind == "lips" else "tongue_tip"], _bump(clock, now + length / 2, 0.03, 0.6))
        vowel = rng.uniform(0.06, 0.2)
        middle = now + length + vowel / 2
        _raise(channels["jaw"], _bump(clock, middle, 0.06, rng.uniform(0.15, 0.65)))
        lips = str(rng.choice(["pucker", "funnel", "stretch", "smile", "upper", "lower"]))
        _raise(channels[lips], _bump(clock, middle, 0.06, rng.uniform(0.2, 0.9)))
        now += length + vowel + (0.5 if rng.random() < 0.1 else 0.0)
    made = {name: np.where(curve > 0.004, curve, 0.0).astype(np.float32) for name, curve in channels.items()}
    return FaceCurves(start, HOP, made, tuple(contacts))


def _bump(clock: np.ndarray, middle: float, width: float, height: float) -> np.ndarray:
    return height * np.exp(-0.5 * ((clock - middle) / width) ** 2)


def _raise(curve: np.ndarray, other: np.ndarray) -> None:
    np.maximum(curve, other, out=curve)
