"""The command without a window: several lines in one call, saved whole or not at all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import bpy
import faces
import pytest
from lockstep.addon import headless

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "headless.py"


@pytest.fixture
def shot(fresh, tmp_path) -> Path:
    """A saved .blend, at a path with letters beyond ASCII, with the actors Ann and Bob."""
    folder = tmp_path / "Größe 日本"
    folder.mkdir()
    faces.make_face("Ann")
    faces.make_face("Bob", place=(5, 0, 0))
    path = folder / "shöt.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(path))
    return path


def keyed(path: Path, name: str):
    bpy.ops.wm.open_mainfile(filepath=str(path))
    return faces.curves(bpy.context.scene.objects[name])


def leftovers(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def run(*arguments) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(SCRIPT), *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        timeout=240,
        env={**os.environ, "PYTHONUTF8": "1"},
    )


def test_a_process_of_its_own_hears_a_line_and_saves_the_file(shot, sound):
    out = shot.with_name("out.blend")
    done = run(shot, "sync", "--audio", sound, "--object", "Ann", "--start", "11", "--save-as", out, "--json", "-")
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout.splitlines()[-1])
    assert summary["ok"] and summary["file"] == str(out)
    (line,) = summary["lines"]
    assert (line["character"], line["strip"]) == ("Ann", "line")
    assert line["phones"] > 3 and set(line["seconds"]) == {"listen", "perform", "write"}
    assert keyed(out, "Ann")["jawOpen"] and not keyed(out, "Bob")
    assert not keyed(shot, "Ann")
    assert leftovers(shot.parent) == sorted(["out.blend", shot.name])


def test_a_process_that_fails_says_one_sentence_and_writes_nothing(shot, tmp_path):
    before = shot.read_bytes()
    done = run(shot, "sync", "--audio", tmp_path / "none.wav", "--object", "Ann", "--in-place", "--json", "-")
    assert done.returncode == 1
    (said,) = [line for line in done.stderr.splitlines() if line.startswith("lockstep:")]
    assert "none.wav' is not there" in said and "Traceback" not in done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["error"] in said
    assert shot.read_bytes() == before and leftovers(shot.parent) == [shot.name]


def test_several_lines_come_from_a_csv_beside_their_sounds(shot, sound, quick_ear):
    (shot.parent / "line one.wav").write_bytes(sound.read_bytes())
    table = shot.parent / "lines.csv"
    table.write_text(
        "audio,object,language,start,keys\n"
        "line one.wav,Ann,en,1,\nline one.wav,Bob,es,61,twos\nline one.wav,Ann,,121,\n",
        encoding="utf-8",
    )
    summary = shot.parent / "summary.json"
    assert headless.main(["sync", "--csv", str(table), "--in-place", "--json", str(summary)]) == 0
    told = json.loads(summary.read_text(encoding="utf-8"))
    assert [line["character"] for line in told["lines"]] == ["Ann", "Bob", "Ann"]
    assert [line["language"] for line in told["lines"]] == ["English", "Spanish", "English"]
    ann = keyed(shot, "Ann")["jawOpen"]
    assert ann[0][0] < 10 and ann[-1][0] > 140
    assert 50 < keyed(shot, "Bob")["jawOpen"][0][0] < 65
    assert len(bpy.context.scene.sequence_editor.strips if hasattr(bpy.types.SequenceEditor, "strips") else "xxx") == 3


def test_one_wrong_line_and_nothing_is_saved(shot, sound, quick_ear, capfd):
    before = shot.read_bytes()
    table = shot.parent / "lines.csv"
    table.write_text(f"audio,object\n{sound},Ann\n{sound},Nobody\n", encoding="utf-8")
    assert headless.main(["sync", "--csv", str(table), "--in-place"]) == 1
    assert "lines.csv, line 3: There is no object 'Nobody'" in capfd.readouterr().err
    assert shot.read_bytes() == before


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--audio", "A.wav", "--in-place"], "No object is named"),
        (["--object", "Ann", "--in-place"], "One sound is needed"),
        (["--audio", "SOUND", "--object", "Ann", "--scene", "None", "--in-place"], "There is no scene 'None'"),
        (["--audio", "SOUND", "--object", "Ann", "--language", "tlh", "--in-place"], "There is no language 'tlh'"),
        (["--audio", "SOUND", "--object", "Ann", "--rig", "wood", "--in-place"], "There is no rig 'wood'"),
        (["--audio", "SOUND", "--object", "Ann", "--start", "soon", "--in-place"], "'start' is 'soon'; give a number"),
        (["--audio", "SOUND", "--object", "Ann", "--jaw", "7", "--in-place"], "The control 'jaw' is 7"),
        (["--audio", "SOUND", "--object", "Ann", "--save-as", "x/y/z.blend"], "is not there; make it first"),
        (["--audio", "SOUND", "--object", "Ann", "--save-as", "movie.mp4"], "ends in .blend"),
        (["--csv", "NONE", "--in-place"], "cannot be read"),
        (["--strip", "none", "--object", "Ann", "--in-place"], "There is no sound strip 'none'"),
    ],
)
def test_what_makes_no_sense_is_said_in_one_sentence(shot, sound, quick_ear, capfd, options, said):
    before = faces.fingerprint()
    given = [str(sound) if option == "SOUND" else option for option in options]
    assert headless.main(["sync", *given]) == 1
    told = [line for line in capfd.readouterr().err.splitlines() if line.startswith("lockstep:")]
    assert len(told) == 1 and said in told[0]
    assert faces.fingerprint() == before
    assert leftovers(shot.parent) == [shot.name]


def test_wrong_usage_is_exit_code_two(fresh, capfd):
    assert headless.main(["sync", "--audio", "a.wav", "--object", "Ann"]) == 2
    assert headless.main(["dance"]) == 2
    assert "--save-as" in capfd.readouterr().err


def test_an_unsaved_file_cannot_be_saved_in_place(fresh, sound, quick_ear, capfd):
    faces.make_face("Ann")
    assert headless.main(["sync", "--audio", str(sound), "--object", "Ann", "--in-place"]) == 1
    assert "has never been saved" in capfd.readouterr().err


def test_a_folder_that_cannot_be_written_is_said_before_the_work(shot, sound, quick_ear, monkeypatch, capfd):
    monkeypatch.setattr(os, "access", lambda path, _mode: Path(path) != shot.parent)
    target = shot.parent / "out.blend"
    before = faces.fingerprint()
    assert headless.main(["sync", "--audio", str(sound), "--object", "Ann", "--save-as", str(target)]) == 1
    assert "out.blend' cannot be written (its folder is closed to you); choose a place" in capfd.readouterr().err
    assert faces.fingerprint() == before and leftovers(shot.parent) == [shot.name]


def test_a_target_that_is_a_folder_is_refused(shot, sound, quick_ear, capfd):
    (shot.parent / "dir.blend").mkdir()
    given = ["sync", "--audio", str(sound), "--object", "Ann", "--save-as", str(shot.parent / "dir.blend")]
    assert headless.main(given) == 1
    assert "is a folder" in capfd.readouterr().err


def test_a_saving_that_fails_leaves_the_last_file_whole(shot, sound, quick_ear, monkeypatch, capfd):
    before = shot.read_bytes()

    def fail(self, _target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(shot), "replace", fail)
    assert headless.main(["sync", "--audio", str(sound), "--object", "Ann", "--in-place"]) == 1
    assert "cannot be written" in capfd.readouterr().err
    assert shot.read_bytes() == before and leftovers(shot.parent) == [shot.name]


def test_relative_sounds_still_lead_to_their_file_after_saving_elsewhere(shot, sound, quick_ear, tmp_path):
    from lockstep.addon.sound import strips

    (shot.parent / "beside.wav").write_bytes(sound.read_bytes())
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    out = elsewhere / "out.blend"
    assert headless.main(["sync", "--audio", "//beside.wav", "--object", "Ann", "--save-as", str(out)]) == 0
    bpy.ops.wm.open_mainfile(filepath=str(out))
    (strip,) = strips.sound_strips(bpy.context.scene)
    assert strips.sound_path(strip.sound).resolve() == (shot.parent / "beside.wav").resolve()


def test_the_same_line_twice_stands_on_one_strip(shot, sound, quick_ear):
    for _ in range(2):
        assert headless.main(["sync", "--audio", str(sound), "--object", "Ann", "--start", "5", "--in-place"]) == 0
        bpy.ops.wm.open_mainfile(filepath=str(shot))
    from lockstep.addon.sound import strips

    assert len(strips.sound_strips(bpy.context.scene)) == 1
