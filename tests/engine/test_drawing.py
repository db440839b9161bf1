"""The canvas, its letters, fields with axes, PNG."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest

from engine.drawing import LINE, Canvas, png_bytes, text_width, write_png
from engine.drawing.field import Field, clock, clock_step, multiples, nice_step
from engine.drawing.letters import GLYPHS, ROWS, fitted, text_bitmap
from engine.errors import OutputError

WHITE = (255, 255, 255)


def decoded(data: bytes) -> np.ndarray:
    """The pixels of a PNG of 8 bits RGBA whose rows are unfiltered, its sums checked."""
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    at, packed, size = 8, b"", (0, 0)
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + length]
        assert struct.unpack(">I", data[at + 8 + length : at + 12 + length])[0] == zlib.crc32(kind + body)
        size = struct.unpack(">II", body[:8]) if kind == b"IHDR" else size
        packed += body if kind == b"IDAT" else b""
        at += 12 + length
    rows = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(size[1], 1 + 4 * size[0])
    return rows[:, 1:].reshape(size[1], size[0], 4)


def lit(canvas: Canvas) -> np.ndarray:
    """Which pixels are not black."""
    return np.asarray(canvas.pixels()[..., :3].max(axis=2) > 0)


def test_every_sign_of_ascii_is_drawn_and_no_two_are_alike() -> None:
    signs = [chr(code) for code in range(33, 127)]
    maps = {sign: text_bitmap(sign) for sign in signs}
    assert all(one.any() and one.shape[0] == ROWS for one in maps.values())
    looks = {(one.shape, one.tobytes()) for one in maps.values()}
    assert len(looks) == len(signs)
    assert not text_bitmap(" ").any() and text_width(" ") > 0


def test_all_rows_of_a_letter_are_of_one_width() -> None:
    for rows in GLYPHS.values():
        assert len({len(row) for row in rows.split(" ")}) == 1 and len(rows.split(" ")) <= ROWS


def test_accents_are_left_out_and_strange_letters_are_boxes() -> None:
    assert np.array_equal(text_bitmap("Zoë – né"), text_bitmap("Zoe - ne"))
    assert np.array_equal(text_bitmap("声"), text_bitmap("線")) and text_bitmap("声").any()
    assert np.array_equal(text_bitmap("a\tb"), text_bitmap("a b"))
    assert text_width("") == 0


def test_figures_are_of_one_width_so_that_columns_stand() -> None:
    assert len({text_width(figure) for figure in "0123456789"}) == 1


def test_a_text_is_cut_where_it_does_not_fit() -> None:
    assert fitted("short", 200) == "short"
    cut = fitted("a rather long sentence", 60)
    assert cut.endswith("…") and text_width(cut) <= 60 and cut[0] == "a"
    assert fitted("wide", 2) == ""


def test_letters_stand_where_they_are_put_and_grow_by_whole_dots() -> None:
    canvas = Canvas(60, 30)
    canvas.text(4, 6, "I", 2, WHITE)
    rows, columns = np.nonzero(lit(canvas))
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (6, 6 + 13, 4, 4 + 5)
    assert LINE > ROWS


def test_what_lies_outside_of_the_canvas_is_cut_off() -> None:
    canvas = Canvas(20, 10)
    canvas.text(-3, -2, "Water", 2, WHITE)
    canvas.text(15, 8, "Water", 2, WHITE)
    canvas.dot(-1, 12, 8, WHITE)
    canvas.fill(-5, -5, 3, 2, WHITE)
    canvas.line([-10, 40], [5, 5], WHITE)
    canvas.line([-30, -20], [5, 5], WHITE)
    canvas.area(np.array([-10.0, 40.0]), np.array([4.0, 4.0]), 20.0, WHITE, 0.5)
    canvas.hatch(-4, -4, 50, 50, WHITE)
    pixels = canvas.pixels()
    assert pixels.shape == (10, 20, 4) and np.all(pixels[..., 3] == 255)
    assert np.all(pixels[5, :, 0] == 255)


def test_a_line_is_unbroken_and_as_thick_as_it_is_asked_to_be() -> None:
    canvas = Canvas(40, 40)
    canvas.line([2, 20, 38], [2, 35, 4], WHITE, width=1.0)
    assert lit(canvas)[:, 2:38].any(axis=0).all()
    thick = Canvas(40, 40)
    thick.line([2, 38], [20, 20], WHITE, width=4.0)
    assert lit(thick)[:, 20].sum() in (4, 5)


def test_an_area_lies_between_its_curve_and_its_base() -> None:
    canvas = Canvas(30, 20)
    canvas.area(np.array([5.0, 25.0]), np.array([15.0, 5.0]), 18.0, WHITE)
    inside = lit(canvas)
    assert not inside[:, :4].any() and not inside[18:].any() and not inside[3].any()
    assert inside[:, 24].sum() > inside[:, 6].sum() + 6


def test_a_share_mixes_colours() -> None:
    canvas = Canvas(4, 4, (100, 0, 0))
    canvas.fill(0, 0, 4, 4, (200, 100, 0), 0.5)
    assert canvas.pixels()[2, 2].tolist() == [150, 50, 0, 255]


def test_pixels_are_written_whole_and_read_again(tmp_path: Path) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (7, 11, 4)).astype(np.uint8)
    assert np.array_equal(decoded(png_bytes(pixels)), pixels)
    write_png(tmp_path / "a.png", pixels)
    assert (tmp_path / "a.png").read_bytes() == png_bytes(pixels)
    with pytest.raises(OutputError, match="make it first"):
        write_png(tmp_path / "none" / "a.png", pixels)


def test_a_field_maps_its_values_onto_its_box() -> None:
    field = Field(Canvas(100, 50), (10.0, 5.0, 90.0, 45.0), (0.0, 4.0), (-1.0, 1.0))
    assert (float(field.x(0.0)), float(field.x(2.0)), float(field.x(9.0))) == (10.0, 50.0, 90.0)
    assert (float(field.y(-1.0)), float(field.y(0.0)), float(field.y(5.0))) == (45.0, 25.0, 5.0)
    other = field.over((0.0, 10.0))
    assert other.ranges == ((0.0, 4.0), (0.0, 10.0)) and float(other.y(5.0)) == 25.0


@pytest.mark.parametrize(
    ("seconds", "tenths", "said"),
    [
        (0.0, False, "0:00"),
        (59.6, False, "1:00"),
        (125.0, False, "2:05"),
        (0.4, True, "0:00.4"),
        (-0.5, True, "-0:00.5"),
    ],
)
def test_times_are_minutes_and_seconds(seconds: float, tenths: bool, said: str) -> None:
    assert clock(seconds, tenths) == said


@pytest.mark.parametrize("span", [0.4, 1.0, 7.0, 60.0, 400.0, 3600.0])
def test_ticks_are_few_and_even(span: float) -> None:
    assert 2 <= span / clock_step(span, 12.0) <= 12
    step = nice_step(span, 6.0)
    assert 2 <= span / step <= 6 and len(multiples(step, 0.0, span)) <= 7
    assert multiples(0.5, -1.1, 0.6) == [-1.0, -0.5, 0.0, 0.5]
