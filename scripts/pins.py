"""The versions that the gates run with, so that the same checkout passes or fails in the same way next year."""

from __future__ import annotations

NUMPY = "numpy==2.4.6"
OLDEST_NUMPY = "numpy==1.24.4"  # Blender 4.2 and 4.3 bring 1.24
BLENDER_NUMPY = "numpy==1.26.4"  # what Blender 4.5 and 5.0 bring
SOUNDFILE = "soundfile==0.14.0"
SOUNDDEVICE = "sounddevice==0.5.6"
PYTEST = "pytest==9.2.0"
LIBROSA = "librosa==0.11.0"  # the reference that the tests hold our features against
# espeak-ng's library and voices as a wheel: reads transcripts (bundled with the extension), speaks the tests' lines
ESPEAK = "espeakng-loader==0.2.4"
# by Blender's name of a system: the wheel on the package index and the SHA-256 of its bytes
ESPEAK_WHEELS = {
    "linux-x64": (
        "espeakng_loader-0.2.4-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
        "08721baf27d13d461f6be6eed9a65277e70d68234ff484fd8b9897b222cdcb6d",
    ),
    "macos-arm64": (
        "espeakng_loader-0.2.4-py3-none-macosx_11_0_arm64.whl",
        "d27cdca31112226e7299d8562e889d3e38a1e48055c9ee381b45d669072ee59f",
    ),
    "macos-x64": (
        "espeakng_loader-0.2.4-py3-none-macosx_10_12_x86_64.whl",
        "b77477ae2ddf62a748e04e49714eabb2f3a24f344166200b00539083bd669904",
    ),
    "windows-arm64": (
        "espeakng_loader-0.2.4-py3-none-win_arm64.whl",
        "d7a2928843eaeb2df82f99a370f44e8a630f59b02f9b0d1f168a03c4eeb76b89",
    ),
    "windows-x64": (
        "espeakng_loader-0.2.4-py3-none-win_amd64.whl",
        "41f1e08ac9deda2efd1ea9de0b81dab9f5ae3c4b24284f76533d0a7b1dd7abd7",
    ),
}
# the second ear by its own package, to hold ours against; pip takes a PyTorch without CUDA where it knows of one
ALLOSAURUS = ("allosaurus==1.0.2", "torch==2.13.0")
RUFF = "ruff==0.17.6"
MYPY = "mypy==2.4.1"
BLENDERS = {"4.5": "4.5.15", "5.0": "5.0.1"}
STUBS = "20260730"  # fake-bpy-module's release


def second_ear_packages() -> tuple[str, ...]:
    """What the environment `allosaurus` holds."""
    return (NUMPY, PYTEST, *ALLOSAURUS)


def blender_packages(blender: str) -> tuple[str, ...]:
    """What the environment `bpy-<blender>` holds, for every script that uses it."""
    return (f"bpy=={BLENDERS[blender]}", BLENDER_NUMPY, PYTEST, SOUNDFILE, ESPEAK)
