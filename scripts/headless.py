"""Lockstep under Blender's Python module, without a Blender program:

    python scripts/headless.py SCENE.blend sync --audio A.wav --object NAME [...] (--save-as OUT.blend | --in-place)
    python scripts/headless.py SCENE.blend check (--object NAME | --all) [...]

The same as `blender -b SCENE.blend --command lockstep ...` with the extension installed. Exit codes: 0 done (and saved,
for a sync), 1 not done (one sentence on standard error), 2 wrong usage, 3 where `check --strict` finds
a verdict 'fail'.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

CHECKOUT = Path(__file__).resolve().parents[1]
NAME = "lockstep"


def load_extension() -> ModuleType:
    """The checkout as the package `lockstep`, as Blender would load it from an extension repository."""
    if NAME in sys.modules:
        return sys.modules[NAME]
    spec = importlib.util.spec_from_file_location(
        NAME, CHECKOUT / "__init__.py", submodule_search_locations=[str(CHECKOUT)]
    )
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[NAME] = module
    spec.loader.exec_module(module)
    return module


def main(arguments: list[str]) -> int:
    """Open the file, run the command on it, give the exit code."""
    for stream in (sys.stdout, sys.stderr):  # a name that the terminal cannot show must not break the work
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    if len(arguments) < 2 or arguments[0].startswith("-"):
        print(__doc__, file=sys.stderr)
        return 2
    path = Path(arguments[0])
    if not path.is_file():
        print(f"lockstep: There is no file '{path}'; name a .blend that is there.", file=sys.stderr)
        return 1
    import bpy

    try:
        bpy.ops.wm.open_mainfile(filepath=str(path.resolve()))
    except RuntimeError as error:
        reason = " ".join(str(error).removeprefix("Error: ").split())
        print(
            f"lockstep: '{path}' cannot be opened ({reason}); give a .blend of this Blender or older.", file=sys.stderr
        )
        return 1
    load_extension().register()
    from lockstep.addon import headless

    return headless.main(arguments[1:])


if __name__ == "__main__":
    CODE = main(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(CODE)  # the module of Blender 4.5 may hang at exit
