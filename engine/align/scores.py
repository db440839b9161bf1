"""How well each phone class fits each frame, and how well what is heard without the text does."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..phones import classify
from ..recognizer import Posteriors
from ..take import HOP, Phone
from .lattice import INDEX
from .search import Scores

PRIOR_SHARE = 0.3  # how far frequent classes are held back
LOWEST = -7.0  # log: one bad frame must not decide
PAUSE_FRAME = -0.5  # log: cost of each silent frame; short silences are the closures of stops
FOREIGN_FRAME = -1.1  # log: cost of each frame outside the text


def scores(posteriors: Posteriors, heard: Sequence[Phone], start: int = 0) -> Scores:
    """Scores of some frames, the first of which is frame `start` of the sound in whose seconds `heard` is timed.

    `heard`: the phones that were heard without the text, in order.
    """
    prior = np.float32(0.0) if posteriors.prior is None else np.float32(PRIOR_SHARE) * posteriors.prior
    classes = np.maximum(posteriors.phones.astype(np.float32) - prior, LOWEST)
    classes[:, 0] += PAUSE_FRAME
    frames = np.arange(len(classes))
    path = _path(heard, start, len(classes))
    # Edges lie between frames: the better of the phones about a frame is the one that was heard.
    around = np.stack([path, np.concatenate([path[:1], path[:-1]]), np.concatenate([path[1:], path[-1:]])])
    foreign = classes[frames, around].max(axis=0) + np.float32(FOREIGN_FRAME)
    return Scores(classes, foreign, np.exp(posteriors.phones.astype(np.float32)))


def _path(heard: Sequence[Phone], start: int, frames: int) -> NDArray[np.int64]:
    """The class of each frame, 0 in silence."""
    path = np.zeros(frames, np.int64)
    for phone in heard:
        first, stop = round(phone.start / HOP) - start, round(phone.end / HOP) - start
        if stop > 0 and first < frames:
            path[max(0, first) : stop] = INDEX[classify(phone.ipa)]
    return path
