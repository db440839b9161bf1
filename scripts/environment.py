"""A virtual environment of its own for each script: made once, used again while its list of packages stays the same.

Standard library only, so that any Python can run the scripts on a fresh machine.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
PYTHON = (3, 11)  # the one Python that the bpy wheels 4.2 to 5.0 are built for
STAMP = "lockstep-packages.json"  # written last: an environment without it was left half made
TOLD = ("Collecting", "Downloading", "Installing collected", "Successfully installed")


class SetupError(Exception):
    """The machine lacks something; the message is one sentence that says what was found and what to do."""


def ensure(name: str, packages: Sequence[str]) -> Path:
    """Give the Python of `.cache/venv-<name>` under the checkout, making it and installing `packages` if need be.

    `packages` are pip requirements ("bpy==5.0.1"). An environment that holds exactly this list is used as it is; any
    other is made anew. Progress is printed, one line a step. Raises SetupError where Python 3.11, venv or a download
    is missing; a half-made environment is never used.
    """
    made = known(name, packages)
    if made is not None:
        return made
    folder = CHECKOUT / ".cache" / f"venv-{name}"
    python = _python_of(folder)
    begun = time.monotonic()
    _say(f"environment '{name}': making {folder.relative_to(CHECKOUT).as_posix()}", begun)
    _make(find_python(), folder)
    _install(python, packages, begun)
    (folder / STAMP).write_text(json.dumps(list(packages)), encoding="utf-8")
    _say(f"environment '{name}': ready", begun)
    return python


def known(name: str, packages: Sequence[str]) -> Path | None:
    """Give the Python of the environment that `ensure` has made already with these packages; None without one."""
    folder = CHECKOUT / ".cache" / f"venv-{name}"
    python = _python_of(folder)
    return python if python.is_file() and _stamp_of(folder) == list(packages) else None


def find_python() -> str:
    """Give a Python 3.11 program: this one, `python3.11` on the path, or the Windows launcher's; else SetupError."""
    if sys.version_info[:2] == PYTHON:
        return sys.executable
    found = shutil.which("python3.11")
    if found:
        return found
    launcher = shutil.which("py")
    if launcher:
        asked = subprocess.run(
            [launcher, "-3.11", "-c", "import sys; print(sys.executable)"], capture_output=True, text=True, check=False
        )
        if asked.returncode == 0:
            return asked.stdout.strip()
    have = ".".join(map(str, sys.version_info[:2]))
    raise SetupError(f"This is Python {have} and no Python 3.11 was found; Blender's module needs 3.11, install it.")


def _python_of(folder: Path) -> Path:
    return folder / "Scripts" / "python.exe" if os.name == "nt" else folder / "bin" / "python"


def _stamp_of(folder: Path) -> list[str] | None:
    try:
        stamp: list[str] = json.loads((folder / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return stamp


def _make(program: str, folder: Path) -> None:
    try:
        if folder.exists():
            shutil.rmtree(folder)
        folder.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SetupError(f"'{folder}' cannot be made ({reason}); close what uses it, or free the folder.") from error
    made = subprocess.run(
        [program, "-m", "venv", str(folder)], capture_output=True, text=True, encoding="utf-8", errors="replace"
    )
    if made.returncode != 0:
        said = " ".join((made.stdout + made.stderr).split())
        if "ensurepip" in said:
            raise SetupError("This Python has no venv; install it (Debian, Ubuntu: apt install python3.11-venv).")
        raise SetupError(f"Python could not make the environment '{folder}' ({said[-200:]}); mend that and try again.")


def _install(python: Path, packages: Sequence[str], begun: float) -> None:
    command = [str(python), "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar", "off", *packages]
    trouble = ""
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8", errors="replace"
    ) as pip:
        assert pip.stdout is not None
        for line in map(str.strip, pip.stdout):
            if line.startswith(TOLD):
                _say(f"  {line[:110]}", begun)
            if line.startswith("ERROR:"):
                trouble = line.removeprefix("ERROR:").strip()
    if pip.returncode != 0:
        asked = " ".join(packages)
        raise SetupError(
            f"pip could not install {asked} ({trouble or f'exit code {pip.returncode}'}); "
            "check the network and the free disk space (about 2 GB), then run this again."
        )


def _say(text: str, begun: float) -> None:
    print(f"[{time.monotonic() - begun:6.1f} s] {text}", flush=True)
