"""What an artist does, in a real window of Blender: button by button, a picture of each stage.

    python3 scripts/window.py --blender PATH [--part shot|live|microphone] [--output FOLDER]

Slow (some minutes), and not part of scripts/test.py. Needs a machine with Xvfb and ImageMagick (its program `import`),
on which the Blender at PATH starts. Builds the extension, installs it into settings of its own, and lets espeak-ng
speak a line in two voices. Then, in a window of that Blender, on the demo head:

shot: Sync from Audio, Check Sync and Check Sync again with the strip moved by three frames, a few keys raised, a
gesture added, Swap Voice, the report with its time map, the round button of the first take, Ctrl+Z and Ctrl+Shift+Z.
Checked are verdicts, edits at their sounds, strips silent or not, undo in one step.

live: Live without a listener; with `lockstep listen` (a process of its own, which feeds the line at its own pace), the
mouth seen open and shut; Ctrl+Z, Space and Ctrl+S meanwhile; Stop, Keep Recording; Live over keys; a listener that is
killed in the middle; Discard; how smooth it is, on the demo head and on a heavier character; a file opened and Blender
quitted while live. Checked is that the face moves, and that afterwards, and in the file that was saved, it has the
artist's values.

microphone (only if asked for, on Linux with PulseAudio): the line is said into a microphone that is none, the face
speaks it, and the recording is kept.

Every stage leaves a picture in out/window, and nothing wrong may stand on the console. The pictures are for eyes.

The exit code is 0 only if all of it held.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from build import BuildError, build
from environment import CHECKOUT, SetupError, ensure
from live.sound_server import SoundServerError
from pins import ESPEAK, NUMPY, SOUNDDEVICE, SOUNDFILE
from window_listeners import ListenerError, listeners, microphone, string

TEXT = "Hello! My mouth follows every voice. Papa bought a blue balloon for me."
VOICES = {"first": ("en-us", 150), "second": ("en-us+f3", 115)}  # espeak-ng's voice, words a minute
USUAL = ("shot", "live")
NEEDED = {"Xvfb": "xvfb", "import": "imagemagick"}  # a program, and Debian's package that has it
LIVE_TIMES = 6  # how often both voices say it while somebody listens live
SIZES = {
    "shot": (1400, 1900),
    "live": (1200, 960),
    "microphone": (1200, 960),
}  # pixels: the whole sidebar at once; less is drawn more often
LIMIT = 540.0  # seconds for all that happens in the window
WRONG = re.compile(r"Traceback|^\w*Error\b|^Error: |\| ERROR|Policy violation|Segmentation", re.M)


class WindowError(Exception):
    """The window cannot be tried; the message is one sentence that says what was found and what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Try the extension in a window and tell what was seen; gives the exit code."""
    parser = argparse.ArgumentParser(description="Press Lockstep's buttons in a real window of Blender.")
    parser.add_argument("--blender", metavar="PATH", required=True, help="the Blender program")
    parser.add_argument("--part", choices=tuple(SIZES), help="only this part; default: shot and live")
    parser.add_argument("--output", metavar="FOLDER", type=Path, default=CHECKOUT / "out" / "window")
    asked = parser.parse_args(arguments)
    try:
        faults = try_window(asked.blender, asked.output.resolve(), (asked.part,) if asked.part else USUAL)
    except (WindowError, SetupError, BuildError, ListenerError, SoundServerError) as error:
        print(f"window: {error}", file=sys.stderr)
        return 1
    for fault in faults:
        print(f"fault: {fault}")
    print(f"{'not as it should be' if faults else 'all as it should be'}; the pictures are in {asked.output}")
    return 1 if faults else 0


def try_window(blender: str, output: Path, parts: Sequence[str]) -> list[str]:
    """What is not as it should be, a sentence each. Raises what `main` tells of."""
    for program, package in NEEDED.items():
        if shutil.which(program) is None:
            raise WindowError(f"There is no '{program}' here; install it (Debian, Ubuntu: apt install {package}).")
    output.mkdir(parents=True, exist_ok=True)
    python = ensure("window", (ESPEAK, NUMPY, SOUNDFILE, SOUNDDEVICE))
    _speak(python, output)
    faults = []
    for part in parts:
        with tempfile.TemporaryDirectory(prefix="lockstep-window-", ignore_cleanup_errors=True) as settings:
            _install(blender, Path(settings))
            with _screen(SIZES[part]) as display, _listening(part, python, output) as more:
                said = _show(blender, part, output, _surroundings(Path(settings), DISPLAY=display, **more))
        wrong = [line for line in said.splitlines() if WRONG.search(line)]
        faults += [*_told(part, output), *(f"The console says: {line}" for line in wrong)]
    return faults


@contextmanager
def _listening(part: str, python: Path, output: Path) -> Iterator[dict[str, str]]:
    """What Live asks, where it is tried; gives what the window is told of it."""
    if part == "shot":
        yield {}
        return
    sound, log = output / "live.wav", output / f"{part} listeners.txt"
    string([output / f"{name}.wav" for name in VOICES], LIVE_TIMES, sound)
    if part == "live":
        with listeners(python, sound, 2, log) as there:
            yield {"LOCKSTEP_LISTENERS": " ".join(f"{port} {process}" for port, process in there)}
    else:
        with microphone(python, sound, output / "recordings", log) as (port, process):
            yield {"LOCKSTEP_LISTENERS": f"{port} {process}"}


def _speak(python: Path, folder: Path) -> None:
    """The two recordings of the text."""
    program = str(Path(__file__).with_name("speak.py"))
    for name, (voice, pace) in VOICES.items():
        command = [str(python), program, voice, str(folder / f"{name}.wav"), TEXT, str(pace)]
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", errors="replace")
        if done.returncode != 0:
            raise WindowError(f"espeak-ng spoke no line ({' '.join(done.stderr.split())[-200:]}); mend that first.")


def _install(blender: str, settings: Path) -> None:
    """The extension of this checkout, built for this system and enabled in settings of its own."""
    machine = "arm64" if platform.machine() in ("arm64", "aarch64") else "x64"
    system = {"Darwin": "macos", "Windows": "windows"}.get(platform.system(), "linux")
    made = build(settings / "lockstep.zip", plain=True, platform=f"{system}-{machine}")
    command = [blender, "--command", "extension", "install-file", "-r", "user_default", "-e", str(made)]
    try:
        done = subprocess.run(
            command, env=_surroundings(settings), capture_output=True, text=True, encoding="utf-8", errors="replace"
        )
    except OSError as error:
        raise WindowError(f"'{blender}' does not start ({error.strerror}); name a Blender program.") from error
    said = " ".join((done.stdout + done.stderr).split())
    if done.returncode != 0 or WRONG.search(said):
        raise WindowError(f"'{blender}' does not install the extension ({said[-300:]}); mend that first.")


def _surroundings(settings: Path, **more: str) -> dict[str, str]:
    own = {"BLENDER_USER_RESOURCES": str(settings / "blender"), "PYTHONUTF8": "1", "XDG_RUNTIME_DIR": str(settings)}
    return {**os.environ, **own, "LIBGL_ALWAYS_SOFTWARE": "1", "LOCKSTEP_TEXT": TEXT, **more}


@contextmanager
def _screen(pixels: tuple[int, int]) -> Iterator[str]:
    """A screen of its own, by its name."""
    reading, writing = os.pipe()
    size = "x".join(map(str, (*pixels, 24)))
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", size, "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=(writing,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        os.close(writing)
        try:
            with os.fdopen(reading, encoding="ascii") as told:
                number = told.readline().strip()
            if not number:
                raise WindowError("Xvfb did not start; look at what it says on its own.")
            yield f":{number}"
        finally:
            server.terminate()


def _show(blender: str, part: str, output: Path, surroundings: dict[str, str]) -> str:
    """Let window_<part>.py work in a window; gives what the console said."""
    for old in (*output.glob(f"{part} *.png"), output / f"{part}.json"):
        old.unlink(missing_ok=True)
    scene = str(Path(__file__).with_name(f"window_{part}.py"))
    place = ("0", "0", *map(str, SIZES[part]))
    command = [blender, "--enable-event-simulate", "--window-geometry", *place, "--python", scene]
    log = output / f"{part} console.txt"
    with log.open("w", encoding="utf-8") as file:
        try:
            ended = subprocess.run(
                [*command, "--", str(output)], env=surroundings, stdout=file, stderr=file, timeout=LIMIT, check=False
            )
            if ended.returncode != 0:
                file.write(f"\nError: Blender ended with {ended.returncode}.\n")
        except subprocess.TimeoutExpired as error:
            raise WindowError(f"The window was not done within {LIMIT:.0f} s; look into '{log}'.") from error
    return log.read_text(encoding="utf-8", errors="replace")


def _told(part: str, output: Path) -> list[str]:
    """The faults that were noted in the window; what was measured there is printed."""
    path = output / f"{part}.json"
    if not path.is_file():
        return [f"Blender ended before its work was done; '{output / f'{part} console.txt'}' has its last words."]
    told = json.loads(path.read_text(encoding="utf-8"))
    for line in told["seen"]:
        print(f"  {line}")
    faults: list[str] = told["faults"]
    return faults


if __name__ == "__main__":
    sys.exit(main())
