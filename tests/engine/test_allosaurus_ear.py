"""Phones with real lengths out of Allosaurus' scores, and the ear as a whole."""

from __future__ import annotations

import json
import wave
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import made_allosaurus as made
import numpy as np
import pytest
from numpy.typing import NDArray

from engine import cli
from engine.ears import PhoneEar, PosteriorEar, ear_named
from engine.ears.allosaurus import open_ear, read_folder
from engine.ears.allosaurus.folder import VARIABLE
from engine.ears.allosaurus.peaks import Peak, conditional, peaks
from engine.ears.allosaurus.pieces import Piece, pieces, samples_of
from engine.ears.allosaurus.timing import Scores, Sounding, timed
from engine.ears.allosaurus.units import written
from engine.errors import UsageError
from engine.languages import load
from engine.listen import listen
from engine.progress import Progress, drain
from engine.sound.source import ArraySource
from engine.take import Phone, read_take

HOP = 0.03  # seconds of a row of scores
FIRST = 0.0125
UNITS = ("<blk>", *made.UNITS)
ALL = frozenset(range(len(UNITS)))
NUMBERS = {unit: number for number, unit in enumerate(UNITS)}

Said = Sequence[tuple[float, float, str]]


def peaky(said: Said, seconds: float, sharp: float = 8.0) -> NDArray[np.float32]:
    """Scores as a network trained by CTC gives them: blank, but for one row in the middle of each phone.

    Beside the blank it still prefers the phone that sounds.
    """
    rows = int(seconds / HOP)
    scores = np.random.default_rng(3).normal(0.0, 0.3, (rows, len(UNITS))).astype(np.float32)
    scores[:, 0] += sharp
    for start, end, unit in said:
        middle = round(((start + end) / 2.0 - FIRST) / HOP)
        inside = [row for row in range(rows) if start <= FIRST + row * HOP < end]
        scores[inside, NUMBERS[unit]] += 2.0
        scores[middle, NUMBERS[unit]] += 2.0 * sharp
    return scores


def sounding(said: Said, seconds: float) -> Sounding:
    """Loud where something but a stop sounds, 30 dB quieter elsewhere; abrupt where phones meet."""
    count = round(seconds / 0.01)
    level, change = np.full(count, -15.0), np.full(count + 1, 0.3)
    for start, end, unit in said:
        first, last = round(start / 0.01), round(end / 0.01)
        level[first:last] = -10.0 if unit == "p" else 15.0
        change[[first, last]] = 2.0
    return Sounding(level, change)


SAID = (
    (0.30, 0.37, "m"), (0.37, 0.55, "a"), (0.55, 0.67, "p"), (0.67, 0.74, "i"), (0.74, 0.90, "s"),
    (1.40, 1.52, "a"), (1.52, 1.60, "n"), (1.60, 1.86, "a"),
)  # fmt: skip


def decoded(said: Said, seconds: float = 2.4) -> tuple[Phone, ...]:
    scores = peaky(said, seconds)
    opinion = Scores(conditional(scores, ALL), FIRST, HOP)
    return timed(peaks(scores, ALL, UNITS), opinion, sounding(said, seconds), load("en"))


def test_phones_last_as_long_as_they_sound() -> None:
    heard = decoded(SAID)
    assert [phone.ipa for phone in heard] == [unit for _, _, unit in SAID]
    off = [
        abs(found - true)
        for phone, (start, end, _) in zip(heard, SAID, strict=True)
        for found, true in ((phone.start, start), (phone.end, end))
    ]
    assert max(off) <= 0.03
    assert np.mean(off) <= 0.01
    assert len({round(phone.end - phone.start, 2) for phone in heard}) >= 5


def test_phones_touch_or_stand_apart_by_a_pause() -> None:
    heard = decoded(SAID)
    gaps = [round(right.start - left.end, 3) for left, right in pairwise(heard)]
    assert all(gap == 0.0 or gap >= 0.12 for gap in gaps)
    assert sum(gap > 0.3 for gap in gaps) == 1


def test_a_closure_belongs_to_its_stop_and_no_pause() -> None:
    heard = decoded(((0.3, 0.5, "a"), (0.5, 0.64, "p"), (0.64, 0.8, "a")))
    assert [phone.ipa for phone in heard] == ["a", "p", "a"]
    assert heard[1].end - heard[1].start == pytest.approx(0.14, abs=0.03)


def test_the_same_phone_after_a_blank_is_another_one() -> None:
    heard = decoded(((0.3, 0.42, "a"), (0.42, 0.6, "a")))
    assert [phone.ipa for phone in heard] == ["a", "a"]
    assert heard[0].end == heard[1].start


def scored(*winners: str) -> NDArray[np.float32]:
    scores = np.zeros((len(winners), len(UNITS)), np.float32)
    scores[np.arange(len(winners)), [NUMBERS[unit] for unit in winners]] = 9.0
    return scores


def test_peaks_are_runs_of_one_winner() -> None:
    found = peaks(scored("<blk>", "m", "m", "<blk>", "m", "a", "<blk>"), ALL, UNITS)
    assert [(peak.ipa, peak.first, peak.last) for peak in found] == [("m", 1, 2), ("m", 4, 4), ("a", 5, 5)]
    assert all(0.9 < peak.confidence <= 1.0 for peak in found)


def test_touching_peaks_of_like_phones_are_one_and_a_mark_of_length_adds_none() -> None:
    found = peaks(scored("i", "I", "<blk>", "a", "ː", "<blk>", "n", "nj", "ː"), ALL, UNITS)
    assert [(peak.ipa, peak.first, peak.last) for peak in found] == [("i", 0, 1), ("a", 3, 4), ("n", 6, 8)]


def test_a_phone_that_the_language_lacks_is_never_heard() -> None:
    scores = scored("u", "u", "<blk>")
    scores[:2, NUMBERS["i"]] = 5.0
    allowed = ALL - {NUMBERS["u"]}
    assert [peak.ipa for peak in peaks(scores, allowed, UNITS)] == ["i"]
    assert np.exp(conditional(scores, allowed)).sum(axis=1) == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize(
    ("unit", "ipa"),
    [
        ("t͡ʃ", "tʃ"),
        ("I", "ɪ"),
        ("ә", "ə"),
        ("nj", "nʲ"),
        ("gʲj", "ɡʲ"),
        ("ij", "i"),
        ("uə", "uə"),
        ("ː", ""),
        ("pf", "pf"),
    ],
)
def test_units_are_written_as_one_phone(unit: str, ipa: str) -> None:
    assert written(unit) == ipa


def test_peaks_beyond_the_sound_are_left_out() -> None:
    peak = Peak("a", NUMBERS["a"], 30, 31, 0.9)
    assert timed([peak], Scores(np.zeros((40, 13), np.float32), FIRST, HOP), sounding((), 0.5), load("en")) == ()
    assert timed([], Scores(np.zeros((4, 13), np.float32), FIRST, HOP), sounding((), 0.5), load("en")) == ()


def test_a_long_sound_is_cut_where_it_is_quiet_and_silence_is_left_out() -> None:
    energy = np.full(20000, -20.0, np.float32)
    energy[2200:2240] = -60.0
    energy[9000:15000] = -90.0
    found = list(pieces(energy))
    assert 2200 <= found[0].end <= 2240
    assert all(500 <= piece.end - piece.start <= 3000 for piece in found)
    heard = np.zeros(len(energy), bool)
    for piece in found:
        assert piece.before == max(0, piece.start - 100) and piece.after == min(20000, piece.end + 100)
        heard[piece.start : piece.end] = True
    assert heard[energy > -30.0].all()
    assert not heard.all()


def test_samples_of_pieces_are_those_of_the_sound() -> None:
    samples = np.arange(80000, dtype=np.float32)
    wanted = [Piece(0, 300, 0, 400), Piece(300, 500, 200, 600), Piece(800, 1000, 700, 1000)]
    got = list(samples_of(wanted, (samples[at : at + 7000] for at in range(0, 80000, 7000)), 8000))
    for piece, some in zip(wanted, got, strict=True):
        assert np.array_equal(some, samples[piece.before * 80 : piece.after * 80])


def voiced(seconds: float) -> ArraySource:
    """A voice at 16 kHz that says different vowels with pauses."""
    times = np.arange(int(seconds * 16000)) / 16000
    buzz = sum(np.sin(2.0 * np.pi * 110.0 * n * times + n) * (1.0 + np.sin(7.0 * n * times)) / n for n in range(1, 40))
    shape = np.clip(3.0 * np.sin(2.0 * np.pi * 1.3 * times) + 1.0, 0.0, 1.0)
    noise = np.random.default_rng(2).standard_normal(len(times))
    return ArraySource((0.05 * shape * buzz + 0.0005 * noise).astype(np.float32), 16000, "voice.wav")


def test_the_ear_gives_phones_in_order_with_progress_and_the_same_each_time(tmp_path: Path) -> None:
    ear = open_ear(made.folder(tmp_path / "uni2005"), plain=True)
    assert isinstance(ear, PhoneEar)
    assert ear.name == "allosaurus-uni2005"
    source = voiced(65.0)
    steps: list[Progress] = []
    running = ear.phones(source, load("en"))
    while True:
        try:
            steps.append(next(running))
        except StopIteration as end:
            phones = end.value
            break
    assert len(phones) > 50
    assert {phone.ipa for phone in phones} <= set(made.ENGLISH)
    assert all(left.end <= right.start for left, right in pairwise(phones))
    assert phones[-1].end <= source.duration and phones[-1].end > 60.0
    shares = [step.fraction for step in steps]
    assert shares == sorted(shares) and shares[-1] <= 1.0
    assert drain(ear.phones(source, load("en"))) == phones


def test_a_sound_too_short_for_the_network_has_no_phones(tmp_path: Path) -> None:
    ear = open_ear(made.folder(tmp_path / "uni2005"), plain=True)
    assert drain(ear.phones(ArraySource(np.full(320, 0.3, np.float32), 16000), None)) == ()


def test_listen_makes_a_take_of_what_it_hears(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(made.folder(tmp_path / "uni2005")))
    take = drain(listen(voiced(4.0), language=load("en"), recognizer=ear_named("allosaurus")))
    assert take.recognizer == "allosaurus-uni2005"
    assert take.phones and take.syllables
    assert len(take.tracks.openness) == 400


def test_a_language_without_a_list_is_told(tmp_path: Path) -> None:
    told: list[str] = []
    ear = open_ear(made.folder(tmp_path / "uni2005"), plain=True, remark=told.append)
    for code, count in (("en", 0), ("und", 0), (None, 0), ("ko", 1)):
        told.clear()
        heard = drain(ear.phones(voiced(2.0), load(code) if code else None))
        assert heard and len(told) == count
    assert told == [
        f"The model 'uni2005' has no list of the sounds of Korean; it listened for all of its {len(made.UNITS)}."
    ]
    assert isinstance(ear_named("lockstep", told.append), PosteriorEar)


def test_a_list_of_the_models_may_be_named_for_a_language_without_a_table(tmp_path: Path) -> None:
    path = made.folder(tmp_path / "uni2005")
    rows = json.loads((path / "inventory" / "index.json").read_text(encoding="utf-8"))
    rows.append({"LanguageName": "Georgian", "ISO6393": "kat", "GlottoCode": "nucl1302", "phonelists": "kat.txt"})
    (path / "inventory" / "index.json").write_text(json.dumps(rows), encoding="utf-8")
    (path / "inventory" / "kat.txt").write_text("p\nu\nə\n", encoding="utf-8")
    told: list[str] = []
    for code in ("kat", "KAT", "nucl1302"):
        ear = open_ear(path, plain=True, remark=told.append, inventory=code)
        assert ear.name == f"allosaurus-uni2005 {code}"
        phones = drain(ear.phones(voiced(3.0), load("und")))
        assert phones and {phone.ipa for phone in phones} <= {"p", "u", "ə"}
    assert told == []
    for code in ("xyz", ""):
        with pytest.raises(UsageError, match=r"no list of sounds '.*'; give the ISO 639-3 code .*\(eng, kat"):
            read_folder(path).require_listed(code)
    with pytest.raises(UsageError, match="no list of sounds 'xyz'"):
        open_ear(path, plain=True, inventory="xyz")


def test_the_ear_by_its_name_says_where_its_model_belongs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "nowhere"))
    with pytest.raises(UsageError, match=r"nowhere' is not there; unpack .*uni2005"):
        ear_named("allosaurus")


def test_analyze_listens_with_a_models_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model, audio, out = made.folder(tmp_path / "uni2005"), tmp_path / "line.wav", tmp_path / "line.take.json"
    samples = np.concatenate(list(voiced(2.0).blocks(16000)))
    with wave.open(str(audio), "wb") as file:
        file.setparams((1, 2, 16000, 0, "NONE", ""))
        file.writeframes((samples * 32767.0).astype("<i2").tobytes())
    asked = ["analyze", str(audio), "--language", "en", "-o", str(out), "--allosaurus-model", str(model)]
    assert cli.main(asked) != 0
    assert "add --recognizer allosaurus" in capsys.readouterr().err and not out.exists()
    assert cli.main([*asked, "--recognizer", "allosaurus", "--inventory", "xyz"]) != 0
    assert "no list of sounds 'xyz'" in capsys.readouterr().err and not out.exists()
    assert cli.main([*asked, "--recognizer", "allosaurus"]) == 0
    assert read_take(out).recognizer == "allosaurus-uni2005"


def test_a_name_that_cannot_be_shown_is_not_shown(tmp_path: Path) -> None:
    path = made.folder(tmp_path / "uni2005")
    for name in (b"a\x1b[2J", b"b" * 500):
        (path / "model.pt").write_bytes(b"\x80\x02c" + name + b"\nc\n.")
        with pytest.raises(UsageError, match="names something, which is no part"):
            open_ear(path, plain=True)
