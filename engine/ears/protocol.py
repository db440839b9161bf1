"""What `listen` needs of an ear: posteriors for each frame, or phones with their times. Either will do.

A `PosteriorEar` says of each 10 ms how probable every class of phones is; the phones are then decoded, aligned to the
text and timed as ever. A `PhoneEar` has its phones already, from another program or a file; they are taken as they are.
The example is a whole ear. It takes a table of what is said when, and `listen` gives the take that a mouth speaks::

    from collections.abc import Generator

    from engine.languages import Language, load
    from engine.listen import listen
    from engine.progress import Progress, drain
    from engine.sound.source import FileSource, Source
    from engine.take import Phone


    class TableEar:
        name = "table"

        def __init__(self, rows: list[tuple[float, float, str]]) -> None:
            self.rows = rows

        def phones(self, source: Source, language: Language | None) -> Generator[Progress, None, tuple[Phone, ...]]:
            yield Progress("Hearing", 0.5)
            return tuple(Phone(start, end, ipa) for start, end, ipa in self.rows if end <= source.duration)


    ear = TableEar([(0.20, 0.30, "m"), (0.30, 0.50, "ɑ"), (0.50, 0.58, "t")])
    take = drain(listen(FileSource("line.wav"), language=load("en"), recognizer=ear))

On the command line such a class is `lockstep analyze line.wav --recognizer my_module:MyEar`, if it needs no arguments.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ..languages import Language
    from ..progress import Progress
    from ..recognizer import Posteriors
    from ..sound.source import Source
    from ..take import Phone, Word


@runtime_checkable
class PosteriorEar(Protocol):
    """An ear that hears frames: its name for the take, and posteriors [n] of log-mels float32 [n, 48], 10 ms a row."""

    @property
    def name(self) -> str: ...

    def posteriors(self, features: NDArray[np.float32]) -> Posteriors: ...


@runtime_checkable
class PhoneEar(Protocol):
    """An ear that gives phones: its name for the take, and what is said in a sound, when.

    Phones in IPA, in seconds of the sound, in order; silence is the gap between them. `confidence` is 1.0 where the ear
    says nothing of it. `language`: what is spoken, None where the artist did not choose and the sound does not tell. It
    may raise any LockstepError.
    """

    @property
    def name(self) -> str: ...

    def phones(self, source: Source, language: Language | None) -> Generator[Progress, None, tuple[Phone, ...]]: ...


@runtime_checkable
class WordEar(PhoneEar, Protocol):
    """A PhoneEar that may know more, once `phones` has ended.

    `words` in order, () for none; `language`: the code of what is spoken, None where it cannot tell. What the artist
    did not choose is told by the sound only where the ear cannot tell it, and so after `phones`.
    """

    @property
    def words(self) -> tuple[Word, ...]: ...

    @property
    def language(self) -> str | None: ...


Ear = PosteriorEar | PhoneEar
"""What `listen` takes as its recognizer."""
