"""espeak-ng's pronunciation of texts, through the shared library that the package espeakng-loader carries.

Run as a program (``python espeak.py VOICE``) it reads one JSON string a line and answers one JSON list of
clauses a line; :func:`transcribe` runs it so, one process a voice, because the library can die in the middle.
"""

from __future__ import annotations

import ctypes
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

SYNCHRONOUS = 2
UTF8 = 1
IPA_SEPARATED = 0x02 | (ord("_") << 8)


def open_voice(voice: str) -> Callable[[str], list[str]]:
    """Return a function text -> phonemes of each clause (phones apart by '_', words by ' ').

    Raises RuntimeError where espeak-ng does not know the voice.
    """
    import espeakng_loader

    library = ctypes.CDLL(espeakng_loader.get_library_path())
    library.espeak_Initialize(SYNCHRONOUS, 0, espeakng_loader.get_data_path().encode(), 0)
    if library.espeak_SetVoiceByName(voice.encode()) != 0:
        raise RuntimeError(f"espeak-ng has no voice {voice!r}; see espeak-ng --voices for the names it has.")
    translate = library.espeak_TextToPhonemes
    translate.restype = ctypes.c_char_p
    translate.argtypes = [ctypes.POINTER(ctypes.c_void_p), ctypes.c_int, ctypes.c_int]

    def phonemes(text: str) -> list[str]:
        buffer = ctypes.create_string_buffer(text.encode())
        position = ctypes.c_void_p(ctypes.addressof(buffer))
        clauses = []
        while position.value:
            clauses.append(translate(ctypes.byref(position), UTF8, IPA_SEPARATED).decode())
        return clauses

    return phonemes


def transcribe(texts: Sequence[str], voice: str) -> list[list[str] | None]:
    """Phonemes of each text's clauses; None for a text at which the library died."""
    answers: list[list[str] | None] = []
    while len(answers) < len(texts):
        rest = texts[len(answers) :]
        done = subprocess.run(
            [sys.executable, str(Path(__file__)), voice],
            input="".join(json.dumps(text) + "\n" for text in rest),
            capture_output=True,
            encoding="utf-8",
        )
        lines = done.stdout.split("\n")[:-1]
        if done.returncode and not lines and len(answers) == 0 and done.stderr:
            raise RuntimeError(done.stderr.strip().splitlines()[-1])
        answers.extend(json.loads(line) for line in lines)
        if len(answers) < len(texts):
            answers.append(None)
    return answers


def main() -> None:
    """Answer on standard output, a line for each line of standard input."""
    phonemes = open_voice(sys.argv[1])
    for line in sys.stdin:
        print(json.dumps(phonemes(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
