"""A take: one reading by one voice, timed. All that the mouth needs to speak it."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import numpy as np
from numpy.typing import NDArray

from .errors import TakeError
from .files import write_text

FORMAT = "lockstep.take"
VERSION = 2
STATUSES = ("said", "changed", "repeated", "extra", "unsaid")
CORRECTIONS = ("phones", "word")
PITCHES = 5  # values of a syllable's pitch path
HOP = 0.01  # seconds between two values of a track
LONGEST = 4000.0  # seconds that a take file may claim: an hour of sound, and some grace

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Phone:
    """One speech sound.

    `start`, `end` in seconds from the start of the file (end > start); `ipa` one segment in IPA, affricates as one;
    `confidence` 0..1; `stress` 0 none, 1 primary, 2 secondary, on the nucleus of a stressed syllable.
    """

    start: float
    end: float
    ipa: str
    confidence: float = 1.0
    stress: int = 0

    def __post_init__(self) -> None:
        _check_span(f"phone '{self.ipa}'", self.start, self.end)


@dataclass(frozen=True, slots=True)
class Syllable:
    """A syllable: seconds, the index of its nucleus in the take's phones, and its prominence 0..1.

    `stress`: lexical stress where the text tells it (0 none, 1 primary, 2 secondary); `tone`: Mandarin 1-5, 0 none;
    `pitch`: PITCHES values in semitones against the speaker's median, at even steps through the voiced rhyme, or none.
    """

    start: float
    end: float
    nucleus: int
    prominence: float
    stress: int = 0
    tone: int = 0
    pitch: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        _check_span("syllable", self.start, self.end)
        if self.nucleus < 0 or not 0.0 <= self.prominence <= 1.0:
            raise TakeError(
                f"The syllable at {self.start} s has nucleus {self.nucleus} and prominence {self.prominence}; "
                "give an index and 0 to 1."
            )
        if self.stress not in (0, 1, 2) or self.tone not in range(6):
            raise TakeError(
                f"The syllable at {self.start} s has stress {self.stress} and tone {self.tone}; give 0 to 2 and 0 to 5."
            )
        if len(self.pitch) not in (0, PITCHES):
            raise TakeError(
                f"The syllable at {self.start} s has {len(self.pitch)} values of pitch; give {PITCHES} or none."
            )


@dataclass(frozen=True, slots=True)
class Word:
    """A word, in seconds. `status` is one of STATUSES; `confidence` 0..1: how sure it is that this is said here.

    'said': as the text has it; 'changed': other sounds were heard in its place, and its phones are those; 'repeated':
    said once more than written; 'extra': heard, not written (text ''); 'unsaid': written, not heard (start == end).
    """

    start: float
    end: float
    text: str
    status: str = "said"
    confidence: float = 1.0

    def __post_init__(self) -> None:
        if self.status not in STATUSES:
            raise TakeError(
                f"The word '{self.text}' at {self.start} s has the status '{self.status}'; "
                f"give one of {', '.join(STATUSES)}."
            )
        if self.status != "unsaid":
            _check_span("word", self.start, self.end)
        elif not 0.0 <= self.start == self.end:
            raise TakeError(
                f"The unsaid word '{self.text}' runs from {self.start} to {self.end} s; "
                "its end must be its start, 0 or more."
            )


@dataclass(frozen=True, slots=True)
class Correction:
    """What the artist says is heard from `start` to `end` (seconds in this take's sound).

    `kind` 'phones': `said` is IPA, '' for silence; 'word': `said` is a word's spelling.
    """

    start: float
    end: float
    said: str
    kind: str

    def __post_init__(self) -> None:
        _check_span("correction", self.start, self.end)
        if self.kind not in CORRECTIONS:
            raise TakeError(
                f"The correction at {self.start} s has the kind '{self.kind}'; give one of {', '.join(CORRECTIONS)}."
            )
        if self.kind == "word" and not self.said.strip():
            raise TakeError(f"The correction at {self.start} s names no word; write the word that is said there.")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A stretch of speech between two pauses, in seconds."""

    start: float
    end: float

    def __post_init__(self) -> None:
        _check_span("phrase", self.start, self.end)


@dataclass(frozen=True, slots=True)
class Audio:
    """Which sound the take was heard from: file name as given, SHA-256 of its bytes, seconds, Hz."""

    file: str
    sha256: str
    duration: float
    sample_rate: int


def _check_span(what: str, start: float, end: float) -> None:
    if not 0.0 <= start < end:
        raise TakeError(f"A {what} runs from {start} to {end} s; its end must be after its start.")


def _no_values() -> Floats:
    return np.zeros(0, np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Tracks:
    """Values every `hop` seconds: openness and rounding 0..1, energy in dB (full scale 0), pitch in Hz (NaN: unvoiced).

    Value i stands for the time (i + 0.5) * hop.
    """

    hop: float = HOP
    openness: Floats = field(default_factory=_no_values)
    rounding: Floats = field(default_factory=_no_values)
    energy: Floats = field(default_factory=_no_values)
    pitch: Floats = field(default_factory=_no_values)


@dataclass(frozen=True, slots=True, eq=False)
class Take:
    """One reading by one voice. Phones are in order and do not overlap; silence is the gap between them.

    `corrections`: what the artist put right, in the order of doing; `identified`: the probability 0..1 of the language
    where it was found, not given.
    """

    audio: Audio
    language: str
    recognizer: str
    transcript: str | None = None
    phones: tuple[Phone, ...] = ()
    syllables: tuple[Syllable, ...] = ()
    words: tuple[Word, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    tracks: Tracks = field(default_factory=Tracks)
    corrections: tuple[Correction, ...] = ()
    identified: float | None = None

    def __post_init__(self) -> None:
        for before, after in zip(self.phones, self.phones[1:], strict=False):
            if after.start < before.end - 1e-6:
                raise TakeError(
                    f"Phone '{after.ipa}' starts at {after.start} s, before '{before.ipa}' ends; put them in order."
                )
        for syllable in self.syllables:
            if syllable.nucleus >= len(self.phones):
                raise TakeError(
                    f"The syllable at {syllable.start} s names phone {syllable.nucleus} as its nucleus, "
                    f"but there are {len(self.phones)}; make the take again."
                )


def to_json(take: Take) -> str:
    """The take as JSON text that ends in a newline: seconds to 1 ms, tracks to 0.001, dB and Hz to 0.1.

    The same take always gives the same text.
    """
    audio = asdict(take.audio) | {"duration": _short(take.audio.duration, 3)}
    head = {"format": FORMAT, "version": VERSION, "audio": audio, "language": take.language}
    sure = None if take.identified is None else _short(take.identified, 3)
    head |= {"identified": sure, "recognizer": take.recognizer, "transcript": take.transcript}
    lines = [f"{_json(key)}: {_json(value)}" for key, value in head.items()]
    lines += [f'"phones": {_rows(take.phones)}', f'"syllables": {_rows(take.syllables)}']
    lines += [f'"words": {_rows(take.words)}', f'"phrases": {_rows(take.phrases)}']
    lines.append(f'"corrections": {_rows(take.corrections)}')
    lines.append(f'"tracks": {_tracks(take.tracks)}')
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _short(value: float, places: int) -> float:
    return round(float(value), places) + 0.0  # + 0.0: no minus zero


def _rows(values: Sequence[Phone | Syllable | Word | Phrase | Correction]) -> str:
    """A list with each item on a line of its own."""
    items = [{key: _shortened(value) for key, value in asdict(item).items()} for item in values]
    return "[" + ",".join(f"\n  {_json(item)}" for item in items) + ("\n]" if items else "]")


def _shortened(value: object) -> object:
    if isinstance(value, tuple):
        return [_short(one, 2) for one in value]
    return _short(value, 3) if isinstance(value, float) else value


def _tracks(tracks: Tracks) -> str:
    places = {"openness": 3, "rounding": 3, "energy": 1, "pitch": 1}
    lines = [f'"hop": {_json(_short(tracks.hop, 6))}']
    for name, digits in places.items():
        values = getattr(tracks, name).tolist()
        lines.append(f'"{name}": ' + _json([None if math.isnan(v) else _short(v, digits) for v in values]))
    return "{\n  " + ",\n  ".join(lines) + "\n}"


def from_json(text: str, name: str = "The take") -> Take:
    """A take from its JSON text; `name` is how errors call it. What later versions may leave out has its default.

    Raises TakeError where the text is no take, is broken, or comes from a newer version of this program.
    """
    try:
        data = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise TakeError(f"{name} is not JSON ({error}); make the take again.") from error
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise TakeError(f"{name} is not a Lockstep take; choose a file made by 'lockstep analyze'.")
    version = data.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise TakeError(f"{name} has the version {version!r}, which never was; make the take again.")
    if version > VERSION:
        raise TakeError(f"{name} is a take of version {version}, newer than this program reads ({VERSION}); update it.")
    try:
        return _take(_Reader(data, ""))
    except (_BrokenError, TakeError) as error:
        raise TakeError(f"{name} is broken: {str(error).rstrip('.')}; make the take again.") from error


def read_take(path: Path | str) -> Take:
    """The take in a file. Raises TakeError, as `from_json` does, and where the file cannot be read."""
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise TakeError(f"The take '{path}' is not there; check its path.") from error
    except UnicodeDecodeError as error:
        raise TakeError(f"'{path.name}' is not a Lockstep take; choose a file made by 'lockstep analyze'.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise TakeError(f"The take '{path}' cannot be read ({reason}); choose a file that you may read.") from error
    return from_json(text, f"'{path.name}'")


def write_take(take: Take, path: Path | str) -> None:
    """Write the take to a file, whole or not at all. Raises OutputError where that cannot be done."""
    write_text(Path(path), to_json(take))


class _BrokenError(Exception):
    """What is wrong inside a take, before its file is named."""


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


Value = TypeVar("Value")
_KINDS: dict[type, str] = {str: "text", int: "a whole number", list: "a list", dict: "an object"}


class _Reader:
    """Reads one JSON object key by key, and knows where it stands."""

    def __init__(self, data: object, place: str) -> None:
        if not isinstance(data, dict):
            raise _BrokenError(f"{place or 'it'} should be an object")
        self._data: dict[str, Any] = data
        self._place = place

    def get(self, key: str, kind: type[Value]) -> Value:
        """The value of `key`, which must be there and of that kind."""
        value = self._data.get(key)
        if not isinstance(value, kind) or isinstance(value, bool):
            raise _BrokenError(f"{self._name(key)} should be {_KINDS[kind]}, not {_found(value)}")
        return value

    def number(self, key: str, default: float | None = None, least: float = 0.0, most: float = math.inf) -> float:
        """The finite number at `key`, within least..most."""
        value: Any = self._data.get(key, default)
        if not _is_number(value) or not least <= value <= most:
            wanted = f"{least:g} or more" if math.isinf(most) else f"{least:g} to {most:g}"
            raise _BrokenError(f"{self._name(key)} should be a number, {wanted}, not {_found(value)}")
        return float(value)

    def items(self, key: str) -> list[_Reader]:
        """The objects in the list at `key`; none where it is missing."""
        values = self.get(key, list) if key in self._data else []
        return [_Reader(value, f"{self._name(key)}[{index}]") for index, value in enumerate(values)]

    def inner(self, key: str) -> _Reader:
        """The object at `key`, empty where it is missing."""
        return _Reader(self._data.get(key, {}), self._name(key))

    def numbers(self, key: str, gaps: bool = False) -> list[float]:
        """The list of numbers at `key`, none where it is missing; null becomes NaN where `gaps` allows it."""
        values = self.get(key, list) if key in self._data else []
        for value in values:
            if not _is_number(value) and not (gaps and value is None):
                raise _BrokenError(f"{self._name(key)} should hold numbers, not {_found(value)}")
        return [math.nan if value is None else float(value) for value in values]

    def floats(self, key: str, gaps: bool = False) -> Floats:
        """The list of numbers at `key` as a track; null becomes NaN where `gaps` allows it."""
        return np.array(self.numbers(key, gaps), np.float32)

    def whole(self, key: str, most: int) -> int:
        """The whole number at `key`, 0..most; 0 where it is missing."""
        value = self.number(key, 0.0, most=most)
        if value != int(value):
            raise _BrokenError(f"{self._name(key)} should be a whole number, 0 to {most}, not {value:g}")
        return int(value)

    def optional_number(self, key: str, most: float) -> float | None:
        """The number at `key`, 0..most; None where it is null or missing."""
        return None if self._data.get(key) is None else self.number(key, most=most)

    def optional_text(self, key: str) -> str | None:
        """The text at `key`; None where it is null or missing."""
        return None if self._data.get(key) is None else self.get(key, str)

    def _name(self, key: str) -> str:
        return f"{self._place}.{key}" if self._place else key


def _is_number(value: Any) -> bool:
    """Finite, and within what a float holds; true and false are no numbers."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e30


def _found(value: object) -> str:
    if value is None:
        return "nothing"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else text[:37] + "..."


def _take(data: _Reader) -> Take:
    audio = data.inner("audio")
    return Take(
        Audio(
            audio.get("file", str),
            audio.get("sha256", str),
            audio.number("duration", most=LONGEST),
            audio.get("sample_rate", int),
        ),
        data.get("language", str),
        data.get("recognizer", str),
        data.optional_text("transcript"),
        tuple(_phone(item) for item in data.items("phones")),
        tuple(_syllable(item) for item in data.items("syllables")),
        tuple(_word(item) for item in data.items("words")),
        tuple(Phrase(*_span(item)) for item in data.items("phrases")),
        _tracks_from(data.inner("tracks")),
        tuple(
            Correction(*_span(item), item.get("said", str), item.get("kind", str)) for item in data.items("corrections")
        ),
        data.optional_number("identified", 1.0),
    )


def _span(item: _Reader) -> tuple[float, float]:
    return item.number("start", most=LONGEST), item.number("end", most=LONGEST)


def _syllable(item: _Reader) -> Syllable:
    prominence = item.number("prominence", 0.0, most=1.0)
    pitch = tuple(item.numbers("pitch"))
    marks = item.whole("stress", 2), item.whole("tone", 5)
    return Syllable(*_span(item), item.get("nucleus", int), prominence, *marks, pitch)


def _word(item: _Reader) -> Word:
    status = item.optional_text("status") or "said"
    return Word(*_span(item), item.get("text", str), status, item.number("confidence", 1.0, most=1.0))


def _phone(item: _Reader) -> Phone:
    ipa = item.get("ipa", str)
    if not ipa:
        raise _BrokenError(f"the phone at {item.number('start')} s has no letter")
    stress = int(item.number("stress", 0.0, most=2.0))
    return Phone(*_span(item), ipa, item.number("confidence", 1.0, most=1.0), stress)


def _tracks_from(data: _Reader) -> Tracks:
    hop = data.number("hop", HOP, least=0.001, most=1.0)
    openness, rounding, energy = (data.floats(name) for name in ("openness", "rounding", "energy"))
    return Tracks(hop, openness, rounding, energy, data.floats("pitch", gaps=True))
