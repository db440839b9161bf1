"""The match of two takes drawn, and written as PNG."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from heard_takes import hear, text

from engine.drawing import write_png
from engine.errors import OutputError
from engine.matching.match import Match, match_takes
from engine.placing.picture import CLOSED, FAST, MOVED, SLOW, UNPLACED, picture
from engine.placing.placed import Place, Placed, PlacedItem
from engine.progress import drain
from engine.score.items import Score
from engine.take import Audio, Take


def made(speed: float = 1.0, length: int = 40) -> tuple[Match, Take, Take]:
    said = text(length, 3)
    old, new = hear(said, 1).take, hear(said, 2, speed=speed).take
    return drain(match_takes(old, new)), old, new


def decoded(data: bytes) -> np.ndarray:
    """The pixels of a PNG with 8 bits RGBA and unfiltered rows."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at, found, size = 8, b"", (0, 0)
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + length]
        assert struct.unpack(">I", data[at + 8 + length : at + 12 + length])[0] == zlib.crc32(kind + body)
        if kind == b"IHDR":
            *size, depth, colour, packing, filtering, lacing = struct.unpack(">IIBBBBB", body)
            assert (depth, colour, packing, filtering, lacing) == (8, 6, 0, 0, 0)
        found += body if kind == b"IDAT" else b""
        at += 12 + length
    rows = np.frombuffer(zlib.decompress(found), np.uint8).reshape(size[1], 1 + size[0] * 4)
    assert np.all(rows[:, 0] == 0)
    return rows[:, 1:].reshape(size[1], size[0], 4)


def near(pixels: np.ndarray, colour: tuple[int, int, int], off: int = 24) -> np.ndarray:
    """Which pixels have that colour."""
    return np.asarray(np.abs(pixels[..., :3].astype(int) - colour).max(axis=2) <= off)


def test_a_picture_is_written_whole_and_read_again(tmp_path: Path) -> None:
    match, old, new = made()
    pixels = picture(match, old, new)
    write_png(tmp_path / "match.png", pixels)
    data = (tmp_path / "match.png").read_bytes()
    assert data.endswith(b"IEND\xaeB`\x82")
    assert np.array_equal(decoded(data), pixels)
    assert len(data) < 60_000


def test_a_picture_cannot_be_written_into_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="make it first"):
        write_png(tmp_path / "none" / "match.png", np.zeros((2, 2, 4), np.uint8))


def test_a_picture_is_opaque_and_of_its_size() -> None:
    pixels = picture(*made())
    assert pixels.shape == (360, 640, 4) and pixels.dtype == np.uint8
    assert np.all(pixels[..., 3] == 255)


def test_the_same_speed_lies_on_the_diagonal_and_is_green() -> None:
    said = text(40, 3)
    take = hear(said, 1).take
    other = hear(said, 1).take
    match = drain(match_takes(take, replace(other, audio=Audio("b", "f" * 64, take.audio.duration, 16000))))
    pixels = picture(match, take, take)
    rows, columns = np.nonzero(near(pixels, (120, 205, 130)))
    assert len(rows) > 200
    across, up = (columns - 18) / (626 - 18), (342 - rows) / (342 - 14)
    assert np.abs(across - up).max() < 0.02


def test_slower_and_faster_takes_have_colours_of_their_own() -> None:
    slow, fast = picture(*made(0.55)), picture(*made(1.9))
    assert near(slow, SLOW).sum() > 200 > 20 > near(slow, FAST).sum()
    assert near(fast, FAST).sum() > 200 > 20 > near(fast, SLOW).sum()


def test_closures_are_white_points() -> None:
    match, old, new = made()
    closed = sum(phone.ipa in "pbm" and match.pairs[at] >= 0 for at, phone in enumerate(old.phones))
    assert near(picture(match, old, new), CLOSED, 40).sum() >= 3 * closed


def test_what_only_one_take_says_is_hatched() -> None:
    said = text(40, 3)
    longer = [*said[:20], *text(12, 9000), *said[20:]]
    for one, other in ((said, longer), (longer, said)):
        old, new = hear(one, 1).take, hear(other, 2).take
        with_stretch = picture(drain(match_takes(old, new)), old, new)
        again = hear(one, 3).take
        same = picture(drain(match_takes(old, again)), old, again)
        striped = [np.sum((pixels[..., 0].astype(int) - pixels[..., 2]) > 15) for pixels in (with_stretch, same)]
        assert striped[0] > 4 * striped[1] + 1000


def test_items_that_came_elsewhere_are_ticks_at_their_old_place() -> None:
    match, old, new = made()
    first, second = old.phones[30].start, old.phones[90].start
    places = [Place(match.time.forward(at), status=status, reason="so") for at, status in
              ((first, "unplaced"), (second, "moved"), (old.phones[60].start, "matched"))]  # fmt: skip
    items = tuple(PlacedItem(f"edit-{n}", place.status, place, place) for n, place in enumerate(places))
    pixels = picture(match, old, new, Placed(Score(), items))
    for colour, seconds in ((UNPLACED, first), (MOVED, second)):
        columns = np.nonzero(near(pixels, colour)[330:352].any(axis=0))[0]
        assert len(columns) in (1, 2, 3)
        assert columns.mean() == pytest.approx(18 + seconds / old.audio.duration * (626 - 18), abs=2.0)


def test_takes_without_a_sound_can_be_drawn() -> None:
    empty = Take(Audio("none.wav", "", 2.0, 16000), "en", "hand")
    pixels = picture(drain(match_takes(empty, empty)), empty, empty)
    assert pixels.shape == (360, 640, 4)


def test_a_long_take_is_drawn_with_few_ticks() -> None:
    match, old, new = made(length=1500)
    pixels = picture(match, old, new)
    assert 3 < near(pixels, (120, 120, 128), 6)[343:352, 18:626].any(axis=0).sum() < 120
