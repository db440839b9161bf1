"""A language: which phones it has, how the mouth makes them, and how it times and stresses them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .. import phones
from .shape import Mark, Shape

PAUSE = ""  # stands for silence among neighbours


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a phone with one target: its IPA, and where it lies as shares 0..1 of the phone's duration."""

    ipa: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Diphthong:
    """One phone with two targets; the second begins at the share `split` (0..1) of the duration."""

    parts: tuple[str, str]
    split: float


@dataclass(frozen=True, slots=True)
class Cluster:
    """A phone that is made otherwise among certain neighbours.

    One of `phones` after `after` and before `before` becomes `becomes`. Neighbours are IPA or a class: @vowel,
    @consonant, @voiceless, @pause, @close (a close vowel); empty: any.
    """

    phones: frozenset[str]
    after: frozenset[str]
    before: frozenset[str]
    becomes: str

    def fits(self, before: str, phone: str, after: str) -> bool:
        """Whether the rule holds for `phone` between the phones `before` and `after` it ('' for silence)."""
        return phone in self.phones and _matches(before, self.after) and _matches(after, self.before)


def _matches(phone: str, wanted: frozenset[str]) -> bool:
    return not wanted or phone in wanted or not wanted.isdisjoint(_kinds(phone))


def _kinds(phone: str) -> tuple[str, ...]:
    if phone == PAUSE:
        return ("@pause",)
    own = phones.features(phone)
    kinds = ["@vowel" if own.vowel else "@consonant"]
    if own.vowel and own.height <= 0.17:
        kinds.append("@close")
    if not own.vowel and not own.voiced:
        kinds.append("@voiceless")
    return tuple(kinds)


@dataclass(frozen=True, slots=True)
class Prosody:
    """How a language groups and stresses its syllables.

    `rhythm` 'stress', 'syllable' or 'mora'; `stress`: which syllable of a word is stressed by default ('first',
    'penultimate', 'last' or 'none'); `reduction` 0..1: how far an unstressed vowel gives way to a neutral one;
    `min_onset`, `max_onset`: consonants that begin a syllable between two vowels, where there are so many;
    `syllabic`: consonants that may carry a syllable; `accent`: how a syllable stands out: 'stress' (longer, louder),
    'pitch' (higher), 'tone' (as stress, but pitch belongs to the word) or 'phrase' (at the phrase's end).
    """

    rhythm: str
    stress: str
    reduction: float
    min_onset: int = 1
    max_onset: int = 3
    syllabic: frozenset[str] = frozenset()
    accent: str = "stress"


@dataclass(frozen=True, slots=True)
class Timing:
    """Timing norms, None where no figure is known.

    Syllables per second with their spread between speakers, mean pause in seconds, pauses per minute; `durations`:
    phone -> (usual, least) in seconds, `vowel` and `consonant` for those that it does not hold.
    """

    syllables_per_second: float | None
    spread: float | None
    pause: float | None
    pauses_per_minute: float | None
    vowel: tuple[float, float]
    consonant: tuple[float, float]
    durations: Mapping[str, tuple[float, float]]

    def duration(self, ipa: str) -> tuple[float, float]:
        """Usual and least duration of a phone in seconds."""
        known = self.durations.get(ipa)
        return known or (self.vowel if phones.features(ipa).vowel else self.consonant)


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """One language, checked when it was loaded.

    `inventory`: its phones in the spelling of `phones.tidy`. `shapes`: the shared rows with the language's own over
    them; `own`: the phones that it states itself. `rest`, `breath`: the mouth between and just before phrases.
    """

    code: str
    name: str
    inventory: frozenset[str]
    shapes: Mapping[str, Shape]
    own: frozenset[str]
    marks: Mapping[str, Mark]
    diphthongs: Mapping[str, Diphthong]
    clusters: tuple[Cluster, ...]
    prosody: Prosody
    timing: Timing
    rest: Shape
    breath: Shape
    _found: dict[str, Shape] = field(default_factory=dict, repr=False)

    def shape(self, ipa: str) -> Shape:
        """The mouth for one phone; any string will do, and never raises.

        In this order: the row of the phone; of the phone of this language that the recognizer's class stands for
        ('ʃ' is ʂ in Russian); of its letter, changed by its diacritics; of the known phone nearest in articulation.
        """
        if ipa not in self._found:
            self._found[ipa] = self._find(phones.tidy(ipa))
        return self._found[ipa]

    def _find(self, text: str) -> Shape:
        if not text:
            return self.rest
        if text not in self.own and text not in self.inventory:
            text = self._stood_for(text)
        for length in range(len(text), 0, -1):
            if text[:length] in self.shapes:
                return self._marked(self.shapes[text[:length]], text, length)
        return self.shapes[phones.nearest(text, self.shapes)]

    def _stood_for(self, text: str) -> str:
        meant = [phone for phone in self.inventory if phones.classify(phone) == text]
        return phones.nearest(text, meant) if meant else text

    def _marked(self, shape: Shape, text: str, length: int) -> Shape:
        kind = "vowel" if phones.features(text).vowel else "consonant"
        for letter in text[length:]:
            mark = self.marks.get(letter)
            if mark is not None and mark.on in ("", kind):
                shape = mark.applied_to(shape)
        return shape

    def parts(self, ipa: str) -> tuple[Part, ...]:
        """The targets of one phone in order: two for a diphthong (one that no table holds included), else one."""
        text = phones.tidy(ipa)
        known = self.diphthongs.get(text) or self.diphthongs.get(text.rstrip("ː"))
        if known is None:
            known = _two_vowels(text)
        if known is None:
            return (Part(ipa, 0.0, 1.0),)
        return (Part(known.parts[0], 0.0, known.split), Part(known.parts[1], known.split, 1.0))

    def in_context(self, spoken: Sequence[str]) -> tuple[str, ...]:
        """The phones of `spoken` (IPA, '' for a pause) as they are made among their neighbours (the cluster rules).

        The first rule that fits counts; neighbours are the phones as they were given.
        """
        if not self.clusters:
            return tuple(spoken)
        tidied = (PAUSE, *(phones.tidy(phone) for phone in spoken), PAUSE)
        return tuple(self._among(given, tidied[at : at + 3]) for at, given in enumerate(spoken))

    def _among(self, given: str, around: Sequence[str]) -> str:
        before, phone, after = around
        return next((rule.becomes for rule in self.clusters if rule.fits(before, phone, after)), given)


def _two_vowels(text: str) -> Diphthong | None:
    found = phones.segments(text)
    if len(found) < 2 or not all(phones.features(phone).vowel for phone in found[:2]):
        return None
    return Diphthong((found[0], found[-1]), 0.5)
