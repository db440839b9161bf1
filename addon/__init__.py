"""The part of Lockstep that knows Blender."""

from __future__ import annotations

from . import headless, preferences, props
from .live import handlers, kept, offers
from .panels import (
    acted,
    adding,
    checked,
    checking,
    correcting,
    directing,
    export,
    heard,
    ledgers,
    main,
    measures,
    reports,
    rows,
    sounding,
    swap,
    sync,
    timemaps,
    voices,
)
from .panels import live as live_panel

MODULES = (
    preferences,
    props,
    kept,
    offers,
    handlers,
    sync,
    checking,
    correcting,
    swap,
    directing,
    adding,
    export,
    timemaps,
    reports,
    rows,
    sounding,
    main,
    voices,
    heard,
    acted,
    checked,
    measures,
    ledgers,
    live_panel,
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
