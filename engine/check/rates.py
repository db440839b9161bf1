"""Mistakes with rates, and what to call them: keys made at another frame rate, sound read at another sample rate."""

from __future__ import annotations

FRAME_RATES = (12.0, 15.0, 24000 / 1001, 24.0, 25.0, 30000 / 1001, 30.0, 48.0, 50.0, 60000 / 1001, 60.0)
# How much longer the mouth takes than the sound, and why.
SOUND_RATIOS = (
    (48.0 / 44.1, "44.1 kHz read as 48 kHz"),
    (44.1 / 48.0, "48 kHz read as 44.1 kHz"),
    (48.0 / 32.0, "32 kHz read as 48 kHz"),
    (32.0 / 48.0, "48 kHz read as 32 kHz"),
    (44.1 / 32.0, "32 kHz read as 44.1 kHz"),
    (32.0 / 44.1, "44.1 kHz read as 32 kHz"),
    (2.0, "sound read at twice its sample rate"),
    (0.5, "sound read at half its sample rate"),
)
NEAR = 0.003  # of a ratio within which it is called by its name


def named(speed: float, fps: float, unsure: float) -> tuple[str, ...]:
    """What may have made the mouth take `speed` times as long as its sound, the likeliest first; () for nothing known.

    `fps` as shown; `unsure`: the standard error of `speed`. Neighbours that this cannot tell apart are all named.
    """
    room = max(min(2.0 * unsure, 2.0 * NEAR), 0.0004)
    found = []
    for rate in FRAME_RATES:
        if abs(rate / fps - 1.0) > 5e-4:
            found.append((abs(speed / (rate / fps) - 1.0), f"keys made at {rate:.5g} fps, scene at {fps:.5g}"))
    found += [(abs(speed / ratio - 1.0), name) for ratio, name in SOUND_RATIOS]
    plain = abs(speed - 1.0)
    return tuple(name for apart, name in sorted(found) if apart <= max(room, NEAR * (plain > 0.02)) and apart < plain)
