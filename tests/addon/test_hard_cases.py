"""Undo, saving, stopping, wrong files: whatever happens around a swap, all of the artist's work is still there."""

from __future__ import annotations

import bpy
import faces
import numpy as np
import pytest
import shots
import voice
from lockstep.addon import compat
from lockstep.addon.lines import spans, takes
from lockstep.addon.panels import sync
from lockstep.addon.sound import strips
from lockstep.engine.score.items import Emotion, Emphasis, Gesture, Pin
from recordings import middle
from shots import dump, keys_of, lift, line, spoken, swap, use

__all__ = ["spoken"]

LONG = "m a b i _ s u m e b a _ m u b a s i _ m a b i _ s u m e b a _ m u b a s i _ m e s a b u"  # six seconds


def act():
    """Give the line one of each kind of item, where the playhead stands."""
    from dataclasses import replace

    from lockstep.addon.lines.exchange import perform_again
    from lockstep.engine.score import anchor

    def acted(score, take):
        at = [anchor(take, (phone.start + phone.end) / 2) for phone in take.phones]
        return replace(
            score,
            emphases=(Emphasis("emphasis-1", at[1]),),
            emotions=(Emotion("emotion-1", at[0], at[9], "joy"),),
            gestures=(Gesture("gesture-1", at[5], "brow_raise"),),
            pins=(Pin("pin-1", at[8], "u"),),
        )

    perform_again(bpy.context.scene, shots.the_face(), line(), acted)


# Undo


def test_undo_and_redo_bring_back_keys_takes_acting_and_strips_alike(spoken, studio):
    act()
    lift(middle(spoken, 8), 0.97)
    bpy.ops.ed.undo_push(message="edited")
    states = [dump()]
    bert, carl = studio.record("bert", speed=0.7), studio.record("carl", speed=1.2)
    for press in (lambda: swap(bert), lambda: lift(middle(bert, 4), 0.9), lambda: swap(carl), lambda: use(0)):
        press()
        bpy.ops.ed.undo_push(message="pressed")
        states.append(dump())
    for state in reversed(states[:-1]):
        bpy.ops.ed.undo()
        assert dump() == state
    for state in states[1:]:
        bpy.ops.ed.redo()
        assert dump() == state
    for _ in states[1:]:
        bpy.ops.ed.undo()
    before = keys_of()
    swap(bert)
    use(0)
    shots.assert_like(keys_of(), before)


def test_an_undone_swap_can_be_made_anew_and_gives_the_same(spoken, studio):
    lift(middle(spoken, 8), 0.97)
    bpy.ops.ed.undo_push(message="edited")
    bert = studio.record("bert", speed=0.7)
    swap(bert)
    first = keys_of()
    bpy.ops.ed.undo_push(message="swapped")
    bpy.ops.ed.undo()
    swap(bert)
    assert keys_of() == first and [item.label for item in line().takes] == ["anna", "bert"]


# Saving


def test_the_file_alone_is_enough_after_it_was_closed_and_purged(spoken, studio, tmp_path):
    act()
    lift(middle(spoken, 8), 0.97)
    before = keys_of()
    swap(studio.record("bert", speed=0.7))
    there, all_of_it = keys_of(), dump(but=("names",))
    shots.reopened(tmp_path / "shot.blend", purge=True)
    assert dump(but=("names",)) == all_of_it
    spoken.path.unlink()
    use(0)
    shots.assert_like(keys_of(), before)
    shots.reopened(tmp_path / "again.blend", purge=True)
    use(1)
    shots.assert_like(keys_of(), there)
    carl = studio.record("carl", speed=1.3)
    swap(carl)
    use(0)
    shots.assert_like(keys_of(), before)
    assert len(shots.score().edits) == 1 and len(list(shots.score().items())) == 5


def test_an_edit_made_just_before_saving_is_seen_after_opening(spoken, studio, tmp_path):
    lift(middle(spoken, 8), 0.97)
    before = keys_of()
    shots.reopened(tmp_path / "shot.blend")
    assert keys_of() == before
    bert = studio.record("bert", speed=0.7)
    swap(bert)
    assert shots.around(shots.frame_of(middle(bert, 8)), 0.97)
    use(0)
    shots.assert_like(keys_of(), before)


def test_an_overridden_character_keeps_its_edits_through_saving_and_swaps(fresh, studio, tmp_path):
    from test_characters import link, override

    home = bpy.data.collections.new("Ann")
    fresh.collection.children.link(home)
    faces.make_face("Face", collection=home)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "ann.blend"))
    bpy.ops.wm.read_factory_settings(use_empty=True)
    faces.activate(override(link(tmp_path / "ann.blend"))["Face"])
    anna, bert = studio.record("anna"), studio.record("bert", speed=0.75)
    shots.sync(anna)
    lift(middle(anna, 8), 0.97)
    shots.reopened(tmp_path / "shot.blend")
    before = keys_of()
    swap(bert)
    assert shots.around(shots.frame_of(middle(bert, 8)), 0.97)
    shots.reopened(tmp_path / "shot.blend")
    assert [item.label for item in line().takes] == ["anna", "bert"] and len(shots.score().edits) == 1
    lift(middle(bert, 4), 0.91)
    use(0)
    assert shots.around(shots.frame_of(middle(anna, 4)), 0.91)
    shots.reopened(tmp_path / "shot.blend")
    now, anew = keys_of(), shots.score().edits
    use(1)
    use(0)
    shots.assert_like(keys_of(), now)
    assert len(anew) == 2 and set(now) == set(before)


def test_a_linked_character_without_override_is_refused_and_nothing_is_changed(fresh, studio, tmp_path):
    from test_characters import link

    home = bpy.data.collections.new("Ann")
    fresh.collection.children.link(home)
    ann = faces.make_face("Face", collection=home)
    anna, bert = studio.record("anna"), studio.record("bert", speed=0.75)
    shots.sync(anna, thing=ann)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "ann.blend"))
    bpy.ops.wm.read_factory_settings(use_empty=True)
    collection = link(tmp_path / "ann.blend")
    bpy.context.scene.collection.children.link(collection)
    bpy.context.view_layer.update()
    faces.activate(next(thing for thing in collection.all_objects if thing.name == "Face"))
    before = dump()
    for press in (lambda: bpy.ops.lockstep.swap_voice(audio=str(bert.path)), lambda: bpy.ops.lockstep.see_edits()):
        with pytest.raises(RuntimeError, match="linked"):
            press()
    assert dump() == before


# Stopped on the way


def stopped_everywhere(make, before):
    """Start the work again and again, stop it after each of its steps; gives how many there are."""
    for stop in range(1, 300):
        work = make()
        done = sum(1 for _, _ in zip(range(stop), work, strict=False))
        if done < stop:
            return done
        work.close()
        assert dump() == before, f"stopped at step {stop}"
    raise AssertionError("no end")


def test_a_first_sync_stopped_at_any_step_changes_nothing(face, studio):
    from lockstep.addon.lines.request import from_scene

    scene = bpy.context.scene
    scene.lockstep.source, scene.lockstep.audio = "FILE", str(studio.record("anna").path)
    before = dump()
    assert stopped_everywhere(lambda: sync.speak(from_scene(bpy.context)), before) > 4
    assert len(shots.the_face().lockstep_spans) == 1


@pytest.mark.parametrize("kind", ["sync again", "sync otherwise", "swap", "swap of an older line"])
def test_a_sync_or_a_swap_stopped_at_any_step_changes_nothing(spoken, studio, kind):
    from lockstep.addon.lines.exchange import swap_request
    from lockstep.addon.lines.request import from_scene

    act()
    lift(middle(spoken, 8), 0.97)
    bert = studio.record("bert", speed=0.7)
    scene = bpy.context.scene
    scene.frame_set(shots.START)
    if kind == "sync otherwise":
        scene.lockstep.intensity, scene.lockstep.language = 1.5, "de"
    if kind == "swap of an older line":
        older(line())

    def make():
        if kind.startswith("swap"):
            return sync.speak(swap_request(scene, shots.the_face(), line(), str(bert.path), "en", ""))
        return sync.speak(from_scene(bpy.context))

    assert stopped_everywhere(make, dump()) > 3


def older(span):
    """As a line was kept before there were takes."""
    span.takes.clear()
    span.take, span.score, span.laid, span.report = -1, "", "", ""
    span.acting.clear()


def test_what_fails_while_all_is_written_is_not_half_there(spoken, studio, monkeypatch):
    """The last thing that may fail before keys are written; the strip that was added for them goes again."""
    from lockstep.addon.keys import laying
    from lockstep.engine.errors import RigError

    lift(middle(spoken, 8), 0.97)
    bert = studio.record("bert", speed=0.7)
    before = dump()
    real = laying.lay_line

    def refused(*_given):
        raise RigError("The keys cannot be written; unlock them.")

    monkeypatch.setattr(laying, "lay_line", refused)
    for press in (
        lambda: bpy.ops.lockstep.swap_voice(audio=str(bert.path)),
        lambda: bpy.ops.lockstep.sync(),
        lambda: bpy.ops.lockstep.see_edits(),
    ):
        with pytest.raises(RuntimeError, match="unlock them"):
            press()
        assert dump() == before
    monkeypatch.setattr(laying, "lay_line", real)
    swap(bert)
    assert shots.around(shots.frame_of(middle(bert, 8)), 0.97)


# Files that are wrong


@pytest.mark.parametrize("kind", ["missing", "silent", "nobody speaks", "letter", "empty", "folder", "half"])
def test_a_wrong_file_is_one_sentence_and_not_a_byte_is_changed(spoken, studio, tmp_path, kind):
    act()
    lift(middle(spoken, 8), 0.97)
    wrong = tmp_path / "wrong.wav"
    if kind == "silent":
        voice.write_wav(wrong, np.zeros(16000, np.float32))
    elif kind == "nobody speaks":
        voice.write_wav(wrong, 0.1 * np.sin(np.arange(32000) / 9.0).astype(np.float32))
    elif kind == "letter":
        wrong.write_text("Dear Anna,\nthis is a letter.\n" * 50, encoding="utf-8")
    elif kind == "empty":
        wrong.write_bytes(b"")
    elif kind == "folder":
        wrong.mkdir()
    elif kind == "half":
        wrong.write_bytes(spoken.path.read_bytes()[:30])
    before = dump()
    with pytest.raises(RuntimeError) as said:
        bpy.ops.lockstep.swap_voice(audio=str(wrong))
    told = str(said.value).removeprefix("Error: ").strip()
    assert "wrong.wav" in told and told.endswith(".") and told.count("\n") == 0 and "Traceback" not in told
    assert dump() == before


def test_a_voice_of_one_second_for_a_line_of_six_loses_nothing(face, studio):
    anna, short = studio.record("anna", LONG), studio.record("short", "m a b i s")
    shots.sync(anna)
    assert anna.end > 5.5 and short.end < 1.2
    brow = shots.own_curve("browInnerUp")
    for number in range(1, len(anna.phones), 4):
        shots.key(brow, shots.frame_of(middle(anna, number)), 0.1 + 0.02 * number)
        if anna.phones[number][2] in "aeiu":
            lift(middle(anna, number), 0.9 + 0.002 * number)
    edits = shots.seen()
    before = keys_of()
    swap(short)
    assert {edit.id for edit in shots.score().edits} == {edit.id for edit in edits}
    report = takes.report_of(line())
    assert len(report.items) == len(edits)
    for item in shots.placed().values():
        assert item.status == "matched" or item.reason.endswith("."), item
    assert shots.placed()[edits[-1].id].status != "matched" or edits[-1].curve.name == "browInnerUp"
    end = shots.frame_of(short.end)
    for name in ("jawOpen", "mouthFunnel", "mouthPucker"):
        assert max((value for at, value in faces.curves(face)[name] if at > end + 30), default=0.0) < 1e-3, name
    use(0)
    shots.assert_like(keys_of(), before)
    assert shots.score().edits == edits


# Names


def test_long_names_other_letters_and_spaces_are_kept_through_saving_and_swaps(fresh, studio, tmp_path):
    folder = tmp_path / "Aufnahmen für Zoë" / "テイク 二 (endgültig)"
    folder.mkdir(parents=True)
    studio.folder = folder
    name = "Zoë's line – 第一幕 „Ja, und?“ " + "very long " * 6
    anna, bert = studio.record(name + "A"), studio.record(name + "B", speed=0.7)
    extra = 'Brow "Ж" \\ 眉.L'
    face = faces.make_face("Gesicht – Ünïcödé 顔", keys=(*faces.MOUTH, extra))
    shots.sync(anna, thing=face, text="Zoë said: „Ja” – 你好, und? " * 40)
    jaw = shots.lift(middle(anna, 8), 0.97, thing=face)
    own = shots.own_curve(extra, thing=face)
    for number in (1, 5, 9):
        shots.key(own, shots.frame_of(middle(anna, number)), 0.1 * number)
    before = keys_of(face)
    swap(bert, text="Zoë said: „Nein” – 你好, und? " * 40)
    labels = [item.label for item in line(face).takes]
    assert labels == [(name + "A"), (name + "B")]
    assert len({item.strip for item in line(face).takes}) == 2
    heard = [not strips.named(bpy.context.scene, item.strip).mute for item in line(face).takes]
    assert heard == [False, True]
    face = shots.reopened(folder / "ein Schuß.blend")
    use(0)
    shots.assert_like(keys_of(face), before)
    assert shots.around(jaw, 0.97, thing=face) and line(face).take == 0
    heard = [not strips.named(bpy.context.scene, item.strip).mute for item in line(face).takes]
    assert heard == [True, False]
    assert compat.left_handle(strips.named(bpy.context.scene, line(face).takes[0].strip)) == shots.START
    assert spans.line_at(face, shots.START + 5).name == line(face).name


# The real ear


def test_an_edit_follows_its_sound_as_the_recognizer_hears_it(face, tmp_path):
    """The same words, said at another pace and pitch after a pause: heard, matched and laid by all that is real."""
    said = "m a m i _ s a m u _ m e s i"
    first = voice.speak(said)
    slow = np.interp(np.arange(0, len(first), 0.8), np.arange(len(first)), first)
    slow = np.concatenate([np.zeros(8000), slow]).astype(np.float32)
    one, two = (voice.write_wav(tmp_path / f"{name}.wav", samples) for name, samples in (("a", first), ("b", slow)))
    scene = bpy.context.scene
    scene.lockstep.source, scene.lockstep.audio, scene.lockstep.language = "FILE", str(one), "es"
    scene.frame_set(shots.START)
    assert bpy.ops.lockstep.sync() == {"FINISHED"}
    start, end, _ = voice.phones(said)[5]  # the 'a' after s
    middle_of_it = (start + end) / 2
    brow = shots.own_curve("browInnerUp")
    at = shots.frame_of(middle_of_it)
    for frame, value in ((at - 3, 0.0), (at, 0.8), (at + 3, 0.0)):
        shots.key(brow, frame, value)
    jaw = lift(middle_of_it, 0.95)
    before = keys_of()
    assert bpy.ops.lockstep.swap_voice(audio=str(two)) == {"FINISHED"}
    wanted = shots.frame_of(0.5 + middle_of_it * 1.25)
    highest = max(faces.curves(face)["browInnerUp"], key=lambda pair: pair[1])
    assert highest == pytest.approx((wanted, 0.8), abs=2.0)
    moved = shots.frame_of(0.5 + (jaw - shots.START) / shots.FPS * 1.25)
    assert shots.around(moved, 0.95, reach=2.5)
    use(0)
    shots.assert_like(keys_of(), before)
