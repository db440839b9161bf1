"""Listening: a sound in, a take out."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .align import Alignment, align, correct, sharpen
from .ears.given import posteriors_of
from .ears.order import in_order
from .ears.protocol import Ear, PhoneEar, PosteriorEar, WordEar
from .errors import AudioError
from .fallback import fall_back
from .fallback import remarks as fallen
from .languages import Language, codes, load
from .phones import CLASSES, SILENCE, mouth_class
from .progress import Progress, scaled
from .prosody import TRUSTED, describe, phrases, spoken_words, syllables
from .recognizer import ARTICULATIONS, Posteriors, Recognizer, articulation_table, decode, identify
from .recognizer.confidence import calibrated
from .recognizer.identify import Identified
from .sound import quality
from .sound.energy import loud_level
from .sound.features import RATE
from .sound.measure import Measured, join, measure
from .sound.source import Source, check_length
from .take import HOP, Audio, Correction, Phone, Syllable, Take, Tracks, Word
from .transcript import Script

CHUNK = 6000  # frames heard at once, at most: a minute
CONTEXT = 200  # frames heard beside them on each side
NEAR = 100  # frames beside sound that are heard as well
NEVER = -60.0  # log-probability of what is not there
WINDOW = 3000  # frames decoded at once, at least, where a silence allows it
WIDEST = 6000  # frames decoded at once, at most
PAUSE = 30  # frames of silence at which a window may end
FLEETING = 0.040  # seconds: shorter unstressed sounds vanish in the quick pass
LEAST_SPEECH = 0.05  # seconds of phones without which there is no speech
UNSURE = 0.36  # mean confidence under which a sound without a voice is no speech: noise has 0.35 at most, whispers 0.57
QUIET = 45.0  # dB under loud speech, from which nothing is voiced and the mouth rests
INAUDIBLE = 55.0  # dB under loud speech, from which nothing is said
ANOTHER_TEXT = 0.3  # agreement of a text and its sound, under which it is the text of another sound
ANOTHER_SHORT_TEXT = 0.1  # the same for fewer than FEW_WORDS, of which less can be told
FEW_WORDS = 4
MOST_NAMED = 3  # words that a remark names
FOREIGN = 0.9  # probability from which a language other than the one given is named: in 140 sounds it never was wrong
UNKNOWN = "und"  # the language of a sound whose language cannot be told

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class _Heard:
    """What was measured and heard: posteriors beside their sound, and the level of loud speech in dB.

    `given`: the phones came as they are, and the posteriors were made of them.
    """

    sound: Measured
    posteriors: Posteriors
    loud: float
    given: bool = False


def listen(
    source: Source,
    *,
    language: Language | None,
    refined: bool = True,
    transcript: str | None = None,
    corrections: Sequence[Correction] = (),
    recognizer: Ear | None = None,
    remark: Callable[[str], None] | None = None,
) -> Generator[Progress, None, Take]:
    """Hear a sound and give its take: 0.1 s to an hour, in blocks, so that memory stays bounded.

    `language` None: the one that is heard, with its probability in `Take.identified`; the shared one where that cannot
    be told. `transcript`: what is said; its words are looked for and timed, and what is said otherwise is heard without
    it. `corrections`: what was put right in this sound, put right again in this order. `refined`: full decoding, edges
    sharpened, and the mouth's widest moment moved to stressed nuclei; otherwise one quick pass where, without a
    transcript, unstressed sounds under 40 ms that shut no lips go to their neighbours. `remark` is called with a
    sentence for each thing that may spoil the reading (clipping, damaged samples, words that were not said, another
    language than the one given, phrases that cannot be trusted to the phone). Times are rounded to 1 ms; the same sound
    gives the same take.

    `recognizer`: another ear than the one that comes along. A `PosteriorEar` is asked of every frame, and all is as
    above. The phones of a `PhoneEar` are taken as they are: no text is aligned, nothing decoded or sharpened, no phrase
    falls back, and the language is the one given, or what the ear says, or what our own recognizer tells from the
    sound; the sound is measured, and prosody, tracks and phrases are made as ever.

    Raises AudioError where the sound is too short, too long or cut off, or holds no speech; TranscriptError where the
    transcript or a word that was put right cannot be read; TakeError for a correction outside the sound.
    """
    check_length(source)
    ear = recognizer or Recognizer.load()
    say = remark or _unheard
    if isinstance(ear, PhoneEar):
        return (yield from _taken(source, language, refined, transcript, corrections, ear, say))
    text = transcript if transcript and transcript.strip() else None
    script = None
    if text is not None and language is not None:
        script = yield from _script(text, language, 0.0, 0.1)
    sound, worth = yield from scaled(_measured(source, refined), 0.1, 0.4)
    heard = yield from _hear(sound, ear)
    found, sure = _language(heard, language, text, say)
    if text is not None and script is None and found.code != UNKNOWN:
        script = yield from _script(text, found, 0.7, 0.75)
    free = yield from _phones(heard, found, refined)
    if not _is_speech(free, worth):
        raise AudioError(f"No speech found in '{source.name}'; choose a sound in which somebody speaks.")
    for sentence in quality.remarks(worth):
        say(sentence)
    spoken = yield from _spoken(heard, free, script, found, say)
    if refined:
        spoken = spoken.at(sharpen(spoken.phones, heard.sound.change))
    for correction in corrections:
        spoken = correct(heard.posteriors, spoken.phones, spoken.words, correction, found, tones=spoken.tones)
    spoken = _with_confidence(spoken, heard.posteriors, bool(corrections))
    yield Progress("Prosody", 0.96)
    take = _take(_audio(source), ear.name, transcript, heard, spoken, found, refined, tuple(corrections), sure)
    take = fall_back(take, heard.posteriors, heard.sound.bands, _is_foreign(heard, language, say))
    for sentence in fallen(take.phrases):
        say(sentence)
    return take


def _taken(
    source: Source,
    language: Language | None,
    refined: bool,
    transcript: str | None,
    corrections: Sequence[Correction],
    ear: PhoneEar,
    say: Callable[[str], None],
) -> Generator[Progress, None, Take]:
    """The take of phones that an ear gives as they are."""
    sound, worth = yield from scaled(_measured(source, False), 0.0, 0.4)
    told: Identified | None = None
    if language is None and not isinstance(ear, WordEar):
        told = yield from scaled(_identified(sound), 0.4, 0.5)
    spoken_in = language if told is None or told.code is None else load(told.code)
    phones = yield from scaled(ear.phones(source, spoken_in), 0.5, 0.9)
    ordered, changed = in_order(phones, source.duration, f"'{ear.name}'")
    phones = tuple(phone for phone in ordered if phone.ipa != SILENCE)
    if not phones:
        raise AudioError(f"'{ear.name}' has no phones for '{source.name}'; choose another recognizer or file.")
    for sentence in (*quality.remarks(worth), *changed):
        say(sentence)
    if transcript and transcript.strip():
        say(f"The text was left aside, since the phones of '{ear.name}' are taken as they are.")
    if language is None and told is None and _named_by(ear) is None:
        told = yield from scaled(_identified(sound), 0.9, 0.95)
    found, sure = _language_of(ear, language, told, say)
    posteriors = posteriors_of(phones, found, len(sound.energy))
    heard = _Heard(sound, posteriors, loud_level(sound.energy), given=True)
    spoken = Alignment(phones, ear.words if isinstance(ear, WordEar) else (), (0,) * len(phones))
    for correction in corrections:
        spoken = correct(posteriors, spoken.phones, spoken.words, correction, found, tones=spoken.tones)
    yield Progress("Prosody", 0.96)
    return _take(_audio(source), ear.name, transcript, heard, spoken, found, refined, tuple(corrections), sure)


def _identified(sound: Measured) -> Generator[Progress, None, Identified]:
    """The language of a sound whose phones others give, as our own recognizer hears it; three minutes of it will do."""
    most = identify.PARTS * identify.LISTENED
    if len(sound.energy) > most:
        starts = np.linspace(0, len(sound.energy) - identify.LISTENED, identify.PARTS).astype(int)
        rows = np.concatenate([np.arange(start, start + identify.LISTENED) for start in starts])
        sound = replace(sound, bands=sound.bands[rows], energy=sound.energy[rows], pitch=sound.pitch[rows])
    heard = yield from _hear(sound, Recognizer.load())
    return identify.identify(heard.posteriors)


def _named_by(ear: PhoneEar) -> str | None:
    """The language that an ear names, if there is a table for it."""
    told = ear.language if isinstance(ear, WordEar) else None
    return told if told in codes() else None


def _language_of(
    ear: PhoneEar, given: Language | None, told: Identified | None, say: Callable[[str], None]
) -> tuple[Language, float | None]:
    """The language that was given, the one that the ear names, or the one that was heard with its probability."""
    if given is not None:
        return given, None
    if told is None:
        return load(_named_by(ear) or UNKNOWN), None
    if told.code is None:
        say("The language could not be told from the sound; choose it, so that the mouth makes its sounds as it does.")
    return load(told.code or UNKNOWN), round(told.probability, 3)


def _unheard(sentence: str) -> None:
    """Nobody listens to remarks."""


def _script(text: str, language: Language, low: float, high: float) -> Generator[Progress, None, Script]:
    from .transcript import read_script

    return (yield from scaled(read_script(text, language), low, high, "Text"))


def _written_in(text: str, known: Sequence[str]) -> tuple[str, ...]:
    from .transcript.written import written_in

    return written_in(text, known)


def _language(
    heard: _Heard, given: Language | None, text: str | None, say: Callable[[str], None]
) -> tuple[Language, float | None]:
    """The language that was given, or the one that is heard and its probability.

    Where the ear cannot tell, a text leaves those that are written in its letters; the likeliest of them is taken.
    """
    if given is not None:
        return given, None
    found = identify.identify(heard.posteriors)
    written = _written_in(text, [code for code in codes() if found.scores.get(code)]) if text else ()
    if written and found.code not in (*written, UNKNOWN):
        likeliest = max(written, key=lambda code: found.scores[code])
        say(
            f"The text was read as {load(likeliest).name}, the likeliest by sound and letters; choose another if wrong."
        )
        return load(likeliest), round(found.scores[likeliest], 3)
    if found.code is None:
        say("The language could not be told from the sound; choose it, so that its own sounds are heard.")
    elif text and found.code == UNKNOWN:
        say("The text was left aside, since the language seems to be one without a table; choose that of the text.")
    return load(found.code or UNKNOWN), round(found.probability, 3)


def _is_foreign(heard: _Heard, given: Language | None, say: Callable[[str], None]) -> bool:
    """Whether the sound is surely in another language than the one that was given."""
    if given is None or given.code == UNKNOWN:
        return False
    found = identify.identify(heard.posteriors)
    if found.code is None or found.code in (UNKNOWN, given.code) or found.probability < FOREIGN:
        return False
    other = load(found.code).name
    say(f"The speech sounds like {other}, not {given.name}; choose {other} if that is what is spoken.")
    return True


def _spoken(
    heard: _Heard,
    free: tuple[Phone, ...],
    script: Script | None,
    language: Language,
    say: Callable[[str], None],
) -> Generator[Progress, None, Alignment]:
    """What is said: by the script where there is one and it fits."""
    spoken = Alignment(free, (), (0,) * len(free))
    if script is not None:
        found = yield from scaled(align(heard.posteriors, script, language, free), 0.85, 0.95)
        few = len(script.words) < FEW_WORDS
        if found.agreement < (ANOTHER_SHORT_TEXT if few else ANOTHER_TEXT):
            say("Hardly a word of the text was heard, so it was left aside; give the text that is spoken here.")
        else:
            spoken = found
            for sentence in _missed(found.words):
                say(sentence)
    return spoken


def _with_confidence(spoken: Alignment, posteriors: Posteriors, corrected: bool) -> Alignment:
    """Confidence as the share that is right; a word's is the mean of its phones'. What was put right is sure."""
    owners = spoken_words(spoken.phones, spoken.words)
    told = [owner >= 0 and spoken.words[owner].status in TRUSTED for owner in owners]
    phones = [
        raw if corrected and raw.confidence == 1.0 else sure
        for raw, sure in zip(spoken.phones, calibrated(spoken.phones, posteriors, told), strict=True)
    ]
    own: dict[int, list[float]] = {}
    for owner, phone in zip(owners, phones, strict=True):
        own.setdefault(owner, []).append(phone.confidence)
    words = [
        replace(word, confidence=round(sum(own[at]) / len(own[at]), 3)) if at in own else word
        for at, word in enumerate(spoken.words)
    ]
    return replace(spoken, phones=tuple(phones), words=tuple(words))


def _missed(words: Sequence[Word]) -> Iterator[str]:
    """A sentence for each way in which the text and the sound differ."""
    told = {"unsaid": "were not heard", "changed": "were heard otherwise than written", "repeated": "were said again"}
    for status, what in told.items():
        found = [f"'{word.text}' at {word.start:.2f} s" for word in words if word.status == status]
        if found:
            yield f"{_counted(found, 'word')} of the text {what if len(found) > 1 else what.replace('were', 'was')}."
    more = [f"at {word.start:.2f} s" for word in words if word.status == "extra"]
    if more:
        yield f"{_counted(more, 'stretch')} of speech {'are' if len(more) > 1 else 'is'} not in the text."


def _counted(found: Sequence[str], what: str) -> str:
    plural = what if len(found) == 1 else what + ("es" if what.endswith("h") else "s")
    more = f" and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
    return f"{len(found)} {plural} ({', '.join(found[:MOST_NAMED])}{more})"


def _take(
    audio: Audio,
    ear: str,
    transcript: str | None,
    heard: _Heard,
    spoken: Alignment,
    language: Language,
    refined: bool,
    corrections: tuple[Correction, ...],
    identified: float | None,
) -> Take:
    tracks = _tracks(heard, spoken.phones)
    marked, spans, spoken_phrases = describe(spoken.phones, spoken.words, tracks, language, spoken.tones)
    if refined:
        tracks = _peaks_on_nuclei(tracks, marked, spans)
    elif not spoken.words and not heard.given:
        marked = absorb_fleeting(marked)
        spans = _again(marked, spans, language)
        spoken_phrases = phrases(marked)
    return Take(
        audio,
        language.code,
        ear,
        transcript,
        marked,
        spans,
        spoken.words,
        spoken_phrases,
        tracks,
        corrections,
        identified,
    )


def _audio(source: Source) -> Audio:
    return Audio(source.name, source.sha256(), round(source.duration, 3), source.sample_rate)


def _measured(source: Source, changing: bool) -> Generator[Progress, None, tuple[Measured, quality.Quality]]:
    """The sound's measures and its quality. Raises AudioError where there is nothing in it to hear."""
    sound = yield from _read(source, changing)
    worth = quality.measure(
        sound.energy, sound.pitch, sound.clipped / max(1, len(sound.energy) * RATE * HOP), getattr(source, "mended", 0)
    )
    quality.require_speech(worth, source.name)
    return sound, worth


def _read(source: Source, refined: bool) -> Generator[Progress, None, Measured]:
    parts: list[Measured] = []
    done = 0
    for part in measure(source.blocks(RATE), changing=refined):
        parts.append(part)
        done += len(part.energy)
        yield Progress("Reading", min(1.0, done * HOP / source.duration))
    return join(parts)


def _hear(sound: Measured, ear: PosteriorEar) -> Generator[Progress, None, _Heard]:
    """Posteriors of the whole sound, a minute at a time with 2 s of context on each side.

    The recognizer levels what it is given by its loud frames; long pauses are left out, or it would hear speech there.
    """
    loud = loud_level(sound.energy)
    rows = _near_sound(sound.energy > loud - INAUDIBLE)
    phones = np.full((len(sound.energy), len(CLASSES)), NEVER, np.float16)
    phones[:, 0] = 0.0
    articulation = np.zeros((len(sound.energy), len(ARTICULATIONS)), np.float16)
    prior = None
    for start, end in _chunks(len(rows)):
        before, after = max(0, start - CONTEXT), min(len(rows), end + CONTEXT)
        found = ear.posteriors(sound.bands[rows[before:after]].astype(np.float32))
        phones[rows[start:end]] = found.phones[start - before : end - before]
        articulation[rows[start:end]] = found.articulation[start - before : end - before]
        prior = found.prior
        yield Progress("Hearing", 0.4 + 0.3 * end / len(rows))
    return _Heard(sound, Posteriors(phones, articulation, prior), loud)


def _near_sound(loud_enough: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The frames within a second of one that is loud enough."""
    sums = np.concatenate([[0], np.cumsum(loud_enough)])
    index = np.arange(len(loud_enough))
    low, high = np.maximum(index - NEAR, 0), np.minimum(index + NEAR + 1, len(loud_enough))
    return np.flatnonzero(sums[high] - sums[low])


def _chunks(frames: int) -> Iterator[tuple[int, int]]:
    """Chunks of one even length, so that the last one is not left with a stub."""
    count = -(-frames // CHUNK)
    length = 2 * -(-frames // (2 * count))
    for start in range(0, frames, length):
        yield start, min(frames, start + length)


def _rows(posteriors: Posteriors, start: int, end: int) -> Posteriors:
    return posteriors.rows(start, end)


def _phones(heard: _Heard, language: Language, refined: bool) -> Generator[Progress, None, tuple[Phone, ...]]:
    frames = len(heard.posteriors.phones)
    found: list[Phone] = []
    for start, end in decoding_windows(heard.posteriors.phones[:, 0]):
        for phone in decode(_rows(heard.posteriors, start, end), language, refined):
            _append(found, phone, start * HOP)
        yield Progress("Phones", 0.75 + 0.1 * end / frames)
    return tuple(phone for phone in found if _audible(phone, heard))


def decoding_windows(silence: NDArray[np.float16]) -> Iterator[tuple[int, int]]:
    """Cut frames into windows of about 30 s to decode; `silence`: log-probability of silence [frames].

    Each ends in the middle of the first pause of 0.3 s after 30 s; within a minute without one, at the frame that is
    most probably silent.
    """
    start, frames = 0, len(silence)
    while frames - start > WIDEST:
        inside = silence[start + WINDOW : start + WIDEST].astype(np.float32)
        sums = np.concatenate([[0], np.cumsum(inside > np.log(0.5))])
        pauses = np.flatnonzero(sums[PAUSE:] - sums[:-PAUSE] == PAUSE)
        cut = int(pauses[0]) + PAUSE // 2 if len(pauses) else int(inside.argmax())
        yield start, start + WINDOW + cut
        start += WINDOW + cut
    yield start, frames


def _is_speech(phones: Sequence[Phone], worth: quality.Quality) -> bool:
    """Whether anything is said: voiceless noise that comes and goes is heard as phones, but hardly believed in."""
    lengths = [phone.end - phone.start for phone in phones]
    if sum(lengths) < LEAST_SPEECH:
        return False
    sure = sum(length * phone.confidence for length, phone in zip(lengths, phones, strict=True)) / sum(lengths)
    return sure >= UNSURE or worth.voiced >= quality.VOICED


def _append(found: list[Phone], phone: Phone, shift: float) -> None:
    """Add a phone, its times rounded to 1 ms; one that a window's end cut in two becomes one again."""
    start, end = round(phone.start + shift, 3), round(phone.end + shift, 3)
    last = found[-1] if found else None
    if last is not None:
        start = max(start, last.end)
    if end <= start:
        return
    if last is not None and shift > 0.0 and phone.start == 0.0 and last.end == start and last.ipa == phone.ipa:
        found[-1] = replace(last, end=end)
    else:
        found.append(replace(phone, start=start, end=end, confidence=round(float(phone.confidence), 3)))


def _audible(phone: Phone, heard: _Heard) -> bool:
    first, last = int(phone.start / HOP), max(int(phone.start / HOP) + 1, round(phone.end / HOP))
    level = heard.sound.energy[first:last].max(initial=-120.0)
    return mouth_class(phone.ipa) == "closed" or bool(level > heard.loud - INAUDIBLE)


def _tracks(heard: _Heard, phones: Sequence[Phone]) -> Tracks:
    """Openness and rounding as expected under the posteriors, 0 in silence; energy and pitch as measured.

    Phones that were given are spoken however quiet the sound is there.
    """
    energy = heard.sound.energy
    gate = _speaking(phones, len(energy))
    if not heard.given:
        gate = gate * np.clip((energy - heard.loud + QUIET) / 10.0, 0.0, 1.0)
    pitch = np.where(energy > heard.loud - QUIET, heard.sound.pitch, np.float32(np.nan))
    openness, rounding = (_expected(heard.posteriors, name) * gate for name in ("openness", "rounding"))
    return Tracks(HOP, _rounded(openness, 3), _rounded(rounding, 3), _rounded(energy, 1), _rounded(pitch, 1))


def _expected(posteriors: Posteriors, name: str) -> Floats:
    """The mean of what the recognizer sees of the articulator itself and what it expects from the phones."""
    column = ARTICULATIONS.index(name)
    table = articulation_table()[:, column]
    seen = posteriors.articulation[:, column].astype(np.float32)
    expected = np.empty(len(seen), np.float32)
    for at in range(0, len(seen), CHUNK):
        expected[at : at + CHUNK] = np.exp(posteriors.phones[at : at + CHUNK].astype(np.float32)) @ table
    both: Floats = np.clip(0.5 * (seen + expected), 0.0, 1.0)
    return both


def _speaking(phones: Sequence[Phone], frames: int) -> Floats:
    """1 while a phone sounds, falling to 0 within 30 ms on either side."""
    inside = np.zeros(frames + 6, np.float32)
    for phone in phones:
        inside[3 + int(phone.start / HOP) : 3 + int(np.ceil(phone.end / HOP - 1e-6))] = 1.0
    near = np.max([inside[3 + shift : 3 + shift + frames] * (1.0 - abs(shift) / 3.0) for shift in range(-2, 3)], axis=0)
    speaking: Floats = near.astype(np.float32)
    return speaking


def _rounded(track: Floats, places: int) -> Floats:
    rounded: Floats = np.round(track.astype(np.float64), places).astype(np.float32)
    return rounded


def _peaks_on_nuclei(tracks: Tracks, phones: Sequence[Phone], spans: Sequence[Syllable]) -> Tracks:
    """Openness with the peak of each stressed syllable within its nucleus."""
    openness = tracks.openness.astype(np.float64)
    for span in spans:
        nucleus = phones[span.nucleus]
        if nucleus.stress:
            whole = _frames(span.start, span.end, len(openness))
            _move_peak(openness, whole, _frames(nucleus.start, nucleus.end, len(openness)))
    return replace(tracks, openness=_rounded(np.clip(openness, 0.0, 1.0).astype(np.float32), 3))


def _frames(start: float, end: float, count: int) -> range:
    """The frames whose centres lie within the span, at least the nearest one."""
    first = min(count - 1, int(np.ceil(start / HOP - 0.5 - 1e-6)))
    return range(first, max(first + 1, min(count, int(np.ceil(end / HOP - 0.5 - 1e-6)))))


def _move_peak(openness: NDArray[np.float64], whole: range, nucleus: range) -> None:
    sides = (range(whole.start, nucleus.start), range(nucleus.stop, whole.stop))
    beside = max((float(openness[side.start : side.stop].max(initial=0.0)) for side in sides), default=0.0)
    inside = openness[nucleus.start : nucleus.stop]
    peak = max(beside, float(inside.max()))
    if peak <= 0.0 or inside.max() > beside:
        return
    # The nucleus rises by a hump to the syllable's peak; what lies beside it stays just below.
    top = nucleus.start + int(inside.argmax())
    reach = max(len(nucleus), 2)
    frames = np.arange(nucleus.start, nucleus.stop)
    hump = 0.5 + 0.5 * np.cos(np.pi * np.clip((frames - top) / reach, -1.0, 1.0))
    inside += (peak - inside.max()) * hump
    for side in sides:
        np.minimum(openness[side.start : side.stop], 0.97 * peak, out=openness[side.start : side.stop])


def absorb_fleeting(phones: Sequence[Phone]) -> tuple[Phone, ...]:
    """Phones without the unstressed ones under 40 ms that shut no lips: touching neighbours share their time."""
    kept: list[Phone] = []
    waiting = [*phones]
    for index, phone in enumerate(waiting):
        before = kept[-1] if kept and kept[-1].end == phone.start else None
        after = waiting[index + 1] if index + 1 < len(waiting) and waiting[index + 1].start == phone.end else None
        if not _is_fleeting(phone) or (before is None and after is None):
            kept.append(phone)
            continue
        middle = phone.start if before is None else phone.end if after is None else (phone.start + phone.end) / 2.0
        if before is not None:
            kept[-1] = replace(before, end=round(middle, 3))
        if after is not None:
            waiting[index + 1] = replace(after, start=round(middle, 3))
    return tuple(kept)


def _is_fleeting(phone: Phone) -> bool:
    lips = mouth_class(phone.ipa) in ("closed", "teeth")
    return phone.stress == 0 and not lips and phone.end - phone.start < FLEETING - 1e-6


def _again(phones: Sequence[Phone], weighed: Sequence[Syllable], language: Language) -> tuple[Syllable, ...]:
    """The syllables of the phones that are left, each as prominent as the one that was there."""
    starts = [span.start for span in weighed]
    found = []
    for span in syllables(phones, language):
        nucleus = phones[span.nucleus]
        index = int(np.searchsorted(starts, (nucleus.start + nucleus.end) / 2.0, side="right")) - 1
        found.append(replace(span, prominence=weighed[max(0, index)].prominence))
    return tuple(found)
