"""The command outside Blender: what it writes, what it says, and its exit codes."""

from __future__ import annotations

import csv
import subprocess
import sys
import wave
from collections.abc import Generator
from pathlib import Path

import numpy as np
import pytest
from made_sounds import buzz

from engine import cli
from engine.languages import codes
from engine.rig import bind, load_profiles
from engine.take import Audio, Phone, Phrase, Syllable, Take, Tracks, read_take, write_take

ROOT = Path(__file__).resolve().parents[2]
RATE = 16000


def write_wav(path: Path, samples: np.ndarray) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes((samples * 32767.0).astype("<i2").tobytes())
    return path


def a_take() -> Take:
    spoken = [("m", 0), ("ɑ", 1), ("p", 0), ("i", 0), ("f", 0), ("u", 1)]
    phones = tuple(
        Phone(round(0.2 + 0.1 * i, 3), round(0.3 + 0.1 * i, 3), p, 1.0, s) for i, (p, s) in enumerate(spoken)
    )
    openness = np.zeros(100, np.float32)
    openness[30:40] = 1.0
    energy = np.full(100, -80.0, np.float32)
    energy[20:80] = -20.0
    tracks = Tracks(0.01, openness, np.zeros(100, np.float32), energy, np.full(100, np.nan, np.float32))
    spans = (Syllable(0.2, 0.4, 1, 0.8), Syllable(0.4, 0.6, 3, 0.3), Syllable(0.6, 0.8, 5, 0.6))
    return Take(Audio("a.wav", "0" * 64, 1.0, RATE), "en", "x", None, phones, spans, (), (Phrase(0.2, 0.8),), tracks)


def table(path: Path) -> tuple[list[str], np.ndarray]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    return rows[0], np.array(rows[1:], np.float64)


def told(capsys: pytest.CaptureFixture[str]) -> str:
    """What was said on standard error: one line that is a sentence."""
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 1 and lines[0].startswith("lockstep: ") and lines[0].endswith(".")
    return lines[0]


def test_analyze_writes_a_take_beside_the_sound(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    audio = write_wav(tmp_path / "línea 声.wav", buzz(1.5))
    assert cli.main(["analyze", str(audio), "--language", "en-US", "--text", "Ba bi."]) == 0
    take = read_take(tmp_path / "línea 声.wav.take.json")
    assert (take.audio.file, take.audio.sample_rate, take.audio.duration) == (audio.name, RATE, 1.5)
    assert (take.language, take.transcript) == ("en", "Ba bi.")
    assert len(take.phones) > 1 and len(take.tracks.pitch) == 150
    said = capsys.readouterr()
    assert f"{len(take.phones)} phones" in said.out
    assert all(line.startswith("lockstep: ") and line.endswith(".") for line in said.err.splitlines())


def test_analyze_twice_writes_the_same_bytes(tmp_path: Path) -> None:
    audio = write_wav(tmp_path / "a.wav", buzz(1.5))
    for name in ("one", "two"):
        assert cli.main(["analyze", str(audio), "-o", str(tmp_path / name), "--pass", "quick"]) == 0
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert read_take(tmp_path / "one").language == "und"


def test_analyze_takes_its_text_from_a_file(tmp_path: Path) -> None:
    audio, text = write_wav(tmp_path / "a.wav", buzz(1.5)), tmp_path / "text.txt"
    text.write_bytes("\ufeffÇa va ?\n".encode())
    assert cli.main(["analyze", str(audio), "--text-file", str(text), "--language", "fr"]) == 0
    assert read_take(tmp_path / "a.wav.take.json").transcript == "Ça va ?\n"


def test_analyze_reads_the_text_and_times_its_words(tmp_path: Path) -> None:
    pytest.importorskip("espeakng_loader")
    audio = write_wav(tmp_path / "a.wav", buzz(1.5))
    assert cli.main(["analyze", str(audio), "--text", "Papa, *laughs* mama!", "--language", "es"]) == 0
    take = read_take(tmp_path / "a.wav.take.json")
    written = [word.text for word in take.words if word.text]
    assert written == ["Papa", "mama"] and take.transcript == "Papa, *laughs* mama!"


def test_analyze_puts_right_what_it_is_told(tmp_path: Path) -> None:
    audio = write_wav(tmp_path / "a.wav", buzz(1.5))
    told = ["--correct", "0.45-0.8=/fu/", "--correct", "0.9-1.2=//"]
    assert cli.main(["analyze", str(audio), "--language", "es", *told]) == 0
    take = read_take(tmp_path / "a.wav.take.json")
    assert [(one.start, one.end, one.said, one.kind) for one in take.corrections] == [
        (0.45, 0.8, "fu", "phones"),
        (0.9, 1.2, "", "phones"),
    ]
    middles = [(phone.ipa, (phone.start + phone.end) / 2) for phone in take.phones]
    assert [ipa for ipa, middle in middles if 0.4 < middle < 0.85] == ["f", "u"]
    assert not [ipa for ipa, middle in middles if 0.92 < middle < 1.18]


def test_one_line_says_the_language_found_and_the_doubtful_stretches(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sure = [0.9, 0.2, 0.9, 0.9, 0.9, 0.9] * 10
    phones = tuple(Phone(i / 10, i / 10 + 0.1, "a", value) for i, value in enumerate(sure))
    asked = []

    def listen(source: object, *, language: object, **given: object) -> Generator[object, None, Take]:
        asked.append(language)
        yield from ()
        return Take(Audio("a.wav", "0" * 64, 6.0, RATE), "it", "x", phones=phones, identified=0.914)

    monkeypatch.setattr("engine.listen.listen", listen)
    assert cli.main(["analyze", str(write_wav(tmp_path / "a.wav", buzz(1.5)))]) == 0
    assert asked == [None]
    said = capsys.readouterr().out
    assert "60 phones in 6.00 s (it, found, 91% sure); doubtful: 0.10-0.20, 0.70-0.80, " in said
    assert said.endswith("4.30-4.40 s and 2 more.\n")


@pytest.mark.parametrize(
    ("make", "more", "words"),
    [
        (None, [], "is not there"),
        (b"", [], "is empty"),
        (b"no sound at all" * 99, [], "is not"),
        (np.zeros(RATE), [], "No speech found"),
        (np.random.default_rng(0).normal(0.0, 0.1, RATE), [], "No speech found"),
        (buzz(0.05), [], "lasts only 0.050 s"),
        (buzz(1.5), ["--language", "xx"], "There is no language 'xx'"),
        (buzz(1.5), ["--text-file", "gone.txt"], "The text 'gone.txt' cannot be read"),
        (buzz(1.5), ["--correct", "0.2=/a/"], "'0.2=/a/' is no correction"),
        (buzz(1.5), ["--correct", "0.2-0.4=/日/"], "is no sound of the IPA"),
        (buzz(1.5), ["--correct", "2.2-2.4=/a/", "--language", "en"], "2.2"),
        (buzz(1.5), ["-o", "gone/a.json"], "is not there"),
        (buzz(1.5), ["-o", "."], "is a folder"),
    ],
)
def test_analyze_of_what_cannot_be_done_says_why_and_writes_nothing(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    make: object,
    more: list[str],
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    if isinstance(make, bytes):
        Path("a.wav").write_bytes(make)
    elif isinstance(make, np.ndarray):
        write_wav(Path("a.wav"), make)
    before = sorted(path.name for path in tmp_path.iterdir())
    assert cli.main(["analyze", "a.wav", *more]) == 1
    assert words in told(capsys)
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_the_sound_itself_is_never_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    audio = write_wav(tmp_path / "a.wav", buzz(1.5))
    before = audio.read_bytes()
    assert cli.main(["analyze", str(audio), "-o", str(audio)]) == 1
    assert "choose another name" in told(capsys)
    assert audio.read_bytes() == before


def test_curves_open_the_jaw_in_vowels_and_shut_the_lips_in_closures(tmp_path: Path) -> None:
    write_take(a_take(), tmp_path / "a.take.json")
    out = tmp_path / "a.csv"
    assert cli.main(["curves", str(tmp_path / "a.take.json"), "--rig", "arkit", "--fps", "60", "-o", str(out)]) == 0
    names, rows = table(out)
    assert names[0] == "seconds" and "jawOpen" in names and "mouthSmileLeft" in names
    assert rows.shape == (61, len(names))
    assert np.abs(rows[:, 0] - np.arange(61) / 60.0).max() < 1e-5
    assert rows[:, 1:].min() >= 0.0 and rows[:, 1:].max() <= 1.0
    jaw, close = rows[:, names.index("jawOpen")], rows[:, names.index("mouthClose")]
    gap = jaw - close
    assert gap[18:24].max() > 0.3
    assert gap[26:28].min() < 0.02


def test_curves_obey_their_controls(tmp_path: Path) -> None:
    write_take(a_take(), tmp_path / "a.json")
    peaks = []
    for intensity in ("0", "0.5", "1"):
        arguments = ["curves", str(tmp_path / "a.json"), "-o", str(tmp_path / "a.csv"), "--intensity", intensity]
        assert cli.main([*arguments, "--fps", "24"]) == 0
        names, rows = table(tmp_path / "a.csv")
        peaks.append(rows[:, names.index("jawOpen")].max())
    assert peaks[0] < 0.01 and peaks[0] < peaks[1] < peaks[2]


@pytest.mark.parametrize("rig", [profile.name for profile in load_profiles(cli.rigs_folder())])
def test_each_profile_gives_curves_for_keys_it_knows_itself(tmp_path: Path, rig: str) -> None:
    profile = next(profile for profile in load_profiles(cli.rigs_folder()) if profile.name == rig)
    names = cli.key_names(profile)
    assert len(set(names)) == len(names)
    bound = set(bind(profile, names).names)
    left = {name for name in names if name not in bound}
    assert all(any(row.stands_in and name.startswith(row.key) for row in profile.rows) for name in left)
    write_take(a_take(), tmp_path / "a.json")
    assert cli.main(["curves", str(tmp_path / "a.json"), "--rig", rig, "-o", str(tmp_path / "a.csv")]) == 0
    found, rows = table(tmp_path / "a.csv")
    assert found == ["seconds", *names]
    assert rows[:, 1:].max() > 0.1


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--rig", "nobody"], "There is no rig profile 'nobody'; choose one of arkit"),
        (["--fps", "0"], "frame rate is 0"),
        (["--fps", "nan"], "frame rate is nan"),
        (["--intensity", "3"], "'intensity' is 3"),
        (["--language", "xx"], "There is no language 'xx'"),
        (["-o", "a.json"], "choose another name"),
    ],
)
def test_curves_of_what_cannot_be_done_say_why_and_write_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, more: list[str], words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    write_take(a_take(), Path("a.json"))
    before = Path("a.json").read_bytes()
    assert cli.main(["curves", "a.json", "-o", "a.csv", *more]) == 1
    assert words in told(capsys)
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"] and Path("a.json").read_bytes() == before


def test_curves_of_a_broken_take_say_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.json").write_text("{}", encoding="utf-8")
    assert cli.main(["curves", str(tmp_path / "a.json"), "-o", str(tmp_path / "a.csv")]) == 1
    assert "is not a Lockstep take" in told(capsys)


def test_languages_and_rigs_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["languages"]) == 0
    listed = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert tuple(listed) == codes() and "und" in listed
    assert cli.main(["rigs"]) == 0
    listed = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert listed == sorted(path.stem for path in (ROOT / "rigs").glob("*.toml"))


@pytest.mark.parametrize("arguments", [[], ["sing"], ["analyze"], ["analyze", "a", "--pass", "slow"], ["curves", "a"]])
def test_wrong_usage_exits_with_two(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(arguments)
    assert caught.value.code == 2
    assert "usage: lockstep" in capsys.readouterr().err


def test_the_module_runs_as_a_program_and_says_nothing_in_vain(tmp_path: Path) -> None:
    audio = write_wav(tmp_path / "a.wav", buzz(1.5))
    command = [sys.executable, "-W", "error", "-m", "engine", "analyze", "--language", "en", str(audio)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (0, "")
    command[-1] = str(tmp_path / "gone.wav")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 1 and done.stdout == "" and done.stderr.count("\n") == 1


def test_progress_is_shown_on_a_terminal_only(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    audio = write_wav(tmp_path / "a.wav", buzz(1.5))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert cli.main(["analyze", str(audio), "--language", "en"]) == 0
    shown = capsys.readouterr().err
    assert "Reading" in shown and "Phones" in shown and "\n" not in shown


def test_listing_the_commands_needs_neither_numpy_nor_the_recognizer() -> None:
    code = (
        "import sys, engine.cli as c\n"
        "try: c.main(['--help'])\n"
        "except SystemExit: pass\n"
        "print(sorted(name for name in ('numpy', 'soundfile', 'engine.recognizer') if name in sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
