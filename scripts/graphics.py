"""Whether Blender can draw with OpenGL here: tried in a process of its own, which may crash or hang without harm."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

LIMIT = 90.0  # seconds


def usable() -> bool:
    """Whether a small Workbench picture comes out, and is not blank."""
    with tempfile.TemporaryDirectory(prefix="lockstep-gl-", ignore_cleanup_errors=True) as folder:
        picture = Path(folder) / "probe.png"
        try:
            tried = subprocess.run(
                [sys.executable, __file__, str(picture)],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=LIMIT,
                check=False,
            )
        except (subprocess.TimeoutExpired, OSError):
            return False
        return tried.returncode == 0 and picture.is_file()


def _probe(path: str) -> bool:
    """Draw a white plane in black surroundings and look for the white."""
    import bpy

    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.render.engine = "BLENDER_WORKBENCH"
    scene.render.resolution_x = scene.render.resolution_y = 32
    scene.render.film_transparent = True
    scene.display.shading.light = "FLAT"
    bpy.ops.mesh.primitive_plane_add(size=1.0)
    lens = bpy.data.objects.new("lens", bpy.data.cameras.new("lens"))
    lens.location = (0.0, 0.0, 3.0)
    scene.collection.objects.link(lens)
    scene.camera = lens
    scene.render.filepath = path
    bpy.ops.render.render(write_still=True)
    pixels = bpy.data.images.load(path).pixels[:]
    return max(pixels[0::4]) > 0.3 and min(pixels[3::4]) < 0.5 < max(pixels[3::4])


if __name__ == "__main__":
    DRAWN = _probe(sys.argv[1])
    sys.stdout.flush()
    os._exit(0 if DRAWN else 1)
