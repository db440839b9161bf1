"""A shot examined, and the command for exported curves: what is said, written, refused, and its exit code."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from made_faces import BY_NAME, key_infos, key_names
from made_voice import parts_of, say
from test_cli import RATE, write_wav

from engine import cli
from engine.check.mouth import MouthTrack
from engine.check.result import Fault, SyncCheck, Timing
from engine.check.seen import Seen, SeenPart
from engine.errors import LockstepError, UsageError
from engine.examine import Asked, Examination, as_json, examine, told
from engine.examine.curves_file import seen_in_table, seen_on_rig
from engine.examine.examining import in_time
from engine.languages import load
from engine.mouth import Controls
from engine.mouth.file import write_face
from engine.perform import face_curves, perform
from engine.progress import drain
from engine.rig import Binding, Grid, bind, sample
from engine.sound.source import FileSource
from engine.take import Audio, Phone, Take

FPS = 24.0
WORDS = (
    "m:90 ɑ:180 p:110 i:150 _:250 s:120 u:170 m:90 ɛ:160 b:100 ɑ:200 _:300 f:110 i:140 t:90 ɑ:210 m:100 u:180 _:280",
    "b:100 ɛ:170 s:110 ɑ:190 p:110 u:160 m:90 i:170 _:260 n:90 ɑ:200 m:100 ɛ:150 ʃ:130 i:160 b:100 u:190 _:400",
)
LINE = "_:300 " + " ".join(WORDS)


def reading() -> Take:
    """What is said in LINE."""
    parts = parts_of(LINE)
    phones = tuple(Phone(start, end, ipa, 0.95) for ipa, start, end in parts if ipa != "_")
    return Take(Audio("line.wav", "0" * 64, parts[-1][2], RATE), "en", "made", phones=phones)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_wav(tmp_path_factory.mktemp("sound") / "línea 声.wav", say(LINE))


def shot(late: float = 0.0, fps: float = FPS, speed: float = 1.0) -> tuple[Seen, Binding]:
    """An ARKit face that speaks LINE, `late` seconds of it too late, played at `speed`."""
    keys = key_infos(key_names(BY_NAME["arkit"]))
    curves = drain(perform(reading(), load("en"), BY_NAME["arkit"], keys, Controls(), Grid(fps / speed)))
    times = np.arange(0.0, reading().audio.duration, speed / fps)
    made = {curve.name: column for curve, column in zip(curves, sample(curves, times - late).T, strict=True)}
    values = np.stack([made.get(key.name, np.zeros(len(times))) for key in keys], axis=1)
    seen = Seen(times, (SeenPart("Face", tuple(keys), values),), fps, (0.0, reading().audio.duration), speed)
    return seen, bind(BY_NAME["arkit"], [key.name for key in keys])


def examined(sound: Path, late: float = 0.0, asked: Asked | None = None) -> Examination:
    return drain(examine(FileSource(sound), *shot(late), asked or Asked(load("en"))))


def test_a_face_that_is_with_its_sound_passes_and_needs_no_advice(sound: Path) -> None:
    found = examined(sound)
    assert found.check.verdict == "pass" and found.advice == ()
    assert found.check.events is not None and abs(found.check.events.offset) < 0.5 / FPS
    assert found.take is not None and found.take.language == "en"
    assert found.sound is not None and found.budget is not None and found.norms is not None


@pytest.mark.parametrize("speed", [0.5, 2.0])
def test_a_shot_that_plays_slower_or_faster_is_laid_against_its_budget_as_it_plays(sound: Path, speed: float) -> None:
    usual = examined(sound).budget
    played = drain(examine(FileSource(sound), *shot(speed=speed), Asked(load("en")))).budget
    assert usual is not None and played is not None and played.fps == FPS
    assert played.rate == pytest.approx(usual.rate * speed, rel=0.1)
    assert played.counts["closure"] == usual.counts["closure"]
    assert (len(played.overruns) > len(usual.overruns)) is (speed > 1.0)
    starts = {phone.start for phone in reading().phones}
    assert all(min(abs(one.start - start) for start in starts) < 0.1 for one in played.overruns)


def test_offset_and_drift_are_taken_out_at_any_speed() -> None:
    times = np.linspace(0.0, 10.0, 101)
    track = MouthTrack(times, *(np.zeros(101) for _ in range(4)))
    timing = Timing(0.1, 0.02, 0.0, 0.0, 0.0, 0.0, 0.0, 9, 0.9, 5.0)
    check = SyncCheck("look", (), timing, None, 0, (), 1.0, 0.9, FPS, 2.0)
    shown = in_time(track, check).times
    assert shown[50] == pytest.approx(5.0 - 2.0 * 0.1)  # as heard 0.1 s, of the sound twice as much
    assert np.diff(shown) == pytest.approx(0.1 * (1.0 - 0.02))  # for each second of it 20 ms, at any speed


@pytest.mark.parametrize("frames", [-4, 4])
def test_a_face_that_is_four_frames_off_is_told_by_how_much_and_which_way(sound: Path, frames: int) -> None:
    found = examined(sound, frames / FPS)
    timing = found.check.events
    assert timing is not None and timing.offset * FPS == pytest.approx(frames, abs=0.6)
    assert found.check.verdict in ("look", "fail") and "offset" in [fault.kind for fault in found.check.faults]
    said = "\n".join(line.text for line in told(found))
    assert ("mouth late" if frames > 0 else "mouth early") in said and found.advice


def test_what_is_told_begins_with_the_verdict_and_gives_frames_and_milliseconds(sound: Path) -> None:
    lines = told(examined(sound))
    assert (lines[0].kind, lines[0].text) == ("verdict", "In sync.")
    assert {"figure", "budget", "norm"} <= {line.kind for line in lines}
    heard = next(line.text for line in lines if line.text.startswith("By what is heard"))
    assert "frames (" in heard and " ms)" in heard and "early" in heard and "late" in heard


def test_an_examination_is_plain_json_without_tuples_or_numbers_that_are_none(sound: Path) -> None:
    text = json.dumps(as_json(examined(sound)), allow_nan=False)
    data = json.loads(text)
    assert data["format"] == "lockstep.examination" and data["check"]["verdict"] == "pass"
    assert data["language"] == "en" and {"sound", "budget", "norms", "advice"} <= set(data)


def test_without_a_sound_the_scene_alone_decides(sound: Path) -> None:
    seen, binding = shot()
    unknown = drain(examine(None, seen, binding, Asked()))
    assert unknown.check.verdict == "unknown" and unknown.take is None and unknown.sound is None
    gone = Fault("no sound", 0.0, 1.0, "The strip is muted.", "Let it be heard.", grave=True)
    failed = drain(examine(None, seen, binding, Asked(circumstances=(gone,))))
    assert failed.check.verdict == "fail" and failed.check.reasons == ("The strip is muted.",)
    assert any(line.kind == "fault" and line.grave for line in told(failed))
    json.dumps(as_json(failed), allow_nan=False)


def test_a_sound_without_speech_is_no_error_but_cannot_tell(tmp_path: Path) -> None:
    quiet = write_wav(tmp_path / "quiet.wav", np.zeros(3 * RATE))
    found = examined(quiet)
    assert found.check.verdict == "unknown" and found.take is None and found.sound is not None
    assert "No speech found" in found.check.reasons[0]


def test_closing_an_examination_midway_leaves_nothing_open(sound: Path) -> None:
    work = examine(FileSource(sound), *shot(), Asked(load("en")))
    for _ in range(3):
        next(work)
    work.close()
    moved = sound.rename(sound.with_suffix(".moved"))
    moved.rename(sound)


# The command


def exported(folder: Path, late: float = 0.0) -> Path:
    """A table of the shot, as 'lockstep curves' writes it."""
    seen, _ = shot(late)
    part = seen.parts[0]
    rows = [",".join(["seconds", *(key.name for key in part.keys)])]
    rows += [",".join(f"{one:.5f}" for one in (at, *row)) for at, row in zip(seen.times, part.values, strict=True)]
    path = folder / f"late {late:g}.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_the_command_tells_writes_and_draws(sound: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report, drawing = tmp_path / "report.json", tmp_path / "plot.png"
    wanted = ["--language", "en", "--json", str(report), "--plot", str(drawing), "--strict"]
    assert cli.main(["check", str(exported(tmp_path)), str(sound), *wanted]) == 0
    assert capsys.readouterr().out.startswith("In sync.\n")
    assert json.loads(report.read_text(encoding="utf-8"))["check"]["verdict"] == "pass"
    assert drawing.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


def test_a_dash_prints_json_and_nothing_else(sound: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", str(exported(tmp_path)), str(sound), "--language", "en", "--json", "-"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["check"]["verdict"] == "pass" and "In sync." in err.splitlines()


def test_a_failed_shot_exits_with_three_only_where_that_is_asked_for(sound: Path, tmp_path: Path) -> None:
    call = ["check", str(exported(tmp_path, 0.5)), str(sound), "--language", "en"]
    assert cli.main(call) == 0
    assert cli.main([*call, "--strict"]) == 3


def test_a_sound_that_begins_later_in_the_curves_is_placed_there(sound: Path, tmp_path: Path) -> None:
    seen = seen_in_table(exported(tmp_path), None, 0.25, 4.0)
    assert seen.times[0] == pytest.approx(-0.25) and seen.fps == pytest.approx(FPS, abs=0.01)
    assert seen.heard == (0.0, 4.0) and seen_in_table(exported(tmp_path), 30.0, 0.0, 4.0).fps == 30.0


def test_a_face_is_shown_on_the_rig_with_most_shapes(sound: Path, tmp_path: Path) -> None:
    path = tmp_path / "line.face.json"
    face = face_curves(reading(), load("en"), Controls())
    write_face(face, path)
    assert cli.main(["check", str(path), str(sound), "--language", "en", "--strict"]) == 0
    profile = BY_NAME["arkit"]
    seen, binding = seen_on_rig(face, profile, tuple(key_names(profile)), 30.0, 0.0, 6.0)
    assert seen.fps == 30.0 and binding.names and seen.parts[0].values.max() > 0.3
    with pytest.raises(UsageError, match="frames a second"):
        seen_on_rig(face, profile, tuple(key_names(profile)), 0.5, 0.0, 6.0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "first column 'seconds'"),
        ("time,jawOpen\n0,0\n1,0\n", "first column 'seconds'"),
        ("seconds\n0\n1\n", "a column for each key"),
        ("seconds,jawOpen,jawOpen\n0,0,0\n1,0,0\n", "each once"),
        ("seconds,jawOpen\n0,0\n0,1\n", "do not rise"),
        ("seconds,jawOpen\n0,0\n1,x\n", "line 3"),
        ("seconds,jawOpen\n0,0\n1,nan\n", "line 3"),
        ("seconds,jawOpen\n0,0\n1\n", "line 3"),
        ("seconds,jawOpen\n0,0\n20,0\n40,0\n", "frames a second"),
    ],
)
def test_a_table_that_is_none_gets_one_sentence(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LockstepError, match=said) as caught:
        seen_in_table(path, None, 0.0, 4.0)
    assert "bad.csv" in str(caught.value)


@pytest.mark.parametrize(
    ("curves", "options", "said"),
    [
        ("gone.csv", [], "gone.csv"),
        ("line.csv", ["--rig", "nobody"], "nobody"),
        ("line.csv", ["--medium", "cinema"], "cinema"),
        ("line.csv", ["--plot", "line.csv"], "what is read"),
        ("line.csv", ["--budget", "own.toml", "--json", "own.toml"], "what is read"),
        ("line.csv", ["--at", "nan"], "cannot begin at nan"),
        ("line.face.json", ["--fps", "0"], "0 frames a second"),
        ("other.csv", [], "No rig profile fits"),
        ("line.face.json", ["--rig", "arkit"], "not made for a rig"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_written(
    sound: Path, tmp_path: Path, curves: str, options: list[str], said: str, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    exported(tmp_path).rename("line.csv")
    Path("other.csv").write_text("seconds,nose,ear\n0,0,0\n1,0,1\n", encoding="utf-8")
    write_face(face_curves(reading(), load("en"), Controls()), "line.face.json")
    Path("own.toml").write_text("", encoding="utf-8")
    there = sorted(path.name for path in tmp_path.iterdir())
    assert cli.main(["check", curves, str(sound), "--json", "report.json", *options]) == 1
    err = capsys.readouterr().err
    assert said in err and err.count("lockstep: ") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == there


def test_a_face_that_is_looked_at_twice_is_found_to_be_the_same(sound: Path) -> None:
    assert as_json(examined(sound)) == as_json(examined(sound))
