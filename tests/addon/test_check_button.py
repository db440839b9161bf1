"""The buttons Check Sync and Check Sound: nothing of the scene changes, Esc stops them, and what is wrong is said."""

from __future__ import annotations

from types import SimpleNamespace

import bpy
import checks
import faces
import numpy as np
import pytest
import voice
from lockstep.addon import compat
from lockstep.addon.checking import kept
from lockstep.addon.panels import checking, main, modal, sounding
from lockstep.addon.sound import strips
from lockstep.engine.errors import AudioError
from lockstep.engine.progress import Progress
from test_button import Press
from test_panel import drawn


class Checking(Press):
    """Check Sync, pressed."""

    operator = checking.LOCKSTEP_OT_check_sync


class Sounding(Press):
    """Check Sound, pressed."""

    operator = sounding.LOCKSTEP_OT_check_sound


@pytest.fixture
def spoken(face, sound, press):
    """A face that speaks the sound from frame 11 on."""
    press(frame=11, audio=str(sound))
    return face


def scene_now():
    """All that a check must leave alone: keys, values, strips, settings, frame, selection."""
    found = faces.fingerprint()
    chosen = [(thing.name, thing.select_get()) for thing in bpy.context.view_layer.objects]
    keyed = {thing.name: faces.curves(thing) for thing in bpy.data.objects if thing.type == "MESH"}
    return found, chosen, keyed, bpy.context.view_layer.objects.active.name


def run(press):
    """Tick until the work is over; gives the last answer."""
    assert press.start() == {"RUNNING_MODAL"}
    answer = {"RUNNING_MODAL"}
    while answer == {"RUNNING_MODAL"}:
        answer = press.event("TIMER", "NOTHING")
    return answer


def test_a_check_keeps_its_verdict_on_the_face_and_changes_nothing_else(spoken):
    before = scene_now()
    assert bpy.ops.lockstep.check_sync() == {"FINISHED"}
    assert scene_now() == before
    item = kept.item_of(spoken, spoken.lockstep_spans[0])
    assert item.verdict in ("pass", "look", "unknown") and item.said
    bpy.ops.lockstep.check_sync()
    assert len(spoken.lockstep_checks) == 1


def test_ticks_carry_a_check_to_its_end_with_progress_in_the_panel(spoken, monkeypatch):
    from lockstep.addon.panels.checked import LOCKSTEP_PT_check

    monkeypatch.setattr(modal, "STEP", 0.0001)
    press = Checking()
    assert press.start() == {"RUNNING_MODAL"}
    press.event("TIMER", "NOTHING")
    assert "(Esc stops)" in drawn(LOCKSTEP_PT_check)
    assert "A check is running; wait" in drawn(main.LOCKSTEP_PT_sync)
    monkeypatch.setattr(modal, "STEP", 0.05)
    answer = {"RUNNING_MODAL"}
    while answer == {"RUNNING_MODAL"}:
        answer = press.event("TIMER", "NOTHING")
    assert answer == {"FINISHED"} and press.timers == 0 and modal.running() is None
    kind, said = press.said[-1]
    assert kind == "INFO" and said.startswith("Face, line: ")


def test_escape_stops_a_check_and_leaves_the_last_one(spoken, monkeypatch):
    checks.kept_on(spoken, spoken.lockstep_spans[0])
    text = spoken.lockstep_checks[0].data
    before = scene_now()
    monkeypatch.setattr(modal, "STEP", 0.0001)
    press = Checking()
    press.start()
    for _ in range(3):
        press.event("TIMER", "NOTHING")
    assert press.event("ESC") == {"CANCELLED"}
    assert press.said == [("INFO", "The check was stopped; nothing was changed.")]
    assert scene_now() == before and modal.running() is None and press.timers == 0
    assert [item.data for item in spoken.lockstep_checks] == [text]


def test_a_check_that_is_stopped_at_any_step_leaves_nothing(spoken):
    from lockstep.addon.checking.checking import check

    before = scene_now()
    request = checking.request_of(bpy.context)
    steps = sum(1 for _ in check(request))
    spoken.lockstep_checks.clear()
    assert steps > 4
    for stop in sorted({1, 2, steps // 3, steps // 2, steps - 1, steps}):
        work = check(request)
        for _ in range(stop):
            next(work)
        work.close()
        assert scene_now() == before and len(spoken.lockstep_checks) == 0, f"stopped at step {stop}"


def test_a_second_work_says_that_a_check_is_running(spoken, monkeypatch):
    monkeypatch.setattr(modal, "STEP", 0.0001)
    first, second = Checking(), Checking()
    first.start()
    try:
        said = "A check is running; wait for its end, or press Esc to stop it."
        assert second.start() == {"CANCELLED"} and second.said == [("ERROR", said)]
        for name in ("sync", "check_sync", "check_sound", "save_check"):
            with pytest.raises(RuntimeError, match="A check is running"):
                getattr(bpy.ops.lockstep, name)()
    finally:
        first.event("ESC")
    assert checking.disabled_reason(bpy.context) == ""


def test_undo_after_a_check_takes_back_what_the_artist_did_before_it_and_redo_brings_it_again(spoken):
    bpy.ops.ed.undo_push(message="before")
    spoken.location.x = 5.0
    bpy.ops.ed.undo_push(message="moved")
    assert bpy.ops.lockstep.check_sync("EXEC_DEFAULT", True) == {"FINISHED"}
    bpy.ops.ed.undo()
    assert bpy.data.objects["Face"].location.x == 0.0
    faces.activate(bpy.data.objects["Face"])
    assert bpy.ops.lockstep.check_sync("EXEC_DEFAULT", True) == {"FINISHED"}
    bpy.ops.ed.redo()
    assert bpy.data.objects["Face"].location.x == 5.0
    assert faces.curves(bpy.data.objects["Face"])["jawOpen"]


def test_what_a_check_found_outlives_undo_and_redo_and_is_called_old_where_it_is(spoken):
    bpy.ops.ed.undo_push(message="before")
    bpy.ops.lockstep.check_sync()
    text = spoken.lockstep_checks[0].data
    bpy.context.scene.render.fps = 30
    bpy.ops.ed.undo_push(message="another rate")
    bpy.ops.ed.undo()
    assert [item.data for item in bpy.data.objects["Face"].lockstep_checks] == [text]
    assert not is_old()
    bpy.ops.ed.redo()
    assert [item.data for item in bpy.data.objects["Face"].lockstep_checks] == [text]
    assert is_old()


def is_old():
    face = bpy.data.objects["Face"]
    return kept.is_stale(bpy.context.scene, face, face.lockstep_spans[0])


def test_a_check_stays_with_its_file(spoken):
    bpy.ops.lockstep.check_sync()
    bpy.ops.wm.read_factory_settings(use_empty=True)
    other = faces.make_face()
    bpy.ops.ed.undo_push(message="one")
    other.location.x = 1.0
    bpy.ops.ed.undo_push(message="two")
    bpy.ops.ed.undo()
    assert len(bpy.data.objects["Face"].lockstep_checks) == 0


@pytest.mark.parametrize(
    ("prepare", "said"),
    [
        (lambda: setattr(bpy.context.view_layer.objects, "active", None), "No object is active"),
        (lambda: faces.activate(faces.make_face("Bare", keys=(), place=(9, 0, 0))), "has no shape keys"),
    ],
)
def test_each_grey_state_has_its_reason(spoken, prepare, said):
    assert checking.disabled_reason(bpy.context) == "" and bpy.ops.lockstep.check_sync.poll()
    prepare()
    assert said in checking.disabled_reason(bpy.context)
    assert not bpy.ops.lockstep.check_sync.poll()
    with pytest.raises(RuntimeError, match=said):
        bpy.ops.lockstep.check_sync()


def test_an_error_is_one_sentence_and_keeps_nothing(spoken, monkeypatch):
    from lockstep.addon.checking import checking as room

    def broken(_request):
        yield Progress("Looking", 0.0)
        raise AudioError("'line.wav' breaks off while it is read; copy or export it again.")

    monkeypatch.setattr(room, "check", broken)
    with pytest.raises(RuntimeError, match="breaks off while it is read"):
        bpy.ops.lockstep.check_sync()
    press = Checking()
    assert run(press) == {"CANCELLED"}
    assert press.said == [("ERROR", "'line.wav' breaks off while it is read; copy or export it again.")]
    assert modal.running() is None and press.timers == 0 and len(spoken.lockstep_checks) == 0


def test_a_ledger_has_a_row_for_each_check_and_none_without_being_asked(spoken, tmp_path):
    from lockstep.engine.ledger import Ledger

    bpy.ops.lockstep.check_sync()
    assert not list(tmp_path.rglob("*.sqlite"))
    bpy.context.scene.lockstep.ledger = str(tmp_path / "checks.sqlite")
    bpy.context.scene.lockstep.shot = "sc010/sh020"
    for _ in range(2):
        assert bpy.ops.lockstep.check_sync() == {"FINISHED"}
    rows = list(Ledger(tmp_path / "checks.sqlite").entries())
    assert [(row.shot, row.character, row.version) for row in rows] == [("sc010/sh020", "Face", 1)] * 2


def test_a_ledger_that_cannot_be_written_is_said(spoken, tmp_path):
    (tmp_path / "checks.sqlite").write_bytes(b"this is no ledger, but somebody's file" * 50)
    bpy.context.scene.lockstep.ledger = str(tmp_path / "checks.sqlite")
    with pytest.raises(RuntimeError, match=r"checks\.sqlite"):
        bpy.ops.lockstep.check_sync()
    assert (tmp_path / "checks.sqlite").read_bytes().startswith(b"this is no ledger")
    (item,) = spoken.lockstep_checks  # what was found is kept all the same
    assert item.verdict


# Check Sound


@pytest.fixture
def clipped(fresh, tmp_path):
    """The path of a recording that is clipped, chosen in the panel."""
    path = voice.write_wav(tmp_path / "loud.wav", voice.speak("m a b i _ s u m e b a") * 12.0)
    fresh.lockstep.source, fresh.lockstep.audio = "FILE", str(path)
    return path


def test_a_clipped_recording_is_told_before_any_sync_and_needs_no_face(clipped):
    assert "This sound" not in drawn(main.LOCKSTEP_PT_sync)
    assert bpy.ops.lockstep.check_sound() == {"FINISHED"}
    settings = bpy.context.scene.lockstep
    found = {row.kind: row for row in settings.findings}
    assert "clipping" in found and found["clipping"].says and found["clipping"].mend
    text = drawn(main.LOCKSTEP_PT_sync)
    assert "This sound" in text and " ".join(found["clipping"].says.split()[:3]) in text and "LUFS" in text
    assert not bpy.data.actions and not strips.sound_strips(bpy.context.scene)


def test_what_was_found_is_shown_for_its_own_sound_only_and_goes_with_a_click(clipped, sound):
    bpy.ops.lockstep.check_sound()
    bpy.context.scene.lockstep.audio = str(sound)
    assert "This sound" not in drawn(main.LOCKSTEP_PT_sync)
    bpy.context.scene.lockstep.audio = str(clipped)
    assert "This sound" in drawn(main.LOCKSTEP_PT_sync)
    assert bpy.ops.lockstep.forget_sound() == {"FINISHED"}
    assert "This sound" not in drawn(main.LOCKSTEP_PT_sync)


@pytest.mark.parametrize(("noise", "told"), [(0.0005, False), (0.2, True)])
def test_after_a_sync_only_what_is_gravely_wrong_with_the_sound_is_said(face, tmp_path, press, noise, told):
    samples = voice.speak("m a b i _ s u m e b a")
    samples = samples + noise * np.random.default_rng(1).standard_normal(len(samples))
    settings = press(audio=str(voice.write_wav(tmp_path / "noisy.wav", samples)))
    assert ("noise" in settings.notes) is told
    bpy.ops.lockstep.check_sound()
    graves = [row.says for row in settings.findings if row.grave]
    assert all(says in settings.notes for says in graves) and bool(graves) is told


@pytest.mark.skipif(not compat.can_load_sounds(), reason="this Blender loads no sounds")
def test_in_a_strip_a_click_leads_to_the_frame(face, clipped, press):
    press(face, frame=31, audio=str(clipped))
    assert bpy.context.scene.lockstep.source == "STRIP"
    assert bpy.ops.lockstep.check_sound() == {"FINISHED"}
    row = next(row for row in bpy.context.scene.lockstep.findings if row.kind == "clipping")
    assert row.frame == pytest.approx(31 + row.start * 24.0, abs=0.01)


def test_escape_stops_a_sound_check(clipped, monkeypatch):
    monkeypatch.setattr(modal, "STEP", 0.0)
    bpy.context.view_layer.objects.active = None
    press = Sounding()
    press.start()
    assert press.event("ESC") == {"CANCELLED"}
    assert press.said == [("INFO", "The sound check was stopped; nothing was changed.")]
    assert not bpy.context.scene.lockstep.sound_checked and modal.running() is None


def test_without_a_sound_the_button_says_which_to_choose(fresh, tmp_path):
    assert sounding.disabled_reason(bpy.context).startswith("No sound is chosen")
    assert not bpy.ops.lockstep.check_sound.poll()
    fresh.lockstep.audio = str(tmp_path / "none.wav")
    with pytest.raises(RuntimeError, match=r"none\.wav' is not there"):
        bpy.ops.lockstep.check_sound()
    fresh.lockstep.source, fresh.lockstep.strip = "STRIP", "gone"
    assert "There is no sound strip 'gone'" in sounding.disabled_reason(bpy.context)


@pytest.mark.parametrize(("data", "said"), [(b"", "is empty"), (b"RIFF....WAVEjunk", "broken.wav")])
def test_a_broken_recording_is_one_sentence(fresh, tmp_path, data, said):
    path = tmp_path / "broken.wav"
    path.write_bytes(data)
    fresh.lockstep.audio = str(path)
    with pytest.raises(RuntimeError, match=said):
        bpy.ops.lockstep.check_sound()
    assert not fresh.lockstep.sound_checked


def test_the_preferences_draw_and_are_reset(fresh, monkeypatch):
    from lockstep.addon import preferences

    unset = []
    monkeypatch.setattr(preferences, "_own", lambda _context: SimpleNamespace(property_unset=unset.append))
    assert bpy.ops.lockstep.reset_limits() == {"FINISHED"}
    assert set(unset) == set(preferences.LIMITS) >= {"look", "drift", "early", "late", "sure"}
