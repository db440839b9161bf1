"""The panel 'Check': verdict, figures, faults, advice, plot and files; it draws what is kept and works nothing out."""

from __future__ import annotations

import json
import time
from datetime import datetime
from types import SimpleNamespace

import bpy
import checks
import faces
import numpy as np
import pytest
from lockstep.addon import preferences
from lockstep.addon.checking import kept
from lockstep.addon.lines import spans
from lockstep.addon.panels import checked, figures, heard, ledgers, measures, reports
from lockstep.engine.check.result import Limits
from test_panel import drawn

PANELS = (
    checked.LOCKSTEP_PT_check,
    measures.LOCKSTEP_PT_check_sound,
    measures.LOCKSTEP_PT_check_budget,
    measures.LOCKSTEP_PT_check_norms,
    ledgers.LOCKSTEP_PT_ledger,
)


@pytest.fixture
def shot(face):
    """A face with a kept check."""
    checks.kept_on(face)
    return face


def test_before_a_check_there_is_the_button_and_nothing_else(face):
    text = drawn(checked.LOCKSTEP_PT_check)
    assert text.strip() == "lockstep.check_sync"
    for panel in PANELS[1:4]:
        assert not panel.poll(bpy.context)


def test_without_a_face_the_panel_says_what_to_do(fresh):
    assert "No object is active" in drawn(checked.LOCKSTEP_PT_check)


@pytest.mark.parametrize(("verdict", "said"), [(name, said) for name, (said, _) in figures.VERDICTS.items()])
def test_each_verdict_is_told_in_words_with_its_reason(face, verdict, said):
    checks.kept_on(face, found=checks.an_examination(checks.a_check(verdict)))
    text = drawn(checked.LOCKSTEP_PT_check)
    assert said in text and "3.0 frames late throughout" in text and "just now" in text


def test_the_figures_stand_in_frames_and_milliseconds_early_and_late_in_words(shot):
    text = drawn(checked.LOCKSTEP_PT_check)
    for row in ("Offset 3.0 late 125", "Drift in 10 s 2.40 later 100", "Residual 0.3 11", "4.1 late 170"):
        assert row in text, text
    assert "Most early 0.0 0" in text and "Most late 4.1 170" in text
    assert "Closures shut 6 of 8" in text and "Amplitude 93%" in text and "Confidence 88%" in text
    assert "By loudness alone: 3.0 late (125 ms)" in text and "70% sure" in text


def test_a_mouth_that_is_early_is_called_so(face):
    from lockstep.engine.check.result import Timing

    early = Timing(-0.05, -0.002, 0.01, -0.08, 0.4, 0.08, 0.0, 20, 0.8)
    checks.kept_on(face, found=checks.an_examination(checks.a_check("look", events=early)))
    text = drawn(checked.LOCKSTEP_PT_check)
    assert "Offset 1.2 early 50" in text and "earlier 20" in text and "1.9 early 80" in text


def test_what_was_not_measured_has_no_row(face):
    silent = checks.a_check("unknown", events=None, energy=None, closures=0, missed=(), faults=(), amplitude=np.nan)
    found = checks.an_examination(silent, sound=None, budget=None, norms=None, advice=())
    checks.kept_on(face, found=found)
    text = drawn(checked.LOCKSTEP_PT_check)
    assert "Cannot tell" in text and "Offset" not in text and "Closures" not in text and "Amplitude" not in text
    assert "By loudness" not in text and "What to do" not in text
    for panel in PANELS[1:4]:
        assert not panel.poll(bpy.context)


def pressed(panel=checked.LOCKSTEP_PT_check) -> dict[str, float]:
    """The frame to which each button of a panel leads, by its text."""
    from test_panel import Layout

    found = {}

    class Noting(Layout):
        def operator(self, name, text=None, icon="NONE", **options):
            super().operator(name, text, icon, **options)
            button = SimpleNamespace()
            if name == "lockstep.go_to_frame":
                found[text] = button
            return button

        def _inner(self, **_options):
            return Noting(self.texts)

        row = column = split = box = _inner

    context = SimpleNamespace(
        scene=bpy.context.scene,
        active_object=bpy.context.view_layer.objects.active,
        preferences=bpy.context.preferences,
        region=SimpleNamespace(width=300),
    )
    panel.draw(SimpleNamespace(layout=Noting()), context)
    return {text: button.frame for text, button in found.items()}


def test_a_click_leads_to_the_worst_moment_to_missed_closures_and_to_faults(shot):
    frames = pressed()
    assert frames["Worst, at 1.25"] == pytest.approx(checks.BASE + 1.25 * checks.FPS)
    assert frames["0.52"] == pytest.approx(checks.BASE + 0.52 * checks.FPS)
    assert frames["Mouth rests in speech, 0.50–0.90"] == pytest.approx(checks.BASE + 0.5 * checks.FPS)
    assert bpy.ops.lockstep.go_to_frame(frame=frames["0.52"]) == {"FINISHED"}
    assert bpy.context.scene.frame_current == round(checks.BASE + 0.52 * checks.FPS)


def test_grave_faults_come_first_each_with_its_mend(shot):
    text = drawn(checked.LOCKSTEP_PT_check)
    assert text.index("Move the strip by 3 frames.") < text.index("Sync these words again.")


def test_advice_is_numbered_in_its_order(shot):
    text = drawn(checked.LOCKSTEP_PT_check)
    assert text.index("1. Give the transcript.") < text.index("2. Touch up frames 24 and 43.")


def test_many_closures_and_faults_are_cut_short_with_their_number(face):
    from lockstep.engine.check.result import Fault

    holes = tuple(Fault("hole", float(n), n + 0.5, f"Hole {n}.", "") for n in range(9))
    many = checks.a_check(closures=40, missed=tuple(np.arange(20) / 10.0), faults=holes)
    checks.kept_on(face, found=checks.an_examination(many))
    text = drawn(checked.LOCKSTEP_PT_check)
    assert "8 more" in text and "3 more faults" in text and "Hole 8" not in text


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ("2026-03-01 11:59", "just now"),
        ("2026-03-01 11:20", "40 min ago"),
        ("2026-03-01 07:00", "5 h ago"),
        ("2026-02-01 07:00", "2026-02-01 07:00"),
        ("long ago", "long ago"),
    ],
)
def test_the_age_of_a_check_is_told_as_people_do(made, said):
    assert figures.age(made, datetime(2026, 3, 1, 12, 0)) == said


def test_a_check_of_a_shot_that_was_changed_says_so(shot):
    assert checked.CHANGED not in drawn(checked.LOCKSTEP_PT_check)
    bpy.context.scene.render.fps = 30
    assert "changed after this check" in drawn(checked.LOCKSTEP_PT_check)


def test_a_check_belongs_to_its_line(face, sound, press):
    press(frame=11, audio=str(sound))
    press(frame=200, audio=str(sound))
    first, second = sorted(face.lockstep_spans, key=lambda span: span.sound_first)
    checks.kept_on(face, first)
    bpy.context.scene.frame_set(12)
    assert "Not in sync" in drawn(checked.LOCKSTEP_PT_check)
    bpy.context.scene.frame_set(round(second.sound_first) + 1)
    assert "Not in sync" not in drawn(checked.LOCKSTEP_PT_check)


# Recording, budget, language


def test_the_panels_below_tell_of_recording_budget_and_language(shot):
    for panel in PANELS[1:4]:
        assert panel.poll(bpy.context) and "DEFAULT_CLOSED" in panel.bl_options
    text = drawn(*PANELS[1:4])
    assert "Loudness -18.2 LUFS" in text and "speech 12 dB over noise" in text
    assert text.index("Lower the gain.") < text.index("Record it in a quieter room.")
    assert "1 of 8 over" in text and "3 within" in text and "The lips close on one frame only." in text
    assert "8.5 shapes a second" in text and "42 of 83 ms" in text
    assert (
        "Fast for English (usual: 5.2 ± 0.8)." in text
        and "6.4 syllables/s" in text
        and "No norm is known for pauses." in text
    )


def test_a_budget_for_another_delivery_says_so(shot):
    assert "These figures are for" not in drawn(measures.LOCKSTEP_PT_check_budget)
    bpy.context.scene.lockstep.medium = "MOBILE"
    assert "These figures are for film; check again." in drawn(measures.LOCKSTEP_PT_check_budget)


def test_phrases_that_are_not_trusted_are_listed_with_their_reason(face, sound, press):
    press(audio=str(sound))
    line = face.lockstep_spans[0]
    assert "heard in part" not in drawn(heard.LOCKSTEP_PT_heard)
    item = line.stages.add()
    item.text, item.status, item.times = "noise lies over it", 2, (0.2, 0.8, 0.0)
    text = drawn(heard.LOCKSTEP_PT_heard)
    assert "1 phrase heard in part:" in text and "0.20–0.80  loudness only" in text
    assert "Noise lies over it." in text


def test_a_line_keeps_the_stages_of_its_phrases_and_forgets_them_with_a_better_reading(face):
    from lockstep.engine.take import Audio, Phone, Phrase, Take

    phrases = (Phrase(0.1, 0.9), Phrase(1.2, 1.9, "openness", "music lies under it"))
    take = Take(Audio("a.wav", "0" * 64, 2.0, 16000), "en", "test", phones=(Phone(0.1, 0.9, "a"),), phrases=phrases)
    spoken = spans.Spoken((1.0, 49.0), (0.0, 50.0), 1.0, 24.0, 3.0, take, "{}")
    line = spans.note(face, spoken)
    (stage,) = line.stages
    assert spans.seconds_of_heard(stage) == (4.2, 4.9) and (stage.status, stage.text) == (2, "music lies under it")
    from dataclasses import replace

    better = replace(spoken, take=replace(take, phrases=phrases[:1]))
    assert len(spans.note(face, better, line.name).stages) == 0


# No work while drawing


def test_nothing_is_heard_evaluated_or_read_anew_while_the_panels_are_drawn(shot, monkeypatch):
    from lockstep.engine import json_reader

    drawn(*PANELS)
    monkeypatch.setattr(kept, "full_check", forbidden)
    monkeypatch.setattr(kept, "_read", forbidden)
    monkeypatch.setattr(kept.json, "loads", forbidden)
    monkeypatch.setattr(json_reader.json, "loads", forbidden)
    monkeypatch.setattr(reports, "plot_of", forbidden)
    drawn(*PANELS)


def forbidden(*_given, **_named):
    raise AssertionError("asked while drawing")


def test_the_panel_draws_in_half_a_millisecond(shot):
    from test_panel import Layout

    class Quick(Layout):
        """Takes no time to look at what is drawn."""

        def operator(self, *_given, **_named):
            return SimpleNamespace()

        def label(self, **_named):
            pass

        def _inner(self, **_options):
            return self

        row = column = split = box = _inner

    context = SimpleNamespace(
        scene=bpy.context.scene,
        active_object=bpy.context.view_layer.objects.active,
        preferences=bpy.context.preferences,
        region=SimpleNamespace(width=300),
    )
    taken = []
    for _ in range(60):
        begun = time.perf_counter()
        checked.LOCKSTEP_PT_check.draw(SimpleNamespace(layout=Quick()), context)
        taken.append(time.perf_counter() - begun)
    assert min(taken) < 0.0005


# The plot, and files


def test_the_plot_is_made_after_drawing_and_once_for_each_check(shot, monkeypatch):
    from lockstep.engine.check import plot as room

    made = []
    real = room.plot
    monkeypatch.setattr(room, "plot", lambda *given, **named: made.append(1) or real(*given, **named))
    reports.SHELF.icons.clear()
    reports.SHELF.asked.clear()
    drawn(checked.LOCKSTEP_PT_check)
    assert not made and len(reports.SHELF.asked) == 1
    reports.SHELF.make_asked()
    drawn(checked.LOCKSTEP_PT_check)
    reports.SHELF.make_asked()
    assert len(made) == 1
    (icon,) = reports.SHELF.icons.values()
    assert tuple(icon.image_size) == (reports.LEAST, reports.LEAST)
    checks.kept_on(shot, found=checks.an_examination(checks.a_check("pass")))
    drawn(checked.LOCKSTEP_PT_check)
    reports.SHELF.make_asked()
    assert len(made) == 2


def test_the_plot_is_drawn_as_wide_as_the_sidebar(shot, monkeypatch):
    monkeypatch.setattr(reports, "icon_of", lambda _context, _shown: 7)
    assert "<picture>" in drawn(checked.LOCKSTEP_PT_check)


def test_the_plot_is_saved_as_png_and_opens_as_an_image(shot, tmp_path):
    path = tmp_path / "plot.png"
    assert bpy.ops.lockstep.save_plot(filepath=str(path)) == {"FINISHED"}
    image = bpy.data.images.load(str(path))
    assert min(image.size) > 200
    assert bpy.ops.lockstep.open_plot() == {"FINISHED"}
    shown = bpy.data.images[reports.IMAGE]
    assert tuple(shown.size) == tuple(image.size)
    assert np.allclose(shown.pixels[:], image.pixels[:], atol=2.0 / 255.0)


def test_the_report_is_saved_as_json_with_all_that_was_found(shot, tmp_path):
    assert bpy.ops.lockstep.save_check(filepath=str(tmp_path / "found")) == {"FINISHED"}
    values = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))
    assert values["check"]["verdict"] == "fail" and values["advice"][0] == "Give the transcript."
    assert values["sound"]["loudness"] == pytest.approx(-18.2) and values["shot"] == "sc010/sh020"


@pytest.mark.parametrize("name", ["save_plot", "save_check"])
def test_a_file_that_cannot_be_written_is_said_and_nothing_is_left(shot, tmp_path, name):
    for path, said in ((tmp_path / "none" / "a.png", "is not there; make it first"), ("", "No file is named")):
        with pytest.raises(RuntimeError, match=said):
            getattr(bpy.ops.lockstep, name)(filepath=str(path))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["save_plot", "save_check"])
def test_without_a_check_there_is_nothing_to_save(face, tmp_path, name):
    with pytest.raises(RuntimeError, match="was not checked yet"):
        getattr(bpy.ops.lockstep, name)(filepath=str(tmp_path / "a.png"))
    assert not list(tmp_path.iterdir())


def test_a_check_that_is_damaged_asks_for_a_new_one(shot, tmp_path):
    shot.lockstep_checks[0].data = "no check"
    shot.lockstep_checks[0].full = "no check"
    assert "Not in sync" not in drawn(checked.LOCKSTEP_PT_check)
    with pytest.raises(RuntimeError, match="was not checked yet"):
        bpy.ops.lockstep.save_plot(filepath=str(tmp_path / "a.png"))


# Limits and ledger


class Own(SimpleNamespace):
    """The preferences as they are at first."""

    def __init__(self, **changes):
        usual = Limits()
        values = {name: getattr(usual, name) for name in Limits.__slots__}
        values |= {"early": 185.0, "late": 90.0, "doubt": 0.45, "ledger": ""}
        super().__init__(**{**values, **changes})


def at_the_desk(monkeypatch, **changes):
    """Preferences with these values."""
    own = Own(**changes)
    monkeypatch.setattr(preferences, "_own", lambda _context: own)
    return own


def test_the_limits_are_those_of_the_preferences(fresh, monkeypatch):
    assert preferences.limits(bpy.context) == Limits()
    at_the_desk(monkeypatch)
    assert preferences.limits(bpy.context) == Limits()
    at_the_desk(monkeypatch, look=2.0, late=40.0)
    found = preferences.limits(bpy.context)
    assert (found.look, found.late) == (2.0, pytest.approx(0.04)) and found.early == Limits().early


def test_nothing_is_kept_that_nobody_asked_for(fresh, monkeypatch, tmp_path):
    scene = bpy.context.scene
    assert preferences.ledger_path(bpy.context, scene) is None
    at_the_desk(monkeypatch, ledger="//checks.sqlite")
    assert preferences.ledger_path(bpy.context, scene) is None  # no .blend beside which it could lie
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "shot.blend"))
    assert preferences.ledger_path(bpy.context, bpy.context.scene) == tmp_path / "checks.sqlite"
    bpy.context.scene.lockstep.ledger = str(tmp_path / "own.sqlite")
    assert preferences.ledger_path(bpy.context, bpy.context.scene) == tmp_path / "own.sqlite"
    bpy.context.scene.lockstep.ledger = "own.sqlite"
    assert preferences.ledger_path(bpy.context, bpy.context.scene) == tmp_path / "own.sqlite"
    bpy.context.scene.lockstep.ledger = str(tmp_path)
    assert preferences.ledger_path(bpy.context, bpy.context.scene) == tmp_path / preferences.LEDGER


def test_a_ledger_beside_a_file_that_was_never_saved_is_refused_in_a_sentence(face, monkeypatch):
    bpy.context.scene.lockstep.ledger = "//checks.sqlite"
    with pytest.raises(RuntimeError, match="was never saved; save it first"):
        bpy.ops.lockstep.check_sync()
    assert "never saved" in drawn(checked.LOCKSTEP_PT_check)


def test_one_click_keeps_a_ledger_beside_the_blend(face, tmp_path):
    assert not bpy.ops.lockstep.keep_ledger.poll()
    assert "never saved" in drawn(ledgers.LOCKSTEP_PT_ledger)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "shot.blend"))
    text = drawn(ledgers.LOCKSTEP_PT_ledger)
    assert "lockstep.keep_ledger" in text and "Open Report" not in text
    assert not bpy.ops.lockstep.open_report.poll()
    assert bpy.ops.lockstep.keep_ledger() == {"FINISHED"}
    assert preferences.ledger_path(bpy.context, bpy.context.scene) == tmp_path / preferences.LEDGER
    assert not (tmp_path / preferences.LEDGER).exists()
    text = drawn(ledgers.LOCKSTEP_PT_ledger)
    assert "lockstep.keep_ledger" not in text and "Open Report" in text


def test_the_shot_is_called_as_the_artist_says_else_as_its_file(face, tmp_path):
    scene = bpy.context.scene
    assert preferences.shot_name(scene) == scene.name
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "sh020.blend"))
    assert preferences.shot_name(bpy.context.scene) == "sh020"
    bpy.context.scene.lockstep.shot = "sc010/sh020"
    assert preferences.shot_name(bpy.context.scene) == "sc010/sh020"


def test_the_report_of_the_ledger_is_written_where_it_is_asked_for(face, tmp_path):
    from lockstep.engine.ledger import Ledger, entry_of, stamp

    scene = bpy.context.scene
    scene.lockstep.ledger = str(tmp_path / "checks.sqlite")
    page = tmp_path / "page.html"
    with pytest.raises(RuntimeError, match="check the shot first"):
        bpy.ops.lockstep.open_report(filepath=str(page))
    Ledger(tmp_path / "checks.sqlite").add(entry_of(checks.an_examination(), shot="sc010/sh020", time=stamp()))
    assert bpy.ops.lockstep.open_report(filepath=str(page.with_suffix(""))) == {"FINISHED"}
    assert "sc010/sh020" in page.read_text(encoding="utf-8")
    (tmp_path / "checks.sqlite").write_bytes(b"no ledger at all")
    with pytest.raises(RuntimeError, match=r"checks.sqlite.* ledger"):
        bpy.ops.lockstep.open_report(filepath=str(tmp_path / "other.html"))
    assert not (tmp_path / "other.html").exists()


def test_faces_of_other_files_keep_their_checks(shot, tmp_path):
    path = tmp_path / "shot.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(path))
    bpy.ops.wm.open_mainfile(filepath=str(path))
    faces.activate(bpy.data.objects["Face"])
    assert "Not in sync" in drawn(checked.LOCKSTEP_PT_check)
