"""The values of an alignment."""

from __future__ import annotations

from dataclasses import dataclass

from ..take import Phone, Word


@dataclass(frozen=True, slots=True)
class Alignment:
    """What was said, in order: phones (seconds), words with their status, and the text's tone of each phone.

    `tones`: one for each phone, 0 none, 1 to 5 on the nuclei of Mandarin; 0 for what was heard without the text.
    """

    phones: tuple[Phone, ...] = ()
    words: tuple[Word, ...] = ()
    tones: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if len(self.tones) != len(self.phones):
            raise ValueError(f"There are {len(self.tones)} tones for {len(self.phones)} phones.")
