"""How far confidence can be believed: its figures, its fit, its picture, and what counts as right."""

from __future__ import annotations

import struct
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts" / "ear"))

import calibrate
import reliability

from engine.recognizer.confidence import MEASURES
from engine.take import Phone

RNG = np.random.default_rng(7)


def test_honest_confidence_has_no_error_and_boasting_has_as_much_as_it_boasts() -> None:
    sure = RNG.uniform(0.0, 0.8, 40000)
    right = RNG.uniform(size=40000) < sure
    assert reliability.error(sure, right) < 0.02
    assert reliability.error(sure + 0.2, right) == pytest.approx(0.2, abs=0.02)


def test_the_area_is_one_where_all_right_phones_are_surer_and_a_half_where_confidence_tells_nothing() -> None:
    right = np.array([False] * 50 + [True] * 50)
    assert reliability.area(np.arange(100.0), right) == 1.0
    assert reliability.area(np.zeros(100), right) == 0.5
    assert np.isnan(reliability.area(np.zeros(100), np.ones(100, np.bool_)))


def test_a_phone_is_right_where_most_of_its_span_has_its_class() -> None:
    truth = [(0.0, 0.1, "t"), (0.1, 0.3, "aɪ"), (0.4, 0.5, "s")]
    heard = [Phone(0.02, 0.14, "t"), Phone(0.1, 0.2, "a"), Phone(0.22, 0.3, "ɪ"), Phone(0.3, 0.44, "s")]
    assert calibrate.rightness(heard, truth).tolist() == [True, True, True, False]
    assert calibrate.rightness([Phone(0.06, 0.3, "t")], truth).tolist() == [False]


def phones(odds: np.ndarray, right: np.ndarray) -> calibrate.Phones:
    """Phones of two groups with one measure that tells, and noise in another."""
    measured = np.zeros((len(odds), len(MEASURES)))
    measured[:, 0], measured[:, 3] = odds, RNG.normal(size=len(odds))
    group = np.where(np.arange(len(odds)) % 2, "real, clean", "synthetic, clean")
    return calibrate.Phones(measured, right, np.zeros(len(odds)), np.full(len(odds), "one"), group)


def test_the_fit_finds_the_share_that_is_right_even_where_it_is_no_logistic_curve() -> None:
    odds = RNG.uniform(-3.0, 3.0, 20000)
    share = np.where(odds < 0.0, 0.4, 0.9)
    found = phones(odds, RNG.uniform(size=20000) < share)
    own = calibrate.fit(found, np.ones(20000, np.bool_))
    assert (np.diff(own.shares) > 0.0).all()
    sure = own.confidence(found.measured)
    assert sure[odds < -1.0].mean() == pytest.approx(0.4, abs=0.04)
    assert sure[odds > 1.0].mean() == pytest.approx(0.9, abs=0.04)


def test_the_plot_is_a_picture_with_its_lines_in_it(tmp_path: Path) -> None:
    sure = RNG.uniform(size=2000)
    drawn = {kind: {"real, clean": (sure, RNG.uniform(size=2000) < sure)} for kind in ("heard", "aligned")}
    reliability.write(tmp_path / "plot.png", drawn)
    data = (tmp_path / "plot.png").read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", data[16:24])
    length = struct.unpack(">I", data[33:37])[0]
    rows = np.frombuffer(zlib.decompress(data[41 : 41 + length]), np.uint8).reshape(height, 1 + 3 * width)
    picture = rows[:, 1:].reshape(height, width, 3)
    assert (picture == reliability.COLOURS[0]).all(axis=2).sum() > 500
