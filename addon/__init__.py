"""The part of Lockstep that knows Blender."""

from __future__ import annotations

from . import headless, preferences, props
from .panels import acted, adding, correcting, directing, export, heard, main, rows, swap, sync, timemaps, voices

MODULES = (
    preferences,
    props,
    sync,
    correcting,
    swap,
    directing,
    adding,
    export,
    timemaps,
    rows,
    main,
    voices,
    heard,
    acted,
    headless,
)


def register() -> None:
    """Register everything, in order."""
    for module in MODULES:
        module.register()


def unregister() -> None:
    """Take everything back, in the opposite order."""
    for module in reversed(MODULES):
        module.unregister()
