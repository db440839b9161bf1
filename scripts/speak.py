"""Speak a line with espeak-ng's library (package espeakng-loader) into a WAV file; no program needs to be installed.

    python speak.py VOICE OUT.wav TEXT [WORDS_PER_MINUTE]

Run in a process of its own, since the library can end the process on odd input.
"""

from __future__ import annotations

import ctypes
import sys
import wave
from pathlib import Path

SYNCHRONOUS, DO_NOT_EXIT, UTF8 = 2, 0x8000, 1
RATE, WORDS_PER_MINUTE = 1, 150
Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


def speak(voice: str, path: Path, text: str, pace: int = WORDS_PER_MINUTE) -> float:
    """Write `text`, spoken by `voice` ("en-us", "en-us+f3") at `pace` words a minute, to `path`; gives its seconds.

    Raises RuntimeError where espeak-ng has no such voice or says nothing.
    """
    import espeakng_loader

    library = ctypes.CDLL(str(espeakng_loader.get_library_path()))
    rate = int(library.espeak_Initialize(SYNCHRONOUS, 0, str(espeakng_loader.get_data_path()).encode(), DO_NOT_EXIT))
    if rate <= 0 or library.espeak_SetVoiceByName(voice.encode()) != 0:
        raise RuntimeError(f"espeak-ng has no voice '{voice}'; give --audio with a recording instead.")
    library.espeak_SetParameter(RATE, pace, 0)
    pieces: list[bytes] = []

    def take(samples: ctypes._Pointer[ctypes.c_short], count: int, _events: int) -> int:
        if count > 0:
            pieces.append(ctypes.string_at(samples, 2 * count))
        return 0

    kept = Callback(take)  # or it would be collected while the library still calls it
    library.espeak_SetSynthCallback(kept)
    encoded = text.encode()
    library.espeak_Synth(encoded, len(encoded) + 1, 0, 1, 0, UTF8, None, None)
    library.espeak_Synchronize()
    sound = b"".join(pieces)
    if not sound:
        raise RuntimeError("espeak-ng said nothing; give it a line with words.")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(sound)
    return len(sound) / 2 / rate


if __name__ == "__main__":
    try:
        print(speak(sys.argv[1], Path(sys.argv[2]), sys.argv[3], *map(int, sys.argv[4:])))
    except RuntimeError as error:
        sys.exit(str(error))
