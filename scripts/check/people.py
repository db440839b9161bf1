"""Recordings of people: runs of lines by one speaker, their phones timed with the text, which the check never sees."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import soundfile
from ears import pronunciation
from pronounce import clean
from recordings import Utterance, held_out, loudest, read_table
from sphinx import Sphinx

from engine.align import align, sharpen
from engine.errors import LockstepError
from engine.progress import drain
from engine.recognizer import Recognizer
from engine.sound.change import change
from engine.sound.features import log_mel
from engine.transcript import Speaker
from engine.transcript.reading import read

from .speech import PEOPLE, RATE, Samples, Speech, Timed, joined, language_of

SETS = (
    "ljspeech141_en", "kerstin", "artikulate_fr", "tuxpaint_es", "asterisk_ru", "gcompris_pt", "audio_cmn_zh",
    "wanikani_ja_ja", "arabic_commands_ar", "fishfillets_cs", "asterisk_en", "artikulate_pl", "fishfillets_nl",
    "speechocean762", "tuxpaint_ro", "robotutor_sw_sw", "kathleen", "tuxpaint_ca", "tuxpaint_fr", "asterisk_es",
    "robotutor_en_en", "tuxpaint_ru", "artikulate_el", "tuxpaint_da", "gcompris_de", "tuxpaint_bg",
)  # fmt: skip
SHORTEST, LONGEST = 0.6, 14.0  # seconds of an utterance
QUIETEST = 10 ** (-40 / 20)  # of the loudest 100 ms
SAID = 0.9  # share of the words that must be heard as they are written
SPHINX, OWN = "PocketSphinx with the text", "the engine with the text"
PAD = round(0.15 * RATE)


class People:
    """Finds runs of utterances and times their phones."""

    def __init__(self, folder: Path, recognizer: Recognizer, draw: int = 0) -> None:
        self._draw = draw
        self._folder, self._ear = folder, recognizer
        self._speaker, self._sphinx = Speaker.find(), Sphinx()

    def speeches(self, count: int, seconds: float) -> Iterator[Speech]:
        """About `count` runs of `seconds` at least, evenly from the sets; what does not align is left out."""
        tables = [path for name in SETS if (path := self._folder / f"{name}.tsv").is_file()]
        for number, table in enumerate(tables):
            wanted = count // len(tables) + (number < count % len(tables))
            yield from self._of(table, wanted, seconds)

    def _of(self, table: Path, count: int, seconds: float) -> Iterator[Speech]:
        every = read_table(table)
        test = held_out(table.stem, every)
        chosen = [one for one in every if one.id in test] or every
        kept = [one for one in chosen if _is_plain(one)]
        made = 0
        for number in range(2 * count if kept else 0):
            first = int(len(kept) * (number + 0.3) / (2 * count)) + self._draw * max(3, len(kept) // 9)
            name = f"{table.stem} {number}" + (f" {self._draw}" if self._draw else "")
            speech = self._run(kept, min(first, len(kept) - 1), seconds, name)
            if speech is not None and made < count:
                made += 1
                yield Speech(
                    speech.name, PEOPLE, speech.language, speech.samples, speech.phones, speech.truth, bool(test)
                )

    def _run(self, kept: Sequence[Utterance], first: int, seconds: float, name: str) -> Speech | None:
        """Utterances of the speaker of `kept[first]` from there on; None where too little aligns."""
        parts: list[Speech] = []
        seen: set[str] = set()
        for one in kept[first : first + 40]:
            if one.speaker != kept[first].speaker or one.text in seen:
                continue
            seen.add(one.text)
            part = self._timed(one)
            parts += [part] if part is not None else []
            if sum(part.duration for part in parts) >= seconds:
                break
        if sum(part.duration for part in parts) < 0.6 * seconds:
            return None
        generator = random.Random(name)
        return joined(name, parts, [generator.uniform(0.1, 0.5) for _ in parts[1:]], 0.2)

    def _timed(self, one: Utterance) -> Speech | None:
        samples, text = _sound(one), clean(one)
        if text is None or loudest(samples) < QUIETEST:
            return None
        samples = np.pad(samples, (PAD, PAD))
        english = one.language == "en"
        phones = self._by_sphinx(samples, text) if english else self._by_engine(samples, text, one.language)
        truth = SPHINX if english else OWN
        return Speech(one.id, PEOPLE, one.language, samples, phones, truth) if len(phones) > 2 else None

    def _by_sphinx(self, samples: Samples, text: str) -> tuple[Timed, ...]:
        spoken = {word.lower().strip("'"): ipa for word, ipa in pronunciation(text, "en")}
        return tuple(self._sphinx.align(samples, text, spoken) or ())

    def _by_engine(self, samples: Samples, text: str, code: str) -> tuple[Timed, ...]:
        sound = samples.astype(np.float32) / 32768
        try:
            script = drain(read(text, code, self._speaker))
        except LockstepError:
            return ()
        found = drain(align(self._ear.posteriors(log_mel(sound)), script, language_of(code)))
        if sum(word.status == "said" for word in found.words) < SAID * len(script.words):
            return ()
        return tuple((phone.start, phone.end, phone.ipa) for phone in sharpen(found.phones, change(sound)))


def _is_plain(one: Utterance) -> bool:
    text = clean(one)
    lasts = 2.0 if one.end is None else one.end - one.start
    return text is not None and not any(map(str.isdigit, text)) and SHORTEST <= lasts <= LONGEST


def _sound(one: Utterance) -> Samples:
    with soundfile.SoundFile(one.file) as file:
        file.seek(round(one.start * RATE))
        frames = -1 if one.end is None else round((one.end - one.start) * RATE)
        return np.asarray(file.read(frames, dtype="int16"))
