"""A take: one reading by one voice, timed. All that the mouth needs to speak it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .errors import TakeError
from .files import write_text
from .json_reader import Form, Reader, json_text

FORM = Form("lockstep.take", 2, "take", TakeError, "choose a file made by 'lockstep analyze'")
STATUSES = ("said", "changed", "repeated", "extra", "unsaid")
CORRECTIONS = ("phones", "word")
STAGES = ("phones", "classes", "openness", "rest")
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
    """A stretch of speech between two pauses, in seconds, and how far its hearing is to be trusted.

    `stage`, one of STAGES: the mouth follows its 'phones'; their mouth 'classes' only; the 'openness' track alone,
    which is then that of the speech band's energy; or none of it, and is at 'rest'. `reason`: why it is not 'phones',
    as a clause ('noise lies over it').
    """

    start: float
    end: float
    stage: str = "phones"
    reason: str = ""

    def __post_init__(self) -> None:
        _check_span("phrase", self.start, self.end)
        if self.stage not in STAGES:
            raise TakeError(
                f"The phrase at {self.start} s has the stage '{self.stage}'; give one of {', '.join(STAGES)}."
            )


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
    head = {"format": FORM.format, "version": FORM.version, "audio": audio, "language": take.language}
    sure = None if take.identified is None else _short(take.identified, 3)
    head |= {"identified": sure, "recognizer": take.recognizer, "transcript": take.transcript}
    lines = [f"{json_text(key)}: {json_text(value)}" for key, value in head.items()]
    lines += [f'"phones": {_rows(take.phones)}', f'"syllables": {_rows(take.syllables)}']
    lines += [f'"words": {_rows(take.words)}', f'"phrases": {_phrases(take.phrases)}']
    lines.append(f'"corrections": {_rows(take.corrections)}')
    lines.append(f'"tracks": {_tracks(take.tracks)}')
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _short(value: float, places: int) -> float:
    return round(float(value), places) + 0.0  # + 0.0: no minus zero


def _rows(values: Sequence[Phone | Syllable | Word | Correction]) -> str:
    """A list with each item on a line of its own."""
    return _listed([{key: _shortened(value) for key, value in asdict(item).items()} for item in values])


def _phrases(phrases: Sequence[Phrase]) -> str:
    """The phrases; their stage only where it is not 'phones', its reason where there is one."""
    items = []
    for phrase in phrases:
        item: dict[str, object] = {"start": _short(phrase.start, 3), "end": _short(phrase.end, 3)}
        item |= {"stage": phrase.stage} if phrase.stage != STAGES[0] else {}
        items.append(item | ({"reason": phrase.reason} if phrase.reason else {}))
    return _listed(items)


def _listed(items: Sequence[object]) -> str:
    return "[" + ",".join(f"\n  {json_text(item)}" for item in items) + ("\n]" if items else "]")


def _shortened(value: object) -> object:
    if isinstance(value, tuple):
        return [_short(one, 2) for one in value]
    return _short(value, 3) if isinstance(value, float) else value


def _tracks(tracks: Tracks) -> str:
    places = {"openness": 3, "rounding": 3, "energy": 1, "pitch": 1}
    lines = [f'"hop": {json_text(_short(tracks.hop, 6))}']
    for name, digits in places.items():
        values = getattr(tracks, name).tolist()
        lines.append(f'"{name}": ' + json_text([None if math.isnan(v) else _short(v, digits) for v in values]))
    return "{\n  " + ",\n  ".join(lines) + "\n}"


def from_json(text: str, name: str = "The take") -> Take:
    """A take from its JSON text; `name` is how errors call it. What later versions may leave out has its default.

    Raises TakeError where the text is no take, is broken, or comes from a newer version of this program.
    """
    return FORM.read(text, name, _take)


def read_take(path: Path | str) -> Take:
    """The take in a file. Raises TakeError, as `from_json` does, and where the file cannot be read."""
    return FORM.read_file(Path(path), _take)


def write_take(take: Take, path: Path | str) -> None:
    """Write the take to a file, whole or not at all. Raises OutputError where that cannot be done."""
    write_text(Path(path), to_json(take))


def _take(data: Reader) -> Take:
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
        tuple(_phrase(item) for item in data.items("phrases")),
        _tracks_from(data.inner("tracks")),
        tuple(
            Correction(*_span(item), item.get("said", str), item.get("kind", str)) for item in data.items("corrections")
        ),
        data.optional_number("identified", 1.0),
    )


def _span(item: Reader) -> tuple[float, float]:
    return item.number("start", most=LONGEST), item.number("end", most=LONGEST)


def _phrase(item: Reader) -> Phrase:
    return Phrase(*_span(item), item.optional_text("stage") or STAGES[0], item.optional_text("reason") or "")


def _syllable(item: Reader) -> Syllable:
    prominence = item.number("prominence", 0.0, most=1.0)
    pitch = tuple(item.numbers("pitch"))
    marks = item.whole("stress", 2), item.whole("tone", 5)
    return Syllable(*_span(item), item.get("nucleus", int), prominence, *marks, pitch)


def _word(item: Reader) -> Word:
    status = item.optional_text("status") or "said"
    return Word(*_span(item), item.get("text", str), status, item.number("confidence", 1.0, most=1.0))


def _phone(item: Reader) -> Phone:
    ipa = item.get("ipa", str)
    if not ipa:
        item.fail(f"the phone at {item.number('start')} s has no letter")
    stress = int(item.number("stress", 0.0, most=2.0))
    return Phone(*_span(item), ipa, item.number("confidence", 1.0, most=1.0), stress)


def _tracks_from(data: Reader) -> Tracks:
    hop = data.number("hop", HOP, least=0.001, most=1.0)
    openness, rounding, energy = (data.floats(name) for name in ("openness", "rounding", "energy"))
    return Tracks(hop, openness, rounding, energy, data.floats("pitch", gaps=True))
