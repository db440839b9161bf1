"""Lockstep at a glance: a sound goes in, a speaking face comes out.

    python3 scripts/demo.py [--audio FILE] [--text STR] [--language CODE] [--rig NAME]

Makes an environment of its own under .cache/ (Blender's module included, about 370 MB to download, once), lets
espeak-ng speak a line unless a recording is given, builds the demo head, runs the code that the button runs (with the
line's text, or the one that --text gives for the recording), and writes out/demo.mp4 and the contact sheet
out/demo.png. Needs Python 3.11 and nothing else.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from demo_scene import parser
from environment import CHECKOUT, SetupError, ensure
from libraries import check_bpy
from pins import BLENDERS, ESPEAK

PACKAGES = (
    f"bpy=={BLENDERS['5.0']}",
    "numpy>=1.26",
    "soundfile>=0.12",
    # speaks the line: espeak-ng's library and voices, no program needed on the system
    ESPEAK,
    # draws the contact sheet; in this environment only
    "pillow>=11",
)


def main(arguments: list[str]) -> int:
    """Make the environment, look whether Blender's module starts, run the demo in it; gives the exit code."""
    asked = parser().parse_args(arguments)
    for path in (asked.audio, asked.head):
        if path is not None and not path.is_file():
            print(f"There is no file '{path}'; name one that is there.", file=sys.stderr)
            return 1
    begun = time.monotonic()
    try:
        python = ensure("demo", PACKAGES)
        check_bpy(python)
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="lockstep-", ignore_cleanup_errors=True) as settings:
        # the user's own Blender settings stay out of it
        surroundings = dict(os.environ, PYTHONUTF8="1", BLENDER_USER_RESOURCES=settings)
        program = [str(python), str(Path(__file__).with_name("demo_scene.py")), *arguments]
        code = subprocess.run(program, env=surroundings, cwd=Path.cwd(), check=False).returncode
    if code == 0:
        print(f"done in {time.monotonic() - begun:.0f} s: look into {CHECKOUT / 'out'}")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
