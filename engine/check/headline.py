"""A check's figures in a few short pieces, for the head of its plot."""

from __future__ import annotations

import math
from collections.abc import Iterator

from .result import SyncCheck


def headline(check: SyncCheck) -> Iterator[str]:
    """Offset, drift, residual, worst moment, closures, amplitude, frame rate, confidence: what is known of them."""
    timing = check.events or check.energy
    if timing is not None:
        yield f"offset {_frames(check, timing.offset)}"
        yield f"drift {check.frames(10.0 * timing.drift):+.1f} frames in 10 s"
        yield f"residual {check.frames(timing.residual):.1f} frames"
        yield f"worst {_frames(check, timing.worst)}"
    if check.closures:
        yield f"closures missed {len(check.missed)} of {check.closures}"
    if math.isfinite(check.amplitude):
        yield f"amplitude {check.amplitude:.0%}"
    yield f"{check.fps:g} fps" + ("" if check.speed == 1.0 else f" at speed {check.speed:g}")
    yield f"{check.confidence:.0%} sure"


def _frames(check: SyncCheck, seconds: float) -> str:
    """Such as '2.9 frames (121 ms) late'."""
    count = check.frames(abs(seconds))
    side = "" if round(count, 1) == 0.0 else " late" if seconds > 0.0 else " early"
    return f"{count:.1f} frames ({1000.0 * abs(seconds):.0f} ms){side}"
