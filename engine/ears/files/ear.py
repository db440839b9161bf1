"""A file of timed phones as an ear."""

from __future__ import annotations

from collections.abc import Callable, Generator
from pathlib import Path

from ...languages import Language
from ...progress import Progress
from ...sound.source import Source
from ...take import Phone, Word
from ..choosing import OF_FILE
from .reading import Part, Reading, read


class FileEar:
    """Takes the phones of a file as what is said, with its words and language where it has them (a WordEar).

    `remark` is called with a sentence for each thing that was put right or may be wrong in the file. `part`: the sound
    that will be heard is a part of the one that the file is of. `strict`: a file that is clearly of another length is
    refused.
    """

    def __init__(
        self,
        path: Path,
        remark: Callable[[str], None] | None = None,
        *,
        part: Part | None = None,
        strict: bool = False,
    ) -> None:
        self._path = path
        self._remark = remark
        self._part = part
        self._strict = strict
        self._found = Reading(())

    @property
    def name(self) -> str:
        """As takes call it: by its file."""
        return f"{OF_FILE}{self._path.name}"

    def phones(self, source: Source, language: Language | None) -> Generator[Progress, None, tuple[Phone, ...]]:
        """The file's phones within the sound. Raises UsageError and TakeError as `read_phones` does."""
        yield Progress("Phones", 0.0)
        self._found = read(self._path, source.duration, source.name, self._part, self._strict)
        for sentence in self._found.remarks:
            if self._remark is not None:
                self._remark(sentence)
        return self._found.phones

    @property
    def words(self) -> tuple[Word, ...]:
        """The words of the file that `phones` read."""
        return self._found.words

    @property
    def language(self) -> str | None:
        """The language that the file names; only a take does."""
        return self._found.language
