"""espeak-ng's wheels for each system that Blender runs on: fetched once by pip, known by their SHA-256."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from environment import CHECKOUT, SetupError, ensure
from pins import ESPEAK, ESPEAK_WHEELS

ANY = "any"  # a zip without a wheel, which runs everywhere but reads no transcripts
FOLDER = CHECKOUT / ".cache" / "wheels"


@dataclass(frozen=True, slots=True)
class Wheel:
    """A wheel as the package index has it: its file's name, and the SHA-256 of its bytes."""

    name: str
    sha256: str

    @property
    def tag(self) -> str:
        """The system as pip calls it: the last part of the name, the first of several."""
        return self.name.removesuffix(".whl").rpartition("-")[2].split(".")[0]


WHEELS = {platform: Wheel(*wheel) for platform, wheel in ESPEAK_WHEELS.items()}


def fetch(platform: str, folder: Path = FOLDER) -> Path:
    """The wheel for one of Blender's platforms ("linux-x64") in `folder`, fetched where it is not there yet.

    Raises SetupError where it cannot be fetched, or is not the one that is pinned.
    """
    wheel = WHEELS[platform]
    path = folder / wheel.name
    if not _is(path, wheel):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="wheel-", dir=folder) as scratch:
            _download(wheel, Path(scratch))
            made = Path(scratch) / wheel.name
            if not _is(made, wheel):
                raise SetupError(f"The package index gave another wheel than '{wheel.name}'; look at scripts/pins.py.")
            made.replace(path)
    return path


def _is(path: Path, wheel: Wheel) -> bool:
    return path.is_file() and sha256(path.read_bytes()).hexdigest() == wheel.sha256


def _download(wheel: Wheel, folder: Path) -> None:
    wanted = folder / "wanted.txt"
    wanted.write_text(f"{ESPEAK} --hash=sha256:{wheel.sha256}\n", encoding="utf-8")
    choice = ["--no-deps", "--only-binary=:all:", "--require-hashes", "--platform", wheel.tag, "--dest", str(folder)]
    done = subprocess.run(
        [_python(), "-m", "pip", "download", "-q", "--disable-pip-version-check", *choice, "-r", str(wanted)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    if done.returncode != 0:
        errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR:")]
        said = " ".join((errors or done.stderr.splitlines() or ["no reason given"])[-1].removeprefix("ERROR:").split())
        raise SetupError(f"pip could not fetch '{wheel.name}' ({said}); check the network, then run this again.")


def _python() -> str:
    """A Python that has pip: this one, or an environment of its own."""
    if importlib.util.find_spec("pip") is not None:
        return sys.executable
    return str(ensure("wheels", (ESPEAK,)))
