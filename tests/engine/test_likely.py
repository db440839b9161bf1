"""What else may be said: ranked by the ear, within a language."""

from __future__ import annotations

import numpy as np
import pytest
from made_sounds import buzz

from engine.errors import AudioError
from engine.languages import load
from engine.likely import Hearing, hear
from engine.phones import CLASSES
from engine.recognizer import ARTICULATIONS, Posteriors
from engine.sound.source import ArraySource


def hearing(*frames: dict[str, float]) -> Hearing:
    """What is heard in frames, each by the probabilities of some classes."""
    table = np.full((len(frames), len(CLASSES)), -20.0, np.float16)
    for row, heard in zip(table, frames, strict=True):
        for phone, share in heard.items():
            row[CLASSES.index(phone)] = np.log(share)
    return Hearing(Posteriors(table, np.zeros((len(frames), len(ARTICULATIONS)), np.float16)))


def test_the_likeliest_sounds_come_first_silence_among_them() -> None:
    found = hearing(*[{"m": 0.6, "n": 0.3, "": 0.1}] * 10).sounds(0.0, 0.1, load("en"))
    assert found[:3] == ("m", "n", "")
    assert len(set(found)) == len(found) == len(load("en").inventory) + 1


def test_only_the_middle_of_the_stretch_counts() -> None:
    edges, middle = [{"s": 1.0}] * 5, [{"t": 1.0}] * 10
    assert hearing(*edges, *middle, *edges).sounds(0.0, 0.2, load("en"))[0] == "t"


def test_sounds_that_the_language_lacks_are_not_offered() -> None:
    found = hearing(*[{"θ": 0.9, "s": 0.1}] * 10).sounds(0.0, 0.1, load("fr"))
    assert "θ" not in found and found[0] == "s"


def test_a_stretch_at_the_end_of_the_sound_has_at_least_one_frame() -> None:
    assert hearing({"a": 1.0}, {"m": 1.0}).sounds(0.019, 0.3, load("es"))[0] == "m"


def test_a_real_sound_is_heard_freely() -> None:
    samples = buzz(1.5)
    found = hear(ArraySource(samples, 16000, "a"))
    whole = found.freely(0.0, 1.5, load("es"))
    assert whole and found.freely(0.0, 0.0, load("es")) == ""
    assert set(found.sounds(0.5, 0.7, load("es"))) == {*load("es").inventory, ""}


def test_a_sound_without_a_frame_is_one_sentence() -> None:
    with pytest.raises(AudioError, match="too short to be heard"):
        hear(ArraySource(np.zeros(10, np.float32), 16000, "a"))
