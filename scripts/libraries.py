"""Which system package holds a library that Blender's module does not find (Linux)."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from environment import SetupError

# library: package on Debian and Ubuntu, package on Fedora
PACKAGES = {
    "libX11.so.6": ("libx11-6", "libX11"),
    "libXrender.so.1": ("libxrender1", "libXrender"),
    "libXxf86vm.so.1": ("libxxf86vm1", "libXxf86vm"),
    "libXfixes.so.3": ("libxfixes3", "libXfixes"),
    "libXi.so.6": ("libxi6", "libXi"),
    "libXext.so.6": ("libxext6", "libXext"),
    "libXt.so.6": ("libxt6", "libXt"),
    "libxkbcommon.so.0": ("libxkbcommon0", "libxkbcommon"),
    "libSM.so.6": ("libsm6", "libSM"),
    "libICE.so.6": ("libice6", "libICE"),
    "libGL.so.1": ("libgl1", "libglvnd-glx"),
    "libEGL.so.1": ("libegl1", "libglvnd-egl"),
    "libOpenGL.so.0": ("libopengl0", "libglvnd-opengl"),
    "libgomp.so.1": ("libgomp1", "libgomp"),
    "libstdc++.so.6": ("libstdc++6", "libstdc++"),
}


def check_bpy(python: Path) -> None:
    """Import bpy in `python`; SetupError with the packages to install where a system library is missing."""
    asked = subprocess.run(
        [str(python), "-c", "import bpy"], capture_output=True, text=True, encoding="utf-8", errors="replace"
    )
    if asked.returncode == 0:
        return
    first = re.search(r"(\S+\.so[.\d]*): cannot open shared object", asked.stderr)
    if first is None:
        said = " ".join(asked.stderr.split())[-300:]
        raise SetupError(f"Blender's module does not start ({said}); remove the folder .cache and run this again.")
    raise SetupError(sentence([first[1], *_all_missing(python)]))


def sentence(missing: list[str]) -> str:
    """What to install for these libraries ("libSM.so.6")."""
    names = list(dict.fromkeys(missing))
    known = [PACKAGES[name] for name in names if name in PACKAGES]
    found = f"Blender's module needs the system librar{'ies' if len(names) > 1 else 'y'} {', '.join(names)}"
    if not known:
        return f"{found}; install the package that holds it with your system's package manager."
    debian, fedora = (" ".join(dict.fromkeys(names)) for names in zip(*known, strict=True))
    return f"{found}; install with 'apt install {debian}' (Debian, Ubuntu) or 'dnf install {fedora}' (Fedora)."


def _all_missing(python: Path) -> list[str]:
    """Every library that the loader would miss, so that one installation is enough; empty where ldd is not there."""
    where = "import importlib.util as u; print(u.find_spec('bpy').origin)"
    asked = subprocess.run([str(python), "-c", where], capture_output=True, text=True, check=False)
    folder = Path(asked.stdout.strip()).parent
    modules = sorted(folder.glob("__init__*.so"))
    ldd = shutil.which("ldd")
    if asked.returncode != 0 or not modules or ldd is None:
        return []
    told = subprocess.run([ldd, str(modules[0])], capture_output=True, text=True, check=False).stdout
    return re.findall(r"(\S+\.so[.\d]*) => not found", told)
