"""Check the zip, the keys, a swap, checks of sync and Live in the oldest and the newest Blender.

Slow, and not part of scripts/test.py:

    python3 scripts/check_blenders.py [--blender 4.2|5.2] [--python PROGRAM]

4.2 gets an environment of its own under .cache/ (bpy 4.2.23, Python 3.11; that build has no sound). 5.2 needs a Python
3.13, which Debian 13 and Ubuntu 25.04 have: run this there, or name one with --python, in which that Blender's packages
(PACKAGES below) must be installed. The exit code is 0 only if all that was asked for passed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from environment import CHECKOUT, SetupError, ensure
from pins import BLENDER_NUMPY, ESPEAK, PYTEST, SOUNDFILE

PACKAGES = {
    "4.2": ("bpy==4.2.23", BLENDER_NUMPY, PYTEST, SOUNDFILE, ESPEAK),
    "5.2": ("bpy==5.2.3", PYTEST, SOUNDFILE, ESPEAK),
}
# A Blender module may crash at exit, after all is done: pytest's own answer counts.
RUN = "import os, sys, pytest; code = pytest.main([sys.argv[1]]); sys.stdout.flush(); os._exit(int(code))"
RINGS = ("tests/zip", "tests/addon/test_keying.py", "tests/addon/test_characters.py", "tests/addon/test_panel.py")
RINGS += ("tests/addon/test_correcting.py", "tests/addon/test_transcript.py", "tests/addon/test_hard_edits.py")
RINGS += ("tests/addon/test_takes.py", "tests/addon/test_swap_unheard.py", "tests/addon/test_check_unheard.py")
RINGS += ("tests/addon/test_check_panel.py", "tests/addon/test_check_button.py", "tests/addon/test_live.py")
RINGS += ("tests/addon/test_live_closures.py", "tests/addon/test_live_frames.py", "tests/addon/test_live_hard.py")
WITH_SOUND = ("tests/addon/test_button.py", "tests/addon/test_lines.py", "tests/addon/test_strips.py")
WITH_SOUND += ("tests/addon/test_swap.py", "tests/addon/test_check.py", "tests/addon/test_check_scene.py")
WITH_SOUND += ("tests/addon/test_check_hard.py", "tests/addon/test_delivery.py", "tests/addon/test_ears.py")
WITH_SOUND += ("tests/addon/test_live_listening.py", "tests/addon/test_live_recording.py")


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the Blenders that are asked for; gives the exit code."""
    parser = argparse.ArgumentParser(description="Check the oldest and the newest Blender.")
    parser.add_argument("--blender", choices=tuple(PACKAGES), help="only this one")
    parser.add_argument("--python", metavar="PROGRAM", help="a Python that has this Blender's packages")
    asked = parser.parse_args(arguments)
    if asked.python and not asked.blender:
        parser.error("--python needs --blender, to say which one it holds")
    outcomes = {}
    for blender in [asked.blender] if asked.blender else PACKAGES:
        try:
            outcomes[blender] = check(asked.python or python_of(blender))
        except SetupError as error:
            outcomes[blender] = str(error)
    for blender, outcome in outcomes.items():
        print(f"{blender}: {outcome or 'ok'}")
    return 1 if any(outcomes.values()) else 0


def python_of(blender: str) -> str:
    """A Python with that Blender's module, made where it is missing. Raises SetupError with what it needs."""
    if blender == "4.2":
        return str(ensure("bpy-4.2", PACKAGES[blender]))
    program = sys.executable if sys.version_info[:2] == (3, 13) else shutil.which("python3.13")
    if program is None:
        raise SetupError("Blender 5.2 needs Python 3.13, which is not here; run this on Debian 13, or give --python.")
    folder = CHECKOUT / ".cache" / "venv-bpy-5.2"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.is_file():
        done = subprocess.run([program, "-m", "venv", str(folder)], check=False)
        if done.returncode != 0:
            raise SetupError("Python 3.13 could not make an environment; install its venv (python3.13-venv).")
    done = subprocess.run([str(python), "-m", "pip", "install", "-q", *PACKAGES[blender]], check=False)
    if done.returncode != 0:
        raise SetupError("pip could not install Blender 5.2's module; check the network and the free disk space.")
    return str(python)


def check(python: str) -> str:
    """Run the rings in that Python; gives '' where all passed, else what failed."""
    has_sound = subprocess.run(
        [python, "-c", "import os, bpy; os._exit(0 if bpy.app.build_options.audaspace else 3)"], check=False
    ).returncode
    if has_sound not in (0, 3):
        raise SetupError(f"'{python}' has no Blender module that starts; install it, or look at what it says.")
    failed = [ring for ring in (*RINGS, *(WITH_SOUND if has_sound == 0 else ())) if not _passes(python, ring)]
    return f"failed: {', '.join(failed)}" if failed else ""


def _passes(python: str, ring: str) -> bool:
    print(f"== {ring} with {python} ==", flush=True)
    with tempfile.TemporaryDirectory(prefix="lockstep-", ignore_cleanup_errors=True) as scratch:
        surroundings = {**os.environ, "BLENDER_USER_RESOURCES": str(Path(scratch) / "blender"), "PYTHONUTF8": "1"}
        done = subprocess.run([python, "-c", RUN, ring], cwd=CHECKOUT, env=surroundings, check=False)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
