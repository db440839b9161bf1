"""`lockstep swap` and `lockstep curves --score`: acting carried to another voice, from files to files."""

from __future__ import annotations

import csv
import json
import struct
import wave
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from made_sounds import buzz

from engine import cli
from engine.mouth import Controls
from engine.placing.report import SwapReport
from engine.score import Curve, Edit, EditedKey, Emphasis, Gesture, Pin, Score, anchor, take_id, time_of
from engine.score.file import read_score, write_score
from engine.take import Audio, Phone, Phrase, Syllable, Take, Tracks, read_take, write_take

SAID = "m ɑ p i f u t ɛ s o b a n i k u l e ʃ ɑ d o m u v i".split()
VOWELS = "ɑiuɛoae"
LEFT_OUT = slice(14, 18)


def make_take(name: str, pace: float, said: list[str]) -> Take:
    """A take that says so: 100 ms a phone times `pace`, from 0.3 s on, in one phrase."""
    step = 0.1 * pace
    phones = tuple(
        Phone(round(0.3 + step * i, 3), round(0.3 + step * (i + 1), 3), ipa, 1.0, int(ipa in VOWELS))
        for i, ipa in enumerate(said)
    )
    syllables = tuple(Syllable(one.start, one.end, i, 0.5) for i, one in enumerate(phones) if one.ipa in VOWELS)
    count = round((phones[-1].end + 0.4) / 0.01)
    flat = np.zeros(count, np.float32)
    tracks = Tracks(0.01, flat, flat, np.full(count, -20.0, np.float32), np.full(count, np.nan, np.float32))
    audio = Audio(f"{name}.wav", name[0] * 64, count / 100, 16000)
    phrases = (Phrase(phones[0].start, phones[-1].end),)
    return Take(audio, "en", "tests", None, phones, syllables, (), phrases, tracks)


OLD = make_take("a", 1.0, SAID)
NEW = make_take("b", 1.5, SAID)
SHORTER = make_take("c", 1.2, [ipa for i, ipa in enumerate(SAID) if i not in range(*LEFT_OUT.indices(99))])


def middle(take: Take, ipa: str) -> float:
    """The middle of the first such phone."""
    phone = next(phone for phone in take.phones if phone.ipa == ipa)
    return (phone.start + phone.end) / 2


def key_at(seconds: float, value: float) -> EditedKey:
    return EditedKey(anchor(OLD, seconds), value, (-0.03, 0.0), (0.03, 0.0))


def edit(id: str, name: str, seconds: float, value: float, part: str = "mouth") -> Edit:
    """One key made by hand on a curve."""
    borders = anchor(OLD, seconds - 0.08), anchor(OLD, seconds + 0.08)
    return Edit(id, Curve(name, part=part), *borders, keys=(key_at(seconds, value),))


def acting() -> Score:
    """A pin, a gesture, an emphasis; an edit of the mouth at 's', and one of a key that no profile knows at 'b'."""
    return Score(
        emphases=(Emphasis("emphasis-1", anchor(OLD, middle(OLD, "o")), 0.8),),
        gestures=(Gesture("gesture-1", anchor(OLD, middle(OLD, "ʃ")), "nod"),),
        pins=(Pin("pin-1", anchor(OLD, middle(OLD, "k")), "u"),),
        edits=(
            edit("edit-1", "mouthPucker", middle(OLD, "s"), 0.93),
            edit("edit-2", 'hat, "tilted"', middle(OLD, "b"), 1.7, "face"),
        ),
    )


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the takes and the acting, in which the command runs."""
    monkeypatch.chdir(tmp_path)
    for name, take in (("old", OLD), ("new", NEW), ("shorter", SHORTER)):
        write_take(take, Path(f"{name}.take.json"))
    write_score(acting(), Path("s.score.json"))
    return tmp_path


def swap(*more: str, new: str = "new.take.json") -> int:
    return cli.main(["swap", "old.take.json", new, *more])


def table(path: str) -> tuple[list[str], np.ndarray]:
    with Path(path).open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    return rows[0], np.array(rows[1:], np.float64)


def value(path: str, name: str, seconds: float) -> float:
    """What a table holds under `name` at the row nearest to `seconds`."""
    names, rows = table(path)
    return float(rows[int(np.argmin(np.abs(rows[:, 0] - seconds))), names.index(name)])


def test_the_acting_is_carried_to_its_sounds_in_the_new_take(folder: Path) -> None:
    assert swap("--score", "s.score.json", "-o", "out.score.json") == 0
    found = read_score("out.score.json")
    places = {item.id: item for item in found.items()}
    assert set(places) == {item.id for item in acting().items()}
    assert time_of(places["gesture-1"].at, NEW) == pytest.approx(middle(NEW, "ʃ"), abs=0.001)
    assert time_of(places["pin-1"].at, NEW) == pytest.approx(middle(NEW, "k"), abs=0.001)
    assert time_of(places["edit-1"].keys[0].at, NEW) == pytest.approx(middle(NEW, "s"), abs=0.001)
    assert places["edit-1"].keys[0].value == 0.93


def test_edits_stand_on_the_curves_of_the_new_take_at_their_sounds(folder: Path) -> None:
    assert swap("--score", "s.score.json", "--curves", "plain.csv", "--fps", "100") == 0
    assert swap("--curves", "bare.csv", "--fps", "100") == 0
    at = middle(NEW, "s")
    assert value("plain.csv", "mouthPucker", at) == pytest.approx(0.93, abs=0.01)
    assert value("bare.csv", "mouthPucker", at) < 0.5
    assert value("plain.csv", "jawOpen", at) == pytest.approx(value("bare.csv", "jawOpen", at), abs=0.05)
    late = NEW.phones[-3].end
    assert value("plain.csv", "mouthPucker", late) == pytest.approx(value("bare.csv", "mouthPucker", late), abs=1e-4)


def test_a_key_that_the_profile_does_not_know_has_a_column_of_its_own(folder: Path) -> None:
    assert swap("--score", "s.score.json", "--curves", "c.csv", "--fps", "100") == 0
    names, rows = table("c.csv")
    assert names[-1] == 'hat, "tilted"'
    assert rows[:, -1].max() == pytest.approx(1.7, abs=0.01)
    assert value("c.csv", 'hat, "tilted"', middle(NEW, "b")) == pytest.approx(1.7, abs=0.01)


@pytest.mark.parametrize(("count", "told"), [(1, "1 edit was made on a layer"), (2, "2 edits were made on layers")])
def test_edits_of_layers_are_carried_over_but_not_in_the_curves(
    count: int, told: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edits = acting().edits[:count]
    above = tuple(replace(one, curve=replace(one.curve, layer="by hand")) for one in edits)
    write_score(Score(edits=above), Path("s.score.json"))
    assert swap("--score", "s.score.json", "-o", "out.score.json", "--curves", "c.csv", "--fps", "100") == 0
    assert told in capsys.readouterr().err
    assert [one.curve.layer for one in read_score("out.score.json").edits] == ["by hand"] * count
    assert value("c.csv", "mouthPucker", middle(NEW, "s")) < 0.5


def test_what_is_no_longer_said_is_kept_with_its_reason(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = ["-o", "out.score.json", "--report", "r.json"]
    assert swap("--score", "s.score.json", *files, new="shorter.take.json") == 0
    told = SwapReport.from_json(Path("r.json").read_text(encoding="utf-8"))
    gone = {line.id: line for line in told.items if line.status == "unplaced"}
    assert set(gone) == {"pin-1"} and gone["pin-1"].reason.endswith(".")
    assert gone["pin-1"].reason in capsys.readouterr().out
    kept = {item.id: item for item in read_score("out.score.json").items()}
    assert kept["pin-1"].at == acting().pins[0].at
    assert kept["gesture-1"].at.take == take_id(read_take("shorter.take.json"))


def test_there_and_back_gives_the_first_acting_again(folder: Path) -> None:
    assert swap("--score", "s.score.json", "-o", "there.score.json") == 0
    back = ["swap", "new.take.json", "old.take.json", "--score", "there.score.json", "-o", "back.score.json"]
    assert cli.main(back) == 0
    for one, other in zip(acting().items(), read_score("back.score.json").items(), strict=True):
        places = [(item.keys[0].at if isinstance(item, Edit) else item.at) for item in (one, other)]
        first, again = (time_of(place, OLD) for place in places)
        assert again == pytest.approx(first, abs=0.002)


def test_the_report_says_in_lines_what_became_of_each_item(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert swap("--score", "s.score.json") == 0
    said = capsys.readouterr()
    assert said.out.startswith("5 items: 5 at their sound, 0 moved, 0 unplaced.\n") and said.err == ""
    assert "x 1.50" in said.out


def test_the_map_is_a_picture_of_the_match(folder: Path) -> None:
    assert swap("--map", "m.png") == 0
    data = Path("m.png").read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", data[16:24])
    assert width >= 300 and height >= 200


def test_without_acting_the_takes_are_matched_all_the_same(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert swap("--report", "r.json") == 0
    assert json.loads(Path("r.json").read_text(encoding="utf-8"))["kind"] == "same text"
    assert capsys.readouterr().out.startswith("There was no acting to carry over.\n")


def test_a_sound_is_heard_on_the_way(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with wave.open("new.wav", "wb") as file:
        file.setparams((1, 2, 16000, 0, "NONE", ""))
        file.writeframes((buzz(1.5) * 32767.0).astype("<i2").tobytes())
    assert swap("--score", "s.score.json", "-o", "out.score.json", "--language", "en", new="new.wav") == 0
    assert "does not seem to say the same text" in capsys.readouterr().out
    assert {item.id for item in read_score("out.score.json").items()} == {item.id for item in acting().items()}


def test_curves_perform_the_acting_of_their_own_take(folder: Path) -> None:
    assert cli.main(["curves", "old.take.json", "--score", "s.score.json", "-o", "a.csv", "--fps", "100"]) == 0
    assert cli.main(["curves", "old.take.json", "-o", "b.csv", "--fps", "100"]) == 0
    at = middle(OLD, "s")
    assert value("a.csv", "mouthPucker", at) == pytest.approx(0.93, abs=0.01)
    assert value("b.csv", "mouthPucker", at) < 0.5


def test_a_control_that_is_asked_for_goes_before_the_scores_style(folder: Path) -> None:
    write_score(replace(Score(), style=Controls(intensity=0.5)), Path("half.score.json"))
    peaks = {}
    for name, more in {"half": ["--score", "half.score.json"], "plain": [], "asked": ["--intensity", "0.5"]}.items():
        assert cli.main(["curves", "old.take.json", "-o", f"{name}.csv", *more]) == 0
        names, rows = table(f"{name}.csv")
        peaks[name] = rows[:, names.index("jawOpen")].max()
    assert peaks["half"] == pytest.approx(peaks["asked"]) and peaks["half"] < peaks["plain"]
    over = ["--score", "half.score.json", "--intensity", "1"]
    assert cli.main(["curves", "old.take.json", "-o", "over.csv", *over]) == 0
    assert Path("over.csv").read_bytes() == Path("plain.csv").read_bytes()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["-o", "x.score.json"], "There is no acting to carry over"),
        (["--score", "gone.score.json", "-o", "x.score.json"], "gone.score.json"),
        (["--score", "new.take.json", "-o", "x.score.json"], "is not a Lockstep score"),
        (["--score", "s.score.json", "-o", "s.score.json"], "choose another name"),
        (["--score", "s.score.json", "-o", "x", "--report", "x"], "is to be written twice"),
        (["--map", "gone/m.png"], "is not there"),
        (["--map", "old.take.json"], "choose another name"),
        (["--rig", "arkit"], "name their file with --curves"),
        (["--fps", "24"], "name their file with --curves"),
        (["--curves", "c.csv", "--rig", "nobody"], "There is no rig profile 'nobody'"),
        (["--curves", "c.csv", "--fps", "0"], "frame rate is 0"),
        (["--text", "Hello."], "a text belongs to a sound"),
    ],
)
def test_a_swap_that_cannot_be_done_says_why_and_writes_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str], more: list[str], words: str
) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert swap(*more) == 1
    said = capsys.readouterr()
    assert words in said.err and said.err.startswith("lockstep: ") and said.err.count("\n") == 1 and said.out == ""
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize(("old", "new"), [("gone.take.json", "new.take.json"), ("old.take.json", "gone.wav")])
def test_a_take_that_is_not_there_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str], old: str, new: str
) -> None:
    assert cli.main(["swap", old, new, "--map", "m.png"]) == 1
    assert "is not there" in capsys.readouterr().err and not Path("m.png").exists()


def test_a_score_of_a_newer_version_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = json.loads(Path("s.score.json").read_text(encoding="utf-8"))
    Path("s.score.json").write_text(json.dumps(data | {"version": 99}), encoding="utf-8")
    assert swap("--score", "s.score.json", "-o", "x.score.json") == 1
    assert "newer" in capsys.readouterr().err and not Path("x.score.json").exists()
