"""What is said, and in which language: from the panel, from a text, from the command, to the ear."""

from __future__ import annotations

import bpy
import faces
import pytest
from lockstep.addon import headless
from lockstep.addon.lines import request
from lockstep.addon.panels import main
from lockstep.engine.errors import UsageError
from test_panel import drawn


def test_the_line_of_the_panel_reaches_the_ear_and_an_empty_one_is_none(face, sound, press, quick_ear):
    press(audio=str(sound), text="Mabi sume ba.")
    assert quick_ear[-1]["transcript"] == "Mabi sume ba."
    press(text="")
    assert quick_ear[-1]["transcript"] is None


def test_line_breaks_in_the_line_become_spaces(fresh):
    fresh.lockstep.text = " Mabi\r\nsume\t ba. \n"
    assert fresh.lockstep.text == "Mabi sume ba."


def test_all_lines_of_the_clipboard_are_pasted_as_one(face):
    manager = bpy.context.window_manager
    manager.clipboard = "Mabi\nsume\n\nba.\n"
    if manager.clipboard:
        assert bpy.ops.lockstep.paste_text() == {"FINISHED"}
        assert bpy.context.scene.lockstep.text == "Mabi sume ba."
    else:  # a Blender without a window keeps no clipboard
        with pytest.raises(RuntimeError, match="no text in the clipboard"):
            bpy.ops.lockstep.paste_text()


def test_pasting_takes_what_the_window_manager_holds(face):
    class Operator:
        said: tuple = ()

        def report(self, kinds, text):
            self.said = (kinds, text)

    context = type("Context", (), {"scene": bpy.context.scene, "window_manager": type("M", (), {"clipboard": "a\nb"})})
    operator = Operator()
    assert main.LOCKSTEP_OT_paste_text.execute(operator, context) == {"FINISHED"}
    assert bpy.context.scene.lockstep.text == "a b" and operator.said == ()
    context.window_manager.clipboard = " \n"
    assert main.LOCKSTEP_OT_paste_text.execute(operator, context) == {"CANCELLED"}
    assert bpy.context.scene.lockstep.text == "a b" and "clipboard" in operator.said[1]


def test_a_text_of_the_text_editor_is_read_whole(face, sound, press, quick_ear):
    script = bpy.data.texts.new("Script")
    script.write("Mabi sume.\n\nBa!\n")
    press(audio=str(sound), text="another", text_from="TEXT", script=script)
    assert quick_ear[-1]["transcript"] == "Mabi sume.\n\nBa!"
    assert "Text" in drawn(main.LOCKSTEP_PT_sync)


def test_a_text_that_is_missing_or_empty_is_said_before_the_work(face, sound):
    asked = bpy.context.scene.lockstep
    asked.audio, asked.text_from = str(sound), "TEXT"
    with pytest.raises(UsageError, match="No text is chosen"):
        request.from_scene(bpy.context)
    assert "No text is chosen" in drawn(main.LOCKSTEP_PT_sync)
    asked.script = bpy.data.texts.new("Void")
    with pytest.raises(UsageError, match="The text 'Void' is empty"):
        request.from_scene(bpy.context)


def test_the_language_found_is_shown_with_how_sure_it_is_and_a_given_one_without(face, sound, press, quick_ear):
    press(audio=str(sound), language="auto")
    assert quick_ear[-1]["language"] is None
    assert "English, found, 97% sure" in bpy.context.scene.lockstep.made
    press(language="es")
    assert quick_ear[-1]["language"] == "es"
    made = bpy.context.scene.lockstep.made
    assert "Spanish" in made and "found" not in made


def test_settings_with_a_transcript_survive_saving(face, sound, press, tmp_path):
    script = bpy.data.texts.new("Script")
    script.write("Mabi sume ba.")
    press(audio=str(sound), text="Mabi", text_from="TEXT", script=script)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "a.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "a.blend"))
    asked = bpy.context.scene.lockstep
    assert (asked.text, asked.text_from, asked.script.name) == ("Mabi", "TEXT", "Script")


@pytest.fixture
def shot(fresh, tmp_path):
    faces.make_face("Ann")
    path = tmp_path / "shot.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(path))
    return path


def test_the_command_takes_a_text_or_a_file_of_it(shot, sound, quick_ear):
    line = ["sync", "--audio", str(sound), "--object", "Ann", "--in-place"]
    assert headless.main([*line, "--text", " Mabi sume. "]) == 0
    assert quick_ear[-1]["transcript"] == "Mabi sume."
    file = shot.with_name("text.txt")
    file.write_text("\ufeffÇa va ?\n", encoding="utf-8")
    assert headless.main([*line, "--text-file", str(file)]) == 0
    assert quick_ear[-1]["transcript"] == "Ça va ?"
    assert headless.main(line) == 0
    assert quick_ear[-1]["transcript"] is None


def test_each_row_of_a_table_has_a_text_of_its_own_commas_and_lines_in_it(shot, sound, quick_ear):
    table = shot.with_name("lines.csv")
    table.write_text(
        f'audio,object,start,text\n{sound},Ann,1,"Mabi, sume\nba."\n{sound},Ann,101,\n{sound},Ann,201,Ba\n',
        encoding="utf-8",
    )
    assert headless.main(["sync", "--csv", str(table), "--in-place"]) == 0
    assert [call["transcript"] for call in quick_ear] == ["Mabi, sume\nba.", None, "Ba"]


def test_the_summary_counts_words_and_says_how_sure_the_language_is(shot, sound, quick_ear, capfd):
    line = ["sync", "--audio", str(sound), "--object", "Ann", "--in-place", "--text", "Mabi sume ba", "--json", "-"]
    assert headless.main(line) == 0
    import json

    (told,) = json.loads(capfd.readouterr().out.splitlines()[-1])["lines"]
    assert (told["words"], told["identified"], told["corrections"]) == (3, 0.97, 0)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--text-file", "gone.txt"], "The text 'gone.txt' cannot be read"),
        (["--csv", "TABLE", "--text", "Mabi"], "--text is for one sound"),
    ],
)
def test_a_text_that_cannot_be_used_is_said_in_one_sentence(shot, sound, quick_ear, capfd, options, said):
    table = shot.with_name("lines.csv")
    table.write_text(f"audio\n{sound}\n", encoding="utf-8")
    given = [str(table) if option == "TABLE" else option for option in options]
    audio = [] if "TABLE" in options else ["--audio", str(sound)]
    assert headless.main(["sync", *audio, "--object", "Ann", "--in-place", *given]) == 1
    told = [line for line in capfd.readouterr().err.splitlines() if line.startswith("lockstep:")]
    assert len(told) == 1 and said in told[0]
    assert quick_ear == []
