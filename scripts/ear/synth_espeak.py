"""espeak-ng through its library: sound with the times of its phones."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_SYNCHRONOUS, _PHONEME_EVENTS, _PHONEME_IPA, _DO_NOT_EXIT = 2, 1, 2, 0x8000
_UTF8, _PHONEMES = 1, 0x100
_RATE, _PITCH, _RANGE = 1, 3, 4
_LIST_END, _PHONEME = 0, 7


class _Name(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int), ("identifier", ctypes.c_uint), ("text_position", ctypes.c_int),
        ("length", ctypes.c_int), ("audio_position", ctypes.c_int), ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p), ("id", _Name),
    )  # fmt: skip


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


@dataclass(frozen=True)
class Mark:
    """A phoneme event: onset in seconds and the IPA that espeak-ng gives for it ("" for pauses, tones and the like).

    `word`: where its word begins in the text, counted from 1 (0: not told).
    """

    start: float
    ipa: str
    word: int = 0


class Espeak:
    """One espeak-ng in this process. It can die of odd input: run it in a process of its own."""

    def __init__(self, library: str, data: str) -> None:
        self._library = ctypes.CDLL(library)
        self._library.espeak_TextToPhonemes.restype = ctypes.c_char_p
        options = _PHONEME_EVENTS | _PHONEME_IPA | _DO_NOT_EXIT
        self.rate = int(self._library.espeak_Initialize(_SYNCHRONOUS, 0, data.encode(), options))
        if self.rate <= 0:
            raise SystemExit(f"espeak-ng found no data in {data}: install espeakng-loader again.")
        self._sound: list[NDArray[np.int16]] = []
        self._marks: list[Mark] = []
        self._callback = _Callback(self._take)  # kept, or it would be collected while the library still calls it
        self._library.espeak_SetSynthCallback(self._callback)

    def _take(self, samples: ctypes._Pointer[ctypes.c_short], count: int, events: ctypes._Pointer[_Event]) -> int:
        if count > 0 and samples:
            self._sound.append(np.ctypeslib.as_array(samples, (count,)).copy())
        index = 0
        while events[index].type != _LIST_END:
            event = events[index]
            if event.type == _PHONEME:
                raw = ctypes.string_at(ctypes.addressof(event) + _Event.id.offset, 8)
                ipa = raw.split(b"\0")[0].decode("utf-8", "ignore")
                self._marks.append(Mark(event.sample / self.rate, ipa, event.text_position))
            index += 1
        return 0

    def select(self, voice: str, words_per_minute: int, pitch: int, pitch_range: int) -> bool:
        """Choose a voice such as "fr+m3"; pitch and its range 0..100. False if there is no such voice."""
        if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
            return False
        for parameter, value in ((_RATE, words_per_minute), (_PITCH, pitch), (_RANGE, pitch_range)):
            self._library.espeak_SetParameter(parameter, value, 0)
        return True

    def speak(self, text: str) -> tuple[NDArray[np.int16], list[Mark]]:
        """Sound at `rate` and the events of its phonemes, in order.

        `[[...]]` in the text holds espeak's own phonemes.
        """
        self._sound, self._marks = [], []
        encoded = text.encode()
        self._library.espeak_Synth(encoded, len(encoded) + 1, 0, 1, 0, _UTF8 | _PHONEMES, None, None)
        self._library.espeak_Synchronize()
        sound = np.concatenate(self._sound) if self._sound else np.zeros(0, np.int16)
        return sound, self._marks

    def mnemonics(self, text: str) -> list[tuple[str, str]]:
        """Pairs of espeak's own name and IPA for each phoneme of `text`, stress left out."""
        names, ipa = (self._phonemes(text, mode) for mode in (0, 2))
        if len(names) != len(ipa):
            return []
        return [(name.lstrip("',%="), sound.lstrip("ˈˌ")) for name, sound in zip(names, ipa, strict=True)]

    def _phonemes(self, text: str, mode: int) -> list[str]:
        buffer = ctypes.create_string_buffer(text.encode())
        position = ctypes.c_void_p(ctypes.addressof(buffer))
        found: list[str] = []
        while position.value:
            clause = self._library.espeak_TextToPhonemes(ctypes.byref(position), _UTF8, mode | (ord("_") << 8))
            found += [name for word in clause.decode("utf-8", "ignore").split() for name in word.split("_") if name]
        return found
