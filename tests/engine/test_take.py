"""Takes and their JSON: written and read back, old ones read, new and broken ones refused."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.errors import OutputError, TakeError
from engine.take import (
    Audio,
    Correction,
    Phone,
    Phrase,
    Syllable,
    Take,
    Tracks,
    Word,
    from_json,
    read_take,
    to_json,
    write_take,
)


def track(*values: float) -> np.ndarray:
    return np.array(values, np.float32)


def a_take() -> Take:
    return Take(
        Audio("línea 1.wav", "ab" * 32, 3.21, 48000),
        "en",
        "lockstep-2",
        'He said: "ʃ" …',
        (Phone(0.12, 0.185, "m", 0.93), Phone(0.185, 0.31, "ɑ", 0.8, 1), Phone(0.5, 0.6, "tʃ")),
        (Syllable(0.12, 0.31, 1, 0.7, 1, 3, (-2.5, -3.0, -1.25, 0.0, 4.5)), Syllable(0.5, 0.6, 2, 0.0)),
        (Word(0.12, 0.31, "ma"), Word(0.31, 0.31, "ta", "unsaid", 0.9), Word(0.5, 0.6, "", "extra", 0.4)),
        (Phrase(0.12, 0.6),),
        Tracks(0.01, track(0.0, 0.512, 1.0), track(0, 0, 0.25), track(-120, -23.4, -5), track(math.nan, 121.5, 90)),
        (
            Correction(0.5, 0.6, "tʃ", "phones"),
            Correction(0.12, 0.31, "ma", "word"),
            Correction(0.7, 0.8, "", "phones"),
        ),
        0.875,
    )


def data() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(to_json(a_take()))
    return loaded


def test_a_take_comes_back_from_json_as_it_was() -> None:
    before, after = a_take(), from_json(to_json(a_take()))
    for name in ("audio", "language", "recognizer", "transcript", "phones", "syllables", "words", "phrases"):
        assert getattr(after, name) == getattr(before, name)
    for name in ("corrections", "identified"):
        assert getattr(after, name) == getattr(before, name)
    for name in ("openness", "rounding", "energy", "pitch"):
        values = getattr(after.tracks, name)
        assert values.dtype == np.float32
        assert np.array_equal(values, getattr(before.tracks, name), equal_nan=True)
    assert to_json(after) == to_json(before)


def test_the_json_has_the_form_that_is_published() -> None:
    found = data()
    assert list(found) == [
        *("format", "version", "audio", "language", "identified", "recognizer", "transcript"),
        *("phones", "syllables", "words", "phrases", "corrections", "tracks"),
    ]
    assert (found["format"], found["version"], found["identified"]) == ("lockstep.take", 2, 0.875)
    assert found["audio"] == {"file": "línea 1.wav", "sha256": "ab" * 32, "duration": 3.21, "sample_rate": 48000}
    assert found["phones"][1] == {"start": 0.185, "end": 0.31, "ipa": "ɑ", "confidence": 0.8, "stress": 1}
    assert found["syllables"][0] == {
        **{"start": 0.12, "end": 0.31, "nucleus": 1, "prominence": 0.7},
        **{"stress": 1, "tone": 3, "pitch": [-2.5, -3.0, -1.25, 0.0, 4.5]},
    }
    assert found["words"][0] == {"start": 0.12, "end": 0.31, "text": "ma", "status": "said", "confidence": 1.0}
    assert found["corrections"][0] == {"start": 0.5, "end": 0.6, "said": "tʃ", "kind": "phones"}
    assert found["tracks"]["pitch"] == [None, 121.5, 90.0]
    assert found["tracks"]["openness"] == [0.0, 0.512, 1.0]


def test_values_of_numpy_are_written_as_plain_numbers() -> None:
    take = Take(Audio("a", "b", 1.0, 8000), "en", "x", phones=(Phone(np.float64(0.1), np.float64(0.25), "a"),))  # type: ignore[arg-type]
    assert json.loads(to_json(take))["phones"][0]["end"] == 0.25


def test_a_file_is_written_and_read_whatever_its_name(tmp_path: Path) -> None:
    path = tmp_path / "Zeile ä 声.take.json"
    write_take(a_take(), path)
    assert to_json(read_take(path)) == path.read_text(encoding="utf-8") == to_json(a_take())
    assert [item.name for item in tmp_path.iterdir()] == [path.name]


def test_a_target_that_cannot_be_written_is_named_and_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="is not there"):
        write_take(a_take(), tmp_path / "none" / "a.take.json")
    assert not list(tmp_path.iterdir())


def test_what_a_take_may_leave_out_has_its_default() -> None:
    found = data()
    for key in ("words", "phrases", "syllables", "transcript", "tracks", "corrections", "identified"):
        del found[key]
    for phone in found["phones"]:
        del phone["stress"], phone["confidence"]
    found["a later thing"] = {"unknown": True}
    take = from_json(json.dumps(found))
    assert (take.words, take.phrases, take.syllables, take.transcript) == ((), (), (), None)
    assert (take.corrections, take.identified) == ((), None)
    assert len(take.tracks.openness) == 0
    assert take.phones[1] == Phone(0.185, 0.31, "ɑ", 1.0, 0)


def test_a_take_of_version_1_is_read_with_the_defaults_of_what_it_lacks() -> None:
    found = data() | {"version": 1}
    del found["corrections"], found["identified"]
    found["syllables"] = [{"start": 0.12, "end": 0.31, "nucleus": 1, "prominence": 0.7}]
    found["words"] = [{"start": 0.12, "end": 0.31, "text": "ma"}]
    take = from_json(json.dumps(found))
    assert take.syllables == (Syllable(0.12, 0.31, 1, 0.7, 0, 0, ()),)
    assert take.words == (Word(0.12, 0.31, "ma", "said", 1.0),)
    assert (take.corrections, take.identified) == ((), None)


def test_a_take_from_a_newer_program_is_refused_by_its_version() -> None:
    with pytest.raises(TakeError, match=r"'x\.json' is a take of version 3, newer than this program reads \(2\)"):
        from_json(json.dumps(data() | {"version": 3, "phones": "in a new form"}), "'x.json'")


def put(*way: str | int, to: object) -> str:
    """The take's JSON with one value replaced, or taken out where it is replaced by `del`."""
    found: Any = data()
    inner = found
    for step in way[:-1]:
        inner = inner[step]
    if to == "del":
        del inner[way[-1]]
    else:
        inner[way[-1]] = to
    return json.dumps(found)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is not JSON"),
        ("{", "is not JSON"),
        ("[" * 100000, "is not JSON"),
        ("[1, 2]", "is not a Lockstep take"),
        ('{"format": "other"}', "is not a Lockstep take"),
        (put("version", to=0), "never was"),
        (put("version", to=True), "never was"),
        (put("version", to="del"), "never was"),
        (put("audio", to=[]), "audio should be an object"),
        (put("audio", "sample_rate", to="48000"), 'audio.sample_rate should be a whole number, not "48000"'),
        (put("audio", "duration", to=-1), "audio.duration should be a number, 0 to 4000, not -1"),
        (put("language", to=None), "language should be text, not nothing"),
        (put("transcript", to=7), "transcript should be text, not 7"),
        (put("phones", to={}), "phones should be a list"),
        (put("phones", 1, to=4), "phones[1] should be an object"),
        (put("phones", 1, "start", to="del"), "phones[1].start should be a number, 0 to 4000, not nothing"),
        (put("phones", 0, "start", to=True), "phones[0].start should be a number"),
        (put("phones", 0, "end", to=0.05), "its end must be after its start"),
        (put("phones", 0, "end", to=0.2), "before 'm' ends"),
        (put("phones", 0, "ipa", to=""), "has no letter"),
        (put("phones", 0, "stress", to=3), "phones[0].stress should be a number, 0 to 2"),
        (put("phones", 0, "confidence", to=1.5), "phones[0].confidence should be a number, 0 to 1"),
        (put("syllables", 0, "nucleus", to=3), "names phone 3 as its nucleus, but there are 3"),
        (put("syllables", 0, "nucleus", to=-1), "has nucleus -1"),
        (put("syllables", 0, "stress", to=1.5), "syllables[0].stress should be a whole number, 0 to 2, not 1.5"),
        (put("syllables", 0, "tone", to=6), "syllables[0].tone should be a number, 0 to 5"),
        (put("syllables", 0, "pitch", to=[1, 2]), "has 2 values of pitch"),
        (put("syllables", 0, "pitch", to=[None] * 5), "syllables[0].pitch should hold numbers, not nothing"),
        (put("words", 0, "status", to="sung"), "has the status 'sung'"),
        (put("words", 0, "end", to=0.12), "its end must be after its start"),
        (put("words", 1, "end", to=0.4), "its end must be its start"),
        (put("words", 0, "confidence", to=2), "words[0].confidence should be a number, 0 to 1"),
        (put("corrections", 0, "kind", to="line"), "has the kind 'line'"),
        (put("corrections", 1, "said", to=" "), "names no word"),
        (put("corrections", 0, "end", to=0.5), "its end must be after its start"),
        (put("identified", to=2), "identified should be a number, 0 to 1"),
        (put("tracks", "hop", to=0), "tracks.hop should be a number"),
        (put("tracks", "energy", to=[1, None]), "tracks.energy should hold numbers, not nothing"),
        (put("tracks", "pitch", to=[1, "a"]), 'tracks.pitch should hold numbers, not "a"'),
        (to_json(a_take()).replace("0.512", "NaN"), "is not JSON"),
        (to_json(a_take()).replace("0.512", "1e999"), "tracks.openness should hold numbers"),
    ],
)
def test_a_broken_take_is_refused_in_one_sentence(text: str, words: str) -> None:
    with pytest.raises(TakeError) as caught:
        from_json(text, "'x.json'")
    message = str(caught.value)
    assert words in message
    assert message.startswith("'x.json' is ") or message.startswith("'x.json' has ")
    assert message.endswith(".") and "\n" not in message and ".;" not in message


def test_files_that_are_no_takes_are_refused(tmp_path: Path) -> None:
    binary = tmp_path / "a.take.json"
    binary.write_bytes(bytes(range(256)))
    for path, words in ((binary, "is not a Lockstep take"), (tmp_path / "gone", "is not there"), (tmp_path, "cannot")):
        with pytest.raises(TakeError, match=words):
            read_take(path)


@pytest.mark.parametrize(("start", "end"), [(-0.1, 0.2), (0.2, 0.2), (0.3, 0.2), (math.nan, 0.2), (0.1, math.nan)])
def test_spans_are_checked_where_they_are_made(start: float, end: float) -> None:
    for make in (lambda: Phone(start, end, "a"), lambda: Phrase(start, end), lambda: Word(start, end, "a")):
        with pytest.raises(TakeError, match="after its start"):
            make()
