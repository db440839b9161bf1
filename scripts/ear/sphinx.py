"""PocketSphinx 5.1.1: alignment of a known transcript, and its phone recognition without one.

The default en-us model and dictionary; words that the dictionary lacks are added with espeak-ng's phones. Frame i of
PocketSphinx looks at 25.6 ms from i * 10 ms, so its cell of 10 ms begins at i * 10 + 7.8 ms.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
from mouths import Phone, letters_of
from numpy.typing import NDArray
from pocketsphinx import Decoder, get_model_path

FRAME = 0.01
OFFSET = 0.0078
SHORTEST = 3  # frames that a phone of three states takes at least
HOP = 160  # samples
PADS = (0, 10, 5, 15, 20, 25)  # frames of faint noise before the sound: its second pass fails at random without
MOST_SHORTEST = 0.5  # share of phones at that least length beyond which an alignment is forced, not found

ARPABET = {
    "AA": "ɑ", "AE": "æ", "AH": "ə", "AO": "ɔ", "AW": "aʊ", "AY": "aɪ", "B": "b", "CH": "tʃ", "D": "d", "DH": "ð",
    "EH": "ɛ", "ER": "ɚ", "EY": "eɪ", "F": "f", "G": "ɡ", "HH": "h", "IH": "ɪ", "IY": "i", "JH": "dʒ", "K": "k",
    "L": "l", "M": "m", "N": "n", "NG": "ŋ", "OW": "oʊ", "OY": "ɔɪ", "P": "p", "R": "ɹ", "S": "s", "SH": "ʃ",
    "T": "t", "TH": "θ", "UH": "ʊ", "UW": "u", "V": "v", "W": "w", "Y": "j", "Z": "z", "ZH": "ʒ",
}  # fmt: skip
FROM_IPA = {ipa: name for name, ipa in ARPABET.items()} | {
    "ʌ": "AH", "ɾ": "T", "ɜ": "ER", "ʔ": "T", "a": "AA", "o": "OW", "e": "EY", "ɐ": "AH", "x": "K",
}  # fmt: skip


class Sphinx:
    """One aligner and one phone recognizer; `samples` are int16 mono at 16 kHz."""

    def __init__(self) -> None:
        quiet = {"lm": None, "cmn": "batch", "loglevel": "FATAL"}
        # pauses inside a line must be likely, or the aligner stretches the word before them
        self.aligner = Decoder(**quiet, silprob=0.1)
        model = get_model_path("en-us/en-us-phone.lm.bin")
        self.recognizer = Decoder(**quiet, allphone=model, lw=2.0, beam=1e-20, pbeam=1e-20)

    def align(self, samples: NDArray[np.int16], text: str, spoken: Mapping[str, Sequence[str]]) -> list[Phone] | None:
        """Phones of the transcript in time; None where it does not align. `spoken`: IPA of words, for new ones."""
        found = self.align_words(samples, text, spoken)
        return None if found is None else [phone for phone, _ in found]

    def align_words(
        self, samples: NDArray[np.int16], text: str, spoken: Mapping[str, Sequence[str]]
    ) -> list[tuple[Phone, int]] | None:
        """The same, each phone with the number of its word in the text."""
        words = re.findall(r"[a-z']+", text.lower().replace("’", "'"))
        known = {word.lower().strip("'"): phones for word, phones in spoken.items()}
        if re.search(r"\d", text) or not words or not all(self._know(word, known) for word in words):
            return None
        cells = next(filter(None, (self._cells(samples, " ".join(words), pad) for pad in PADS)), [])
        phones = [cell for cell in cells if cell[2] in ARPABET]
        if not phones or sum(end - start <= SHORTEST for start, end, *_ in phones) > MOST_SHORTEST * len(phones):
            return None
        return [(_phone(name, start, end), word) for start, end, name, word in phones]

    def _cells(self, samples: NDArray[np.int16], line: str, pad: int) -> list[tuple[int, int, str, int]]:
        """Frames of each phone, first by words and then by phones within them, and its word; [] where that fails."""
        hum = np.random.default_rng(0).integers(-3, 4, pad * HOP).astype(np.int16)
        padded = np.concatenate([hum, samples])
        try:
            self.aligner.set_align_text(line)
            _listen(self.aligner, padded)
            self.aligner.set_alignment()
            _listen(self.aligner, padded)
            found, number = [], -1
            for word in self.aligner.get_alignment() or ():  # each is valid until the next is asked for
                number += word.name[:1] not in "<["
                found += [(phone.start - pad, phone.start - pad + phone.duration, phone.name, number) for phone in word]
        except RuntimeError:
            return []
        return found

    def _know(self, word: str, spoken: Mapping[str, Sequence[str]]) -> bool:
        if self.aligner.lookup_word(word) is None:
            phones = [FROM_IPA.get(letters_of(ipa), "") for ipa in spoken.get(word.strip("'"), ())]
            if not phones or not all(phones):
                return False
            self.aligner.add_word(word, " ".join(phones), True)
        return True

    def hear(self, samples: NDArray[np.int16]) -> list[Phone]:
        """Phones without a transcript (`allphone` with the phone language model that PocketSphinx brings)."""
        _listen(self.recognizer, samples)
        found = [(part.word, part.start_frame, part.end_frame + 1) for part in self.recognizer.seg() or ()]
        return [_phone(name, start, end) for name, start, end in found if name in ARPABET]


def _listen(decoder: Decoder, samples: NDArray[np.int16]) -> None:
    decoder.start_utt()
    decoder.process_raw(samples.tobytes(), full_utt=True)
    decoder.end_utt()


def _phone(name: str, start: int, end: int) -> Phone:
    return (start * FRAME + OFFSET, end * FRAME + OFFSET, ARPABET[name])
