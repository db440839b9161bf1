"""Allosaurus as an ear: phones of any language, from its network's scores, with the times that they last.

Li et al. 2020, 'Universal phone recognition with a multilingual allophone system'.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ...align import sharpen
from ...languages import Language, load
from ...phones import mouth_class
from ...progress import Progress, scaled
from ...sound import change as changes
from ...sound.features import HOP as STEP
from ...sound.features import RATE
from ...sound.measure import Measured, join, measure
from ...sound.source import Source
from ...take import HOP, Phone
from .folder import BY_COMMAND, ModelFolder, find_folder, name_of, read_folder
from .package import package_network
from .peaks import conditional, peaks
from .pieces import Piece, pieces, quiet_level, samples_of
from .plain import PlainNetwork
from .timing import Scores, Sounding, timed

SCALE = np.float32(32768.0)  # the package reads samples of 16 bits as whole numbers
PER_ROW = STEP // changes.STEP  # values of `change` in a row of 10 ms
UNKNOWN = "und"

Floats = NDArray[np.float32]


class ScoringNetwork(Protocol):
    """A model that runs: samples at its rate, full scale 32768, to scores [n, units]."""

    def scores(self, samples: Floats) -> Generator[Progress, None, Floats]: ...


class AllosaurusEar:
    """A PhoneEar. `name` as written into takes: 'allosaurus-' and the name of the model's folder.

    `by_package`: whether the package runs it, not NumPy. `remark` is called with a sentence where the model has no list
    of the language's phones. `inventory`: a list of the model's (ISO 639-3) whose phones it listens for, '' for that of
    the language that is spoken; it is then part of `name`.
    """

    def __init__(
        self,
        folder: ModelFolder,
        network: ScoringNetwork,
        remark: Callable[[str], None] | None = None,
        inventory: str = "",
    ) -> None:
        self.name = name_of(folder.path, inventory)
        self._inventory = inventory
        self._remark = remark
        self.by_package = not isinstance(network, PlainNetwork)
        self._folder = folder
        self._network = network

    def phones(self, source: Source, language: Language | None) -> Generator[Progress, None, tuple[Phone, ...]]:
        """The phones of a sound, in those of the language where the model has a list of them, else of all.

        Confidence is how likely a phone is among them where it is surest. Edges lie where the sound changes.
        """
        sound = yield from _measured(source)
        spoken = language or load(UNKNOWN)
        self._tell_unlisted(spoken)
        allowed = self._folder.allowed(self._inventory or (language.code if language else None))
        listed = list(pieces(sound.energy))
        found: list[Phone] = []
        samples = samples_of(listed, source.blocks(self._folder.settings.rate), self._folder.settings.rate)
        for number, (piece, heard) in enumerate(zip(listed, samples, strict=True)):
            if len(heard) < self._folder.settings.least:  # too short to be heard
                continue
            low, high = (0.2 + 0.75 * done / len(listed) for done in (number, number + 1))
            scores = yield from scaled(self._network.scores(prepared(heard)), low, high)
            found += _phones(piece, scores, sound, self._folder, allowed, spoken)
        yield Progress("Edges", 0.98)
        return sharpen(tuple(_in_order(found)), sound.change)

    def _tell_unlisted(self, language: Language) -> None:
        if self._remark is None or self._inventory or language.code == UNKNOWN:
            return
        if self._folder.listed(language.code) is None:
            self._remark(
                f"The model '{self._folder.path.name}' has no list of the sounds of {language.name}; "
                f"it listened for all of its {len(self._folder.units) - 1}."
            )


def open_ear(
    folder: Path | None = None,
    plain: bool = False,
    remark: Callable[[str], None] | None = None,
    where: str = BY_COMMAND,
    inventory: str = "",
) -> AllosaurusEar:
    """The ear of a model's folder (`find_folder` says where it is looked for), by the package where it is installed.

    `plain`: by NumPy alone in any case. `remark`, `inventory` as in AllosaurusEar, `where` as in `find_folder`. Nothing
    is downloaded. Raises UsageError, with one sentence, where there is no model, or one that is cut off or of another
    kind, or without such a list.
    """
    found = read_folder(find_folder(folder, where))
    if inventory:
        found.require_listed(inventory)
    network = (None if plain else package_network(found)) or PlainNetwork(found)
    return AllosaurusEar(found, network, remark, inventory)


def prepared(samples: Floats) -> Floats:
    """Samples as the networks take them: full scale 32768, with noise of one step of 16 bits, the same each time.

    Perfect silence would be an outlier that spoils the normalisation of all the rest.
    """
    noise = np.random.default_rng(0).standard_normal(len(samples)).astype(np.float32)
    loud: Floats = samples * SCALE + noise
    return loud


def _measured(source: Source) -> Generator[Progress, None, Measured]:
    parts: list[Measured] = []
    for part in measure(source.blocks(RATE)):
        parts.append(part)
        read = sum(len(one.energy) for one in parts) * HOP
        yield Progress("Reading", 0.2 * min(1.0, read / source.duration))
    return join(parts)


def _phones(
    piece: Piece, scores: Floats, sound: Measured, folder: ModelFolder, allowed: frozenset[int], language: Language
) -> Iterator[Phone]:
    """The phones of a piece, in seconds of the whole sound; what lies in its context is its neighbour's."""
    rows = slice(piece.before, piece.after)
    level = (sound.energy[rows] - quiet_level(sound.energy)).astype(np.float64)
    opinion = Scores(conditional(scores, allowed), folder.settings.first, folder.settings.hop)
    heard = timed(peaks(scores, allowed, folder.units), opinion, Sounding(level, _edges(sound, rows)), language)
    for phone in heard:
        middle = piece.before + (phone.start + phone.end) / (2.0 * HOP)
        loudest = level[
            int(phone.start / HOP + 0.5) : max(int(phone.end / HOP + 0.5), int(phone.start / HOP) + 1)
        ].max()
        if piece.start <= middle < piece.end and (loudest > 0.0 or mouth_class(phone.ipa) == "closed"):
            shift = piece.before * HOP
            start, end = round(phone.start + shift, 3), round(phone.end + shift, 3)
            yield Phone(start, end, phone.ipa, phone.confidence)


def _edges(sound: Measured, rows: slice) -> NDArray[np.float64]:
    """How abruptly the spectrum changes about the start of each row, and at the end of the last [rows + 1]."""
    track = sound.change.spectrum.astype(np.float64)
    at = np.arange(rows.start, rows.stop + 1) * PER_ROW
    near = [np.clip(at + aside, 0, len(track) - 1) for aside in (-1, 0, 1)]
    highest: NDArray[np.float64] = np.max([track[some] for some in near], axis=0)
    return highest


def _in_order(phones: list[Phone]) -> Iterator[Phone]:
    """The phones where two pieces meet may overlap by a little."""
    last = 0.0
    for phone in phones:
        start = max(phone.start, last)
        if phone.end - start >= HOP:
            yield Phone(start, phone.end, phone.ipa, phone.confidence)
            last = phone.end
