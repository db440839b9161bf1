"""Blender's classes put into it and taken out again, in order."""

from __future__ import annotations

from collections.abc import Sequence

import bpy


def add(classes: Sequence[type]) -> None:
    """Register the classes."""
    for cls in classes:
        bpy.utils.register_class(cls)


def take_back(classes: Sequence[type]) -> None:
    """Unregister the classes, the last one first."""
    for cls in reversed(classes):
        bpy.utils.unregister_class(cls)
