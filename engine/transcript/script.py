"""The values of a written line made ready for the ear: words, and for each the ways in which it may be said."""

from __future__ import annotations

from dataclasses import dataclass

STRESSES = (0, 1, 2)
TONES = (0, 1, 2, 3, 4, 5)


@dataclass(frozen=True, slots=True)
class Sound:
    """One segment of IPA, spelled as `phones.segments` gives it.

    `stress`: lexical stress on the nucleus (the first part of a diphthong), 0 none, 1 primary, 2 secondary.
    `tone`: on the nucleus, 0 none, 1 to 5 those of Mandarin (5 the neutral one).
    """

    ipa: str
    stress: int = 0
    tone: int = 0

    def __post_init__(self) -> None:
        if not self.ipa:
            raise ValueError("A sound has no IPA; leave silence out of a reading.")
        if self.stress not in STRESSES or self.tone not in TONES:
            raise ValueError(f"The sound '{self.ipa}' has stress {self.stress} and tone {self.tone}, out of range.")


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to say a word.

    `cost`: minus the logarithm of its weight beside the usual way, 0 or more. `joined`: only where the next word
    follows without a pause. `names`: what was done to the citation form, such as "citation", "weak", "flap" or
    "liaison", several with a space between them.
    """

    sounds: tuple[Sound, ...]
    cost: float = 0.0
    joined: bool = False
    names: str = ""

    def __post_init__(self) -> None:
        if not self.sounds:
            raise ValueError("A reading holds no sound; leave it out.")
        if not self.cost >= 0.0:
            raise ValueError(f"A reading costs {self.cost}; a cost is 0 or more.")

    @property
    def ipa(self) -> str:
        """The sounds' IPA without stress and tones, a space between each two."""
        return " ".join(sound.ipa for sound in self.sounds)


@dataclass(frozen=True, slots=True)
class ScriptWord:
    """A word as written, `text` being the characters [start, end) of the transcript, with its readings.

    The first reading is the usual one. `pause`, 0..1: how likely a pause follows (punctuation).
    """

    text: str
    start: int
    end: int
    readings: tuple[Reading, ...]
    pause: float = 0.0

    def __post_init__(self) -> None:
        if not self.readings:
            raise ValueError(f"The word '{self.text}' has no reading.")
        if not 0 <= self.start < self.end:
            raise ValueError(f"The word '{self.text}' lies at [{self.start}, {self.end}), which is no stretch of text.")
        if not 0.0 <= self.pause <= 1.0:
            raise ValueError(f"The word '{self.text}' has a pause of {self.pause}, outside 0..1.")


@dataclass(frozen=True, slots=True)
class Script:
    """A transcript as its words in order; `language` is the code of the language that it was read in."""

    text: str
    language: str
    words: tuple[ScriptWord, ...]

    def __post_init__(self) -> None:
        end = 0
        for word in self.words:
            if word.start < end or word.end > len(self.text):
                raise ValueError(f"The word '{word.text}' at {word.start} lies outside the text or over another word.")
            end = word.end
