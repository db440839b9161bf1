"""The hands that window_shot.py and window_live.py have in a window of Blender: pointer, keys, pictures, notes.

Runs within Blender, on a timer, since a window has to live between two presses. A button is found by moving the
pointer over the sidebar until Blender names what lies under it, and is then clicked.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import bpy

PACKAGE = "bl_ext.user_default.lockstep"
OUT = Path(sys.argv[sys.argv.index("--") + 1])
TEXT = os.environ["LOCKSTEP_TEXT"]
COLUMNS = (0.3, 0.75, 0.92, 0.1, 0.15)  # of the sidebar's width, where a button may be met
STEP = 9  # pixels
TAB = 14  # pixels from the right edge of the sidebar to the middle of its tabs
WAIT = 150.0  # seconds that a sync, a swap or a check may take

Steps = Iterator[float]  # seconds to be waited


class Notes:
    """Which part this is, what was seen, what is not as it should be, and when and where a button was pressed."""

    part = ""
    pressed = 0.0
    places: dict[str, tuple[int, int]] = {}  # noqa: RUF012
    seen: list[str] = []  # noqa: RUF012
    faults: list[str] = []  # noqa: RUF012


def say(text: str) -> None:
    """Note what was seen."""
    Notes.seen.append(text)
    print(text, flush=True)


def expect(holds: bool, text: str) -> None:
    """Note a fault where something does not hold."""
    if not holds:
        Notes.faults.append(text)


def room(name: str) -> Any:
    """A module of the extension."""
    return importlib.import_module(f"{PACKAGE}.{name}")


# The window


def window() -> Any:
    """The first window."""
    return bpy.context.window_manager.windows[0]


def area_of(kind: str) -> Any:
    """The largest area of a kind; None without one."""
    return max((one for one in window().screen.areas if one.type == kind), key=lambda one: one.height, default=None)


def region_of(area: Any, kind: str) -> Any:
    """The region of a kind of an area."""
    return next(one for one in area.regions if one.type == kind)


def within(area: Any, kind: str = "WINDOW") -> Any:
    """The context of a region of an area."""
    return bpy.context.temp_override(window=window(), area=area, region=region_of(area, kind))


def point(x: int, y: int) -> None:
    """Move the pointer."""
    window().event_simulate("MOUSEMOVE", "NOTHING", x=x, y=y)


def tap(kind: str, x: int, y: int, **held: bool) -> None:
    """Press and let go."""
    for value in ("PRESS", "RELEASE"):
        window().event_simulate(kind, value, x=x, y=y, **held)


def middle() -> tuple[int, int]:
    """A place in the scene's view where nothing lies."""
    region = region_of(area_of("VIEW_3D"), "WINDOW")
    return region.x + region.width // 3, region.y + region.height // 4


def key(kind: str, **held: bool) -> Steps:
    """Press a key with the pointer over the scene."""
    point(*middle())
    yield 0.2
    tap(kind, *middle(), **held)
    yield 1.5


def press(command: str) -> Steps:
    """Click the first button of the sidebar that does `command`, as in 'lockstep.sync'; looks first where it was."""
    known = Notes.places.get(command)
    for x, y in (known, *_places()) if known else _places():
        point(x, y)
        yield 0.0
        if named_here().startswith(f"bpy.ops.{command}("):
            Notes.pressed, Notes.places[command] = time.perf_counter(), (x, y)
            tap("LEFTMOUSE", x, y)
            yield 0.0
            return
    raise RuntimeError(f"No button in the sidebar does '{command}'.")


def _places() -> Iterator[tuple[int, int]]:
    """Where buttons may be, from the sidebar's top on."""
    region = region_of(area_of("VIEW_3D"), "UI")
    for share in COLUMNS:
        for y in range(region.y + region.height - STEP, region.y, -STEP):
            yield region.x + round(region.width * share), y


def named_here() -> str:
    """The command of the button under the pointer, as Blender itself tells it; '' over anything else."""
    manager = bpy.context.window_manager
    with within(area_of("VIEW_3D"), "UI"):
        if not bpy.ops.ui.copy_python_command_button.poll():
            return ""
        manager.clipboard = ""
        bpy.ops.ui.copy_python_command_button()
    return str(manager.clipboard)


def picture(name: str) -> Steps:
    """A picture of the whole screen, the pointer away from all buttons."""
    point(*middle())
    for area in window().screen.areas:
        area.tag_redraw()
    yield 1.5
    photograph(name)


def photograph(name: str) -> None:
    """A picture of the screen as it is."""
    subprocess.run(["import", "-window", "root", str(OUT / f"{Notes.part} {name}.png")], check=True)


def choose_tab() -> Steps:
    """Click the tabs of the sidebar from above, until it is Lockstep's."""
    region = region_of(area_of("VIEW_3D"), "UI")
    x = region.x + region.width - TAB
    for y in range(region.y + region.height - STEP, region.y, -3 * STEP):
        if region.active_panel_category == "Lockstep":
            return
        point(x, y)
        yield 0.1
        tap("LEFTMOUSE", x, y)
        yield 0.2
    raise RuntimeError("The sidebar has no tab 'Lockstep'.")


def opened(panel: Any, opened: bool = True) -> None:
    """A panel that is closed at first is open from now on, or closed; a click on its header would do the same."""
    bpy.utils.unregister_class(panel)
    panel.bl_options = set() if opened else {"DEFAULT_CLOSED"}
    bpy.utils.register_class(panel)


def see_sequencer() -> None:
    """Show all strips of the scene, which the sequencer has to be told from 5.0 on."""
    workspace = window().workspace
    if hasattr(workspace, "sequencer_scene"):
        workspace.sequencer_scene = bpy.context.scene
    with within(area_of("SEQUENCE_EDITOR")):
        bpy.ops.sequencer.view_all()


# The scene


def stand() -> Any:
    """The demo head alone in the scene, seen from the front beside the sidebar; gives the head."""
    bpy.context.preferences.view.filebrowser_display_type = "SCREEN"
    sequencer = area_of("PROPERTIES")
    sequencer.type = "SEQUENCE_EDITOR"
    sequencer.spaces.active.show_region_channels = sequencer.spaces.active.show_region_toolbar = False
    view = area_of("VIEW_3D")
    view.spaces.active.show_region_ui = True
    view.spaces.active.shading.type = "SOLID"
    made = build()
    with within(view):
        bpy.ops.view3d.view_axis(type="FRONT")
        bpy.ops.view3d.view_selected()
    return made


def build() -> Any:
    """The demo head alone in the scene, active, with a camera and light."""
    import render as pictures
    from head.build import build_head

    for thing in list(bpy.data.objects):
        bpy.data.objects.remove(thing)
    scene = bpy.context.scene
    pictures.light(scene)
    pictures.aim(pictures.camera(scene), 0.2, 0.54, -0.018)
    head = build_head("arkit")["head"]
    bpy.ops.object.select_all(action="DESELECT")
    head.select_set(True)
    bpy.context.view_layer.objects.active = head
    return head


def head() -> Any:
    """The face."""
    return bpy.context.view_layer.objects.active


def keys() -> dict[tuple[str, str], tuple[float, ...]]:
    """Every key of every action: to be compared."""
    found = {}
    for action in bpy.data.actions:
        for curve in room("addon.compat").all_curves(action):
            values = tuple(round(value, 4) for one in curve.keyframe_points for value in one.co)
            found[action.name, f"{curve.data_path} {curve.array_index}"] = values
    return found


def strips() -> dict[str, bool]:
    """Whether each sound strip is silent, by its recording."""
    editor = bpy.context.scene.sequence_editor
    known = room("addon.compat").strips(editor) if editor else ()
    return {Path(bpy.path.abspath(one.sound.filepath)).stem: one.mute for one in known if one.type == "SOUND"}


# The work


def finished(what: str) -> Steps:
    """Wait for the end of what was begun by a button; notes its seconds."""
    running, begun = room("addon.panels.modal").running, time.perf_counter()
    while not running() and time.perf_counter() - begun < 10.0:
        yield 0.01
    expect(running() is not None, f"Nothing began when {what} was asked for.")
    while running() and time.perf_counter() - begun < WAIT:
        yield 0.02
    settings = bpy.context.scene.lockstep
    say(f"{time.perf_counter() - begun:.1f} s for {what}: {settings.made} {settings.notes}".strip())
    yield 1.0


def begin(part: str, work: Steps) -> None:
    """Let the work go on as soon as the window stands; what was seen goes into OUT/<part>.json, and Blender ends."""
    Notes.part = part
    bpy.context.preferences.view.show_splash = False
    bpy.app.timers.register(_ticking(work), first_interval=3.0, persistent=True)


def write() -> None:
    """Write down what was noted, for window.py."""
    told = {"seen": Notes.seen, "faults": Notes.faults}
    (OUT / f"{Notes.part}.json").write_text(json.dumps(told, indent=1), encoding="utf-8")
    sys.stdout.flush()


def _ticking(work: Steps) -> Callable[[], float | None]:
    """The timer's function: goes on with the work, and ends Blender after it."""

    def tick() -> float | None:
        try:
            return next(work)
        except StopIteration:
            pass
        except Exception as error:
            traceback.print_exc()
            photograph("failed")
            Notes.faults.append(f"The window's work ended early: {error}")
        write()
        os._exit(0)

    return tick
