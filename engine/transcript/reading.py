"""A transcript to a script: each word with the ways to say it, alone and beside its neighbours."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace

from .. import phones as ipa
from ..errors import TranscriptError
from ..languages import Language
from ..progress import Progress, drain, scaled
from . import context, mandarin, spelling, text, voices
from .citations import Cited, Said, cite, classes, unread
from .context import Word
from .lattice import Ways, readings, ways
from .rules import Edge
from .script import Reading, Script, ScriptWord, Sound
from .speaker import Asked, Speaker, Spoken

ALONE, OTHER = 0.5, 0.7
"""Costs of a word's citation form where its clause has it said otherwise, and of another accent or spelling."""

EVERY = 500
"""Words after which progress is told."""


def read_script(
    transcript: str, language: Language, *, speaker: Speaker | None = None
) -> Generator[Progress, None, Script]:
    """The words of a transcript, each with its readings: a generator of Progress that returns the Script.

    Words are read by espeak-ng (`speaker`, else the one that is installed), kana, Hangul, pinyin and /IPA/ by readers
    of our own; the costs and other ways are those of `readings/<code>.toml`.
    Raises TranscriptError: nothing to say in the text, a script or a word that cannot be read, espeak-ng missing.
    """
    return read(transcript, language.code, speaker)


def read(transcript: str, code: str, speaker: Speaker | None = None) -> Generator[Progress, None, Script]:
    """As `read_script`, for a language of which only the code is known."""
    own = ways(code)
    words = _words(transcript, code, own)
    wanted = [(who, spelt) for word in words for who in word.readers for spelt in word.spellings]
    clauses = list(context.clauses(words))
    questions = [pair for pair in wanted if pair[0] not in voices.OURS]
    spoken = yield from scaled(_ask([*questions, *(context.asked(words, each) for each in clauses)], speaker), 0.0, 0.6)
    cited = cite(wanted, spoken)
    heard: dict[int, Said] = {}
    for clause in clauses:
        heard |= context.shares(words, clause, spoken[context.asked(words, clause)], cited)
    yield Progress("read", 0.7)
    said = [(word, heard.get(at)) for at, word in enumerate(words) if _is_said(word, cited)]
    if not said:
        raise TranscriptError("The transcript holds no words that are said; paste the line as it is spoken.")
    words = [word for word, _ in said]
    bases = [_bases(word, cited, share, own) for word, share in said]
    found: list[ScriptWord] = []
    for at in range(0, len(words), EVERY):
        yield Progress("read", 0.7 + 0.3 * at / len(words))
        found += _finished(transcript, words, bases, range(at, min(at + EVERY, len(words))), own)
    return Script(transcript, code, tuple(found))


def _ask(questions: Sequence[Asked], speaker: Speaker | None) -> Generator[Progress, None, dict[Asked, Spoken | None]]:
    """Each distinct question to espeak-ng with its answer, those to one voice together; it is not needed for none."""
    distinct = dict.fromkeys(questions)
    order = {voice: number for number, voice in enumerate(dict.fromkeys(voice for voice, _ in distinct))}
    ordered = sorted(distinct, key=lambda question: order[question[0]])
    if not ordered:
        return {}
    answers = yield from (speaker or Speaker.find()).say(ordered)
    return dict(zip(ordered, answers, strict=True))


def say_word(word: str, language: Language, *, speaker: Speaker | None = None) -> tuple[Reading, ...]:
    """The ways to say one word as an artist has put it right, the usual way first.

    Of several words the sounds of the usual ways are one after the other. Raises TranscriptError, as `read_script`.
    """
    said = drain(read_script(word, language, speaker=speaker)).words
    if len(said) == 1:
        return said[0].readings
    return (Reading(tuple(sound for each in said for sound in each.readings[0].sounds), names="citation"),)


def _words(transcript: str, code: str, own: Ways) -> list[Word]:
    tokens = text.read(transcript, own.short)
    toneless = code == "zh" and not any(mandarin.is_character(token.said) for token in tokens)
    found = []
    for token in tokens:
        if not token.ipa and token.said.lower() in own.exact:
            found.append(Word(token, (voices.TABLE_OF_WORDS,), ()))
            continue
        pinyin = code == "zh" and not token.ipa and mandarin.is_pinyin(token.said, toneless)
        readers = (voices.PINYIN,) if pinyin else voices.readers(token, code)
        ours = readers[0] in voices.OURS
        foreign = token.ipa or not (ours or readers == voices.of(code).names)
        forms = spelling.forms(token.said, own.symbols, own.years)[: 1 if ours else None]
        if readers[0] in (voices.IPA, voices.PINYIN):
            forms = (token.said,)
        found.append(Word(token, readers, forms, foreign))
    return found


def _is_said(word: Word, cited: Cited) -> bool:
    """Whether a word is said at all; a lone sign need not be. Raises TranscriptError for a word that should."""
    if word.readers[0] == voices.TABLE_OF_WORDS or any(cited[word.readers[0], spelt] for spelt in word.spellings):
        return True
    if any(letter.isalnum() for letter in word.token.said):
        raise unread(word.token.said)
    return False


def _bases(word: Word, cited: Cited, heard: Said | None, own: Ways) -> tuple[Reading, ...]:
    """The forms from which the readings of a word are made: beside its neighbours, alone, by other voices."""
    alone = [way for who in word.readers for spelt in word.spellings for way in cited[who, spelt]]
    if not alone:
        return own.exact[word.token.said.lower()]
    usual, *others = alone
    found = [Reading(usual, ALONE, False, "citation"), *(Reading(way, OTHER, False, "other") for way in others)]
    if heard is None or classes(heard) == classes(usual):
        return (Reading(heard or usual, 0.0, False, "citation"), *found[1:])
    return (Reading(heard, 0.0, _is_linked(heard, usual), "context"), *found)


def _is_linked(heard: Said, alone: Said) -> bool:
    """Whether a word's last consonant comes from the word after it: added (French z) or changed (English flap)."""
    ours, plain = classes(heard), classes(alone)
    if ipa.features(heard[-1].ipa).vowel:
        return False
    return ours[:-1] == plain or (len(ours) == len(plain) > 1 and ours[:-1] == plain[:-1])


def _finished(
    written: str, words: Sequence[Word], bases: Sequence[tuple[Reading, ...]], which: range, own: Ways
) -> Iterator[ScriptWord]:
    for at in which:
        token, follows, leads = (
            words[at].token,
            _beside(words, bases, at, at + 1),
            _beside(words, bases, at - 1, at - 1),
        )
        edge = Edge(leads[-1] if leads else None, follows[0] if follows else None)
        found = bases[at] if words[at].foreign else readings(bases[at], token.said.lower(), edge, own)
        toned = _toned(found, token.said, mandarin.first_tone(follows))
        yield ScriptWord(written[token.start : token.end], token.start, token.end, toned, token.pause)


def _beside(words: Sequence[Word], bases: Sequence[tuple[Reading, ...]], gap: int, at: int) -> Said:
    """The sounds of the word at `at`; none where there is no such word, or a pause after the word at `gap`."""
    if not 0 <= at < len(words) or words[gap].token.pause >= text.BREAK:
        return ()
    return bases[at][0].sounds


def _toned(found: tuple[Reading, ...], word: str, after: Sound | None) -> tuple[Reading, ...]:
    if not any(mandarin.first_tone(each.sounds) for each in found):
        return found
    return tuple(replace(each, sounds=mandarin.sandhi(each.sounds, word, after)) for each in found)
