"""Swaps without a window: another recording or take, acting from a file and into one; saved, or untouched."""

from __future__ import annotations

import json

import bpy
import faces
import pytest
import voice
from lockstep.addon import headless
from lockstep.addon.lines import spans, takes
from lockstep.engine.score.file import read_score
from lockstep.engine.take import read_take
from test_swap import edit, frame_of, middle, peak, points, sync


@pytest.fixture
def shot(fresh, studio, tmp_path):
    """A saved file in which 'Face' speaks 'anna' from frame 11 on, one key changed by hand: its path, the recording."""
    faces.activate(faces.make_face("Face"))
    anna = studio.record("anna")
    sync(audio=anna.path, frame=11, language="en")
    edit(middle(anna, 8), 0.97)
    folder = tmp_path / "work"
    folder.mkdir()
    path = folder / "shot.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(path))
    return path, anna


def run(*options) -> int:
    return headless.main(["sync", *map(str, options)])


def opened(path):
    bpy.ops.wm.open_mainfile(filepath=str(path))
    face = bpy.context.scene.objects["Face"]
    return face, spans.line_at(face, 11)


def test_another_recording_and_back_with_a_report_in_the_summary(shot, studio, capfd):
    path, _ = shot
    bert = studio.record("bert", speed=0.8)
    before = points()
    summary = path.parent / "summary.json"
    assert run("--swap", bert.path, "--object", "Face", "--language", "en", "--in-place", "--json", summary) == 0
    (told,) = json.loads(summary.read_text(encoding="utf-8"))["lines"]
    assert told["label"] == "bert" and told["swap"]["kind"] == "same text"
    assert [item["status"] for item in told["swap"]["items"]] == ["matched"]
    assert "1 item: 1 at its sound" in capfd.readouterr().out
    _, line = opened(path)
    assert line.take == 1 and peak(about=frame_of(middle(bert, 8)), reach=3)[1] == pytest.approx(0.97, abs=0.01)
    assert run("--take", "anna", "--object", "Face", "--in-place") == 0
    _, line = opened(path)
    assert line.take == 0
    for name, keys in points().items():
        assert [key[:2] for key in keys] == [pytest.approx(key[:2], abs=1e-3) for key in before[name]]
    assert run("--take", "2", "--object", "Face", "--in-place") == 0
    assert opened(path)[1].take == 1
    assert len(studio.asked) == 2


def test_acting_and_take_are_written_to_files_and_acting_read_again(shot, tmp_path):
    path, anna = shot
    score, take = tmp_path / "acting.json", tmp_path / "take.json"
    files = ("--save-score", score, "--save-take", take)
    assert run("--take", "1", "--object", "Face", *files, "--in-place") == 0
    (found,) = read_score(score).edits
    assert found.curve.name == "jawOpen"
    assert [phone.ipa for phone in read_take(take).phones] == [ipa for _, _, ipa in anna.phones]
    _, line = opened(path)
    takes.set_score(line, takes.score_of(line))
    assert run("--score", score, "--object", "Face", "--in-place") == 0
    _, line = opened(path)
    assert takes.score_of(line).edits == read_score(score).edits


def test_a_line_that_is_there_keeps_what_no_option_changes(shot):
    path, anna = shot
    again = ("--audio", anna.path, "--object", "Face", "--start", 11, "--language", "en", "--in-place")
    assert run(*again, "--intensity", 1.4) == 0
    assert run(*again, "--jaw", 0.8) == 0
    style = takes.score_of(opened(path)[1]).style
    assert (style.intensity, style.jaw, style.lips) == (1.4, 0.8, 1.0)


def test_acting_from_a_file_goes_onto_a_line_that_is_new(shot, studio, tmp_path):
    path, _ = shot
    score = tmp_path / "acting.json"
    assert run("--take", "1", "--object", "Face", "--save-score", score, "--in-place") == 0
    faces.make_face("Bob", place=(5, 0, 0))
    carl = studio.record("carl", speed=0.9)
    given = ("--audio", carl.path, "--object", "Bob", "--start", 11, "--language", "en", "--score", score)
    assert run(*given, "--in-place") == 0
    bpy.ops.wm.open_mainfile(filepath=str(path))
    bob = bpy.context.scene.objects["Bob"]
    (line,) = bob.lockstep_spans
    assert len(takes.score_of(line).edits) == 1
    assert peak(about=frame_of(middle(carl, 8)), reach=4, thing=bob)[1] == pytest.approx(0.97, abs=0.02)


def test_several_swaps_come_from_a_csv_beside_their_sounds(shot, studio):
    path, _ = shot
    for name in ("bert", "carl"):
        recording = studio.record(name, speed=0.9 if name == "bert" else 1.1)
        (path.parent / recording.path.name).write_bytes(recording.path.read_bytes())
    table = path.parent / "lines.csv"
    table.write_text("swap,object,language\nbert.wav,Face,en\ncarl.wav,Face,en\n", encoding="utf-8")
    assert run("--csv", table, "--in-place") == 0
    assert [item.label for item in opened(path)[1].takes] == ["anna", "bert", "carl"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--swap", "NONE.wav", "--object", "Face"], "NONE.wav' is not there"),
        (["--swap", "SILENT", "--object", "Face"], "No speech found in 'silent.wav'"),
        (["--take", "eva", "--object", "Face"], "has no take 'eva'; its takes are 'anna'"),
        (["--take", "1", "--object", "Bob"], "'Bob' speaks no line yet"),
        (["--score", "NONE.json", "--object", "Face"], "NONE.json"),
        (["--score", "SILENT", "--object", "Face"], "silent.wav"),
        (["--take", "1", "--object", "Face", "--save-score", "x/y/z.json"], "is not there; make it first"),
        (["--swap", "SILENT", "--object", "Face", "--jaw", "9"], "The control 'jaw' is 9"),
        (["--object", "Face"], "One sound is needed"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_the_file_stays(shot, capfd, options, said):
    path, _ = shot
    faces.make_face("Bob", place=(5, 0, 0))
    silent = path.parent / "silent.wav"
    voice.write_wav(silent, voice.np.zeros(16000, voice.np.float32))
    before, bytes_before = faces.fingerprint(), path.read_bytes()
    given = [str(silent) if option == "SILENT" else option for option in options]
    assert run(*given, "--in-place") == 1
    told = [text for text in capfd.readouterr().err.splitlines() if text.startswith("lockstep:")]
    assert len(told) == 1 and said in told[0]
    assert faces.fingerprint() == before and path.read_bytes() == bytes_before


def test_the_help_tells_of_swaps_takes_and_acting(capfd):
    assert run("--help") == 0
    said = capfd.readouterr().out
    assert all(option in said for option in ("--swap", "--take", "--score", "--save-score", "--save-take"))
    assert "another recording" in said
