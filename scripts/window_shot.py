"""A check and a swap in the window of Blender, button by button: what window.py shows as its part 'shot'."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bpy

sys.path.insert(0, str(Path(__file__).resolve().parent))

from window_steps import (
    OUT,
    TEXT,
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
    press,
    room,
    say,
    see_sequencer,
    stand,
    strips,
    tap,
    within,
)

EDITED = ("balloon", "u", "jawOpen", 0.35)  # a word, the start of a sound of it, what is raised there, and how far
NODDED = "follows"  # the word at which the gesture is added
SHUT = (("mouth", "m"), ("Papa", "p"), ("bought", "b"))  # words, and sounds of them with shut lips
BEGIN = 11  # the frame at which the sound begins
MOVED = -3  # frames by which its strip is moved, to be found by a check
PAGES = 4  # more than the sidebar has
NEAR = 0.5  # frames by which the check may miss that


def stages() -> Steps:
    """All that the artist does."""
    yield from prepare()
    yield from sync()
    render("unedited")
    yield from check()
    yield from edit()
    yield from gesture()
    render("before the swap")
    yield from swap()
    render("after the swap")
    yield from take_back()


def prepare() -> Steps:
    """The demo head from the front, the sidebar, the sequencer, and the recording in the panel."""
    made = stand()
    bpy.context.scene.frame_set(BEGIN)
    settings = bpy.context.scene.lockstep
    settings.audio, settings.text, settings.language = str(OUT / "first.wav"), TEXT, "en"
    opened(room("addon.panels.voices").LOCKSTEP_PT_report)
    measures = room("addon.panels.measures")
    for panel in (
        measures.LOCKSTEP_PT_check_sound,
        measures.LOCKSTEP_PT_check_budget,
        measures.LOCKSTEP_PT_check_norms,
    ):
        opened(panel)
    opened(room("addon.panels.ledgers").LOCKSTEP_PT_ledger)
    yield 2.0
    yield from choose_tab()
    bpy.ops.ed.undo_push(message="Prepared")
    say(f"Blender {bpy.app.version_string}; the head is '{made.name}'.")
    yield from picture("1 prepared")


def sync() -> Steps:
    """Sync from Audio."""
    yield from press("lockstep.sync")
    yield from finished("the sync")
    expect(len(head().lockstep_spans) == 1, "The sync left no line on the face.")
    expect(strips() == {"first": False}, f"After the sync the strips (muted or not) are {strips()}.")
    see_sequencer()
    yield from picture("2 synced")


def check() -> Steps:
    """Check Sync on the good shot, and again once its strip was moved; Ctrl+Z takes the move back, not the check."""
    yield from checked("3 checked", "pass", 0.0)
    strip = strip_of("first")
    room("addon.compat").move(strip, MOVED)
    bpy.ops.ed.undo_push(message="Move Strip")
    see_sequencer()
    yield from checked("4 checked after a move", "fail", -MOVED)
    yield from below("4 checked after a move, below")
    yield from key("Z", ctrl=True)
    begins = room("addon.compat").left_handle(strip_of("first"))
    expect(begins == BEGIN, f"After Ctrl+Z the strip begins at frame {begins}.")
    kept = room("addon.checking.kept")
    span = head().lockstep_spans[0]
    expect(kept.is_stale(bpy.context.scene, head(), span), "The check of the moved strip is not called old.")
    yield from picture("5 move taken back")


def below(name: str) -> Steps:
    """A picture of the end of the sidebar, which is then where it was."""
    yield from scroll(bpy.ops.view2d.scroll_down)
    yield from picture(name)
    yield from scroll(bpy.ops.view2d.scroll_up)


def scroll(turn: Callable[..., Any]) -> Steps:
    """Turn the sidebar's pages to its end."""
    for _ in range(PAGES):
        with within(area_of("VIEW_3D"), "UI"):
            turn(page=True)
        yield 0.3


def checked(name: str, verdict: str, offset: float) -> Steps:
    """Check Sync, by its button; the verdict and the offset in frames that it should find."""
    yield from press("lockstep.check_sync")
    yield from finished("the check")
    found = room("addon.checking.kept").kept_of(head(), head().lockstep_spans[0])
    expect(found is not None, f"'{name}': the check left nothing on the face.")
    if found is not None:
        frames = found.check.frames(found.check.events.offset) if found.check.events else float("nan")
        say(f"'{name}': {found.check.verdict}, {frames:+.2f} frames; {' '.join(found.check.reasons)}")
        expect(found.check.verdict == verdict, f"'{name}': the verdict is {found.check.verdict}.")
        expect(abs(frames - offset) <= NEAR, f"'{name}': the offset is {frames:+.2f} frames.")
    yield from picture(name)


def edit() -> Steps:
    """Raise a few keys, as one does in the graph editor, and let the acting list them."""
    start, end = sound(*EDITED[:2])
    curve = room("addon.keys.keying").curve_of(head().data.shape_keys, EDITED[2])
    points = [one for one in curve.keyframe_points if start - 0.5 <= one.co[0] <= end + 0.5]
    for one in points:
        for part in ("co", "handle_left", "handle_right"):
            getattr(one, part)[1] += EDITED[3]
    curve.update()
    bpy.ops.ed.undo_push(message="Move Keys")
    say(f"{len(points)} keys of {EDITED[2]} raised by {EDITED[3]} in '{EDITED[0]}', frames {start:.1f} to {end:.1f}.")
    expect(bool(points), "There is no key to be raised.")
    yield from press("lockstep.see_edits")
    yield 1.0
    rows = acting()
    expect([row[0] for row in rows] == ["edit"], f"After the edit the acting lists {rows}.")
    yield from picture("6 edited")


def gesture() -> Steps:
    """A brow raise at the playhead, through its dialog."""
    bpy.context.scene.frame_set(round(sound(NODDED, "")[0]) + 1)
    yield from press("lockstep.add_gesture")
    yield 1.0
    photograph("7 dialog")
    tap("RET", *middle())
    yield 1.5
    rows = acting()
    expect([row[0] for row in rows] == ["gesture", "edit"], f"After the gesture the acting lists {rows}.")
    yield from picture("8 acted")


def swap() -> Steps:
    """Swap Voice, through the file browser."""
    yield from press("lockstep.choose_voice")
    yield 2.0
    photograph("9 browser")
    browser = area_of("FILE_BROWSER")
    params = browser.spaces.active.params
    params.directory, params.filename = os.fsencode(OUT), "second.wav"
    yield 1.0
    with within(browser):
        bpy.ops.file.execute()
    yield from finished("the swap")
    expect(head().lockstep_spans[0].take == 1, "The line does not speak its second take.")
    expect(strips() == {"first": True, "second": False}, f"After the swap the strips (muted or not) are {strips()}.")
    swapped_acting()
    see_sequencer()
    yield from picture("10 swapped")


def swapped_acting() -> None:
    """Edit and gesture stand at their sounds in the second voice."""
    start, end = sound(*EDITED[:2])
    rows = acting()
    say(f"Acting in the second voice: {rows}; '{EDITED[0]}' is said at frames {start:.1f} to {end:.1f} there.")
    expect([row[0] for row in rows] == ["gesture", "edit"], f"After the swap the acting lists {rows}.")
    for kind, what, status, first, last in rows:
        expect(status == "matched", f"'{what}' ({kind}) is {status} in the second voice.")
        if kind == "edit":
            expect(start - 1.0 <= first <= last <= end + 1.0, f"The edit is at frames {first} to {last}.")


def take_back() -> Steps:
    """The first take again by its round button; undone, and done again."""
    second = keys()
    yield from press("lockstep.use_take")
    while head().lockstep_spans[0].take != 0 and time.perf_counter() - Notes.pressed < 10.0:
        yield 0.0
    say(f"{time.perf_counter() - Notes.pressed:.2f} s for the first take, from the click on.")
    yield 1.0
    first = keys()
    expect(first != second, "The first take has the keys of the second.")
    yield from stood(0, first, "11 first take")
    yield from key("Z", ctrl=True)
    yield from stood(1, second, "12 undone")
    yield from key("Z", ctrl=True, shift=True)
    yield from stood(0, first, "13 done again")


def stood(take: int, wanted: Any, name: str) -> Steps:
    """Which take is spoken, with which keys, and whose strip is heard."""
    expect(head().lockstep_spans[0].take == take, f"'{name}': the line speaks take {head().lockstep_spans[0].take}.")
    expect(keys() == wanted, f"'{name}': the keys are not those of that take.")
    expect(strips() == {"first": take != 0, "second": take != 1}, f"'{name}': the strips are {strips()}.")
    expect(len(acting()) == 2, f"'{name}': the acting lists {acting()}.")
    yield from picture(name)


# What the file holds


def sound(word: str, beginning: str) -> tuple[float, float]:
    """The frames at which a word's sound starts and ends that begins so, in the take that is spoken."""
    takes, span = room("addon.lines.takes"), head().lockstep_spans[0]
    take = takes.active_take(span)
    said = next(one for one in take.words if one.text.strip(".,!").lower() == word.lower())
    inside = [one for one in take.phones if said.start - 1e-6 <= one.start < said.end]
    phone = next((one for one in inside if one.ipa.startswith(beginning)), inside[0])
    return takes.frame_at(span, phone.start), takes.frame_at(span, phone.end)


def acting() -> list[tuple[str, str, str, float, float]]:
    """The rows of the list of acting, in the order of time."""
    rows = head().lockstep_spans[0].acting
    found = [(row.kind, row.what, row.status, round(row.frame, 2), round(row.last, 2)) for row in rows]
    return sorted(found, key=lambda row: row[3])


def strip_of(name: str) -> Any:
    """The strip of a recording."""
    known = room("addon.sound.strips").sound_strips(bpy.context.scene)
    return next(one for one in known if Path(bpy.path.abspath(one.sound.filepath)).stem == name)


def render(name: str) -> None:
    """Pictures of the head at the edited sound and at shut lips, with the voice of now."""
    import render as pictures

    scene, now = bpy.context.scene, bpy.context.scene.frame_current
    pictures.engine(scene, "BLENDER_WORKBENCH", 1)
    scene.render.use_sequencer = False
    scene.render.resolution_x = scene.render.resolution_y = 384
    scene.render.image_settings.file_format = "PNG"
    for word, beginning in (EDITED[:2], *SHUT):
        start, end = sound(word, beginning)
        scene.frame_set(round((start + end) / 2))
        scene.render.filepath = str(OUT / f"{Notes.part} {name} {word} {beginning}.png")
        bpy.ops.render.render(write_still=True)
        say(f"{name}: '{word}' /{beginning}/ lies at frames {start:.1f} to {end:.1f}; {scene.frame_current} is shown.")
    scene.frame_set(now)


if __name__ == "__main__":
    begin("shot", stages())
