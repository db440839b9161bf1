"""The versions that the gates run with, so that the same checkout passes or fails in the same way next year."""

from __future__ import annotations

NUMPY = "numpy==2.4.6"
OLDEST_NUMPY = "numpy==1.24.4"  # Blender 4.2 and 4.3 bring 1.24
BLENDER_NUMPY = "numpy==1.26.4"  # what Blender 4.5 and 5.0 bring
SOUNDFILE = "soundfile==0.14.0"
PYTEST = "pytest==9.2.0"
LIBROSA = "librosa==0.11.0"  # the reference that the tests hold our features against
ESPEAK = "espeakng-loader==0.2.4"  # speaks the tests' lines, with the times of their phones
RUFF = "ruff==0.17.6"
MYPY = "mypy==2.4.1"
BLENDERS = {"4.5": "4.5.15", "5.0": "5.0.1"}
STUBS = "20260730"  # fake-bpy-module's release


def blender_packages(blender: str) -> tuple[str, ...]:
    """What the environment `bpy-<blender>` holds, for every script that uses it."""
    return (f"bpy=={BLENDERS[blender]}", BLENDER_NUMPY, PYTEST, SOUNDFILE, ESPEAK)
