"""Files of timed phones that are wrong: one sentence for each thing, and what is sensible in them is used."""

from __future__ import annotations

import json
import math
import wave
from pathlib import Path

import numpy as np
import pytest
from made_sounds import RATE, buzz

from engine import cli
from engine.ears.files import ENDINGS, FileEar, Part, digest_of, read_phones, write_phones
from engine.errors import LockstepError, TakeError, UsageError
from engine.progress import drain
from engine.sound.source import ArraySource
from engine.take import Audio, Phone, Take, Word, read_take, to_json

DURATION = 2.0
SPOKEN = (Phone(0.2, 0.3, "m"), Phone(0.3, 0.5, "ɑ"), Phone(0.5, 0.6, "t"), Phone(1.0, 1.4, "u"), Phone(1.4, 1.6, "f"))
TAKE = Take(Audio("line.wav", "", DURATION, RATE), "en", "r", None, SPOKEN)
ROWS = [(0.2, 0.3, "M"), (0.3, 0.5, "AA1"), (0.5, 0.6, "T"), (1.0, 1.4, "UW1"), (1.4, 1.6, "F")]
Rows = list[tuple[float, float, str]]


def ctm(rows: Rows) -> str:
    return "".join(f"line 1 {start:g} {end - start:g} {label}\n" for start, end, label in rows)


def textgrid(rows: Rows, length: float = DURATION, tier: str = "phones") -> str:
    """A TextGrid with these intervals alone: Praat's own would fill the gaps between them."""
    body = "".join(f'{start}\n{end}\n"{label}"\n' for start, end, label in rows)
    head = f'File type = "ooTextFile"\nObject class = "TextGrid"\n\n0\n{length}\n<exists>\n1\n'
    return f'{head}"IntervalTier"\n"{tier}"\n0\n{length}\n{len(rows)}\n{body}'


def rhubarb(rows: Rows, length: float = DURATION) -> str:
    cues = [{"start": start, "end": end, "value": label} for start, end, label in rows]
    return json.dumps({"metadata": {"soundFile": "a.wav", "duration": length}, "mouthCues": cues})


def events(rows: list[tuple[float, str]]) -> str:
    return "".join(json.dumps({"time": time, "type": "viseme", "value": value}) + "\n" for time, value in rows)


def read(tmp_path: Path, text: str | bytes, duration: float = DURATION) -> tuple[Rows, list[str]]:
    path = tmp_path / "line.txt"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    told: list[str] = []
    phones = read_phones(path, duration, told.append)
    assert all(sentence.endswith(".") and "'line.txt'" in sentence for sentence in told)
    return [(phone.start, phone.end, phone.ipa) for phone in phones], told


def filled(rows: Rows) -> Rows:
    """The rows with silence in the gaps between them."""
    found: Rows = []
    for start, end, label in rows:
        if found and start > found[-1][1]:
            found.append((found[-1][1], start, "sil"))
        found.append((start, end, label))
    return found


CLEAN = [(0.2, 0.3, "m"), (0.3, 0.5, "ɑ"), (0.5, 0.6, "t"), (1.0, 1.4, "u"), (1.4, 1.6, "f")]


@pytest.mark.parametrize("form", [ctm, textgrid])
def test_clean_rows_are_read_without_a_word(tmp_path: Path, form: object) -> None:
    assert read(tmp_path, form(filled(ROWS))) == (CLEAN, [])  # type: ignore[operator]


@pytest.mark.parametrize("form", [ctm, textgrid])
def test_overlaps_end_where_the_next_begins(tmp_path: Path, form: object) -> None:
    rows = filled(ROWS)
    rows[1] = (0.3, 0.55, "AA1")
    found, told = read(tmp_path, form(rows))  # type: ignore[operator]
    assert found == CLEAN
    assert len(told) == 1
    assert "1 overlap (at 0.50 s)" in told[0]


@pytest.mark.parametrize("form", [ctm, textgrid])
def test_gaps_count_as_silence(tmp_path: Path, form: object) -> None:
    found, told = read(tmp_path, form(ROWS))  # type: ignore[operator]
    assert found == CLEAN
    assert len(told) == 1
    assert "1 gap (at 0.60 s)" in told[0]


def test_gaps_and_overlaps_of_mouth_shapes_are_told_too(tmp_path: Path) -> None:
    found, told = read(tmp_path, rhubarb([(0.0, 0.2, "X"), (0.2, 0.5, "A"), (0.4, 0.8, "D"), (1.0, 2.0, "X")]))
    assert found == [(0.2, 0.4, "m"), (0.4, 0.8, "ɑ")]
    assert ["overlap" in sentence for sentence in told] == [True, False]
    assert "gap" in told[1]


def test_one_phone_within_another_and_two_at_one_time_stay_apart(tmp_path: Path) -> None:
    found, told = read(tmp_path, ctm([(0.1, 1.0, "AA1"), (0.3, 0.4, "M"), (0.3, 0.5, "T"), (1.0, 1.5, "S")]))
    assert found == [(0.1, 0.3, "ɑ"), (0.3, 0.5, "t"), (1.0, 1.5, "s")]
    assert len(told) == 2


def test_rows_out_of_order_are_sorted_and_told(tmp_path: Path) -> None:
    rows = filled(ROWS)
    found, told = read(tmp_path, ctm([*rows[3:], *rows[:3]]))
    assert found == CLEAN
    assert len(told) == 1
    assert "not in order" in told[0]


def test_rows_without_length_are_left_out_and_told(tmp_path: Path) -> None:
    rows = filled(ROWS)
    found, told = read(tmp_path, ctm([*rows[:2], (0.5, 0.5, "S"), *rows[2:], (1.6, 1.55, "S"), (1.6, 1.6, "sil")]))
    assert found == CLEAN
    assert len(told) == 1
    assert "2 rows" in told[0]


def test_a_label_that_nobody_knows_is_a_neutral_vowel_and_told(tmp_path: Path) -> None:
    rows = filled(ROWS)
    rows[1] = (0.3, 0.5, "QQ7")
    found, told = read(tmp_path, ctm(rows))
    assert found[1] == (0.3, 0.5, "ə")
    assert read_phones(tmp_path / "line.txt", DURATION)[1].confidence < 0.45, "it is shown as doubtful"
    assert len(told) == 1
    assert "'QQ7'" in told[0]


def test_a_word_that_the_aligner_did_not_know_is_told(tmp_path: Path) -> None:
    found, told = read(tmp_path, textgrid(filled([*ROWS[:3], (1.0, 1.6, "spn")])))
    assert found[-1] == (1.0, 1.6, "ə")
    assert len(told) == 1
    assert "leaves open" in told[0]


def test_labels_that_are_no_phones_at_all_are_refused(tmp_path: Path) -> None:
    words = [(0.2, 0.6, "hello"), (1.0, 1.6, "world")]
    for text in (ctm(words), textgrid(words), rhubarb([(0.0, 0.5, "Q"), (0.5, 2.0, "Z")]), events([(10, "zz")])):
        with pytest.raises(UsageError, match="no phones that are known"):
            read(tmp_path, text)


def test_a_textgrid_without_a_tier_of_phones_names_those_it_has(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no tier of phones \(its interval tiers: 'words'\)"):
        read(tmp_path, textgrid([(0.2, 0.6, "m"), (1.0, 1.6, "a")], tier="words"))
    with pytest.raises(UsageError, match="no tier of phones"):
        read(tmp_path, 'File type = "ooTextFile"\nObject class = "TextGrid"\n0\n2\n<absent>\n')


@pytest.mark.parametrize(("unit", "name"), [(1e-3, "milliseconds"), (1e-7, "ticks of 100 ns")])
@pytest.mark.parametrize("form", ["ctm", "textgrid", "rhubarb"])
def test_times_in_another_unit_are_understood_and_told(tmp_path: Path, unit: float, name: str, form: str) -> None:
    rows = [(round(start / unit), round(end / unit), label) for start, end, label in filled(ROWS)]
    text = ctm([(s, e, label) for s, e, label in rows]) if form == "ctm" else textgrid(rows, DURATION / unit)
    if form == "ctm":
        text = "".join(f"line 1 {start} {end - start} {label}\n" for start, end, label in rows)
    if form == "rhubarb":
        text = rhubarb([(start, end, "X" if label == "sil" else "D") for start, end, label in rows], DURATION / unit)
    found, told = read(tmp_path, text)
    assert [found[0][0], found[-1][1]] == [0.2, 1.6]
    assert len(told) == 1
    assert f"is in {name}, not seconds" in told[0]


def test_speech_marks_in_seconds_are_understood_and_told(tmp_path: Path) -> None:
    found, told = read(tmp_path, events([(0.2, "p"), (0.5, "a"), (1.7, "sil")]))
    assert found == [(0.2, 0.5, "m"), (0.5, 1.7, "a")]
    assert len(told) == 1
    assert "is in seconds, not milliseconds" in told[0]


# ---- the same of every form: what it is to say, as it would write it

SHAPES = {"m": ("A", "21", "p"), "ɑ": ("D", "2", "a"), "f": ("G", "18", "f"), "": ("X", "0", "sil")}


def written(form: str, rows: Rows, unit: float, length: float) -> str:
    """Rows of IPA in a form, its times divided by `unit` (seconds in the file's)."""
    if form in ("TextGrid", "ctm"):
        whole = [(s / unit, e / unit, ipa or "sil") for s, e, ipa in rows]
        return textgrid(whole, length / unit) if form == "TextGrid" else ctm(whole)
    if form == "take":
        phones = tuple(Phone(s / unit, e / unit, ipa) for s, e, ipa in rows if ipa)
        return to_json(Take(Audio("line.wav", "", length / unit, RATE), "en", "r", None, phones))
    column = ("json", "azure", "polly").index(form) if form != "tsv" else 0
    cues = [(s / unit, e / unit, SHAPES[ipa][column] if ipa in SHAPES else ipa) for s, e, ipa in rows]
    if form == "json":
        return rhubarb(cues, length / unit)
    if form == "tsv":
        return "".join(f"{start:g}\t{value}\n" for start, _, value in [*cues, (length / unit, 0.0, "X")])
    if form == "polly":
        return events([(start, value) for start, _, value in [*cues, (length / unit, 0.0, "sil")]])
    listed = [*cues, (length / unit, 0.0, "0")]
    return json.dumps([{"AudioOffset": start, "VisemeId": value} for start, _, value in listed])


USUAL = {"azure": 1e-7, "polly": 1e-3}
FORMS = ("TextGrid", "ctm", "json", "tsv", "azure", "polly", "take")
PLAIN = [
    (0.0, 0.2, ""),
    (0.2, 0.4, "m"),
    (0.4, 0.9, "ɑ"),
    (0.9, 1.1, ""),
    (1.1, 1.3, "f"),
    (1.3, 1.7, "ɑ"),
    (1.7, 2.0, ""),
]


def as_spoken(rows: Rows) -> Rows:
    return [(start, end, "a" if ipa == "ɑ" else ipa) for start, end, ipa in rows if ipa]


@pytest.mark.parametrize("form", FORMS)
def test_each_form_is_read_without_a_word_in_its_own_unit(tmp_path: Path, form: str) -> None:
    found, told = read(tmp_path, written(form, PLAIN, USUAL.get(form, 1.0), DURATION))
    assert (as_spoken(found), told) == (as_spoken(PLAIN), [])


@pytest.mark.parametrize("form", FORMS[:-1])  # a take's are seconds
@pytest.mark.parametrize(("unit", "name"), [(1.0, "seconds"), (1e-3, "milliseconds"), (1e-7, "ticks of 100 ns")])
def test_each_form_in_another_unit_is_understood_and_told(tmp_path: Path, form: str, unit: float, name: str) -> None:
    usual = (1e-7, 1e-3) if form == "azure" else (USUAL.get(form, 1.0),)
    found, told = read(tmp_path, written(form, PLAIN, unit, DURATION))
    assert as_spoken(found) == as_spoken(PLAIN)
    assert len(told) == (unit not in usual)
    assert all(f"is in {name}, not " in sentence for sentence in told)


@pytest.mark.parametrize("form", FORMS)
def test_each_form_that_goes_beyond_the_sound_is_cut_off_there_and_told(tmp_path: Path, form: str) -> None:
    found, told = read(tmp_path, written(form, PLAIN, USUAL.get(form, 1.0), DURATION), 1.2)
    assert as_spoken(found) == [*as_spoken(PLAIN)[:2], (1.1, 1.2, "f")]
    assert any("beyond the sound's end at 1.20 s" in sentence for sentence in told)
    assert any("2.00 s long and its sound 1.20 s" in sentence for sentence in told) == (
        form in ("TextGrid", "json", "take")
    )
    with pytest.raises(UsageError, match=r"2\.00 s long and its sound 1\.20 s; give the file of this sound"):
        strictly(tmp_path, 1.2)


@pytest.mark.parametrize("form", ["TextGrid", "json", "take"])
def test_each_form_that_tells_its_length_may_not_be_far_too_short_either(tmp_path: Path, form: str) -> None:
    found, told = read(tmp_path, written(form, PLAIN, 1.0, DURATION), 3.0)
    assert as_spoken(found) == as_spoken(PLAIN)
    assert len(told) == 1 and "check that they belong together" in told[0]
    with pytest.raises(UsageError, match=r"2\.00 s long and its sound 3\.00 s; give the file of this sound"):
        strictly(tmp_path, 3.0)
    for near in (1.95, 2.4):
        strictly(tmp_path, near)


def strictly(tmp_path: Path, duration: float) -> None:
    """As the add-on reads the file that `read` has written."""
    source = ArraySource(np.zeros(round(duration * RATE), np.float32), RATE, "line.wav")
    drain(FileEar(tmp_path / "line.txt", strict=True).phones(source, None))


@pytest.mark.parametrize("form", FORMS[:-1])  # a take's phones are IPA, and are what they are
def test_each_form_with_a_label_that_nobody_knows_has_a_neutral_vowel_there(tmp_path: Path, form: str) -> None:
    rows = [*PLAIN[:4], (1.1, 1.3, "99" if form == "azure" else "Q" if form in ("tsv", "json") else "qq7"), *PLAIN[5:]]
    found, told = read(tmp_path, written(form, rows, USUAL.get(form, 1.0), DURATION))
    assert found[2] == (1.1, 1.3, "ə")
    assert len(told) == 1 and "1 unknown label" in told[0]


# ---- lengths


@pytest.mark.parametrize("length", [1.2, 2.6, 9.0])
def test_a_file_for_a_sound_of_another_length_is_told(tmp_path: Path, length: float) -> None:
    for text in (
        textgrid(filled(ROWS), length),
        rhubarb([(0.0, 0.2, "X"), (0.2, 1.2, "D"), (1.2, length, "X")], length),
    ):
        told = read(tmp_path, text)[1]
        assert len(told) == 1
        assert f"is {length:.2f} s long and its sound 2.00 s" in told[0]


def test_phones_beyond_the_sounds_end_are_left_out_and_told(tmp_path: Path) -> None:
    found, told = read(tmp_path, ctm(filled(ROWS)), 1.2)
    assert found == [*CLEAN[:3], (1.0, 1.2, "u")]
    assert len(told) == 1
    assert "2 phones" in told[0]
    assert "1.20 s" in told[0]


def test_a_file_with_nothing_within_the_sound_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no phone within the sound's 0\.20 s"):
        read(tmp_path, ctm([(0.5, 0.6, "M"), (0.6, 0.7, "AA1")]), 0.2)
    with pytest.raises(UsageError, match="no phone"):
        read(tmp_path, ctm([(0.0, 2.0, "sil")]))


def test_times_before_the_start_are_cut_there(tmp_path: Path) -> None:
    assert read(tmp_path, ctm([(-0.2, 0.3, "M"), (0.3, 1.5, "AA1")]))[0] == [(0.0, 0.3, "m"), (0.3, 1.5, "ɑ")]


@pytest.mark.parametrize("time", ["x", "nan", "inf", "-", "1e999"])
def test_a_time_that_is_no_number_names_its_line(tmp_path: Path, time: str) -> None:
    rows = ctm(filled(ROWS)).splitlines()
    rows[2] = f"line 1 {time} 0.1 T"
    with pytest.raises(UsageError, match=r"Line 3 of 'line\.txt' has"):
        read(tmp_path, "\n".join(rows))


@pytest.mark.parametrize("time", [None, "soon", math.nan, True, [1], {}])
def test_a_time_in_json_that_is_no_number_names_its_place(tmp_path: Path, time: object) -> None:
    for text, place in (
        (json.dumps({"mouthCues": [{"start": time, "end": 1.0, "value": "A"}]}), "Cue 1"),
        (json.dumps([{"time": time, "type": "viseme", "value": "p"}]), "Speech mark 1"),
    ):
        with pytest.raises(UsageError, match=place):
            read(tmp_path, text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\n",
        "Dear diary, today I went to the sea.",
        "{",
        "[1, 2",
        "[]",
        "{}",
        "null",
        '{"mouthCues": 3}',
        '{"mouthCues": []}',
        '{"mouthCues": [1]}',
        '[{"visemeId": 3}]',
        "[" * 5000,
        "\x00\x01\x02",
        b"\xff\xfe\x00",
        b"\x89PNG\r\n\x1a\n\x00\x00\xff",
        b"ooBinaryFile\x08TextGrid\x00",
        'File type = "ooTextFile"\nObject class = "PitchTier"\n0\n2\n1\n',
        textgrid(ROWS)[:120],
        textgrid(ROWS)[:-12],
        textgrid(ROWS).replace("\n5\n", "\n-5\n", 1),
        textgrid(ROWS).replace("\n5\n", "\n900\n", 1),
        "0.0\tA\tmore\n0.5\tB\n1.0\tC\n1.5\tX\n",
        "line A * * <ALT_BEGIN>\nline A * * <ALT>\n",
    ],
)
def test_what_is_no_list_of_phones_is_refused_with_one_sentence(tmp_path: Path, text: str | bytes) -> None:
    with pytest.raises(UsageError) as caught:
        read(tmp_path, text)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


def test_a_broken_take_is_refused_as_takes_are(tmp_path: Path) -> None:
    with pytest.raises(TakeError, match=r"'line\.txt'"):
        read(tmp_path, '{"format": "lockstep.take", "version": 2, "phones": [{"start": 2}]}')
    with pytest.raises(TakeError, match="not a Lockstep take"):
        read(tmp_path, '{"format": "lockstep.score", "version": 1}')


def test_a_file_far_too_large_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "film.mp4").open("wb") as file:
        file.truncate(65_000_000)
    for work in (lambda path: read_phones(path, DURATION), digest_of):
        with pytest.raises(UsageError, match="too large for a list of phones"):
            work(tmp_path / "film.mp4")


def test_a_file_that_is_not_there_or_a_folder_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "no.ctm", tmp_path):
        with pytest.raises(UsageError, match="cannot be read"):
            read_phones(path, DURATION)


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_file_cut_off_anywhere_is_read_or_refused_with_a_sentence(tmp_path: Path, ending: str) -> None:
    write_phones(TAKE, tmp_path / f"a{ending}")
    whole = (tmp_path / f"a{ending}").read_bytes()
    for length in range(0, len(whole), max(1, len(whole) // 40)):
        try:
            found, _ = read(tmp_path, whole[:length])
        except LockstepError as error:
            assert str(error).endswith(".")
        else:
            assert all(0.0 <= start < end <= DURATION for start, end, _ in found)


# ---- a part of a sound


def part_of(path: Path, start: float, stop: float, whole: float = DURATION) -> tuple[Rows, tuple[Word, ...], list[str]]:
    told: list[str] = []
    ear = FileEar(path, told.append, part=Part(start, stop, whole), strict=True)
    source = ArraySource(np.zeros(round((stop - start) * RATE), np.float32), RATE, "line.wav")
    phones = drain(ear.phones(source, None))
    return [(phone.start, phone.end, phone.ipa) for phone in phones], ear.words, told


def test_a_file_of_a_whole_sound_serves_a_part_of_it(tmp_path: Path) -> None:
    path = tmp_path / "line.TextGrid"
    words = (Word(0.2, 0.6, "mat"), Word(1.0, 1.6, "oof"))
    write_phones(Take(TAKE.audio, "en", "r", None, SPOKEN, (), words), path)
    found, said, told = part_of(path, 0.4, 1.2)
    assert found == [(0.0, 0.1, "ɑ"), (0.1, 0.2, "t"), (0.6, 0.8, "u")]
    assert said == (Word(0.0, 0.2, "mat"), Word(0.6, 0.8, "oof"))
    assert told == []
    with pytest.raises(UsageError, match=r"no phone between 1\.70 and 2\.00 s"):
        part_of(path, 1.7, 2.0)


def test_a_file_that_is_as_long_as_the_part_is_of_the_part(tmp_path: Path) -> None:
    path = tmp_path / "line.TextGrid"
    path.write_text(textgrid(filled([(0.1, 0.3, "M"), (0.3, 0.7, "AA1")]), 0.8), encoding="utf-8")
    assert part_of(path, 0.4, 1.2) == ([(0.1, 0.3, "m"), (0.3, 0.7, "ɑ")], (), [])
    with pytest.raises(UsageError, match=r"0\.80 s long and its sound 2\.00 s"):
        part_of(path, 0.4, 1.4)


def test_words_without_visemes_are_refused_with_what_to_ask_for(tmp_path: Path) -> None:
    polly = '{"time":6,"type":"word","start":0,"end":4,"value":"Mary"}\n'
    azure = json.dumps([{"AudioOffset": 500000, "Duration": 1000000, "Text": "Mary", "BoundaryType": "Word"}])
    for text in (polly, polly * 2, azure):
        with pytest.raises(UsageError, match="words of a speech service and no visemes; ask the service"):
            read(tmp_path, text)


# ---- the command


def test_help_names_every_form_that_can_be_written(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["analyze", "--help"])
    said = capsys.readouterr().out
    assert [ending for ending in ENDINGS if ending not in said] == []
    assert "allosaurus" in said


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    path = tmp_path / "line.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes((buzz(DURATION) * 32767.0).astype("<i2").tobytes())
    return path


def test_analyze_takes_the_phones_of_a_file(sound: Path, capsys: pytest.CaptureFixture[str]) -> None:
    grid = sound.with_name("line.TextGrid")
    grid.write_text(textgrid(ROWS), encoding="utf-8")
    assert cli.main(["analyze", str(sound), "--phones", str(grid), "--language", "en"]) == 0
    take = read_take(sound.with_name("line.wav.take.json"))
    assert [(phone.start, phone.end, phone.ipa) for phone in take.phones] == CLEAN
    assert (take.recognizer, take.language) == ("file line.TextGrid", "en")
    assert capsys.readouterr().err.count("gap") == 1


def test_analyze_writes_phones_for_other_programs_and_takes_them_back(sound: Path) -> None:
    kept, saved = sound.with_name("a.take.json"), sound.with_name("b.TextGrid")
    write_phones(TAKE, kept)
    again = sound.with_name("c.take.json")
    assert cli.main(["analyze", str(sound), "--phones", str(kept), "-o", str(again), "--save-phones", str(saved)]) == 0
    assert cli.main(["analyze", str(sound), "--phones", str(saved), "-o", str(sound.with_name("d.take.json"))]) == 0
    first, second = read_take(again), read_take(sound.with_name("d.take.json"))
    assert [(p.start, p.end, p.ipa) for p in first.phones] == [(p.start, p.end, p.ipa) for p in second.phones] == CLEAN
    assert (first.language, second.language) == ("en", "und")


@pytest.mark.parametrize(
    "options",
    [
        ["--phones", "no.ctm"],
        ["--phones", "line.wav"],
        ["--recognizer", "nobody"],
        ["--save-phones", "line.json"],
        ["--save-phones", "line.wav"],
    ],
)
def test_analyze_refuses_in_one_sentence_and_writes_nothing(
    sound: Path, options: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(sound.parent)
    assert cli.main(["analyze", "line.wav", *options]) != 0
    said = capsys.readouterr().err.strip()
    assert said.startswith("lockstep: ")
    assert said.count("\n") == 0
    assert [path.name for path in sound.parent.iterdir()] == ["line.wav"]
