"""The part of Lockstep that knows Blender."""

from __future__ import annotations

from . import correcting, headless, heard, panels, props, rows, swap, sync

MODULES = (props, sync, correcting, swap, rows, panels, heard, headless)


def register() -> None:
    """Register everything, in order."""
    for module in MODULES:
        module.register()


def unregister() -> None:
    """Take everything back, in the opposite order."""
    for module in reversed(MODULES):
        module.unregister()
