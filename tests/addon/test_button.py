"""The button: from a sound to a keyed face, all or nothing, once at a time."""

from __future__ import annotations

from types import SimpleNamespace

import bpy
import faces
import pytest
from lockstep.addon import compat
from lockstep.addon.lines.job import sync as job
from lockstep.addon.lines.request import Request, from_scene
from lockstep.addon.panels import modal, sync
from lockstep.addon.sound import strips
from lockstep.engine.errors import RigError
from lockstep.engine.progress import drain


def ask(sound, **settings) -> None:
    asked = bpy.context.scene.lockstep
    asked.source, asked.audio = "FILE", str(sound)
    for name, value in settings.items():
        setattr(asked, name, value)


def test_a_sound_becomes_keys_a_strip_and_one_line_with_the_real_ear(face, sound):
    ask(sound)
    bpy.context.scene.sync_mode = "NONE"
    bpy.context.scene.frame_set(40)
    assert bpy.ops.lockstep.sync() == {"FINISHED"}
    keyed = faces.curves(face)
    jaw = [value for _, value in keyed["jawOpen"]]
    assert max(jaw) > 0.1
    assert jaw[0] == jaw[-1] == 0.0
    assert "eyeBlinkLeft" not in keyed
    made = bpy.context.scene.lockstep.made
    assert made.startswith("Face: ") and " phones, " in made and "ARKit" in made
    (strip,) = strips.sound_strips(bpy.context.scene)
    assert compat.left_handle(strip) == 40
    assert bpy.context.scene.sync_mode == "AUDIO_SYNC"


def test_the_scene_is_lengthened_only_when_the_sound_needs_it(face, sound, press):
    bpy.context.scene.frame_end = 20
    press(audio=str(sound))
    (strip,) = strips.sound_strips(bpy.context.scene)
    assert bpy.context.scene.frame_end >= compat.right_handle(strip) - 1
    assert "now ends at frame" in bpy.context.scene.lockstep.notes
    bpy.context.scene.frame_end = 900
    press()
    assert bpy.context.scene.frame_end == 900


def test_afterwards_the_panel_shows_the_strip_so_that_a_second_press_takes_the_same_sound(face, sound, press):
    press(frame=10, audio=str(sound))
    asked = bpy.context.scene.lockstep
    assert (asked.source, asked.strip) == ("STRIP", strips.sound_strips(bpy.context.scene)[0].name)
    press(frame=200)
    (strip,) = strips.sound_strips(bpy.context.scene)
    assert compat.left_handle(strip) == 10


def test_one_undo_takes_all_of_it_back(face, sound, quick_ear):
    ask(sound)
    bpy.ops.ed.undo_push(message="before")
    before = faces.fingerprint()
    assert bpy.ops.lockstep.sync("EXEC_DEFAULT", True) == {"FINISHED"}
    assert faces.fingerprint() != before
    bpy.ops.ed.undo()
    assert faces.fingerprint() == before


def test_a_sync_that_is_stopped_at_any_step_leaves_nothing(face, sound, quick_ear):
    ask(sound)
    before = faces.fingerprint()
    request = from_scene(bpy.context)
    steps = 0
    for _ in job(request):
        steps += 1
    assert steps > 4
    bpy.ops.wm.read_factory_settings(use_empty=True)
    faces.activate(faces.make_face())
    ask(sound)
    assert faces.fingerprint() == before
    for stop in range(1, steps + 1):
        work = job(request)
        for _ in range(stop):
            next(work)
        work.close()
        assert faces.fingerprint() == before, f"stopped at step {stop}"


class Press:
    """The operator's own methods, with a window manager that only counts."""

    operator = sync.LOCKSTEP_OT_sync

    def __init__(self) -> None:
        self.said: list[tuple[str, str]] = []
        self.timers = 0
        manager = SimpleNamespace(
            event_timer_add=self._add,
            event_timer_remove=self._remove,
            modal_handler_add=lambda _operator: True,
            progress_begin=lambda *_: None,
            progress_update=lambda _share: None,
            progress_end=lambda: None,
            windows=(),
        )
        scene, view = bpy.context.scene, bpy.context.view_layer
        self.context = SimpleNamespace(
            scene=scene,
            active_object=view.objects.active,
            window_manager=manager,
            preferences=bpy.context.preferences,
            window=None,
            workspace=None,
        )
        self._timer = None

    def _add(self, _tick, window=None):
        self.timers += 1
        return object()

    def _remove(self, _timer):
        self.timers -= 1

    def __getattr__(self, name):
        method = getattr(self.operator, name)
        return (lambda *given: method(self, *given)) if callable(method) else method

    def report(self, kinds, text):
        self.said += [(kind, text) for kind in kinds]

    def start(self):
        return self.operator.invoke(self, self.context, None)

    def event(self, kind, value="PRESS"):
        return self.operator.modal(self, self.context, SimpleNamespace(type=kind, value=value))


def test_ticks_carry_the_work_to_its_end(face, sound, quick_ear):
    ask(sound)
    press = Press()
    assert press.start() == {"RUNNING_MODAL"}
    assert faces.curves(face) == {}
    answers = []
    while not answers or answers[-1] == {"RUNNING_MODAL"}:
        answers.append(press.event("TIMER", "NOTHING"))
    assert answers[-1] == {"FINISHED"}
    assert faces.curves(face)["jawOpen"]
    assert press.timers == 0 and modal.running() is None
    assert press.said[-1] == ("INFO", bpy.context.scene.lockstep.made)


def test_escape_stops_the_work_and_leaves_nothing(face, sound, quick_ear, monkeypatch):
    monkeypatch.setattr(modal, "STEP", 0.0001)
    ask(sound)
    before = faces.fingerprint()
    press = Press()
    press.start()
    press.event("TIMER", "NOTHING")
    assert press.event("MOUSEMOVE", "NOTHING") == {"PASS_THROUGH"}
    assert press.event("ESC") == {"CANCELLED"}
    assert press.said == [("INFO", "The sync was stopped; nothing was changed.")]
    assert press.timers == 0 and modal.running() is None
    assert faces.fingerprint() == before


def test_a_second_sync_says_that_one_is_running(face, sound, quick_ear, monkeypatch):
    monkeypatch.setattr(modal, "STEP", 0.0001)
    ask(sound)
    first, second = Press(), Press()
    first.start()
    try:
        assert second.start() == {"CANCELLED"}
        assert second.said == [("ERROR", modal.busy())]
        assert sync.disabled_reason(bpy.context) == modal.busy()
        with pytest.raises(RuntimeError, match="A sync is running"):
            bpy.ops.lockstep.sync()
    finally:
        first.event("ESC")
    assert sync.disabled_reason(bpy.context) == ""


def test_a_face_that_is_deleted_meanwhile_ends_the_sync_with_a_sentence(face, sound, quick_ear):
    ask(sound)
    work = job(from_scene(bpy.context))
    step = next(work)
    while step.stage != "Writing":
        step = next(work)
    bpy.data.objects.remove(face)
    with pytest.raises(RigError, match="There is no object 'Face'"):
        drain(work)
    assert not strips.sound_strips(bpy.context.scene) and not bpy.data.actions


def test_a_face_that_changes_meanwhile_ends_the_sync_with_a_sentence(face, sound, quick_ear):
    ask(sound)
    work = job(from_scene(bpy.context))
    step = next(work)
    while step.stage != "Writing":
        step = next(work)
    faces.block(face, "jawOpen").slider_max = 0.5
    with pytest.raises(RigError, match="changed while it was computed"):
        drain(work)
    assert not strips.sound_strips(bpy.context.scene) and not bpy.data.actions


def test_a_sound_that_cannot_be_read_is_one_error_and_changes_nothing(face, tmp_path, quick_ear):
    broken = tmp_path / "broken.wav"
    broken.write_bytes(b"RIFF\x24\x00\x00\x00WAVEfmt ")
    ask(broken)
    before = faces.fingerprint()
    with pytest.raises(RuntimeError) as found:
        bpy.ops.lockstep.sync()
    assert "broken.wav" in str(found.value) and "Traceback" not in str(found.value)
    assert faces.fingerprint() == before


@pytest.mark.parametrize(
    ("keys", "whole", "interpolation"),
    [
        ("FRAMES", True, "BEZIER"),
        ("SUBFRAMES", False, "BEZIER"),
        ("ONES", True, "CONSTANT"),
        ("TWOS", True, "CONSTANT"),
    ],
)
def test_keys_lie_where_the_mode_says(face, sound, press, keys, whole, interpolation):
    from lockstep.addon.keys import keying

    press(audio=str(sound), keys=keys)
    curve = keying.curve_of(face.data.shape_keys, "jawOpen")
    frames = [point.co[0] for point in curve.keyframe_points]
    assert all(frame == round(frame) for frame in frames) is whole
    assert {point.interpolation for point in curve.keyframe_points[:-1]} == {interpolation}


def test_the_controls_reach_the_mouth(face, sound, press):
    press(audio=str(sound))
    wide = max(value for _, value in faces.curves(face)["jawOpen"])
    press(jaw=0.4)
    assert 0.0 < max(value for _, value in faces.curves(face)["jawOpen"]) < 0.8 * wide


def test_a_request_needs_one_sound_a_known_key_mode_and_an_out_after_the_in(fresh, sound):
    from lockstep.engine.errors import UsageError

    for wrong in ({}, {"audio": sound, "strip": "s"}, {"audio": sound, "keys": "FOURS"}):
        with pytest.raises(UsageError):
            Request(scene="Scene", thing=("Face", None), **wrong)
    with pytest.raises(UsageError, match="put the out after the in"):
        Request(scene="Scene", thing=("Face", None), audio=sound, sound_in=2.0, sound_out=1.0)
