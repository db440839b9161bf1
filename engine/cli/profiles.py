"""The rig profiles, and the keys that a face of each scheme has."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import RigError

if TYPE_CHECKING:
    from ..rig import Profile

SIDES = {"arkit": ("Left", "Right"), "metahuman": ("L", "R"), "faceit": ("L", "R")}  # how a scheme ends its pairs


def key_names(profile: Profile) -> tuple[str, ...]:
    """The names of a profile's keys on a face of its own scheme: 'mouthSmile' as mouthSmileLeft and mouthSmileRight."""
    sides = SIDES.get(profile.name, ("_L", "_R"))
    names: list[str] = []
    for row in profile.rows:
        halves = ("U", "D") if row.halves else ("",)
        names += [row.key + half + side for half in halves for side in (sides if row.sides else ("",))]
    return tuple(names)


def profile_of(name: str) -> Profile:
    """The profile of that name. Raises RigError where there is none."""
    from ..rig import load_profiles

    profiles = {profile.name: profile for profile in load_profiles(rigs_folder())}
    if name not in profiles:
        raise RigError(f"There is no rig profile '{name}'; choose one of {', '.join(sorted(profiles))}.")
    return profiles[name]


def rigs_folder() -> Path:
    """The folder of rig profiles: package data where the engine is installed, beside the engine in a checkout.

    Raises RigError where neither is there.
    """
    engine = Path(__file__).resolve().parents[1]
    for folder in (engine / "_rigs", engine.parent / "rigs"):
        if folder.is_dir():
            return folder
    raise RigError("The rig profiles are not there; install Lockstep again.")


def show(options: argparse.Namespace) -> None:
    """List the profiles."""
    from ..rig import load_profiles

    for profile in load_profiles(rigs_folder()):
        print(f"{profile.name:<18} {profile.title}")
