# SPDX-License-Identifier: GPL-3.0-or-later
"""Lockstep: a sound goes in, a speaking face comes out.

Nothing is imported until Blender registers the extension, so that the engine can be imported without Blender.
"""


def register() -> None:
    """Register the add-on's classes, properties and the `lockstep` command."""
    from . import addon

    addon.register()


def unregister() -> None:
    """Take back all that `register` did."""
    from . import addon

    addon.unregister()
