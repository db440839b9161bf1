"""Rig profiles for the add-on: those that come with it, those of the artist, and the one that fits a face."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ... import __package__ as base_package
from ...engine.errors import RigError
from ...engine.rig import Binding, Profile, bind, load_profiles, recognise, save_profile
from .. import compat

AUTO = "AUTO"
RESERVED = re.compile(r"con|prn|aux|nul|(com|lpt)\d")  # names that Windows keeps for devices
OWN = "rigs"  # the folder of the artist's own profiles

Corrections = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Fitted:
    """A profile on a face: what drives what, the share of the profile (0..1) that the face has, and what it lacks."""

    profile: Profile
    binding: Binding
    score: float
    missing: tuple[str, ...]

    @property
    def label(self) -> str:
        """The profile and its score, as shown."""
        return f"{self.profile.title} ({self.score:.0%})"


def supplied_folder() -> Path:
    """The folder of the profiles that come with the extension."""
    return Path(__file__).resolve().parents[2] / "rigs"


def own_folder(make: bool = False) -> Path:
    """The folder of the artist's own profiles."""
    return compat.user_folder(str(base_package), OWN, make)


def all_profiles() -> tuple[Profile, ...]:
    """Every profile, the artist's own first, so that between equals they win. Raises RigError for a broken one."""
    return _load(_all_contents())


Contents = tuple[Path, tuple[tuple[str, int], ...]]


def _all_contents() -> tuple[Contents, ...]:
    return tuple(_contents(folder) for folder in (own_folder(), supplied_folder()))


def _contents(folder: Path) -> Contents:
    files = sorted(folder.glob("*.toml")) if folder.is_dir() else []
    return folder, tuple((path.name, path.stat().st_mtime_ns) for path in files)


@lru_cache(maxsize=4)
def _load(folders: tuple[Contents, ...]) -> tuple[Profile, ...]:
    found: dict[str, Profile] = {}
    for folder, files in folders:
        for profile in load_profiles(folder) if files else ():
            found.setdefault(profile.name, profile)
    return tuple(found.values())


def fit(names: Iterable[str], choice: str = AUTO, corrections: Corrections | None = None) -> Fitted:
    """The profile `choice` (or the one recognised) on a face with the keys `names`, the artist's corrections in it.

    Raises RigError where no profile fits, or none is called so.
    """
    fitted = _fit(tuple(names), choice or AUTO, _all_contents())
    binding = fitted.binding
    for key, chosen in (corrections or {}).items():
        if any(row.key == key for row in binding.rows):
            binding = binding.assign(key, chosen)
    return Fitted(fitted.profile, binding, fitted.score, tuple(row.key for row in binding.rows if not row.names))


@lru_cache(maxsize=32)
def _fit(names: tuple[str, ...], choice: str, folders: tuple[Contents, ...]) -> Fitted:
    profiles = _load(folders)
    found = recognise(names, profiles)
    if choice == AUTO:
        binding = found.require()
        assert found.profile is not None
        return Fitted(found.profile, binding, found.score, found.missing)
    profile = by_name(choice, profiles)
    binding = bind(profile, names)
    score = dict(found.scores).get(profile.name, 0.0)
    if not binding.names:
        raise RigError(
            f"None of the shape keys is one of the rig '{profile.title}'; choose another rig or correct its rows."
        )
    return Fitted(profile, binding, score, tuple(row.key for row in binding.rows if not row.names))


def by_name(name: str, profiles: Iterable[Profile]) -> Profile:
    """The profile of that name, upper and lower case alike. Raises RigError, naming those there are."""
    known = list(profiles)
    for profile in known:
        if profile.name.lower() == name.lower():
            return profile
    names = ", ".join(sorted(profile.name for profile in known))
    raise RigError(f"There is no rig '{name}'; choose one of {names}.")


def save(binding: Binding, title: str) -> Path:
    """Save a corrected binding as a profile of the artist's own; gives its file. Raises RigError, OutputError."""
    name = re.sub(r"\W+", "_", title.strip().lower()).strip("_")
    if not name:
        raise RigError("The profile has no name; give it one.")
    if RESERVED.fullmatch(name):
        name += "_rig"
    if any(profile.name == name for profile in _supplied()):
        raise RigError(f"The name '{title}' belongs to a rig that comes with Lockstep; choose another.")
    path = own_folder(make=True) / f"{name}.toml"
    save_profile(binding.as_profile(name, title.strip()), path)
    return path


def _supplied() -> tuple[Profile, ...]:
    return load_profiles(supplied_folder())
