"""Who speaks: all meshes of a character and no others, and only what may be keyed."""

from __future__ import annotations

import bpy
import faces
import pytest
from lockstep.addon.character import scene
from lockstep.addon.panels import sync
from lockstep.engine.errors import RigError

PLACES = ((0, 0, 0), (5, 0, 0))


def family(seed) -> set[str]:
    return {mesh.name for mesh in scene.find_character(seed, bpy.context.scene).meshes}


def found(seed) -> scene.Character:
    return scene.find_character(seed, bpy.context.scene)


def empty(name):
    thing = bpy.data.objects.new(name, None)
    bpy.context.scene.collection.objects.link(thing)
    return thing


@pytest.mark.parametrize("seed", ["Face", "Teeth", "Body", "Rig"])
def test_all_meshes_of_one_armature_speak_whichever_part_is_active(fresh, seed):
    rig = faces.make_rig()
    for name, keys in (("Face", faces.MOUTH), ("Teeth", faces.TEETH), ("Body", ())):
        part = faces.make_face(name, keys, place=(0, 0, 0 if name == "Face" else 9), parent=rig)
        faces.bind_to(rig, part)
    assert family(bpy.data.objects[seed]) == {"Face", "Teeth"}
    assert found(bpy.data.objects[seed]).face.name == "Face"
    assert found(bpy.data.objects[seed]).name == "Rig"


def test_two_actors_with_armatures_of_their_own_are_two_even_in_one_place(fresh):
    for name in ("Ann", "Bob"):
        rig = faces.make_rig(name)
        for part, keys in (("face", faces.MOUTH), ("teeth", faces.TEETH)):
            faces.bind_to(rig, faces.make_face(f"{name} {part}", keys))
    assert family(bpy.data.objects["Ann face"]) == {"Ann face", "Ann teeth"}
    assert family(bpy.data.objects["Bob teeth"]) == {"Bob face", "Bob teeth"}


def test_parts_that_hang_on_the_face_or_stand_in_it_belong_to_it(fresh):
    face = faces.make_face()
    faces.make_face("Teeth", faces.TEETH, parent=face, place=(0.2, 0, 0))
    faces.make_face("Tongue", ("tongueOut",), place=(0.2, 0.2, 0.2), size=0.3)
    faces.make_face("Elsewhere", faces.TEETH, place=(4, 0, 0), size=0.3)
    for seed in ("Face", "Teeth", "Tongue"):
        assert family(bpy.data.objects[seed]) == {"Face", "Teeth", "Tongue"}
    assert family(bpy.data.objects["Elsewhere"]) == {"Elsewhere"}


def test_two_heads_side_by_side_in_one_collection_are_two_actors_each_with_its_teeth(fresh):
    for name, place in zip(("Ann", "Bob"), PLACES, strict=True):
        faces.make_face(name, place=place)
        faces.make_face(f"{name} teeth", faces.TEETH, place=(place[0] + 0.2, 0.2, 0.2), size=0.3)
    assert family(bpy.data.objects["Ann"]) == {"Ann", "Ann teeth"}
    assert family(bpy.data.objects["Bob teeth"]) == {"Bob", "Bob teeth"}


def test_lashes_with_all_the_keys_of_the_face_belong_to_it_and_a_second_face_does_not(fresh):
    faces.make_face()
    faces.make_face("Lashes", place=(0.2, 0.2, 0.4), size=0.3)
    faces.make_face("Twin", place=(0.05, 0.05, 0.0))
    assert family(bpy.data.objects["Face"]) == {"Face", "Lashes"}
    assert family(bpy.data.objects["Lashes"]) in ({"Face", "Lashes"}, {"Twin", "Lashes"})


def test_an_empty_over_one_face_speaks_and_over_two_asks_which(fresh):
    stage, head = empty("Stage"), empty("Head")
    head.parent = stage
    faces.make_face(parent=head)
    assert family(stage) == family(head) == {"Face"}
    faces.make_face("Other", parent=stage, place=(5, 0, 0))
    with pytest.raises(RigError, match="holds several faces"):
        found(stage)
    assert family(head) == {"Face"}


def test_meshes_that_share_their_shape_keys_are_keyed_once(face):
    twin = bpy.data.objects.new("Mirror", face.data)
    bpy.context.scene.collection.objects.link(twin)
    twin.parent = face
    assert len(found(face).meshes) == 2
    assert len(found(face).keys) == 1


def test_the_parts_of_the_demo_head_are_found_and_all_keyed(fresh, sound, press):
    from head.build import build_head

    parts = build_head("arkit")
    press(parts["tongue"], audio=str(sound))
    assert {"head", "teeth_lower", "tongue", "lashes", "brows"} <= {
        name for name, thing in parts.items() if thing.name in family(parts["head"])
    }
    assert faces.curves(parts["head"])["jawOpen"] == faces.curves(parts["teeth_lower"])["jawOpen"]
    assert "jawOpen" in faces.curves(parts["tongue"])


def test_no_object_no_shape_keys_and_no_known_names_are_said(fresh, sound):
    settings = fresh.lockstep
    settings.audio = str(sound)
    assert sync.disabled_reason(bpy.context) == "No object is active; click the face, or its armature, first."
    faces.activate(faces.make_face("Plain", ()))
    assert sync.disabled_reason(bpy.context).startswith("'Plain' has no shape keys;")
    faces.activate(faces.make_rig("Bones"))
    assert sync.disabled_reason(bpy.context).startswith("'Bones' has no mesh with shape keys;")
    faces.activate(faces.make_face("Odd", ("Key 1", "Muscles"), place=(50, 0, 0)))
    assert sync.disabled_reason(bpy.context).startswith("No rig profile fits the names of these keys")


def test_absolute_shape_keys_are_refused(face):
    face.data.shape_keys.use_relative = False
    with pytest.raises(RigError, match="absolute shape keys"):
        found(face)


def test_a_face_whose_strip_is_being_edited_is_refused(face, sound):
    block = faces.block(face, "jawOpen")
    block.keyframe_insert("value", frame=1)
    data = face.data.shape_keys.animation_data
    track = data.nla_tracks.new()
    track.strips.new("s", 1, data.action)
    data.action = None
    track.strips[0].select = True
    track.select = track.is_solo = True
    data.use_tweak_mode = True
    assert data.use_tweak_mode
    bpy.context.scene.lockstep.audio = str(sound)
    assert "is being edited" in sync.disabled_reason(bpy.context)


def test_keys_with_a_driver_are_reported_and_not_keyed(face, sound, press):
    faces.block(face, "jawOpen").driver_add("value").driver.expression = "0.3"
    settings = press(audio=str(sound))
    assert "Face: jawOpen follow a driver" in settings.notes
    assert "jawOpen" not in faces.curves(face)
    assert faces.curves(face)


def test_locked_and_muted_keys_are_left_alone(face, sound, press):
    faces.block(face, "jawOpen").lock_shape = True
    faces.block(face, "mouthFunnel").mute = True
    settings = press(audio=str(sound))
    assert "Face: jawOpen, Face: mouthFunnel are locked or muted" in settings.notes
    assert not {"jawOpen", "mouthFunnel"} & set(faces.curves(face))


def test_a_key_that_is_locked_on_one_mesh_is_keyed_on_the_other(face, sound, press):
    teeth = faces.make_face("Teeth", faces.TEETH, parent=face)
    faces.block(face, "jawOpen").lock_shape = True
    press(face, audio=str(sound))
    assert "jawOpen" not in faces.curves(face)
    assert "jawOpen" in faces.curves(teeth)


def test_a_locked_curve_is_left_alone(face, sound, press):
    from lockstep.addon.keys import keying

    faces.block(face, "jawOpen").keyframe_insert("value", frame=1)
    keying.curve_of(face.data.shape_keys, "jawOpen").lock = True
    press(audio=str(sound))
    assert faces.curves(face)["jawOpen"] == [(1.0, 0.0)]


def test_a_face_that_is_driven_all_over_is_refused(face, sound):
    for name in faces.MOUTH:
        faces.block(face, name).driver_add("value")
    bpy.context.scene.lockstep.audio = str(sound)
    assert "follow drivers or are locked or muted" in sync.disabled_reason(bpy.context)


def test_slider_limits_and_resting_values_are_respected(face, sound, press):
    jaw = faces.block(face, "jawOpen")
    jaw.slider_max = 0.5
    faces.block(face, "mouthSmileLeft").value = 0.25
    press(audio=str(sound))
    values = [value for _, value in faces.curves(face)["jawOpen"]]
    assert 0.0 < max(values) <= 0.5
    if "mouthSmileLeft" in faces.curves(face):
        smile = [value for _, value in faces.curves(face)["mouthSmileLeft"]]
        assert smile[0] == smile[-1] == pytest.approx(0.25)
        assert min(smile) >= 0.25 - 1e-4


def test_meshes_with_other_limits_get_curves_of_their_own(face, sound, press):
    teeth = faces.make_face("Teeth", faces.TEETH, parent=face)
    faces.block(teeth, "jawOpen").slider_max = 0.5
    press(face, audio=str(sound))
    wide, narrow = (max(value for _, value in faces.curves(thing)["jawOpen"]) for thing in (face, teeth))
    assert narrow == pytest.approx(wide / 2, abs=0.02)


def test_a_rig_whose_jaw_follows_a_bone_is_told_so(fresh, sound, press):
    rig = faces.make_rig(bones=("head", "CC_Base_JawRoot"))
    face, teeth = faces.make_face(parent=rig), faces.make_face("Teeth", (), parent=rig)
    for part in (face, teeth):
        faces.bind_to(rig, part)
    teeth.vertex_groups.new(name="CC_Base_JawRoot").add([0], 1.0, "REPLACE")
    assert "The bone 'CC_Base_JawRoot' moves Teeth" in press(face, audio=str(sound)).notes


@pytest.fixture
def library(fresh, tmp_path):
    """A .blend with the character 'Ann' (face and teeth) in a collection of that name."""
    home = bpy.data.collections.new("Ann")
    fresh.collection.children.link(home)
    face = faces.make_face("Ann face", collection=home)
    faces.make_face("Ann teeth", faces.TEETH, collection=home, parent=face)
    path = tmp_path / "ann.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(path))
    bpy.ops.wm.read_factory_settings(use_empty=True)
    return path


def link(library):
    with bpy.data.libraries.load(str(library), link=True) as (_, wanted):
        wanted.collections = ["Ann"]
    return wanted.collections[0]


def override(collection):
    made = collection.override_hierarchy_create(bpy.context.scene, bpy.context.view_layer)
    return {thing.name: thing for thing in made.all_objects}


def test_a_linked_character_without_override_is_refused(library, sound):
    collection = link(library)
    bpy.context.scene.collection.children.link(collection)
    linked = next(thing for thing in collection.objects if thing.name == "Ann face")
    with pytest.raises(RigError, match="is linked from another file"):
        found(linked)


def test_a_collection_that_is_only_shown_is_refused(library):
    shown = empty("Shown")
    shown.instance_type = "COLLECTION"
    shown.instance_collection = link(library)
    with pytest.raises(RigError, match="only shows the collection 'Ann'"):
        found(shown)


def test_an_overridden_character_speaks_and_still_does_after_saving_and_loading(library, sound, press, tmp_path):
    parts = override(link(library))
    press(parts["Ann face"], audio=str(sound))
    keyed = {name: faces.curves(part)["jawOpen"] for name, part in parts.items()}
    assert all(keyed.values()) and len(keyed) == 2
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "shot.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "shot.blend"))
    for name, keys in keyed.items():
        part = bpy.context.scene.objects[name]
        assert faces.curves(part)["jawOpen"] == keys
        frame, value = max(keys, key=lambda key: key[1])
        bpy.context.scene.frame_set(int(frame))
        evaluated = part.evaluated_get(bpy.context.evaluated_depsgraph_get())
        assert evaluated.data.shape_keys.key_blocks["jawOpen"].value == pytest.approx(value, abs=1e-4)


def test_the_same_overridden_character_twice_speaks_two_lines(library, sound, press):
    collection = link(library)
    first, second = override(collection), override(collection)
    second_face = next(part for name, part in second.items() if name.startswith("Ann face"))
    for part in second.values():
        if part.parent is None:
            part.location.x = 8
    bpy.context.view_layer.update()
    press(first["Ann face"], audio=str(sound))
    before = faces.curves(first["Ann face"])
    press(second_face, audio=str(sound), frame=50)
    assert faces.curves(first["Ann face"]) == before
    assert faces.curves(second_face)["jawOpen"][0][0] > 20
