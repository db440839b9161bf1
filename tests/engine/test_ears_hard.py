"""Files of a hostile machine: phones and weights are read or refused with one sentence, soon, and in little memory."""

from __future__ import annotations

import json
import random
import time
import tracemalloc
import zipfile
from pathlib import Path

import made_allosaurus
import pytest

from engine.ears.allosaurus.checkpoint import read_tensors
from engine.ears.allosaurus.folder import read_folder
from engine.ears.files.reading import Reading, read
from engine.errors import LockstepError, UsageError

HEAD = 'File type = "ooTextFile"\nObject class = "TextGrid"\n'
HUGE = 10**400  # more than a float holds
ROWS = [(0.0, 0.5, ""), (0.5, 0.6, "m"), (0.6, 0.8, "a"), (0.8, 1.0, "p"), (1.0, 10.0, "")]


def grid(*tiers: tuple[str, list[tuple[float, float, str]]], end: float = 10.0) -> str:
    """A TextGrid in its short form."""
    said = [HEAD, f"0 {end} <exists> {len(tiers)}"]
    for name, rows in tiers:
        said += [f'"IntervalTier" "{name}" 0 {end} {len(rows)}', *(f'{a} {b} "{label}"' for a, b, label in rows)]
    return "\n".join(said)


def given(folder: Path, text: str, duration: float = 10.0) -> Reading:
    path = folder / "line.txt"
    path.write_bytes(text.encode("utf-8"))
    return read(path, duration)


@pytest.mark.parametrize(
    "rest",
    [
        '0 1 <exists> 1 "' + "x" * 2_000_000,
        "0 1 <exists> 1 " + "<" * 50_000,
        "0 1 " + "1" * 100_000 + "x",
        '"' * 500_001,
    ],
    ids=["a quote never closed", "flags never closed", "digits that are none", "quotes"],
)
def test_no_text_keeps_the_reader_of_textgrids_for_long(tmp_path: Path, rest: str) -> None:
    path = tmp_path / "line.TextGrid"
    path.write_text(HEAD + rest, encoding="utf-8")
    since = time.process_time()
    tracemalloc.start()
    try:
        with pytest.raises(UsageError):
            read(path, 10.0)
        assert tracemalloc.get_traced_memory()[1] < 20 * len(rest)
    finally:
        tracemalloc.stop()
    assert time.process_time() - since < 2.0


def test_of_several_tiers_of_phones_one_with_nothing_in_it_is_passed_over(tmp_path: Path) -> None:
    found = given(tmp_path, grid(("A - phones", [(0.0, 10.0, "")]), ("B - phones", ROWS)))
    assert [phone.ipa for phone in found.phones] == ["m", "a", "p"] and not found.remarks


def test_ten_thousand_intervals_are_read_at_once(tmp_path: Path) -> None:
    rows = [(k / 100, (k + 1) / 100, "maptk"[k % 5]) for k in range(10_000)]
    text = grid(("phones", rows), end=100.0)
    since = time.process_time()
    assert len(given(tmp_path, text, 100.0).phones) == 10_000
    assert time.process_time() - since < 3.0


def test_thousands_of_words_and_pauses_are_laid_out_at_once(tmp_path: Path) -> None:
    words = [{"time": 300 * k, "type": "word", "value": "w"} for k in range(6000)]
    shapes = [{"time": 100 * k, "type": "viseme", "value": ("p", "a", "sil")[k % 3]} for k in range(18_000)]
    since = time.process_time()
    found = given(tmp_path, json.dumps(words + shapes), 1800.0)
    assert len(found.words) == 6000 and found.words[0].end == 0.2 and time.process_time() - since < 2.0


def test_numbers_that_are_too_large_for_a_time_are_told_of_or_left_open(tmp_path: Path) -> None:
    events = [
        {"audioOffset": 0, "visemeId": 2},
        {"audioOffset": 10_000_000, "duration": HUGE, "text": "word", "boundaryType": "Word"},
        {"audioOffset": 20_000_000, "visemeId": 0},
        {"audioOffset": 90_000_000, "visemeId": 21},
    ]
    (word,) = given(tmp_path, json.dumps(events)).words
    assert (word.start, word.end) == (1.0, 2.0)
    with pytest.raises(UsageError, match="a number should be") as caught:
        given(tmp_path, json.dumps([{"audioOffset": HUGE, "visemeId": 2}]))
    assert len(str(caught.value)) < 150


def test_a_large_text_of_another_kind_is_soon_known_as_such(tmp_path: Path) -> None:
    since = time.process_time()
    with pytest.raises(UsageError, match="holds no timed phones"):
        given(tmp_path, "x y z\n" * 1_000_000)
    assert time.process_time() - since < 2.0


def test_files_damaged_at_random_are_read_or_refused_in_one_line(tmp_path: Path) -> None:
    chance = random.Random(6)
    seeds = [
        grid(("words", [(0.5, 1.0, "map")]), ("phones", ROWS)),
        "".join(f"rec 1 {k / 10:.2f} 0.1 {'maptk'[k % 5]}\n" for k in range(20)),
        "0.0\tX\n0.2\tB\n0.4\tX\n",
        json.dumps({"metadata": {"duration": 1.0}, "mouthCues": [{"start": 0.2, "end": 0.4, "value": "G"}]}),
        json.dumps([{"audioOffset": k * 1_000_000, "visemeId": k % 22, "text": "a"} for k in range(12)]),
        "\n".join(json.dumps({"time": k * 100, "type": "viseme", "value": "pa"[k % 2]}) for k in range(12)),
    ]
    pieces = ["nan", "1e999", "-5", "null", "[]", "{}", '"', "\0", "9" * 400, "\n", " ", "true", "\u2028", "\x1c", ","]
    for _ in range(600):
        text = chance.choice(seeds)
        for _ in range(chance.randint(1, 4)):
            at, length = chance.randrange(len(text) + 1), chance.randint(0, 20)
            text = text[:at] + chance.choice(["", chance.choice(pieces), text[:length]]) + text[at + length :]
        try:
            given(tmp_path, text, chance.choice([0.1, 1.0, 10.0]))
        except LockstepError as error:
            assert "\n" not in str(error), text


def test_weights_that_show_four_numbers_as_many_millions_are_damaged(tmp_path: Path) -> None:
    table = b"((S'storage'\nctorch\nFloatStorage\nS'0'\nS'cpu'\nI4\ntQI0\n(I2000\nI20000\nt(I0\nI0\ntt"
    path = tmp_path / "model.pt"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "model/data.pkl", b"(dS'phone_layer.weight'\nctorch._utils\n_rebuild_tensor_v2\n" + table + b"Rs."
        )
        archive.writestr("model/data/0", bytes(16))
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match="damaged"):
            read_tensors(path, lambda _name: True)
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", ["x" * 5000, "a\0b", "a\nb", "", 5])
def test_a_list_of_phones_with_an_impossible_name_is_told_of(tmp_path: Path, name: object) -> None:
    path = made_allosaurus.folder(tmp_path / "model")
    index = [{"ISO6393": "eng", "GlottoCode": "stan1293", "phonelists": name}]
    (path / "inventory" / "index.json").write_text(json.dumps(index), encoding="utf-8")
    with pytest.raises(UsageError, match="phonelists"):
        read_folder(path).allowed("en")
