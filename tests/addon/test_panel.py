"""The panel: it draws in every state, asks only for what exists, and says why the button is grey."""

from __future__ import annotations

from types import SimpleNamespace

import bpy
import faces
import pytest
from lockstep.addon import compat, props
from lockstep.addon.character import profiles
from lockstep.addon.panels import drawing, main, modal, rows, sync
from lockstep.engine.errors import RigError
from lockstep.engine.languages import codes


class Layout:
    """Stands in for Blender's layout: checks what is drawn, and keeps the texts."""

    def __init__(self, texts=None):
        self.texts = [] if texts is None else texts

    def prop(self, data, name, **_options):
        assert name in data.bl_rna.properties, name
        self.texts.append(data.bl_rna.properties[name].name)

    def operator(self, name, text=None, icon="NONE", **_options):
        kind, _, operator = name.partition(".")
        assert operator in dir(getattr(bpy.ops, kind)), name
        self._check_icon(icon)
        self.texts += [name, *([text] if text else [])]
        return SimpleNamespace()

    def label(self, text="", icon="NONE"):
        self._check_icon(icon)
        self.texts.append(text)

    def _check_icon(self, icon):
        assert icon in bpy.types.UILayout.bl_rna.functions["label"].parameters["icon"].enum_items, icon

    def template_ID(self, data, name, **_options):
        self.prop(data, name)

    def progress(self, factor=0.0, text="", **_options):
        self.texts.append(text)

    def template_icon(self, icon_value, scale=1.0):
        assert isinstance(icon_value, int) and 1.0 <= scale <= 30.0
        self.texts.append("<picture>")

    def separator(self, **_options):
        self.texts.append("")

    def template_list(self, kind, _name, data, rows_name, _active, index, **_options):
        assert hasattr(bpy.types, kind)
        item = bpy.types.UIList.bl_rna_get_subclass_py(kind)
        for number, row in enumerate(getattr(data, rows_name)):
            item.draw_item(None, bpy.context, self, data, row, 0, data, index, number, 0)

    def _inner(self, **_options):
        return Layout(self.texts)

    row = column = split = box = _inner


def drawn(*kinds) -> str:
    drawing.seen.clear()
    context = SimpleNamespace(
        scene=bpy.context.scene,
        active_object=bpy.context.view_layer.objects.active,
        selected_objects=bpy.context.selected_objects,
        preferences=bpy.context.preferences,
        region=SimpleNamespace(width=300),
    )
    layout = Layout()
    for kind in kinds or (main.LOCKSTEP_PT_sync, main.LOCKSTEP_PT_rig, main.LOCKSTEP_PT_face):
        kind.draw(SimpleNamespace(layout=layout), context)
    return " ".join(layout.texts)


def test_the_panel_draws_without_a_face_with_one_and_after_a_sync(fresh, sound, press):
    assert "No object is active" in drawn()
    faces.activate(faces.make_face())
    assert "No sound is chosen" in drawn()
    press(audio=str(sound))
    text = drawn()
    assert "Face: " in text and "ARKit 52 (100%)" in text
    assert ("Strip" in text) is compat.can_load_sounds()
    bpy.context.scene.lockstep.use_part = True
    assert "In" in drawn() and "Out" in drawn()


def test_the_panel_shows_how_far_a_running_sync_is(face, sound, quick_ear, monkeypatch):
    from lockstep.addon.lines.request import from_scene
    from lockstep.engine.progress import Progress

    bpy.context.scene.lockstep.audio = str(sound)
    job = modal.Job(iter(()), from_scene(bpy.context), Progress("Hearing", 0.5))
    monkeypatch.setattr(modal.Desk, "job", job)
    assert "Hearing (Esc stops)" in drawn()


@pytest.mark.parametrize("reason", ["", "Something is amiss; mend it."])
def test_the_button_the_panel_and_the_tests_hear_the_same_reason(face, sound, reason):
    asked = bpy.context.scene.lockstep
    asked.audio = "" if reason else str(sound)
    why = sync.disabled_reason(bpy.context)
    assert bool(why) is bool(reason)
    assert bpy.ops.lockstep.sync.poll() is not bool(reason)
    if why:
        with pytest.raises(RuntimeError, match="No sound is chosen"):
            bpy.ops.lockstep.sync()
        assert "No sound is chosen" in drawn()


def test_each_grey_state_has_a_reason_of_its_own(face, sound, tmp_path):
    asked = bpy.context.scene.lockstep
    asked.audio = str(tmp_path / "none.wav")
    assert "none.wav' is not there" in sync.disabled_reason(bpy.context)
    asked.source = "STRIP"
    assert sync.disabled_reason(bpy.context).startswith("No sound strip is chosen")
    asked.strip = "gone"
    assert sync.disabled_reason(bpy.context).startswith("There is no sound strip 'gone'")
    asked.source, asked.audio, asked.use_part, asked.sound_in, asked.sound_out = "FILE", str(sound), True, 2.0, 1.0
    assert "put the out after the in" in sync.disabled_reason(bpy.context)


def test_every_language_can_be_chosen_by_its_name(fresh):
    items = {code: name for code, name, *_ in props.language_items()}
    assert set(items) == {*codes(), "auto"}
    assert (items["es"], items["auto"]) == ("Spanish", "Find It")
    for code in items:
        fresh.lockstep.language = code
        assert fresh.lockstep.language == code


def test_a_chosen_rig_rules_over_the_one_that_would_be_found(face, sound, press):
    face.lockstep_rig = "preston_blair"
    bpy.context.scene.lockstep.audio = str(sound)
    assert "is one of the rig 'Preston Blair" in sync.disabled_reason(bpy.context)
    face.lockstep_rig = "arkit"
    assert sync.disabled_reason(bpy.context) == ""


def test_a_corrected_row_drives_what_the_artist_says(fresh, sound, press):
    names = ["MyJaw" if name == "jawOpen" else name for name in faces.MOUTH]
    face = faces.make_face(keys=names)
    faces.activate(face)
    press(audio=str(sound))
    assert "MyJaw" not in faces.curves(face)
    assert bpy.ops.lockstep.correct_rig() == {"FINISHED"}
    row = next(row for row in face.lockstep_rows if row.key == "jawOpen")
    row.shapes[0].shape = "MyJaw"
    assert "jawOpen" in drawn(main.LOCKSTEP_PT_rig)
    press()
    assert max(value for _, value in faces.curves(face)["MyJaw"]) > 0.1
    assert bpy.ops.lockstep.forget_corrections() == {"FINISHED"}
    assert len(face.lockstep_rows) == 0 and not bpy.ops.lockstep.forget_corrections.poll()


def test_corrections_saved_as_a_profile_are_found_on_the_next_face(fresh, sound, press, tmp_path, monkeypatch):
    monkeypatch.setattr(profiles, "own_folder", lambda make=False: tmp_path)
    names = ["MyJaw" if name == "jawOpen" else name for name in faces.MOUTH]
    face = faces.make_face(keys=names)
    faces.activate(face)
    bpy.ops.lockstep.correct_rig()
    next(row for row in face.lockstep_rows if row.key == "jawOpen").shapes[0].shape = "MyJaw"
    assert bpy.ops.lockstep.save_profile(title="Werkstatt Ä") == {"FINISHED"}
    assert (tmp_path / "werkstatt_ä.toml").is_file()
    assert face.lockstep_rig == "werkstatt_ä" and len(face.lockstep_rows) == 0
    other = faces.make_face("Other", keys=names, place=(9, 0, 0))
    press(other, audio=str(sound))
    assert "Werkstatt Ä" in bpy.context.scene.lockstep.made
    assert "MyJaw" in faces.curves(other)


def test_a_supplied_rig_cannot_be_overwritten(face, tmp_path, monkeypatch):
    monkeypatch.setattr(profiles, "own_folder", lambda make=False: tmp_path)
    for title, said in (("ARKit", "comes with Lockstep"), ("  ", "has no name")):
        with pytest.raises(RigError, match=said):
            profiles.save(profiles.fit(faces.MOUTH).binding, title)
    assert not list(tmp_path.iterdir())


def test_a_broken_profile_of_the_artist_is_said_and_the_menu_still_opens(face, sound, tmp_path, monkeypatch):
    monkeypatch.setattr(profiles, "own_folder", lambda make=False: tmp_path)
    (tmp_path / "broken.toml").write_text("name = [", encoding="utf-8")
    bpy.context.scene.lockstep.audio = str(sound)
    assert "broken.toml is no valid TOML" in sync.disabled_reason(bpy.context)
    assert [item[0] for item in props.rig_items()] == ["AUTO"]
    assert "broken.toml" in drawn(main.LOCKSTEP_PT_rig)


def test_rows_know_their_rig(face):
    fitted = rows.fitted(rows._character(bpy.context))
    assert fitted.profile.name == "arkit" and fitted.score > 0.9
