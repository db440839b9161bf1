"""espeak-ng as a reader of texts, kept out of this process.

The native library is loaded by `espeak_child.py`, a program of its own that is run for each batch of texts: where the
library dies or hangs, only that child does. The package `espeakng_loader` is asked for its paths and nothing else.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import TranscriptError
from ..progress import Progress

if TYPE_CHECKING:
    from subprocess import Popen

CHILD = Path(__file__).with_name("espeak_child.py")
BATCH = 200  # texts a child: about 0.1 s of work, so that progress is told often
PATIENCE = 10.0  # seconds without a sign of life, twice, after which a child hangs
BLIND = 6  # as often, where the system does not tell what the child has said so far
STOPS = 6  # so many texts at which the library stops, and there is something wrong with the library


TONAL = ("cmn",)
"""Voices of which espeak-ng's own names are asked for as well: they tell the tones."""

Asked = tuple[str, str]
"""One of espeak-ng's voices, and a text for it to say."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """How espeak-ng says a text: the phonemes of each clause in its IPA, and in its own names where asked for."""

    ipa: tuple[str, ...]
    names: tuple[str, ...] = ()


def find_python() -> Path:
    """The Python that runs the child: this one; where the running program is no Python, the one it was built with.

    Raises TranscriptError where there is none.
    """
    roots = dict.fromkeys((sys.exec_prefix, sys.prefix, sys.base_prefix))
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    programs = ("python.exe",) if os.name == "nt" else (f"bin/{version}", "bin/python3", "bin/python")
    places = [Path(sys.executable)] if sys.executable else []
    places += [Path(root) / program for root in roots for program in (*programs, *(f"bin/{p}" for p in programs))]
    for place in places:
        if place.name.lower().startswith("python") and place.is_file():
            return place
    raise TranscriptError("No Python was found beside this program to run espeak-ng with; install Blender anew.")


@dataclass(frozen=True, slots=True)
class Speaker:
    """A reader of texts by espeak-ng; making it starts nothing.

    `library` and `data` are espeak-ng's shared library and its folder of data; `python` and `child` the program that
    loads them. A child that says nothing for twice `patience` seconds is stopped.
    """

    library: Path
    data: Path
    python: Path = field(default_factory=find_python)
    child: Path = CHILD
    patience: float = PATIENCE

    @classmethod
    def find(cls) -> Speaker:
        """The espeak-ng of the package espeakng_loader. Raises TranscriptError where it is not installed."""
        try:
            import espeakng_loader
        except ImportError as error:
            raise TranscriptError(
                "espeak-ng is not here to read the transcript (the package espeakng-loader is missing); "
                "install Lockstep for your system anew, or sync without a transcript."
            ) from error
        try:
            return cls(Path(espeakng_loader.get_library_path()), Path(espeakng_loader.get_data_path()))
        except RuntimeError as error:
            raise TranscriptError("espeak-ng has lost its data; install Lockstep for your system anew.") from error

    def say(self, asked: Sequence[Asked]) -> Generator[Progress, None, tuple[Spoken | None, ...]]:
        """How voices say texts, each asked for as (voice such as "en-us", text); None where espeak-ng stopped.

        Those of one voice are best asked for together. Raises TranscriptError where the library or a voice is missing,
        or where it stops again and again.
        """
        found: list[Spoken | None] = []
        stops = 0
        while len(found) < len(asked):
            batch = asked[len(found) : len(found) + BATCH]
            answers = list(self._batch(batch))
            found.extend(answers)
            if len(answers) < len(batch):
                again = list(self._batch(batch[len(answers) : len(answers) + 1]))
                found.append(again[0] if again else None)
                stops += 1
            if stops > STOPS:
                raise TranscriptError(f"espeak-ng stopped at {stops} words of the transcript; check its spelling.")
            yield Progress("read", len(found) / len(asked))
        return tuple(found)

    def _batch(self, asked: Sequence[Asked]) -> Iterator[Spoken]:
        """The answers of one child, as many as it gave."""
        lines: list[object] = [{"library": str(self.library), "data": str(self.data)}]
        for number, (voice, text) in enumerate(asked):
            if not number or voice != asked[number - 1][0]:
                lines.append({"voice": voice, "names": voice in TONAL})
            lines.append(text)
        answers = self._run("".join(json.dumps(line) + "\n" for line in lines))
        opened = _parsed(answers[0]) if answers else {}
        if not opened.get("ok"):
            what = opened.get("error") or "it does not answer"
            raise TranscriptError(f"espeak-ng cannot be used here ({what}); install Lockstep for your system anew.")
        for line, told in zip(lines[1:], answers[1:], strict=False):
            answer = _parsed(told)
            if isinstance(line, dict) and answer.get("error"):
                raise TranscriptError(f"espeak-ng has no voice '{line['voice']}'; choose another language.")
            if isinstance(line, str):
                if not _is_spoken(answer):
                    return
                yield Spoken(tuple(answer["ipa"]), tuple(answer.get("names", ())))

    def _run(self, asked: str) -> list[bytes]:
        """The lines that a child answers, up to where it ended or was stopped."""
        import subprocess

        command = [str(self.python), "-I", "-S", "-B", str(self.child)]
        quiet = getattr(subprocess, "CREATE_NO_WINDOW", 0)
        try:
            child = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, creationflags=quiet
            )
        except OSError as error:
            raise TranscriptError(
                f"The program that reads transcripts cannot be started ({error.strerror}); check '{self.python}'."
            ) from error
        with child:
            try:
                return self._talk(child, asked.encode("ascii")).split(b"\n")[:-1]
            finally:
                child.kill()

    def _talk(self, child: Popen[bytes], asked: bytes) -> bytes:
        """All that the child says, whose life shows in that it says more."""
        from subprocess import TimeoutExpired

        told, rounds = -1, 0
        while True:
            try:
                return child.communicate(None if rounds else asked, timeout=self.patience)[0]
            except TimeoutExpired as late:
                rounds += 1
                before, told = told, len(late.output or b"")
                if told == before and (os.name != "nt" or rounds == BLIND):
                    child.kill()
                    return child.communicate()[0]


def _parsed(line: bytes) -> dict[str, list[str]]:
    """The line's JSON object; empty where it is none."""
    try:
        answer = json.loads(line)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _is_spoken(answer: dict[str, list[str]]) -> bool:
    lists = [answer.get("ipa"), answer.get("names", [])]
    return all(isinstance(each, list) and all(isinstance(text, str) for text in each) for each in lists)
