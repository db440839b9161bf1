"""espeak-ng in a process of its own: run by speaker.py as a program, never imported by Lockstep.

    python -I -S espeak_child.py

Standard library only. It reads JSON lines and answers each by a JSON line in ASCII. First {"library": PATH, "data":
PATH}, answered by {"ok": true} or {"error": WHAT}; then any number of {"voice": NAME, "names": BOOL}, answered in the
same way, and of texts, as JSON strings, answered by {"ipa": [...], "names": [...]}: the phonemes of each clause by the
voice chosen last, in IPA and, where asked for, in espeak-ng's own names (they alone tell the Mandarin tones apart).
Phones stand apart by '_', words by ' '. A line is flushed before the next text is begun: where the library dies, the
first text without an answer is the one that killed it.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
from pathlib import Path

SYNCHRONOUS, DO_NOT_EXIT, UTF8 = 2, 0x8000, 1
SEPARATED = ord("_") << 8
IPA = 2


def load(library: str, data: str) -> ctypes.CDLL:
    """The library, ready. Raises OSError where it cannot be loaded, ValueError where it finds no data."""
    opened = ctypes.CDLL(library)
    # The library keeps its path in bytes of the local code page, in a short buffer: a relative one fits everywhere.
    folder = Path(data)
    os.chdir(folder.parent)
    if opened.espeak_Initialize(SYNCHRONOUS, 0, folder.name.encode("ascii"), DO_NOT_EXIT) <= 0:
        raise ValueError("no phoneme data")
    opened.espeak_TextToPhonemes.restype = ctypes.c_char_p
    opened.espeak_TextToPhonemes.argtypes = [ctypes.POINTER(ctypes.c_void_p), ctypes.c_int, ctypes.c_int]
    return opened


def clauses(library: ctypes.CDLL, text: str, mode: int) -> list[str]:
    """The phonemes of each clause of `text`."""
    buffer = ctypes.create_string_buffer(text.encode("utf-8", "ignore"))
    position = ctypes.c_void_p(ctypes.addressof(buffer))
    found = []
    while position.value:
        spoken = library.espeak_TextToPhonemes(ctypes.byref(position), UTF8, mode)
        found.append(spoken.decode("utf-8", "ignore") if spoken else "")
    return found


def main() -> None:
    """Answer on the standard output, a line for each line of the standard input."""
    with os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)  # what the library itself prints is no answer

        def answer(value: object) -> None:
            answers.write(json.dumps(value).encode("ascii") + b"\n")
            answers.flush()

        lines = (json.loads(line) for line in sys.stdin.buffer)
        paths = next(lines)
        try:
            library = load(paths["library"], paths["data"])
        except (OSError, ValueError) as error:
            return answer({"error": str(error)})
        answer({"ok": True})
        names = False
        for line in lines:
            if isinstance(line, str):
                found = {"ipa": clauses(library, line, IPA | SEPARATED)}
                answer(found | {"names": clauses(library, line, SEPARATED)} if names else found)
            else:
                names = line["names"]
                known = library.espeak_SetVoiceByName(line["voice"].encode()) == 0
                answer({"ok": True} if known else {"error": "voice"})


if __name__ == "__main__":
    main()
