"""A face driven live in the window of Blender: what window.py shows as its part 'live'.

The listeners wait already (LOCKSTEP_LISTENERS: "port process port process"); the second one is killed in the middle.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bpy

sys.path.insert(0, str(Path(__file__).resolve().parent))

from window_pace import Pace, weighty
from window_steps import (
    OUT,
    PACKAGE,
    Notes,
    Steps,
    area_of,
    begin,
    choose_tab,
    expect,
    finished,
    head,
    key,
    keys,
    middle,
    opened,
    photograph,
    picture,
    point,
    press,
    room,
    say,
    stand,
    tap,
    window,
    write,
)

LISTENERS = [int(number) for number in os.environ["LOCKSTEP_LISTENERS"].split()]
BEFORE = {"mouthSmileLeft": 0.25, "mouthSmileRight": 0.25, "browInnerUp": 0.4}  # the artist's own values
CLOSED = {"main": "rig", "checked": "check", "voices": "voice", "heard": "heard", "acted": "acting"}  # above Live
JAW, SEAL = 0, 1  # of a moment's values
OPEN, SHUT = 0.45, 0.97  # a jaw that is wide open, lips that touch
MOVES = 0.3  # what the jaw's key goes through at least while somebody speaks
PATIENCE = 12.0  # seconds within which a moment, an end or a key must come
WATCHED = 6.0  # seconds of speech that are measured
NEAR = 2e-3  # of a shape key: what rounding on the line may do
FILE, COPY = OUT / "live.blend", OUT / "live saved.blend"  # an open file cannot be read as a library


def stages() -> Steps:
    """All that the artist does."""
    yield from prepare()
    yield from nobody()
    yield from live()
    yield from undo()
    yield from play("while live")
    yield from save()
    yield from stop()
    yield from keep()
    yield from over_keys()
    yield from killed()
    yield from discard()
    yield from paces()
    yield from reopen()
    yield from leave()


def prepare() -> Steps:
    """The demo head with values of the artist's own, saved."""
    made = stand()
    bpy.context.preferences.system.viewport_aa = "OFF"  # without a graphics card half of the time goes there
    view = area_of("VIEW_3D").spaces.active
    view.overlay.show_overlays = view.show_gizmo = False
    bpy.context.scene.lockstep.language = "en"
    for module, panel in CLOSED.items():
        opened(getattr(room(f"addon.panels.{module}"), f"LOCKSTEP_PT_{panel}"), False)
    for name, value in BEFORE.items():
        made.data.shape_keys.key_blocks[name].value = value
    yield 2.0
    yield from choose_tab()
    bpy.ops.wm.save_as_mainfile(filepath=str(FILE))
    bpy.ops.ed.undo_push(message="Prepared")
    say(f"Blender {bpy.app.version_string}; the head is '{made.name}'.")


def nobody() -> Steps:
    """Live without a listener."""
    call(1)
    yield from press("lockstep.live")
    yield from until(lambda: session().current() is None, "the end without a listener")
    said = session().Desk.said
    expect("lockstep listen" in said, f"Without a listener the panel says '{said}'.")
    say(f"Without a listener: {said}")
    yield from picture("1 nobody listens")


def live() -> Steps:
    """Live, and the mouth seen open and shut."""
    before = values()
    yield from begun(LISTENERS[0])
    with Pace() as pace:
        yield from moving("Live")
        say(f"Live: {pace.told()}")
    yield from seen("2 open", lambda moment: moment.values[JAW] > OPEN)
    yield from seen("3 shut", lambda moment: moment.values[SEAL] > SHUT)
    yield from moving("Live")
    expect(values()["browInnerUp"] == before["browInnerUp"], "Live has moved the brows.")
    expect(not keys(), "Live has set keys.")


def undo() -> Steps:
    """Ctrl+Z and Ctrl+Shift+Z of something else, meanwhile."""
    place = head().location.x
    head().location.x = place + 0.01
    bpy.ops.ed.undo_push(message="Move")
    yield 0.5
    yield from key("Z", ctrl=True)
    expect(abs(head().location.x - place) < 1e-6, "Ctrl+Z while live has not taken the move back.")
    yield from moving("After Ctrl+Z")
    yield from key("Z", ctrl=True, shift=True)
    expect(abs(head().location.x - place - 0.01) < 1e-6, "Ctrl+Shift+Z while live has not done the move again.")
    yield from moving("After Ctrl+Shift+Z")
    yield from key("Z", ctrl=True)


def play(when: str) -> Steps:
    """The timeline plays meanwhile."""
    scene = bpy.context.scene
    first = scene.frame_current
    yield from key("SPACE")
    expect(window().screen.is_animation_playing, f"Space {when} does not play the timeline.")
    yield from moving(f"Playing {when}")
    expect(scene.frame_current != first, f"Playing {when}, the frame stays at {first}.")
    yield from picture(f"4 playing {when}")
    yield from key("SPACE")
    expect(not window().screen.is_animation_playing, f"Space {when} does not stop the timeline.")


def save() -> Steps:
    """Ctrl+S meanwhile; the file holds the artist's values."""
    FILE.unlink()
    yield from key("S", ctrl=True)
    yield from until(FILE.is_file, "the file that Ctrl+S writes")
    shutil.copy(FILE, COPY)
    yield from moving("After Ctrl+S")


def saved() -> dict[str, float]:
    """The values of the face in the file that was saved; what is kept there of live listening is a fault."""
    with bpy.data.libraries.load(str(COPY)) as (there, wanted):
        wanted.objects = [name for name in there.objects if name == head().name]
    read = wanted.objects[0]
    shapes = read.data.shape_keys
    expect(not room("addon.live.kept").is_kept(shapes), "The saved file keeps values of before Live.")
    found = {one.name: one.value for one in shapes.key_blocks}
    bpy.data.objects.remove(read)
    return found


def stop() -> Steps:
    """Stop: the artist's values again, and the recording offered."""
    yield from stopped()
    expect_values(BEFORE, "after Stop")
    expect(saved() == values(), "The file that was saved while live holds other values than the artist's.")
    offered = list(room("addon.live.offers").offered(bpy.context.scene))
    expect(len(offered) == 1, f"After Stop {len(offered)} recordings are offered.")
    say(f"Stopped; offered: {offered[0].seconds:.1f} s at frame {offered[0].frame}.")
    yield from picture("5 stopped")


def keep() -> Steps:
    """Keep Recording: the thorough sync."""
    yield from press("lockstep.keep_recording")
    yield from finished("the recording's sync")
    expect(len(keys()) > 10, f"Keep Recording left {len(keys())} curves.")
    expect(len(head().lockstep_spans) == 1, "Keep Recording left no line on the face.")
    expect(not list(room("addon.live.offers").offered(bpy.context.scene)), "What was kept is offered still.")
    yield from picture("6 kept")


def over_keys() -> Steps:
    """Live once more, on a face that has keys now, while these play; afterwards the keys speak again."""
    laid = keys()
    yield from begun(LISTENERS[0])
    yield from play("over keys")
    bpy.context.scene.frame_set(40)
    yield from stopped()
    shown = values()
    bpy.context.scene.frame_set(40)
    expect(shown == values(), "After Stop the face is not as its keys have it.")
    expect(laid == keys(), "Live has changed keys.")


def killed() -> Steps:
    """The listener is gone in the middle."""
    before = values()
    yield from begun(LISTENERS[2])
    yield from moving("Before the listener is killed")
    os.kill(LISTENERS[3], signal.SIGKILL)
    killed_at = time.perf_counter()
    yield from until(lambda: session().current() is None, "the end after the listener was killed")
    said = session().Desk.said
    say(f"{time.perf_counter() - killed_at:.2f} s after the listener was killed the panel says: {said}")
    expect("listener" in said and session().Desk.failed, f"After the listener was killed the panel says '{said}'.")
    expect(values() == before, "After the listener was killed the face has other values than before.")
    yield from picture("7 listener killed")


def discard() -> Steps:
    """Discard, through its question; a file that was fed stays where it is."""
    offers = room("addon.live.offers")
    path = Path(next(offers.offered(bpy.context.scene)).path)
    yield from press("lockstep.discard_recording")
    yield 1.0
    photograph("7 discard asks")
    tap("RET", *middle())
    yield from until(lambda: not list(offers.offered(bpy.context.scene)), "the end of what is offered")
    expect(path.is_file(), "Discard has deleted a sound that was fed.")


def paces() -> Steps:
    """How smooth it is: on the demo head, and on a character of several dense meshes."""
    yield from measured("the demo head")
    count = weighty(head())
    bpy.ops.ed.undo_push(message="Weighty")
    yield from measured(f"a character of {count}")
    yield from picture("8 weighty")


def reopen() -> Steps:
    """Another file is opened while live: the one that was saved meanwhile."""
    yield from begun(LISTENERS[0])
    bpy.ops.wm.open_mainfile(filepath=str(FILE))
    yield 3.0
    expect(session().current() is None, "Live outlives the opening of a file.")
    expect_values(BEFORE, "in the file that was saved while live")
    yield from picture("9 opened again")


def leave() -> Steps:
    """Blender is quitted while live."""
    yield from begun(LISTENERS[0])
    yield from moving("Before Blender is quitted")
    write()
    bpy.context.preferences.view.use_save_prompt = False
    with bpy.context.temp_override(window=window()):
        bpy.ops.wm.quit_blender()


def measured(what: str) -> Steps:
    """Frames a second without and with Live, and how long each of its looks takes."""
    bpy.context.scene.frame_set(30)  # somebody speaks there
    yield from key("SPACE")
    with Pace() as still:
        yield from waited(WATCHED / 2.0)
    yield from key("SPACE")
    say(f"Playing the keys of {what}: {still.told()}")
    yield from begun(LISTENERS[0])
    with Pace() as pace:
        yield from waited(WATCHED)
    say(f"Live on {what}: {pace.told()}")
    yield from stopped()


# What they are made of


def call(port: int) -> None:
    """Where Live looks for a listener."""
    bpy.context.preferences.addons[PACKAGE].preferences.port = port


def begun(port: int) -> Steps:
    """Live is pressed, and the listener answers."""
    call(port)
    yield from press("lockstep.live")
    yield from until(lambda: state() == "live" and session().current().moment is not None, "the first moment")
    say(f"{time.perf_counter() - Notes.pressed:.2f} s from the click on Live to the first moment.")


def stopped() -> Steps:
    """Stop is pressed, and the listener has said its last word."""
    yield from press("lockstep.live")
    yield from until(lambda: session().current() is None, "the end after Stop")
    say(f"{time.perf_counter() - Notes.pressed:.2f} s from the click on Stop to the listener's last word.")
    expect(not session().Desk.failed, f"After Stop the panel says '{session().Desk.said}'.")


def seen(name: str, wanted: Callable[[Any], bool]) -> Steps:
    """A picture at a moment that is as wanted; the face shows it."""
    point(*middle())
    found = lambda: state() == "live" and wanted(session().current().moment)  # noqa: E731
    yield from until(found, f"the moment of '{name}'")
    with bpy.context.temp_override(window=window()):
        bpy.context.view_layer.update()
        bpy.ops.wm.redraw_timer(type="DRAW_WIN_SWAP", iterations=1)
    photograph(name)
    moment = session().current().moment if session().current() else None
    say(
        f"'{name}': {moment.time:.2f} s, /{moment.phone}/, {moment.level:.0f} dB, jaw {values()['jawOpen']:.2f}, "
        f"mouth's close {values()['mouthClose']:.2f}."
    )


def moving(when: str) -> Steps:
    """The face moves for as long as it takes to open and to shut the mouth."""
    jaws, since = [values()["jawOpen"]], time.perf_counter()
    while max(jaws) - min(jaws) < MOVES and time.perf_counter() - since < PATIENCE:
        jaws.append(values()["jawOpen"])
        yield 0.02
    expect(max(jaws) - min(jaws) >= MOVES, f"{when}, the jaw moves by {max(jaws) - min(jaws):.2f} only.")
    expect(state() == "live", f"{when}, Live is '{state()}'.")


def until(holds: Callable[[], Any], what: str) -> Steps:
    """Wait for something; a fault where it does not come."""
    since = time.perf_counter()
    while not holds() and time.perf_counter() - since < PATIENCE:
        yield 0.005
    if not holds():
        raise RuntimeError(f"{what} did not come within {PATIENCE:.0f} s ({session().Desk.said}).")


def waited(seconds: float) -> Steps:
    """Let Blender be for so long."""
    yield seconds


def session() -> Any:
    """The extension's module of the one session."""
    return room("addon.live.session")


def state() -> str:
    """Where the session stands; '' without one."""
    live = session().current()
    return live.state if live is not None else ""


def values() -> dict[str, float]:
    """The values of the face's shape keys."""
    return {one.name: one.value for one in head().data.shape_keys.key_blocks}


def expect_values(wanted: dict[str, float], when: str) -> None:
    """The face's shape keys have these values, and all others none."""
    for name, value in values().items():
        expect(abs(value - wanted.get(name, 0.0)) < 1e-6, f"'{name}' is {value:.3f} {when}.")


if __name__ == "__main__":
    begin("live", stages())
