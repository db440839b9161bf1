"""A face driven by a microphone in the window of Blender: what window.py shows as its part 'microphone'.

The listener waits already (LOCKSTEP_LISTENERS: "port process"), and somebody speaks into its microphone all the time.
"""

from __future__ import annotations

import sys
from pathlib import Path

import bpy

sys.path.insert(0, str(Path(__file__).resolve().parent))

from window_live import (
    BEFORE,
    JAW,
    LISTENERS,
    OPEN,
    SEAL,
    SHUT,
    WATCHED,
    begun,
    expect_values,
    prepare,
    seen,
    session,
    stopped,
    waited,
)
from window_pace import Pace
from window_steps import Steps, begin, expect, finished, keys, picture, press, room, say


def stages() -> Steps:
    """Live with a microphone, Stop, Keep Recording."""
    yield from prepare()
    yield from begun(LISTENERS[0])
    live = session().current()
    say(f"Listening to '{live.begun.sound}', delay {1000.0 * live.begun.delay:.0f} ms.")
    yield from seen("1 open", lambda moment: moment.values[JAW] > OPEN)
    yield from seen("2 shut", lambda moment: moment.values[SEAL] > SHUT)
    with Pace() as pace:
        yield from waited(WATCHED)
    say(f"Live from a microphone: {pace.told()}")
    yield from stopped()
    expect_values(BEFORE, "after Stop")
    offered = list(room("addon.live.offers").offered(bpy.context.scene))
    expect(len(offered) == 1, f"After Stop {len(offered)} recordings are offered.")
    say(f"Recorded {offered[0].seconds:.1f} s into '{Path(offered[0].path).name}'.")
    yield from picture("3 stopped")
    yield from press("lockstep.keep_recording")
    yield from finished("the recording's sync")
    expect(len(keys()) > 10, f"Keep Recording left {len(keys())} curves.")
    yield from picture("4 kept")


if __name__ == "__main__":
    begin("microphone", stages())
