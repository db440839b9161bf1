"""Checks with known figures, kept on a face as the button keeps them, without anything being heard."""

from __future__ import annotations

from dataclasses import replace

import bpy
import numpy as np

FPS = 24.0
BASE = 11.0  # the frame of the sound's second 0
LATE = 3.0 / FPS


def a_check(verdict="fail", **changes):
    """A mouth three frames late, of eight closures two missed, with an offset that is grave and a hole."""
    from lockstep.engine.check.result import Fault, SyncCheck, Timing, Tracks

    values = np.abs(np.sin(np.arange(0.0, 2.0, 0.01) * 9.0))
    made = SyncCheck(
        verdict=verdict,
        reasons=("The mouth is 3.0 frames late throughout.",),
        events=Timing(LATE, 0.01, 0.011, 0.170, 1.25, 0.0, 0.170, 31, 0.9),
        energy=Timing(LATE, 0.0, 0.02, 0.15, 1.2, 0.01, 0.15, 12, 0.7),
        closures=8,
        missed=(0.52, 1.33),
        amplitude=0.93,
        confidence=0.88,
        fps=FPS,
        speed=1.0,
        faults=(
            Fault("hole", 0.5, 0.9, "Nothing moves for 0.4 s.", "Sync these words again."),
            Fault("offset", 0.0, 2.0, "The mouth is late by 3 frames.", "Move the strip by 3 frames.", True),
        ),
        tracks=Tracks(0.0, 0.01, values, values, values, 1.0 - values, 1.0 - values),
    )
    return replace(made, **changes)


def a_sound(**changes):
    """A recording with noise and clipping, the latter grave."""
    from lockstep.engine.soundcheck.findings import Finding, SoundCheck

    findings = (
        Finding("noise", 0.0, 2.0, "The noise is 12 dB under the speech.", "Record it in a quieter room."),
        Finding("clipping", 0.4, 0.6, "4 % of the samples are clipped.", "Lower the gain.", True),
    )
    made = SoundCheck(-18.2, -0.1, -40.0, 12.4, 7900.0, 0.0, 0.04, 0.3, float("nan"), 0.1, findings)
    return replace(made, **changes)


def an_examination(check=None, **changes):
    """All parts of an examination but the take."""
    from lockstep.engine.budget.report import BudgetReport, Overrun
    from lockstep.engine.examine import Examination
    from lockstep.engine.norms.report import NormsReport, Standing

    overrun = Overrun("closure", 0.52, 0.56, "p", 0.083, 0.042, "The lips close on one frame only.")
    budget = BudgetReport("en", "film", FPS, {"closure": 8, "rounded": 3}, {"closure": 1}, 8.5, 13.0, (overrun,), 14.0)
    rate = Standing("rate", 6.4, 5.2, 0.8, "syllables/s", "fast for English")
    made = Examination(
        check=check or a_check(),
        sound=a_sound(),
        budget=budget,
        norms=NormsReport("en", (rate,), "No norm is known for pauses."),
        advice=("Give the transcript.", "Touch up frames 24 and 43."),
    )
    return replace(made, **changes)


def kept_on(face, span=None, found=None, **changes):
    """Keep a check on a face, as the button does in its end; gives it as it is read."""
    from lockstep.addon.checking import kept
    from lockstep.addon.checking.request import Checked

    found = found or an_examination()
    shown = a_face(face)
    values = {
        "character": face.name,
        "line_name": "" if span is None else span.name,
        "label": "line",
        "sound": "line.wav",
        "strip": "line",
        "rig": "arkit",
        "base": BASE,
        "rate": FPS,
        "examination": found,
        "seen": shown,
        "notes": (),
        "shot": "sc010/sh020",
    }
    checked = Checked(**{**values, **changes})
    kept.keep(bpy.context.scene, face, span, checked)
    return checked


def a_face(face):
    """A face that stands still for two seconds."""
    from lockstep.engine.check.seen import Seen, SeenPart
    from lockstep.engine.rig import KeyInfo

    times = np.arange(0.0, 2.0, 1.0 / FPS)
    part = SeenPart(face.name, (KeyInfo("jawOpen"),), np.zeros((len(times), 1)))
    return Seen(times, (part,), FPS, (0.0, 2.0))
